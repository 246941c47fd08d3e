"""A field for a passphrase: what is typed into it leaves it by enter alone, never by a clipboard."""

from __future__ import annotations

from typing import Any

from textual.actions import SkipAction
from textual.widgets import Input


class SecretInput(Input):
    """Shows dots, has a cursor that stands still, and copies nothing."""

    def __init__(self, **of: Any) -> None:
        super().__init__(password=True, **of)
        self.cursor_blink = False

    def action_copy(self) -> None:
        """Nothing: the terminal's clipboard is other programs' too."""
        raise SkipAction

    def action_cut(self) -> None:
        """Delete what is selected, without copying it."""
        self.delete_selection()
