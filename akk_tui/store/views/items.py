"""Indicators and their items in one unit, from assessment rows and what waits on them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, TYPE_CHECKING

from akk_tui.contract.limits import EVIDENCE_PER_ITEM
from akk_tui.contract.states import unpack
from akk_tui.domain import steps
from akk_tui.domain.attention import overdue_days
from akk_tui.store.overlay import SHOWN_STATES
from akk_tui.store.shapes import Evidence, IndicatorRow, ItemRow
from akk_tui.store.views import values
from akk_tui.store.views.figures import states_of
from akk_tui.store.views.titles import item_of

if TYPE_CHECKING:
    from akk_tui.contract.records import Indicator, Instrument, Item
    from akk_tui.store.overlay import Overlay


class Assessed:
    """The assessment of one unit: ``rows`` by indicator id, effective; marks of what waits come from ``overlay``."""

    def __init__(
        self, instrument: Instrument, unit: str, rows: Mapping[str, dict[str, Any]], overlay: Overlay, today: date
    ) -> None:
        self.states = states_of(rows)
        self.gains = steps.gains(instrument, self.states)
        self._unit = unit
        self._rows = rows
        self._overlay = overlay
        self._today = today

    def marks(self, indicator: str) -> Mapping[str, str]:
        """The states of the fields of one row that are not accepted yet, see ``Overlay.marks``."""
        return self._overlay.marks("assessment", f"{self._unit}:{indicator}")

    def items(self, indicator: Indicator, marks: Mapping[str, str] | None = None) -> tuple[ItemRow, ...]:
        """The items of one indicator, in the instrument's order."""
        row = self._rows.get(indicator.id, {})
        marks = self.marks(indicator.id) if marks is None else marks
        packed = self.states.get(indicator.id, "")
        owners = self.owners(indicator)
        due = values.day(row.get("due"))
        # Most rows say nothing of single items, and a country has 35,000 of those.
        told = {field.split(".", 1)[1].rpartition(".")[0] for field in row if field.startswith("evidence.")}
        own = any(field.startswith("item_") for field in row)
        return tuple(
            [self._item(item, row, marks, packed, owners, due, own, item.id in told) for item in indicator.items]
        )

    def owners(self, indicator: Indicator) -> tuple[str, ...]:
        """Who owes an indicator: as entered, else the instrument's likely owners."""
        return values.texts(self._rows.get(indicator.id, {}).get("owners")) or indicator.owners

    def _item(
        self,
        item: Item,
        row: dict[str, Any],
        marks: Mapping[str, str],
        packed: str,
        owners: tuple[str, ...],
        due: date | None,
        own: bool,
        proven: bool,
    ) -> ItemRow:
        """``own``: the row may say who owes single items and when; ``proven``: it has evidence of this one."""
        name = item.id
        state = unpack(packed, item.pos)
        own_owner = values.text(row.get("item_owner." + name)) if own else None
        own_due = values.day(row.get("item_due." + name)) if own else None
        owner = own_owner or item.owner or (owners[0] if owners else None)
        due = own_due or due
        of_item = _of_item(marks, name) if marks else ()
        return ItemRow(
            name,
            item.pos,
            item.title,
            item.title_en,
            state,
            owner,
            due,
            overdue_days(state, due, self._today),
            self.gains[name],
            _evidence(row, name, marks) if proven else (),
            bool(of_item) and any(mark in SHOWN_STATES for mark in of_item),
            "conflict" in of_item,
            state,
            own_owner,
            own_due,
        )

    def indicator(self, indicator: Indicator, score: float | None, notes: int, officer: str) -> IndicatorRow:
        """One indicator with its items. ``notes`` counts the notes about it; ``officer`` made what waits."""
        row = self._rows.get(indicator.id, {})
        key = f"{self._unit}:{indicator.id}"
        marks = self.marks(indicator.id)
        waiting = [one for one in self._overlay.waiting("assessment", key) if one.state in SHOWN_STATES]
        items = self.items(indicator, marks)
        changed_by, changed_at = values.text(row.get("by")), values.moment(row.get("at"))
        if waiting:
            changed_by, changed_at = officer, values.op_moment(waiting[-1].op)
        return IndicatorRow(
            id=indicator.id,
            title=indicator.title,
            title_en=indicator.title_en,
            score=score,
            official=values.number(row.get("score")),
            official_as_of=values.day(row.get("as_of")),
            official_source=values.text(row.get("source")),
            gain=sum(item.gain for item in items),
            owners=self.owners(indicator),
            due=values.day(row.get("due")),
            pic=values.record(row.get("pic")),
            summary=values.text(row.get("summary")),
            items=items,
            changed_by=changed_by,
            changed_at=changed_at,
            notes=notes,
            pending=sum(one.state != "conflict" for one in waiting),
            conflicts=sum(mark == "conflict" for mark in marks.values()),
        )


def _of_item(marks: Mapping[str, str], item: str) -> list[str]:
    return [mark for field, mark in marks.items() if item_of(field) == item]


def _evidence(row: dict[str, Any], item: str, marks: Mapping[str, str]) -> tuple[Evidence, ...]:
    found: list[Evidence] = []
    for n in range(1, EVIDENCE_PER_ITEM + 1):
        name = f"evidence.{item}.{n}"
        if name not in row:
            continue
        one = values.record(row[name]).get
        found.append(
            Evidence(
                n,
                one("title"),
                one("number"),
                one("date"),
                one("link"),
                one("capaian"),
                one("per"),
                one("photo"),
                marks.get(name) in SHOWN_STATES,
            )
        )
    return tuple(found)
