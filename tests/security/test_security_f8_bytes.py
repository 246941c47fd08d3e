"""The lock by the bytes that reach the terminal: whatever is pressed, pasted, resized or arrives, nothing is seen."""

from __future__ import annotations

import fcntl
import os
import re
import signal
import struct
import sys
import termios
from collections.abc import Callable
from pathlib import Path

import clocked
import pytest
from programs import clean_env, wait_for
from pseudo import Terminal
from sealedhome import DRAFT, Home, NAMES, NOTE, OFFICER, PASSPHRASE, TITLE

pytestmark = pytest.mark.security
MakeHome = Callable[..., Home]
LOCKED = "Terkunci sejak"
SHOWN = (*NAMES, NOTE[:20], TITLE, OFFICER, "Catatan", "Dasbor", "Bantuan", "Sinkron", "Perintah", "Daerah", "35.72")
"""What must not be seen: content, and the names of screens and windows, which only stand there with it."""


@pytest.fixture
def clock(tmp_path: Path) -> Path:
    """The clock of the lock, to be put forward."""
    file = tmp_path / "clock"
    file.touch()
    return file


@pytest.fixture
def terminal(make_home: MakeHome, terminals: list[Terminal], clock: Path) -> Callable[..., tuple[Home, Terminal]]:
    """``terminal(encrypted=True)``: a home and its app, on the list of notes."""

    def opened(*, encrypted: bool = True, minutes: int = 0, **env: str) -> tuple[Home, Terminal]:
        home = make_home()
        if minutes:
            assert home.run("config", "set", "lock.minutes", str(minutes), passphrase=False).returncode == 0
        if encrypted:
            home.encrypt()
        whole = clean_env(TERM="xterm-256color", COLORTERM="truecolor", **env)
        program = [str(Path(clocked.__file__)), str(clock)]
        command = [sys.executable, *program, "--home", str(home.home), "--lang", "id"]
        made = Terminal(command, whole, 100, 30)
        terminals.append(made)
        if encrypted:
            made.wait("Profil ini terenkripsi")
            made.send(PASSPHRASE + "\r")
        made.wait("Panduan singkat")
        made.send("\x1b")
        made.wait(lambda text: "Panduan singkat" not in text)
        made.send("4")
        made.wait(TITLE)
        made.settle()
        return home, made

    return opened


def locked(app: Terminal) -> int:
    """Lock it; where in the bytes the lock stands alone."""
    app.send("\x1b[24~")
    app.wait(lambda text: LOCKED in text and TITLE not in text)
    app.settle()
    return len(app.raw)


def seen(app: Terminal, since: int) -> list[str]:
    """Which words were written since, wherever on the screen, and in titles and the clipboard too."""
    raw = app.raw[since:]
    assert b"\x1b]0;" not in raw
    assert b"\x1b]2;" not in raw
    assert re.findall(rb"\x1b\]52;[^\x07]*", raw) == []
    text = re.sub(rb"\x1b\[[0-9;:?<=>]*[ -/]*[@-~]", b"", raw).decode("utf-8", "replace")
    return [text[max(0, text.index(word) - 200) : text.index(word) + 200] for word in SHOWN if word in text]


def resize(app: Terminal, columns: int, rows: int) -> None:
    fcntl.ioctl(app._fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    app.screen.resize(rows, columns)
    os.kill(app.pid, signal.SIGWINCH)


TRIED = {
    "keys": "4\x1b1\x1b[52;3u\x10?/7sLr\x11\x18\x1a\x13\x0f\t\t\x1b[A\x1b[B\x1bOP\x1b[24~",
    "enter": "\r\r",
    "wrong": "bukan itu sama sekali\r",
    "paste": "\x1b[200~4\n\x10dasbor\n\x1b[201~",
    "mouse": "\x1b[<0;20;5M\x1b[<0;20;5m\x1b[<64;20;5M\x1b[<65;20;5M\x1b[<35;30;9M",
    "selection": "\x1b[<0;1;1M\x1b[<32;90;25M\x1b[<0;90;25m\x03",
    "focus": "\x1b[O\x1b[I",
}


def test_f8_no_input_brings_anything_back(terminal: Callable[..., tuple[Home, Terminal]]) -> None:
    _home, app = terminal()
    since = locked(app)
    for keys in TRIED.values():
        app.send(keys)
        app.settle(0.3)
    app.wait(LOCKED)
    for columns, rows in ((40, 15), (120, 40), (100, 30)):
        resize(app, columns, rows)
        app.settle(0.3)
    assert LOCKED in app.text
    assert seen(app, since) == []
    # What was typed and pasted stands in the field, hidden.
    app.send("\x15")
    app.send("\x0b" + PASSPHRASE + "\r")
    app.wait(TITLE)


def test_f8_stopped_and_continued_it_stays_hidden(terminal: Callable[..., tuple[Home, Terminal]]) -> None:
    _home, app = terminal()
    since = locked(app)
    os.kill(app.pid, signal.SIGTSTP)
    wait_for(lambda: Path(f"/proc/{app.pid}/stat").read_text().split()[2] == "T", "stopped")
    app.settle(0.3)
    os.kill(app.pid, signal.SIGCONT)
    app.wait(LOCKED)
    app.settle()
    assert seen(app, since) == []


def test_f8_what_arrives_meanwhile_does_not_show(terminal: Callable[..., tuple[Home, Terminal]]) -> None:
    home, app = terminal()
    since = locked(app)
    told = home.run("note", "add", "--subject", "35.72", "--title", f"{TITLE} baru", input="Isi baru")
    assert told.returncode == 0, told.stderr
    for words in (("ui.theme", "light"), ("ui.lang", "en"), ("ui.density", "compact"), ("lock.minutes", "0")):
        assert home.run("config", "set", *words, passphrase=False).returncode == 0
        app.settle(1.3)
    # Nobody takes the encryption away, or puts another in its place, while it is open.
    assert home.run("decrypt").returncode == 6
    assert home.run("logout").returncode == 0
    app.settle(1.3)
    assert seen(app, since) == []
    assert LOCKED in app.text or "Locked since" in app.text
    app.send(PASSPHRASE + "\r")
    app.wait(f"{TITLE} baru")


def test_f8_the_passphrase_that_is_asked_for_is_todays(terminal: Callable[..., tuple[Home, Terminal]]) -> None:
    home, app = terminal()
    since = locked(app)
    new = home.secret.with_name("new")
    new.write_text("lima ekor burung camar\n")
    assert home.run("rekey", "--new-passphrase-file", str(new)).returncode == 0
    app.send(PASSPHRASE + "\r")
    app.wait("Frasa sandi salah")
    assert seen(app, since) == []
    app.send("lima ekor burung camar\r")
    app.wait(TITLE)


@pytest.mark.parametrize("meanwhile", ["nothing", "a key", "another size", "in the shell"])
def test_f8_stopped_for_hours_it_is_locked_before_anything_is_drawn(
    terminal: Callable[..., tuple[Home, Terminal]], clock: Path, meanwhile: str
) -> None:
    home, app = terminal(encrypted=False, minutes=15)
    os.kill(app.pid, signal.SIGTSTP if meanwhile == "in the shell" else signal.SIGSTOP)
    wait_for(lambda: Path(f"/proc/{app.pid}/stat").read_text().split()[2] == "T", "stopped")
    app.settle(0.2)
    since = len(app.raw)
    clocked.forward(clock, 3 * 3600)
    # What would be drawn: another note in the list that is shown, and what came from outside.
    added = home.run("note", "add", "--subject", "35.72", "--title", f"{TITLE} baru", input="Isi baru")
    assert added.returncode == 0, added.stderr
    if meanwhile == "a key":
        app.send("1")
    elif meanwhile == "another size":
        resize(app, 90, 28)
    os.kill(app.pid, signal.SIGCONT)
    app.wait(LOCKED)
    app.settle()
    assert seen(app, since) == []
    app.send("x")
    app.wait(f"{TITLE} baru")


EDITOR = "import sys; print('PENYUNTING', flush=True); input()"


def test_f8_back_from_another_editor_after_a_while_it_is_locked_at_once(
    terminal: Callable[..., tuple[Home, Terminal]], tmp_path: Path, clock: Path
) -> None:
    script = tmp_path / "editor.py"
    script.write_text(EDITOR)
    _home, app = terminal(encrypted=False, minutes=1, EDITOR=f"{sys.executable} {script}")
    app.send("n35.72\r\rRapat\t\t" + DRAFT[:20])
    app.wait("kata")
    app.send("\x0f")
    app.wait("PENYUNTING")
    app.settle()
    since = len(app.raw)
    clocked.forward(clock, 61)
    app.send("\r")
    app.wait(LOCKED)
    app.settle()
    assert seen(app, since) == []
    assert DRAFT[:20].encode() not in app.raw[since:]
    app.send("x")
    app.wait(DRAFT[:20])
