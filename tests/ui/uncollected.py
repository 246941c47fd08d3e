"""The collector is Python's own in a process where one app follows another.

An app that has started looks through memory and keeps what it finds from the collector for good: here that would be
done a thousand times, and what the apps before it left would stay.
"""

from __future__ import annotations

import akk_tui.ui.app
from akk_tui.ui.collector import Collector


class _Idle(Collector):
    """One that leaves Python's collector alone."""

    def start(self) -> None:
        """Nothing."""

    def look(self) -> bool:
        return False


def use() -> None:
    """Let every app of this process do so."""
    akk_tui.ui.app.Collector = _Idle  # type: ignore[misc]
