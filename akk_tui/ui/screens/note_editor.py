"""Writing a note: title, tags, text; every pause of typing is on disk as a draft, ctrl+s makes it an edit."""

from __future__ import annotations

import os
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input, Static, TextArea

from akk_tui.contract import ids
from akk_tui.contract.fields import canonical
from akk_tui.contract.limits import LINE_CHARS, NOTE_BYTES
from akk_tui.i18n import gettext as _
from akk_tui.i18n import number
from akk_tui.store.shapes import Draft, NoteDetail
from akk_tui.ui import draft_words
from akk_tui.ui.screens.base import AkkScreen
from akk_tui.ui.terminal.safe import content, cut
from akk_tui.ui.widgets import marks
from akk_tui.ui.widgets.editor import MarkdownEditor
from akk_tui.ui.widgets.markdown import MarkdownView
from akk_tui.ui.widgets.values import size_words

_FIELDS = ("title", "body", "tags")
_TITLE_CHARS = 80
_NEARLY_FULL = 0.9


class NoteEditor(AkkScreen):
    """Edits the text of one draft. ``about`` names its subject in words."""

    ID: ClassVar[str] = "note_editor"
    AUTO_FOCUS: ClassVar[str | None] = None
    DEFAULT_CSS = """
    NoteEditor {
        & #subject { height: 1; padding: 0 1; color: $text-muted; }
        & Input { height: 1; border: none; padding: 0 1; }
        & #title { text-style: bold; }
        & #body { height: 1fr; }
        & #preview { height: 1fr; display: none; }
        & #state { height: 1; padding: 0 1; background: $panel; }
        &.-preview #preview { display: block; }
        &.-preview #body { display: none; }
    }
    """

    def __init__(self, draft: Draft, about: str) -> None:
        super().__init__()
        self.draft = draft
        self.about = about
        self._refused = ""
        self._state = ""

    def body(self) -> ComposeResult:
        yield Static(id="subject")
        title = Input(
            self.draft.title, id="title", placeholder=_("judul"), max_length=LINE_CHARS, select_on_focus=False
        )
        tags = Input(", ".join(self.draft.tags), id="tags", placeholder=_("tanda, dipisah koma"), select_on_focus=False)
        title.cursor_blink = tags.cursor_blink = False
        yield title
        yield tags
        yield MarkdownEditor(self.draft.body, id="body")
        yield MarkdownView(id="preview")
        yield Static(id="state")

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one("#subject", Static).update(content(cut(self.about, max(self.size.width - 2, 20))))
        self.query_one("#body" if self.draft.title else "#title").focus()
        self._tell_state()

    @property
    def _editor(self) -> MarkdownEditor:
        return self.query_one("#body", MarkdownEditor)

    # --- the draft

    def typed(self) -> Draft:
        """The draft as it stands in the fields."""
        old = self.draft
        tags = tuple(part.strip() for part in self.query_one("#tags", Input).value.split(",") if part.strip())
        return Draft(
            id=old.id,
            note=old.note,
            subject=old.subject,
            cycle=old.cycle,
            title=self.query_one("#title", Input).value,
            body=self._editor.text,
            tags=tags,
            base=old.base,
            at=self.store.now(),
            pid=os.getpid(),
        )

    @on(TextArea.Changed)
    @on(Input.Changed)
    def _changed(self, event: TextArea.Changed | Input.Changed) -> None:
        event.stop()
        now = self.typed()
        old = self.draft
        if (now.title, now.body, now.tags) != (old.title, old.body, old.tags):
            self.draft = now
            self._refused = ""
            self.akk.journal.put(now)
        self._tell_state()

    @on(Input.Submitted)
    def _next(self, event: Input.Submitted) -> None:
        event.stop()
        self.focus_next()

    def on_markdown_editor_full(self, message: MarkdownEditor.Full) -> None:
        message.stop()
        self._refused = _("Catatan paling banyak {limit}; tidak ditambahkan.").format(limit=size_words(message.limit))
        self._tell_state()

    def _tell_state(self) -> None:
        size = self._editor.size_bytes
        words = self._refused
        if not words:
            full = "" if size < NOTE_BYTES * _NEARLY_FULL else _("hampir penuh") + " · "
            words = full + _("{size} dari {limit} · draf tersimpan sendiri · ctrl+s menyimpan catatan").format(
                size=f"{number(size / 1000, 1)} kB", limit=size_words(NOTE_BYTES)
            )
        trouble = self.akk.journal_trouble
        if trouble is not None:
            words = _("DRAF BELUM TERSIMPAN: {why}").format(why=trouble.words(_))
        # Sizes are rounded, so that typing repaints this line seldom.
        if words != self._state:
            self._state = words
            bad = bool(self._refused) or trouble is not None
            words = cut(words, max(self.size.width - 2, 20))
            self.query_one("#state", Static).update(content(words, "$text-error" if bad else ""), layout=False)

    def refresh_view(self) -> None:
        if self.is_mounted and self.query("#state"):
            self._tell_state()

    # --- commands

    def action_save(self) -> None:
        """Make the text an edit: a new note, or an operation for each field that changed."""
        draft = self.typed()
        title = draft.title.strip() or _first_words(draft.body)
        if not title and not draft.body.strip():
            self.akk.tell(_("Tulis dahulu judul atau isinya."), "warning")
            return
        wanted = {"title": title, "body": draft.body, "tags": list(draft.tags)}
        if draft.note is None:
            region = region_of(self, draft.subject)
            fields: dict[str, Any] = {"cycle": draft.cycle, "region": region, "subject": draft.subject, **wanted}
            self.store.create("note", fields, draft=draft.id)
            saved = True
        else:
            base = draft.base or {}
            changed = {
                name: value
                for name, value in wanted.items()
                if canonical("note", name, value) != canonical("note", name, base.get(name))
            }
            if changed:
                self.store.edit(
                    "note", draft.note, changed, seen={name: base.get(name) for name in _FIELDS}, draft=draft.id
                )
            saved = bool(changed)
        self.akk.journal.drop(draft.id)
        self._leave()
        if saved:
            self.akk.edited()
        else:
            self.akk.tell(_("Tidak ada yang berubah."))

    def action_leave(self) -> None:
        """Back to the list; what was typed stays as a draft."""
        if self.has_class("-preview"):
            self.action_preview()
            return
        draft = self.typed()
        if draft_words.same_as_base(draft):
            self.akk.journal.drop(draft.id)
        else:
            self.akk.journal.put(draft)
            self.akk.journal.hurry()
            self.akk.tell(_("Draf disimpan; b di layar Catatan membukanya lagi."))
        self._leave()
        self.akk.data_changed()

    def _leave(self) -> None:
        self.akk.pop_screen()

    def action_preview(self) -> None:
        """Show the note as it is read, or the editor again."""
        self.toggle_class("-preview")
        if self.has_class("-preview"):
            view = self.query_one(MarkdownView)
            view.show(self._editor.text)
            view.focus()
        else:
            self._editor.focus()

    def action_toggle_box(self) -> None:
        """Tick the line with the cursor."""
        self._editor.action_toggle_box()


def _first_words(body: str) -> str:
    """A title from the first line with words in it."""
    for line in body.split("\n"):
        for sign in (marks.HEADING, marks.LIST_ITEM, marks.QUOTE):
            if match := sign.match(line):
                line = line[match.end() :]
                break
        if line.strip():
            return cut(line.strip(), _TITLE_CHARS)
    return ""


def region_of(screen: AkkScreen, subject: str) -> str:
    """The region of a subject; raises UnknownEvent for an activity that is not here."""
    return screen.store.views.event(subject).row.region if ids.UUID.match(subject) else subject.partition(":")[0]


def new_draft(screen: AkkScreen, subject: str) -> Draft:
    """An empty draft about ``subject`` (``35.72``, ``35.72:2.4`` or the id of an activity)."""
    return _draft(screen, None, screen.akk.cycle, subject, "", "", (), None)


def draft_of(screen: AkkScreen, note: NoteDetail) -> Draft:
    """A draft that begins from the note as it was read."""
    row = note.row
    return _draft(screen, row.id, row.cycle, row.subject, row.title, note.body, row.tags, note.seen)


def _draft(
    screen: AkkScreen,
    note: str | None,
    cycle: str,
    subject: str,
    title: str,
    body: str,
    tags: tuple[str, ...],
    base: dict[str, Any] | None,
) -> Draft:
    now = screen.store.now()
    made = ids.uuid7(int(now.timestamp() * 1000), screen.store.random_bits)
    return Draft(made, note, subject, cycle, title, body, tags, base, now, os.getpid())
