"""One row as it stands, for a dialog that edits it; and every official score of a region that was ever reported."""

from __future__ import annotations

from datetime import date
from typing import Any, TYPE_CHECKING

from msgspec import Struct

from akk_tui.contract import ids
from akk_tui.contract.errors import BadKey
from akk_tui.contract.ids import unit as unit_of
from akk_tui.store import rights
from akk_tui.store.errors import EditRefused
from akk_tui.store.overlay import Overlay, SHOWN_STATES
from akk_tui.store.views import values

if TYPE_CHECKING:
    from akk_tui.store.store import Store


class Held(Struct, frozen=True):
    """The fields of a row as the screen shows them, and the fields (groups by their first) that are in conflict."""

    kind: str
    key: str
    values: dict[str, Any]
    conflicts: frozenset[str]

    def seen(self, *names: str) -> dict[str, Any]:
        """The values of ``names``: hand back as ``seen`` of an edit."""
        return {name: self.values.get(name) for name in names}


class ReportedScore(Struct, frozen=True):
    """One official score of a region by its as-of day. ``value`` is text of two decimals."""

    day: date
    value: str
    source: str
    retracted: bool
    by: str | None
    pending: bool
    conflict: bool


def held(store: Store, kind: str, key: str) -> Held:
    """A row as it stands now; an absent one has no values."""
    overlay = Overlay(store.db)
    marks = overlay.marks(kind, key)
    conflicts = frozenset(name for name, state in marks.items() if state == "conflict")
    return Held(kind, key, overlay.effective(kind, key), conflicts)


def scores(store: Store, cycle: str, code: str) -> tuple[ReportedScore, ...]:
    """The official scores of a region, the newest as-of day first; retracted ones and those of days to come too."""
    overlay = Overlay(store.db)
    unit = unit_of(cycle, code)
    found: list[ReportedScore] = []
    for key, row in overlay.effective_rows("score", unit).items():
        day, value = values.day(key[len(unit) + 1 :]), values.text(row.get("value"))
        if day is None or value is None:
            continue
        marks = overlay.marks("score", key).values()
        found.append(
            ReportedScore(
                day=day,
                value=value,
                source=values.text(row.get("source")) or "",
                retracted=row.get("retracted") is True,
                by=values.text(row.get("by")),
                pending=any(mark in SHOWN_STATES for mark in marks),
                conflict="conflict" in marks,
            )
        )
    return tuple(sorted(found, key=lambda one: one.day, reverse=True))


def refusal(store: Store, kind: str, key: str, wanted: dict[str, Any]) -> EditRefused | None:
    """Why the officer could not set ``wanted`` in a row that has its place in its key, or None."""
    place = ids.place(kind, key)
    if place is None:
        raise BadKey(kind=kind, key=key)
    try:
        rights.check(store, rights.Wish(kind, key, place.unit, wanted, Overlay(store.db).effective(kind, key)))
    except EditRefused as refused:
        return refused
    return None
