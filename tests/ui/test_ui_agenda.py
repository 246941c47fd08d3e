"""Kegiatan: the agenda by week, all follow-ups, the filter, making and deleting, every size."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import filled
import pytest
from work_app import drive, Driven

from akk_tui import i18n
from akk_tui.contract.records import PushEnd
from akk_tui.store.store import Store
from akk_tui.ui import event_words
from akk_tui.ui.forms import Form
from akk_tui.ui.screens import agenda
from akk_tui.ui.screens.agenda import AgendaScreen
from akk_tui.ui.screens.event import EventScreen
from akk_tui.ui.screens.note_editor import NoteEditor
from akk_tui.ui.screens.region import RegionScreen
from akk_tui.ui.widgets.subject import SearchChooser

MEETING = "Rapat kemajuan bukti dukung (contoh)"


def _event(app: Driven, title: str, region: str | None = None) -> str:
    return next(row.id for row in app.store.views.events("2025", region) if row.title == title)


async def _on(app: Driven, event: str) -> AgendaScreen:
    screen = app.screen
    assert isinstance(screen, AgendaScreen)
    assert screen._list.go_to(event)
    await app.settle()
    return screen


# --- the agenda


def test_weeks_are_heads_and_this_week_is_reached_at_the_start(store_path: Path) -> None:
    async def test(app: Driven) -> None:
        screen = app.screen
        assert screen._list.has_focus
        text = app.text()
        assert "▶ pekan 6–12 Okt 2025 · pekan ini" in text
        assert "▾ pekan 10–16 Feb 2025" in text
        assert screen._list.event == _event(app, MEETING)
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
        assert table.event == _event(app, MEETING)
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
        assert table.go_to(_event(app, "Belum dijadwalkan"))
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


# --- opening and making


def test_enter_opens_the_activity_and_esc_comes_back(store_path: Path) -> None:
    async def test(app: Driven) -> None:
        await app.press("enter")
        assert isinstance(app.screen, EventScreen)
        await app.press("escape")
        assert isinstance(app.screen, AgendaScreen)
        await app.press("5")
        assert isinstance(app.screen, AgendaScreen)

    drive(store_path, test, at="agenda")


def test_five_shows_it_from_any_screen(store_path: Path) -> None:
    async def test(app: Driven) -> None:
        await app.press("5")
        assert isinstance(app.screen, AgendaScreen)

    drive(store_path, test)


def test_a_new_activity_is_written_by_form(store_path: Path) -> None:
    async def test(app: Driven) -> None:
        await app.press("n")
        assert isinstance(app.screen, SearchChooser)
        await app.type("mataram")
        await app.press("enter")
        assert isinstance(app.screen, Form)
        assert "Jam menurut waktu daerahnya (WITA)." in app.text()
        await app.type("Ekspose bukti")
        await app.press("tab", "tab")
        form = app.screen
        assert form.typed()["start"] == "2025-10-08"
        form.box("start").input.value = ""
        await app.type("9 okt")
        await app.press("tab", "tab")
        await app.type("8.30-11")
        await app.press("tab")
        await app.type("Kantor Wali Kota")
        await app.press("tab")
        await app.type("42")
        await app.press("tab")
        await app.type("KPK, BPKP")
        await app.press("ctrl+s")
        assert isinstance(app.screen, AgendaScreen)
        assert "tersimpan" in app.told()
        row = next(row for row in app.store.views.events("2025") if row.title == "Ekspose bukti")
        assert (row.region, row.kind, row.start, row.end) == ("52.71", "monev", "2025-10-09T08:30", "2025-10-09T11:00")
        assert (row.zone, row.place, row.participants) == ("WITA", "Kantor Wali Kota", 42)
        assert row.institutions == ("BPKP", "KPK")
        assert row.state == "queued"
        assert "08.30–11.00 WITA" in app.text()
        await app.press("u")
        assert "Ekspose bukti" not in "\n".join(line for line in app.lines() if "Kam 9" in line)
        assert all(row.title != "Ekspose bukti" for row in app.store.views.events("2025"))

    drive(store_path, test, at="agenda")


def test_deleting_is_undone(store_path: Path) -> None:
    async def test(app: Driven) -> None:
        event = _event(app, MEETING)
        await _on(app, event)
        await app.press("d")
        assert f"Kegiatan “{MEETING}” dihapus; u mengurungkannya." in app.told()
        assert MEETING not in app.text()
        await app.press("u")
        assert MEETING in app.text()
        await app.press("right_square_bracket", "d")
        assert "dihapus; u mengurungkannya." in app.told()
        assert "5 tindak lanjut terbuka" in app.text()
        await app.press("u")
        assert "6 tindak lanjut terbuka" in app.text()

    drive(store_path, test, at="agenda")


def test_an_activity_is_changed_from_the_agenda(store_path: Path) -> None:
    async def test(app: Driven) -> None:
        event = _event(app, MEETING)
        await _on(app, event)
        await app.press("e")
        app.screen.box("place").input.value = "Mal Pelayanan Publik"
        await app.press("ctrl+s")
        assert app.store.views.event(event).row.place == "Mal Pelayanan Publik"
        assert "Mal Pelayanan Publik" in app.text()

    drive(store_path, test, at="agenda")


def test_a_followup_is_written_changed_and_followed_to_where_it_comes_from(store_path: Path) -> None:
    async def test(app: Driven) -> None:
        event = _event(app, MEETING)
        screen = await _on(app, event)
        await app.press("l")
        await app.type("Kirim notula")
        await app.press("ctrl+s")
        made = next(row for row in app.store.views.followups("2025") if row.text == "Kirim notula")
        assert (made.event, made.subject, made.region) == (event, event, "35.72")
        await app.press("right_square_bracket")
        assert screen._followups.go_to(made.id)
        await app.press("space", "2")
        assert app.store.views.followup(made.id).status == "proses"
        await app.press("enter")
        assert isinstance(app.screen, Form)
        await app.press("escape", "g")
        assert isinstance(app.screen, EventScreen)
        assert app.screen.event == event
        assert app.screen.region_code == "35.72"

    drive(store_path, test, at="agenda")


def test_a_followup_of_a_region_or_indicator_leads_there(store_path: Path) -> None:
    with Store.open(store_path) as store:
        fields = {"cycle": "2025", "region": "35.72", "status": "belum"}
        store.create("followup", {**fields, "text": "Satu", "subject": "35.72:2.4"})
        store.create("followup", {**fields, "text": "Dua", "subject": "35.72"})
        note = store.views.notes("2025")[0]
        store.create("followup", {**fields, "region": note.region, "text": "Tiga", "subject": note.id})

    async def test(app: Driven) -> None:
        for text in ("Satu", "Dua"):
            await app.press("5")
            screen = app.screen
            screen._followups.focus()
            await app.settle()
            assert screen._followups.go_to(
                next(k for k, row in screen._followups._followups.items() if row.text == text)
            )
            await app.press("g")
            assert isinstance(app.screen, RegionScreen)
        await app.press("5")
        screen = app.screen
        screen._followups.focus()
        await app.settle()
        assert screen._followups.go_to(next(k for k, row in screen._followups._followups.items() if row.text == "Tiga"))
        await app.press("g")
        assert type(app.screen).__name__ == "NotesScreen"
        await app.press("5")
        await app.press("left_square_bracket", "g")
        assert isinstance(app.screen, RegionScreen)

    drive(store_path, test, at="agenda")


def test_a_followup_without_an_activity_asks_for_the_region(store_path: Path) -> None:
    async def test(app: Driven) -> None:
        await app.press("left", "l")
        assert isinstance(app.screen, SearchChooser)
        await app.type("kota blitar")
        await app.press("enter")
        await app.type("Jadwalkan monev")
        await app.press("ctrl+s")
        made = next(row for row in app.store.views.followups("2025") if row.text == "Jadwalkan monev")
        assert (made.event, made.subject, made.status) == (None, "35.72", "belum")

    drive(store_path, test, at="agenda")


def test_a_note_about_the_activity(store_path: Path) -> None:
    async def test(app: Driven) -> None:
        event = _event(app, MEETING)
        await _on(app, event)
        await app.press("c")
        assert isinstance(app.screen, NoteEditor)
        assert f"Kota Blitar · {MEETING}" in app.text()
        await app.type("Kesan rapat")
        await app.press("ctrl+s")
        note = app.store.views.event(event).notes[0]
        assert (note.title, note.subject, note.region) == ("Kesan rapat", event, "35.72")

    drive(store_path, test, at="agenda")


# --- why not


def test_a_region_that_is_only_read_refuses_in_words(tmp_path: Path) -> None:
    rows = [row for row in filled.sample_rows() if row.unit == "2025:35.72"]
    path = filled.fill(tmp_path / "akk.db", {"2025:35.72": False}, rows)

    async def test(app: Driven) -> None:
        await app.press("e", "d", "n")
        told = app.told()
        assert "Kota Blitar hanya dapat dibaca oleh Anda." in told
        assert "Tidak ada daerah yang boleh Anda ubah pada siklus ini." in told
        await app.press("right_square_bracket", "space", "e", "d", "enter")
        assert app.store.views.outbox() == ()
        assert isinstance(app.screen, AgendaScreen)
        await app.press("left_square_bracket", "l")
        assert isinstance(app.screen, AgendaScreen)

    drive(path, test, at="agenda")


def test_a_closed_cycle_refuses_in_words(store_path: Path) -> None:
    async def test(app: Driven) -> None:
        app.app.use_cycle("2024")
        await app.settle()
        await app.press("n", "l")
        assert app.told().count("Siklus 2024 sudah ditutup") >= 1
        assert isinstance(app.screen, AgendaScreen)

    drive(store_path, test, at="agenda")


def test_a_verifikator_writes_followups_but_no_activities(tmp_path: Path) -> None:
    path = filled.fill_sample(tmp_path / "akk.db", "contoh-verifikator")

    async def test(app: Driven) -> None:
        await app.press("n", "e")
        assert "Verifikator tidak dapat menulis kegiatan." in app.told()
        await app.press("right_square_bracket", "space", "3")
        assert any(row.kind == "followup" for row in app.store.views.outbox())

    drive(path, test, at="agenda")


def test_what_was_refused_and_what_differs_is_marked(store_path: Path) -> None:
    with Store.open(store_path) as store:
        event = next(row.id for row in store.views.events("2025") if row.title == MEETING)
        edit = store.edit("event", event, {"place": "Balai Kota Lama"}, seen=None)
        sent = store.queue.batch()
        theirs = {"now": {"place": "Aula"}, "by": "contoh2", "at": "2025-10-06T02:14:00Z", "rev": 4}
        end = PushEnd(head=(8123, "0123456789abcdef"), at="2025-10-06T12:42:00Z")
        store.queue.answer([(edit.op or "", "conflict", 0, theirs)], end, sent)

    async def test(app: Driven) -> None:
        assert "│≠ Rab 8 Okt" in app.text()

    drive(store_path, test, at="agenda")


def test_words_of_marks_and_times() -> None:
    assert [event_words.waiting_mark(state) for state in ("sent", "queued", "conflict", "rejected")] == [
        "",
        "↑",
        "≠",
        "!",
    ]
    assert event_words.local("besok T", "WIB") is None
    assert event_words.local("2025-10-06", "WIB") is None
    aware = event_words.local("2025-10-06T01:00+00:00", "WITA")
    assert aware is not None
    assert aware.hour == 9
    assert event_words.week(date(2025, 12, 29)) == "pekan 29 Des – 4 Jan 2026"
    assert event_words.kind_word("apel") == "apel"
    assert event_words.kind_word(None) == "–"
    assert event_words.attendance_glyph("daring") == "?"
    assert event_words.attendance_word("daring") == "daring"
    assert event_words.status_word("baru") == "baru"
    assert event_words.status_glyph("baru") == "?"
