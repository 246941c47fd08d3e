"""The status line: cycle, countdown, officer, last sync, and what waits."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple, TYPE_CHECKING

from akk_tui.store.shapes import StatusLine
from akk_tui.store.views import values

if TYPE_CHECKING:
    from akk_tui.store.store import Store


class Waiting(NamedTuple):
    """Counts of the outbox: operations on their way, fields in conflict, operations that were refused."""

    pending: int
    conflicts: int
    refused: int


def waiting_by_unit(store: Store) -> dict[str, Waiting]:
    """What waits in each unit that has something waiting."""
    rows = store.db.execute(
        "SELECT unit, SUM(state IN ('queued', 'sending', 'wait')),"
        " COUNT(DISTINCT CASE WHEN state = 'conflict' THEN kind || ' ' || key || ' ' || CASE WHEN EXISTS ("
        "   SELECT 1 FROM outbox c WHERE c.kind = o.kind AND c.key = o.key AND c.field = '' AND c.state = 'conflict'"
        " ) THEN '' ELSE field END END),"
        " SUM(state IN ('forbidden', 'rejected')) FROM outbox o GROUP BY unit"
    )
    return {unit: Waiting(pending, conflicts, refused) for unit, pending, conflicts, refused in rows}


def status_line(store: Store, cycle: str | None = None, waiting: dict[str, Waiting] | None = None) -> StatusLine:
    """The status line for ``cycle``; an unknown one counts as None, the newest open cycle."""
    reference = store.reference()
    today = store.today()
    found = waiting_by_unit(store) if waiting is None else waiting
    counts = Waiting(*(sum(column) for column in zip((0, 0, 0), *found.values(), strict=True)))
    known = {one.id: one for one in reference.cycles} if reference else {}
    if known and cycle not in known:
        cycle = store.cycle()
    chosen = known.get(cycle) if cycle else None
    assessment = date.fromisoformat(chosen.instrument.assessment) if chosen else None
    return StatusLine(
        cycle=chosen.id if chosen else "",
        cycles=tuple(sorted(known, reverse=True)),
        cycle_state=chosen.state if chosen else "",
        assessment=assessment,
        days_left=(assessment - today).days if assessment else None,
        today=today,
        sample=reference is not None and reference.sample is not None,
        officer=store.meta.get("display") or store.meta.get("officer") or "",
        role=store.meta.get("role") or "",
        last_sync=values.moment(store.meta.get("last_sync")),
        pending=counts.pending,
        conflicts=counts.conflicts,
        refused=counts.refused,
    )
