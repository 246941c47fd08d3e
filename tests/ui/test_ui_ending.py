"""In which order an app ends: what was typed first, then the loop, and without the loop where it does not answer."""

from __future__ import annotations

import os
import pty
import signal
import sys
import termios
import threading
from contextlib import suppress
from typing import Any

import pytest

from akk_tui.ui import ending
from akk_tui.ui.ending import Ending, leave_with


class Loop:
    """A loop that does what it is asked, or not."""

    def __init__(self, *, answers: bool) -> None:
        self.answers = answers

    def call_soon_threadsafe(self, work: Any, code: int) -> None:
        if self.answers:
            work(code)


class App:
    def __init__(self, *, answers: bool) -> None:
        self._loop = Loop(answers=answers)
        self.steps: list[object] = []
        self.ended = threading.Event()
        self.ending = Ending(self, self._keep, self._leave, self._last, self._exit)

    def _keep(self, seconds: float) -> None:
        self.steps.append("kept")
        raise OSError("disk full")

    def _leave(self, code: int) -> None:
        self.steps.append(code)
        self.ending._done.set()
        self.ended.set()

    def _last(self) -> None:
        self.steps.append("last")
        raise RuntimeError

    def _exit(self, code: int) -> None:
        self.steps.append(("gone", code))
        self.ended.set()


def test_the_loop_is_asked_once_what_was_typed_is_kept() -> None:
    app = App(answers=True)
    app.ending.terminal_gone()
    assert app.ended.wait(30)
    assert app.steps == ["kept", 129]
    app.ending._end(143)
    assert app.steps == ["kept", 129], "it ends once"


def test_a_loop_that_does_not_answer_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ending, "LEAVE_SECONDS", 0.05)
    monkeypatch.setattr(ending, "_restore", lambda attributes: None)
    app = App(answers=False)
    app.ending.terminal_gone()
    assert app.ended.wait(30)
    assert app.steps == ["kept", "last", ("gone", 129)]


def test_the_terminal_is_given_back_where_a_write_stands_still_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = pty.openpty()
    attributes = termios.tcgetattr(theirs)
    raw = [*attributes]
    raw[3] = 0
    termios.tcsetattr(theirs, termios.TCSANOW, raw)
    stdin, stderr = os.fdopen(os.dup(theirs), "r"), os.fdopen(os.dup(theirs), "w")
    monkeypatch.setattr(sys, "__stdin__", stdin)
    monkeypatch.setattr(sys, "__stderr__", stderr)
    before = signal.signal(signal.SIGTERM, ending._noted)
    frames = threading.Thread(target=_write, args=(stderr.fileno(),), name="textual-output", daemon=True)
    frames.start()
    try:
        ending._restore(attributes)
        frames.join(30)
        assert not frames.is_alive(), "what it writes goes nowhere"
    finally:
        signal.signal(signal.SIGTERM, before)
    assert termios.tcgetattr(theirs)[3] == attributes[3]
    assert os.get_blocking(theirs), "the shell has the same terminal"
    for file in (stdin, stderr):
        file.close()
    os.close(theirs)
    shown = b""
    with suppress(OSError):
        while data := os.read(ours, 1 << 16):
            shown += data
    os.close(ours)
    assert shown.endswith(ending._OUT_OF_IT)


def _write(fd: int) -> None:
    """Far more than a terminal holds."""
    left = b"bingkai " * 100_000
    while left:
        left = left[os.write(fd, left) :]


@pytest.mark.parametrize("code", [129, 143])
def test_an_app_that_asks_something_first_ends_the_program(code: int) -> None:
    with pytest.raises(SystemExit) as left:
        leave_with(code)
    assert left.value.code == code


@pytest.mark.parametrize("code", [None, 0, 1])
def test_any_other_end_is_an_answer(code: int | None) -> None:
    leave_with(code)
