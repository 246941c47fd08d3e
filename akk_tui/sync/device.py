"""The device authorization grant (RFC 8628): a code is shown here, and confirmed in a browser anywhere."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Callable
from typing import Final, NamedTuple, TypeVar
from urllib.parse import urlencode, urlsplit

from akk_tui.contract import identity
from akk_tui.contract.text import clean
from akk_tui.sync import errors, signing_errors

T = TypeVar("T")

_CODE: Final = re.compile(r"[A-Z0-9]{2,8}(-?[A-Z0-9]{2,8}){0,3}\Z")
MOST_SECONDS: Final = 3_600
_SLOWER: Final = 5
"""Seconds that every ``slow_down`` adds (RFC 8628, 3.5)."""
_SLOWEST: Final = 30
_LOOK_SECONDS: Final = 0.2


class Code(NamedTuple):
    """What the officer is shown: the code, where to enter it, the same with the code in it (for the QR), seconds."""

    user_code: str
    uri: str
    whole_uri: str
    seconds: int


class Wait(NamedTuple):
    """How the waiting goes: seconds that are left, and whether the server could not be reached at the last question."""

    seconds: int
    offline: bool


def about_here(client: str, lang: str) -> dict[str, str]:
    """What the page of approval shows of this computer: its name and the user's, 64 characters at most."""
    import pwd

    try:
        user = pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        user = str(os.geteuid())
    most = identity.HOST_CHARS
    return {
        "client_id": identity.CLIENT_ID,
        "host": clean(socket.gethostname())[:most],
        "user": clean(user)[:most],
        "client": clean(client)[:most],
        "lang": lang,
    }


def code_of(answer: identity.DeviceAnswer, server: str) -> Code:
    """What to show of the server's answer; raises BadAnswer.

    An address of another origin than the server's is not shown: our own page is, which is where the server has it.
    """
    if not _CODE.match(answer.user_code):
        raise errors.BadAnswer(server=server, reason="user_code")
    uri, whole = answer.verification_uri, answer.verification_uri_complete
    if not _same_origin(uri, server):
        uri = f"{server}/device"
    if not _same_origin(whole, server):
        whole = f"{uri}?{urlencode({'code': answer.user_code})}"
    return Code(str(answer.user_code), str(uri), str(whole), max(1, min(answer.expires_in, MOST_SECONDS)))


def _same_origin(uri: str, server: str) -> bool:
    if len(uri) > 400 or not all("!" <= char <= "~" for char in uri):
        return False
    try:
        one, other = urlsplit(uri), urlsplit(server)
        same = (one.scheme, one.hostname, one.port) == (other.scheme, other.hostname, other.port)
    except ValueError:
        return False
    return same and one.username is None and one.password is None


def poll(
    ask: Callable[[], T],
    *,
    seconds: int,
    interval: int,
    now: Callable[[], float],
    sleep: Callable[[float], None],
    tell: Callable[[Wait], None],
    cancelled: Callable[[], bool],
) -> T:
    """Ask until somebody has decided; ``now`` is a clock that no setting of the time moves.

    A server that cannot be reached is asked again, more and more slowly: the code goes on being good. Raises
    SignInDenied, CodeExpired, SignInStopped, and what else ``ask`` raises.
    """
    pause = float(max(1, min(interval, 60)))
    end = now() + seconds
    due = now() + pause
    offline, late = False, pause
    while True:
        if cancelled():
            raise signing_errors.SignInStopped
        left = end - now()
        if left <= 0:
            raise signing_errors.CodeExpired
        tell(Wait(int(left), offline))
        if now() < due:
            sleep(min(_LOOK_SECONDS, max(0.0, due - now())))
            continue
        try:
            return ask()
        except signing_errors.GrantRefused as refused:
            offline, late = False, pause
            if refused.error == "slow_down":
                pause += _SLOWER
            elif refused.error == "access_denied":
                raise signing_errors.SignInDenied from refused
            elif refused.error == "expired_token":
                raise signing_errors.CodeExpired from refused
            elif refused.error != "authorization_pending":
                raise
            due = now() + pause
        except errors.Cancelled:
            raise signing_errors.SignInStopped from None
        except errors.SyncError as error:
            if not error.passing:
                raise
            offline, late = True, min(late * 2, _SLOWEST)
            due = now() + max(late, error.retry_after or 0.0)
