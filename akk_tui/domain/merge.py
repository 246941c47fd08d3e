"""Merging two edits of one set."""

from __future__ import annotations

from collections.abc import Iterable


def merge_sets(base: Iterable[str] | None, mine: Iterable[str] | None, theirs: Iterable[str] | None) -> list[str]:
    """Three-way merge of sets, sorted: what either side added is in, what either side took out is out."""
    was, here, there = set(base or ()), set(mine or ()), set(theirs or ())
    return sorted((here & there) | (here - was) | (there - was))


def went_on(base: Iterable[str] | None, mine: Iterable[str] | None, theirs: Iterable[str] | None) -> list[str] | None:
    """The set that holds the other one, where that holds the base; None where neither does."""
    was, here, there = set(base or ()), set(mine or ()), set(theirs or ())
    if not was <= here & there or not (here <= there or there <= here):
        return None
    return sorted(here | there)
