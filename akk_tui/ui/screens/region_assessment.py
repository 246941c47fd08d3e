"""Actions on what a region owes: states, owners, due dates, evidence, scores, stage; each with the reason it is off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from akk_tui.i18n import gettext as _
from akk_tui.ui.screens.region_here import RegionHere

if TYPE_CHECKING:
    from akk_tui.store.views.single import ReportedScore


class AssessmentActions(RegionHere):
    """The actions of the tab Indikator, of stage and scores."""

    def _assessment_off(self, name: str, value: str | None = None) -> str | None:
        from akk_tui.ui.edits import indicator

        row = self.detail.row if self.detail is not None else None
        here = self.indicator
        return indicator.off(self.akk, row, here.id if here is not None else None, name, value)

    # states

    def state_off(self) -> str | None:
        """Why no state can be chosen now."""
        if self.tab == "followups":
            return self.followup_off()
        if self.item is None:
            return _("Pilih dulu sebuah indikator, lalu butirnya.")
        return self._assessment_off(f"item.{self.item.id}", "diterima")

    def action_state(self) -> None:
        """Choose the state of the item that is shown, or of all that are marked; on its tab of a follow-up."""
        from akk_tui.ui.edits.state import choose
        from akk_tui.ui.followups import set_status

        if self.followup is not None:
            set_status(self, self.followup.id)
            return
        tab = self.indicators_tab
        item, indicator = self.item, self.indicator
        if item is not None and indicator is not None and self.detail is not None:
            choose(self, self.detail, tab.marked_items or [(indicator, item)], tab.unmark)

    def followup_off(self) -> str | None:
        """Why the follow-up under the cursor cannot be changed."""
        from akk_tui.ui.followups import changing_off

        row = self.followup
        return changing_off(self.akk, row) if row is not None else _("Pilih dulu sebuah tindak lanjut.")

    def mark_off(self) -> str | None:
        """Why no item can be marked now."""
        return None if self.item is not None else _("Pilih dulu sebuah indikator, lalu butirnya.")

    def action_mark(self) -> None:
        """Mark the item, or take its mark away."""
        if not self.of_item:
            self.indicators_tab.into()
        self.indicators_tab.mark()

    def unmark_off(self) -> str | None:
        """Why there are no marks to take away."""
        marked = self.tab == "indicators" and self.indicators_tab.marked
        return None if marked else _("Tidak ada butir yang ditandai.")

    def action_unmark(self) -> None:
        """Take all marks away."""
        self.indicators_tab.unmark()

    # owners, due dates, evidence, official score of an indicator

    def owner_off(self) -> str | None:
        """Why no owner can be set now."""
        return self._assessment_off("owners")

    def action_owner(self) -> None:
        """Ask for owners and contact person; for the marked items one owner."""
        from akk_tui.ui.edits import indicator

        place = self.place
        if self.indicators_tab.marked:
            self._edit_marked("item_owner")
        elif place is not None:
            indicator.edit_owners(place, of_item=self.of_item)

    def due_off(self) -> str | None:
        """Why no due date can be set now."""
        return self._assessment_off("due")

    def action_due(self) -> None:
        """Ask for due dates; for the marked items one date."""
        from akk_tui.ui.edits import indicator

        place = self.place
        if self.indicators_tab.marked:
            self._edit_marked("item_due")
        elif place is not None:
            indicator.edit_due(place, of_item=self.of_item)

    def _edit_marked(self, name: str) -> None:
        from akk_tui.ui.edits.indicator import edit_marked, Marked

        tab = self.indicators_tab
        if self.detail is not None:
            edit_marked(self, self.detail, [Marked(*one) for one in tab.marked_items], name, tab.unmark)

    def evidence_off(self) -> str | None:
        """Why no evidence can be written now."""
        if self.item is None:
            return _("Pilih dulu sebuah indikator, lalu butirnya.")
        return self._assessment_off(f"evidence.{self.item.id}.1")

    def action_evidence(self) -> None:
        """Show and change the evidence of the item."""
        from akk_tui.ui.edits import evidence

        place = self.place
        if place is not None and place.item is not None:
            evidence.edit(place, place.item)

    def official_off(self) -> str | None:
        """Why no official score of an indicator can be entered now."""
        return self._assessment_off("score")

    def action_official(self) -> None:
        """Ask for the official score of the indicator."""
        from akk_tui.ui.edits import indicator

        place = self.place
        if place is not None:
            indicator.edit_official(place)

    # the region: stage and scores

    def stage_off(self) -> str | None:
        """Why the stage cannot be set now."""
        from akk_tui.ui.edits import standing

        return standing.off(self.akk, self.detail.row if self.detail is not None else None)

    def action_stage(self) -> None:
        """Ask for stage, its first day and the team."""
        from akk_tui.ui.edits import standing

        if self.detail is not None:
            standing.edit(self, self.detail)

    def score_off(self) -> str | None:
        """Why no official score can be entered now."""
        from akk_tui.ui.edits import scores

        return scores.off(self.akk, self.detail.row if self.detail is not None else None)

    @property
    def known_scores(self) -> tuple[ReportedScore, ...]:
        """The official scores of the region as they stand now."""
        from akk_tui.store.views import single

        return single.scores(self.store, self.akk.cycle, self.region_code)

    def action_score(self) -> None:
        """Ask for a new official score."""
        from akk_tui.ui.edits import scores

        if self.detail is not None:
            scores.enter(self, self.detail, self.known_scores)

    def retract_off(self) -> str | None:
        """Why the score under the cursor cannot be changed or taken back now."""
        return self.score_off() if self.score is not None else _("Pilih dulu sebuah nilai di tab Tren.")
