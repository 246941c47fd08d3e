"""Signing in and out as commands and the app do it: the flow, the account, and the end of sessions at the server."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, TYPE_CHECKING

from akk_tui import __version__
from akk_tui.contract import endpoints, identity
from akk_tui.contract.errors import AkkError
from akk_tui.contract.limits import SILENCE_SECONDS
from akk_tui.sync import account as accounts
from akk_tui.sync import device, places
from akk_tui.sync.credentials import Credentials, FixedToken, keep, kept, new_refresh_token, uptime
from akk_tui.sync.errors import Disabled, ManyCodes, ServerProblem, SignedOut, SyncError
from akk_tui.sync.progress import never
from akk_tui.sync.signing_errors import GrantRefused, NoDevice, NoSuchSession, NotSignedIn, TokenRefused
from akk_tui.sync.transport import Transport

if TYPE_CHECKING:
    from akk_tui.config import Settings
    from akk_tui.paths import Paths
    from akk_tui.sync.account import Account
    from akk_tui.sync.device import Code, Wait

CLIENT: Final = f"akk-tui/{__version__}"
"""The program, as the page of approval names it."""
_TRIES: Final = 4
QUIET_SECONDS: Final = 10
"""How long a call may be silent whose answer nobody waits for."""


class Given:
    """The access token of a grant that was just made; there is no other before the account is there."""

    def __init__(self) -> None:
        self.access = ""

    def token(self, ask: object) -> str:
        return self.access

    def renewed(self, stale: str, ask: object) -> str:
        raise NotSignedIn


def by_token(paths: Paths, transport: Transport, enter: Callable[[], Account]) -> Account:
    """The account that ``enter`` makes of a token; the session from before is ended at the server.

    Raises as ``enter``, TokenRefused where the token opens nothing (no session has ended there).
    """
    before = accounts.find(paths)
    old = _secrets(paths, before)
    try:
        made = enter()
    except Disabled:
        raise
    except SignedOut as refused:
        raise TokenRefused(**refused.params) from refused
    _tell_key(made, transport)
    _end_replaced(transport, before, old)
    return made


@contextmanager
def door(
    server: str,
    proof: str | Credentials,
    settings: Settings,
    cancelled: Callable[[], bool] = never,
    silence: float = SILENCE_SECONDS,
) -> Generator[Transport]:
    """A way to ``server`` that is closed at the end; raises BadAddress."""
    transport = Transport(
        server,
        proof,
        replica="",
        ca_file=settings.server.ca_file,
        proxy=settings.server.proxy,
        pins=settings.server.pins,
        cancelled=cancelled,
        silence=silence,
    )
    try:
        yield transport
    finally:
        transport.close()


def by_command(paths: Paths, server: str, settings: Settings, *, cancelled: Callable[[], bool] = never) -> Account:
    """Sign in with the token that the user's own program says; raises as :func:`by_device`, TokenCommandFailed."""
    from akk_tui.sync.token_command import first_line

    token = accounts.checked_token(first_line(settings.sign_in.token_command))
    with door(server, token, settings, cancelled) as transport:
        return by_token(paths, transport, lambda: accounts.enter(paths, transport, places.COMMAND, lambda _place: None))


def by_device(
    paths: Paths,
    server: str,
    settings: Settings,
    store: str,
    *,
    show: Callable[[Code], None],
    tell: Callable[[Wait], None],
    lang: str,
    expected: str | None = None,
    cancelled: Callable[[], bool] = never,
    offered: Callable[[str], None] = lambda _issuer: None,
    now: Callable[[], float] = uptime,
    sleep: Callable[[float], None] = time.sleep,
) -> Account:
    """Sign in by a code that is confirmed in a browser; ``show`` gets it, ``tell`` how the waiting goes.

    ``offered`` gets the provider of identities that the server works with too, where there is one.
    ``store`` is the place of the secret. Raises SignInDenied, CodeExpired, SignInStopped, OtherOfficer (the account
    from before then stays), NotAkkServer, Unreachable and its kin, KeyringFailed, PathRefused.
    """
    given = Given()
    with door(server, given, settings, cancelled) as transport:
        transport.health()
        ways = transport.ask(endpoints.SIGN_IN, identity.SignIn)
        if not ways.device:
            raise NoDevice(server=transport.server, issuer=ways.issuer or "URL")
        if ways.issuer is not None:
            offered(str(ways.issuer))
        # The first refresh token is this computer's own: a lost answer is asked for again with the same one.
        first = new_refresh_token()
        fields = device.about_here(CLIENT, lang)
        try:
            answer = transport.form(endpoints.DEVICE, fields, identity.DeviceAnswer)
        except GrantRefused as refused:
            if refused.error != "slow_down":
                raise
            raise ManyCodes(server=transport.server) from refused
        code = device.code_of(answer, transport.server)
        show(code)
        asked = {
            "grant_type": identity.GRANT_DEVICE,
            "device_code": answer.device_code,
            "client_id": identity.CLIENT_ID,
            "next": first,
        }
        tokens = device.poll(
            lambda: transport.grant(asked),
            seconds=code.seconds,
            interval=answer.interval,
            now=now,
            sleep=sleep,
            tell=tell,
            cancelled=cancelled,
        )
        given.access = tokens.access_token
        return entered(paths, transport, store, first, str(tokens.session), expected)


def insisting(ask: Callable[[], identity.Tokens], sleep: Callable[[float], None]) -> identity.Tokens:
    """What ``ask`` gives; a line that loses its answer is tried again, with the same fields, a few times."""
    for turn in range(_TRIES):
        try:
            return ask()
        except SyncError as error:
            if not error.passing or turn == _TRIES - 1:
                raise
            sleep(2.0**turn)
    raise AssertionError


def entered(paths: Paths, transport: Transport, store: str, first: str, session: str, expected: str | None) -> Account:
    """Remember the account of a session that has just begun; it is ended at the server where that fails."""
    before = accounts.find(paths)
    old = _secrets(paths, before)
    try:
        made = accounts.enter(
            paths,
            transport,
            store,
            lambda place: keep(place, transport.server, first),
            session=session,
            expected=expected,
        )
    except BaseException:
        with suppress(AkkError):
            _end(transport, (first,))
        raise
    _tell_key(made, transport)
    _end_replaced(transport, before, old)
    return made


def _tell_key(account: Account, transport: Transport) -> None:
    """Let the server know the key that signs what is carried on foot; the next round tells it where this does not."""
    from akk_tui.store.store import Store
    from akk_tui.sync import carrying

    with suppress(AkkError), Store.open(Path(account.store)) as store:
        carrying.register(store, account, transport)


def _end_replaced(transport: Transport, before: Account | None, old: Sequence[str]) -> None:
    """End the session whose place another sign-in took: nobody will use it again."""
    if before is not None and before.server == transport.server and old:
        with suppress(AkkError):
            _end(transport, old)


def _end(transport: Transport, tokens: Sequence[str]) -> None:
    for token in tokens:
        transport.form(endpoints.REVOKE, {"token": token, "client_id": identity.CLIENT_ID}, identity.Ended)


def _secrets(paths: Paths, account: Account | None) -> tuple[str, ...]:
    """The refresh tokens of the account's session: its own, and a successor that may hold already."""
    if account is None or not account.session:
        return ()
    with suppress(AkkError):
        place = accounts.place_of(paths, account)
        found = kept(place, account.server) if place is not None else None
        if found is not None:
            return tuple(token for token in (found.next, found.current) if token)
    return ()


def revoke(paths: Paths, account: Account, settings: Settings) -> bool | None:
    """End the account's session at the server; False when that did not work out, None when there is no session."""
    if not account.session:
        return None
    tokens = _secrets(paths, account)
    if not tokens:
        return False
    try:
        with door(account.server, FixedToken("", account.server), settings, silence=QUIET_SECONDS) as transport:
            _end(transport, tokens)
    except AkkError:
        return False
    return True


def sessions(paths: Paths, account: Account, settings: Settings) -> tuple[identity.Session, ...]:
    """The officer's sessions that are in force; raises SignedOut, Unreachable and its kin."""
    with door(account.server, accounts.credentials(paths, account, settings), settings) as transport:
        return transport.ask(endpoints.SESSIONS, identity.Sessions).sessions


def end_sessions(paths: Paths, account: Account, settings: Settings, session: str | None) -> int:
    """End one of the officer's sessions, or all (None); how many. Raises SignedOut, NoSuchSession, Unreachable."""
    question = identity.EndSessions(all=True) if session is None else identity.EndSessions(id=session)
    with door(account.server, accounts.credentials(paths, account, settings), settings) as transport:
        try:
            return transport.ask(endpoints.SESSIONS_END, identity.Ended, question).ended
        except ServerProblem as problem:
            if problem.status == 404 and session is not None:
                raise NoSuchSession(session=session) from problem
            raise
