"""Follow-ups (tindak lanjut): those of a cycle, region or activity, the open ones first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar, TYPE_CHECKING

from akk_tui.contract.errors import AkkError, N_
from akk_tui.contract.ids import unit as unit_of
from akk_tui.contract.ids import UUID
from akk_tui.contract.states import FOLLOWUP_OPEN, FOLLOWUP_STATES
from akk_tui.contract.text import clean
from akk_tui.store.shapes import FollowupRow
from akk_tui.store.views import values
from akk_tui.store.views.made import Made

if TYPE_CHECKING:
    from akk_tui.store.store import Store


class UnknownFollowup(AkkError):
    """A follow-up that is not here: never was, was deleted, or belongs to a region outside the scope."""

    code: ClassVar[str] = "unknown_followup"
    text: ClassVar[str] = N_("Tindak lanjut {id} tidak ada di komputer ini.")


def rows(store: Store, cycle: str | None, region: str | None, event: str | None) -> tuple[FollowupRow, ...]:
    """See ``Views.followups``."""
    made, today = Made(store), store.today()
    where = unit_of(cycle, region) if cycle and region else cycle
    found = [
        _row(made, key, row, today)
        for key, row in made.rows("followup", where)
        if (region is None or row.get("region") == region) and (event is None or row.get("event") == event)
    ]
    open_ones = [one for one in found if one.is_open]
    closed = [one for one in found if not one.is_open]
    open_ones.sort(key=lambda one: (one.due or date.max, one.id))
    closed.sort(key=lambda one: (one.done_at or date.min, one.id), reverse=True)
    return (*open_ones, *closed)


def detail(store: Store, key: str) -> FollowupRow:
    """One follow-up; raises UnknownFollowup."""
    made = Made(store)
    row = made.row("followup", key) if UUID.match(key) else None
    if row is None:
        raise UnknownFollowup(id=clean(key)[:60])
    return _row(made, key, row, store.today())


def status_of(row: Mapping[str, Any]) -> str:
    """The status of a follow-up's row; one without, or of a later version, counts as not begun."""
    status = row.get("status")
    return status if status in FOLLOWUP_STATES else FOLLOWUP_OPEN[0]


def _row(made: Made, key: str, row: Mapping[str, Any], today: date) -> FollowupRow:
    unit = unit_of(str(row["cycle"]), str(row["region"]))
    subject, event = values.text(row.get("subject")), values.text(row.get("event"))
    status, due = status_of(row), values.day(row.get("due"))
    late = due is not None and due < today and status in FOLLOWUP_OPEN
    state = made.state("followup", key)
    return FollowupRow(
        id=key,
        cycle=unit[:4],
        region=unit[5:],
        region_name=made.titles.name(unit),
        subject=subject,
        subject_title=_subject_title(made, unit, subject),
        event=event,
        event_title=None if event is None else _event_title(made, event),
        text=values.text(row.get("text")) or "",
        source=values.text(row.get("source")),
        owner=values.text(row.get("owner")),
        due=due,
        status=status,
        response=values.text(row.get("response")),
        done_at=values.day(row.get("done_at")),
        overdue_days=(today - due).days if late and due is not None else None,
        made=values.op_moment(key) if UUID.match(key) else None,
        by=values.text(row.get("by")),
        state=state,
        writable=made.writable(unit),
        conflict="conflict" in made.overlay.marks("followup", key).values(),
    )


def _event_title(made: Made, event: str) -> str:
    row = made.row("event", event) if UUID.match(event) else None
    return values.text(row.get("title")) or "" if row else ""


def _subject_title(made: Made, unit: str, subject: str | None) -> str:
    """What a follow-up is about: an indicator's title, an activity's, or the region's name."""
    if subject is None:
        return ""
    if UUID.match(subject):
        return _event_title(made, subject)
    region, _, indicator = subject.partition(":")
    if indicator:
        return made.titles.title("assessment", f"{unit}:{indicator}", unit, "")[0]
    return made.titles.name(f"{unit[:5]}{region}")
