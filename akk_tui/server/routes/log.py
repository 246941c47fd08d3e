"""Who changed a row, when, from what to what."""

from __future__ import annotations

from typing import Final

from sqlalchemy import bindparam, select
from starlette.requests import Request
from starlette.responses import Response

from akk_tui.contract import ids
from akk_tui.contract.codec import convert, decode, encode, Malformed
from akk_tui.contract.endpoints import JSON
from akk_tui.contract.errors import BadKey
from akk_tui.contract.records import LogEntry, LogPage, LogQuery, Operation
from akk_tui.contract.text import clean, Line
from akk_tui.server import scope
from akk_tui.server.auth import Signed
from akk_tui.server.db.tables import LOG, ROW
from akk_tui.server.errors import Refused
from akk_tui.server.http import respond
from akk_tui.server.service import Service, service_of, signed_in

NEWEST: Final = 500
"""Not more entries than these, the newest of a row."""


async def answer(request: Request) -> Response:
    """The log of one row, oldest entry first."""
    signed = await signed_in(request)
    try:
        query = convert(LogQuery, dict(request.query_params), strict=False)
    except Malformed as cause:
        raise Refused(422, "invalid", str(cause.params["reason"])) from cause
    service = service_of(request)
    page = await service.database.run(_read, service, signed, query)
    return respond(request, encode(page), JSON)


def _read(service: Service, signed: Signed, query: LogQuery) -> LogPage:
    # Whether the row is unknown, out of scope or misspelt is not told.
    try:
        place = ids.place(query.kind, query.key)
    except BadKey as cause:
        raise Refused(404, "not_found") from cause
    row = {"k": query.kind, "y": query.key}
    with service.database.reading() as connection:
        unit = place.unit if place is not None else connection.execute(_UNIT, row).scalar()
        if unit is None or unit not in scope.some(connection, signed.name, [unit]):
            raise Refused(404, "not_found")
        entries = connection.execute(_ENTRIES, row).all()
    return LogPage(entries=tuple(_entry(*entry) for entry in reversed(entries)))


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
_ENTRIES: Final = (
    select(LOG.c.seq, LOG.c.officer, LOG.c.at, LOG.c.body)
    .where(LOG.c.kind == bindparam("k"), LOG.c.key == bindparam("y"), LOG.c.result == "applied")
    .order_by(LOG.c.seq.desc())
    .limit(NEWEST)
)
