"""Days as a person types them and reads them: ``2025-10-06``, ``6 okt``, ``6/10``, ``+7``, ``besok``, ``senin``."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

from akk_tui.contract.errors import N_
from akk_tui.i18n import day
from akk_tui.i18n import gettext as _

_WORDS: Final = {
    "hari ini": 0, "today": 0, "besok": 1, "tomorrow": 1, "lusa": 2, "kemarin": -1, "yesterday": -1,
}  # fmt: skip
_WEEKDAYS: Final = (
    ("senin", "monday"),
    ("selasa", "tuesday"),
    ("rabu", "wednesday"),
    ("kamis", "thursday"),
    ("jumat", "friday"),
    ("sabtu", "saturday"),
    ("minggu", "sunday"),
)
_MONTHS: Final = (
    ("januari", "january"),
    ("februari", "february", "pebruari"),
    ("maret", "march"),
    ("april",),
    ("mei", "may"),
    ("juni", "june"),
    ("juli", "july"),
    ("agustus", "august"),
    ("september",),
    ("oktober", "october"),
    ("november", "nopember"),
    ("desember", "december"),
)
_SHORT: Final = (N_("Sen"), N_("Sel"), N_("Rab"), N_("Kam"), N_("Jum"), N_("Sab"), N_("Min"))
_ISO: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})\Z")
_FIGURES: Final = re.compile(r"(\d{1,2})\s*[/.-]\s*(\d{1,2})(?:\s*[/.-]\s*(\d{4}|\d{2}))?\Z")
_NAMED: Final = re.compile(r"(\d{1,2})\s*([^\W\d_]{3,})\.?(?:\s+(\d{4}|\d{2}))?\Z")
_NAMED_FIRST: Final = re.compile(r"([^\W\d_]{3,})\.?\s+(\d{1,2})(?:,?\s+(\d{4}))?\Z")
_AWAY: Final = re.compile(r"([+-])\s*(\d{1,4})\Z")
_WEEKDAY_BEFORE: Final = re.compile(r"([^\W\d_]+)\s*,\s*(?=\d)")
_LEAST: Final = 3
"""Letters from which the name of a day or a month is understood."""


def parse(text: str, today: date, *, past: bool = False) -> date | None:
    """The day that ``text`` means; None when it means none.

    Without a year it is the one nearest to ``today`` (of two equally near the later); a weekday is the next one after
    today; ``+7`` and ``-3`` count days from today. ``past``: a day that has been is meant, so that without a year it is
    the newest one up to today, and a weekday the last one.
    """
    text = " ".join(text.casefold().split())
    if text in _WORDS:
        return today + timedelta(days=_WORDS[text])
    if away := _AWAY.match(text):
        return _away(today, int(away[1] + away[2]))
    if (weekday := _named(_WEEKDAYS, text)) is not None:
        ahead = (weekday - today.weekday() - 1) % 7 + 1
        return today + timedelta(days=ahead - 7 if past else ahead)
    text = _without_weekday(text)
    if iso := _ISO.match(text):
        return _made(int(iso[1]), int(iso[2]), int(iso[3]))
    if figures := _FIGURES.match(text):
        return _dated(int(figures[1]), int(figures[2]), figures[3], today, past)
    if named := _NAMED.match(text):
        return _in_month(int(named[1]), named[2], named[3], today, past)
    if named := _NAMED_FIRST.match(text):
        return _in_month(int(named[2]), named[1], named[3], today, past)
    return None


def shown(value: date) -> str:
    """``Sen, 6 Okt 2025``."""
    return f"{_(_SHORT[value.weekday()])}, {day(value)}"


def _without_weekday(text: str) -> str:
    """``6 okt 2025`` of ``sen, 6 okt 2025``, as the form itself shows a day."""
    before = _WEEKDAY_BEFORE.match(text)
    known = before is not None and _named(_WEEKDAYS, before[1]) is not None
    return text[before.end() :] if before is not None and known else text


def _named(names: tuple[tuple[str, ...], ...], text: str) -> int | None:
    """The place of the day or month whose name begins with ``text``."""
    if len(text) < _LEAST or not text.isalpha():
        return None
    return next((place for place, ones in enumerate(names) if any(one.startswith(text) for one in ones)), None)


def _in_month(number: int, month: str, year: str | None, today: date, past: bool) -> date | None:
    place = _named(_MONTHS, month)
    return None if place is None else _dated(number, place + 1, year, today, past)


def _dated(number: int, month: int, year: str | None, today: date, past: bool) -> date | None:
    if year is not None:
        return _made(int(year) + (2000 if len(year) == 2 else 0), month, number)
    near = [found for n in (today.year + 1, today.year, today.year - 1) if (found := _made(n, month, number))]
    if past:
        near = [found for found in near if found <= today]
    return min(near, key=lambda found: abs(found - today), default=None)


def _made(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except ValueError:
        return None


def _away(today: date, days: int) -> date | None:
    try:
        return today + timedelta(days=days)
    except OverflowError:
        return None
