"""Rows that officers make (activities and follow-ups), as views read them: base ⊕ outbox, without deleted ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TYPE_CHECKING

from akk_tui.contract.ids import unit as unit_of
from akk_tui.store.overlay import Overlay
from akk_tui.store.views.titles import Titles

if TYPE_CHECKING:
    from akk_tui.store.store import Store

_SENT = "sent"


class Made:
    """One reading of such rows, with what they share: titles, rights and what waits."""

    def __init__(self, store: Store) -> None:
        self.overlay = Overlay(store.db)
        self.titles = Titles(store, self.overlay)
        reference = store.reference()
        closed = {cycle.id for cycle in reference.cycles if cycle.state != "open"} if reference else set[str]()
        found = store.db.execute("SELECT unit, write FROM unit WHERE NOT leaving")
        self._units = {unit: bool(write) and unit[:4] not in closed for unit, write in found}
        waiting = sorted((one.n, one.kind, one.key, one.state) for one in self.overlay.all_waiting())
        self._states = {(kind, key): state for _, kind, key, state in waiting if state != _SENT}

    def rows(self, kind: str, where: str | None) -> Iterator[tuple[str, dict[str, Any]]]:
        """The rows of ``kind`` that are there, with their keys. ``where``: None for all, a cycle, or a unit."""
        for key, row in self.overlay.effective_rows(kind, where).items():
            if self._there(row):
                yield key, row

    def row(self, kind: str, key: str) -> dict[str, Any] | None:
        """One row, None when it is not there."""
        row = self.overlay.effective(kind, key)
        return row if self._there(row) else None

    def state(self, kind: str, key: str) -> str:
        """``sent``, else the state of the newest operation that waits on the row."""
        return self._states.get((kind, key), _SENT)

    def writable(self, unit: str) -> bool:
        """Whether the officer may write in ``unit``: assigned for writing, and its cycle is open."""
        return self._units.get(unit, False)

    def _there(self, row: dict[str, Any]) -> bool:
        cycle, region = row.get("cycle"), row.get("region")
        if not isinstance(cycle, str) or not isinstance(region, str) or row.get("deleted"):
            return False
        return unit_of(cycle, region) in self._units
