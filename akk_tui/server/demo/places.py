"""The country's regencies and cities by code, for the sample."""

from __future__ import annotations

from functools import cache

from akk_tui.contract.records import Region
from akk_tui.server.regions import built_in


@cache
def _by_code() -> dict[str, Region]:
    return {region.code: region for region in built_in()}


def regions() -> tuple[Region, ...]:
    """All 514 regencies and cities, by code."""
    return tuple(_by_code().values())


def region(code: str) -> Region:
    """The region with ``code``; raises KeyError."""
    return _by_code()[code]
