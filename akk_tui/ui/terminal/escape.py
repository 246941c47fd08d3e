"""How long a bare ``esc`` waits for the rest of a key, and what it is with a digit behind it.

Most keys that are no letter begin with the same byte as ``esc`` itself, so that nobody knows which one it is until
nothing follows. A terminal writes a key in one go: on this computer the rest is there at once. Over a network the parts
of a key can come apart. Textual waits a tenth of a second everywhere, and looks at its clock only every tenth.
"""

from __future__ import annotations

import os
import selectors
from codecs import getincrementaldecoder
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, cast, Final

from textual import constants
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._parser import ParseError
from textual._time import get_time
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver

_TYPED: Final = "0123456789-="
"""What Textual reads behind ``esc`` as the signs that a Mac's option key types; other terminals mean alt by it."""
LOCAL_SECONDS: Final = 0.01
"""What tmux and editors wait at most on a line of their own is between 10 and 50 ms."""
_LOOK_SECONDS: Final = 0.1
_REMOTE: Final = ("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY", "MOSH_CONNECTION")
_CHUNK: Final = 4096


def escape_seconds(env: Mapping[str, str]) -> float:
    """Seconds that ``esc`` waits: short where the terminal is on this computer, unless ``ESCDELAY`` says how long."""
    if env.get("ESCDELAY") or any(env.get(name) for name in _REMOTE):
        return constants.ESCAPE_DELAY
    return min(LOCAL_SECONDS, constants.ESCAPE_DELAY)


def read_alt() -> None:
    """Let ``esc`` and a digit be alt and that digit. A Mac's terminal sends the signs themselves, which stay."""
    for key in _TYPED:
        cast("dict[str, Any]", ANSI_SEQUENCES_KEYS).pop(f"\x1b{key}", None)


class EscapeDriver(LinuxDriver):
    """The terminal of Unix, on which ``esc`` waits as long as it has to and no longer.

    Parts of Textual that this leans on: ``LinuxDriver.run_input_thread``, which it takes the place of, and
    ``Parser._timeout_time``; :func:`read_alt` on ``ANSI_SEQUENCES_KEYS``; ``_enable_mouse_support`` and
    ``_disable_mouse_support``, ``_mouse``, ``_writer_thread``.
    """

    _moves = True
    """Whether the terminal tells moves of the mouse that press nothing."""

    def _enable_mouse_support(self) -> None:
        super()._enable_mouse_support()
        self._moves = True
        self.tell_moves(getattr(self._app, "mouse_moves", True))

    def _disable_mouse_support(self) -> None:
        if self._mouse and not self._moves:
            self.write("\x1b[?1002l")
        super()._disable_mouse_support()

    def tell_moves(self, wanted: bool) -> None:
        """Have the terminal tell every move of the mouse, or only what is pressed, dragged and scrolled."""
        if not self._mouse or wanted == self._moves or cast("Any", self)._writer_thread is None:
            return
        self._moves = wanted
        # One of the two at a time: most terminals know one such mode only, and any that is switched off ends it.
        self.write("\x1b[?1002l\x1b[?1003h" if wanted else "\x1b[?1003l\x1b[?1002h")
        self.flush()

    def run_input_thread(self) -> None:
        """Hand on what is typed until the app ends."""
        read_alt()
        parser: Any = XTermParser(self._debug)
        decode = getincrementaldecoder("utf-8")().decode
        escape = escape_seconds(os.environ)

        def take(ready: bool, *, final: bool = False) -> None:
            read = os.read(self.fileno, _CHUNK) if ready else b""
            if ready and not read and not final:
                raise EOFError
            if ready and (text := decode(read, final=final)):
                for event in parser.feed(text):
                    self.process_message(event)
                if parser._timeout_time is not None:
                    parser._timeout_time = min(parser._timeout_time, get_time() + escape)
            for event in parser.tick():
                self.process_message(event)

        # A terminal that is gone is always ready, and has nothing more to say.
        with suppress(EOFError, OSError), selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                due = parser._timeout_time
                wait = _LOOK_SECONDS if due is None else max(0.0, min(_LOOK_SECONDS, due - get_time()))
                take(bool(selector.select(wait)))
            take(bool(selector.select(0)), final=True)
        with suppress(EOFError, ParseError):
            deque(parser.feed(""))
        ending: Any = getattr(getattr(self, "_app", None), "ending", None)
        if not self.exit_event.is_set() and ending is not None:
            ending.terminal_gone()
