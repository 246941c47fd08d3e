"""The one door to stdout and stderr: data on the one, narration on the other, nothing that steers a terminal.

Text for people is cleaned; JSON is UTF-8 with every character that does not print escaped.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from typing import Any, Final, TextIO

from akk_tui.contract.errors import AkkError, N_
from akk_tui.contract.text import clean

PLAIN_WIDTH: Final = 80
"""Columns of a page that no terminal shows."""

_BOLD: Final = "\x1b[1m"
_DIM: Final = "\x1b[2m"
_RESET: Final = "\x1b[0m"
_DARK_ON_LIGHT: Final = "\x1b[30;107m"
_HIDDEN: Final = "[\x7f-\x9f\u00ad\u0600-\u0605\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
_BEYOND: Final = "[\U000e0000-\U000e0fff]"


def json_text(value: Any, *, indent: bool = False) -> str:
    """``value`` as JSON without one character that does not print but the line feeds of ``indent``."""
    from akk_tui.contract import codec

    data = codec.encode(value)
    if indent:
        import msgspec

        data = msgspec.json.format(data, indent=2)
    text = data.decode()
    if text.isascii() and "\x7f" not in text:
        return text
    text = re.sub(_HIDDEN, lambda found: f"\\u{ord(found[0]):04x}", text)
    return re.sub(_BEYOND, _pair, text)


def _pair(found: re.Match[str]) -> str:
    above = ord(found[0]) - 0x10000
    return f"\\u{0xD800 + (above >> 10):04x}\\u{0xDC00 + (above & 0x3FF):04x}"


class OutputFailed(AkkError):
    """What was to be printed could not be written; what the command did stays done."""

    code = "output"
    text = N_("Keluaran tidak dapat ditulis: {reason}")


def _write(stream: TextIO, text: str, encoding: str | None = None) -> None:
    try:
        buffer = getattr(stream, "buffer", None)
        if buffer is None:
            stream.write(text)
        else:
            stream.flush()
            buffer.write(text.encode(encoding or stream.encoding or "utf-8", "replace"))
        stream.flush()
    except BrokenPipeError:
        if stream is sys.stdout:
            raise
        abandon(stream)
    except OSError as cause:
        abandon(stream)
        if stream is sys.stdout:
            raise OutputFailed(reason=cause.strerror or str(cause)) from cause


def abandon(stream: TextIO) -> None:
    """Lead ``stream`` nowhere: what is still in its buffer must not fail again when the interpreter ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def width() -> int:
    """Columns to lay a page out in: the terminal's, else ``COLUMNS``, else 80; never less than 40."""
    named = os.environ.get("COLUMNS", "")
    if named.isdecimal() and int(named) > 0:
        return max(40, int(named))
    try:
        return max(40, os.get_terminal_size(sys.stdout.fileno()).columns)
    except (OSError, ValueError):
        return PLAIN_WIDTH


def coloured(stream: TextIO) -> bool:
    """Whether ``stream`` is a terminal that shows colours, and they are wanted."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def document(value: Any) -> None:
    """One JSON document on stdout; indented on a terminal."""
    _write(sys.stdout, json_text(value, indent=sys.stdout.isatty()) + "\n", "utf-8")


def line(text: str = "") -> None:
    """One line of data for people on stdout."""
    _write(sys.stdout, clean(text) + "\n")


def page(text: str) -> None:
    """Text of several lines on stdout, such as a note's body."""
    _write(sys.stdout, clean(text, lines=True).rstrip("\n") + "\n")


def raw(text: str) -> None:
    """A whole file on stdout, always UTF-8; its text was cleaned where it was made."""
    _write(sys.stdout, text, "utf-8")


def heading(text: str) -> None:
    """A line that heads others; bold on a terminal with colours."""
    shown = clean(text)
    _write(sys.stdout, f"{_BOLD}{shown}{_RESET}\n" if coloured(sys.stdout) else f"{shown}\n")


def faint(text: str) -> None:
    """A line of lesser weight; dim on a terminal with colours."""
    shown = clean(text)
    _write(sys.stdout, f"{_DIM}{shown}{_RESET}\n" if coloured(sys.stdout) else f"{shown}\n")


def say(text: str) -> None:
    """Narration, on stderr."""
    _write(sys.stderr, clean(text, lines=True) + "\n")


def beside(picture: Sequence[str], lines: Sequence[str]) -> None:
    """A picture of blocks on stderr, dark on light where colours can be set, with ``lines`` to the right of it."""
    on, off = (_DARK_ON_LIGHT, _RESET) if coloured(sys.stderr) else ("", "")
    for at in range(max(len(picture), len(lines))):
        drawn = f"{on}{picture[at]}{off}" if at < len(picture) else " " * len(picture[0])
        text = clean(lines[at]) if at < len(lines) else ""
        _write(sys.stderr, f"{drawn}   {text}".rstrip(" ") + "\n" if text else f"{drawn}\n")


def say_json(value: Any) -> None:
    """One line of JSON on stderr, for a program that follows."""
    _write(sys.stderr, json_text(value) + "\n", "utf-8")


def over(text: str) -> None:
    """A line on stderr, a terminal, that takes the place of the one before; the empty text leaves none."""
    _write(sys.stderr, f"\r\x1b[K{clean(text)}")
