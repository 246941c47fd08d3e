"""A disk without room while a profile is encrypted, decrypted, given another key or wiped: nothing is lost."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sealedhome import Home, PASSPHRASE, readable
from test_security_f9_wipe import Server

from akk_tui import config
from akk_tui.server import bundle
from akk_tui.store.store import Store
from akk_tui.sync import account as accounts
from akk_tui.sync import vault, wipe
from akk_tui.sync.wipe_errors import Wiped, WipedSealed, WipeWaits

pytestmark = pytest.mark.security
SIZE = 24_000_000


class Disk:
    """A small disk of its own, which can be filled up."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self._filler = place / "filler"

    def leave(self, free: int) -> None:
        """Fill it until ``free`` bytes are left."""
        self.empty()
        there = os.statvfs(self.place)
        with self._filler.open("wb") as stream:
            left = there.f_bavail * there.f_frsize - free
            while left > 0:
                left -= stream.write(bytes(min(left, 1 << 20)))

    def empty(self) -> None:
        self._filler.unlink(missing_ok=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """The folder of the first home, as a disk of its own."""
    place = tmp_path / "home0"
    place.mkdir()
    mount = shutil.which("mount")
    done = mount and subprocess.run(
        [mount, "-t", "tmpfs", "-o", f"size={SIZE},mode=0700", "tmpfs", str(place)], capture_output=True, check=False
    )
    if not done or done.returncode != 0:
        pytest.skip("a small disk can only be mounted by root")
    try:
        yield Disk(place)
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def _carry_out(home: Home, disk: Disk | None = None) -> tuple[Wiped, Server]:
    """Wipe as a round does; the ``disk`` is full once the store is open."""
    if vault.sealed(home.paths):
        home.unlock()
    account, server = accounts.load(home.paths), Server()
    store = Store.open(Path(account.store))
    assert store.queue.pending_count() >= 0
    if disk is not None:
        disk.leave(0)
    try:
        return wipe.carry_out(home.paths, account, store, server), server  # type: ignore[arg-type]
    finally:
        store.close()


MakeHome = Callable[..., Home]
ROOMS = (0, 8_192, 65_536, 150_000)
"""Bytes that are left: for nothing, for the key alone, for a part of the copy."""


def _notes(home: Home, *, encrypted: bool) -> object:
    done = home.run("note", "list", "--json", passphrase=encrypted)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("free", ROOMS)
@pytest.mark.parametrize("act", ["encrypt", "decrypt", "rekey"])
def test_f10_without_room_the_profile_is_as_it_was(make_home: MakeHome, disk: Disk, act: str, free: int) -> None:
    home, sealed = make_home(), act != "encrypt"
    if sealed:
        home.encrypt()
    kept = _notes(home, encrypted=sealed)
    new = home.secret.with_name("new")
    new.write_text("lima ekor burung camar\n")
    more = ("--new-passphrase-file", str(new)) if act == "rekey" else ()
    disk.leave(free)
    done = home.run(act, *more)
    disk.empty()
    assert "Traceback" not in done.stderr
    if done.returncode == 0:
        assert act == "rekey", "there was room for a file of some hundred bytes, and for nothing else"
        assert free
        return
    assert done.returncode == 6, done.stderr
    assert "Kosongkan ruang" in done.stderr
    assert vault.sealed(home.paths) is sealed
    assert not [one for one in home.paths.data.iterdir() if one.name.startswith(".")]
    if sealed:
        # Not even a part of it was left in plain.
        assert readable(home.home, home.secrets()) == []
    assert _notes(home, encrypted=sealed) == kept
    assert home.run(act, *more).returncode == 0
    if act == "rekey":
        home.secret.write_text(new.read_text())
    assert _notes(home, encrypted=act != "decrypt") == kept


def test_f10_without_room_the_key_command_is_the_one_before(make_home: MakeHome, disk: Disk) -> None:
    home = make_home()
    config.set_value(home.paths, "encryption.key_command", "cat /nowhere")
    disk.leave(40_000)
    done = home.run("encrypt", "--key-command", f"cat {home.secret}", passphrase=False)
    disk.empty()
    assert done.returncode == 6, done.stderr
    assert config.load(home.paths).encryption.key_command == ("cat", "/nowhere")


@pytest.mark.parametrize("encrypted", [False, True])
def test_f9_without_room_for_the_sealed_file_nothing_is_destroyed(
    make_home: MakeHome, disk: Disk, encrypted: bool
) -> None:
    home = make_home()
    bundle.make_key(home.server.db, None)
    assert home.run("sync").returncode == 0
    home.work()
    if encrypted:
        home.encrypt()
    kept = _notes(home, encrypted=encrypted)
    with pytest.raises(WipeWaits) as waits:
        _carry_out(home, disk)
    assert waits.value.exit_code == 6
    assert "Kosongkan ruang disk" in waits.value.words()
    disk.empty()
    assert _notes(home, encrypted=encrypted) == kept
    assert list(home.paths.state.glob("*unsent*")) == []
    made, _server = _carry_out(home)
    assert isinstance(made, WipedSealed)
    assert readable(home.home, home.secrets()) == []


def test_f9_a_disk_that_is_full_does_not_keep_the_data(make_home: MakeHome, disk: Disk) -> None:
    """With nothing to seal the wipe needs no room."""
    home = make_home(work=False)
    made, server = _carry_out(home, disk)
    assert server.told
    assert not isinstance(made, WipedSealed)
    disk.empty()
    assert readable(home.home, home.secrets()) == []
    assert PASSPHRASE not in str(made)
