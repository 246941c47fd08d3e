"""Catatan: the list of notes with full-text search, one note to read, and the drafts that were left."""

from __future__ import annotations

import re
from functools import partial
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import DataTable, Input, OptionList, Static

from akk_tui.contract.errors import AkkError
from akk_tui.contract.ids import UUID
from akk_tui.contract.text import clean
from akk_tui.i18n import gettext as _
from akk_tui.store.shapes import Draft, NoteDetail, NoteRow
from akk_tui.store.views import fold
from akk_tui.ui import draft_words, note_actions, note_drafts, note_offers, note_templates, references
from akk_tui.ui.note_found import count_words, fetch, Found
from akk_tui.ui.note_lines import open_references
from akk_tui.ui.note_subject import choose_subject, write, write_about
from akk_tui.ui.screens.base import AkkScreen
from akk_tui.ui.terminal.safe import content
from akk_tui.ui.widgets.filter_input import FilterInput
from akk_tui.ui.widgets.note_list import complete, NoteList, Query
from akk_tui.ui.widgets.note_reading import NoteReading
from akk_tui.ui.widgets.quiet import Quiet

__all__ = ["NotesScreen", "choose_subject", "write_about"]


class NotesScreen(AkkScreen):
    """All notes of the cycle that is shown."""

    ID: ClassVar[str] = "notes"
    AUTO_FOCUS: ClassVar[str | None] = "#note_list"
    DEFAULT_CSS = """
    NotesScreen {
        & #count { height: 1; padding: 0 1; }
        & #query { height: 1; border: none; padding: 0 1; display: none; }
        & #query.-shown { display: block; }
        & #panes { height: 1fr; }
        & #note_list { width: 1fr; height: 1fr; }
        & #reading { display: none; border-left: vkey $primary; }
        & #empty { height: 1fr; display: none; }
        &.-reading #reading { display: block; }
        &.-reading.-narrow #note_list, &.-reading.-tiny #note_list { display: none; }
        &.-reading.-narrow #reading, &.-reading.-tiny #reading { border-left: none; }
        &.-none #empty { display: block; }
        &.-none #panes { display: none; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._found: Found | None = None
        self._tags: tuple[str, ...] = ()
        self._drafts: list[Draft] = []
        self._read: NoteDetail | None = None
        self._titles: dict[str, str] = {}
        """Everything that a note of the cycle can be about or refer to, by code."""
        self._offered = False
        self._wanted: str | None = None
        """The note that was saved last: the cursor goes there once it is in the list."""
        self._undone: note_actions.Undoable | None = None
        """What was done last with a private note, which no operation tells of."""

    def body(self) -> ComposeResult:
        yield Quiet(id="count")
        yield FilterInput(
            lambda typed: complete(typed, self._tags),
            _("cari di judul, isi, tanda, dan nama daerah; #tanda menyaring"),
            id="query",
        )
        with Horizontal(id="panes"):
            yield NoteList(id="note_list")
            yield NoteReading(id="reading")
        yield Static(id="empty")

    # --- data

    def refresh_view(self) -> None:
        cycle, typed = self.akk.cycle, self._query.value
        if not cycle:
            self.fetched("notes", Found(Query()))
            return
        self.fetch("notes", partial(fetch, cycle=cycle, typed=typed))

    def fetched(self, name: str, value: Any) -> None:
        found: Found = value
        self._found, self._tags = found, found.tags
        self._drafts = list(found.drafts)
        self._titles = references.titles(self.store, self.akk.cycle)
        self._show()
        if self._wanted is not None and self._table.go_to(self._wanted):
            self._wanted = None
        if self._read is not None:
            self._renew_reading(self._read.row.id)
        if not self._offered:
            self._offered = True
            if self._drafts and self.akk.screen is self:
                self.action_drafts()

    def on_resize(self) -> None:
        self._show()

    @property
    def _table(self) -> NoteList:
        return self.query_one("#note_list", NoteList)

    @property
    def _query(self) -> Input:
        return self.query_one("#query", Input)

    @property
    def _reading(self) -> NoteReading:
        return self.query_one(NoteReading)

    @property
    def _pattern(self) -> re.Pattern[str] | None:
        """What the search finds in folded text."""
        return fold.starts(fold.words(clean(self._found.query.words))) if self._found is not None else None

    def _show(self) -> None:
        found = self._found
        if found is None:
            return
        width = self.size.width - 2
        if self.has_class("-reading") and self.size.width >= 104:
            width = width // 2 - 1
        self._table.show_notes(found.rows, self._titles, self._pattern, width)
        self.query_one("#count", Quiet).say(content(count_words(self.akk, found, len(self._drafts))))
        self.set_class(not found.rows and self._read is None, "-none")
        if not found.rows:
            words = (
                self.akk.keyed(
                    _("Belum ada catatan. Tekan {key:notes.new} untuk menulis yang pertama; bisa juga tanpa jaringan.")
                )
                if found.query.empty
                else _("Tidak ada catatan yang cocok. Esc mengosongkan filter.")
            )
            self.query_one("#empty", Static).update(content(words))

    # --- what is on and off

    def note_off(self) -> str | None:
        """Why no note can be read now."""
        return None if self._table.here is not None or self._read is not None else _("Pilih dulu sebuah catatan.")

    def edit_off(self) -> str | None:
        """Why the note cannot be changed by this officer."""
        row = self.chosen
        if row is None:
            return _("Pilih dulu sebuah catatan.")
        if not row.mine:
            return _("Catatan ini ditulis {author}; hanya penulisnya yang dapat mengubahnya.").format(author=row.author)
        return None

    def drafts_off(self) -> str | None:
        """Why there is no draft to open."""
        return None if self._drafts else _("Tidak ada draf yang tertinggal.")

    def private_off(self) -> str | None:
        """Why there is nothing to send deliberately."""
        row = self.chosen
        if row is not None and row.state == note_drafts.PRIVATE:
            return None
        return _("Ini bukan catatan pribadi; catatan lain terkirim sendiri saat sinkronisasi.")

    def line_off(self) -> str | None:
        """Why no follow-up can be made from a line."""
        if self._read is None or not self.has_class("-reading"):
            return _("Buka dulu sebuah catatan dengan enter, lalu pilih barisnya.")
        return None if self._reading.line else _("Baris ini kosong; pilih baris yang berisi.")

    def reading_off(self) -> str | None:
        """Why nothing is looked for in a note."""
        return None if self._read is not None else _("Buka dulu sebuah catatan dengan enter.")

    @property
    def region_code(self) -> str | None:
        """The region of the note under the cursor."""
        row = self.chosen
        return row.region if row is not None else None

    @property
    def chosen(self) -> NoteRow | None:
        """The note that is read, else the one under the cursor."""
        if self._read is not None and self.has_class("-reading") and not self._table.has_focus:
            return self._read.row
        return self._table.here

    # --- reading

    @on(DataTable.RowSelected, "#note_list")
    async def _selected(self, event: DataTable.RowSelected) -> None:
        event.stop()
        await self.akk.action_command("notes.read")

    @on(DataTable.RowHighlighted, "#note_list")
    def _moved(self, event: DataTable.RowHighlighted) -> None:
        """Where both stand side by side the note follows the cursor in the list."""
        event.stop()
        row = self._table.here
        if self._read is not None and self._table.has_focus and row is not None and row.id != self._read.row.id:
            self._renew_reading(row.id)

    def action_read(self) -> None:
        """Read the note under the cursor."""
        row = self._table.here
        if row is not None:
            self.open_note(row.id)

    def open_note(self, note: str) -> None:
        """Show the note with that id; a draft of it that was left is offered."""
        try:
            self._read = self.store.views.note(note)
        except AkkError as cause:
            self.akk.tell_error(cause)
            return
        self.remove_class("-none")
        self.add_class("-reading")
        self._show()
        self._table.go_to(note)
        self._draw_reading()
        self._reading.text.focus()
        left = next((draft for draft in draft_words.left_over(self.store.drafts.list()) if draft.note == note), None)
        if left is not None:
            note_offers.offer(self, left)

    def _draw_reading(self) -> None:
        if self._read is not None:
            self._reading.show_note(self._read, self._titles, self._pattern)

    def _renew_reading(self, note: str) -> None:
        try:
            self._read = self.store.views.note(note)
        except AkkError:
            # The note was deleted, here or elsewhere: the list no longer has it, so there is nothing to read.
            self._close_reading()
        else:
            self._draw_reading()

    def _close_reading(self) -> None:
        self._read = None
        self._reading.find.close()
        self.remove_class("-reading")
        self._show()
        self._table.focus()

    @on(OptionList.OptionSelected, "#note_text")
    async def _enter_on_line(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        await open_references(self, self._reading.text.references, self.region_code, self._titles)

    async def action_origin(self) -> None:
        """Open what the line refers to; else what the note is about."""
        row = self.chosen
        if row is None:
            return
        if self._reading.text.has_focus and self._reading.text.references:
            await open_references(self, self._reading.text.references, row.region, self._titles)
        elif UUID.match(row.subject):
            await self.akk.open_event(row.subject)
        else:
            await self.akk.open_region(row.region, indicator=row.subject.partition(":")[2] or None)

    def action_history(self) -> None:
        """Who changed the note, and when."""
        from akk_tui.ui.screens.note_history import NoteHistory

        row = self.chosen
        if row is not None:
            self.akk.push_screen(NoteHistory(row))

    def action_followup(self) -> None:
        """Make a follow-up from the line under the cursor."""
        if self._read is not None:
            note_actions.followup(self, self._read.row, self._reading.line)

    def action_find_step(self, step: int) -> None:
        """Go to the next match in the note."""
        self._reading.find_step(step)

    # --- writing

    def action_edit(self) -> None:
        """Edit the note, or take up the draft of it that was left."""
        row = self.chosen
        if row is None:
            return
        left = next((draft for draft in self._drafts if draft.note == row.id), None)
        if left is not None:
            note_offers.offer(self, left)
        else:
            reading = self._read is not None and self._reading.text.has_focus
            line = self._reading.text.highlighted if reading else None
            write(self, note_drafts.draft_of(self, self.store.views.note(row.id)), line=line)

    def note_saved(self, note: str) -> None:
        """A note was saved: the cursor goes to it."""
        self._wanted = note

    def action_new(self) -> None:
        """A new note: first the region, then the whole of it or one indicator."""
        choose_subject(self, self.region_code, partial(write_about, self))

    def action_new_from_template(self) -> None:
        """A new note from a template: first the template, then what the note is about."""
        region = self.region_code
        note_templates.choose(
            self, lambda template: choose_subject(self, region, partial(write_about, self, template=template))
        )

    def action_copy_templates(self) -> None:
        """Lay the built-in templates where they can be changed, and say where."""
        note_templates.copy(self.akk)

    def action_tags(self) -> None:
        """Change the tags of the note."""
        row = self.chosen
        if row is not None:
            note_actions.change_tags(self, row, self._tags)

    def action_publish(self) -> None:
        """Make a private note one like others, after asking."""
        row = self.chosen
        if row is not None:
            note_actions.publish(self, row, self._sent)

    def _sent(self, undoable: note_actions.Undoable) -> None:
        self._undone = undoable

    def action_delete(self) -> None:
        """Delete the note; undo brings it back."""
        row = self.chosen
        if row is None:
            return
        self._undone = note_actions.delete(self, row)
        if self._read is not None:
            self._close_reading()
        self.akk.data_changed()

    def undo_here(self) -> str | None:
        """What undo takes back on this screen before any edit: what was done last with a private note."""
        return self._undone.title if self._undone is not None else None

    def undo_now(self) -> None:
        """Take that back."""
        undone, self._undone = self._undone, None
        if undone is not None:
            undone.undo()

    def action_drafts(self) -> None:
        """Offer the drafts that were left."""
        note_offers.offer_all(self, self._drafts)

    # --- filter

    def action_filter(self) -> None:
        """Type words to search for: in the note that is read, else in all of them."""
        if self.has_class("-reading") and not self._table.has_focus:
            self._reading.find.open()
            return
        self._query.add_class("-shown")
        self._query.focus()

    def action_filter_tag(self) -> None:
        """Choose a tag; only the notes that have it are left."""
        note_actions.choose_tag(self, self._filter_by)

    def _filter_by(self, tag: str) -> None:
        words = [part for part in self._query.value.split() if not part.startswith("#")]
        self._query.value = " ".join([*words, f"#{tag}"])
        if self.has_class("-reading"):
            self._close_reading()
        self._close_filter()

    @on(Input.Changed, "#query")
    def _searched(self, event: Input.Changed) -> None:
        event.stop()
        self.refresh_view()

    @on(Input.Submitted, "#query")
    def _search_done(self, event: Input.Submitted) -> None:
        event.stop()
        self._close_filter()

    def _close_filter(self) -> None:
        self._query.set_class(bool(self._query.value), "-shown")
        self._table.focus()

    async def action_leave(self) -> None:
        """From the search in the note to the note, to the list; then the filter is emptied; then back."""
        if self._reading.find.is_open:
            self._reading.find.close()
            self._reading.text.focus()
        elif self._query.has_focus:
            self._close_filter()
        elif self.has_class("-reading"):
            self._close_reading()
        elif self._query.value:
            self._query.value = ""
            self._close_filter()
        else:
            await self.akk.action_back()
