"""Where the tests of activities go in the screen Kegiatan."""

from __future__ import annotations

from work_app import Driven

from akk_tui.ui.screens.agenda import AgendaScreen

MEETING = "Rapat kemajuan bukti dukung (contoh)"


def event_of(app: Driven, title: str, region: str | None = None) -> str:
    return next(row.id for row in app.store.views.events("2025", region) if row.title == title)


async def on_event(app: Driven, event: str) -> AgendaScreen:
    screen = app.screen
    assert isinstance(screen, AgendaScreen)
    assert screen._list.go_to(event)
    await app.settle()
    return screen
