"""An OpenID provider as the other way of signing in: its identity token is exchanged for a session (RFC 7523).

The client runs the provider's own device grant and brings the identity token. Checked are the signature against the
provider's published keys, issuer, audience, the times, the nonce where one is sent; each token is taken once.
"""

from __future__ import annotations

import hmac
from threading import Lock
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import Connection, delete, insert, select

from akk_tui.contract.codec import decode, encode
from akk_tui.contract.errors import AkkError, N_
from akk_tui.contract.identity import TokenForm
from akk_tui.server.auth import hash_of
from akk_tui.server.db.engine import Database
from akk_tui.server.db.tables import ASSERTION, OFFICER, SETTING
from akk_tui.server.identity import sessions
from akk_tui.server.identity.choice import NAME
from akk_tui.server.identity.common import name_in, record, Refusal, stamp
from akk_tui.server.identity.fetching import CannotFetch, fetch, is_safe

SETTING_NAME: Final = "oidc"
DISCOVERY: Final = "/.well-known/openid-configuration"
ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Asymmetric ones alone: with a shared secret anybody who can check could also sign."""
LEEWAY: Final = 60
"""Seconds by which two clocks may differ."""
FRESH_SECONDS: Final = 600
"""An identity token older than this is not exchanged any more."""
KEYS_SECONDS: Final = 3600
AGAIN_SECONDS: Final = 60
"""The keys are asked for again so often at most when a token names one that is not known."""
_RSA_BITS: Final = 2048


class Provider(msgspec.Struct, frozen=True, kw_only=True):
    """Which provider is trusted; ``claim`` names the officer."""

    issuer: str
    client_id: str
    claim: str = "preferred_username"


class NeedsOidc(AkkError):
    """The packages that check signatures are not installed."""

    code = "needs_oidc"
    text = N_("Penyedia OpenID memerlukan bagian oidc. Pasang dengan: pip install 'akk-tui[oidc]'")


class BadProvider(AkkError):
    """The provider cannot be used; ``reason`` is technical."""

    code = "bad_provider"
    text = N_("Penyedia OpenID {issuer} tidak dapat dipakai: {reason}")


class Untrusted(Exception):
    """An identity token that is refused; the text says why, for the audit and the client's log."""


class Claims(NamedTuple):
    """What is believed of an identity token: the officer's name, and when it ends."""

    officer: str
    ends: float


def configured(connection: Connection) -> Provider | None:
    """The provider that is set; None: there is none."""
    value = connection.execute(select(SETTING.c.value).where(SETTING.c.name == SETTING_NAME)).scalar()
    return None if value is None else decode(Provider, value)


def set_provider(database: Database, provider: Provider) -> None:
    """Trust ``provider`` from now on, after a look at what it publishes; raises NeedsOidc or BadProvider."""
    try:
        import jwt  # noqa: F401  # pyright: ignore[reportUnusedImport]
    except ImportError as cause:
        raise NeedsOidc from cause
    try:
        if not Keys().read(provider, 0):
            raise BadProvider(issuer=provider.issuer, reason="no usable keys")
    except (CannotFetch, Untrusted) as cause:
        raise BadProvider(issuer=provider.issuer, reason=str(cause)) from cause
    _store(database, provider)


def unset_provider(database: Database) -> None:
    """Trust no provider any more; sessions that it opened go on until they end."""
    _store(database, None)


def _store(database: Database, provider: Provider | None) -> None:
    from akk_tui.server.audit import ADMINISTRATOR

    def work(connection: Connection) -> None:
        connection.execute(delete(SETTING).where(SETTING.c.name == SETTING_NAME))
        if provider is not None:
            connection.execute(insert(SETTING), {"name": SETTING_NAME, "value": encode(provider).decode()})
        told = {"issuer": None if provider is None else provider.issuer}
        record(connection, ADMINISTRATOR, "setting", SETTING_NAME, told)

    database.write(work)


class Key(NamedTuple):
    """A public key, and the one algorithm that it is for where the provider names it."""

    key: Any
    alg: str


class Keys:
    """The keys of a provider as it publishes them, remembered for an hour."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: dict[str, Key] = {}
        self._issuer = ""
        self._read = 0.0

    def of(self, provider: Provider, kid: str, now: float) -> Key:
        """The key that ``kid`` names (empty: the only one); raises CannotFetch or Untrusted."""
        with self._lock:
            age = now - self._read
            foreign = self._issuer != provider.issuer
            if foreign or not 0 <= age < KEYS_SECONDS or (kid not in self._known and age >= AGAIN_SECONDS):
                self._known = self.read(provider, now)
                self._issuer, self._read = provider.issuer, now
            if not kid and len(self._known) == 1:
                return next(iter(self._known.values()))
            if kid not in self._known:
                raise Untrusted("unknown key")
            return self._known[kid]

    def read(self, provider: Provider, now: float) -> dict[str, Key]:
        """Ask the provider for its keys, by id."""
        from jwt import PyJWK
        from jwt.exceptions import PyJWTError

        described = fetch(provider.issuer.rstrip("/") + DISCOVERY)
        if described.get("issuer") != provider.issuer:
            raise Untrusted("another issuer in the discovery document")
        where = described.get("jwks_uri")
        if not isinstance(where, str) or not is_safe(where):
            raise Untrusted("jwks_uri")
        told = fetch(where).get("keys")
        found: dict[str, Key] = {}
        for one in told if isinstance(told, list) else []:  # pyright: ignore[reportUnknownVariableType]
            if not isinstance(one, dict) or one.get("use", "sig") != "sig":  # pyright: ignore[reportUnknownMemberType]
                continue
            try:
                key = PyJWK.from_dict(one)  # pyright: ignore[reportUnknownArgumentType]
            except (PyJWTError, ValueError, TypeError):
                continue
            strong = key.key_type in ("EC", "OKP") or getattr(key.key, "key_size", 0) >= _RSA_BITS
            if key.key_type in ("RSA", "EC", "OKP") and strong:
                found[key.key_id or ""] = Key(key.key, str(one.get("alg") or ""))  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
        return found


def check(provider: Provider, keys: Keys, form: TokenForm, now: float) -> Claims:
    """What the identity token of ``form`` says, once everything about it is right; raises Untrusted or CannotFetch."""
    import jwt
    from jwt.exceptions import PyJWTError

    try:
        header = jwt.get_unverified_header(form.assertion)
        key = keys.of(provider, str(header.get("kid") or ""), now)
        # The times are checked below, by the server's own clock.
        options: Any = {"require": ["exp", "iat", "iss", "aud", "sub"]}
        options |= dict.fromkeys(("verify_exp", "verify_iat", "verify_nbf"), False)
        allowed = [name for name in ALGORITHMS if name == header.get("alg") and key.alg in ("", name)]
        named: Any = {"audience": provider.client_id, "issuer": provider.issuer}
        claims = jwt.decode(form.assertion, key.key, algorithms=allowed, options=options, **named)
    except (PyJWTError, ValueError, TypeError, RecursionError) as cause:
        raise Untrusted(type(cause).__name__) from cause
    _check_audience(provider, claims)
    ends = _check_times(claims, now)
    if form.nonce and not hmac.compare_digest(str(claims.get("nonce", "")).encode(), form.nonce.encode()):
        raise Untrusted("nonce")
    officer = claims.get(provider.claim)
    if not isinstance(officer, str) or not NAME.match(officer.lower()):
        raise Untrusted(f"claim {provider.claim}")
    return Claims(officer.lower(), ends)


def _check_audience(provider: Provider, claims: dict[str, Any]) -> None:
    audience = claims["aud"]
    several = isinstance(audience, list) and len(audience) > 1  # pyright: ignore[reportUnknownArgumentType]
    # OpenID Connect Core, 3.1.3.7: a token for several has to say to whom it was given.
    if (several or "azp" in claims) and claims.get("azp") != provider.client_id:
        raise Untrusted("azp")


def _check_times(claims: dict[str, Any], now: float) -> float:
    numbers = [claims["exp"], claims["iat"], claims.get("nbf", claims["iat"])]
    if any(isinstance(one, bool) or not isinstance(one, (int, float)) for one in numbers):
        raise Untrusted("times")
    ends, made, begins = (float(one) for one in numbers)
    if not now < ends + LEEWAY:
        raise Untrusted("exp")
    if not now - FRESH_SECONDS - LEEWAY < made <= now + LEEWAY:
        raise Untrusted("iat")
    if begins > now + LEEWAY:
        raise Untrusted("nbf")
    return ends


def exchange(connection: Connection, now: float, claims: Claims, form: TokenForm) -> sessions.Granted | Refusal:
    """A session for an identity token that was checked; the same one again only as a repetition of the same request."""
    hashed = hash_of(form.assertion)
    row = connection.execute(select(ASSERTION).where(ASSERTION.c.hash == hashed)).first()
    if row is not None:
        made = sessions.again(connection, now, row.session, form.next) if row.next == hash_of(form.next) else None
        return Refusal("invalid_grant", "spent") if made is None else made
    disabled = connection.execute(select(OFFICER.c.disabled).where(OFFICER.c.name == claims.officer)).scalar()
    if disabled is None or disabled:
        return Refusal("invalid_grant", "disabled" if disabled else "no account")
    if not sessions.free(connection, form.next):
        return Refusal("invalid_request", "next")
    connection.execute(delete(ASSERTION).where(ASSERTION.c.ends < stamp(now - LEEWAY - FRESH_SECONDS)))
    place = sessions.Place(name_in(form.host), name_in(form.user), name_in(form.client))
    made = sessions.start(connection, now, officer=claims.officer, place=place, way="oidc", first=form.next)
    row = {"hash": hashed, "session": made.session, "next": hash_of(form.next)}
    connection.execute(insert(ASSERTION), {**row, "ends": stamp(min(claims.ends, now + FRESH_SECONDS))})
    told = {"way": "oidc", "host": place.host, "user": place.user}
    record(connection, claims.officer, "session", made.session, told)
    return made
