"""Where the tests of notes go in the screen Catatan."""

from __future__ import annotations

from work_app import Driven

from akk_tui.ui.screens.note_editor import NoteEditor
from akk_tui.ui.screens.notes import NotesScreen

MINE = "Draf peraturan TPP"
THEIRS = "Uji kanal WBS"


async def open_notes(app: Driven) -> NotesScreen:
    if not isinstance(app.screen, NotesScreen):
        await app.press("4")
    await app.settle()
    return app.screen


def note_of(app: Driven, title: str) -> str:
    return next(row.id for row in app.store.views.notes("2025") if row.title == title)


async def on_note(app: Driven, title: str) -> NotesScreen:
    screen = await open_notes(app)
    screen._table.go_to(note_of(app, title))
    await app.settle()
    return screen


async def new_note(app: Driven, region: str = "mataram", indicator: str = "lhkpn") -> NoteEditor:
    await open_notes(app)
    await app.press("n")
    await app.type(region)
    await app.press("enter")
    await app.type(indicator)
    await app.press("enter")
    assert isinstance(app.screen, NoteEditor)
    return app.screen
