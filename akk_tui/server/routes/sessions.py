"""The officer's sessions: which there are, ending them, the report that a session's data are destroyed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, update
from starlette.requests import Request
from starlette.responses import Response

from akk_tui.contract import endpoints
from akk_tui.contract.codec import encode
from akk_tui.contract.endpoints import JSON
from akk_tui.contract.identity import Ended, EndSessions, Session, Sessions
from akk_tui.contract.text import Line
from akk_tui.server.auth import Signed
from akk_tui.server.db.tables import SESSION
from akk_tui.server.errors import Refused
from akk_tui.server.http import parse, read_body, respond
from akk_tui.server.identity import devices
from akk_tui.server.identity import sessions as family
from akk_tui.server.identity.common import record, stamp
from akk_tui.server.service import Service, service_of, signed_in


async def listed(request: Request) -> Response:
    """Where the officer is signed in."""
    signed = await signed_in(request)
    service = service_of(request)
    return respond(request, encode(await service.database.run(_list, service, signed)), JSON)


async def end(request: Request) -> Response:
    """End one of the officer's sessions, or all."""
    signed = await signed_in(request)
    asked = parse(EndSessions, await read_body(request, endpoints.SESSIONS_END))
    if bool(asked.id) == asked.all:
        raise Refused(422, "invalid", "id, or all", pointer="#/id")
    service = service_of(request)
    ended = await service.database.run_writing(_end, service, signed, asked)
    if not (ended or asked.all):
        raise Refused(404, "not_found")
    return respond(request, encode(Ended(ended=ended)), JSON)


async def wiped(request: Request) -> Response:
    """The data of the session that sends this are destroyed."""
    signed = await signed_in(request, "wiped")
    service = service_of(request)
    if not await service.database.run_writing(_wiped, service, signed):
        raise Refused(404, "not_found")
    return respond(request, encode(Ended(ended=1)), JSON)


def _list(service: Service, signed: Signed) -> Sessions:
    with service.database.reading() as connection:
        rows = family.live(connection, service.now(), signed.name)
    return Sessions(sessions=tuple(_shown(row, signed) for row in rows))


def _shown(row: Any, signed: Signed) -> Session:
    texts = {name: Line(getattr(row, name)) for name in ("id", "host", "user", "client", "made", "used", "ends")}
    return Session(**texts, way=row.way, current=row.id == signed.session)


def _end(service: Service, signed: Signed, asked: EndSessions) -> int:
    def work(connection: Connection) -> int:
        now = service.now()
        if asked.all:
            ended, voided = devices.end_all(connection, now, signed.name, "officer")
        else:
            mine = [row.id for row in family.live(connection, now, signed.name) if row.id == asked.id]
            ended, voided = family.end(connection, now, mine, "officer"), 0
        if ended or voided:
            told = {"ended": ended, "approvals": voided} if voided else {"ended": ended}
            record(connection, signed.name, "session", "*" if asked.all else ended[0], told)
        return len(ended)

    return service.database.write(work)


def _wiped(service: Service, signed: Signed) -> bool:
    def work(connection: Connection) -> bool:
        now = service.now()
        marked = update(SESSION).where(
            SESSION.c.id == signed.session, SESSION.c.wipe.is_not(None), SESSION.c.wiped.is_(None)
        )
        if not connection.execute(marked.values(wiped=stamp(now))).rowcount:
            return False
        family.end(connection, now, [signed.session], "wiped")
        record(connection, signed.name, "session", signed.session, {"wiped": True})
        return True

    return service.database.write(work)
