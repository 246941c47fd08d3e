"""The end of an app that is asked to end, or whose terminal is gone: what was typed is kept, and nothing stays behind.

A stalled line stops the event loop in the middle of a write, and what runs on the loop or in the main thread does not
run then. So a thread of its own hears the signals (Python's wake-up descriptor, which no child inherits, and no mask is
changed), keeps the drafts, asks the loop to leave, and ends the process itself when the loop does not.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import Any, Final, Self

from akk_tui import external_editor

HANG_UP: Final = 129
CODES: Final = {
    getattr(signal, name): 128 + getattr(signal, name) for name in ("SIGHUP", "SIGTERM") if hasattr(signal, name)
}
"""Exit status of each signal."""
KEEP_SECONDS: Final = 0.8
"""How long keeping the drafts may take."""
LEAVE_SECONDS: Final = 1.5
"""How long the loop may take to leave."""

_RESTORE_SECONDS: Final = 0.3
"""How long it is tried to give the terminal back."""
_WRITER: Final = "textual-output"
"""The thread in which Textual writes."""
_OUT_OF_IT: Final = (
    b"\x18\x1b[m\x1b[?2004l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?1004l\x1b[<u"
    b"\x1b[?1049l\x1b[?25h\x1b[?7h"
)
"""Ends a sequence of which a part was sent, and takes back what Textual asks of a terminal: paste, mouse, focus and
keys told, the other screen, no cursor."""


class Ending:
    """While it is open, in the main thread, ``app`` ends within three seconds of a signal.

    ``keep(seconds)`` writes down what was typed; ``leave(code)`` is called on the loop; ``last()`` where the loop does
    not answer, just before the process ends.
    """

    def __init__(
        self,
        app: Any,
        keep: Callable[[float], object] = lambda seconds: None,
        leave: Callable[[int], object] | None = None,
        last: Callable[[], object] = lambda: None,
        exit_now: Callable[[int], object] = os._exit,
    ) -> None:
        self._app = app
        self._keep = keep
        self._leave = leave if leave is not None else self._exit
        self._last = last
        self._exit_now = exit_now
        self._done = threading.Event()
        self._begun = threading.Lock()
        self._told: socket.socket | None = None
        self._before: dict[int, Any] = {}
        self._fd_before = -1
        self._terminal: list[Any] | None = None

    def __enter__(self) -> Self:
        self._terminal = _attributes()
        self._app.ending = self
        if CODES:
            heard, self._told = socket.socketpair()
            self._told.setblocking(False)
            self._fd_before = signal.set_wakeup_fd(self._told.fileno(), warn_on_full_buffer=False)
            self._before = {number: signal.signal(number, _noted) for number in CODES}
            threading.Thread(target=self._listen, args=(heard,), name="akk-signals", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        if self._told is not None:
            for number, handler in self._before.items():
                signal.signal(number, handler)
            signal.set_wakeup_fd(self._fd_before)
            # The listener ends: nothing more is told.
            self._told.close()

    def terminal_gone(self) -> None:
        """The terminal will never say anything again; called in whichever thread found out."""
        if CODES:
            threading.Thread(target=self._end, args=(HANG_UP,), name="akk-hang-up", daemon=True).start()

    def _listen(self, heard: socket.socket) -> None:
        with heard, suppress(OSError):
            while numbers := heard.recv(64):
                for number in numbers:
                    if number in CODES:
                        self._end(CODES[number])

    def _end(self, code: int) -> None:
        """Once: keep what was typed, ask the loop, wait, and leave without it."""
        if self._done.is_set() or not self._begun.acquire(blocking=False):
            return
        with suppress(Exception):
            self._keep(KEEP_SECONDS)
        # The loop waits for an editor that it started.
        external_editor.hang_up()
        loop = getattr(self._app, "_loop", None)
        if loop is not None:
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(self._leave, code)
        if self._done.wait(LEAVE_SECONDS):
            return
        with suppress(Exception):
            self._last()
        _restore(self._terminal)
        self._exit_now(code)

    def _exit(self, code: int) -> None:
        self._app.exit(None, return_code=code)


def _noted(number: int, frame: FrameType | None) -> None:
    """The signal is told by its number through the wake-up descriptor; a handler there must be."""


def _attributes() -> list[Any] | None:
    """How the terminal is set; None where there is none."""
    with suppress(ImportError, OSError, ValueError):
        import termios

        with suppress(termios.error):
            return termios.tcgetattr(sys.__stdin__.fileno()) if sys.__stdin__ is not None else None
    return None


def _restore(attributes: list[Any] | None) -> None:
    """Set the terminal as it was, and leave the other screen, also where a write of the app stands still in it."""
    if attributes is None or sys.__stdin__ is None or sys.__stderr__ is None:
        return
    import termios

    with suppress(termios.error, OSError, ValueError):
        termios.tcsetattr(sys.__stdin__.fileno(), termios.TCSANOW, attributes)
    with suppress(OSError, ValueError):
        app_writes_to = sys.__stderr__.fileno()
        terminal = os.dup(app_writes_to)
        # What the app still writes goes nowhere from here on.
        nowhere = os.open(os.devnull, os.O_WRONLY | os.O_CLOEXEC)
        os.dup2(nowhere, app_writes_to)
        os.close(nowhere)
        # Never waits; the shell has the same terminal, so that it is set back in any case.
        os.set_blocking(terminal, False)
        try:
            end = time.monotonic() + _RESTORE_SECONDS
            while not _left(terminal) and time.monotonic() < end:
                time.sleep(0.01)
        finally:
            os.set_blocking(terminal, True)
            os.close(terminal)


def _left(terminal: int) -> bool:
    """Try to leave the other screen; a part of a frame that waits to be sent is dropped, which makes room."""
    import termios

    # One write at a time gets in: a signal ends that of the app, which Python then takes up elsewhere.
    for thread in threading.enumerate():
        if thread.name == _WRITER and thread.ident is not None:
            signal.pthread_kill(thread.ident, signal.SIGTERM)
    with suppress(termios.error):
        termios.tcflush(terminal, termios.TCOFLUSH)
    with suppress(BlockingIOError):
        return os.write(terminal, _OUT_OF_IT) == len(_OUT_OF_IT)
    return False


def leave_with(code: int | None) -> None:
    """Raise SystemExit where an app that asks something first was ended by a signal, or its terminal is gone."""
    if code in CODES.values():
        raise SystemExit(code)
