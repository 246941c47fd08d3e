"""Standings, scores and criteria of the sample's regions, and sparse checklists of those that were only observed.

Published values carry the source that they were published under; every other value says ``data contoh``.
"""

from __future__ import annotations

from binascii import crc32
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from akk_tui.server.demo.rows import between, INVENTED, KPK, moment, Row

# --- 2025 -----------------------------------------------------------------------------------------------------

KNOWN: Final = ("18.02", "18.09", "64.72", "64.74", "73.03", "73.09", "73.71")
"""Observed for 2025 and named in public, beside the three candidates."""
CHOSEN: Final = (
    "12.08", "12.11", "13.12", "13.74", "16.12", "16.74", "18.72", "32.11", "32.79", "33.09", "33.73", "33.74", "34.04",
    "35.05", "35.25", "35.77", "51.06", "52.02", "61.12", "61.72", "64.71", "71.02", "71.73", "73.72", "81.71", "91.06",
)  # fmt: skip
"""Observed for 2025 by this sample's invention alone."""
OBSERVED: Final = tuple(sorted((*KNOWN, *CHOSEN)))
_STILL_OBSERVED: Final = ("12.11", "34.04", "52.02", "64.74", "73.09", "91.06")
_RECENT: Final = ("34.04", "52.02", "73.09")
"""Those that were looked after lately."""

# --- 2024 -----------------------------------------------------------------------------------------------------

NAMED_2024: Final = ("13.76", "33.72", "34.01", "51.03")
OBSERVED_2024: Final = ("13.04", "34.02", "35.10", "51.04", "51.71", "61.09", "61.71")


class _Score(NamedTuple):
    cycle: str
    region: str
    day: str
    value: str
    source: str
    by: str


_HISTORY: Final = {
    "35.72": (
        ("2025-04-14", "40.15"), ("2025-05-19", "48.60"), ("2025-06-16", "56.30"), ("2025-07-14", "63.05"),
        ("2025-07-28", "66.90"), ("2025-08-11", "70.35"), ("2025-08-25", "73.90"), ("2025-09-22", "81.10"),
        ("2025-10-03", "84.05"),
    ),
    "52.71": (
        ("2025-06-23", "60.20"), ("2025-07-21", "66.05"), ("2025-08-18", "72.25"), ("2025-09-01", "75.10"),
        ("2025-09-15", "78.20"), ("2025-09-29", "81.20"),
    ),
    "71.07": (
        ("2025-05-12", "66.10"), ("2025-06-16", "70.20"), ("2025-07-21", "73.40"), ("2025-08-18", "75.00"),
        ("2025-09-15", "74.90"),
    ),
}  # fmt: skip
_OFFICER: Final = {"35.72": "contoh1", "52.71": "contoh2", "71.07": "contoh2"}
_SCORES: Final = (
    _Score("2024", "13.76", "2024-11-12", "94.75", KPK, "contoh1"),
    _Score("2024", "34.01", "2024-11-13", "95.10", KPK, "contoh1"),
    _Score("2025", "35.72", "2025-09-08", "77.50", KPK, "contoh1"),
    *(
        _Score("2025", region, day, value, INVENTED, _OFFICER[region])
        for region, points in _HISTORY.items()
        for day, value in points
    ),
)


class _Criterion(NamedTuple):
    cycle: str
    region: str
    id: str
    value: str
    year: int
    source: str
    day: str
    """When it was recorded."""
    as_of: str = ""


_CRITERIA: Final = (
    _Criterion("2024", "33.72", "mcp", "92.00", 2024, KPK, "2024-06-20"),
    _Criterion("2024", "33.72", "spi", "83.00", 2024, KPK, "2024-06-20"),
    _Criterion("2024", "61.71", "mcp", "93.19", 2023, KPK, "2024-06-12"),
    _Criterion("2024", "61.71", "spi", "77.80", 2023, KPK, "2024-06-12"),
    _Criterion("2024", "61.71", "sakip", "BB", 2023, "KemenPAN-RB", "2024-06-12"),
    _Criterion("2025", "35.72", "mcp", "98.00", 2024, KPK, "2025-02-13"),
    _Criterion("2025", "64.74", "mcp", "95.00", 2024, KPK, "2025-03-18"),
    _Criterion("2025", "64.74", "spi", "77.60", 2024, KPK, "2025-03-18"),
    _Criterion("2025", "71.07", "mcp", "99.39", 2025, KPK, "2025-10-02"),
    _Criterion("2025", "71.07", "spi", "77.48", 2025, KPK, "2025-10-02"),
)
"""Published values."""

_WTP: Final = "2023:WTP 2024:WTP"
_INVENTED: Final[dict[str, dict[str, str]]] = {
    "35.72": {
        "spi": "76.85", "sakip": "BB", "ombudsman": "A", "spip": "3.12", "spbe": "3.61", "bpk": _WTP, "kasus": "ya",
    },
    "52.71": {
        "mcp": "91.40", "spi": "74.35", "sakip": "BB", "ombudsman": "B", "spip": "3.05", "spbe": "3.48", "bpk": _WTP,
        "kasus": "ya",
    },
    "71.07": {"sakip": "B", "ombudsman": "B", "spip": "3.00", "spbe": "2.74", "bpk": _WTP},
}  # fmt: skip


def rows() -> Iterator[Row]:
    """The rows of both cycles, but the checklists of the candidates, notes, events and follow-ups."""
    yield from _standings()
    yield from _scores()
    for known in _CRITERIA:
        yield _criterion(known)
    for region, values in _INVENTED.items():
        for name, value in values.items():
            yield _criterion(_Criterion("2025", region, name, value, 2024, INVENTED, "2025-09-12", "2024-12-31"))
    for region in OBSERVED:
        yield from _observed(region)


def _standings() -> Iterator[Row]:
    for region in NAMED_2024:
        yield _standing("2024", region, "percontohan", "2024-12-09", ["contoh1", "contoh2"], "2024-12-09")
    for region in OBSERVED_2024:
        yield _standing("2024", region, "tidak_terpilih", between("2024-06-24", "2024-07-12", region), [], "2024-07-15")
    for region, day in (("35.72", "2025-02-14"), ("52.71", "2025-02-28"), ("71.07", "2025-03-07")):
        yield _standing("2025", region, "pendampingan", day, ["contoh1", "contoh2"], day)
    for region in OBSERVED:
        still = region in _STILL_OBSERVED
        first, last = ("2025-03-03", "2025-04-11") if still else ("2025-01-13", "2025-02-07")
        day = between(first, last, region)
        yield _standing("2025", region, "observasi" if still else "tidak_terpilih", day, [keeper(region)], day)


def _standing(cycle: str, region: str, stage: str, date: str, team: list[str], day: str) -> Row:
    fields: dict[str, Any] = {"stage": stage, "date": date}
    if team:
        fields["team"] = team
    key = f"{cycle}:{region}"
    return Row("standing", key, cycle, region, fields, keeper(region), moment(day, key))


def _scores() -> Iterator[Row]:
    for score in sorted(_SCORES, key=lambda one: (one.day, one.region)):
        key = f"{score.cycle}:{score.region}:{score.day}"
        fields = {"value": score.value, "source": score.source}
        yield Row("score", key, score.cycle, score.region, fields, score.by, moment(score.day, key))


def _criterion(known: _Criterion) -> Row:
    key = f"{known.cycle}:{known.region}:{known.id}"
    fields: dict[str, Any] = {"value": known.value, "year": known.year, "source": known.source}
    if known.as_of:
        fields["as_of"] = known.as_of
    return Row("criterion", key, known.cycle, known.region, fields, keeper(known.region), moment(known.day, key))


def _observed(region: str) -> Iterator[Row]:
    """A few criteria and the few checklist items that a visit leaves behind."""
    number = crc32(region.encode())
    first, last = ("2025-09-22", "2025-10-02") if region in _RECENT else ("2025-02-10", "2025-04-25")
    day = between(first, last, region)
    published = {known.id for known in _CRITERIA if (known.cycle, known.region) == ("2025", region)}
    # A region that is named in public gets no invented value below a threshold.
    low, grades = (0, ("B", "BB", "CC", "BB", "B")) if region in CHOSEN else (4, ("B", "BB"))
    values = {
        "mcp": f"{76 + number % 1900 / 100:.2f}",
        "spi": f"{66 + low + number % 1300 / 100:.2f}",
        "sakip": grades[number % len(grades)],
        "bpk": _WTP if number % 4 else "2024:WTP",
        "spbe": f"{2.4 + low / 10 + number % 140 / 100:.2f}",
    }
    for place, (name, value) in enumerate(values.items()):
        if name not in published and (number >> place) % 4:
            yield _criterion(_Criterion("2025", region, name, value, 2024, INVENTED, day, "2024-12-31"))
    seen = _SPARSE[number % len(_SPARSE)] | _SPARSE[(number >> 8) % len(_SPARSE)]
    for indicator, packed in sorted(seen.items()):
        key = f"2025:{region}:{indicator}"
        fields = {"items": packed, "instrument": 1}
        yield Row("assessment", key, "2025", region, fields, keeper(region), moment(day, key))


_SPARSE: Final = (
    {"1.1": "32", "2.1": "22", "3.1": "2", "3.3": "302"},
    {"1.1": "3", "2.3": "32", "3.2": "222", "4.1": "33"},
    {"1.1": "23", "2.6": "2", "3.1": "322", "3.4": "2"},
    {"1.1": "2", "2.2": "02", "2.4": "202"},
    {"2.1": "3", "3.1": "22", "3.2": "2", "5.1": "2", "6.2": "02"},
)
"""Packed item states by indicator id; a visit sees documents, it accepts none."""

_EAST_FROM: Final = "35.2"


def keeper(region: str) -> str:
    """The officer who looks after a region: contoh2 from the east of Jawa Timur on, and of the 2024 ones two each."""
    if region in NAMED_2024:
        return "contoh1" if region in ("13.76", "34.01") else "contoh2"
    return _OFFICER.get(region) or ("contoh1" if region < _EAST_FROM else "contoh2")
