"""The regions that come with the server (``regions.csv``), and the zone of each by its province."""

from __future__ import annotations

import csv
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from akk_tui.contract.ids import REGION
from akk_tui.contract.records import Region, Zone
from akk_tui.contract.text import Line

_FILE: Final = Path(__file__).parent / "regions.csv"
_WITA: Final = frozenset({"51", "52", "53", "63", "64", "65", "71", "72", "73", "74", "75", "76"})
_WIT: Final = frozenset({"81", "82", "91", "92", "93", "94", "95", "96", "97"})


def zone_of(province_code: str) -> Zone:
    """The zone of a province (Keppres 41/1987)."""
    if province_code in _WITA:
        return "WITA"
    return "WIT" if province_code in _WIT else "WIB"


def built_in() -> tuple[Region, ...]:
    """All regencies and cities, by code."""
    with _FILE.open(encoding="utf-8", newline="") as stream:
        return tuple(
            Region(
                code=Line(row["code"]),
                kind="kota" if row["kind"] == "kota" else "kabupaten",
                name=Line(row["name"]),
                province=Line(row["province"]),
                province_code=Line(row["province_code"]),
                zone=zone_of(row["province_code"]),
            )
            for row in csv.DictReader(stream)
        )


def nearest(wanted: str, names: dict[str, str]) -> str | None:
    """The code whose code or full name (``names``: code to name) is most like ``wanted``."""
    if REGION.match(wanted):
        same_province = [code for code in names if code[:2] == wanted[:2]]
        found = get_close_matches(wanted, same_province, 1, 0.0)
        return found[0] if found else None
    by_name = {name.casefold(): code for code, name in names.items()}
    found = get_close_matches(wanted.casefold(), by_name, 1, 0.4)
    return by_name[found[0]] if found else None
