"""An address as a QR code that a phone reads off the screen: rows of text, with two modules a cell of blocks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

Matrix = Sequence[Sequence[bool]]
"""Rows of modules; True is dark."""
QUIET: Final = 4
"""Light modules around it, by the norm."""
NARROW: Final = 2
"""Where a terminal has no room for the norm, such as one of 24 lines: phones read these too."""
_BLOCKS: Final = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}


def matrix(text: str, quiet: int = QUIET) -> Matrix:
    """The modules of the smallest code that holds ``text``, with the light margin around it."""
    import segno

    found = segno.make_qr(text, error="l").matrix
    side = len(found) + 2 * quiet
    empty = [[False] * side for _ in range(quiet)]
    margin = [False] * quiet
    return [*empty, *([*margin, *(bool(module) for module in row), *margin] for row in found), *empty]


def rows(modules: Matrix, *, ascii_glyphs: bool = False, inverted: bool = False) -> list[str]:
    """The code as lines of equal length.

    They are to be drawn dark on light; ``inverted`` is for a terminal whose colours cannot be set, taken to be dark.
    With ``ascii_glyphs`` a module is two characters, else a character is two modules, one above the other.
    """
    drawn = [[dark != inverted for dark in row] for row in modules]
    if ascii_glyphs:
        return ["".join("##" if dark else "  " for dark in row) for row in drawn]
    if len(drawn) % 2:
        drawn.append([inverted] * len(drawn[0]))
    return ["".join(_BLOCKS[pair] for pair in zip(*drawn[at : at + 2], strict=True)) for at in range(0, len(drawn), 2)]
