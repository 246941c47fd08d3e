"""How two texts differ, drawn line by line: what was added and removed by sign and tone, what stayed pale."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from akk_tui.i18n import gettext as _
from akk_tui.i18n import ngettext
from akk_tui.ui.line_diff import counts, DiffLine
from akk_tui.ui.screens.base import AkkModal
from akk_tui.ui.terminal.safe import content, printable

_SHOWN_MOST: Final = 600
_STYLES: Final = {"+": "$text-success", "-": "$text-error", " ": "", "=": "bold $primary", "…": "$text-muted"}


def drawn(lines: Sequence[DiffLine]) -> Content:
    """The lines with their signs; far too many are cut off, and it says so."""
    made = [content(_words(line), _STYLES[line.sign]) for line in lines[:_SHOWN_MOST]]
    left = len(lines) - _SHOWN_MOST
    if left > 0:
        words = ngettext("… {n} baris lagi", "… {n} baris lagi", left).format(n=left)
        made.append(content(words, "$text-muted"))
    return Content("\n").join(made)


def _words(line: DiffLine) -> str:
    if line.sign == "=":
        return printable(line.text)
    return f"{line.sign} {printable(line.text)}".rstrip() if line.sign != "…" else "…"


def count_words(lines: Sequence[DiffLine]) -> str:
    """``+3 −1``; empty when nothing differs."""
    added, removed = counts(list(lines))
    return " ".join(part for part in (f"+{added}" if added else "", f"−{removed}" if removed else "") if part)


class DiffView(VerticalScroll, can_focus=False):
    """Shows a difference; the window around it scrolls it."""

    DEFAULT_CSS = """
    DiffView { height: 1fr; scrollbar-size: 1 1; & Static { height: auto; } }
    """

    def compose(self) -> ComposeResult:
        yield Static(id="lines")

    def show(self, lines: Sequence[DiffLine], otherwise: str = "") -> None:
        """Show ``lines``, from the top; ``otherwise`` where there is none."""
        made = drawn(lines) if lines else content(otherwise or _("Tidak ada bedanya."), "$text-muted")
        self.query_one("#lines", Static).update(made)
        self.scroll_home(animate=False)


class DiffWindow(AkkModal[str]):
    """A window with a list and a difference below it, which page up and page down scroll."""

    BINDINGS: ClassVar[list[BindingType]] = []

    def on_key(self, event: events.Key) -> None:
        view = self.query_one(DiffView)
        moves = {
            "pagedown": view.scroll_page_down,
            "pageup": view.scroll_page_up,
            "ctrl+down": view.scroll_down,
            "ctrl+up": view.scroll_up,
        }
        if event.key in moves:
            event.stop()
            event.prevent_default()
            moves[event.key](animate=False)
