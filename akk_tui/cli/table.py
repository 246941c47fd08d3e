"""Aligned columns that fit a width, counted in cells of the terminal and not in characters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from akk_tui.contract.text import clean

GAP: Final = "  "
NARROW: Final = 6
"""What is left of a column on the narrowest pages."""


class Column(NamedTuple):
    """One column: its head, on which side it stands, and whether it gives way when the page is narrow.

    A column that gives way keeps ``least`` cells as long as that suffices; the rightmost gives first.
    """

    head: str
    right: bool = False
    gives: bool = False
    least: int = 8


def cells(text: str) -> int:
    """How many cells of a terminal ``text`` takes: combining marks none, wide East Asian characters two."""
    if text.isascii():
        return len(text)
    from unicodedata import category, east_asian_width

    return sum(
        0 if category(char) in ("Mn", "Me", "Cf") else 2 if east_asian_width(char) in ("W", "F") else 1 for char in text
    )


def fit(text: str, most: int) -> str:
    """``text`` cut to ``most`` cells, with an ellipsis where something was taken away."""
    if cells(text) <= most:
        return text
    kept = ""
    for char in text:
        if cells(kept + char) > most - 1:
            break
        kept += char
    return f"{kept.rstrip()}…"


def pad(text: str, to: int, *, right: bool = False) -> str:
    """``text`` filled with spaces to ``to`` cells."""
    fill = " " * (to - cells(text))
    return fill + text if right else text + fill


def joined(parts: Iterable[str], most: int) -> list[str]:
    """The parts with a dot between them, on as many lines of at most ``most`` cells as they need."""
    lines: list[str] = []
    for part in parts:
        longer = f"{lines[-1]} · {part}" if lines else part
        if lines and cells(longer) <= most:
            lines[-1] = longer
        else:
            lines.append(part)
    return lines


def rows(columns: Sequence[Column], content: Iterable[Sequence[str]], most: int) -> list[str]:
    """The head and every row as lines of at most ``most`` cells, as far as the columns that give way allow."""
    table = [[column.head for column in columns], *[[clean(part) for part in row] for row in content]]
    widths = [max(cells(row[n]) for row in table) for n in range(len(columns))]
    spare = most - sum(widths) - len(GAP) * (len(columns) - 1)
    for narrow in (False, True):
        for n in reversed(range(len(columns))):
            if spare < 0 and columns[n].gives:
                given = min(-spare, max(0, widths[n] - (NARROW if narrow else columns[n].least)))
                widths[n] -= given
                spare += given
    return [
        GAP.join(
            pad(fit(part, wanted), wanted, right=column.right)
            for part, wanted, column in zip(row, widths, columns, strict=True)
        ).rstrip()
        for row in table
    ]
