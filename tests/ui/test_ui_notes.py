"""Catatan: list, search, reading, writing and deleting."""

from __future__ import annotations

from pathlib import Path

import pytest
from notes_places import MINE, new_note, note_of, on_note, open_notes, THEIRS
from work_app import drive, Driven

from akk_tui.contract.limits import NOTE_BYTES
from akk_tui.store.store import Store
from akk_tui.ui.screens.note_editor import NoteEditor
from akk_tui.ui.screens.notes import NotesScreen
from akk_tui.ui.widgets.editor import MarkdownEditor
from akk_tui.ui.widgets.subject import Choice, matching


@pytest.fixture
def path(store_path: Path) -> Path:
    return store_path


# --- list and search


def test_the_list_has_the_focus_and_says_what_each_note_is(path: Path) -> None:
    async def test(app: Driven) -> None:
        screen = await open_notes(app)
        assert screen._table.has_focus
        text = app.text()
        assert "14 catatan" in text
        assert "#lhkpn #monev" in text
        assert "Kota Blitar · 2.4" in text
        assert "24 Sep 2025" in text

    drive(path, test, at="notes")


def test_search_finds_words_in_title_body_and_tags(path: Path) -> None:
    async def test(app: Driven) -> None:
        screen = await open_notes(app)
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
        await open_notes(app)
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
        screen = await on_note(app, MINE)
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
        await on_note(app, "Forum konsultasi publik di Sananwetan")
        await app.press("enter")
        assert "│ “Kalau kami lapor, apakah nama kami aman?”" in app.text()
        assert "#lapangan #partisipasi" in app.text()

    drive(path, test, at="notes")


def test_a_note_is_opened_from_elsewhere(path: Path) -> None:
    async def test(app: Driven) -> None:
        await app.app.open_note(note_of(app, THEIRS))
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
        screen = await on_note(app, MINE)
        await app.press("enter")
        app.store.delete_note(note_of(app, MINE))
        app.app.data_changed()
        await app.settle()
        assert not screen.has_class("-reading")
        assert MINE not in app.text()

    drive(path, test, at="notes")


def test_deleting_is_undone_by_u(path: Path) -> None:
    async def test(app: Driven) -> None:
        await on_note(app, MINE)
        await app.press("enter", "d")
        assert f"Catatan “{MINE}” dihapus; u mengurungkannya." in app.told()
        assert MINE not in [row.title for row in app.store.views.notes("2025")]
        await app.press("u")
        assert MINE in app.text()

    drive(path, test, at="notes")


# --- writing


def test_a_new_note_is_about_a_region_or_an_indicator(path: Path) -> None:
    async def test(app: Driven) -> None:
        await new_note(app)
        assert "Kota Mataram · 2.4 Kepatuhan" in app.text()
        await app.type("Judul")
        await app.press("enter")
        await app.type("b, a")
        await app.press("enter")
        await app.type("- satu")
        await app.press("enter", "x", "ctrl+s")
        note = app.store.views.note(note_of(app, "Judul"))
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
        screen = await new_note(app, indicator="seluruh")
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
        await on_note(app, MINE)
        before = app.store.views.note(note_of(app, MINE))
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
        await on_note(app, MINE)
        await app.press("e", "ctrl+s")
        assert "Tidak ada yang berubah." in app.told()
        assert app.store.views.outbox() == ()
        assert isinstance(app.screen, NotesScreen)

    drive(path, test, at="notes")


def test_was_is_the_text_that_the_draft_began_from(path: Path) -> None:
    """A pull while the editor is open does not become what the officer has seen."""

    async def test(app: Driven) -> None:
        await on_note(app, MINE)
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
        await on_note(app, MINE)
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
        await on_note(app, MINE)
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
        await on_note(app, MINE)
        await app.press("e")
        editor = app.screen.query_one(MarkdownEditor)
        editor.load_text("x" * (NOTE_BYTES - 1))
        await app.settle()
        assert "hampir penuh · 32,0 kB dari 32 kB" in app.text()
        editor.insert("yy")
        await app.settle()
        assert "Catatan paling banyak 32 kB; tidak ditambahkan." in app.text()
        assert len(editor.text) == NOTE_BYTES - 1
        # Who goes on typing still sees that what was pasted is not there.
        editor.replace("z", (0, 0), (0, 1))
        await app.settle()
        assert "tidak ditambahkan" not in app.text()
        assert app.told().count("Catatan paling banyak 32 kB; tidak ditambahkan.") == 1

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


def test_of_choices_that_match_the_one_at_hand_and_the_nearer_ones_come_first() -> None:
    choices = [Choice(code, code, f"{name} · Jawa Timur") for code, name in (("35.05", "Blitar"), ("35.72", "Blitar"))]
    ranks = {"35.72": (0, 12, 0.0), "35.05": (1, 12, 0.0)}
    for text, first, wanted in (
        ("blitar", None, ["35.72", "35.05"]),
        ("blitar", "35.05", ["35.05", "35.72"]),
        ("35.05", "35.72", ["35.05"]),
        ("", "35.72", ["35.05", "35.72"]),
    ):
        assert [one.key for one in matching(choices, text, first, ranks)] == wanted, text


def test_the_chooser_moves_by_arrows_and_is_left_by_esc(path: Path) -> None:
    async def test(app: Driven) -> None:
        await on_note(app, MINE)
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
