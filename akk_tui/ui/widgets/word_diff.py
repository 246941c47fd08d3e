"""Which words of a text differ from another: marked by a line under or through them, never by colour alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from textual.content import Content

from akk_tui.ui.terminal.safe import content

NEW: Final = "bold underline $text-success"
GONE: Final = "strike $text-error"
LONG: Final = 60
"""Characters from which a text counts as long: its differences are marked."""
_TOKEN: Final = re.compile(r"\s+|\w+|[^\w\s]")
_AROUND: Final = 7
"""Tokens (words and blanks) that stay before and after a difference when the rest is left out."""
_MOST_CHANGES: Final = 300
"""Tokens that differ up to which the shortest way is looked for; beyond, all between the first and last is marked."""


def is_long(*texts: str) -> bool:
    """Whether one of the texts is long enough for marks to help."""
    return any(len(text) > LONG or "\n" in text for text in texts)


def marked(text: str, base: str, style: str = NEW, *, short: bool = False) -> Content:
    """``text`` with the words marked that ``base`` does not have there.

    ``short`` leaves out what stayed but for a few words around each difference.
    """
    tokens = _TOKEN.findall(text)
    return _drawn(tokens, _differing(tokens, _TOKEN.findall(base)), style, short)


def gone(base: str, texts: Iterable[str], *, short: bool = False) -> Content:
    """``base`` with the words struck through that one of ``texts`` does not have any more."""
    tokens = _TOKEN.findall(base)
    flags = [False] * len(tokens)
    for text in texts:
        flags = [one or other for one, other in zip(flags, _differing(tokens, _TOKEN.findall(text)), strict=True)]
    return _drawn(tokens, flags, GONE, short)


def _drawn(tokens: Sequence[str], flags: Sequence[bool], style: str, short: bool) -> Content:
    """The tokens, those with a flag in ``style``; of the others in ``short`` only those near a flag."""
    near = list(flags)
    if not short or not any(flags):
        near = [True] * len(flags)
    else:
        for at, flag in enumerate(flags):
            if flag:
                start, end = max(0, at - _AROUND), min(len(flags), at + _AROUND + 1)
                near[start:end] = [True] * (end - start)
    parts: list[Content] = []
    at = 0
    while at < len(tokens):
        end = at
        while end < len(tokens) and (near[end], flags[end]) == (near[at], flags[at]):
            end += 1
        words = "".join(tokens[at:end])
        # A gap of a word or two is no shorter as a mark.
        if not near[at] and end - at > 3:
            words = f"{words[0] if words[0].isspace() else ''}…{words[-1] if words[-1].isspace() else ''}"
        parts.append(content(words, style if flags[at] else ""))
        at = end
    return Content.assemble(*parts)


def _differing(tokens: Sequence[str], other: Sequence[str]) -> list[bool]:
    """For each of ``tokens`` whether ``other`` does not have it there; blanks between two such words count too."""
    start = 0
    most = min(len(tokens), len(other))
    while start < most and tokens[start] == other[start]:
        start += 1
    tail = 0
    while tail < most - start and tokens[-1 - tail] == other[-1 - tail]:
        tail += 1
    flags = [False] * len(tokens)
    for at in _missing(tokens[start : len(tokens) - tail], other[start : len(other) - tail]):
        flags[start + at] = True
    for at in range(1, len(tokens) - 1):
        if flags[at - 1] and flags[at + 1] and tokens[at].isspace():
            flags[at] = True
    return flags


def _missing(tokens: Sequence[str], other: Sequence[str]) -> Iterable[int]:
    """Which of ``tokens`` the shortest edit script from ``other`` adds (Myers 1986); all of them where it is long."""
    n, m = len(other), len(tokens)
    if not n or not m:
        return range(m)
    furthest = {1: 0}
    trace: list[dict[int, int]] = []
    for changes in range(min(n + m, _MOST_CHANGES) + 1):
        trace.append(dict(furthest))
        for diagonal in range(-changes, changes + 1, 2):
            down = diagonal == -changes or (diagonal != changes and furthest[diagonal - 1] < furthest[diagonal + 1])
            x = furthest[diagonal + 1] if down else furthest[diagonal - 1] + 1
            y = x - diagonal
            while x < n and y < m and other[x] == tokens[y]:
                x, y = x + 1, y + 1
            furthest[diagonal] = x
            if x >= n and y >= m:
                return _added(trace, n, m)
    return range(m)


def _added(trace: Sequence[dict[int, int]], x: int, y: int) -> list[int]:
    """The places that were added, walking back along the way that was found."""
    found: list[int] = []
    for changes in range(len(trace) - 1, 0, -1):
        furthest = trace[changes]
        diagonal = x - y
        down = diagonal == -changes or (diagonal != changes and furthest[diagonal - 1] < furthest[diagonal + 1])
        before = diagonal + 1 if down else diagonal - 1
        x, y = furthest[before], furthest[before] - before
        if down:
            found.append(y)
    return found
