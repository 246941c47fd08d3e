"""The states of checklist items as a reader meets them: a word and a glyph, and the tone of its colour."""

from __future__ import annotations

from typing import Final

from akk_tui.contract.errors import N_
from akk_tui.i18n import gettext as _

_WORDS: Final = {
    "belum_ada": N_("belum ada"),
    "perlu_perbaikan": N_("perlu perbaikan"),
    "diunggah": N_("diunggah"),
    "diverifikasi": N_("diverifikasi"),
    "diterima": N_("diterima"),
    "tidak_berlaku": N_("tidak berlaku"),
    "?": N_("status tak dikenal"),
}
_GLYPHS: Final = {
    "belum_ada": "·",
    "perlu_perbaikan": "!",
    "diunggah": "◐",
    "diverifikasi": "◕",
    "diterima": "✓",
    "tidak_berlaku": "–",
}
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
    return _(_WORDS.get(state, _WORDS["?"]))


def state_glyph(state: str) -> str:
    """One cell that tells the state without colour."""
    return _GLYPHS.get(state, "?")


def state_tone(state: str) -> str:
    """The name of the tone (``AkkApp.tone``) that goes with the state."""
    return _TONES.get(state, "muted")


def state_mark(state: str) -> str:
    """``[✓]``: the mark before an item."""
    return f"[{state_glyph(state)}]"
