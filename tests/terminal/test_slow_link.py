"""What the terminal is asked for over a slow link, and what a window costs there."""

from __future__ import annotations

from collections.abc import Callable

from day import CTRL_P
from programs import Home
from pseudo import Terminal

ALL_MOVES, DRAGS, NO_DRAGS = b"\x1b[?1003h", b"\x1b[?1003l\x1b[?1002h", b"\x1b[?1002l"
CTRL_Q = "\x11"


def palette(app: Terminal) -> int:
    """The bytes of opening it."""
    app.wait("(25)")
    app.settle()
    before = len(app.raw)
    app.send(CTRL_P)
    app.wait("cari perintah")
    app.settle()
    return len(app.raw) - before


def test_a_slow_link_gets_no_moves_of_the_mouse_and_no_dimming(
    open_sample: Callable[..., Terminal], sample_home: Home
) -> None:
    slow, fast = open_sample(SSH_CONNECTION="10.0.0.2 50022 10.0.0.1 22"), open_sample()
    bytes_slow, bytes_fast = palette(slow), palette(fast)
    assert bytes_slow * 2 < bytes_fast
    assert DRAGS in slow.raw
    assert ALL_MOVES in fast.raw
    assert DRAGS not in fast.raw
    slow.send(CTRL_Q)
    assert slow.ended() == 0
    assert NO_DRAGS in slow.raw[-200:]
    sample_home.ok("config", "set", "ui.link", "fast")
    asked = open_sample(SSH_CONNECTION="10.0.0.2 50022 10.0.0.1 22")
    palette(asked)
    assert DRAGS not in asked.raw


def test_a_mouse_that_was_asked_for_is_told_wholly_there(
    open_sample: Callable[..., Terminal], sample_home: Home
) -> None:
    sample_home.ok("config", "set", "ui.mouse", "true")
    app = open_sample(SSH_TTY="/dev/pts/1")
    app.wait("(25)")
    assert ALL_MOVES in app.raw
    assert DRAGS not in app.raw
