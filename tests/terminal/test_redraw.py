"""What another program has written over the screen is gone after one key: everywhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from day import CTRL_P, DOWN, ESC
from programs import clean_env, Home
from pseudo import Terminal
from reference import cells, reference

CTRL_L = "\x0c"
OTHERS = "\x1b[H\x1b[31;44;1mBroadcast message from root@host\x1b[9;1H\x1b[J\x1b[m"
"""A message of the host, and half of the screen erased."""
PLACES = {
    "a screen": ("", "(25)"),
    "a window and a text field": (CTRL_P + "pri", "Prioritas pemenuhan"),
    "the note's editor": (ESC + "4e", "f8 templat"),
}


def spoilt_and_whole(app: Terminal) -> None:
    """Write over the screen, see that a key alone does not mend it, and that the one for it does."""
    app.settle()
    whole = cells(app.screen)
    app.spoil(OTHERS)
    assert reference(cells(app.screen), whole)
    app.send(CTRL_L)
    assert app.read(20)
    app.settle()
    assert not reference(cells(app.screen), whole), app.text


def test_one_key_draws_the_whole_screen_again(open_sample: Callable[..., Terminal]) -> None:
    app = open_sample()
    for keys, shown in PLACES.values():
        app.send(keys)
        app.wait(shown)
        spoilt_and_whole(app)


def test_other_keys_write_what_changes_only(open_sample: Callable[..., Terminal]) -> None:
    app = open_sample()
    app.wait("(25)")
    app.settle()
    app.spoil(OTHERS)
    app.send(DOWN)
    assert app.read(20)
    app.settle()
    assert "Broadcast" in app.lines[0]


def test_the_sign_in_is_drawn_again_too(tmp_path: Path, terminals: list[Terminal]) -> None:
    home = Home(tmp_path / "home")
    app = Terminal(home.argv(), clean_env(TERM="xterm-256color", COLORTERM="truecolor"))
    terminals.append(app)
    app.wait("Selamat datang")
    spoilt_and_whole(app)
