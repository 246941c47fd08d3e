"""A text that the store has no room for: it stays open, and a file in another place is offered.

SQLite itself says that it is full: its file may take no more pages.
"""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest
from work_app import drive, Driven

from akk_tui.store import drafts
from akk_tui.ui.forms import Form
from akk_tui.ui.screens.event_text import EventText, write_text
from akk_tui.ui.screens.note_editor import NoteEditor
from akk_tui.ui.widgets.note_text import NoteText

LONG = "Kata demi kata. " * 1_900


class Disk:
    """The disk of the store: full, or with room."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.full = False
        before = drafts.connect

        def connect(path: Path, **more: Any) -> Any:
            made = before(path, **more)
            if self.full:
                made.execute("PRAGMA max_page_count = 1")
            return made

        monkeypatch.setattr(drafts, "connect", connect)

    def put(self, app: Driven, *, full: bool) -> None:
        self.full = full
        app.store.db.execute(f"PRAGMA max_page_count = {1 if full else 1_000_000}")


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(monkeypatch)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


async def written(app: Driven, disk: Disk, title: str = "Rapat Mataram") -> NoteText:
    """A new note about Mataram whose text the store has no room for."""
    await app.press("n")
    await app.type("mataram")
    await app.press("enter")
    await app.type("seluruh")
    await app.press("enter")
    disk.put(app, full=True)
    app.screen.query_one("#title").value = title
    editor = app.screen.query_one(NoteText)
    editor.focus()
    editor.insert(LONG)
    await app.settle()
    return editor


def offered(app: Driven) -> bool:
    return isinstance(app.screen, Form) and "Simpan teks di tempat lain" in app.text()


def test_a_note_that_cannot_be_saved_stays_and_goes_to_a_file(store_path: Path, disk: Disk, home: Path) -> None:
    async def steps(app: Driven) -> None:
        editor = await written(app, disk)
        await app.press("ctrl+s")
        assert offered(app)
        assert "Disk penuh" in app.text()
        assert "~/teks-2025-10-06-" in app.text()
        app.screen.box("path").input.value = "~/flash/rapat.md"
        await app.press("ctrl+s")
        assert "folder tidak ada" in app.text()
        app.screen.box("path").input.value = "~/rapat.md"
        await app.press("ctrl+s")
        assert isinstance(app.screen, NoteEditor)
        assert editor.text == LONG
        assert "~/rapat.md" in app.told()
        assert (home / "rapat.md").read_text() == f"# Rapat Mataram\n\n{LONG}\n"
        assert stat.S_IMODE((home / "rapat.md").stat().st_mode) == 0o600
        # With room the same key makes it a note.
        disk.put(app, full=False)
        await app.press("ctrl+s")
        assert not isinstance(app.screen, NoteEditor)
        assert app.store.views.notes("2025")[0].title == "Rapat Mataram"

    drive(store_path, steps, at="notes")


def test_leaving_a_draft_that_is_nowhere_is_asked_about_once(store_path: Path, disk: Disk) -> None:
    async def steps(app: Driven) -> None:
        await written(app, disk)
        await app.until(lambda: app.app.journal.trouble is not None, "the draft cannot be written")
        await app.press("escape")
        assert offered(app)
        await app.press("escape")
        assert isinstance(app.screen, NoteEditor)
        await app.press("escape")
        assert not isinstance(app.screen, NoteEditor)
        assert "Draf belum tersimpan" in app.told()
        assert "Draf disimpan" not in app.told()
        # It is not forgotten: with room it is there.
        disk.put(app, full=False)
        await app.until(lambda: bool(app.store.drafts.list()), "the draft is written")
        assert app.store.drafts.list()[0].body == LONG

    drive(store_path, steps, at="notes")


def test_the_text_of_an_activity_is_offered_another_place_too(store_path: Path, disk: Disk, home: Path) -> None:
    async def steps(app: Driven) -> None:
        event = next(row.id for row in app.store.views.events("2025") if row.place)
        write_text(app.screen, app.store.views.event(event), "outcome")
        await app.settle()
        disk.put(app, full=True)
        app.screen._editor.text = LONG
        await app.press("ctrl+s")
        assert offered(app)
        await app.press("escape", "escape")
        assert offered(app)
        app.screen.box("path").input.value = "~/hasil.md"
        await app.press("ctrl+s")
        # What a file has may be left.
        await app.press("escape")
        assert not isinstance(app.screen, EventText)
        assert (home / "hasil.md").read_text().startswith(LONG.strip())

    drive(store_path, steps, at="agenda")


@pytest.mark.parametrize("keep", [True, False])
def test_the_end_asks_about_texts_that_are_nowhere(store_path: Path, disk: Disk, home: Path, keep: bool) -> None:
    async def steps(app: Driven) -> None:
        await written(app, disk)
        await app.press("ctrl+q")
        assert offered(app)
        assert not app.app._exit
        if keep:
            await app.pilot.press("ctrl+s")
        else:
            await app.press("escape")
            assert isinstance(app.screen, NoteEditor)
            await app.pilot.press("ctrl+q")
        await app.until(lambda: app.app._exit, "the app ends")
        assert [LONG.strip() in one.read_text() for one in home.glob("teks-*.md")] == [True] * keep

    drive(store_path, steps, at="notes")


def test_with_room_nothing_is_asked(store_path: Path, disk: Disk) -> None:
    async def steps(app: Driven) -> None:
        await written(app, disk)
        disk.put(app, full=False)
        await app.pilot.press("ctrl+q")
        await app.until(lambda: app.app._exit, "the app ends")

    drive(store_path, steps, at="notes")
