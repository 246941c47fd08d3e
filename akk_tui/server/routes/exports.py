"""Files that officers exported on their own computers, into the audit."""

from __future__ import annotations

import time
from typing import Any, Final

from sqlalchemy import bindparam, Connection, select
from starlette.requests import Request
from starlette.responses import Response

from akk_tui.contract import endpoints
from akk_tui.contract.codec import encode
from akk_tui.contract.endpoints import JSON
from akk_tui.contract.exports import Export, Exports, Noted
from akk_tui.server import audit
from akk_tui.server.auth import Signed
from akk_tui.server.db.commit import commit, Entry
from akk_tui.server.db.tables import LOG
from akk_tui.server.http import parse, read_body, respond
from akk_tui.server.identity.common import stamp
from akk_tui.server.service import Service, service_of, signed_in

_KIND: Final = "export"


async def noted(request: Request) -> Response:
    """Record what is not known yet; also of a session whose data are to be destroyed: its last export is sealed."""
    signed = await signed_in(request, "wiped")
    told = parse(Exports, await read_body(request, endpoints.EXPORTS))
    service = service_of(request)
    count = await service.database.run_writing(_note, service, signed, told)
    return respond(request, encode(Noted(noted=count)), JSON)


def _note(service: Service, signed: Signed, told: Exports) -> int:
    asked = {one.id: one for one in told.exports}

    def work(connection: Connection) -> None:
        known = {op for (op,) in connection.execute(_KNOWN, {"o": sorted(asked)})}
        new = [one for one in asked.values() if one.id not in known]
        for one in new:
            audit.record(connection, f"{_KIND}.{one.what}", actor=signed.name, detail=_told(one))
        if new:
            # The log's key makes an export that is told twice one export; its chain proves that it was told.
            commit(connection, entries=[_entry(one, signed) for one in new], count=len(new))

    service.database.write(work)
    return len(asked)


def _told(one: Export) -> dict[str, Any]:
    return {"at": one.at, "what": one.what, "scope": one.scope, "sha256": one.sha256, "count": one.count}


def _entry(one: Export, signed: Signed) -> Entry:
    body = encode({"op": one.id, "kind": _KIND, "key": one.what, "set": _told(one)}).decode()
    return Entry(one.id, signed.name, stamp(time.time()), _KIND, one.what, "applied", body)


_KNOWN: Final = select(LOG.c.op).where(LOG.c.op.in_(bindparam("o", expanding=True)))
