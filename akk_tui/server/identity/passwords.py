"""Passwords of local accounts: argon2id, few hashes at a time, the same time for a name that nobody has."""

from __future__ import annotations

import unicodedata
from functools import cached_property
from typing import Any, Final

import anyio
import anyio.to_thread
from sqlalchemy import bindparam, Connection, delete, insert, select

from akk_tui.server.db.tables import OFFICER, PASSWORD
from akk_tui.server.identity.common import stamp

LEAST: Final = 15
MOST: Final = 128
MEMORY_KIB: Final = 19 * 1024
TIME_COST: Final = 2
PARALLELISM: Final = 1
AT_A_TIME: Final = 2
"""Hashes that a process computes at the same moment: 19 MiB each."""
WAITING: Final = 20
"""Hashes that may wait for their turn; more are turned away."""
_NOBODY: Final = "$argon2id$v=19$m=19456,t=2,p=1$SZgdzCQBkVxiy4YOAvHoyw$N9WEVeRHTgiJvPY1/P4SV8z7I6Ca7aqsWWhg/lHmEe4"
"""A hash of the right form and cost that no password has."""


class Busy(Exception):
    """Too many hashes wait already."""


class Hashing:
    """argon2id (OWASP: 19 MiB, 2 passes, 1 lane), at most AT_A_TIME at a time in this process."""

    def __init__(self) -> None:
        self._limiter: anyio.CapacityLimiter | None = None
        self._under_way = 0

    async def make(self, password: str) -> str:
        """The hash to be stored; raises Busy."""
        return await self._run(self._hash, password)

    async def matches(self, stored: str | None, password: str) -> bool:
        """Whether ``password`` is the one of ``stored``; None takes as long and is False. Raises Busy."""
        right = await self._run(self._verify, stored or _NOBODY, password)
        return right and stored is not None

    async def _run(self, work: Any, *args: str) -> Any:
        if self._under_way >= AT_A_TIME + WAITING:
            raise Busy
        if self._limiter is None:
            self._limiter = anyio.CapacityLimiter(AT_A_TIME)
        self._under_way += 1
        try:
            return await anyio.to_thread.run_sync(work, *args, limiter=self._limiter)
        finally:
            self._under_way -= 1

    @cached_property
    def _hasher(self) -> Any:
        from argon2 import PasswordHasher

        return PasswordHasher(time_cost=TIME_COST, memory_cost=MEMORY_KIB, parallelism=PARALLELISM)

    def _hash(self, password: str) -> str:
        return self._hasher.hash(normal(password))

    def _verify(self, stored: str, password: str) -> bool:
        from argon2.exceptions import InvalidHashError, VerificationError

        try:
            return self._hasher.verify(stored, normal(password))
        except (VerificationError, InvalidHashError):
            return False


def normal(password: str) -> str:
    """The one form of a password: NFC, so that two keyboards that write it differently agree (RFC 8265)."""
    return unicodedata.normalize("NFC", password)


def stored(connection: Connection, name: str) -> Any:
    """The officer's row with ``hash`` (None: no password was set); None when nobody has this name."""
    return connection.execute(_STORED, {"n": name}).first()


def store(connection: Connection, now: float, officer: str, hashed: str) -> None:
    """Replace the officer's password."""
    connection.execute(delete(PASSWORD).where(PASSWORD.c.officer == officer))
    connection.execute(insert(PASSWORD), {"officer": officer, "hash": hashed, "made": stamp(now)})


_STORED: Final = (
    select(OFFICER, PASSWORD.c.hash)
    .join(PASSWORD, PASSWORD.c.officer == OFFICER.c.name, isouter=True)
    .where(OFFICER.c.name == bindparam("n"))
)
