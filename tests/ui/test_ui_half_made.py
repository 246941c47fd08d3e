"""What happens while a screen is being made: the data change, the sync moves on, a draft cannot be written."""

from __future__ import annotations

from pathlib import Path

import pytest
from work_app import drive, Driven

from akk_tui.store.errors import StoreFull
from akk_tui.ui.app import AkkApp
from akk_tui.ui.screens.region import RegionScreen
from akk_tui.ui.sync_runner import SyncStep

PULL = SyncStep({"stage": "pull", "rows": 200, "rows_total": 900})


@pytest.mark.parametrize(
    "happens",
    [
        AkkApp.data_changed,
        AkkApp.renew_lines,
        lambda app: app.on_sync_step(PULL),
        lambda app: (app.painter.hold("keys"), app.painter.release("keys")),
        lambda app: app._draft_trouble(StoreFull(path="x", reason="y")),
    ],
    ids=["data", "lines", "sync", "keys", "draft"],
)
def test_a_screen_that_is_being_made_is_left_alone(store_path: Path, happens) -> None:
    async def test(app: Driven) -> None:
        app.app.push_screen(RegionScreen("35.72"))
        assert not app.screen.is_mounted
        happens(app.app)
        await app.settle()
        assert "Kota Blitar" in app.text()
        assert app.screen.seen_data == app.app.data_number

    drive(store_path, test)


def test_it_shows_what_changed_meanwhile(store_path: Path) -> None:
    async def test(app: Driven) -> None:
        app.app.push_screen(RegionScreen("35.72", indicator="2.4"))
        app.store.edit("assessment", "2025:35.72:2.4", {"item.2.4.4": "diterima"}, seen=None)
        app.app.edited()
        await app.settle()
        assert "1 belum terkirim" in app.lines()[0]
        assert any("2.4 Kepatuhan" in line and "↑" in line for line in app.lines())

    drive(store_path, test)
