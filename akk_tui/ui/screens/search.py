"""Search over everything that has a place here, and over the commands, with results while one types."""

from __future__ import annotations

from functools import partial
from typing import Final, NamedTuple, TYPE_CHECKING

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import DataTable, Input

from akk_tui.contract.errors import AkkError, N_
from akk_tui.i18n import day
from akk_tui.i18n import gettext as _
from akk_tui.store.views import fold
from akk_tui.ui import commands, palette, words
from akk_tui.ui.linked import Rest
from akk_tui.ui.screens.base import AkkModal
from akk_tui.ui.terminal.painting import after_paint
from akk_tui.ui.terminal.safe import cell, content, cut
from akk_tui.ui.widgets.lines import Words
from akk_tui.ui.widgets.quick_table import Cells
from akk_tui.ui.widgets.table import AkkTable, Column

if TYPE_CHECKING:
    from akk_tui.store.shapes import Hit
    from akk_tui.ui.command import Command

LIMIT: Final = 40
WIDEST: Final = 108
_COMMANDS: Final = 6
_KIND_WIDTH: Final = 14
_KINDS: Final = {
    "region": N_("daerah"),
    "indicator": N_("indikator"),
    "item": N_("butir"),
    "followup": N_("tindak lanjut"),
    "event": N_("kegiatan"),
    "note": N_("catatan"),
}


class Off(NamedTuple):
    """A command that was found, and why it is off now (None: it is on)."""

    command: Command
    reason: str | None


class SearchScreen(AkkModal[None]):
    """Type; arrows move in the results; enter opens the place, or runs the command."""

    HELP = N_(
        "Mencari nama dan kode daerah, indikator, butir, kegiatan, tindak lanjut, isi catatan pada siklus ini, dan "
        "perintah. Nama daerah juga menemukan kegiatan, tindak lanjut, dan catatan di sana. Setiap kata boleh ditulis "
        "awalnya saja; urutannya bebas. Daerah yang sama cocoknya: dulu yang timnya memuat Anda, yang boleh Anda ubah, "
        "yang terakhir dibuka, lalu yang terakhir berubah."
    )

    def __init__(self, about: str | None = None, over: str = "") -> None:
        super().__init__()
        self.about = about
        """The region in which an indicator or item is opened; None: it is asked for."""
        self.over = over
        """Id of the screen below, whose commands are searched too."""
        self.hits: tuple[Hit, ...] = ()
        self.found: tuple[Off, ...] = ()
        self._regions: dict[str, str] = {}
        self._rest = Rest(self, self._typed)

    def compose(self) -> ComposeResult:
        with Vertical(id="window") as window:
            window.border_title = content(_("Cari"))
            wanted = Input(id="wanted", placeholder=_("daerah, indikator, butir, kegiatan, catatan, perintah"))
            wanted.cursor_blink = False
            yield wanted
            yield Words(id="hint")
            table = AkkTable(id="hits", header=False)
            table.can_focus = False
            yield table
            yield Words(id="way")

    def on_mount(self) -> None:
        self._begin()

    def begin(self, about: str | None, over: str) -> None:
        """Be as a new window would be, for one that is shown again."""
        self.about, self.over = about, over
        entry = self.query_one(Input)
        with entry.prevent(Input.Changed):
            entry.value = ""
        self._begin()

    def _begin(self) -> None:
        reference = self.akk.store.reference()
        if reference is not None:
            self._regions = {region.code: region.full_name for region in reference.regions}
        self._show("")
        # The window stands before the first letter is typed.
        after_paint(self, partial(self.akk.store.search.warm, self.akk.cycle))

    def on_screen_suspend(self) -> None:
        self.akk.store.search.rest()

    def on_resize(self) -> None:
        self._rest.now()
        self._show(self._wanted, again=True)

    @property
    def _wanted(self) -> str:
        return self.query_one(Input).value.strip()

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._rest.typed()

    def _typed(self) -> None:
        self._show(self._wanted)

    def _show(self, wanted: str, *, again: bool = False) -> None:
        """Search, and show what was found. A search takes less than a frame, so it runs here: no stale result."""
        if not again:
            self.hits, self.found = (), ()
            if wanted:
                try:
                    self.hits = self.akk.store.search.find(wanted, self.akk.cycle, LIMIT)
                except AkkError as cause:
                    self.akk.tell_error(cause)
                self.found = tuple(
                    Off(command, reason)
                    for command, reason in palette.matching(palette.offered(self.akk, self.over), wanted, strict=True)
                )[:_COMMANDS]
        hint, table = self.query_one("#hint", Words), self.query_one("#hits", AkkTable)
        some = bool(self.hits or self.found)
        hint.display = not some
        table.display = some
        if not some:
            hint.show(content(self._nothing(wanted), "$text-muted"))
        rows = self._rows()
        table.fill(self._columns(), rows)
        if rows and not again:
            table.move_cursor(row=0)
        self.query_one("#way", Words).show(content(self._way(), "$text-muted"))

    def _nothing(self, wanted: str) -> str:
        if wanted:
            return _(
                "Tidak ada yang cocok dengan “{wanted}” pada siklus {cycle}.\n"
                "Coba awal kata saja, atau kode seperti 35.72 atau 2.4."
            ).format(wanted=cut(wanted, 40), cycle=self.akk.cycle or "–")
        return _(
            "Ketik nama atau kode daerah, indikator (2.4), kata dalam catatan, kegiatan atau tindak lanjut, atau nama "
            "perintah."
        )

    def _way(self) -> str:
        if not self.hits and not self.found:
            return _("esc menutup")
        return _("enter membuka · ↑ ↓ memilih · esc menutup")

    @property
    def _room(self) -> int:
        return min(WIDEST, int(self.akk.size.width * 0.96)) - 5

    def _columns(self) -> list[Column]:
        room = self._room
        left = max(12, (room - _KIND_WIDTH) * 2 // 5)
        return [
            Column("kind", "", _KIND_WIDTH),
            Column("title", "", left),
            Column("excerpt", "", max(1, room - _KIND_WIDTH - left)),
        ]

    def _rows(self) -> list[tuple[str, Cells]]:
        _kind, title, excerpt = (column.width or 0 for column in self._columns())
        rows: list[tuple[str, Cells]] = []
        last = ""
        for n, hit in enumerate(self.hits):
            # The kind stands once at the head of its group; a mark per row would hide what is different.
            kind = "" if hit.kind == last else _(_KINDS[hit.kind])
            last = hit.kind
            rows.append((f"hit {n}", partial(self._cells, hit, kind, title, excerpt)))
        for n, (command, reason) in enumerate(self.found):
            kind = "" if n else _("perintah")
            rows.append((command.id, partial(self._command_cells, command, reason, kind, title, excerpt)))
        return rows

    def _cells(self, hit: Hit, kind: str, left: int, right: int) -> tuple[Text, Text, Text]:
        muted, accent = self.akk.tone("muted"), self.akk.tone("accent")
        place = self._regions.get(hit.region or "", "") if hit.kind in ("note", "event", "followup") else ""
        before = " ".join(part for part in (place, day(hit.day) if hit.day else "") if part)
        shown = Text(no_wrap=True, end="")
        if before and right >= 24:
            shown = cell(f"{before} · ", muted)
            for start, end in self._met(place):
                shown.stylize(accent, start, end)
        room = max(8, right - shown.cell_len)
        begin = max(0, hit.ranges[0][0] - room // 3) if hit.ranges and hit.ranges[0][1] > room else 0
        # What cannot be seen is left out before it is measured.
        excerpt = cell(hit.excerpt[begin : begin + room + 1])
        for start, end in hit.ranges:
            if end > begin:
                excerpt.stylize(accent, max(0, start - begin), end - begin)
        shown.append_text(Text("…", muted, end="") + excerpt[1:] if begin else excerpt)
        shown.truncate(right, overflow="ellipsis")
        return cell(kind, muted), cell(words.title_of(hit), width=left - 1), shown

    def _met(self, place: str) -> tuple[tuple[int, int], ...]:
        """Where what is typed stands in the name of a region that leads to what lies there."""
        found = fold.starts(fold.words(self._wanted))
        return fold.ranges(place, found) if found is not None else ()

    def _command_cells(
        self, command: Command, reason: str | None, kind: str, left: int, right: int
    ) -> tuple[Text, Text, Text]:
        muted = self.akk.tone("muted")
        keys = commands.keys_of(command, self.akk.keymap)
        key = commands.shown_key(keys[0]) if keys else ""
        shown = cell(key, self.akk.tone("accent"))
        shown.append_text(cell(("  " if key else "") + (reason or _(command.help)), muted))
        shown.truncate(right, overflow="ellipsis")
        return cell(kind, muted), cell(_(command.title), muted if reason else "", width=left - 1), shown

    def on_key(self, event: events.Key) -> None:
        table = self.query_one("#hits", AkkTable)
        moves = {
            "down": table.action_cursor_down,
            "up": table.action_cursor_up,
            "pageup": table.action_page_up,
            "pagedown": table.action_page_down,
        }
        if event.key in moves:
            self._rest.now()
            event.stop()
            event.prevent_default()
            moves[event.key]()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._open()

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        event.stop()
        self._open()

    def _open(self) -> None:
        self._rest.now()
        key = self.query_one("#hits", AkkTable).cursor_key
        if key is None or not (self.hits or self.found):
            return
        app = self.akk
        self.dismiss(None)
        if key.startswith("hit "):
            app.call_next(app.open_hit, self.hits[int(key[4:])], self.about)
        else:
            app.call_next(app.run_command, key)
