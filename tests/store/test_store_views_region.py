"""A region's page, its next steps, and the checklist across regions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, UTC
from pathlib import Path
from typing import Any

import pytest
from viewworld import at, BANTUL, BLITAR, instrument, KAB_BLITAR, KEY, key_at, reference, World

from akk_tui.domain import readiness, steps
from akk_tui.store.errors import UnknownCycle
from akk_tui.store.shapes import IndicatorRow, ItemRow, RegionDetail
from akk_tui.store.views.names import UnknownRegion


@pytest.fixture
def world(fast: Path) -> Iterator[World]:
    made = World(fast)
    yield made
    made.store.close()


def page(world: World) -> RegionDetail:
    return world.store.views.region("2025", BLITAR)


def indicator(world: World, name: str = "2.4") -> IndicatorRow:
    return next(one for part in page(world).components for one in part.indicators if one.id == name)


def item(world: World, name: str = "2.4.1") -> ItemRow:
    return next(one for one in indicator(world).items if one.id == name)


def test_the_page_holds_the_whole_instrument(world: World) -> None:
    found = page(world)
    known = instrument()
    assert [part.id for part in found.components] == [one.id for one in known.components]
    assert sum(len(part.indicators) for part in found.components) == 19
    assert [one.id for one in found.criteria] == [one.id for one in known.criteria]
    assert (found.pass_mark, found.pass_at_mark, found.assessment) == (90.0, False, date(2025, 11, 4))
    assert found.weights_mark == "assumption"
    assert found.row == next(one for one in world.store.views.regions("2025") if one.code == BLITAR)
    assert found.history == ()


def test_scores_are_those_of_the_rules(world: World) -> None:
    world.put("assessment", f"{KEY}:2.4", {"items": "4123", "score": "81.00", "as_of": "2025-09-01", "source": "KPK"})
    known = instrument()
    estimate = readiness.estimate(known, {"2.4": "4123"})
    gains = steps.gains(known, {"2.4": "4123"})
    found = page(world)
    assert {part.id: part.score for part in found.components} == estimate.components
    assert {one.id: one.score for part in found.components for one in part.indicators} == estimate.indicators
    row = indicator(world)
    assert (row.official, row.official_as_of, row.official_source) == (81.0, date(2025, 9, 1), "KPK")
    assert [one.gain for one in row.items] == [gains[one.id] for one in row.items]
    assert row.gain == pytest.approx(sum(gains[one.id] for one in row.items))
    assert [one.state for one in row.items] == ["diterima", "perlu_perbaikan", "diunggah", "diverifikasi"]
    assert [one.seen for one in row.items] == [one.state for one in row.items]
    assert estimate.total
    assert sum(part.gap or 0 for part in found.row.components) == pytest.approx(100.0 - estimate.total)


def test_an_items_own_owner_and_day_go_before_its_indicators(world: World) -> None:
    row = indicator(world)
    assert row.owners == ("BKPSDM", "Inspektorat")
    assert (item(world).owner, item(world).due, item(world).overdue_days) == ("BKPSDM", None, None)
    fields: dict[str, Any] = {"owners": ["Setda", "UKPBJ"], "due": "2025-10-01"}
    world.put("assessment", f"{KEY}:2.4", fields)
    assert indicator(world).owners == ("Setda", "UKPBJ")
    assert (item(world).owner, item(world).due, item(world).overdue_days) == ("Setda", date(2025, 10, 1), 5)
    world.put("assessment", f"{KEY}:2.4", {**fields, "item_owner.2.4.1": "Diskominfo", "item_due.2.4.1": "2025-10-20"})
    assert (item(world).owner, item(world).due, item(world).overdue_days) == ("Diskominfo", date(2025, 10, 20), None)
    assert item(world, "2.4.2").due == date(2025, 10, 1)


def test_accepted_items_are_not_overdue_and_unknown_states_are_shown(world: World) -> None:
    world.put("assessment", f"{KEY}:2.4", {"items": "49", "due": "2025-10-01"})
    assert item(world).overdue_days is None
    assert item(world, "2.4.2").state == "?"


def test_evidence_is_shown_in_order(world: World) -> None:
    world.put(
        "assessment",
        f"{KEY}:2.4",
        {
            "evidence.2.4.1.2": {"title": "Kedua", "capaian": "412/429 = 96,1 %", "per": "2025-10-01"},
            "evidence.2.4.1.1": {"title": "Pertama", "number": "188/1", "date": "2025-05-01", "link": "https://a.id"},
            "evidence.2.4.2.1": {"photo": "foto.jpg"},
            "evidence.2.4.3.1": "bukan bukti",
        },
    )
    first, second = item(world).evidence
    assert (first.n, first.title, first.number, first.day, first.link) == (
        1,
        "Pertama",
        "188/1",
        "2025-05-01",
        "https://a.id",
    )
    assert (second.n, second.capaian, second.per, second.pending) == (2, "412/429 = 96,1 %", "2025-10-01", False)
    assert item(world, "2.4.2").evidence[0].photo == "foto.jpg"
    assert item(world, "2.4.3").evidence[0].title is None


def test_who_changed_an_indicator_last(world: World) -> None:
    row = indicator(world)
    assert (row.changed_by, row.changed_at) == (None, None)
    fields = {"items": "1", "by": "sari", "at": at("2025-09-20"), "pic": {"name": "Ani"}, "summary": "Baru"}
    world.put("assessment", f"{KEY}:2.4", fields)
    row = indicator(world)
    assert (row.changed_by, row.changed_at) == ("sari", datetime(2025, 9, 20, 2, 0, tzinfo=UTC))
    assert (row.pic, row.summary) == ({"name": "Ani"}, "Baru")
    world.store.edit("assessment", f"{KEY}:2.4", {"item.2.4.1": "diterima"}, seen=None)
    row = indicator(world)
    assert row.changed_by == "budi"
    assert row.changed_at is not None
    assert row.changed_at > datetime(2025, 10, 6, 1, 59, tzinfo=UTC)


def test_what_waits_is_marked_where_it_is(world: World) -> None:
    store, key = world.store, f"{KEY}:2.4"
    state = store.edit("assessment", key, {"item.2.4.1": "diterima"}, seen=None)
    store.edit("assessment", key, {"item_owner.2.4.2": "Setda"}, seen=None)
    store.edit("assessment", key, {"item_due.2.4.3": "2025-10-09"}, seen=None)
    store.edit("assessment", key, {"evidence.2.4.4.1": {"title": "SK"}}, seen=None)
    due = store.edit("assessment", key, {"due": "2025-10-10"}, seen=None)
    row = indicator(world)
    assert [one.pending for one in row.items] == [True, True, True, True]
    assert [one.conflict for one in row.items] == [False] * 4
    assert row.items[3].evidence[0].pending
    assert (row.pending, row.conflicts) == (5, 0)
    world.conflict(str(state.op), {"item.2.4.1": "diunggah"})
    world.answer(str(due.op), "rejected", {"code": "role", "detail": ""})
    row = indicator(world)
    assert [one.conflict for one in row.items] == [True, False, False, False]
    assert row.items[0].pending
    assert (row.pending, row.conflicts, row.due) == (3, 1, None)
    assert indicator(world, "2.3").pending == 0


def test_notes_about_an_indicator_are_counted(world: World) -> None:
    world.note(1, subject=f"{BLITAR}:2.4")
    world.note(2, subject=BLITAR)
    world.store.create("note", {"cycle": "2025", "region": BLITAR, "subject": f"{BLITAR}:2.4", "body": "Isi"})
    assert indicator(world).notes == 2
    assert indicator(world, "2.3").notes == 0


def test_a_criterion_has_value_verdict_and_band(world: World) -> None:
    world.put("criterion", f"{KEY}:spi", {"value": "74.50", "year": 2024, "as_of": "2024-12-31", "source": "KPK"})
    world.put("criterion", f"{KEY}:bpk", {"value": "2023:WTP 2024:WDP"})
    found = {one.id: one for one in page(world).criteria}
    spi = found["spi"]
    assert (spi.value, spi.year, spi.as_of, spi.source) == ("74.50", 2024, date(2024, 12, 31), "KPK")
    assert (spi.verdict, spi.band, spi.threshold, spi.form) == ("met", "waspada", "68", "number")
    assert spi.band_en
    assert spi.band_colour
    assert (found["bpk"].verdict, found["bpk"].band) == ("not_met", None)
    assert (found["sakip"].verdict, found["sakip"].value) == ("no_data", None)
    assert found["sakip"].scale
    assert found["kasus"].hidden
    assert (spi.pending, spi.conflict) == (False, False)


def test_a_criterion_that_waits_says_so(world: World) -> None:
    edit = world.store.edit("criterion", f"{KEY}:spi", {"value": "70", "year": 2025}, seen=None)
    (spi,) = [one for one in page(world).criteria if one.id == "spi"]
    assert (spi.pending, spi.conflict, spi.value) == (True, False, "70.00")
    now = {"value": "71.00", "year": 2025, "as_of": None, "source": None}
    world.conflict(str(edit.op), now)
    (spi,) = [one for one in page(world).criteria if one.id == "spi"]
    assert (spi.pending, spi.conflict) == (True, True)


def test_the_history_is_what_stands_up_to_today(world: World) -> None:
    world.put("score", f"{KEY}:2025-09-08", {"value": "77.50", "source": "KPK"})
    world.put("score", f"{KEY}:2025-08-08", {"value": "70.00"})
    world.put("score", f"{KEY}:2025-12-08", {"value": "99.00"})
    world.store.edit("score", f"{KEY}:2025-10-01", {"value": "80", "source": "KPK"}, seen=None)
    found = [(one.day, one.value, one.source, one.pending) for one in page(world).history]
    assert found == [
        (date(2025, 8, 8), 70.0, "", False),
        (date(2025, 9, 8), 77.5, "KPK", False),
        (date(2025, 10, 1), 80.0, "KPK", True),
    ]


# --- stages -------------------------------------------------------------------------------------------------------


def stages(world: World) -> list[tuple[Any, ...]]:
    return [(one.stage, one.status, one.start, one.end) for one in page(world).stages]


def event(world: World, kind: str, start: str | None, end: str | None = None, n: int = 0, **more: Any) -> None:
    data = {"cycle": "2025", "region": BLITAR, "kind": kind, "start": start, "end": end, **more}
    world.put("event", key_at(at("2025-02-01"), n), {name: value for name, value in data.items() if value})


def test_without_a_stage_all_lies_ahead(world: World) -> None:
    found = stages(world)
    assert {status for _, status, _, _ in found} == {"ahead"}
    assert found[5] == ("penilaian", "ahead", date(2025, 11, 4), date(2025, 11, 4))


def test_the_path_knows_the_days_of_its_events(world: World) -> None:
    world.put("standing", KEY, {"stage": "pendampingan", "date": "2025-03-01"})
    event(world, "bimtek", "2025-02-11T08:00", "2025-02-13T16:00")
    event(world, "bimtek", "2025-01-05", n=1)
    event(world, "observasi", "2024-11-20", n=2)
    event(world, "calon", "2025-01-10", n=3, deleted=True)
    event(world, "usulan", None, n=4)
    event(world, "monev", "2025-05-05", n=5)
    assert stages(world) == [
        ("usulan", "done", None, None),
        ("observasi", "done", date(2024, 11, 20), date(2024, 11, 20)),
        ("calon", "done", None, None),
        ("bimtek", "done", date(2025, 2, 11), date(2025, 2, 13)),
        ("pendampingan", "now", date(2025, 3, 1), None),
        ("penilaian", "ahead", date(2025, 11, 4), date(2025, 11, 4)),
        ("percontohan", "ahead", None, None),
    ]


@pytest.mark.parametrize(
    ("stage", "done"),
    [("tidak_terpilih", 2), ("tidak_lulus", 6), ("dicabut", 7)],
)
def test_a_way_out_ends_the_path(world: World, stage: str, done: int) -> None:
    world.put("standing", KEY, {"stage": stage, "date": "2025-03-01"})
    found = stages(world)
    assert [status for _, status, _, _ in found] == ["done"] * done + ["now"]
    assert found[-1] == (stage, "now", date(2025, 3, 1), None)


# --- refusals -----------------------------------------------------------------------------------------------------


def test_a_region_outside_the_scope_is_unknown(world: World) -> None:
    world.take(KEY)
    for call in (world.store.views.region, world.store.views.next_steps, world.store.views.priorities):
        with pytest.raises(UnknownRegion) as caught:
            call("2025", BLITAR)
        assert BLITAR in caught.value.words()
    with pytest.raises(UnknownRegion):
        world.store.views.region("2024", KAB_BLITAR)
    with pytest.raises(UnknownCycle):
        world.store.views.region("1999", BLITAR)


# --- next steps ---------------------------------------------------------------------------------------------------


def test_next_steps_are_the_plan_with_owners_and_days(world: World) -> None:
    world.put("assessment", f"{KEY}:2.4", {"items": "1444", "due": "2025-10-20", "item_owner.2.4.1": "Setda"})
    plan = steps.plan(instrument(), {"2.4": "1444"})
    found = world.store.views.next_steps("2025", BLITAR)
    assert [(one.item, one.gain, one.state) for one in found.steps] == [
        (one.item, one.gain, one.state) for one in plan.steps
    ]
    assert (found.estimate, found.estimate_after, found.reaches) == (plan.estimate, plan.estimate_after, True)
    assert found.region.code == BLITAR
    assert all(one.title and one.title_en and one.owner for one in found.steps)
    short = world.store.views.next_steps("2025", BLITAR, 2)
    assert short.steps == found.steps[:2]
    assert not short.reaches


def test_a_step_takes_owner_and_day_of_its_item(world: World) -> None:
    everything = {one.id: "4" * len(one.items) for part in instrument().components for one in part.indicators}
    for name, items in everything.items():
        if name not in ("2.4", "2.5", "2.3"):
            world.put("assessment", f"{KEY}:{name}", {"items": items})
    world.put("assessment", f"{KEY}:2.5", {"due": "2025-10-20", "item_owner.2.5.1": "Setda"})
    (step,) = [one for one in world.store.views.next_steps("2025", BLITAR).steps if one.item == "2.5.1"]
    assert (step.indicator, step.owner, step.due) == ("2.5", "Setda", date(2025, 10, 20))


def test_priorities_are_every_item_that_adds_something_by_gain(world: World) -> None:
    world.put("assessment", f"{KEY}:2.4", {"items": "1444", "due": "2025-10-20", "item_owner.2.4.1": "Setda"})
    world.put("score", f"{KEY}:2025-09-08", {"value": "77.50", "source": "KPK"})
    found = world.store.views.priorities("2025", BLITAR)
    gains = {name: gain for name, gain in steps.gains(instrument(), {"2.4": "1444"}).items() if gain > 0}
    assert {one.item.id: one.item.gain for one in found.rows} == gains
    ranked = [round(one.item.gain, 9) for one in found.rows]
    assert ranked == sorted(ranked, reverse=True)
    (row,) = [one for one in found.rows if one.item.id == "2.4.1"]
    assert (row.indicator, row.item.owner, row.item.due, row.item.seen) == (
        "2.4", "Setda", date(2025, 10, 20), "perlu_perbaikan",
    )  # fmt: skip
    assert row.indicator_title
    assert row.indicator_title_en
    assert found.states == {"2.4": "1444"}
    assert found.estimate == readiness.estimate(instrument(), {"2.4": "1444"}).total
    assert [(point.day, point.value) for point in found.history] == [(date(2025, 9, 8), 77.5)]
    assert found.today == world.store.today()


# --- checklist ----------------------------------------------------------------------------------------------------


def test_the_checklist_is_every_item_of_every_region(world: World) -> None:
    world.put("assessment", f"{KEY}:2.4", {"items": "4", "due": "2025-10-01"})
    world.give(f"2025:{BANTUL}", write=False)
    rows = world.store.views.checklist("2025")
    per_region = sum(len(one.items) for part in instrument().components for one in part.indicators)
    assert len(rows) == 4 * per_region
    names = list(dict.fromkeys(one.region_name for one in rows))
    assert names == ["Kab. Bantul", "Kab. Blitar", "Kota Blitar", "Kab. Minahasa Tenggara"]
    assert {one.writable for one in rows if one.region == BANTUL} == {False}
    mine = [one for one in rows if one.region == BLITAR]
    assert [one.item for one in mine if one.indicator == "2.4"] == list(indicator(world).items)
    assert [one.item.id for one in mine] == [
        one.id for part in instrument().components for each in part.indicators for one in each.items
    ]
    assert all(one.component == one.indicator.partition(".")[0] for one in mine)
    assert all(one.indicator_title and one.indicator_title_en and one.writable for one in mine)


def test_the_checklist_of_chosen_regions_reads_those_alone(world: World) -> None:
    rows = world.store.views.checklist("2025", {BLITAR, "99.99"})
    assert {one.region for one in rows} == {BLITAR}
    lazy = world.store.views.checklist_rows("2025", [BLITAR])
    assert next(lazy) == rows[0]
    with pytest.raises(UnknownCycle):
        world.store.views.checklist("1999")
    assert world.store.views.checklist("2024") == ()


def test_a_region_on_a_way_out_is_on_the_checklist_only_when_asked_for(world: World) -> None:
    world.put("standing", f"2025:{BANTUL}", {"stage": "tidak_terpilih", "date": "2025-04-01"})
    assert BANTUL not in {one.region for one in world.store.views.checklist("2025")}
    assert {one.region for one in world.store.views.checklist("2025", [BANTUL])} == {BANTUL}


def test_another_zone_and_no_sample_change_nothing_here(world: World) -> None:
    world.refer(reference(today=None))
    world.put("assessment", f"{KEY}:2.4", {"items": "4", "due": "2025-10-01"})
    assert item(world, "2.4.2").overdue_days == 5
