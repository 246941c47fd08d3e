"""The editor of a note: references completed while one types, words found and shown."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar, Final

from rich.text import Text
from textual import events
from textual.widgets.text_area import Edit, EditResult, Location, Selection

from akk_tui.contract.limits import NOTE_BYTES
from akk_tui.store.views import fold
from akk_tui.ui import references
from akk_tui.ui.references import Offer
from akk_tui.ui.terminal.safe import cell
from akk_tui.ui.widgets.editor import MarkdownEditor
from akk_tui.ui.widgets.table import AkkTable, Column

_ASKED: Final = re.compile(r"(?:(?<![\w@])@(?!\s)|\[\[)([^@\[\]\n]{0,40})\Z")
"""What stands before the cursor while a reference is typed."""
_CODE_WIDTH: Final = 8


class ReferenceOffers(AkkTable):
    """What a reference that is being typed may become; the editor moves in it."""

    DEFAULT_CSS = """
    ReferenceOffers { height: auto; max-height: 6; background: $panel; display: none; }
    .-tiny ReferenceOffers { max-height: 4; }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - as Textual names it
        super().__init__(id=id, header=False)
        self.can_focus = False

    @property
    def is_open(self) -> bool:
        """Whether something is offered."""
        return self.display

    def offer(self, offers: Sequence[Offer]) -> None:
        """Show ``offers``, the first one marked; nothing hides it."""
        self.display = bool(offers)
        if not offers:
            return
        width = max(self.screen.size.width - _CODE_WIDTH - 3, 12)
        rows = [(offer.code, (cell(" " + offer.code, "bold"), cell(offer.title, width=width - 1))) for offer in offers]
        self.fill((Column("code", "", _CODE_WIDTH), Column("title", "", width)), rows)
        self.move_cursor(row=0)


class NoteText(MarkdownEditor):
    """``offers`` is where references are offered, ``titles()`` what there is to refer to, ``near`` a region's code."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"editor--found"}
    DEFAULT_CSS = """
    NoteText { scrollbar-size-vertical: 1; & .editor--found { text-style: reverse; } }
    """

    def __init__(
        self,
        text: str = "",
        *,
        offers: ReferenceOffers,
        titles: Callable[[], Mapping[str, str]],
        near: str | None,
        limit: int = NOTE_BYTES,
        id: str | None = None,  # noqa: A002 - as Textual names it
    ) -> None:
        self._offers = offers
        self._known = titles
        self._near = near
        self._asked_at: Location | None = None
        self._unwanted: Location | None = None
        """Where esc withdrew what was offered."""
        self._found: re.Pattern[str] | None = None
        super().__init__(text, limit=limit, id=id)

    # --- references

    def edit(self, edit: Edit) -> EditResult:
        result = super().edit(edit)
        self.call_next(self._ask)
        return result

    def _watch_selection(self, previous_selection: Selection, selection: Selection) -> None:
        super()._watch_selection(previous_selection, selection)
        if self.is_mounted and self._asked_at is not None and selection.end[0] != self._asked_at[0]:
            self._withdraw()

    def _ask(self) -> None:
        """Offer what the reference before the cursor may become."""
        row, column = self.cursor_location
        before = self.document.get_line(row)[:column]
        asked = _ASKED.search(before) if self.selection.is_empty and not self.read_only else None
        at = (row, asked.start()) if asked is not None else None
        if at is None or at == self._unwanted:
            self._withdraw(keep=at is not None)
            return
        self._unwanted, self._asked_at = None, at
        found = references.offers(self._known(), asked[1], self._near) if asked is not None else []
        self._offers.offer(found)

    def _withdraw(self, *, keep: bool = False) -> None:
        self._asked_at = None
        if not keep:
            self._unwanted = None
        if self._offers.is_open:
            self._offers.offer(())

    def ask_reference(self) -> None:
        """Begin a reference at the cursor."""
        self.insert("[[", maintain_selection_offset=False)

    def take_reference(self, code: str) -> None:
        """Put the reference to ``code`` where one is being typed."""
        row, column = self.cursor_location
        start = self._asked_at or (row, column)
        end = column + (2 if self.document.get_line(row)[column:].startswith("]]") else 0)
        self._withdraw()
        self.replace(f"[[{code}]]", start, (row, end), maintain_selection_offset=False)

    def on_key(self, event: events.Key) -> None:
        """While something is offered arrows move in it, enter and tab take it, esc withdraws it."""
        offers = self._offers
        if not offers.is_open or self._asked_at is None:
            return
        moves = {
            "down": offers.action_cursor_down,
            "up": offers.action_cursor_up,
            "pagedown": offers.action_page_down,
            "pageup": offers.action_page_up,
        }
        if event.key in moves:
            moves[event.key]()
        elif event.key in ("enter", "tab") and offers.cursor_key is not None:
            self.take_reference(offers.cursor_key)
        elif event.key == "escape":
            self._unwanted = self._asked_at
            self._withdraw(keep=True)
        else:
            return
        event.stop()
        event.prevent_default()

    # --- looking for words

    def get_line(self, line_index: int) -> Text:
        line = super().get_line(line_index)
        if self._found is not None:
            style = self.get_component_rich_style("editor--found", partial=True)
            for start, end in fold.ranges(line.plain, self._found):
                line.stylize(style, start, end)
        return line

    def look_for(self, found: re.Pattern[str] | None) -> int:
        """Let what ``found`` matches stand out; the number of matches."""
        self._found = found
        self.notify_style_update()
        self.refresh()
        return len(self._matches())

    def find_step(self, step: int) -> tuple[int, int]:
        """Select the next match (-1: the previous one, 0: the one at the cursor or the next); which of how many."""
        places = self._matches()
        if not places:
            return 0, 0
        start, end = sorted(self.selection)
        if step < 0:
            at = max((n for n, (place, _end) in enumerate(places) if place < start), default=len(places) - 1)
        else:
            after = end if step and (start, end) in places else start
            at = next((n for n, (place, _end) in enumerate(places) if place >= after), 0)
        self.selection = Selection(*places[at])
        self.scroll_cursor_visible(animate=False)
        return at + 1, len(places)

    def _matches(self) -> list[tuple[Location, Location]]:
        if self._found is None:
            return []
        return [
            ((row, start), (row, end))
            for row, line in enumerate(self.document.lines)
            for start, end in fold.ranges(line, self._found)
        ]
