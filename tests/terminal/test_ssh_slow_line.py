"""The app on a line of 64 kbit/s and 300 ms, without compression by ``ssh``, beside the same with stock output.

``pytest -m bench tests/terminal/test_ssh_slow_line.py -s``.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

import pytest
from day import CTRL_Q, DOWN
from programs import Home
from pseudo import Terminal
from sshd import lacking, Sshd
from wan import NoLine, Wan

pytestmark = pytest.mark.bench

MOST_SECONDS: Final = 6.0
KEYS_A_SECOND: Final = 30
KEYS: Final = 50
ROW: Final = re.compile(r"(Kab\.|Kota) \S.*?(\s+(\d+|–)){6}\s+~?\d+,\d\d")
"""A region with its six components and its score."""


class Measured(NamedTuple):
    """Seconds: the login alone; from there to a screen that helps and to all of it; fifty keys. Bytes of packets."""

    login: float
    useful: float
    whole: float
    keys: float
    first_bytes: int
    key_bytes: int


@pytest.fixture
def line() -> Iterator[Wan]:
    if words := lacking():
        pytest.skip(words)
    try:
        with Wan(kbit=64, delay=150) as made:
            yield made
    except NoLine as cause:
        pytest.skip(str(cause))


def quiet(app: Terminal, seconds: float = 1.5) -> float:
    """When the last bytes came before nothing did for a while."""
    last = time.time()
    while app.read(seconds):
        last = time.time()
    return last


def read_until(app: Terminal, holds: Callable[[], object]) -> float:
    """When it first held."""
    end = time.monotonic() + 120
    while not holds():
        assert time.monotonic() < end, app.text
        app.read(0.05)
    return time.time()


def measure(line: Wan, folder: Path, home: Home, **env: str) -> Measured:
    # The questions whether somebody is there wait behind what is sent, where much is: no such questions.
    with Sshd(folder, line, options=()) as sshd:
        asked = time.time()
        session = sshd.open(home.argv(), **env)
        app = session.terminal
        try:
            began = session.logged_in()
            line.carried()
            useful = read_until(app, lambda: any(ROW.search(text) for text in app.lines))
            read_until(app, lambda: "(25)" in app.text)
            whole = quiet(app)
            first = line.carried().down
            app.send("3")
            app.wait("menurut OPD", 120)
            quiet(app)
            # To the end of the list: from here on each key scrolls.
            app.send(DOWN * 40)
            quiet(app, 3)
            line.carried()
            before = app.text
            typed = time.time()
            for key in range(1, KEYS + 1):
                app.send(DOWN)
                while (left := typed + key / KEYS_A_SECOND - time.time()) > 0:
                    app.read(left)
            scrolled = quiet(app)
            assert app.text != before
            key_bytes = line.carried().down
            app.send(CTRL_Q)
            assert app.ended() == 0
        finally:
            app.close()
    return Measured(began - asked, useful - began, whole - began, scrolled - typed, first, key_bytes)


def test_a_slow_line(line: Wan, tmp_path: Path, sample_home: Home) -> None:
    ours = measure(line, tmp_path / "lean", sample_home)
    stock = measure(line, tmp_path / "stock", sample_home, AKK_OUTPUT="stock")
    print()
    for name, found in (("lean", ours), ("stock", stock)):
        print(
            f"64 kbit/s, 300 ms, {name}: login {found.login:.1f} s, a screen that helps {found.useful:.2f} s later "
            f"and all of it after {found.whole:.2f} s ({found.first_bytes:,} B of packets); {KEYS} × Down with "
            f"scrolling {found.keys:.2f} s ({found.key_bytes:,} B)"
        )
    assert ours.whole <= MOST_SECONDS
    assert ours.keys <= MOST_SECONDS
