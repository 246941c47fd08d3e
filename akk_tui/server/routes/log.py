"""Who changed what, when, from what to what: of one row, or page by page of a whole unit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import bindparam, Connection, select
from starlette.requests import Request
from starlette.responses import Response

from akk_tui.contract import ids
from akk_tui.contract.codec import convert, decode, encode, Malformed
from akk_tui.contract.endpoints import JSON
from akk_tui.contract.errors import BadKey
from akk_tui.contract.limits import LOG_BYTES, LOG_ENTRIES
from akk_tui.contract.records import LogEntry, LogPage, LogQuery, Operation
from akk_tui.contract.text import clean, Line
from akk_tui.server import audit, scope
from akk_tui.server.auth import Signed
from akk_tui.server.db.commit import read_head
from akk_tui.server.db.tables import LOG, ROW
from akk_tui.server.errors import Refused
from akk_tui.server.http import respond
from akk_tui.server.service import Service, service_of, signed_in


async def answer(request: Request) -> Response:
    """The newest part of one row's log, or the next page of a unit's; oldest entry first."""
    signed = await signed_in(request)
    try:
        query = convert(LogQuery, dict(request.query_params), strict=False)
    except Malformed as cause:
        raise Refused(422, "invalid", str(cause.params["reason"])) from cause
    named = [name for name in ("kind", "key", "unit", "after") if getattr(query, name)]
    if named not in (["kind", "key"], ["unit"], ["unit", "after"]):
        raise Refused(422, "invalid", "kind and key, or unit and after")
    service = service_of(request)
    page = await service.database.run(_read, service, signed, query)
    return respond(request, encode(page), JSON)


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
    return LogPage(entries=tuple(reversed(newest)))


def _of_unit(connection: Connection, signed: Signed, unit: str, after: int) -> LogPage:
    _check_scope(connection, signed, unit)
    head = read_head(connection).seq
    entries, more = _fitting(connection.execute(_OF_UNIT, {"u": unit, "s": after}))
    return LogPage(entries=tuple(entries), upto=entries[-1].seq if more else head, more=more)


def _check_scope(connection: Connection, signed: Signed, unit: str | None) -> None:
    if unit is None or unit not in scope.some(connection, signed.name, [unit]):
        raise Refused(404, "not_found")


def _fitting(found: Iterable[Any]) -> tuple[list[LogEntry], bool]:
    """As many of the entries as one answer takes, at least one; whether there are more."""
    entries: list[LogEntry] = []
    size = 0
    for seq, officer, at, body in found:
        size += len(body)
        if entries and (len(entries) >= LOG_ENTRIES or size > LOG_BYTES):
            return entries, True
        entries.append(_entry(seq, officer, at, body))
    return entries, False


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
