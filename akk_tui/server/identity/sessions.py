"""Sessions: a family of refresh tokens, of which the client names each successor itself.

A bad line loses answers. Were the successor made by the server, a lost answer would lose it too, and the repetition
would look like theft. So the client makes the next token, writes it down, and sends it along: the same token with the
same ``next`` again is a repetition; a spent token with anything else ends the whole family (RFC 9700, 4.14).
"""

from __future__ import annotations

import secrets
from typing import Any, Final, Literal, NamedTuple

from sqlalchemy import bindparam, ColumnElement, Connection, delete, insert, or_, select, update

from akk_tui.contract.identity import ACCESS_SECONDS, Way
from akk_tui.server.auth import hash_of, new_token
from akk_tui.server.db.tables import ACCESS, ASSERTION, OFFICER, REFRESH, SESSION
from akk_tui.server.identity.common import DAY, moment, record, Refusal, stamp

ABSOLUTE_DAYS: Final = 90
IDLE_DAYS: Final = 30
KEPT_DAYS: Final = 180
"""How long an ended session is kept, so that it can still be shown and marked for wiping."""
Why = Literal["signed_out", "officer", "admin", "reuse", "password", "disabled", "wiped"]


class Place(NamedTuple):
    """Where a session is: names of the computer, of its user, of the program."""

    host: str
    user: str
    client: str


class Granted(NamedTuple):
    """A session with a new access token and the seconds for which it holds."""

    session: str
    access: str
    seconds: int


def start(connection: Connection, now: float, *, officer: str, place: Place, way: Way, first: str) -> Granted:
    """A new session whose first refresh token is ``first``, as the client named it; the caller checked :func:`free`."""
    _prune(connection, now, officer)
    made = stamp(now)
    session = secrets.token_hex(8)
    row = {"id": session, "officer": officer, "way": way, "made": made, "used": made, **place._asdict()}
    connection.execute(insert(SESSION), {**row, "ends": stamp(now + ABSOLUTE_DAYS * DAY)})
    connection.execute(insert(REFRESH), {"hash": hash_of(first), "session": session, "made": made})
    return _access(connection, now, session, now + ABSOLUTE_DAYS * DAY)


def free(connection: Connection, token: str) -> bool:
    """Whether nobody named ``token`` before."""
    return connection.execute(_REFRESH, {"h": hash_of(token)}).first() is None


def again(connection: Connection, now: float, session: str, first: str) -> Granted | None:
    """Another access token for a session whose first refresh token is ``first`` and was not used yet; else None."""
    row = connection.execute(_REFRESH, {"h": hash_of(first)}).first()
    if row is None or row.session != session or row.spent is not None or not _lives(row, now):
        return None
    return _access(connection, now, session, _seconds(row.ends))


def refresh(connection: Connection, now: float, token: str, following: str) -> Granted | Refusal:
    """Spend ``token``; from now on ``following`` is the session's refresh token."""
    named = hash_of(following)
    row = connection.execute(_REFRESH, {"h": hash_of(token)}).first()
    if row is None:
        return Refusal("invalid_grant")
    # Where data is to be destroyed, its client must still learn of it.
    wiping = row.wipe is not None
    if row.disabled and not wiping:
        return Refusal("invalid_grant", "disabled")
    if not (wiping or _lives(row, now)):
        return Refusal("invalid_grant")
    if row.spent is None:
        spend = update(REFRESH).where(REFRESH.c.hash == row.hash, REFRESH.c.spent.is_(None))
        if free(connection, following) and connection.execute(spend.values(spent=stamp(now), next=named)).rowcount == 1:
            connection.execute(insert(REFRESH), {"hash": named, "session": row.session, "made": stamp(now)})
            connection.execute(update(SESSION).where(SESSION.c.id == row.session).values(used=stamp(now)))
            return _access(connection, now, row.session, _seconds(row.ends))
        # Another process may have spent it in this moment, for the same successor too; what it wrote is visible now.
        row = connection.execute(_REFRESH, {"h": hash_of(token)}).one()
        if row.spent is None:
            return Refusal("invalid_request", "next")
    successor = connection.execute(_REFRESH, {"h": named}).first()
    if row.next == named and successor is not None and successor.spent is None:
        return _access(connection, now, row.session, _seconds(row.ends))
    if end(connection, now, [row.session], "reuse"):
        record(connection, row.officer, "session", row.session, {"ended": "token_reuse", "host": row.host})
    # A thief's use of the token does not keep the order to destroy from the computer that it was stolen from.
    return _access(connection, now, row.session, now) if wiping else Refusal("invalid_grant", "token_reuse")


def end(connection: Connection, now: float, sessions: list[str], why: Why) -> list[str]:
    """End those of ``sessions`` that are in force; returns them. Their tokens are refused from now on."""
    ended: list[str] = []
    for one in sessions:
        live = update(SESSION).where(SESSION.c.id == one, SESSION.c.ended.is_(None))
        if connection.execute(live.values(ended=stamp(now), why=why)).rowcount:
            ended.append(one)
    return ended


def of_token(connection: Connection, token: str) -> Any:
    """The row of the session that a refresh or an access token belongs to; None when there is none."""
    hashed = hash_of(token)
    for table in (REFRESH, ACCESS):
        found = select(SESSION).join(table, table.c.session == SESSION.c.id).where(table.c.hash == hashed)
        row = connection.execute(found).first()
        if row is not None:
            return row
    return None


def live(connection: Connection, now: float, officer: str) -> list[Any]:
    """The rows of the officer's sessions that are in force, the one used last first."""
    rows = connection.execute(select(SESSION).where(SESSION.c.officer == officer, SESSION.c.ended.is_(None)))
    return sorted((row for row in rows if _lives(row, now)), key=lambda row: (row.used, row.made, row.id), reverse=True)


def state(row: Any, now: float) -> Literal["live", "wipe", "wiped", "ended"]:
    """What a session's row is at ``now``; ``wipe`` waits for its client to destroy its data."""
    if row.wiped is not None:
        return "wiped"
    if row.wipe is not None:
        return "wipe"
    return "live" if _lives(row, now) else "ended"


def mark(connection: Connection, now: float, which: ColumnElement[bool]) -> list[str]:
    """Mark those of ``which`` sessions for wiping whose client may still hold data; returns them.

    A session that its officer or an administrator ended is among them: a lost laptop may have been signed out first.
    """
    open_ = (SESSION.c.wipe.is_(None), or_(SESSION.c.why.is_(None), SESSION.c.why.not_in(("signed_out", "wiped"))))
    found = list(connection.execute(select(SESSION.c.id).where(which, *open_)).scalars())
    if found:
        connection.execute(update(SESSION).where(SESSION.c.id.in_(found)).values(wipe=stamp(now)))
    return found


def _prune(connection: Connection, now: float, officer: str) -> None:
    """Forget what nobody can ask for any more: sessions long gone, refresh tokens that were spent long ago."""
    gone = select(SESSION.c.id).where(SESSION.c.officer == officer, SESSION.c.ends < stamp(now - KEPT_DAYS * DAY))
    for table in (REFRESH, ACCESS, ASSERTION):
        connection.execute(delete(table).where(table.c.session.in_(gone)))
    connection.execute(
        delete(SESSION).where(SESSION.c.officer == officer, SESSION.c.ends < stamp(now - KEPT_DAYS * DAY))
    )
    mine = select(SESSION.c.id).where(SESSION.c.officer == officer)
    # A spent token that turns up later than this is refused without ending what came after it.
    old = REFRESH.c.spent < stamp(now - ABSOLUTE_DAYS * DAY)
    connection.execute(delete(REFRESH).where(REFRESH.c.session.in_(mine), old))


def in_force(row: Any, now: float) -> bool:
    """Whether a session's row is neither ended nor past its days at ``now``."""
    return _lives(row, now)


def _lives(row: Any, now: float) -> bool:
    return row.ended is None and stamp(now) < row.ends and stamp(now - IDLE_DAYS * DAY) < row.used


def _seconds(text: str) -> float:
    return moment(text).timestamp()


def _access(connection: Connection, now: float, session: str, ends: float) -> Granted:
    token = new_token()
    until = min(now + ACCESS_SECONDS, max(ends, now + 60))
    connection.execute(delete(ACCESS).where(ACCESS.c.session == session, ACCESS.c.ends < stamp(now)))
    connection.execute(insert(ACCESS), {"hash": hash_of(token), "session": session, "ends": stamp(until)})
    return Granted(session, token, int(until - now))


_REFRESH: Final = (
    select(REFRESH.c.hash, REFRESH.c.spent, REFRESH.c.next, REFRESH.c.session, SESSION, OFFICER.c.disabled)
    .join(SESSION, SESSION.c.id == REFRESH.c.session)
    .join(OFFICER, OFFICER.c.name == SESSION.c.officer)
    .where(REFRESH.c.hash == bindparam("h"))
)
