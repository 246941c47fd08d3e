"""The Markdown editor: a text area that repaints only what changed and colours Markdown by itself.

``TextArea.selection`` repaints the whole widget on every key (14 kB a character at 120x40, measured); here it is
declared without the repaint and the lines that changed are refreshed. No tree-sitter: its present wheels crash Python.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from typing import ClassVar

from rich.containers import Lines
from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Offset
from textual.message import Message
from textual.reactive import Reactive, reactive
from textual.widgets import TextArea
from textual.widgets.text_area import Edit, EditResult, Location, Selection

from akk_tui.contract.errors import N_
from akk_tui.contract.limits import NOTE_BYTES
from akk_tui.contract.text import clean
from akk_tui.ui.widgets import marks


class _Line(Text):
    """A line that is divided once for all the rows that it is wrapped into: a stock text for each of them."""

    def __init__(self, text: str, editor: MarkdownEditor) -> None:
        super().__init__(text, end="", no_wrap=True)
        self.editor = editor

    def divide(self, offsets: Iterable[int]) -> Lines:
        places = tuple(offsets)
        known = self.editor.divided
        asked = (self.plain, tuple(self.spans), places)
        if known is None or known[0] != asked:
            known = self.editor.divided = (asked, super().divide(places))
        return known[1]


class MarkdownEditor(TextArea):
    """Edits one Markdown text of at most ``limit`` bytes of UTF-8; soft wrap, no blinking cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+home", "document_edge(-1)", N_("Ke awal tulisan"), show=False),
        Binding("ctrl+end", "document_edge(1)", N_("Ke akhir tulisan"), show=False),
        Binding("ctrl+shift+home", "document_edge(-1, True)", N_("Pilih sampai awal"), show=False),
        Binding("ctrl+shift+end", "document_edge(1, True)", N_("Pilih sampai akhir"), show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "editor--heading",
        "editor--list",
        "editor--done",
        "editor--quote",
        "editor--code",
        "editor--strong",
        "editor--emphasis",
        "editor--strike",
        "editor--link",
    }
    DEFAULT_CSS = """
    MarkdownEditor {
        border: none;
        padding: 0 1;
        background: $background;
        & .editor--heading { color: $primary; text-style: bold; }
        & .editor--list { color: $accent; text-style: bold; }
        & .editor--done { text-style: dim strike; }
        & .editor--quote { text-style: italic dim; }
        & .editor--code { color: $secondary; }
        & .editor--strong { text-style: bold; }
        & .editor--emphasis { text-style: italic; }
        & .editor--strike { text-style: strike; }
        & .editor--link { color: $primary; text-style: underline; }
        &:focus { border: none; }
    }
    """
    _STYLE_OF: ClassVar[dict[str, str]] = {
        "heading": "editor--heading",
        "list": "editor--list",
        "box": "editor--list",
        "done": "editor--done",
        "quote": "editor--quote",
        "code": "editor--code",
        "fence": "editor--code",
        "rule": "editor--quote",
        "strong": "editor--strong",
        "emphasis": "editor--emphasis",
        "strike": "editor--strike",
        "link": "editor--link",
        "reference": "editor--link",
    }

    selection: Reactive[Selection] = reactive(Selection(), init=False, always_update=True, repaint=False)

    class Full(Message):
        """An edit was refused because the text would be ``size`` bytes, past the limit."""

        def __init__(self, size: int, limit: int) -> None:
            super().__init__()
            self.size = size
            self.limit = limit

    def __init__(
        self,
        text: str = "",
        *,
        limit: int = NOTE_BYTES,
        id: str | None = None,  # noqa: A002 - as Textual names it
        read_only: bool = False,
    ) -> None:
        self.limit = limit
        self._fences: list[bool] | None = None
        self._marked: tuple[str, list[marks.Span]] = ("", [])
        """The line that was looked through last: a long one is asked for once for each row that it is wrapped into."""
        self.divided: tuple[object, Lines] | None = None
        """The rows of the line that was drawn last, and what they were made of."""
        super().__init__(text, id=id, read_only=read_only, soft_wrap=True, highlight_cursor_line=False)
        self.cursor_blink = False
        self.match_cursor_bracket = False

    @property
    def size_bytes(self) -> int:
        """The size of the text in bytes of UTF-8."""
        return len(self.text.encode())

    # --- colours

    def get_line(self, line_index: int) -> Text:
        """The line with its Markdown coloured; called for visible lines only."""
        line = _Line(self.document.get_line(line_index), self)
        if self._fences is None:
            self._fences = marks.fenced(self.document.lines)
        if self._fences[line_index]:
            line.stylize(self._rich_style("fence"))
            return line
        plain = line.plain
        if plain != self._marked[0]:
            self._marked = (plain, marks.spans(plain))
        for span in self._marked[1]:
            line.stylize(self._rich_style(span.kind), span.start, span.end)
        return line

    def _rich_style(self, kind: str) -> Style:
        return self.get_component_rich_style(self._STYLE_OF[kind], partial=True)

    # --- changes

    def edit(self, edit: Edit) -> EditResult:
        """Do ``edit``, unless it would take the text past the limit; then only :class:`Full` is posted."""
        removed = self.document.get_text_range(edit.top, edit.bottom)
        growth = len(edit.text.encode()) - len(removed.encode())
        if growth > 0 and (size := self.size_bytes + growth) > self.limit:
            self.post_message(self.Full(size, self.limit))
            return EditResult(self.cursor_location, "")
        height = self.wrapped_document.height
        fences = self._fences_of(edit.top[0], edit.bottom[0])
        self._fences = None
        result = super().edit(edit)
        last = max(edit.bottom[0], result.end_location[0])
        top = self._visual_row((edit.top[0], 0))
        fences_moved = fences != self._fences_of(edit.top[0], result.end_location[0])
        if fences_moved or self.wrapped_document.height != height:
            bottom = max(height, self.wrapped_document.height)
        else:
            bottom = self._visual_row((last, len(self.document.get_line(min(last, self.document.line_count - 1))))) + 1
        self.refresh_lines(top, max(bottom - top, 1))
        return result

    def _fences_of(self, first: int, last: int) -> list[str]:
        lines = (self.document.get_line(row) for row in range(first, min(last, self.document.line_count - 1) + 1))
        return [match[1] for line in lines if (match := marks.FENCE.match(line))]

    def load_text(self, text: str) -> None:
        """Show ``text`` and forget the history of edits."""
        self._fences = None
        super().load_text(text)
        self.refresh()

    def undo(self) -> None:
        """Undo the edits since the last checkpoint."""
        self._fences = None
        super().undo()
        self._fences = None
        self.refresh()

    def redo(self) -> None:
        """Redo the edits that were undone last."""
        self._fences = None
        super().redo()
        self._fences = None
        self.refresh()

    def action_toggle_box(self) -> None:
        """Tick or untick the check box of the line with the cursor; a list item gets one."""
        row, column = self.cursor_location
        line = self.document.get_line(row)
        changed = marks.toggled_box(line)
        if changed is None or self.read_only:
            return
        self.replace(changed, (row, 0), (row, len(line)), maintain_selection_offset=False)
        self.move_cursor((row, column + len(changed) - len(line)))

    # --- keys

    def on_key(self, event: events.Key) -> None:
        """Enter continues a list, a check list or a quote, and ends it on an empty item."""
        if event.key != "enter" or self.read_only or not self.selection.is_empty:
            return
        row, column = self.cursor_location
        line = self.document.get_line(row)
        if self._fences is None:
            self._fences = marks.fenced(self.document.lines)
        prefix = None if self._fences[row] else marks.next_prefix(line)
        if prefix is None:
            return
        marked = marks.LIST_ITEM.match(line) or marks.QUOTE.match(line)
        if marked is None or column < marked.end():
            return
        event.stop()
        event.prevent_default()
        if prefix:
            self.replace("\n" + prefix, (row, column), (row, column), maintain_selection_offset=False)
        else:
            self.delete((row, 0), (row, len(line)), maintain_selection_offset=False)

    def on_paste(self, event: events.Paste) -> None:
        """Pasted text comes in by the door of all foreign text."""
        event.stop()
        event.prevent_default()
        if not self.read_only and (text := clean(event.text, lines=True)):
            start, end = self.selection
            self.replace(text, start, end, maintain_selection_offset=False)

    def action_document_edge(self, step: int, select: bool = False) -> None:
        """Go to the end of the text (-1: to its beginning)."""
        self.move_cursor(self.document.end if step > 0 else (0, 0), select=select)

    # --- painting

    def scroll_cursor_visible(self, center: bool = False, animate: bool = False) -> Offset:
        """As a stock text area; but while an edit is half done the cursor may stand behind the end of the text."""
        if self.cursor_location[0] >= self.document.line_count:
            return Offset(0, 0)
        return super().scroll_cursor_visible(center, animate)

    def _watch_selection(self, previous_selection: Selection, selection: Selection) -> None:
        super()._watch_selection(previous_selection, selection)
        if not self.is_mounted:
            return
        rows = {self._visual_row(location) for location in (*previous_selection, *selection)}
        if previous_selection.is_empty and selection.is_empty:
            for row in rows:
                self.refresh_lines(row)
        else:
            self.refresh_lines(min(rows), max(rows) - min(rows) + 1)

    def _visual_row(self, location: Location) -> int:
        row = min(location[0], self.document.line_count - 1)
        column = min(location[1], len(self.document.get_line(row)))
        # A stock document divides the whole line to tell this.
        wrapped = self.wrapped_document
        rows = wrapped._line_index_to_offsets[row]  # pyright: ignore[reportPrivateUsage]
        return rows[bisect_right(wrapped.get_offsets(row), column)]
