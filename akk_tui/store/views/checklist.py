"""The checklist across regions: every item of every region, one unit read at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from akk_tui.store.overlay import Overlay
from akk_tui.store.shapes import ChecklistRow
from akk_tui.store.views.items import Assessed
from akk_tui.store.views.portfolio import Portfolio

if TYPE_CHECKING:
    from akk_tui.store.store import Store


def rows(store: Store, cycle: str, regions: Collection[str] | None = None) -> Iterator[ChecklistRow]:
    """The items of ``regions`` (codes; None: all in scope), by region name, then in the instrument's order.

    Raises UnknownCycle.
    """
    instrument = store.instrument(cycle)
    portfolio = Portfolio(store, cycle)
    today = store.today()
    overlay = Overlay(store.db)
    for unit, write in portfolio.units(store):
        code = unit[5:]
        if regions is not None and code not in regions:
            continue
        found = overlay.effective_rows("assessment", unit)
        assessed = Assessed(instrument, unit, {key[len(unit) + 1 :]: row for key, row in found.items()}, overlay, today)
        name = portfolio.name(code)
        writable = write and portfolio.open
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
