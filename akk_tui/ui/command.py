"""What a command is. Keys, footer, palette, help and the user's keymap all come from it. Knows nothing of Textual."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from akk_tui.i18n import gettext as _


class Command(NamedTuple):
    """One thing that the officer can do.

    ``title`` and ``help`` are Indonesian source texts (translated where they are shown). ``key`` is a Textual key
    name or several joined by commas. ``action`` is a Textual action string: without a namespace it belongs to the
    screen, with ``app.`` to the app. ``when(app)`` answers why the command is off now, or None. ``screens`` holds the
    ids of the screens where it works; empty: everywhere.
    """

    id: str
    title: str
    help: str
    key: str
    action: str
    screens: tuple[str, ...] = ()
    footer: bool = False
    when: Callable[[Any], str | None] | None = None
    group: str = ""
    hidden: bool = False
    """Not in the palette (movement keys and the like)."""
    priority: bool = False
    """Taken before the focused widget sees the key: never for a printable key."""


def screen_says(name: str) -> Callable[[Any], str | None]:
    """A condition that the screen itself answers by its method ``name``: the reason why not, or None."""

    def when(app: Any) -> str | None:
        says = getattr(app.screen, name, None)
        return says() if says is not None else None

    return when


def region_off(app: Any) -> str | None:
    """Why a command about one region is off: the screen has none under the cursor."""
    return None if getattr(app.screen, "region_code", None) else _("Pilih dulu sebuah daerah.")
