"""From one set of attributes to another with the fewest bytes.

Attributes are the parameters of ECMA-48's SGR as Textual writes them (``1;38;2;255;0;0``); empty: all at their default.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

_OFF: Final = {
    "weight": "22",
    "italic": "23",
    "underline": "24",
    "blink": "25",
    "reverse": "27",
    "conceal": "28",
    "strike": "29",
    "foreground": "39",
    "background": "49",
    "frame": "54",
    "overline": "55",
}
"""What takes each attribute away."""
_SLOTS: Final = {
    "1": "weight",
    "2": "weight",
    "3": "italic",
    "4": "underline",
    "5": "blink",
    "6": "blink",
    "7": "reverse",
    "8": "conceal",
    "9": "strike",
    "21": "underline",
    "51": "frame",
    "52": "frame",
    "53": "overline",
}
_SEEN_ON_BLANKS: Final = frozenset(("underline", "reverse", "strike", "frame", "overline"))
_COLOURS: Final = {"38": "foreground", "48": "background"}
_LONG: Final = {"2": 5, "5": 3}
"""Parameters of a colour of its own: of red, green and blue, of the 256."""


@lru_cache(4096)
def slots(codes: str) -> dict[str, str] | None:
    """The attributes by what they are: ``{"weight": "1", "foreground": "38;2;255;0;0"}``; None where one is unknown."""
    found: dict[str, str] = {}
    parts = codes.split(";") if codes else []
    at = 0
    while at < len(parts):
        code, taken = parts[at], 1
        if code in _COLOURS:
            slot, taken = _COLOURS[code], _LONG.get(parts[at + 1] if at + 1 < len(parts) else "", 0)
            if not taken or at + taken > len(parts):
                return None
        elif code in _SLOTS:
            slot = _SLOTS[code]
        elif code.isdecimal() and int(code) in (*range(30, 38), *range(90, 98), 39):
            slot = "foreground"
        elif code.isdecimal() and int(code) in (*range(40, 48), *range(100, 108), 49):
            slot = "background"
        else:
            return None
        said = ";".join(parts[at : at + taken])
        # Bold and dim are two that are taken away together.
        found[slot] = f"{found[slot]};{said}" if slot in found and slot not in _COLOURS.values() else said
        at += taken
    return found


@lru_cache(16384)
def change(before: str, after: str) -> str:
    """The sequence after which ``after`` is in force where ``before`` was; empty when they are the same."""
    if before == after:
        return ""
    if not after:
        return "\x1b[m"
    whole = f"\x1b[0;{after}m" if before else f"\x1b[{after}m"
    old, new = slots(before), slots(after)
    if old is None or new is None:
        return whole
    steps = [_OFF[slot] for slot in old if slot not in new]
    for slot, said in new.items():
        if old.get(slot) == said:
            continue
        if slot in old and slot not in _COLOURS.values():
            steps.append(_OFF[slot])
        steps.append(said)
    part = f"\x1b[{';'.join(steps)}m"
    return part if len(part) < len(whole) else whole


@lru_cache(4096)
def plain_blank(codes: str) -> bool:
    """Whether a blank with these attributes shows its background alone, as what an erased cell shows."""
    found = slots(codes)
    return found is not None and not _SEEN_ON_BLANKS & found.keys()


@lru_cache(4096)
def blank(codes: str) -> str:
    """``codes`` for cells that hold nothing but blanks: what does not show on them is left out."""
    found = slots(codes)
    if found is None or _SEEN_ON_BLANKS & found.keys():
        return codes
    return found.get("background", "")
