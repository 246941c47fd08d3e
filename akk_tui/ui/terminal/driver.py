"""Which of Textual's drivers an app of this program runs on."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.driver import Driver


def driver_for(found: type[Driver]) -> type[Driver]:
    """``found``, or what takes its place: on Unix one that reads keys as terminals send them."""
    if sys.platform == "win32":
        return found
    from textual.drivers.linux_driver import LinuxDriver

    from akk_tui.ui.terminal.escape import EscapeDriver

    return EscapeDriver if found is LinuxDriver else found
