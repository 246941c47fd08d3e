"""Refusals on their way into the audit: the first at once, then what a minute brought as one record for each kind.

Whoever is refused a thousand times a second must not make the server write a thousand records: what is alike in code,
call, address and officer is counted, and past :data:`KINDS` kinds in a minute the rest is counted as one.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from threading import Lock
from typing import Final, NamedTuple

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from akk_tui.server import audit
from akk_tui.server.clock import now_text
from akk_tui.server.db.engine import Database

KINDS: Final = 30
SECONDS: Final = 60.0
_LOG: Final = logging.getLogger("akk_server")


class Refusal(NamedTuple):
    """What is counted together: a problem's or an operation's code, the call, where it came from, who it was."""

    code: str
    call: str
    address: str
    actor: str = ""


_REST: Final = Refusal("*", "*", "*")


class Refusals:
    """The refusals of one process that are not in the audit yet."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._clock = clock
        self._lock = Lock()
        self._writing = Lock()
        self._counts: dict[Refusal, tuple[int, str]] = {}
        self._written = -SECONDS
        self._task: asyncio.Task[None] | None = None

    def note(self, refusal: Refusal, count: int = 1) -> None:
        """Count a refusal, and see to it that it is written; call it in the event loop."""
        with self._lock:
            if refusal not in self._counts and len(self._counts) >= KINDS:
                refusal = _REST
            before, first = self._counts.get(refusal, (0, now_text()))
            self._counts[refusal] = (before + count, first)
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._soon())

    async def _soon(self) -> None:
        await asyncio.sleep(max(0.0, self._written + SECONDS - self._clock()))
        await self._database.run_writing(self.flush)

    def flush(self) -> None:
        """Write what was counted; what cannot be written now is kept and told with the next.

        Returns only when nothing is being written any more, so that the database can be closed behind it.
        """
        with self._writing:
            self._flush()

    def _flush(self) -> None:
        with self._lock:
            taken, self._counts = self._counts, {}
        self._written = self._clock()
        if not taken:
            return

        def work(connection: Connection) -> None:
            last = now_text()
            for refusal, (count, first) in taken.items():
                detail = {"code": refusal.code, "call": refusal.call, "count": count, "first": first, "last": last}
                audit.record(connection, "refused", actor=refusal.actor, address=refusal.address, detail=detail)

        try:
            self._database.write(work)
        except SQLAlchemyError:
            _LOG.exception("refusals cannot be recorded now")
            with self._lock:
                for refusal, (count, first) in taken.items():
                    if refusal in self._counts or len(self._counts) < KINDS:
                        self._counts[refusal] = (count + self._counts.get(refusal, (0, ""))[0], first)
