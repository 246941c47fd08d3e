"""Status line, portfolio and dashboard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta, UTC
from pathlib import Path
from typing import Any

import msgspec
import pytest
from storeclient import Client
from viewworld import at, BLITAR, CODES, instrument, KAB_BLITAR, KEY, reference, World

from akk_tui.contract.records import Cycle
from akk_tui.store.shapes import RegionRow
from akk_tui.store.store import Store
from akk_tui.store.views.dashboard import ATTENTION_MOST, funnel
from akk_tui.ui import words


@pytest.fixture
def world(fast: Path) -> Iterator[World]:
    made = World(fast)
    yield made
    made.store.close()


def row(world: World, code: str = BLITAR) -> RegionRow:
    return next(one for one in world.store.views.regions("2025") if one.code == code)


def history(world: World, *points: tuple[str, str], unit: str = KEY) -> None:
    for day, value in points:
        world.put("score", f"{unit}:{day}", {"value": value, "source": "KPK", "by": "sari", "at": at(day)})


# --- status -------------------------------------------------------------------------------------------------------


def test_before_the_first_sync_there_is_no_cycle(fast: Path) -> None:
    with Store.open(fast / "akk.db", now=lambda: datetime(2025, 10, 6, 20, 0, tzinfo=UTC)) as store:
        status = store.views.status()
        assert (status.cycle, status.cycles, status.cycle_state) == ("", (), "")
        assert (status.assessment, status.days_left, status.sample, status.last_sync) == (None, None, False, None)
        assert status.today == date(2025, 10, 7)  # 03.00 WIB
        assert store.views.regions("2025") == ()
        empty = store.views.dashboard("2025")
        assert (empty.regions, empty.stages, empty.attention, empty.changes) == ((), (), (), ())


def test_the_status_line_counts_what_waits(world: World) -> None:
    store = world.store
    status = store.views.status()
    assert (status.cycle, status.cycles, status.cycle_state) == ("2025", ("2025", "2024"), "open")
    assert (status.assessment, status.days_left) == (date(2025, 11, 4), 29)
    assert (status.sample, status.officer, status.role) == (True, "Budi", "petugas")
    assert (status.pending, status.conflicts, status.refused) == (0, 0, 0)
    first = store.edit("assessment", f"{KEY}:2.4", {"item.2.4.1": "diterima"}, seen=None)
    store.edit("assessment", f"{KEY}:2.4", {"item.2.4.2": "diunggah"}, seen=None)
    other = store.edit("assessment", f"2025:{KAB_BLITAR}:2.4", {"item.2.4.1": "diunggah"}, seen=None)
    assert store.views.status().pending == 3
    world.conflict(str(first.op), {"item.2.4.1": "diunggah"})
    world.answer(str(other.op), "rejected", {"code": "read_only", "detail": ""})
    status = store.views.status()
    assert (status.pending, status.conflicts, status.refused) == (1, 1, 1)
    assert store.queue.pending_count() == 1


def test_operations_on_one_field_are_one_conflict(world: World) -> None:
    store = world.store
    first = store.edit("assessment", f"{KEY}:2.4", {"item.2.4.1": "diterima"}, seen=None)
    second = store.edit("assessment", f"{KEY}:2.4", {"item.2.4.1": "diunggah"}, seen=None)
    third = store.edit("assessment", f"{KEY}:2.4", {"due": "2025-10-20"}, seen=None)
    world.conflict(str(first.op), {"item.2.4.1": "diverifikasi"})
    world.conflict(str(third.op), {"due": "2025-10-21"})
    status = store.views.status()
    assert (status.pending, status.conflicts) == (1, 2)
    assert len(store.views.conflicts()) == 2
    assert row(world).conflicts == 2
    assert second.op


def test_a_creation_in_conflict_is_one_whatever_builds_on_it(world: World) -> None:
    store = world.store
    day = "2025-10-01"
    made = store.edit("score", f"{KEY}:{day}", {"value": "80", "source": "KPK"}, seen=None)
    more = store.edit("score", f"{KEY}:{day}", {"value": "81"}, seen=None)
    world.conflict(str(made.op), {"value": "79.00", "source": "KPK"})
    world.conflict(str(more.op), {"value": "79.00", "source": "KPK"})
    assert store.views.status().conflicts == len(store.views.conflicts()) == 1


def test_another_cycle_is_shown_as_it_is_and_an_unknown_one_is_the_newest_open(world: World) -> None:
    old = world.store.views.status("2024")
    assert (old.cycle, old.cycle_state) == ("2024", "closed")
    assert old.days_left is not None
    assert old.days_left < 0
    assert world.store.views.status("1999").cycle == "2025"
    world.store.meta.set("last_sync", "2025-10-06T02:14:00Z")
    assert world.store.views.status().last_sync == datetime(2025, 10, 6, 2, 14, tzinfo=UTC)


# --- portfolio ----------------------------------------------------------------------------------------------------


def test_an_untouched_region_has_a_row_of_nothing(world: World) -> None:
    found = row(world)
    assert (found.name, found.province, found.zone, found.writable) == ("Kota Blitar", "Jawa Timur", "WIB", True)
    assert (found.official, found.estimate, found.readiness) == (None, 0.0, "unknown")
    assert (found.forecast.kind, found.criteria_met, found.criteria_known, found.criteria_total) == ("no_data", 0, 0, 8)
    assert (found.touched, found.stale_days, found.team, found.trend) == (None, None, (), ())
    assert [component.id for component in found.components] == ["1", "2", "3", "4", "5", "6"]
    assert sum(component.gap or 0 for component in found.components) == pytest.approx(100)


def test_rows_are_by_name_and_twins_stand_together(world: World) -> None:
    assert [one.name for one in world.store.views.regions("2025")] == [
        "Kab. Bantul",
        "Kab. Blitar",
        "Kota Blitar",
        "Kab. Minahasa Tenggara",
    ]


def test_the_figures_of_a_region_come_from_its_rows(world: World) -> None:
    history(world, ("2025-08-11", "70.35"), ("2025-08-25", "73.90"), ("2025-09-08", "77.50"))
    world.put("score", f"{KEY}:2025-09-20", {"value": "99.00", "retracted": True})
    world.put("score", f"{KEY}:2025-10-20", {"value": "98.00", "source": "KPK"})
    world.put("standing", KEY, {"stage": "pendampingan", "date": "2025-03-01", "team": ["budi", "sari"]})
    world.put("criterion", f"{KEY}:mcp", {"value": "98.00", "year": 2024})
    world.put("criterion", f"{KEY}:spi", {"value": "60.00", "year": 2024})
    world.put(
        "assessment",
        f"{KEY}:2.4",
        {"items": "4132", "due": "2025-10-01", "by": "sari", "at": at("2025-09-20", "23:00:00")},
    )
    found = row(world)
    assert (found.official, found.official_as_of, found.official_source) == (77.5, date(2025, 9, 8), "KPK")
    assert found.trend == (70.35, 73.9, 77.5)
    assert found.gap == pytest.approx(12.51)
    assert (found.stage, found.stage_date, found.team) == ("pendampingan", date(2025, 3, 1), ("budi", "sari"))
    assert (found.criteria_met, found.criteria_known) == (1, 2)
    assert found.components[1].score == pytest.approx((1 + 0.25 + 0.75 + 0.5) / 4 * 100 / 6)
    assert found.estimate == pytest.approx((1 + 0.25 + 0.75 + 0.5) / 4 * 100 / 19)
    assert (found.overdue, found.needs_work) == (2, 1)
    assert found.touched == datetime(2025, 9, 20, 23, 0, tzinfo=UTC)
    assert found.stale_days == 15  # 21 September, 06.00 WIB
    assert (found.forecast.kind, found.forecast.day) == ("date", date(2025, 10, 27))
    assert found.readiness == "nearly"


def test_an_edit_counts_at_once_and_an_undo_takes_it_back(world: World) -> None:
    before = row(world)
    world.store.edit("assessment", f"{KEY}:1.1", {"item.1.1.1": "diterima"}, seen=None)
    after = row(world)
    assert after.estimate is not None
    assert after.estimate > (before.estimate or 0)
    assert after.pending == 1
    assert after.stale_days == 0
    assert after.touched is not None
    assert after.touched >= datetime(2025, 10, 6, 2, 0, tzinfo=UTC)
    world.store.undo()
    assert row(world) == before


def test_what_was_refused_does_not_count(world: World) -> None:
    edit = world.store.edit("assessment", f"{KEY}:1.1", {"item.1.1.1": "diterima"}, seen=None)
    world.answer(str(edit.op), "rejected", {"code": "role", "detail": ""})
    found = row(world)
    assert (found.estimate, found.pending, found.touched) == (0.0, 0, None)


def test_what_was_accepted_counts_before_a_pull_brings_it(world: World) -> None:
    edit = world.store.edit("assessment", f"{KEY}:1.1", {"item.1.1.1": "diterima"}, seen=None)
    world.answer(str(edit.op), "applied", seq=7)
    found = row(world)
    assert found.pending == 0
    assert found.estimate
    assert found.touched is not None


def test_a_note_and_an_event_are_changes_of_their_region(world: World) -> None:
    world.note(moment=at("2025-09-01"))
    assert row(world).touched == datetime(2025, 9, 1, 2, 0, tzinfo=UTC)
    key = "01890000-0000-7000-8000-000000000001"
    world.put("event", key, {"cycle": "2025", "region": BLITAR, "kind": "monev", "at": at("2025-09-02")})
    assert row(world).touched == datetime(2025, 9, 2, 2, 0, tzinfo=UTC)
    assert row(world, KAB_BLITAR).touched is None


def test_rights_come_from_the_scope_and_the_cycle(world: World) -> None:
    assert row(world).writable
    world.give(KEY, write=False)
    assert not row(world).writable
    world.give(KEY)
    world.refer(reference(state="closed"))
    assert not row(world).writable
    assert not world.store.views.checklist("2025", [BLITAR])[0].writable


def test_a_unit_that_was_taken_is_hidden_at_once(world: World) -> None:
    world.put("assessment", f"{KEY}:1.1", {"items": "4"})
    world.take(KEY)
    assert BLITAR not in {one.code for one in world.store.views.regions("2025")}
    assert BLITAR not in {one.region for one in world.store.views.checklist("2025")}
    world.give(KEY)
    assert row(world).estimate


def test_a_region_that_the_reference_does_not_hold_is_called_by_its_code(world: World) -> None:
    world.give("2025:99.99")
    found = row(world, "99.99")
    assert (found.name, found.province, found.zone) == ("99.99", "", "WIB")
    assert world.store.views.dashboard("2025").regions[-1].name in {"99.99", "Kab. Minahasa Tenggara"}


def test_invented_regions_are_marked(world: World) -> None:
    assert row(world, KAB_BLITAR).invented
    assert not row(world).invented
    world.refer(reference(today=None))
    assert not row(world, KAB_BLITAR).invented


def test_values_that_cannot_be_read_are_no_data(world: World) -> None:
    world.put("score", f"{KEY}:2025-09-08", {"value": "banyak", "source": 7})
    world.put("score", f"{KEY}:kemarin", {"value": "80.00"})
    world.put("standing", KEY, {"stage": 3, "date": "besok", "team": "budi", "at": 5})
    world.put("criterion", f"{KEY}:mcp", {"value": 98})
    fields = {"items": 4, "due": "kapan", "owners": [1, "Setda"], "item_due.1.1.1": None, "item_owner.1.1.1": 3}
    world.put("assessment", f"{KEY}:1.1", {**fields, "at": "tidak tahu"})
    world.put("assessment", f"{KEY}:9.9", {"items": "1111"})
    found = row(world)
    assert (found.official, found.stage, found.stage_date, found.team, found.touched) == (None, None, None, (), None)
    assert (found.criteria_known, found.needs_work) == (0, 0)


def test_ages_are_never_negative(world: World) -> None:
    world.put("assessment", f"{KEY}:1.1", {"items": "4", "at": at("2026-10-06")})
    assert row(world).stale_days == 0


# --- dashboard ----------------------------------------------------------------------------------------------------


def _cycle(reached: dict[str, int], **published: int) -> Cycle:
    made = msgspec.structs.replace(instrument(), published=published)
    return Cycle(id="2025", state="open", instrument=made, reached=reached)


@pytest.mark.parametrize(
    ("reached", "published", "counts"),
    [
        ({}, {}, [None] * 7),
        ({"observasi": 33, "pendampingan": 3}, {}, [None, 36, 3, 3, 3, 0, 0]),
        ({"observasi": 11, "percontohan": 4}, {"usulan": 97}, [97, 15, 4, 4, 4, 4, 4]),
        ({"tidak_terpilih": 10, "tidak_lulus": 1, "dicabut": 1, "calon": 1}, {}, [None, 13, 3, 2, 2, 2, 1]),
        ({"masa_depan": 4, "usulan": 2}, {}, [2, 0, 0, 0, 0, 0, 0]),
    ],
)
def test_a_stage_was_reached_by_all_at_it_or_later(
    reached: dict[str, int], published: dict[str, int], counts: list[int | None]
) -> None:
    assert [one.reached for one in funnel(_cycle(reached, **published))] == counts


def test_the_dashboard_is_the_portfolio_counted_and_judged(world: World) -> None:
    history(world, ("2025-08-11", "88.00"), ("2025-08-25", "90.50"), ("2025-09-08", "92.15"))
    history(world, ("2025-08-11", "70.00"), unit=f"2025:{KAB_BLITAR}")
    world.put("criterion", f"2025:{KAB_BLITAR}:spi", {"value": "60.00"})
    world.put("criterion", f"2025:{KAB_BLITAR}:kasus", {"value": "tidak"})
    world.put("assessment", f"{KEY}:2.4", {"items": "0120", "due": "2025-09-30", "owners": ["BKPSDM"]})
    found = world.store.views.dashboard("2025")
    assert found.regions == world.store.views.regions("2025")
    assert found.status == world.store.views.status()
    assert (found.ready, found.nearly, found.behind, found.unknown) == (1, 0, 1, 2)
    assert [one.reached for one in found.stages] == [None, 36, 3, 3, 3, 0, 0]
    weights = [one.weight for one in found.attention]
    assert weights == sorted(weights, reverse=True)
    assert found.attention_total == len(found.attention)
    criterion = next(one for one in found.attention if one.kind == "criterion")
    assert (criterion.region_name, criterion.criterion, criterion.title_en) == (
        "Kab. Blitar",
        "spi",
        next(one.title_en for one in instrument().criteria if one.id == "spi"),
    )
    assert not any("kasus" in (one.criterion or "") for one in found.attention)
    overdue = [one for one in found.attention if one.kind == "overdue"]
    assert {one.item for one in overdue} == {"2.4.1", "2.4.2", "2.4.3", "2.4.4"}
    assert {(one.indicator, one.owner, one.days) for one in overdue} == {("2.4", "BKPSDM", 6)}
    assert all(one.title and one.points for one in overdue)


def test_a_closed_cycle_needs_nobody_but_for_what_differs(world: World) -> None:
    world.put("assessment", f"{KEY}:2.4", {"items": "1", "due": "2025-10-01"})
    assert world.store.views.dashboard("2025").attention
    edit = world.store.edit("assessment", f"{KEY}:2.4", {"item.2.4.1": "diterima"}, seen=None)
    world.conflict(str(edit.op), {"item.2.4.1": "diunggah"})
    world.refer(reference(state="closed"))
    found = world.store.views.dashboard("2025")
    assert [(one.kind, one.op) for one in found.attention] == [("conflict", edit.op)]
    assert found.attention_total == 1


def test_a_stale_region_needs_attention(world: World) -> None:
    history(world, ("2025-06-01", "70.00"))
    (stale,) = [one for one in world.store.views.dashboard("2025").attention if one.kind == "stale"]
    assert (stale.region, stale.days, stale.title) == (BLITAR, 127, "")


def test_no_more_than_the_heaviest_reasons_are_handed_out_but_all_are_counted(fast: Path) -> None:
    from akk_tui.server.regions import built_in

    world = World(fast, reference([region.code for region in built_in()[:8]]))
    with world.store.db.write():
        for region in built_in()[:8]:
            for component in instrument().components:
                for one in component.indicators:
                    row = ("assessment", f"2025:{region.code}:{one.id}", f"2025:{region.code}", '{"items":"11111"}')
                    world.store.db.execute("INSERT INTO base VALUES (?, ?, ?, 1, 1, ?)", row)
        world.store.db.execute("DELETE FROM summary")
    found = world.store.views.dashboard("2025")
    items = sum(len(one.items) for component in instrument().components for one in component.indicators)
    assert found.attention_total == 8 * items > ATTENTION_MOST
    assert len(found.attention) == ATTENTION_MOST
    world.store.close()


def test_a_conflict_needs_the_officer(world: World) -> None:
    item = world.store.edit("assessment", f"{KEY}:2.4", {"item.2.4.1": "diterima"}, seen=None)
    stage = world.store.edit("standing", KEY, {"stage": "calon"}, seen=None)
    world.conflict(str(item.op), {"item.2.4.1": "diunggah"})
    world.conflict(str(stage.op), {"stage": "bimtek", "date": None})
    found = world.store.views.dashboard("2025")
    assert [one.kind for one in found.attention[:2]] == ["conflict", "conflict"]
    assert {(one.indicator, one.item, one.title) for one in found.attention[:2]} == {
        ("2.4", "2.4.1", "Daftar wajib lapor LHKPN yang ditetapkan kepala daerah"),
        (None, None, "Tahapan"),
    }
    assert not any(one.kind == "conflict" for one in world.store.views.dashboard("2024").attention)


def test_a_drop_counts_from_the_last_look(world: World) -> None:
    def drops() -> list[tuple[Any, ...]]:
        found = world.store.views.dashboard("2025").attention
        return [(one.region, one.component, one.points) for one in found if one.kind == "dropped"]

    for code in CODES:
        world.put("assessment", f"2025:{code}:1.1", {"items": "4444"})
    world.put("assessment", f"{KEY}:1.1", {"items": "44"})
    assert drops() == []  # nobody has looked yet
    world.put("assessment", f"{KEY}:1.1", {"items": "4444"})
    full = row(world).components[0].score
    world.store.mark_looked()
    world.put("assessment", f"{KEY}:1.1", {"items": "44"})
    lost = round((full or 0) - (row(world).components[0].score or 0), 2)
    assert drops() == [(BLITAR, "1", lost)]
    world.put("standing", KEY, {"stage": "calon"})
    assert drops() == [(BLITAR, "1", lost)]
    world.store.mark_looked()
    assert drops() == []


def test_changes_are_those_of_others_since_the_last_look(
    client: Callable[..., Client], budi: Client, sari: Client
) -> None:
    sari.tick("1.1.1", "diterima")
    sari.sync()
    budi.sync()
    (change,) = budi.store.views.dashboard("2025").changes
    assert (change.by, change.region, change.region_name) == ("sari", "35.72", "Kota Kota35")
    assert (change.kind, change.key, change.field, change.value) == (
        "assessment",
        "2025:35.72:1.1",
        "item.1.1.1",
        "diterima",
    )
    assert change.at == datetime(2025, 10, 6, 2, 0, tzinfo=UTC)
    assert budi.store.views.dashboard("2024").changes == ()
    assert sari.store.views.dashboard("2025").changes == ()
    budi.store.mark_looked()
    assert budi.store.views.dashboard("2025").changes == ()


def test_a_day_later_the_dates_have_moved_on(fast: Path) -> None:
    world = World(fast, reference(today=None), datetime(2025, 10, 1, 3, 0, tzinfo=UTC))
    world.put("assessment", f"{KEY}:2.4", {"items": "12", "due": "2025-10-03", "at": at("2025-09-28")})
    assert (row(world).overdue, row(world).stale_days) == (0, 3)
    world.clock.at += timedelta(days=9)
    found = world.store.views.dashboard("2025")
    assert (row(world).overdue, row(world).stale_days) == (4, 12)
    assert {one.days for one in found.attention if one.kind == "overdue"} == {7}
    world.store.close()


def test_a_hidden_criterion_that_changed_is_named_without_its_value(world: World) -> None:
    with world.store.db.write():
        for name, value in (("kasus", "ya"), ("mcp", "80.00")):
            world.store.db.execute(
                "INSERT INTO change (by, at, unit, kind, key, field, value) VALUES (?, ?, ?, ?, ?, ?, ?)",
                ("sari", at("2025-10-01"), KEY, "criterion", f"{KEY}:{name}", "value", value),
            )
    found = {one.key: one for one in world.store.views.dashboard("2025").changes}
    assert (found[f"{KEY}:kasus"].value, found[f"{KEY}:kasus"].hidden) == (None, True)
    assert (found[f"{KEY}:mcp"].value, found[f"{KEY}:mcp"].hidden) == ("80.00", False)
    assert words.change(found[f"{KEY}:kasus"]).endswith("kasus → tersembunyi")
