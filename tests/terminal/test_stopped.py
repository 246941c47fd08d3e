"""A program that is stopped and goes on, and a terminal that changes its size all the time: all is drawn again."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from programs import clean_env, Home
from pseudo import Terminal
from sshd import lacking, Sshd
from writing import left

PROMPT = "CANGKANG>"


@pytest.fixture
def shell(terminals: list[Terminal]) -> Terminal:
    """A shell with job control."""
    env = clean_env(TERM="xterm-256color", COLORTERM="truecolor", PS1=PROMPT)
    made = Terminal(["bash", "--norc", "--noprofile", "-i"], env)
    terminals.append(made)
    made.wait(PROMPT)
    return made


def look(app: Terminal) -> list[list[object]]:
    """Every cell that is drawn."""
    screen = app.screen
    return [[screen.buffer[y][x] for x in range(screen.columns)] for y in range(screen.lines)]


def test_stopped_by_a_signal_and_taken_up_again(shell: Terminal, sample_home: Home) -> None:
    shell.send(" ".join(sample_home.argv()) + "\r")
    shell.wait("(25)")
    shell.settle()
    before = look(shell)
    app = next(iter(_children(shell.pid)))
    os.kill(app, signal.SIGTSTP)
    shell.wait("Stopped")
    shell.settle(0.3)
    assert left(shell)
    shell.send("clear; fg\r")
    shell.wait(lambda text: not left(shell) and "(25)" in text)
    shell.settle()
    assert look(shell) == before
    shell.send("2")
    shell.wait("19 daerah ·")
    shell.send("\x11")
    shell.wait(lambda text: left(shell) and PROMPT in text)


def _children(pid: int) -> Iterator[int]:
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        yield from map(int, task.read_text().split())


def test_a_terminal_that_changes_its_size_all_the_time_over_ssh(
    sample_home: Home, tmp_path: Path, terminals: list[Terminal]
) -> None:
    if words := lacking():
        pytest.skip(words)
    with Sshd(tmp_path / "sshd") as sshd:
        app = sshd.open(sample_home.argv()).terminal
        terminals.append(app)
        app.wait("(25)")
        app.settle()
        assert b"38;2;" in app.raw, "sshd takes COLORTERM, which brings all colours"
        before = look(app)
        sizes = random.Random(8)
        for _ in range(60):
            app.resize(sizes.randrange(20, 200), sizes.randrange(5, 60))
            app.read(sizes.random() / 50)
        app.resize(120, 40)
        app.wait("(25)")
        app.settle(1)
        assert look(app) == before
        app.send("\x11")
        assert app.ended() == 0
