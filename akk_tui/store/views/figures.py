"""The figures of one region from its effective rows: what the summary keeps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, TYPE_CHECKING

from akk_tui.contract.states import FOLLOWUP_OPEN, pack
from akk_tui.domain import attention, criteria, readiness, steps
from akk_tui.domain.attention import OpenFollowup
from akk_tui.domain.forecast import forecast
from akk_tui.domain.instrument import Index
from akk_tui.store.summary import Reason, Row, TREND
from akk_tui.store.views import values
from akk_tui.store.views.followups import status_of

if TYPE_CHECKING:
    from akk_tui.contract.records import Instrument
    from akk_tui.domain.criteria import Verdict
    from akk_tui.store.summary import UnitRows

_NEEDS_WORK = "perlu_perbaikan"


def states_of(assessments: Mapping[str, dict[str, Any]]) -> dict[str, str]:
    """The packed item states by indicator id, from assessment rows by indicator id."""
    return {name: packed for name, row in assessments.items() if isinstance(packed := row.get("items"), str)}


def points_of(scores: Mapping[str, dict[str, Any]], today: date) -> list[tuple[date, float, str]]:
    """Reported fulfilments that stand, (as-of day, value, source), oldest first; those dated after today left out."""
    found: list[tuple[date, float, str]] = []
    for name in sorted(scores):
        row = scores[name]
        if row.get("retracted"):
            continue
        as_of, value = values.day(name), values.number(row.get("value"))
        if as_of is not None and value is not None and as_of <= today:
            found.append((as_of, value, values.text(row.get("source")) or ""))
    return found


class Figures:
    """Figures by one instrument as of ``today``; ``hours`` east of UTC is the officer's zone."""

    def __init__(self, instrument: Instrument, today: date, hours: int) -> None:
        self.instrument = instrument
        self.today = today
        self._zone = timedelta(hours=hours)
        self._index = Index(instrument)
        self._assessment = date.fromisoformat(instrument.assessment)
        self._work = pack((_NEEDS_WORK,))
        self._known: dict[tuple[str, str | None], Verdict] = {}

    def of(self, rows: UnitRows, look: int, before: tuple[float | None, ...]) -> tuple[Row, list[Reason]]:
        """The kept row of one region, and its reasons for attention, the heaviest first.

        ``before``: the component scores when the officer last looked, the ``look``-th time.
        """
        instrument = self.instrument
        states = states_of(rows.assessment)
        estimate = readiness.estimate(instrument, states)
        points = points_of(rows.score, self.today)
        official = points[-1] if points else None
        verdicts = self._verdicts(rows)
        seen = forecast(
            [point[:2] for point in points], instrument.pass_mark, instrument.pass_at_mark, self.today, self._assessment
        )
        standing = rows.standing.get("", {})
        touched = values.moment(rows.touched)
        stale = None if touched is None else max(0, (self.today - (touched + self._zone).date()).days)
        facts = self._facts(rows, states)._replace(
            changed=None if stale is None else self.today - timedelta(days=stale),
            forecast=seen,
            verdicts=verdicts,
            stage=values.text(standing.get("stage")),
            before=dict(zip((one.id for one in instrument.components), before, strict=False)),
            now=estimate.components,
            followups=tuple(_open_followups(rows.followup)),
        )
        reasons = attention.find(instrument, facts, today=self.today)
        row = Row(
            day=self.today,
            stage=values.text(standing.get("stage")),
            stage_date=values.day(standing.get("date")),
            official=official[1] if official else None,
            official_as_of=official[0] if official else None,
            official_source=official[2] or None if official else None,
            estimate=estimate.total,
            gap=readiness.gap(instrument, official[1] if official else estimate.total),
            scores=tuple([estimate.components[component.id] for component in instrument.components]),
            gaps=self._gaps(estimate.indicators),
            trend=tuple([point[1] for point in points[-TREND:]]),
            forecast=seen,
            readiness=readiness.word(
                instrument,
                official=official[1] if official else None,
                estimate=estimate.total,
                forecast=seen,
                verdicts=verdicts.values(),
                stage=values.text(standing.get("stage")),
            ),
            criteria_met=sum(verdict == "met" for verdict in verdicts.values()),
            criteria_known=sum(verdict != "no_data" for verdict in verdicts.values()),
            overdue=sum(reason.kind == "overdue" for reason in reasons),
            needs_work=self._needing_work(states),
            team=values.texts(standing.get("team")),
            touched=touched,
            stale_days=stale,
            look=look,
            before=before,
        )
        return row, [Reason(*reason) for reason in reasons]

    def _verdicts(self, rows: UnitRows) -> dict[str, Verdict]:
        """The verdict of each criterion. Regions share most values: each is judged once."""
        found: dict[str, Verdict] = {}
        for criterion in self.instrument.criteria:
            value = values.text(rows.criterion.get(criterion.id, {}).get("value"))
            verdict = self._known.get((criterion.id, value))
            if verdict is None:
                verdict = self._known[criterion.id, value] = criteria.verdict(criterion, value)
            found[criterion.id] = verdict
        return found

    def _facts(self, rows: UnitRows, states: dict[str, str]) -> attention.Facts:
        """What attention judges of items: states, owners and due dates as entered, gains where any of them matters."""
        item_owner: dict[str, str] = {}
        item_due: dict[str, date] = {}
        owners: dict[str, tuple[str, ...]] = {}
        due: dict[str, date] = {}
        for name, row in rows.assessment.items():
            for field, value in row.items():
                if field == "owners":
                    owners[name] = values.texts(value)
                elif field == "due":
                    _put_day(due, name, value)
                elif field.startswith("item_due."):
                    _put_day(item_due, field[9:], value)
                elif field.startswith("item_owner.") and isinstance(value, str):
                    item_owner[field[11:]] = value
        matters = item_due or due or any(self._work in packed for packed in states.values())
        gains = steps.gains(self.instrument, states) if matters else {}
        return attention.Facts(states, item_owner, item_due, owners, due, gains)

    def _needing_work(self, states: Mapping[str, str]) -> int:
        found = 0
        for name, packed in states.items():
            if self._work in packed and name in self._index.indicators:
                found += sum(
                    packed[item.pos : item.pos + 1] == self._work for item in self._index.indicators[name].items
                )
        return found

    def _gaps(self, indicators: Mapping[str, float | None]) -> tuple[float | None, ...]:
        """For each component the points of the region's estimate that are missing in it."""
        weights = self._index.weight_of
        whole = sum(weights[name] for name, score in indicators.items() if score is not None)
        found: list[float | None] = []
        for component in self.instrument.components:
            known = [
                weights[one.id] * (100.0 - score) / whole
                for one in component.indicators
                if (score := indicators[one.id]) is not None
            ]
            found.append(sum(known) if known else None)
        return tuple(found)


def _open_followups(rows: Mapping[str, dict[str, Any]]) -> Iterator[OpenFollowup]:
    for key, row in rows.items():
        due = values.day(row.get("due"))
        if due is not None and status_of(row) in FOLLOWUP_OPEN:
            _region, _, indicator = (values.text(row.get("subject")) or "").partition(":")
            yield OpenFollowup(key, due, values.text(row.get("owner")), indicator or None)


def _put_day(into: dict[str, date], name: str, value: Any) -> None:
    found = values.day(value)
    if found is not None:
        into[name] = found
