"""How two texts differ, line by line, with a little of what stayed around each change."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import Any, Final, Literal, NamedTuple

from akk_tui.i18n import gettext as _

AROUND: Final = 2
"""Lines that stayed and are shown before and after a change."""
_LINES_MOST: Final = 4_000


class DiffLine(NamedTuple):
    """``+`` added, ``-`` removed, a space: stayed, ``…``: lines left out, ``=``: a heading in words."""

    sign: Literal["+", "-", " ", "…", "="]
    text: str


def between(before: str, after: str, around: int = AROUND) -> list[DiffLine]:
    """The lines that make ``after`` from ``before``; empty when they are the same."""
    old, new = _lines(before), _lines(after)
    if old == new:
        return []
    made: list[DiffLine] = []
    matcher = SequenceMatcher(None, old[:_LINES_MOST], new[:_LINES_MOST], autojunk=False)
    groups = list(matcher.get_grouped_opcodes(around))
    for place, group in enumerate(groups):
        if place or group[0][1]:
            made.append(DiffLine("…", ""))
        for kind, i, j, k, m in group:
            if kind == "equal":
                made += (DiffLine(" ", line) for line in old[i:j])
            else:
                made += (DiffLine("-", line) for line in old[i:j])
                made += (DiffLine("+", line) for line in new[k:m])
    if groups and groups[-1][-1][2] < min(len(old), _LINES_MOST):
        made.append(DiffLine("…", ""))
    return made


def of_note(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[DiffLine]:
    """How two states of a note differ: title and tags where they changed, then the text.

    Each is named by a heading only when more than the text changed.
    """
    title = between(str(before.get("title") or ""), str(after.get("title") or "").strip(), 0)
    tags = between(_tags(before.get("tags")), _tags(after.get("tags")), 0)
    body = between(str(before.get("body") or ""), str(after.get("body") or ""))
    parts = ((_("Judul"), title), (_("Tanda"), tags), (_("Isi"), body))
    if not title and not tags:
        return body
    return [line for name, lines in parts if lines for line in (DiffLine("=", name), *lines)]


def counts(lines: list[DiffLine]) -> tuple[int, int]:
    """How many lines were added and removed."""
    return sum(line.sign == "+" for line in lines), sum(line.sign == "-" for line in lines)


def _lines(text: str) -> list[str]:
    text = text.rstrip("\n")
    return text.split("\n") if text else []


def _tags(value: Any) -> str:
    return ", ".join(sorted(map(str, value or ())))
