"""Choosing what a note is about: a region, then the whole of it or one indicator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import DataTable, Input, Static

from akk_tui.contract.errors import N_
from akk_tui.i18n import gettext as _
from akk_tui.store.nearness import LAST, Rank
from akk_tui.ui.screens.base import AkkModal
from akk_tui.ui.terminal.safe import cell, content
from akk_tui.ui.widgets.table import AkkTable, Column


class Choice(NamedTuple):
    """``key`` is answered; ``code`` and ``title`` are shown and searched."""

    key: str
    code: str
    title: str


def matching(
    choices: Sequence[Choice], text: str, first: str | None = None, ranks: Mapping[str, Rank] | None = None
) -> list[Choice]:
    """The choices in which every typed word occurs; one whose code is typed comes first.

    Of the others ``first`` does, the choice at hand, then the regions that the officer is likely to mean: ``ranks`` are
    those of :mod:`akk_tui.store.nearness`. Where nothing is typed the order stays.
    """
    words = text.casefold().split()
    found = [choice for choice in choices if all(word in f"{choice.code} {choice.title}".casefold() for word in words)]
    if not words:
        return found
    near = ranks or {}
    return sorted(found, key=lambda one: (one.code != text.strip(), one.key != first, near.get(one.key, LAST)))


class SearchChooser(AkkModal[str]):
    """A list narrowed by typing: arrows move, enter takes, esc leaves. Answers the key of a choice, or None."""

    HELP = N_("Ketik beberapa huruf atau kode; panah memilih, enter mengambil, esc batal.")
    DEFAULT_CSS = """
    SearchChooser {
        & #window { width: 72; max-width: 96%; height: auto; max-height: 90%; }
        & #window { background: $panel; border: round $primary; padding: 0 1; }
        & AkkTable { height: auto; max-height: 14; background: $panel; }
        & #none { height: auto; display: none; }
        &.-none #none { display: block; }
    }
    """

    def __init__(
        self,
        title: str,
        choices: Sequence[Choice],
        first: str | None = None,
        ranks: Mapping[str, Rank] | None = None,
    ) -> None:
        """``first`` is under the cursor at the beginning; ``ranks`` put regions in order that match equally well."""
        super().__init__()
        self._title = title
        self._choices = tuple(choices)
        self._first = first
        self._ranks = ranks

    def compose(self) -> ComposeResult:
        with Vertical(id="window") as window:
            window.border_title = content(self._title)
            typed = Input(id="typed", placeholder=_("ketik untuk mencari"))
            typed.cursor_blink = False
            yield typed
            yield AkkTable(id="choices", header=False)
            yield Static(content(_("Tidak ada yang cocok.")), id="none")

    def on_mount(self) -> None:
        table = self.query_one(AkkTable)
        table.can_focus = False
        self._fill("")
        if self._first is not None:
            table.go_to(self._first)

    def _fill(self, text: str) -> None:
        found = matching(self._choices, text, self._first, self._ranks)
        width = max(min(68, self.akk.size.width - 6) - 9, 12)
        rows = [(choice.key, (cell(choice.code), cell(choice.title, width=width))) for choice in found]
        table = self.query_one(AkkTable)
        table.fill((Column("code", "", 8), Column("title", "", width)), rows)
        if text and rows:
            table.go_to(rows[0][0])
        self.set_class(not rows, "-none")

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._fill(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if key := self.query_one(AkkTable).cursor_key:
            self.dismiss(key)

    def on_key(self, event: events.Key) -> None:
        table = self.query_one(AkkTable)
        moves = {
            "down": table.action_cursor_down,
            "up": table.action_cursor_up,
            "pagedown": table.action_page_down,
            "pageup": table.action_page_up,
        }
        if event.key in moves:
            event.stop()
            event.prevent_default()
            moves[event.key]()

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        event.stop()
        self.dismiss(event.row_key.value)
