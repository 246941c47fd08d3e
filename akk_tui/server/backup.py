"""A whole copy of the server's database while it serves; laid in the database's place it is a server again.

Clients notice a server that went back in time by themselves, read it anew and offer again what it has lost.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from akk_tui.contract.errors import AkkError, N_
from akk_tui.paths import settle
from akk_tui.server.db.engine import Database, reason
from akk_tui.server.db.schema import check_schema


class BackupFailed(AkkError):
    """No copy was made; nothing is left of it."""

    code = "backup"
    text = N_("Cadangan {path} tidak dibuat: {reason}")


def backup(db: str, target: Path) -> int:
    """Copy the SQLite database ``db`` to ``target``, a file that is not there yet (mode 0600); its bytes.

    The copy holds one moment, is read through before it gets its name, and is on disk when this returns. Raises
    BackupFailed, also for a database of PostgreSQL, which has tools of its own.
    """
    database = Database(db)
    path = target.expanduser().absolute()
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        if not database.is_sqlite:
            raise BackupFailed(
                path=path, reason=N_("PostgreSQL disalin dengan pg_dump dan dipulihkan dengan pg_restore")
            )
        if path.exists() or path.is_symlink():
            raise BackupFailed(path=path, reason=N_("berkas itu sudah ada"))
        os.close(os.open(beside, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600))
        try:
            copy_to(database, beside)
            _check(beside)
            os.link(beside, path)  # a name that was taken meanwhile stays what it is
        finally:
            beside.unlink()
        settle(path.parent)
    except (OSError, sqlite3.Error, SQLAlchemyError) as cause:
        raise BackupFailed(path=path, reason=getattr(cause, "strerror", None) or reason(cause)) from cause
    finally:
        database.close()
    return path.stat().st_size


def copy_to(database: Database, beside: Path) -> None:
    """Copy ``database`` to the empty file ``beside``, and read the copy through."""
    connection = database.engine.raw_connection()
    try:
        connection.cursor().execute("VACUUM INTO ?", (str(beside),))
    finally:
        connection.close()
    copy = sqlite3.connect(beside)
    try:
        # The server expects it, and the file itself remembers it.
        copy.execute("PRAGMA journal_mode=WAL").fetchone()
        found = copy.execute("PRAGMA quick_check").fetchone()
    finally:
        copy.close()
    if found != ("ok",):
        raise sqlite3.DatabaseError(str(found))


def _check(beside: Path) -> None:
    """It is a database of this version, and on disk."""
    made = Database(beside)
    try:
        check_schema(made)
    finally:
        made.close()
    with beside.open("rb+") as stream:
        os.fsync(stream.fileno())
