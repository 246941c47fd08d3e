"""A DataTable that draws what the app's tables hold quickly: lines of text in columns of fixed width.

Textual lets rich lay out every cell, measures every cell of a new row, and gives every cell a style of its own that
says where it is: most of what a key costs on a screen full of rows. A line of text in a width that is known needs none
of it. Everything else is left to Textual. The cells of a row may be made by a function: it is called when the row is
first drawn, and most rows of a long table never are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import islice, zip_longest
from typing import Any, cast, Final

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.app import App
from textual.cache import LRUCache
from textual.color import Color
from textual.coordinate import Coordinate
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widgets import DataTable
from textual.widgets.data_table import CellKey, Column, ColumnKey, DuplicateKey, Row, RowKey

_KEPT_ROWS: Final = 300
"""Drawn lines that are kept: some screens full."""
_KEPT_CELLS: Final = 2000
"""Drawn cells that are kept: the same figures and words stand in many rows, and in most rows of a list made anew."""

Cells = Sequence[Text] | Callable[[], Sequence[Text]]
"""The cells of a row, or what makes them."""


class LazyCells(dict[ColumnKey, Text]):
    """The cells of a row that are made when one of them is asked for."""

    __slots__ = ("make", "names")

    def __init__(self, names: Sequence[ColumnKey], make: Callable[[], Sequence[Text]]) -> None:
        super().__init__()
        self.names, self.make = names, make

    def __missing__(self, name: ColumnKey) -> Text:
        if self:
            raise KeyError(name)
        self.update(zip_longest(self.names, self.make()))
        return self[name]


class QuickTable(DataTable[Text]):
    """See the module; cells and column titles are rich texts without line ends unless a row is higher than one."""

    _base_style: Style | None = None

    def __init__(self, **options: Any) -> None:
        self._quick_rows: LRUCache[tuple[Any, ...], Strip] = LRUCache(_KEPT_ROWS)
        self._quick_cells: LRUCache[tuple[Any, ...], list[Segment]] = LRUCache(_KEPT_CELLS)
        super().__init__(**options)

    def add_many(self, rows: Iterable[tuple[str, Cells]], height: int = 1) -> None:
        """Add rows (key, cells) of ``height`` lines below the others."""
        coming = iter(rows)
        if not self.row_count:
            for key, cells in islice(coming, 1):
                # The first row brings the cursor with it.
                self.add_row(*(cells() if callable(cells) else cells), key=key, height=height)
        names = [column.key for column in self.ordered_columns]
        place = first = self.row_count
        for name, cells in coming:
            key = RowKey(name)
            if key in self._row_locations:
                raise DuplicateKey(f"The row key {name!r} already exists.")
            self._row_locations[key] = place
            self._data[key] = LazyCells(names, cells) if callable(cells) else dict(zip_longest(names, cells))
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

    # --- drawing

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

    def _render_line(self, y: int, x1: int, x2: int, base_style: Style) -> Strip:
        if self.fixed_columns or self.fixed_rows or self._labelled_row_exists or self.cell_padding:
            return super()._render_line(y, x1, x2, base_style)
        width = self.size.width
        try:
            key, line = self._get_offsets(y)
        except LookupError:
            return Strip.blank(width, base_style)
        drawn = self._kept_line(key, line, base_style)
        if x1 or x2 < drawn.cell_length:
            drawn = drawn.crop(x1, x2)
        return drawn.adjust_cell_length(width, base_style)

    def _kept_line(self, key: RowKey, line: int, base: Style) -> Strip:
        """One line of a row, as wide as the table at least."""
        place = self._row_locations.get(key)
        row = -1 if place is None else place
        lit, warm = self._column_under(self.cursor_coordinate, row), self._column_under(self.hover_coordinate, row)
        changes = cast("int", self._update_count)  # pyright: ignore[reportUnknownMemberType]
        # A row looks the same wherever the cursor is, as long as it is not here: so that is what it is kept by.
        kept_by = (
            key, row, line, base, lit, warm, self.cursor_type, self.show_cursor, self._show_hover_cursor, changes,
            self._pseudo_class_state, self.size.width,
        )  # fmt: skip
        kept = self._quick_rows.get(kept_by)
        if kept is None:
            kept = self._quick_rows[kept_by] = Strip(self._line_drawn(row, key, line, base, lit, warm)).simplify()
        return kept

    def _column_under(self, at: Coordinate, row: int) -> int | None:
        """The column of ``row`` that a cursor at ``at`` marks; -1: all of them, None: no one."""
        kind = self.cursor_type
        if kind == "column":
            return at.column
        return None if kind == "none" or at.row != row else -1 if kind == "row" else at.column

    def _line_drawn(
        self, row: int, key: RowKey, line: int, base: Style, lit: int | None, warm: int | None
    ) -> list[Segment]:
        style, columns, drawn = self._get_row_style(row, base), self.ordered_columns, list[Segment]()
        height = self.header_height if row == -1 else self.rows[key].height
        looks: dict[tuple[bool, bool], tuple[Style, Style]] = {}
        filled = 0
        for n, column in enumerate(columns):
            mark = (lit is not None and lit in (-1, n), warm is not None and warm in (-1, n))
            width = column.get_render_width(self)
            text = self._plain_line(row, key, column, line, height)
            if text is None:
                drawn += self._render_cell(row, n, style, width, *mark)[line]
                filled += width
                continue
            look = looks.get(mark)
            if look is None:
                component, after = self._cell_look(row, *mark)
                look = looks[mark] = (style + component, after)
            kept_by = (text.plain, text.style, *text.spans, text.justify, text.overflow, *look, width)
            made = self._quick_cells.get(kept_by)
            if made is None:
                made = self._quick_cells[kept_by] = self._drawn(text, *look, width)
            drawn += made
            filled += width
        beyond = max(0, self.size.width - filled)
        if beyond:
            drawn.append(Segment(" " * beyond, self._style_beyond(row, style, warm is not None)))
        return drawn

    def _cell_look(self, row: int, cursor: bool, hover: bool) -> tuple[Style, Style]:
        """The styles below and above that of a cell itself."""
        return self._get_styles_to_render_cell(
            row == -1,
            False,
            False,
            hover,
            cursor,
            self.show_cursor,
            self._show_hover_cursor,
            self.cursor_foreground_priority == "css",
            self.cursor_background_priority == "css",
        )

    def _style_beyond(self, row: int, style: Style, warm: bool) -> Style:
        """The look of what lies right of the last column."""
        if self.cursor_type == "row":
            lit, _after = self._get_styles_to_render_cell(
                row == -1, False, False, warm, row == self.cursor_coordinate.row, self.show_cursor,
                self._show_hover_cursor, False, False,
            )  # fmt: skip
            return style + lit
        if style.bgcolor is not None:
            faded = Color.from_rich_color(style.bgcolor).blend(self.background_colors[1], factor=0.25)
            return Style.from_color(color=style.color, bgcolor=faded.rich_color)
        return Style.from_color(style.color, style.bgcolor)

    def _clear_caches(self) -> None:
        super()._clear_caches()
        self._quick_rows.clear()

    def notify_style_update(self) -> None:
        self._quick_rows.clear()
        self._quick_cells.clear()
        super().notify_style_update()

    def _plain_line(self, row: int, key: RowKey, column: Column, line: int, height: int) -> Text | None:
        """One line of a cell; None where the cell is something else than lines of text."""
        found = cast("object", column.label if row == -1 else self._data[key][column.key])
        if not isinstance(found, Text) or "\t" in found.plain or (row != -1 and self.rows[key].auto_height):
            return None
        if height == 1:
            return None if "\n" in found.plain else found
        if not found.no_wrap:
            return None
        lines = found.split("\n", allow_blank=True)
        return lines[line] if line < len(lines) else Text()

    def _drawn(self, text: Text, before: Style, after: Style, width: int) -> list[Segment]:
        """``text`` in exactly ``width`` cells."""
        console = cast("App[object]", self.app).console
        right, size = text.justify == "right", text.cell_len
        if size > width or (right and text.plain.endswith(" ")):
            text = text.copy()
            if right:
                text.rstrip()
            text.rstrip_end(width)
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
            drawn = [gap, *drawn] if right else [*drawn, gap]
        return drawn

    # --- the mouse

    def _on_mouse_move(self, event: events.MouseMove) -> None:
        event.style = self._style_under(event)

    def _on_click(self, event: events.Click) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        event.style = self._style_under(event)

    def _style_under(self, event: events.MouseEvent) -> Style:
        """What Textual reads where the mouse is from; its own handlers follow."""
        at = event.get_content_offset(self)
        if at is None:
            return Style()
        header = self.show_header and at.y < self.header_height
        try:
            key, _line = self._get_offsets(at.y if header else at.y + self.scroll_offset.y)
        except LookupError:
            return Style()
        place = self._row_locations.get(key)
        row, x = -1 if place is None else place, at.x + self.scroll_offset.x
        for n, column in enumerate(self.ordered_columns):
            x -= column.get_render_width(self)
            if x < 0:
                return Style.from_meta({"row": row, "column": n})
        return Style.from_meta({"row": row, "column": 0, "out_of_bounds": True})

    # --- sizes

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
