"""Activities and follow-ups: lists, one whole, attendance, what waits, what is not shown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from viewworld import at, BLITAR, KAB_BLITAR, KEY, key_at, MINAHASA, World

from akk_tui.contract.states import ATTENDANCE
from akk_tui.store.errors import ReadOnlyUnit
from akk_tui.store.views.events import UnknownEvent
from akk_tui.store.views.followups import UnknownFollowup


@pytest.fixture
def world(fast: Path) -> Iterator[World]:
    made = World(fast)
    yield made
    made.store.close()


def event(world: World, number: int, region: str = BLITAR, **fields: Any) -> str:
    key = key_at(at("2025-08-01"), number)
    world.put("event", key, {"cycle": "2025", "region": region, "title": f"Kegiatan {number}", **fields})
    return key


def followup(world: World, number: int, region: str = BLITAR, **fields: Any) -> str:
    key = key_at(at("2025-08-02"), number)
    world.put("followup", key, {"cycle": "2025", "region": region, "text": f"Hal {number}", **fields})
    return key


def test_events_are_in_the_order_of_their_days_with_what_a_list_shows(world: World) -> None:
    undated = event(world, 1)
    late = event(world, 2, start="2025-09-24T09:00", end="2025-09-25T15:30", zone="WIB", place="Inspektorat")
    early = event(world, 3, KAB_BLITAR, start="2025-02-11", institutions=["BPKP", "KPK"], participants=64, by="sari")
    assert [one.id for one in world.store.views.events("2025")] == [early, late, undated]
    first, second, third = world.store.views.events("2025")
    assert (first.region, first.region_name, first.institutions) == (KAB_BLITAR, "Kab. Blitar", ("BPKP", "KPK"))
    assert (first.start_day, first.end_day, first.participants, first.by) == (
        date(2025, 2, 11), date(2025, 2, 11), 64, "sari",
    )  # fmt: skip
    assert (second.start, second.end_day, second.zone) == ("2025-09-24T09:00", date(2025, 9, 25), "WIB")
    assert (third.start_day, third.kind, third.state, third.writable) == (None, None, "sent", True)
    assert [one.id for one in world.store.views.events("2025", BLITAR)] == [late, undated]
    assert [one.id for one in world.store.views.events(None, KAB_BLITAR)] == [early]
    assert world.store.views.events("2024") == ()


def test_attendance_is_a_field_an_agency_each(world: World) -> None:
    key = event(world, 1, **{"attendance.BKPSDM": "hadir", "attendance.Setda": "tidak_hadir"})
    world.put("assessment", f"{KEY}:2.4", {"owners": ["Bagian Baru", "Bag. Titik"]})
    store = world.store
    assert store.views.event(key).attendance == {"BKPSDM": "hadir", "Setda": "tidak_hadir"}
    store.edit("event", key, {"attendance.Setda": "diwakili"}, seen={"attendance.Setda": "tidak_hadir"})
    store.edit("event", key, {"attendance.Diskominfo": "hadir"}, seen=store.views.event(key).seen)
    detail = store.views.event(key)
    assert set(detail.attendance.values()) <= set(ATTENDANCE)
    assert (detail.row.present, detail.row.invited, detail.row.state) == (3, 3, "queued")
    assert detail.agencies[:4] == ("BKPSDM", "Diskominfo", "Setda", "Bagian Baru")
    assert "Inspektorat" in detail.agencies
    assert not any("." in name for name in detail.agencies)
    assert len(store.views.outbox()) == 2


def test_an_event_knows_its_follow_ups_and_notes(world: World) -> None:
    key = event(world, 1)
    done = followup(world, 1, event=key, status="selesai", done_at="2025-08-20")
    late = followup(world, 2, event=key, due="2025-09-30", owner="BKPSDM", source="KPK", subject=f"{BLITAR}:2.4")
    followup(world, 3)
    note = world.note(9, subject=key)
    detail = world.store.views.event(key)
    assert [one.id for one in detail.followups] == [late, done]
    assert (detail.row.followups, detail.row.open_followups) == (2, 1)
    assert [one.id for one in detail.notes] == [note]
    assert world.store.views.events("2025")[0].open_followups == 1
    row = detail.followups[0]
    assert (row.overdue_days, row.status, row.is_open) == (6, "belum", True)
    assert (row.event_title, row.subject_title) == ("Kegiatan 1", "Kepatuhan Pelaporan LHKPN (100%)")
    assert detail.followups[1].overdue_days is None
    assert world.store.views.followups("2025", event=key) == detail.followups


def test_open_follow_ups_come_first_by_their_day(world: World) -> None:
    undated = followup(world, 1)
    later = followup(world, 2, due="2025-11-01", status="proses")
    sooner = followup(world, 3, MINAHASA, due="2025-10-06", status="proses")
    old = followup(world, 4, status="selesai", done_at="2025-03-01")
    new = followup(world, 5, status="tidak_dapat_ditindaklanjuti", done_at="2025-09-01")
    unread = followup(world, 6, due="2026-01-01", status="nanti")
    rows = world.store.views.followups("2025")
    assert [one.id for one in rows] == [sooner, later, unread, undated, new, old]
    assert rows[0].overdue_days is None
    assert rows[2].status == "belum"
    assert [one.id for one in world.store.views.followups("2025", MINAHASA)] == [sooner]
    assert world.store.views.followup(sooner).region_name == "Kab. Minahasa Tenggara"


def test_an_event_that_is_not_here_yet(world: World) -> None:
    gone = key_at(at("2025-01-01"), 99)
    key = followup(world, 1, event=gone, subject=gone)
    row = world.store.views.followup(key)
    assert (row.event, row.event_title, row.subject_title) == (gone, "", "")


def test_made_here_it_waits_and_goes_again(world: World) -> None:
    store = world.store
    made = store.create("event", {"cycle": "2025", "region": BLITAR, "title": "Rapat", "kind": "rapat"})
    row = store.views.event(made.key).row
    assert (row.state, row.writable) == ("queued", True)
    asked = store.create("followup", {"cycle": "2025", "region": BLITAR, "text": "Kirim SK", "event": made.key})
    assert store.views.followup(asked.key).event_title == "Rapat"
    store.outbox.delete("event", made.key)
    assert store.views.events("2025") == ()
    assert store.views.followup(asked.key).event_title == ""
    store.undo()
    assert [one.id for one in store.views.events("2025")] == [made.key]


def test_what_is_deleted_unknown_or_out_of_scope_is_not_there(world: World) -> None:
    store = world.store
    gone = event(world, 1, deleted=True)
    away = event(world, 2, MINAHASA)
    asked = followup(world, 3, MINAHASA)
    world.take(f"2025:{MINAHASA}")
    assert store.views.events("2025") == ()
    assert store.views.followups("2025") == ()
    for key in (gone, away, "x"):
        with pytest.raises(UnknownEvent):
            store.views.event(key)
    for key in (asked, "x"):
        with pytest.raises(UnknownFollowup):
            store.views.followup(key)


def test_where_nothing_may_be_written(world: World) -> None:
    world.give(f"2025:{BLITAR}", write=False)
    key = event(world, 1)
    assert not world.store.views.event(key).row.writable
    with pytest.raises(ReadOnlyUnit):
        world.store.edit("event", key, {"place": "Aula"}, seen={"place": None})


def test_a_follow_up_past_its_day_needs_attention_until_it_is_done(world: World) -> None:
    store = world.store
    key = followup(world, 1, due="2025-09-30", owner="BKPSDM", subject=f"{BLITAR}:2.4")
    followup(world, 2, due="2025-10-06")
    followup(world, 3, due="2025-09-30", deleted=True)
    (found,) = [one for one in store.views.dashboard("2025").attention if one.kind == "followup"]
    assert (found.followup, found.region, found.indicator, found.owner, found.days) == (key, BLITAR, "2.4", "BKPSDM", 6)
    assert found.title == "Hal 1"
    store.edit("followup", key, {"status": "selesai", "done_at": "2025-10-06"}, seen={"status": None})
    assert not [one for one in store.views.dashboard("2025").attention if one.kind == "followup"]
    store.undo()
    assert [one for one in store.views.dashboard("2025").attention if one.kind == "followup"]
