"""What the screen shows: the server's rows with everything laid over them that has not come back with a pull yet.

Laid over a row, in the order of the author: accepted operations whose effect no pull has brought so far
(``sent.shown``), then the outbox in the states queued, sending, wait and conflict; never forbidden or rejected.
What was accepted once and is offered again to a restored server (``requested`` 2) is in the old rows already, which
stay on the screen until the new ones are complete: it is laid over them only when it met a conflict.
Rows of a unit that was taken away (``unit.leaving``) are not there.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple, TYPE_CHECKING

import msgspec

from akk_tui.contract import states

if TYPE_CHECKING:
    from sqlite3 import Connection

SHOWN_STATES: Final = ("queued", "sending", "wait", "conflict")
_MADE: Final = ("note", "event", "followup")
"""Kinds whose rows are there only once an operation has made them."""
_KEYED_BY_PLACE: Final = ("assessment", "criterion", "standing", "score")

_WAITING: Final = """
    SELECT n, op, kind, key, unit, field, pos, body, 'sent' FROM sent
        WHERE shown = 1 AND unit NOT IN (SELECT unit FROM unit WHERE leaving)
    UNION ALL
    SELECT n, op, kind, key, unit, field, pos, body, state FROM outbox WHERE requested < 2 OR state = 'conflict'
    ORDER BY 1
"""


class _Body(msgspec.Struct):
    set: dict[str, Any]
    was: dict[str, Any] | None = None


_body = msgspec.json.Decoder(_Body).decode
_row = msgspec.json.Decoder(dict[str, Any]).decode


class Waiting(NamedTuple):
    """One operation that a pull has not brought back. ``state`` is the outbox's, or ``sent`` for an accepted one."""

    n: int
    op: str
    kind: str
    key: str
    unit: str
    field: str
    pos: int | None
    set: dict[str, Any]
    was: dict[str, Any] | None
    state: str


def lay(row: dict[str, Any], waiting: Waiting) -> None:
    """Lay one operation over ``row`` in place: empty values disappear, an item's state goes into ``items``."""
    if waiting.pos is not None:
        ((_, state),) = waiting.set.items()
        row["items"] = states.repack(row.get("items") or "", waiting.pos, state)
        return
    for name, value in waiting.set.items():
        if value is None:
            row.pop(name, None)
        else:
            row[name] = value


class Overlay:
    """The effective rows at one moment: make a new one for every view and inside every transaction."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self._waiting: dict[tuple[str, str], list[Waiting]] | None = None

    def waiting(self, kind: str, key: str) -> list[Waiting]:
        """All operations on one row that wait, refused ones included, in the author's order."""
        return self._all().get((kind, key), [])

    def all_waiting(self) -> list[Waiting]:
        """All operations that wait, by row and in the author's order within a row."""
        return [one for many in self._all().values() for one in many]

    def effective(self, kind: str, key: str) -> dict[str, Any]:
        """The fields of a row as the screen shows them; empty for a row that is not there."""
        found = self._db.execute(
            "SELECT data FROM base WHERE kind = ? AND key = ?"
            " AND NOT EXISTS (SELECT 1 FROM unit u WHERE u.unit = base.unit AND u.leaving)",
            (kind, key),
        ).fetchone()
        row: dict[str, Any] = _row(found[0]) if found else {}
        for one in self._shown(kind, key, exists=found is not None):
            lay(row, one)
        return row

    def effective_rows(self, kind: str, where: str | None = None) -> dict[str, dict[str, Any]]:
        """All rows of ``kind`` by key, as the screen shows them. ``where``: None for all, a cycle, or a unit.

        Rows that exist only as a pending creation come last; deleted notes, events and follow-ups are there with
        ``deleted`` true.
        """
        rows = {key: _row(data) for key, data in self._base(kind, where)}
        for (of_kind, key), many in self._all().items():
            if of_kind != kind or not (where is None or many[0].unit == where or many[0].unit[:4] == where):
                continue
            shown = self._shown(kind, key, exists=key in rows)
            if shown:
                row = rows.setdefault(key, {})
                for one in shown:
                    lay(row, one)
        return rows

    def marks(self, kind: str, key: str) -> dict[str, str]:
        """The state of each field of a row that is not accepted yet: ``conflict`` if one of its operations is.

        A group is named by its first field, a creation by ``""``. Accepted operations are no longer pending.
        """
        found: dict[str, str] = {}
        for one in self.waiting(kind, key):
            if one.state != "sent" and found.get(one.field) != "conflict":
                found[one.field] = one.state
        return found

    def _shown(self, kind: str, key: str, *, exists: bool) -> list[Waiting]:
        """What is laid over a row. Edits of a note whose creation was refused are laid over nothing."""
        shown = [one for one in self.waiting(kind, key) if one.state in SHOWN_STATES or one.state == "sent"]
        if exists or kind not in _MADE or any(one.was is None for one in shown):
            return shown
        return []

    def _base(self, kind: str, where: str | None) -> list[tuple[str, str]]:
        # The planner has no statistics: left alone it would read all rows of the kind for one unit.
        query, params = "base WHERE kind = ?", (kind,)
        if where is not None and kind in _KEYED_BY_PLACE:
            query, params = "base WHERE kind = ? AND key >= ? AND key < ?", (kind, where, f"{where};")
        elif where is not None:
            query = "base INDEXED BY base_unit WHERE kind = ? AND unit >= ? AND unit < ?"
            params = (kind, where, f"{where};")
        return self._db.execute(
            f"SELECT key, data FROM {query} AND unit NOT IN (SELECT unit FROM unit WHERE leaving)",  # noqa: S608
            params,
        ).fetchall()

    def _all(self) -> dict[tuple[str, str], list[Waiting]]:
        if self._waiting is None:
            self._waiting = {}
            for n, op, kind, key, unit, field, pos, body, state in self._db.execute(_WAITING):
                made = _body(body)
                one = Waiting(n, op, kind, key, unit, field, pos, made.set, made.was, state)
                self._waiting.setdefault((kind, key), []).append(one)
        return self._waiting
