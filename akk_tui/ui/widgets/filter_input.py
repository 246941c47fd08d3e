"""The line in which a filter is typed: what it could go on to stands dim behind it, tab or the right arrow takes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.suggester import Suggester
from textual.widgets import Input

from akk_tui.contract.errors import N_


class _Completer(Suggester):
    """Asks the screen's language, which may be another one by the next key."""

    def __init__(self, complete: Callable[[str], str | None]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._complete = complete

    async def get_suggestion(self, value: str) -> str | None:
        return self._complete(value)


class FilterInput(Input):
    """``complete(text)`` gives the text with its last term completed, or None. Enter and down leave it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "accept", N_("Terima saran"), show=False),
        Binding("down", "submit", N_("Ke daftar"), show=False),
    ]

    def __init__(self, complete: Callable[[str], str | None], placeholder: str, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, placeholder=placeholder, suggester=_Completer(complete), select_on_focus=False)
        self.cursor_blink = False
        self._complete = complete

    def action_accept(self) -> None:
        """Take what is offered; without an offer the key is not for this line."""
        offered = self._complete(self.value) if self.cursor_at_end else None
        if offered is None:
            raise SkipAction
        self.value = offered
        self.cursor_position = len(offered)
