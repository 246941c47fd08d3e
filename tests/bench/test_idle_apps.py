"""Fifty apps that nobody types in, as on a host that many share: what each holds beside a minimal Textual app.

Real apps on terminals of their own, each with a profile of its own, after a round of sync; the memory is the share of
each process (PSS), of which what all use counts once. ``pytest -m bench tests/bench/test_idle_apps.py -s``.
"""

from __future__ import annotations

import compileall
import fcntl
import os
import pty
import selectors
import shutil
import signal
import statistics
import struct
import sys
import termios
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, NamedTuple

import pytest
from test_first_frame import full_home, REFERENCE

import akk_tui
from akk_tui import config
from akk_tui import paths as folders
from akk_tui.server.demo import sample
from akk_tui.store.store import Store
from akk_tui.sync import runner
from akk_tui.ui import first_run

__all__ = ["full_home"]
pytestmark = pytest.mark.bench

APPS: Final = int(os.environ.get("AKK_BENCH_APPS", "50"))
OURS, OURS_COUNTRY = 8.0, 13.0
"""MB above the minimal app: with 15 regions, with all 514."""
IDLE_SECONDS: Final = 10.0
QUIET_SECONDS: Final = 5.0
BARE: Final = b"Region 000"


class Held(NamedTuple):
    """Of each: MB (the mean, the most), share of a core while idle."""

    mean: float
    most: float
    core: float


class Many:
    """Processes on terminals; what they write is taken all the time, and kept until it holds what is waited for."""

    def __init__(self) -> None:
        self._pids: dict[int, int] = {}
        self._last: dict[int, float] = {}
        self._said: dict[int, bytes] = {}
        self._selector = selectors.DefaultSelector()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._drain, daemon=True)
        self._thread.start()

    def start(self, command: Sequence[str], holds: Callable[[bytes], bool]) -> None:
        """Start one more, and wait until what it has written holds."""
        env = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
        # As installed: code that each would have to compile for itself takes more memory.
        env.pop("PYTHONDONTWRITEBYTECODE", None)
        pid, fd = pty.fork()
        if pid == 0:
            os.execvpe(command[0], list(command), env)
        fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        self._pids[fd], self._said[fd], self._last[fd] = pid, b"", time.monotonic()
        self._selector.register(fd, selectors.EVENT_READ)
        end = time.monotonic() + 60
        while not holds(self._said[fd]):
            assert time.monotonic() < end, self._said[fd][-2000:]
            time.sleep(0.02)

    def rest(self) -> None:
        """Wait until none has written anything for a while and none has a child."""
        end = time.monotonic() + 120
        while time.monotonic() - max(self._last.values()) < QUIET_SECONDS or self._busy():
            assert time.monotonic() < end, "they do not come to rest"
            time.sleep(0.2)

    def held(self) -> Held:
        """Measure for a while."""
        before, began = self._cpu(), time.monotonic()
        time.sleep(IDLE_SECONDS)
        used = (self._cpu() - before) / (time.monotonic() - began) / len(self._pids)
        shares = [_pss(pid) for pid in self._pids.values()]
        return Held(statistics.mean(shares), max(shares), used)

    def _busy(self) -> bool:
        return any(_children(pid) for pid in self._pids.values())

    def _cpu(self) -> float:
        ticks = 0
        for pid in self._pids.values():
            parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(parts[11]) + int(parts[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def _drain(self) -> None:
        while not self._done.is_set():
            for key, _ in self._selector.select(0.1):
                with suppress(OSError):
                    self._said[key.fd] = (self._said[key.fd] + os.read(key.fd, 1 << 16))[-100_000:]
                    self._last[key.fd] = time.monotonic()

    def close(self) -> None:
        self._done.set()
        self._thread.join()
        for fd, pid in self._pids.items():
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            os.close(fd)
        self._selector.close()


def _pss(pid: int) -> float:
    """MB of a process, of what it shares its part."""
    with Path(f"/proc/{pid}/smaps_rollup").open() as stream:
        return next(int(line.split()[1]) for line in stream if line.startswith("Pss:")) / 1024


def _children(pid: int) -> str:
    return "".join(task.read_text() for task in Path(f"/proc/{pid}/task").glob("*/children")).strip()


@contextmanager
def many() -> Iterator[Many]:
    made = Many()
    try:
        yield made
    finally:
        made.close()


def compare(homes: Sequence[Path], limit: float, words: str) -> None:
    """As many minimal apps as there are ``homes``, and then as many of ours."""
    compileall.compile_dir(Path(akk_tui.__file__).parent, quiet=2)
    with many() as bare:
        for _ in homes:
            bare.start([sys.executable, "-c", REFERENCE], lambda said: BARE in said)
        bare.rest()
        base = bare.held()
    with many() as ours:
        for home in homes:
            ours.start([sys.executable, "-m", "akk_tui.cli", "--home", str(home), "--lang", "id"], _stands)
        ours.rest()
        mine = ours.held()
    print(
        f"\n{len(homes)} idle apps, {words}: {mine.mean:.1f} MB each (at most {mine.most:.1f}), a bare one "
        f"{base.mean:.1f} MB: + {mine.mean - base.mean:.1f} MB (limit {limit}); {mine.core:.2%} of a core each"
    )
    assert mine.mean - base.mean <= limit


def _stands(said: bytes) -> bool:
    """A region stands on the screen."""
    return b"Kota " in said or b"Kab. " in said


def copies(home: Path, folder: Path) -> list[Path]:
    """The same profile once for each app."""
    return [shutil.copytree(home, folder / f"home{number}") for number in range(APPS)]


@pytest.fixture(autouse=True)
def readable() -> None:
    """The app's memory cannot be looked at by others, not even how much it is."""
    if os.geteuid() != 0:
        pytest.skip("only root reads how much memory the app has")


def test_officers_of_fifteen_regions(make_server, tmp_path: Path) -> None:
    server = make_server(demo=True)
    token = server.officer("lima-belas", sample.regions("2025")[:15], cycle="2025")
    place = folders.find(tmp_path / "home")
    account = runner.sign_in(place, server.url, token, config.Settings())
    runner.sync_once(place, account, config.Settings())
    with Store.open(Path(account.store)) as store:
        store.meta.set(first_run.SEEN, first_run.VERSION)
    # At its start each syncs once more, in a child that ends.
    compare(copies(tmp_path / "home", tmp_path), OURS, "15 regions each, after a sync")


def test_officers_of_the_whole_country(full_home: Path, tmp_path: Path) -> None:
    compare(copies(full_home, tmp_path), OURS_COUNTRY, "514 regions each, after a sync that found nobody")
