"""The what-if of Prioritas pemenuhan: states tried in one region, and what they would do. Nothing is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import cached_property
from typing import Any, Final, TYPE_CHECKING

from akk_tui.contract.errors import N_
from akk_tui.domain import whatif
from akk_tui.domain.steps import ACCEPTED
from akk_tui.i18n import pick

if TYPE_CHECKING:
    from akk_tui.contract.records import Instrument
    from akk_tui.domain.whatif import WhatIf
    from akk_tui.store.shapes import Priorities, Priority

SORTS: Final[dict[str, tuple[str, Callable[[Any], Any]]]] = {
    "gain": (N_("poin (terbanyak dahulu)"), lambda row: -round(row.item.gain, 9)),
    "due": (N_("batas waktu (terdekat dahulu)"), lambda row: row.item.due or date.max),
    "owner": (N_("penanggung jawab"), lambda row: (row.item.owner is None, (row.item.owner or "").casefold())),
    "indicator": (N_("indikator"), lambda row: [int(part) if part.isdigit() else 0 for part in row.item.id.split(".")]),
}
NOBODY: Final = ""
"""The owner of items that nobody owes, among the filters."""


def title(row: Priority) -> str:
    """The title of an item in the language in use."""
    return pick(row.item.title, row.item.title_en)


class Sandbox:
    """``chosen``: the tried states by item id. What is computed follows it and the ``data`` given last."""

    def __init__(self, instrument: Instrument, data: Priorities) -> None:
        self.instrument = instrument
        self.data = data
        self.chosen: dict[str, str] = {}
        self._history = [(point.day, point.value) for point in data.history]

    def renew(self, instrument: Instrument, data: Priorities) -> int:
        """Take newer data. Tried items that are accepted by now, or stand at what was tried, leave; how many did."""
        self.instrument, self.data = instrument, data
        self._history = [(point.day, point.value) for point in data.history]
        now = {row.item.id: row.item.state for row in data.rows}
        kept = {item: state for item, state in self.chosen.items() if now.get(item, state) != state}
        gone = len(self.chosen) - len(kept)
        self.chosen = kept
        self._forget()
        return gone

    def _forget(self) -> None:
        self.__dict__.pop("after", None)
        self.__dict__.pop("before", None)

    @cached_property
    def before(self) -> WhatIf:
        """The region as it is."""
        return self._judge({})

    @cached_property
    def after(self) -> WhatIf:
        """The region with the tried states."""
        return self._judge(self.chosen) if self.chosen else self.before

    def _judge(self, chosen: dict[str, str]) -> WhatIf:
        return whatif.judge(self.instrument, self.data.states, chosen, self._history, self.data.today)

    def choose(self, item: str, state: str | None) -> None:
        """Try ``state`` for an item; None, or the state that it has, takes it out of the sandbox."""
        row = self.row(item)
        if row is None or state is None or state == row.item.state:
            self.chosen.pop(item, None)
        else:
            self.chosen[item] = state
        self._forget()

    def toggle(self, item: str) -> None:
        """Try an item as accepted, or no longer."""
        self.choose(item, None if item in self.chosen else ACCEPTED)

    def clear(self) -> None:
        """Throw everything tried away."""
        self.chosen.clear()
        self._forget()

    def row(self, item: str) -> Priority | None:
        """The row of an item."""
        return next((row for row in self.data.rows if row.item.id == item), None)

    def shown(self, owner: str | None, order: str) -> list[Priority]:
        """The rows of ``owner`` (None: of all), in ``order``."""
        rows = (row for row in self.data.rows if owner is None or (row.item.owner or NOBODY) == owner)
        return sorted(rows, key=SORTS[order][1])

    def totals(self, rows: Sequence[Priority]) -> dict[str, float]:
        """The running total of ``rows``: the estimate once everything down to a row is accepted, or as tried."""
        return whatif.running(self.instrument, self.data.states, self.chosen, (row.item.id for row in rows))

    def passing(self, totals: dict[str, float]) -> str | None:
        """The first item of a running total with which the estimate passes."""
        return whatif.first_passing(self.instrument, totals)

    def try_until_passing(self, rows: Sequence[Priority]) -> int:
        """Try ``rows`` from the top as accepted until the estimate passes, else all of them; how many were added."""
        added = whatif.needed(self.instrument, self.data.states, self.chosen, [row.item.id for row in rows])
        self.chosen |= dict.fromkeys(added, ACCEPTED)
        self._forget()
        return len(added)

    def tried(self) -> list[tuple[Priority, str]]:
        """The tried rows with their states, in the order of the instrument."""
        return [(row, self.chosen[row.item.id]) for row in self.shown(None, "indicator") if row.item.id in self.chosen]

    def owners(self) -> list[tuple[str, int, float]]:
        """Who owes missing items: (owner, how many, their points), most points first; nobody's are ``NOBODY``."""
        found: dict[str, list[float]] = {}
        for row in self.data.rows:
            found.setdefault(row.item.owner or NOBODY, []).append(row.item.gain)
        return sorted(((name, len(gains), sum(gains)) for name, gains in found.items()), key=lambda one: -one[2])
