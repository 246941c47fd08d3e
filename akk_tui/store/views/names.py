"""Which region a person means: a code, or a name with or without its kind."""

from __future__ import annotations

from typing import ClassVar, Final, TYPE_CHECKING

from akk_tui.contract.errors import AkkError, N_
from akk_tui.contract.text import clean
from akk_tui.store.views import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from akk_tui.contract.records import Region
    from akk_tui.store.store import Store

_KINDS: Final = {"kota": "kota", "kabupaten": "kabupaten", "kab": "kabupaten"}
_NEAREST: Final = 3
_CLOSE: Final = 0.6


class UnknownRegion(AkkError):
    """A text that names no region of the officer's scope. ``nearest`` holds the full names that are close."""

    code: ClassVar[str] = "unknown_region"
    exit_code: ClassVar[int] = 2
    text: ClassVar[str] = N_("Daerah “{text}” tidak dikenal. Mungkin maksudnya: {nearest}.")


class UnknownRegionAlone(UnknownRegion):
    """The same where nothing is close."""

    text: ClassVar[str] = N_("Daerah “{text}” tidak dikenal. Tulis kode seperti 35.72 atau nama seperti Kota Blitar.")


class AmbiguousRegion(UnknownRegion):
    """A name that several regions bear. ``choices`` names each with its code."""

    code: ClassVar[str] = "ambiguous_region"
    text: ClassVar[str] = N_("“{text}” ada lebih dari satu: {choices}. Sebut kode atau jenisnya.")


def in_scope(store: Store) -> list[Region]:
    """The regions of which the officer has a unit, in any cycle."""
    reference = store.reference()
    found = store.db.execute("SELECT DISTINCT substr(unit, 6) FROM unit WHERE NOT leaving")
    codes = {code for (code,) in found}
    return [region for region in reference.regions if region.code in codes] if reference else []


def outside_scope(store: Store, code: str) -> UnknownRegion:
    """The error for a region that has no unit where it was asked for."""
    return _unknown([region for region in in_scope(store) if region.code != code], clean(code)[:60])


def find_region(regions: Sequence[Region], text: str) -> str:
    """The code of the region that ``text`` names; raises UnknownRegion or AmbiguousRegion.

    Case, diacritics and punctuation do not matter. Without ``Kota``, ``Kab.`` or ``Kabupaten`` in front a name that
    a city and a regency share is ambiguous.
    """
    asked = clean(text).strip()
    wanted = fold.words(asked)
    if len(wanted) == 2 and all(part.isdecimal() for part in wanted):
        found = [region for region in regions if region.code == ".".join(wanted)]
    else:
        found = _named(regions, wanted)
    if len(found) == 1:
        return str(found[0].code)
    if found:
        choices = ", ".join(f"{region.full_name} ({region.code})" for region in sorted(found, key=_by_name))
        raise AmbiguousRegion(text=asked[:60], choices=choices)
    raise _unknown(regions, asked[:60])


def _by_name(region: Region) -> tuple[str, str]:
    return (region.name, region.code)


def _named(regions: Sequence[Region], wanted: list[str]) -> list[Region]:
    """The regions with this name; the kind in front decides only when it is not the name's own first word."""
    name = "".join(wanted)
    found = [region for region in regions if "".join(fold.words(region.name)) == name]
    if found or not wanted or wanted[0] not in _KINDS:
        return found
    kind, rest = _KINDS[wanted[0]], "".join(wanted[1:])
    return [region for region in regions if region.kind == kind and "".join(fold.words(region.name)) == rest]


def _unknown(regions: Sequence[Region], asked: str) -> UnknownRegion:
    from difflib import get_close_matches

    names: dict[str, list[str]] = {}
    for region in regions:
        for form in (region.name, region.full_name, region.code):
            names.setdefault(" ".join(fold.words(form)), []).append(region.full_name)
    close = get_close_matches(" ".join(fold.words(asked)), names, n=2 * _NEAREST, cutoff=_CLOSE)
    nearest = list(dict.fromkeys(name for form in close for name in names[form]))[:_NEAREST]
    if nearest:
        return UnknownRegion(text=asked, nearest=", ".join(nearest))
    return UnknownRegionAlone(text=asked)
