"""What is written so that a terminal shows other cells: the same screen as from nothing, with few bytes."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pyte
import pytest

from akk_tui.ui.terminal.cells import Cells, cells_of, fills, Piece, Shown
from akk_tui.ui.terminal.sgr import change, plain_blank, slots

# The tracer would double what the many random runs take.
pytestmark = pytest.mark.no_cover

WIDTH, HEIGHT = 40, 12
LOOKS = [
    "", "1", "2", "1;2", "4", "7", "9", "3;4", "31", "91;44", "38;5;208", "38;2;1;2;3", "48;2;9;8;7",
    "1;38;2;1;2;3;48;2;9;8;7", "38;2;1;2;3;48;5;17",
]  # fmt: skip
Line = Sequence[tuple[str, str]]
"""Text and look of each segment."""


def split(line: Line) -> Cells:
    texts: list[str] = []
    looks: list[str] = []
    for text, look in line:
        parts = cells_of(text)
        texts += parts
        looks += [look] * len(parts)
    return texts, looks


def whole(line: Line) -> str:
    return "".join(f"\x1b[{look}m{text}\x1b[0m" if look else text for text, look in line)


class Both:
    """A terminal that is told everything, and one that is told what changes."""

    def __init__(self, *, erases: bool = True) -> None:
        self.screens = [pyte.Screen(WIDTH, HEIGHT) for _ in range(2)]
        self.streams = [pyte.Stream(screen) for screen in self.screens]
        self.shown = Shown(WIDTH, HEIGHT, erases=erases)

    def show(self, lines: Sequence[Line]) -> str:
        self.streams[0].feed("".join(f"\x1b[{y + 1};1H{whole(line)}" for y, line in enumerate(lines)))
        made = self.shown.show((Piece(y, 0, line) for y, line in enumerate(lines)), split)
        self.streams[1].feed(made)
        for y in range(HEIGHT):
            one, other = ([screen.buffer[y][x] for x in range(WIDTH)] for screen in self.screens)
            assert one == other, (y, made)
        return made


def filled(*lines: str, look: str = "") -> list[Line]:
    """A screen of these lines and empty ones."""
    return [[(line.ljust(WIDTH), look)] for line in (*lines, *([""] * (HEIGHT - len(lines))))]


@pytest.mark.parametrize("erases", [True, False])
@pytest.mark.parametrize("seed", range(20))
def test_any_screen_follows_any_other(seed: int, erases: bool) -> None:
    random_ = random.Random(seed)
    both = Both(erases=erases)
    alphabet = "aaab     │─é漢字"

    def line() -> Line:
        made: list[tuple[str, str]] = []
        left = WIDTH
        while left:
            text = "".join(random_.choice(alphabet) for _ in range(random_.randint(1, 9)))
            if random_.random() < 0.3:
                text = " " * random_.randint(1, 30)
            while len(cells_of(text)) > left:
                text = text[:-1]
            text = text or " "
            made.append((text, random_.choice(LOOKS)))
            left -= len(cells_of(text))
        return made

    screen = [line() for _ in range(HEIGHT)]
    for _ in range(25):
        both.show(screen)
        what = random_.random()
        if what < 0.3:
            by = random_.choice((-2, -1, 1, 2))
            screen = [screen[y + by] if 0 <= y + by < HEIGHT else line() for y in range(HEIGHT)]
        for y in range(HEIGHT):
            if random_.random() < 0.3:
                screen[y] = line()


def test_one_cell_costs_its_place_and_itself() -> None:
    both = Both()
    both.show(filled("abcdef"))
    assert both.show(filled("abXdef")) == "\x1b[1;3HX"
    assert both.show(filled("abXdef")) == ""


def test_only_attributes_that_differ_are_written() -> None:
    assert change("1;38;2;1;2;3;48;2;9;8;7", "1;38;2;4;5;6;48;2;9;8;7") == "\x1b[38;2;4;5;6m"
    assert change("1;31", "31") == "\x1b[22m"
    assert change("1;2", "2") == "\x1b[0;2m"
    assert change("31;44", "") == "\x1b[m"
    assert change("7", "7;77") == "\x1b[0;7;77m", "an unknown attribute is written with all others"
    assert slots("1;38;5") is None
    assert plain_blank("1;31;44")
    assert not plain_blank("4")


def test_lines_that_move_are_moved_by_the_terminal() -> None:
    both = Both()
    lines = [f"line {chr(97 + y) * 20} {y}" for y in range(HEIGHT + 3)]
    both.show(filled(*lines[:HEIGHT]))
    made = both.show(filled(*lines[1 : HEIGHT + 1]))
    assert "\x1b[1M" in made
    assert len(made) < 80, made
    assert "\x1b[1L" in both.show(filled(*lines[:HEIGHT]))
    assert "\x1b[3M" in both.show(filled(*lines[3 : HEIGHT + 3]))


def test_a_list_in_a_frame_moves_too() -> None:
    both = Both()
    lines = [f"│ {chr(97 + y) * 20} {y:02} │".ljust(WIDTH - 1) + "▐" for y in range(HEIGHT + 1)]
    top, bottom = f"╭{'─' * (WIDTH - 2)}╮", f"╰{'─' * (WIDTH - 2)}╯"
    both.show(filled(top, *lines[: HEIGHT - 2], bottom))
    assert "\x1b[1M" in both.show(filled(top, *lines[1 : HEIGHT - 1], bottom))


def test_blanks_are_erased_where_the_terminal_fills_them() -> None:
    long = "abc".ljust(WIDTH)
    assert "\x1b[K" in Both().show(filled(long, look="44"))
    assert "\x1b[K" not in Both(erases=False).show(filled(long, look="44"))
    assert "\x1b[K" not in Both().show(filled(long, look="4"))


def test_half_of_a_wide_character_is_never_left() -> None:
    both = Both()
    both.show(filled("a漢b"))
    made = both.show([[("a", ""), ("漢", "31"), ("b".ljust(WIDTH - 3), "")], *filled()[1:]])
    assert made == "\x1b[1;2H\x1b[31m漢\x1b[m"


def test_what_joins_characters_stays_in_one_piece() -> None:
    assert cells_of("e\u0301x") == ("e\u0301x", "")
    assert cells_of("漢") == ("漢", "")
    assert cells_of("│a") == ("│", "a")
    assert cells_of("\u0301") == ()


@pytest.mark.parametrize(
    ("env", "known"),
    [
        ({"TERM": "xterm-256color"}, True),
        *(({"TERM": name}, True) for name in ("xterm", "xterm-direct", "tmux-256color", "st", "st-256color", "linux")),
        *(
            ({"TERM": name}, False)
            for name in ("xterm-color", "xterm-mono", "xterm-kitty", "rxvt", "linux-m1", "stv52")
        ),
        ({"TERM": "screen"}, False),
        ({"TERM": "xterm-256color", "STY": "12.pts"}, False),
        ({"TERM": "vt100"}, False),
        ({}, False),
    ],
)
def test_which_terminals_fill_what_they_erase(env: dict[str, str], known: bool) -> None:
    assert fills(env) is known
