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
from day import CTRL_P, ENTER, TAB
from programs import clean_env, Home
from pseudo import Terminal

from akk_tui import paths as folders
from akk_tui.store.store import Store
from akk_tui.sync import account as accounts

TEXT = "tulisan yang belum disimpan"
EDITOR = """#!/bin/sh
printf 'dari penyunting lain' > "$1"
echo PENYUNTING
exec sleep 1000
"""
Opening = Callable[..., Terminal]


def drafts(home: Home) -> list[str]:
    """The texts that wait in the drafts."""
    store = Path(accounts.load(folders.find(home.folder)).store)
    with Store.open(store) as opened:
        return [draft.body for draft in opened.drafts.list()]


def write(app: Terminal) -> None:
    """Begin a note and type a text."""
    app.wait("(25)")
    app.settle(0.3)
    app.send("4")
    app.wait("Dibuat")
    app.send(f"n35.72{ENTER}{ENTER}Monev{TAB}{TAB}{TEXT}")
    app.wait(TEXT)
    app.settle(0.3)


def stall(app: Terminal) -> None:
    """Let the app draw while nobody reads: its loop stands still in a write."""
    for turn in range(80):
        fcntl.ioctl(app.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 40 - turn % 2, 120, 0, 0))
        time.sleep(0.02)


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
    stall(app)
    assert gone(app, how) == CODES[how]
    assert drafts(sample_home) == [TEXT]


@pytest.mark.parametrize("how", ["SIGTERM", "closed"])
def test_it_ends_while_another_editor_has_the_terminal(
    open_sample: Opening, sample_home: Home, tmp_path: Path, how: str
) -> None:
    editor = tmp_path / "editor"
    editor.write_text(EDITOR)
    editor.chmod(0o755)
    app = open_sample(EDITOR=str(editor))
    write(app)
    app.send("\x0f")
    app.wait("PENYUNTING")
    assert gone(app, how) == CODES[how]
    assert not _running(str(editor))
    again = open_sample()
    again.wait("(25)")
    again.settle(0.3)
    assert drafts(sample_home) == ["dari penyunting lain"]


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
        stall(app)
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
