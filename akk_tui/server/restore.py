"""A backup laid in the database's place; the database that stood there is kept beside it, with its own WAL.

SQLite takes any WAL beside a database for its own: a copy that is laid there by hand where the server was killed would
be overwritten with pages of the newer database, and be damaged.
"""

from __future__ import annotations

import fcntl
import glob
import os
import sqlite3
from collections.abc import Generator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Final, NamedTuple

from sqlalchemy.exc import SQLAlchemyError

from akk_tui.contract.errors import AkkError, N_
from akk_tui.paths import alive, settle
from akk_tui.server import audit, setup
from akk_tui.server.backup import copy_to
from akk_tui.server.clock import now_text
from akk_tui.server.db.engine import Database, reason
from akk_tui.server.db.schema import revision, REVISIONS
from akk_tui.server.errors import SchemaTooNew

_LOCKS: Final = 0x40000000
"""Where SQLite keeps its locks: PENDING, RESERVED and 510 bytes of SHARED, which every open connection holds."""
_LOCK_BYTES: Final = 512
_ASIDE: Final = "before-restore"
_BESIDE: Final = ("-wal", "-shm", "-journal")


class RestoreFailed(AkkError):
    """Nothing was restored; the database is as it was."""

    code = "restore"
    text = N_("Cadangan {path} tidak dipulihkan: {reason}")


class Restored(NamedTuple):
    """What was done: the bytes that stand there now, and where the database before is (None: there was none).

    ``older`` are the files that earlier restores put aside, which nobody removes but the administrator.
    """

    size: int
    before: Path | None
    older: list[Path]


def restore(db: str, source: Path) -> Restored:
    """Put the backup ``source`` in the place of the SQLite database ``db``, which no server may have open.

    It is copied, read through and on disk before anything is moved. Raises RestoreFailed, also for PostgreSQL, which
    has tools of its own.
    """
    path, place = source.expanduser().absolute(), Path(db).expanduser().absolute()
    beside = place.with_name(f".{place.name}.{os.getpid()}")
    try:
        if "://" in db:
            raise RestoreFailed(path=path, reason=N_("PostgreSQL dipulihkan dengan pg_restore"))
        if not path.is_file() or (place.exists() and path.samefile(place)):
            raise RestoreFailed(path=path, reason=N_("sebutkan berkas cadangan"))
        with _alone(path, place):
            _sweep(place)
            older = sorted(place.parent.glob(f"{glob.escape(place.name)}.{_ASIDE}-*"))
            try:
                _copied(path, beside)
                _like(place, beside)
                before = _put_aside(place)
                beside.replace(place)
            finally:
                for ending in ("", *_BESIDE):
                    Path(f"{beside}{ending}").unlink(missing_ok=True)
            settle(place.parent)
    except (OSError, sqlite3.Error, SQLAlchemyError) as cause:
        raise RestoreFailed(path=path, reason=getattr(cause, "strerror", None) or reason(cause)) from cause
    return Restored(place.stat().st_size, before, older)


@contextmanager
def _alone(path: Path, place: Path) -> Generator[None]:
    """Nobody has the database open, nor opens it meanwhile; works on a damaged one too."""
    try:
        handle = os.open(place, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        yield
        return
    try:
        try:
            fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB, _LOCK_BYTES, _LOCKS)
        except OSError as cause:
            raise RestoreFailed(path=path, reason=N_("hentikan server dulu; basis data sedang dipakai")) from cause
        yield
    finally:
        os.close(handle)


def _sweep(place: Path) -> None:
    """Remove what a restore left that was killed: as much of a database as it had copied, under a hidden name."""
    for torn in place.parent.glob(f".{glob.escape(place.name)}.*"):
        number = torn.name[len(place.name) + 2 :].partition("-")[0]
        if number.isdecimal() and not alive(int(number)):
            torn.unlink(missing_ok=True)


def _copied(path: Path, beside: Path) -> None:
    os.close(os.open(beside, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600))
    source = Database(path)
    try:
        copy_to(source, beside)
    finally:
        source.close()
    made = Database(beside)
    try:
        with made.reading() as connection:
            found = revision(connection)
        if found is None:
            raise RestoreFailed(path=path, reason=N_("itu bukan cadangan akk-server"))
        if found not in REVISIONS:
            raise SchemaTooNew(db=path)
        if found != REVISIONS[-1]:
            setup.init_database(made)
        made.write(lambda connection: audit.administered(connection, "restore", file=path.name))
    finally:
        made.close()
    with beside.open("rb+") as stream:
        os.fsync(stream.fileno())


def _like(place: Path, beside: Path) -> None:
    """The server runs as whom the database belonged to; where there is none any more, as whose its folder is."""
    if not place.exists() and os.geteuid() != 0:
        return
    there = (place if place.exists() else place.parent).stat()
    if (there.st_uid, there.st_gid) != (os.geteuid(), os.getegid()):
        os.chown(beside, there.st_uid, there.st_gid)


def _put_aside(place: Path) -> Path | None:
    """Give the database that stands there, and its WAL, another name; where that is cut, running it again goes on."""
    named = _unused(place.with_name(f"{place.name}.{_ASIDE}-{now_text().replace(':', '')}"))
    found = None
    for ending in ("", "-wal", "-shm"):
        with suppress(FileNotFoundError):
            os.rename(f"{place}{ending}", f"{named}{ending}")
            found = named
    return found


def _unused(path: Path) -> Path:
    """``path``, numbered where another restore took the name in the same second."""
    names = (path if n == 1 else path.with_name(f"{path.name}-{n}") for n in count(1))
    return next(one for one in names if not any(os.path.lexists(f"{one}{ending}") for ending in ("", *_BESIDE)))
