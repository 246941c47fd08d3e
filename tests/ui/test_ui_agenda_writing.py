"""Kegiatan: opening, making, changing and deleting activities and follow-ups, and why not."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import filled
from agenda_places import event_of, MEETING, on_event
from work_app import drive, Driven

from akk_tui.contract.records import PushEnd
from akk_tui.store.store import Store
from akk_tui.ui import event_words
from akk_tui.ui.forms import Form
from akk_tui.ui.screens.agenda import AgendaScreen
from akk_tui.ui.screens.event import EventScreen
from akk_tui.ui.screens.note_editor import NoteEditor
from akk_tui.ui.screens.region import RegionScreen
from akk_tui.ui.widgets.subject import SearchChooser

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


def test_of_regions_of_one_name_the_one_that_is_worked_on_is_taken(store_path: Path) -> None:
    async def steps(app: Driven) -> None:
        await app.press("5", "n")
        assert isinstance(app.screen, SearchChooser)
        await app.type("blitar")
        await app.press("enter")
        assert "Kota Blitar" in app.text().split("Kegiatan baru", 1)[1].splitlines()[0]

    drive(store_path, steps)


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
        assert app.screen._list.event == row.id
        assert "Kantor Wali Kota" in app.screen.query_one("#about").render().plain
        await app.press("u")
        assert "Ekspose bukti" not in "\n".join(line for line in app.lines() if "Kam 9" in line)
        assert all(row.title != "Ekspose bukti" for row in app.store.views.events("2025"))

    drive(store_path, test, at="agenda")


def test_deleting_is_undone(store_path: Path) -> None:
    async def test(app: Driven) -> None:
        event = event_of(app, MEETING)
        await on_event(app, event)
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
        event = event_of(app, MEETING)
        await on_event(app, event)
        await app.press("e")
        app.screen.box("place").input.value = "Mal Pelayanan Publik"
        await app.press("ctrl+s")
        assert app.store.views.event(event).row.place == "Mal Pelayanan Publik"
        assert "Mal Pelayanan Publik" in app.text()

    drive(store_path, test, at="agenda")


def test_a_followup_is_written_changed_and_followed_to_where_it_comes_from(store_path: Path) -> None:
    async def test(app: Driven) -> None:
        event = event_of(app, MEETING)
        screen = await on_event(app, event)
        await app.press("l")
        await app.type("Kirim notula")
        await app.press("ctrl+s")
        made = next(row for row in app.store.views.followups("2025") if row.text == "Kirim notula")
        assert (made.event, made.subject, made.region) == (event, event, "35.72")
        await app.press("right_square_bracket")
        assert screen._followups.cursor_key == made.id
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
        event = event_of(app, MEETING)
        await on_event(app, event)
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
        for key in ("left_square_bracket", "right_square_bracket"):
            # Nor does the empty list ask for what cannot be.
            await app.press(key)
            said = app.screen.query_one("#empty").words.plain
            assert "Siklus 2024 sudah ditutup" in said
            assert "Tekan" not in said
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
