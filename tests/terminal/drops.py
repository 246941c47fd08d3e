"""A line that drops while an officer works over ssh: each way of dropping, in each thing that may go on meanwhile."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Final, NamedTuple

import filled
from day import CTRL_P
from programs import clean_env, Home, wait_for
from pseudo import Terminal
from sshd import alive, Session, Sshd
from wan import Wan
from writing import drafts, EDITED, EDITING, editor_that_stays, given_back, stall, TEXT, write

GONE_SECONDS: Final = 3.0
KEPT_SECONDS: Final = 2.0
WAYS: Final = ("client killed", "line frozen", "sshd killed", "SIGTERM", "terminal closed")
DOINGS: Final = ("idle", "typing", "drawing", "dialog", "editor", "syncing")
_DRAWN_SECONDS: Final = 3.0
"""How long is drawn on a frozen line: as long as something more is written each second, sshd asks nobody (9.2)."""
_MORE: Final = " dan setiap huruf berikutnya juga"
"""What is typed when the line drops in the middle of it."""


class Fate(NamedTuple):
    """Seconds from the drop until sshd noticed, and from there until the program was gone; what was kept."""

    noticed: float
    gone: float
    kept: list[str]


class Drop:
    """One of the ways, in one of the doings; ``sample`` is the store to work in."""

    def __init__(self, way: str, doing: str, folder: Path, sample: Path) -> None:
        self._way, self._doing, self._folder, self._sample = way, doing, folder, sample
        self._least = self._most = TEXT

    def happen(self) -> Fate:
        """Work over ssh until the line drops, and see what becomes of the program. ``AssertionError``: nothing good."""
        if self._way != "line frozen":
            return self._within(None)
        with Wan(delay=20) as line:
            return self._within(line)

    def _within(self, line: Wan | None) -> Fate:
        with ExitStack() as closing:
            silent = closing.enter_context(socket.create_server(("127.0.0.1", 0)))
            sshd = closing.enter_context(Sshd(self._folder / "sshd", line))
            # The server of the profile takes requests and says nothing.
            server = f"http://127.0.0.1:{silent.getsockname()[1]}"
            self._home = Home(filled.signed_in(self._folder / "home", self._sample, server))
            session = sshd.open(self._home.argv(), EDITOR=str(editor_that_stays(self._folder)))
            try:
                if self._doing == "syncing":
                    closing.enter_context(_sync(session.terminal, silent))
                write(session.terminal)
                daemons = session.daemons()
                assert daemons, "the login has a daemon of its own"
                self._begin(session, daemons)
                noticed, gone = self._drop(session, line, daemons)
                left = wait_for_none(session.processes)
                assert not left, [(pid, Path(f"/proc/{pid}/cmdline").read_bytes()) for pid in left]
            finally:
                for pid in session.processes():
                    with suppress(OSError):
                        os.kill(pid, signal.SIGKILL)
                session.terminal.close()
        assert gone <= GONE_SECONDS, gone
        return Fate(noticed, gone, self._kept())

    def _begin(self, session: Session, daemons: list[int]) -> None:
        app = session.terminal
        match self._doing:
            case "dialog":
                app.send(CTRL_P)
                app.wait("Perintah")
            case "editor":
                app.send("\x0f")
                app.wait(EDITING)
                self._least = self._most = EDITED
            case "drawing":
                # Nobody takes what is drawn: the program stands still in a write, and sshd does when it goes on.
                os.kill(daemons[0], signal.SIGSTOP)
                self._storm(session.program())
            case "typing":
                self._type(app)
            case _:
                app.settle(0.1)

    def _type(self, app: Terminal) -> None:
        """Ten letters a second, one after the other, seen or not."""
        sent: list[float] = []
        for letter in _MORE:
            app.send(letter)
            sent.append(time.monotonic())
            app.read(0.1)
            while time.monotonic() < sent[-1] + 0.1:
                app.read(0.02)
        before = sum(1 for at in sent if at < time.monotonic() - KEPT_SECONDS)
        self._least, self._most = TEXT + _MORE[:before], TEXT + _MORE

    def _storm(self, program: int, turns: int = 80) -> None:
        with suppress(OSError):
            terminal = os.open(os.readlink(f"/proc/{program}/fd/0"), os.O_RDWR | os.O_NOCTTY)
            try:
                stall(terminal, turns)
            finally:
                os.close(terminal)

    def _drop(self, session: Session, line: Wan | None, daemons: list[int]) -> tuple[float, float]:
        """Seconds until sshd noticed, and from there until the program was gone."""
        app, program = session.terminal, session.program()
        began = time.monotonic()
        match self._way:
            case "client killed":
                os.kill(app.pid, signal.SIGKILL)
            case "terminal closed":
                app.hang_up()
            case "sshd killed":
                for pid in daemons:
                    os.kill(pid, signal.SIGKILL)
            case "SIGTERM":
                os.kill(program, signal.SIGTERM)
            case _:
                assert line is not None
                line.freeze()
        if self._way == "SIGTERM":
            gone = _gone(program, began)
            _wake(daemons)
            assert app.ended() == 128 + signal.SIGTERM
            app.settle(0.2)
            assert given_back(app), app.raw[-300:]
            return 0.0, gone
        _wake(daemons)
        end = began + 30
        while any(alive(pid) for pid in daemons):
            assert time.monotonic() < end, "sshd does not notice"
            if self._doing == "drawing" and line is not None and time.monotonic() < began + _DRAWN_SECONDS:
                self._storm(program, 2)
            time.sleep(0.01)
        noticed = time.monotonic()
        return noticed - began, _gone(program, noticed)

    def _kept(self) -> list[str]:
        if self._doing == "editor":
            # The next start takes what the editor has written.
            self._offered()
        kept = drafts(self._home)
        assert len(kept) == 1, kept
        assert self._most.startswith(kept[0]), kept
        assert kept[0].startswith(self._least), (kept, self._least)
        if self._doing != "editor":
            self._offered()
        return kept

    def _offered(self) -> None:
        """The next start says that there is a draft, and what it has that no note has."""
        app = Terminal(self._home.argv(), clean_env(TERM="xterm-256color", COLORTERM="truecolor"))
        try:
            app.wait("Ada draf catatan yang belum disimpan")
            app.settle(0.3)
            app.send("4")
            app.wait("1 draf belum disimpan (b)")
            app.send("b")
            app.wait("catatan baru, 1 baris teks")
        finally:
            app.close()


def _sync(app: Terminal, silent: socket.socket) -> socket.socket:
    """Start a round that is in the middle of a request until what is returned is closed."""
    app.wait("(25)")
    app.send("s")
    silent.settimeout(60)
    asked, _ = silent.accept()
    assert asked.recv(1)
    return asked


def wait_for_none(found: Callable[[], list[int]], seconds: float = GONE_SECONDS) -> list[int]:
    """What is still found after a while."""
    end = time.monotonic() + seconds
    while (left := found()) and time.monotonic() < end:
        time.sleep(0.02)
    return left


def _wake(daemons: list[int]) -> None:
    for pid in daemons:
        with suppress(OSError):
            os.kill(pid, signal.SIGCONT)


def _gone(pid: int, since: float) -> float:
    """Seconds from ``since`` until a process was gone."""
    wait_for(lambda: not alive(pid), "the program ends", 30)
    return time.monotonic() - since
