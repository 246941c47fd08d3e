"""Around every request: where it comes from, whether there is room for it, and the headers that all answers have."""

from __future__ import annotations

import logging
import secrets
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from akk_tui.contract import endpoints
from akk_tui.contract.limits import PROTOCOL, SCHEMA
from akk_tui.server import audit
from akk_tui.server.address import address_of, bucket_of
from akk_tui.server.errors import Refused
from akk_tui.server.http import problem_response
from akk_tui.server.jsonlog import redacted
from akk_tui.server.options import ADDRESS
from akk_tui.server.refusals import Refusal
from akk_tui.server.service import Service

ALWAYS: Final = {
    endpoints.HEADER_PROTOCOL: str(PROTOCOL),
    endpoints.HEADER_SCHEMA: str(SCHEMA),
    "X-Content-Type-Options": "nosniff",
    "Strict-Transport-Security": "max-age=31536000",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
UNLESS_SAID: Final = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}
"""What an answer may say otherwise: a page has a policy of its own, the reference data is kept by its officer."""
_UNCOUNTED: Final = (endpoints.HEALTH.path,)
_LOG: Final = logging.getLogger("akk_server")


class Frame:
    """The outermost layer of the app."""

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self._app = app
        self._service = service
        self._under_way = 0

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
                for name, value in ALWAYS.items():
                    headers[name] = value
                for name, value in UNLESS_SAID.items():
                    headers.setdefault(name, value)
                self._service.metrics.add("akk_requests_total", f'status="{message["status"]}"')
            await send(message)

        self._under_way += 1
        try:
            refused = await self._refused(scope)
            await (self._app if refused is None else refused)(scope, receive, framed)
        except Exception as cause:
            # The number leads whoever runs the server to the record; the answer itself tells nothing.
            number = secrets.token_hex(4)
            _LOG.exception("request %s failed: %s %s", number, scope["method"], scope["path"])
            if started:
                raise
            problem = cause.problem if isinstance(cause, Refused) else Refused(500, "internal", number).problem
            await problem_response(problem)(scope, receive, framed)
        finally:
            self._under_way -= 1

    async def _refused(self, scope: Scope) -> Response | None:
        """The answer to a request for which there is no room."""
        options = self._service.options
        if scope["path"] in _UNCOUNTED:
            return None
        if self._under_way > options.requests:
            return problem_response(Refused(503, "busy").problem, {"Retry-After": "2"})
        address = address_of(Request(scope), options.trusted_proxies)
        audit.ADDRESS.set(address)
        try:
            await self._service.limiter.admit([(ADDRESS, bucket_of(address))])
        except Refused as cause:
            self._service.refusals.note(Refusal(str(cause.problem.code), redacted(scope["path"][:80]), address))
            return problem_response(cause.problem, cause.headers)
        return None
