"""A device of an officer: one real store, and what was ever saved in it."""

from __future__ import annotations

import random
import shutil
from datetime import datetime, timedelta, UTC
from pathlib import Path
from typing import Any, TYPE_CHECKING

from modellink import Link, Trouble
from modelpromises import Broken

from akk_tui.contract import codec
from akk_tui.store import clock
from akk_tui.store.store import Store
from akk_tui.sync.engine import Engine

if TYPE_CHECKING:
    from modelworld import World


class Kept:
    """One open store of one officer; ``ever`` is each operation that was ever saved in it, as it was saved first."""

    def __init__(self, officer: str, name: str, path: Path) -> None:
        self.officer, self.name, self.path = officer, name, path
        self.random = random.Random(name)
        self.ever: dict[str, tuple[Any, ...]] = {}
        self.drafts: dict[str, str] = {}
        self.written: set[tuple[str, str]] = set()
        self.struck: set[tuple[str, str]] = set()
        """(key, word) of the words that were put into texts here, and of those that were taken out."""
        self.open_editor: tuple[str, str, str, Any] | None = None
        self.store = self.open()

    def now(self) -> datetime:
        return clock.now()

    def open(self) -> Store:
        return Store.open(self.path)

    def reopen(self) -> None:
        """The process was killed and is started again."""
        self.store.close()
        self.open_editor = None
        self.store = self.open()

    def looked(self, sql: str, parameters: tuple[Any, ...] = ()) -> list[Any]:
        """The rows of a query from outside: it is none of the statements at which a process is killed."""
        return self.store.db.cursor().execute(sql, parameters).fetchall()

    def outbox(self) -> list[tuple[Any, ...]]:
        """op, kind, key, field, state, prev, undoes, requested, body in the author's order."""
        found = self.looked("SELECT op, kind, key, field, state, body, undoes, requested, unit FROM outbox ORDER BY n")
        return [(*row[:5], codec.decode(dict[str, Any], row[5]), *row[6:]) for row in found]

    def note_saved(self) -> None:
        """Remember what is in the outbox; one that is known must be what it was.

        One that ended as a colleague's value stands for those before it too, which were put aside: it says what the
        first of them had seen.
        """
        ended = "SELECT op, kind, key, body FROM sent WHERE result = 'same' AND NOT acknowledged"
        for op, kind, key, body in self.looked(ended):
            if op in self.ever:
                said = codec.decode(dict[str, Any], body)
                self.ever[op] = (kind, key, said["set"], said["was"])
        for op, kind, key, _, _, body, _, _, _ in self.outbox():
            said = (kind, key, body["set"], body["was"])
            if self.ever.setdefault(op, said) != said:
                raise Broken(f"an operation changed: {op} {said}")


class Device(Kept):
    """A store whose clock and ids a seed decides."""

    def __init__(self, world: World, officer: str, name: str) -> None:
        self.world = world
        self.at = datetime(2025, 10, 6, tzinfo=UTC)
        super().__init__(officer, f"{officer}-{name}", world.folder / f"{officer}-{name}.db")
        self.template = self.path.with_suffix(".template")

    def now(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at

    def open(self) -> Store:
        return Store.open(self.path, now=self.now, random_bits=self.random.getrandbits)

    def freeze(self) -> None:
        """What is here now is what ``reset`` goes back to."""
        self.store.close()
        shutil.copyfile(self.path, self.template)
        self.store = self.open()

    def reset(self, seed: str) -> None:
        self.store.close()
        for ending in ("-wal", "-shm"):
            self.path.with_name(self.path.name + ending).unlink(missing_ok=True)
        for copy in self.path.parent.glob(f"{self.path.name}.before*"):
            copy.unlink()
        shutil.copyfile(self.template, self.path)
        self.random = random.Random(f"{seed} {self.name}")
        self.at = datetime(2025, 10, 6, tzinfo=UTC)
        self.ever, self.drafts, self.open_editor = {}, {}, None
        self.written, self.struck = set(), set()
        self.store = self.open()

    def round(self, trouble: Trouble | None = None, accept: bool = False) -> None:
        self.world.counted["rounds"] += 1
        link = Link(self.world.host, self.officer, self.note_saved, trouble)
        Engine(self.store, link, now=lambda: 0.0, accept_deletions=accept).round()
