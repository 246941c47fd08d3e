"""Writing the server's rows: what changed, what cannot be read, what is deleted, and the checksum over a unit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple, TYPE_CHECKING

import msgspec

from akk_tui.contract import ids
from akk_tui.contract.records import RowLine
from akk_tui.store import readable, restored

if TYPE_CHECKING:
    from akk_tui.store.store import Store

_CHANGES_KEPT: Final = 1000
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(dict[str, Any]).decode


_NAMED_BY: Final = {"note": "title", "event": "title", "followup": "text"}
"""The field that names a row made by an operation."""


class Placed(NamedTuple):
    """A row of a pull with the unit it belongs to (``""`` when nothing tells)."""

    unit: str
    kind: str
    key: str
    seq: int
    rev: int
    data: dict[str, Any]


def place(row: RowLine) -> Placed:
    """A row line with its unit."""
    seq, kind, key, rev, data = row
    return Placed(readable.unit_of(kind, key, data), str(kind), str(key), seq, rev, data)


class Written(NamedTuple):
    """What writing rows did: rows that differ from before, and rows that are deleted now (not by this officer)."""

    changed: int
    deleted: int


class Rows:
    """The base rows of one open store; every call is part of the caller's transaction."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._db = store.db
        self._items: dict[str, dict[int, str]] | None = None

    @property
    def table(self) -> str:
        """Where rows are written: beside the old ones while those of a restored server come in."""
        return "base_next" if restored.active(self._store) else "base"

    def forget_instruments(self) -> None:
        """The reference data may have changed."""
        self._items = None

    def put(self, rows: Sequence[Placed]) -> Written:
        """Write rows; those of units that are up to date also leave a line of what changed, for the officer."""
        table = self.table
        steady = self._steady({row.unit for row in rows})
        changed = deleted = 0
        for row in rows:
            old = self._db.one(f"SELECT rev, data FROM {table} WHERE kind = ? AND key = ?", row[1:3])  # noqa: S608
            reason = readable.unreadable(row.kind, row.key, row.data)
            if reason is not None:
                self._set_apart(row, reason)
                changed += 1
                continue
            text = _encode(row.data).decode()
            if old is None or old != (row.rev, text):
                changed += 1
                before = None if old is None else _decode(old[1])
                deleted += self._is_deletion(row, before)
                if row.unit in steady:
                    self._tell(row, before or {})
            self._db.execute(
                f"INSERT OR REPLACE INTO {table} VALUES (?, ?, ?, ?, ?, ?)",  # noqa: S608
                (row.kind, row.key, row.unit, row.rev, row.seq, text),
            )
            self._db.execute("DELETE FROM quarantine WHERE kind = ? AND key = ?", row[1:3])
        self._db.execute(
            "DELETE FROM change WHERE id <= (SELECT max(id) FROM change) - ?",
            (_CHANGES_KEPT,),
        )
        return Written(changed, deleted)

    def read_again(self) -> list[tuple[str, str, str]]:
        """Rows in quarantine that this version can read become rows; returns (unit, kind, key) of each."""
        table = self.table
        found: list[tuple[str, str, str]] = []
        for unit, kind, key, seq, rev, raw in self._db.execute(
            "SELECT unit, kind, key, seq, rev, raw FROM quarantine"
        ).fetchall():
            data = _decode(raw)
            if readable.unreadable(kind, key, data) is None:
                self._db.execute(
                    f"INSERT OR REPLACE INTO {table} VALUES (?, ?, ?, ?, ?, ?)",  # noqa: S608
                    (kind, key, unit, rev, seq, raw),
                )
                self._db.execute("DELETE FROM quarantine WHERE kind = ? AND key = ?", (kind, key))
                found.append((unit, kind, key))
        return found

    def empty(self, units: Iterable[str]) -> None:
        """Remove the rows of units that are about to be read anew because they differed from the server."""
        table = self.table
        for unit in units:
            self._db.execute(f"DELETE FROM {table} WHERE unit = ?", (unit,))  # noqa: S608
            self._db.execute("DELETE FROM quarantine WHERE unit = ?", (unit,))

    def checksum(self, unit: str) -> int:
        """The checksum over all rows of a unit, those in quarantine and deleted ones included."""
        rows = self._db.execute(
            "SELECT kind, key, rev FROM base WHERE unit = ?"
            " UNION ALL SELECT kind, key, rev FROM quarantine WHERE unit = ?",
            (unit, unit),
        )
        return ids.checksum(rows)

    def arrived(self) -> list[tuple[str, str, str]]:
        """Accepted operations whose effect the rows now hold are no longer laid over them: (unit, kind, key) each."""
        found = self._db.execute(
            "SELECT op, unit, kind, key FROM sent WHERE shown AND ("
            " unit NOT IN (SELECT unit FROM unit)"
            " OR seq <= (SELECT coalesce(cursor, ?) FROM unit WHERE unit.unit = sent.unit)"
            " OR seq <= (SELECT seq FROM base WHERE base.kind = sent.kind AND base.key = sent.key))",
            (self._store.meta.number("at"),),
        ).fetchall()
        self._db.executemany("UPDATE sent SET shown = 0 WHERE op = ?", [row[:1] for row in found])
        return [row[1:] for row in found]

    def _steady(self, units: set[str]) -> set[str]:
        """Those of ``units`` whose changes are news: not filled for the first time, nor read anew."""
        if restored.active(self._store) or not self._store.meta.number("at"):
            return set()
        query = "SELECT 1 FROM unit WHERE unit = ? AND cursor IS NULL AND NOT leaving"
        return {unit for unit in units if self._db.one(query, (unit,)) is not None}

    def _set_apart(self, row: Placed, reason: str) -> None:
        self._db.execute(f"DELETE FROM {self.table} WHERE kind = ? AND key = ?", row[1:3])  # noqa: S608
        raw = _encode(row.data).decode()
        self._db.execute(
            "INSERT OR REPLACE INTO quarantine VALUES (?, ?, ?, ?, ?, ?, ?)",
            (row.kind, row.key, row.unit, row.seq, row.rev, raw, reason),
        )

    def _is_deletion(self, row: Placed, before: dict[str, Any] | None) -> bool:
        if not row.data.get("deleted") or before is None or before.get("deleted"):
            return False
        own = "SELECT 1 FROM {} WHERE kind = ? AND key = ? AND field = 'deleted' LIMIT 1"
        return not any(self._db.one(own.format(table), row[1:3]) for table in ("sent", "outbox"))

    def _tell(self, row: Placed, before: dict[str, Any]) -> None:
        by = row.data.get("by")
        if not by or by == self._store.meta.get("officer"):
            return
        items = self._items_of(row) if "items" in row.data or "items" in before else {}
        found = readable.changes(before, row.data, items)
        if row.kind in _NAMED_BY and not before:
            # A row that is new is one piece of news, told by its name.
            found = [("", next((value for field, value in found if field == _NAMED_BY[row.kind]), None))]
        for field, value in found:
            self._db.execute(
                "INSERT INTO change VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)",
                (by, row.data.get("at"), row.unit, row.kind, row.key, field, value),
            )

    def _items_of(self, row: Placed) -> dict[int, str]:
        """The items of an assessment's indicator by their place."""
        if self._items is None:
            reference = self._store.reference()
            self._items = {
                f"{cycle.id} {indicator.id}": {item.pos: str(item.id) for item in indicator.items}
                for cycle in (reference.cycles if reference else ())
                for component in cycle.instrument.components
                for indicator in component.indicators
            }
        return self._items.get(f"{row.unit[:4]} {row.key.rpartition(':')[2]}", {})
