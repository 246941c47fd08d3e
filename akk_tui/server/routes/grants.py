"""Tokens: device codes, their exchange, refreshing, revocation (RFC 8628, 6749, 7009, 7523)."""

from __future__ import annotations

from typing import Final

from anyio import to_thread
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from akk_tui.contract import endpoints
from akk_tui.contract.codec import encode
from akk_tui.contract.endpoints import JSON
from akk_tui.contract.identity import (
    CLIENT_ID,
    DEVICE_SECONDS,
    DeviceAnswer,
    DeviceForm,
    Ended,
    GRANT_ASSERTION,
    GRANT_DEVICE,
    GRANT_REFRESH,
    OAuthError,
    POLL_SECONDS,
    RevokeForm,
    SignIn,
    TokenForm,
    Tokens,
)
from akk_tui.contract.text import clean, Line
from akk_tui.server import public
from akk_tui.server.address import address_of, bucket_of
from akk_tui.server.forms import BadForm, read_form
from akk_tui.server.http import respond
from akk_tui.server.identity import devices, oidc
from akk_tui.server.identity import sessions as family
from akk_tui.server.identity.common import record, Refusal
from akk_tui.server.identity.fetching import CannotFetch
from akk_tui.server.service import Service, service_of

_STATUS: Final = {"invalid_client": 401}
_AUDITED: Final = ("invalid_grant", "invalid_client", "access_denied")
"""What the audit tells of; the others say that somebody waits, or how a request is to be made."""


async def sign_in(request: Request) -> Response:
    """What ways there are."""
    service = service_of(request)
    provider = await service.database.run(_provider, service)
    if provider is None:
        return respond(request, encode(SignIn(device=True)), JSON)
    told = SignIn(device=True, issuer=Line(provider.issuer), client_id=Line(provider.client_id))
    return respond(request, encode(told), JSON)


async def device(request: Request) -> Response:
    """A device code, and where the officer confirms it."""
    service = service_of(request)
    try:
        form = await read_form(request, endpoints.DEVICE, DeviceForm)
    except BadForm as cause:
        return _refused(request, Refusal("invalid_request", str(cause)))
    if form.client_id != CLIENT_ID:
        return _refused(request, Refusal("invalid_client"))
    address = bucket_of(address_of(request, service.options.trusted_proxies))
    made = await service.database.run_writing(_ask, service, form, address)
    if isinstance(made, Refusal):
        return _refused(request, made, 429)
    page = _origin(request, service) + endpoints.DEVICE_PAGE.path
    code = devices.shown(made.user_code)
    answer = DeviceAnswer(
        device_code=made.device_code,
        user_code=Line(code),
        verification_uri=Line(page),
        verification_uri_complete=Line(f"{page}?code={code}"),
        expires_in=DEVICE_SECONDS,
        interval=POLL_SECONDS,
    )
    return respond(request, encode(answer), JSON)


async def token(request: Request) -> Response:
    """An access token for a device code or a refresh token."""
    service = service_of(request)
    try:
        form = await read_form(request, endpoints.TOKEN, TokenForm)
    except BadForm as cause:
        return _refused(request, Refusal("invalid_request", str(cause)))
    if form.client_id != CLIENT_ID:
        return _refused(request, Refusal("invalid_client"))
    if form.grant_type == GRANT_DEVICE and form.device_code:
        made = await service.database.run_writing(_fetch, service, form)
    elif form.grant_type == GRANT_REFRESH and form.refresh_token:
        made = await service.database.run_writing(_refresh, service, form)
    elif form.grant_type == GRANT_ASSERTION and form.assertion:
        made = await _exchange(service, form)
    elif form.grant_type in (GRANT_DEVICE, GRANT_REFRESH, GRANT_ASSERTION):
        made = Refusal("invalid_request", "token")
    else:
        made = Refusal("unsupported_grant_type")
    if isinstance(made, Refusal):
        return _refused(request, made)
    answer = Tokens(access_token=made.access, expires_in=made.seconds, session=Line(made.session))
    return respond(request, encode(answer), JSON)


async def revoke(request: Request) -> Response:
    """End the session of a token, if there is one."""
    service = service_of(request)
    try:
        form = await read_form(request, endpoints.REVOKE, RevokeForm)
    except BadForm as cause:
        return _refused(request, Refusal("invalid_request", str(cause)))
    ended = await service.database.run_writing(_revoke, service, form.token)
    return respond(request, encode(Ended(ended=ended)), JSON)


def _ask(service: Service, form: DeviceForm, address: str) -> devices.Asked | Refusal:
    return service.database.write(lambda connection: devices.ask(connection, service.now(), form, address))


def _fetch(service: Service, form: TokenForm) -> family.Granted | Refusal:
    return service.database.write(
        lambda connection: devices.fetch(connection, service.now(), form.device_code, form.next)
    )


def _refresh(service: Service, form: TokenForm) -> family.Granted | Refusal:
    return service.database.write(
        lambda connection: family.refresh(connection, service.now(), form.refresh_token, form.next)
    )


async def _exchange(service: Service, form: TokenForm) -> family.Granted | Refusal:
    """A session for an identity token; the provider is asked in a thread of its own, not in one of the database's."""
    provider = await service.database.run(_provider, service)
    if provider is None:
        return Refusal("unsupported_grant_type")
    try:
        claims = await to_thread.run_sync(oidc.check, provider, service.keys, form, service.now())
    except (oidc.Untrusted, CannotFetch) as cause:
        return Refusal("invalid_grant", clean(str(cause))[:200])
    except ImportError:
        return Refusal("unsupported_grant_type", "oidc")
    return await service.database.run_writing(_claim, service, claims, form)


def _claim(service: Service, claims: oidc.Claims, form: TokenForm) -> family.Granted | Refusal:
    return service.database.write(lambda connection: oidc.exchange(connection, service.now(), claims, form))


def _provider(service: Service) -> oidc.Provider | None:
    with service.database.reading() as connection:
        return oidc.configured(connection)


def _revoke(service: Service, token: str) -> int:
    def work(connection: Connection) -> int:
        row = family.of_token(connection, token)
        if row is None or not family.end(connection, service.now(), [row.id], "signed_out"):
            return 0
        record(connection, row.officer, "session", row.id, {"ended": "signed_out"})
        return 1

    return service.database.write(work)


def _refused(request: Request, refusal: Refusal, status: int | None = None) -> Response:
    if refusal.error in _AUDITED:
        service_of(request).refused(request, refusal.error)
    described = None if refusal.description is None else Line(refusal.description[:300])
    body = encode(OAuthError(error=refusal.error, error_description=described))
    headers = {"Retry-After": "60"} if status == 429 else {}
    return respond(request, body, JSON, status=status or _STATUS.get(refusal.error, 400), headers=headers)


def _origin(request: Request, service: Service) -> str:
    """The address that officers' browsers use: as configured, else the ``Host`` that the request came to."""
    if service.options.public_url is not None:
        return service.options.public_url
    host = request.headers.get("host", "")
    if not public.HOST.match(host):
        host = "localhost"
    return f"{'http' if public.LOOPBACK.match(host) else 'https'}://{host}"
