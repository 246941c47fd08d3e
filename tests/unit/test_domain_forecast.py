"""The day on which the mark is passed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from akk_tui.domain.forecast import first_passing, forecast, paces, passes_mark

TODAY = date(2025, 10, 6)
ASSESSMENT = date(2025, 11, 4)


def steady(start: float, per_day: float, days: int = 60, every: int = 10) -> list[tuple[date, float]]:
    """Values every few days that end today."""
    return [(TODAY - timedelta(days=days - n), start + per_day * n) for n in range(0, days + 1, every)]


def test_a_steady_climb_is_followed_to_its_day() -> None:
    history = steady(65.0, 0.25)
    found = forecast(history, 90.0, False, TODAY, ASSESSMENT)
    assert history[-1][1] == 80.0
    assert found.kind == "not_by_assessment"
    assert found.day == TODAY + timedelta(days=41)
    assert found.low == found.high == found.day
    assert found.per_week == pytest.approx(1.75)


def test_the_day_counts_up_to_the_assessment() -> None:
    history = [(TODAY - timedelta(days=n), 90.01 - (29 + n) * 0.5) for n in (20, 10, 0)]
    assert forecast(history, 90.0, False, TODAY, ASSESSMENT).kind == "date"
    assert forecast(history, 90.0, False, TODAY, ASSESSMENT).day == ASSESSMENT
    assert forecast(history, 90.0, False, TODAY, ASSESSMENT - timedelta(days=1)).kind == "not_by_assessment"


def test_one_outlier_does_not_bend_the_line() -> None:
    history = steady(65.0, 0.25)
    history[3] = (history[3][0], 30.0)
    found = forecast(history, 90.0, False, TODAY, ASSESSMENT)
    assert found.per_week == pytest.approx(1.75)
    assert found.low is not None
    assert found.day is not None
    assert found.low <= found.day


@pytest.mark.parametrize("count", [0, 1, 2])
def test_too_few_points_are_no_data(count: int) -> None:
    assert forecast(steady(60.0, 0.1)[:count], 90.0, False, TODAY, ASSESSMENT).kind == "no_data"


def test_two_values_of_one_day_are_one_point() -> None:
    history = [(TODAY, 50.0), (TODAY, 51.0), (TODAY - timedelta(days=9), 40.0)]
    assert forecast(history, 90.0, False, TODAY, ASSESSMENT).kind == "no_data"


@pytest.mark.parametrize("pace", [0.0, -0.2])
def test_no_climb_never_comes(pace: float) -> None:
    found = forecast(steady(80.0, pace), 90.0, False, TODAY, ASSESSMENT)
    assert (found.kind, found.day, found.low, found.high) == ("not_by_assessment", None, None, None)
    assert found.per_week == pytest.approx(pace * 7)


def test_a_crawl_has_no_day() -> None:
    assert forecast(steady(50.0, 0.001), 90.0, False, TODAY, ASSESSMENT).day is None


def test_a_mark_that_cannot_be_passed() -> None:
    assert forecast(steady(50.0, 0.5), 100.0, False, TODAY, ASSESSMENT).day is None
    assert forecast(steady(50.0, 0.5), 100.0, True, TODAY, ASSESSMENT).day is not None


def test_passed_names_the_day_since_when() -> None:
    days = [TODAY - timedelta(days=n) for n in (40, 30, 20, 10)]
    found = forecast(list(zip(days, (91.0, 89.0, 90.5, 92.0), strict=True)), 90.0, False, TODAY, ASSESSMENT)
    assert (found.kind, found.day) == ("passed", days[2])
    alone = forecast([(days[0], 95.1)], 90.0, False, TODAY, ASSESSMENT)
    assert (alone.kind, alone.day, alone.per_week) == ("passed", days[0], None)
    always = forecast([(days[0], 95.1), (days[1], 95.2)], 90.0, False, TODAY, ASSESSMENT)
    assert always.day == days[0]


def test_values_of_the_future_are_left_out() -> None:
    history = [*steady(60.0, 0.1), (TODAY + timedelta(days=1), 99.0)]
    assert forecast(history, 90.0, False, TODAY, ASSESSMENT).kind == "not_by_assessment"


def test_a_day_that_has_gone_by_without_a_value_becomes_tomorrow() -> None:
    old = [(day - timedelta(days=40), value) for day, value in steady(73.0, 0.25)]
    found = forecast(old, 90.0, False, TODAY, ASSESSMENT)
    assert found.kind == "date"
    assert found.day == TODAY + timedelta(days=1)


def test_at_the_mark() -> None:
    assert passes_mark(90.0, 90.0, True)
    assert not passes_mark(90.0, 90.0, False)
    assert first_passing(90.0, True) == 90.0
    assert first_passing(90.0, False) == 90.01


histories = st.lists(
    st.tuples(st.dates(date(2025, 1, 1), date(2025, 12, 31)), st.floats(0, 100).map(lambda v: round(v, 2))), max_size=12
)


@given(histories, st.sampled_from((0.0, 75.0, 90.0, 100.0)), st.booleans())
def test_a_forecast_makes_sense(history: list[tuple[date, float]], mark: float, at_mark: bool) -> None:
    found = forecast(history, mark, at_mark, TODAY, ASSESSMENT)
    known = {day for day, _ in history if day <= TODAY}
    if found.kind == "passed":
        assert found.day in known
    elif found.kind == "no_data":
        assert len(known) < 3
        assert found.day is None
    else:
        assert len(known) >= 3
        assert found.per_week is not None
        assert (found.day is not None) <= (found.per_week > 0)
        assert (found.kind == "date") == (found.day is not None and found.day <= ASSESSMENT)
        if found.day is not None:
            assert found.day > TODAY
            assert found.low is not None
            assert found.low <= found.day
            assert found.high is None or found.high >= found.day


@given(st.floats(0.05, 0.9), st.floats(0.1, 0.9))
def test_a_faster_pace_never_comes_later(one: float, other: float) -> None:
    slow, fast = sorted((one, other))
    days = [
        forecast(
            [(day, value + 80.0 - 60 * pace) for day, value in steady(0.0, pace)], 90.0, False, TODAY, ASSESSMENT
        ).day
        for pace in (fast, slow)
    ]
    assert days[0] is not None
    assert days[1] is None or days[0] <= days[1]


@given(histories)
def test_the_order_of_the_history_does_not_matter(history: list[tuple[date, float]]) -> None:
    unique = list(dict(history).items())
    found = forecast(unique, 90.0, False, TODAY, ASSESSMENT)
    assert forecast(unique[::-1], 90.0, False, TODAY, ASSESSMENT) == found


def test_the_paces_are_those_that_the_days_are_reckoned_with() -> None:
    history = [(day, value + (n % 3 - 1) * 2.0) for n, (day, value) in enumerate(steady(65.0, 0.25))]
    found = paces(history, TODAY)
    assert found is not None
    slow, middle, fast = found
    assert slow <= middle <= fast
    assert slow < fast
    reckoned = forecast(history, 90.0, False, TODAY, ASSESSMENT)
    assert reckoned.per_week == pytest.approx(middle * 7)
    assert reckoned.low is not None
    days = (first_passing(90.0, False) - history[-1][1]) / fast
    assert (reckoned.low - history[-1][0]).days == pytest.approx(days, abs=1)


def test_without_enough_points_up_to_today_there_are_no_paces() -> None:
    history = [(TODAY + timedelta(days=n), 50.0 + n) for n in range(-1, 5)]
    assert paces(history, TODAY) is None
    assert paces(history, TODAY + timedelta(days=1)) is not None
