"""States of checklist items and stages of regions (``domain.md``), and how item states travel.

On the wire the states of an assessment are one string: character n belongs to the item whose ``pos`` is n.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

NOTHING: Final = "belum_ada"
ITEM_STATES: Final = ("belum_ada", "perlu_perbaikan", "diunggah", "diverifikasi", "diterima", "tidak_berlaku")
UNREADABLE: Final = "?"
"""The state that a character of a later version becomes."""

STAGES: Final = ("usulan", "observasi", "calon", "bimtek", "pendampingan", "penilaian", "percontohan")
EXITS: Final = {"tidak_terpilih": "observasi", "tidak_lulus": "penilaian", "dicabut": "percontohan"}
"""The ways out, each with the furthest stage that a region on it had reached."""
ADMIN_STAGES: Final = frozenset({"percontohan", "tidak_lulus", "tidak_terpilih", "dicabut"})
ALL_STAGES: Final = (*STAGES, *EXITS)
FOLLOWUP_STATES: Final = ("belum", "proses", "selesai", "tidak_dapat_ditindaklanjuti")
FOLLOWUP_OPEN: Final = ("belum", "proses")
ATTENDANCE: Final = ("hadir", "diwakili", "tidak_hadir")
"""The words of an OPD's attendance that the screens offer; the field itself takes any line."""
EVENT_KINDS: Final = ("observasi", "bimtek", "monev", "rapat", "penilaian", "lainnya")
"""The kinds of activity that the screens offer; the field itself takes any line."""

_CHARS: Final = "012345"
_STATE_OF: Final = dict(zip(_CHARS, ITEM_STATES, strict=True))
_CHAR_OF: Final = {state: char for char, state in _STATE_OF.items()}


def pack(states: Iterable[str]) -> str:
    """The wire string of item states in the order of ``pos``; trailing ``belum_ada`` are left out."""
    return "".join(_CHAR_OF[state] for state in states).rstrip(_CHARS[0])


def unpack(packed: str, pos: int) -> str:
    """The state at ``pos``; ``belum_ada`` past the end, ``?`` for a character this version does not know."""
    return _STATE_OF.get(packed[pos], UNREADABLE) if pos < len(packed) else NOTHING


def repack(packed: str, pos: int, state: str) -> str:
    """``packed`` with the state at ``pos`` replaced; characters of later versions stay as they are."""
    padded = packed.ljust(pos + 1, _CHARS[0])
    return (padded[:pos] + _CHAR_OF[state] + padded[pos + 1 :]).rstrip(_CHARS[0])
