"""The SQLite connection: how it is opened, how it writes, and how its failures become sentences.

One place decides which SQLite it is: the standard library's, or SQLCipher's (extra ``encryption``) where
:mod:`akk_tui.store.keys` knows a key for the file. Both look the same from outside.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any, cast, Final, TYPE_CHECKING

from akk_tui.contract.errors import N_
from akk_tui.store import keys, netfs
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
    from sqlite3 import Connection as _Connection
    from sqlite3 import Cursor as _Cursor

    from akk_tui.store.store import Store
else:
    _Connection = _Cursor = object

BUSY_SECONDS: Final = 5.0
SEALED_CACHE_KIB: Final = 4096
"""The page cache of an encrypted store: a page that is read again must be decrypted and checked again."""
SEALED_APP_KIB: Final = 256
"""That of the app's connections while nothing is searched."""
SEALED_PAGES: Final = "PRAGMA cipher_default_hmac_algorithm=HMAC_SHA256"
"""How each page is proven: SQLCipher's own HMAC-SHA512 takes half as long again, of every key of a search too."""
_BUSY_TRIES: Final = 6
_ROWS: Final = 256
_GIVE_UP_WAL: Final = (
    # Alone on the file SQLite needs no shared memory to read a WAL that is there.
    "PRAGMA locking_mode=EXCLUSIVE",
    "PRAGMA journal_mode=TRUNCATE",
    "PRAGMA locking_mode=NORMAL",
)
BESIDE: Final = ("-wal", "-shm", "-journal")
"""How the names of SQLite's own files beside a database end."""
FILES: Final = ("", *BESIDE)
"""What SQLite writes into: the database and, beside it, files of these endings."""

_PERM, _BUSY, _LOCKED, _NOMEM, _READONLY, _IOERR, _CORRUPT = 3, 5, 6, 7, 8, 10, 11
_FULL, _CANTOPEN, _AUTH, _FORMAT, _NOTADB = 13, 14, 23, 24, 26
"""Primary result codes (https://sqlite.org/rescode.html), the same in every SQLite."""
_NO_ROOM: Final = (_FULL, _IOERR, _NOMEM)
_DAMAGED: Final = (_CORRUPT, _NOTADB, _FORMAT)
_CLOSED: Final = (_READONLY, _CANTOPEN, _PERM, _AUTH)
_TAKEN: Final = (_BUSY, _LOCKED)
_SAID: Final = {
    _FULL: N_("penyimpanan penuh"),
    _IOERR: N_("perangkat gagal membaca atau menulis"),
    _NOMEM: N_("memori habis"),
    _CORRUPT: N_("isi berkas rusak"),
    _NOTADB: N_("bukan basis data"),
    _FORMAT: N_("bukan basis data"),
    _READONLY: N_("hanya dapat dibaca"),
    _CANTOPEN: N_("berkas tidak dapat dibuka"),
    _PERM: N_("tidak diizinkan"),
    _AUTH: N_("tidak diizinkan"),
}
"""What SQLite reports, in the words of the catalogue and not in its English ones."""


def in_words(cause: Exception, path: Path) -> Exception:
    """The error in words for what SQLite reported about ``path``; a fault of the program stays what it is."""
    found = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    reason = _SAID.get(found, str(cause))
    if found in _NO_ROOM:
        return StoreFull(path=path, reason=reason)
    if found in _DAMAGED:
        return StoreDamaged(path=path, reason=reason)
    if found in _CLOSED:
        return StoreReadOnly(path=path, reason=reason)
    if found in _TAKEN:
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


class Database(_Connection):
    """A connection whose failures are sentences, of whichever SQLite; ``commits`` counts the transactions it wrote.

    ``store`` is the open store that it serves; None on a connection of its own such as that of the drafts.
    ``committed`` is called after each transaction that it wrote.
    """

    path: Path
    file: tuple[int, int] | None = None
    commits: int = 0
    store: Store | None = None
    committed: Callable[[], None] | None = None
    rows: type[Any]

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

    def execute(self, sql: str, parameters: Any = (), /) -> _Cursor:
        # The connection's own execute would make a plain cursor, whatever cursor() gives.
        try:
            return self.cursor().execute(sql, parameters)
        except self.Error as cause:
            raise self.said(cause) from cause

    def executemany(self, sql: str, parameters: Iterable[Any], /) -> _Cursor:
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

    @property
    def has_strict(self) -> bool:
        """Whether this SQLite knows STRICT tables (3.37 and later)."""
        return tuple(map(int, self.value("SELECT sqlite_version()").split("."))) >= (3, 37)

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
            self._commit()
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

    def _commit(self) -> None:
        # Without WAL a commit waits for those who read, and may be asked for again when they took too long.
        for left in reversed(range(_BUSY_TRIES)):
            try:
                self.execute("COMMIT")
                return
            except StoreBusy:
                if not left:
                    raise


@cache
def cipher() -> Any:
    """The DB-API module of SQLCipher; raises NoCipher where it is not installed."""
    try:
        from sqlcipher3 import dbapi2  # pyright: ignore[reportMissingModuleSource]
    except ImportError as cause:
        raise NoCipher from cause
    return dbapi2


@cache
def _database(module: Any) -> type[Database]:
    """:class:`Database` over the connections of ``module``. Only the SQLite that is wanted is loaded."""
    rows = type("Rows", (_Rows, module.Cursor), {})
    return cast("type[Database]", type("Database", (Database, module.Connection), {"rows": rows}))


def _standard() -> Any:
    import sqlite3

    return sqlite3


def connect(path: Path, *, read_only: bool = False) -> Database:
    """A connection to the existing file ``path``; raises StoreUnusable in words.

    ``read_only`` also reads a store in a folder that nobody may write, or on a full disk, as long as no log of writes
    lies beside it.
    """
    for ending in FILES:
        if path.with_name(path.name + ending).is_symlink():
            raise StoreReadOnly(path=path.with_name(path.name + ending), reason=N_("bukan berkas biasa"))
    if netfs.remote(path.parent):
        return _without_wal(path, read_only=read_only)
    if not read_only:
        return _open(str(path), path, uri=False)
    return _read_only(path)


def _without_wal(path: Path, *, read_only: bool) -> Database:
    """A connection that works where other computers may have the file open too; a WAL from before is given up.

    One that only reads can write as well where the folder allows it: what a killed process left half done is undone by
    whoever meets it, and cannot be read before.
    """
    folder = path.parent
    if read_only and not (os.access(path, os.W_OK) and os.access(folder, os.W_OK)):
        return _read_only(path)
    db = _open(str(path), path, uri=False, first=_GIVE_UP_WAL)
    if read_only:
        db.execute("PRAGMA query_only=ON")
    return db


def _read_only(path: Path) -> Database:
    address = path.absolute().as_uri()
    try:
        return _open(f"{address}?mode=ro", path, uri=True)
    except (StoreReadOnly, StoreFull):
        logs = (path.with_name(path.name + ending) for ending in ("-wal", "-journal"))
        if not path.is_file() or any(log.exists() and log.stat().st_size for log in logs):
            raise
        return _open(f"{address}?immutable=1", path, uri=True)


def _open(address: str, path: Path, *, uri: bool, first: tuple[str, ...] = ()) -> Database:
    key = keys.of(path)
    module: Any = _standard() if key is None else cipher()
    try:
        db: Database = module.connect(
            address, timeout=BUSY_SECONDS, isolation_level=None, factory=_database(module), uri=uri
        )
    except module.Error as cause:
        raise in_words(cause, path) from cause
    db.path, db.file = path, _file(path)
    try:
        if key is not None:
            _unlock(db, key)
        for statement in first:
            # Another process that has the WAL open keeps it, for as long as it runs.
            with suppress(StoreBusy):
                db.execute(statement).fetchall()
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
