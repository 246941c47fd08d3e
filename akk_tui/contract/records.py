"""The typed records that travel: reference data, operations, answers, the lines of a pull, problems.

Structs that the server reads refuse unknown fields; those that the client reads let them pass, so that a newer
server can add some. Strings from outside are :class:`~akk_tui.contract.text.Line` or ``Text`` and clean on decoding.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import field, Meta, Struct

from akk_tui.contract.limits import SCHEMA
from akk_tui.contract.text import Line, Text

Mark = Literal["official", "one_source", "assumption"]
Role = Literal["petugas", "verifikator", "admin"]
Result = Literal["applied", "same", "conflict", "wait", "forbidden", "rejected"]
RefusalCode = Literal[
    "read_only", "role", "cycle_closed", "unknown_item", "bad_value", "deleted", "not_author", "op_taken", "mode"
]
Zone = Literal["WIB", "WITA", "WIT"]
CriterionForm = Literal["number", "grade", "opinion", "yesno"]

UnitName = Annotated[str, Meta(pattern=r"^\d{4}:\d{2}\.\d{2}$")]
RegionCode = Annotated[str, Meta(pattern=r"^\d{2}\.\d{2}$")]
CycleName = Annotated[str, Meta(pattern=r"^\d{4}$")]
Uuid = Annotated[str, Meta(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
Hex64 = Annotated[str, Meta(pattern=r"^[0-9a-f]{16}$")]
Sequence = Annotated[int, Meta(ge=0, le=2**53)]
Witness = tuple[Sequence, Hex64]
"""The sequence number of a commit with its random mark."""


# --- the instrument -------------------------------------------------------------------------------------------


class Titled(Struct, frozen=True, kw_only=True):
    """Something with an id and a title in both languages."""

    id: Line
    title: Line
    title_en: Line


class Item(Titled, frozen=True, kw_only=True):
    """One checklist item (bukti dukung). ``pos`` is its place in the indicator's state string, never reused."""

    pos: Annotated[int, Meta(ge=0, le=99)]
    weight: float = 1.0
    owner: Line | None = None
    mark: Mark = "assumption"


class Indicator(Titled, frozen=True, kw_only=True):
    """One indicator with its items and its likely owners."""

    items: tuple[Item, ...]
    owners: tuple[Line, ...] = ()
    owners_mark: Mark = "assumption"
    weight: float = 1.0
    mark: Mark = "official"


class Component(Titled, frozen=True, kw_only=True):
    """One component with its indicators."""

    indicators: tuple[Indicator, ...]
    mark: Mark = "official"


class Band(Struct, frozen=True, kw_only=True):
    """From ``least`` (inclusive) upwards: a word and a colour name, in both languages."""

    least: float
    word: Line
    word_en: Line
    colour: Line


class Criterion(Titled, frozen=True, kw_only=True):
    """One entry criterion. ``threshold`` is a number, a grade, the years of WTP in a row, or ``ya`` by ``form``.

    ``scale`` orders the grades from the best to the worst.
    """

    form: CriterionForm
    threshold: Line
    scale: tuple[Line, ...] = ()
    source: Line = field(default_factory=Line)
    mark: Mark = "official"
    bands: tuple[Band, ...] = ()
    bands_mark: Mark = "official"
    hidden: bool = False


class Instrument(Struct, frozen=True, kw_only=True):
    """A cycle's instrument: data that an administrator edits, nothing of it is code (``domain.md``)."""

    cycle: CycleName
    version: int
    weights: Literal["equal", "given"]
    weights_mark: Mark
    pass_mark: float
    pass_at_mark: bool
    pass_mark_mark: Mark
    assessment: Line
    """The day of the assessment, ISO."""
    credits: dict[str, float]
    credits_mark: Mark
    components: tuple[Component, ...]
    criteria: tuple[Criterion, ...]
    categories: tuple[Band, ...] = ()
    readiness: dict[str, float] = {}
    """Bounds of the readiness words: ``nearly`` in points below the first value that passes."""
    stale_days: int = 14
    published: dict[str, int] = {}
    """Published number of regions that reached a stage, where the rows do not hold them all."""
    assumed: tuple[Line, ...] = ()
    """Dotted names of the values that are assumptions of ours."""


# --- reference --------------------------------------------------------------------------------------------------


class Cycle(Struct, frozen=True, kw_only=True):
    """One cycle; ``reached`` counts the regions of the whole country per furthest stage reached (numbers only)."""

    id: CycleName
    state: Literal["open", "closed"]
    instrument: Instrument
    reached: dict[str, int] = {}


class Region(Struct, frozen=True, kw_only=True):
    """One region in scope, with the zone that its clocks show."""

    code: Line
    kind: Literal["kabupaten", "kota"]
    name: Line
    province: Line
    province_code: Line
    zone: Zone

    @property
    def full_name(self) -> str:
        """``Kota Blitar``, ``Kab. Blitar``."""
        return f"{'Kota' if self.kind == 'kota' else 'Kab.'} {self.name}"


class Agency(Struct, frozen=True, kw_only=True):
    """A perangkat daerah (OPD) or unit that owes evidence."""

    id: Line
    name: Line
    name_en: Line = field(default_factory=Line)


class Officer(Struct, frozen=True, kw_only=True):
    """The signed-in officer."""

    name: Line
    display: Line
    role: Role
    zone: Zone = "WIB"


class Sample(Struct, frozen=True, kw_only=True):
    """Present when the server holds sample data: the day that the domain takes for today."""

    today: Line
    invented: tuple[Line, ...] = ()
    """``cycle:region`` whose presence or values are invented; an entry ``*`` means: all but published facts."""


class Reference(Struct, frozen=True, kw_only=True):
    """All reference data that this officer may see, whole."""

    cycles: tuple[Cycle, ...]
    regions: tuple[Region, ...]
    agencies: tuple[Agency, ...]
    officer: Officer
    sample: Sample | None = None
    seal: Annotated[str, Meta(pattern=r"^age1[0-9a-z]{20,100}$")] | None = None
    """The server's age public key: unsent work of a profile that must be destroyed is sealed to it."""


# --- operations and answers -------------------------------------------------------------------------------------


class Operation(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One edit: all or nothing, one field or one group, judged by ``was``, the value that its author saw.

    ``was`` None creates the row. ``n`` counts per replica and is the author's order. ``prev`` is the pending
    operation that this one builds on. ``at`` (RFC 3339) informs only, and so does ``rev``, the row's revision that its
    author had seen, but where a server was restored.
    """

    op: Uuid
    n: Annotated[int, Meta(ge=1, le=2**53)]
    kind: Annotated[str, Meta(min_length=1, max_length=20)]
    key: Annotated[str, Meta(min_length=1, max_length=80)]
    set: Annotated[dict[str, Any], Meta(min_length=1, max_length=40)]
    was: Annotated[dict[str, Any], Meta(max_length=40)] | None
    prev: Uuid | None = None
    rev: Sequence | None = None
    at: Annotated[str, Meta(max_length=40)] = ""
    schema: Annotated[int, Meta(ge=1, le=1000)] = SCHEMA


class Present(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What stands on the server where an operation met a conflict, and who put it there when.

    ``later``: it is what the operation had seen, but ``by`` chose it having seen more.
    """

    now: dict[str, Any] | None = None
    by: Line | None = None
    at: Line | None = None
    rev: int = 0
    later: bool = False


class Refusal(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Why an operation was refused: a stable code, and words for a log."""

    code: str
    detail: Line = field(default_factory=Line)


class PushEnd(Struct, frozen=True, kw_only=True):
    """The last line of a push answer: the head after it and the server's time (RFC 3339)."""

    head: Witness
    at: Line


# An answer line is [op, result, seq, detail]: detail is a Present for conflict, a Refusal for rejected and
# forbidden, else null.
AnswerLine = tuple[Uuid, Result, Sequence, dict[str, Any] | None]


# --- pull -----------------------------------------------------------------------------------------------------


class Want(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What the client wants: cycles (none: all open ones), regions (none: all), and whether log rows come along.

    Units that are not wanted send nothing; their cursors stay with the client.
    """

    cycles: Annotated[tuple[CycleName, ...], Meta(max_length=30)] = ()
    regions: Annotated[tuple[RegionCode, ...], Meta(max_length=600)] = ()
    log: bool = False


class PullRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Cursors: ``at`` for every unit but those in ``behind``, and in ``spans``: [first, last, cursor] is the cursor of
    every unit whose name lies between two names, both included. ``sums`` asks for the checksum of every unit.

    ``scope`` is the digest (:func:`akk_tui.contract.ids.scope_digest`) of the scope that the client knows.
    """

    witness: Witness | None = None
    at: Sequence = 0
    behind: Annotated[dict[UnitName, Sequence], Meta(max_length=20_000)] = {}
    spans: Annotated[tuple[tuple[UnitName, UnitName, Sequence], ...], Meta(max_length=1_000)] = ()
    want: Want = Want()
    sums: bool = False
    scope: Annotated[str, Meta(max_length=64)] = ""


class Grant(Struct, frozen=True, kw_only=True):
    """One entry of the scope."""

    unit: UnitName
    write: bool


class PullHead(Struct, frozen=True, kw_only=True):
    """The first line of a pull. ``fresh`` lists the units that are read from their own cursor, one by one.

    With ``same_scope`` the scope is the one whose digest the request named, and ``scope`` is empty; ``fresh`` then
    leaves out the units that the request itself sets apart: all with ``at`` 0, and those in ``behind`` and ``spans``.
    """

    head: Witness
    scope: tuple[Grant, ...]
    reference: str
    rows: int
    bytes_est: int
    fresh: tuple[UnitName, ...] = ()
    same_scope: bool = False


class ChunkLine(Struct, frozen=True, kw_only=True):
    """A commit point: the cursors to store, one for all units or one each for the named units."""

    chunk: Sequence | dict[UnitName, Sequence]


class EndLine(Struct, frozen=True, kw_only=True):
    """The last line of a complete pull: the new ``at`` (no unit stays behind) and checksums per unit."""

    end: Sequence
    sum: dict[UnitName, int] = {}


class MoreLine(Struct, frozen=True, kw_only=True):
    """The last line of a pull that the server stopped on purpose; the client asks again from its cursors."""

    more: Sequence


# A row line is [seq, kind, key, rev, {field: value}].
RowLine = tuple[Sequence, Line, Line, Sequence, dict[str, Any]]


class LogEntry(Struct, frozen=True, kw_only=True):
    """One accepted operation as the server's log keeps it."""

    op: Line
    seq: int
    by: Line
    at: Line
    client_at: Line
    kind: Line
    key: Line
    changed: dict[str, Any]
    was: dict[str, Any] | None


class LogPage(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Entries of the log, oldest first: the newest of one row, or a page of a unit's.

    Of a unit: ``upto`` is the sequence number up to which the log is told now (ask again from there later), ``more``
    whether this page is not the last one (ask again from there at once).
    """

    entries: tuple[LogEntry, ...]
    upto: Sequence = 0
    more: bool = False


class LogQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which row's log (``kind`` and ``key``), or which ``unit``'s past the sequence number ``after``: one of both."""

    kind: Annotated[str, Meta(max_length=20)] | None = None
    key: Annotated[str, Meta(max_length=80)] | None = None
    unit: UnitName | None = None
    after: Sequence = 0


class LogLine(Struct, frozen=True, array_like=True):
    """One accepted operation in few bytes: most of what is fetched of a log was done by others.

    ``made`` is how many seconds before ``at`` its author made it, by the author's own clock. ``op`` is named in what
    the asking officer did, who knows it; it is empty in what others did.
    """

    seq: int
    at: Line
    made: int
    by: Line
    op: Line
    kind: Line
    key: Line
    changed: dict[str, Any]
    was: dict[str, Any] | None


class UnitLog(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A page of one unit's log; ``upto`` and ``more`` as in :class:`LogPage`."""

    unit: UnitName
    entries: tuple[LogLine, ...]
    upto: Sequence
    more: bool = False


class UnitLogs(Struct, frozen=True, kw_only=True):
    """Pages in the order that was asked for, at least one; of a unit that is not among them nothing is told yet."""

    units: tuple[UnitLog, ...]


class LogsQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Units, each with the sequence number past which its log is told: ``2025:35.72@812,2025:52.71@0``."""

    units: Annotated[
        str,
        Meta(pattern=r"^\d{4}:\d{2}\.\d{2}@\d{1,15}(,\d{4}:\d{2}\.\d{2}@\d{1,15}){0,49}$", max_length=1400),
    ]


class Health(Struct, frozen=True, kw_only=True):
    """Alive (``health``) or able to serve (``ready``)."""

    status: Literal["ok", "unavailable"]
    name: Literal["akk-server"] = "akk-server"
    protocol: int = 1
    schema: int = SCHEMA


# --- problems -------------------------------------------------------------------------------------------------


class Problem(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """RFC 9457 problem details; ``code`` is stable and is what a program looks at."""

    status: int
    title: Line
    code: Line
    type: Line | None = None
    detail: Text | None = None
    pointer: Line | None = None
