"""What follows the link: windows, previews, what is drawn while typing, progress, the mouse."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rich.color import ColorSystem
from textual import constants
from work_app import drive, Driven

from akk_tui import config
from akk_tui import paths as folders
from akk_tui.ui.app import AkkApp
from akk_tui.ui.linked import PROGRESS_SECONDS, REST_SECONDS
from akk_tui.ui.terminal.link import Link
from akk_tui.ui.widgets.progress import SyncProgress

SLOW, FAST = Link(False, "SSH_TTY"), Link(True)
EACH = pytest.mark.parametrize("link", [FAST, SLOW], ids=["fast", "slow"])


def colour_of_the_corner(app: Driven) -> Any:
    """The background that the cell at the left of the header has now."""
    strip = app.screen._compositor.render_strips()[0]
    return next(iter(strip)).style.bgcolor


@EACH
def test_a_window_dims_what_is_under_it(store_path: Path, link: Link) -> None:
    async def test(app: Driven) -> None:
        app.app.console._color_system = ColorSystem.TRUECOLOR
        app.app.use_link(link)
        before = colour_of_the_corner(app)
        await app.press("ctrl+p")
        assert (colour_of_the_corner(app) != before) == link.fast
        await app.press("escape")
        assert colour_of_the_corner(app) == before

    drive(store_path, test)


@pytest.mark.parametrize("theme", ["ansi", "mono"])
def test_colours_that_are_the_terminals_own_are_not_dimmed(store_path: Path, theme: str) -> None:
    async def test(app: Driven) -> None:
        app.app.console._color_system = ColorSystem.TRUECOLOR
        app.app.wear(theme)
        assert not app.app.has_class("-dims")
        app.app.wear("dark")
        assert app.app.has_class("-dims")

    drive(store_path, test)


@EACH
def test_themes_are_worn_as_they_are_looked_at(store_path: Path, link: Link) -> None:
    async def test(app: Driven) -> None:
        app.app.use_link(link)
        await app.app.run_command("theme")
        await app.settle()
        await app.press("down")
        assert (app.app.theme != "dark") == link.fast
        await app.press("enter")
        assert app.app.theme == "light"

    drive(store_path, test)


@EACH
@pytest.mark.parametrize(("key", "table", "text"), [("slash", "#hits", "blitar"), ("ctrl+p", "#commands", "tema")])
def test_what_was_found_follows_the_typing(
    store_path: Path, monkeypatch: pytest.MonkeyPatch, link: Link, key: str, table: str, text: str
) -> None:
    """Over a slow link once it pauses; a key that acts on what was found meets it in any case."""
    monkeypatch.setattr("akk_tui.ui.linked.REST_SECONDS", 60)

    async def test(app: Driven) -> None:
        app.app.use_link(link)
        await app.press(key)
        rows = app.screen.query_one(table)
        before = rows.row_count
        await app.type(text)
        assert (rows.row_count != before) == link.fast
        await app.press("down")
        assert 0 < rows.row_count != before
        assert rows.cursor_row == min(1, rows.row_count - 1)
        await app.press(*["backspace"] * len(text))
        await app.type(text)
        window = app.screen
        await app.press("enter")
        assert app.screen is not window

    drive(store_path, test)


def test_over_a_slow_link_it_comes_by_itself_when_typing_pauses(store_path: Path) -> None:
    async def test(app: Driven) -> None:
        app.app.use_link(SLOW)
        await app.press("slash")
        await app.type("blitar")
        rows = app.screen.query_one("#hits")
        await app.until(lambda: rows.row_count > 0, "what was found stands")

    assert REST_SECONDS < 1
    drive(store_path, test)


@EACH
def test_progress_is_drawn_two_to_four_times_a_second(store_path: Path, link: Link) -> None:
    async def test(app: Driven) -> None:
        app.app.use_link(link)
        await app.press("6")
        line = app.screen.query_one(SyncProgress)
        line.show({"stage": "pull", "rows": 1}, "")
        assert line._timer is not None
        assert line._timer._interval == PROGRESS_SECONDS[link.fast]
        line.show(None, "")

    assert PROGRESS_SECONDS == {True: 0.25, False: 0.5}
    drive(store_path, test, at="sync")


def test_nothing_moves_but_what_a_variable_asks_for(store_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def test(app: Driven) -> None:
        assert app.app.animation_level == "none"
        monkeypatch.setenv("TEXTUAL_ANIMATIONS", "full")
        app.app.use_link(FAST)
        assert app.app.animation_level == constants.TEXTUAL_ANIMATIONS
        app.app.use_link(SLOW)
        assert app.app.animation_level == "none"

    monkeypatch.delenv("TEXTUAL_ANIMATIONS", raising=False)
    drive(store_path, test)


def test_the_setting_acts_at_once_and_is_shown_with_what_told_it(
    store_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT", "TMUX"):
        monkeypatch.delenv(name, raising=False)
    kept = folders.find(tmp_path / "home")

    async def test(app: Driven) -> None:
        def line(title: str) -> str:
            return next(one for one in app.lines() if title in one)

        moves: list[bool] = []
        app.app._driver.tell_moves = moves.append  # type: ignore[union-attr]
        monkeypatch.setenv("SSH_TTY", "/dev/pts/1")
        app.app.find_link("auto", mouse_asked=False)
        await app.press("7")
        assert "otomatis: lambat" in line("Sambungan terminal")
        app.app.apply("ui.link", config.set_value(kept, "ui.link", "fast"))
        app.app.data_changed()
        await app.settle()
        assert app.app.link == Link(True, "ui.link")
        assert app.app.has_class("-dims") == (app.app.console.color_system == "truecolor")
        app.app.apply("ui.link", config.set_value(kept, "ui.link", "slow"))
        assert moves == [False, True, False]

    drive(store_path, test, paths=kept)


def test_a_mouse_that_was_asked_for_tells_its_moves_over_any_link(store_path: Path) -> None:
    async def test(app: Driven) -> None:
        made: AkkApp = app.app
        made.find_link("slow", mouse_asked=False)
        assert not made.mouse_moves
        made.find_link("slow", mouse_asked=True)
        assert made.mouse_moves
        made.find_link("fast", mouse_asked=False)
        assert made.mouse_moves

    drive(store_path, test)


def test_what_tmux_says_later_is_taken(store_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker is the app's; tmux is answered for in place of it."""
    monkeypatch.setenv("TMUX", "x")
    answers = [SLOW, FAST, FAST]
    monkeypatch.setattr("akk_tui.ui.terminal.link.asked", lambda _setting, _env: answers.pop(0))
    monkeypatch.setattr(AkkApp, "is_headless", False)

    async def test(app: Driven) -> None:
        app.app.find_link("auto", mouse_asked=False)
        app.app.ask_link()
        await app.until(lambda: app.app.link == SLOW, "the first answer")
        app.app.ask_link()
        await app.until(lambda: app.app.link == FAST, "the second answer")

    drive(store_path, test)
