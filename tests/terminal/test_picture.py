"""Pictures of a terminal's screen: every cell at its place, with its colours and its weight."""

from __future__ import annotations

from xml.etree import ElementTree

import pyte
import pytest
from picture import HEIGHT, svg, WIDTH

SVG = "{http://www.w3.org/2000/svg}"


def drawn(written: str, columns: int = 20, rows: int = 2) -> ElementTree.Element:
    """The picture of a small screen on which ``written`` was written."""
    screen = pyte.Screen(columns, rows)
    pyte.Stream(screen).feed(written)
    return ElementTree.fromstring(svg(screen, "Judul & isi"))


def texts(picture: ElementTree.Element) -> list[ElementTree.Element]:
    return list(picture.iter(f"{SVG}text"))


def test_words_stand_in_their_cells() -> None:
    one, two, three = texts(drawn("ab cd   e<\r\n  é"))
    assert (one.text, two.text, three.text) == ("ab cd", "e<", "é")
    assert [float(found.get("x", "")) for found in (one, two, three)] == [0, 8 * WIDTH, 2 * WIDTH]
    assert float(one.get("textLength", "")) == 5 * WIDTH
    assert float(three.get("y", "")) - float(one.get("y", "")) == HEIGHT


def test_colours_and_weight() -> None:
    one, two = texts(drawn("\x1b[1;38;2;16;32;48mtebal\x1b[0m\x1b[7mbalik"))
    assert (one.get("fill"), one.get("class")) == ("#102030", "b")
    assert (two.get("fill"), two.get("class")) == ("#101418", None)


def test_a_background_is_one_area() -> None:
    picture = drawn("\x1b[48;2;1;2;3ma\x1b[31mb \x1b[0mc")
    areas = [area for area in picture.iter(f"{SVG}rect") if area.get("fill") == "#010203"]
    assert [(area.get("x"), float(area.get("width", ""))) for area in areas] == [("0", pytest.approx(3 * WIDTH))]


@pytest.mark.parametrize(
    ("char", "kind", "count"),
    [("─", "path", 1), ("╭", "path", 1), ("┼", "path", 1), ("▃", "rect", 2), ("⠛", "circle", 4)],
)
def test_lines_blocks_and_dots_are_shapes(char: str, kind: str, count: int) -> None:
    picture = drawn(char)
    assert len(list(picture.iter(SVG + kind))) == count
    assert not texts(picture)


def test_it_has_a_title() -> None:
    assert drawn("x").findtext(f"{SVG}title") == "Judul & isi"
