"""The real program in a pseudo-terminal: first frame, silence when idle, signals, a crash that tells no secrets."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import stat
import struct
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path

import filled
import pyte
import pytest

from akk_tui import paths as folders

LIMIT = 60.0
IDLE = 2.5
"""Longer than two of the polls that look for changes."""


class Terminal:
    """A program in a pseudo-terminal and all that it wrote."""

    def __init__(self, *command: str, **env: str) -> None:
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            kept = {name: value for name, value in os.environ.items() if not name.startswith(("AKK_", "TEXTUAL"))}
            given = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8", **env}
            os.execvpe(command[0], command, {**kept, **given})
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
        self.output = b""
        self.screen = pyte.Screen(100, 30)
        self.stream = pyte.ByteStream(self.screen)
        self.code: int | None = None

    def read(self, seconds: float) -> bytes:
        ready, _out, _err = select.select([self.fd], [], [], seconds)
        if not ready:
            return b""
        try:
            data = os.read(self.fd, 1 << 16)
        except OSError:
            return b""
        self.output += data
        self.stream.feed(data.replace(b"\x1b[>25u", b""))
        return data

    def until(self, holds: Callable[[], bool], what: str) -> None:
        end = time.monotonic() + LIMIT
        while time.monotonic() < end:
            if holds():
                return
            self.read(0.2)
        raise AssertionError(f"never: {what}\n" + "\n".join(self.screen.display))

    def shows(self, text: str) -> bool:
        return any(text in line for line in self.screen.display)

    def ended(self) -> bool:
        if self.code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.code = os.waitstatus_to_exitcode(status)
        return self.code is not None

    def close(self) -> None:
        if not self.ended():
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.fd)


@pytest.fixture
def home(sample_store: Path, tmp_path: Path) -> Path:
    """A signed-in profile with the sample data; the settings keep it from syncing."""
    return filled.signed_in(tmp_path / "home", sample_store)


def app(home: Path, **env: str) -> Terminal:
    return Terminal(sys.executable, "-m", "akk_tui.cli", "--home", str(home), "--lang", "id", **env)


def test_it_shows_the_first_region_then_writes_nothing_and_quits(home: Path) -> None:
    terminal = app(home)
    try:
        terminal.until(lambda: terminal.shows("Kota Blitar") and terminal.shows("(25)"), "the dashboard stands")
        while terminal.read(IDLE):
            pass
        before = len(terminal.output)
        assert terminal.read(IDLE) == b"", terminal.output[before:]
        os.write(terminal.fd, b"\x11")
        terminal.until(terminal.ended, "it ends")
        assert terminal.code == 0
        assert terminal.output.endswith(b"\x1b[?1006l") or b"\x1b[?1049l" in terminal.output
    finally:
        terminal.close()


@pytest.mark.parametrize(("name", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_ends_it_in_order(home: Path, name: signal.Signals, code: int) -> None:
    terminal = app(home)
    try:
        terminal.until(lambda: terminal.shows("Kota Blitar") and terminal.shows("(25)"), "the dashboard stands")
        os.kill(terminal.pid, name)
        terminal.until(terminal.ended, "it ends")
        assert terminal.code == code
        assert b"\x1b[?1049l" in terminal.output
        assert b"\x1b[?1003l" in terminal.output
    finally:
        terminal.close()


def test_a_dumb_terminal_is_pointed_to_the_command_line(home: Path) -> None:
    terminal = app(home, TERM="dumb")
    try:
        terminal.until(terminal.ended, "it ends")
        while terminal.read(0.2):
            pass
        assert terminal.code == 1
        assert b"akk-tui status" in terminal.output
        assert b"\x1b[?1049h" not in terminal.output
    finally:
        terminal.close()


CRASH = """
import sys
from akk_tui.ui.screens.dashboard import DashboardScreen
def broken(self):
    token, note = "akk_at_RAHASIA", "isi catatan rahasia"
    raise RuntimeError(f"{token} {note}")
def fallen(self):
    raise LookupError("jatuh juga")
DashboardScreen.action_sort = broken
DashboardScreen.on_unmount = fallen
from akk_tui.cli import main
sys.argv = ["akk-tui", "--home", sys.argv[1], "--lang", "id"]
sys.exit(main())
"""


def test_a_crash_tells_no_values_and_leaves_a_private_report(home: Path) -> None:
    terminal = Terminal(sys.executable, "-c", CRASH, str(home))
    try:
        terminal.until(lambda: terminal.shows("Kota Blitar") and terminal.shows("(25)"), "the dashboard stands")
        os.write(terminal.fd, b"o")
        terminal.until(terminal.ended, "it ends")
        while terminal.read(0.2):
            pass
        assert b"RAHASIA" not in terminal.output
        assert b"rahasia" not in terminal.output
        assert "Aplikasi berhenti karena kesalahan di dalamnya (RuntimeError)" in terminal.output.decode()
        (report,) = (home / "state").glob("crash-*.txt")
        text = report.read_text()
        # What fell over afterwards, while everything was taken down, is neither told nor in the way of the cause.
        assert "RuntimeError" in text
        assert "broken" in text
        assert b"errors shown" not in terminal.output
        assert "ahasia" not in text.lower()
        assert stat.S_IMODE(report.stat().st_mode) == 0o600
        assert terminal.code != 0
    finally:
        terminal.close()


def test_a_report_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    from akk_tui.ui.crash import redacted, report

    blocked = tmp_path / "file"
    blocked.write_text("")
    try:
        try:
            raise ValueError("nilai rahasia")
        except ValueError as cause:
            raise KeyError("lain") from cause
    except KeyError:
        caught = sys.exc_info()
    words = report(caught, folders.find(blocked))
    assert "KeyError" in words
    assert str(blocked) in words
    assert report(caught, None).endswith("aman.")
    text = redacted(caught)
    assert "ValueError" in text
    assert "rahasia" not in text
    assert redacted((None, None, None)) == "no exception\n"
