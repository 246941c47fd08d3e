"""The rows of the checklist: what a filter needs to know of them, their order, and their groups. No Textual here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple, TYPE_CHECKING

from akk_tui import i18n
from akk_tui.contract.errors import N_
from akk_tui.i18n import gettext as _
from akk_tui.i18n import pick
from akk_tui.store.shapes import ChecklistRow

if TYPE_CHECKING:
    from akk_tui.contract.records import Instrument

GROUPINGS: Final = ("owner", "indicator", "region", "due")
GROUPING_WORDS: Final = {
    "owner": N_("OPD"),
    "indicator": N_("indikator"),
    "region": N_("daerah"),
    "due": N_("batas waktu"),
}
_ORDER: Final = {
    state: n
    for n, state in enumerate(
        ("perlu_perbaikan", "belum_ada", "diunggah", "diverifikasi", "?", "diterima", "tidak_berlaku")
    )
}
_DONE: Final = frozenset({"diterima", "tidak_berlaku"})


class Sheet(NamedTuple):
    """All rows of a cycle in the order of work, and the words in which they can be asked for."""

    rows: tuple[ChecklistRow, ...]
    regions: dict[str, str]
    """Full name by code."""
    owners: tuple[str, ...]
    items: dict[str, str]
    """By id what stands about an item in both languages, folded."""
    components: dict[str, tuple[str, str]]
    indicators: dict[str, tuple[str, str]]
    """By id the titles in both languages."""
    owed: dict[str, Groups]
    """What is owed in its groups, by grouping: kept once it was asked for, see :func:`owed`."""

    def renewed(self, rows: Iterable[ChecklistRow], owners: Iterable[str | None]) -> Sheet:
        """The sheet with other ``rows`` in the places of these, of which some have ``owners``."""
        names = {*self.owners, *(name for name in owners if name is not None)}
        return self._replace(rows=tuple(rows), owners=tuple(sorted(names, key=str.casefold)), owed={})


class Group(NamedTuple):
    """Rows under one head, in order, and what the head tells of them."""

    key: str
    title: str
    rows: tuple[ChecklistRow, ...]
    open: int
    """Rows that are still owed."""
    late: int
    """Rows that are still owed past their due date."""
    gain: float
    """Points of the estimate that all that is owed adds: of one region, else the mean over the regions."""
    rework: int
    """Rows that have to be mended."""
    waiting: bool
    """Whether something in it was not sent yet, or conflicts."""


Groups = list[Group]
NO_SHEET: Final = Sheet((), {}, (), {}, {}, {}, {})


def sheet(rows: Iterable[ChecklistRow], instrument: Instrument, by: str | None = None) -> Sheet:
    """Make the sheet of ``rows``, with what is owed grouped ``by``: slow for a whole country, meant for a thread."""
    ordered = sorted(rows, key=_order)
    regions: dict[str, str] = {}
    items: dict[str, str] = {}
    owners: set[str] = set()
    for row in ordered:
        item = row.item
        regions[row.region] = row.region_name
        if item.owner is not None:
            owners.add(item.owner)
        if item.id not in items:
            parts = (item.id, item.title, item.title_en, row.indicator_title, row.indicator_title_en)
            items[item.id] = "\n".join(parts).casefold()
    made = Sheet(
        tuple(ordered),
        dict(sorted(regions.items(), key=lambda pair: pair[1])),
        tuple(sorted(owners, key=str.casefold)),
        items,
        {one.id: (one.title, one.title_en) for one in instrument.components},
        {one.id: (one.title, one.title_en) for component in instrument.components for one in component.indicators},
        {},
    )
    if by is not None:
        owed(made, by)
    return made


def row_key(row: ChecklistRow) -> str:
    """The name of a row, the same as long as it is the same item of the same region."""
    return f"{row.cycle}:{row.region}:{row.item.id}"


def is_open(row: ChecklistRow) -> bool:
    """Whether something is still owed."""
    return row.item.state not in _DONE


def owed(sheet: Sheet, by: str) -> Groups:
    """What is owed of a sheet under the heads of ``by``."""
    found = sheet.owed.get(by)
    if found is None:
        found = sheet.owed[by] = grouped([row for row in sheet.rows if row.item.state not in _DONE], by)
    return found


def grouped(rows: Iterable[ChecklistRow], by: str) -> Groups:
    """``rows`` under the heads of ``by`` (one of :data:`GROUPINGS`), each group in the order of the rows.

    Groups stand in the order of their name, those without a name last; due dates in the order of time.
    """
    heads: dict[str | None, list[ChecklistRow]] = {}
    for row in rows:
        item = row.item
        if by == "owner":
            name = item.owner
        elif by == "indicator":
            name = row.indicator
        elif by == "due":
            name = item.due.isoformat() if item.due is not None else None
        else:
            name = f"{row.region_name} {row.region}"
        found = heads.get(name)
        if found is None:
            heads[name] = [row]
        else:
            found.append(row)
    order = sorted(heads, key=lambda name: (name is None, natural(name or "")))
    return [_group(name, heads[name], by) for name in order]


def _group(name: str | None, members: list[ChecklistRow], by: str) -> Group:
    owed = [row for row in members if row.item.state not in _DONE]
    regions = {row.region for row in owed}
    gain = sum([row.item.gain for row in owed]) / max(1, len(regions))
    late = sum([1 for row in owed if row.item.overdue_days])
    rework = sum([1 for row in owed if row.item.state == "perlu_perbaikan"])
    waiting = any(row.item.pending or row.item.conflict for row in members)
    return Group(name or "", _group_title(members[0], by), tuple(members), len(owed), late, gain, rework, waiting)


def _group_title(row: ChecklistRow, by: str) -> str:
    if by == "owner":
        return row.item.owner or _("belum ada penanggung jawab")
    if by == "indicator":
        return f"{row.indicator} {pick(row.indicator_title, row.indicator_title_en)}"
    if by == "due":
        return i18n.day(row.item.due) if row.item.due is not None else _("tanpa batas waktu")
    return f"{row.region_name} {row.region}"


def _order(row: ChecklistRow) -> tuple[int, date, str, tuple[tuple[int, int, str], ...], int]:
    item = row.item
    return (_ORDER.get(item.state, 4), item.due or date.max, row.region_name, natural(row.indicator), item.pos)


@lru_cache(2048)
def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """A sort key under which 2.4 stands before 2.10."""
    return tuple(
        [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in re.split(r"(\d+)", text) if part]
    )
