"""What was done in a unit within some days, as far as it is known here: for the report of a visit.

Three sources, each operation once: the part of the server's log that was fetched, this store's own accepted
operations, and the outbox. An operation counts on the day on which its author made it, not on the day of its sync.
Rows that somebody changed in those days by operations that are not known here are told by name alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple, TYPE_CHECKING

import msgspec

from akk_tui.contract.errors import AkkError
from akk_tui.contract.fields import group
from akk_tui.store.operations import Body, CREATION
from akk_tui.store.views import values
from akk_tui.store.views.titles import Titles

if TYPE_CHECKING:
    from akk_tui.store.store import Store

_body = msgspec.json.Decoder(Body).decode
_fields = msgspec.json.Decoder(dict[str, Any]).decode

_SENT: Final = "sent"
_LOGGED: Final = "SELECT op, kind, key, by, at, was, now, seq FROM log WHERE unit = ? ORDER BY seq"
_OWN_SENT: Final = (
    "SELECT op, kind, key, field, body, at FROM sent WHERE unit = ? AND (result = 'applied' OR ?) ORDER BY n"
)
_OWN_WAITING: Final = "SELECT op, kind, key, field, body, state FROM outbox WHERE unit = ? ORDER BY n"
_LAST_CHANGED: Final = "SELECT kind, key, data FROM base WHERE unit = ? ORDER BY kind, key"


class Done(NamedTuple):
    """One field or group of a row, set by one operation. ``was`` is None where the operation made the row."""

    op: str
    kind: str
    key: str
    field: str
    """The first field of its group."""
    by: str
    at: datetime
    day: date
    """In the calendar of the domain: on sample data nothing is done after its own today."""
    was: dict[str, Any] | None
    now: dict[str, Any]
    state: str
    """``sent``, else the operation's state in the outbox."""
    title: str
    title_en: str


class Changed(NamedTuple):
    """A row whose last change is known by who and when alone."""

    kind: str
    key: str
    by: str
    at: datetime
    day: date
    title: str
    title_en: str


class Work(NamedTuple):
    """What is known of a unit's days. ``fetched``: as of when its log is here whole; None: it never was."""

    done: tuple[Done, ...]
    changed: tuple[Changed, ...]
    fetched: datetime | None


def work(store: Store, unit: str, first: date, last: date, zone: timedelta) -> Work:
    """The work in ``unit`` on the days ``first`` to ``last`` (both included) of the clocks ``zone`` east of UTC.

    Operations in the order in which the server took them, then those that wait; empty outside the scope.
    """
    if store.db.one("SELECT 1 FROM unit WHERE unit = ? AND NOT leaving", (unit,)) is None:
        return Work((), (), None)
    today, titles = store.today(), Titles(store)

    def day(moment: datetime) -> date:
        return min((moment + zone).date(), today)

    fetched = values.moment(
        store.db.value("SELECT at FROM log_fetched WHERE unit = ? AND kind = '' AND key = ''", (unit,))
    )
    found: list[Done] = []
    known: dict[tuple[str, str], str] = {}
    for one in _operations(store, unit, whole=fetched is not None):
        if one.server_at:
            place = (one.kind, one.key)
            known[place] = max(known.get(place, ""), one.server_at)
        made = day(one.at)
        if first <= made <= last:
            found += _parts(one, made, titles, unit)
    changed: list[Changed] = []
    for kind, key, data in store.db.execute(_LAST_CHANGED, (unit,)).fetchall():
        row = _fields(data)
        moment = values.moment(row.get("at"))
        if moment is None or row["at"] <= known.get((kind, key), "") or not first <= day(moment) <= last:
            continue
        if not row.get("deleted"):
            by = values.text(row.get("by")) or ""
            changed.append(Changed(kind, key, by, moment, day(moment), *titles.title(kind, key, unit, "")))
    return Work(tuple(found), tuple(changed), fetched)


class _Operation(NamedTuple):
    op: str
    kind: str
    key: str
    by: str
    at: datetime
    was: dict[str, Any] | None
    now: dict[str, Any]
    state: str
    server_at: str
    """When the server took it; empty while it waits."""


def _operations(store: Store, unit: str, *, whole: bool) -> Iterator[_Operation]:
    """Every operation on a row of ``unit`` that is known here, each once."""
    me = store.meta.get("officer") or ""
    seen: set[str] = set()
    for op, kind, key, by, at, was, now, _seq in store.db.execute(_LOGGED, (unit,)).fetchall():
        seen.add(op)
        before = None if was is None else _fields(was)
        yield _Operation(op, kind, key, by, _made(op, at), before, _fields(now), _SENT, at)
    for op, kind, key, _name, body, at in store.db.execute(_OWN_SENT, (unit, not whole)).fetchall():
        if op not in seen:
            seen.add(op)
            own = _body(body)
            yield _Operation(op, kind, key, me, _made(op, at), own.was, own.set, _SENT, at)
    for op, kind, key, _name, body, state in store.db.execute(_OWN_WAITING, (unit,)).fetchall():
        if op not in seen:
            own = _body(body)
            yield _Operation(op, kind, key, me, _made(op, None), own.was, own.set, state, "")


def _made(op: str, server_at: str | None) -> datetime:
    """When the author made it: what the UUIDv7 says, but never after the server took it."""
    said, taken = values.op_moment(op), values.moment(server_at)
    if taken is None:
        return said
    return min(said, taken) if op[14:15] == "7" else taken


def _parts(one: _Operation, day: date, titles: Titles, unit: str) -> Iterator[Done]:
    """An operation by field or group; one that made a row of its own kind (note, event, follow-up, score) stays one."""
    whole = one.was is None and one.kind not in ("assessment", "criterion", "standing")
    names = (CREATION,) if whole else dict.fromkeys(_first(one.kind, name) for name in one.now)
    for name in names:
        now = one.now if name == CREATION else _group(one.kind, name, one.now)
        was = one.was if one.was is None or name == CREATION else _group(one.kind, name, one.was)
        yield Done(
            one.op, one.kind, one.key, name, one.by, one.at, day, was, now, one.state,
            *titles.title(one.kind, one.key, unit, name),
        )  # fmt: skip


def _first(kind: str, name: str) -> str:
    try:
        return group(kind, name)[0]
    except AkkError:
        return name


def _group(kind: str, first: str, found: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in found.items() if _first(kind, name) == first}
