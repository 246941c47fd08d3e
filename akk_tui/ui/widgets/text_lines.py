"""Texts with a cursor over the line: drawn as Markdown, each line one that something can be made from."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.content import Content
from textual.strip import Strip
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from akk_tui.contract.errors import N_
from akk_tui.store.views import fold
from akk_tui.ui import references
from akk_tui.ui.terminal.safe import content
from akk_tui.ui.widgets import marks
from akk_tui.ui.widgets.markdown import rendered

_MOST_LINES: Final = 2_000
"""Lines of one text that are drawn; the whole of a longer one is in its editor."""
FOUND_STYLE: Final = "reverse"
"""How words that are looked for stand in a text."""


class Section(NamedTuple):
    """One text with its title (empty: it stands without one); ``empty`` stands where it has no text."""

    key: str
    title: str
    text: str
    empty: str


class TextLines(OptionList):
    """Sections of text; the cursor tells section and line."""

    HELP = N_(
        "Panah berpindah baris; enter mengubah teks bagian ini, {key:event.line_followup} membuat tindak lanjut dari "
        "baris."
    )
    DEFAULT_CSS = """
    TextLines { height: 1fr; border: none; padding: 0; background: $surface; scrollbar-size: 1 1; }
    TextLines:focus { border: none; background: $surface; background-tint: transparent; }
    TextLines > .option-list--option { padding: 0 1; }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - as Textual names it
        super().__init__(id=id, markup=False)
        self._title = Content("")
        self._sections: tuple[Section, ...] = ()
        self._titles: Mapping[str, str] = {}
        self._found: re.Pattern[str] | None = None
        self._places: list[tuple[str, str]] = []
        """Section and source line of each option."""
        self._hits: list[int] = []
        """The options in which something is found."""

    def entitle(self, title: Content) -> None:
        """Show ``title`` in the upper border."""
        if title != self._title:
            self._title = title
            self.border_title = title

    def show(
        self,
        sections: Sequence[Section],
        titles: Mapping[str, str] | None = None,
        found: re.Pattern[str] | None = None,
    ) -> None:
        """Show ``sections``; the cursor stays on its line.

        ``titles`` are those of references, by code; ``found`` matches, in the folded text, what is to stand out.
        """
        wanted = tuple(sections)
        named = titles or {}
        if wanted == self._sections and found == self._found and named == self._titles:
            return
        here = self.highlighted or 0
        if [one.key for one in wanted] != [one.key for one in self._sections]:
            here = 0
        self._sections, self._titles, self._found = wanted, named, found
        self._places, self._hits = [], []
        options: list[Option] = []
        for n, section in enumerate(wanted):
            if n:
                self._add(options, wanted[n - 1].key, "", Content(" "))
            if section.title:
                self._add(options, section.key, "", content(section.title, "bold $primary"))
            if not section.text.strip():
                self._add(options, section.key, "", content(section.empty, "$text-muted"))
                continue
            lines = section.text.rstrip().split("\n")[:_MOST_LINES]
            for line, inside in zip(lines, marks.fenced(lines), strict=True):
                drawn = content(f"  {line}", "$secondary") if inside else rendered(line, named)
                self._add(
                    options, section.key, line, self._marked(drawn, len(options)) if drawn.plain else Content(" ")
                )
        self.clear_options()
        self.add_options(options)
        if options:
            self.highlighted = min(here, len(options) - 1)

    async def _on_click(self, event: events.Click) -> None:
        """A click upon a line that the text has no more: it was drawn before the text became shorter."""
        line = event.style.meta.get("option")
        if line is not None and line >= self.option_count:
            event.prevent_default()

    def _add(self, options: list[Option], key: str, line: str, drawn: Content) -> None:
        self._places.append((key, line))
        options.append(Option(drawn))

    def _marked(self, drawn: Content, place: int) -> Content:
        """``drawn`` with what is looked for standing out."""
        spans = fold.ranges(drawn.plain, self._found) if self._found is not None else ()
        for start, end in spans:
            drawn = drawn.stylize(FOUND_STYLE, start, end)
        if spans:
            self._hits.append(place)
        return drawn

    def render_line(self, y: int) -> Strip:
        """As a stock list; but on the cursor all words have its colour: others might vanish there."""
        strip = super().render_line(y)
        cursor = self.get_component_rich_style("option-list--option-highlighted")
        if cursor.bgcolor is None or cursor.bgcolor.is_default:
            return strip
        plain = Style(color=cursor.color)
        made = [
            Segment(text, style + plain, control)
            if style is not None and style.bgcolor == cursor.bgcolor
            else Segment(text, style, control)
            for text, style, control in strip
        ]
        return Strip(made, strip.cell_length)

    # --- looking for words

    def look_for(self, found: re.Pattern[str] | None) -> int:
        """Let what ``found`` matches stand out; the number of lines that have it."""
        self.show(self._sections, self._titles, found)
        return len(self._hits)

    def find_step(self, step: int) -> tuple[int, int]:
        """Put the cursor on the next line with a match (-1: the previous one, 0: this one or the next).

        Answers which of how many it is.
        """
        if not self._hits:
            return 0, 0
        here = self.highlighted or 0
        if step < 0:
            at = max((n for n, place in enumerate(self._hits) if place < here), default=len(self._hits) - 1)
        else:
            at = next((n for n, place in enumerate(self._hits) if place >= here + step), 0)
        self.highlighted = self._hits[at]
        return at + 1, len(self._hits)

    # --- the line under the cursor

    @property
    def section(self) -> str | None:
        """The section of the line under the cursor."""
        place = self._here
        return place[0] if place is not None else None

    @property
    def line(self) -> str:
        """The line under the cursor as it was typed; empty on a title."""
        place = self._here
        return place[1] if place is not None else ""

    @property
    def references(self) -> list[str]:
        """The codes that the line under the cursor refers to."""
        return references.in_line(self.line)

    @property
    def _here(self) -> tuple[str, str] | None:
        at = self.highlighted
        return self._places[at] if at is not None and at < len(self._places) else None

    def go_to_section(self, key: str) -> None:
        """Put the cursor on the title of a section."""
        for n, (found, _line) in enumerate(self._places):
            if found == key:
                self.highlighted = n
                return


class NoteLines(TextLines):
    """One note to read."""

    HELP = N_(
        "Panah berpindah baris. {key:notes.followup} membuat tindak lanjut dari baris, enter membuka rujukan di "
        "baris ini, {key:notes.filter} mencari di dalam catatan."
    )

    def show_note(
        self,
        key: str,
        text: str,
        empty: str,
        titles: Mapping[str, str],
        found: re.Pattern[str] | None = None,
    ) -> None:
        """Show the text of the note ``key``."""
        self.show((Section(key, "", text, empty),), titles, found)
