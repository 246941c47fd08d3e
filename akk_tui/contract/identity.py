"""Signing in: the forms and answers of the device grant, of refreshing, of revocation, and the list of sessions.

Forms are ``application/x-www-form-urlencoded`` with the names of RFC 8628, 6749, 7009 and 7523, so that one client
code serves this server and an OpenID provider. Parameters that are not known pass (RFC 6749, 3.2).
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from msgspec import field, Meta, Struct

from akk_tui.contract.text import Line

CLIENT_ID: Final = "akk-tui"
"""The public client of RFC 6749 that the app is."""
GRANT_DEVICE: Final = "urn:ietf:params:oauth:grant-type:device_code"
GRANT_REFRESH: Final = "refresh_token"
GRANT_ASSERTION: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"
REFRESH_PREFIX: Final = "akk_rt_"
"""Before the 256 random bits (base64url) of a refresh token, which the client makes itself."""
HOST_CHARS: Final = 64
"""Characters of a computer's or a Unix user's name."""
DEVICE_SECONDS: Final = 600
"""How long a device code lives."""
POLL_SECONDS: Final = 5
"""Between two questions for a token; five more after each ``slow_down``."""
ACCESS_SECONDS: Final = 3600
ASSERTION_CHARS: Final = 16_000
"""Characters of an identity token."""

RefreshToken = Annotated[str, Meta(pattern=r"^akk_rt_[A-Za-z0-9_-]{43}$")]
Secret = Annotated[str, Meta(max_length=200)]
Given = Annotated[str, Meta(min_length=1, max_length=200)]
"""What must be there: an empty value of a form is as good as none (RFC 6749, 3.2)."""
Name = Annotated[str, Meta(max_length=400)]
"""Foreign text that is cleaned and cut to HOST_CHARS."""
OAuthCode = Literal[
    "invalid_request",
    "invalid_client",
    "invalid_grant",
    "unsupported_grant_type",
    "authorization_pending",
    "slow_down",
    "access_denied",
    "expired_token",
]
Way = Literal["device", "oidc"]


def _hidden(self: Struct) -> str:
    """What stands in place of a record that holds a secret: its name alone."""
    return f"{type(self).__name__}(…)"


class SignIn(Struct, frozen=True, kw_only=True):
    """The ways of signing in that the server offers: its own device grant, or an OpenID provider's."""

    device: bool
    issuer: Line | None = None
    client_id: Line | None = None


class DeviceForm(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Asks for a device code. ``host`` and ``user`` (of the computer) are shown to whoever approves."""

    client_id: Given
    host: Name = ""
    user: Name = ""
    client: Name = ""
    lang: Name = ""
    replica: Name = ""


class DeviceAnswer(Struct, frozen=True, kw_only=True):
    """RFC 8628, 3.2. The URIs are the server's own; a client shows them only when their origin is the server's."""

    device_code: str
    user_code: Line
    verification_uri: Line
    verification_uri_complete: Line
    expires_in: int
    interval: int

    __repr__ = _hidden


class TokenForm(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Asks for an access token by a device code, a refresh token or an identity token.

    ``next`` is the refresh token that holds from now on; the client made it and wrote it down before it asks. With an
    identity token go ``nonce``, where the client sent one to the provider, and the names that a device code has.
    """

    grant_type: Given
    client_id: Given
    next: RefreshToken
    device_code: Secret = ""
    refresh_token: Secret = ""
    assertion: Annotated[str, Meta(max_length=ASSERTION_CHARS)] = ""
    nonce: Secret = ""
    host: Name = ""
    user: Name = ""
    client: Name = ""

    __repr__ = _hidden


class Tokens(Struct, frozen=True, kw_only=True):
    """An access token; ``session`` names the session for its revocation."""

    access_token: str
    expires_in: int
    session: Line
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - RFC 6750's name, no secret

    __repr__ = _hidden


class OAuthError(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """RFC 6749, 5.2: why there is no token."""

    error: OAuthCode
    error_description: Line | None = None


class RevokeForm(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """RFC 7009: ends the session of a refresh or an access token."""

    token: Given
    client_id: Secret = ""

    __repr__ = _hidden


class Session(Struct, frozen=True, kw_only=True):
    """One place where the officer is signed in. Moments are RFC 3339 in UTC.

    ``used`` is the last refresh, ``ends`` the moment at which the session ends whatever happens, ``current`` whether
    the request came from it.
    """

    id: Line
    host: Line
    user: Line
    client: Line
    way: Way
    made: Line
    used: Line
    ends: Line
    current: bool = False


class Sessions(Struct, frozen=True, kw_only=True):
    """The officer's sessions that are in force, the one used last first."""

    sessions: tuple[Session, ...]


class EndSessions(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Ends one session of the officer, or all of them."""

    id: Annotated[str, Meta(max_length=40)] = ""
    all: bool = field(default=False)


class Ended(Struct, frozen=True, kw_only=True):
    """How many sessions were ended."""

    ended: int


class PageQuery(Struct, frozen=True, kw_only=True):
    """What the address of a page may hold: the code that the terminal shows, and the language ``id`` or ``en``."""

    code: str = ""
    lang: str = ""


class DevicePageForm(Struct, frozen=True, kw_only=True):
    """A step of the page of devices: a code; the code with name and password; the decision with what confirms it."""

    step: str = ""
    code: str = ""
    name: str = ""
    password: str = ""
    confirm: str = ""
    decision: str = ""

    __repr__ = _hidden


class InvitePageForm(Struct, frozen=True, kw_only=True):
    """A new password, twice; ``name`` and ``display`` where the invitation makes the first administrator."""

    password: str = ""
    again: str = ""
    name: str = ""
    display: str = ""

    __repr__ = _hidden
