"""Where the tests of synchronisation go in the screen Sinkronisasi."""

from __future__ import annotations

from work_app import Driven

from akk_tui.ui.screens.sync import SyncScreen


async def go_to_tab(app: Driven, name: str) -> SyncScreen:
    screen: SyncScreen = app.screen
    while screen._tab != name:
        await app.press("tab")
    return screen
