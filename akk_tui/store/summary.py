"""One computed row a region (table ``summary``), refreshed in the transaction of the edit or chunk that changes it.

A row holds what the portfolio shows and what needs attention, as of one day: scores, forecast, overdue items and
staleness depend on it. A row of another day, a missing one, and all of them after an upgrade are computed again from
the rows when they are read; :func:`refresh` and :func:`looked` store them. What other tables hold at hand (rights,
pending and conflicting operations) is not in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final, TYPE_CHECKING

import msgspec
from msgspec import Struct

from akk_tui.contract import codec
from akk_tui.domain.forecast import Forecast
from akk_tui.store.shapes import AttentionKind, Readiness
from akk_tui.store.views import values

if TYPE_CHECKING:
    from akk_tui.store.db import Database
    from akk_tui.store.store import Store

VERSION: Final = "2"
"""Of the form and the meaning of what is stored; another one makes all rows be computed again."""

_UNIT_CHARS: Final = len("2025:35.72")
_SHARE: Final = 0.5
"""From such a share of a cycle's units on, reading the whole cycle is quicker."""
_NAMED: Final = 500
"""Units named in one question: every SQLite takes 999."""
TREND: Final = 12
"""Values of the trend that are kept."""
_HOURS: Final = {"WIB": 7, "WITA": 8, "WIT": 9}
_KINDS: Final = ("assessment", "criterion", "standing", "score")


class Reason(Struct, frozen=True, array_like=True, gc=False):
    """One reason for attention, see ``domain.attention``."""

    kind: AttentionKind
    weight: float
    indicator: str | None
    item: str | None
    component: str | None
    criterion: str | None
    owner: str | None
    days: int | None
    points: float | None
    followup: str | None


class Row(Struct, frozen=True, array_like=True, gc=False):
    """What is kept of one region: ``shapes.RegionRow`` without names, rights and what waits.

    ``scores`` and ``gaps`` are by component, in the instrument's order. ``before``: the scores when the officer last
    looked, the ``look``-th time (empty before the first).
    """

    day: date
    stage: str | None
    stage_date: date | None
    official: float | None
    official_as_of: date | None
    official_source: str | None
    estimate: float | None
    gap: float | None
    scores: tuple[float | None, ...]
    gaps: tuple[float | None, ...]
    trend: tuple[float, ...]
    forecast: Forecast
    readiness: Readiness
    criteria_met: int
    criteria_known: int
    overdue: int
    needs_work: int
    team: tuple[str, ...]
    touched: datetime | None
    stale_days: int | None
    look: int
    before: tuple[float | None, ...]


class Kept(Struct, frozen=True, array_like=True, gc=False):
    """The stored body: the row, and the reasons still encoded for readers that do not want them."""

    row: Row
    reasons: msgspec.Raw


class Member(Struct, frozen=True, gc=False):
    """One unit of the scope as it is read: rights, the row, and the reasons as JSON (an array)."""

    unit: str
    write: bool
    row: Row
    reasons: msgspec.Raw | bytes


_decode_reasons = msgspec.json.Decoder(list[Reason]).decode
_decode_one = msgspec.json.Decoder(Kept).decode


def reasons_of_one(member: Member) -> list[Reason]:
    """The reasons of one member, the heaviest first."""
    return _decode_reasons(member.reasons)


# --- reading ----------------------------------------------------------------------------------------------------


def members(store: Store, cycle: str) -> list[Member]:
    """The units of ``cycle`` in the officer's scope, each with its row as of today, in order of region code."""
    found: list[tuple[str, int, str | None]] = store.db.execute(
        "SELECT u.unit, u.write, s.body FROM unit u LEFT JOIN summary s ON s.unit = u.unit"
        " WHERE u.unit >= ? AND u.unit < ? AND NOT u.leaving ORDER BY u.unit",
        (f"{cycle}:", f"{cycle};"),
    ).fetchall()
    return _read(store, found)


def member(store: Store, unit: str) -> Member | None:
    """One unit of the scope with its row as of today; None outside the scope."""
    found = store.db.execute(
        "SELECT u.unit, u.write, s.body FROM unit u LEFT JOIN summary s ON s.unit = u.unit"
        " WHERE u.unit = ? AND NOT u.leaving",
        (unit,),
    ).fetchall()
    members = _read(store, found)
    return members[0] if members else None


def _read(store: Store, found: list[tuple[str, int, str | None]]) -> list[Member]:
    """The members of what was found; what is missing or of another day is computed."""
    today = store.today()
    current = _is_current(store.db)
    members: list[Member | None] = []
    missing: dict[str, int] = {}
    for place, (unit, write, body) in enumerate(found):
        # One by one: a joined document of a whole country would stand in memory three times.
        kept = _decode_one(body) if body is not None and current else None
        if kept is None or kept.row.day != today:
            missing[unit] = place
            members.append(None)
        else:
            members.append(Member(unit, bool(write), kept.row, kept.reasons))
    if missing:
        for unit, (row, reasons) in compute(store, list(missing)).items():
            members[missing[unit]] = Member(unit, bool(found[missing[unit]][1]), row, reasons)
    return [member for member in members if member is not None]


def _is_current(db: Database) -> bool:
    return db.value("SELECT value FROM meta WHERE name = 'summary'") == VERSION


# --- writing ----------------------------------------------------------------------------------------------------


def refresh(db: Database, units: Iterable[str]) -> None:
    """Compute the rows of ``units`` anew; part of the caller's transaction.

    On the first call of a day all rows of open cycles are computed, and all rows at all after an upgrade.
    """
    store = db.store
    reference = store.reference() if store else None
    if store is None or reference is None:
        return
    wanted = dict.fromkeys(units)
    today = store.today().isoformat()
    if not _is_current(db):
        db.execute("DELETE FROM summary")
        _set_meta(db, "summary", VERSION)
        wanted = dict.fromkeys(_units(db, None))
    elif db.value("SELECT value FROM meta WHERE name = 'summary_day'") != today:
        for cycle in reference.cycles:
            if cycle.state == "open":
                wanted.update(dict.fromkeys(_units(db, cycle.id)))
    else:
        _save(db, compute(store, list(wanted)), wanted)
        return
    _set_meta(db, "summary_day", today)
    _save(db, compute(store, list(wanted)), wanted)


def looked(db: Database) -> None:
    """From now on drops of components count from the present scores; part of the caller's transaction."""
    look = int(db.value("SELECT value FROM meta WHERE name = 'look'", default="0"))
    _set_meta(db, "look", str(look + 1))
    dropped = db.execute("SELECT unit FROM summary WHERE instr(body, '\"dropped\"')")
    refresh(db, [unit for (unit,) in dropped.fetchall()])


def _save(db: Database, computed: Mapping[str, tuple[Row, bytes]], wanted: Iterable[str]) -> None:
    gone = [(unit,) for unit in wanted if unit not in computed]
    if gone:
        db.executemany("DELETE FROM summary WHERE unit = ?", gone)
    db.executemany(
        "INSERT OR REPLACE INTO summary VALUES (?, ?, ?, ?)",
        [
            (unit, unit[:4], unit[5:], codec.encode(Kept(row, msgspec.Raw(reasons))).decode())
            for unit, (row, reasons) in computed.items()
        ],
    )


def _units(db: Database, cycle: str | None) -> list[str]:
    if cycle is None:
        return [unit for (unit,) in db.execute("SELECT unit FROM unit")]
    return [
        unit for (unit,) in db.execute("SELECT unit FROM unit WHERE unit >= ? AND unit < ?", (f"{cycle}:", f"{cycle};"))
    ]


def _set_meta(db: Database, name: str, value: str) -> None:
    db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))


# --- computing --------------------------------------------------------------------------------------------------


class UnitRows:
    """The effective rows of one unit, by the last part of their keys, and the newest change of any row.

    Follow-ups are by their ids; deleted ones are not there.
    """

    __slots__ = ("assessment", "criterion", "followup", "score", "standing", "touched")

    def __init__(self) -> None:
        self.assessment: dict[str, dict[str, Any]] = {}
        self.criterion: dict[str, dict[str, Any]] = {}
        self.score: dict[str, dict[str, Any]] = {}
        self.standing: dict[str, dict[str, Any]] = {}
        self.followup: dict[str, dict[str, Any]] = {}
        self.touched = ""


def read_rows(db: Database, units: Iterable[str]) -> dict[str, UnitRows]:
    """The effective rows of each of ``units``; units that were taken away are left out."""
    from akk_tui.store.overlay import Overlay, SHOWN_STATES

    found = {unit: UnitRows() for unit in _there(db, list(units))}
    overlay = Overlay(db)
    for where in _wheres(db, found):
        for kind in _KINDS:
            rows_of = {unit: getattr(of_unit, kind) for unit, of_unit in found.items()}
            for key, row in overlay.effective_rows(kind, where).items():
                unit = key[:_UNIT_CHARS]
                if unit in rows_of:
                    rows_of[unit][key[_UNIT_CHARS + 1 :]] = row
                    at = row.get("at")
                    if isinstance(at, str) and at > found[unit].touched:
                        found[unit].touched = at
        for key, row in overlay.effective_rows("followup", where).items():
            of_unit = found.get(f"{row.get('cycle')}:{row.get('region')}")
            if of_unit is not None and not row.get("deleted"):
                of_unit.followup[key] = row
        _touched_elsewhere(db, where, found)
    for one in overlay.all_waiting():
        of_unit = found.get(one.unit)
        if of_unit is not None and (one.state in SHOWN_STATES or one.state == "sent"):
            of_unit.touched = max(of_unit.touched, values.op_moment(one.op).strftime("%Y-%m-%dT%H:%M:%SZ"))
    return found


class _At(Struct):
    at: str = ""


_decode_at = msgspec.json.Decoder(_At).decode


def _touched_elsewhere(db: Database, where: str, found: dict[str, UnitRows]) -> None:
    """Notes, events and follow-ups count as changes of their region."""
    rows = db.execute(
        "SELECT unit, data FROM base INDEXED BY base_unit"
        " WHERE unit >= ? AND unit < ? AND kind IN ('note', 'event', 'followup')",
        (where, f"{where};"),
    )
    for unit, data in rows:
        of_unit = found.get(unit)
        if of_unit is not None:
            of_unit.touched = max(of_unit.touched, _decode_at(data).at)


def _there(db: Database, units: list[str]) -> Iterator[str]:
    """Those of ``units`` that are not taken away. Asked for by name: a few are brought up at every chunk of a pull."""
    for start in range(0, len(units), _NAMED):
        named = units[start : start + _NAMED]
        marks = ", ".join("?" * len(named))
        query = f"SELECT unit FROM unit WHERE unit IN ({marks}) AND NOT leaving"  # noqa: S608 - marks only
        yield from (unit for (unit,) in db.execute(query, named))


def _wheres(db: Database, units: Iterable[str]) -> list[str]:
    """What to read for ``units``, which are there: single ones, or whole cycles where most are wanted."""
    by_cycle: dict[str, list[str]] = {}
    for unit in units:
        by_cycle.setdefault(unit[:4], []).append(unit)
    wheres: list[str] = []
    for cycle, many in by_cycle.items():
        bounds = (f"{cycle}:", f"{cycle};")
        there = db.value("SELECT count(*) FROM unit WHERE unit >= ? AND unit < ? AND NOT leaving", bounds)
        wheres += [cycle] if len(many) > _SHARE * there else many
    return wheres


def compute(store: Store, units: list[str]) -> dict[str, tuple[Row, bytes]]:
    """The row and the encoded reasons of each of ``units`` that is in scope and of a known cycle, as of today."""
    from akk_tui.store.views.figures import Figures

    reference = store.reference()
    if reference is None or not units:
        return {}
    known = {cycle.id: cycle.instrument for cycle in reference.cycles}
    today, hours = store.today(), _HOURS.get(reference.officer.zone, 7)
    look = int(store.db.value("SELECT value FROM meta WHERE name = 'look'", default="0"))
    old = _old_rows(store.db, units) if look else {}
    by_cycle: dict[str, Figures] = {}
    made: dict[str, tuple[Row, bytes]] = {}
    for unit, rows in read_rows(store.db, units).items():
        instrument = known.get(unit[:4])
        if instrument is None:
            continue
        figures = by_cycle.get(unit[:4])
        if figures is None:
            figures = by_cycle[unit[:4]] = Figures(instrument, today, hours)
        row, reasons = figures.of(rows, look, _before(old.get(unit), look))
        made[unit] = (row, codec.encode(reasons))
    return made


def _before(old: Row | None, look: int) -> tuple[float | None, ...]:
    """The component scores that a drop counts from: those at the officer's last look."""
    if old is None:
        return ()
    return old.before if old.look == look else old.scores


def _old_rows(db: Database, units: list[str]) -> dict[str, Row]:
    if not _is_current(db):
        return {}
    found: dict[str, Row] = {}
    for unit in units:
        body = db.value("SELECT body FROM summary WHERE unit = ?", (unit,))
        if body is not None:
            found[unit] = _decode_one(body).row
    return found
