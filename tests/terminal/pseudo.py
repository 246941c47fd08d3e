"""The real program on a pseudo terminal: everything it writes is kept as bytes and drawn on a screen of pyte."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Sequence

import pyte

UNKNOWN_TO_PYTE = re.compile(rb"\x1b\[[<>=][0-9;]*u")
"""Kitty keyboard sequences, which pyte would draw as text."""


TOAST_EDGE = "▌"
"""The bar at the left of a toast."""


class Terminal:
    """One process with its terminal of ``columns`` x ``rows``."""

    def __init__(self, command: Sequence[str], env: dict[str, str], columns: int = 120, rows: int = 40) -> None:
        self.raw = b""
        self.status: int | None = None
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            # As a login leaves it, also where the tests themselves were told to outlive their terminal (nohup).
            signal.signal(signal.SIGHUP, signal.SIG_DFL)
            os.execvpe(command[0], list(command), {**env, "COLUMNS": str(columns), "LINES": str(rows)})
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read(self, seconds: float) -> bool:
        """Take what is written within ``seconds``; False when nothing was, or the program is gone."""
        ready, _, _ = select.select([self._fd], [], [], seconds)
        if not ready:
            return False
        try:
            data = os.read(self._fd, 1 << 16)
        except OSError:
            data = b""
        self.raw += data
        self._stream.feed(UNKNOWN_TO_PYTE.sub(b"", data))
        return bool(data)

    @property
    def lines(self) -> list[str]:
        return [line.rstrip() for line in self._screen.display]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def said(self) -> str:
        """The words of the toasts on one line: a toast breaks its lines where the length of a path makes it."""
        toasts = (line.rpartition(TOAST_EDGE)[2].rstrip("│─╯") for line in self.lines if TOAST_EDGE in line)
        return " ".join(" ".join(toasts).split())

    @property
    def screen(self) -> pyte.Screen:
        """What is drawn, cell by cell."""
        return self._screen

    def wait(self, shown: str | Callable[[str], object], seconds: float = 60, *, what: object = None) -> str:
        """Read until ``shown`` stands on the screen or in a toast; fails with the screen, and ``what``, otherwise."""
        holds = (lambda text: shown in text or shown in self.said) if isinstance(shown, str) else shown
        end = time.monotonic() + seconds
        while not holds(self.text):
            assert time.monotonic() < end, f"waited for {what or shown!r}\n{self.text}"
            self.read(0.1)
            assert self.alive() or holds(self.text), f"ended ({self.status}) before {what or shown!r}\n{self.text}"
        return self.text

    def settle(self, quiet: float = 0.6) -> str:
        """Read until nothing was written for ``quiet`` seconds."""
        while self.read(quiet):
            pass
        return self.text

    def spoil(self, text: str) -> None:
        """Draw what some other program writes to the same terminal; the program knows nothing of it."""
        self._stream.feed(text.encode())

    def send(self, keys: str) -> None:
        os.write(self._fd, keys.encode())

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size; the program is told."""
        self._screen.resize(rows, columns)
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def alive(self) -> bool:
        if self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
        return self.status is None

    def ended(self, seconds: float = 60) -> int:
        """The exit status (negative: the signal) after waiting for it."""
        end = time.monotonic() + seconds
        while self.alive():
            assert time.monotonic() < end, f"still running\n{self.text}"
            self.read(0.1)
        while self.read(0.1):
            pass
        assert self.status is not None
        return self.status

    @property
    def fd(self) -> int:
        """Our side of the terminal."""
        return self._fd

    def hang_up(self) -> None:
        """Take the terminal away."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def status_when_gone(self, seconds: float = 30) -> int:
        """The exit status (negative: the signal) after waiting for it; what is written meanwhile is not read."""
        end = time.monotonic() + seconds
        while self.alive():
            assert time.monotonic() < end, "still running"
            time.sleep(0.02)
        assert self.status is not None
        return self.status

    def close(self) -> None:
        if self.alive():
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        self.hang_up()
