"""The editor of a text that two changed: marked places, a choice at a key, the saved text as the answer, its draft."""

from __future__ import annotations

from pathlib import Path

import pytest
import waiting
from work_app import drive, Driven

from akk_tui import i18n
from akk_tui.contract.limits import TEXT_BYTES
from akk_tui.store import merging
from akk_tui.store.store import Store
from akk_tui.ui import draft_words
from akk_tui.ui.screens import merge_text

CHOSEN = (
    "Kepatuhan LHKPN baru 412 dari 429 wajib lapor.\nBKPSDM menyurati yang terlambat setiap Kamis.\n"
    "Sanksi keterlambatan baru berupa teguran lisan.\nBukti dukung dijanjikan akhir bulan."
)
"""Everything that merged, mine in the first place, theirs in the second."""


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return waiting.fill_texts(tmp_path_factory.mktemp("texts") / "akk.db")


@pytest.fixture
def path(begun: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "akk.db"
    with Store.open(begun) as opened:
        opened.db.execute("VACUUM INTO ?", (str(copy),))
    return copy


def waits(app: Driven) -> list[tuple[object, object, str]]:
    """What waits on the summary: set, was, state."""
    rows = [row for row in app.store.views.outbox() if row.field == "summary"]
    return [(row.set["summary"], (row.was or {}).get("summary"), row.state) for row in rows]


def test_marked_places_are_chosen_and_the_saved_text_answers(path: Path) -> None:
    async def test(app: Driven) -> None:
        assert "e membuka gabungan kedua teks" in app.text()
        await app.press("e")
        text = app.text()
        assert "=== 1/2: isian saya ===" in text
        assert "=== 1/2: isian rekan (contoh2) ===" in text
        assert "2 tempat belum dipilih · f5 saya, f6 rekan, f7 keduanya" in text
        await app.press("f5")
        assert "1 tempat belum dipilih" in app.text()
        await app.press("f6")
        assert "semua tempat sudah dipilih" in app.text()
        await app.press("f8")
        assert "Tidak ada tempat yang belum dipilih." in app.told()
        await app.press("ctrl+s")
        assert waits(app) == [(CHOSEN, waiting.THEIRS, "queued")]
        assert "Isian lain dipakai" in app.told()
        assert app.screen.ID == "sync"
        assert "Tidak ada beda isian." in app.text()
        assert app.store.drafts.list() == ()
        await app.press("u")
        assert waits(app) == []

    drive(path, test, (80, 24), at="sync")


def test_from_the_window_with_the_whole_texts_too_in_english(path: Path) -> None:
    i18n.use("en")

    async def test(app: Driven) -> None:
        await app.press("enter")
        assert "e merge of both" in app.text()
        await app.press("e")
        assert "=== 2/2: theirs (contoh2) ===" in app.text()
        assert "2 places not decided · f5 mine, f6 theirs, f7 both" in app.text()

    drive(path, test, at="sync")


def test_nothing_is_saved_while_a_place_is_open(path: Path) -> None:
    async def test(app: Driven) -> None:
        await app.press("e", "f5", "ctrl+home", "f5")
        assert "Kursor tidak berada di tempat bertanda." in app.told()
        await app.press("ctrl+s")
        assert "Masih ada 1 tempat yang belum dipilih" in app.told()
        editor = app.screen._editor
        assert editor.document.get_line(editor.cursor_location[0]) == "Bukti dukung sudah diunggah."
        # A mark that is damaged still counts, and is gone to.
        await app.press("up", "ctrl+shift+k", "ctrl+home", "ctrl+s")
        assert editor.document.get_line(editor.cursor_location[0] - 1).startswith("=== 2/2: isian rekan")
        assert [state for _set, _was, state in waits(app)] == ["conflict"]

    drive(path, test, at="sync")


def test_both_sides_or_none_of_a_place_at_the_end(path: Path) -> None:
    async def test(app: Driven) -> None:
        await app.press("e", "f7", "f7")
        text = app.screen._editor.text
        assert text.endswith(
            "Bukti dukung sudah diunggah.\nSaya menemui kepala BKPSDM hari Jumat.\nBukti dukung dijanjikan akhir bulan."
        )
        editor = app.screen._editor
        for body, choice, left in (
            ("=== 1/1: a ===\n=== 1/1: b ===\nx\n=== 1/1: c ===\ny", "mine", "y"),
            ("y\n=== 1/1: a ===\n=== 1/1: b ===\nx\n=== 1/1: c ===", "mine", "y"),
            ("=== 1/1: a ===\n=== 1/1: b ===\nx\n=== 1/1: c ===", "mine", ""),
            ("=== 1/1: a ===\n=== 1/1: b ===\nx\n=== 1/1: c ===", "theirs", "x"),
        ):
            editor.load_text(body)
            editor.move_cursor((body.split("\n").index("x"), 0))
            app.screen.action_choose(choice)
            assert editor.text == left
        app.screen.action_choose("mine")
        app.screen.action_next_place()
        assert editor.text == "x"

    drive(path, test, at="sync")


def test_what_was_typed_stays_as_a_draft_and_goes_on(path: Path) -> None:
    async def test(app: Driven) -> None:
        await app.press("e", "escape")
        assert app.told() == ""
        assert app.store.drafts.list() == ()
        await app.press("e", "f5", "f6", "ctrl+end")
        assert app.app.journal.flush(5)
        assert [draft.body for draft in app.store.drafts.list()] == [CHOSEN]
        await app.press("ctrl+z", "ctrl+z", "escape")
        assert app.app.journal.flush(5)
        assert app.store.drafts.list() == ()
        await app.press("e", "f5", "f6", "ctrl+end")
        await app.type(" Lengkap.")
        await app.press("escape")
        assert "Draf disimpan; buka beda isian ini lagi untuk melanjutkannya." in app.told()
        (draft,) = app.store.drafts.list()
        assert (draft.body, draft.base) == (CHOSEN + " Lengkap.", {"theirs": {"summary": waiting.THEIRS}})
        assert draft_words.left_over([draft]) == []
        await app.press("e")
        assert "Dilanjutkan dari draf; f9 memulai lagi dari gabungannya." in app.told()
        assert app.screen._editor.text == CHOSEN + " Lengkap."
        await app.press("f9")
        assert "2 tempat belum dipilih" in app.text()
        await app.press("ctrl+z")
        assert app.screen._editor.text == CHOSEN + " Lengkap."
        await app.press("ctrl+s")
        assert [text for text, _was, _state in waits(app)] == [CHOSEN + " Lengkap."]
        assert app.store.drafts.list() == ()

    drive(path, test, at="sync")


def test_an_answer_says_what_was_shown_when_it_was_begun(path: Path) -> None:
    async def test(app: Driven) -> None:
        await app.press("e", "f5", "f6")
        later = waiting.THEIRS + "\nTambahan."
        app.store.db.execute("UPDATE outbox SET answer = json_set(answer, '$.now.summary', ?)", (later,))
        await app.press("ctrl+s")
        assert waits(app) == [(CHOSEN, waiting.THEIRS, "queued")]

    drive(path, test, at="sync")


def test_a_difference_that_ended_meanwhile_leaves_the_text_a_change(path: Path) -> None:
    async def test(app: Driven) -> None:
        await app.press("e", "f5", "f6")
        (row,) = app.store.views.conflicts()
        app.store.resolve(row.op, "mine")
        await app.press("ctrl+s")
        assert "Beda isian ini sudah selesai; teksnya disimpan sebagai perubahan." in app.told()
        assert [(text, was) for text, was, _state in waits(app)] == [
            (waiting.MINE, waiting.THEIRS),
            (CHOSEN, waiting.THEIRS),
        ]

    drive(path, test, at="sync")


def test_a_merge_past_the_limit_says_so_and_stays(path: Path) -> None:
    async def test(app: Driven) -> None:
        await app.press("e", "f5", "f6")
        editor = app.screen._editor
        editor.insert("x" * TEXT_BYTES, (0, 0))
        await app.settle()
        words = "Gabungannya 32 kB, paling banyak 32 kB: pendekkan dahulu."
        assert words in app.text()
        await app.press("ctrl+s")
        assert words in app.told()
        editor.insert("x" * 3 * TEXT_BYTES, (0, 0))
        await app.settle()
        assert "Teks paling banyak 96 kB; tidak ditambahkan." in app.text()
        editor.load_text("")
        await app.press("ctrl+s")
        assert [text for text, _was, _state in waits(app)] == [None]

    drive(path, test, at="sync")


def test_a_reference_is_completed_there_as_in_a_note(path: Path) -> None:
    async def test(app: Driven) -> None:
        await app.press("e", "f5", "f6", "ctrl+end", "space", "at", *"2.4")
        assert "Daftar wajib lapor LHKPN" in app.text()
        await app.press("enter")
        assert app.screen._editor.text.endswith("akhir bulan. [[2.4]]")

    drive(path, test, at="sync")


def test_one_officers_own_devices_are_named_as_such(path: Path) -> None:
    async def test(app: Driven) -> None:
        (row,) = app.store.views.conflicts()
        officer = app.store.meta.get("officer")
        own = type(row)(**{name: getattr(row, name) for name in row.__struct_fields__} | {"by": officer})
        merged = merging.of_text(own)
        assert merged is not None
        merge_text.write(app.screen, own, merged)
        await app.settle()
        assert "=== 1/2: isian saya dari perangkat lain ===" in app.text()

    drive(path, test, at="sync")
