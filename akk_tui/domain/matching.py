"""Where two versions of a text differ: difflib's longest matches, with a bound on the work.

``difflib.SequenceMatcher`` without its junk rule needs time that grows with the square of the length, and more, where
few different lines or words fill a long text. Here each look for a longest match is counted before it is made: one
step for each pair of equal elements in its range, which is what difflib walks through. Past the budget nothing is
guessed, :class:`TooMuch` is raised. What both versions have at their beginning and end, and elements that occur once
in both, keep ordinary long texts far below it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import accumulate
from typing import Final, NamedTuple

PLAIN_STEPS: Final = 2_000
"""A comparison of so many steps is difflib's own, without anchors."""


class TooMuch(Exception):
    """The comparison would take more steps than the budget has left."""


class Budget:
    """Steps that may still be taken."""

    def __init__(self, steps: int) -> None:
        self.left = steps

    def take(self, steps: int) -> None:
        """Use ``steps``; raises TooMuch when there are fewer."""
        self.left -= steps
        if self.left < 0:
            raise TooMuch


class Hunk(NamedTuple):
    """``old[start:end]`` became ``new[at:to]``; one of the two may be empty."""

    start: int
    end: int
    at: int
    to: int


def hunks(old: Sequence[str], new: Sequence[str], budget: Budget) -> list[Hunk]:
    """The places where ``new`` differs from ``old``, in order, with something equal between any two.

    Raises TooMuch.
    """
    made: list[Hunk] = []
    i = j = 0
    for start, at, size in [*_blocks(old, new, budget), (len(old), len(new), 0)]:
        if i < start or j < at:
            made.append(Hunk(i, start, j, at))
        i, j = start + size, at + size
    return made


def edges(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """How many elements the two have in common at their beginning, and then at their end."""
    most = min(len(old), len(new))
    head = next((n for n in range(most) if old[n] != new[n]), most)
    most -= head
    return head, next((n for n in range(most) if old[-1 - n] != new[-1 - n]), most)


def _blocks(old: Sequence[str], new: Sequence[str], budget: Budget) -> list[tuple[int, int, int]]:
    """Runs that are equal, as (start in old, start in new, length), in order; neighbours are joined."""
    if len(old) + len(new) <= PLAIN_STEPS and _steps(old, new)[-1] <= PLAIN_STEPS:
        found = _longest_first(old, new, budget)
    else:
        head, tail = edges(old, new)
        found = [(0, 0, head)]
        inner_old, inner_new = old[head : len(old) - tail], new[head : len(new) - tail]
        i = j = 0
        for at_old, at_new in [*_anchors(inner_old, inner_new), (len(inner_old), len(inner_new))]:
            between = _longest_first(inner_old[i:at_old], inner_new[j:at_new], budget)
            found += [(head + i + a, head + j + b, size) for a, b, size in between]
            found.append((head + at_old, head + at_new, 1 if at_old < len(inner_old) else 0))
            i, j = at_old + 1, at_new + 1
        found.append((len(old) - tail, len(new) - tail, tail))
    made: list[tuple[int, int, int]] = []
    for start, at, size in found:
        if made and size and made[-1][0] + made[-1][2] == start and made[-1][1] + made[-1][2] == at:
            made[-1] = (made[-1][0], made[-1][1], made[-1][2] + size)
        elif size:
            made.append((start, at, size))
    return made


def _steps(old: Sequence[str], new: Sequence[str]) -> list[int]:
    """Steps of a look for the longest match in the first n elements of ``old``, for every n."""
    counted = Counter(new)
    return [0, *accumulate(1 + counted[one] for one in old)]


def _longest_first(old: Sequence[str], new: Sequence[str], budget: Budget) -> list[tuple[int, int, int]]:
    """As difflib's ``get_matching_blocks``, which cannot be stopped: each look for a match is paid for before."""
    waiting = [(0, len(old), 0, len(new))] if old and new else []
    if not waiting:
        return []
    steps = _steps(old, new)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    found: list[tuple[int, int, int]] = []
    while waiting:
        start, end, at, to = waiting.pop()
        budget.take(steps[end] - steps[start])
        i, j, size = matcher.find_longest_match(start, end, at, to)
        if size:
            found.append((i, j, size))
            parts = (start, i, at, j), (i + size, end, j + size, to)
            waiting += [part for part in parts if part[0] < part[1] and part[2] < part[3]]
    return sorted(found)


def _anchors(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs of places of elements that occur once in both, the longest run of them that is in order in both."""
    in_old, in_new = Counter(old), Counter(new)
    where = {one: at for at, one in enumerate(new) if in_new[one] == 1 and in_old[one] == 1}
    pairs = [(at, where[one]) for at, one in enumerate(old) if one in where]
    # Patience sorting: the smallest end of a run of each length, and what stands before each pair in its run.
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for n, (_, at_new) in enumerate(pairs):
        length = bisect_left(ends, at_new)
        before.append(last[length - 1] if length else -1)
        ends[length : length + 1] = [at_new]
        last[length : length + 1] = [n]
    run: list[tuple[int, int]] = []
    n = last[-1] if last else -1
    while n >= 0:
        run.append(pairs[n])
        n = before[n]
    return run[::-1]
