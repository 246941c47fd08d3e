"""The app's table draws quickly what Textual's own would draw, and no more than what changed."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

import pytest
from rich.style import Style
from rich.text import Text
from textual.app import App, ComposeResult
from textual.content import Content
from textual.coordinate import Coordinate
from textual.widgets import DataTable
from textual.widgets.data_table import CursorType, DuplicateKey

from akk_tui.ui.terminal.safe import cell
from akk_tui.ui.widgets.table import AkkTable, Column

WIDTH = 12


def marked() -> Text:
    text = cell("Rapat koordinasi")
    text.stylize("bold red", 0, 5)
    text.stylize("underline", 3, 9)
    return text


CELLS = {
    "plain": cell("Kota Blitar"),
    "styled": cell("84,05", "bold #ff8800"),
    "right": cell(">5,95", "green", right=True),
    "exact": cell("x" * WIDTH),
    "too long": cell("Kabupaten Minahasa Tenggara", "red"),
    "too long, right": cell("Kabupaten Minahasa Tenggara", right=True),
    "spans": marked(),
    "wide": cell("東京 東京 東京 東京"),
    "marks": cell("cafe\u0301 ▁▃▅"),
    "empty": cell(""),
    "blank": cell("  a "),
    "folded": Text("a long cell without ellipsis"),
    "cut at a wide one": Text("東京東京東京東", overflow="ellipsis", no_wrap=True),
    "line end": Text("dua\nbaris"),
}


class Tables(App[None]):
    """The same rows in a table of Textual's and in one of ours."""

    CSS = "DataTable, DataTable:focus { background: $surface; background-tint: transparent; }"

    def __init__(self, height: int, cursor: CursorType) -> None:
        super().__init__()
        self.height, self.cursor = height, cursor

    def compose(self) -> ComposeResult:
        stock: DataTable[Any] = DataTable(id="stock", cursor_type=self.cursor, cell_padding=0)
        stock.auto_links = False
        yield stock
        yield AkkTable(id="ours", cursor=self.cursor)

    def on_mount(self) -> None:
        stock, ours = self.query_one("#stock", DataTable), self.query_one("#ours", AkkTable)
        stock.add_column(cell("Daerah", right=True), key="a", width=WIDTH)
        stock.add_column(cell("Sebuah judul yang panjang"), key="b", width=WIDTH)
        for key, text in CELLS.items():
            stock.add_row(text, text, key=key, height=self.height)
        columns = [Column("a", "Daerah", WIDTH, True), Column("b", "Sebuah judul yang panjang", WIDTH)]
        ours.fill(columns, [(key, (text, text)) for key, text in CELLS.items()], height=self.height)


def drawn(table: DataTable[Any], base: Style) -> list[list[tuple[str, Style]]]:
    """What every line of the table shows: text and style, character by character."""
    lines: list[list[tuple[str, Style]]] = []
    for y in range(table.header_height + sum(row.height for row in table.ordered_rows)):
        strip = table._render_line(y, 0, 2 * WIDTH + 6, base)
        lines.append([(char, (part.style or Style()).clear_meta_and_links()) for part in strip for char in part.text])
    return lines


@pytest.mark.parametrize("cursor", ["row", "cell", "column", "none"])
@pytest.mark.parametrize("height", [1, 2])
def test_it_draws_what_textuals_own_draws(height: int, cursor: CursorType) -> None:
    async def main() -> None:
        async with Tables(height, cursor).run_test(size=(60, 70)) as pilot:
            stock, ours = pilot.app.query_one("#stock", DataTable), pilot.app.query_one("#ours", AkkTable)
            assert stock.virtual_size == ours.virtual_size
            for row, theme in ((0, "textual-dark"), (4, "textual-dark"), (4, "textual-light")):
                pilot.app.theme = theme
                for table in (stock, ours):
                    table.move_cursor(row=row, column=row % 2)
                    table.hover_coordinate = Coordinate(2, 1)
                    table._set_hover_cursor(row == 4)
                await pilot.pause()
                # The focus and with it the cursor's look is the first one's.
                ours.focus()
                await pilot.pause()
                mine = drawn(ours, Style.parse("white on black"))
                stock.focus()
                await pilot.pause()
                assert mine == drawn(stock, Style.parse("white on black"))

    asyncio.run(main())


def test_rows_added_at_once_are_as_rows_added_one_by_one() -> None:
    class Two(App[None]):
        def compose(self) -> ComposeResult:
            yield AkkTable(id="one")
            yield AkkTable(id="many")

        def on_mount(self) -> None:
            for table in self.query(AkkTable):
                table.add_column(cell("A"), key="a", width=6)
                table.add_column(cell("B"), key="b", width=6)

    async def main() -> None:
        async with Two().run_test(size=(40, 40)) as pilot:
            one, many = pilot.app.query_one("#one", AkkTable), pilot.app.query_one("#many", AkkTable)
            rows = [(f"baris {n}", (cell(str(n)), cell(str(n * n)))) for n in range(12)]
            for key, cells in rows:
                one.add_row(*cells, key=key, height=2)
            many.add_many(rows[:5], 2)
            many.add_many(rows[5:], 2)
            many.add_many([], 2)
            pilot.app.screen.set_focus(None)
            await pilot.pause()
            assert drawn(one, Style()) == drawn(many, Style())
            assert one.virtual_size == many.virtual_size
            assert one.cursor_coordinate == many.cursor_coordinate
            assert [row.key.value for row in one.ordered_rows] == [row.key.value for row in many.ordered_rows]
            many.move_cursor(row=11)
            assert many.cursor_key == "baris 11"
            with pytest.raises(DuplicateKey):
                many.add_many(rows[3:4])

    asyncio.run(main())


def test_a_border_that_says_something_else_draws_only_its_line() -> None:
    class Bordered(App[None]):
        CSS = "AkkTable { border: round red; }"

        def compose(self) -> ComposeResult:
            yield AkkTable(id="ours")

        def on_mount(self) -> None:
            rows = [(str(n), (cell(f"baris {n}"),)) for n in range(50)]
            self.query_one(AkkTable).fill([Column("a", "Judul", 20)], rows)

    async def main() -> None:
        async with Bordered().run_test(size=(40, 12)) as pilot:
            table = pilot.app.query_one(AkkTable)
            await pilot.pause()
            asked: list[int] = []
            original = table.render_line
            table.render_line = lambda y: asked.append(y) or original(y)
            table.entitle(Content("Atas"))
            table.subtitle(Content("Bawah"))
            await pilot.pause()
            lines = [strip.text for strip in pilot.app.screen._compositor.render_strips()]
            assert "─ Atas ─" in lines[0]
            assert "─ Bawah ─" in lines[11]
            assert asked == []
            table.subtitle(Content("Lain"))
            await pilot.pause()
            assert "─ Lain ─" in [strip.text for strip in pilot.app.screen._compositor.render_strips()][11]

    asyncio.run(main())


def test_an_auto_column_is_still_measured() -> None:
    class Auto(App[None]):
        def compose(self) -> ComposeResult:
            yield AkkTable(id="ours")

        def on_mount(self) -> None:
            self.query_one(AkkTable).fill([Column("a", "Judul")], [("1", (cell("tiga puluh"),))])

    async def main() -> None:
        async with Auto().run_test(size=(40, 12)) as pilot:
            await pilot.pause()
            assert pilot.app.query_one(AkkTable).virtual_size.width == len("tiga puluh")

    asyncio.run(main())


@pytest.mark.parametrize("cursor", ["row", "cell"])
def test_in_an_empty_table_no_key_goes_before_the_first_row(cursor: CursorType) -> None:
    class Empty(App[None]):
        rows: list[object]

        def compose(self) -> ComposeResult:
            self.rows = []
            yield AkkTable(cursor=cursor)

        def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
            self.rows.append(event.row_key)

    async def main() -> None:
        app = Empty()
        async with app.run_test() as pilot:
            table = app.query_one(AkkTable)
            table.fill((Column("a", "A", 4),), [])
            await pilot.press("up", "pageup", "ctrl+end", "end", "down", "pagedown")
            assert table.cursor_coordinate == Coordinate(0, 0)
            assert app.rows == []

    asyncio.run(main())


class Long(App[None]):
    """A table that is higher and wider than the screen; ``made`` are the rows whose cells were made."""

    CSS = "AkkTable { border: round red; }"
    COLUMNS = (Column("a", "A", 20), Column("b", "B", 20), Column("c", "C", 20))

    def __init__(self, cursor: CursorType = "row") -> None:
        super().__init__()
        self.cursor, self.made = cursor, list[str]()

    def compose(self) -> ComposeResult:
        yield AkkTable(cursor=self.cursor)

    def on_mount(self) -> None:
        self.show("baris")

    def show(self, word: str) -> None:
        self.query_one(AkkTable).fill(self.COLUMNS, [(str(n), partial(self.cells, word, n)) for n in range(500)])

    def cells(self, word: str, n: int) -> tuple[Text, ...]:
        self.made.append(str(n))
        return tuple(cell(f"{word} {n} {column}") for column in "abc")


def test_the_cells_of_a_row_are_made_when_it_is_first_seen() -> None:
    async def main() -> None:
        async with Long().run_test(size=(64, 12)) as pilot:
            app, table = pilot.app, pilot.app.query_one(AkkTable)
            await pilot.pause()
            assert table.virtual_size.height == 501
            seen = sorted(set(app.made), key=int)
            assert seen == [str(n) for n in range(9)]
            assert len(app.made) == len(seen)
            app.made.clear()
            app.show("lain")
            await pilot.pause()
            # What was never seen is not made for being another now, and is the other one when it is seen.
            assert sorted(app.made, key=int) == seen
            await pilot.press("ctrl+end")
            await pilot.pause()
            shown = "\n".join(strip.text for strip in app.screen._compositor.render_strips())
            assert "lain 499 a" in shown
            assert "baris" not in shown
            assert [text.plain for text in table.row_cells("250")] == [f"lain 250 {column}" for column in "abc"]

    asyncio.run(main())


@pytest.mark.parametrize("cursor", ["row", "cell"])
def test_a_click_reaches_the_row_and_the_cell_under_the_mouse(cursor: CursorType) -> None:
    async def main() -> None:
        async with Long(cursor).run_test(size=(46, 12)) as pilot:
            table = pilot.app.query_one(AkkTable)
            await pilot.pause()
            await pilot.click(AkkTable, offset=(5, 4))
            assert table.cursor_coordinate == Coordinate(2, 0)
            table.scroll_to(10, 100, animate=False, immediate=True)
            await pilot.pause()
            await pilot.click(AkkTable, offset=(15, 4))
            assert table.cursor_coordinate.row == 102
            assert table.cursor_coordinate.column == 1
            await pilot.hover(AkkTable, offset=(5, 6))
            assert table.hover_coordinate == Coordinate(104, 0)

    asyncio.run(main())


def test_a_click_beside_the_cells_moves_a_cursor_of_rows_only() -> None:
    class Narrow(Long):
        COLUMNS = (Column("a", "A", 10),)

        def cells(self, word: str, n: int) -> tuple[Text, ...]:
            return (cell(str(n)),)

    async def main() -> None:
        for cursor, row in (("row", 3), ("cell", 0)):
            async with Narrow(cursor).run_test(size=(46, 12)) as pilot:
                await pilot.pause()
                await pilot.click(AkkTable, offset=(30, 5))
                assert pilot.app.query_one(AkkTable).cursor_coordinate.row == row

    asyncio.run(main())
