"""Catatan: list, search, reading, writing, deleting, and drafts that were left."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import datetime, UTC
from pathlib import Path
from typing import Any

import filled
import pytest
from work_app import drive, Driven, running

from akk_tui.contract.limits import NOTE_BYTES
from akk_tui.store.shapes import Draft
from akk_tui.store.store import Store
from akk_tui.ui.screens.note_editor import NoteEditor
from akk_tui.ui.screens.notes import NotesScreen
from akk_tui.ui.widgets.editor import MarkdownEditor
from akk_tui.ui.widgets.subject import Choice, matching

MINE = "Draf peraturan TPP"
THEIRS = "Uji kanal WBS"


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return filled.fill_sample(tmp_path_factory.mktemp("notes") / "akk.db")


@pytest.fixture
def path(sample: Path, tmp_path: Path) -> Path:
    """A copy of the sample store that a test may change."""
    copy = tmp_path / "akk.db"
    with Store.open(sample) as store:
        store.db.execute("VACUUM INTO ?", (str(copy),))
    return copy


async def _open(app: Driven) -> NotesScreen:
    if not isinstance(app.screen, NotesScreen):
        await app.press("4")
    await app.settle()
    return app.screen


def _note(app: Driven, title: str) -> str:
    return next(row.id for row in app.store.views.notes("2025") if row.title == title)


async def _on(app: Driven, title: str) -> NotesScreen:
    screen = await _open(app)
    screen._table.go_to(_note(app, title))
    await app.settle()
    return screen


# --- list and search


def test_the_list_has_the_focus_and_says_what_each_note_is(path: Path) -> None:
    async def test(app: Driven) -> None:
        screen = await _open(app)
        assert screen._table.has_focus
        text = app.text()
        assert "14 catatan" in text
        assert "#lhkpn #monev" in text
        assert "Kota Blitar · 2.4" in text
        assert "24 Sep 2025" in text

    drive(path, test, at="notes")


def test_search_finds_words_in_title_body_and_tags(path: Path) -> None:
    async def test(app: Driven) -> None:
        screen = await _open(app)
        await app.press("f")
        await app.type("maengket")
        assert "1 catatan · cocok dengan “maengket”" in app.text()
        await app.press("enter")
        assert screen._table.has_focus
        await app.press("f")
        await app.type("qq")
        assert "Tidak ada catatan yang cocok" in app.text()
        await app.press("escape", "escape")
        assert "14 catatan" in app.text()
        await app.press("escape")
        assert app.screen is screen

    drive(path, test, at="notes")


def test_nothing_yet_has_a_sentence(tmp_path: Path) -> None:
    with Store.open(tmp_path / "akk.db"):
        pass

    async def test(app: Driven) -> None:
        await _open(app)
        assert "Belum ada catatan. Tekan n" in app.text()
        await app.press("n")
        assert "Belum ada daerah di sini." in app.told()
        await app.press("e", "b", "enter")
        assert "Pilih dulu sebuah catatan." in app.told()
        assert "Tidak ada draf yang tertinggal." in app.told()

    drive(tmp_path / "akk.db", test, at="notes")


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (40, 15)])
def test_every_size_is_readable(path: Path, size: tuple[int, int]) -> None:
    async def test(app: Driven) -> None:
        screen = await _on(app, MINE)
        assert all(len(line) <= size[0] for line in app.lines())
        assert any("Draf peraturan" in line for line in app.lines())
        await app.press("enter")
        assert screen.has_class("-reading")
        assert screen._table.display is (size[0] >= 104)
        assert any(MINE in line for line in app.lines())
        await app.press("escape")
        assert not screen.has_class("-reading")
        assert screen._table.has_focus

    drive(path, test, size, at="notes")


# --- reading


def test_enter_reads_and_the_note_is_drawn(path: Path) -> None:
    async def test(app: Driven) -> None:
        await _on(app, "Forum konsultasi publik di Sananwetan")
        await app.press("enter")
        assert "│ “Kalau kami lapor, apakah nama kami aman?”" in app.text()
        assert "#lapangan #partisipasi" in app.text()

    drive(path, test, at="notes")


def test_a_note_is_opened_from_elsewhere(path: Path) -> None:
    async def test(app: Driven) -> None:
        await app.app.open_note(_note(app, THEIRS))
        await app.settle()
        assert isinstance(app.screen, NotesScreen)
        assert f" {THEIRS}" in app.text()
        await app.press("e")
        assert "Catatan ini ditulis contoh2" in app.told()
        app.screen.open_note("00000000-0000-7000-8000-000000000000")
        await app.settle()
        assert "tidak ada di komputer ini" in app.told()

    drive(path, test, at="notes")


def test_a_note_that_goes_away_while_it_is_read_is_closed(path: Path) -> None:
    async def test(app: Driven) -> None:
        screen = await _on(app, MINE)
        await app.press("enter")
        app.store.delete_note(_note(app, MINE))
        app.app.data_changed()
        await app.settle()
        assert not screen.has_class("-reading")
        assert MINE not in app.text()

    drive(path, test, at="notes")


def test_deleting_is_undone_by_u(path: Path) -> None:
    async def test(app: Driven) -> None:
        await _on(app, MINE)
        await app.press("enter", "d")
        assert f"Catatan “{MINE}” dihapus; u mengurungkannya." in app.told()
        assert MINE not in [row.title for row in app.store.views.notes("2025")]
        await app.press("u")
        assert MINE in app.text()

    drive(path, test, at="notes")


# --- writing


async def _new(app: Driven, region: str = "mataram", indicator: str = "lhkpn") -> NoteEditor:
    await _open(app)
    await app.press("n")
    await app.type(region)
    await app.press("enter")
    await app.type(indicator)
    await app.press("enter")
    assert isinstance(app.screen, NoteEditor)
    return app.screen


def test_a_new_note_is_about_a_region_or_an_indicator(path: Path) -> None:
    async def test(app: Driven) -> None:
        await _new(app)
        assert "Kota Mataram · 2.4 Kepatuhan" in app.text()
        await app.type("Judul")
        await app.press("enter")
        await app.type("b, a")
        await app.press("enter")
        await app.type("- satu")
        await app.press("enter", "x", "ctrl+s")
        note = app.store.views.note(_note(app, "Judul"))
        assert note.row.subject == "52.71:2.4"
        assert note.row.author == "contoh1"
        assert note.body == "- satu\n- x"
        assert note.row.tags == ("a", "b")
        assert "belum terkirim" in app.text()
        assert app.store.drafts.list() == ()
        assert [row.was for row in app.store.views.outbox()] == [None]

    drive(path, test, at="notes")


def test_without_a_title_the_first_line_is_the_title(path: Path) -> None:
    async def test(app: Driven) -> None:
        screen = await _new(app, indicator="seluruh")
        await app.press("ctrl+s")
        assert "Tulis dahulu judul atau isinya." in app.told()
        screen.query_one(MarkdownEditor).load_text("\n## Rapat dengan **Inspektorat**\nisi")
        await app.settle()
        await app.press("ctrl+s")
        row = app.store.views.notes("2025")[0]
        assert (row.title, row.subject) == ("Rapat dengan **Inspektorat**", "52.71")

    drive(path, test, at="notes")


def test_each_field_that_changed_is_an_operation_of_its_own(path: Path) -> None:
    async def test(app: Driven) -> None:
        await _on(app, MINE)
        before = app.store.views.note(_note(app, MINE))
        await app.press("e")
        screen = app.screen
        screen.query_one("#title").value = "Judul lain"
        screen.query_one("#tags").value = "penghargaan, tpp"
        await app.settle()
        await app.press("ctrl+s")
        rows = app.store.views.outbox()
        assert [(row.field, row.set, row.was) for row in rows] == [
            ("title", {"title": "Judul lain"}, {"title": MINE}),
            ("tags", {"tags": ["penghargaan", "tpp"]}, {"tags": before.seen["tags"]}),
        ]

    drive(path, test, at="notes")


def test_saving_a_note_as_it_was_changes_nothing(path: Path) -> None:
    async def test(app: Driven) -> None:
        await _on(app, MINE)
        await app.press("e", "ctrl+s")
        assert "Tidak ada yang berubah." in app.told()
        assert app.store.views.outbox() == ()
        assert isinstance(app.screen, NotesScreen)

    drive(path, test, at="notes")


def test_was_is_the_text_that_the_draft_began_from(path: Path) -> None:
    """A pull while the editor is open does not become what the officer has seen."""

    async def test(app: Driven) -> None:
        await _on(app, MINE)
        await app.press("e")
        with Store.open(app.path) as other, other.db.write():
            other.db.execute(
                "UPDATE base SET data = json_set(data, '$.title', 'Dari laptop lain') WHERE kind = 'note'"
                " AND json_extract(data, '$.title') = ?",
                (MINE,),
            )
        app.app.data_changed()
        app.screen.query_one("#title").value = "Punya saya"
        await app.settle()
        await app.press("ctrl+s")
        assert [row.was for row in app.store.views.outbox()] == [{"title": MINE}]

    drive(path, test, at="notes")


def test_a_refused_save_keeps_the_editor_and_its_text(path: Path) -> None:
    async def test(app: Driven) -> None:
        await _on(app, MINE)
        await app.press("e")
        app.screen.query_one("#title").value = "Baru"
        await app.settle()
        with Store.open(app.path) as other, other.db.write():
            other.db.execute("UPDATE unit SET write = 0")
        await app.press("ctrl+s")
        assert isinstance(app.screen, NoteEditor)
        assert app.told()
        assert app.screen.query_one("#title").value == "Baru"

    drive(path, test, at="notes")


def test_preview_and_check_boxes_have_keys(path: Path) -> None:
    async def test(app: Driven) -> None:
        await _on(app, MINE)
        await app.press("e")
        editor = app.screen.query_one(MarkdownEditor)
        assert editor.has_focus
        editor.load_text("- [ ] satu")
        await app.press("f4")
        assert editor.text == "- [x] satu"
        await app.press("f3")
        assert "[✓] satu" in app.text()
        await app.press("escape")
        assert isinstance(app.screen, NoteEditor)
        assert editor.has_focus

    drive(path, test, at="notes")


def test_the_limit_is_told_in_words(path: Path) -> None:
    async def test(app: Driven) -> None:
        await _on(app, MINE)
        await app.press("e")
        editor = app.screen.query_one(MarkdownEditor)
        editor.load_text("x" * (NOTE_BYTES - 1))
        await app.settle()
        assert "hampir penuh · 32,0 kB dari 32 kB" in app.text()
        editor.insert("yy")
        await app.settle()
        assert "Catatan paling banyak 32 kB; tidak ditambahkan." in app.text()
        assert len(editor.text) == NOTE_BYTES - 1

    drive(path, test, at="notes")


def test_c_writes_about_the_place_at_hand(path: Path) -> None:
    async def test(app: Driven) -> None:
        await app.app.open_region("35.72", indicator="2.4")
        await app.settle()
        await app.press("c")
        if not isinstance(app.screen, NoteEditor):
            await app.press("enter", "enter")
        assert isinstance(app.screen, NoteEditor)
        assert app.screen.draft.subject.startswith("35.72")

    drive(path, test, at="notes")


# --- choosing


def test_a_typed_code_comes_first() -> None:
    choices = [Choice("a", "35.05", "Kab. Blitar 35.72"), Choice("b", "35.72", "Kota Blitar")]
    assert [choice.key for choice in matching(choices, "35.72")] == ["b", "a"]
    assert matching(choices, "kota bli") == [choices[1]]
    assert matching(choices, "x") == []


def test_the_chooser_moves_by_arrows_and_is_left_by_esc(path: Path) -> None:
    async def test(app: Driven) -> None:
        await _on(app, MINE)
        await app.press("n")
        table = app.screen.query_one("#choices")
        assert table.cursor_key == "52.71", "the region at hand stands ready"
        await app.press("down", "up", "pagedown", "pageup")
        await app.type("qq")
        assert "Tidak ada yang cocok." in app.text()
        await app.press("enter")
        await app.press("escape")
        assert isinstance(app.screen, NotesScreen)
        await app.press("n", "enter", "escape")
        assert isinstance(app.screen, NotesScreen)

    drive(path, test, at="notes")


# --- drafts


def _left(path: Path, **fields: Any) -> str:
    """A draft that another session left behind."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    made = {
        "id": "0199b5e0-0000-7000-8000-000000000001", "note": None, "subject": "35.72", "cycle": "2025",
        "title": "Terputus", "body": "satu\ndua", "tags": (), "base": None,
        "at": datetime(2025, 10, 6, 1, 0, tzinfo=UTC), "pid": ended.pid, **fields,
    }  # fmt: skip
    with Store.open(path) as store:
        store.drafts.save(Draft(**made))
    return str(made["id"])


def test_leaving_keeps_the_draft_and_it_is_taken_up_again(path: Path) -> None:
    async def test(app: Driven) -> None:
        await _new(app)
        await app.type("Setengah")
        await app.press("escape")
        assert "Draf disimpan" in app.told()
        await app.until(lambda: bool(app.store.drafts.list()), "the draft is on disk")
        app.app.data_changed()
        await app.settle()
        assert "1 draf belum disimpan (b)" in app.text()
        await app.press("b")
        assert "catatan baru" in app.text()
        await app.press("1")
        assert isinstance(app.screen, NoteEditor)
        assert app.screen.query_one("#title").value == "Setengah"
        await app.press("ctrl+s")
        assert app.store.drafts.list() == ()
        assert "Setengah" in app.text()

    drive(path, test, at="notes")


def test_typing_is_on_disk_when_the_app_ends_without_a_word(path: Path) -> None:
    async def main() -> None:
        async with running(path, at="notes") as app:
            await _new(app)
            await app.type("Hampir")

    import asyncio

    asyncio.run(main())
    with Store.open(path) as store:
        assert [(draft.title, draft.pid) for draft in store.drafts.list()] == [("Hampir", os.getpid())]


def test_an_untouched_draft_is_not_kept(path: Path) -> None:
    async def test(app: Driven) -> None:
        await _on(app, MINE)
        await app.press("e", "escape")
        assert "Draf disimpan" not in app.told()
        assert app.app.journal.flush(10)
        assert app.store.drafts.list() == ()

    drive(path, test, at="notes")


def test_a_left_draft_is_offered_at_start_with_what_it_is(path: Path) -> None:
    _left(path)

    async def test(app: Driven) -> None:
        await app.until(lambda: "Ada draf catatan" in app.told(), "the app tells of the draft")
        await app.until(lambda: "Draf “Terputus”, 6 Okt 2025 08.00 WIB" in app.text(), "the offer")
        assert "catatan baru, 2 baris teks" in app.text()
        await app.press("3")
        assert app.store.drafts.list() != ()
        await app.press("b", "2")
        assert app.store.drafts.list() == ()
        assert "draf belum disimpan" not in app.text()

    drive(path, test, at="notes")


def test_a_left_draft_is_offered_when_its_note_is_opened(path: Path) -> None:
    with Store.open(path) as store:
        note = next(row for row in store.views.notes("2025") if row.title == MINE)
        seen = store.views.note(note.id).seen
    _left(path, note=note.id, title=MINE, body=str(seen["body"]) + "\nlanjut", base=seen, tags=tuple(seen["tags"]))

    async def test(app: Driven) -> None:
        await app.until(lambda: "1 baris teks ditambah" in app.text(), "the offer at start")
        await app.press("escape")
        screen = await _on(app, MINE)
        await app.press("enter")
        assert "1 baris teks ditambah" in app.text()
        await app.press("escape", "e")
        assert "1 baris teks ditambah" in app.text()
        await app.press("1")
        await app.press("ctrl+s")
        assert [row.field for row in app.store.views.outbox()] == ["body"]
        assert app.screen is screen

    drive(path, test, at="notes")


def test_the_draft_of_a_deleted_note_becomes_a_new_note(path: Path) -> None:
    gone = "0199b5e0-0000-7000-8000-00000000dead"
    _left(path, note=gone, base={"title": "A", "body": "x", "tags": None})

    async def test(app: Driven) -> None:
        await app.until(lambda: "catatannya sudah dihapus" in app.text(), "the offer")
        await app.press("1", "ctrl+s")
        assert [(row.field, row.was) for row in app.store.views.outbox()] == [("", None)]

    drive(path, test, at="notes")


def test_several_drafts_are_listed(path: Path) -> None:
    _left(path)
    _left(path, id="0199b5e0-0000-7000-8000-000000000002", title="Kedua")

    async def test(app: Driven) -> None:
        await app.until(lambda: "Draf yang belum disimpan" in app.text(), "the list of drafts")
        await app.press("2")
        assert "Lanjutkan" in app.text()
        await app.press("escape", "b", "escape")
        assert isinstance(app.screen, NotesScreen)

    drive(path, test, at="notes")


def test_a_draft_that_cannot_be_written_is_told_where_one_types(path: Path) -> None:
    async def test(app: Driven) -> None:
        await _new(app)
        moved = app.path.with_name("elsewhere")
        app.app.journal._drafts = _Broken()
        await app.type("x")
        app.app.journal.hurry()
        await app.until(lambda: "DRAF BELUM TERSIMPAN" in app.text(), "the editor says so")
        app.app.journal._drafts = app.store.drafts
        app.app.journal.hurry()
        await app.until(lambda: "draf tersimpan sendiri" in app.text(), "the editor says that it is well again")
        assert not moved.exists()

    drive(path, test, at="notes")


class _Broken:
    def save(self, draft: Draft) -> None:
        raise OSError("disk penuh")

    def drop(self, id: str) -> None:  # noqa: A002
        raise OSError("disk penuh")
