"""The sign-in on a terminal: the steps in words, the code, the address as text and as a QR, the time that is left."""

from __future__ import annotations

import os
import sys
import textwrap
from typing import Final, TYPE_CHECKING

from akk_tui.cli import output
from akk_tui.i18n import gettext as _
from akk_tui.ui import sign_in_words

if TYPE_CHECKING:
    from akk_tui.sync.device import Code, Wait

_LEAST: Final = 34
"""Cells that the steps need beside the QR."""
_GAP: Final = 3


def page(server: str, code: Code, host: str, user: str, *, ascii_glyphs: bool) -> None:
    """Print the steps on stderr, on a terminal with the QR where there is room for it."""
    output.say(_("Masuk ke {server}").format(server=server))
    output.say("")
    told = sign_in_words.steps(code.uri, code.user_code, host, user)
    if not sys.stderr.isatty():
        output.say("\n".join(_wrapped(told, None)))
        return
    size, pictures = _size(), _pictures(code, ascii_glyphs)
    for picture in pictures:
        beside = size.columns - len(picture[0]) - _GAP - 1
        if beside >= max(_LEAST, len(code.uri)) and len(picture) + 4 <= size.lines:
            output.beside(picture, _wrapped([(sign_in_words.scan(), ""), *told], beside))
            output.say("")
            return
    lines = _wrapped(told, size.columns - 1)
    output.say("\n".join(lines))
    for picture in pictures:
        if len(picture[0]) < size.columns and len(picture) + len(lines) + 4 <= size.lines:
            output.say(_("Atau pindai dengan kamera ponsel:"))
            output.beside(picture, [])
            output.say("")
            return


def waiting(wait: Wait) -> None:
    """How long the code is still good, in place of the line before; only on a terminal."""
    words = _("{waiting} · ctrl+c batal").format(waiting=sign_in_words.left(wait.seconds, offline=wait.offline))
    output.over(words[: _size().columns - 1])


def _wrapped(told: list[tuple[str, str]], width: int | None) -> list[str]:
    """The steps in lines of at most ``width`` cells; what they are about is never broken."""
    lines: list[str] = []
    for words, about in told:
        lines += textwrap.wrap(words, width) if width else [words]
        if about:
            lines.append(f"   {about}" if not width or len(about) + 3 <= width else about)
        lines.append("")
    return lines


def _pictures(code: Code, ascii_glyphs: bool) -> list[list[str]]:
    """The QR with the margin of the norm, and with the narrow one."""
    from akk_tui import qr

    inverted = not output.coloured(sys.stderr)
    sizes = (qr.matrix(code.whole_uri, quiet) for quiet in (qr.QUIET, qr.NARROW))
    return [qr.rows(modules, ascii_glyphs=ascii_glyphs, inverted=inverted) for modules in sizes]


def _size() -> os.terminal_size:
    try:
        return os.get_terminal_size(sys.stderr.fileno())
    except (OSError, ValueError):
        return os.terminal_size((output.PLAIN_WIDTH, 24))
