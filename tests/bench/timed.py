"""A program on a pseudo terminal whose answers to keys are timed: from the key's byte to the frame that stays.

What the program writes is taken with the moment at which it came, and drawn on a screen of pyte only afterwards, so
that the drawing costs the program nothing. The answer to a key is complete with the first chunk after which the screen,
without its first line, looks as it looks at the end of the window: words, and the background of every cell. Figures do
not count, so that data which come in meanwhile are not taken for the answer.
"""

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
from pathlib import Path
from typing import Any, NamedTuple

import pyte

_UNKNOWN_TO_PYTE = re.compile(rb"\x1b\[[<>=][0-9;]*u")
_FIGURES = re.compile(r"[\d.,+~↻↑≠▁-█]+")
Seen = tuple[tuple[str, tuple[tuple[str, bool], ...]], ...]
Box = tuple[int, int]


class Answer(NamedTuple):
    """Of one key: ms on the wall to the frame that stays and to the first one that differs from what stood before, ms
    that the program's main thread computed, ms that it waited for a core."""

    label: str
    wall: float
    first: float
    cpu: float
    waited: float
    answered: bool


class Chunk(NamedTuple):
    at: float
    ran: int
    delayed: int
    data: bytes


class TimedTerminal:
    """One process with its terminal."""

    def __init__(self, command: Sequence[str], env: dict[str, str], columns: int = 120, rows: int = 40) -> None:
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            os.execvpe(command[0], list(command), {**env, "COLUMNS": str(columns), "LINES": str(rows)})
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self._schedule = Path(f"/proc/{self.pid}/schedstat")

    @property
    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self._screen.display)

    def seen(self, box: Box | None = None) -> Seen:
        """What counts of the screen: of each line below the first the words, and where the background changes.

        ``box`` are the first and the last column to look at.
        """
        left, right = box or (0, self._screen.columns)
        lines: list[tuple[str, tuple[tuple[str, bool], ...]]] = []
        for y in range(1, self._screen.lines):
            row = self._screen.buffer[y]
            cells = [row[x] for x in range(left, right)]
            text = _FIGURES.sub("", "".join(cell.data for cell in cells))
            lines.append((" ".join(text.split()), tuple((cell.bg, cell.reverse) for cell in cells)))
        return tuple(lines)

    def draw(self, seconds: float = 0.0) -> None:
        """Draw what was written; wait at most ``seconds`` for it."""
        if (chunk := self._take(seconds)) is not None:
            self._feed(chunk)

    def wait(self, shown: str | Callable[[str], object], seconds: float = 120) -> None:
        """Draw until ``shown`` stands on the screen."""
        holds = (lambda text: shown in text) if isinstance(shown, str) else shown
        end = time.monotonic() + seconds
        while not holds(self.text):
            assert time.monotonic() < end, f"waited for {shown!r}\n{self.text}"
            self.draw(0.1)

    def first(self, shown: Callable[[list[str]], object], quiet: float = 1.0, most: float = 60.0) -> float:
        """The ms that the main thread had computed when what was written first showed on the screen's lines.

        Call it first. What is written until there was nothing for ``quiet`` seconds is looked at, within ``most``.
        """
        chunks: list[Chunk] = []
        end = time.monotonic() + most
        while (chunk := self._take(quiet if chunks else most)) is not None and time.monotonic() < end:
            chunks.append(chunk)
        for chunk in chunks:
            self._feed(chunk)
            if shown(self._screen.display):
                for later in chunks[chunks.index(chunk) + 1 :]:
                    self._feed(later)
                return chunk.ran / 1e6
        raise AssertionError(f"never shown\n{self.text}")

    def key(self, label: str, keys: str, window: float, box: Box | None = None, most: float = 3.0) -> Answer:
        """Type ``keys`` and time the answer, looking at it for ``window`` seconds, at most ``most`` for none."""
        while select.select([self._fd], [], [], 0)[0]:
            self.draw()
        before = self.seen(box)
        ran, delayed = self._scheduled()
        began = time.perf_counter()
        os.write(self._fd, keys.encode())
        chunks: list[Chunk] = []
        looks: list[Seen] = []
        end = began + window
        while True:
            while (left := end - time.perf_counter()) > 0:
                if (chunk := self._take(left)) is not None:
                    chunks.append(chunk)
            for chunk in chunks[len(looks) :]:
                self._feed(chunk)
                looks.append(self.seen(box))
            changed = bool(looks) and looks[-1] != before
            if changed or time.perf_counter() - began > most:
                break
            end = time.perf_counter() + window
        if not changed:
            silent = (time.perf_counter() - began) * 1000
            return Answer(label, silent, silent, 0.0, 0.0, False)
        # The last time that it began to look as it does in the end: what flickers in between is not the answer yet.
        place = len(looks) - 1
        while place and looks[place - 1] == looks[-1]:
            place -= 1
        last = chunks[place]
        first = next(chunk for chunk, look in zip(chunks, looks, strict=True) if look != before)
        wall, soon = (last.at - began) * 1000, (first.at - began) * 1000
        return Answer(label, wall, soon, (last.ran - ran) / 1e6, (last.delayed - delayed) / 1e6, True)

    def _scheduled(self) -> tuple[int, int]:
        """Nanoseconds that the main thread ran and that it waited for a core."""
        ran, delayed, _slices = self._schedule.read_text().split()
        return int(ran), int(delayed)

    def _take(self, seconds: float) -> Chunk | None:
        if not select.select([self._fd], [], [], seconds)[0]:
            return None
        data = os.read(self._fd, 1 << 16)
        return Chunk(time.perf_counter(), *self._scheduled(), data)

    def _feed(self, chunk: Chunk) -> None:
        self._stream.feed(_UNKNOWN_TO_PYTE.sub(b"", chunk.data))

    def close(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self._fd)

    def __enter__(self) -> TimedTerminal:
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()
