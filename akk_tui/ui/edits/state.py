"""The state of an item, or of several at once: the menu, and one undo step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from akk_tui.contract.errors import AkkError
from akk_tui.i18n import gettext as _
from akk_tui.i18n import ngettext
from akk_tui.ui import words
from akk_tui.ui.edits import common
from akk_tui.ui.edits.indicator import key_of, Marked, put_marked
from akk_tui.ui.widgets.state_menu import StateMenu

if TYPE_CHECKING:
    from akk_tui.store.shapes import IndicatorRow, ItemRow, RegionDetail
    from akk_tui.ui.screens.base import AkkScreen


def choose(
    screen: AkkScreen,
    detail: RegionDetail,
    items: Sequence[tuple[IndicatorRow, ItemRow]],
    done: Callable[[], None],
) -> None:
    """Open the menu of states for the items, and set the one that is chosen; then ``done`` is called."""
    marked = [Marked(*one) for one in items]
    first = marked[0]
    states = {one.item.state for one in marked}
    if len(marked) == 1:
        title = f"{first.item.id} {words.title_of(first.item)}"
    else:
        n = len(marked)
        title = ngettext("{n} butir · {name}", "{n} butir · {name}", n).format(n=n, name=detail.row.name)

    def off(state: str) -> str | None:
        key = key_of(detail.row, first.indicator.id)
        refused = common.off(screen.akk, detail.row, "assessment", key, {f"item.{first.item.id}": state})
        return _("di luar peran Anda") if refused is not None else None

    def chosen(state: str | None) -> None:
        if state is not None:
            put(screen, detail, marked, state)
            done()

    screen.akk.push_screen(StateMenu(title, states.pop() if len(states) == 1 else None, off), chosen)


def put(screen: AkkScreen, detail: RegionDetail, items: Sequence[Marked], state: str) -> None:
    """Set the state of the items, or say why not."""
    try:
        put_marked(screen, detail, items, "item", state)
    except AkkError as cause:
        screen.akk.tell_error(cause)
