"""The sync log: one line a round, kept a year; of tries that failed alike in a row the last."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final, TYPE_CHECKING

from akk_tui.contract import codec
from akk_tui.store.clock import stamp
from akk_tui.store.shapes import SyncRun

if TYPE_CHECKING:
    from akk_tui.store.store import Store

KEPT_DAYS: Final = 365


class Runs:
    """The sync log of one open store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(
        self,
        *,
        started: datetime,
        seconds: float,
        outcome: str,
        pushed: int = 0,
        pulled: int = 0,
        conflicts: int = 0,
        refused: int = 0,
        bytes_up: int = 0,
        bytes_down: int = 0,
        requests: int = 0,
        answers: dict[str, int] | None = None,
        words: str | None = None,
    ) -> int:
        """Add one round; its id. ``outcome`` is ``done`` or an error's code, ``words`` that error's sentence.

        One that failed, with nothing moved, takes the place of one before it that failed so too: a day without a
        network is one line and not hundreds.
        """
        values: tuple[Any, ...] = (stamp(started), seconds, outcome, pushed, pulled, conflicts, refused)
        values += (bytes_up, bytes_down, requests, codec.encode(answers or {}).decode(), words)
        db = self._store.db
        with db.write():
            if outcome != "done" and not (pushed or pulled or answers):
                db.execute(
                    "DELETE FROM run WHERE id = (SELECT max(id) FROM run) AND outcome = ? AND words IS ?"
                    " AND pushed = 0 AND pulled = 0 AND answers = '{}'",
                    (outcome, words),
                )
            made = db.execute("INSERT INTO run VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
            db.execute("DELETE FROM run WHERE started < ?", (stamp(started - timedelta(days=KEPT_DAYS)),))
        return int(made.lastrowid or 0)

    def list(self, limit: int = 50) -> tuple[SyncRun, ...]:
        """The newest rounds, newest first."""
        found = self._store.db.execute("SELECT * FROM run ORDER BY id DESC LIMIT ?", (limit,)).fetchall()
        return tuple(map(_run, found))


def _run(row: tuple[Any, ...]) -> SyncRun:
    id_, started, seconds, outcome, pushed, pulled, conflicts, refused, up, down, requests, answers, words = row
    return SyncRun(
        id=id_,
        started=datetime.fromisoformat(started),
        seconds=seconds,
        outcome=outcome,
        pushed=pushed,
        pulled=pulled,
        conflicts=conflicts,
        refused=refused,
        bytes_up=up,
        bytes_down=down,
        requests=requests,
        answers=codec.decode(dict[str, int], answers),
        words=words,
    )
