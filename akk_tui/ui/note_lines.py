"""What can be done with a line that is read: open what it refers to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from akk_tui.i18n import gettext as _
from akk_tui.ui import references
from akk_tui.ui.chooser import Chooser, Option

if TYPE_CHECKING:
    from akk_tui.ui.screens.base import AkkScreen


async def open_references(
    screen: AkkScreen, codes: Sequence[str], region: str | None, titles: Mapping[str, str]
) -> None:
    """Show what a line refers to; of several the officer chooses one."""
    if not codes:
        screen.akk.tell(_("Baris ini tidak merujuk daerah atau indikator."), "warning")
    elif len(codes) == 1:
        await references.open_reference(screen, codes[0], region)
    else:

        def chosen(code: str | None) -> None:
            if code is not None:
                screen.call_next(partial(references.open_reference, screen, code, region))

        options = [Option(code, references.words(code, titles)) for code in codes]
        screen.akk.push_screen(Chooser(_("Buka rujukan"), options), chosen)
