"""Who changed what, when, from what to what: of one row, or page by page of a whole unit or of several."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final, TypeVar

from sqlalchemy import bindparam, Connection, select
from starlette.requests import Request
from starlette.responses import Response

from akk_tui.contract import ids
from akk_tui.contract.codec import convert, decode, encode, Malformed
from akk_tui.contract.endpoints import JSON
from akk_tui.contract.errors import BadKey
from akk_tui.contract.limits import LOG_BYTES, LOG_ENTRIES, LOGS_ENTRIES
from akk_tui.contract.records import (
    LogEntry,
    LogLine,
    LogPage,
    LogQuery,
    LogsQuery,
    Operation,
    UnitLog,
    UnitLogs,
)
from akk_tui.contract.text import clean, Line
from akk_tui.server import audit, scope
from akk_tui.server.auth import Signed
from akk_tui.server.db.commit import read_head
from akk_tui.server.db.tables import LOG, ROW
from akk_tui.server.errors import Refused
from akk_tui.server.http import respond
from akk_tui.server.service import Service, service_of, signed_in

T = TypeVar("T")

_Logged = tuple[int, str, str, str]
"""seq, officer, at, body"""


async def answer(request: Request) -> Response:
    """The newest part of one row's log, or the next page of a unit's; oldest entry first."""
    signed = await signed_in(request)
    query = _query(request, LogQuery)
    named = [name for name in ("kind", "key", "unit", "after") if getattr(query, name)]
    if named not in (["kind", "key"], ["unit"], ["unit", "after"]):
        raise Refused(422, "invalid", "kind and key, or unit and after")
    service = service_of(request)
    page = await service.database.run_writing(_read, service, signed, query)
    return respond(request, encode(page), JSON)


async def of_units(request: Request) -> Response:
    """The next pages of several units' logs, as many as one answer takes."""
    signed = await signed_in(request)
    asked = [one.split("@") for one in _query(request, LogsQuery).units.split(",")]
    service = service_of(request)
    units = [(unit, int(after)) for unit, after in asked]
    found = await service.database.run_writing(_read_units, service, signed, units)
    return respond(request, encode(found), JSON)


def _query(request: Request, form: type[T]) -> T:
    try:
        return convert(form, dict(request.query_params), strict=False)
    except Malformed as cause:
        raise Refused(422, "invalid", str(cause.params["reason"])) from cause


def _read_units(service: Service, signed: Signed, asked: list[tuple[str, int]]) -> UnitLogs:
    """The pages; each is recorded as one that was read."""

    def work(connection: Connection) -> UnitLogs:
        _check_scope(connection, signed, *(unit for unit, _ in asked))
        head = read_head(connection).seq
        pages: list[UnitLog] = []
        told = 0
        for unit, after in asked:
            found, more = _fitting(connection.execute(_OF_UNIT, {"u": unit, "s": after}))
            entries = tuple(_line(signed.name, *one) for one in found)
            upto = entries[-1].seq if more else head
            pages.append(UnitLog(unit=unit, entries=entries, upto=upto, more=more))
            audit.record(connection, "read.log", actor=signed.name, detail={"unit": unit, "after": after})
            told += len(entries)
            if more or told >= LOGS_ENTRIES:
                break
        return UnitLogs(units=tuple(pages))

    return service.database.write(work)


def _read(service: Service, signed: Signed, query: LogQuery) -> LogPage:
    """The page; that it was read is recorded with it (who reads everybody's changes is worth knowing)."""

    def work(connection: Connection) -> LogPage:
        if query.unit is not None:
            page = _of_unit(connection, signed, query.unit, query.after)
            told: dict[str, Any] = {"unit": query.unit, "after": query.after}
        else:
            page = _of_row(connection, signed, query.kind or "", query.key or "")
            told = {"kind": query.kind, "key": query.key}
        audit.record(connection, "read.log", actor=signed.name, detail=told)
        return page

    return service.database.write(work)


def _of_row(connection: Connection, signed: Signed, kind: str, key: str) -> LogPage:
    # Whether the row is unknown, out of scope or misspelt is not told.
    try:
        place = ids.place(kind, key)
    except BadKey as cause:
        raise Refused(404, "not_found") from cause
    row = {"k": kind, "y": key}
    unit = place.unit if place is not None else connection.execute(_UNIT, row).scalar()
    _check_scope(connection, signed, unit)
    newest, _ = _fitting(connection.execute(_OF_ROW, row))
    return LogPage(entries=tuple(_entry(*one) for one in reversed(newest)))


def _of_unit(connection: Connection, signed: Signed, unit: str, after: int) -> LogPage:
    _check_scope(connection, signed, unit)
    head = read_head(connection).seq
    found, more = _fitting(connection.execute(_OF_UNIT, {"u": unit, "s": after}))
    entries = tuple(_entry(*one) for one in found)
    return LogPage(entries=entries, upto=entries[-1].seq if more else head, more=more)


def _check_scope(connection: Connection, signed: Signed, *units: str | None) -> None:
    if not scope.some(connection, signed.name, [one for one in units if one]).keys() >= set(units):
        raise Refused(404, "not_found")


def _fitting(found: Iterable[Any]) -> tuple[list[_Logged], bool]:
    """As many of the entries as one answer takes, at least one; whether there are more."""
    entries: list[_Logged] = []
    size = 0
    for seq, officer, at, body in found:
        size += len(body)
        if entries and (len(entries) >= LOG_ENTRIES or size > LOG_BYTES):
            return entries, True
        entries.append((seq, officer, at, body))
    return entries, False


def _line(asking: str, seq: int, officer: str, at: str, body: str) -> LogLine:
    operation = decode(Operation, body)
    own = officer == asking
    made = 0
    if not own and operation.op[14] == "7":
        # Never after the server took it, whatever the author's clock said.
        made = max(0, int(datetime.fromisoformat(at).timestamp()) - ids.moment_of(operation.op) // 1000)
    return LogLine(
        seq=seq,
        at=Line(at),
        made=made,
        by=Line(officer),
        op=Line(operation.op if own else ""),
        kind=Line(operation.kind),
        key=Line(operation.key),
        changed=operation.set,
        was=operation.was,
    )


def _entry(seq: int, officer: str, at: str, body: str) -> LogEntry:
    operation = decode(Operation, body)
    return LogEntry(
        op=Line(operation.op),
        seq=seq,
        by=Line(officer),
        at=Line(at),
        client_at=Line(clean(operation.at)),
        kind=Line(operation.kind),
        key=Line(operation.key),
        changed=operation.set,
        was=operation.was,
    )


_UNIT: Final = select(ROW.c.unit).where(ROW.c.kind == bindparam("k"), ROW.c.key == bindparam("y"))
_COLUMNS: Final = select(LOG.c.seq, LOG.c.officer, LOG.c.at, LOG.c.body).limit(LOG_ENTRIES + 1)
_OF_ROW: Final = _COLUMNS.where(
    LOG.c.kind == bindparam("k"), LOG.c.key == bindparam("y"), LOG.c.result == "applied"
).order_by(LOG.c.seq.desc())
_OF_UNIT: Final = (
    _COLUMNS.join(ROW, (ROW.c.kind == LOG.c.kind) & (ROW.c.key == LOG.c.key))
    .where(ROW.c.unit == bindparam("u"), LOG.c.seq > bindparam("s"), LOG.c.result == "applied")
    .order_by(LOG.c.seq)
)
