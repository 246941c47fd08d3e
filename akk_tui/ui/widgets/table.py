"""The list of the app: a DataTable that looks for no links, takes no bare text, and repaints what changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from rich.text import Text
from textual.coordinate import Coordinate
from textual.widgets import DataTable
from textual.widgets.data_table import CellDoesNotExist

from akk_tui.ui.terminal.safe import cell


class Column(NamedTuple):
    """``width`` in cells; ``key`` stays the same in every language."""

    key: str
    title: str
    width: int | None = None
    right: bool = False


class AkkTable(DataTable[Text]):
    """A table of rows with a cursor over the row (``cell`` for single cells)."""

    def __init__(self, *, id: str | None = None, cursor: str = "row", header: bool = True) -> None:  # noqa: A002
        super().__init__(
            id=id, cursor_type=cursor, show_header=header, zebra_stripes=False, cell_padding=0, show_row_labels=False
        )
        self.auto_links = False
        self._shown_columns: tuple[Column, ...] = ()
        self._shown: dict[str, tuple[Text, ...]] = {}

    def fill(self, columns: Sequence[Column], rows: Sequence[tuple[str, Sequence[Text]]]) -> None:
        """Show ``rows`` (key, cells). The cursor stays on the row it was on; only cells that differ are written."""
        wanted = tuple(columns)
        keys = [key for key, _cells in rows]
        if wanted == self._shown_columns and keys == list(self._shown):
            self._write_changes(rows)
            return
        at = self.cursor_coordinate
        on = self.cursor_key
        scroll = self.scroll_offset
        self.clear(columns=wanted != self._shown_columns)
        if wanted != self._shown_columns:
            for column in wanted:
                self.add_column(cell(column.title, right=column.right), key=column.key, width=column.width)
            self._shown_columns = wanted
        self._shown = {}
        for key, cells in rows:
            self._shown[key] = tuple(cells)
            self.add_row(*cells, key=key)
        if rows:
            row = keys.index(on) if on in self._shown else min(at.row, len(rows) - 1)
            self.move_cursor(row=row, column=min(at.column, len(wanted) - 1), scroll=False)
            self.scroll_to(scroll.x, scroll.y, animate=False, immediate=True)
            self.call_after_refresh(self._cursor_in_sight)

    def _cursor_in_sight(self) -> None:
        self._scroll_cursor_into_view(animate=False)

    def _write_changes(self, rows: Sequence[tuple[str, Sequence[Text]]]) -> None:
        for row, (key, cells) in enumerate(rows):
            old = self._shown[key]
            for column, (before, now) in enumerate(zip(old, cells, strict=True)):
                if before != now or before.spans != now.spans or before.style != now.style:
                    self.update_cell_at(Coordinate(row, column), now)
            self._shown[key] = tuple(cells)

    @property
    def cursor_key(self) -> str | None:
        """The key of the row under the cursor."""
        try:
            return self.coordinate_to_cell_key(self.cursor_coordinate).row_key.value
        except CellDoesNotExist:
            return None

    @property
    def cursor_column_key(self) -> str | None:
        """The key of the column under the cursor."""
        try:
            return self.coordinate_to_cell_key(self.cursor_coordinate).column_key.value
        except CellDoesNotExist:
            return None

    def go_to(self, key: str, column: int | None = None) -> bool:
        """Put the cursor on the row with that key; False when there is none."""
        if key not in self._shown:
            return False
        self.move_cursor(row=list(self._shown).index(key), column=column)
        return True

    def row_cells(self, key: str) -> tuple[Any, ...]:
        """The cells that stand in a row."""
        return self._shown[key]
