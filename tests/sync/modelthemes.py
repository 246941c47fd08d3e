"""How often each act comes in a script."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING

import modelcarried
import modelevents
import modelofficer

if TYPE_CHECKING:
    from modeldevice import Device
    from modelworld import World

    Act = Callable[[World, Device], None]

_WEIGHTS: dict[str, float] = {
    "edit": 9,
    "open_menu": 1,
    "save_menu": 2,
    "write": 2,
    "note": 2,
    "sync": 9,
    "settle": 2,
    "undo": 2,
    "retry": 0.5,
    "restart": 0.7,
    "move": 1,
    "cycle": 0.5,
    "role": 0.3,
    "back_up": 0.7,
    "restore": 0.7,
    "sleep": 0.5,
    "text": 0,
    "lose": 0,
}
THEMES: dict[str, dict[str, float]] = {
    "all": {},
    "restore": {
        "edit": 12,
        "sync": 16,
        "back_up": 0.7,
        "restore": 2,
        "write": 0.3,
        "undo": 0.3,
        "settle": 0.3,
        "note": 0.3,
    },
    "torn": {
        "edit": 12,
        "sync": 16,
        "back_up": 0.5,
        "restore": 0,
        "write": 0,
        "undo": 0,
        "settle": 0,
        "move": 0,
        "cycle": 0,
    },
    "scope": {"move": 5, "cycle": 0.2, "settle": 0.5},
    "cycle": {"cycle": 4, "move": 0.5, "retry": 2},
    "seen": {"open_menu": 6, "save_menu": 8, "edit": 1, "note": 0.5, "write": 0.5, "restore": 0.2},
}
"""What happens oftener, or seldomer, in some runs: what needs three rare things in a row is met there."""

_TEXTS: dict[str, float] = {"text": 16, "edit": 1, "write": 0, "note": 0, "settle": 0, "undo": 0, "sleep": 0}
"""Nothing is decided or taken back, so that every word has its place."""
MORE: dict[str, dict[str, float]] = {
    "texts": _TEXTS,
    # A restored server lacks a text that somebody has gone on from.
    "lost": {**_TEXTS, "lose": 4},
    "carried": modelcarried.THEME,
}
"""Themes that are never drawn by chance."""

_MODULES = (modelofficer, modelevents, modelcarried)
_ACTS: dict[str, Act] = {
    name: next(getattr(one, name) for one in _MODULES if hasattr(one, name)) for name in _WEIGHTS | modelcarried.THEME
}


def draw(theme: str, chance: random.Random) -> Act:
    """The next act of a script."""
    weights = _WEIGHTS | (THEMES | MORE)[theme]
    return _ACTS[chance.choices(list(weights), list(weights.values()))[0]]
