"""The report of a visit on a store of real data: whose work, what is known of it, and what is not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, UTC
from pathlib import Path
from typing import Any

import pytest
from storeclient import unit_log
from viewworld import at, BLITAR, KAB_BLITAR, KEY, key_at, MINAHASA, reference, World

from akk_tui import i18n
from akk_tui.contract.records import LogEntry
from akk_tui.reports import make
from akk_tui.reports.visit import Asked, BadDays, gather, Visit
from akk_tui.store.history import Log
from akk_tui.store.views.names import UnknownRegion

ONE = f"{KEY}:2.4"
FIRST, LAST = date(2025, 10, 4), date(2025, 10, 6)


@pytest.fixture
def world(fast: Path) -> Iterator[World]:
    i18n.use("id")
    made = World(fast, reference(today=None))
    yield made
    made.store.close()


def asked(**more: Any) -> Asked:
    return Asked(**{"cycle": "2025", "first": FIRST, "last": LAST, **more})


def visit(world: World, **more: Any) -> Visit:
    return gather(world.store, asked(**more))


def text(world: World, **more: Any) -> str:
    return make(visit(world, **more), "md")


def logged(world: World, seq: int, by: str, now: dict[str, Any], was: dict[str, Any] | None, **more: Any) -> None:
    said: dict[str, Any] = {"kind": "assessment", "key": ONE, "at": at("2025-10-05"), "client_at": "", **more}
    entry = LogEntry(op=key_at(at("2025-10-05"), seq), seq=seq, by=by, changed=now, was=was, **said)
    Log(world.store).store_page(unit_log(KEY, entry))


def event(world: World, number: int, **fields: Any) -> str:
    key = key_at(at("2025-08-01"), number)
    world.put("event", key, {"cycle": "2025", "region": BLITAR, "title": f"Kegiatan {number}", **fields})
    return key


def followup(world: World, number: int, moment: str = at("2025-08-02"), **fields: Any) -> str:
    key = key_at(moment, number)
    world.put("followup", key, {"cycle": "2025", "region": BLITAR, "text": f"Hal {number}", **fields})
    return key


def test_a_field_is_told_from_before_the_first_change_to_after_the_last(world: World) -> None:
    logged(world, 1, "sari", {"item.2.4.1": "diunggah"}, {"item.2.4.1": "belum_ada"})
    logged(world, 2, "budi", {"item.2.4.1": "diverifikasi"}, {"item.2.4.1": "diunggah"})
    logged(world, 3, "sari", {"due": "2025-10-31"}, {"due": "2025-10-15"})
    logged(world, 4, "sari", {"due": "2025-10-15"}, {"due": "2025-10-31"})
    (change,) = visit(world).regions[0].changes
    assert (change.was, change.now, change.by) == (
        {"item.2.4.1": "belum_ada"}, {"item.2.4.1": "diverifikasi"}, ("sari", "budi"),
    )  # fmt: skip
    assert "| keadaan | belum ada | diverifikasi | sari, budi | 5 Okt 2025 09.00 WIB |" in text(world)
    (mine,) = visit(world, mine=True).regions[0].changes
    assert (mine.was, mine.now) == ({"item.2.4.1": "diunggah"}, {"item.2.4.1": "diverifikasi"})


def test_changes_stand_in_the_order_of_the_instrument(world: World) -> None:
    logged(world, 1, "sari", {"item.2.4.2": "diunggah"}, {"item.2.4.2": "belum_ada"})
    logged(world, 2, "sari", {"item.1.1.1": "diunggah"}, {"item.1.1.1": "belum_ada"}, key=f"{KEY}:1.1")
    logged(world, 3, "sari", {"value": "88.00", "source": "KPK"}, None, kind="score", key=f"{KEY}:2025-10-05")
    logged(world, 4, "sari", {"value": "89.00"}, {"value": "88.00"}, kind="score", key=f"{KEY}:2025-10-05")
    logged(world, 5, "sari", {"stage": "penilaian", "date": "2025-10-05"}, {"stage": None, "date": None},
           kind="standing", key=KEY)  # fmt: skip
    assert [(one.kind, one.field) for one in visit(world).regions[0].changes] == [
        ("standing", "stage"), ("score", "value"), ("assessment", "item.1.1.1"), ("assessment", "item.2.4.2"),
    ]  # fmt: skip
    said = text(world)
    assert "| Nilai pemenuhan indikator 5 Okt 2025 | nilai | – | 89,00 (KPK) | sari |" in said
    assert "| Tahapan | tahap | – | penilaian (5 Okt 2025) | sari |" in said


def test_a_refused_value_is_none_that_changed_but_is_told_as_not_sent(world: World) -> None:
    edit = world.store.edit("assessment", ONE, {"item.2.4.3": "diterima"}, seen=None)
    world.answer(str(edit.op), "rejected", {"code": "cycle_closed"})
    part = visit(world, regions=(BLITAR,)).regions[0]
    assert part.changes == ()
    assert len(part.waiting) == 1
    assert "| keadaan | diterima | ditolak: siklus sudah ditutup |" in text(world, regions=(BLITAR,))


def test_what_waits_is_told_by_its_kind(world: World) -> None:
    key = event(world, 1, start="2025-10-05")
    store = world.store
    store.edit("event", key, {"place": "Aula", "attendance.BKPSDM": "hadir"}, seen=None)
    store.create("score", {"value": "80"}, key=f"{KEY}:2025-10-06")
    store.edit("criterion", f"{KEY}:kasus", {"value": "tidak"}, seen=None)
    store.create("followup", {"cycle": "2025", "region": BLITAR, "subject": BLITAR, "text": "Hal", "status": "belum"})
    said = text(world)
    for line in (
        "| Kegiatan 1 | tempat | Aula | belum terkirim |",
        "| Kegiatan 1 | kehadiran BKPSDM | hadir | belum terkirim |",
        "| Nilai pemenuhan indikator 6 Okt 2025 | nilai | 80,00 | belum terkirim |",
        "| Hal | tindak lanjut baru | – | belum terkirim |",
    ):
        assert line in said
    assert "| tidak |" not in said


def test_private_notes_stay_out(world: World) -> None:
    place = {"cycle": "2025", "region": BLITAR, "subject": BLITAR}
    world.store.private.save({**place, "title": "Rahasia", "body": "jangan"})
    world.store.create("note", {**place, "title": "Terbuka", "body": "# Terbuka"})
    found = visit(world)
    assert (found.private, [one.row.title for one in found.regions[0].notes]) == (1, ["Terbuka"])
    said = text(world)
    assert "Rahasia" not in said
    assert "pribadi" not in said
    assert "> Terbuka" not in said


def test_notes_are_those_that_were_written_then_oldest_first(world: World) -> None:
    world.note(1, moment=at("2025-10-05"), title="Dua")
    world.note(2, moment=at("2025-10-04"), title="Satu")
    world.note(3, moment=at("2025-10-01"), title="Lama")
    world.note(4, moment=at("2025-10-05"), title="Saya", author="budi")
    assert [one.row.title for one in visit(world).regions[0].notes] == ["Satu", "Dua", "Saya"]
    assert [one.row.title for one in visit(world, mine=True).regions[0].notes] == ["Saya"]


def test_my_work_is_what_i_made_or_changed(world: World) -> None:
    theirs = event(world, 1, start="2025-10-05", by="sari")
    mine = event(world, 2, start="2025-10-04", end="2025-10-05", by="budi")
    event(world, 3, start="2025-10-07", by="budi")
    touched = event(world, 4, start="2025-09-30", end="2025-10-09", by="sari")
    world.store.edit("event", touched, {"outcome": "x"}, seen=None)
    assert {one.row.id for one in visit(world).regions[0].events} == {theirs, mine, touched}
    assert {one.row.id for one in visit(world, mine=True).regions[0].events} == {mine, touched}
    of_theirs = followup(world, 1, event=theirs, by="sari")
    old = followup(world, 2, by="sari")
    changed = followup(world, 3, by="sari")
    new = followup(world, 4, moment=at("2025-10-05"), by="budi", at=at("2025-10-05"))
    world.store.edit("followup", changed, {"status": "proses"}, seen=None)
    everything, own = visit(world).regions[0], visit(world, mine=True).regions[0]
    assert {one.id for one in everything.followups} == {of_theirs, changed, new}
    assert {one.id for one in own.followups} == {changed, new}
    assert (everything.open_else, own.open_else) == (1, 2)
    assert old not in {one.id for one in everything.followups}


def test_follow_ups_with_their_day_and_those_that_stay_open(world: World) -> None:
    followup(world, 1, moment=at("2025-10-05"), status="selesai", done_at="2025-10-06", response="Sudah | terbit")
    followup(world, 2, due="2025-09-30", owner="BKPSDM")
    followup(world, 3)
    said = text(world)
    assert "| Hal 1 | – | – | – | selesai 6 Okt 2025: Sudah \\| terbit |" in said
    assert "2 tindak lanjut lain masih terbuka, 1 di antaranya terlambat." in said


def test_the_report_says_how_far_the_history_reaches(world: World) -> None:
    world.note(1, moment=at("2025-10-05"))
    assert "belum diambil dari server" in text(world)
    assert "Komputer ini belum pernah sinkron." in text(world)
    world.store.meta.set("last_sync", at("2025-10-06"))
    logged(world, 9, "sari", {"due": "2025-10-31"}, {"due": None})
    said = text(world)
    assert "Riwayat daerah ini per 6 Okt 2025" in said
    assert "belum diambil" not in said
    assert "Komputer ini belum pernah sinkron." not in said
    assert "Yang tidak tampak" not in text(world, first=date(2025, 10, 4), last=date(2025, 10, 5))
    early = text(world, first=date(2025, 5, 1), last=date(2025, 5, 2), regions=(KAB_BLITAR,))
    assert "lebih dari 90 hari lalu" in early


def test_only_regions_with_work_unless_they_are_named(world: World) -> None:
    world.note(1, moment=at("2025-10-05"), region=MINAHASA)
    assert [part.row.code for part in visit(world).regions] == [MINAHASA]
    assert "5 Okt 2025 10.00 WITA" in text(world)
    named = visit(world, regions=(BLITAR, MINAHASA, BLITAR))
    assert [part.row.code for part in named.regions] == [BLITAR, MINAHASA]
    assert named.regions[0].empty
    assert "Tidak ada isian yang diketahui berubah" in text(world, regions=(BLITAR,))
    with pytest.raises(UnknownRegion):
        visit(world, regions=("99.99",))


def test_a_report_is_about_days_that_can_be(world: World) -> None:
    with pytest.raises(BadDays, match="sebelum"):
        visit(world, last=date(2025, 10, 3))
    with pytest.raises(BadDays, match="satu tahun"):
        visit(world, first=date(2020, 1, 1))


def test_blank_places_stand_where_nothing_is_known(world: World) -> None:
    event(world, 1, title="", start="2025-10-05")
    said = text(world, basis="ST-12/2025")
    assert "- **Dasar**: ST-12/2025" in said
    assert "| 5 Okt 2025 | – | (tanpa judul) | – | – |" in said
    assert "- **Jumlah**: ……" in said
    assert "Hasil: ……" in said
    one_day = text(world, first=date(2025, 10, 5), last=date(2025, 10, 5))
    assert "- **Waktu**: Minggu, 5 Oktober 2025\n" in one_day


def test_the_moment_it_was_made_is_in_the_officers_zone(world: World) -> None:
    world.note(1, moment=at("2025-10-05"))
    assert "- **Dibuat oleh**: Budi, 6 Okt 2025 09.00 WIB" in text(world)


def test_on_sample_data_the_day_is_the_samples_own(fast: Path) -> None:
    world = World(fast, clock=datetime(2027, 3, 1, 2, 0, tzinfo=UTC))
    try:
        world.store.create("note", {"cycle": "2025", "region": BLITAR, "subject": BLITAR, "title": "Kini"})
        said = text(world)
        assert "*budi · 6 Okt 2025 09.00 WIB · belum terkirim*" in said
        assert "Budi, 6 Okt 2025 09.00 WIB" in said
        assert "DATA CONTOH" in said
        assert "2027" not in said
    finally:
        world.store.close()
