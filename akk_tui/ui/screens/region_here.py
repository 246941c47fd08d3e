"""What an action on a region's page is about: the row under the cursor of the tab that is shown."""

from __future__ import annotations

from typing import Final, NamedTuple, TYPE_CHECKING

from akk_tui.ui.screens.base import AkkScreen
from akk_tui.ui.widgets.event_list import EventList
from akk_tui.ui.widgets.followup_list import FollowupList
from akk_tui.ui.widgets.region_criteria import CriteriaTab
from akk_tui.ui.widgets.region_indicators import IndicatorsTab
from akk_tui.ui.widgets.region_notes import NotesTable
from akk_tui.ui.widgets.region_trend import TrendTab

if TYPE_CHECKING:
    from akk_tui.store.shapes import CriterionRow, EventRow, FollowupRow, IndicatorRow, ItemRow, NoteRow, RegionDetail
    from akk_tui.store.views.single import ReportedScore
    from akk_tui.ui.edits.indicator import Place

TABS: Final = ("indicators", "criteria", "trend", "events", "followups", "notes")


class Made(NamedTuple):
    """What officers made in the region."""

    notes: tuple[NoteRow, ...]
    events: tuple[EventRow, ...]
    followups: tuple[FollowupRow, ...]
    scores: tuple[ReportedScore, ...]

    def of(self, tab: str) -> tuple[object, ...] | None:
        """The rows of a tab; None for one that shows something else."""
        return {"trend": self.scores, "events": self.events, "followups": self.followups, "notes": self.notes}.get(tab)


class Start(NamedTuple):
    """Where a page begins: a tab, or the thing that the cursor shall be on."""

    tab: str | None = None
    component: str | None = None
    indicator: str | None = None
    item: str | None = None
    criterion: str | None = None
    score: str | None = None
    event: str | None = None
    followup: str | None = None
    note: str | None = None

    def row_of(self, tab: str) -> str | None:
        """What it names in the list of a tab other than the first."""
        rows = {"criteria": self.criterion, "trend": self.score, "events": self.event, "followups": self.followup}
        return self.note if tab == "notes" else rows.get(tab)


class RegionHere(AkkScreen):
    """A region's page as its actions see it."""

    region_code: str
    tab: str
    detail: RegionDetail | None
    made: Made | None
    """None before it was read."""

    @property
    def indicators_tab(self) -> IndicatorsTab:
        return self.query_one(IndicatorsTab)

    @property
    def criteria_tab(self) -> CriteriaTab:
        return self.query_one(CriteriaTab)

    @property
    def trend_tab(self) -> TrendTab:
        return self.query_one(TrendTab)

    @property
    def event_list(self) -> EventList:
        return self.query_one(EventList)

    @property
    def followup_list(self) -> FollowupList:
        return self.query_one(FollowupList)

    @property
    def note_list(self) -> NotesTable:
        return self.query_one(NotesTable)

    @property
    def indicator(self) -> IndicatorRow | None:
        """The indicator under the cursor, on its tab."""
        return self.indicators_tab.indicator if self.tab == "indicators" else None

    @property
    def item(self) -> ItemRow | None:
        """The item that an action is about: the one under the cursor, at first the first open one."""
        return self.indicators_tab.item if self.tab == "indicators" else None

    @property
    def criterion(self) -> CriterionRow | None:
        """The criterion under the cursor, on its tab."""
        return self.criteria_tab.criterion if self.tab == "criteria" else None

    @property
    def score(self) -> ReportedScore | None:
        """The official score under the cursor, on the tab Tren."""
        return self.trend_tab.score if self.tab == "trend" else None

    @property
    def event_row(self) -> EventRow | None:
        """The activity under the cursor, on its tab."""
        return self.event_list.event_row if self.tab == "events" else None

    @property
    def followup(self) -> FollowupRow | None:
        """The follow-up under the cursor, on its tab."""
        return self.followup_list.followup if self.tab == "followups" else None

    @property
    def note(self) -> NoteRow | None:
        """The note under the cursor, on its tab."""
        key = self.note_list.cursor_key if self.tab == "notes" else None
        return next((row for row in (self.made.notes if self.made is not None else ()) if row.id == key), None)

    @property
    def note_subject(self) -> str:
        """What a new note is about: the activity or the indicator under the cursor, else the region."""
        if self.event_row is not None:
            return self.event_row.id
        return f"{self.region_code}:{self.indicator.id}" if self.indicator is not None else self.region_code

    @property
    def place(self) -> Place | None:
        """The indicator and item under the cursors, for a dialog."""
        from akk_tui.ui.edits.indicator import Place

        if self.detail is None or self.indicator is None:
            return None
        return Place(self, self.detail, self.indicator, self.item)

    @property
    def of_item(self) -> bool:
        """Whether the cursor is among the items."""
        return self.indicators_tab.inside
