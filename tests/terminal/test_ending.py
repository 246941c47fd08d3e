"""The real program ends by itself when it is told to, or when its terminal is gone; what was typed is in its drafts."""

from __future__ import annotations

import fcntl
import os
import pty
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from day import CTRL_P
from programs import clean_env, Home
from pseudo import Terminal
from writing import drafts, EDITED, EDITING, editor_that_stays, given_back, stall, TEXT, write

Opening = Callable[..., Terminal]


def gone(app: Terminal, how: str) -> int:
    """End it in a way; the exit status."""
    if how == "closed":
        app.hang_up()
    else:
        os.kill(app.pid, signal.Signals[how])
    return app.status_when_gone()


CODES = {"SIGTERM": 143, "SIGHUP": 129, "closed": 129}


@pytest.mark.parametrize("how", ["SIGTERM", "closed"])
def test_what_was_typed_is_kept(open_sample: Opening, sample_home: Home, how: str) -> None:
    app = open_sample()
    write(app)
    assert gone(app, how) == CODES[how]
    assert drafts(sample_home) == [TEXT]


@pytest.mark.parametrize("how", ["SIGTERM", "closed"])
def test_it_ends_while_the_line_is_stalled(open_sample: Opening, sample_home: Home, how: str) -> None:
    app = open_sample()
    write(app)
    stall(app.fd)
    assert gone(app, how) == CODES[how]
    assert drafts(sample_home) == [TEXT]
    if how == "SIGTERM":
        # The line is alive again, or it was a terminal that nobody had looked at: the shell is there, and usable.
        while app.read(0.3):
            pass
        assert given_back(app), app.raw[-300:]


@pytest.mark.parametrize("how", ["SIGTERM", "closed"])
def test_it_ends_while_another_editor_has_the_terminal(
    open_sample: Opening, sample_home: Home, tmp_path: Path, how: str
) -> None:
    editor = editor_that_stays(tmp_path)
    app = open_sample(EDITOR=str(editor))
    write(app)
    app.send("\x0f")
    app.wait(EDITING)
    assert gone(app, how) == CODES[how]
    assert not _running(str(editor))
    again = open_sample()
    again.wait("(25)")
    again.settle(0.3)
    assert drafts(sample_home) == [EDITED]


@pytest.mark.campaign
@pytest.mark.parametrize("how", CODES)
@pytest.mark.parametrize("where", ["idle", "dialog", "stalled"])
def test_it_ends_within_three_seconds(open_sample: Opening, how: str, where: str) -> None:
    app = open_sample()
    app.wait("(25)")
    app.settle(0.3)
    if where == "dialog":
        app.send(CTRL_P)
        app.wait("Perintah")
    elif where == "stalled":
        stall(app.fd)
    began = time.monotonic()
    assert gone(app, how) == CODES[how]
    assert time.monotonic() - began < 3.5


def test_a_terminal_that_goes_without_a_signal_ends_it(sample_home: Home) -> None:
    """A program that is no leader of a session is told by nobody."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    env = clean_env(TERM="xterm-256color", COLORTERM="truecolor")
    with subprocess.Popen(
        sample_home.argv(), env=env, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    ) as app:
        os.close(theirs)
        shown = b""
        while b"Kota Blitar" not in shown:
            shown += os.read(ours, 1 << 16)
        os.close(ours)
        try:
            assert app.wait(30) == 129
        finally:
            app.kill()


def _running(part: str) -> bool:
    """Whether a process was started by a command line with ``part``."""
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if part.encode() in place.read_bytes():
                return True
        except OSError:
            continue
    return False
