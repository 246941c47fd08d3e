"""What can be done on the page of an activity, with the reason why it is off."""

from __future__ import annotations

from typing import Any, Final

from akk_tui.contract.errors import AkkError
from akk_tui.contract.limits import LINE_CHARS
from akk_tui.contract.states import ATTENDANCE
from akk_tui.i18n import gettext as _
from akk_tui.ui import event_words, followups, references, words
from akk_tui.ui import events as activities
from akk_tui.ui.chooser import Chooser, Option
from akk_tui.ui.forms import FormField
from akk_tui.ui.screens import event_text
from akk_tui.ui.screens.event_here import EventHere
from akk_tui.ui.widgets import marks
from akk_tui.ui.widgets.attendance import following, NONE

_AGENCY_CHARS: Final = 80


class EventActions(EventHere):
    """The actions of the page; the page itself is :class:`akk_tui.ui.screens.event.EventScreen`."""

    # --- why not

    def change_off(self) -> str | None:
        """Why the activity cannot be changed."""
        return activities.changing_off(self.akk, self.detail.row)

    def attendance_off(self) -> str | None:
        """Why no attendance can be noted now."""
        if self.tab != "attendance":
            return _("Pilih dulu sebuah OPD pada bagian Kehadiran.")
        reason = self.change_off()
        if reason is None and self.attendance_list.agency is None:
            return self.akk.keyed(_("Belum ada OPD; {key:event.agency} menambahnya."))
        return reason

    def space_off(self) -> str | None:
        """Why space changes nothing now: it belongs to attendance and to follow-ups."""
        return self.followup_here_off() if self.tab == "followups" else self.attendance_off()

    def edit_off(self) -> str | None:
        """Why what is chosen cannot be changed."""
        if self.tab == "followups":
            return self.followup_here_off()
        if self.tab == "notes":
            return _("Catatan diubah di layar Catatan; enter membukanya.")
        return self.change_off()

    def followup_here_off(self) -> str | None:
        """Why the follow-up under the cursor cannot be changed."""
        row = self.followup_list.followup
        if row is None:
            return _("Pilih dulu sebuah tindak lanjut.")
        return followups.changing_off(self.akk, row)

    def followup_off(self) -> str | None:
        """Why no follow-up can be written."""
        return activities.writing_off(self.akk, self.region_code, kind="followup")

    def line_off(self) -> str | None:
        """Why no follow-up can be made from a line."""
        if self.tab != "texts" or not marks.plain(self.text_lines.line):
            return _("Pilih dulu sebuah baris agenda atau hasil.")
        return self.followup_off()

    def delete_off(self) -> str | None:
        """Why nothing can be deleted now."""
        if self.tab == "followups":
            return self.followup_here_off()
        if self.tab == "notes":
            return _("Catatan dihapus di layar Catatan; enter membukanya.")
        return self.change_off()

    # --- attendance

    def action_next_attendance(self) -> None:
        """The next word of the OPD's attendance; on a follow-up its status menu."""
        if self.tab == "followups":
            row = self.followup_list.followup
            if row is not None:
                followups.set_status(self, row.id)
            return
        name = self.attendance_list.agency
        if name is not None:
            self._attend(name, following(self.detail.attendance.get(name)))

    def action_attendance_menu(self) -> None:
        """Choose the attendance of the OPD under the cursor: 1–4 while the menu is open."""
        name = self.attendance_list.agency
        if name is None:
            return
        options = [
            Option(word, event_words.attendance_word(word), "", event_words.attendance_glyph(word))
            for word in ATTENDANCE
        ]
        options.append(Option(NONE, _("tidak dicatat"), "", words.NONE))

        def chosen(word: str | None) -> None:
            if word is not None:
                self._attend(name, word or None)

        self.akk.push_screen(Chooser(name, options, self.detail.attendance.get(name, NONE)), chosen)

    def _attend(self, name: str, word: str | None) -> None:
        field = f"attendance.{name}"
        seen = {field: self.detail.seen.get(field)}
        try:
            edit = self.store.edit(
                "event", self.event, {field: word}, seen=seen, answers=self.detail.row.state == "conflict"
            )
        except AkkError as cause:
            self.akk.tell_error(cause)
            return
        if edit.op is not None:
            self.akk.edited()
        else:
            self.akk.data_changed()

    def action_add_agency(self) -> None:
        """Note another OPD by its name."""
        known = self.detail.attendance
        offered = tuple((name, name) for name in self.detail.agencies if name not in known)
        kinds = tuple((word, event_words.attendance_word(word)) for word in ATTENDANCE)

        def trouble(text: str) -> str | None:
            if "." in text:
                return _("nama OPD ditulis tanpa titik")
            return _("paling banyak {n} huruf").format(n=_AGENCY_CHARS) if len(text) > _AGENCY_CHARS else None

        def save(texts: dict[str, str]) -> Any:
            field = f"attendance.{texts['name'].strip()}"
            return self.store.edit(
                "event", self.event, {field: texts["word"]}, seen={field: self.detail.seen.get(field)}
            )

        asked = [
            FormField(
                "name", _("OPD"), choices=offered, check=trouble, required=True, hint=_("ketik nama lain juga boleh")
            ),
            FormField("word", _("Kehadiran"), ATTENDANCE[0], kind="choice", choices=kinds),
        ]
        activities.open_form(self, _("OPD yang hadir"), asked, save)

    # --- writing

    def action_edit(self) -> None:
        """Change what is chosen: a follow-up, agenda or outcome, else the head."""
        row = self.followup_list.followup
        if self.tab == "followups" and row is not None:
            followups.change_followup(self, row.id)
        elif self.tab == "texts":
            self.action_text(self.text_lines.section or "outcome")
        else:
            self.action_head()

    def action_head(self) -> None:
        """Change the head in a form."""
        activities.edit_event(self, self.detail)

    def action_text(self, field: str) -> None:
        """Write the agenda or the outcome."""
        self.tab = "texts"
        self.show_tab()
        self.text_lines.go_to_section(field)
        event_text.write_text(self, self.detail, field)

    def action_followup(self) -> None:
        """A new follow-up of this activity."""
        followups.write_followup(self, region=self.region_code, event=self.event)

    def action_line_followup(self) -> None:
        """A follow-up from the line under the cursor."""
        text = references.spoken(marks.plain(self.text_lines.line), self.titles)[:LINE_CHARS]
        followups.write_followup(self, region=self.region_code, event=self.event, text=text)

    def action_note(self) -> None:
        """A note with this activity as its subject."""
        from akk_tui.ui.screens.notes import write_about

        write_about(self, self.event)

    def action_delete(self) -> None:
        """Delete the follow-up under the cursor, or the activity; undo brings it back."""
        row = self.followup_list.followup
        if self.tab == "followups" and row is not None:
            if followups.delete_followup(self, row):
                self.akk.data_changed()
            return
        if activities.delete_event(self, self.detail.row):
            self.akk.pop_screen()
            self.akk.data_changed()
