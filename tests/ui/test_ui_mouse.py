"""The mouse on the titles of tabs does what the keys do."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

import pytest
import waiting
from rich.style import Style
from textual.app import App, ComposeResult
from textual.events import Click
from textual.widgets import OptionList
from work_app import drive, Driven

from akk_tui.ui.widgets.text_lines import Section, TextLines

TABS: dict[str, tuple[str, Callable[[Driven], str]]] = {
    "region": ("#tabs", lambda app: app.screen.tab),
    "agenda": ("#tabs", lambda app: app.screen.tab),
    "event": ("#tabs", lambda app: app.screen.tab),
    "sync": ("#sync_tabs", lambda app: app.screen._tab),
}


async def show(app: Driven, screen: str) -> None:
    if screen == "region":
        await app.app.open_region("35.72")
    elif screen == "event":
        await app.app.open_event(app.store.views.events("2025", "35.72")[0].id)
    else:
        await app.app.action_go(screen)
    await app.settle()


async def click(app: Driven, line: str, words: str) -> None:
    place = app.screen.query_one(line)
    row = app.lines()[place.region.y]
    assert words in row
    await app.pilot.click(line, offset=(row.index(words) + 1 - place.region.x, 0))
    await app.settle()


@pytest.mark.parametrize(
    ("screen", "words", "tab"),
    [
        ("region", "Kriteria", "criteria"),
        ("region", "Catatan", "notes"),
        ("agenda", "Tindak lanjut", "followups"),
        ("event", "Tindak lanjut", "followups"),
        ("event", "Agenda dan hasil", "texts"),
        ("sync", "Terkirim", "sent"),
        ("sync", "Riwayat", "runs"),
    ],
)
def test_a_click_on_the_title_of_a_tab_shows_it(tmp_path: Path, screen: str, words: str, tab: str) -> None:
    async def test(app: Driven) -> None:
        await show(app, screen)
        line, shown = TABS[screen]
        assert shown(app) != tab
        await click(app, line, words)
        assert shown(app) == tab
        # Under the mouse the line looks as before: it is no link.
        assert not app.screen.query_one(line).auto_links

    drive(waiting.fill(tmp_path / "akk.db"), test, (80, 24))


@pytest.mark.parametrize(("screen", "words"), [("region", "Indikator"), ("sync", "Beda isian")])
def test_where_only_one_title_fits_a_click_shows_the_next(tmp_path: Path, screen: str, words: str) -> None:
    async def test(app: Driven) -> None:
        await show(app, screen)
        line, shown = TABS[screen]
        begun = shown(app)
        await click(app, line, words)
        after = shown(app)
        assert after != begun
        await app.press("left_square_bracket")
        assert shown(app) == begun

    drive(waiting.fill(tmp_path / "akk.db"), test, (40, 15))


def test_a_click_on_a_line_that_went_meanwhile_is_none() -> None:
    """The mouse hits what is drawn; a shorter text may already stand behind it."""

    class Reading(App[None]):
        chosen: ClassVar[list[int]] = []

        def compose(self) -> ComposeResult:
            yield TextLines()

        def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
            self.chosen.append(event.option_index)

    async def main() -> None:
        async with Reading().run_test(size=(40, 10)) as pilot:
            lines = pilot.app.query_one(TextLines)
            for text, clicked in (("a\nb\nc\nd", 3), ("a\nb", 3), ("", 1), ("a\nb", 1)):
                lines.show([Section("note", "", text, "kosong")])
                style = Style.from_meta({"option": clicked})
                lines.post_message(Click(lines, 0, 9, 0, 0, 1, False, False, False, style=style))
                await pilot.pause()
            assert Reading.chosen == [3, 1]

    asyncio.run(main())
