"""A plot of scores over days in characters: reported values, the pass mark, and the band of the forecast.

Each has characters of its own, so that it is readable without colour and after every one was replaced by one of ASCII.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Final, NamedTuple

from akk_tui.i18n import day, number

POINT: Final = "●"
LINE: Final = "·"
MARK: Final = "─"
BAND: Final = "░"
MIDDLE: Final = "▒"
_TICK: Final = "┤"
_AXIS: Final = "│"
_FLOOR: Final = "─"
_CORNER: Final = "└"
_FLOOR_TICK: Final = "┴"
_LEAST_SPAN: Final = 10.0
"""Points that the plot shows at least from top to bottom."""
_STEPS: Final = (1, 2, 5, 10, 20, 25, 50)
_SPACING: Final = 3
"""Rows between two figures at the side, at least."""

_Put = Callable[[int, int, str, str], None]
"""Draws a character of a style at (column, row)."""
Span = tuple[str, str]
"""Text and what it is: ``axis``, ``history``, ``mark``, ``band`` or ``middle``."""


class Paces(NamedTuple):
    """Points a day that the forecast reckons with."""

    slow: float
    middle: float
    fast: float


class Picture(NamedTuple):
    """What is plotted: (day, value) oldest first, the pass mark, and the days from ``first`` to ``last``.

    With ``paces`` the band begins at the newest value and ends on ``last``.
    """

    points: Sequence[tuple[date, float]]
    mark: float
    first: date
    last: date
    paces: Paces | None = None


def plot(picture: Picture, width: int, height: int) -> list[list[Span]]:
    """The picture in ``height`` lines of at most ``width`` cells, the last two of them the axis of days.

    Figures stand at the left, days below, both in the form of the language in use. Nothing where it is too small.
    """
    rows = height - 2
    scale = _Scale.of(picture, rows)
    if rows < 3 or width < 20 or scale is None:
        return []
    labels = {scale.row(value): number(value, 0) for value in scale.ticks(rows)}
    labels[scale.row(picture.mark)] = number(picture.mark, 0 if picture.mark == int(picture.mark) else 2)
    side = max(map(len, labels.values()))
    columns = width - side - 2
    cells = _cells(picture, scale, columns, rows)
    lines: list[list[Span]] = []
    for row in range(rows):
        label = labels.get(row, "")
        axis = f"{label:>{side}} {_TICK if label else _AXIS}"
        lines.append([(axis, "axis"), *_runs(cells[row])])
    floor, days = _days(picture, columns)
    lines.append([(" " * side + f" {_CORNER}{floor}", "axis")])
    lines.append([(" " * (side + 2) + days, "axis")])
    return lines


def plain(lines: Sequence[Sequence[Span]]) -> str:
    """The lines without their styles."""
    return "\n".join("".join(text for text, _style in line).rstrip() for line in lines)


class _Scale(NamedTuple):
    low: float
    high: float
    rows: int
    mark: float

    @classmethod
    def of(cls, picture: Picture, rows: int) -> _Scale | None:
        values = [value for _day, value in picture.points]
        shown = [*values, picture.mark]
        if picture.paces is not None and values:
            days = (picture.last - picture.points[-1][0]).days
            shown.append(min(100.0, max(0.0, values[-1] + picture.paces.middle * days)))
        low, high = min(shown), max(shown)
        spare = max(1.0, (high - low) * 0.08)
        low, high = max(0.0, low - spare), min(100.0, high + spare)
        if high - low < _LEAST_SPAN:
            low = max(0.0, min(low, high - _LEAST_SPAN))
            high = min(100.0, max(high, low + _LEAST_SPAN))
        return cls(low, high, rows, picture.mark) if rows > 1 else None

    def row(self, value: float) -> int:
        """The row of a value, counted from the top; outside the plot for values outside the scale.

        However coarse the rows are, what lies below the pass mark stands below its line, what lies above it above.
        """
        mark = min(max(self._nearest(self.mark), 1), self.rows - 2)
        row = self._nearest(value)
        if value == self.mark:
            return mark
        return max(row, mark + 1) if value < self.mark else min(row, mark - 1)

    def _nearest(self, value: float) -> int:
        return round((self.high - value) / (self.high - self.low) * (self.rows - 1))

    def ticks(self, rows: int) -> list[float]:
        """Round figures that stand far enough apart."""
        span = self.high - self.low
        step = next((one for one in _STEPS if one / span * (rows - 1) >= _SPACING), 50)
        first = int(self.low // step + (1 if self.low % step else 0)) * step
        return [float(value) for value in range(first, int(self.high) + 1, step)]


def _column(picture: Picture, at: date, columns: int) -> int:
    days = max(1, (picture.last - picture.first).days)
    return round((at - picture.first).days / days * (columns - 1))


def _cells(picture: Picture, scale: _Scale, columns: int, rows: int) -> list[list[tuple[str, str]]]:
    """Rows of (character, style); what matters most is drawn last."""
    grid = [[(" ", "")] * columns for _row in range(rows)]

    def put(column: int, row: int, char: str, style: str) -> None:
        if 0 <= column < columns and 0 <= row < rows:
            grid[row][column] = (char, style)

    if picture.paces is not None and picture.points:
        _draw_band(picture, scale, columns, rows, put)
    for column in range(columns):
        if grid[scale.row(picture.mark)][column][0] == " ":
            put(column, scale.row(picture.mark), MARK, "mark")
    _draw_history(picture, scale, columns, put)
    return grid


def _draw_band(picture: Picture, scale: _Scale, columns: int, rows: int, put: _Put) -> None:
    start, value = picture.points[-1]
    paces = picture.paces
    begin = _column(picture, start, columns)
    days = (picture.last - start).days
    if paces is None or days <= 0 or begin >= columns - 1:
        return
    for column in range(begin + 1, columns):
        gone = days * (column - begin) / (columns - 1 - begin)
        low, middle, high = (min(100.0, max(0.0, value + pace * gone)) for pace in paces)
        top, bottom = scale.row(high), min(scale.row(low), rows - 1)
        for row in range(max(top, 0), bottom + 1):
            put(column, row, BAND, "band")
        put(column, scale.row(middle), MIDDLE, "middle")


def _draw_history(picture: Picture, scale: _Scale, columns: int, put: _Put) -> None:
    places = [(_column(picture, at, columns), value) for at, value in picture.points]
    for (left, before), (right, after) in pairwise(places):
        last = scale.row(before)
        for column in range(left + 1, right + 1):
            row = scale.row(before + (after - before) * (column - left) / (right - left))
            # A steep line leaves no gap between two columns.
            for between in range(min(row, last + 1), max(row, last - 1) + 1):
                put(column, between, LINE, "history")
            last = row
    for column, value in places:
        put(column, scale.row(value), POINT, "history")


def _runs(cells: Sequence[tuple[str, str]]) -> list[Span]:
    """Neighbouring cells of one style joined."""
    runs: list[Span] = []
    for char, style in cells:
        if runs and (runs[-1][1] == style or char == " "):
            runs[-1] = (runs[-1][0] + char, runs[-1][1])
        else:
            runs.append((char, style))
    return runs


def _days(picture: Picture, columns: int) -> tuple[str, str]:
    """The floor with its ticks, and the days under them: the first, the last, the newest value, then months."""
    wanted = [picture.first, picture.last]
    if picture.points:
        wanted.append(picture.points[-1][0])
    month = date(picture.first.year, picture.first.month, 1)
    while month <= picture.last:
        if month > picture.first:
            wanted.append(month)
        month = (month + timedelta(days=32)).replace(day=1)
    floor, words = [_FLOOR] * columns, [" "] * columns
    for at in wanted:
        column = _column(picture, at, columns)
        if not 0 <= column < columns:
            continue
        text = day(at, year=at.year != picture.last.year)
        start = min(max(0, column - len(text) // 2), columns - len(text))
        if start < 0 or any(char != " " for char in words[max(0, start - 2) : start + len(text) + 2]):
            continue
        words[start : start + len(text)] = text
        floor[column] = _FLOOR_TICK
    return "".join(floor), "".join(words)
