"""The dashboard: funnel, readiness, regions, what needs attention, what changed since the last look."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from heapq import heappush, heapreplace
from operator import itemgetter
from typing import TYPE_CHECKING

from akk_tui.contract.states import EXITS, STAGES
from akk_tui.store import summary
from akk_tui.store.shapes import Attention, Change, Dashboard, StageCount
from akk_tui.store.views import values
from akk_tui.store.views.portfolio import Portfolio
from akk_tui.store.views.status import status_line
from akk_tui.store.views.titles import item_of, tail_of, Titles, titles_of

if TYPE_CHECKING:
    from akk_tui.contract.records import Cycle, Instrument
    from akk_tui.store.shapes import RegionRow
    from akk_tui.store.store import Store

ATTENTION_MOST = 500
"""So many reasons, the heaviest of all, are handed out; ``attention_total`` counts the rest too."""

_CONFLICT_WEIGHT = 500.0


def dashboard(store: Store, cycle: str) -> Dashboard:
    """Everything of the dashboard of ``cycle``."""
    reference = store.reference()
    known = next((one for one in reference.cycles if one.id == cycle), None) if reference else None
    portfolio = Portfolio(store, cycle)
    members = portfolio.members(store)
    regions = tuple([portfolio.row(member) for member in members])
    words = [row.readiness for row in regions]
    attention: list[Attention] = []
    total = 0
    if known is not None:
        # A closed cycle needs nobody any more.
        of = members if known.state == "open" else ()
        reasons, count = _placed_reasons(of, regions if of else (), ATTENTION_MOST)
        conflicts = list(_conflicts(store, cycle, portfolio))
        total = len(conflicts) + count
        attention = sorted((*conflicts, *_attention(store, known.instrument, reasons)), key=_heaviest)
    return Dashboard(
        status=status_line(store, cycle, portfolio.waiting),
        stages=funnel(known) if known else (),
        regions=regions,
        ready=words.count("ready"),
        nearly=words.count("nearly"),
        behind=words.count("behind"),
        unknown=words.count("unknown"),
        attention=tuple(attention),
        attention_total=total,
        changes=changes(store, cycle, portfolio),
    )


def funnel(cycle: Cycle) -> tuple[StageCount, ...]:
    """How many regions of the whole country reached each stage.

    ``reached`` counts each region at the furthest stage that it reached, so that a stage was reached by all that are
    counted at it or later. Before the earliest stage that is counted nothing is known, unless a number is published.
    """
    published: Mapping[str, int] = cycle.instrument.published
    furthest = dict.fromkeys(STAGES, 0)
    for stage, count in cycle.reached.items():
        stage = EXITS.get(stage, stage)
        if stage in furthest:
            furthest[stage] += count
    counted = [place for place, stage in enumerate(STAGES) if furthest[stage]]
    first = counted[0] if counted else len(STAGES)
    found: list[StageCount] = []
    for place, stage in enumerate(STAGES):
        known = sum(furthest[later] for later in STAGES[place:]) if place >= first else None
        found.append(StageCount(stage, published.get(stage, known)))
    return tuple(found)


def _heaviest(one: Attention) -> float:
    return -one.weight


def _placed_reasons(
    members: Iterable[summary.Member], regions: Iterable[RegionRow], most: int
) -> tuple[list[tuple[RegionRow, summary.Reason]], int]:
    """The ``most`` heaviest reasons of all regions, each with its region, the heaviest first; and how many there are.

    Each member's are decoded alone and come the heaviest first: a whole country's are never in memory at once.
    """
    total = 0
    found: list[tuple[float, int, RegionRow, summary.Reason]] = []
    for row, member in zip(regions, members, strict=True):
        reasons = summary.reasons_of_one(member)
        for place, reason in enumerate(reasons, total):
            one = (reason.weight, -place, row, reason)
            if len(found) < most:
                heappush(found, one)
            elif one[:2] > found[0][:2]:
                heapreplace(found, one)
            else:
                break
        total += len(reasons)
    found.sort(key=itemgetter(0, 1), reverse=True)
    return [(row, reason) for _, _, row, reason in found], total


def _attention(
    store: Store, instrument: Instrument, reasons: Iterable[tuple[RegionRow, summary.Reason]]
) -> Iterator[Attention]:
    titles = titles_of(instrument)
    written = Titles(store)
    for row, reason in reasons:
        if reason.followup:
            title, title_en = written.title("followup", reason.followup, f"{row.cycle}:{row.code}", "")
        else:
            title, title_en = titles.get(_about(reason), ("", ""))
        yield Attention(
            reason.kind,
            row.cycle,
            row.code,
            row.name,
            reason.indicator,
            reason.item,
            title,
            reason.owner,
            reason.days,
            reason.points,
            reason.weight,
            title_en,
            reason.component,
            reason.criterion,
            reason.followup,
        )


def _about(reason: summary.Reason) -> str:
    if reason.component:
        return f"component {reason.component}"
    return f"criterion {reason.criterion}" if reason.criterion else reason.item or ""


def _conflicts(store: Store, cycle: str, portfolio: Portfolio) -> Iterator[Attention]:
    """A field in conflict waits for nobody else than the officer."""
    if not any(waiting.conflicts for waiting in portfolio.waiting.values()):
        return
    from akk_tui.store.views import waiting

    for unit, one in waiting.placed_conflicts(store):
        if unit[:4] != cycle:
            continue
        indicator = tail_of(one.kind, one.key) if one.kind == "assessment" else None
        item = item_of(one.field) if indicator else None
        yield Attention(
            "conflict",
            cycle,
            one.region,
            one.region_name,
            indicator,
            item,
            one.title,
            None,
            None,
            None,
            _CONFLICT_WEIGHT,
            one.title_en,
            op=one.op,
        )


def changes(store: Store, cycle: str, portfolio: Portfolio) -> tuple[Change, ...]:
    """What came from others since the officer last looked, newest first."""
    rows = store.db.execute(
        "SELECT by, at, unit, kind, key, field, value FROM change WHERE unit >= ? AND unit < ?"
        " AND unit IN (SELECT unit FROM unit WHERE NOT leaving) ORDER BY id DESC",
        (f"{cycle}:", f"{cycle};"),
    ).fetchall()
    hidden: set[str] = set()
    if any(row[3] == "criterion" for row in rows):
        hidden = {one.id for one in store.instrument(cycle).criteria if one.hidden}
    made: list[Change] = []
    for by, at, unit, kind, key, field, value in rows:
        covered = kind == "criterion" and key.rpartition(":")[2] in hidden
        name, told = portfolio.name(unit[5:]), None if covered else value
        made.append(Change(by, values.moment(at), unit[:4], unit[5:], name, kind, key, field, told, covered))
    return tuple(made)
