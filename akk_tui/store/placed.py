"""What is found by the name of its region: the words typed that name regions, and those that are left to find.

``blitar`` finds what lies in Kota Blitar and in Kab. Blitar, ``kota blitar lhkpn`` what lies in Kota Blitar and holds
``lhkpn``. The regions are those whose names hold the most of the words; where they are many, nothing was named.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple, TYPE_CHECKING

from akk_tui.store.views import fold

if TYPE_CHECKING:
    from akk_tui.contract.records import Reference
    from akk_tui.store.db import Database

REGIONS_MOST: Final = 12
_NAMING_CHARS: Final = 3
"""The letters from which on the beginning of a word names a region."""
_KIND_CHARS: Final = 2
"""A space and the letter with which a kind begins are not enough for it."""
_KINDS: Final = {"kota": " kota", "kabupaten": " kabupaten kab"}


class Named(NamedTuple):
    """Regions that the same words name, and the words that are not part of their names."""

    codes: tuple[str, ...]
    rest: tuple[str, ...]


class _Region(NamedTuple):
    """A region's code, and the words of its name and of its kind with a space before each."""

    code: str
    name: str
    kind: str


_made: tuple[object, tuple[_Region, ...]] = (None, ())


def _regions(reference: Reference) -> tuple[_Region, ...]:
    global _made
    known, regions = _made
    if known is not reference:
        regions = tuple(
            _Region(
                region.code,
                "".join(f" {word}" for word in fold.words(region.name)),
                _KINDS["kota" if region.kind == "kota" else "kabupaten"],
            )
            for region in reference.regions
        )
        _made = (reference, regions)
    return regions


def named(reference: Reference | None, terms: Iterable[str]) -> tuple[Named, ...]:
    """The regions that some of ``terms`` name, those together that leave the same words."""
    words = [(term, "".join(fold.words(term))) for term in terms]
    if reference is None or not any(len(word) >= _NAMING_CHARS for _, word in words):
        return ()
    begins = [(term, f" {word}") for term, word in words]
    naming = [begin for _, begin in begins if len(begin) > _NAMING_CHARS]
    most, found = 0, dict[tuple[str, ...], list[str]]()
    for region in _regions(reference):
        if not any(begin in region.name for begin in naming):
            continue
        rest = tuple(
            term
            for term, begin in begins
            if begin not in region.name and (len(begin) <= _KIND_CHARS or begin not in region.kind)
        )
        met = len(words) - len(rest)
        if met > most:
            most, found = met, {}
        if met == most:
            found.setdefault(rest, []).append(region.code)
    if sum(map(len, found.values())) > REGIONS_MOST:
        return ()
    return tuple(Named(tuple(codes), rest) for rest, codes in found.items())


def places(
    db: Database, reference: Reference | None, terms: Iterable[str], cycle: str | None
) -> list[tuple[list[str], tuple[str, ...]]]:
    """The units of the regions that some of ``terms`` name, each with the words that are left to find there."""
    parts = named(reference, terms)
    return [(there, part.rest) for part in parts if (there := units(db, part.codes, cycle))]


def units(db: Database, codes: Iterable[str], cycle: str | None) -> list[str]:
    """The units of the regions ``codes`` that are here, of ``cycle`` or of all."""
    wanted = set(codes)
    if cycle is not None:
        there = [f"{cycle}:{code}" for code in sorted(wanted)]
        marks = ", ".join("?" * len(there))
        rows = db.execute(f"SELECT unit FROM unit WHERE NOT leaving AND unit IN ({marks})", there)  # noqa: S608
        return [unit for (unit,) in rows]
    marks = ", ".join("?" * len(wanted))
    rows = db.execute(f"SELECT unit FROM unit WHERE NOT leaving AND substr(unit, 6) IN ({marks})", sorted(wanted))  # noqa: S608
    return [unit for (unit,) in rows]


def within(found: Iterable[str]) -> str:
    """What limits an expression of FTS5 to ``found``, units as :func:`units` gives them."""
    return " OR ".join(f'"{unit[:4]} {unit[5:7]} {unit[8:]}"' for unit in found)
