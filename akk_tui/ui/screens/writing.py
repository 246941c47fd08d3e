"""What every screen is that writes one long text: the draft follows the typing, and one line says how it stands."""

from __future__ import annotations

import os
from typing import ClassVar

import msgspec
from textual import on
from textual.widgets import TextArea

from akk_tui.contract.errors import N_
from akk_tui.i18n import gettext as _
from akk_tui.store.errors import StoreUnusable
from akk_tui.store.shapes import Draft
from akk_tui.ui import elsewhere, references
from akk_tui.ui.screens.base import AkkScreen
from akk_tui.ui.terminal.safe import content, cut
from akk_tui.ui.widgets.editor import MarkdownEditor
from akk_tui.ui.widgets.note_text import NoteText
from akk_tui.ui.widgets.quiet import Quiet
from akk_tui.ui.widgets.values import size_words


class WritingScreen(AkkScreen):
    """Writes the text of one draft: every change of it goes to the journal.

    A subclass yields a ``NoteText`` with the id ``body`` and a ``Quiet`` with the id ``state``, says in
    :meth:`state_words` what stands in the latter, and makes the text an edit in :meth:`save_text`. ``FULL`` tells that
    the text takes no more.
    """

    AUTO_FOCUS: ClassVar[str | None] = "#body"
    FULL: ClassVar[str] = N_("Teks paling banyak {limit}; tidak ditambahkan.")
    DEFAULT_CSS = """
    WritingScreen {
        & #subject { height: 1; padding: 0 1; color: $text-muted; }
        & #body { height: 1fr; }
        & #state { height: 1; padding: 0 1; background: $panel; }
    }
    """

    def __init__(self, draft: Draft) -> None:
        super().__init__()
        self.draft = draft
        self._refused = ""
        self._warned = False
        self._titles: dict[str, str] | None = None

    @property
    def _editor(self) -> NoteText:
        return self.query_one("#body", NoteText)

    def titles(self) -> dict[str, str]:
        """Everything that the text can refer to, by code."""
        if self._titles is None:
            self._titles = references.titles(self.store, self.draft.cycle)
        return self._titles

    # --- the draft

    def typed(self) -> Draft:
        """The draft as it stands in the editor."""
        return msgspec.structs.replace(self.draft, body=self._editor.text, at=self.store.now(), pid=os.getpid())

    @on(TextArea.Changed, "#body")
    def _text_changed(self, event: TextArea.Changed) -> None:
        event.stop()
        self.keep_typed()

    def keep_typed(self) -> None:
        """Hand what was typed to the journal, if anything was."""
        old, now = self.draft, self.typed()
        if (now.title, now.body, now.tags) != (old.title, old.body, old.tags):
            self.draft = now
            self._refused = ""
            self._warned = False
            self.akk.journal.put(now)
        self.tell_state()

    def on_markdown_editor_full(self, message: MarkdownEditor.Full) -> None:
        message.stop()
        words = _(self.FULL).format(limit=size_words(message.limit))
        if not self._refused:
            # What is typed on takes its place in the line below; that a pasted text is not there must be seen.
            self.akk.tell(words, "warning")
        self._refused = words
        self.tell_state()

    # --- saving and leaving

    def save_text(self) -> None:
        """Make the text an edit and close; or raise why it is none, then nothing is saved."""
        raise NotImplementedError

    def action_save(self) -> None:
        """Make the text an edit; where the store cannot take it, stay, with another place offered."""
        try:
            self.save_text()
        except StoreUnusable as cause:
            elsewhere.offer(self.akk, [self.typed()], cause.words(_))

    def keeps(self, draft: Draft, words: str, *, wait: float = 1.0) -> bool:
        """Have ``draft`` on disk before the screen is left, and say so with ``words``; False where it is to stay open.

        That is once where the store does not take it: another place is offered, and who leaves again has chosen.
        """
        journal = self.akk.journal
        journal.put(draft)
        if wait:
            journal.flush(wait)
        else:
            journal.hurry()
        trouble = journal.trouble
        if trouble is None or not elsewhere.left(self.akk, journal.unsaved()):
            self.akk.tell(words)
            return True
        if not self._warned:
            self._warned = True
            elsewhere.offer(self.akk, [draft], trouble.words(_))
            return False
        self.akk.tell(_("Draf belum tersimpan; dicoba lagi selama aplikasi terbuka."), "warning")
        return True

    # --- how it stands

    def state_words(self) -> tuple[str, bool]:
        """The line below the text while nothing is wrong with the draft, and whether it says that something is."""
        raise NotImplementedError

    def tell_state(self) -> None:
        """Say how the text stands: first what would lose it, then what was not taken into it."""
        trouble = self.akk.journal.trouble
        if trouble is not None:
            words, bad = _("DRAF BELUM TERSIMPAN: {why}").format(why=trouble.words(_)), True
        elif self._refused:
            words, bad = self._refused, True
        else:
            words, bad = self.state_words()
        self.query_one("#state", Quiet).say(content(self.cut(words), "$text-error" if bad else ""))

    def cut(self, words: str) -> str:
        """As much of ``words`` as one line has room for."""
        return cut(words, max(self.space.width - 2, 20))

    def on_resize(self) -> None:
        self.refresh_view()
