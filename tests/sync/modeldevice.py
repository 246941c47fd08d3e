"""A device of an officer in the model: one real store, and what was ever saved in it."""

from __future__ import annotations

import random
import shutil
from datetime import datetime, timedelta, UTC
from typing import Any, TYPE_CHECKING

from modellink import Link, Trouble
from modelpromises import Broken

from akk_tui.contract import codec
from akk_tui.store.store import Store
from akk_tui.sync.engine import Engine

if TYPE_CHECKING:
    from modelworld import World


class Device:
    """One store of one officer; ``ever`` is each operation that was ever saved here, as it was saved first."""

    def __init__(self, world: World, officer: str, name: str) -> None:
        self.world, self.officer, self.name = world, officer, f"{officer}-{name}"
        self.path = world.folder / f"{self.name}.db"
        self.template = world.folder / f"{self.name}.template"
        self.at = datetime(2025, 10, 6, tzinfo=UTC)
        self.random = random.Random(self.name)
        self.ever: dict[str, tuple[Any, ...]] = {}
        self.drafts: dict[str, str] = {}
        self.open_editor: tuple[str, str, str, Any] | None = None
        self.store = self.open()

    def now(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at

    def open(self) -> Store:
        return Store.open(self.path, now=self.now, random_bits=self.random.getrandbits)

    def reopen(self) -> None:
        """The process was killed and is started again."""
        self.store.close()
        self.open_editor = None
        self.store = self.open()

    def freeze(self) -> None:
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
        self.store = self.open()

    def round(self, trouble: Trouble | None = None, accept: bool = False) -> None:
        self.world.counted["rounds"] += 1
        link = Link(self.world.host, self.officer, self.note_saved, trouble)
        Engine(self.store, link, now=lambda: 0.0, accept_deletions=accept).round()

    def outbox(self) -> list[tuple[Any, ...]]:
        """op, kind, key, field, state, prev, undoes, requested, body in the author's order."""
        found = self.store.db.execute(
            "SELECT op, kind, key, field, state, body, undoes, requested, unit FROM outbox ORDER BY n"
        ).fetchall()
        return [(*row[:5], codec.decode(dict[str, Any], row[5]), *row[6:]) for row in found]

    def note_saved(self) -> None:
        """Remember what is in the outbox; one that is known must be what it was."""
        for op, kind, key, _, _, body, _, _, _ in self.outbox():
            said = (kind, key, body["set"], body["was"])
            if self.ever.setdefault(op, said) != said:
                raise Broken(f"an operation changed: {op} {said}")
