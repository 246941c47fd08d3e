"""The tab Indikator: components with their indicators on the left, the one under the cursor on the right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import cast, Final, TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import DataTable

from akk_tui.contract.errors import N_
from akk_tui.ui.terminal.safe import content
from akk_tui.ui.widgets import region_tables as tables
from akk_tui.ui.widgets import region_words as texts
from akk_tui.ui.widgets.lines import Words
from akk_tui.ui.widgets.table import AkkTable

if TYPE_CHECKING:
    from akk_tui.store.shapes import ComponentDetail, History, IndicatorRow, ItemRow, NoteRow, RegionDetail
    from akk_tui.ui.app import AkkApp

NARROW: Final = 104
"""Cells below which tree and items stand behind each other."""
_TALL: Final = 34
"""Lines of the screen from which an item has two."""
_DONE: Final = ("diterima", "tidak_berlaku")
_ROWS: Final = 2
_MOST: Final = 12
"""Lines that the items take at most; more of them scroll."""


def is_open(item: ItemRow) -> bool:
    """Whether an item still has to be brought to *diterima*."""
    return item.state not in _DONE


class TreeTable(AkkTable):
    """Components with their indicators."""

    HELP = N_(
        "Komponen dan indikator dengan perkiraan nilainya dan status tiap butir: ✓ diterima, ◕ diverifikasi, "
        "◐ diunggah, ! perlu perbaikan, · belum ada, – tidak berlaku. +n: poin yang ditambah bila semuanya diterima. "
        "Tombol berlaku untuk butir terbuka pertama; panah kanan atau enter masuk ke butirnya, panah kiri kembali."
    )


class ItemsTable(AkkTable):
    """The items of an indicator; the page keys move what stands below them."""

    HELP = N_(
        "Butir bukti dukung: {key:item.state} membuka menu status, {key:region.evidence} bukti, {key:region.owner} "
        "penanggung jawab, {key:region.due} batas waktu, {key:region.mark} menandai beberapa butir untuk diubah "
        "bersama. Page Up dan Page Down menggulung rincian di bawahnya."
    )

    def action_page_down(self) -> None:
        self._scroll(1)

    def action_page_up(self) -> None:
        self._scroll(-1)

    def _scroll(self, step: int) -> None:
        detail = cast("Vertical", self.parent)
        detail.scroll_relative(y=step * max(1, detail.size.height - 2), animate=False, force=True)


class IndicatorsTab(Horizontal):
    """Tree and details. In a narrow terminal one of them is in front, see ``inside``."""

    DEFAULT_CSS = """
    IndicatorsTab {
        height: 1fr;
        & #about, & #item, & #more { height: auto; padding: 0 1; }
        & #more { margin: 1 0 0 0; }
        & #tree, & #detail { border: round $primary 60%; }
        & #tree:focus, & #detail:focus-within { border: round $accent; }
        & #detail { width: 1fr; height: 1fr; overflow-y: auto; scrollbar-size: 1 1; scrollbar-gutter: stable; }
        & #detail > #items { margin: 1 0; }
        &.-short #detail > #items { margin: 0; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - as Textual names it
        super().__init__(id=id)
        self._detail: RegionDetail | None = None
        self._notes: Sequence[NoteRow] | None = None
        self._shown: str | None = None
        """The indicator whose items are in the table."""
        self._described: tuple[object, ...] = ()
        """What the details on the right were drawn from, besides what was read."""
        self.inside = False
        """Whether the items stand in front in a narrow terminal, and have the focus."""
        self.marked: frozenset[str] = frozenset()
        """Ids of the items that are edited together."""

    def compose(self) -> ComposeResult:
        yield TreeTable(id="tree", header=False)
        with Vertical(id="detail"):
            yield Words(id="about")
            yield ItemsTable(id="items", header=False)
            yield Words(id="item")
            yield Words(id="more")

    # parts

    @property
    def _akk(self) -> AkkApp:
        return cast("AkkApp", self.app)

    @property
    def tree_table(self) -> TreeTable:
        return self.query_one(TreeTable)

    @property
    def items(self) -> ItemsTable:
        return self.query_one(ItemsTable)

    @property
    def _space(self) -> tuple[int, int]:
        size = self._akk.size
        return size.width, size.height

    @property
    def narrow(self) -> bool:
        """Whether only one of tree and details is shown."""
        return self._space[0] < NARROW

    def _tree_width(self) -> int:
        return max(56, self._space[0] * 11 // 20)

    # drawing

    def begin(self) -> None:
        """Be as a new one."""
        self._shown, self.inside, self.marked = None, False, frozenset()
        self._detail = self._notes = None
        self._described = ()
        self.tree_table.begin()
        self.items.begin()
        detail = self.query_one("#detail")
        # Textual scrolls nothing that is not seen.
        detail.scroll_target_y = detail.scroll_y = 0

    def show(self, detail: RegionDetail, notes: Sequence[NoteRow] | None) -> None:
        """Show a region; ``notes`` are all of its notes, None before they were read."""
        self._detail, self._notes = detail, notes
        self._described = ()
        known = {item.id for one in self.indicators() for item in one.items}
        self.marked &= known
        self.draw()

    def draw(self) -> None:
        """Draw tree and details for the width that there is."""
        detail = self._detail
        if detail is None:
            return
        width = self._space[0]
        left = width if self.narrow else self._tree_width()
        self.set_class(self._space[1] < 20, "-short")
        self.tree_table.styles.width = "1fr" if self.narrow else left
        self.tree_table.fill(*tables.tree(detail, left - 4, self._akk.tone))
        self.put_in_front()
        self._draw_detail()

    def put_in_front(self) -> None:
        """Put tree, details or both in front."""
        self.tree_table.display = not self.narrow or not self.inside
        self.query_one("#detail").display = not self.narrow or self.inside

    def _draw_detail(self) -> None:
        """Draw what is right of the tree, once: several things ask for it while a page opens."""
        described = (self.tree_table.cursor_key, self.marked, self._space)
        if described == self._described:
            return
        self._described = described
        about, items = self.query_one("#about", Words), self.items
        indicator = self.indicator
        if indicator is None:
            component = self.component
            about.show(texts.about_component(component) if component is not None else content(""))
            items.display = False
            self._shown = None
            for name in ("#item", "#more"):
                self.query_one(name, Words).show(content(""))
            return
        items.display = True
        about.show(texts.about_indicator(indicator))
        self._fill(indicator)
        self._draw_item()
        self.query_one("#more", Words).show(self._more(indicator))

    def _fill(self, indicator: IndicatorRow) -> None:
        """Show the items; of another indicator than before with the cursor on the first that is open."""
        width = (self._space[0] if self.narrow else self._space[0] - self._tree_width()) - 4
        tall = self._space[1] >= _TALL
        columns, rows = tables.items(indicator, width, self._akk.tone, self.marked, tall=tall)
        each = _ROWS if tall else 1
        # A height that is found from the rows would lay everything out twice for each step of the cursor.
        self.items.styles.height = min(_MOST, each * len(rows))
        self.items.fill(columns, rows, height=each)
        if self._shown != indicator.id:
            self._shown = indicator.id
            first = next((item for item in indicator.items if is_open(item)), None)
            if first is not None:
                self.items.go_to(first.id)
            elif indicator.items:
                self.items.go_to(indicator.items[0].id)
            self.query_one("#detail").scroll_home(animate=False)

    def _more(self, indicator: IndicatorRow) -> Content:
        detail, notes = self._detail, self._notes
        about = None
        if notes is not None and detail is not None:
            subject = f"{detail.row.code}:{indicator.id}"
            about = [note for note in notes if note.subject == subject]
        return texts.more_of_indicator(indicator, self._akk.zone, about, self._history(indicator), self._akk.keyed)

    def _history(self, indicator: IndicatorRow) -> History | None:
        row = self._detail.row if self._detail is not None else None
        key = f"{row.cycle}:{row.code}:{indicator.id}" if row is not None else ""
        return self._akk.store.views.history("assessment", key) if row is not None else None

    def _draw_item(self) -> None:
        item = self.item
        about = texts.about_item(item, self._akk.keyed, len(self.marked)) if item is not None else content("")
        self.query_one("#item", Words).show(about)

    # what is under the cursors

    def indicators(self) -> Iterator[IndicatorRow]:
        """All indicators, in order."""
        components = self._detail.components if self._detail is not None else ()
        return (indicator for component in components for indicator in component.indicators)

    @property
    def component(self) -> ComponentDetail | None:
        """The component under the cursor of the tree."""
        key = self.tree_table.cursor_key or ""
        components = self._detail.components if self._detail is not None else ()
        return next((component for component in components if key == f"c:{component.id}"), None)

    @property
    def indicator(self) -> IndicatorRow | None:
        """The indicator under the cursor of the tree."""
        key = self.tree_table.cursor_key or ""
        return next((indicator for indicator in self.indicators() if key == f"i:{indicator.id}"), None)

    @property
    def item(self) -> ItemRow | None:
        """The item under the cursor of the items."""
        indicator = self.indicator
        key = self.items.cursor_key
        return next((item for item in indicator.items if item.id == key), None) if indicator is not None else None

    @property
    def marked_items(self) -> list[tuple[IndicatorRow, ItemRow]]:
        """The items that are marked, with their indicators, in order."""
        return [(one, item) for one in self.indicators() for item in one.items if item.id in self.marked]

    # moving

    def go_to(self, component: str | None, indicator: str | None, item: str | None) -> None:
        """Put the cursors there; without any place on the first open item's indicator."""
        if indicator is not None and self.tree_table.go_to(f"i:{indicator}"):
            self._draw_detail()
            if item is not None:
                self.inside = True
                self.items.go_to(item)
                self._draw_item()
        elif component is not None:
            self.tree_table.go_to(f"c:{component}")
        else:
            first = next((one for one in self.indicators() if any(map(is_open, one.items))), None)
            if first is not None:
                self.tree_table.go_to(f"i:{first.id}")
        self._draw_detail()
        self.put_in_front()

    def into(self) -> None:
        """From the tree into the items; from a component to its first indicator."""
        if self.indicator is None:
            self.tree_table.action_cursor_down()
            return
        self.inside = True
        self.put_in_front()
        self.items.focus()
        self.call_after_refresh(self._item_in_sight)

    def out(self) -> None:
        """From the items back to the tree."""
        self.inside = False
        self.put_in_front()
        self.tree_table.focus()

    def focus_here(self) -> None:
        """Focus the part that is in front."""
        (self.items if self.inside and self.indicator is not None else self.tree_table).focus()

    def mark(self) -> None:
        """Mark the item under the cursor or take its mark away, and go to the next one."""
        item = self.item
        if item is not None:
            self.marked = self.marked ^ {item.id}
            self._redraw_items()
            self.items.action_cursor_down()

    def unmark(self) -> None:
        """Take all marks away."""
        self.marked = frozenset()
        self._redraw_items()

    def _redraw_items(self) -> None:
        indicator = self.indicator
        if indicator is not None:
            self._fill(indicator)
            self._draw_item()

    @on(DataTable.RowHighlighted, "#tree")
    def _tree_moved(self) -> None:
        self._draw_detail()

    @on(DataTable.RowHighlighted, "#items")
    def _items_moved(self) -> None:
        self._draw_item()
        if self.inside:
            self.call_after_refresh(self._item_in_sight)

    def on_resize(self) -> None:
        if self.inside:
            self.call_after_refresh(self._item_in_sight)

    def _item_in_sight(self) -> None:
        """Scroll the details as little as shows the item under the cursor; with the first one what stands above it."""
        detail, items = self.query_one("#detail"), self.items
        if not items.row_count:
            return
        row, each = items.cursor_row, items.virtual_size.height // items.row_count
        top = items.virtual_region.y + row * each - items.scroll_offset.y
        lowest = max(0, top + each - detail.size.height)
        at = lowest if row == 0 else min(max(detail.scroll_offset.y, lowest), top)
        detail.scroll_to(y=at, animate=False, immediate=True)

    @on(DataTable.RowSelected, "#tree")
    def _tree_chosen(self, event: DataTable.RowSelected) -> None:
        event.stop()
        self.into()
