"""The disk fails at the n-th write: a sentence, nothing that was saved is lost, and the next start works.

Every n of an edit, of a note with its draft, of an undo, of a round, and of making and upgrading a store; the write may
fail once or all may fail from then on. ``pytest -m campaign`` tries each n in all four ways.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from disk import Disk, FULL, library
from diskworld import Bench, look_at_words, UNIT, write_note
from modelfaults import draft_lost, Plant
from modelpromises import Broken
from modelworld import World
from syncworld import Officer

from akk_tui.contract.errors import AkkError
from akk_tui.store import db as database
from akk_tui.store import netfs, schema
from akk_tui.store.db import connect
from akk_tui.store.errors import StoreUnusable
from akk_tui.store.shapes import Edit
from akk_tui.store.store import Store

pytestmark = [
    pytest.mark.no_cover,
    pytest.mark.skipif(library() is None, reason="the functions of this Python's SQLite cannot be called by others"),
]

WAYS: tuple[dict[str, Any], ...] = ({}, {"often": True, "code": FULL}, {"code": FULL}, {"often": True})
MOST = 400


def edit(bench: Bench) -> Any:
    return bench.device.store.edit("criterion", f"{UNIT}:mcp", {"value": "62"}, seen=None).op


def note(bench: Bench) -> Any:
    write_note(bench.device, "d1")


def undo(bench: Bench) -> Any:
    bench.device.store.undo()


def sync(bench: Bench) -> Any:
    bench.device.round(accept=True)


ACTS: dict[str, Callable[[Bench], Any]] = {"edit": edit, "note": note, "undo": undo, "sync": sync}


@pytest.fixture
def bench(fast: Path) -> Iterator[Bench]:
    made = Bench(fast)
    yield made
    made.close()


def one_failure(bench: Bench, disk: Disk, act: Callable[[Bench], Any], number: int, way: dict[str, Any]) -> bool:
    """Whether the n-th write came at all."""
    bench.reset(f"{act.__name__}-{number}")
    device = bench.device
    saved = dict(device.ever)
    disk.fail(number, **way)
    try:
        op = act(bench)
    except AkkError as error:
        look_at_words(error, device.path)
        op = None
    except Exception as error:
        raise Broken(f"not in words: {type(error).__name__}: {error}") from error
    failed = bool(disk.failed)
    disk.work()
    before = {row[0] for row in device.outbox()}
    device.reopen()
    there = {row[0] for row in device.outbox()}
    # Without a log of writes the very last step may fail after everything else was done: then the edit is there, which
    # its officer, who was told to save it once more, is not harmed by.
    certain = device.store.db.value("PRAGMA journal_mode") == "wal"
    if certain and (before != there or (op is None and act is edit and there - saved.keys())):
        raise Broken(f"said not to be saved, and there: {there - saved.keys()}")
    device.note_saved()
    if op is not None and op not in device.ever:
        raise Broken("said to be saved, and gone")
    bench.settle(device)
    return failed


def every_failure(bench: Bench, act: Callable[[Bench], Any], ways: Callable[[int], tuple[dict[str, Any], ...]]) -> int:
    """Each n until the act needs fewer writes; how many there were."""
    with bench.disk() as disk:
        try:
            for number in range(1, MOST):
                came = [one_failure(bench, disk, act, number, way) for way in ways(number)]
                if not any(came):
                    return number - 1
            raise AssertionError("never through")
        finally:
            bench.device.store.close()
            disk.work()


@pytest.mark.parametrize("name", ACTS)
def test_the_disk_fails_at_every_write(bench: Bench, name: str) -> None:
    count = every_failure(bench, ACTS[name], lambda number: (WAYS[number % 2],))
    assert count >= 4


def test_the_disk_fails_where_there_is_no_log_of_writes(fast: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a network file system the store goes without a WAL."""
    monkeypatch.setattr(netfs, "remote", lambda _: "nfs4")
    bench = Bench(fast)
    try:
        assert bench.device.store.db.value("PRAGMA journal_mode") == "truncate"
        assert every_failure(bench, edit, lambda number: (WAYS[number % 2],)) >= 4
    finally:
        bench.close()


@pytest.mark.campaign
@pytest.mark.parametrize("name", ACTS)
def test_the_disk_fails_at_every_write_in_every_way(bench: Bench, name: str, tell: Callable[[str], None]) -> None:
    count = every_failure(bench, ACTS[name], lambda _: WAYS)
    tell(f"{name}: {count} writes, {count * len(WAYS)} faults, 0 losses")


def not_in_words(patch: pytest.MonkeyPatch, _: World) -> None:
    """What SQLite reports goes to the officer as it is."""
    patch.setattr(database, "_NO_ROOM", ())


def error_forgotten(patch: pytest.MonkeyPatch, _: World) -> None:
    """An edit is said to be saved although its COMMIT failed."""
    before = Store.edit

    def edit(self: Any, *words: Any, **named: Any) -> Edit:
        try:
            return before(self, *words, **named)
        except StoreUnusable:
            return Edit(op="00000000-0000-7000-8000-000000000000", state="queued", key="", value={})

    patch.setattr(Store, "edit", edit)


PLANTS: dict[str, tuple[Plant, str]] = {
    "not-in-words": (not_in_words, "edit"),
    "draft-lost": (draft_lost, "note"),
    "error-forgotten": (error_forgotten, "edit"),
}


@pytest.mark.parametrize("name", PLANTS)
def test_a_planted_fault_is_found(bench: Bench, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    plant, act = PLANTS[name]
    plant(monkeypatch, bench.world)
    with pytest.raises(Broken):
        every_failure(bench, ACTS[act], lambda number: (WAYS[number % 2],))


@pytest.mark.parametrize("from_version", [0, 1])
def test_making_and_upgrading_a_store_on_a_disk_that_fails(fast: Path, from_version: int) -> None:
    path = fast / "akk.db"
    for number in range(1, MOST, 3):
        for left in fast.iterdir():
            left.unlink()
        if from_version:
            path.touch(0o600)
            db = connect(path)
            schema.migrate(db, tuple(schema.steps())[:from_version])
            db.execute("INSERT INTO meta VALUES ('x', 'old')")
            db.close()
        with Disk(lambda found: path.name in found.name) as disk:
            disk.fail(number, **WAYS[number % 2])
            try:
                Store.open(path).close()
            except AkkError as error:
                look_at_words(error, path)
            failed = disk.failed
        with Store.open(path) as store:
            assert store.db.value("PRAGMA integrity_check") == "ok"
            assert store.db.value("PRAGMA user_version") == schema.VERSION
            assert store.meta.get("x") == ("old" if from_version else None)
        if not failed:
            assert number > 5
            return
    raise AssertionError("never through")


def test_a_round_of_the_program_on_a_disk_that_fails(synced: tuple[Officer, Officer]) -> None:
    """With its lock, its account and its log: told in words, and the next round sends what waited, once."""
    ani, budi = synced
    failures = 0
    for number in range(1, MOST, 11):
        op = ani.tick("1.1.1", ("diunggah", "diverifikasi")[failures % 2])
        budi.tick("1.1.2", ("diunggah", "diverifikasi")[failures % 2])
        budi.sync()
        with Disk(lambda found: ani.path.name in found.name and ani.path.parent == found.parent) as disk:
            disk.fail(number, **WAYS[number % 2])
            try:
                ani.sync()
            except AkkError as error:
                look_at_words(error, ani.path)
            failed = disk.failed
        ani.sync()
        assert op is not None
        assert ani.waiting() == []
        budi.sync()
        assert ani.base() == budi.base()
        if not failed:
            break
        failures += 1
    assert failures > 3
