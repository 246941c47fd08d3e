"""Search over regions, indicators, items and notes, with results while one types."""

from __future__ import annotations

from typing import Final, TYPE_CHECKING

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import DataTable, Input

from akk_tui.contract.errors import N_
from akk_tui.i18n import gettext as _
from akk_tui.ui import words
from akk_tui.ui.screens.base import AkkModal
from akk_tui.ui.terminal.safe import cell, content
from akk_tui.ui.widgets.lines import Words
from akk_tui.ui.widgets.table import AkkTable, Column

if TYPE_CHECKING:
    from akk_tui.store.shapes import Hit

LIMIT: Final = 40
_KINDS: Final = {
    "region": N_("daerah"),
    "indicator": N_("indikator"),
    "item": N_("butir"),
    "note": N_("catatan"),
}


class SearchScreen(AkkModal[None]):
    """Type; arrows move in the results; enter opens."""

    HELP = N_("Mencari nama daerah, kode, indikator, butir, dan isi catatan pada siklus ini.")

    def __init__(self, about: str | None = None) -> None:
        super().__init__()
        self.about = about
        """The region in which an indicator or item is opened; None: the one of the screen below."""
        self.hits: tuple[Hit, ...] = ()

    def compose(self) -> ComposeResult:
        with Vertical(id="window") as window:
            window.border_title = content(_("Cari"))
            yield Input(id="wanted", placeholder=_("daerah, indikator, butir, catatan"))
            yield Words(content(_("Ketik untuk mencari.")), id="hint")
            yield AkkTable(id="hits", header=False)

    def on_mount(self) -> None:
        self.query_one("#hits").display = False

    def on_input_changed(self, event: Input.Changed) -> None:
        wanted, cycle = event.value.strip(), self.akk.cycle
        if not wanted:
            self._show(())
            return
        self.fetch("hits", lambda store: tuple(store.search.find(wanted, cycle, LIMIT)))

    def fetched(self, name: str, value: tuple[Hit, ...]) -> None:
        if self.query_one(Input).value.strip():
            self._show(value)

    def _show(self, hits: tuple[Hit, ...]) -> None:
        self.hits = hits
        hint, table = self.query_one("#hint", Words), self.query_one("#hits", AkkTable)
        wanted = self.query_one(Input).value.strip()
        hint.display = not hits
        table.display = bool(hits)
        if not hits:
            hint.show(content(_("Tidak ada yang cocok.") if wanted else _("Ketik untuk mencari.")))
            return
        width = min(76, int(self.akk.size.width * 0.96)) - 4
        left = max(12, (width - 10) * 2 // 5)
        columns = [Column("kind", "", 10), Column("title", "", left), Column("excerpt", "", width - 10 - left)]
        rows = [(str(n), [*self._cells(hit, left, width - 10 - left)]) for n, hit in enumerate(hits)]
        table.fill(columns, rows)

    def _cells(self, hit: Hit, left: int, right: int) -> tuple[Text, Text, Text]:
        excerpt = cell(hit.excerpt)
        for start, end in hit.ranges:
            excerpt.stylize(self.akk.tone("accent"), start, end)
        begin = max(0, hit.ranges[0][0] - right // 3) if hit.ranges else 0
        shown = Text("…") + excerpt[begin + 1 :] if begin else excerpt
        shown.truncate(right, overflow="ellipsis")
        return cell(_(_KINDS[hit.kind]), self.akk.tone("muted")), cell(words.title_of(hit), width=left - 1), shown

    def on_key(self, event: events.Key) -> None:
        table = self.query_one("#hits", AkkTable)
        if self.query_one(Input).has_focus and event.key in ("down", "up", "pageup", "pagedown") and self.hits:
            event.stop()
            event.prevent_default()
            {
                "down": table.action_cursor_down,
                "up": table.action_cursor_up,
                "pageup": table.action_page_up,
                "pagedown": table.action_page_down,
            }[event.key]()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._open()

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        event.stop()
        self._open()

    def _open(self) -> None:
        key = self.query_one("#hits", AkkTable).cursor_key
        if not self.hits or key is None:
            return
        hit, app = self.hits[int(key)], self.akk
        about = self.about
        self.dismiss(None)
        app.call_next(app.open_hit, hit, about)
