"""The regencies and cities of ``regions.csv`` with their time zones."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import Final

from akk_tui.contract.records import Region, Zone
from akk_tui.contract.text import Line

_FILE: Final = Path(__file__).parent.parent / "regions.csv"
_WITA: Final = frozenset(("51", "52", "53", "63", "64", "65", "71", "72", "73", "74", "75", "76"))
_WIT: Final = frozenset(("81", "82", "91", "92", "93", "94", "95", "96"))


def zone_of(province_code: str) -> Zone:
    """The time zone of a province by its Kemendagri code (Keppres 41/1987, with the provinces made since)."""
    return "WITA" if province_code in _WITA else "WIT" if province_code in _WIT else "WIB"


@cache
def regions() -> tuple[Region, ...]:
    """All 514 regencies and cities, by code."""
    with _FILE.open(encoding="utf-8", newline="") as stream:
        return tuple(
            Region(
                code=Line(line["code"]),
                kind="kota" if line["kind"] == "kota" else "kabupaten",
                name=Line(line["name"]),
                province=Line(line["province"]),
                province_code=Line(line["province_code"]),
                zone=zone_of(line["province_code"]),
            )
            for line in csv.DictReader(stream)
        )


@cache
def _by_code() -> dict[str, Region]:
    return {region.code: region for region in regions()}


def region(code: str) -> Region:
    """The region with ``code``; raises KeyError."""
    return _by_code()[code]
