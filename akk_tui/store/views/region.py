"""One region's page: stages, components with their indicators and items, criteria, history; and its next steps."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, TYPE_CHECKING

from akk_tui.contract.ids import unit as unit_of
from akk_tui.contract.states import EXITS, STAGES
from akk_tui.domain import criteria, readiness, steps
from akk_tui.store import summary
from akk_tui.store.overlay import Overlay, SHOWN_STATES
from akk_tui.store.shapes import (
    ComponentDetail,
    CriterionRow,
    NextSteps,
    Priorities,
    Priority,
    RegionDetail,
    RegionRow,
    ScorePoint,
    StageStep,
    Step,
)
from akk_tui.store.views import values
from akk_tui.store.views.figures import points_of
from akk_tui.store.views.items import Assessed
from akk_tui.store.views.names import outside_scope
from akk_tui.store.views.portfolio import Portfolio

if TYPE_CHECKING:
    from akk_tui.contract.records import Criterion, Instrument
    from akk_tui.store.store import Store

_NO_DATES: tuple[date | None, date | None] = (None, None)


class _Page:
    """What the page and the next steps have in common."""

    def __init__(self, store: Store, cycle: str, code: str) -> None:
        self.unit = unit_of(cycle, code)
        self.instrument: Instrument = store.instrument(cycle)
        member = summary.member(store, self.unit)
        if member is None:
            raise outside_scope(store, code)
        self.row: RegionRow = Portfolio(store, cycle).row(member)
        self.overlay = Overlay(store.db)
        self.assessed = Assessed(self.instrument, self.unit, self.rows("assessment"), self.overlay, store.today())

    def rows(self, kind: str) -> dict[str, dict[str, Any]]:
        """The effective rows of a kind by the last part of their keys (by the whole key for those with a UUID)."""
        start = len(self.unit) + 1
        found = self.overlay.effective_rows(kind, self.unit)
        return {key[start:] if key.startswith(self.unit) else key: row for key, row in found.items()}


def detail(store: Store, cycle: str, code: str) -> RegionDetail:
    """The page of the region ``code`` in ``cycle``; raises UnknownRegion outside the scope, UnknownCycle."""
    page = _Page(store, cycle, code)
    instrument = page.instrument
    estimate = readiness.estimate(instrument, page.assessed.states)
    notes = _notes_about(store, page.unit)
    officer = store.meta.get("officer") or ""
    criterion_rows = page.rows("criterion")
    return RegionDetail(
        row=page.row,
        stages=_stages(page),
        components=tuple(
            ComponentDetail(
                component.id,
                component.title,
                component.title_en,
                estimate.components[component.id],
                tuple(
                    page.assessed.indicator(one, estimate.indicators[one.id], notes.get(f"{code}:{one.id}", 0), officer)
                    for one in component.indicators
                ),
            )
            for component in instrument.components
        ),
        criteria=tuple(
            _criterion(page, criterion, criterion_rows.get(criterion.id, {})) for criterion in instrument.criteria
        ),
        history=_history(page, store.today()),
        pass_mark=instrument.pass_mark,
        pass_at_mark=instrument.pass_at_mark,
        weights_mark=instrument.weights_mark,
        assessment=date.fromisoformat(instrument.assessment),
    )


def _notes_about(store: Store, unit: str) -> dict[str, int]:
    rows = store.db.execute("SELECT subject, COUNT(*) FROM note_doc WHERE unit = ? GROUP BY subject", (unit,))
    return dict(rows.fetchall())


def _criterion(page: _Page, criterion: Criterion, row: Mapping[str, Any]) -> CriterionRow:
    value = values.text(row.get("value"))
    band = criteria.band(criterion, value)
    mark = page.overlay.marks("criterion", f"{page.unit}:{criterion.id}").get("value")
    return CriterionRow(
        id=criterion.id,
        title=criterion.title,
        title_en=criterion.title_en,
        form=criterion.form,
        threshold=criterion.threshold,
        scale=criterion.scale,
        value=value,
        year=values.whole(row.get("year")),
        as_of=values.day(row.get("as_of")),
        source=values.text(row.get("source")),
        verdict=criteria.verdict(criterion, value),
        band=band.word if band else None,
        band_en=band.word_en if band else None,
        band_colour=band.colour if band else None,
        hidden=criterion.hidden,
        mark=criterion.mark,
        pending=mark in SHOWN_STATES,
        conflict=mark == "conflict",
    )


def _history(page: _Page, today: date) -> tuple[ScorePoint, ...]:
    return tuple(
        ScorePoint(day, value, source, pending=_waits(page.overlay.marks("score", f"{page.unit}:{day}")))
        for day, value, source in points_of(page.rows("score"), today)
    )


def _waits(marks: Mapping[str, str]) -> bool:
    return any(mark in SHOWN_STATES for mark in marks.values())


def _stages(page: _Page) -> tuple[StageStep, ...]:
    """The path with what was done, where the region is and what lies ahead. A way out ends it."""
    now, since = page.row.stage, page.row.stage_date
    days = _event_days(page.rows("event"))
    assessment = date.fromisoformat(page.instrument.assessment)
    days.setdefault("penilaian", (assessment, assessment))
    if now in EXITS:
        done = STAGES[: STAGES.index(EXITS[now]) + 1]
        return (
            *(StageStep(stage, "done", *days.get(stage, _NO_DATES)) for stage in done),
            StageStep(now, "now", since),
        )
    place = STAGES.index(now) if now in STAGES else -1
    found: list[StageStep] = []
    for at, stage in enumerate(STAGES):
        start, end = days.get(stage, _NO_DATES)
        if at == place:
            found.append(StageStep(stage, "now", start or since, end))
        else:
            found.append(StageStep(stage, "done" if at < place else "ahead", start, end))
    return tuple(found)


def _event_days(events: Mapping[str, Mapping[str, Any]]) -> dict[str, tuple[date | None, date | None]]:
    """The days of the events that are a stage of the path (a bimtek's three days), the latest of each kind."""
    found: dict[str, tuple[date | None, date | None]] = {}
    for event in sorted(events.values(), key=lambda one: str(one.get("start") or "")):
        start = values.day(event.get("start"))
        kind = event.get("kind")
        if kind in STAGES and start is not None and not event.get("deleted"):
            found[str(kind)] = (start, values.day(event.get("end")) or start)
    return found


def next_steps(store: Store, cycle: str, code: str, limit: int | None = None) -> NextSteps:
    """The shortest way of the region ``code`` above the pass mark; raises as :func:`detail`."""
    page = _Page(store, cycle, code)
    plan = steps.plan(page.instrument, page.assessed.states, limit)
    items = {
        item.id: (indicator.id, item)
        for component in page.instrument.components
        for indicator in component.indicators
        for item in page.assessed.items(indicator)
    }
    found: list[Step] = []
    for step in plan.steps:
        indicator, item = items[step.item]
        found.append(Step(item.id, item.title, item.title_en, indicator, item.owner, item.due, item.state, step.gain))
    return NextSteps(page.row, tuple(found), plan.estimate, plan.estimate_after, plan.reaches)


def priorities(store: Store, cycle: str, code: str) -> Priorities:
    """Every item of the region ``code`` that still adds to its estimate, by gain; raises as :func:`detail`."""
    page = _Page(store, cycle, code)
    found = [
        Priority(indicator.id, indicator.title, indicator.title_en, item)
        for component in page.instrument.components
        for indicator in component.indicators
        for item in page.assessed.items(indicator)
        if item.gain > 0
    ]
    found.sort(key=lambda one: -round(one.item.gain, 9))
    estimate = readiness.estimate(page.instrument, page.assessed.states).total
    today = store.today()
    return Priorities(page.row, tuple(found), dict(page.assessed.states), _history(page, today), estimate, today)
