"""The filter of the checklist: which keys it has, what they mean, and what they offer. Pure."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Collection, Iterable
from datetime import date, timedelta
from functools import partial
from typing import Final

from akk_tui.contract.ids import DATE
from akk_tui.contract.states import ITEM_STATES
from akk_tui.i18n import gettext as _
from akk_tui.i18n import language as spoken
from akk_tui.store.shapes import ChecklistRow
from akk_tui.ui.filter_language import compared, Field, folded, holds, Language, Test
from akk_tui.ui.widgets.checklist_rows import is_open, Sheet
from akk_tui.ui.widgets.states import state_word

_Test = Test[ChecklistRow]

_LATE: Final = ("lewat", "late", "terlambat", "overdue")
_WEEK: Final = ("minggu", "week", "minggu ini", "this week", "pekan")
_MONTH: Final = ("bulan", "month", "bulan ini", "this month")
_TODAY: Final = ("hari ini", "today")
_NONE: Final = ("tanpa", "none")
_OWED: Final = ("kurang", "owed", "open")


def checklist_language(sheet: Sheet, today: date) -> Language[ChecklistRow]:
    """The language of the rows of ``sheet``; due dates are judged as of ``today``."""
    fields: tuple[Field[ChecklistRow], ...] = (
        Field(
            "opd",
            "owner",
            partial(_owner, sheet),
            lambda: (*sheet.owners, _NONE[spoken() == "en"]),
            aliases=("agency", "institution"),
            closed=True,
        ),
        Field(
            "daerah",
            "region",
            partial(_region, sheet),
            lambda: _regions(sheet),
            aliases=("wilayah",),
            closed=True,
        ),
        Field("status", "state", _state, _state_words),
        Field("batas", "due", partial(_due, today), _due_words, aliases=("tenggat",)),
        Field(
            "komponen",
            "component",
            partial(_of, sheet.components, lambda row: row.component),
            lambda: _names(sheet.components),
            closed=True,
        ),
        Field(
            "indikator",
            "indicator",
            partial(_of, sheet.indicators, lambda row: row.indicator),
            lambda: _names(sheet.indicators),
            closed=True,
        ),
    )
    return Language(fields, lambda word: _word(sheet, word))


def _names(titles: dict[str, tuple[str, str]]) -> Iterable[str]:
    """The ids, then the titles in the reader's language."""
    place = 1 if spoken() == "en" else 0
    return (*titles, *(pair[place] or pair[0] for pair in titles.values()))


def _regions(sheet: Sheet) -> Iterable[str]:
    return (*sheet.regions.values(), *(name.partition(" ")[2] for name in sheet.regions.values()), *sheet.regions)


def _owner(sheet: Sheet, value: str) -> _Test:
    if value in ("-", *_NONE):
        return lambda row: row.item.owner is None
    meant = {owner for owner in sheet.owners if value in folded(owner)}
    return lambda row: row.item.owner in meant


def _region(sheet: Sheet, value: str) -> _Test:
    # A whole code or name means that region alone: Kota Blitar is not Kab. Blitar.
    meant = {code for code, name in sheet.regions.items() if value in (code, folded(name))}
    meant = meant or {code for code, name in sheet.regions.items() if value in folded(name) or code.startswith(value)}
    return lambda row: row.region in meant


def _of(titles: dict[str, tuple[str, str]], place: Callable[[ChecklistRow], str], value: str) -> _Test:
    """Components and indicators: by id, else by a part of their titles."""
    meant: Collection[str] = {value} & titles.keys()
    meant = meant or {one for one, pair in titles.items() if any(value in folded(title) for title in pair)}
    return lambda row: place(row) in meant


def _state_words() -> Iterable[str]:
    return (*(state_word(name) for name in ITEM_STATES), _OWED[spoken() == "en"])


def _state(value: str) -> _Test | str:
    if value in _OWED:
        return is_open
    names = {folded(name): name for name in ITEM_STATES} | {folded(state_word(name)): name for name in ITEM_STATES}
    begun = {names[value]} if value in names else {name for word, name in names.items() if word.startswith(value)}
    if len(begun) == 1:
        state = begun.pop()
        return lambda row: row.item.state == state
    words = ", ".join(_state_words())
    return _("Status “{value}” tidak dikenal; yang ada: {words}.").format(value=value, words=words)


def _due_words() -> Iterable[str]:
    place = 1 if spoken() == "en" else 0
    return (*(words[place] for words in (_LATE, _TODAY, _WEEK, _MONTH, _NONE)),)


def _due(today: date, value: str) -> _Test | str:
    """Words, a number of days from today, a day (until then), ``<`` or ``>`` and a day, or two days with ``..``."""
    if value in _LATE:
        return lambda row: bool(row.item.overdue_days) and is_open(row)
    if value in _NONE:
        return lambda row: row.item.due is None
    span = _span(value, today)
    if span is not None:
        first, last = span
        return lambda row: row.item.due is not None and first <= row.item.due <= last
    found = compared(value, _ordinal)
    if found is not None:
        sign, day = found
        sign = "<=" if sign == "=" else sign
        return lambda row: row.item.due is not None and holds(sign, row.item.due.toordinal(), day)
    words = ", ".join(_due_words())
    return _(
        "Batas waktu “{value}” tidak dimengerti; tulis {words}, jumlah hari, <TTTT-BB-HH, >TTTT-BB-HH, atau "
        "TTTT-BB-HH..TTTT-BB-HH."
    ).format(value=value, words=words)


def _span(value: str, today: date) -> tuple[date, date] | None:
    if value in _TODAY:
        return today, today
    if value in _WEEK:
        monday = today - timedelta(days=today.weekday())
        return monday, monday + timedelta(days=6)
    if value in _MONTH:
        return today.replace(day=1), today.replace(day=monthrange(today.year, today.month)[1])
    if re.fullmatch(r"\d{1,4}", value):
        return date.min, today + timedelta(days=int(value))
    first, dots, last = value.partition("..")
    if dots and (begin := _ordinal(first)) is not None and (end := _ordinal(last)) is not None:
        return date.fromordinal(int(begin)), date.fromordinal(int(end))
    return None


def _ordinal(text: str) -> float | None:
    if not DATE.match(text):
        return None
    try:
        return date.fromisoformat(text).toordinal()
    except ValueError:
        return None


def _word(sheet: Sheet, word: str) -> _Test:
    """A free word in the name or code of the region, the id or titles of the item or its indicator, or the OPD."""
    regions = {code for code, name in sheet.regions.items() if word in folded(f"{code} {name}")}
    items = {name for name, text in sheet.items.items() if word in text}
    owners = {owner for owner in sheet.owners if word in folded(owner)}
    return lambda row: row.item.id in items or row.region in regions or row.item.owner in owners
