"""Screens in ASCII: a line filter that puts one ASCII character for each cell of anything else."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from akk_tui.ui.glyphs import TABLE

_LETTERS = {"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ß": "s", "æ": "a", "Æ": "A", "œ": "o"}
_DENSITY = " .:-=+*%#"
"""Braille dots in a cell, none to eight."""


class AsciiFilter(LineFilter):
    """Replaces every character that is not ASCII, cell for cell."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        if all(segment.text.isascii() for segment in segments):
            return segments
        return [
            segment if segment.text.isascii() else Segment(ascii_text(segment.text), segment.style, segment.control)
            for segment in segments
        ]


@lru_cache(2048)
def ascii_text(text: str) -> str:
    """``text`` in ASCII, in as many cells."""
    made = "".join(char if char.isascii() else ascii_char(char) for char in text)
    cells = cell_len(text)
    return made if len(made) == cells else made[:cells].ljust(cells)


def ascii_char(char: str) -> str:
    """The ASCII for one character, as many as it has cells."""
    if char in TABLE:
        return TABLE[char]
    code = ord(char)
    if 0x2500 <= code <= 0x257F:
        return _border(char)
    if 0x2800 <= code <= 0x28FF:
        return _DENSITY[(code - 0x2800).bit_count()]
    if 0x2580 <= code <= 0x259F:
        return "#"
    cells = cell_len(char)
    if not cells:
        return ""
    plain = "".join(part for part in unicodedata.normalize("NFKD", char) if part.isascii())
    return (plain or _LETTERS.get(char, "?"))[:1].ljust(cells, "?")


def _border(char: str) -> str:
    """A line, a corner or a crossing of box drawing, told by its name."""
    words = unicodedata.name(char).split()
    across = "HORIZONTAL" in words or {"LEFT", "RIGHT"} & set(words)
    along = "VERTICAL" in words or {"UP", "DOWN"} & set(words)
    if "DIAGONAL" in words:
        return "/" if char == "╱" else "\\" if char == "╲" else "X"
    return "+" if across and along else "-" if across else "|"
