"""Going from screen to screen finds styles once, and anew only where they may be others."""

from __future__ import annotations

from pathlib import Path

from textual.dom import DOMNode
from textual.screen import Screen
from work_app import drive, Driven

from akk_tui.ui.widgets.table import AkkTable


def watched(app: Driven) -> list[str]:
    """What is done with styles from now on: screens that are styled whole, and style sheets that are read."""
    done: list[str] = []
    update, reparse = app.app.update_styles, app.app.stylesheet.reparse

    def updated(node: DOMNode, animate: bool = True) -> None:
        if isinstance(node, Screen):
            done.append(type(node).__name__)
        update(node, animate)

    def read() -> None:
        done.append("sheet")
        reparse()

    app.app.update_styles = updated
    app.app.stylesheet.reparse = read
    return done


def test_a_screen_that_was_seen_is_not_styled_again(store_path: Path) -> None:
    async def test(app: Driven) -> None:
        await app.press("2", "3", "1")
        done = watched(app)
        await app.press("2", "3", "1", "slash", "escape", "2", "enter", "escape", "3")
        assert [one for one in done if one not in ("RegionScreen", "SearchScreen")] == []

    drive(store_path, test)


def test_a_new_screen_reads_no_style_sheets_and_knows_its_width(store_path: Path) -> None:
    async def test(app: Driven) -> None:
        await app.press("2", "enter", "escape", "1")
        done = watched(app)
        await app.press("2", "enter")
        assert "-narrow" in app.screen.classes
        assert done == []

    drive(store_path, test, (80, 24))


def test_another_theme_is_worn_by_screens_that_were_not_seen(store_path: Path) -> None:
    async def test(app: Driven) -> None:
        await app.press("2", "1")
        app.app.wear("light")
        await app.settle()
        here = app.screen.query_one("#map", AkkTable).styles.background
        await app.press("2")
        assert app.screen.query_one("#regions", AkkTable).styles.background == here
        await app.press("enter")
        assert app.screen.styles.background == app.app.screen_stack[0].styles.background

    drive(store_path, test)
