"""Kegiatan: the agenda by week, all follow-ups, the filter, every size."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import filled
import pytest
from agenda_places import event_of, MEETING
from work_app import drive, Driven

from akk_tui import i18n
from akk_tui.store.store import Store
from akk_tui.ui.screens import agenda

# --- the agenda


def test_weeks_are_heads_and_this_week_is_reached_at_the_start(store_path: Path) -> None:
    async def test(app: Driven) -> None:
        screen = app.screen
        assert screen._list.has_focus
        text = app.text()
        assert "▶ pekan 6–12 Okt 2025 · pekan ini" in text
        assert "▾ pekan 10–16 Feb 2025" in text
        assert screen._list.event == event_of(app, MEETING)
        line = next(line for line in app.lines() if MEETING in line)
        for part in ("Rab 8 Okt", "09.00–12.00 WIB", "rapat", "Kota Blitar"):
            assert part in line
        assert "6 kegiatan · 6 tindak lanjut terbuka · 2 terlambat" in text

    drive(store_path, test, at="agenda")


def test_attendance_and_open_followups_are_counted(store_path: Path) -> None:
    async def test(app: Driven) -> None:
        line = next(line for line in app.lines() if "Rab 24 Sep" in line)
        assert line.split("│")[1].split()[-2:] == ["3/4", "3"]

    drive(store_path, test, at="agenda")


def test_keys_move_over_weeks_and_back_to_today(store_path: Path) -> None:
    async def test(app: Driven) -> None:
        table = app.screen._list
        await app.press("left")
        assert table.cursor_key == "week:2025-10-06"
        await app.press("left", "left")
        assert table.cursor_key == "week:2025-09-15"
        await app.press("right")
        assert table.cursor_key == "week:2025-09-22"
        for _n in range(5):
            await app.press("left")
        assert "Tidak ada pekan sebelumnya." in app.told()
        assert table.cursor_key == "week:2025-02-10"
        await app.press("t")
        assert table.event == event_of(app, MEETING)
        for _n in range(3):
            await app.press("right")
        assert "Tidak ada pekan berikutnya." in app.told()
        await app.press("right_square_bracket", "right")
        assert "Pekan ada di daftar kegiatan" in app.told()

    drive(store_path, test, at="agenda")


def test_an_activity_over_the_weekend_stands_in_both_weeks(store_path: Path) -> None:
    with Store.open(store_path) as store:
        fields = {"cycle": "2025", "region": "52.71", "title": "Kunjungan lapangan"}
        store.create("event", {**fields, "start": "2025-10-04", "end": "2025-10-07", "zone": "WITA"})
        store.create("event", {"cycle": "2025", "region": "52.71", "title": "Belum dijadwalkan"})

    async def test(app: Driven) -> None:
        text = app.text()
        assert text.count("Kunjungan lapangan") >= 2
        table = app.screen._list
        assert table.event_row.title == "Kunjungan lapangan"
        assert "▾ tanpa tanggal" in text
        assert table.go_to(event_of(app, "Belum dijadwalkan"))
        assert table.day is None

    drive(store_path, test, at="agenda")


def test_times_are_those_of_the_region_with_the_zones_name(store_path: Path) -> None:
    with Store.open(store_path) as store:
        fields = {"cycle": "2025", "region": "52.71", "title": "Ekspose", "zone": "WITA"}
        store.create("event", {**fields, "start": "2025-10-09T08:30", "end": "2025-10-09T11:00"})

    async def test(app: Driven) -> None:
        line = next(line for line in app.lines() if "Ekspose" in line)
        assert "Kam 9 Okt" in line
        assert "08.30–11.00 WITA" in line
        assert "↑" in line

    drive(store_path, test, at="agenda")


def test_a_week_without_activities_is_still_there(tmp_path: Path) -> None:
    path = filled.fill(tmp_path / "akk.db", {"2025:35.72": True}, [])
    with Store.open(path) as store:
        store.create("event", {"cycle": "2025", "region": "35.72", "title": "Nanti", "start": "2025-11-04"})

    async def test(app: Driven) -> None:
        assert "pekan ini · belum ada kegiatan" in app.text()
        assert app.screen._list.day == date(2025, 10, 6)
        await app.press("right")
        assert app.screen._list.day == date(2025, 11, 3)

    drive(path, test, at="agenda")


def test_nothing_yet_has_a_sentence(tmp_path: Path) -> None:
    with Store.open(tmp_path / "akk.db"):
        pass

    async def test(app: Driven) -> None:
        assert "Belum ada data di sini. Tekan s" in app.text()
        await app.press("n", "l", "enter", "space", "e", "d", "g", "c")
        told = app.told()
        assert "Belum ada data di sini" in told
        assert "Pilih dulu sebuah kegiatan." in told
        assert "Pilih dulu sebuah tindak lanjut." in told

    drive(tmp_path / "akk.db", test, at="agenda")


def test_an_empty_cycle_says_what_to_do(tmp_path: Path) -> None:
    path = filled.fill(tmp_path / "akk.db", {"2025:35.72": True}, [])

    async def test(app: Driven) -> None:
        assert "Belum ada kegiatan pada siklus 2025. Tekan n" in app.text()
        await app.press("right_square_bracket")
        assert "Belum ada tindak lanjut. Tekan l" in app.text()

    drive(path, test, (80, 24), at="agenda")


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (40, 15), (200, 60)])
def test_every_size_is_readable(store_path: Path, size: tuple[int, int]) -> None:
    async def test(app: Driven) -> None:
        screen = app.screen
        assert all(len(line) <= size[0] for line in app.lines())
        assert "Rapat kemajuan" in app.text()
        both = size[1] >= 30
        assert screen._followups.display is both
        await app.press("right_square_bracket")
        assert screen._followups.has_focus
        assert screen._followups.display
        assert screen._list.display is both
        assert "Sampaikan daftar waji" in app.text()
        if size[1] >= 20:
            assert "terlambat 10 hari" in app.text()
        await app.press("tab")
        assert screen._list.has_focus

    drive(store_path, test, size, at="agenda")


def test_resizing_keeps_the_line(store_path: Path) -> None:
    async def test(app: Driven) -> None:
        event = app.screen._list.event
        for size in ((40, 15), (130, 45), (80, 24)):
            await app.pilot.resize_terminal(*size)
            await app.settle()
            assert app.screen._list.event == event
            assert all(len(line) <= size[0] for line in app.lines())

    drive(store_path, test, at="agenda")


def test_english(store_path: Path) -> None:
    i18n.use("en")

    async def test(app: Driven) -> None:
        text = app.text()
        assert "week of 6–12 Oct 2025 · this week" in text
        assert "Wed 8 Oct" in text
        assert "09:00–12:00 WIB" in text
        assert "26 Sep 10 days overdue" in text

    drive(store_path, test, at="agenda")


# --- many


def test_of_many_activities_those_around_today_come_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agenda, "WINDOW", 12)
    first = date(2025, 1, 6)
    rows = [
        filled.Given(
            "event",
            f"01990000-0000-7000-8000-{n:012d}",
            "2025:35.72",
            {"cycle": "2025", "region": "35.72", "title": f"Ke-{n}", "start": str(first + timedelta(weeks=n))},
        )
        for n in range(52)
    ] + [
        filled.Given(
            "followup",
            f"01990000-0000-7000-9000-{n:012d}",
            "2025:35.72",
            {"cycle": "2025", "region": "35.72", "text": f"Tugas {n}", "due": "2025-12-01"},
        )
        for n in range(20)
    ]
    path = filled.fill(tmp_path / "akk.db", {"2025:35.72": True}, rows)

    async def test(app: Driven) -> None:
        screen = app.screen
        assert screen._list.event_row.title == "Ke-39"
        await app.press("ctrl+home")
        assert screen._list.cursor_key == "earlier"
        assert "kegiatan lebih awal" in app.text()
        await app.press("enter")
        assert screen._list.go_to(rows[30].key)
        await app.press("ctrl+end")
        await app.press("enter")
        assert len(screen._list._events) >= 36
        await app.press("right_square_bracket", "ctrl+end")
        assert screen._followups.cursor_key == "more"
        await app.press("enter")
        assert len(screen._followups._followups) == 20
        await app.press("t")
        assert screen._list.event_row.title == "Ke-39"

    drive(path, test, at="agenda")


# --- filter


def test_words_narrow_both_lists(store_path: Path) -> None:
    async def test(app: Driven) -> None:
        screen = app.screen
        await app.press("f")
        await app.type("minahasa")
        assert "1 kegiatan · 2 tindak lanjut terbuka · 1 terlambat · cocok dengan “minahasa”" in app.text()
        await app.press("enter")
        assert screen._list.has_focus
        await app.press("escape")
        assert "6 kegiatan" in app.text()
        await app.press("f")
        await app.type("qqqq")
        assert "Tidak ada yang cocok. Esc mengosongkan filter." in app.text()

    drive(store_path, test, at="agenda")


@pytest.mark.parametrize(
    ("text", "events", "asked"),
    [
        ("jenis:rapat", 1, 0),
        ("daerah:35.72", 3, 4),
        ("sumber:kemendagri", 3, 2),
        ("opd:bkpsdm", 1, 1),
        ("penanggung-jawab:bkpsdm", 1, 1),
        ("status:proses", 2, 3),
        ("status:selesai", 2, 2),
        ("status:terbuka", 3, 6),
        ("batas:lewat", 2, 2),
        ("batas:7", 3, 6),
        ("batas:2025-10-02", 2, 2),
        ("-jenis:monev daerah:blitar", 2, 1),
    ],
)
def test_terms_keep_what_they_name(store_path: Path, text: str, events: int, asked: int) -> None:
    async def test(app: Driven) -> None:
        app.screen._query.value = text
        await app.settle()
        assert (len(app.screen._list._events), len(app.screen._followups._followups)) == (events, asked)

    drive(store_path, test, at="agenda")


def test_what_the_filter_does_not_understand_is_told(store_path: Path) -> None:
    async def test(app: Driven) -> None:
        for text, words in (
            ("dearah:blitar", "mungkin maksudnya “daerah:”"),
            ("status:apa", "Status “apa” tidak dikenal"),
            ("batas:kapan", "Batas waktu “kapan” tidak dimengerti"),
        ):
            app.screen._query.value = text
            await app.settle()
            assert words in app.text()

    drive(store_path, test, at="agenda")


def test_the_filter_completes(store_path: Path) -> None:
    async def test(app: Driven) -> None:
        await app.press("f")
        await app.type("sta")
        assert app.screen._query._suggestion == "status:"
        await app.press("right")
        assert app.screen._query.value == "status:"

    drive(store_path, test, at="agenda")
