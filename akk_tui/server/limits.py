"""How many requests a token, an officer and an address may send: token buckets that all processes share.

The buckets are rows of the database. So that not every request writes, a process counts by itself and takes what it
has counted from the bucket in portions (:func:`portion`); one whose bucket is empty is refused from then on until it
is no longer empty. Several processes together let through at most one portion each beyond the rate, and whoever sends
little never causes a write.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from sqlalchemy import bindparam, Connection, delete, insert, select, update

from akk_tui.server.db.engine import Database
from akk_tui.server.db.tables import BUCKET
from akk_tui.server.errors import Refused
from akk_tui.server.options import Rate

_LARGEST_PORTION: Final = 500
_KEPT: Final = 20_000
"""Counters that one process holds; the one that was longest without a request goes first."""
_SWEEP: Final = 50
"""Every so many writes the buckets that are full again are deleted."""


class Limited(Refused):
    """Too many requests; ``Retry-After`` says when there is room again."""

    def __init__(self, kind: str, seconds: float) -> None:
        super().__init__(429, "rate", kind, headers={"Retry-After": str(max(1, math.ceil(seconds)))})


def portion(rate: Rate) -> int:
    """How many requests a process counts before it takes them from the bucket."""
    return max(1, min(rate.burst // 20, _LARGEST_PORTION))


def take(connection: Connection, now: float, name: str, rate: Rate, amount: int = 1) -> float:
    """Take ``amount`` from the bucket ``name`` in the caller's writing transaction.

    Returns 0 when that much was there, else the seconds until the bucket is no longer in debt, which is never more
    than ``amount``: it is taken after it was used. ``now`` is in Unix seconds.
    """
    found = connection.execute(_READ, {"n": name}).first()
    left = float(rate.burst)
    if found is not None:
        left = min(left, found.left + max(0.0, now - found.at) * rate.per_second)
    left = max(left - amount, -float(amount))
    connection.execute(_INSERT if found is None else _UPDATE, {"n": name, "l": left, "a": now})
    return 0.0 if left >= 0 else -left / rate.per_second


class _Counter:
    __slots__ = ("blocked", "count")

    def __init__(self) -> None:
        self.count = 0
        self.blocked = 0.0


class Limiter:
    """The counters of one process. ``clock`` gives Unix seconds."""

    def __init__(self, database: Database, rates: Mapping[str, Rate], clock: Callable[[], float]) -> None:
        self._database = database
        self._rates = {kind: (rate, portion(rate)) for kind, rate in rates.items()}
        self._counters: OrderedDict[tuple[str, str], _Counter] = OrderedDict()
        self._clock = clock
        self._writes = 0

    async def admit(self, keys: Iterable[tuple[str, str]]) -> None:
        """Count one request for each of ``keys`` (kind, name); raises Limited when one of them has no room."""
        due: list[tuple[str, str]] = []
        now = self._clock()
        for key in keys:
            if key[0] in self._rates and self._count(key, now):
                due.append(key)
        if due:
            blocked = await self._database.run_writing(self._settle, sorted(due), now)
            for key, seconds in zip(sorted(due), blocked, strict=True):
                # This request was the last of its portion; what comes after it waits.
                self._counter(key).blocked = now + seconds

    def _count(self, key: tuple[str, str], now: float) -> bool:
        """Whether a portion is full."""
        counter = self._counter(key)
        rate, size = self._rates[key[0]]
        wait = counter.blocked - now
        # Nobody waits longer than a portion takes: more is left of a clock that was ahead.
        if 0 < wait <= size / rate.per_second + 1:
            raise Limited(key[0], wait)
        counter.count += 1
        if counter.count < size:
            return False
        counter.count = 0
        return True

    def _counter(self, key: tuple[str, str]) -> _Counter:
        counter = self._counters.get(key)
        if counter is None:
            counter = self._counters[key] = _Counter()
            if len(self._counters) > _KEPT:
                self._counters.popitem(last=False)
        else:
            self._counters.move_to_end(key)
        return counter

    def _settle(self, due: list[tuple[str, str]], now: float) -> list[float]:
        self._writes += 1

        def work(connection: Connection) -> list[float]:
            if self._writes % _SWEEP == 0:
                full = max(rate.burst / rate.per_second for rate, _ in self._rates.values())
                connection.execute(delete(BUCKET).where(BUCKET.c.at < now - max(full, 3600)))
            return [take(connection, now, ":".join(key), *self._rates[key[0]]) for key in due]

        return self._database.write(work)


_READ: Final = select(BUCKET.c.left, BUCKET.c.at).where(BUCKET.c.name == bindparam("n")).with_for_update()
_INSERT: Final = insert(BUCKET).values(name=bindparam("n"), left=bindparam("l"), at=bindparam("a"))
_UPDATE: Final = update(BUCKET).where(BUCKET.c.name == bindparam("n")).values(left=bindparam("l"), at=bindparam("a"))
