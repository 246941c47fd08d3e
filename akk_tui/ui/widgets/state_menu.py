"""The menu of item states: 1–6 choose, only while it is open."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import DataTable, Static

from akk_tui.contract.errors import N_
from akk_tui.contract.states import ITEM_STATES
from akk_tui.i18n import gettext as _
from akk_tui.ui.screens.base import AkkModal
from akk_tui.ui.terminal.safe import cell, content
from akk_tui.ui.widgets.states import state_glyph, state_tone, state_word
from akk_tui.ui.widgets.table import AkkTable, Column


class StateMenu(AkkModal[str]):
    """Asks for an item's state and closes with it, or with None.

    ``title`` says what it is about; ``current`` is the state that holds now (None: several); ``off(state)`` answers
    why a state cannot be chosen, or None.
    """

    DEFAULT_CSS = """
    StateMenu {
        align: center middle;
        & #window { width: 58; max-width: 96%; height: auto; border: round $primary; background: $panel; padding: 0 1; }
        & #about { height: auto; max-height: 4; }
        & #hint { height: auto; color: $text-muted; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *((str(n), f"choose({n})", "") for n in range(1, len(ITEM_STATES) + 1)),
        ("space", "choose_here", N_("Pilih")),
    ]
    HELP = N_("1–6, atau panah dan enter, memilih status; esc menutup tanpa mengubah apa pun.")

    def __init__(self, title: str, current: str | None, off: Callable[[str], str | None] | None = None) -> None:
        super().__init__()
        self._title = title
        self._current = current
        self._off = off or _never_off

    def compose(self) -> ComposeResult:
        with Vertical(id="window"):
            yield Static(content(self._title, "bold"), id="about")
            yield AkkTable(id="states", header=False)
            yield Static(content(_("1–6 atau enter memilih · esc batal")), id="hint")

    def on_mount(self) -> None:
        self._fill()
        if self._current is not None:
            self.query_one(AkkTable).go_to(self._current)

    def on_resize(self) -> None:
        self._fill()

    def _fill(self) -> None:
        width = min(50, self.akk.size.width * 96 // 100 - 4)
        rows = [(state, (self._row(n, state),)) for n, state in enumerate(ITEM_STATES, 1)]
        self.query_one(AkkTable).fill((Column("state", "", width),), rows)

    def _row(self, n: int, state: str) -> Text:
        row = cell(f"{n}  {state_glyph(state)} {state_word(state)}", self.akk.tone(state_tone(state)))
        if state == self._current:
            row.append("  " + _("(sekarang)"), self.akk.tone("muted"))
        elif reason := self._off(state):
            row = cell(f"{n}  {state_glyph(state)} {state_word(state)} — {reason}", self.akk.tone("muted"))
        return row

    @on(DataTable.RowSelected)
    def _picked(self, event: DataTable.RowSelected) -> None:
        event.stop()
        self._choose(str(event.row_key.value))

    def action_choose(self, n: int) -> None:
        """Take state number ``n``."""
        self._choose(ITEM_STATES[n - 1])

    def action_choose_here(self) -> None:
        """Take the state under the cursor."""
        if key := self.query_one(AkkTable).cursor_key:
            self._choose(key)

    def _choose(self, state: str) -> None:
        reason = self._off(state)
        if reason is not None:
            self.akk.tell(reason, "warning")
            return
        self.dismiss(state)


def _never_off(state: str) -> str | None:
    return None
