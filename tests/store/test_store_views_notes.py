"""Notes: list, one whole, their states."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, UTC
from pathlib import Path
from typing import Any

import pytest
from viewworld import at, BLITAR, KAB_BLITAR, KEY, key_at, reference, World

from akk_tui.store.views.notes import UnknownNote

EVENT = key_at(at("2025-02-01"), 77)


@pytest.fixture
def world(fast: Path) -> Iterator[World]:
    made = World(fast)
    yield made
    made.store.close()


def ids(world: World, cycle: str | None = "2025", **wanted: Any) -> list[str]:
    return [one.id for one in world.store.views.notes(cycle, **wanted)]


def test_notes_are_newest_first_with_what_a_list_shows(world: World) -> None:
    old = world.note(1, moment=at("2025-08-01"), title="Lama")
    body = "# Observasi\n\nPelayanan di MPP"
    new = world.note(
        2, moment=at("2025-09-01"), title="Baru", body=body, tags=["mpp", "observasi"], subject=f"{BLITAR}:2.4"
    )
    assert ids(world) == [new, old]
    row = world.store.views.notes("2025")[0]
    assert (row.cycle, row.region, row.region_name) == ("2025", BLITAR, "Kota Blitar")
    assert (row.subject, row.subject_title) == (f"{BLITAR}:2.4", "Kepatuhan Pelaporan LHKPN (100%)")
    assert (row.title, row.excerpt, row.tags) == ("Baru", "Observasi Pelayanan di MPP", ("mpp", "observasi"))
    assert (row.author, row.mine, row.state) == ("sari", False, "sent")
    assert row.at == datetime(2025, 9, 1, 2, 0, tzinfo=UTC)
    assert world.store.views.notes("2025")[1].subject_title == "Kota Blitar"


def test_a_subject_is_a_region_an_indicator_or_an_event(world: World) -> None:
    world.put("event", EVENT, {"cycle": "2025", "region": BLITAR, "kind": "monev", "title": "Monev kedua"})
    about_region = world.note(1)
    about_indicator = world.note(2, subject=f"{BLITAR}:2.4")
    about_event = world.note(3, subject=EVENT)
    elsewhere = world.note(4, region=KAB_BLITAR)
    assert sorted(ids(world, subject=BLITAR)) == sorted([about_region, about_indicator, about_event])
    assert ids(world, subject=f"{BLITAR}:2.4") == [about_indicator]
    assert ids(world, subject=EVENT) == [about_event]
    assert ids(world, subject=KAB_BLITAR) == [elsewhere]
    assert ids(world, None, subject=KAB_BLITAR) == [elsewhere]
    assert ids(world, "2024", subject=BLITAR) == []
    assert ids(world, subject="35.99") == []
    (row,) = world.store.views.notes("2025", subject=EVENT)
    assert row.subject_title == "Monev kedua"


def test_without_a_cycle_the_notes_of_all_are_there(world: World) -> None:
    world.give("2024:34.02")
    old = world.note(1, moment=at("2024-09-01"), region="34.02", cycle="2024")
    new = world.note(2)
    assert ids(world, None) == [new, old]
    assert ids(world, "2024") == [old]


def test_tags_are_counted_and_narrow_the_list(world: World) -> None:
    first = world.note(1, moment=at("2025-08-01"), tags=["lhkpn", "monev"])
    second = world.note(2, moment=at("2025-08-02"), tags=["lhkpn"], title="Rapat")
    world.note(3, moment=at("2025-08-03"), tags=["lhkpn-lama"])
    world.note(4, moment=at("2025-08-04"))
    assert world.store.views.note_tags("2025") == (("lhkpn", 2), ("lhkpn-lama", 1), ("monev", 1))
    assert world.store.views.note_tags("2024") == ()
    assert ids(world, tags=("lhkpn",)) == [second, first]
    assert ids(world, tags=("lhkpn", "monev")) == [first]
    assert ids(world, tags=("lhkpn",), search="rapat") == [second]
    assert ids(world, tags=("lhk",)) == []


def test_the_newest_are_left_where_only_some_are_wanted(world: World) -> None:
    notes = [world.note(n, moment=at(f"2025-08-0{n}"), body="sama") for n in (1, 2, 3)]
    assert ids(world, limit=2) == [notes[2], notes[1]]
    assert ids(world, search="sama", limit=1) == [notes[2]]


def test_the_excerpt_of_a_search_is_where_the_word_stands(world: World) -> None:
    world.note(1, body="awal " * 400 + "maengket " + "akhir " * 400)
    (row,) = world.store.views.notes("2025", search="maeng")
    assert "maengket" in row.excerpt
    assert len(row.excerpt) <= 160


def test_a_search_narrows_the_list(world: World) -> None:
    first = world.note(1, moment=at("2025-08-01"), title="Rapat LHKPN")
    world.note(2, moment=at("2025-08-02"), title="Rapat SKM")
    third = world.note(3, moment=at("2025-08-03"), body="Tindak lanjut kepatuhan lhkpn, " * 20)
    assert ids(world, search="lhk") == [third, first]
    assert ids(world, search="rapat lhkpn") == [first]
    assert ids(world, subject=KAB_BLITAR, search="lhk") == []
    assert len(ids(world, search="  ")) == 3
    assert ids(world, search='"*(') == []
    assert "lhkpn" in world.store.views.notes("2025", search="lhkpn")[0].excerpt


def test_the_state_is_that_of_the_newest_waiting_operation(world: World) -> None:
    store = world.store
    made = store.create("note", {"cycle": "2025", "region": BLITAR, "subject": BLITAR, "title": "A", "body": "B"})
    (row,) = store.views.notes("2025")
    assert (row.state, row.mine, row.author) == ("queued", True, "budi")
    assert store.views.note(made.key).row == row
    world.answer(str(made.op), "applied", seq=3)
    assert store.views.note(made.key).row.state == "sent"
    edit = store.edit("note", made.key, {"title": "A2"}, seen={"title": "A"})
    assert store.views.note(made.key).row.state == "queued"
    world.conflict(str(edit.op), {"title": "A3"})
    found = store.views.note(made.key)
    assert (found.row.state, found.row.title) == ("conflict", "A2")


def test_one_note_whole_with_what_an_edit_must_have_seen(world: World) -> None:
    body = "baris\n" * 200
    key = world.note(1, title="Judul", body=body, tags=["a", "b"])
    found = world.store.views.note(key)
    assert found.body == body
    assert found.seen == {"title": "Judul", "body": body, "tags": ["a", "b"]}
    bare = world.note(2, title=None, body=None)
    assert world.store.views.note(bare).seen == {"title": None, "body": None, "tags": None}
    assert world.store.views.note(bare).body == ""


def test_a_deleted_note_is_gone(world: World) -> None:
    made = world.store.create("note", {"cycle": "2025", "region": BLITAR, "subject": BLITAR, "title": "A", "body": "B"})
    world.store.delete_note(made.key)
    assert ids(world) == []
    with pytest.raises(UnknownNote) as caught:
        world.store.views.note(made.key)
    assert made.key in caught.value.words()


@pytest.mark.parametrize("key", ["", "bukan-uuid", key_at(at("2025-01-01"), 5), "\x1b[2J"])
def test_an_unknown_note_is_said_so(world: World, key: str) -> None:
    with pytest.raises(UnknownNote) as caught:
        world.store.views.note(key)
    assert "\x1b" not in caught.value.words()


def test_notes_of_a_region_that_was_taken_are_hidden(world: World) -> None:
    key = world.note(1)
    made = world.store.create("note", {"cycle": "2025", "region": BLITAR, "subject": BLITAR, "title": "A", "body": "B"})
    world.take(KEY)
    assert ids(world) == []
    for one in (key, made.key):
        with pytest.raises(UnknownNote):
            world.store.views.note(one)
    world.give(KEY)
    assert len(ids(world)) == 2


def test_an_unknown_subject_is_shown_by_its_id(world: World) -> None:
    world.note(1, subject=EVENT)
    world.note(2, subject="99.99:9.9")
    titles = {one.subject: one.subject_title for one in world.store.views.notes("2025")}
    assert titles == {EVENT: "Kegiatan", "99.99:9.9": "9.9"}
    world.refer(reference(["71.07"]))
    assert {one.region_name for one in world.store.views.notes("2025")} == {BLITAR}
