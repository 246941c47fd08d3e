"""A disk with little room: what is left is for edits, and what the server has waits."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from syncworld import fill, Officer, REGIONS, Server

from akk_tui.store import room
from akk_tui.store.errors import StoreNearlyFull
from akk_tui.sync import runner

MB = 1_000_000


@pytest.fixture
def left(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Set how many bytes the disk has left."""

    def put(free: int) -> None:
        monkeypatch.setattr(room, "free_bytes", lambda _folder: free)

    return put


def test_a_pull_stops_and_edits_are_saved_and_sent(
    synced: tuple[Officer, Officer], left: Callable[[int], None]
) -> None:
    ani, budi = synced
    fill(ani, 3)
    before = budi.base()
    left(15 * MB)
    budi.tick("2.4.1", "diunggah")
    with pytest.raises(StoreNearlyFull, match=r"tinggal 15 MB .* sampai ada 16 MB") as told:
        budi.sync()
    assert told.value.exit_code == 6
    assert (budi.base(), budi.waiting()) == (before, [])
    with budi.store() as store:
        assert store.runs.list()[0].outcome == "store"
    left(16 * MB)
    ani.sync()
    assert ani.state("2.4.1") == "diunggah"
    # The row that was edited, and what ani wrote.
    assert budi.sync().pulled == 4
    assert ani.base() == budi.base()


def test_with_nothing_new_there_is_nothing_to_say(synced: tuple[Officer, Officer], left: Callable[[int], None]) -> None:
    left(0)
    assert synced[0].sync().requests == 1


def test_a_restored_server_waits_for_room_for_the_copy_too(
    server: Server, ani: Officer, left: Callable[[int], None]
) -> None:
    ani.sync()
    copy = server.backup()
    fill(ani, 2)
    server.restore(copy)
    left(16 * MB + ani.path.stat().st_size - 1)
    before = ani.base()
    with pytest.raises(StoreNearlyFull):
        ani.sync()
    assert ani.base() == before
    assert not list(ani.path.parent.glob("*before*"))
    left(16 * MB + 2 * ani.path.stat().st_size)
    assert ani.sync().recovered
    assert ani.waiting() == []


def test_the_history_of_regions_waits_too(synced: tuple[Officer, Officer], left: Callable[[int], None]) -> None:
    ani, budi = synced
    ani.tick("2.4.1", "diunggah")
    ani.sync()
    budi.sync()
    left(MB)
    with pytest.raises(StoreNearlyFull):
        runner.prepare(budi.paths, budi.account, budi.settings, REGIONS[:1])
    with budi.store() as store:
        assert store.db.value("SELECT count(*) FROM log") == 0


def test_a_file_system_that_does_not_tell_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert room.free_bytes(tmp_path / "nowhere") is None
    real = os.statvfs(tmp_path)
    monkeypatch.setattr(os, "statvfs", lambda _path: os.statvfs_result((*real[:2], 0, 0, 0, *real[5:])))
    assert room.free_bytes(tmp_path) is None
    room.ask(tmp_path / "akk.db")
