"""The Starlette app, built from the table of endpoints."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from akk_tui.contract import endpoints
from akk_tui.contract.limits import PROTOCOL, SCHEMA
from akk_tui.server.catalogue import Catalogue
from akk_tui.server.db.engine import Database
from akk_tui.server.errors import Refused
from akk_tui.server.http import problem_response
from akk_tui.server.identity.passwords import Hashing
from akk_tui.server.options import DEFAULT, Options
from akk_tui.server.routes import device_page, grants, health, invite_page, log, pull, push, reference, sessions
from akk_tui.server.service import Metrics, Service, STATE

Answer = Callable[[Request], Awaitable[Response]]

_ANSWERS: Final[Mapping[str, Answer]] = {
    endpoints.REFERENCE.name: reference.answer,
    endpoints.PULL.name: pull.answer,
    endpoints.PUSH.name: push.answer,
    endpoints.LOG.name: log.answer,
    endpoints.HEALTH.name: health.health,
    endpoints.READY.name: health.ready,
    endpoints.METRICS.name: health.metrics,
    endpoints.SIGN_IN.name: grants.sign_in,
    endpoints.DEVICE.name: grants.device,
    endpoints.TOKEN.name: grants.token,
    endpoints.REVOKE.name: grants.revoke,
    endpoints.SESSIONS.name: sessions.listed,
    endpoints.SESSIONS_END.name: sessions.end,
    endpoints.WIPED.name: sessions.wiped,
    endpoints.DEVICE_PAGE.name: device_page.get,
    endpoints.DEVICE_POST.name: device_page.post,
    endpoints.INVITE_PAGE.name: invite_page.get,
    endpoints.INVITE_POST.name: invite_page.post,
}
_HEADERS: Final = {
    endpoints.HEADER_PROTOCOL: str(PROTOCOL),
    endpoints.HEADER_SCHEMA: str(SCHEMA),
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Strict-Transport-Security": "max-age=31536000",
}
_LOG: Final = logging.getLogger("akk_server")


def create_app(database: Database, options: Options = DEFAULT) -> Starlette:
    """The app that serves ``database``; the caller opens and closes it."""
    service = Service(database, Catalogue(), Metrics(), options, Hashing())
    app = Starlette(
        routes=_routes(),
        exception_handlers={Refused: _refused, HTTPException: _http_error},
    )
    app.router.redirect_slashes = False
    app.add_middleware(_Frame, metrics=service.metrics)
    setattr(app.state, STATE, service)
    return app


def _routes() -> list[Route]:
    """One route for each path, so that a refusal names all methods that the path has."""
    paths: dict[str, dict[str, Answer]] = {}
    for call in endpoints.ENDPOINTS:
        paths.setdefault(call.path, {})[call.method] = _ANSWERS[call.name]
    return [Route(path, _by_method(answers), methods=list(answers)) for path, answers in paths.items()]


def _by_method(answers: dict[str, Answer]) -> Answer:
    if len(answers) == 1:
        (only,) = answers.values()
        return only

    async def answer(request: Request) -> Response:
        return await answers["GET" if request.method == "HEAD" else request.method](request)

    return answer


async def _refused(_request: Request, cause: Any) -> Response:
    return problem_response(cause.problem, cause.headers)


async def _http_error(_request: Request, cause: Any) -> Response:
    """What Starlette itself refuses: an unknown path or a method that the path does not have."""
    code = {404: "not_found", 405: "method"}.get(cause.status_code, "malformed")
    return problem_response(Refused(cause.status_code, code).problem, cause.headers)


class _Frame:
    """Around every answer: the headers that all have, a count, and a problem document when the server fails."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def framed(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
                self._metrics.add("akk_requests_total", f'status="{message["status"]}"')
            await send(message)

        try:
            await self._app(scope, receive, framed)
        except Exception:
            # The number leads whoever runs the server to the record; the answer itself tells nothing.
            number = secrets.token_hex(4)
            _LOG.exception("request %s failed: %s %s", number, scope["method"], scope["path"])
            if started:
                raise
            await problem_response(Refused(500, "internal", number).problem)(scope, receive, framed)
