"""One note to read beside the list: its head, its lines with a cursor, and the search in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import cast, TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from akk_tui.i18n import gettext as _
from akk_tui.i18n import ngettext
from akk_tui.store.shapes import NoteDetail
from akk_tui.ui import references
from akk_tui.ui.terminal.safe import content
from akk_tui.ui.widgets import marks
from akk_tui.ui.widgets.find_bar import FindBar
from akk_tui.ui.widgets.note_list import about, when
from akk_tui.ui.widgets.text_lines import NoteLines
from akk_tui.ui.widgets.values import note_state

if TYPE_CHECKING:
    from akk_tui.ui.app import AkkApp


class NoteReading(Vertical):
    """Shows one note."""

    DEFAULT_CSS = """
    NoteReading {
        width: 1fr;
        height: 1fr;
        & #note_head { height: auto; padding: 0 1 1 1; }
        & #note_text { height: 1fr; background: $background; }
        & #note_text:focus { background: $background; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - as Textual names it
        super().__init__(id=id)
        self.note: NoteDetail | None = None
        self._titles: Mapping[str, str] = {}
        self._searched: re.Pattern[str] | None = None

    def compose(self) -> ComposeResult:
        yield Static(id="note_head")
        yield NoteLines(id="note_text")
        yield FindBar(id="find")

    @property
    def text(self) -> NoteLines:
        """The lines."""
        return self.query_one("#note_text", NoteLines)

    @property
    def find(self) -> FindBar:
        """The search in the note."""
        return self.query_one(FindBar)

    def show_note(self, note: NoteDetail, titles: Mapping[str, str], searched: re.Pattern[str] | None) -> None:
        """Show ``note``; what was ``searched`` in the list stands out in it."""
        self.note, self._titles, self._searched = note, titles, searched
        row = note.row
        count = marks.word_count(note.body)
        facts = [about(row, titles), row.author, when(row, cast("AkkApp", self.app).zone)]
        if row.tags:
            facts.append(" ".join(f"#{tag}" for tag in row.tags))
        facts.append(ngettext("{n} kata", "{n} kata", count).format(n=count))
        head = content(row.title or _("tanpa judul"), "bold") + content("\n" + " · ".join(facts), "$text-muted")
        if row.state == "private":
            head += content(" · " + _("pribadi, tidak pernah dikirim"), "bold $accent")
        elif row.state != "sent":
            head += content(" · " + note_state(row.state), "$text-muted")
        self.query_one("#note_head", Static).update(head)
        found = self.find.found if self.find.is_open else searched
        self.text.show_note(row.id, note.body, _("Belum ada isinya."), titles, found)

    @property
    def line(self) -> str:
        """The line under the cursor in words: without the sign before it, references by their titles."""
        return references.spoken(marks.plain(self.text.line), self._titles)

    def find_step(self, step: int) -> None:
        """Go to the next match; open the search where it is closed."""
        if self.find.is_open:
            self.find.tell(*self.text.find_step(step))
        else:
            self.find.open()

    @on(FindBar.Typed)
    def _find_typed(self, event: FindBar.Typed) -> None:
        event.stop()
        self.text.look_for(event.found if self.find.is_open else self._searched)
        if self.find.is_open:
            self.find.tell(*self.text.find_step(0))

    @on(FindBar.Step)
    def _find_next(self, event: FindBar.Step) -> None:
        event.stop()
        self.find.tell(*self.text.find_step(event.step))
