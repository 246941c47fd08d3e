"""Windows on a low terminal: the list gives way to the lines with keys, and words can be read to their end."""

from __future__ import annotations

from pathlib import Path

import pytest
from work_app import drive, Driven

LOW = (40, 15)


@pytest.mark.parametrize(
    ("keys", "words"),
    [(("w", "a", "k"), "enter tulis"), (("v",), "enter pakai"), (("ctrl+p",), "enter"), (("o",), "9")],
)
def test_a_window_says_its_keys(store_path: Path, keys: tuple[str, ...], words: str) -> None:
    async def steps(app: Driven) -> None:
        await app.press(*keys)
        window = app.screen.query_one("#window").region
        shown = "\n".join(line[window.x : window.right] for line in app.lines()[window.y : window.bottom])
        assert words in shown
        table = app.screen.query_one("AkkTable")
        await app.press(*["down"] * (table.row_count - 1))
        assert table.cursor_row == table.row_count - 1
        assert table.region.bottom <= window.bottom - 1

    drive(store_path, steps, LOW)


def test_a_list_has_its_height_again_on_a_higher_terminal(store_path: Path) -> None:
    async def steps(app: Driven) -> None:
        await app.press("v")
        table = app.screen.query_one("AkkTable")
        low = table.size.height
        await app.pilot.resize_terminal(80, 40)
        await app.settle()
        assert table.size.height == table.row_count > low

    drive(store_path, steps, LOW)


def test_long_words_of_the_help_are_read_by_tab_and_arrows(store_path: Path) -> None:
    async def steps(app: Driven) -> None:
        await app.press("question_mark")
        assert "tab, lalu panah" in app.text()
        assert "ditolak." not in app.text()
        await app.press("tab", "end")
        assert "ditolak." in app.text()
        await app.pilot.resize_terminal(200, 60)
        await app.settle()
        assert "tab, lalu panah" not in app.text()

    drive(store_path, steps, LOW)
