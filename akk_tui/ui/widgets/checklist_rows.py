"""The rows of the checklist screen: which ones a filter keeps, in which groups and order. No Textual here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Final, NamedTuple

from akk_tui import i18n
from akk_tui.contract.errors import N_
from akk_tui.contract.ids import DATE
from akk_tui.contract.states import ITEM_STATES
from akk_tui.i18n import gettext as _
from akk_tui.i18n import pick
from akk_tui.store.shapes import ChecklistRow
from akk_tui.ui.widgets.states import state_word

Test = Callable[[ChecklistRow], bool]

GROUPINGS: Final = ("owner", "indicator", "due", "region")
GROUPING_WORDS: Final = {
    "owner": N_("OPD"),
    "indicator": N_("indikator"),
    "due": N_("batas waktu"),
    "region": N_("daerah"),
}
_KEYS: Final = {
    "opd": "opd",
    "agency": "opd",
    "daerah": "daerah",
    "region": "daerah",
    "status": "status",
    "state": "status",
    "komponen": "komponen",
    "component": "komponen",
    "indikator": "indikator",
    "indicator": "indikator",
    "batas": "batas",
    "tenggat": "batas",
    "due": "batas",
}
_SHOWN_KEYS: Final = N_("opd, daerah, status, komponen, indikator, batas")
_TERM: Final = re.compile(r'(?:(?P<key>[^\s:"]+):)?(?:"(?P<quoted>[^"]*)"?|(?P<bare>\S*))')
_ORDER: Final = {
    state: n
    for n, state in enumerate(
        ("perlu_perbaikan", "belum_ada", "diunggah", "diverifikasi", "?", "diterima", "tidak_berlaku")
    )
}
_DONE: Final = frozenset({"diterima", "tidak_berlaku"})


class Filter(NamedTuple):
    """What a typed filter asks for; ``complaints`` are sentences about what was not understood."""

    tests: tuple[Test, ...]
    complaints: tuple[str, ...]

    def keeps(self, row: ChecklistRow) -> bool:
        return all(test(row) for test in self.tests)


class Group(NamedTuple):
    """Rows under one head, in order."""

    key: str
    title: str
    rows: tuple[ChecklistRow, ...]
    open: int
    """Rows that are still owed."""


def row_key(row: ChecklistRow) -> str:
    """The name of a row, the same as long as it is the same item of the same region."""
    return f"{row.cycle}:{row.region}:{row.item.id}"


def is_open(row: ChecklistRow) -> bool:
    """Whether something is still owed."""
    return row.item.state not in _DONE


def parse(text: str, today: date) -> Filter:
    """Words (all must occur) and ``key:value`` terms; a term that is not understood is told and left out."""
    tests: list[Test] = []
    complaints: list[str] = []
    for match in _TERM.finditer(text):
        key = match["key"]
        value = (match["quoted"] if match["quoted"] is not None else match["bare"] or "").casefold()
        if key is None:
            if value:
                tests.append(_words_test(value))
            continue
        known = _KEYS.get(key.casefold())
        if known is None:
            complaints.append(
                _("Kata kunci “{key}:” tidak dikenal; yang ada: {keys}.").format(key=key, keys=_(_SHOWN_KEYS))
            )
        elif value:
            made = _key_test(known, value, today)
            if isinstance(made, str):
                complaints.append(made)
            else:
                tests.append(made)
    return Filter(tuple(tests), tuple(complaints))


def _words_test(word: str) -> Test:
    def test(row: ChecklistRow) -> bool:
        item = row.item
        parts = (
            item.id,
            item.title,
            item.title_en,
            item.owner or "",
            row.region,
            row.region_name,
            row.indicator_title,
            row.indicator_title_en,
        )
        return any(word in part.casefold() for part in parts)

    return test


def _key_test(key: str, value: str, today: date) -> Test | str:
    """The test of one term, or a sentence that says why there is none."""
    if key == "opd":
        return lambda row: value in (row.item.owner or "").casefold()
    if key == "daerah":
        return lambda row: row.region == value or value in row.region_name.casefold()
    if key == "komponen":
        return lambda row: row.component == value
    if key == "indikator":
        return lambda row: row.indicator == value
    if key == "batas":
        return _due_test(value, today)
    state = _state_named(value)
    if state is None:
        words = ", ".join(state_word(name) for name in ITEM_STATES)
        return _("Status “{value}” tidak dikenal; yang ada: {words}.").format(value=value, words=words)
    return lambda row: row.item.state == state


def _state_named(value: str) -> str | None:
    wanted = value.replace(" ", "_")
    names = {name: name for name in ITEM_STATES} | {state_word(name).replace(" ", "_"): name for name in ITEM_STATES}
    if wanted in names:
        return names[wanted]
    begun = {name for word, name in names.items() if word.startswith(wanted)}
    return begun.pop() if len(begun) == 1 else None


def _due_test(value: str, today: date) -> Test | str:
    if value in ("lewat", "terlambat", "overdue"):
        return lambda row: bool(row.item.overdue_days) and is_open(row)
    if value.isdecimal() and len(value) < 5:
        days = int(value)
        return lambda row: row.item.due is not None and (row.item.due - today).days <= days
    if DATE.match(value):
        try:
            day = date.fromisoformat(value)
        except ValueError:
            pass
        else:
            return lambda row: row.item.due is not None and row.item.due <= day
    return _("Batas waktu “{value}” tidak dimengerti; tulis lewat, jumlah hari, atau TTTT-BB-HH.").format(value=value)


def grouped(rows: Iterable[ChecklistRow], by: str) -> list[Group]:
    """``rows`` under the heads of ``by`` (one of :data:`GROUPINGS`); inside a group what needs work comes first.

    Groups stand in the order of their name, those without a name last; due dates in the order of time.
    """
    heads: dict[tuple[bool, str], list[ChecklistRow]] = {}
    for row in rows:
        name = _group_name(row, by)
        heads.setdefault((name is None, name or ""), []).append(row)
    made: list[Group] = []
    for (_last, name), members in sorted(heads.items(), key=lambda head: (head[0][0], _natural(head[0][1]))):
        members.sort(key=_order)
        made.append(Group(name, _group_title(members[0], by), tuple(members), sum(map(is_open, members))))
    return made


def _group_name(row: ChecklistRow, by: str) -> str | None:
    if by == "owner":
        return row.item.owner
    if by == "indicator":
        return row.indicator
    if by == "due":
        return row.item.due.isoformat() if row.item.due is not None else None
    return row.region_name


def _group_title(row: ChecklistRow, by: str) -> str:
    if by == "owner":
        return row.item.owner or _("belum ada penanggung jawab")
    if by == "indicator":
        return f"{row.indicator} {pick(row.indicator_title, row.indicator_title_en)}"
    if by == "due":
        return i18n.day(row.item.due) if row.item.due is not None else _("tanpa batas waktu")
    return f"{row.region_name} {row.region}"


def _order(row: ChecklistRow) -> tuple[int, date, str, list[object], int]:
    item = row.item
    return (_ORDER.get(item.state, 4), item.due or date.max, row.region_name, _natural(row.indicator), item.pos)


def _natural(text: str) -> list[object]:
    """A sort key under which 2.4 stands before 2.10."""
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in re.split(r"(\d+)", text) if part]


def counts(rows: Sequence[ChecklistRow]) -> tuple[int, int, int]:
    """How many rows are still owed, how many need work, how many are late."""
    still = [row for row in rows if is_open(row)]
    return (
        len(still),
        sum(row.item.state == "perlu_perbaikan" for row in still),
        sum(bool(row.item.overdue_days) for row in still),
    )
