"""The activity of its page, and what stands under the cursor there."""

from __future__ import annotations

from datetime import date
from typing import Final

from akk_tui.store.shapes import EventDetail
from akk_tui.ui.screens.base import AkkScreen
from akk_tui.ui.widgets.attendance import AttendanceList
from akk_tui.ui.widgets.followup_list import FollowupList
from akk_tui.ui.widgets.text_lines import TextLines

TABS: Final = ("attendance", "texts", "followups", "notes")


class EventHere(AkkScreen):
    """What the actions of :class:`akk_tui.ui.screens.event.EventScreen` are about."""

    def __init__(self, detail: EventDetail) -> None:
        super().__init__()
        self.detail = detail
        self.tab = TABS[0]
        self.titles: dict[str, str] = {}
        """What the references in the texts are called, once they were read."""

    def show_tab(self, *, focus: bool = True) -> None:
        """Show the part that ``tab`` names, and go there with ``focus``."""
        raise NotImplementedError

    @property
    def event(self) -> str:
        """The id of the activity."""
        return self.detail.row.id

    @property
    def region_code(self) -> str:
        """The region of the activity: what commands about a region mean here."""
        return self.detail.row.region

    @property
    def report_days(self) -> tuple[date, date] | None:
        """The days of the activity: what the report of a visit is about; None where it has none."""
        row = self.detail.row
        return None if row.start_day is None else (row.start_day, row.end_day or row.start_day)

    @property
    def attendance_list(self) -> AttendanceList:
        return self.query_one("#attendance", AttendanceList)

    @property
    def text_lines(self) -> TextLines:
        return self.query_one("#texts", TextLines)

    @property
    def followup_list(self) -> FollowupList:
        return self.query_one("#followups", FollowupList)
