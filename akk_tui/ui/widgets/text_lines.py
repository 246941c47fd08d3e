"""Texts with a cursor over the line: drawn as Markdown, each line one that something can be made from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from akk_tui.contract.errors import N_
from akk_tui.ui.terminal.safe import content
from akk_tui.ui.widgets import marks
from akk_tui.ui.widgets.markdown import rendered

_MOST_LINES: Final = 2_000
"""Lines of one text that are drawn; the whole of a longer one is in its editor."""


class Section(NamedTuple):
    """One text with its title; ``empty`` stands where it has none."""

    key: str
    title: str
    text: str
    empty: str


class TextLines(OptionList):
    """Sections of text; the cursor tells section and line."""

    HELP = N_("Panah berpindah baris; enter mengubah teks bagian ini, t membuat tindak lanjut dari baris.")
    DEFAULT_CSS = """
    TextLines { height: 1fr; border: none; padding: 0; background: $surface; scrollbar-size: 1 1; }
    TextLines:focus { border: none; background: $surface; background-tint: transparent; }
    TextLines > .option-list--option { padding: 0 1; }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - as Textual names it
        super().__init__(id=id, markup=False)
        self._title = Content("")
        self._sections: tuple[Section, ...] = ()
        self._places: list[tuple[str, str]] = []
        """Section and source line of each option."""

    def entitle(self, title: Content) -> None:
        """Show ``title`` in the upper border."""
        if title != self._title:
            self._title = title
            self.border_title = title

    def show(self, sections: Sequence[Section]) -> None:
        """Show ``sections``; the cursor stays on its line."""
        wanted = tuple(sections)
        if wanted == self._sections:
            return
        self._sections = wanted
        here = self.highlighted or 0
        self._places = []
        options: list[Option] = []
        for n, section in enumerate(wanted):
            if n:
                self._add(options, section.key, "", Content(" "))
            self._add(options, section.key, "", content(section.title, "bold $primary"))
            if not section.text.strip():
                self._add(options, section.key, "", content(section.empty, "$text-muted"))
                continue
            lines = section.text.rstrip().split("\n")[:_MOST_LINES]
            for line, inside in zip(lines, marks.fenced(lines), strict=True):
                drawn = content(f"  {line}", "$secondary") if inside else rendered(line)
                self._add(options, section.key, line, drawn if drawn.plain else Content(" "))
        self.clear_options()
        self.add_options(options)
        if options:
            self.highlighted = min(here, len(options) - 1)

    def _add(self, options: list[Option], key: str, line: str, drawn: Content) -> None:
        self._places.append((key, line))
        options.append(Option(drawn))

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
    def _here(self) -> tuple[str, str] | None:
        at = self.highlighted
        return self._places[at] if at is not None and at < len(self._places) else None

    def go_to_section(self, key: str) -> None:
        """Put the cursor on the title of a section."""
        for n, (found, _line) in enumerate(self._places):
            if found == key:
                self.highlighted = n
                return
