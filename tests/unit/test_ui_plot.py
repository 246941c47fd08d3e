"""The plot of scores as plain lines."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from akk_tui import i18n
from akk_tui.ui.widgets import plot
from akk_tui.ui.widgets.plot import Paces, Picture

FIRST, LAST = date(2025, 9, 1), date(2025, 11, 4)
POINTS = ((date(2025, 9, 1), 70.0), (date(2025, 9, 15), 75.0), (date(2025, 10, 3), 82.0))
PACES = Paces(0.1, 0.3, 0.6)


def drawn(picture: Picture, width: int = 60, height: int = 16) -> list[str]:
    return plot.plain(plot.plot(picture, width, height)).split("\n")


def test_points_mark_band_and_axes() -> None:
    lines = drawn(Picture(POINTS, 90.0, FIRST, LAST, PACES))
    assert len(lines) == 16
    assert all(len(line) <= 60 for line in lines)
    text = "\n".join(lines)
    assert text.count(plot.POINT) == 3
    mark = next(line for line in lines if "90 ┤" in line)
    assert plot.MARK * 20 in mark
    assert plot.BAND in text
    assert plot.MIDDLE in text
    assert lines[-2].strip().startswith("└┴")
    for day in ("1 Sep", "3 Okt", "4 Nov"):
        assert day in lines[-1]


def test_higher_values_stand_higher_and_later_days_further_right() -> None:
    lines = drawn(Picture(POINTS, 90.0, FIRST, LAST))
    places = [(row, line.index(plot.POINT)) for row, line in enumerate(lines) if plot.POINT in line]
    assert places == sorted(places, key=lambda place: -place[1])
    assert plot.BAND not in "\n".join(lines), "no forecast, no band"


@pytest.mark.parametrize("height", range(5, 12))
@pytest.mark.parametrize(("value", "over"), [(89.9, False), (84.05, False), (90.01, True)])
def test_no_row_is_too_coarse_to_tell_whether_a_value_passed(height: int, value: float, over: bool) -> None:
    points = ((FIRST, 40.15), (FIRST + timedelta(days=30), value))
    lines = drawn(Picture(points, 90.0, FIRST, LAST), height=height)
    mark = next(row for row, line in enumerate(lines) if plot.MARK * 10 in line and "└" not in line)
    assert plot.POINT not in lines[mark]
    assert plot.LINE not in lines[mark] or over
    above = sum(line.count(plot.POINT) for line in lines[:mark])
    assert above == (1 if over else 0)


def test_a_steep_line_has_no_gap() -> None:
    points = ((FIRST, 10.0), (FIRST + timedelta(days=1), 95.0))
    lines = drawn(Picture(points, 90.0, FIRST, LAST))
    first, last = (row for row, line in enumerate(lines) if plot.POINT in line)
    assert all(plot.LINE in line or plot.POINT in line for line in lines[first : last + 1])


def test_the_band_widens_and_its_middle_lies_within() -> None:
    lines = plot.plot(Picture(POINTS, 90.0, FIRST, LAST, Paces(-0.2, 0.2, 0.8)), 80, 30)
    rows = ["".join(text for text, _style in line) for line in lines[:-2]]

    def at(column: int) -> list[str]:
        return [row[column] for row in rows if column < len(row) and row[column] in plot.BAND + plot.MIDDLE]

    near, far = at(50), at(79)
    assert 0 < len(near) < len(far)
    assert far[0] == far[-1] == plot.BAND
    assert plot.MIDDLE in far


def test_each_part_has_its_style() -> None:
    styles = {style for line in plot.plot(Picture(POINTS, 90.0, FIRST, LAST, PACES), 60, 16) for _text, style in line}
    assert {"axis", "history", "mark", "band", "middle"} <= styles


@pytest.mark.parametrize(("width", "height"), [(19, 16), (60, 4), (0, 0)])
def test_nothing_is_drawn_where_it_is_too_small(width: int, height: int) -> None:
    assert plot.plot(Picture(POINTS, 90.0, FIRST, LAST), width, height) == []


def test_equal_values_get_a_scale_of_ten_points() -> None:
    lines = drawn(Picture(((FIRST, 95.0), (LAST, 95.0)), 95.0, FIRST, LAST))
    assert "95 ┤" in "\n".join(lines)
    lines = drawn(Picture(((FIRST, 100.0), (LAST, 100.0)), 100.0, FIRST, LAST))
    assert "100 ┤" in "\n".join(lines)
    lines = drawn(Picture(((FIRST, 0.0), (LAST, 0.0)), 0.5, FIRST, LAST))
    assert any("┤" in line for line in lines)


def test_one_day_alone_is_drawn() -> None:
    assert plot.POINT in "\n".join(drawn(Picture(((FIRST, 50.0),), 90.0, FIRST, FIRST)))
    assert plot.POINT not in "\n".join(drawn(Picture((), 90.0, FIRST, LAST, PACES)))


def test_a_newest_value_on_the_last_day_has_no_band() -> None:
    points = (*POINTS, (LAST, 89.0))
    assert plot.BAND not in "\n".join(drawn(Picture(points, 90.0, FIRST, LAST, PACES)))


def test_figures_and_days_are_in_the_language() -> None:
    i18n.use("en")
    try:
        lines = drawn(Picture(POINTS, 90.5, FIRST, LAST))
    finally:
        i18n.use("id")
    text = "\n".join(lines)
    assert "90.50 ┤" in text
    assert "3 Oct" in text


def test_days_of_another_year_tell_it() -> None:
    lines = drawn(Picture(((date(2024, 11, 1), 60.0), (FIRST, 70.0)), 90.0, date(2024, 11, 1), LAST), width=100)
    assert "1 Nov 2024" in lines[-1]
