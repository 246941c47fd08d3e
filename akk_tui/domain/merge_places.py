"""The text that a person finishes: a merge whose open places stand between lines that say whose words follow.

::

    === 1/2: isian saya ===
    Dokumen belum lengkap.
    === 1/2: isian rekan (Budi) ===
    Dokumen sudah lengkap.
    === 1/2: sampai di sini ===

The words in these lines are the caller's; they are known again by their form alone, in plain ASCII, so that a text
that was begun in one language or on another terminal can be finished here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

from akk_tui.domain.textmerge import Merged, Place

Choice = Literal["mine", "theirs", "both"]

_MARK: Final = re.compile(r"=== (\d+)/\d+: .+ ===\Z")


class Words(NamedTuple):
    """What the lines around a place say; ``gone`` takes the place of a side that has no line left."""

    mine: str
    theirs: str
    end: str
    gone: str


class Spot(NamedTuple):
    """An open place in a text: the lines (from 0) of its three marks."""

    mine: int
    theirs: int
    end: int


def marked(merged: Merged, words: Words) -> str:
    """The text with its open places marked; of a clean merge the text itself."""
    lines: list[str] = []
    count, total = 0, len(merged.places)
    for part in merged.parts:
        if not isinstance(part, Place):
            lines += part
            continue
        count += 1
        for name, side in ((words.mine, part.mine), (words.theirs, part.theirs)):
            said = name if side else f"{name}, {words.gone}"
            lines += [f"=== {count}/{total}: {said} ===", *side]
        lines.append(f"=== {count}/{total}: {words.end} ===")
    return "\n".join(lines) + merged.end


def is_mark(line: str) -> bool:
    """Whether a line is one of those around a place."""
    return _MARK.match(line) is not None


def open_places(text: str) -> int:
    """How many places are still marked in ``text``, each counted once, whatever of its marks is left."""
    return len({found[1] for line in text.split("\n") if (found := _MARK.match(line))})


def spots(lines: Sequence[str]) -> list[Spot]:
    """The places whose three marks all stand where they were put, in order."""
    marks = [(row, found[1]) for row, line in enumerate(lines) if (found := _MARK.match(line))]
    made: list[Spot] = []
    for n, (row, name) in enumerate(marks):
        behind = marks[n + 1 : n + 3]
        if [one for _, one in marks].count(name) == 3 and [one for _, one in behind] == [name, name]:
            made.append(Spot(row, behind[0][0], behind[1][0]))
    return made


def chosen(lines: Sequence[str], spot: Spot, choice: Choice) -> list[str]:
    """What stands at a place once its marks are gone: my lines, theirs, or theirs under mine."""
    mine, theirs = lines[spot.mine + 1 : spot.theirs], lines[spot.theirs + 1 : spot.end]
    return [*(mine if choice != "theirs" else ()), *(theirs if choice != "mine" else ())]
