"""What proves who calls: a token that stays, or a session whose access token lives for an hour, in memory alone.

A session keeps one secret: its refresh token, and beside it the successor that this computer has named for it. The
successor is written down before it is sent, so that an answer that a bad line loses costs nothing: the same two are
sent again, and the server knows its own retry (a token that comes with another successor is theft, and ends the
session). One process at a time does this, under a lock.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final, Protocol

from msgspec import Struct

from akk_tui.contract import codec, identity
from akk_tui.contract.errors import AkkError
from akk_tui.sync.errors import SignedOut
from akk_tui.sync.lock import SyncLock
from akk_tui.sync.places import Place
from akk_tui.sync.progress import never
from akk_tui.sync.signing_errors import GrantRefused

_TOKEN: Final = re.compile(r"[!-~]{8,400}\Z")
_OVER: Final = ("invalid_grant", "access_denied", "unauthorized_client", "invalid_client")
"""Refusals that say that the session has ended; another one may pass."""
_EARLY: Final = 30.0
"""Seconds before its end from which an access token is renewed: it has to live for the length of a call."""


Ask = Callable[[Mapping[str, str]], identity.Tokens]
"""Sends the fields of a grant to the server's token endpoint."""


class Credentials(Protocol):
    """What a transport needs to prove who calls."""

    def token(self, ask: Ask) -> str:
        """A token to call with; raises SignedOut, and what ``ask`` raises."""
        ...

    def renewed(self, stale: str, ask: Ask) -> str:
        """Another token than ``stale``, which the server did not take; raises SignedOut, and what ``ask`` raises."""
        ...


class FixedToken:
    """A token that an administrator made: there is no other one when the server does not take it."""

    def __init__(self, token: str, server: str) -> None:
        self._token = token
        self._server = server

    def token(self, ask: Ask) -> str:
        return self._token

    def renewed(self, stale: str, ask: Ask) -> str:
        raise SignedOut(server=self._server)


class Kept(Struct, frozen=True, kw_only=True):
    """The secret of a session as it is kept. ``server`` is the only one that it is ever sent to."""

    server: str
    current: str
    next: str = ""

    def __repr__(self) -> str:
        return f"Kept(server={self.server!r}, …)"


class Access(Struct, frozen=True, kw_only=True):
    """An access token, when it ends by :func:`uptime`, and the key of the account that it was given for."""

    token: str
    until: float
    of: str = ""

    def __repr__(self) -> str:
        return f"Access(…, until={self.until:.0f})"


def is_token(text: str) -> bool:
    """Whether ``text`` has the form of a token: it may stand in a header."""
    return _TOKEN.match(text) is not None


def new_refresh_token() -> str:
    """256 random bits, marked as what they are for whoever searches for leaked secrets."""
    # It loads OpenSSL: 4 MB, which the app does not need until somebody signs in.
    import secrets

    return f"{identity.REFRESH_PREFIX}{secrets.token_urlsafe(32)}"


def uptime() -> float:
    """Seconds since the computer was started, also those asleep: a wrong clock does not matter to it."""
    boot: int | None = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot is None else time.clock_gettime(boot)


def keep(place: Place, server: str, current: str, successor: str = "") -> None:
    """Write the secret of a session down; raises PathRefused, KeyringFailed."""
    place.write(codec.encode(Kept(server=server, current=current, next=successor)).decode())


def kept(place: Place, server: str) -> Kept | None:
    """The secret of a session with ``server``; None when there is none. Raises KeyringFailed."""
    text = place.read()
    if not text:
        return None
    try:
        found = codec.decode(Kept, text.encode())
    except codec.Malformed:
        return None
    return found if found.server == server and found.current else None


class SessionToken:
    """The access tokens of one session, renewed under a lock that all processes of the profile share.

    ``access`` is what another process handed over; ``hand_back`` gets every new one. Nothing is written but the secret.
    """

    def __init__(
        self,
        place: Place,
        server: str,
        lock: Path,
        *,
        of: str = "",
        access: Access | None = None,
        hand_back: Callable[[Access], None] | None = None,
        cancelled: Callable[[], bool] = never,
        now: Callable[[], float] = uptime,
    ) -> None:
        self._place = place
        self._server = server
        self._lock = lock
        self._of = of
        # Somebody else may have signed in since: the work of one officer never goes under the token of another.
        self._access = access if access is not None and access.of == of else None
        self._hand_back = hand_back
        self._cancelled = cancelled
        self._now = now

    def token(self, ask: Ask) -> str:
        if self._access is not None and self._now() < self._access.until - _EARLY:
            return self._access.token
        return self._renew(ask)

    def renewed(self, stale: str, ask: Ask) -> str:
        if self._access is not None and self._access.token != stale:
            return self._access.token
        return self._renew(ask)

    def _renew(self, ask: Ask) -> str:
        lock = SyncLock(self._lock.parent, self._lock.name)
        lock.acquire(cancelled=self._cancelled)
        try:
            found = kept(self._place, self._server)
            if found is None:
                raise SignedOut(server=self._server)
            if not found.next:
                found = Kept(server=self._server, current=found.current, next=new_refresh_token())
                keep(self._place, self._server, found.current, found.next)
            fields = {
                "grant_type": identity.GRANT_REFRESH,
                "refresh_token": found.current,
                "next": found.next,
                "client_id": identity.CLIENT_ID,
            }
            asked = self._now()
            try:
                grant = ask(fields)
            except GrantRefused as refused:
                if refused.error not in _OVER:
                    raise
                raise SignedOut(server=self._server) from refused
            with suppress(AkkError):
                # Where it cannot be written both stay, and the next time is a retry of this one.
                keep(self._place, self._server, found.next)
        finally:
            lock.release()
        self._access = Access(token=grant.access_token, until=asked + grant.expires_in, of=self._of)
        if self._hand_back is not None:
            self._hand_back(self._access)
        return self._access.token
