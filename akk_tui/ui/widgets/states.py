"""The states of checklist items as a reader meets them: a word and a glyph, and the tone of its colour."""

from __future__ import annotations

from typing import Final

from akk_tui.contract.errors import N_
from akk_tui.i18n import gettext as _
from akk_tui.reports.words import ITEM_STATES

_UNKNOWN: Final = N_("status tak dikenal")
_TONES: Final = {
    "belum_ada": "muted",
    "perlu_perbaikan": "bad",
    "diunggah": "warn",
    "diverifikasi": "accent",
    "diterima": "good",
    "tidak_berlaku": "muted",
}


def state_word(state: str) -> str:
    """``perlu perbaikan``."""
    return _(ITEM_STATES[state][1] if state in ITEM_STATES else _UNKNOWN)


def state_glyph(state: str) -> str:
    """One cell that tells the state without colour."""
    return ITEM_STATES[state][0] if state in ITEM_STATES else "?"


def state_tone(state: str) -> str:
    """The name of the tone (``AkkApp.tone``) that goes with the state."""
    return _TONES.get(state, "muted")


def state_mark(state: str) -> str:
    """``[✓]``: the mark before an item."""
    return f"[{state_glyph(state)}]"
