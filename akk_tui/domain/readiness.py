"""Fulfilment of item → indicator → component → region, and how far that is from passing (``domain.md``).

Scores are floats of 0 to 100. Official scores never enter an estimate. Passing is judged on two decimals, as
scores are published, so that what a screen shows and what the rules say never differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Literal, NamedTuple

from akk_tui.contract.records import Band, Instrument
from akk_tui.contract.states import EXITS
from akk_tui.domain.criteria import Verdict
from akk_tui.domain.forecast import first_passing, Forecast, passes_mark
from akk_tui.domain.instrument import Index

Readiness = Literal["ready", "nearly", "behind", "unknown", "apart"]

APART: Final = frozenset({"usulan", "observasi", *EXITS})
"""Stages in which a region is not (yet, or any more) accompanied towards the assessment."""


class Estimate(NamedTuple):
    """The computed fulfilment, 0..100, by id; None where no item is applicable."""

    total: float | None
    components: dict[str, float | None]
    indicators: dict[str, float | None]


def estimate(instrument: Instrument, states: Mapping[str, str]) -> Estimate:
    """The estimate from ``states``: indicator id → packed item states (absent: nothing there yet).

    An indicator is the mean of its applicable items by their weights, a component and the region the mean of
    their indicators by theirs. A state that this version does not know earns nothing.
    """
    index = Index(instrument)
    indicators: dict[str, float | None] = {}
    components: dict[str, float | None] = {}
    earned = weight = 0.0
    for component in instrument.components:
        component_earned = component_weight = 0.0
        for indicator in component.indicators:
            share = share_of(index, indicator.id, states.get(indicator.id, ""))
            indicators[indicator.id] = None if share is None else 100.0 * share
            if share is not None:
                component_earned += index.weight_of[indicator.id] * share
                component_weight += index.weight_of[indicator.id]
                earned += index.weight_of[indicator.id] * share
                weight += index.weight_of[indicator.id]
        components[component.id] = 100.0 * (component_earned / component_weight) if component_weight else None
    return Estimate(100.0 * (earned / weight) if weight else None, components, indicators)


def share_of(index: Index, indicator: str, packed: str) -> float | None:
    """The fulfilled share, 0..1, of one indicator with the item states ``packed``; None without applicable items."""
    earned = weight = 0.0
    for item in index.indicators[indicator].items:
        credit = index.credit_of.get(packed[item.pos] if item.pos < len(packed) else index.nothing, 0.0)
        if credit is not None:
            earned += item.weight * credit
            weight += item.weight
    return earned / weight if weight else None


def passes(instrument: Instrument, value: float) -> bool:
    """Whether a score passes: above the pass mark, or at it where the instrument says so."""
    return passes_mark(value, instrument.pass_mark, instrument.pass_at_mark)


def gap(instrument: Instrument, value: float | None) -> float | None:
    """Points from ``value`` to the first value that passes; 0 when it passes, None without a value."""
    if value is None:
        return None
    if passes(instrument, value):
        return 0.0
    return first_passing(instrument.pass_mark, instrument.pass_at_mark) - value


def category(instrument: Instrument, value: float) -> Band | None:
    """The category word of a score; None where the instrument names none."""
    found: Band | None = None
    for band in instrument.categories:
        if round(value, 2) >= band.least:
            found = band
    return found


def word(
    instrument: Instrument,
    *,
    official: float | None,
    estimate: float | None,
    forecast: Forecast,
    verdicts: Iterable[Verdict],
    stage: str | None = None,
) -> Readiness:
    """The readiness of a region, judged by its official score, else by its estimate.

    ``ready`` passes and misses no criterion (one without data is not missed). ``nearly`` passes by the assessment
    day by its forecast, or, where nothing can be forecast, is within the instrument's ``readiness.nearly`` points.
    ``unknown`` has neither a score nor one item that earned anything. ``apart`` is at a stage where readiness is not
    asked for: proposed, observed, or on a way out.
    """
    if stage in APART:
        return "apart"
    if official is None and not estimate:
        return "unknown"
    score = official if official is not None else estimate
    missing = gap(instrument, score)
    if missing == 0.0:
        return "nearly" if "not_met" in verdicts else "ready"
    if forecast.kind in ("date", "passed"):
        return "nearly"
    near = instrument.readiness.get("nearly")
    if forecast.kind == "no_data" and near is not None and missing is not None and round(missing, 2) <= near:
        return "nearly"
    return "behind"
