"""What can still be read of one table of a damaged store."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

from akk_tui.store.db import connect, Database
from akk_tui.store.errors import StoreUnusable

Row = tuple[Any, ...]


class DamagedTable:
    """A table read from both ends and, in between, by the keys that its indexes still have.

    ``made`` is a sound store of this version: it tells which columns and indexes the table has.
    """

    def __init__(self, path: Path, made: Database, name: str) -> None:
        self._path, self._name = path, name
        info = made.execute(f"PRAGMA table_info({name})").fetchall()
        # One that an earlier version left may lack some, or the whole table.
        there = {str(column[1]) for column in self._read(f"PRAGMA table_info({name})")[0]}
        self._absent = not there and self._read("SELECT name FROM sqlite_master")[1]
        self.columns = [str(column[1]) for column in info if column[1] in there or not there]
        self._key = [str(column[1]) for column in sorted(info, key=lambda one: one[5]) if column[5]]
        self._at = [self.columns.index(column) for column in self._key]
        indexes = made.execute(f"PRAGMA index_list({name})").fetchall()
        self._indexes = {
            str(index[1]): [str(column[2]) for column in made.execute(f"PRAGMA index_info({index[1]})").fetchall()]
            for index in indexes
            if index[3] != "pk" and not index[4]
        }
        self.missing: set[Row] = set()
        """Keys that an index has, and of which no row can be read."""
        self.whole = True
        """Whether the table can be read from end to end."""

    def rows(self) -> list[Row]:
        """All rows that can be read."""
        if self._absent:
            return []
        every = f"SELECT {', '.join(self.columns)} FROM {self._name}"  # noqa: S608 - names of the schema
        found: dict[Row, Row] = {}
        for way in ("ASC", "DESC"):
            rows, self.whole = self._read(f"{every} ORDER BY {_order(self._key, way)}")
            for row in rows:
                found.setdefault(tuple(row[n] for n in self._at), row)
            if self.whole:
                return rows
        one = f"{every} WHERE {' AND '.join(f'{column} = ?' for column in self._key)}"
        for key in self._known() - found.keys():
            rows, _whole = self._read(one, key)
            found.update((key, row) for row in rows)
            if not rows:
                self.missing.add(key)
        return list(found.values())

    def _known(self) -> set[Row]:
        """The keys that an index has."""
        keys: set[Row] = set()
        for index, columns in self._indexes.items():
            every = f"SELECT {', '.join(self._key)} FROM {self._name} INDEXED BY {index}"  # noqa: S608 - of the schema
            for way in ("ASC", "DESC"):
                rows, whole = self._read(f"{every} ORDER BY {_order(columns, way)}")
                keys.update(rows)
                if whole:
                    break
        return keys

    def _read(self, query: str, values: Row = ()) -> tuple[list[Row], bool]:
        """The rows up to where no more can be read, and whether that was the end.

        Each on a connection of its own: SQLCipher reads nothing more after a page that does not check out.
        """
        rows: list[Row] = []
        seen: set[Row] = set()
        try:
            db = connect(self._path)
        except StoreUnusable:
            return rows, False
        with closing(db):
            try:
                cursor = db.execute(query, values)
                while (row := cursor.fetchone()) is not None:
                    if row in seen:
                        return rows, False  # a page that leads back to an earlier one
                    seen.add(row)
                    rows.append(row)
            except (StoreUnusable, db.Error):
                return rows, False
        return rows, True


def _order(columns: list[str], way: str) -> str:
    return ", ".join(f"{column} {way}" for column in columns)
