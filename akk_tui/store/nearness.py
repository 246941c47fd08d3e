"""Which of the regions that a search finds equally well the officer is likely to mean.

The rule, the first that tells two regions apart: a region whose team the officer is in; one that the officer may
change, then one that may be read, then any other; the one that was opened more lately; the one in which something
happened more lately. What none of them tells apart stays in the order of names.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Final, TYPE_CHECKING

from akk_tui.contract.errors import AkkError

if TYPE_CHECKING:
    from akk_tui.store.store import Store

OPENED_MOST: Final = 12
_OPENED: Final = "opened"
_OWN, _WRITTEN, _READ, _OTHER = range(4)

Rank = tuple[int, int, float]
"""What the officer has to do with a region, how long ago it was opened, when it was touched; the smaller the nearer."""


class Nearness:
    """The nearness of regions to the officer of one store, by region code.

    What the officer has to do with them is read once (:meth:`read`), not at every keystroke: it only puts equals in
    order. Which regions were opened is kept in memory, and in the store by :meth:`keep`.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._cycle: str | None = None
        self._of: dict[str, tuple[int, float]] = {}
        self._opened: list[str] | None = None

    def opened(self, code: str) -> None:
        """The officer has opened a region."""
        before = self._recent()
        self._opened = [code, *(one for one in before if one != code)][:OPENED_MOST]

    def keep(self) -> None:
        """Let the store remember which regions were opened. Not at once: a store that changes is read by all screens.

        Where it cannot be written they are forgotten.
        """
        if self._opened is not None:
            with suppress(AkkError):
                if self._store.meta.get(_OPENED) != " ".join(self._opened):
                    self._store.meta.set(_OPENED, " ".join(self._opened))

    def read(self, cycle: str | None) -> None:
        """Read what the officer has to do with the regions in ``cycle``."""
        from akk_tui.store import summary

        officer = self._store.meta.get("officer")
        self._cycle, self._of = cycle, {}
        for member in summary.members(self._store, cycle) if cycle else ():
            row = member.row
            relation = _OWN if officer in row.team else _WRITTEN if member.write else _READ
            self._of[member.unit[5:]] = relation, -row.touched.timestamp() if row.touched is not None else 0.0

    def ranks(self, cycle: str | None) -> dict[str, Rank]:
        """The rank of every region that is not the last of all."""
        if cycle != self._cycle:
            self.read(cycle)
        recent = {code: place for place, code in enumerate(self._recent())}
        made = {code: (relation, recent.get(code, OPENED_MOST), at) for code, (relation, at) in self._of.items()}
        return {code: (_OTHER, place, 0.0) for code, place in recent.items()} | made

    def _recent(self) -> list[str]:
        if self._opened is None:
            self._opened = (self._store.meta.get(_OPENED) or "").split()[:OPENED_MOST]
        return self._opened


LAST: Final[Rank] = (_OTHER, OPENED_MOST, 0.0)
"""The rank of a region that the officer has nothing to do with."""
