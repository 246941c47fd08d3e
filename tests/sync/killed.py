"""A program that is killed: an officer who works without pause, or a server; the first word tells which.

``officer HOME SEED PLANT``    edits, and now and then a round; a line for everything that was saved
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
from akk_tui.store.store import Store
from akk_tui.sync import account as accounts
from akk_tui.sync import errors, runner
from akk_tui.sync.progress import Progress

_ACTS = {"edit": 9, "write": 3, "note": 2, "settle": 2}
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
    work(Path(more[0]), more[1])
    return 0


def plant(name: str) -> None:
    if name == "saved-before-commit":
        _saved_before_commit()
    elif name != "-":
        PLANTS[name](pytest.MonkeyPatch(), None)  # type: ignore[arg-type]


def say(**said: Any) -> None:
    """One line, whole or not at all."""
    os.write(1, json.dumps(said).encode() + b"\n")


def work(home: Path, seed: str) -> None:
    """Until it is killed."""
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

    say(ready=True)
    while True:
        try:
            if chance.random.random() < _ROUND:
                runner.sync_once(profile, account, settings, progress=told)
                say(round="done")
            else:
                name = chance.random.choices(list(_ACTS), list(_ACTS.values()))[0]
                getattr(modelofficer, name)(chance, device)
        except _PASSING as error:
            say(round=error.code)
        except AkkError as error:
            say(bad=f"{type(error).__name__}: {error.words()}")
        look()


def _saved_before_commit() -> None:
    """An edit is told before its transaction ends: here, when the next one begins."""
    before = Store.edit

    def edit(self: Any, *more: Any, **named: Any) -> Any:
        if self.db.in_transaction:
            self.db.execute("COMMIT")
        self.db.execute("BEGIN IMMEDIATE")
        return before(self, *more, **named)

    Store.edit = edit
