"""What would be if some items had other states: a sandbox that nothing is written to.

``states`` are a region's packed item states by indicator id, ``chosen`` the states tried, by item id.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from akk_tui.contract.records import Instrument
from akk_tui.contract.states import repack
from akk_tui.domain.forecast import Forecast, forecast
from akk_tui.domain.instrument import Index
from akk_tui.domain.readiness import estimate, gap, passes
from akk_tui.domain.steps import ACCEPTED


class WhatIf(NamedTuple):
    """The region with the tried states. ``gain`` is what they add to the estimate, ``gap`` what it then lacks."""

    estimate: float | None
    gain: float
    gap: float | None
    reaches: bool
    forecast: Forecast


def put(instrument: Instrument, states: Mapping[str, str], chosen: Mapping[str, str]) -> dict[str, str]:
    """``states`` with those in ``chosen``; items that the instrument does not know are passed over."""
    index = Index(instrument)
    found = dict(states)
    for item, state in chosen.items():
        if item in index.items:
            indicator = index.indicator_of[item].id
            found[indicator] = repack(found.get(indicator, ""), index.items[item].pos, state)
    return found


def judge(
    instrument: Instrument,
    states: Mapping[str, str],
    chosen: Mapping[str, str],
    history: Sequence[tuple[date, float]],
    today: date,
) -> WhatIf:
    """Estimate and forecast with the tried states.

    The forecast supposes that the official fulfilment rises at once by what the estimate gains, and goes on at the
    same pace; it says nothing where the region's own forecast says nothing.
    """
    before = estimate(instrument, states).total
    after = estimate(instrument, put(instrument, states, chosen)).total
    gain = 0.0 if before is None or after is None else after - before
    raised = [(day, value + gain) for day, value in history]
    assessment = date.fromisoformat(instrument.assessment)
    found = forecast(raised, instrument.pass_mark, instrument.pass_at_mark, today, assessment)
    if gain > 0 and found.kind == "passed":
        # Raised values of the past pass too: the day is the one on which the items are accepted.
        found = Forecast("passed", today, today, today, found.per_week)
    return WhatIf(after, gain, gap(instrument, after), after is not None and passes(instrument, after), found)


def running(
    instrument: Instrument, states: Mapping[str, str], chosen: Mapping[str, str], items: Iterable[str]
) -> dict[str, float]:
    """For each of ``items``, in their order, the estimate once it and all before it are accepted.

    A tried item counts at its tried state, and where it stands in the order.
    """
    found: dict[str, float] = {}
    reached: Mapping[str, str] = states
    for item in items:
        reached = put(instrument, reached, {item: chosen.get(item, ACCEPTED)})
        total = estimate(instrument, reached).total
        if total is not None:
            found[item] = total
    return found


def needed(
    instrument: Instrument, states: Mapping[str, str], chosen: Mapping[str, str], items: Iterable[str]
) -> list[str]:
    """Which of ``items``, from the first on, must be accepted besides what is tried until the estimate passes.

    All that are not tried, where even they are not enough.
    """
    found: list[str] = []
    reached = put(instrument, states, chosen)
    for item in items:
        total = estimate(instrument, reached).total
        if total is not None and passes(instrument, total):
            break
        if item not in chosen:
            reached = put(instrument, reached, {item: ACCEPTED})
            found.append(item)
    return found


def first_passing(instrument: Instrument, totals: Mapping[str, float]) -> str | None:
    """The first item of :func:`running` with which the estimate passes; None where none does."""
    return next((item for item, total in totals.items() if passes(instrument, total)), None)
