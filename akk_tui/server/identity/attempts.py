"""How often somebody tried: counted in the database, so that several processes count together."""

from __future__ import annotations

from typing import Final, NamedTuple

from sqlalchemy import bindparam, case, Connection, delete, insert, select, update

from akk_tui.server.db.tables import ATTEMPT

_KEPT_SECONDS: Final = 86_400


class Limit(NamedTuple):
    """``most`` attempts in ``seconds``, counted from the first one."""

    most: int
    seconds: int


CODE: Final = Limit(5, 60)
"""Wrong codes from one address."""
SIGN_IN: Final = Limit(5, 60)
"""Failed sign-ins to one account from one address."""
ACCOUNT: Final = Limit(30, 900)
"""Failed sign-ins to one account from anywhere."""


def take(connection: Connection, now: float, bucket: str, limit: Limit) -> int:
    """Count an attempt before it is made; returns the seconds to wait, 0 when it may be made.

    It counts first, so that attempts made at the same moment do not all pass. What succeeds is given back.
    """
    bucket = bucket[:200]
    fresh = ATTEMPT.c.start <= int(now) - limit.seconds
    told = {
        "tries": case((fresh, 1), else_=ATTEMPT.c.tries + 1),
        "start": case((fresh, int(now)), else_=ATTEMPT.c.start),
    }
    if connection.execute(update(ATTEMPT).where(ATTEMPT.c.bucket == bucket).values(told)).rowcount == 0:
        connection.execute(delete(ATTEMPT).where(ATTEMPT.c.start < int(now) - _KEPT_SECONDS))
        connection.execute(insert(ATTEMPT), {"bucket": bucket, "start": int(now), "tries": 1})
    row = connection.execute(_COUNTED, {"b": bucket}).one()
    return 0 if row.tries <= limit.most else max(1, row.start + limit.seconds - int(now))


def give_back(connection: Connection, bucket: str) -> None:
    """Uncount an attempt that was no failure."""
    kept = ATTEMPT.c.tries > 0
    connection.execute(update(ATTEMPT).where(ATTEMPT.c.bucket == bucket[:200], kept).values(tries=ATTEMPT.c.tries - 1))


_COUNTED: Final = select(ATTEMPT.c.start, ATTEMPT.c.tries).where(ATTEMPT.c.bucket == bindparam("b"))
