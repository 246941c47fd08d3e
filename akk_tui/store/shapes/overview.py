"""Views of the whole portfolio: the status line, the dashboard, what needs attention, what was changed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from msgspec import Struct

from akk_tui.store.shapes.region import RegionRow

# The words of the domain's rules, written out: a command that only shows them does not import the rules.
AttentionKind = Literal[
    "overdue", "needs_work", "stale", "dropped", "late_forecast", "criterion", "conflict", "followup"
]


class Attention(Struct, frozen=True, gc=False):
    """One thing that needs somebody: what, where, how bad (higher first), and the facts of its sentence."""

    kind: AttentionKind
    cycle: str
    region: str
    region_name: str
    indicator: str | None
    item: str | None
    title: str
    owner: str | None
    days: int | None
    points: float | None
    weight: float
    title_en: str = ""
    component: str | None = None
    criterion: str | None = None
    followup: str | None = None
    op: str | None = None
    """The operation in conflict."""


class StageCount(Struct, frozen=True):
    stage: str
    reached: int | None
    """Regions of the whole country that reached it; None when nothing is known."""


class Change(Struct, frozen=True, gc=False):
    """One change that arrived since the officer last looked."""

    by: str
    at: datetime | None
    cycle: str
    region: str
    region_name: str
    kind: str
    key: str
    field: str
    value: str | None
    hidden: bool = False
    """Whether it is of a criterion that is shown only where it was opened; ``value`` is then None."""


class StatusLine(Struct, frozen=True):
    """What the status line shows."""

    cycle: str
    cycles: tuple[str, ...]
    cycle_state: str
    assessment: date | None
    days_left: int | None
    today: date
    sample: bool
    officer: str
    role: str
    last_sync: datetime | None
    pending: int
    conflicts: int
    refused: int
    """Operations that were forbidden or rejected."""


class Dashboard(Struct, frozen=True):
    status: StatusLine
    stages: tuple[StageCount, ...]
    regions: tuple[RegionRow, ...]
    ready: int
    nearly: int
    behind: int
    unknown: int
    attention: tuple[Attention, ...]
    """The heaviest first, at most 500."""
    changes: tuple[Change, ...]
    attention_total: int = 0
    """How many there are in all."""
