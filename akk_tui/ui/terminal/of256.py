"""Colours for terminals that have 256 of them: of those the one that looks most alike.

Rich takes whatever is a little coloured for the nearest corner of a cube of six steps: the dark greys with a breath of
blue, of which themes are made, become black, navy and teal. Here likeness is the distance in Oklab (Ottosson 2020), and
the 24 greys count as much as the cube.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import product
from typing import Final, NamedTuple

from rich.color import Color as RichColour
from rich.color import ColorType
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

_STEPS: Final = (0, 95, 135, 175, 215, 255)
"""The values of the cube's colours, which have the numbers from 16 on."""
_GREYS: Final = range(8, 248, 10)
"""Those of the greys, from 232 on."""


class Lab(NamedTuple):
    """Lightness from 0 to 1, and how far from grey towards red and towards yellow."""

    lightness: float
    red: float
    yellow: float


@lru_cache(1024)
def lab(red: int, green: int, blue: int) -> Lab:
    """A colour of sRGB in Oklab."""
    r, g, b = (_linear(value / 255) for value in (red, green, blue))
    long = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    middle = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    short = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    return Lab(
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


@lru_cache(1024)
def nearest(red: int, green: int, blue: int) -> int:
    """The number, from 16 to 255, of the colour that looks most like this one."""
    wanted = lab(red, green, blue)

    def distance(number: int) -> float:
        return sum((a - b) ** 2 for a, b in zip(wanted, lab(*value_of(number)), strict=True))

    cube = (16 + 36 * r + 6 * g + b for r, g, b in product(_around(red), _around(green), _around(blue)))
    light = wanted.lightness**3
    grey = 255 * (light * 12.92 if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055)
    at = (grey - _GREYS[0]) / 10
    greys = {232 + min(max(0, n), len(_GREYS) - 1) for n in (int(at), int(at) + 1)}
    return min((*cube, *greys), key=distance)


def _around(value: int) -> tuple[int, ...]:
    """The steps of the cube under and over ``value``."""
    above = next(n for n, step in enumerate(_STEPS) if step >= value)
    return (above,) if _STEPS[above] == value else (above - 1, above)


def value_of(number: int) -> tuple[int, int, int]:
    """Red, green and blue of a colour from 16 to 255."""
    if number >= 232:
        grey = _GREYS[number - 232]
        return grey, grey, grey
    number -= 16
    return _STEPS[number // 36], _STEPS[number // 6 % 6], _STEPS[number % 6]


def _one_of(colour: RichColour | None) -> RichColour | None:
    if colour is None or colour.type is not ColorType.TRUECOLOR or colour.triplet is None:
        return None
    return RichColour.from_ansi(nearest(*colour.triplet))


@lru_cache(4096)
def alike(style: Style) -> Style:
    """``style`` in colours out of 256; what names a colour of the terminal stays."""
    colour, background = _one_of(style.color), _one_of(style.bgcolor)
    return style if colour is background is None else style + Style(color=colour, bgcolor=background)


class Of256Filter(LineFilter):
    """Replaces every colour by the one out of 256 that looks most like it."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [
            segment if segment.style is None else Segment(segment.text, alike(segment.style), segment.control)
            for segment in segments
        ]
