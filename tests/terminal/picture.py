"""A picture of a terminal's screen as SVG: every cell at its place in every font, lines and blocks drawn as shapes.

What a browser shows as an image loads no fonts, and monospaced fonts differ in width and in their box drawing. So each
run of text says how long it is, and lines, blocks and braille dots are not text at all.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from html import escape
from typing import Final, NamedTuple

from pyte import Screen
from pyte.screens import Char
from rich.cells import cell_len

WIDTH, HEIGHT, SIZE, MARGIN = 8.4, 18.0, 14.0, 10.0
"""Of a cell, of the font, and around the screen."""
_FONTS: Final = "ui-monospace, 'DejaVu Sans Mono', 'Cascadia Mono', Menlo, Consolas, monospace"
_FOREGROUND, _BACKGROUND = "d8dee9", "101418"
_NAMED: Final = {
    "black": "101418",
    "red": "cd3131",
    "green": "0dbc79",
    "brown": "e5e510",
    "blue": "2472c8",
    "magenta": "bc3fbc",
    "cyan": "11a8cd",
    "white": "d8dee9",
    "brightblack": "666666",
    "brightred": "f14c4c",
    "brightgreen": "23d18b",
    "brightbrown": "f5f543",
    "brightblue": "3b8eea",
    "brightmagenta": "d670d6",
    "brightcyan": "29b8db",
    "brightwhite": "ffffff",
}
_WORDS: Final = re.compile(r"\S+(?: \S+)*")
_SIDES: Final = ("UP", "DOWN", "LEFT", "RIGHT")
_BRAILLE: Final = ((0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3))
"""Column and row of each dot, in the order of its bit."""


class Look(NamedTuple):
    """How a cell is drawn; colours are six hex digits."""

    fg: str
    bg: str
    bold: bool
    italic: bool
    underline: bool
    strike: bool


class Run(NamedTuple):
    """Cells of one look side by side: the first column, how many, their text."""

    at: int
    cells: int
    text: str
    look: Look


def svg(screen: Screen, title: str) -> str:
    """The picture of ``screen``; ``title`` says what it shows to who cannot see it."""
    lines = [list(_runs(screen, y)) for y in range(screen.lines)]
    areas = Counter[str]()
    for run in (run for line in lines for run in line):
        areas[run.look.bg] += run.cells
    canvas = areas.most_common(1)[0][0]
    width, height = screen.columns * WIDTH + 2 * MARGIN, screen.lines * HEIGHT + 2 * MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_n(width)} {_n(height)}" width="{_n(width)}"'
        f' height="{_n(height)}" role="img">',
        f"<title>{escape(title)}</title>",
        f"<style>text{{font:{_n(SIZE)}px {_FONTS}}}.b{{font-weight:bold}}.i{{font-style:italic}}"
        ".u{text-decoration:underline}.s{text-decoration:line-through}</style>",
        f'<rect width="100%" height="100%" rx="8" fill="#{canvas}"/>',
        f'<g transform="translate({_n(MARGIN)} {_n(MARGIN)})">',
    ]
    for y, line in enumerate(lines):
        parts += [
            f'<rect x="{_n(run.at * WIDTH)}" y="{_n(y * HEIGHT)}" width="{_n(run.cells * WIDTH)}"'
            f' height="{_n(HEIGHT)}" fill="#{run.look.bg}"/>'
            for run in _joined(line)
            if run.look.bg != canvas
        ]
    for y, line in enumerate(lines):
        for run in line:
            parts += _drawn(run, y)
    return "\n".join((*parts, "</g>", "</svg>", ""))


def _runs(screen: Screen, y: int) -> Iterator[Run]:
    """The cells of a line by what they look like; shapes stand alone, and so does text apart from long gaps."""
    row, start, text, look = screen.buffer[y], 0, "", None
    for x in range(screen.columns):
        char = row[x]
        this = _look(char)
        shape = _is_shape(char.data)
        before = text[-1:] or " "
        if text and (this != look or shape or _is_shape(before)):
            yield Run(start, x - start, text, look or this)
            start, text = x, ""
        look = this
        text += char.data
    if text and look is not None:
        yield Run(start, screen.columns - start, text, look)


def _joined(line: list[Run]) -> Iterator[Run]:
    """The runs of a line with neighbours of one background as one."""
    held: Run | None = None
    for run in line:
        if held is not None and held.look.bg == run.look.bg:
            held = held._replace(cells=held.cells + run.cells)
        else:
            if held is not None:
                yield held
            held = run
    if held is not None:
        yield held


def _look(char: Char) -> Look:
    fg, bg = _colour(char.fg, _FOREGROUND), _colour(char.bg, _BACKGROUND)
    if char.reverse:
        fg, bg = bg, fg
    return Look(fg, bg, char.bold, char.italics, char.underscore, char.strikethrough)


def _colour(name: str, default: str) -> str:
    return default if name == "default" else _NAMED.get(name, name)


def _is_shape(text: str) -> bool:
    return len(text) == 1 and ("\u2500" <= text <= "\u259f" or "\u2800" <= text <= "\u28ff")


def _drawn(run: Run, y: int) -> Iterator[str]:
    left, top, colour = run.at * WIDTH, y * HEIGHT, f"#{run.look.fg}"
    if _is_shape(run.text):
        yield from _shape(run.text, left, top, colour)
        return
    names = zip("bius", run.look[2:], strict=True)
    kind = " ".join(name for name, on in names if on)
    named = f' class="{kind}"' if kind else ""
    # A gap is no text: viewers differ in what they make of several blanks.
    for words in _WORDS.finditer(run.text):
        x = left + cell_len(run.text[: words.start()]) * WIDTH
        yield (
            f'<text x="{_n(x)}" y="{_n(top + HEIGHT * 0.74)}" fill="{colour}"{named}'
            f' textLength="{_n(cell_len(words[0]) * WIDTH)}" lengthAdjust="spacingAndGlyphs">'
            f"{escape(words[0], quote=False)}</text>"
        )


def _shape(char: str, left: float, top: float, colour: str) -> Iterator[str]:
    code = ord(char)
    if code >= 0x2800:
        for bit, (column, row) in enumerate(_BRAILLE):
            if (code - 0x2800) >> bit & 1:
                x, y = left + WIDTH * (0.28 + 0.44 * column), top + HEIGHT * (0.14 + 0.24 * row)
                yield f'<circle cx="{_n(x)}" cy="{_n(y)}" r="1.3" fill="{colour}"/>'
    elif code < 0x2580:
        yield from _line(char, left, top, colour)
    else:
        yield from _block(code, left, top, colour)


def _line(char: str, left: float, top: float, colour: str) -> Iterator[str]:
    """A box drawing character by what its name says: from the middle of the cell to the sides it names."""
    words = set(unicodedata.name(char).split())
    if "VERTICAL" in words:
        words |= {"UP", "DOWN"}
    if "HORIZONTAL" in words:
        words |= {"LEFT", "RIGHT"}
    x, y = left + WIDTH / 2, top + HEIGHT / 2
    ends = {"UP": (x, top), "DOWN": (x, top + HEIGHT), "LEFT": (left, y), "RIGHT": (left + WIDTH, y)}
    sides = [side for side in _SIDES if side in words]
    style = f'fill="none" stroke="{colour}" stroke-width="{2.6 if "HEAVY" in words or "DOUBLE" in words else 1.2}"'
    if words & {"DASH"}:
        style += ' stroke-dasharray="2.4 1.8"'
    if "ARC" in words:
        (x1, y1), (x2, y2) = (ends[side] for side in sides)
        yield f'<path d="M{_n(x1)} {_n(y1)}Q{_n(x)} {_n(y)} {_n(x2)} {_n(y2)}" {style}/>'
        return
    path = "".join(f"M{_n(x)} {_n(y)}L{_n(ends[side][0])} {_n(ends[side][1])}" for side in sides)
    yield f'<path d="{path}" {style}/>'


def _block(code: int, left: float, top: float, colour: str) -> Iterator[str]:
    """A block element: a part of the cell, or all of it as a shade."""
    x, y, width, height, opacity = left, top, WIDTH, HEIGHT, 1.0
    if code == 0x2580:
        height /= 2
    elif 0x2581 <= code <= 0x2588:
        part = (code - 0x2580) / 8
        y, height = top + HEIGHT * (1 - part), HEIGHT * part
    elif 0x2589 <= code <= 0x258F:
        width *= (0x2590 - code) / 8
    elif code == 0x2590:
        x, width = left + WIDTH / 2, WIDTH / 2
    elif code <= 0x2593:
        opacity = (code - 0x2590) / 4
    elif code == 0x2594:
        height /= 8
    elif code == 0x2595:
        x, width = left + WIDTH * 7 / 8, WIDTH / 8
    faint = f' fill-opacity="{opacity}"' if opacity < 1 else ""
    yield f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}" fill="{colour}"{faint}/>'


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
