"""How often somebody tried: counted in the database, so that several processes count together."""

from __future__ import annotations

from typing import Final, NamedTuple

from sqlalchemy import and_, bindparam, case, Connection, delete, insert, not_, or_, select, update

from akk_tui.server.db.tables import ATTEMPT

_KEPT_SECONDS: Final = 86_400
_SLACK: Final = 60
"""Seconds by which the clocks of two processes may differ."""


class Limit(NamedTuple):
    """``most`` attempts in ``seconds``, counted from the first one."""

    most: int
    seconds: int


CODE: Final = Limit(5, 60)
"""Wrong codes from one address; past these only an officer who has signed in first tries codes from there, and each
account has this limit of its own: one guesser stops none of the colleagues behind the same address.

What a guess is worth: a code is one of 20 ** 8 = 2.56e10 and lives for ten minutes, so that an address, or an account
that is named in the audit, tries 50 of them meanwhile: a chance of 2e-9 for a terminal. Where 100 terminals wait at any
time, it meets one with 5 * 100 / 2.56e10 = 2e-8 a minute: once in some 97 years; 1,000 addresses together once in five
weeks, and the terminal then shows the guesser's account, which the officer did not sign in to.
"""
SIGN_IN: Final = Limit(5, 60)
"""Failed sign-ins to one account from one address."""
LONGER: Final = Limit(15, 900)
"""The same over a longer time: one address alone does not use up what an account has."""
ACCOUNT: Final = Limit(30, 900)
"""Failed sign-ins to one account from anywhere but where its officer signed in before."""
_KNOWN: Final = "known "
_KNOWN_SECONDS: Final = 30 * 86_400


def take(connection: Connection, now: float, bucket: str, limit: Limit) -> int:
    """Count an attempt before it is made; returns the seconds to wait, 0 when it may be made.

    It counts first, so that attempts made at the same moment do not all pass. What succeeds is given back.
    """
    bucket = bucket[:200]
    # A count from the future is one of a clock that went wrong; nobody waits for that.
    fresh = or_(ATTEMPT.c.start <= int(now) - limit.seconds, ATTEMPT.c.start > int(now) + _SLACK)
    told = {
        "tries": case((fresh, 1), else_=ATTEMPT.c.tries + 1),
        "start": case((fresh, int(now)), else_=ATTEMPT.c.start),
    }
    if connection.execute(update(ATTEMPT).where(ATTEMPT.c.bucket == bucket).values(told)).rowcount == 0:
        _prune(connection, now)
        connection.execute(insert(ATTEMPT), {"bucket": bucket, "start": int(now), "tries": 1})
    row = connection.execute(_COUNTED, {"b": bucket}).one()
    return 0 if row.tries <= limit.most else max(1, row.start + limit.seconds - int(now))


def give_back(connection: Connection, bucket: str) -> None:
    """Uncount an attempt that was no failure."""
    kept = ATTEMPT.c.tries > 0
    connection.execute(update(ATTEMPT).where(ATTEMPT.c.bucket == bucket[:200], kept).values(tries=ATTEMPT.c.tries - 1))


def know(connection: Connection, now: float, who: str) -> None:
    """Remember that ``who`` (an address and a name) was signed in: strangers' failures do not lock that one out."""
    bucket = (_KNOWN + who)[:200]
    seen = update(ATTEMPT).where(ATTEMPT.c.bucket == bucket).values(start=int(now))
    if connection.execute(seen).rowcount == 0:
        connection.execute(insert(ATTEMPT), {"bucket": bucket, "start": int(now), "tries": 0})


def knows(connection: Connection, now: float, who: str) -> bool:
    """Whether :func:`know` was told of ``who`` within a month."""
    row = connection.execute(_COUNTED, {"b": (_KNOWN + who)[:200]}).first()
    return row is not None and row.start > int(now) - _KNOWN_SECONDS


def _prune(connection: Connection, now: float) -> None:
    old = and_(ATTEMPT.c.start < int(now) - _KEPT_SECONDS, not_(ATTEMPT.c.bucket.startswith(_KNOWN)))
    connection.execute(delete(ATTEMPT).where(or_(old, ATTEMPT.c.start < int(now) - _KNOWN_SECONDS)))


_COUNTED: Final = select(ATTEMPT.c.start, ATTEMPT.c.tries).where(ATTEMPT.c.bucket == bindparam("b"))
