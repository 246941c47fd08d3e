"""The window that offers a draft that was left: what it changes, and whether to go on with it or throw it away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import DataTable

from akk_tui import i18n
from akk_tui.contract.errors import N_
from akk_tui.i18n import gettext as _
from akk_tui.store.shapes import Draft
from akk_tui.ui import draft_words, line_diff
from akk_tui.ui.terminal.safe import cell, content
from akk_tui.ui.widgets.diff_view import DiffView, DiffWindow
from akk_tui.ui.widgets.lines import Words
from akk_tui.ui.widgets.table import AkkTable, Column

TAKE, DROP, LATER = "take", "drop", "later"


class DraftOffer(DiffWindow):
    """Answers ``take``, ``drop`` or ``later``; None for later, too.

    ``present`` is the note as it stands now (None: a new one), ``gone`` tells that it was deleted; ``title`` what the
    window is called where the draft is of something else, ``about`` what is said of it there, and ``take`` the first
    answer.
    """

    HELP = N_(
        "Tulisan yang belum disimpan: + ditambah, - dihapus dibanding yang tersimpan saat Anda mulai menulis. "
        "1 melanjutkan, 2 membuang, 3 atau esc membiarkannya; page down menggulung bedanya."
    )
    DEFAULT_CSS = """
    DraftOffer {
        & #about { height: auto; margin: 0 0 1 0; }
        & DiffView { height: auto; margin: 1 0 0 0; border-top: solid $primary 60%; }
        & AkkTable { height: 3; max-height: 3; }
    }
    """

    def __init__(
        self,
        draft: Draft,
        present: Mapping[str, Any] | None,
        *,
        gone: bool,
        title: str = "",
        about: str = "",
        take: str = "",
    ) -> None:
        super().__init__()
        self._about = about
        self._take = take
        self._title = title
        self.draft = draft
        self._present = present
        self._gone = gone

    def compose(self) -> ComposeResult:
        draft = self.draft
        with Vertical(id="window") as window:
            window.border_title = content(
                self._title
                or _("Draf “{name}”, {when}").format(
                    name=draft_words.name_of(draft)[:40], when=i18n.moment(draft.at, self.akk.zone)
                )
            )
            yield Words(content(self._words()), id="about")
            yield AkkTable(id="options", header=False)
            yield DiffView(id="diff")

    def _words(self) -> str:
        if self._about:
            return self._about
        words = _("catatannya sudah dihapus") if self._gone else draft_words.difference(self.draft, self._present)
        private = _("pribadi")
        return f"{private} · {words}" if self.draft.private else words

    def on_mount(self) -> None:
        options = (
            (TAKE, self._take or _("Lanjutkan"), _("buka di penyunting")),
            (DROP, _("Buang"), _("tidak dapat diurungkan")),
            (LATER, _("Nanti"), _("draf tetap ada")),
        )
        accent, muted = self.akk.tone("accent"), self.akk.tone("muted")
        rows = [
            (key, (cell(str(n), accent, right=True), cell(f"  {title}"), cell(f"  {note}", muted)))
            for n, (key, title, note) in enumerate(options, 1)
        ]
        title = max(14, *(cell_len(one[1]) + 4 for one in options))
        columns = (Column("n", "", 2), Column("title", "", title), Column("note", "", max(self._room - title - 2, 1)))
        self.query_one(AkkTable).fill(columns, rows)
        before = {} if self._gone or self.draft.base is None else self.draft.base
        after = {"title": self.draft.title, "body": self.draft.body, "tags": self.draft.tags}
        self.query_one(DiffView).show(line_diff.of_note(before, after))

    def on_resize(self) -> None:
        """The difference gets what the lines above it leave of the height."""
        about = self.query_one("#about", Words).words.get_height({}, max(self._room, 10))
        self.query_one(DiffView).styles.max_height = max(self.akk.size.height * 9 // 10 - about - 8, 3)

    @property
    def _room(self) -> int:
        return min(100, self.akk.size.width * 96 // 100) - 5

    def on_key(self, event: events.Key) -> None:
        choices = {"1": TAKE, "2": DROP, "3": LATER}
        if event.key in choices:
            event.stop()
            event.prevent_default()
            self.dismiss(choices[event.key])

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        event.stop()
        self.dismiss(event.row_key.value)
