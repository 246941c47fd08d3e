"""The database: one engine, snapshots for readers, an immediate lock for writers, one thread for SQLite."""

from __future__ import annotations

import errno
import logging
import math
import os
import secrets
import stat
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final, TypeVar

import anyio
import anyio.to_thread
from sqlalchemy import Connection, create_engine, Engine, event
from sqlalchemy.engine import make_url, URL
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, InvalidatePoolError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from akk_tui.server.errors import DatabaseUnusable, Unavailable

T = TypeVar("T")

BUSY_SECONDS: Final = 10
POOL_SIZE: Final = 4
"""Threads of one process that use PostgreSQL at once: more would only wait for each other to run Python."""
ATTEMPTS: Final = 5
_PAUSE_MS: Final = 10
"""A write that was disturbed pauses for up to this before it is tried again, and up to twice as long each time."""
_PRAGMAS: Final = (f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}", "PRAGMA synchronous=FULL", "PRAGMA foreign_keys=ON")
_FRESH_SECONDS: Final = 1.0
"""A connection to PostgreSQL that was used so lately is taken to be there still; one is asked first that was not."""
_USED: Final = "akk_used"
_STEPS: Final = 100_000
"""Of SQLite's machine between two looks at the clock: a millisecond or two."""
_DEADLINE: Final = "akk_deadline"
_SERIALIZATION: Final = ("40001", "40P01", "23505")
"""SQLSTATEs after which a write is tried again: could not serialize, deadlock, the same row made twice."""
_READ_ONLY: Final = "25006"
"""The SQLSTATE of a standby that has not taken over yet: the write can be made later."""
_LOG: Final = logging.getLogger("akk_server")


class Database:
    """One database of the server, opened from a path (SQLite) or a URL.

    With ``create`` a missing SQLite file is made, with mode 0600. A statement that runs longer than ``seconds`` is
    ended (OperationalError). Raises DatabaseUnusable when it cannot be opened.
    """

    def __init__(self, where: str | Path, *, create: bool = False, seconds: float | None = None) -> None:
        self.url = _url(where)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        try:
            self.engine = _sqlite(self.url, create, seconds) if self.is_sqlite else _pooled(self.url, seconds)
        except (ImportError, ArgumentError) as cause:
            raise DatabaseUnusable(db=self.url.render_as_string(), reason=str(cause)) from cause
        self._limiter: anyio.CapacityLimiter | None = None
        self._writers: anyio.CapacityLimiter | None = None

    @contextmanager
    def reading(self) -> Generator[Connection]:
        """A connection whose statements all see one snapshot."""
        with self._connected() as connection:
            if not self.is_sqlite:
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin() as transaction:
                yield connection
                transaction.rollback()

    @contextmanager
    def asking(self) -> Generator[Connection]:
        """A connection for one statement that reads."""
        with self._connected() as connection:
            yield connection if self.is_sqlite else connection.execution_options(isolation_level="AUTOCOMMIT")

    @contextmanager
    def writing(self) -> Generator[Connection]:
        """A connection in a writing transaction that is committed at the end, or rolled back by an error."""
        with self._connected() as connection:
            connection = connection.execution_options(akk_write=True)
            with connection.begin():
                yield connection

    def write(self, work: Callable[[Connection], T]) -> T:
        """The result of ``work`` in a writing transaction, tried again when another writer came between."""
        for attempt in range(ATTEMPTS):
            try:
                with self.writing() as connection:
                    return work(connection)
            except (OperationalError, IntegrityError) as cause:
                if self.is_sqlite or attempt == ATTEMPTS - 1 or _state(cause) not in _SERIALIZATION:
                    raise
            # Two that were both ended would meet again if they began again at the same moment.
            time.sleep(secrets.randbelow(_PAUSE_MS << attempt) / 1000)
        raise AssertionError("unreachable")  # pragma: no cover

    async def run(self, work: Callable[..., T], *args: Any) -> T:
        """``work(*args)`` in a thread that may use the database; Unavailable when the database does not answer."""
        if self._limiter is None:
            self._limiter = anyio.CapacityLimiter(1 if self.is_sqlite else POOL_SIZE)
        try:
            return await anyio.to_thread.run_sync(work, *args, limiter=self._limiter)
        except (DBAPIError, PoolTimeout) as cause:
            if not isinstance(cause, (OperationalError, PoolTimeout)) and _state(cause) != _READ_ONLY:
                raise
            _LOG.warning("the database does not answer: %s", reason(cause))
            raise Unavailable from cause

    async def run_writing(self, work: Callable[..., T], *args: Any) -> T:
        """:meth:`run` for work that writes: where PostgreSQL lets all writers wait, readers have a thread still."""
        if self.is_sqlite:
            return await self.run(work, *args)
        if self._writers is None:
            self._writers = anyio.CapacityLimiter(POOL_SIZE - 1)
        async with self._writers:
            return await self.run(work, *args)

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    @contextmanager
    def _connected(self) -> Generator[Connection]:
        with self.engine.connect() as connection:
            yield connection


def reason(cause: Exception) -> str:
    """The first line of what the database said, which names no value of anybody's."""
    return str(getattr(cause, "orig", None) or cause).partition("\n")[0]


def lost(where: str, error: Exception) -> DatabaseUnusable | None:
    """What to say of a database that is not there, or went away in the middle; None of any other ``error``."""
    if not isinstance(error, OperationalError):
        return None
    return DatabaseUnusable(db=_url(where).database, reason=reason(error))


def _state(cause: DBAPIError | PoolTimeout) -> str:
    return str(getattr(getattr(cause, "orig", None), "sqlstate", ""))


def _url(where: str | Path) -> URL:
    text = str(where)
    if "://" not in text:
        return URL.create("sqlite", database=str(Path(text).expanduser().absolute()))
    try:
        return make_url(text)
    except ArgumentError as cause:
        raise DatabaseUnusable(db=text, reason="URL") from cause


def _pooled(url: URL, seconds: float | None) -> Engine:
    settings = f"-c lock_timeout={BUSY_SECONDS}s -c timezone=UTC"
    if seconds is not None:
        milliseconds = int(seconds * 1000)
        settings += f" -c statement_timeout={milliseconds} -c idle_in_transaction_session_timeout={milliseconds}"
    engine = create_engine(
        url,
        pool_size=POOL_SIZE,
        pool_timeout=BUSY_SECONDS,
        hide_parameters=True,
        connect_args={"options": settings, "connect_timeout": BUSY_SECONDS},
    )

    # SQLAlchemy's own ping asks each time, which is as much as a sign-in takes.
    @event.listens_for(engine, "checkin")
    def returned(_connection: Any, record: Any) -> None:  # pyright: ignore[reportUnusedFunction]
        record.info[_USED] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def taken(connection: Any, record: Any, _proxy: Any) -> None:  # pyright: ignore[reportUnusedFunction]
        if time.monotonic() - record.info.get(_USED, math.inf) > _FRESH_SECONDS:
            try:
                engine.dialect.do_ping(connection)
            except engine.dialect.loaded_dbapi.Error as cause:
                # Whatever ended this one ended the others too.
                raise InvalidatePoolError from cause

    return engine


def _there(path: Path, create: bool) -> None:
    """Make the file where it is missing and wanted; OSError where it cannot be read and written.

    One that is there is not opened: closing it would end the locks that SQLite's other connections in this process
    hold, and another process that ends would then take their WAL away.
    """
    if create:
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_CREAT | os.O_EXCL, 0o600))
    reason = errno.EISDIR if stat.S_ISDIR(path.stat().st_mode) else errno.EACCES
    if reason == errno.EISDIR or not os.access(path, os.R_OK | os.W_OK):
        raise OSError(reason, os.strerror(reason))


def _sqlite(url: URL, create: bool, seconds: float | None) -> Engine:
    path = Path(url.database or "")
    try:
        _there(path, create)
    except OSError as cause:
        raise DatabaseUnusable(db=path, reason=cause.strerror or str(cause)) from cause
    engine = create_engine(
        url, pool_size=1, max_overflow=-1, hide_parameters=True, connect_args={"check_same_thread": False}
    )

    @event.listens_for(engine, "connect")
    def connected(connection: Any, record: Any) -> None:  # pyright: ignore[reportUnusedFunction]
        connection.isolation_level = None
        for pragma in _PRAGMAS:
            connection.execute(pragma)
        if seconds is not None:
            deadline = record.info[_DEADLINE] = [math.inf]
            connection.set_progress_handler(lambda: time.monotonic() > deadline[0], _STEPS)

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:  # pyright: ignore[reportUnusedFunction]
        # A deferred transaction that writes after it has read fails at once when another writer came between.
        if seconds is not None:
            connection.info[_DEADLINE][0] = time.monotonic() + seconds
        writes = connection.get_execution_options().get("akk_write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
