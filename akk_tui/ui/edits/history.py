"""Who changed what of one row, and when: a window to read."""

from __future__ import annotations

from typing import ClassVar, TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content

from akk_tui.contract.errors import N_
from akk_tui.i18n import gettext as _
from akk_tui.i18n import moment
from akk_tui.ui.screens.base import AkkModal
from akk_tui.ui.sync_runner import fetch_history
from akk_tui.ui.terminal.safe import cell, content
from akk_tui.ui.widgets.lines import Words
from akk_tui.ui.widgets.region_words import change_words
from akk_tui.ui.widgets.table import AkkTable, Column
from akk_tui.ui.widgets.values import note_state

if TYPE_CHECKING:
    from akk_tui.store.shapes import History


class HistoryWindow(AkkModal[None]):
    """The changes of the row ``(kind, key)``, newest first; the line under the cursor is shown in full below."""

    BINDINGS: ClassVar[list[BindingType]] = [("H", "close", N_("Tutup"))]
    HELP = N_(
        "Perubahan isian ini, yang terbaru di atas. Riwayat rekan diambil dari server bila daring; luring hanya "
        "tampak yang sudah pernah diambil dan perubahan Anda sendiri."
    )
    DEFAULT_CSS = """
    HistoryWindow {
        & #about, & #change { height: auto; }
        & #change { margin: 1 0 0 0; min-height: 2; }
    }
    """

    def __init__(self, kind: str, key: str, title: str) -> None:
        super().__init__()
        self.kind, self.key, self.heading = kind, key, title
        self.history: History | None = None

    def compose(self) -> ComposeResult:
        with Vertical(id="window") as window:
            window.border_title = content(_("Riwayat isian") + f" · {self.heading}")
            yield Words(id="about")
            yield AkkTable(id="changes", header=False)
            yield Words(id="change")

    def on_mount(self) -> None:
        self.read_again()
        fetch_history(self.akk, self.kind, self.key)

    def read_again(self) -> None:
        """Show what is known now."""
        history = self.history = self.akk.store.views.history(self.kind, self.key)
        zone = self.akk.zone
        if history.fetched is not None:
            about = _("riwayat dari server per {when}").format(when=moment(history.fetched, zone))
        else:
            about = _("riwayat dari server belum diambil: hanya perubahan Anda sendiri yang tampak")
        self.query_one("#about", Words).show(content(about, "$text-muted"))
        width = max(30, min(76, self.akk.size.width * 96 // 100) - 5)
        when = 23 if width >= 60 else 0
        columns = [Column("when", "", when)] if when else []
        columns += [Column("by", "", 12), Column("what", "", width - when - 12)]
        rows = [
            (
                str(n),
                [
                    *([cell(moment(entry.at, zone), self.akk.tone("muted"))] if when else []),
                    cell(entry.by, width=11),
                    cell(change_words(entry) + ("" if entry.state == "sent" else " ↑"), width=width - when - 12),
                ],
            )
            for n, entry in enumerate(history.entries)
        ]
        self.query_one(AkkTable).fill(columns, rows)
        self._describe()

    def _describe(self) -> None:
        history, key = self.history, self.query_one(AkkTable).cursor_key
        if history is None or not history.entries or key is None:
            self.query_one("#change", Words).show(content(_("Belum ada perubahan yang tercatat di sini.")))
            return
        entry = history.entries[int(key)]
        state = "" if entry.state == "sent" else f" · {note_state(entry.state)}"
        self.query_one("#change", Words).show(
            Content.assemble(
                content(f"{moment(entry.at, self.akk.zone)} · {entry.by}{state}", "$text-muted"),
                "\n",
                content(change_words(entry)),
            )
        )

    def on_data_table_row_highlighted(self) -> None:
        self._describe()
