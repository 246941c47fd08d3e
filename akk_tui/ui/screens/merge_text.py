"""A text that two changed: what does not merge is marked, and the text that is saved answers the difference."""

from __future__ import annotations

from typing import Any, ClassVar, Final

import msgspec
from rich.text import Text
from textual.app import ComposeResult

from akk_tui import merge_words
from akk_tui.contract.errors import N_
from akk_tui.contract.limits import TEXT_BYTES
from akk_tui.domain.merge_places import Choice, chosen, is_mark, open_places, Spot, spots
from akk_tui.domain.textmerge import Merged
from akk_tui.i18n import gettext as _
from akk_tui.i18n import ngettext
from akk_tui.store.errors import NoConflict
from akk_tui.store.shapes import Conflict, Draft
from akk_tui.ui import commands, draft_merges, draft_words, note_drafts, sync_answers
from akk_tui.ui.screens.base import AkkScreen
from akk_tui.ui.screens.writing import WritingScreen
from akk_tui.ui.terminal.safe import content
from akk_tui.ui.widgets import conflict as difference
from akk_tui.ui.widgets.note_text import NoteText, ReferenceOffers
from akk_tui.ui.widgets.quiet import Quiet
from akk_tui.ui.widgets.values import size_words

_ROOM: Final = 3 * TEXT_BYTES
"""Bytes that both versions and the marks may take while one writes."""


def write(screen: AkkScreen, row: Conflict, merged: Merged) -> None:
    """Open the merge of a difference in the editor, or what was left of it the last time."""
    store = screen.store
    text = merge_words.text(merged, row.by, store.meta.get("officer"), older=row.older)
    subject = draft_merges.subject_of(row)
    left = next((one for one in draft_words.ended(store.drafts.list()) if one.subject == subject), None)
    if left is None:
        begun = note_drafts.begun(screen, subject, screen.akk.cycle)
        left = msgspec.structs.replace(begun, body=text, base={"theirs": row.theirs})
    else:
        screen.akk.tell(
            screen.akk.keyed(_("Dilanjutkan dari draf; {key:merge_text.again} memulai lagi dari gabungannya."))
        )
    screen.akk.push_screen(MergeText(left, row, text))


class MergeEditor(NoteText):
    """The editor with the lines around open places in sight."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"editor--mark"}
    DEFAULT_CSS = """
    MergeEditor .editor--mark { color: $warning; text-style: bold reverse; }
    """

    def get_line(self, line_index: int) -> Text:
        line = super().get_line(line_index)
        if is_mark(line.plain):
            line.stylize(self.get_component_rich_style("editor--mark", partial=True))
        return line


class MergeText(WritingScreen):
    """Edits the merge of one text. ``text`` is the merge as it begins."""

    ID: ClassVar[str] = "merge_text"
    HELP = N_(
        "Gabungan isian saya dan isian rekan. Yang tidak dapat digabung sendiri berada di antara baris bertanda ===: "
        "pilih dengan {key:merge_text.mine}, {key:merge_text.theirs}, atau {key:merge_text.both}, atau tulis sendiri "
        "dan hapus baris tandanya. {key:merge_text.save} menjawab beda isian dengan teks ini."
    )

    def __init__(self, draft: Draft, row: Conflict, text: str) -> None:
        super().__init__(draft)
        self.row = row
        self._text = text
        self._begun = draft.body

    def body(self) -> ComposeResult:
        yield Quiet(id="subject")
        offers = ReferenceOffers(id="offers")
        yield MergeEditor(
            self.draft.body, offers=offers, titles=self.titles, near=self.row.region, limit=_ROOM, id="body"
        )
        yield offers
        yield Quiet(id="state")

    def on_mount(self) -> None:
        if first := self._spots():
            self._editor.move_cursor((first[0].mine + 1, 0))

    def _spots(self) -> list[Spot]:
        return spots(self._editor.document.lines)

    def _here(self) -> Spot | None:
        """The place with the cursor."""
        row = self._editor.cursor_location[0]
        return next((one for one in self._spots() if one.mine <= row <= one.end), None)

    # --- what it says

    def state_words(self) -> tuple[str, bool]:
        text = self._editor.text
        left, size = open_places(text), len(text.encode())
        if left:
            words = ngettext("{n} tempat belum dipilih", "{n} tempat belum dipilih", left).format(n=left)
            keys = _("{key:merge_text.mine} saya, {key:merge_text.theirs} rekan, {key:merge_text.both} keduanya")
            return words + " · " + self.akk.keyed(keys), False
        if size > TEXT_BYTES:
            return _too_long(size), True
        return self.akk.keyed(_("semua tempat sudah dipilih · {key:merge_text.save} menjawab beda isian")), False

    def refresh_view(self) -> None:
        about = " · ".join(part for part in (difference.about(self.row), _("gabungan")) if part)
        self.query_one("#subject", Quiet).say(content(self.cut(about)))
        self.tell_state()

    # --- commands

    def place_off(self) -> str | None:
        """Why nothing can be chosen here."""
        if self._here() is not None:
            return None
        return self.left_off() or _("Kursor tidak berada di tempat bertanda.")

    def left_off(self) -> str | None:
        """Why there is no place to go to."""
        return None if open_places(self._editor.text) else _("Tidak ada tempat yang belum dipilih.")

    def action_choose(self, choice: Choice) -> None:
        """Leave one side's lines, or both, of the place with the cursor."""
        spot, editor = self._here(), self._editor
        if spot is None:
            return
        lines = editor.document.lines
        kept = chosen(lines, spot, choice)
        start, end = (spot.mine, 0), (spot.end, len(lines[spot.end]))
        if not kept and spot.end + 1 < len(lines):
            end = (spot.end + 1, 0)
        elif not kept and spot.mine:
            start = (spot.mine - 1, len(lines[spot.mine - 1]))
        editor.replace("\n".join(kept), start, end, maintain_selection_offset=False)
        editor.move_cursor((min(spot.mine, editor.document.line_count - 1), 0))
        if self._spots():
            self.action_next_place()

    def action_next_place(self) -> None:
        """Go to the next place, behind the last to the first."""
        editor = self._editor
        row = editor.cursor_location[0]
        starts = [one.mine for one in self._spots()]
        if not starts:
            # A mark that was damaged is still to be cleared.
            starts = [at for at, line in enumerate(editor.document.lines) if is_mark(line)]
        after = [at for at in starts if at >= row] or starts
        if after:
            editor.move_cursor((min(after[0] + 1, editor.document.line_count - 1), 0))
            editor.scroll_cursor_visible(animate=False)

    def action_again(self) -> None:
        """Begin anew from the merge as it is now; ctrl+z brings back what was typed."""
        editor = self._editor
        editor.replace(self._text, (0, 0), editor.document.end, maintain_selection_offset=False)
        self.draft = msgspec.structs.replace(self.typed(), base={"theirs": self.row.theirs})
        editor.move_cursor((0, 0))
        self.action_next_place()

    def save_text(self) -> None:
        """Answer the difference with the text; where a place is open or the text too long, say so and stay."""
        draft = self.typed()
        left, size = open_places(draft.body), len(draft.body.encode())
        if left:
            words = ngettext(
                "Masih ada {n} tempat yang belum dipilih; hapus juga baris bertanda ===.",
                "Masih ada {n} tempat yang belum dipilih; hapus juga baris bertanda ===.",
                left,
            )
            self.akk.tell(words.format(n=left), "warning")
            self.action_next_place()
            return
        if size > TEXT_BYTES:
            self.akk.tell(_too_long(size), "warning")
            return
        value: dict[str, Any] = {self.row.field: draft.body if draft.body.strip() else None}
        # What was shown when the text began is what it answers: if theirs changed since, the server tells.
        theirs: dict[str, Any] = (draft.base or {}).get("theirs") or {}
        try:
            row = msgspec.structs.replace(self.row, theirs=theirs)
            words = sync_answers.answer(self.akk, row, "value", value, draft=draft.id)
        except NoConflict:
            # It ended while one wrote: the text is an edit like any other, of what was shown.
            seen = {self.row.field: theirs.get(self.row.field)}
            self.store.edit(self.row.kind, self.row.key, value, seen=seen, draft=draft.id, answers=False)
            words = _("Beda isian ini sudah selesai; teksnya disimpan sebagai perubahan.")
        self.akk.journal.drop(draft.id)
        self.akk.pop_screen()
        self.akk.tell(words)
        self.akk.data_changed()

    def action_leave(self) -> None:
        """Back to the difference; what was typed stays as a draft, the merge as it began does not."""
        draft = self.typed()
        if draft.body == self._text:
            self.akk.journal.drop(draft.id)
        elif draft.body != self._begun and not self.keeps(draft, self._kept_words(draft)):
            return
        self.akk.pop_screen()
        self.akk.data_changed()

    def _kept_words(self, draft: Draft) -> str:
        if draft_merges.is_open(self.store, draft):
            return _("Draf disimpan; buka beda isian ini lagi untuk melanjutkannya.")
        key = commands.key_of("notes.drafts", self.akk.keymap)
        return _("Draf disimpan; beda isiannya sudah selesai, {key} di layar Catatan membukanya lagi.").format(key=key)


def _too_long(size: int) -> str:
    words = _("Gabungannya {size}, paling banyak {limit}: pendekkan dahulu.")
    return words.format(size=size_words(size), limit=size_words(TEXT_BYTES))
