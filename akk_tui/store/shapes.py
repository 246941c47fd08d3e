"""What the store hands to a screen: frozen views, each made for one place, all computed from base ⊕ outbox.

Scores are floats of 0 to 100 or None where there is nothing to compute from; dates are ``datetime.date`` in the
domain's calendar; moments are aware ``datetime`` in UTC. ``pending`` tells that a value has not been accepted yet.
Views that come by the thousand hold no cycles and are kept from the garbage collector (``gc=False``).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from msgspec import Struct

from akk_tui.domain.forecast import Forecast as Forecast

# The words of the domain's rules, written out: a command that only shows them does not import the rules.
AttentionKind = Literal[
    "overdue", "needs_work", "stale", "dropped", "late_forecast", "criterion", "conflict", "followup"
]
ForecastKind = Literal["passed", "date", "not_by_assessment", "no_data"]
Readiness = Literal["ready", "nearly", "behind", "unknown", "apart"]
Verdict = Literal["met", "not_met", "no_data"]
OutboxState = Literal["queued", "sending", "conflict", "wait", "forbidden", "rejected"]


class ScorePoint(Struct, frozen=True, gc=False):
    """One reported fulfilment."""

    day: date
    value: float
    source: str
    pending: bool = False


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


class NoteRow(Struct, frozen=True, gc=False):
    id: str
    cycle: str
    region: str
    region_name: str
    subject: str
    subject_title: str
    title: str
    excerpt: str
    tags: tuple[str, ...]
    author: str
    at: datetime | None
    """When its author made it (from the UUID)."""
    state: str
    """``sent`` when accepted, ``private`` for one that is never sent, else its newest waiting operation's."""
    mine: bool


class NoteDetail(Struct, frozen=True):
    row: NoteRow
    body: str
    seen: dict[str, Any]
    """Title, body and tags as shown: hand back as ``seen`` of an edit."""


class EventRow(Struct, frozen=True, gc=False):
    """One activity (kegiatan) of a region."""

    id: str
    cycle: str
    region: str
    region_name: str
    kind: str | None
    title: str
    place: str | None
    start: str | None
    """ISO day (``2025-10-06``) or local minute (``2025-10-06T09:00``), in ``zone``."""
    end: str | None
    zone: str | None
    start_day: date | None
    end_day: date | None
    """The last day; the first one where no end is given."""
    participants: int | None
    institutions: tuple[str, ...]
    present: int
    """OPD that were there themselves or by somebody else."""
    invited: int
    """OPD whose attendance is noted at all."""
    followups: int
    open_followups: int
    by: str | None
    """Who changed it last."""
    state: str
    """``sent`` when accepted, else the state of its newest waiting operation."""
    writable: bool


class FollowupRow(Struct, frozen=True, gc=False):
    """One follow-up (tindak lanjut)."""

    id: str
    cycle: str
    region: str
    region_name: str
    subject: str | None
    """A region, an indicator in a region (``35.72:2.4``), or the id of an event or note."""
    subject_title: str
    event: str | None
    event_title: str | None
    """None without an event; ``""`` where the event is not here (yet)."""
    text: str
    source: str | None
    """The institution of the panel that asked for it."""
    owner: str | None
    due: date | None
    status: str
    """One of ``contract.states.FOLLOWUP_STATES``."""
    response: str | None
    done_at: date | None
    overdue_days: int | None
    """Days past ``due`` while it is open."""
    made: datetime | None
    """When it was written down (from its UUID)."""
    by: str | None
    state: str
    writable: bool
    conflict: bool

    @property
    def is_open(self) -> bool:
        return self.status in ("belum", "proses")


class EventDetail(Struct, frozen=True):
    """One activity whole."""

    row: EventRow
    agenda: str | None
    outcome: str | None
    attendance: dict[str, str]
    """By OPD: ``hadir``, ``diwakili``, ``tidak_hadir``, or other words of a colleague."""
    agencies: tuple[str, ...]
    """The OPD to offer: those of the attendance, then the owners in the region, then those of the instrument."""
    followups: tuple[FollowupRow, ...]
    notes: tuple[NoteRow, ...]
    seen: dict[str, Any]
    """All fields as shown, flat names (``attendance.BKPSDM``): hand back as ``seen`` of an edit."""


class HistoryEntry(Struct, frozen=True, gc=False):
    """One change of one field of a row. ``field`` ``""`` is its creation; values are those of the operation."""

    op: str
    at: datetime
    by: str
    field: str
    was: Any
    now: Any
    state: str
    """``sent`` when the server has it, else the operation's state here."""


class History(Struct, frozen=True):
    """What is known here of a row's changes, newest first."""

    entries: tuple[HistoryEntry, ...]
    fetched: datetime | None
    """When the server's log of this row was last fetched; None: only this store's own edits are known."""


class Draft(Struct, frozen=True):
    """Text that was typed and not saved. ``base`` is what the note held when typing began (None: a new note)."""

    id: str
    note: str | None
    subject: str
    cycle: str
    title: str
    body: str
    tags: tuple[str, ...]
    base: dict[str, Any] | None
    at: datetime
    pid: int
    private: bool = False
    """Whether its note is one that is never sent."""


class OutboxRow(Struct, frozen=True):
    op: str
    n: int
    kind: str
    key: str
    field: str
    """A group is named by its first field; a creation by ``""``."""
    set: dict[str, Any]
    was: dict[str, Any] | None
    state: OutboxState
    answer: dict[str, Any] | None
    at: datetime
    region: str
    region_name: str
    title: str
    """What it is about, for a person: the item's, indicator's, criterion's or note's title."""
    title_en: str


class Conflict(Struct, frozen=True):
    """One field in conflict: base is the first ``was``, mine the newest pending value, theirs the present base."""

    op: str
    ops: tuple[str, ...]
    kind: str
    key: str
    field: str
    base: dict[str, Any] | None
    mine: dict[str, Any]
    theirs: dict[str, Any] | None
    by: str | None
    at: datetime | None
    region: str
    region_name: str
    title: str
    title_en: str


class SentRow(Struct, frozen=True):
    """One accepted operation with its receipt."""

    op: str
    kind: str
    key: str
    field: str
    set: dict[str, Any]
    result: str
    seq: int
    at: datetime
    region: str
    region_name: str
    title: str
    title_en: str


class DiscardedRow(Struct, frozen=True):
    """One value that was let go and can be put back."""

    op: str
    kind: str
    key: str
    field: str
    set: dict[str, Any]
    was: dict[str, Any] | None
    reason: str
    """``theirs``, ``mine``, ``same``, ``superseded``, ``given_up`` or ``undone``."""
    made: datetime
    """When the officer had saved it."""
    at: datetime | None
    """When it was let go, by the server's clock; None until the server told its time."""
    region: str
    region_name: str
    title: str
    title_en: str


class Sending(Struct, frozen=True):
    """What the next round would send, and how long that takes at the rate of the last rounds."""

    operations: int
    bytes: int
    """On the wire: compressed, with the requests around it."""
    seconds: float | None
    """None where no round has measured a rate."""


class SyncRun(Struct, frozen=True):
    """One line of the sync log."""

    id: int
    started: datetime
    seconds: float
    outcome: str
    """``done`` or an error's code."""
    pushed: int
    pulled: int
    conflicts: int
    refused: int
    bytes_up: int
    bytes_down: int
    requests: int
    answers: dict[str, int]
    words: str | None


class Hit(Struct, frozen=True, gc=False):
    """One search hit; ``ranges`` are the (start, end) offsets to highlight in ``excerpt``."""

    kind: Literal["region", "indicator", "item", "note", "event", "followup"]
    key: str
    cycle: str | None
    region: str | None
    title: str
    excerpt: str
    ranges: tuple[tuple[int, int], ...] = ()
    title_en: str = ""
    day: date | None = None
    """The first day of an event, the due date of a follow-up."""


class Edit(Struct, frozen=True):
    """What an edit did. ``op`` is None when it changed nothing."""

    op: str | None
    state: str | None
    key: str
    value: dict[str, Any]
