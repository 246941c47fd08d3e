"""The part of the server's log that was fetched: who changed what in a row, kept for reading without a network.

The log of a unit is fetched page by page (``log_fetched`` with an empty kind and key holds up to which sequence
number, and when it was last complete), that of a single row whole. It is a copy: it goes with the unit, and when the
server was restored from a backup.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from akk_tui.contract import codec, ids
from akk_tui.contract.errors import BadKey
from akk_tui.contract.records import LogEntry, LogLine, LogPage, UnitLog
from akk_tui.store import room
from akk_tui.store.clock import stamp
from akk_tui.store.errors import PullRefused

if TYPE_CHECKING:
    from akk_tui.store.store import Store

_Row = tuple[str, str, int, str, str, str, str, str | None, str]


class Log:
    """The fetched log of one open store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._db = store.db

    def units(self, regions: Iterable[str], cycles: Iterable[str] = ()) -> list[str]:
        """The units of the scope in ``regions`` (codes) whose cycle is among ``cycles`` (none: all open ones)."""
        reference = self._store.reference()
        open_now = {str(one.id) for one in reference.cycles if one.state == "open"} if reference else set[str]()
        wanted, asked = set(cycles) or open_now, set(regions)
        found = self._db.execute("SELECT unit FROM unit WHERE NOT leaving ORDER BY unit").fetchall()
        return [unit for (unit,) in found if unit[:4] in wanted and unit[5:] in asked]

    def cursor(self, unit: str) -> int:
        """The sequence number up to which the log of ``unit`` is here."""
        return self._db.value(
            "SELECT seq FROM log_fetched WHERE unit = ? AND kind = '' AND key = ''", (unit,), default=0
        )

    def unit_of(self, kind: str, key: str) -> str | None:
        """The unit that a row is in; None for a row that is not here."""
        try:
            place = ids.place(kind, key)
        except BadKey:
            return None
        if place is not None:
            return place.unit
        found = self._db.value("SELECT unit FROM base WHERE kind = ? AND key = ?", (kind, key))
        return found or self._db.value("SELECT unit FROM outbox WHERE kind = ? AND key = ?", (kind, key))

    def store_page(self, page: UnitLog) -> int:
        """Store a page of a unit's log, in one transaction; how many entries were new here.

        With the last page the log counts as complete as of now. Raises PullRefused for entries that cannot belong
        there, StoreNearlyFull where the room that is left is kept for edits.
        """
        room.ask(self._db.path)
        unit = page.unit
        before = self.cursor(unit)
        if page.upto < before or (page.more and page.upto == before):
            raise PullRefused(reason=f"log {unit}: {before} → {page.upto}")
        with self._db.write():
            new = self._put(_row(unit, one, _name(unit, one)) for one in page.entries)
            at = "" if page.more else stamp(self._store.now())
            self._db.execute("INSERT OR IGNORE INTO log_fetched VALUES (?, '', '', 0, '')", (unit,))
            self._db.execute(
                "UPDATE log_fetched SET seq = ?, at = CASE ? WHEN '' THEN at ELSE ? END"
                " WHERE unit = ? AND kind = '' AND key = ''",
                (page.upto, at, at, unit),
            )
        return new

    def store_row(self, unit: str, kind: str, key: str, page: LogPage) -> int:
        """Store the log of one row as it was fetched now; how many entries were new here.

        Raises PullRefused, StoreNearlyFull.
        """
        room.ask(self._db.path)
        if any((str(entry.kind), str(entry.key)) != (kind, key) for entry in page.entries):
            raise PullRefused(reason=f"log {kind} {key}")
        newest = page.entries[-1].seq if page.entries else 0
        with self._db.write():
            new = self._put(_row(unit, one, str(one.op)) for one in page.entries)
            self._db.execute(
                "INSERT OR REPLACE INTO log_fetched VALUES (?, ?, ?, ?, ?)",
                (unit, kind, key, newest, stamp(self._store.now())),
            )
        return new

    def _put(self, rows: Iterable[_Row]) -> int:
        before = self._db.total_changes
        # What another's operation is called is not always told: its number is what it is known by.
        self._db.executemany(
            "INSERT INTO log SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9"
            " WHERE NOT EXISTS (SELECT 1 FROM log WHERE kind = ?1 AND key = ?2 AND seq = ?3)",
            rows,
        )
        return self._db.total_changes - before


def forget(store: Store) -> None:
    """Forget all of it: the server's history is another one now. Part of the caller's transaction."""
    store.db.execute("DELETE FROM log")
    store.db.execute("DELETE FROM log_fetched")


def _row(unit: str, entry: LogEntry | LogLine, op: str) -> _Row:
    kind, key = str(entry.kind), str(entry.key)
    try:
        place = ids.place(kind, key)
    except BadKey as cause:
        raise PullRefused(reason=f"log {unit}: {kind} {key}") from cause
    if place is not None and place.unit != unit:
        raise PullRefused(reason=f"log {unit}: {kind} {key}")
    was = None if entry.was is None else codec.encode(entry.was).decode()
    now = codec.encode(entry.changed).decode()
    return kind, key, entry.seq, op, unit, str(entry.by), str(entry.at), was, now


def _name(unit: str, entry: LogLine) -> str:
    """The operation's id; of another's, which is not told, one that tells as well when it was made."""
    if entry.op:
        return str(entry.op)
    try:
        at = datetime.fromisoformat(entry.at).timestamp()
    except ValueError as cause:
        raise PullRefused(reason=f"log {unit}: {entry.at}") from cause
    return ids.uuid7((int(at) - entry.made) * 1000, lambda bits: entry.seq & ((1 << bits) - 1))
