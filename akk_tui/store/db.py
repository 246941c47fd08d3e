"""The SQLite connection: how it is opened, how it writes, and how its failures become sentences.

One place decides which SQLite it is: the standard library's, or SQLCipher's (extra ``encryption``) where
:mod:`akk_tui.store.keys` knows a key for the file. Both look the same from outside.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, cast, Final, TYPE_CHECKING

from akk_tui.contract.errors import N_
from akk_tui.store import keys
from akk_tui.store.errors import (
    NoCipher,
    StoreBusy,
    StoreDamaged,
    StoreFull,
    StoreGone,
    StoreReadOnly,
    StoreUnusable,
)

if TYPE_CHECKING:
    from akk_tui.store.store import Store

    _Connection = sqlite3.Connection
    _Cursor = sqlite3.Cursor
else:
    _Connection = _Cursor = object

BUSY_SECONDS: Final = 5.0
SEALED_CACHE_KIB: Final = 4096
"""The page cache of an encrypted store: a page that is read again must be decrypted and checked again."""
SEALED_WRITER_KIB: Final = 512
"""That of the app's connection that writes, while nothing is searched: what it draws it reads through another one."""
SEALED_PAGES: Final = "PRAGMA cipher_default_hmac_algorithm=HMAC_SHA256"
"""How each page is proven: SQLCipher's own HMAC-SHA512 takes half as long again, of every key of a search too."""
_BUSY_TRIES: Final = 6
_ROWS: Final = 256
_FILES: Final = ("", "-wal", "-shm", "-journal")
"""What SQLite writes into: the database and, beside it, files of these endings."""

_FULL: Final = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM)
_DAMAGED: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT)
_CLOSED: Final = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH)
_SAID: Final = {
    sqlite3.SQLITE_FULL: N_("penyimpanan penuh"),
    sqlite3.SQLITE_IOERR: N_("perangkat gagal membaca atau menulis"),
    sqlite3.SQLITE_NOMEM: N_("memori habis"),
    sqlite3.SQLITE_CORRUPT: N_("isi berkas rusak"),
    sqlite3.SQLITE_NOTADB: N_("bukan basis data"),
    sqlite3.SQLITE_FORMAT: N_("bukan basis data"),
    sqlite3.SQLITE_READONLY: N_("hanya dapat dibaca"),
    sqlite3.SQLITE_CANTOPEN: N_("berkas tidak dapat dibuka"),
    sqlite3.SQLITE_PERM: N_("tidak diizinkan"),
    sqlite3.SQLITE_AUTH: N_("tidak diizinkan"),
}
"""What SQLite reports, in the words of the catalogue and not in its English ones."""
_LOCKED: Final = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def in_words(cause: Exception, path: Path) -> Exception:
    """The error in words for what SQLite reported about ``path``; a fault of the program stays what it is."""
    found = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    reason = _SAID.get(found, str(cause))
    if found in _FULL:
        return StoreFull(path=path, reason=reason)
    if found in _DAMAGED:
        return StoreDamaged(path=path, reason=reason)
    if found in _CLOSED:
        return StoreReadOnly(path=path, reason=reason)
    if found in _LOCKED:
        return StoreBusy(path=path)
    return cause


class _Rows(_Cursor):
    """A cursor whose failures are sentences, also those that are met only when a row is read."""

    def fetchone(self) -> Any:
        try:
            return super().fetchone()
        except self.connection.Error as cause:
            raise cast("Database", self.connection).said(cause) from cause

    def fetchmany(self, size: int | None = 1) -> list[Any]:
        try:
            return super().fetchmany(size)
        except self.connection.Error as cause:
            raise cast("Database", self.connection).said(cause) from cause

    def fetchall(self) -> list[Any]:
        try:
            return super().fetchall()
        except self.connection.Error as cause:
            raise cast("Database", self.connection).said(cause) from cause

    def __iter__(self) -> Iterator[Any]:  # pyright: ignore[reportIncompatibleMethodOverride]
        while rows := self.fetchmany(_ROWS):
            yield from rows


class _PlainRows(_Rows, sqlite3.Cursor):
    """A cursor of the standard library's SQLite."""


class _InWords(_Connection):
    """What a connection is, of whichever SQLite."""

    path: Path
    file: tuple[int, int] | None = None
    commits: int = 0
    store: Store | None = None
    committed: Callable[[], None] | None = None
    rows: type[Any] = _PlainRows

    @property
    def gone(self) -> bool:
        """Whether the file that was opened is no longer where it was: what is written now would be lost with it."""
        return self.file != _file(self.path)

    def said(self, cause: Exception) -> Exception:
        """The error in words for what SQLite reported; a file that was overwritten and taken away is not damaged."""
        found = in_words(cause, self.path)
        return StoreGone(path=self.path) if isinstance(found, StoreUnusable) and self.gone else found

    def cursor(self, factory: Any = None) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]
        return super().cursor(factory or self.rows)

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        # The connection's own execute would make a plain cursor, whatever cursor() gives.
        try:
            return self.cursor().execute(sql, parameters)
        except self.Error as cause:
            raise self.said(cause) from cause

    def executemany(self, sql: str, parameters: Iterable[Any], /) -> sqlite3.Cursor:
        try:
            return self.cursor().executemany(sql, parameters)
        except self.Error as cause:
            raise self.said(cause) from cause

    def one(self, sql: str, parameters: Any = ()) -> tuple[Any, ...] | None:
        """The first row of a query."""
        return self.execute(sql, parameters).fetchone()

    def value(self, sql: str, parameters: Any = (), default: Any = None) -> Any:
        """The first column of the first row of a query, else ``default``."""
        found = self.one(sql, parameters)
        return default if found is None else found[0]

    @contextmanager
    def write(self) -> Generator[None]:
        """One BEGIN IMMEDIATE transaction; inside another one it is part of that. Any error undoes all of it.

        Raises StoreGone where the file was taken away: SQLite would go on writing into what nobody finds again.
        """
        if self.in_transaction:
            yield
            return
        if self.gone:
            raise StoreGone(path=self.path)
        self._begin()
        try:
            yield
            self.execute("COMMIT")
        except BaseException:
            if self.in_transaction:
                self.execute("ROLLBACK")
            raise
        self.commits += 1
        if self.committed is not None:
            self.committed()

    def _begin(self) -> None:
        for left in reversed(range(_BUSY_TRIES)):
            try:
                self.execute("BEGIN IMMEDIATE")
                return
            except StoreBusy:
                if not left:
                    raise


class Database(_InWords, sqlite3.Connection):
    """A connection whose failures are sentences; ``commits`` counts the transactions that it wrote.

    ``store`` is the open store that it serves; None on a connection of its own such as that of the drafts.
    ``committed`` is called after each transaction that it wrote.
    """


@cache
def cipher() -> Any:
    """The DB-API module of SQLCipher; raises NoCipher where it is not installed."""
    try:
        from sqlcipher3 import dbapi2  # pyright: ignore[reportMissingModuleSource]
    except ImportError as cause:
        raise NoCipher from cause
    return dbapi2


@cache
def _sealed_class() -> type[Database]:
    """:class:`Database` over SQLCipher."""
    module = cipher()
    rows = type("SealedRows", (_Rows, module.Cursor), {})
    return cast("type[Database]", type("SealedDatabase", (_InWords, module.Connection), {"rows": rows}))


def connect(path: Path, *, read_only: bool = False) -> Database:
    """A connection to the existing file ``path``; raises StoreUnusable in words.

    ``read_only`` also reads a store in a folder that nobody may write, as long as no log of writes lies beside it.
    """
    for ending in _FILES:
        if path.with_name(path.name + ending).is_symlink():
            raise StoreReadOnly(path=path.with_name(path.name + ending), reason=N_("bukan berkas biasa"))
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
    key = keys.of(path)
    module: Any = sqlite3 if key is None else cipher()
    made = Database if key is None else _sealed_class()
    try:
        db: Database = module.connect(address, timeout=BUSY_SECONDS, isolation_level=None, factory=made, uri=uri)
    except module.Error as cause:
        raise in_words(cause, path) from cause
    db.path, db.file = path, _file(path)
    try:
        if key is not None:
            _unlock(db, key)
        db.execute("PRAGMA synchronous=FULL")
        db.execute("PRAGMA foreign_keys=ON")
        # What a large sort does not hold would be written to the folder for temporary files, which is everybody's.
        db.execute("PRAGMA temp_store=MEMORY")
        db.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
        db.file = _file(path)  # one that was not there has been made
    except StoreUnusable:
        db.close()
        raise
    return db


def _file(path: Path) -> tuple[int, int] | None:
    """Which file is at ``path``; None where there is none."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _unlock(db: Database, key: bytes) -> None:
    # What SQLCipher would say of a page that does not check out goes to stderr, which is the screen of the app.
    db.execute("PRAGMA cipher_log_level=NONE")
    db.execute(SEALED_PAGES)
    db.execute(f"PRAGMA key=\"x'{key.hex()}'\"")
    db.execute("PRAGMA temp_store=MEMORY")
    db.execute(f"PRAGMA cache_size=-{SEALED_CACHE_KIB}")
