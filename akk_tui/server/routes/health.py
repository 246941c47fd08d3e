"""Is the process alive, does the database answer, and what has happened so far."""

from __future__ import annotations

from sqlalchemy.exc import DatabaseError
from starlette.requests import Request
from starlette.responses import Response

from akk_tui.contract.codec import encode
from akk_tui.contract.endpoints import JSON, PLAIN
from akk_tui.contract.records import Health
from akk_tui.server.db.commit import read_head
from akk_tui.server.db.engine import Database
from akk_tui.server.errors import Unavailable
from akk_tui.server.http import respond
from akk_tui.server.service import service_of


async def health(request: Request) -> Response:
    """The process answers."""
    return respond(request, encode(Health(status="ok")), JSON)


async def ready(request: Request) -> Response:
    """The database answers; a problem of status 503 otherwise."""
    database = service_of(request).database
    await database.run(_look, database)
    return respond(request, encode(Health(status="ok")), JSON)


async def metrics(request: Request) -> Response:
    """The counters of this process."""
    return respond(request, service_of(request).metrics.text().encode(), PLAIN)


def _look(database: Database) -> None:
    try:
        with database.reading() as connection:
            read_head(connection)
    except DatabaseError as cause:
        # Also one without our tables: SQLite and PostgreSQL report it as errors of different kinds.
        raise Unavailable from cause
