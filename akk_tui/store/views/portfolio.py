"""The portfolio: one row a region, from the summary, the reference data and what waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from akk_tui.contract.records import Region
from akk_tui.store import summary
from akk_tui.store.shapes import ComponentRow, RegionRow
from akk_tui.store.views.status import Waiting, waiting_by_unit

if TYPE_CHECKING:
    from akk_tui.store.store import Store

_NOTHING = Waiting(0, 0, 0)


class Portfolio:
    """What the rows of one cycle have in common, read once."""

    def __init__(self, store: Store, cycle: str) -> None:
        reference = store.reference()
        self.cycle = cycle
        self.regions: dict[str, Region] = {region.code: region for region in reference.regions} if reference else {}
        self.waiting = waiting_by_unit(store)
        sample = reference.sample if reference else None
        self._invented = frozenset(sample.invented) if sample else frozenset[str]()
        known = next((one for one in reference.cycles if one.id == cycle), None) if reference else None
        self.open = known is not None and known.state == "open"
        self._titles = [(one.id, one.title, one.title_en) for one in known.instrument.components] if known else []
        self._criteria = len(known.instrument.criteria) if known else 0

    def name(self, code: str) -> str:
        """A region's name with its kind; its code where the reference data do not hold it."""
        region = self.regions.get(code)
        return region.full_name if region else code

    def row(self, member: summary.Member) -> RegionRow:
        """The portfolio's line of one unit of the scope."""
        kept = member.row
        code = member.unit[5:]
        region = self.regions.get(code)
        waiting = self.waiting.get(member.unit, _NOTHING)
        return RegionRow(
            cycle=self.cycle,
            code=code,
            name=region.full_name if region else code,
            province=region.province if region else "",
            zone=region.zone if region else "WIB",
            writable=member.write and self.open,
            stage=kept.stage,
            stage_date=kept.stage_date,
            official=kept.official,
            official_as_of=kept.official_as_of,
            official_source=kept.official_source,
            estimate=kept.estimate,
            gap=kept.gap,
            components=tuple(
                [
                    ComponentRow(name, title, title_en, score, gap)
                    for (name, title, title_en), score, gap in zip(self._titles, kept.scores, kept.gaps)  # noqa: B905 - hot
                ]
            ),
            trend=kept.trend,
            forecast=kept.forecast,
            readiness=kept.readiness,
            criteria_met=kept.criteria_met,
            criteria_known=kept.criteria_known,
            criteria_total=self._criteria,
            overdue=kept.overdue,
            needs_work=kept.needs_work,
            team=kept.team,
            touched=kept.touched,
            stale_days=kept.stale_days,
            pending=waiting.pending,
            conflicts=waiting.conflicts,
            invented=member.unit in self._invented,
        )

    def place(self, unit: str) -> tuple[str, str]:
        """The sort key of a unit: its region's name without the kind, then with it."""
        region = self.regions.get(unit[5:])
        return (region.name, region.kind) if region else (unit[5:], "")

    def members(self, store: Store) -> list[summary.Member]:
        """The units of the scope with their summaries, by name."""
        return sorted(summary.members(store, self.cycle), key=lambda member: self.place(member.unit))


def rows(store: Store, cycle: str) -> tuple[RegionRow, ...]:
    """The whole portfolio of ``cycle``, by name."""
    portfolio = Portfolio(store, cycle)
    return tuple([portfolio.row(member) for member in portfolio.members(store)])
