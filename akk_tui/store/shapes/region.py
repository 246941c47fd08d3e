"""Views of a region: its row, its page, the checklist, the next steps."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from msgspec import Struct

from akk_tui.domain.forecast import Forecast

# The words of the domain's rules, written out: a command that only shows them does not import the rules.
ForecastKind = Literal["passed", "date", "not_by_assessment", "no_data"]
Readiness = Literal["ready", "nearly", "behind", "unknown", "apart"]
Verdict = Literal["met", "not_met", "no_data"]


class ScorePoint(Struct, frozen=True, gc=False):
    """One reported fulfilment."""

    day: date
    value: float
    source: str
    pending: bool = False


class ComponentRow(Struct, frozen=True, gc=False):
    id: str
    title: str
    title_en: str
    score: float | None
    gap: float | None
    """Points of the region's estimate that are missing in this component."""


class RegionRow(Struct, frozen=True, gc=False):
    """One line of the portfolio."""

    cycle: str
    code: str
    name: str
    """With its kind: ``Kota Blitar``, ``Kab. Minahasa Tenggara``."""
    province: str
    zone: str
    writable: bool
    stage: str | None
    stage_date: date | None
    official: float | None
    official_as_of: date | None
    official_source: str | None
    estimate: float | None
    gap: float | None
    """Points from the best known score (official, else estimate) to the first value that passes; 0 when passed."""
    components: tuple[ComponentRow, ...]
    trend: tuple[float, ...]
    """Official values, oldest first, at most 12."""
    forecast: Forecast
    readiness: Readiness
    criteria_met: int
    criteria_known: int
    criteria_total: int
    overdue: int
    needs_work: int
    team: tuple[str, ...]
    touched: datetime | None
    """Newest change of any row of the region."""
    stale_days: int | None
    pending: int
    conflicts: int
    invented: bool


class Evidence(Struct, frozen=True, gc=False):
    n: int
    title: str | None
    number: str | None
    day: str | None
    link: str | None
    capaian: str | None
    per: str | None
    photo: str | None
    pending: bool = False


class ItemRow(Struct, frozen=True, gc=False):
    id: str
    pos: int
    title: str
    title_en: str
    state: str
    owner: str | None
    """The item's own owner, else the first of its indicator's."""
    due: date | None
    """The item's own due date, else its indicator's."""
    overdue_days: int | None
    gain: float
    """Points of the region's estimate that accepting it adds."""
    evidence: tuple[Evidence, ...]
    pending: bool
    conflict: bool
    seen: str
    """The value to hand back as ``seen`` of an edit of the state."""
    own_owner: str | None = None
    own_due: date | None = None
    """What is entered for the item itself: hand back as ``seen`` of an edit of ``item_owner`` or ``item_due``."""


class IndicatorRow(Struct, frozen=True):
    id: str
    title: str
    title_en: str
    score: float | None
    """Estimate; ``official`` is the entered value and never enters it."""
    official: float | None
    official_as_of: date | None
    official_source: str | None
    gain: float
    owners: tuple[str, ...]
    due: date | None
    pic: dict[str, str]
    summary: str | None
    items: tuple[ItemRow, ...]
    changed_by: str | None
    changed_at: datetime | None
    notes: int
    pending: int
    conflicts: int


class ComponentDetail(Struct, frozen=True):
    id: str
    title: str
    title_en: str
    score: float | None
    indicators: tuple[IndicatorRow, ...]


class CriterionRow(Struct, frozen=True):
    id: str
    title: str
    title_en: str
    form: str
    threshold: str
    scale: tuple[str, ...]
    value: str | None
    year: int | None
    as_of: date | None
    source: str | None
    verdict: Verdict
    band: str | None
    band_en: str | None
    band_colour: str | None
    hidden: bool
    mark: str
    pending: bool
    conflict: bool


class StageStep(Struct, frozen=True):
    stage: str
    status: Literal["done", "now", "ahead"]
    start: date | None = None
    end: date | None = None


class RegionDetail(Struct, frozen=True):
    row: RegionRow
    stages: tuple[StageStep, ...]
    components: tuple[ComponentDetail, ...]
    criteria: tuple[CriterionRow, ...]
    history: tuple[ScorePoint, ...]
    pass_mark: float
    pass_at_mark: bool
    weights_mark: str
    assessment: date


class Step(Struct, frozen=True):
    item: str
    title: str
    title_en: str
    indicator: str
    owner: str | None
    due: date | None
    state: str
    gain: float


class NextSteps(Struct, frozen=True):
    region: RegionRow
    steps: tuple[Step, ...]
    estimate: float | None
    estimate_after: float | None
    reaches: bool


class Priority(Struct, frozen=True, gc=False):
    """One missing item with its indicator."""

    indicator: str
    indicator_title: str
    indicator_title_en: str
    item: ItemRow


class Priorities(Struct, frozen=True):
    """Every item of a region that still adds to its estimate, the largest gain first, and what a what-if needs."""

    region: RegionRow
    rows: tuple[Priority, ...]
    states: dict[str, str]
    """Packed item states by indicator id."""
    history: tuple[ScorePoint, ...]
    estimate: float | None
    today: date


class ChecklistRow(Struct, frozen=True, gc=False):
    """One item across regions (tab Daftar periksa)."""

    cycle: str
    region: str
    region_name: str
    component: str
    indicator: str
    indicator_title: str
    indicator_title_en: str
    item: ItemRow
    writable: bool
