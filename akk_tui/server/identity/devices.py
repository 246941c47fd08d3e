"""The device grant (RFC 8628): a program asks, an officer confirms in a browser, the program fetches its token."""

from __future__ import annotations

import secrets
from typing import Any, Final, NamedTuple

from sqlalchemy import bindparam, Connection, delete, func, insert, select, update

from akk_tui.contract.identity import DEVICE_SECONDS, DeviceForm, POLL_SECONDS
from akk_tui.server.auth import hash_of
from akk_tui.server.db.tables import DEVICE, OFFICER
from akk_tui.server.identity import sessions
from akk_tui.server.identity.common import name_in, record, Refusal, stamp

ALPHABET: Final = "BCDFGHJKLMNPQRSTVWXZ"
"""RFC 8628, 6.1: no vowels, so that no words arise; 20 ** 8 are 34.6 bits."""
LENGTH: Final = 8
WRONG: Final = 5
"""Failed sign-ins on the page after which a code dies."""
PENDING: Final = 30
"""Codes that wait at a time for one address."""
_KEPT_SECONDS: Final = 3600
_EARLY_MS: Final = 500
"""A question may come so much too early: clocks are no exact things."""


class Asked(NamedTuple):
    """A new device grant: the program's secret, and the code that the officer reads off the screen."""

    device_code: str
    user_code: str


def shown(code: str) -> str:
    """``BCDF-GHJK``."""
    return f"{code[:4]}-{code[4:]}"


def typed(text: str) -> str | None:
    """The code that somebody typed, whatever stands between its letters and in any case; None when it is none."""
    letters = "".join(char for char in text.upper() if char.isalnum())
    return letters if len(letters) == LENGTH and all(char in ALPHABET for char in letters) else None


def ask(connection: Connection, now: float, form: DeviceForm, address: str) -> Asked | Refusal:
    """A new device grant for a program at ``address``."""
    connection.execute(delete(DEVICE).where(DEVICE.c.ends < stamp(now - _KEPT_SECONDS)))
    waiting = select(func.count()).where(
        DEVICE.c.address == address, DEVICE.c.state == "pending", DEVICE.c.ends > stamp(now)
    )
    if connection.execute(waiting).scalar_one() >= PENDING:
        return Refusal("slow_down", "too many codes wait for this address")
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    made = Asked("akk_dc_" + secrets.token_urlsafe(32), code)
    place = {"host": name_in(form.host), "user": name_in(form.user), "client": name_in(form.client)}
    row = {"hash": hash_of(made.device_code), "code": hash_of(code), "address": address[:64], **place}
    row |= {"lang": "en" if form.lang == "en" else "id", "state": "pending", "made": stamp(now)}
    times = {"ends": stamp(now + DEVICE_SECONDS), "pause": POLL_SECONDS, "polled": 0, "wrong": 0}
    connection.execute(insert(DEVICE), {**row, **times})
    return made


def fetch(connection: Connection, now: float, device_code: str, first: str) -> sessions.Granted | Refusal:
    """The token of a grant that was approved; ``first`` is the refresh token that the session begins with."""
    row = connection.execute(_BY_DEVICE, {"h": hash_of(device_code)}).first()
    if row is None:
        return Refusal("invalid_grant")
    if row.state == "spent":
        return _repeated(connection, now, row, first)
    if stamp(now) >= row.ends:
        return Refusal("expired_token")
    if row.state == "denied":
        return Refusal("access_denied")
    if row.state == "pending":
        return _waiting(connection, now, row)
    if row.disabled:
        return Refusal("access_denied", "disabled")
    if not sessions.free(connection, first):
        return Refusal("invalid_request", "next")
    # The row is taken first: of two who fetch at the same moment one waits here, and finds it spent.
    spend = update(DEVICE).where(DEVICE.c.hash == row.hash, DEVICE.c.state == "approved").values(state="spent")
    if connection.execute(spend).rowcount != 1:
        return _repeated(connection, now, connection.execute(_BY_DEVICE, {"h": row.hash}).one(), first)
    place = sessions.Place(row.host, row.user, row.client)
    made = sessions.start(connection, now, officer=row.officer, place=place, way="device", first=first)
    told = {"session": made.session, "next": hash_of(first)}
    connection.execute(update(DEVICE).where(DEVICE.c.hash == row.hash).values(told))
    record(connection, row.officer, "session", made.session, {"way": "device", "host": row.host, "user": row.user})
    return made


def _repeated(connection: Connection, now: float, row: Any, first: str) -> sessions.Granted | Refusal:
    """The answer was lost and is asked for again; or somebody else holds the code, and the session ends."""
    if row.next == hash_of(first):
        made = sessions.again(connection, now, row.session, first)
        return Refusal("invalid_grant") if made is None else made
    if row.session is not None and sessions.end(connection, now, [row.session], "reuse"):
        record(connection, row.officer, "session", row.session, {"ended": "code_reuse", "host": row.host})
    return Refusal("invalid_grant")


def _waiting(connection: Connection, now: float, row: Any) -> Refusal:
    polled = int(now * 1000)
    early = polled - row.polled < row.pause * 1000 - _EARLY_MS
    pause = row.pause + 5 if early else row.pause
    connection.execute(update(DEVICE).where(DEVICE.c.hash == row.hash).values(polled=polled, pause=pause))
    return Refusal("slow_down" if early else "authorization_pending")


# the page


def waiting(connection: Connection, now: float, code: str) -> Any:
    """The row of the grant that waits for a decision on ``code`` (as :func:`typed` gives it); None when none does."""
    row = connection.execute(_BY_CODE, {"c": hash_of(code)}).first()
    return None if row is None or row.state != "pending" or stamp(now) >= row.ends else row


def failed(connection: Connection, code: str) -> bool:
    """Count a failed sign-in for ``code``; True when the code dies of it."""
    row = connection.execute(_BY_CODE, {"c": hash_of(code)}).first()
    if row is None or row.state != "pending":
        return True
    dies = row.wrong + 1 >= WRONG
    told = {"wrong": DEVICE.c.wrong + 1, "state": "denied" if dies else "pending"}
    connection.execute(update(DEVICE).where(DEVICE.c.hash == row.hash).values(told))
    return dies


def identified(connection: Connection, code: str, officer: str) -> str:
    """Note who signed in on the page for ``code``; returns what the page has to give back with the decision."""
    confirm = secrets.token_urlsafe(32)
    told = {"confirm": hash_of(confirm), "officer": officer}
    connection.execute(update(DEVICE).where(DEVICE.c.code == hash_of(code)).values(told))
    return confirm


def decide(connection: Connection, now: float, confirm: str, *, approve: bool) -> Any:
    """Approve or deny the grant that ``confirm`` belongs to; returns its row, None when it does not wait any more."""
    row = connection.execute(_BY_CONFIRM, {"c": hash_of(confirm)}).first()
    if row is None or row.state != "pending" or stamp(now) >= row.ends or row.disabled:
        return None
    told = {"state": "approved" if approve else "denied", "confirm": None}
    taken = update(DEVICE).where(DEVICE.c.hash == row.hash, DEVICE.c.state == "pending").values(told)
    if connection.execute(taken).rowcount != 1:
        return None
    record(connection, row.officer, "device", row.hash[:16], {"state": told["state"], "host": row.host})
    return row


def end_all(connection: Connection, now: float, officer: str, why: sessions.Why) -> tuple[list[str], int]:
    """End all sessions of the officer, and what is about to become one; which, and how many confirmations were void.

    What a program may be fetching at this moment comes first: it is waited for, so that its session is among them.
    """
    voided = drop(connection, officer)
    return sessions.end(connection, now, [row.id for row in sessions.live(connection, now, officer)], why), voided


def drop(connection: Connection, officer: str) -> int:
    """Void what the officer confirmed and no program has fetched yet; who had signed in on the page does so again.

    How many confirmations were void.
    """
    mine = DEVICE.c.officer == officer
    approved = update(DEVICE).where(mine, DEVICE.c.state == "approved")
    voided = connection.execute(approved.values(state="denied")).rowcount
    begun = update(DEVICE).where(mine, DEVICE.c.state == "pending")
    connection.execute(begun.values(confirm=None, officer=None))
    return voided


_ROW: Final = select(DEVICE, OFFICER.c.disabled, OFFICER.c.display, OFFICER.c.zone).join(
    OFFICER, OFFICER.c.name == DEVICE.c.officer, isouter=True
)
_BY_DEVICE: Final = _ROW.where(DEVICE.c.hash == bindparam("h"))
_BY_CODE: Final = _ROW.where(DEVICE.c.code == bindparam("c"))
_BY_CONFIRM: Final = _ROW.where(DEVICE.c.confirm == bindparam("c"))
