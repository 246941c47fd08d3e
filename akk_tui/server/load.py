"""Rows that come from data rather than from operations: checked as strictly, and logged as what made them."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Protocol

from sqlalchemy import bindparam, Connection, select

from akk_tui.contract import fields, ids
from akk_tui.contract.codec import encode
from akk_tui.contract.errors import AkkError
from akk_tui.contract.records import Operation
from akk_tui.contract.states import NOTHING, pack, unpack, UNREADABLE
from akk_tui.domain.instrument import Index
from akk_tui.server.db.commit import Changed, commit, Entry, Head
from akk_tui.server.db.tables import ROW
from akk_tui.server.errors import BadRow
from akk_tui.server.judge import encode_data

_MOST_FIELDS: Final = 40
"""Fields of one operation in the log."""
_PACKED: Final = ("items", "instrument")


class NewRow(Protocol):
    """One row as the feed carries it: ``fields`` without ``by`` and ``at``, moments in RFC 3339 UTC with seconds."""

    @property
    def kind(self) -> str: ...
    @property
    def key(self) -> str: ...
    @property
    def cycle(self) -> str: ...
    @property
    def region(self) -> str: ...
    @property
    def fields(self) -> Mapping[str, Any]: ...
    @property
    def by(self) -> str: ...
    @property
    def at(self) -> str: ...


def load_rows(connection: Connection, rows: Iterable[NewRow], indexes: Mapping[str, Index]) -> Head | None:
    """Add ``rows`` that are not there yet, in one commit; None when all are there. Raises BadRow.

    ``indexes`` are the look-ups of the cycles' instruments.
    """
    changed: list[Changed] = []
    entries: list[Entry] = []
    for row in rows:
        where = {"k": row.kind, "y": row.key}
        if connection.execute(_KNOWN, where).first() is not None:
            continue
        _check(row, indexes)
        for part in _parts(row, indexes[row.cycle]):
            entries.append(_entry(row, part, len(entries) + 1))
        unit = ids.unit(row.cycle, row.region)
        changed.append(Changed(row.kind, row.key, unit, 1, row.by, encode_data(_data(row)), len(entries), True))
    if not changed:
        return None
    return commit(connection, rows=changed, entries=entries, count=len(entries), reference=True)


def _check(row: NewRow, indexes: Mapping[str, Index]) -> None:
    index = indexes.get(row.cycle)
    try:
        place = ids.place(row.kind, row.key)
        named = (row.fields.get("cycle"), row.fields.get("region")) if place is None else place[:2]
        if index is None or named != (row.cycle, row.region):
            raise _bad(row, "cycle:region")
        for name, value in row.fields.items():
            if name not in _PACKED and not fields.is_canonical(row.kind, name, value):
                raise _bad(row, name)
    except AkkError as cause:
        raise cause if isinstance(cause, BadRow) else _bad(row, str(cause)) from cause
    if row.kind == "assessment" and place is not None:
        indicator = index.indicators.get(place.tail)
        if indicator is None:
            raise _bad(row, place.tail)
        packed = row.fields.get("items", "")
        known = {item.pos: unpack(packed, item.pos) for item in indicator.items}
        stray = any(pos not in known and unpack(packed, pos) != NOTHING for pos in range(len(packed)))
        if stray or UNREADABLE in known.values() or bool(packed) != ("instrument" in row.fields):
            raise _bad(row, "items")


def _data(row: NewRow) -> dict[str, Any]:
    """The row's fields as they are stored: without empty ones, item states cut after the last that says something."""
    data = {name: value for name, value in row.fields.items() if value is not None}
    if "items" in data:
        packed = data["items"]
        data["items"] = pack(unpack(packed, pos) for pos in range(len(packed)))
        if not data["items"]:
            del data["items"], data["instrument"]
    return data | {"by": row.by, "at": row.at}


def _bad(row: NewRow, reason: str) -> BadRow:
    return BadRow(kind=row.kind, key=row.key, reason=reason)


def _parts(row: NewRow, index: Index) -> Iterator[dict[str, Any]]:
    """The row's values as fields of operations, each part small enough for one."""
    values = {name: value for name, value in row.fields.items() if name not in _PACKED and value is not None}
    if "items" in row.fields:
        indicator = index.indicators[row.key.split(":")[2]]
        states = {f"item.{item.id}": unpack(row.fields["items"], item.pos) for item in indicator.items}
        values |= {name: state for name, state in states.items() if state != NOTHING}
    names: Sequence[str] = list(values)
    for start in range(0, max(len(names), 1), _MOST_FIELDS):
        yield {name: values[name] for name in names[start : start + _MOST_FIELDS]}


def _entry(row: NewRow, part: dict[str, Any], number: int) -> Entry:
    moment = int(datetime.fromisoformat(row.at).timestamp() * 1000)
    op = ids.uuid7(moment, secrets.randbits)
    body = Operation(op=op, n=number, kind=row.kind, key=row.key, set=part, was=None, at=row.at)
    return Entry(op, row.by, row.at, row.kind, row.key, "applied", encode(body).decode())


_KNOWN: Final = select(ROW.c.key).where(ROW.c.kind == bindparam("k"), ROW.c.key == bindparam("y"))
