"""In a real tmux the screen that lean output draws is the one that Textual draws, cell for cell."""

from __future__ import annotations

import os
import random
import shlex
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from day import CTRL_P, DOWN, ENTER, ESC, PAGE_DOWN, TAB
from programs import clean_env, Home
from pseudo import Terminal
from reference import seen

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed here")

CTRL_L = "\x0c"
NAMES = ("lean", "stock")
# The screen on which it is drawn here does not know how to scroll by several lines.
SETTINGS = """
set -g default-terminal tmux-256color
set -ga terminal-overrides ",*:Tc:indn@:rin@"
set -g status off
set -g escape-time 0
"""
KEYS = [
    *(DOWN, "\x1b[A", "\x1b[C", "\x1b[D", PAGE_DOWN, "\x1b[5~", "\x1b[H", "\x1b[F", TAB, "\x1b[Z", ENTER, ESC),
    *("/", "?", CTRL_P, "f", "g", "[", "]", "b", "l", "i", CTRL_L),
    *"1234567",
]
SIZES = ((120, 40), (80, 24), (100, 30))
STEPS = 28
SECONDS = 30
QUIET = 0.1
"""Seconds without output after which the screens are compared; what comes later is seen at the next look."""


class Panes:
    """Two apps on one profile, each in a tmux of its own that is looked at: ``lean`` output, and Textual's own."""

    def __init__(self, home: Home, folder: Path, terminals: list[Terminal]) -> None:
        self._env = clean_env(TERM="xterm-256color", TMUX_TMPDIR=str(folder))
        settings = folder / "tmux.conf"
        settings.write_text(SETTINGS)
        self._command = ["tmux", "-u", "-f", str(settings), "-L"]
        self.shown: list[Terminal] = []
        for name in NAMES:
            words = ["env", "-u", "COLUMNS", "-u", "LINES", "COLORTERM=truecolor", f"AKK_OUTPUT={name}", *home.argv()]
            terminal = Terminal([*self._command, name, "new-session", shlex.join(words)], self._env, *SIZES[0])
            self.shown.append(terminal)
        terminals += self.shown

    def end(self) -> None:
        for name in NAMES:
            subprocess.run([*self._command, name, "kill-server"], env=self._env, check=False)

    def press(self, key: str) -> None:
        for terminal in self.shown:
            terminal.send(key)

    def resize(self, columns: int, rows: int) -> None:
        for terminal in self.shown:
            terminal.resize(columns, rows)

    def differ(self) -> str:
        """What differs now: nothing where every cell is the same."""
        one, other = (terminal.screen for terminal in self.shown)
        places = [(y, x) for y in range(one.lines) for x in range(one.columns)]
        wrong = [(y, x) for y, x in places if seen(one.buffer[y][x]) != seen(other.buffer[y][x])]
        return "\n".join(f"{y},{x}: {one.buffer[y][x]} {other.buffer[y][x]}" for y, x in wrong[:5])

    def until_alike(self, what: object) -> None:
        """Wait until nothing more is drawn and both are the same; fails with what differs."""
        end = time.monotonic() + SECONDS
        while True:
            for terminal in self.shown:
                terminal.settle(QUIET)
            found = self.differ()
            if not found:
                return
            assert time.monotonic() < end, f"{what}\n{found}\n{self.shown[0].text}\n{self.shown[1].text}"


@pytest.fixture
def panes(sample_home: Home, tmp_path_factory: pytest.TempPathFactory, terminals: list[Terminal]) -> Iterator[Panes]:
    # A socket's path may be some hundred characters long at most.
    folder = tmp_path_factory.mktemp("t")
    made = Panes(sample_home, folder, terminals)
    yield made
    made.end()


def test_every_screen_is_the_same_as_textual_draws_it(panes: Panes) -> None:
    _compare(panes, random.Random(6), STEPS)


@pytest.mark.campaign
def test_many_screens_are_the_same(panes: Panes) -> None:
    _compare(panes, random.Random(os.getpid()), 600)


def _compare(panes: Panes, chosen: random.Random, steps: int) -> None:
    for terminal in panes.shown:
        terminal.wait("(25)")
    panes.until_alike("the first screen")
    drawn: set[str] = set()
    for n in range(steps):
        if n % 10 == 9:
            panes.resize(*chosen.choice(SIZES))
        key = chosen.choice("1234567") if n % 4 == 0 else chosen.choice(KEYS)
        panes.press(key)
        panes.until_alike((n, key))
        drawn.add(panes.shown[0].text)
    assert len(drawn) > steps // 4
