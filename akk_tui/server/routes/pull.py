"""Rows that changed past the client's cursors."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import Response

from akk_tui.contract.codec import encode
from akk_tui.contract.endpoints import HEADER_CLIENT, LINES, LOG, PULL
from akk_tui.contract.limits import CHUNK_ROWS, PULL_SECONDS
from akk_tui.contract.records import MoreLine, PullRequest
from akk_tui.server import clients, feed
from akk_tui.server.auth import Signed
from akk_tui.server.errors import Refused
from akk_tui.server.http import check_protocol, parse, read_body, resume_of, stream
from akk_tui.server.service import Metrics, Service, service_of, signed_in


async def answer(request: Request) -> Response:
    """The lines of a pull, flushed at every commit point."""
    signed = await signed_in(request)
    check_protocol(request)
    asked = parse(PullRequest, await read_body(request, PULL))
    if asked.want.log:
        raise Refused(422, "invalid", f"The log of a row is at {LOG.path}", pointer="#/want/log")
    service = service_of(request)
    version = request.headers.get(HEADER_CLIENT)
    after = resume_of(request)
    made = await service.database.run(_read, service, signed, asked, version)
    return await stream(request, _parts(made, service.metrics), LINES, after)


def _read(service: Service, signed: Signed, asked: PullRequest, version: str | None) -> feed.Feed:
    with service.database.reading() as connection:
        clients.check(connection, version)
        return feed.pull(connection, service.catalogue, signed, asked)


async def _parts(made: feed.Feed, metrics: Metrics) -> AsyncIterator[bytes]:
    """The answer in parts; one that takes too long to send ends early, at a commit point, with ``more``."""
    started = time.monotonic()
    part = made.head
    rows = 0
    for chunk in made.chunks:
        part += chunk.body
        rows += chunk.rows
        if rows < CHUNK_ROWS:
            continue
        yield part
        metrics.add("akk_pulled_rows_total", value=rows)
        part, rows = b"", 0
        if chunk is not made.chunks[-1] and time.monotonic() - started > PULL_SECONDS:
            yield encode(MoreLine(more=chunk.seq)) + b"\n"
            return
    yield part + made.last
    metrics.add("akk_pulled_rows_total", value=rows)
