"""The shortest way above the pass mark: what accepting each open item adds, and which ones are enough."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from akk_tui.contract.records import Indicator, Instrument
from akk_tui.contract.states import NOTHING, repack, unpack
from akk_tui.domain.instrument import Index
from akk_tui.domain.readiness import estimate, passes

ACCEPTED = "diterima"


class PlanStep(NamedTuple):
    """Accept ``item``: its id, its indicator's id, its present state, and the points of the estimate that it adds."""

    item: str
    indicator: str
    state: str
    gain: float


class Plan(NamedTuple):
    """Steps in order of gain. ``estimate_after`` is what the estimate is when all are done; ``reaches``: it passes."""

    steps: tuple[PlanStep, ...]
    estimate: float | None
    estimate_after: float | None
    reaches: bool


def gains(instrument: Instrument, states: Mapping[str, str]) -> dict[str, float]:
    """For each item the points of the region's estimate that accepting it adds.

    ``states``: indicator id → packed states. Accepted items, and those that are not applicable, add nothing. The
    gains of several items add up, since accepting an item changes no weight.
    """
    index = Index(instrument)
    full = instrument.credits[ACCEPTED]
    whole = 0.0
    open_: list[tuple[float, list[tuple[str, float]]]] = []
    for name, indicator in index.indicators.items():
        weight, missing = _missing(index, indicator, states.get(name, ""), full)
        if weight:
            whole += index.weight_of[name]
        open_.append((index.weight_of[name] / weight if weight else 0.0, missing))
    return {item: 100.0 * factor / whole * part if part else 0.0 for factor, missing in open_ for item, part in missing}


def _missing(index: Index, indicator: Indicator, packed: str, full: float) -> tuple[float, list[tuple[str, float]]]:
    """The weight of the applicable items, and for each item its weight times the credit that it has not got."""
    credit_of, length = index.credit_of, len(packed)
    weight = 0.0
    missing: list[tuple[str, float]] = []
    for item in indicator.items:
        credit = credit_of.get(packed[item.pos] if item.pos < length else index.nothing, 0.0)
        if credit is None:
            missing.append((item.id, 0.0))
        else:
            weight += item.weight
            missing.append((item.id, item.weight * (full - credit)))
    return weight, missing


def plan(instrument: Instrument, states: Mapping[str, str], limit: int | None = None) -> Plan:
    """The fewest items whose acceptance lifts the estimate above the mark, largest gain first, at most ``limit``.

    Where even all of them are not enough, all are returned and ``reaches`` is false. Items of equal gain come in the
    instrument's order. Without applicable items there are no steps and no estimate.
    """
    index = Index(instrument)
    before = estimate(instrument, states).total
    if before is None:
        return Plan((), None, None, False)
    changed = dict(states)
    after = before
    steps: list[PlanStep] = []
    ranked = sorted(gains(instrument, states).items(), key=lambda pair: -round(pair[1], 9))
    for item, gain in ranked:
        if passes(instrument, after) or gain <= 0 or len(steps) == limit:
            break
        indicator = index.indicator_of[item].id
        packed = changed.get(indicator, "")
        pos = index.items[item].pos
        steps.append(PlanStep(item, indicator, unpack(packed, pos) if packed else NOTHING, gain))
        changed[indicator] = repack(packed, pos, ACCEPTED)
        after = estimate(instrument, changed).total or 0.0
    return Plan(tuple(steps), before, after, passes(instrument, after))
