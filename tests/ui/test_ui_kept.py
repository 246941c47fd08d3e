"""A page or window that is shown again is as a new one would be, whatever was done on it before."""

from __future__ import annotations

import asyncio
import threading
from functools import partial
from pathlib import Path

import pytest
from textual.widgets import Input
from work_app import drive, Driven

from akk_tui.ui.screens.base import Fetched
from akk_tui.ui.screens.region import RegionScreen
from akk_tui.ui.widgets.table import AkkTable

DONE_BEFORE = {
    "nothing": (),
    "a mark among the items": ("right", "x", "down"),
    "far down": ("end", "right", "end", "pagedown"),
    "another tab": ("right_square_bracket", "down"),
    "all tabs": ("right_square_bracket",) * 5,
    "the last tab": ("left_square_bracket", "end"),
}
STARTS = {
    "the page": {},
    "a tab": {"tab": "trend"},
    "an item": {"indicator": "2.4", "item": "2.4.2"},
    "a component": {"component": "3"},
    "a criterion": {"criterion": "2"},
}

pytestmark = pytest.mark.no_cover
"""What these go over the tests of each page prove."""


def state(app: Driven) -> tuple[object, ...]:
    """What is seen, where the focus is, and what is marked or scrolled."""
    screen = app.screen
    scrolled = [
        (one.id, one.scroll_offset) for one in screen.query("*") if one.region.area and one.scroll_offset != (0, 0)
    ]
    focused = screen.focused.id if screen.focused is not None else None
    shown = sorted(one.id for one in screen.query("*") if one.id and one.region.area)
    return (app.text(), focused, scrolled, screen.indicators_tab.marked, shown)


async def opened(app: Driven, code: str, where: dict[str, str]) -> None:
    await app.app.open_region(code, **where)
    await app.settle()


@pytest.mark.parametrize("size", [(120, 40), (80, 24)], ids=["120x40", "80x24"])
@pytest.mark.parametrize("start", STARTS)
def test_a_page_that_is_opened_again_is_as_a_new_one(store_path: Path, start: str, size: tuple[int, int]) -> None:
    """One page, on which one thing after the other is done before."""
    seen: list[tuple[object, ...]] = []

    async def fresh(app: Driven) -> None:
        await opened(app, "52.71", STARTS[start])
        seen.append(state(app))

    async def again(app: Driven) -> None:
        await opened(app, "35.72", {})
        page = app.screen
        for before, keys in DONE_BEFORE.items():
            await app.press(*keys)
            while app.screen is page:
                await app.press("escape")
            await opened(app, "52.71", STARTS[start])
            assert app.screen is page
            assert state(app) == seen[0], before
            while app.screen is page:
                await app.press("escape")
            await opened(app, "35.72", {})
            assert app.screen is page

    drive(store_path, fresh, size)
    drive(store_path, again, size)


def test_what_was_being_read_for_the_page_before_is_not_shown(
    store_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def test(app: Driven) -> None:
        await opened(app, "35.72", {})
        page, old, goes_on, shown = app.screen, object(), threading.Event(), list[object]()
        original = RegionScreen.fetched

        def fetched(self: RegionScreen, name: str, value: object) -> None:
            shown.append(value)
            original(self, name, value)

        def slow(store: object) -> object:
            goes_on.wait(10)
            return old

        monkeypatch.setattr(RegionScreen, "fetched", fetched)
        page.fetch("made", slow)
        # One read that has ended and is on its way, and one that has not ended.
        page.post_message(Fetched("region", old, None, page._fetches.get("region", 0)))
        await app.app.pop_screen()
        opening = asyncio.ensure_future(app.app.open_region("52.71"))
        goes_on.set()
        await opening
        await app.settle()
        assert app.screen is page
        assert shown
        assert old not in shown
        assert "Kota Mataram" in app.text()

    drive(store_path, test)


def test_a_page_over_a_page_is_another_one(store_path: Path) -> None:
    async def test(app: Driven) -> None:
        await opened(app, "35.72", {})
        below = app.screen
        await opened(app, "52.71", {})
        assert app.screen is not below
        await app.press("escape")
        assert app.screen is below
        assert "Kota Blitar" in app.text()
        await app.press("escape")
        await opened(app, "52.71", {})
        assert app.screen is below
        assert "Kota Mataram" in app.text()

    drive(store_path, test)


def test_a_page_that_is_opened_in_another_size_has_that_size(store_path: Path) -> None:
    seen: list[tuple[object, ...]] = []

    async def fresh(app: Driven) -> None:
        await opened(app, "52.71", {})
        seen.append(state(app))

    async def resized(app: Driven) -> None:
        await opened(app, "35.72", {})
        await app.press("escape")
        await app.pilot.resize_terminal(80, 24)
        await app.settle()
        await opened(app, "52.71", {})
        seen.append(state(app))

    drive(store_path, fresh, (80, 24))
    drive(store_path, resized, (120, 40))
    assert seen[0] == seen[1]


def test_a_page_in_another_language_is_made_anew(store_path: Path) -> None:
    async def test(app: Driven) -> None:
        await opened(app, "35.72", {})
        first = app.screen
        try:
            await app.app.use_language("en")
            await app.settle()
            assert not first.is_running
            await opened(app, "35.72", {})
            assert app.screen is not first
            assert "space state" in app.text()
        finally:
            await app.app.use_language("id")
            await app.settle()

    drive(store_path, test)


def test_a_region_that_is_not_there_opens_no_page_of_another(store_path: Path) -> None:
    async def test(app: Driven) -> None:
        await opened(app, "35.72", {})
        await app.press("escape")
        await opened(app, "99.99", {})
        assert "Kota Blitar" not in app.text()

    drive(store_path, test)


@pytest.mark.parametrize("typed", ["", "lhkpn", "zzz", "urungkan"])
def test_a_search_that_is_opened_again_is_as_a_new_one(store_path: Path, typed: str) -> None:
    seen: list[tuple[object, ...]] = []

    async def look(app: Driven, *, again: bool) -> None:
        if again:
            await app.press("3", "slash")
            window = app.screen
            await app.type(typed)
            await app.press("down", "down", "escape", "1")
        await app.press("slash")
        assert not again or app.screen is window
        assert app.screen.focused is app.screen.query_one(Input)
        seen.append((app.text(), app.screen.about, app.screen.over))
        await app.type("rapat")
        await app.press("down")
        seen.append((app.text(), app.screen.hits, app.screen.query_one(AkkTable).cursor_row))

    drive(store_path, partial(look, again=False))
    drive(store_path, partial(look, again=True))
    assert seen[:2] == seen[2:]
