"""The SQLite connection: how it is opened, how it writes, and how its failures become sentences."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TYPE_CHECKING

from akk_tui.store.errors import StoreBusy, StoreDamaged, StoreFull, StoreReadOnly, StoreUnusable

if TYPE_CHECKING:
    from akk_tui.store.store import Store

BUSY_SECONDS: Final = 5.0
_BUSY_TRIES: Final = 6

_FULL: Final = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM)
_DAMAGED: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT)
_CLOSED: Final = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH)
_LOCKED: Final = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _primary(cause: sqlite3.Error) -> int:
    return getattr(cause, "sqlite_errorcode", 0) & 0xFF


def in_words(cause: sqlite3.Error, path: Path) -> Exception:
    """The error in words for what SQLite reported about ``path``; a fault of the program stays what it is."""
    found = _primary(cause)
    if found in _FULL:
        return StoreFull(path=path, reason=str(cause))
    if found in _DAMAGED:
        return StoreDamaged(path=path, reason=str(cause))
    if found in _CLOSED:
        return StoreReadOnly(path=path, reason=str(cause))
    if found in _LOCKED:
        return StoreBusy(path=path)
    return cause


class Database(sqlite3.Connection):
    """A connection whose failures are sentences; ``commits`` counts the transactions that it wrote.

    ``store`` is the open store that it serves; None on a connection of its own such as that of the drafts.
    """

    path: Path
    commits: int = 0
    store: Store | None = None

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        try:
            return super().execute(sql, parameters)
        except sqlite3.Error as cause:
            raise in_words(cause, self.path) from cause

    def executemany(self, sql: str, parameters: Iterable[Any], /) -> sqlite3.Cursor:
        try:
            return super().executemany(sql, parameters)
        except sqlite3.Error as cause:
            raise in_words(cause, self.path) from cause

    def one(self, sql: str, parameters: Any = ()) -> tuple[Any, ...] | None:
        """The first row of a query."""
        return self.execute(sql, parameters).fetchone()

    def value(self, sql: str, parameters: Any = (), default: Any = None) -> Any:
        """The first column of the first row of a query, else ``default``."""
        found = self.one(sql, parameters)
        return default if found is None else found[0]

    @contextmanager
    def write(self) -> Generator[None]:
        """One BEGIN IMMEDIATE transaction; inside another one it is part of that. Any error undoes all of it."""
        if self.in_transaction:
            yield
            return
        self._begin()
        try:
            yield
            self.execute("COMMIT")
        except BaseException:
            if self.in_transaction:
                self.execute("ROLLBACK")
            raise
        self.commits += 1

    def _begin(self) -> None:
        for left in reversed(range(_BUSY_TRIES)):
            try:
                self.execute("BEGIN IMMEDIATE")
                return
            except StoreBusy:
                if not left:
                    raise


def connect(path: Path, *, read_only: bool = False) -> Database:
    """A connection to the existing file ``path``; raises StoreUnusable in words.

    ``read_only`` also reads a store in a folder that nobody may write, as long as no log of writes lies beside it.
    """
    if not read_only:
        return _open(str(path), path, uri=False)
    address = path.absolute().as_uri()
    try:
        return _open(f"{address}?mode=ro", path, uri=True)
    except StoreReadOnly:
        log = path.with_name(path.name + "-wal")
        if not path.is_file() or (log.exists() and log.stat().st_size):
            raise
        return _open(f"{address}?immutable=1", path, uri=True)


def _open(address: str, path: Path, *, uri: bool) -> Database:
    try:
        db = sqlite3.connect(address, timeout=BUSY_SECONDS, isolation_level=None, factory=Database, uri=uri)
    except sqlite3.Error as cause:
        raise in_words(cause, path) from cause
    db.path = path
    try:
        db.execute("PRAGMA synchronous=FULL")
        db.execute("PRAGMA foreign_keys=ON")
        db.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
    except StoreUnusable:
        db.close()
        raise
    return db
