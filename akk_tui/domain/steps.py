"""The shortest way above the pass mark: what accepting each open item adds, and which ones are enough."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from akk_tui.contract.records import Instrument
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
    weights: dict[str, float] = {}
    whole = 0.0
    for name, indicator in index.indicators.items():
        packed = states.get(name, "")
        weights[name] = sum(item.weight for item in indicator.items if _credit(index, packed, item.pos) is not None)
        if weights[name]:
            whole += index.weight_of[name]
    full = instrument.credits[ACCEPTED]
    found: dict[str, float] = {}
    for name, indicator in index.indicators.items():
        for item in indicator.items:
            credit = _credit(index, states.get(name, ""), item.pos)
            share = 0.0 if credit is None else index.weight_of[name] * item.weight / (whole * weights[name])
            found[item.id] = 100.0 * share * (full - (credit or 0.0))
    return found


def _credit(index: Index, packed: str, pos: int) -> float | None:
    return index.credit_of.get(packed[pos] if pos < len(packed) else index.nothing, 0.0)


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
