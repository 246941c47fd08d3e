"""How few bytes turn one screen into another, by a simple encoder: what output is measured against.

Changed cells only, line by line; the cursor is put before each run of them; of the attributes those are written that
differ from the last written ones. No line is moved and nothing is erased.
"""

from __future__ import annotations

import copy

from pyte import Screen
from pyte.screens import Char

_BASIC = ("black", "red", "green", "brown", "blue", "magenta", "cyan", "white")
_ON_OFF = (
    ("bold", "1", "22"),
    ("italics", "3", "23"),
    ("underscore", "4", "24"),
    ("blink", "5", "25"),
    ("reverse", "7", "27"),
    ("strikethrough", "9", "29"),
)
Cells = list[list[Char]]


def cells(screen: Screen) -> Cells:
    """The screen as it is now."""
    return [[copy.copy(screen.buffer[y][x]) for x in range(screen.columns)] for y in range(screen.lines)]


def reference(before: Cells, after: Cells) -> int:
    """Bytes that turn ``before`` into ``after``; the attributes are left at default."""
    out: list[str] = []
    default = pen = Char(" ")
    for y, (old, new) in enumerate(zip(before, after, strict=True)):
        at = -1
        for x, char in enumerate(new):
            if seen(old[x]) == seen(char):
                continue
            if at != x:
                out.append(f"\x1b[{y + 1};{x + 1}H")
            out += [_change(pen, char), char.data]
            pen, at = char, x + 1
    out.append(_change(pen, default))
    return len("".join(out).encode())


def seen(cell: Char) -> Char:
    """What shows of a cell: of a blank that has no line and is not reversed, its background."""
    blank = cell.data == " " and not (cell.underscore or cell.strikethrough or cell.reverse)
    return Char(" ", bg=cell.bg) if blank else cell


def _change(before: Char, after: Char) -> str:
    steps = [on if getattr(after, name) else off for name, on, off in _ON_OFF if _differ(before, after, name)]
    steps += [_colour(after.fg, 30)] if before.fg != after.fg else []
    steps += [_colour(after.bg, 40)] if before.bg != after.bg else []
    return f"\x1b[{';'.join(steps)}m" if steps else ""


def _differ(before: Char, after: Char, name: str) -> bool:
    return getattr(before, name) != getattr(after, name)


def _colour(name: str, base: int) -> str:
    if name == "default":
        return str(base + 9)
    plain = name.removeprefix("bright")
    if plain in _BASIC:
        return str(base + _BASIC.index(plain) + (60 if plain != name else 0))
    red, green, blue = (int(name[at : at + 2], 16) for at in (0, 2, 4))
    return f"{base + 8};2;{red};{green};{blue}"
