"""What needs somebody, and merging sets."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from akk_tui.contract.states import ITEM_STATES
from akk_tui.domain.attention import Facts, find, OpenFollowup, overdue_days
from akk_tui.domain.forecast import Forecast
from akk_tui.domain.merge import merge_sets, went_on
from akk_tui.server.instruments import built_in

INSTRUMENT = built_in("2025")
TODAY = date(2025, 10, 6)


def kinds(facts: Facts) -> list[str]:
    return [reason.kind for reason in find(INSTRUMENT, facts, today=TODAY)]


def test_nothing_known_needs_nobody() -> None:
    assert find(INSTRUMENT, Facts(), today=TODAY) == ()


@pytest.mark.parametrize("state", ITEM_STATES)
def test_an_item_is_overdue_while_it_is_owed(state: str) -> None:
    owed = state in ("belum_ada", "perlu_perbaikan", "diunggah")
    assert overdue_days(state, date(2025, 9, 30), TODAY) == (6 if owed else None)
    assert overdue_days(state, TODAY, TODAY) is None
    assert overdue_days(state, None, TODAY) is None


def test_an_overdue_item_names_who_owes_it() -> None:
    facts = Facts(states={"2.4": "4214"}, due={"2.4": date(2025, 9, 30)}, gains={"2.4.2": 0.66})
    found = find(INSTRUMENT, facts, today=TODAY)
    assert [(r.kind, r.item, r.days, r.owner, r.points) for r in found] == [
        ("overdue", "2.4.2", 6, "BKPSDM", 0.66),
        ("overdue", "2.4.3", 6, "BKPSDM", None),
    ]
    own = facts._replace(item_owner={"2.4.2": "Setda"}, item_due={"2.4.3": date(2025, 10, 20)}, owners={"2.4": ("X",)})
    assert [(r.kind, r.item, r.owner) for r in find(INSTRUMENT, own, today=TODAY)] == [
        ("overdue", "2.4.2", "Setda"),
        ("needs_work", "2.4.3", "X"),
    ]


def test_an_owner_of_the_instrument_and_none_at_all() -> None:
    found = find(INSTRUMENT, Facts(states={"3.3": "0010"}), today=TODAY)
    assert [(r.item, r.owner) for r in found] == [("3.3.3", "BPKAD")]
    first = INSTRUMENT.components[0]
    nobody = msgspec.structs.replace(first.indicators[0], owners=())
    bare = msgspec.structs.replace(INSTRUMENT, components=(msgspec.structs.replace(first, indicators=(nobody,)),))
    assert find(bare, Facts(states={"1.1": "1"}), today=TODAY)[0].owner is None


def test_criteria_but_never_the_hidden_one() -> None:
    facts = Facts(verdicts={"spi": "not_met", "mcp": "met", "bpk": "no_data", "kasus": "not_met"})
    assert [(r.kind, r.criterion) for r in find(INSTRUMENT, facts, today=TODAY)] == [("criterion", "spi")]


def test_stale_only_past_the_bound() -> None:
    assert kinds(Facts(changed=date(2025, 9, 22))) == []
    found = find(INSTRUMENT, Facts(changed=date(2025, 9, 21)), today=TODAY)
    assert [(r.kind, r.days) for r in found] == [("stale", 15)]


def test_a_component_that_dropped() -> None:
    facts = Facts(before={"3": 84.0, "4": 80.0, "5": None}, now={"3": 80.0, "4": 79.8, "5": 10.0})
    found = find(INSTRUMENT, facts, today=TODAY)
    assert [(r.kind, r.component, r.points) for r in found] == [("dropped", "3", 4.0)]


@pytest.mark.parametrize(
    ("forecast", "days"),
    [
        (Forecast("not_by_assessment", date(2025, 11, 9)), [5]),
        (Forecast("not_by_assessment"), [None]),
        (Forecast("date", date(2025, 10, 27)), []),
        (Forecast("no_data"), []),
        (None, []),
    ],
)
def test_a_forecast_past_the_assessment(forecast: Forecast | None, days: list[int | None]) -> None:
    found = find(INSTRUMENT, Facts(forecast=forecast), today=TODAY)
    assert [reason.days for reason in found] == days
    assert all(reason.kind == "late_forecast" for reason in found)


def test_the_worst_comes_first() -> None:
    facts = Facts(
        states={"2.4": "1", "2.2": "0"},
        due={"2.2": date(2025, 10, 1)},
        changed=date(2025, 8, 1),
        forecast=Forecast("not_by_assessment"),
        verdicts={"mcp": "not_met"},
        before={"3": 84.0},
        now={"3": 80.0},
    )
    found = find(INSTRUMENT, facts, today=TODAY)
    assert [r.kind for r in found] == [
        "criterion", "overdue", "overdue", "overdue", "overdue", "late_forecast", "dropped", "needs_work", "stale",
    ]  # fmt: skip
    assert [r.weight for r in found] == sorted((r.weight for r in found), reverse=True)


@pytest.mark.parametrize("stage", ["tidak_terpilih", "tidak_lulus", "dicabut"])
def test_a_region_on_its_way_out_needs_nobody(stage: str) -> None:
    facts = Facts(states={"2.4": "1"}, changed=date(2025, 1, 1))
    assert kinds(facts) == ["needs_work", "stale"]
    assert kinds(facts._replace(stage="pendampingan")) == ["needs_work", "stale"]
    assert kinds(facts._replace(stage=stage)) == []


names = st.none() | st.lists(st.sampled_from("abcdef"), unique=True)


@given(names, names, names)
def test_sets_keep_what_either_side_did(base: list | None, mine: list | None, theirs: list | None) -> None:
    merged = merge_sets(base, mine, theirs)
    was, here, there = set(base or ()), set(mine or ()), set(theirs or ())
    assert merged == sorted(set(merged)) == merge_sets(base, theirs, mine)
    assert (here & there) | (here - was) | (there - was) <= set(merged) <= here | there
    assert not set(merged) & ((was - here) | (was - there))
    on = went_on(base, mine, theirs)
    assert on == went_on(base, theirs, mine)
    assert on is None or on == merged
    assert (on is not None) == (was <= here & there and (here | there) in (here, there))


def test_a_follow_up_past_its_day_names_its_owner() -> None:
    late = OpenFollowup("a", date(2025, 10, 1), "BKPSDM", "2.4")
    facts = Facts(followups=(OpenFollowup("b", TODAY), late, OpenFollowup("c", date(2024, 1, 1))))
    found = find(INSTRUMENT, facts, today=TODAY)
    assert [(r.kind, r.followup, r.days, r.owner, r.indicator) for r in found] == [
        ("followup", "c", 644, None, None),
        ("followup", "a", 5, "BKPSDM", "2.4"),
    ]
    assert find(INSTRUMENT, facts._replace(stage="dicabut"), today=TODAY) == ()
