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
_KINDS: Final = {"kota": ("kota",), "kabupaten": ("kabupaten", "kab")}


class Named(NamedTuple):
    """Regions that the same words name, and the words that are not part of their names."""

    codes: tuple[str, ...]
    rest: tuple[str, ...]


class _Region(NamedTuple):
    code: str
    name: tuple[str, ...]
    kind: tuple[str, ...]


_made: tuple[object, tuple[_Region, ...]] = (None, ())


def _regions(reference: Reference) -> tuple[_Region, ...]:
    global _made
    known, regions = _made
    if known is not reference:
        regions = tuple(
            _Region(
                region.code, tuple(fold.words(region.name)), _KINDS["kota" if region.kind == "kota" else "kabupaten"]
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
    most, found = 0, dict[tuple[str, ...], list[str]]()
    for region in _regions(reference):
        own = [word for _, word in words if any(part.startswith(word) for part in region.name)]
        if not any(len(word) >= _NAMING_CHARS for word in own):
            continue
        rest = tuple(
            term
            for term, word in words
            if word not in own and not any(part.startswith(word) for part in region.kind if len(word) > 1)
        )
        met = len(words) - len(rest)
        if met > most:
            most, found = met, {}
        if met == most:
            found.setdefault(rest, []).append(region.code)
    if sum(map(len, found.values())) > REGIONS_MOST:
        return ()
    return tuple(Named(tuple(codes), rest) for rest, codes in found.items())


def units(db: Database, codes: Iterable[str], cycle: str | None) -> list[str]:
    """The units of the regions ``codes`` that are here, of ``cycle`` or of all."""
    wanted = set(codes)
    if cycle is not None:
        there = [f"{cycle}:{code}" for code in sorted(wanted)]
        marks = ", ".join("?" * len(there))
        rows = db.execute(f"SELECT unit FROM unit WHERE NOT leaving AND unit IN ({marks})", there)  # noqa: S608
        return [unit for (unit,) in rows]
    return [unit for (unit,) in db.execute("SELECT unit FROM unit WHERE NOT leaving") if unit[5:] in wanted]


def within(found: Iterable[str]) -> str:
    """What limits an expression of FTS5 to ``found``, units as :func:`units` gives them."""
    return " OR ".join(f'"{unit[:4]} {unit[5:7]} {unit[8:]}"' for unit in found)
