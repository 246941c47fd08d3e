"""Who changed a note, and when, with the difference that each change made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import DataTable

from akk_tui.contract.errors import N_
from akk_tui.i18n import gettext as _
from akk_tui.i18n import moment
from akk_tui.store.shapes import History, HistoryEntry, NoteRow
from akk_tui.ui import line_diff
from akk_tui.ui.line_diff import DiffLine
from akk_tui.ui.sync_runner import fetch_history
from akk_tui.ui.terminal.safe import cell, content
from akk_tui.ui.widgets.diff_view import count_words, DiffView, DiffWindow
from akk_tui.ui.widgets.lines import Words
from akk_tui.ui.widgets.table import AkkTable, Column
from akk_tui.ui.widgets.values import note_state, outbox_tone

_FIELDS: Final = {"title": N_("judul"), "body": N_("isi"), "tags": N_("tanda"), "deleted": N_("dihapus")}
_WIDEST: Final = 100


def difference(entry: HistoryEntry) -> list[DiffLine]:
    """The lines that a change of a note's title, text or tags made."""
    before: Mapping[str, Any] = entry.was or {}
    after: Mapping[str, Any] = entry.now or {}
    return line_diff.of_note(before, after)


def what(entry: HistoryEntry) -> str:
    """``dibuat``, or the fields that changed: ``isi +3 −1``."""
    if entry.was is None:
        return _("dibuat")
    changed: Mapping[str, Any] = entry.now
    names = [_(_FIELDS[name]) for name in changed if name in _FIELDS]
    if changed.get("deleted") is None and "deleted" in changed:
        names = [_("dikembalikan")]
    return " ".join(part for part in (", ".join(names), count_words(difference(entry))) if part)


class NoteHistory(DiffWindow):
    """The changes of one note, newest first; the one under the cursor is shown below."""

    BINDINGS: ClassVar[list[BindingType]] = [("H", "close", N_("Tutup"))]
    HELP = N_(
        "Perubahan catatan, yang terbaru di atas: + ditambah, - dihapus. Page down menggulung bedanya. Riwayat rekan "
        "diambil dari server bila daring; luring hanya tampak yang sudah pernah diambil dan perubahan Anda sendiri."
    )
    DEFAULT_CSS = """
    NoteHistory {
        & #about { height: auto; }
        & AkkTable { height: auto; max-height: 9; }
        & DiffView { margin: 1 0 0 0; border-top: solid $primary 60%; }
    }
    """

    def __init__(self, note: NoteRow) -> None:
        super().__init__()
        self.note = note
        self.history: History | None = None

    def compose(self) -> ComposeResult:
        with Vertical(id="window") as window:
            title = self.note.title or self.note.excerpt[:40]
            window.border_title = content(_("Riwayat · {title}").format(title=title))
            yield Words(id="about")
            yield AkkTable(id="changes", header=False)
            yield DiffView(id="diff")

    def on_mount(self) -> None:
        self.read_again()
        if self.note.state != "private":
            fetch_history(self.akk, "note", self.note.id)

    def on_resize(self) -> None:
        if self.history is not None:
            self.read_again()

    def read_again(self) -> None:
        """Show what is known now."""
        history = self.history = self.akk.store.views.history("note", self.note.id)
        zone = self.akk.zone
        if self.note.state == "private":
            about = _("Catatan pribadi tidak dikirim; riwayatnya tidak dicatat.")
        elif history.fetched is not None:
            about = _("riwayat dari server per {when}").format(when=moment(history.fetched, zone))
        else:
            about = _("riwayat dari server belum diambil: hanya perubahan Anda sendiri yang tampak")
        self.query_one("#about", Words).show(content(about, "$text-muted"))
        room = min(_WIDEST, self.akk.size.width * 96 // 100) - 5
        when = 23 if room >= 54 else 13
        state = 16 if room >= 66 else 2
        columns = [Column("when", "", when), Column("by", "", 12), Column("what", "", max(room - when - 12 - state, 8))]
        columns.append(Column("state", "", state))
        rows = [
            (
                entry.op,
                (
                    cell(moment(entry.at, zone), self.akk.tone("muted"), width=when - 1),
                    cell(entry.by, width=11),
                    cell(what(entry), width=(columns[2].width or 9) - 1),
                    self._state(entry, short=state < 10),
                ),
            )
            for entry in history.entries
        ]
        self.query_one(AkkTable).fill(columns, rows)
        self._show()

    def _state(self, entry: HistoryEntry, *, short: bool) -> Any:
        if entry.state == "sent":
            return cell("")
        return cell("↑" if short else note_state(entry.state), self.akk.tone(outbox_tone(entry.state) or "muted"))

    def _show(self) -> None:
        history, key = self.history, self.query_one(AkkTable).cursor_key
        entry = next((one for one in history.entries if one.op == key), None) if history is not None else None
        if entry is None:
            self.query_one(DiffView).show((), _("Belum ada perubahan yang tercatat di sini."))
        else:
            self.query_one(DiffView).show(difference(entry), _("Judul, isi, dan tanda tidak berubah."))

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        event.stop()
        self._show()
