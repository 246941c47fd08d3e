"""Invitations: links, good for one use, with which an officer sets a password that no administrator knows."""

from __future__ import annotations

import secrets
from typing import Any, Final

from sqlalchemy import bindparam, Connection, delete, func, insert, select, update

from akk_tui.server.auth import hash_of
from akk_tui.server.db.tables import INVITE, OFFICER
from akk_tui.server.identity.common import stamp

HOURS: Final = 72
FIRST_HOURS: Final = 24
"""The invitation of the first administrator, which ``akk-server init`` prints."""


def make(connection: Connection, now: float, officer: str | None, hours: int = HOURS) -> str:
    """A new invitation for ``officer`` (None: the first administrator); any earlier one is void."""
    same = INVITE.c.officer.is_(None) if officer is None else INVITE.c.officer == officer
    connection.execute(delete(INVITE).where(same, INVITE.c.used.is_(None)))
    token = "akk_in_" + secrets.token_urlsafe(32)
    row = {"hash": hash_of(token), "officer": officer, "made": stamp(now), "ends": stamp(now + hours * 3600)}
    connection.execute(insert(INVITE), row)
    return token


def look(connection: Connection, now: float, token: str) -> Any:
    """The row of an invitation that still holds, with the officer's ``display`` and ``zone``; None otherwise."""
    row = connection.execute(_BY_HASH, {"h": hash_of(token)}).first()
    if row is None or row.used is not None or stamp(now) >= row.ends or row.disabled:
        return None
    # The first administrator comes by this way only as long as there is none.
    return None if row.officer is None and has_admin(connection) else row


def use(connection: Connection, now: float, token: str) -> bool:
    """Spend an invitation; False when somebody else was faster."""
    unused = update(INVITE).where(INVITE.c.hash == hash_of(token), INVITE.c.used.is_(None))
    return connection.execute(unused.values(used=stamp(now))).rowcount == 1


def void(connection: Connection, token: str) -> None:
    """Forget an invitation."""
    connection.execute(delete(INVITE).where(INVITE.c.hash == hash_of(token)))


def has_admin(connection: Connection) -> bool:
    """Whether an administrator's account is there."""
    return connection.execute(_ADMINS).scalar_one() > 0


_ADMINS: Final = select(func.count()).select_from(OFFICER).where(OFFICER.c.role == "admin")
_BY_HASH: Final = (
    select(INVITE, OFFICER.c.display, OFFICER.c.zone, OFFICER.c.disabled)
    .join(OFFICER, OFFICER.c.name == INVITE.c.officer, isouter=True)
    .where(INVITE.c.hash == bindparam("h"))
)
