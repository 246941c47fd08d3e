"""The key of an officer's copy of the data, told by whoever is signed in as that officer."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import bindparam, Connection, delete, insert, select
from starlette.requests import Request
from starlette.responses import Response

from akk_tui.contract import endpoints
from akk_tui.contract.bundles import Registered, ReplicaKey
from akk_tui.contract.codec import encode
from akk_tui.contract.endpoints import JSON
from akk_tui.server.auth import bearer, hash_of, Signed
from akk_tui.server.db.tables import REPLICA
from akk_tui.server.http import parse, read_body, respond
from akk_tui.server.identity.common import record, stamp
from akk_tui.server.service import Service, service_of, signed_in

MOST: Final = 30
"""Copies of the data of one officer; a further one takes the place of the oldest."""


async def register(request: Request) -> Response:
    """Keep the key with the sign-in that told it; the same again changes nothing."""
    signed = await signed_in(request)
    told = parse(ReplicaKey, await read_body(request, endpoints.REPLICA))
    service = service_of(request)
    token = "" if signed.session else hash_of(bearer(request.headers.get("authorization")))
    await service.database.run_writing(_keep, service, signed, token, told)
    return respond(request, encode(Registered(replica=told.replica)), JSON)


def _keep(service: Service, signed: Signed, token: str, told: ReplicaKey) -> None:
    row = {"officer": signed.name, "replica": told.replica, "key": told.key}
    row |= {"session": signed.session or None, "token": token or None}

    def work(connection: Connection) -> None:
        known: list[Any] = list(connection.execute(_OF_OFFICER, {"o": signed.name}))
        if any(all(getattr(one, name) == value for name, value in row.items()) for one in known):
            return
        others = [one.replica for one in known if one.replica != told.replica]
        for gone in {told.replica, *others[MOST - 1 :]}:
            connection.execute(_DROP, {"o": signed.name, "r": gone})
        connection.execute(insert(REPLICA), {**row, "made": stamp(service.now())})
        record(connection, signed.name, "replica", told.replica, {"key": told.key, "session": signed.session})

    service.database.write(work)


_OF_OFFICER: Final = (
    select(REPLICA).where(REPLICA.c.officer == bindparam("o")).order_by(REPLICA.c.made.desc(), REPLICA.c.replica.desc())
)
_DROP: Final = delete(REPLICA).where(REPLICA.c.officer == bindparam("o"), REPLICA.c.replica == bindparam("r"))
