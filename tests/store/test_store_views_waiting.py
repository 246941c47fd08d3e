"""What waits, what is in conflict, what was accepted: each with a title for a person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, UTC
from pathlib import Path

import pytest
from msgspec.structs import replace
from viewworld import at, BLITAR, KEY, key_at, World

from akk_tui.store import former
from akk_tui.store.views.titles import tail_of, Titles

LIFTED = (("item.2.4.1", "diterima"), ("due", "2025-11-01"), ("owners", ["Setda"]))


@pytest.fixture
def world(fast: Path) -> Iterator[World]:
    made = World(fast)
    yield made
    made.store.close()


def test_an_empty_store_has_nothing_waiting(world: World) -> None:
    views = world.store.views
    assert (views.outbox(), views.conflicts(), views.sent()) == ((), (), ())


def test_the_outbox_is_in_the_authors_order_with_titles(world: World) -> None:
    store, key = world.store, f"{KEY}:2.4"
    store.edit("assessment", key, {"item.2.4.1": "diterima"}, seen=None)
    store.edit("assessment", key, {"evidence.2.4.2.1": {"title": "SK"}}, seen=None)
    store.edit("assessment", key, {"owners": ["Setda"]}, seen=None)
    store.edit("criterion", f"{KEY}:spi", {"value": "70"}, seen=None)
    store.edit("standing", KEY, {"stage": "calon"}, seen=None)
    store.edit("standing", KEY, {"team": ["budi"]}, seen=None)
    store.edit("score", f"{KEY}:2025-10-01", {"value": "80"}, seen=None)
    store.create("note", {"cycle": "2025", "region": BLITAR, "subject": BLITAR, "body": "Baris satu\nbaris dua"})
    store.create("note", {"cycle": "2025", "region": BLITAR, "subject": BLITAR, "tags": ["kosong"]})
    store.create("event", {"cycle": "2025", "region": BLITAR, "kind": "monev", "title": "Monev " + "x" * 100})
    store.create("followup", {"cycle": "2025", "region": BLITAR, "text": "Lengkapi SK"})
    rows = store.views.outbox()
    assert [one.n for one in rows] == sorted(one.n for one in rows)
    assert [one.title for one in rows] == [
        "Daftar wajib lapor LHKPN yang ditetapkan kepala daerah",
        "Tingkat kepatuhan pelaporan dengan tanggal data",
        "Kepatuhan Pelaporan LHKPN (100%)",
        "Survei Penilaian Integritas (SPI)",
        "Tahapan",
        "Tim",
        "Nilai pemenuhan indikator",
        "Baris satu baris dua",
        "Catatan",
        "Monev " + "x" * 73 + "…",
        "Lengkapi SK",
    ]
    assert rows[0].title_en == "List of officials who must declare, set by the regional head"
    assert {(one.region, one.region_name, one.state) for one in rows} == {(BLITAR, "Kota Blitar", "queued")}
    first = rows[0]
    assert (first.field, first.set, first.was, first.answer) == (
        "item.2.4.1",
        {"item.2.4.1": "diterima"},
        {"item.2.4.1": "belum_ada"},
        None,
    )
    assert first.at.tzinfo is not None
    assert first.at.date().isoformat() == "2025-10-06"
    assert rows[7].field == ""
    assert rows[7].was is None


def test_what_was_refused_stays_in_the_outbox_also_without_its_region(world: World) -> None:
    edit = world.store.edit("assessment", f"{KEY}:2.4", {"item.2.4.1": "diterima"}, seen=None)
    world.answer(str(edit.op), "rejected", {"code": "role", "detail": "tidak"})
    world.take(KEY)
    (row,) = world.store.views.outbox()
    assert (row.state, row.answer, row.region_name) == ("rejected", {"code": "role", "detail": "tidak"}, "Kota Blitar")


def test_a_conflict_shows_base_mine_and_theirs(world: World) -> None:
    store, key = world.store, f"{KEY}:2.4"
    first = store.edit("assessment", key, {"item.2.4.1": "diunggah"}, seen=None)
    second = store.edit("assessment", key, {"item.2.4.1": "diterima"}, seen=None)
    world.conflict(str(first.op), {"item.2.4.1": "perlu_perbaikan"})
    (one,) = store.views.conflicts()
    assert (one.op, one.ops) == (second.op, (first.op, second.op))
    assert (one.base, one.mine, one.theirs) == (
        {"item.2.4.1": "belum_ada"},
        {"item.2.4.1": "diterima"},
        {"item.2.4.1": "perlu_perbaikan"},
    )
    assert (one.by, one.at, one.field) == ("sari", datetime(2025, 10, 5, 2, 0, tzinfo=UTC), "item.2.4.1")
    assert (one.region_name, one.title_en) == (
        "Kota Blitar",
        "List of officials who must declare, set by the regional head",
    )
    store.resolve(one.op, "theirs")
    assert store.views.conflicts() == ()


def test_receipts_are_newest_first_and_limited(world: World) -> None:
    store, key = world.store, f"{KEY}:2.4"
    ops = [str(store.edit("assessment", key, {f"item.2.4.{n}": "diterima"}, seen=None).op) for n in (1, 2, 3)]
    batch = store.queue.batch()
    from akk_tui.contract.records import PushEnd

    end = PushEnd(head=(9, "0" * 16), at="2025-10-06T02:14:00Z")
    store.queue.answer([(op, "applied", 7 + n, None) for n, op in enumerate(ops)], end, batch)
    assert store.views.outbox() == ()
    found = store.views.sent()
    assert [one.op for one in found] == ops[::-1]
    assert (found[0].seq, found[0].result, found[0].set) == (9, "applied", {"item.2.4.3": "diterima"})
    assert found[0].at == datetime(2025, 10, 6, 2, 14, tzinfo=UTC)
    assert found[0].title.startswith("Bukti sanksi")
    assert [one.op for one in store.views.sent(1)] == ops[-1:]


def test_titles_of_what_is_not_known_are_ids(world: World) -> None:
    titles = Titles(world.store)
    assert titles.about("assessment", "1999:99.99:2.4", "1999:99.99", "due") == ("99.99", "99.99", "2.4", "2.4")
    assert titles.title("event", key_at(at("2025-01-01")), KEY, "") == ("Kegiatan", "Activity")
    assert titles.title("followup", key_at(at("2025-01-01")), KEY, "") == ("Tindak lanjut", "Follow-up")
    assert tail_of("assessment", "bukan kunci") == ""
    assert tail_of("note", key_at(at("2025-01-01"))) == ""
    assert tail_of("criterion", f"{KEY}:spi") == "spi"


def test_titles_before_the_first_sync(fast: Path) -> None:
    from akk_tui.store.store import Store

    with Store.open(fast / "akk.db") as store:
        assert Titles(store).about("standing", KEY, KEY, "stage") == (BLITAR, BLITAR, "Tahapan", "Stage")


def test_a_refusal_is_lifted_once_its_cycle_is_open_and_its_region_may_be_written(world: World) -> None:
    store, key = world.store, f"{KEY}:2.4"
    edits = [store.edit("assessment", key, {name: value}, seen=None) for name, value in LIFTED]
    for edit, code in zip(edits, ("cycle_closed", "read_only", "role"), strict=True):
        store.db.execute(
            "UPDATE outbox SET state = 'rejected', answer = json_object('code', ?) WHERE op = ?", (code, edit.op)
        )
    reference = store.reference()
    assert reference is not None

    def lifted(state: str, *, write: bool) -> list[bool]:
        store.db.execute("UPDATE unit SET write = ? WHERE unit = ?", (write, KEY))
        cycles = tuple(replace(cycle, state=state) for cycle in reference.cycles)
        store.save_reference(replace(reference, cycles=cycles), state)
        return [row.lifted for row in store.views.outbox()]

    assert lifted("closed", write=True) == [False, False, False]
    assert lifted("open", write=False) == [False, False, False]
    assert lifted("open", write=True) == [True, True, False]


def test_a_region_that_was_taken_is_named_while_work_on_it_is_listed(world: World) -> None:
    store = world.store
    edit = store.edit("assessment", f"{KEY}:2.4", {"due": "2025-11-01"}, seen=None)
    reference = store.reference()
    assert reference is not None
    others = tuple(region for region in reference.regions if region.code != BLITAR)
    for etag in ("taken", "again"):
        store.save_reference(replace(reference, regions=others), etag)
        assert [row.region_name for row in store.views.outbox()] == ["Kota Blitar"]
    store.db.execute("DELETE FROM outbox WHERE op = ?", (edit.op,))
    store.save_reference(replace(reference, regions=others), "without")
    assert former.names(store) == {}
