"""A DataTable that draws what the app's tables hold quickly: one line of text in a column of fixed width.

Textual lets rich lay out every cell and measures every cell of a new row, which is most of what a key costs on a screen
full of rows. A line of text in a width that is known needs neither. Everything else is left to Textual.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice, zip_longest
from typing import cast

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.app import App
from textual.geometry import Size
from textual.widgets import DataTable
from textual.widgets.data_table import CellKey, DuplicateKey, Row, RowKey


class QuickTable(DataTable[Text]):
    """See the module; cells and column titles are rich texts without line ends unless a row is higher than one."""

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
