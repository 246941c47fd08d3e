"""The power goes at every sync of the store, and between any two acts: nothing saved is lost, the file is whole.

What was not synced may have reached the disk or not, in any order and in parts; see ``disk``. ``pytest -m campaign
--rounds N`` cuts at least N times and prints its figures.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from disk import Disk, library
from diskworld import Bench, Cut, UNIT, write_note
from modelfaults import draft_lost
from modelpromises import Broken

from akk_tui.store import netfs, schema, store
from akk_tui.store.db import connect
from akk_tui.store.errors import EditRefused
from akk_tui.store.store import Store

pytestmark = [
    pytest.mark.no_cover,
    pytest.mark.skipif(library() is None, reason="the functions of this Python's SQLite cannot be called by others"),
]

CUTS = 60
STEPS = 40


@pytest.fixture
def bench(fast: Path) -> Iterator[Bench]:
    made = Bench(fast)
    yield made
    made.close()


def edit(bench: Bench, draw: random.Random) -> None:
    value = {"value": f"{draw.randrange(50, 90)}"}
    bench.device.store.edit("criterion", f"{UNIT}:mcp", value, seen=None)


def owners(bench: Bench, draw: random.Random) -> None:
    bench.device.store.edit("assessment", f"{UNIT}:1.1", {"owners": draw.sample("ABCD", 2)}, seen=None)


def note(bench: Bench, draw: random.Random) -> None:
    write_note(bench.device, f"d{draw.getrandbits(40)}")


def undo(bench: Bench, draw: random.Random) -> None:
    bench.device.store.undo()


def sync(bench: Bench, draw: random.Random) -> None:
    for _ in range(draw.randrange(4)):
        write_note(bench.other, f"b{draw.getrandbits(40)}")
    bench.other.note_saved()
    bench.other.round(accept=True)
    bench.device.round(accept=True)


def restart(bench: Bench, draw: random.Random) -> None:
    """Closing brings the log of writes into the file; so does writing on, once the log is long enough."""
    bench.device.reopen()
    bench.device.store.db.execute("PRAGMA wal_autocheckpoint=40")


ACTS: dict[Callable[[Bench, random.Random], None], int] = {
    edit: 8,
    owners: 4,
    note: 6,
    undo: 1,
    sync: 5,
    restart: 2,
}


def cuts(bench: Bench, seed: str, most: int) -> list[Cut]:
    """One script; the files as a power cut leaves them at each sync, and behind each act."""
    draw = random.Random(seed)
    bench.reset(seed)
    device = bench.device
    found: list[Cut] = []
    folder = bench.folder / f"cuts-{seed}"
    folder.mkdir()
    with bench.disk() as disk:
        restart(bench, draw)

        def cut(_: Path | None = None) -> None:
            if len(found) < most:
                one = folder / str(len(found))
                one.mkdir()
                # Now and then a disk keeps nothing that it was not told to keep.
                disk.image(one, None if draw.random() < 0.15 else draw)
                found.append(Cut(one, dict(device.ever), dict(device.drafts)))

        disk.at_sync = cut
        try:
            for _ in range(STEPS):
                act = draw.choices(list(ACTS), list(ACTS.values()))[0]
                with suppress(EditRefused):
                    act(bench, draw)
                device.note_saved()
                cut()
                if len(found) >= most:
                    break
        finally:
            device.store.close()
    device.store = device.open()
    return found


def look(bench: Bench, seed: str, most: int) -> int:
    """How many cuts one script made; each is looked at beside the server as it is at the end."""
    found = cuts(bench, seed, most)
    bench.device.note_saved()
    bench.world.host.backup()
    for one in found:
        bench.world.host.restore()
        bench.look_at(one)
    return len(found)


def test_the_power_goes_at_every_sync(bench: Bench) -> None:
    assert look(bench, "power", CUTS) == CUTS


def test_the_power_goes_where_there_is_no_log_of_writes(fast: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a network file system the store goes without a WAL."""
    monkeypatch.setattr(netfs, "remote", lambda _: "nfs4")
    bench = Bench(fast)
    try:
        assert bench.device.store.db.value("PRAGMA journal_mode") == "truncate"
        assert look(bench, "network", CUTS) == CUTS
    finally:
        bench.close()


@pytest.mark.campaign
def test_the_power_goes_many_times(bench: Bench, pytestconfig: pytest.Config, tell: Callable[[str], None]) -> None:
    wanted, made, scripts, lost = int(pytestconfig.getoption("rounds")), 0, 0, 0
    while made < wanted:
        scripts += 1
        try:
            made += look(bench, f"campaign-{scripts}", 10_000)
        except Broken as cause:
            lost += 1
            made += 1
            tell(f"campaign-{scripts}: {cause}")
    tell(f"{scripts} scripts, {made} power cuts, {lost} losses")
    assert not lost


def not_synced(patch: pytest.MonkeyPatch, word: str) -> None:
    """The store is opened with another synchronous than FULL."""
    before = store.connect

    def opened(*args: Any, **named: Any) -> Any:
        made = before(*args, **named)
        made.execute(f"PRAGMA synchronous={word}")
        return made

    patch.setattr(store, "connect", opened)


@pytest.mark.parametrize("name", ["normal", "off", "draft-lost"])
def test_a_planted_fault_is_found(bench: Bench, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    if name == "draft-lost":
        draft_lost(monkeypatch, bench.world)
    else:
        not_synced(monkeypatch, name)
    with pytest.raises(Broken):
        look(bench, "power", CUTS)


@pytest.mark.parametrize("version", [0, 1])
def test_the_power_goes_while_a_store_is_made_or_upgraded(fast: Path, version: int) -> None:
    path = fast / "akk.db"
    if version:
        path.touch(0o600)
        with closing(connect(path)) as db:
            schema.migrate(db, tuple(schema.steps())[:version])
            db.execute("INSERT INTO meta VALUES ('x', 'old')")
    draw = random.Random(version)
    found: list[Path] = []
    with Disk(lambda one: path.name in one.name) as disk:

        def cut(_: Path) -> None:
            for wild in (None, draw, draw, draw):
                found.append(fast / f"cut{len(found)}")
                found[-1].mkdir()
                disk.image(found[-1], wild)

        disk.at_sync = cut
        Store.open(path).close()
    assert len(found) > 8
    for folder in found:
        with Store.open(folder / path.name) as made:
            assert made.db.value("PRAGMA integrity_check") == "ok"
            assert made.db.value("PRAGMA user_version") == schema.VERSION
            assert made.meta.get("x") == ("old" if version else None), folder.name
