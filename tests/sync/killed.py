"""A program that is killed: an officer who works without pause, or a server; the first word tells which.

``officer HOME SEED PLANT``    edits, and now and then a round; a line for everything that was saved
``session HOME SEED PLANT``    the same as one of several of one officer, who looks at the screen meanwhile
``server PLANT run …``         ``akk-server`` as it is

With PLANT other than ``-`` it runs with that fault.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import modelofficer
import pytest
from modeldevice import Kept
from modelfaults import PLANTS

from akk_tui import config, paths
from akk_tui.contract.errors import AkkError
from akk_tui.server import cli as server
from akk_tui.store import db as database
from akk_tui.store.store import Store
from akk_tui.sync import account as accounts
from akk_tui.sync import errors, lock, runner
from akk_tui.sync.progress import Progress

_ACTS = {"edit": 9, "write": 3, "note": 2, "settle": 2}
_BESIDE_OTHERS = {"value": 6, "write": 3, "note": 1, "ask": 6}
_ROUND = 0.4
_PASSING = (errors.Unreachable, errors.Cut, errors.ServerBusy, errors.Silent)


class Chance:
    theme = "all"

    def __init__(self, seed: str) -> None:
        self.random = random.Random(seed)


class Drafts(dict[str, str]):
    """Says each draft as soon as it is saved."""

    def __setitem__(self, name: str, body: str) -> None:
        say(draft=[name, body])


def main(words: Sequence[str]) -> int:
    kind, *more = words
    if kind == "server":
        plant(more[0])
        return server.main(more[1:])
    plant(more[2])
    work(Path(more[0]), more[1], alone=kind == "officer")
    return 0


def plant(name: str) -> None:
    """Plant one of the model's faults, or one that needs processes."""
    if name in _OWN:
        _OWN[name]()
    elif name != "-":
        PLANTS[name](pytest.MonkeyPatch(), None)  # type: ignore[arg-type]


def say(**said: Any) -> None:
    """One line, whole or not at all."""
    os.write(1, json.dumps(said).encode() + b"\n")


def work(home: Path, seed: str, *, alone: bool) -> None:
    """Until it is killed."""
    acts = _ACTS if alone else _BESIDE_OTHERS
    chance = Chance(seed)
    profile, settings = paths.find(home, {}), config.Settings()
    account = accounts.load(profile)
    assert account is not None
    device = Kept(account.officer, account.officer, Path(account.store))
    device.random = random.Random(f"{seed} drafts")
    device.drafts = Drafts()
    device.note_saved()
    known = set(device.ever)

    def look() -> None:
        device.note_saved()
        if new := device.ever.keys() - known:
            say(saved={op: device.ever[op] for op in new})
            known.update(new)

    def told(step: Progress) -> None:
        # What a round itself makes of two officers' sets goes out in the same round.
        if step.stage == "push":
            look()
        elif step.stage != stage[-1]:
            say(stage=step.stage)
        stage.append(step.stage)

    stage = [""]
    say(ready=True)
    while True:
        try:
            if chance.random.random() < _ROUND:
                runner.sync_once(profile, account, settings, progress=told)
                say(round="done")
            else:
                name = chance.random.choices(list(acts), list(acts.values()))[0]
                (_ask if name == "ask" else _value if name == "value" else getattr(modelofficer, name))(chance, device)
        except _PASSING as error:
            say(round=error.code)
        except AkkError as error:
            say(bad=f"{type(error).__name__}: {error.words()}")
        look()


def _value(chance: Chance, device: Kept) -> None:
    value = {"value": f"{chance.random.randrange(50, 90)}"}
    modelofficer.tried(lambda: device.store.edit("criterion", f"{modelofficer.UNITS[3]}:mcp", value, seen=None))


def _ask(_: Chance, device: Kept) -> None:
    """What the screens of a session show."""
    device.store.views.outbox()
    device.store.views.region(modelofficer.UNITS[3][:4], modelofficer.UNITS[3][5:])
    device.store.views.status()


def _no_waiting() -> None:
    """Whoever finds the store in use gives up at once."""
    database.BUSY_SECONDS, database._BUSY_TRIES = 0.0, 1


def _lock_that_stays() -> None:
    """Who syncs is told by a file that is there, also when whoever made it is dead."""

    def take(handle: int) -> bool:
        mark = Path(os.readlink(f"/proc/self/fd/{handle}")).with_suffix(".mark")
        try:
            os.close(os.open(mark, os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            return False
        held.append(mark)
        return True

    def release(self: lock.SyncLock) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
            held.pop().unlink()

    held: list[Path] = []
    lock._take, lock.SyncLock.release = take, release


def _saved_before_commit() -> None:
    """An edit is told before its transaction ends: here, when the next one begins."""
    before = Store.edit

    def edit(self: Any, *more: Any, **named: Any) -> Any:
        if self.db.in_transaction:
            self.db.execute("COMMIT")
        self.db.execute("BEGIN IMMEDIATE")
        return before(self, *more, **named)

    Store.edit = edit


_OWN = {
    "saved-before-commit": _saved_before_commit,
    "no-waiting": _no_waiting,
    "lock-that-stays": _lock_that_stays,
}
