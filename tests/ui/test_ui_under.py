"""What is under a window looks as Textual dims it, cell for cell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rich.segment import Segment
from textual.renderables.background_screen import BackgroundScreen
from work_app import drive, Driven

from akk_tui.ui.terminal import painting
from akk_tui.ui.terminal.under import Under


def looks(app: Driven) -> list[list[tuple[str, Any]]]:
    """Each cell of the screen with its look."""
    screen: Any = app.app.screen
    lines = (Segment.simplify(strip) for strip in screen._compositor.render_strips())
    return [[(letter, piece.style) for piece in line for letter in piece.text] for line in lines]


@pytest.mark.parametrize("theme", ["dark", "light", "mono"])
def test_it_is_dimmed_as_textual_does(store_path: Path, monkeypatch: pytest.MonkeyPatch, theme: str) -> None:
    seen: list[list[list[tuple[str, Any]]]] = []
    dimmed: list[BackgroundScreen] = []

    def ours(found: BackgroundScreen) -> Under:
        dimmed.append(found)
        return Under(found)

    def stock(found: BackgroundScreen) -> BackgroundScreen:
        return found

    async def look(app: Driven) -> None:
        app.app.wear(theme)
        await app.press("2", "slash")
        seen.append(looks(app))

    for way in (ours, stock):
        monkeypatch.setattr(painting, "Under", way)
        drive(store_path, look, (120, 40))
    assert dimmed
    assert seen[0] == seen[1]
