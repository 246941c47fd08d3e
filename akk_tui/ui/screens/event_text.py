"""Writing the agenda or the outcome of an activity: every pause of typing is on disk, ctrl+s makes it an edit."""

from __future__ import annotations

from typing import Any, ClassVar, Final

import msgspec
from textual.app import ComposeResult

from akk_tui import i18n
from akk_tui.contract.errors import AkkError, N_
from akk_tui.contract.limits import TEXT_BYTES
from akk_tui.i18n import gettext as _
from akk_tui.store.shapes import Draft, EventDetail
from akk_tui.ui import draft_words, note_drafts, references
from akk_tui.ui.followups import write_followup
from akk_tui.ui.screens.base import AkkScreen
from akk_tui.ui.screens.draft_offer import DraftOffer, DROP, TAKE
from akk_tui.ui.screens.writing import WritingScreen
from akk_tui.ui.terminal.safe import content
from akk_tui.ui.widgets import marks
from akk_tui.ui.widgets.markdown import MarkdownView
from akk_tui.ui.widgets.note_text import NoteText, ReferenceOffers
from akk_tui.ui.widgets.quiet import Quiet

TITLES: Final = {"agenda": N_("Agenda"), "outcome": N_("Hasil")}
"""The texts of an activity, by field."""


def left_over(screen: AkkScreen, event: str | None = None) -> list[Draft]:
    """The drafts of such texts (of ``event``) that sessions left, newest first."""
    found = [draft for draft in screen.store.drafts.list() if draft_words.of_event(draft)]
    return [draft for draft in draft_words.ended(found) if event is None or draft.subject.startswith(f"{event}:")]


def write_text(screen: AkkScreen, detail: EventDetail, field: str) -> None:
    """Edit the agenda or outcome of an activity, or first offer the draft of it that was left."""
    left = next((draft for draft in left_over(screen, detail.row.id) if draft.subject.endswith(f":{field}")), None)
    if left is not None:
        offer(screen, detail, left)
        return
    text = str(detail.seen.get(field) or "")
    begun = note_drafts.begun(screen, f"{detail.row.id}:{field}", detail.row.cycle)
    screen.akk.push_screen(EventText(msgspec.structs.replace(begun, body=text, base={"body": text or None}), detail))


def offer(screen: AkkScreen, detail: EventDetail, draft: Draft) -> None:
    """Ask what to do with a draft, with its difference shown."""
    field = draft.subject.rpartition(":")[2]
    moment = i18n.moment(draft.at, screen.akk.zone)
    title = _("Draf {what} yang belum disimpan, {when}").format(what=_(TITLES[field]).lower(), when=moment)

    def chosen(key: str | None) -> None:
        if key == TAKE:
            screen.akk.push_screen(EventText(draft, detail))
        elif key == DROP:
            screen.akk.journal.drop(draft.id)
            screen.akk.journal.flush(1.0)
            screen.renew()

    present = {"body": detail.seen.get(field)}
    screen.akk.push_screen(DraftOffer(draft, present, gone=False, title=title), chosen)


class EventText(WritingScreen):
    """Edits one text of one activity."""

    ID: ClassVar[str] = "event_text"
    HELP = N_(
        "Teks disimpan sebagai draf selama diketik; {key:event_text.save} menyimpannya ke kegiatan. @ atau [[ merujuk "
        "daerah, indikator, atau butir. Enter melanjutkan daftar. {key:event_text.followup} membuat tindak lanjut dari "
        "baris ini."
    )
    DEFAULT_CSS = """
    EventText {
        & #preview { height: 1fr; display: none; }
        &.-preview #preview { display: block; }
        &.-preview #body { display: none; }
    }
    """

    def __init__(self, draft: Draft, detail: EventDetail) -> None:
        super().__init__(draft)
        self.detail = detail
        self.field = draft.subject.rpartition(":")[2]

    def body(self) -> ComposeResult:
        yield Quiet(id="subject")
        offers = ReferenceOffers(id="offers")
        yield NoteText(
            self.draft.body, offers=offers, titles=self.titles, near=self.region_code, limit=TEXT_BYTES, id="body"
        )
        yield MarkdownView(id="preview")
        yield offers
        yield Quiet(id="state")

    def on_mount(self) -> None:
        self._editor.move_cursor(self._editor.document.end)

    @property
    def region_code(self) -> str:
        """The region of the activity."""
        return self.detail.row.region

    # --- what it says

    def state_words(self) -> tuple[str, bool]:
        return self.akk.keyed(_("draf tersimpan sendiri · {key:event_text.save} menyimpan ke kegiatan")), False

    def refresh_view(self) -> None:
        row = self.detail.row
        about = " · ".join((_(TITLES[self.field]), row.title, row.region_name))
        self.query_one("#subject", Quiet).say(content(self.cut(about)))
        self.tell_state()

    # --- commands

    def save_text(self) -> None:
        """Make the text an edit of the activity."""
        draft = self.typed()
        base = draft.base or {}
        wanted: dict[str, Any] = {self.field: draft.body if draft.body.strip() else None}
        answers = self.detail.row.state == "conflict"
        edit = self.store.edit(
            "event", self.detail.row.id, wanted, seen={self.field: base.get("body")}, draft=draft.id, answers=answers
        )
        self.akk.journal.drop(draft.id)
        self.akk.pop_screen()
        if edit.op is not None:
            self.akk.edited()
        else:
            self.akk.tell(_("Tidak ada yang berubah."))

    def action_leave(self) -> None:
        """Back to the activity; what was typed stays as a draft."""
        if self.has_class("-preview"):
            self.action_preview()
            return
        draft = self.typed()
        if draft_words.same_as_base(draft):
            self.akk.journal.drop(draft.id)
        elif not self.keeps(draft, _("Draf disimpan; ubah teks ini lagi untuk melanjutkannya.")):
            return
        self.akk.pop_screen()
        self.akk.data_changed()

    def action_preview(self) -> None:
        """Show the text as it is read, or the editor again."""
        self.toggle_class("-preview")
        if self.has_class("-preview"):
            view = self.query_one(MarkdownView)
            view.show(self._editor.text, self.titles())
            view.focus()
        else:
            self._editor.focus()

    def action_toggle_box(self) -> None:
        """Tick the line with the cursor."""
        self._editor.action_toggle_box()

    def line_off(self) -> str | None:
        """Why no follow-up can be made from the line with the cursor."""
        return None if self._line() else _("Baris ini kosong; tulis dulu tindak lanjutnya.")

    def _line(self) -> str:
        line = self._editor.document.get_line(self._editor.cursor_location[0])
        return references.spoken(marks.plain(line), self.titles() if references.in_line(line) else {})

    def action_followup(self) -> None:
        """Make a follow-up from the line with the cursor; the text stays as a draft behind the form."""
        row = self.detail.row
        try:
            write_followup(self, region=row.region, event=row.id, text=self._line())
        except AkkError as cause:
            self.akk.tell_error(cause)
