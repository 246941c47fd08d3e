"""The colour out of 256 that looks most like another one."""

from __future__ import annotations

import random

import pytest
from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.color import Color as Background

from akk_tui.ui.terminal.of256 import alike, lab, nearest, Of256Filter, value_of


def test_the_colours_are_those_that_rich_knows() -> None:
    for number in range(16, 256):
        assert tuple(Color.from_ansi(number).get_truecolor()) == value_of(number)


def test_what_is_among_them_stays() -> None:
    for number in range(16, 256):
        assert value_of(nearest(*value_of(number))) == value_of(number)


@pytest.mark.parametrize("seed", range(5))
def test_none_of_them_is_much_nearer(seed: int) -> None:
    """Only some are looked at; the best of all is hardly better."""
    chosen = random.Random(seed)

    def distance(number: int, colour: tuple[int, int, int]) -> float:
        return sum((a - b) ** 2 for a, b in zip(lab(*value_of(number)), lab(*colour), strict=True)) ** 0.5

    for _turn in range(40):
        colour = (chosen.randrange(256), chosen.randrange(256), chosen.randrange(256))
        best = min(distance(number, colour) for number in range(16, 256))
        assert distance(nearest(*colour), colour) <= best + 0.05, colour


@pytest.mark.parametrize("tone", [(0x24, 0x29, 0x36), (0x16, 0x18, 0x1F), (0x2C, 0x31, 0x40)])
def test_a_dark_grey_with_a_breath_of_blue_is_a_grey(tone: tuple[int, int, int]) -> None:
    assert nearest(*tone) >= 232


def test_the_tones_of_a_screen_stay_apart() -> None:
    assert len({nearest(0x16, 0x18, 0x1F), nearest(0x24, 0x29, 0x36), nearest(0x3D, 0x5A, 0x99)}) == 3


def test_attributes_and_colours_of_the_terminal_stay() -> None:
    style = Style.parse("bold red on #242936")
    found = alike(style)
    assert found.bold
    assert found.color == style.color
    assert found.bgcolor == Color.from_ansi(nearest(0x24, 0x29, 0x36))
    assert alike(Style.parse("underline")) == Style.parse("underline")
    line = [Segment("a", style), Segment("b", None)]
    assert Of256Filter().apply(line, Background(0, 0, 0)) == [Segment("a", found), Segment("b", None)]
