"""Every glyph that the app draws with its ASCII character, one cell each; the groups say what must stay distinct."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Final

STATES: Final = {"·": ".", "!": "!", "◐": "o", "◕": "@", "✓": "V", "–": "-"}
"""States of an item, ``?`` for an unknown one."""
READINESS: Final = {"▲": "^", "◆": "*", "▼": "v", "○": "o", "·": "."}
VERDICTS: Final = {"✓": "V", "✗": "X", "?": "?"}
ATTENTION: Final = {"↻": "@", "~": "~", "↓": "v", "»": ">", "✗": "X", "≠": "#", "!": "!"}
STATUS: Final = {"●": "*", "○": "o", "↻": "@", "↑": "^", "≠": "#"}
NOTES: Final = {"↑": "^", "≠": "#", "⌂": "&"}
"""States of a note; the house for one that stays here."""
LEVELS: Final = {"▁": "_", "▂": ".", "▃": "-", "▄": "~", "▅": "=", "▆": "+", "▇": "*", "█": "#"}
"""Bars that grow upwards: eight heights."""
PARTS: Final = {"▏": "'", "▎": ":", "▍": "-", "▌": "=", "▋": "+", "▊": "x", "▉": "*", "█": "#", "░": "."}
"""Bars that grow to the right: eight parts of a cell, and the empty track."""
SIGNS: Final = {
    "×": "x",
    "—": "-",
    "‘": "'",
    "’": "'",
    "“": '"',
    "”": '"',
    "•": "*",
    "…": "~",
    "←": "<",
    "→": ">",
    "↔": "-",
    "↕": "|",
    "↩": "<",
    "↵": "<",
    "−": "-",
    "±": "+",
    "≈": "~",
    "≤": "<",
    "≥": ">",
    "⊕": "+",
    "▸": ">",
    "▹": ">",
    "▶": ">",
    "▾": "v",
    "▿": "v",
    "◀": "<",
    "◂": "<",
    "△": "^",
    "▽": "v",
    "◇": "*",
    "◌": "o",
    "◍": "o",
    "◉": "*",
    "◯": "o",
    "□": "o",
    "■": "#",
    "▪": "#",
    "▫": "o",
    "☐": "o",
    "☑": "V",
    "☒": "X",
    "✔": "V",
    "✘": "X",
    "★": "*",
    "☆": "*",
    "⚠": "!",
    "«": "<",
    "‹": "<",
    "›": ">",
    "‐": "-",
    "‑": "-",
    "‒": "-",
    "―": "-",
    "′": "'",
    "″": '"',
    "°": "o",
    "§": "S",
    "¶": "P",
    "©": "c",
    "®": "r",
    "¼": "4",
    "½": "2",
    "¾": "3",
    "\u00a0": " ",
    "\ufffd": "?",
}
TABLE: Final[Mapping[str, str]] = {
    **PARTS,
    **LEVELS,
    **SIGNS,
    **STATES,
    **READINESS,
    **VERDICTS,
    **ATTENTION,
    **STATUS,
    **NOTES,
}
"""What has a character of its own; borders, blocks, braille and letters follow rules (``ui/terminal/ascii.py``)."""

GROUPS: Final = (STATES, READINESS, VERDICTS, ATTENTION, STATUS, NOTES, LEVELS, PARTS)
"""Glyphs that stand for different things in one place: their characters differ."""


def wants_ascii(setting: str, env: Mapping[str, str] | None = None) -> bool:
    """Whether to draw in ASCII: ``AKK_GLYPHS``, else the setting, else what the locale can show."""
    found = env if env is not None else os.environ
    for wanted in (found.get("AKK_GLYPHS"), setting):
        if wanted in ("ascii", "unicode"):
            return wanted == "ascii"
    return not _utf8(found)


def _utf8(env: Mapping[str, str]) -> bool:
    """Whether the locale that the user chose is a UTF-8 one.

    ``LC_CTYPE=C.UTF-8`` is passed over where it stands alone: Python puts it there by itself in a C locale.
    """
    names = ["LC_ALL", "LC_CTYPE", "LANG"]
    if env.get("LC_CTYPE") in ("C.UTF-8", "C.utf8"):
        names.remove("LC_CTYPE")
    for name in names:
        value = env.get(name, "").lower()
        if value:
            return "utf-8" in value or "utf8" in value
    return False
