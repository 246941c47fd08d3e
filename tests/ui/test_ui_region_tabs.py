"""The tabs of a region's page: landing on anything, lists with what is said below them, new rows, help, head, tabs."""

from __future__ import annotations

from datetime import date, datetime, UTC
from pathlib import Path

import pytest
from work_app import drive, Driven

from akk_tui.store.shapes import Attention, Change
from akk_tui.store.store import Store
from akk_tui.ui.landing import place_of
from akk_tui.ui.widgets.lines import Words
from akk_tui.ui.widgets.region_head import tab_line

TABS = ("indicators", "criteria", "trend", "events", "followups", "notes")


def shown(app: Driven, part: str) -> str:
    return app.screen.query_one(part, Words).words.plain


async def open_at(app: Driven, region: str = "35.72", **where: str) -> None:
    await app.app.open_region(region, **where)
    await app.settle()


# --- landing


@pytest.mark.parametrize("tab", TABS)
def test_the_page_opens_on_any_tab(sample_store: Path, tab: str) -> None:
    async def steps(app: Driven) -> None:
        await open_at(app, tab=tab)
        assert app.screen.tab == tab
        assert app.screen.focused is not None
        assert app.screen.focused.is_on_screen
        await app.press("escape")
        assert app.screen.ID == "dashboard"

    drive(sample_store, steps)


def test_the_page_opens_on_any_row(sample_store: Path) -> None:
    with Store.open(sample_store) as store:
        event = store.views.events("2025", "35.72")[0].id
        followup = store.views.followups("2025", "35.72")[-1].id
        note = store.views.notes("2025", "35.72")[-1].id

    async def steps(app: Driven) -> None:
        await open_at(app, component="3")
        assert app.screen.indicators_tab.component.id == "3"
        await open_at(app, indicator="2.4")
        assert (app.screen.indicator.id, app.screen.of_item) == ("2.4", False)
        await open_at(app, indicator="2.4", item="2.4.1")
        assert (app.screen.item.id, app.screen.of_item) == ("2.4.1", True)
        await open_at(app, criterion="bpk")
        assert app.screen.criterion.id == "bpk"
        await open_at(app, score="2025-09-08")
        assert app.screen.score.value == "77.50"
        await open_at(app, event=event)
        assert app.screen.event_row.id == event
        await open_at(app, followup=followup)
        assert app.screen.followup.id == followup
        await open_at(app, note=note)
        assert app.screen.note.id == note
        await open_at(app, followup="tidak ada")
        assert app.screen.tab == "followups"

    drive(sample_store, steps)


def test_in_a_narrow_terminal_the_item_that_was_asked_for_stands_in_front(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        await open_at(app, indicator="2.4", item="2.4.2")
        assert app.screen.focused.id == "items"
        assert app.screen.query_one("#detail").display is True
        assert app.screen.query_one("#tree").display is False

    drive(sample_store, steps, size=(80, 24))


def attention(kind: str, **facts: str) -> Attention:
    given = {"indicator": None, "item": None, "owner": None, "days": None, "points": None, "weight": 1.0, **facts}
    return Attention(kind=kind, cycle="2025", region="35.72", region_name="Kota Blitar", title="", **given)  # type: ignore[arg-type]


def change(kind: str, key: str, field: str = "") -> Change:
    at = datetime(2025, 10, 6, tzinfo=UTC)
    return Change("budi", at, "2025", "35.72", "Kota Blitar", kind, key, field, None)


@pytest.mark.parametrize(
    ("found", "place"),
    [
        (attention("overdue", indicator="2.4", item="2.4.2"), {"indicator": "2.4", "item": "2.4.2"}),
        (attention("dropped", component="3"), {"component": "3"}),
        (attention("criterion", criterion="spi"), {"criterion": "spi"}),
        (attention("followup", followup="f1"), {"followup": "f1"}),
        (attention("late_forecast"), {"tab": "trend"}),
        (attention("stale"), {}),
        (change("assessment", "2025:35.72:2.4", "item.2.4.2"), {"indicator": "2.4", "item": "2.4.2"}),
        (change("assessment", "2025:35.72:2.4", "evidence.2.4.2.1"), {"indicator": "2.4", "item": "2.4.2"}),
        (change("assessment", "2025:35.72:2.4", "due"), {"indicator": "2.4"}),
        (change("criterion", "2025:35.72:spi"), {"criterion": "spi"}),
        (change("score", "2025:35.72:2025-09-08"), {"score": "2025-09-08"}),
        (change("standing", "2025:35.72", "stage"), {}),
        (change("note", "n1"), {"note": "n1"}),
        (change("event", "e1"), {"event": "e1"}),
        (change("followup", "f1"), {"followup": "f1"}),
    ],
)
def test_the_place_of_what_another_screen_shows(found: Attention | Change, place: dict[str, str]) -> None:
    assert {name: value for name, value in place_of(found).items() if value is not None} == place


# --- activities, follow-ups, notes


def test_activities_begin_at_the_next_one_and_are_opened_made_changed_and_deleted(store_path: Path) -> None:
    async def steps(app: Driven) -> None:
        await open_at(app, tab="events")
        assert app.screen.event_row.title == "Rapat kemajuan bukti dukung (contoh)"
        assert "Rab 8 Okt 2025 09.00–12.00 WIB · Balai Kota Blitar" in shown(app, "#row")
        await app.press("enter")
        assert app.screen.ID == "event"
        await app.press("escape", "n")
        await app.type("Rapat persiapan panel")
        await app.press("ctrl+s")
        titles = [row.title for row in app.screen.made.events]
        assert "Rapat persiapan panel" in titles
        assert "Kegiatan 4" in shown(app, "#tabs")
        await app.press("home", "up", "up", "up", "e", "end")
        await app.type(" X")
        await app.press("ctrl+s")
        assert app.screen.event_row.title.endswith(" X")
        assert app.screen.event_row.participants == 64
        assert "64 peserta" in shown(app, "#row")
        await app.press("H")
        assert "Riwayat isian" in app.text()
        await app.press("escape", "D")
        assert "dihapus; u mengurungkannya" in app.told()
        assert len(app.screen.made.events) == 3
        await app.press("u")
        assert len(app.screen.made.events) == 4

    drive(store_path, steps)


def test_follow_ups_change_their_status_and_stand_in_full_below(store_path: Path) -> None:
    async def steps(app: Driven) -> None:
        await open_at(app, tab="followups")
        assert "terlambat 5 hari" in shown(app, "#row")
        assert "tanggapan: Surat teguran kedua sudah terbit" in shown(app, "#row")
        assert "diminta KPK" in shown(app, "#row")
        first = app.screen.followup.id
        await app.press("space", "3")
        row = app.store.views.followup(first)
        assert (row.status, row.done_at) == ("selesai", date(2025, 10, 6))
        await app.press("u", "enter")
        assert "Tindak lanjut · Kota Blitar" in app.text()
        await app.press("escape", "e")
        assert "Tindak lanjut · Kota Blitar" in app.text()
        await app.press("escape", "D")
        assert first not in [row.id for row in app.screen.made.followups]
        await app.press("u", "n")
        await app.type("Perbarui SOP")
        await app.press("ctrl+s")
        made = next(row for row in app.screen.made.followups if row.text == "Perbarui SOP")
        assert made.subject == "35.72"
        await app.press("H")
        assert "Riwayat isian" in app.text()

    drive(store_path, steps)


def test_a_follow_up_is_made_of_the_indicator_or_the_activity(store_path: Path) -> None:
    async def steps(app: Driven) -> None:
        await open_at(app, indicator="2.4")
        await app.press("l")
        await app.type("Satu")
        await app.press("ctrl+s", "left_square_bracket", "left_square_bracket", "left_square_bracket")
        assert app.screen.tab == "events"
        await app.press("l")
        await app.type("Dua")
        await app.press("ctrl+s")
        made = {row.text: row for row in app.screen.made.followups}
        assert made["Satu"].subject == "35.72:2.4"
        assert made["Dua"].event == app.screen.event_row.id
        await app.press("k")
        assert "Kegiatan baru · Kota Blitar" in app.text()

    drive(store_path, steps)


def test_the_notes_tab_tells_the_beginning_and_says_where_notes_are_changed(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        await open_at(app, tab="notes")
        assert "#lapangan #partisipasi" in shown(app, "#row")
        await app.press("e", "D")
        assert "Catatan diubah di layar Catatan; enter membukanya." in app.told()
        assert "Catatan dihapus di layar Catatan; enter membukanya." in app.told()
        assert app.screen.note_subject == "35.72"
        await app.press("H")
        assert "Riwayat isian" in app.text()
        await app.press("escape")
        await open_at(app, tab="events")
        assert app.screen.note_subject == app.screen.event_row.id
        await open_at(app, indicator="2.4")
        assert app.screen.note_subject == "35.72:2.4"

    drive(sample_store, steps)


@pytest.mark.parametrize(
    ("tab", "words"),
    [
        ("events", "Belum ada kegiatan di daerah ini."),
        ("followups", "Belum ada tindak lanjut di daerah ini."),
        ("notes", "Belum ada catatan untuk daerah ini."),
        ("trend", "Belum ada nilai resmi."),
    ],
)
def test_an_empty_tab_says_what_to_do_or_why_not(store_path: Path, tab: str, words: str) -> None:
    with Store.open(store_path) as store, store.db.write():
        store.db.execute("UPDATE unit SET write = 0 WHERE unit = '2025:12.11'")

    async def steps(app: Driven) -> None:
        await open_at(app, "12.11", tab=tab)
        assert words in app.text()
        if tab == "notes":
            assert "Tekan c untuk menulis yang pertama." in app.text()
        else:
            assert "Tekan n" not in app.text()
            assert "dapat" in shown(app, "#empty"), "why nothing can be written"
        await app.press("space", "enter", "D", "e", "right_square_bracket", "left_square_bracket", "escape")
        assert app.screen.ID == "dashboard"

    drive(store_path, steps)


def test_rows_say_why_they_are_not_changed_where_a_region_is_only_read(store_path: Path) -> None:
    with Store.open(store_path) as store, store.db.write():
        store.db.execute("UPDATE unit SET write = 0 WHERE unit = '2025:35.72'")

    async def steps(app: Driven) -> None:
        await open_at(app, tab="events")
        assert "hanya baca" in shown(app, "#head")
        for key in ("e", "D", "n", "l", "k", "t", "v"):
            before = len(app.app.messages)
            await app.press(key)
            assert app.screen.ID == "region"
            assert len(app.app.messages) == before + 1
        await open_at(app, tab="followups")
        await app.press("space")
        assert app.screen.ID == "region"

    drive(store_path, steps)


# --- lines, help, sizes


def test_the_keys_below_are_those_of_the_tab(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        await open_at(app)
        assert "b bukti" in app.lines()[-1]
        await app.press("right_square_bracket")
        assert "bukti" not in app.lines()[-1]
        assert "e ubah" in app.lines()[-1]
        await app.press("right_square_bracket", "right_square_bracket")
        assert "n baru" in app.lines()[-1]
        assert "enter buka" in app.lines()[-1]

    drive(sample_store, steps)


def test_help_tells_about_the_list_in_focus(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        for tab, words in (
            ("indicators", "Komponen dan indikator"),
            ("criteria", "Kriteria calon"),
            ("trend", "nilai resmi yang dilaporkan"),
            ("events", "Hadir: OPD"),
            ("followups", "terlambat 6 hari"),
            ("notes", "Catatan daerah ini"),
        ):
            await open_at(app, tab=tab)
            await app.press("question_mark")
            assert words in " ".join(app.text().replace("│", " ").split())
            await app.press("escape")
        await open_at(app)
        await app.press("right", "question_mark")
        assert "Butir bukti dukung" in app.text()

    drive(sample_store, steps)


def test_a_resize_on_any_tab_keeps_cursor_and_focus(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        for tab in TABS:
            await open_at(app, tab=tab)
            focused = app.screen.focused.id
            for size in ((80, 24), (40, 15), (200, 60), (30, 10), (120, 40)):
                await app.pilot.resize_terminal(*size)
                await app.settle()
                assert app.screen.focused is not None, (tab, size)
            assert app.screen.focused.id == focused

    drive(sample_store, steps)


def test_the_meeting_begins_with_who_owes_what_is_under_the_cursor(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        await open_at(app, indicator="2.4", item="2.4.4")
        await app.press("m")
        assert app.screen.ID == "meeting"
        assert app.screen.owner == "Inspektorat"
        await app.press("ctrl+x")
        await open_at(app, indicator="2.4")
        await app.press("m")
        assert app.screen.owner == "BKPSDM"
        await app.press("ctrl+x")
        await open_at(app, tab="criteria")
        await app.press("m")
        assert "Mode rapat dengan OPD" in app.text()

    drive(sample_store, steps)


def test_the_line_of_tabs_shrinks_to_the_one_that_is_shown() -> None:
    titles = {"a": "Satu", "b": "Dua", "c": "Tiga"}
    assert tab_line(titles, "b", {"c": 4}, 30).plain == "  Satu │ Dua │ Tiga 4 "
    assert tab_line(titles, "b", {"c": 4}, 21).plain == "  Satu │ Dua │ Tiga "
    assert tab_line(titles, "b", {}, 15).plain == " Satu│Dua│Tiga"
    assert tab_line(titles, "b", {}, 13).plain == " ‹ Dua 2/3 ›   [ ] berpindah"


@pytest.mark.parametrize("why", ["read", "closed"])
def test_a_note_that_could_not_be_sent_begins_as_a_private_one(store_path: Path, why: str) -> None:
    cycle, region = ("2025", "52.71") if why == "read" else ("2024", "13.76")
    with Store.open(store_path) as store, store.db.write():
        store.db.execute("UPDATE unit SET write = ? WHERE unit = ?", (int(why == "closed"), f"{cycle}:{region}"))

    async def steps(app: Driven) -> None:
        await open_at(app, region=region, tab="notes")
        await app.press("c")
        assert "Catatan ini pribadi: tersimpan di komputer ini saja." in app.told()
        await app.type("Rapat")
        await app.press("ctrl+s")
        assert app.screen.ID == "region"
        assert app.store.views.outbox() == ()
        assert "Rapat ⌂" in app.text(), "nothing waits to be sent"

    drive(store_path, steps, cycle=cycle)
