"""Catatan while one reads: hits and tags, the line under the cursor, references, finding, history, private notes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from work_app import drive, Driven

from akk_tui.contract.records import LogPage
from akk_tui.store.history import Log
from akk_tui.store.store import Store
from akk_tui.ui import note_found, references
from akk_tui.ui.forms import Form
from akk_tui.ui.screens.note_editor import NoteEditor
from akk_tui.ui.screens.note_history import NoteHistory
from akk_tui.ui.screens.notes import NotesScreen
from akk_tui.ui.widgets.note_list import complete, parse, Query

MINE = "Draf peraturan TPP"
FORUM = "Forum konsultasi publik di Sananwetan"
BODY = "# Rapat\n\n- [ ] Sekda kirim SK, lihat [[2.4]] dan [[35.72:2.4.1]]\nBiasa saja\n\nlihat [[35.72]]"


def note_id(app: Driven, title: str) -> str:
    return next(row.id for row in app.store.views.notes("2025") if row.title == title)


def make(path: Path, *, title: str = "Rujukan", body: str = BODY, private: bool = False, **fields: Any) -> str:
    made = {"cycle": "2025", "region": "35.72", "subject": "35.72", "title": title, "body": body, **fields}
    with Store.open(path) as store:
        return store.private.save(made) if private else store.create("note", made).key


async def read(app: Driven, title: str) -> NotesScreen:
    screen = app.screen
    screen._table.go_to(note_id(app, title))
    await app.settle()
    await app.press("enter")
    return screen


def underlined(app: Driven) -> str:
    """The words that stand out in the list."""
    table = app.screen._table
    found: list[str] = []
    for row in range(table.row_count):
        for cell in table.get_row_at(row):
            found += [cell.plain[span.start : span.end] for span in cell.spans if "underline" in str(span.style)]
    return " ".join(found)


# --- hits, tags, limits


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (40, 15)])
def test_hits_stand_out_with_the_words_around_them(store_path: Path, size: tuple[int, int]) -> None:
    make(store_path, title="Jauh", body="awal " * 300 + "ditemukan Jepun di sini")

    async def test(app: Driven) -> None:
        await app.press("f")
        await app.type("jepun")
        assert "1 catatan · cocok dengan “jepun”"[: size[0] - 4] in app.text()
        assert "Jepun" in app.text()
        assert underlined(app) == "Jepun"
        await app.press("enter", "enter")
        drawn = app.screen._reading.text
        assert "reverse" in str([span.style for option in drawn.options for span in option.prompt.spans])

    drive(store_path, test, size, at="notes")


def test_tags_narrow_the_list_from_a_list_and_by_typing(store_path: Path) -> None:
    async def test(app: Driven) -> None:
        await app.press("number_sign")
        assert "#lhkpn · 2 catatan" in app.text()
        await app.type("lhkpn")
        await app.press("enter")
        assert "2 catatan · cocok dengan #lhkpn" in app.text()
        assert app.screen._table.has_focus
        await app.press("f")
        await app.type(" sanksi")
        assert "cocok dengan “sanksi” #lhkpn" in app.text()
        await app.press("escape", "escape", "f")
        await app.type("#la")
        assert "14 catatan · #lapangan #layanan?" in app.text(), "a tag that is being typed does not narrow yet"
        await app.press("tab")
        assert "cocok dengan #lapangan" in app.text()
        await app.press("number_sign", "escape")

    drive(store_path, test, at="notes")


def test_what_a_filter_means() -> None:
    tags = ("lhkpn", "lapangan", "Layanan")
    assert parse("rapat #LHKPN  opd", tags) == Query("rapat opd", ("lhkpn",))
    assert parse("#la #", tags) == Query(open=("la",))
    assert parse("#baru", tags) == Query(tags=("baru",))
    assert parse("#pribadi", tags).private
    assert parse("", tags).empty
    assert not parse("#la x", tags).empty
    assert complete("rapat #lh", tags) == "rapat #lhkpn"
    assert complete("#LAY", tags) == "#LAYanan"
    assert complete("#pri", tags) == "#pribadi"
    for typed in ("", "rapat", "#lhkpn ", "a#lh", "#xx", "#lhkpn"):
        assert complete(typed, tags) is None, typed


def test_tags_are_changed_without_the_editor(store_path: Path) -> None:
    async def test(app: Driven) -> None:
        app.screen._table.go_to(note_id(app, MINE))
        await app.press("m")
        assert isinstance(app.screen, Form)
        assert "penghargaan" in app.text()
        await app.type(", #baru")
        await app.press("ctrl+s")
        assert app.store.views.note(note_id(app, MINE)).row.tags == ("baru", "penghargaan")
        assert [(row.field, row.was) for row in app.store.views.outbox()] == [("tags", {"tags": ["penghargaan"]})]
        await app.press("m", "ctrl+s")
        assert "Tidak ada yang berubah." in app.told()
        await app.press("m", "escape")
        assert len(app.store.views.outbox()) == 1

    drive(store_path, test, at="notes")


def test_only_the_newest_are_listed_and_it_says_so(store_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(note_found, "LIST_MOST", 5)

    async def test(app: Driven) -> None:
        assert app.screen._table.row_count == 5
        assert "5 catatan terbaru; yang lain ditemukan dengan f" in app.text()

    drive(store_path, test, at="notes")


def test_the_note_follows_the_cursor_where_both_are_seen(store_path: Path) -> None:
    async def test(app: Driven) -> None:
        screen = await read(app, FORUM)
        await app.press("shift+tab", "down")
        assert screen._table.has_focus
        assert "Bagian Hukum" in app.text()
        assert app.screen.region_code == "52.71"

    drive(store_path, test, at="notes")


def test_editing_begins_on_the_line_that_is_read(store_path: Path) -> None:
    make(store_path)

    async def test(app: Driven) -> None:
        await read(app, "Rujukan")
        await app.press("down", "down", "down", "e")
        assert app.screen.query_one("#body").cursor_location == (3, len("Biasa saja"))

    drive(store_path, test, at="notes")


@pytest.mark.parametrize("theme", ["dark", "contrast", "ansi"])
def test_coloured_words_stay_readable_on_the_cursor(store_path: Path, theme: str) -> None:
    make(store_path)

    async def test(app: Driven) -> None:
        screen = await read(app, "Rujukan")
        text = screen._reading.text
        for focused in (True, False):
            cursor = text.get_component_rich_style("option-list--option-highlighted")
            styles = [segment.style for segment in text.render_line(0) if segment.text.strip()]
            assert {style.bgcolor for style in styles} == {cursor.bgcolor}, focused
            assert {style.color for style in styles} == {cursor.color}, focused
            screen._table.focus()
            await app.settle()

    drive(store_path, test, at="notes", theme=theme)


# --- references


def test_references_are_read_with_their_titles_and_opened(store_path: Path) -> None:
    make(store_path)

    async def test(app: Driven) -> None:
        await read(app, "Rujukan")
        assert "lihat 2.4 Kepatuhan Pelaporan LHKPN" in app.text()
        assert "lihat Kota Blitar" in app.text()
        await app.press("enter")
        assert "Baris ini tidak merujuk" in app.told()
        await app.press("end", "enter")
        assert app.screen.region_code == "35.72"
        assert type(app.screen).__name__ == "RegionScreen"
        await app.press("escape")
        while type(app.screen).__name__ != "NotesScreen":
            await app.press("escape")
        await app.press("home", "down", "down", "enter")
        assert "Buka rujukan" in app.text()
        await app.press("1")
        assert type(app.screen).__name__ == "RegionScreen"

    drive(store_path, test, at="notes")


def test_g_opens_what_the_note_is_about(store_path: Path) -> None:
    async def test(app: Driven) -> None:
        app.screen._table.go_to(note_id(app, MINE))
        await app.press("g")
        assert (type(app.screen).__name__, app.screen.region_code) == ("RegionScreen", "52.71")

    drive(store_path, test, at="notes")


def test_g_opens_the_activity_of_a_note(store_path: Path) -> None:
    with Store.open(store_path) as store:
        event = store.views.events("2025")[0]
    make(store_path, title="Dari kegiatan", region=event.region, subject=event.id)

    async def test(app: Driven) -> None:
        await read(app, "Dari kegiatan")
        assert event.title[:20] in app.text()
        await app.press("g")
        assert type(app.screen).__name__ == "EventScreen"

    drive(store_path, test, at="notes")


@pytest.mark.parametrize(
    ("code", "target"),
    [
        ("35.72", ("35.72", None, None)),
        ("2.4", (None, "2.4", None)),
        ("2.4.1", (None, "2.4", "2.4.1")),
        ("35.72:2.4", ("35.72", "2.4", None)),
        ("35.72:2.4.1", ("35.72", "2.4", "2.4.1")),
        ("x:2.4", None),
        ("budi", None),
    ],
)
def test_what_a_reference_names(code: str, target: tuple[str | None, str | None, str | None] | None) -> None:
    assert references.target(code) == target


def test_references_in_words_and_what_is_offered() -> None:
    known = {"35.72": "Kota Blitar", "35.05": "Kab. Blitar", "2.4": "Kepatuhan LHKPN", "2.4.1": "Daftar LHKPN"}
    assert references.spoken("lihat [[35.72:2.4]], [[9.9]], [[x]]", known) == (
        "lihat Kota Blitar · 2.4 Kepatuhan LHKPN, 9.9, [[x]]"
    )
    assert [offer.code for offer in references.offers(known, "", "35.05")] == ["35.05", "2.4", "35.72", "2.4.1"]
    assert [offer.code for offer in references.offers(known, "lhk")] == ["2.4", "2.4.1"]
    assert [offer.code for offer in references.offers(known, "kota bli")] == ["35.72"]
    assert [offer.code for offer in references.offers(known, "2.4")] == ["2.4", "2.4.1"]
    assert references.offers(known, "zz") == []


def test_a_reference_that_names_nothing_says_so(store_path: Path) -> None:
    async def test(app: Driven) -> None:
        await references.open_reference(app.screen, "2.4", None)
        await app.settle()
        assert "Rujukan 2.4 tidak menunjuk apa pun" in app.told()

    drive(store_path, test, at="notes")


# --- finding words in the note


def test_words_are_found_in_the_note_one_after_the_other(store_path: Path) -> None:
    make(store_path, body="Sekda\nisi\nsekda dan SEKDA\nlain\nSékda")

    async def test(app: Driven) -> None:
        screen = await read(app, "Rujukan")
        await app.press("f")
        await app.type("sekda")
        assert "1 dari 3" in app.text()
        await app.press("enter")
        assert "2 dari 3" in app.text()
        assert screen._reading.text.line == "sekda dan SEKDA"
        await app.press("down", "down")
        assert "1 dari 3" in app.text(), "after the last comes the first"
        await app.press("up")
        assert "3 dari 3" in app.text()
        await app.press("alt+n")
        assert "1 dari 3" in app.text()
        await app.press("alt+shift+n")
        assert "3 dari 3" in app.text()
        await app.type("q")
        assert "tidak ada" in app.text()
        await app.press("alt+n", "escape")
        assert screen._reading.text.has_focus
        assert not screen._reading.find.is_open
        await app.press("alt+n")
        assert screen._reading.find.is_open

    drive(store_path, test, at="notes")


def test_what_needs_an_open_note_says_so(store_path: Path) -> None:
    async def test(app: Driven) -> None:
        await app.press("alt+n", "t", "P")
        assert "Buka dulu sebuah catatan dengan enter." in app.told()
        assert "Buka dulu sebuah catatan dengan enter, lalu pilih barisnya." in app.told()
        assert "Ini bukan catatan pribadi" in app.told()

    drive(store_path, test, at="notes")


# --- follow-up from the line


def test_t_makes_a_follow_up_from_the_line(store_path: Path) -> None:
    key = make(store_path)

    async def test(app: Driven) -> None:
        await read(app, "Rujukan")
        await app.press("down", "t")
        assert "Baris ini kosong" in app.told()
        await app.press("down", "t")
        assert isinstance(app.screen, Form)
        assert app.screen.box("text").typed.startswith("Sekda kirim SK, lihat 2.4 Kepatuhan")
        await app.press("ctrl+s")
        (made,) = [one for one in app.store.views.followups("2025") if one.text.startswith("Sekda kirim SK")]
        assert (made.subject, made.region, made.status) == (key, "35.72", "belum")

    drive(store_path, test, at="notes")


# --- history


def test_an_open_history_shows_what_came_from_the_server(store_path: Path) -> None:
    async def test(app: Driven) -> None:
        note = note_id(app, MINE)
        app.screen._table.go_to(note)
        await app.press("H")
        assert "riwayat dari server belum diambil" in app.text()
        row = app.store.views.note(note).row
        Log(app.store).store_row(f"{row.cycle}:{row.region}", "note", note, LogPage(entries=()))
        app.app.data_changed()
        await app.settle()
        assert "riwayat dari server per" in app.text()

    drive(store_path, test, at="notes")


def test_the_history_tells_who_when_and_what_differs(store_path: Path) -> None:
    async def test(app: Driven) -> None:
        note = note_id(app, MINE)
        before = app.store.views.note(note).seen
        app.store.edit("note", note, {"body": str(before["body"]) + "\ntambahan", "title": "Baru"}, seen=before)
        app.app.data_changed()
        await app.settle()
        app.screen._table.go_to(note)
        await app.press("H")
        assert isinstance(app.screen, NoteHistory)
        text = app.text()
        assert "Riwayat · Baru" in text
        assert "contoh1" in text
        assert "isi +1" in text
        assert "+ Baru" in text
        assert "- Draf peraturan TPP" in text
        await app.press("down")
        assert "+ tambahan" in app.text()
        await app.press("pagedown", "pageup", "H")
        assert isinstance(app.screen, NotesScreen)

    drive(store_path, test, at="notes")


def test_the_history_of_a_note_that_was_made_here(store_path: Path) -> None:
    make(store_path)

    async def test(app: Driven) -> None:
        app.store.delete_note(note_id(app, "Rujukan"))
        app.app.action_undo()
        await app.settle()
        await app.press("H")
        assert "dibuat" in app.text()
        assert "+ # Rapat" in app.text()
        assert "belum terkirim" in app.text()

    drive(store_path, test, (80, 24), at="notes")


def test_a_note_without_known_changes_says_so(store_path: Path) -> None:
    async def test(app: Driven) -> None:
        await app.press("H")
        assert "riwayat dari server belum diambil" in app.text()
        assert "Belum ada perubahan" in app.text()

    drive(store_path, test, (40, 15), at="notes")


# --- private notes


def test_a_private_note_says_that_it_is_never_sent_and_is_found_as_such(store_path: Path) -> None:
    make(store_path, title="Rahasia", private=True)

    async def test(app: Driven) -> None:
        assert "⌂ pribadi" in app.text()
        await read(app, "Rahasia")
        assert "kata · pribadi," in app.text()
        assert "tidak pernah dikirim" in app.text()
        await app.press("H")
        assert "riwayatnya tidak dicatat" in app.text()
        await app.press("escape", "escape", "number_sign")
        await app.type("pribadi")
        await app.press("enter")
        assert "1 catatan · cocok dengan pribadi" in app.text()
        assert app.store.views.outbox() == ()

    drive(store_path, test, at="notes")


def test_a_private_note_is_edited_and_tagged_without_an_operation(store_path: Path) -> None:
    make(store_path, title="Rahasia", private=True)

    async def test(app: Driven) -> None:
        await read(app, "Rahasia")
        await app.press("e")
        assert isinstance(app.screen, NoteEditor)
        assert "pribadi, tidak pernah dikirim · Kota Blitar" in app.text()
        await app.press("alt+p")
        assert "P di layar Catatan mengirim" in app.told()
        await app.press("ctrl+end", "x", "ctrl+s")
        assert "tidak pernah dikirim" in app.told()
        await app.press("m")
        await app.type("wbs")
        await app.press("ctrl+s")
        note = app.store.views.note(note_id(app, "Rahasia"))
        assert note.row.tags == ("wbs",)
        assert note.body.endswith("x")
        assert note.row.state == "private"
        assert app.store.views.outbox() == ()

    drive(store_path, test, at="notes")


def test_a_follow_up_from_a_private_note_does_not_name_it(store_path: Path) -> None:
    make(store_path, title="Rahasia", body="Inspektorat periksa", private=True)

    async def test(app: Driven) -> None:
        await read(app, "Rahasia")
        await app.press("t", "ctrl+s")
        (made,) = [one for one in app.store.views.followups("2025") if one.text == "Inspektorat periksa"]
        assert made.subject == "35.72"

    drive(store_path, test, at="notes")


def test_deleting_a_private_note_is_undone_by_u(store_path: Path) -> None:
    make(store_path, title="Rahasia", private=True)

    async def test(app: Driven) -> None:
        await read(app, "Rahasia")
        await app.press("d")
        assert "Rahasia" not in app.text()
        await app.press("u")
        assert "Diurungkan: Rahasia" in app.told()
        assert "⌂ pribadi" in app.text()
        await app.press("u")
        assert "Tidak ada yang dapat diurungkan." in app.told()

    drive(store_path, test, at="notes")


def test_a_private_note_is_sent_only_on_purpose_and_taken_back_while_it_waits(store_path: Path) -> None:
    key = make(store_path, title="Rahasia", private=True)

    async def test(app: Driven) -> None:
        await read(app, "Rahasia")
        await app.press("P")
        assert "Kirim “Rahasia”?" in app.text()
        await app.press("1")
        assert app.store.views.outbox() == ()
        await app.press("P", "2")
        assert [row.key for row in app.store.views.outbox()] == [key]
        await app.press("u")
        assert app.store.views.outbox() == ()
        assert app.store.views.note(key).row.state == "private"
        await app.press("P", "2")
        app.store.queue.batch()
        await app.press("u")
        assert "private" not in [row.state for row in app.store.views.notes("2025")]

    drive(store_path, test, at="notes")


def test_a_private_note_of_a_region_one_only_reads_cannot_be_sent(store_path: Path) -> None:
    make(store_path, title="Rahasia", private=True)

    async def test(app: Driven) -> None:
        await read(app, "Rahasia")
        with Store.open(store_path) as other, other.db.write():
            other.db.execute("UPDATE unit SET write = 0")
        await app.press("P", "2")
        assert app.told()
        assert app.store.views.note(note_id(app, "Rahasia")).row.state == "private"

    drive(store_path, test, at="notes")
