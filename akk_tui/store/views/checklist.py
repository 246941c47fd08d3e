"""The checklist across regions: every item of every region, one unit read at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from akk_tui.contract.states import EXITS
from akk_tui.store.overlay import Overlay
from akk_tui.store.shapes import ChecklistRow
from akk_tui.store.views.items import Assessed
from akk_tui.store.views.portfolio import Portfolio

if TYPE_CHECKING:
    from akk_tui.store.store import Store


def rows(store: Store, cycle: str, regions: Collection[str] | None = None) -> Iterator[ChecklistRow]:
    """The items of ``regions`` (codes), by region name, then in the instrument's order.

    None: all in scope but those on a way out, of which nothing is wanted any more.

    Raises UnknownCycle.
    """
    instrument = store.instrument(cycle)
    portfolio = Portfolio(store, cycle)
    today = store.today()
    overlay = Overlay(store.db)
    for member in portfolio.members(store):
        unit = member.unit
        code = unit[5:]
        if (member.row.stage in EXITS) if regions is None else (code not in regions):
            continue
        found = overlay.effective_rows("assessment", unit)
        assessed = Assessed(instrument, unit, {key[len(unit) + 1 :]: row for key, row in found.items()}, overlay, today)
        name = portfolio.name(code)
        writable = member.write and portfolio.open
        for component in instrument.components:
            for indicator in component.indicators:
                for item in assessed.items(indicator):
                    yield ChecklistRow(
                        cycle,
                        code,
                        name,
                        component.id,
                        indicator.id,
                        indicator.title,
                        indicator.title_en,
                        item,
                        writable,
                    )
