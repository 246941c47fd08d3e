"""What is known here of a row's changes, and which regions' history is here at all."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple, TYPE_CHECKING

import msgspec

from akk_tui.contract.errors import AkkError
from akk_tui.contract.fields import group
from akk_tui.contract.ids import ITEM
from akk_tui.store.history import Log
from akk_tui.store.operations import Body, CREATION
from akk_tui.store.shapes import History, HistoryEntry
from akk_tui.store.views import names, values
from akk_tui.store.views.titles import item_of

if TYPE_CHECKING:
    from akk_tui.store.store import Store

_body = msgspec.json.Decoder(Body).decode
_fields = msgspec.json.Decoder(dict[str, Any]).decode

_OWN_WAITING: Final = "SELECT op, field, body, state FROM outbox WHERE kind = ? AND key = ? ORDER BY n DESC"
# What the server answered with "same" changed nothing: it is another's entry in the log, once that is here.
_OWN_SENT: Final = (
    "SELECT op, field, body, seq, at FROM sent WHERE kind = ? AND key = ? AND (result = 'applied' OR ?) ORDER BY n"
)
_LOGGED: Final = "SELECT op, by, at, was, now, seq FROM log WHERE kind = ? AND key = ? ORDER BY seq"
_BYTES_OF_ENTRY: Final = 57
"""An entry of the log on the wire, compressed, without the text in it (measured on the sample data)."""
_TEXT_PACKED: Final = 0.4
"""What is left of a text on the wire."""


def history(store: Store, kind: str, key: str, field: str | None = None) -> History:
    """The changes of a row, newest first: own ones that wait, then by the server's number; each once.

    ``field`` leaves those that touch a field (or its group), or everything of an item when it is an item's id.
    Values are those of the operation: fields with their values, ``was`` None for a creation.
    """
    log = Log(store)
    unit = log.unit_of(kind, key)
    if unit is None or not _in_scope(store, unit):
        return History((), None)
    fetched = _fetched(store, unit, kind, key)
    logged = store.db.execute(_LOGGED, (kind, key)).fetchall()
    known = {row[0] for row in logged}
    me = store.meta.get("officer") or ""
    found: list[tuple[int, HistoryEntry]] = []
    for op, by, at, was, now, seq in logged:
        changed, before = _fields(now), None if was is None else _fields(was)
        name = CREATION if before is None else _name(kind, changed)
        moment = values.moment(at) or values.op_moment(op)
        found.append((seq, HistoryEntry(op, moment, by, name, before, changed, "sent")))
    for op, name, body, seq, at in store.db.execute(_OWN_SENT, (kind, key, fetched is None)).fetchall():
        if op not in known:
            own = _body(body)
            moment = values.moment(at) or values.op_moment(op)
            found.append((seq, HistoryEntry(op, moment, me, name, own.was, own.set, "sent")))
    found.sort(key=_by_number, reverse=True)
    waiting: list[HistoryEntry] = []
    for op, name, body, state in store.db.execute(_OWN_WAITING, (kind, key)).fetchall():
        if op not in known:
            own = _body(body)
            moment = values.moment(own.at) or values.op_moment(op)
            waiting.append(HistoryEntry(op, moment, me, name, own.was, own.set, state))
    entries = (*waiting, *(entry for _seq, entry in found))
    if field is not None:
        entries = tuple(entry for entry in entries if _touches(kind, entry, field))
    return History(entries, fetched)


def _by_number(numbered: tuple[int, HistoryEntry]) -> int:
    return numbered[0]


def _name(kind: str, changed: Mapping[str, Any]) -> str:
    """The field that an operation is called by: the first of its group."""
    name = next(iter(changed), CREATION)
    try:
        return group(kind, name)[0]
    except AkkError:
        return name


def _touches(kind: str, entry: HistoryEntry, field: str) -> bool:
    changed: Mapping[str, Any] = entry.now
    if kind == "assessment" and ITEM.match(field):
        return any(item_of(name) == field for name in changed)
    return any(name in changed for name in group(kind, field))


def _in_scope(store: Store, unit: str) -> bool:
    return store.db.one("SELECT 1 FROM unit WHERE unit = ? AND NOT leaving", (unit,)) is not None


def _fetched(store: Store, unit: str, kind: str, key: str) -> datetime | None:
    """When the log of the row was last fetched: its own, or its unit's."""
    return values.moment(
        store.db.value(
            "SELECT max(at) FROM log_fetched WHERE unit = ? AND at <> '' AND kind IN ('', ?) AND key IN ('', ?)",
            (unit, kind, key),
        )
    )


class Prepared(NamedTuple):
    """How far one region is ready for work without a network."""

    region: str
    name: str
    until: datetime | None
    """Rows and history are here as of then; None: the history was never fetched whole."""
    entries: int
    """Entries of the log that are still to be fetched, by the rows that are here."""
    bytes: int
    """About what they take on the wire."""


def prepared(store: Store, cycles: Collection[str] = (), *, sizes: bool = True) -> tuple[Prepared, ...]:
    """Every region of the scope in the open ``cycles`` (none: all open ones), by name.

    Without ``sizes`` what is still to be fetched is not counted: entries and bytes are 0.
    """
    log = Log(store)
    synced = values.moment(store.meta.get("last_sync"))
    regions = sorted(names.in_scope(store), key=lambda region: (region.name, region.code))
    units: dict[str, list[str]] = {}
    for unit in log.units([region.code for region in regions], cycles):
        units.setdefault(unit[5:], []).append(unit)
    made: list[Prepared] = []
    for region in regions:
        own = units.get(str(region.code))
        if not own:
            continue
        moments = [_complete(store, unit) for unit in own]
        known = [moment for moment in (*moments, synced) if moment is not None]
        missing = [_missing(store, unit) for unit in own] if sizes else []
        made.append(
            Prepared(
                region=str(region.code),
                name=region.full_name,
                until=min(known) if synced is not None and None not in moments else None,
                entries=sum(entries for entries, _ in missing),
                bytes=sum(size for _, size in missing),
            )
        )
    return tuple(made)


def _complete(store: Store, unit: str) -> datetime | None:
    return values.moment(
        store.db.value("SELECT at FROM log_fetched WHERE unit = ? AND kind = '' AND key = ''", (unit,))
    )


def _missing(store: Store, unit: str) -> tuple[int, int]:
    """Entries past the cursor, and their size: every change of a row made one entry and counted its ``rev`` up."""
    cursor = Log(store).cursor(unit)
    rows, texts = store.db.one(
        "SELECT coalesce(sum(rev), 0), coalesce(sum(CASE WHEN kind IN ('note', 'event', 'followup')"
        " THEN length(data) ELSE 0 END), 0) FROM base WHERE unit = ? AND seq > ?",
        (unit, cursor),
    ) or (0, 0)
    here = store.db.value("SELECT count(*) FROM log WHERE unit = ? AND seq > ?", (unit, cursor), default=0)
    if cursor:
        # Only what is new since: how many of its rows' changes are older is in the log that is here.
        here += store.db.value(
            "SELECT count(*) FROM log l JOIN base b ON b.kind = l.kind AND b.key = l.key"
            " WHERE l.unit = ? AND l.seq <= ? AND b.seq > ?",
            (unit, cursor, cursor),
            default=0,
        )
    entries = max(rows - here, 0)
    return entries, round(entries * _BYTES_OF_ENTRY + (texts * _TEXT_PACKED if entries else 0))
