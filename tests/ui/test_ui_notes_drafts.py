"""Drafts of notes: kept while one types, left behind, offered again."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import datetime, UTC
from pathlib import Path
from typing import Any

import pytest
from notes_places import MINE, new_note, on_note
from work_app import drive, Driven, running

from akk_tui.store.shapes import Draft
from akk_tui.store.store import Store
from akk_tui.ui.screens.note_editor import NoteEditor
from akk_tui.ui.screens.notes import NotesScreen


@pytest.fixture
def path(store_path: Path) -> Path:
    return store_path


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
        await new_note(app)
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
            await new_note(app)
            await app.type("Hampir")

    import asyncio

    asyncio.run(main())
    with Store.open(path) as store:
        assert [(draft.title, draft.pid) for draft in store.drafts.list()] == [("Hampir", os.getpid())]


def test_an_untouched_draft_is_not_kept(path: Path) -> None:
    async def test(app: Driven) -> None:
        await on_note(app, MINE)
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
        screen = await on_note(app, MINE)
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
        await new_note(app)
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
