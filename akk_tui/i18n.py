"""Languages: Indonesian is the source of every sentence, English a gettext catalogue.

The language is chosen once a process (:func:`use`); the catalogue is read when the first sentence needs it.
"""

from __future__ import annotations

import gettext as _gettext
import os
from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Final

LANGUAGES: Final = ("id", "en")
ZONES: Final = {"WIB": 7, "WITA": 8, "WIT": 9}
"""Hours east of UTC; none of them has summer time."""

_MONTHS: Final = {
    "id": ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}
_LONG_MONTHS: Final = {
    "id": "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember".split(),
    "en": "January February March April May June July August September October November December".split(),
}
_WEEKDAYS: Final = {
    "id": "Senin Selasa Rabu Kamis Jumat Sabtu Minggu".split(),
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(),
}

_language = "id"
_catalogue: _gettext.NullTranslations | None = None
_speakers: dict[str, _gettext.NullTranslations] = {}


def choose(wanted: str | None, env: Mapping[str, str] | None = None) -> str:
    """``wanted`` if it is a language we have, else the locale's, else Indonesian."""
    if wanted in LANGUAGES:
        return str(wanted)
    found = env if env is not None else os.environ
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = found.get(name, "")
        if value:
            return "en" if value.lower().startswith("en") else "id"
    return "id"


def use(language: str) -> None:
    """Speak ``language`` from now on."""
    global _language, _catalogue
    _language = language if language in LANGUAGES else "id"
    _catalogue = None


def language() -> str:
    """The language in use: ``id`` or ``en``."""
    return _language


def _translations() -> _gettext.NullTranslations:
    global _catalogue
    if _catalogue is None:
        if _language == "id":
            _catalogue = _gettext.NullTranslations()
        else:
            folder = Path(__file__).parent / "locales"
            _catalogue = _gettext.translation("akk_tui", folder, [_language], fallback=True)
    return _catalogue


def speaker(language: str) -> _gettext.NullTranslations:
    """The catalogue of ``language`` whatever language is in use: for a server that speaks several at a time."""
    if language not in _speakers:
        folder = Path(__file__).parent / "locales"
        found = _gettext.find("akk_tui", folder, [language]) if language in LANGUAGES else None
        none = _gettext.NullTranslations()
        _speakers[language] = none if found is None else _gettext.translation("akk_tui", folder, [language])
    return _speakers[language]


def gettext(text: str) -> str:
    """``text`` in the language in use."""
    return _translations().gettext(text) if text else ""


_ = gettext


def ngettext(one: str, many: str, count: int) -> str:
    """The form of the sentence for ``count``; Indonesian has one form, the catalogue two."""
    return _translations().ngettext(one, many, count)


def pick(indonesian: str, english: str) -> str:
    """The text of a pair in the language in use."""
    return english if _language == "en" and english else indonesian


def number(value: float, digits: int = 2) -> str:
    """``92,15`` in Indonesian, ``92.15`` in English."""
    text = f"{value:.{digits}f}"
    return text.replace(".", ",") if _language == "id" else text


def day(value: date, *, year: bool = True, language: str | None = None) -> str:
    """``6 Nov 2025``, without the year ``6 Nov``."""
    text = f"{value.day} {_MONTHS[language or _language][value.month - 1]}"
    return f"{text} {value.year}" if year else text


def written_day(value: date) -> str:
    """``Senin, 6 Oktober 2025``: the day as it is written in a letter or a report."""
    month, weekday = _LONG_MONTHS[_language][value.month - 1], _WEEKDAYS[_language][value.weekday()]
    return f"{weekday}, {value.day} {month} {value.year}"


def days(start: date, end: date) -> str:
    """``11–13 Feb``, ``30 Jan – 2 Feb``, one day alone when they are the same."""
    if start == end:
        return day(start, year=False)
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day}–{day(end, year=False)}"
    return f"{day(start, year=False)} – {day(end, year=False)}"


def clock(moment: datetime, zone: str, *, language: str | None = None) -> str:
    """``09.14 WIB`` in Indonesian, ``09:14 WIB`` in English, of an aware moment in ``zone``."""
    local = in_zone(moment, zone)
    return f"{local:%H.%M} {zone}" if (language or _language) == "id" else f"{local:%H:%M} {zone}"


def moment(value: datetime, zone: str, *, language: str | None = None) -> str:
    """``6 Okt 2025 09.14 WIB`` of an aware moment."""
    return f"{day(in_zone(value, zone).date(), language=language)} {clock(value, zone, language=language)}"


def in_zone(value: datetime, zone: str) -> datetime:
    """The aware ``value`` as the clocks of ``zone`` show it."""
    return value.astimezone(timezone(timedelta(hours=ZONES.get(zone, 7)), zone))
