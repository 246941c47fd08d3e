"""The Starlette app, built from the table of endpoints."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from akk_tui.contract import endpoints
from akk_tui.contract.records import Problem
from akk_tui.server.catalogue import Catalogue
from akk_tui.server.db.engine import Database
from akk_tui.server.errors import Refused
from akk_tui.server.frame import Frame
from akk_tui.server.http import problem_response
from akk_tui.server.identity.oidc import Keys
from akk_tui.server.identity.passwords import Hashing
from akk_tui.server.limits import Limiter
from akk_tui.server.options import DEFAULT, Options
from akk_tui.server.refusals import Refusals
from akk_tui.server.routes import (
    device_page,
    exports,
    grants,
    health,
    invite_page,
    log,
    pull,
    push,
    reference,
    replica,
    sessions,
)
from akk_tui.server.service import Metrics, Service, service_of, STATE

Answer = Callable[[Request], Awaitable[Response]]

_ANSWERS: Final[Mapping[str, Answer]] = {
    endpoints.REFERENCE.name: reference.answer,
    endpoints.PULL.name: pull.answer,
    endpoints.PUSH.name: push.answer,
    endpoints.LOG.name: log.answer,
    endpoints.LOGS.name: log.of_units,
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
    endpoints.EXPORTS.name: exports.noted,
    endpoints.REPLICA.name: replica.register,
    endpoints.DEVICE_PAGE.name: device_page.get,
    endpoints.DEVICE_POST.name: device_page.post,
    endpoints.INVITE_PAGE.name: invite_page.get,
    endpoints.INVITE_POST.name: invite_page.post,
}
_AUDITED: Final = (401, 403, 429)


def create_app(database: Database, options: Options = DEFAULT) -> Starlette:
    """The app that serves ``database``; the caller opens and closes it, after :func:`close_app`."""
    service = Service(
        database,
        Catalogue(),
        Metrics(),
        options,
        Hashing(),
        Keys(),
        Limiter(database, options.rates, options.clock),
        Refusals(database),
    )
    app = Starlette(
        routes=_routes(),
        exception_handlers={Refused: _refused, HTTPException: _http_error},
    )
    app.router.redirect_slashes = False
    app.add_middleware(Frame, service=service)
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


def close_app(app: Starlette) -> None:
    """Write what the app has only counted so far."""
    service: Service = getattr(app.state, STATE)
    service.close()


async def _refused(request: Request, cause: Any) -> Response:
    problem: Problem = cause.problem
    # Of a row out of scope nothing is told but that it is not there; a page that does not exist is no refusal.
    if problem.status in _AUDITED or problem.code == "not_found":
        service_of(request).refused(request, str(problem.code))
    return problem_response(cause.problem, cause.headers)


async def _http_error(_request: Request, cause: Any) -> Response:
    """What Starlette itself refuses: an unknown path or a method that the path does not have."""
    code = {404: "not_found", 405: "method"}.get(cause.status_code, "malformed")
    return problem_response(Refused(cause.status_code, code).problem, cause.headers)
