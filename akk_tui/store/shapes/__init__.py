"""What the store hands to a screen: frozen views, each made for one place, all computed from base ⊕ outbox.

Scores are floats of 0 to 100 or None where there is nothing to compute from; dates are ``datetime.date`` in the
domain's calendar; moments are aware ``datetime`` in UTC. ``pending`` tells that a value has not been accepted yet.
Views that come by the thousand hold no cycles and are kept from the garbage collector (``gc=False``).
"""

from __future__ import annotations

from akk_tui.domain.forecast import Forecast
from akk_tui.store.shapes.overview import (
    Attention,
    AttentionKind,
    Change,
    Dashboard,
    StageCount,
    StatusLine,
)
from akk_tui.store.shapes.region import (
    ChecklistRow,
    ComponentDetail,
    ComponentRow,
    CriterionRow,
    Evidence,
    ForecastKind,
    IndicatorRow,
    ItemRow,
    NextSteps,
    Priorities,
    Priority,
    Readiness,
    RegionDetail,
    RegionRow,
    ScorePoint,
    StageStep,
    Step,
    Verdict,
)
from akk_tui.store.shapes.sending import (
    Conflict,
    DiscardedRow,
    Edit,
    OutboxRow,
    OutboxState,
    Sending,
    SentRow,
    SyncRun,
)
from akk_tui.store.shapes.writing import (
    Draft,
    EventDetail,
    EventRow,
    FollowupRow,
    History,
    HistoryEntry,
    Hit,
    NoteDetail,
    NoteRow,
)

__all__ = [
    "Attention",
    "AttentionKind",
    "Change",
    "ChecklistRow",
    "ComponentDetail",
    "ComponentRow",
    "Conflict",
    "CriterionRow",
    "Dashboard",
    "DiscardedRow",
    "Draft",
    "Edit",
    "EventDetail",
    "EventRow",
    "Evidence",
    "FollowupRow",
    "Forecast",
    "ForecastKind",
    "History",
    "HistoryEntry",
    "Hit",
    "IndicatorRow",
    "ItemRow",
    "NextSteps",
    "NoteDetail",
    "NoteRow",
    "OutboxRow",
    "OutboxState",
    "Priorities",
    "Priority",
    "Readiness",
    "RegionDetail",
    "RegionRow",
    "ScorePoint",
    "Sending",
    "SentRow",
    "StageCount",
    "StageStep",
    "StatusLine",
    "Step",
    "SyncRun",
    "Verdict",
]
