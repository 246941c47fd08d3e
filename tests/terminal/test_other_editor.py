"""The officer's own editor has the terminal to itself, and the app takes it back."""

from __future__ import annotations

import sys
from pathlib import Path

from programs import clean_env, Home
from pseudo import Terminal

EDITOR = """
import sys, termios
lines = bool(termios.tcgetattr(0)[3] & termios.ICANON)
print("PENYUNTING", "baris" if lines else "mentah", flush=True)
typed = input()
with open(sys.argv[1], "a") as stream:
    stream.write(typed)
print("SELESAI", flush=True)
sys.exit(3 if typed == "gagal" else 0)
"""


def has_the_screen(app: Terminal) -> bool:
    """Whether the app's own screen stands, not that of the shell."""
    return app.raw.rfind(b"\x1b[?1049h") > app.raw.rfind(b"\x1b[?1049l")


def opened(home: Home, tmp_path: Path, terminals: list[Terminal]) -> Terminal:
    """The app with the editor of a new note about Blitar, and an editor that waits for a line."""
    script = tmp_path / "editor.py"
    script.write_text(EDITOR)
    env = clean_env(TERM="xterm-256color", COLORTERM="truecolor", EDITOR=f"{sys.executable} {script}")
    app = Terminal(home.argv(), env)
    terminals.append(app)
    app.wait("DATA CONTOH")
    app.settle()
    app.send("4n35.72\r\rRapat\t\tawal ")
    app.wait("1 kata")
    app.settle()
    return app


def test_the_terminal_is_handed_over_and_taken_back(offline: Home, tmp_path: Path, terminals: list[Terminal]) -> None:
    app = opened(offline, tmp_path, terminals)
    app.send("\x0f")
    app.wait("PENYUNTING baris")
    assert not has_the_screen(app)
    app.send("dari luar\r")
    app.wait("awal dari luar")
    assert has_the_screen(app)
    app.send("\x13")
    app.wait("1 belum terkirim")
    app.send("\x11")
    assert app.ended() == 0
    (note,) = [one for one in offline.ok("note", "list")["notes"] if one["state"] == "queued"]
    assert offline.ok("note", "show", note["id"])["body"].strip() == "awal dari luar"


def test_an_editor_that_fails_gives_the_terminal_back_too(
    offline: Home, tmp_path: Path, terminals: list[Terminal]
) -> None:
    app = opened(offline, tmp_path, terminals)
    app.send("\x0f")
    app.wait("PENYUNTING baris")
    app.send("gagal\r")
    app.wait("Catatan tidak diubah")
    app.send("lagi")
    app.wait("awal lagi")
    app.send("\x11")
    assert app.ended() == 0
