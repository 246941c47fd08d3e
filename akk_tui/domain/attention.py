"""What needs somebody, and why: facts in, reasons out, the worst first.

A criterion that the instrument hides (``kasus``) never becomes a reason: it is for eyes that asked for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final, Literal, NamedTuple

from akk_tui.contract.records import Indicator, Instrument
from akk_tui.contract.states import EXITS, NOTHING, pack, unpack
from akk_tui.domain.criteria import Verdict
from akk_tui.domain.forecast import Forecast

AttentionKind = Literal[
    "overdue", "needs_work", "stale", "dropped", "late_forecast", "criterion", "conflict", "followup"
]

OWED: Final = frozenset({NOTHING, "perlu_perbaikan", "diunggah"})
"""The states in which the region still owes: its Inspektorat has not verified the evidence."""
DROP: Final = 0.5
"""A component that lost fewer points than this did not drop."""
_MOST_DAYS: Final = 60
_NEEDS_WORK: Final = pack(("perlu_perbaikan",))
"""The character of ``perlu_perbaikan``: an indicator without it and without a due date needs no look at its items."""
_WEIGHT: Final[Mapping[AttentionKind, float]] = {
    "conflict": 500.0,
    "criterion": 400.0,
    "overdue": 300.0,
    "followup": 250.0,
    "late_forecast": 200.0,
    "dropped": 150.0,
    "needs_work": 100.0,
    "stale": 50.0,
}


class Reason(NamedTuple):
    """One thing that needs somebody. ``weight``: how bad, higher first; ``days`` overdue, stale or past the assessment;
    ``points`` lost by a component or to be gained by an item; ``component``, ``criterion``, ``followup`` are ids."""

    kind: AttentionKind
    weight: float
    indicator: str | None = None
    item: str | None = None
    component: str | None = None
    criterion: str | None = None
    owner: str | None = None
    days: int | None = None
    points: float | None = None
    followup: str | None = None


class OpenFollowup(NamedTuple):
    """A follow-up that is not done, with the day that it is due; ``indicator`` where it is about one."""

    id: str
    due: date
    owner: str | None = None
    indicator: str | None = None


class Facts(NamedTuple):
    """What is known of one region. Maps are by item, indicator, component or criterion id; absent: not known.

    ``states`` are packed; ``changed`` is the day of the newest change of any row; ``before`` and ``now`` are the
    estimates of the components when the officer last looked and at present. ``stage``: a region on a way out
    (``tidak_terpilih``, …) needs nobody.
    """

    states: Mapping[str, str] = {}
    item_owner: Mapping[str, str] = {}
    item_due: Mapping[str, date] = {}
    owners: Mapping[str, tuple[str, ...]] = {}
    due: Mapping[str, date] = {}
    gains: Mapping[str, float] = {}
    changed: date | None = None
    forecast: Forecast | None = None
    verdicts: Mapping[str, Verdict] = {}
    before: Mapping[str, float | None] = {}
    now: Mapping[str, float | None] = {}
    followups: tuple[OpenFollowup, ...] = ()
    stage: str | None = None


def overdue_days(state: str, due: date | None, today: date) -> int | None:
    """Days past ``due`` of an item that is still owed; None when it is not overdue."""
    if due is None or state not in OWED or due >= today:
        return None
    return (today - due).days


def find(instrument: Instrument, facts: Facts, *, today: date) -> tuple[Reason, ...]:
    """Every reason for attention in one region, the heaviest first."""
    if facts.stage in EXITS:
        return ()
    found: list[Reason] = []
    for component in instrument.components:
        for indicator in component.indicators:
            found += _items(indicator, facts, today)
        lost = _lost(facts, component.id)
        if lost >= DROP:
            found.append(_reason("dropped", lost, component=component.id, points=lost))
    found += _followups(facts.followups, today)
    found += _criteria(instrument, facts)
    found += _forecast(instrument, facts.forecast)
    if facts.changed is not None:
        days = (today - facts.changed).days
        if days > instrument.stale_days:
            found.append(_reason("stale", min(days, _MOST_DAYS) / 2, days=days))
    return tuple(sorted(found, key=lambda reason: -reason.weight))


def _reason(
    kind: AttentionKind,
    more: float,
    *,
    indicator: str | None = None,
    item: str | None = None,
    component: str | None = None,
    criterion: str | None = None,
    owner: str | None = None,
    days: int | None = None,
    points: float | None = None,
) -> Reason:
    return Reason(kind, _WEIGHT[kind] + more, indicator, item, component, criterion, owner, days, points)


def _items(indicator: Indicator, facts: Facts, today: date) -> list[Reason]:
    found: list[Reason] = []
    packed = facts.states.get(indicator.id, "")
    if _NEEDS_WORK not in packed and indicator.id not in facts.due and not facts.item_due:
        return found
    owners = facts.owners.get(indicator.id) or indicator.owners
    for item in indicator.items:
        state = unpack(packed, item.pos)
        days = overdue_days(state, facts.item_due.get(item.id, facts.due.get(indicator.id)), today)
        if days is None and state != "perlu_perbaikan":
            continue
        owner = facts.item_owner.get(item.id) or item.owner or (owners[0] if owners else None)
        kind: AttentionKind = "needs_work" if days is None else "overdue"
        gain = facts.gains.get(item.id)
        more = (gain or 0.0) + min(days or 0, _MOST_DAYS)
        found.append(_reason(kind, more, indicator=indicator.id, item=item.id, owner=owner, days=days, points=gain))
    return found


def _followups(followups: tuple[OpenFollowup, ...], today: date) -> list[Reason]:
    found: list[Reason] = []
    for one in followups:
        days = (today - one.due).days
        if days > 0:
            reason = _reason("followup", min(days, _MOST_DAYS), indicator=one.indicator, owner=one.owner, days=days)
            found.append(reason._replace(followup=one.id))
    return found


def _lost(facts: Facts, component: str) -> float:
    before, now = facts.before.get(component), facts.now.get(component)
    return 0.0 if before is None or now is None else round(before - now, 2)


def _criteria(instrument: Instrument, facts: Facts) -> list[Reason]:
    return [
        _reason("criterion", 0.0, criterion=criterion.id)
        for criterion in instrument.criteria
        if not criterion.hidden and facts.verdicts.get(criterion.id) == "not_met"
    ]


def _forecast(instrument: Instrument, forecast: Forecast | None) -> list[Reason]:
    if forecast is None or forecast.kind != "not_by_assessment":
        return []
    if forecast.day is None:
        return [_reason("late_forecast", _MOST_DAYS)]
    days = (forecast.day - date.fromisoformat(instrument.assessment)).days
    return [_reason("late_forecast", min(days, _MOST_DAYS), days=days)]
