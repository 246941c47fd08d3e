"""The sandbox of states: what it would make of estimate, gap, list and forecast."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from akk_tui.contract.states import ITEM_STATES, pack, unpack
from akk_tui.domain import steps, whatif
from akk_tui.domain.forecast import forecast
from akk_tui.domain.instrument import Index
from akk_tui.domain.readiness import estimate, passes
from akk_tui.server.instruments import built_in

INSTRUMENT = built_in("2025")
INDEX = Index(INSTRUMENT)
TODAY = date(2025, 10, 6)
FULL = {name: pack(["diterima"] * len(one.items)) for name, one in INDEX.indicators.items()}
PACE = [(date(2025, 8, 4) + timedelta(weeks=week), 70.0 + week) for week in range(9)]
"""A point a week: 78 on the 29th of September."""

states_of = st.fixed_dictionaries(
    {name: st.lists(st.sampled_from(ITEM_STATES), max_size=5).map(pack) for name in INDEX.indicators}
)
chosen_of = st.dictionaries(st.sampled_from(sorted(INDEX.items)), st.sampled_from(ITEM_STATES), max_size=12)


def test_a_tried_state_stands_in_the_sandbox_alone() -> None:
    states = {"2.4": pack(["diterima", "diunggah"])}
    tried = whatif.put(INSTRUMENT, states, {"2.4.2": "diterima", "3.1.1": "diverifikasi", "9.9.9": "diterima"})
    assert tried["2.4"] == pack(["diterima", "diterima"])
    assert unpack(tried["3.1"], INDEX.items["3.1.1"].pos) == "diverifikasi"
    assert set(tried) == {"2.4", "3.1"}
    assert states == {"2.4": pack(["diterima", "diunggah"])}


@given(states_of, chosen_of)
def test_the_sandbox_is_judged_as_if_it_were_so(states: dict[str, str], chosen: dict[str, str]) -> None:
    found = whatif.judge(INSTRUMENT, states, chosen, PACE, TODAY)
    real = estimate(INSTRUMENT, whatif.put(INSTRUMENT, states, chosen)).total
    before = estimate(INSTRUMENT, states).total
    assert found.estimate == real
    if real is None or before is None:
        assert found.gain == 0.0
        return
    assert found.gain == pytest.approx(real - before)
    assert found.reaches == passes(INSTRUMENT, real)
    assert (found.gap == 0.0) == found.reaches


def test_nothing_tried_is_what_is() -> None:
    found = whatif.judge(INSTRUMENT, {"1.1": "4"}, {}, PACE, TODAY)
    assert found.gain == 0.0
    mark, at = INSTRUMENT.pass_mark, INSTRUMENT.pass_at_mark
    assert found.forecast == forecast(PACE, mark, at, TODAY, date.fromisoformat(INSTRUMENT.assessment))


def test_the_forecast_goes_on_at_the_same_pace_from_a_higher_value() -> None:
    states = {**FULL, "2.1": ""}
    before = whatif.judge(INSTRUMENT, states, {}, PACE, TODAY).forecast
    items = [item.id for item in INDEX.indicators["2.1"].items]
    found = whatif.judge(INSTRUMENT, states, dict.fromkeys(items, "diterima"), PACE, TODAY)
    assert found.gain == pytest.approx(100 / 19)
    assert before.per_week == pytest.approx(1.0)
    assert found.forecast.per_week == pytest.approx(1.0)
    assert before.day is not None
    assert found.forecast.day is not None
    # 5.26 points at a point a week.
    assert (before.day - found.forecast.day).days == pytest.approx(100 / 19 * 7, abs=1)


def test_a_sandbox_above_the_mark_passes_today_and_not_in_the_past() -> None:
    states = dict.fromkeys(FULL, "")
    found = whatif.judge(INSTRUMENT, states, dict.fromkeys(INDEX.items, "diterima"), PACE, TODAY)
    assert found.reaches
    assert found.forecast.kind == "passed"
    assert found.forecast.day == TODAY


def test_without_a_history_no_forecast_is_made_up() -> None:
    found = whatif.judge(INSTRUMENT, {}, dict.fromkeys(INDEX.items, "diterima"), (), TODAY)
    assert found.reaches
    assert found.forecast.kind == "no_data"


@given(states_of, chosen_of, st.permutations(sorted(INDEX.items)))
def test_the_running_total_is_the_estimate_with_all_down_to_there(
    states: dict[str, str], chosen: dict[str, str], items: list[str]
) -> None:
    open_ = [item for item in items if steps.gains(INSTRUMENT, states)[item] > 0][:6]
    totals = whatif.running(INSTRUMENT, states, chosen, open_)
    done: dict[str, str] = {}
    for item in open_:
        done[item] = chosen.get(item, "diterima")
        total = estimate(INSTRUMENT, whatif.put(INSTRUMENT, states, done)).total
        assert totals.get(item) == (None if total is None else pytest.approx(total))


def test_a_tried_item_counts_where_it_stands() -> None:
    totals = whatif.running(INSTRUMENT, {}, {"2.4.2": "diunggah"}, ["1.1.1", "2.4.2", "2.4.1"])
    gains = steps.gains(INSTRUMENT, {})
    assert totals["1.1.1"] == pytest.approx(gains["1.1.1"])
    assert totals["2.4.2"] == pytest.approx(gains["1.1.1"] + gains["2.4.2"] / 2)


@given(states_of, chosen_of, st.permutations(sorted(INDEX.items)))
def test_what_is_needed_passes_and_nothing_less_does(
    states: dict[str, str], chosen: dict[str, str], items: list[str]
) -> None:
    found = whatif.needed(INSTRUMENT, states, chosen, items)
    assert not set(found) & set(chosen)

    def reaches(added: list[str]) -> bool:
        return whatif.judge(INSTRUMENT, states, {**chosen, **dict.fromkeys(added, "diterima")}, (), TODAY).reaches

    if not reaches(found):
        assert set(found) == set(items) - set(chosen)
    elif found:
        assert not reaches(found[:-1])


def test_the_first_item_that_passes_is_marked() -> None:
    states = {**FULL, "2.1": "", "2.2": "", "2.3": ""}
    items = [item.id for name in ("2.1", "2.2", "2.3") for item in INDEX.indicators[name].items]
    totals = whatif.running(INSTRUMENT, states, {}, items)
    place = whatif.first_passing(INSTRUMENT, totals)
    assert place is not None
    before = list(totals)[list(totals).index(place) - 1]
    assert passes(INSTRUMENT, totals[place])
    assert not passes(INSTRUMENT, totals[before])
    assert whatif.first_passing(INSTRUMENT, dict.fromkeys(items, 50.0)) is None


def test_without_an_applicable_item_there_is_no_estimate() -> None:
    out = {name: pack(["tidak_berlaku"] * len(one.items)) for name, one in INDEX.indicators.items()}
    assert whatif.running(INSTRUMENT, out, {}, ["9.9.9"]) == {}
    found = whatif.judge(INSTRUMENT, out, {}, PACE, TODAY)
    assert (found.estimate, found.gap, found.reaches) == (None, None, False)
