"""A bare ``esc`` waits for the rest of a key: shortly on this computer, longer over a network."""

from __future__ import annotations

import os
import pty
import selectors
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from textual import constants, events

from akk_tui.store.store import Store
from akk_tui.ui.app import AkkApp
from akk_tui.ui.commands import COMMANDS
from akk_tui.ui.terminal import escape
from akk_tui.ui.terminal.escape import escape_seconds, EscapeDriver

FOLLOWED = 5.0
"""Seconds within which something happens in any case."""


@pytest.mark.parametrize(
    ("env", "seconds"),
    [
        ({}, 0.01),
        ({"TERM": "xterm-256color", "TMUX": "/tmp/tmux-0/default,1,0"}, 0.01),
        ({"SSH_CONNECTION": "10.0.0.2 51122 10.0.0.1 22"}, 0.1),
        ({"SSH_TTY": "/dev/pts/3"}, 0.1),
        ({"ESCDELAY": "100"}, 0.1),
    ],
)
def test_esc_waits_shortly_only_where_the_terminal_is_on_this_computer(env: Mapping[str, str], seconds: float) -> None:
    assert escape_seconds(env) == seconds


def test_a_delay_that_the_user_chose_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "ESCAPE_DELAY", 0.3)
    assert escape_seconds({"ESCDELAY": "300"}) == 0.3
    monkeypatch.setattr(constants, "ESCAPE_DELAY", 0.01)
    assert escape_seconds({}) == 0.01


class Line:
    """The driver's input on a pseudo terminal: what is written at one end, and the keys that came out."""

    def __init__(self) -> None:
        self._ours, theirs = pty.openpty()
        self.keys: list[str] = []
        self._more = threading.Condition()
        driver: Any = object.__new__(EscapeDriver)
        driver.fileno, driver._debug, driver.exit_event = theirs, False, threading.Event()
        driver.process_message = self._take
        self.driver, self._theirs = driver, theirs
        os.set_blocking(self._ours, True)
        import tty

        tty.setraw(theirs)
        self._thread = threading.Thread(target=driver.run_input_thread, daemon=True)
        self._thread.start()

    def _take(self, event: object) -> None:
        if isinstance(event, events.Key):
            with self._more:
                self.keys.append(event.key)
                self._more.notify_all()

    def write(self, text: str) -> None:
        os.write(self._ours, text.encode())

    def until(self, *keys: str) -> None:
        with self._more:
            assert self._more.wait_for(lambda: self.keys == list(keys), FOLLOWED), self.keys

    def hang_up(self) -> None:
        if self._ours >= 0:
            os.close(self._ours)
            self._ours = -1

    def close(self) -> None:
        self.driver.exit_event.set()
        self._thread.join(FOLLOWED)
        self.hang_up()
        os.close(self._theirs)


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    for name in ("ESCDELAY", *escape._REMOTE):
        monkeypatch.delenv(name, raising=False)
    made = Line()
    yield made
    made.close()


def test_esc_alone_is_a_key_and_so_is_what_follows_later(line: Line) -> None:
    line.write("\x1b")
    line.until("escape")
    line.write("a\x1b[A")
    line.until("escape", "a", "up")


def test_a_terminal_that_is_gone_is_read_no_more(line: Line) -> None:
    line.hang_up()
    line._thread.join(FOLLOWED)
    assert not line._thread.is_alive()


ALT = sorted({key for one in COMMANDS for key in one.key.split(",") if key.startswith("alt+") and key[-2] in "+"})


@pytest.mark.parametrize("key", ALT)
def test_every_key_with_alt_arrives_as_terminals_send_it(line: Line, key: str) -> None:
    sent = key[-1].upper() if "shift" in key else key[-1]
    line.write(f"\x1b{sent}")
    line.until(key)


def test_the_signs_of_a_mac_s_option_key_stay_text(line: Line) -> None:
    line.write("¡")
    line.until("inverted_exclamation_mark")


def test_esc_is_looked_after_as_soon_as_its_time_is_over(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float | None] = []
    original = selectors.SelectSelector.select
    monkeypatch.setattr(
        selectors.SelectSelector,
        "select",
        lambda self, timeout=None: waits.append(timeout) or original(self, timeout),
    )
    line.write("\x1b")
    line.until("escape")
    assert min(wait for wait in waits if wait is not None) <= escape.LOCAL_SECONDS


def test_a_key_in_two_parts_is_one_key_over_a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ESCDELAY", raising=False)
    monkeypatch.setenv("SSH_CONNECTION", "10.0.0.2 51122 10.0.0.1 22")
    # As if the line were much slower than that, so that no test machine is too slow.
    monkeypatch.setattr(constants, "ESCAPE_DELAY", FOLLOWED)
    made = Line()
    try:
        made.write("\x1b")
        made.write("[")
        made.write("B")
        made.until("down")
    finally:
        made.close()


@pytest.mark.skipif(os.name != "posix", reason="another terminal")
def test_the_app_uses_it(tmp_path: Path) -> None:
    with Store.open(tmp_path / "akk.db") as store:
        app = AkkApp(store, open_reader=lambda: store)
        assert app.driver_class is EscapeDriver
        app.journal.close()
