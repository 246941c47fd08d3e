"""Fulfilment, passing, gaps, words, and the way above the mark: also for instruments that nobody has written."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from akk_tui.contract.records import Component, Indicator, Instrument, Item
from akk_tui.contract.states import ITEM_STATES, pack, repack, unpack
from akk_tui.contract.text import Line
from akk_tui.domain import readiness, steps
from akk_tui.domain.forecast import Forecast
from akk_tui.domain.instrument import Index
from akk_tui.server.instruments import built_in

INSTRUMENT = built_in("2025")
ORDER = ITEM_STATES[:5]
DAY = date(2025, 10, 27)


def line(text: str) -> Line:
    return Line(text)


weights = st.floats(0.01, 100.0)


@st.composite
def instruments(draw: st.DrawFn) -> Instrument:
    credit = sorted(draw(st.lists(st.floats(0, 1), min_size=5, max_size=5)))
    if credit[0] == credit[-1]:
        credit = [0.0, 0.25, 0.5, 0.75, 1.0]
    components = []
    for c in range(1, draw(st.integers(1, 3)) + 1):
        indicators = []
        for i in range(1, draw(st.integers(1, 3)) + 1):
            positions = draw(st.lists(st.integers(0, 6), max_size=4, unique=True))
            items = tuple(
                Item(id=line(f"{c}.{i}.{n}"), title=line("t"), title_en=line("t"), pos=pos, weight=draw(weights))
                for n, pos in enumerate(positions, 1)
            )
            indicators.append(
                Indicator(id=line(f"{c}.{i}"), title=line("i"), title_en=line("i"), items=items, weight=draw(weights))
            )
        components.append(Component(id=line(str(c)), title=line("c"), title_en=line("c"), indicators=tuple(indicators)))
    return msgspec.structs.replace(
        INSTRUMENT,
        weights=draw(st.sampled_from(("equal", "given"))),
        credits=dict(zip(ORDER, credit, strict=True)),
        components=tuple(components),
        criteria=(),
        pass_mark=draw(st.sampled_from((0.0, 50.0, 66.67, 90.0, 99.99, 100.0))),
        pass_at_mark=draw(st.booleans()),
    )


@st.composite
def cases(draw: st.DrawFn) -> tuple[Instrument, dict[str, str]]:
    instrument = draw(st.just(INSTRUMENT) | instruments())
    states = {
        name: pack(draw(st.lists(st.sampled_from(ITEM_STATES), max_size=7)))
        for name in Index(instrument).indicators
        if draw(st.booleans())
    }
    return instrument, states


@given(cases())
def test_the_estimate_stays_between_0_and_100(case: tuple[Instrument, dict[str, str]]) -> None:
    found = readiness.estimate(*case)
    for value in (found.total, *found.components.values(), *found.indicators.values()):
        assert value is None or 0.0 <= value <= 100.0


@given(cases(), st.data())
def test_the_estimate_never_falls_along_the_states(
    case: tuple[Instrument, dict[str, str]], data: st.DataObject
) -> None:
    instrument, states = case
    index = Index(instrument)
    if not index.items:
        return
    item = data.draw(st.sampled_from(sorted(index.items)))
    name, pos = index.indicator_of[item].id, index.items[item].pos
    seen = [
        readiness.estimate(instrument, {**states, name: repack(states.get(name, ""), pos, state)}) for state in ORDER
    ]
    for before, after in pairwise(seen):
        assert before.total is not None
        assert after.total is not None
        assert after.total >= before.total
        assert (after.indicators[name] or 0.0) >= (before.indicators[name] or 0.0)


@given(cases(), st.data())
def test_an_item_that_is_not_applicable_leaves_the_weights(
    case: tuple[Instrument, dict[str, str]], data: st.DataObject
) -> None:
    instrument, states = case
    index = Index(instrument)
    if not index.items:
        return
    item = data.draw(st.sampled_from(sorted(index.items)))
    name, pos = index.indicator_of[item].id, index.items[item].pos
    out = {**states, name: repack(states.get(name, ""), pos, "tidak_berlaku")}
    without = msgspec.structs.replace(
        instrument,
        components=tuple(
            msgspec.structs.replace(
                component,
                indicators=tuple(
                    msgspec.structs.replace(one, items=tuple(i for i in one.items if i.id != item))
                    for one in component.indicators
                ),
            )
            for component in instrument.components
        ),
    )
    assert readiness.estimate(instrument, out) == readiness.estimate(without, states)


@settings(max_examples=200)
@given(cases(), st.none() | st.integers(0, 8))
def test_a_plan_that_says_so_reaches_the_mark_and_no_shorter_one_does(
    case: tuple[Instrument, dict[str, str]], limit: int | None
) -> None:
    instrument, states = case
    index = Index(instrument)
    plan = steps.plan(instrument, states, limit)
    done = dict(states)
    reached = []
    for step in plan.steps:
        value = readiness.estimate(instrument, done).total
        assert value is not None
        reached.append(readiness.passes(instrument, value))
        pos = index.items[step.item].pos
        assert unpack(done.get(step.indicator, ""), pos) == step.state
        assert step.state not in ("diterima", "tidak_berlaku")
        done[step.indicator] = repack(done.get(step.indicator, ""), pos, "diterima")
    assert not any(reached)
    after = readiness.estimate(instrument, done).total
    assert after == plan.estimate_after
    assert plan.estimate == readiness.estimate(instrument, states).total
    assert plan.reaches == (after is not None and readiness.passes(instrument, after))
    gained = [step.gain for step in plan.steps]
    assert all(first >= second - 1e-6 for first, second in pairwise(gained))
    assert limit is None or len(plan.steps) <= limit
    if limit is None and not plan.reaches:
        assert {s.item for s in plan.steps} == {i for i, gain in steps.gains(instrument, states).items() if gain > 0}


@given(cases())
def test_gains_are_what_accepting_adds(case: tuple[Instrument, dict[str, str]]) -> None:
    instrument, states = case
    index = Index(instrument)
    before = readiness.estimate(instrument, states).total
    for item, gain in steps.gains(instrument, states).items():
        name, pos = index.indicator_of[item].id, index.items[item].pos
        state = unpack(states.get(name, ""), pos)
        if state in ("diterima", "tidak_berlaku"):
            assert gain == 0.0
            continue
        after = readiness.estimate(instrument, {**states, name: repack(states.get(name, ""), pos, "diterima")}).total
        assert before is not None
        assert after is not None
        assert after - before == pytest.approx(gain, abs=1e-6)


def test_figures_by_hand() -> None:
    found = readiness.estimate(INSTRUMENT, {"2.4": "4210", "1.1": "4444"})
    assert found.indicators["2.4"] == pytest.approx(100 * (1 + 0.5 + 0.25) / 4)
    assert found.components["1"] == 100.0
    assert found.components["2"] == pytest.approx(43.75 / 6)
    assert found.total == pytest.approx((100 + 43.75) / 19)


def test_given_weights_count_and_equal_ones_do_not() -> None:
    first, *rest = INSTRUMENT.components
    heavy = msgspec.structs.replace(first.indicators[0], weight=18.0)
    components = (msgspec.structs.replace(first, indicators=(heavy,)), *rest)
    given_ = msgspec.structs.replace(INSTRUMENT, weights="given", components=components)
    equal = msgspec.structs.replace(INSTRUMENT, components=components)
    assert readiness.estimate(given_, {"1.1": "4444"}).total == pytest.approx(50.0)
    assert readiness.estimate(equal, {"1.1": "4444"}).total == pytest.approx(100 / 19)


def test_nothing_applicable_has_no_estimate_and_no_plan() -> None:
    states = dict.fromkeys(Index(INSTRUMENT).indicators, "5" * 10)
    found = readiness.estimate(INSTRUMENT, states)
    assert found.total is None
    assert set(found.components.values()) == {None}
    assert steps.plan(INSTRUMENT, states) == steps.Plan((), None, None, False)
    assert set(steps.gains(INSTRUMENT, states).values()) == {0.0}


def test_a_state_of_a_later_version_earns_nothing() -> None:
    assert readiness.estimate(INSTRUMENT, {"1.1": "4Z"}).indicators["1.1"] == 25.0
    assert steps.gains(INSTRUMENT, {"1.1": "4Z"})["1.1.2"] == pytest.approx(100 / 19 / 4)


@pytest.mark.parametrize(
    ("value", "at_mark", "passes", "gap"),
    [
        (90.0, False, False, 0.01),
        (90.0, True, True, 0.0),
        (90.00000000001, False, False, 0.01),
        (90.01, False, True, 0.0),
        (89.996, True, True, 0.0),
        (77.5, False, False, 12.51),
        (77.5, True, False, 12.5),
    ],
)
def test_passing_is_judged_on_two_decimals(value: float, at_mark: bool, passes: bool, gap: float) -> None:
    instrument = msgspec.structs.replace(INSTRUMENT, pass_at_mark=at_mark)
    assert readiness.passes(instrument, value) is passes
    assert readiness.gap(instrument, value) == pytest.approx(gap)


def test_no_value_has_no_gap() -> None:
    assert readiness.gap(INSTRUMENT, None) is None


def test_categories() -> None:
    assert readiness.category(INSTRUMENT, 90.0) is None
    band = readiness.category(INSTRUMENT, 90.01)
    assert band is not None
    assert band.word == "Istimewa"


@pytest.mark.parametrize(
    ("official", "estimate", "kind", "verdicts", "word"),
    [
        (None, None, "no_data", [], "unknown"),
        (None, 0.0, "no_data", ["met"], "unknown"),
        (92.0, 10.0, "passed", ["met", "no_data"], "ready"),
        (92.0, 10.0, "passed", ["met", "not_met"], "nearly"),
        (None, 92.0, "no_data", [], "ready"),
        (80.0, 95.0, "date", [], "nearly"),
        (80.0, 95.0, "not_by_assessment", [], "behind"),
        (80.0, 95.0, "no_data", [], "behind"),
        (88.01, None, "no_data", [], "nearly"),
        (88.0, None, "no_data", [], "behind"),
        (88.5, None, "not_by_assessment", [], "behind"),
        (0.0, 0.0, "no_data", [], "behind"),
    ],
)
def test_words(official: float | None, estimate: float | None, kind: str, verdicts: list, word: str) -> None:
    forecast = Forecast(kind, DAY)  # type: ignore[arg-type]
    found = readiness.word(INSTRUMENT, official=official, estimate=estimate, forecast=forecast, verdicts=iter(verdicts))
    assert found == word


@pytest.mark.parametrize("stage", ["usulan", "observasi", "tidak_terpilih", "tidak_lulus", "dicabut"])
def test_a_region_that_is_not_accompanied_stands_apart(stage: str) -> None:
    found = readiness.word(
        INSTRUMENT, official=95.0, estimate=95.0, forecast=Forecast("passed", DAY), verdicts=["met"], stage=stage
    )
    assert found == "apart"


def test_without_a_bound_nothing_is_near() -> None:
    bare = msgspec.structs.replace(INSTRUMENT, readiness={})
    found = readiness.word(bare, official=89.9, estimate=None, forecast=Forecast("no_data"), verdicts=())
    assert found == "behind"


def test_a_region_above_the_mark_needs_no_steps() -> None:
    states = dict.fromkeys(Index(INSTRUMENT).indicators, "4444")
    assert steps.plan(INSTRUMENT, states) == steps.Plan((), 100.0, 100.0, True)


def test_the_index_is_kept_for_the_last_few() -> None:
    copies = [msgspec.structs.replace(INSTRUMENT, version=n) for n in range(1, 30)]
    first = Index(copies[0])
    assert Index(copies[0]) is first
    for copy in copies:
        Index(copy)
    assert Index(copies[0]) is not first
    assert Index(copies[0]).items.keys() == first.items.keys()
