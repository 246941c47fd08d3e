"""From process start to the first frame that helps: name, score and six components of the first region.

The reference is a minimal Textual app (header, table of 500 rows, footer) up to its first data row, run in turns
with ours in the same minute. Run with ``pytest -m bench tests/bench/test_first_frame.py -s``.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import statistics
import struct
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import msgspec
import pyte
import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "ui"))

import encrypted
import filled

from akk_tui import paths as folders
from akk_tui.sync.account import Account

pytestmark = pytest.mark.bench

RUNS = 9
RATIO = 1.3
PEAK_MB = 56.0
COLUMNS, ROWS = 120, 40
LIMIT_SECONDS = 30.0

REFERENCE = """
from textual.app import App
from textual.widgets import DataTable, Footer, Header
class TableApp(App):
    def compose(self):
        yield Header()
        yield DataTable(cursor_type="row")
        yield Footer()
    def on_mount(self):
        table = self.query_one(DataTable)
        table.add_columns("Region", "Indicator", "Status", "Score", "Updated", "Officer")
        table.add_rows(
            (f"Region {row:03}", f"Indicator number {row % 17} of the checklist", ("ready", "late")[row % 2],
             f"{(row * 37) % 101}", f"2026-{row % 12 + 1:02}-{row % 28 + 1:02}", f"Officer {row % 23}")
            for row in range(500)
        )
TableApp().run()
"""


class Measured(NamedTuple):
    """``first``: seconds to the first useful frame; ``settled``: to the last output before quiet; ``peak`` in MB."""

    first: float
    settled: float
    bytes: int
    peak: float


def _peak_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found.group(1)) / 1024 if found else float("nan")


def measure(command: list[str], useful: Callable[[list[str]], bool], *, linger: float = 0.0) -> Measured:
    """Run ``command`` in a pty until its screen is useful and output has been quiet; then end it."""
    env = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
    env.pop("TEXTUAL", None)
    started = time.perf_counter()
    pid, fd = pty.fork()
    if pid == 0:
        os.execvpe(command[0], command, env)
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    chunks: list[tuple[float, bytes]] = []
    try:
        _read(fd, chunks, started, quiet=1.5)
        if linger:
            _read(fd, chunks, started, quiet=linger)
        peak = _peak_mb(pid)
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(fd)
    screen = pyte.Screen(COLUMNS, ROWS)
    stream = pyte.ByteStream(screen)
    first = float("nan")
    for moment, data in chunks:
        stream.feed(data.replace(b"\x1b[>25u", b"").replace(b"\x1b[>1u", b""))
        if first != first and useful(screen.display):
            first = moment
    assert first == first, "\n".join(screen.display)
    return Measured(first, chunks[-1][0], sum(len(data) for _moment, data in chunks), peak)


def _read(fd: int, chunks: list[tuple[float, bytes]], started: float, *, quiet: float) -> None:
    """Record output until none has come for ``quiet`` seconds."""
    end = time.perf_counter() + LIMIT_SECONDS + quiet
    while time.perf_counter() < end:
        ready, _out, _err = select.select([fd], [], [], quiet if chunks else LIMIT_SECONDS)
        if not ready:
            return
        try:
            chunks.append((time.perf_counter() - started, os.read(fd, 1 << 16)))
        except OSError:
            raise AssertionError(b"".join(data for _moment, data in chunks)[-2000:].decode(errors="replace")) from None


def ours_useful(lines: list[str]) -> bool:
    """A region's row with its name, six components and a score stands, and the funnel over it."""
    row = re.compile(r"(Kab\.|Kota) \S.*?(\s+(\d+|–)){6}\s+~?\d+,\d\d")
    return any(row.search(line) for line in lines)


def reference_useful(lines: list[str]) -> bool:
    return any("Region 000" in line for line in lines)


@pytest.fixture(scope="module")
def full_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A signed-in profile with a full store, whose server does not answer."""
    home = tmp_path_factory.mktemp("full")
    paths = folders.find(home)
    account = Account(server="http://127.0.0.1:9", officer="contoh1")
    folders.write_private(paths.account_file, msgspec.json.encode(account))
    from akk_tui.sync import account as accounts

    folders.write_private(accounts.token_path(paths, account), b"akk_at_" + b"x" * 43)
    filled.fill_country(Path(accounts.load(paths).store))
    return encrypted.as_asked(home)


def test_first_useful_frame(full_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ours = [sys.executable, "-m", "akk_tui.cli", "--home", str(full_home), "--lang", "id"]
    reference = [sys.executable, "-c", REFERENCE]
    measure(reference, reference_useful)
    measure(ours, ours_useful)
    pairs = [(measure(reference, reference_useful), measure(ours, ours_useful)) for _run in range(RUNS)]
    base = statistics.median(pair[0].first for pair in pairs)
    mine = statistics.median(pair[1].first for pair in pairs)
    ratio = statistics.median(pair[1].first / pair[0].first for pair in pairs)
    after_sync = measure(ours, ours_useful, linger=6.0)
    with capsys.disabled():
        print(
            f"\n{encrypted.WORDS}first useful frame: reference {base:.3f} s, "
            f"ours {mine:.3f} s, ratio {ratio:.2f} (limit {RATIO}); "
            f"settled {statistics.median(pair[0].settled for pair in pairs):.2f} / "
            f"{statistics.median(pair[1].settled for pair in pairs):.2f} s; "
            f"bytes {pairs[0][0].bytes} / {pairs[0][1].bytes}; "
            f"peak {pairs[0][0].peak:.1f} / {after_sync.peak:.1f} MB (limit {PEAK_MB})"
        )
    assert ratio <= RATIO
    assert after_sync.peak <= PEAK_MB
