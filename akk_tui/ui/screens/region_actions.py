"""What can be done with whatever stands under the cursor of a region's page, with the reason why it is off."""

from __future__ import annotations

from akk_tui.i18n import gettext as _
from akk_tui.ui import words
from akk_tui.ui.screens.region_assessment import AssessmentActions


class RegionActions(AssessmentActions):
    """The actions of the page; the page itself is :class:`akk_tui.ui.screens.region.RegionScreen`."""

    # changing it

    def edit_off(self) -> str | None:
        """Why what is under the cursor cannot be changed now."""
        from akk_tui.ui.edits import criterion

        row = self.detail.row if self.detail is not None else None
        if self.tab == "criteria":
            if self.criterion is None or not self.criteria_tab.is_open:
                return _("Baris ini tersembunyi; enter membukanya dulu.")
            return criterion.off(self.akk, row, self.criterion.id)
        if self.tab == "trend":
            return self.retract_off()
        if self.tab == "events":
            return self.event_off()
        if self.tab == "followups":
            return self.followup_off()
        if self.tab == "notes":
            return _("Catatan diubah di layar Catatan; enter membukanya.")
        return self._assessment_off("summary")

    def action_edit(self) -> None:
        """Change what is under the cursor: summary, criterion, score, activity or follow-up."""
        from akk_tui.ui.edits import criterion, indicator, scores
        from akk_tui.ui.events import edit_event
        from akk_tui.ui.followups import change_followup

        detail, place = self.detail, self.place
        if detail is None:
            return
        if self.criterion is not None:
            criterion.edit(self, detail, self.criterion)
        elif self.score is not None:
            scores.correct(self, detail, self.known_scores, self.score)
        elif self.event_row is not None:
            edit_event(self, self.store.views.event(self.event_row.id))
        elif self.followup is not None:
            change_followup(self, self.followup.id)
        elif place is not None:
            indicator.edit_summary(place)

    def event_off(self) -> str | None:
        """Why the activity under the cursor cannot be changed."""
        from akk_tui.ui.events import changing_off

        row = self.event_row
        return changing_off(self.akk, row) if row is not None else _("Pilih dulu sebuah kegiatan.")

    # taking it away

    def delete_off(self) -> str | None:
        """Why what is under the cursor cannot be taken away now."""
        if self.tab == "trend":
            return self.retract_off()
        if self.tab == "events":
            return self.event_off()
        if self.tab == "followups":
            return self.followup_off()
        if self.tab == "notes":
            return _("Catatan dihapus di layar Catatan; enter membukanya.")
        words = _(
            "Tidak ada yang dihapus di tab ini; sebuah isian dikosongkan dengan {key:region.edit}, {key:region.owner}, "
            "{key:region.due}, atau {key:region.evidence}."
        )
        return self.akk.keyed(words)

    def action_delete(self) -> None:
        """Delete the activity or follow-up; take the score back, or let it stand again."""
        from akk_tui.ui.edits import scores
        from akk_tui.ui.events import delete_event
        from akk_tui.ui.followups import delete_followup

        event, followup = self.event_row, self.followup
        if self.score is not None and self.detail is not None:
            scores.retract(self, self.detail, self.score)
            return
        gone = event is not None and delete_event(self, event)
        if gone or (followup is not None and delete_followup(self, followup)):
            self.akk.data_changed()

    # its history

    def history_off(self) -> str | None:
        """Why there is no history to show."""
        return None if self._history_of() is not None else _("Pilih dulu indikator, kriteria, nilai, atau baris lain.")

    def _history_of(self) -> tuple[str, str, str] | None:
        """(kind, key, title) of the row under the cursor."""
        unit = f"{self.akk.cycle}:{self.region_code}"
        if self.indicator is not None:
            return "assessment", f"{unit}:{self.indicator.id}", f"{self.indicator.id} {words.title_of(self.indicator)}"
        if self.criterion is not None and self.criteria_tab.is_open:
            return "criterion", f"{unit}:{self.criterion.id}", words.title_of(self.criterion)
        if self.score is not None:
            day = self.score.day.isoformat()
            return "score", f"{unit}:{day}", _("Nilai resmi per {day}").format(day=words.iso_day(day))
        if self.event_row is not None:
            return "event", self.event_row.id, self.event_row.title
        if self.followup is not None:
            return "followup", self.followup.id, self.followup.text
        if self.note is not None:
            return "note", self.note.id, self.note.title or self.note.excerpt
        return None

    def action_history(self) -> None:
        """Show who changed what of the row under the cursor."""
        from akk_tui.ui.edits.history import HistoryWindow

        found = self._history_of()
        if found is not None:
            self.akk.push_screen(HistoryWindow(*found))

    # something new

    def new_off(self) -> str | None:
        """Why nothing new can be written on this tab."""
        if self.tab == "trend":
            return self.score_off()
        if self.tab == "events":
            return self.new_event_off()
        if self.tab == "followups":
            return self.new_followup_off()
        if self.tab == "notes":
            return None
        if self.tab == "criteria":
            return self.akk.keyed(_("Kriteria sudah ditetapkan; {key:region.edit} mengisi nilainya."))
        return self.evidence_off()

    def action_new(self) -> None:
        """Something new of what the tab shows: evidence, score, activity, follow-up or note."""
        from akk_tui.ui.edits import evidence

        if self.tab == "trend":
            self.action_score()
        elif self.tab == "events":
            self.action_new_event()
        elif self.tab == "followups":
            self.action_new_followup()
        elif self.tab == "notes":
            self.akk.action_new_note()
        elif self.place is not None and self.item is not None:
            evidence.add(self.place, self.item)

    def new_event_off(self) -> str | None:
        """Why no activity can be written now."""
        from akk_tui.ui.events import writing_off

        return writing_off(self.akk, self.region_code)

    def action_new_event(self) -> None:
        """Write down an activity in the region."""
        from akk_tui.ui.events import write_event

        write_event(self, self.region_code)

    def new_followup_off(self) -> str | None:
        """Why no follow-up can be written now."""
        from akk_tui.ui.events import writing_off

        return writing_off(self.akk, self.region_code, kind="followup")

    def action_new_followup(self) -> None:
        """Write down a follow-up: of the activity under the cursor, of the indicator, else of the region."""
        from akk_tui.ui.followups import write_followup

        event = self.event_row.id if self.event_row is not None else None
        subject = f"{self.region_code}:{self.indicator.id}" if self.indicator is not None else None
        write_followup(self, region=self.region_code, subject=subject, event=event)

    # elsewhere

    def open_off(self) -> str | None:
        """Why there is nothing to open."""
        here = self.event_row or self.followup or self.note
        return None if here is not None else _("Pilih dulu sebuah kegiatan, tindak lanjut, atau catatan.")

    async def action_open(self) -> None:
        """Open the activity, the follow-up or the note under the cursor."""
        from akk_tui.ui.followups import change_followup

        if self.event_row is not None:
            await self.akk.open_event(self.event_row.id)
        elif self.followup is not None:
            change_followup(self, self.followup.id)
        elif self.note is not None:
            # This page is left on the way: it cannot wait for that itself.
            self.akk.call_next(self.akk.open_note, self.note.id)

    async def action_meeting(self) -> None:
        """Turn the screen to the other side of the table: the items of who owes what is under the cursor."""
        from akk_tui.ui.screens.meeting import open_meeting

        owner = None
        if self.of_item and self.item is not None:
            owner = self.item.owner
        elif self.indicator is not None and self.indicator.owners:
            owner = self.indicator.owners[0]
        await open_meeting(self.akk, self.region_code, owner)

    def action_steps(self) -> None:
        """Show the shortest way above the pass mark; a sandbox of this region that waits under the page comes back."""
        from akk_tui.ui.screens.steps import StepsScreen

        app, code = self.akk, self.region_code
        waiting = next((screen for screen in reversed(app.screen_stack) if isinstance(screen, StepsScreen)), None)
        if waiting is not None and waiting.region_code == code:
            while app.screen is not waiting:
                app.pop_screen()
        else:
            app.push_screen(StepsScreen(code))
