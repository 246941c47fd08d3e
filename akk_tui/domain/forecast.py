"""The day on which the pass mark is passed, by a robust line through the official history.

The pace is the Theil–Sen slope: the median of the slopes between all pairs of points. It starts from the newest
value. The band of days comes from Sen's confidence limits of that slope at 80 % (P. K. Sen, 1968: the ranks of the
pairwise slopes, by the variance of Kendall's S without ties).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final, Literal

from msgspec import Struct

ForecastKind = Literal["passed", "date", "not_by_assessment", "no_data"]

LEAST_POINTS: Final = 3
STEP: Final = 0.01
"""Scores have two decimals."""
_HORIZON_DAYS: Final = 3660
"""A day further away than this is no answer."""
_Z80: Final = 1.2816
"""The normal deviate that 80 % lie within."""


class Forecast(Struct, frozen=True):
    """When the pass mark is passed. ``low`` and ``high`` bound the day (earliest, latest; None: open).

    ``passed``: ``day`` is the as-of day since which every value passes. ``date``: it comes by the assessment day.
    ``not_by_assessment``: it comes later (``day``), or never at this pace (no ``day``). ``no_data``: too few points.
    """

    kind: ForecastKind
    day: date | None = None
    low: date | None = None
    high: date | None = None
    per_week: float | None = None
    """Robust slope in points a week."""


def passes_mark(value: float, mark: float, at_mark: bool) -> bool:
    """Whether ``value``, on two decimals, passes ``mark``."""
    value, mark = round(value, 2), round(mark, 2)
    return value >= mark if at_mark else value > mark


def first_passing(mark: float, at_mark: bool) -> float:
    """The least value of two decimals that passes."""
    return mark if at_mark else round(mark + STEP, 2)


def forecast(
    history: Sequence[tuple[date, float]], mark: float, at_mark: bool, today: date, assessment: date
) -> Forecast:
    """The forecast from official values with their as-of days, in any order; what is dated after today is left out."""
    points = sorted({day: value for day, value in history if day <= today}.items())
    if points and passes_mark(points[-1][1], mark, at_mark):
        since = points[-1][0]
        for day, value in reversed(points):
            if not passes_mark(value, mark, at_mark):
                break
            since = day
        return Forecast("passed", since, since, since, _per_week(points))
    if len(points) < LEAST_POINTS:
        return Forecast("no_data")
    slopes = _slopes(points)
    pace = _middle(slopes)
    slow, fast = _limits(slopes, len(points))
    target = first_passing(mark, at_mark)
    day = _reached(points[-1], target, pace, today)
    low = _reached(points[-1], target, fast, today)
    high = _reached(points[-1], target, slow, today)
    kind: ForecastKind = "date" if day is not None and day <= assessment else "not_by_assessment"
    return Forecast(kind, day, low, high, pace * 7)


def paces(history: Sequence[tuple[date, float]], today: date) -> tuple[float, float, float] | None:
    """The slow, the middle and the fast pace in points a day that :func:`forecast` reckons with.

    None with too few points. What is dated after ``today`` is left out.
    """
    points = sorted({day: value for day, value in history if day <= today}.items())
    if len(points) < LEAST_POINTS:
        return None
    slopes = _slopes(points)
    slow, fast = _limits(slopes, len(points))
    return slow, _middle(slopes), fast


def _slopes(points: Sequence[tuple[date, float]]) -> list[float]:
    """The slopes of all pairs, points a day, ascending."""
    return sorted(
        (later[1] - earlier[1]) / (later[0] - earlier[0]).days
        for number, later in enumerate(points)
        for earlier in points[:number]
    )


def _middle(ordered: Sequence[float]) -> float:
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def _limits(slopes: Sequence[float], points: int) -> tuple[float, float]:
    spread = _Z80 * (points * (points - 1) * (2 * points + 5) / 18) ** 0.5
    below = max(0, int((len(slopes) - spread) / 2))
    return slopes[below], slopes[len(slopes) - 1 - below]


def _per_week(points: Sequence[tuple[date, float]]) -> float | None:
    return _middle(_slopes(points)) * 7 if len(points) >= LEAST_POINTS else None


def _reached(newest: tuple[date, float], target: float, pace: float, today: date) -> date | None:
    """The day on which ``target`` is reached from ``newest``; tomorrow at the earliest, since today it is not."""
    day, value = newest
    if pace <= 0 or target > 100:
        return None
    days = (target - value) / pace
    if days > _HORIZON_DAYS:
        return None
    # A hair below a whole day is that day: 12.51 points at 0.9 a day must not come a day later by rounding.
    whole = -int(-(days - 1e-9) // 1)
    return max(day + timedelta(days=whole), today + timedelta(days=1))
