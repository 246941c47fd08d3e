"""The list of the app: a DataTable that looks for no links, takes no bare text, and repaints what changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

from rich.text import Text
from textual.actions import SkipAction
from textual.content import Content
from textual.coordinate import Coordinate
from textual.geometry import Region
from textual.widgets.data_table import CellDoesNotExist, CursorType, RowKey

from akk_tui.ui.terminal.safe import cell
from akk_tui.ui.widgets.quick_table import Cells, LazyCells, QuickTable

_FEW: Final = 8
"""Cells that are written one by one; more of them cost less together."""


class Column(NamedTuple):
    """``width`` in cells; ``key`` stays the same in every language."""

    key: str
    title: str
    width: int | None = None
    right: bool = False


class AkkTable(QuickTable):
    """A table of rows with a cursor over the row (``cell`` for single cells)."""

    DEFAULT_CSS = """
    AkkTable { height: 1fr; background: $surface; scrollbar-size: 1 1; }
    AkkTable:focus { background: $surface; background-tint: transparent; }
    """

    def __init__(self, *, id: str | None = None, cursor: CursorType = "row", header: bool = True) -> None:  # noqa: A002
        super().__init__(
            id=id, cursor_type=cursor, show_header=header, zebra_stripes=False, cell_padding=0, show_row_labels=False
        )
        self.auto_links = False
        self._title = Content("")
        self._subtitle = Content("")
        self._shown_columns: tuple[Column, ...] = ()
        self._shown: dict[str, int] = {}
        """The places of the rows by their keys, in order."""

    def entitle(self, title: Content) -> None:
        """Show ``title`` in the upper border; nothing is drawn when it stands there already."""
        if title != self._title:
            self._title = self._border_title = title
            self._renew_border(0)

    def subtitle(self, words: Content) -> None:
        """Show ``words`` in the lower border; nothing is drawn when they stand there already."""
        if words != self._subtitle:
            self._subtitle = self._border_subtitle = words
            self._renew_border(self.outer_size.height - 1)

    def _renew_border(self, line: int) -> None:
        """Draw one line of the border again: setting a title in Textual's own way draws the whole table."""
        inside = self.content_offset
        self.refresh(Region(-inside.x, line - inside.y, self.outer_size.width, 1))

    def fill(
        self,
        columns: Sequence[Column],
        rows: Iterable[tuple[str, Cells]],
        *,
        height: int = 1,
        anew: bool = False,
    ) -> None:
        """Show ``rows`` (key, cells, or a function that makes them once they are seen) of ``height`` lines.

        Only cells that differ are written. The cursor stays on the row it was on; ``anew``: it goes to the first one.
        """
        wanted, found = tuple(columns), list(rows)
        keys = [key for key, _cells in found]
        if anew:
            self._columns(wanted)
            self._add(found, keys, height)
            return
        if wanted == self._shown_columns and keys == list(self._shown):
            self._write_changes(found)
            return
        at, on, scroll = self.cursor_coordinate, self.cursor_key, self.scroll_offset
        self._columns(wanted)
        self._add(found, keys, height)
        if found:
            row = self._shown[on] if on in self._shown else min(at.row, len(found) - 1)
            self.move_cursor(row=row, column=min(at.column, len(wanted) - 1), scroll=False)
            self.scroll_to(scroll.x, scroll.y, animate=False, immediate=True)
            self.call_after_refresh(self._cursor_in_sight)

    def begin(self) -> None:
        """Be as a new table with these columns: no rows, the cursor at the beginning."""
        self.clear()
        self._shown = {}

    def _columns(self, wanted: tuple[Column, ...]) -> None:
        """Empty the table, with ``wanted`` as its columns."""
        other = wanted != self._shown_columns
        self.clear(columns=other)
        self._shown = {}
        if other:
            for column in wanted:
                self.add_column(cell(column.title, right=column.right), key=column.key, width=column.width)
            self._shown_columns = wanted

    def _add(self, rows: Sequence[tuple[str, Cells]], keys: Iterable[str], height: int) -> None:
        self._shown = {key: place for place, key in enumerate(keys)}
        self.add_many(rows, height)

    def _cursor_in_sight(self) -> None:
        self._scroll_cursor_into_view(animate=False)

    def _write_changes(self, rows: Sequence[tuple[str, Cells]]) -> None:
        names = [column.key for column in self.ordered_columns]
        changed: list[tuple[int, int, Text]] = []
        for row, (key, cells) in enumerate(rows):
            old = self._data[RowKey(key)]
            if callable(cells):
                if isinstance(old, LazyCells) and not old:
                    # It was never seen: it is made as it is now when it will be.
                    old.make = cells
                    continue
                cells = cells()
            for column, (name, now) in enumerate(zip(names, cells, strict=True)):
                before = old[name]
                if before is not now and (before != now or before.spans != now.spans or before.style != now.style):
                    changed.append((row, column, now))
        if len(changed) > _FEW and self.replace_cells(changed):
            return
        for row, column, now in changed:
            self.update_cell_at(Coordinate(row, column), now)

    def validate_cursor_coordinate(self, value: Coordinate) -> Coordinate:
        """In a table without rows the cursor stays at the beginning: a row before the first one has no key."""
        at = super().validate_cursor_coordinate(value)
        return Coordinate(max(at.row, 0), max(at.column, 0))

    def action_cursor_left(self) -> None:
        self._sideways(super().action_cursor_left)

    def action_cursor_right(self) -> None:
        self._sideways(super().action_cursor_right)

    def _sideways(self, move: Callable[[], None]) -> None:
        """Left and right belong to the screen where the cursor is a row."""
        if self.cursor_type != "cell":
            raise SkipAction
        move()

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
        self.move_cursor(row=self._shown[key], column=column)
        return True

    def row_cells(self, key: str) -> tuple[Text, ...]:
        """The cells that stand in a row."""
        row = self._data[RowKey(key)]
        return tuple(row[column.key] for column in self.ordered_columns)
