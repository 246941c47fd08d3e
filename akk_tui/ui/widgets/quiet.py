"""A text of fixed height that is painted only when it says something else, and never lays the screen out again.

``Static.update`` asks for a new layout, which repaints everything: 11 kB for one word, measured at 120x40.
"""

from __future__ import annotations

from textual.content import Content
from textual.reactive import Reactive
from textual.widgets import Static


class Quiet(Static):
    """Its height comes from the style sheet, not from its text."""

    auto_links: Reactive[bool] = Reactive(False)
    _said: Content | None = None

    def say(self, text: Content) -> None:
        """Show ``text``."""
        if self._said is None or (text.plain, text.spans) != (self._said.plain, self._said.spans):
            self._said = text
            self.update(text, layout=False)
