"""Activities (kegiatan): the list of a cycle or region, and one activity whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Final, TYPE_CHECKING

from akk_tui.contract.errors import AkkError, N_
from akk_tui.contract.fields import KINDS
from akk_tui.contract.ids import unit as unit_of
from akk_tui.contract.ids import UUID
from akk_tui.contract.states import FOLLOWUP_OPEN
from akk_tui.contract.text import clean
from akk_tui.store.overlay import Overlay
from akk_tui.store.shapes import EventDetail, EventRow
from akk_tui.store.views import followups, notes, values
from akk_tui.store.views.made import Made

if TYPE_CHECKING:
    from akk_tui.contract.records import Instrument
    from akk_tui.store.store import Store

_ATTENDANCE: Final = "attendance."
_ABSENT: Final = "tidak_hadir"
_UNDATED: Final = "9999"
_FIELDS: Final = tuple(
    name for one in KINDS["event"] if (name := one.pattern.pattern.removesuffix(r"\Z")).isidentifier()
)
"""The fields with a name of their own: all but the attendance."""


class UnknownEvent(AkkError):
    """An activity that is not here: never was, was deleted, or belongs to a region outside the scope."""

    code: ClassVar[str] = "unknown_event"
    text: ClassVar[str] = N_("Kegiatan {id} tidak ada di komputer ini.")


def rows(store: Store, cycle: str | None, region: str | None) -> tuple[EventRow, ...]:
    """See ``Views.events``."""
    made = Made(store)
    where = unit_of(cycle, region) if cycle and region else cycle
    asked = _followups_by_event(made, where)
    found = [
        _row(made, key, row, asked.get(key, ()))
        for key, row in made.rows("event", where)
        if region is None or row.get("region") == region
    ]
    return tuple(sorted(found, key=lambda one: (one.start or _UNDATED, one.id)))


def detail(store: Store, key: str) -> EventDetail:
    """One activity as it is shown; raises UnknownEvent."""
    made = Made(store)
    row = made.row("event", key) if UUID.match(key) else None
    if row is None:
        raise UnknownEvent(id=clean(key)[:60])
    cycle, region = str(row["cycle"]), str(row["region"])
    attendance = dict(_attendance(row))
    asked = followups.rows(store, cycle, region, key)
    return EventDetail(
        row=_row(made, key, row, [{"status": one.status} for one in asked]),
        agenda=values.text(row.get("agenda")),
        outcome=values.text(row.get("outcome")),
        attendance=attendance,
        agencies=_agencies(store, made.overlay, unit_of(cycle, region), attendance),
        followups=asked,
        notes=notes.rows(store, cycle, key, None),
        seen={
            **{name: row.get(name) for name in _FIELDS},
            **{f"{_ATTENDANCE}{opd}": word for opd, word in attendance.items()},
        },
    )


def _row(made: Made, key: str, row: Mapping[str, Any], asked: list[dict[str, Any]] | tuple[()]) -> EventRow:
    unit = unit_of(str(row["cycle"]), str(row["region"]))
    start, end = values.text(row.get("start")), values.text(row.get("end"))
    attendance = dict(_attendance(row))
    return EventRow(
        id=key,
        cycle=unit[:4],
        region=unit[5:],
        region_name=made.titles.name(unit),
        kind=values.text(row.get("kind")),
        title=values.text(row.get("title")) or "",
        place=values.text(row.get("place")),
        start=start,
        end=end,
        zone=values.text(row.get("zone")),
        start_day=values.day(start),
        end_day=values.day(end) or values.day(start),
        participants=values.whole(row.get("participants")),
        institutions=values.texts(row.get("institutions")),
        present=sum(word != _ABSENT for word in attendance.values()),
        invited=len(attendance),
        followups=len(asked),
        open_followups=sum((one.get("status") or FOLLOWUP_OPEN[0]) in FOLLOWUP_OPEN for one in asked),
        by=values.text(row.get("by")),
        state=made.state("event", key),
        writable=made.writable(unit),
    )


def _followups_by_event(made: Made, where: str | None) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for _key, row in made.rows("followup", where):
        event = row.get("event")
        if isinstance(event, str):
            found.setdefault(event, []).append(row)
    return found


def _attendance(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name in sorted(row):
        word = row[name]
        if name.startswith(_ATTENDANCE) and isinstance(word, str) and word:
            yield name.removeprefix(_ATTENDANCE), word


def _agencies(store: Store, overlay: Overlay, unit: str, attendance: Mapping[str, str]) -> tuple[str, ...]:
    """OPD to offer: those that are noted, the owners of the region's indicators, those of the instrument."""
    found = dict.fromkeys(attendance)
    for _key, row in sorted(overlay.effective_rows("assessment", unit).items()):
        found.update(dict.fromkeys(values.texts(row.get("owners"))))
    found.update(dict.fromkeys(_of_instrument(store.instrument(unit[:4]))))
    return tuple(name for name in found if "." not in name)


def _of_instrument(instrument: Instrument) -> Iterator[str]:
    for component in instrument.components:
        for indicator in component.indicators:
            yield from indicator.owners
            for item in indicator.items:
                if item.owner:
                    yield item.owner
