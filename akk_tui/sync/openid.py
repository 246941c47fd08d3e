"""Signing in with an OpenID provider: its own device grant (RFC 8628), then its identity token for our session.

The provider is the one that the server names, and that the officer named too: whoever took over the server could not
send officers to a page of his own. The token of the server and its pins are never shown to the provider.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, closing
from typing import Final, TYPE_CHECKING, TypeVar

from msgspec import Struct

from akk_tui.contract import endpoints, identity
from akk_tui.contract.endpoints import Endpoint, FORM
from akk_tui.contract.text import Line
from akk_tui.sync import device, signing
from akk_tui.sync.address import is_loopback, origin
from akk_tui.sync.credentials import new_refresh_token, uptime
from akk_tui.sync.device import Code
from akk_tui.sync.errors import BadAddress, BadAnswer
from akk_tui.sync.progress import never
from akk_tui.sync.signing_errors import NoIssuer, NoProviderDevice, OtherIssuer
from akk_tui.sync.transport import Transport

if TYPE_CHECKING:
    from akk_tui.config import Settings
    from akk_tui.paths import Paths
    from akk_tui.sync.account import Account
    from akk_tui.sync.device import Wait

T = TypeVar("T")

_DISCOVERY: Final = "/.well-known/openid-configuration"
_CODE: Final = re.compile(r"[A-Za-z0-9]{2,12}(-?[A-Za-z0-9]{2,12}){0,3}\Z")
_JWT: Final = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\Z")
_REFUSALS: Final = (400, 401, 403, 428, 429)
"""Statuses of refusals: 400 and 401 are the norm's, some providers have others for a code that waits."""


class Provider(Struct, frozen=True, kw_only=True):
    """What is used of a discovery document (OpenID Connect Discovery 1.0; RFC 8628, 4)."""

    issuer: str
    token_endpoint: str
    device_authorization_endpoint: str = ""


class DeviceAnswer(Struct, frozen=True, kw_only=True):
    """RFC 8628, 3.2; ``verification_url`` is what some providers call the address."""

    device_code: str
    user_code: Line
    verification_uri: Line = Line("")
    verification_url: Line = Line("")
    verification_uri_complete: Line = Line("")
    expires_in: int = 600
    interval: int = 5

    def __repr__(self) -> str:
        return "DeviceAnswer(…)"


class IdToken(Struct, frozen=True, kw_only=True):
    """What the provider's token endpoint gives; its access token is of no use here."""

    id_token: str = ""

    def __repr__(self) -> str:
        return "IdToken(…)"


def by_provider(
    paths: Paths,
    server: str,
    issuer: str,
    settings: Settings,
    store: str,
    *,
    show: Callable[[Code], None],
    tell: Callable[[Wait], None],
    lang: str,
    expected: str | None = None,
    cancelled: Callable[[], bool] = never,
    now: Callable[[], float] = uptime,
    sleep: Callable[[float], None] = time.sleep,
) -> Account:
    """Sign in by a code that is confirmed at ``issuer``; raises as :func:`akk_tui.sync.signing.by_device`.

    And NoIssuer or OtherIssuer when the server names none or another one, NoProviderDevice when it has no such grant.
    """
    given = signing.Given()
    with signing.door(server, given, settings, cancelled) as transport:
        transport.health()
        ways = transport.ask(endpoints.SIGN_IN, identity.SignIn)
        if ways.issuer is None or ways.client_id is None:
            raise NoIssuer(server=transport.server)
        if ways.issuer.rstrip("/") != issuer.rstrip("/"):
            raise OtherIssuer(server=transport.server, issuer=issuer, named=ways.issuer)
        client = str(ways.client_id)
        provider = _discovered(str(ways.issuer), settings, cancelled)
        asked = _asked(provider.device_authorization_endpoint, DeviceAnswer, settings, cancelled)
        answer = asked({"client_id": client, "scope": "openid profile"})
        code = _code_of(answer, issuer)
        show(code)
        ask = _asked(provider.token_endpoint, IdToken, settings, cancelled)
        fields = {
            "grant_type": identity.GRANT_DEVICE,
            "device_code": answer.device_code,
            "client_id": client,
        }
        token = device.poll(
            lambda: ask(fields),
            seconds=code.seconds,
            interval=answer.interval,
            now=now,
            sleep=sleep,
            tell=tell,
            cancelled=cancelled,
        ).id_token
        if len(token) > identity.ASSERTION_CHARS or not _JWT.match(token):
            raise BadAnswer(server=issuer, reason="id_token")
        first = new_refresh_token()
        here = device.about_here(signing.CLIENT, lang)
        grant = {**here, "grant_type": identity.GRANT_ASSERTION, "assertion": token, "next": first}
        tokens = signing.insisting(lambda: transport.grant(grant), sleep)
        given.access = tokens.access_token
        return signing.entered(paths, transport, store, first, str(tokens.session), expected)


def _discovered(issuer: str, settings: Settings, cancelled: Callable[[], bool]) -> Provider:
    call = Endpoint(name="discovery", method="GET", path=_DISCOVERY, summary="", signed_in=False)
    with _foreign(issuer, settings, cancelled) as transport:
        found = transport.ask(call, Provider)
    if found.issuer.rstrip("/") != issuer.rstrip("/"):
        raise BadAnswer(server=issuer, reason="issuer")
    if not found.device_authorization_endpoint:
        raise NoProviderDevice(issuer=issuer)
    return found


def _asked(
    address: str, form: type[T], settings: Settings, cancelled: Callable[[], bool]
) -> Callable[[Mapping[str, str]], T]:
    call = Endpoint(
        name="provider", method="POST", path="", summary="", body_media=FORM, refusals=_REFUSALS, signed_in=False
    )

    def ask(fields: Mapping[str, str]) -> T:
        with _foreign(address, settings, cancelled) as transport:
            return transport.form(call, fields, form)

    return ask


def _foreign(address: str, settings: Settings, cancelled: Callable[[], bool]) -> AbstractContextManager[Transport]:
    """A way to the provider: without our token, without the pins of our server."""
    return closing(
        Transport(
            address,
            "",
            replica="",
            ca_file=settings.server.ca_file,
            proxy=settings.server.proxy,
            cancelled=cancelled,
            foreign=True,
        )
    )


def _code_of(answer: DeviceAnswer, issuer: str) -> Code:
    uri = answer.verification_uri or answer.verification_url
    if not _CODE.match(answer.user_code) or not _shown(uri):
        raise BadAnswer(server=issuer, reason="user_code, verification_uri")
    whole = answer.verification_uri_complete
    seconds = max(1, min(answer.expires_in, device.MOST_SECONDS))
    return Code(str(answer.user_code), str(uri), str(whole) if _shown(whole) else str(uri), seconds)


def _shown(uri: str) -> bool:
    """Whether an address may be shown: https, or this computer itself."""
    if len(uri) > 400 or not all("!" <= char <= "~" for char in uri):
        return False
    bare = uri.partition("?")[0].partition("#")[0]
    try:
        return (bare.startswith("https://") and bool(origin(bare))) or is_loopback(origin(bare))
    except BadAddress:
        return False
