"""A DataTable that draws what the app's tables hold quickly: one line of text in a column of fixed width.

Textual lets rich lay out every cell and measures every cell of a new row, which is most of what a key costs on a screen
full of rows. A line of text in a width that is known needs neither. Everything else is left to Textual.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice, zip_longest
from typing import Any, cast, Final

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.app import App
from textual.cache import LRUCache
from textual.color import Color
from textual.coordinate import Coordinate
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widgets import DataTable
from textual.widgets.data_table import CellKey, Column, DuplicateKey, Row, RowKey

_KEPT_ROWS: Final = 300
"""Drawn lines that are kept: some screens full."""


class QuickTable(DataTable[Text]):
    """See the module; cells and column titles are rich texts without line ends unless a row is higher than one."""

    _base_style: Style | None = None

    def __init__(self, **options: Any) -> None:
        self._quick_rows: LRUCache[tuple[Any, ...], list[list[Segment]]] = LRUCache(_KEPT_ROWS)
        super().__init__(**options)

    def add_many(self, rows: Iterable[tuple[str, Sequence[Text]]], height: int = 1) -> None:
        """Add rows (key, cells) of ``height`` lines below the others."""
        coming = iter(rows)
        if not self.row_count:
            for key, cells in islice(coming, 1):
                # The first row brings the cursor with it.
                self.add_row(*cells, key=key, height=height)
        names = [column.key for column in self.ordered_columns]
        place = first = self.row_count
        for name, cells in coming:
            key = RowKey(name)
            if key in self._row_locations:
                raise DuplicateKey(f"The row key {name!r} already exists.")
            self._row_locations[key] = place
            self._data[key] = dict(zip_longest(names, cells))
            self.rows[key] = Row(key, height, None, False)
            self._new_rows.add(key)
            place += 1
        if place > first:
            self._require_update_dimensions = True
            self._update_count += 1
            self.check_idle()

    def replace_cells(self, changes: Iterable[tuple[int, int, Text]]) -> bool:
        """Write cells (row, column, text) and draw once; False, and nothing written, where columns have no width."""
        if not self._all_fixed:
            return False
        names = [column.key for column in self.ordered_columns]
        keys = [row.key for row in self.ordered_rows]
        for row, column, text in changes:
            self._data[keys[row]][names[column]] = text
        self._update_count += 1
        self._clear_caches()
        self.refresh()
        return True

    def render_lines(self, crop: Region) -> list[Strip]:
        # The style of the whole table is the same on every line; finding it goes through all ancestors.
        self._base_style = self.rich_style
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        if self.fixed_rows:
            return super().render_line(y)
        across, down = self.scroll_offset
        if not self.show_header or y >= self.header_height:
            y += down
        return self._render_line(y, across, across + self.size.width, self._base_style or self.rich_style)

    def _render_line_in_row(
        self, row_key: RowKey, line_no: int, base_style: Style, cursor_location: Coordinate, hover_location: Coordinate
    ) -> tuple[list[list[Segment]], list[list[Segment]]]:
        if self.fixed_columns or self.fixed_rows or self._labelled_row_exists:
            return super()._render_line_in_row(row_key, line_no, base_style, cursor_location, hover_location)
        row = self._row_locations.get(row_key)
        row = -1 if row is None else row
        columns = self.ordered_columns
        places = [Coordinate(row, n) for n in range(len(columns))]
        lit = [self._should_highlight(cursor_location, one, self.cursor_type) for one in places]
        warm = [self._should_highlight(hover_location, one, self.cursor_type) for one in places]
        changes = cast("int", self._update_count)  # pyright: ignore[reportUnknownMemberType]
        # A row looks the same wherever the cursor is, as long as it is not here: so that is what it is kept by.
        kept_by = (
            row_key, row, line_no, base_style, tuple(lit), tuple(warm), self.cursor_type, self.show_cursor,
            self._show_hover_cursor, changes, self._pseudo_class_state, self.size.width,
        )  # fmt: skip
        kept = self._quick_rows.get(kept_by)
        if kept is None:
            style = self._get_row_style(row, base_style)
            kept = [
                self._render_cell(row, n, style, column.get_render_width(self), cursor=lit[n], hover=warm[n])[line_no]
                for n, column in enumerate(columns)
            ]
            kept.append(
                [Segment(" " * self._cells_beyond(columns), self._style_beyond(row, style, cursor_location, warm))]
            )
            self._quick_rows[kept_by] = kept
        return [], kept

    def _cells_beyond(self, columns: Sequence[Column]) -> int:
        """How many cells lie right of the last column."""
        return max(0, self.size.width - sum(column.get_render_width(self) for column in columns))

    def _style_beyond(self, row: int, style: Style, cursor: Coordinate, warm: Sequence[bool]) -> Style:
        """The look of what lies right of the last column."""
        if self.cursor_type == "row":
            lit, _after = self._get_styles_to_render_cell(
                row == -1, False, False, any(warm), row == cursor.row, self.show_cursor, self._show_hover_cursor,
                False, False,
            )  # fmt: skip
            style += lit
        elif style.bgcolor is not None:
            faded = Color.from_rich_color(style.bgcolor).blend(self.background_colors[1], factor=0.25)
            style = Style.from_color(color=style.color, bgcolor=faded.rich_color)
        else:
            style = Style.from_color(style.color, style.bgcolor)
        return style + Style.from_meta({"row": row, "column": 0, "out_of_bounds": True})

    def _clear_caches(self) -> None:
        super()._clear_caches()
        self._quick_rows.clear()

    def notify_style_update(self) -> None:
        self._quick_rows.clear()
        super().notify_style_update()

    def _render_cell(
        self,
        row_index: int,
        column_index: int,
        base_style: Style,
        width: int,
        cursor: bool = False,
        hover: bool = False,
    ) -> list[list[Segment]]:
        found = self._plain_cell(row_index, column_index)
        if found is None:
            return super()._render_cell(row_index, column_index, base_style, width, cursor, hover)
        component, after = self._get_styles_to_render_cell(
            row_index == -1,
            False,
            False,
            hover,
            cursor,
            self.show_cursor,
            self._show_hover_cursor,
            self.cursor_foreground_priority == "css",
            self.cursor_background_priority == "css",
        )
        before = base_style + Style.from_meta({"row": row_index, "column": column_index}) + component
        return [self._drawn(found, before, after, width)]

    def _plain_cell(self, row_index: int, column_index: int) -> Text | None:
        """The cell as one line of text; None where it is something else."""
        if column_index < 0 or column_index < self.fixed_columns or self.cell_padding:
            return None
        column = self.ordered_columns[column_index]
        if row_index == -1:
            return column.label if self.header_height == 1 else None
        if row_index < self.fixed_rows:
            return None
        key = self._row_locations.get_key(row_index)
        row = self.rows.get(key) if key is not None else None
        if row is None or row.height != 1 or row.auto_height:
            return None
        found = cast("object", self._data[row.key].get(column.key))
        return found if isinstance(found, Text) and "\n" not in found.plain and "\t" not in found.plain else None

    def _drawn(self, text: Text, before: Style, after: Style, width: int) -> list[Segment]:
        """``text`` in exactly ``width`` cells."""
        console = cast("App[object]", self.app).console
        size = text.cell_len
        if size > width:
            text = text.copy()
            text.truncate(width, overflow=text.overflow or "fold")
            size = text.cell_len
        drawn: list[Segment] = []
        whole = before + console.get_style(text.style, default="") + after
        if text.spans:
            drawn = [Segment(part.text, before + (part.style or Style()) + after) for part in text.render(console)]
        elif text.plain:
            drawn = [Segment(text.plain, whole)]
        if size < width:
            gap = Segment(" " * (width - size), whole)
            drawn = [gap, *drawn] if text.justify == "right" else [*drawn, gap]
        return drawn

    def _update_column_widths(self, updated_cells: set[CellKey]) -> None:
        if not self._all_fixed:
            super()._update_column_widths(updated_cells)

    def _update_dimensions(self, new_rows: Iterable[RowKey]) -> None:
        rows = list(new_rows)
        known = [row for key in rows if (row := self.rows.get(key)) is not None]
        if not self._all_fixed or any(row.auto_height or row.label is not None for row in known):
            super()._update_dimensions(rows)
            return
        header = self.header_height if self.show_header else 0
        width = sum(column.get_render_width(self) for column in self.columns.values())
        self.virtual_size = Size(width + self._row_label_column_width, self._total_row_height + header)

    @property
    def _all_fixed(self) -> bool:
        return all(not column.auto_width for column in self.columns.values())
