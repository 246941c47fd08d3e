"""What a terminal shows, cell by cell, and the bytes that make it show something else.

Only cells that change are written, each run with the attributes that differ from the last written ones; the cursor goes
the shortest way. Lines that moved up or down as a whole are moved by the terminal; long blanks are erased where the
terminal is known to fill what it erases with the background.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import compress
from operator import ne, or_  # pyright: ignore[reportUnknownVariableType]
from typing import Any, cast, Final, NamedTuple

from rich.cells import cell_len

from akk_tui.ui.terminal.sgr import change, plain_blank

_either: Final = cast("Callable[[bool, bool], bool]", or_)
_FILLS: Final = (
    "xterm", "alacritty", "foot", "konsole", "linux", "mintty", "putty", "rxvt-unicode", "st", "vte", "tmux",
)  # fmt: skip
"""Terminals, also with a dash and more behind it, that erase so many cells and fill them with the background.

By their descriptions (``bce`` and ``ech`` in ``infocmp``, ncurses 6.4 of 2022-12-31; ``foot`` by its own package). That
of tmux says no, for what it was long ago; ``tests/terminal/test_in_tmux.py`` shows that it does.
"""
_NOT_ALL: Final = ("24", "bold", "color", "kitty", "m1", "m1b", "m2", "mono", "old", "pcolor", "r5", "r6", "vt52")
"""Behind the dash of these names: the descriptions that lack one of the two."""
_LEAST: Final = "    "
_BLANKS: Final = re.compile(f"{_LEAST}+")
_ERASED: Final = 12
"""Blanks from which on erasing them is shorter than writing them; at the edge of the screen ``_LEAST`` are enough."""
_GAP: Final = 4
"""Unchanged cells that are written again rather than gone over."""
_MOVED_LINES: Final = 4
"""Lines that must have moved alike before the terminal is asked to move them."""
_MOVED_CELLS: Final = 60
"""Cells that need not be written for it."""
_PLAIN: Final = 2
"""Different characters up to which a line is like others: empty, or of a frame."""
_EDGE: Final = 4
"""Columns at both sides that need not have moved with a line: frames and scroll bars."""


class Piece(NamedTuple):
    """A piece of a line from column ``x``. One that is the same object as before, at the same place, is not looked at.

    ``source`` says what is in it: see :data:`Split`.
    """

    y: int
    x: int
    source: object


Cells = tuple[list[str], list[str]]
"""Of each cell its text and its attributes, as :mod:`akk_tui.ui.terminal.sgr` has them.

A wide character has its text in the first cell, the others are empty."""
Split = Callable[[Any], Cells]
"""The cells of a piece's source."""


class Row:
    """A line of the screen; a cell that nobody knows is None. ``pieces``: column → end and source of what is there."""

    __slots__ = ("looks", "pieces", "texts")

    def __init__(
        self, texts: list[str | None], looks: list[str | None], pieces: dict[int, tuple[int, object]] | None = None
    ) -> None:
        self.texts = texts
        self.looks = looks
        self.pieces: dict[int, tuple[int, object]] = pieces if pieces is not None else {}

    @classmethod
    def unknown(cls, width: int) -> Row:
        return cls([None] * width, [None] * width)

    def copy(self) -> Row:
        return Row(self.texts[:], self.looks[:], self.pieces)

    def put(self, x: int, end: int, source: object) -> None:
        """Remember where ``source`` stands, and forget what it covers."""
        pieces = self.pieces
        known = pieces.get(x)
        if known is None or known[0] != end:
            for other in [one for one, (its_end, _) in pieces.items() if one < end and its_end > x]:
                del pieces[other]
        pieces[x] = (end, source)


def fills(env: Mapping[str, str]) -> bool:
    """Whether the terminal is known to fill what it erases with the background colour."""
    term = env.get("TERM", "")
    name = next((one for one in _FILLS if term == one or term.startswith(f"{one}-")), None)
    return name is not None and term[len(name) + 1 :] not in _NOT_ALL and "STY" not in env


@lru_cache(8192)
def cells_of(text: str) -> tuple[str, ...]:
    """The text of each cell of ``text``. What does not fall into cells by itself is written as a whole, or not at all.

    Terminals differ in how wide they draw some characters; so does what joins several into one.
    """
    if text.isascii():
        return tuple(text)
    widths = [cell_len(char) for char in text]
    cells = cell_len(text)
    if sum(widths) != cells or 0 in widths:
        return (text, *([""] * (cells - 1))) if cells else ()
    if cells == len(text):
        return tuple(text)
    return tuple(part for char, width in zip(text, widths, strict=True) for part in (char, *([""] * (width - 1))))


class Shown:
    """What stands on a terminal of ``width`` x ``height``; at first nothing of it is known."""

    def __init__(self, width: int, height: int, *, erases: bool = False) -> None:
        self.width = width
        self.height = height
        self._erases = erases
        self._rows = [Row.unknown(width) for _ in range(height)]

    def show(self, pieces: Iterable[Piece], split: Split) -> str:
        """What to write so that ``pieces`` are shown, the later over the earlier; the attributes are left at default.

        Raises what ``split`` raises; then nothing of what is shown is certain any more.
        """
        rows: dict[int, Row] = {}
        for y, x, source in pieces:
            if not 0 <= y < self.height:
                continue
            row = rows.get(y) or self._rows[y]
            known = row.pieces.get(x)
            if known is not None and known[1] is source:
                continue
            texts, looks = split(source)
            end = min(x + len(texts), self.width)
            if end - x < len(texts):
                texts, looks = texts[: end - x], looks[: end - x]
            row.put(x, end, source)
            if row.texts[x:end] == texts and row.looks[x:end] == looks:
                continue
            if y not in rows:
                row = rows[y] = row.copy()
            row.texts[x:end] = texts
            row.looks[x:end] = looks
        if not rows:
            return ""
        pen = Pen(self.width, erases=self._erases)
        if len(rows) >= _MOVED_LINES:
            self._move(rows, pen)
        for y in sorted(rows):
            new = rows[y]
            pen.line(y, self._rows[y], new)
            self._rows[y] = new
        return pen.done()

    def _move(self, rows: dict[int, Row], pen: Pen) -> None:
        """Let the terminal move lines when most of what changed is lines that stand elsewhere already."""
        middle = slice(_EDGE, self.width - _EDGE)
        changed = [y for y, row in rows.items() if row.texts[middle] != self._rows[y].texts[middle]]
        if len(changed) < _MOVED_LINES:
            return
        places: dict[tuple[str | None, ...], list[int]] = {}
        first, last = min(changed), max(changed)
        for y in range(first, last + 1):
            line = tuple(self._rows[y].texts[middle])
            # A line of nothing, or of a frame, stands in many places.
            if len(set(line)) > _PLAIN:
                places.setdefault(line, []).append(y)
        votes = Counter[int]()
        for y in changed:
            for at in places.get(tuple(rows[y].texts[middle]), ()):
                votes[at - y] += 1
        by, count = votes.most_common(1)[0] if votes else (0, 0)
        if by == 0 or count < _MOVED_LINES:
            return
        new = [rows.get(y, self._rows[y]) for y in range(first, last + 1)]
        old = self._rows[first : last + 1]
        nothing = [Row.unknown(self.width) for _ in range(abs(by))]
        moved = [*old[by:], *nothing] if by > 0 else [*nothing, *old[:by]]
        if _differing(old, new) - _differing(moved, new) < _MOVED_CELLS:
            return
        pen.move_lines(first, last, by)
        self._rows[first : last + 1] = moved
        for y in range(first, last + 1):
            if y not in rows:
                rows[y] = new[y - first]


def _differing(old: Sequence[Row], new: Sequence[Row]) -> int:
    """How many cells of these lines would have to be written."""
    return sum(
        sum(map(ne, a.texts, b.texts)) + sum(map(ne, a.looks, b.looks)) // 2 for a, b in zip(old, new, strict=True)
    )


class Pen:
    """Writes cells: where the cursor is, which attributes are in force, and what was written so far."""

    def __init__(self, width: int, *, erases: bool) -> None:
        self._width = width
        self._erases = erases
        self._out: list[str] = []
        self._at: tuple[int, int] | None = None
        """Line and column of the cursor, where that is certain."""
        self._look = ""
        self._stayed = 0
        """Cells at the end of what was written over which the cursor did not go."""

    def done(self) -> str:
        """Everything that was written, with the attributes back at their default."""
        if self._look:
            self._out.append("\x1b[m")
            self._look = ""
        return "".join(self._out)

    def move_lines(self, first: int, last: int, by: int) -> None:
        """Move the lines from ``first`` to ``last`` up by so many, or down; what becomes free is not certain."""
        verb = "M" if by > 0 else "L"
        self._out.append(f"\x1b[{first + 1};{last + 1}r\x1b[{first + 1};1H\x1b[{abs(by)}{verb}\x1b[r")
        self._at = None

    def line(self, y: int, old: Row, new: Row) -> None:
        """Write the cells of line ``y`` that differ."""
        texts, looks = new.texts, new.looks
        if old.texts == texts and old.looks == looks:
            return
        differ: Iterable[bool] = map(_either, map(ne, old.texts, texts), map(ne, old.looks, looks))
        changed = list(compress(range(self._width), differ))
        if None in texts:
            changed = [x for x in changed if texts[x] is not None]
        for start, end in _runs(changed, texts, looks):
            self._go(y, start)
            self._write(y, texts, looks, start, end)

    def _go(self, y: int, x: int) -> None:
        if self._at == (y, x):
            return
        way = f"\x1b[{y + 1};{x + 1}H" if x else f"\x1b[{y + 1}H"
        if self._at is not None and self._at[0] == y and self._at[1] < x:
            ahead = x - self._at[1]
            way = min(f"\x1b[{ahead}C" if ahead > 1 else "\x1b[C", way, key=len)
        self._out.append(way)
        self._at = (y, x)

    def _write(self, y: int, texts: Sequence[str | None], looks: Sequence[str | None], start: int, end: int) -> None:
        """Write the cells from ``start``, where the cursor is, to ``end``.

        After what is not one character for one cell the cursor's place is not certain: terminals differ in widths.
        """
        x, certain = start, True
        while x < end:
            look, stop = looks[x], x + 1
            while stop < end and looks[stop] == look:
                stop += 1
            text = "".join(cast("Sequence[str]", texts[x:stop]))
            look = look or ""
            if look != self._look:
                self._out.append(change(self._look, look))
                self._look = look
            narrow = len(text) == stop - x and "" not in texts[x:stop]
            certain = certain and narrow
            if narrow and self._erases and _LEAST in text and plain_blank(look):
                self._erase(text, stop == self._width, stop == end)
            else:
                self._out.append(text)
            x = stop
        self._at = (y, end - self._stayed) if certain and end < self._width else None
        self._stayed = 0

    def _erase(self, text: str, to_edge: bool, last: bool) -> None:
        """Write ``text``, its long blanks erased; ``to_edge``: it ends the line; ``last``: nothing follows at once."""
        at = 0
        for blanks in _BLANKS.finditer(text):
            length = blanks.end() - blanks.start()
            ends = blanks.end() == len(text)
            if not (ends and to_edge) and length < _ERASED:
                continue
            self._out.append(text[at : blanks.start()])
            at = blanks.end()
            if ends and to_edge:
                self._out.append("\x1b[K")
            elif ends and last:
                self._out.append(f"\x1b[{length}X")
                # The cursor stays before what was erased.
                self._stayed = length
            else:
                self._out.append(f"\x1b[{length}X\x1b[{length}C")
        self._out.append(text[at:])


def _runs(
    changed: Sequence[int], texts: Sequence[str | None], looks: Sequence[str | None]
) -> Iterator[tuple[int, int]]:
    """The changed cells as runs from a column to another; short gaps that cost less than going over them are in."""
    if not changed:
        return
    start = before = changed[0]
    for x in changed:
        gap = x - before - 1
        if gap > 0 and (
            gap > _GAP
            or any(look != looks[before] for look in looks[before + 1 : x])
            or not all(text and text.isascii() for text in texts[before + 1 : x])
        ):
            yield _whole(start, before + 1, texts)
            start = x
        before = x
    yield _whole(start, before + 1, texts)


def _whole(start: int, end: int, texts: Sequence[str | None]) -> tuple[int, int]:
    """A run that does not begin or end in the middle of a character that is several cells wide."""
    while start and texts[start] == "":
        start -= 1
    while end < len(texts) and texts[end] == "":
        end += 1
    return start, end
