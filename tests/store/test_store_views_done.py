"""What was done in a region within some days: from the fetched log, own accepted operations and the outbox."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta, UTC
from pathlib import Path
from typing import Any

import pytest
from storeclient import unit_log
from viewworld import at, BLITAR, KEY, key_at, reference, World

from akk_tui.contract.records import LogEntry
from akk_tui.store.history import Log
from akk_tui.store.views.done import Done, Work

WIB = timedelta(hours=7)
ONE = f"{KEY}:2.4"


@pytest.fixture
def world(fast: Path) -> Iterator[World]:
    made = World(fast, reference(today=None))
    yield made
    made.store.close()


def work(world: World, first: str = "2025-10-05", last: str = "2025-10-06", unit: str = BLITAR) -> Work:
    return world.store.views.work("2025", unit, date.fromisoformat(first), date.fromisoformat(last), WIB)


def entry(seq: int, moment: str, taken: str, now: dict[str, Any], **more: Any) -> LogEntry:
    said: dict[str, Any] = {"kind": "assessment", "key": ONE, "by": "sari", "was": dict.fromkeys(now), **more}
    return LogEntry(op=key_at(moment, seq), seq=seq, at=taken, client_at=moment, changed=now, **said)


def fetched(world: World, *entries: LogEntry) -> None:
    Log(world.store).store_page(unit_log(KEY, *entries))


def fields(found: Work) -> list[tuple[str, str, str]]:
    return [(one.field, one.by, one.state) for one in found.done]


def test_own_waiting_edits_count_on_the_day_they_were_made(world: World) -> None:
    world.store.edit("assessment", ONE, {"item.2.4.3": "diterima"}, seen={"item.2.4.3": "belum_ada"})
    found = work(world)
    (one,) = found.done
    assert one.was == {"item.2.4.3": "belum_ada"}
    assert one.now == {"item.2.4.3": "diterima"}
    assert (one.kind, one.key, one.by, one.state) == ("assessment", ONE, "budi", "queued")
    assert one.title == "Bukti sanksi atas keterlambatan pelaporan"
    assert one.day == date(2025, 10, 6)
    assert one.at.date() == date(2025, 10, 6)
    assert found.fetched is None
    assert work(world, "2025-10-07", "2025-10-09") == Work((), (), None)
    assert work(world, "2025-10-01", "2025-10-05").done == ()


def test_the_day_is_that_of_the_regions_clocks(world: World) -> None:
    fetched(world, entry(7, "2025-10-05T17:30:00Z", at("2025-10-09"), {"summary": "x"}))
    assert fields(work(world, "2025-10-06", "2025-10-06")) == [("summary", "sari", "sent")]
    assert work(world, "2025-10-05", "2025-10-05").done == ()


def test_work_without_a_network_counts_on_its_own_day_not_on_that_of_the_sync(world: World) -> None:
    fetched(
        world,
        entry(7, at("2025-10-01"), at("2025-10-06"), {"item.2.4.1": "diunggah"}),
        # A clock that goes ahead, and a number that tells no time: then the server's own time counts.
        entry(8, at("2030-01-01"), at("2025-10-06"), {"item.2.4.2": "diunggah"}),
        LogEntry(
            op="6f2c1f36-0000-4000-8000-000000000000", seq=9, by="impor", at=at("2025-10-06"), client_at="",
            kind="assessment", key=ONE, changed={"due": "2025-10-31"}, was={"due": None},
        ),
    )  # fmt: skip
    assert fields(work(world, "2025-10-01", "2025-10-01")) == [("item.2.4.1", "sari", "sent")]
    assert fields(work(world)) == [("item.2.4.2", "sari", "sent"), ("due", "impor", "sent")]


def test_an_operation_is_told_once_wherever_it_is_known(world: World) -> None:
    store = world.store
    edit = store.edit("assessment", ONE, {"item.2.4.3": "diterima"}, seen=None)
    world.answer(str(edit.op), "applied", seq=40)
    assert fields(work(world)) == [("item.2.4.3", "budi", "sent")]
    log = LogEntry(
        op=str(edit.op), seq=40, by="budi", at=at("2025-10-06", "03:00:00"), client_at="", kind="assessment", key=ONE,
        changed={"item.2.4.3": "diterima"}, was={"item.2.4.3": "belum_ada"},
    )  # fmt: skip
    fetched(world, log)
    again = store.edit("assessment", ONE, {"item.2.4.1": "diunggah"}, seen=None)
    found = work(world)
    assert fields(found) == [("item.2.4.3", "budi", "sent"), ("item.2.4.1", "budi", "queued")]
    assert [one.op for one in found.done] == [edit.op, again.op]
    assert found.fetched is not None


def test_groups_stay_together_and_fields_apart(world: World) -> None:
    fetched(
        world,
        entry(7, at("2025-10-06"), at("2025-10-06"),
              {"score": "80.00", "as_of": "2025-10-01", "source": "KPK", "due": "2025-10-31"}),
        entry(8, at("2025-10-06"), at("2025-10-06"), {"value": "88.00", "source": "KPK"},
              kind="score", key=f"{KEY}:2025-10-06", was=None),
        entry(9, at("2025-10-06"), at("2025-10-06"), {"colour": "merah"}, was={"colour": None}),
        entry(10, at("2025-10-06"), at("2025-10-06"), {"items": "4", "summary": "x"}, was=None),
    )  # fmt: skip
    found = {one.field: one for one in work(world).done if one.field}
    assert set(found["score"].now) == {"score", "as_of", "source"}
    assert found["score"].was == dict.fromkeys(("score", "as_of", "source"))
    assert found["due"].now == {"due": "2025-10-31"}
    assert found["colour"].now == {"colour": "merah"}
    assert found["summary"].was is None
    (made,) = (one for one in work(world).done if one.kind == "score")
    assert (made.field, made.was, made.now) == ("", None, {"value": "88.00", "source": "KPK"})


def test_rows_whose_changes_are_not_known_are_named(world: World) -> None:
    world.put("assessment", ONE, {"items": "4", "by": "sari", "at": at("2025-10-05")})
    world.put("assessment", f"{KEY}:2.5", {"items": "4", "by": "sari", "at": at("2025-09-05")})
    world.put("assessment", f"{KEY}:2.6", {"items": "4"})
    gone = world.note(1, moment=at("2025-10-05"), deleted=True)
    (one,) = work(world).changed
    assert (one.key, one.by, one.day, one.title) == (ONE, "sari", date(2025, 10, 5), "Kepatuhan Pelaporan LHKPN (100%)")
    assert gone not in {changed.key for changed in work(world).changed}
    fetched(world, entry(3, at("2025-10-05"), at("2025-10-05"), {"item.2.4.1": "diterima"}))
    assert work(world).changed == ()
    world.put("assessment", ONE, {"items": "44", "by": "sari", "at": at("2025-10-06")})
    assert [changed.key for changed in work(world).changed] == [ONE]


def test_on_sample_data_what_is_done_now_is_done_on_the_samples_day(fast: Path) -> None:
    world = World(fast, clock=datetime(2027, 3, 1, 2, 0, tzinfo=UTC))
    try:
        world.store.edit("assessment", ONE, {"item.2.4.3": "diterima"}, seen=None)
        (one,) = work(world).done
        assert isinstance(one, Done)
        assert (one.day, one.at.year) == (date(2025, 10, 6), 2027)
    finally:
        world.store.close()


def test_a_region_outside_the_scope_tells_nothing(world: World) -> None:
    world.store.edit("assessment", ONE, {"item.2.4.3": "diterima"}, seen=None)
    world.take(KEY)
    assert work(world) == Work((), (), None)
    assert work(world, unit="99.99") == Work((), (), None)
