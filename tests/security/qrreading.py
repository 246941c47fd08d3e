"""Reads a QR code off a terminal's screen, by ISO/IEC 18004 and with nothing of what drew it: versions 1 to 6, bytes.

A module counts by the colours of its cell, as a camera sees them. There are no errors to correct on a screen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyte

Modules = Sequence[Sequence[bool]]
_BLOCKS = {
    1: {(1, 19): "L", (1, 16): "M", (1, 13): "Q", (1, 9): "H"},
    2: {(1, 34): "L", (1, 28): "M", (1, 22): "Q", (1, 16): "H"},
    3: {(1, 55): "L", (1, 44): "M", (2, 17): "Q", (2, 13): "H"},
    4: {(1, 80): "L", (2, 32): "M", (2, 24): "Q", (4, 9): "H"},
    5: {(1, 108): "L", (2, 43): "M"},
    6: {(2, 68): "L", (4, 27): "M", (4, 19): "Q", (4, 15): "H"},
}
"""How many blocks of how many codewords of data, by version and level (those of equal blocks)."""
_LEVELS = {0b01: "L", 0b00: "M", 0b11: "Q", 0b10: "H"}
_MASKS = (
    lambda y, x: (y + x) % 2,
    lambda y, x: y % 2,
    lambda y, x: x % 3,
    lambda y, x: (y + x) % 3,
    lambda y, x: (y // 2 + x // 3) % 2,
    lambda y, x: y * x % 2 + y * x % 3,
    lambda y, x: (y * x % 2 + y * x % 3) % 2,
    lambda y, x: ((y + x) % 2 + y * x % 3) % 2,
)


def on_screen(screen: pyte.Screen) -> Modules:
    """The modules of the code that is drawn in black and white, its light margin included; True is dark."""
    cells = [(y, x) for y in range(screen.lines) for x in range(screen.columns) if _light(screen.buffer[y][x].bg)]
    assert cells, "no code on the screen"
    top, bottom = min(y for y, _x in cells), max(y for y, _x in cells)
    left, right = min(x for _y, x in cells), max(x for _y, x in cells)
    assert len(cells) == (bottom - top + 1) * (right - left + 1), "the margin has holes"
    rows: list[list[bool]] = []
    for y in range(top, bottom + 1):
        line = [screen.buffer[y][x] for x in range(left, right + 1)]
        assert all(cell.data in " ▀▄█" and (cell.data == " " or cell.fg in ("000000", "black")) for cell in line)
        rows.append([cell.data in "▀█" for cell in line])
        rows.append([cell.data in "▄█" for cell in line])
    return rows


def _light(colour: str) -> bool:
    return colour in ("ffffff", "white", "brightwhite")


def read(modules: Modules) -> tuple[str, int]:
    """The text of the code, and how many light modules at least are around it on each side."""
    dark = [(y, x) for y, row in enumerate(modules) for x, found in enumerate(row) if found]
    top, left = min(y for y, _x in dark), min(x for _y, x in dark)
    size = max(x for _y, x in dark) - left + 1
    code = [list(row[left : left + size]) for row in modules[top : top + size]]
    assert all(len(row) == size for row in code)
    assert len(code) == size
    margin = min(top, left, len(modules) - top - size, len(modules[0]) - left - size)
    return _text(code), margin


def _text(code: list[list[bool]]) -> str:
    size = len(code)
    version = (size - 17) // 4
    assert size == 17 + 4 * version
    around = [(8, x) for x in (0, 1, 2, 3, 4, 5, 7, 8)] + [(y, 8) for y in (7, 5, 4, 3, 2, 1, 0)]
    told = int("".join(str(int(code[y][x])) for y, x in around), 2) ^ 0b101010000010010
    level, mask = _LEVELS[told >> 13], _MASKS[told >> 10 & 7]
    bits = [code[y][x] != (mask(y, x) == 0) for y, x in _path(size, version)]
    words = [int("".join(str(int(bit)) for bit in bits[at : at + 8]), 2) for at in range(0, len(bits) - 7, 8)]
    blocks, each = next(found for found, name in _BLOCKS[version].items() if name == level)
    data = [words[place * blocks + block] for block in range(blocks) for place in range(each)]
    stream = "".join(f"{word:08b}" for word in data)
    assert stream[:4] == "0100", "not bytes"
    count = int(stream[4:12], 2)
    return bytes(int(stream[12 + 8 * at : 20 + 8 * at], 2) for at in range(count)).decode()


def _path(size: int, version: int) -> Iterator[tuple[int, int]]:
    """The modules of data, in their order: upwards and downwards in columns of two, from the right."""
    upwards = True
    right = size - 1
    while right > 0:
        if right == 6:
            right -= 1
        for y in range(size - 1, -1, -1) if upwards else range(size):
            for x in (right, right - 1):
                if not _fixed(y, x, size, version):
                    yield y, x
        upwards = not upwards
        right -= 2


def _fixed(y: int, x: int, size: int, version: int) -> bool:
    """Whether the module belongs to a pattern."""
    corner = (y < 9 and (x < 9 or x >= size - 8)) or (y >= size - 8 and x < 9)
    middle = size - 7
    alignment = version > 1 and abs(y - middle) <= 2 and abs(x - middle) <= 2
    return corner or alignment or 6 in (y, x)
