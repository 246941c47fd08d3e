"""Writing a note: title, tags, text; every pause of typing is on disk as a draft, ctrl+s makes it an edit."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Final

import msgspec
from textual import on
from textual.app import ComposeResult
from textual.widgets import Input, OptionList

from akk_tui.contract.errors import N_
from akk_tui.contract.ids import UUID
from akk_tui.contract.limits import LINE_CHARS, NOTE_BYTES
from akk_tui.i18n import gettext as _
from akk_tui.i18n import ngettext, number
from akk_tui.store.shapes import Draft
from akk_tui.templates import Template
from akk_tui.ui import commands, draft_words, external, note_drafts, note_templates, references
from akk_tui.ui.followups import write_followup
from akk_tui.ui.note_lines import open_references
from akk_tui.ui.screens.writing import WritingScreen
from akk_tui.ui.terminal.safe import content, cut
from akk_tui.ui.widgets import marks
from akk_tui.ui.widgets.filter_input import FilterInput
from akk_tui.ui.widgets.find_bar import FindBar
from akk_tui.ui.widgets.note_text import NoteText, ReferenceOffers
from akk_tui.ui.widgets.quiet import Quiet
from akk_tui.ui.widgets.text_lines import NoteLines
from akk_tui.ui.widgets.values import size_words

_NEARLY_FULL: Final = 0.9


class NoteEditor(WritingScreen):
    """Edits the text of one draft.

    ``about`` names its subject in words; ``template`` fills a new note at once; ``line`` is where the cursor begins
    (None: at the end).
    """

    ID: ClassVar[str] = "note_editor"
    AUTO_FOCUS: ClassVar[str | None] = None
    FULL: ClassVar[str] = N_("Catatan paling banyak {limit}; tidak ditambahkan.")
    HELP = N_(
        "Tulisan disimpan sebagai draf selama diketik; {key:editor.save} menyimpannya sebagai catatan. @ atau [[ "
        "merujuk daerah, indikator, atau butir. Enter melanjutkan daftar dan kotak centang. Templat mengisi daerah, "
        "tanggal, dan petugas; templat boleh diubah."
    )
    DEFAULT_CSS = """
    NoteEditor {
        & Input { height: 1; border: none; padding: 0 1; }
        & #title { text-style: bold; }
        & #preview { height: 1fr; display: none; background: $background; }
        &.-preview #preview { display: block; }
        &.-preview #body { display: none; }
    }
    """

    def __init__(self, draft: Draft, about: str, template: Template | None = None, line: int | None = None) -> None:
        super().__init__(draft)
        self.about = about
        self._template = template
        self._line_at = line
        self._tags: tuple[str, ...] = ()

    def body(self) -> ComposeResult:
        yield Quiet(id="subject")
        title = Input(
            self.draft.title, id="title", placeholder=_("judul"), max_length=LINE_CHARS, select_on_focus=False
        )
        title.cursor_blink = False
        yield title
        yield FilterInput(self._complete_tags, _("tanda, dipisah koma"), id="tags")
        offers = ReferenceOffers(id="offers")
        text = NoteText(self.draft.body, offers=offers, titles=self.titles, near=self.region_code, id="body")
        hint = _("Tulis di sini. {template}: templat · @ merujuk daerah atau indikator · {external}: penyunting Anda")
        keys = {name: commands.key_of(f"editor.{name}", self.akk.keymap) for name in ("template", "external")}
        text.placeholder = content(hint.format(**keys))
        yield text
        yield NoteLines(id="preview")
        yield offers
        yield FindBar(id="find")
        yield Quiet(id="state")

    def on_mount(self) -> None:
        self.query_one("#tags", Input).value = ", ".join(self.draft.tags)
        self._tags = tuple(tag for tag, _count in self.store.views.note_tags(self.draft.cycle))
        editor = self._editor
        last = editor.document.line_count - 1
        row = last if self._line_at is None else min(self._line_at, last)
        editor.move_cursor((row, len(editor.document.get_line(row))))
        self.query_one("#body" if self.draft.title else "#title").focus()
        if self._template is not None:
            self.fill(self._template)

    @property
    def _preview(self) -> NoteLines:
        return self.query_one("#preview", NoteLines)

    @property
    def _find(self) -> FindBar:
        return self.query_one(FindBar)

    @property
    def region_code(self) -> str | None:
        """The region that the note is about."""
        return note_drafts.region_or_none(self.store, self.draft.subject)

    def _complete_tags(self, value: str) -> str | None:
        """``value`` with its last tag completed to one that other notes have."""
        before, comma, last = value.rpartition(",")
        typed = last.strip().lstrip("#").casefold()
        had = {tag.casefold() for tag in note_drafts.parse_tags(before)}
        found = next((tag for tag in self._tags if typed and tag.casefold().startswith(typed) and tag not in had), None)
        if found is None or found.casefold() == typed:
            return None
        # What is typed stays as it is: only what follows it is offered.
        return f"{before}{comma}{last}{found[len(typed) :]}"

    # --- the draft

    def typed(self) -> Draft:
        """The draft as it stands in the fields."""
        tags = note_drafts.parse_tags(self.query_one("#tags", Input).value)
        return msgspec.structs.replace(super().typed(), title=self.query_one("#title", Input).value, tags=tags)

    @on(Input.Changed, "#title")
    @on(Input.Changed, "#tags")
    def _line_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.keep_typed()

    @on(Input.Submitted, "#title")
    @on(Input.Submitted, "#tags")
    def _next(self, event: Input.Submitted) -> None:
        event.stop()
        self.focus_next()

    # --- what it says

    def refresh_view(self) -> None:
        if not self.is_mounted or not self.query("#state"):
            return
        mark = _("pribadi, tidak pernah dikirim") + " · " if self.draft.private else ""
        room = max(self.space.width - 2 - len(mark), 10)
        about = content(mark, "bold $accent") + content(cut(self.about, room))
        self.query_one("#subject", Quiet).say(about)
        self.tell_state()

    def state_words(self) -> tuple[str, bool]:
        size, count = self._editor.size_bytes, marks.word_count(self._editor.text)
        # Sizes are rounded, so that typing repaints this line seldom.
        parts = [
            ngettext("{n} kata", "{n} kata", count).format(n=count),
            _("hampir penuh") if size >= NOTE_BYTES * _NEARLY_FULL else "",
            _("{size} dari {limit}").format(size=f"{number(size / 1000, 1)} kB", limit=size_words(NOTE_BYTES)),
            _("draf tersimpan sendiri"),
        ]
        return " · ".join(part for part in parts if part), False

    # --- saving and leaving

    def save_text(self) -> None:
        """Make the text an edit: a new note, or an operation for each field that changed."""
        draft = self.typed()
        if note_drafts.is_empty(draft):
            self.akk.tell(_("Tulis dahulu judul atau isinya."), "warning")
            return
        saved = note_drafts.save(self.store, draft)
        self.akk.journal.drop(draft.id)
        self.akk.pop_screen()
        shown: Callable[[str], None] | None = getattr(self.akk.shown(), "note_saved", None)
        if saved is not None and shown is not None:
            shown(saved)
        if saved is None:
            self.akk.tell(_("Tidak ada yang berubah."))
        elif draft.private:
            self.akk.tell(_("Catatan pribadi disimpan di komputer ini saja; tidak pernah dikirim."))
            self.akk.data_changed()
        else:
            self.akk.edited()

    def action_leave(self) -> None:
        """Close the search or the preview; else back to the list: what was typed stays as a draft."""
        if self._find.is_open:
            self._find.close()
            self._text.focus()
            return
        if self.has_class("-preview"):
            self.action_preview()
            return
        draft = self.typed()
        if draft_words.same_as_base(draft):
            self.akk.journal.drop(draft.id)
        else:
            key = commands.key_of("notes.drafts", self.akk.keymap)
            words = _("Draf disimpan; {key} di layar Catatan membukanya lagi.").format(key=key)
            if not self.keeps(draft, words, wait=0):
                return
        self.akk.pop_screen()
        self.akk.data_changed()

    # --- reading what is written

    @property
    def _text(self) -> NoteText | NoteLines:
        """What is seen: the editor, or the preview."""
        return self._preview if self.has_class("-preview") else self._editor

    def action_preview(self) -> None:
        """Show the note as it is read, or the editor again."""
        self.toggle_class("-preview")
        if self.has_class("-preview"):
            self._preview.show_note(self.draft.id, self._editor.text, _("Belum ada isinya."), self.titles())
        self._text.focus()

    @on(OptionList.OptionSelected, "#preview")
    async def _open(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self._keep()
        await open_references(self, self._preview.references, self.region_code, self.titles())

    def action_find(self) -> None:
        """Look for words in the note."""
        self._find.open()

    def action_find_step(self, step: int) -> None:
        """Go to the next match."""
        if not self._find.is_open:
            self._find.open()
            return
        self._find.tell(*self._text.find_step(step))

    @on(FindBar.Typed)
    def _find_typed(self, event: FindBar.Typed) -> None:
        event.stop()
        self._text.look_for(event.found)
        self._find.tell(*self._text.find_step(0))

    @on(FindBar.Step)
    def _find_next(self, event: FindBar.Step) -> None:
        event.stop()
        self._find.tell(*self._text.find_step(event.step))

    # --- writing

    def action_toggle_box(self) -> None:
        """Tick the line with the cursor."""
        self._editor.action_toggle_box()

    def action_reference(self) -> None:
        """Begin a reference at the cursor."""
        if self.has_class("-preview"):
            self.action_preview()
        self._editor.focus()
        self._editor.ask_reference()

    def action_template(self) -> None:
        """Choose a template and put its text where the cursor is."""
        note_templates.choose(self, self.fill)

    def fill(self, template: Template) -> None:
        """Put a template's text where the cursor is; its title and tags where there are none."""
        made = note_templates.filled(self, template, self.draft.cycle, self.draft.subject)
        title, tags = self.query_one("#title", Input), self.query_one("#tags", Input)
        if not title.value.strip():
            title.value = made.title
        tags.value = ", ".join(dict.fromkeys((*note_drafts.parse_tags(tags.value), *made.tags)))
        editor = self._editor
        row, _column = editor.cursor_location
        gap = "\n" if editor.text.strip() and editor.document.get_line(row).strip() else ""
        at = (row, len(editor.document.get_line(row)))
        editor.replace(gap + made.body, at, at, maintain_selection_offset=False)
        editor.move_cursor((row + len(gap), 0))
        editor.focus()

    def private_off(self) -> str | None:
        """Why the note cannot become private, or be sent like others."""
        if self.draft.note is None:
            return None
        if self.draft.private:
            key = commands.key_of("notes.publish", self.akk.keymap)
            return _("Simpan dahulu; {key} di layar Catatan mengirim catatan pribadi.").format(key=key)
        return _("Catatan ini sudah menjadi catatan bersama; hanya catatan baru dapat dibuat pribadi.")

    def action_private(self) -> None:
        """Make the new note one that is never sent, or one like others."""
        self.draft = msgspec.structs.replace(self.typed(), private=not self.draft.private)
        self.akk.journal.put(self.draft)
        self.refresh_view()

    def line_off(self) -> str | None:
        """Why no follow-up can be made from the line with the cursor."""
        if not self.query("#body"):
            return None
        return None if self._line() else _("Baris ini kosong; tulis dulu tindak lanjutnya.")

    def _line(self) -> str:
        if self.has_class("-preview"):
            line = self._preview.line
        else:
            line = self._editor.document.get_line(self._editor.cursor_location[0])
        return references.spoken(marks.plain(line), self.titles())

    def action_followup(self) -> None:
        """Make a follow-up from the line with the cursor; the text stays as a draft behind the form."""
        self._keep()
        draft = self.draft
        event = draft.subject if UUID.match(draft.subject) else None
        # Colleagues see the follow-up, but never a note that is not sent.
        subject = draft.note if draft.note is not None and not draft.private else draft.subject
        region = note_drafts.region_of(self.store, draft.subject)
        write_followup(self, region=region, subject=subject, event=event, text=self._line())

    def _keep(self) -> None:
        """Have the draft on disk before something else comes over it."""
        draft = self.typed()
        if not draft_words.same_as_base(draft):
            self.akk.journal.put(draft)
            self.akk.journal.hurry()

    def action_external(self) -> None:
        """Let the user's own editor have the text; what it leaves is the draft."""
        draft = self.draft = self.typed()
        self.akk.journal.put(draft)
        self.akk.journal.flush(2.0)
        if self.has_class("-preview"):
            self.action_preview()
        made = external.edit(self.akk, draft)
        if len(made.text.encode()) > NOTE_BYTES:
            told = _("Tulisan dari penyunting terlalu besar ({size}; paling banyak {limit}) dan ada di {path}")
            size = size_words(len(made.text.encode()))
            self.akk.tell(told.format(size=size, limit=size_words(NOTE_BYTES), path=made.path), "error")
            return
        editor = self._editor
        if made.text != editor.text:
            editor.replace(made.text, (0, 0), editor.document.end, maintain_selection_offset=False)
            editor.move_cursor((0, 0))
        self.draft = self.typed()
        self.akk.journal.put(self.draft)
        if self.akk.journal.flush(2.0):
            made.path.unlink(missing_ok=True)
        editor.focus()
