"""The version of the store's schema and the way from any older one.

``PRAGMA user_version`` is the number of steps done. Before the steps run on a store with data a copy is laid beside
it (``akk.db.v1``), and all of them are one transaction: a store is never half migrated, and the copy holds all that
it held.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

from akk_tui.store import netfs
from akk_tui.store.db import connect, Database
from akk_tui.store.errors import StoreBusy, StoreForeign, StoreFull, StoreTooNew, StoreUnusable

VERSION: Final = 4
APPLICATION_ID: Final = 0x414B4B54
"""``AKKT``: tells our files from another program's."""

OWN: Final = ("outbox", "sent", "discarded", "draft", "private_note")
"""Tables of what the officer wrote."""

Step = Callable[[Database], None]


def steps() -> Sequence[Step]:
    """All steps, in order; step n leads to version n. Imported only when one is needed."""
    from akk_tui.store.migrations import (
        m0001_tables,
        m0002_private_log,
        m0003_agenda_index,
        m0004_private_draft,
    )

    return (m0001_tables.up, m0002_private_log.up, m0003_agenda_index.up, m0004_private_draft.up)


def current(db: Database, version: int = VERSION) -> bool:
    """Whether the store needs no migration; raises StoreTooNew, or StoreForeign for another program's file."""
    if db.in_transaction:
        return _current(db, version)
    # One snapshot: another process may be making this store at this moment.
    db.execute("BEGIN")
    try:
        return _current(db, version)
    finally:
        if db.in_transaction:
            db.execute("ROLLBACK")


def _current(db: Database, version: int) -> bool:
    found = int(db.value("PRAGMA user_version"))
    if db.value("PRAGMA application_id") != APPLICATION_ID:
        if found or db.one("SELECT 1 FROM sqlite_master LIMIT 1"):
            raise StoreForeign(path=db.path, reason="application_id")
        return False
    if found > version:
        raise StoreTooNew(path=db.path, found=found, known=version)
    return found == version


def migrate(db: Database, todo: Sequence[Step] | None = None) -> None:
    """Bring the store to the newest version, also when another process does the same at this moment."""
    todo = steps() if todo is None else todo
    if current(db, len(todo)):
        return
    if not db.value("PRAGMA user_version"):
        _write_ahead(db)
    with db.write():
        if current(db, len(todo)):
            return
        if done := int(db.value("PRAGMA user_version")):
            _spare(db, f"v{done}")
            copy_aside(db, f"v{done}")
        for step in todo[done:]:
            step(db)
        db.execute(f"PRAGMA application_id={APPLICATION_ID}")
        db.execute(f"PRAGMA user_version={len(todo)}")


def _write_ahead(db: Database) -> None:
    # SQLite does not wait for a lock here; the other one that makes the same store is done in a moment.
    import time

    if netfs.remote(db.path.parent):
        return
    for left in reversed(range(200)):
        try:
            db.execute("PRAGMA journal_mode=WAL").fetchone()
            return
        except StoreBusy:
            if not left:
                raise
            time.sleep(0.02)


def _spare(db: Database, ending: str) -> None:
    """A copy that already has the name ``ending`` gets another one where it holds work that the store does not.

    So it does where an older store was put back by hand: what came after that is in the copy alone.
    """
    path = db.path.with_name(f"{db.path.name}.{ending}")
    if not path.exists():
        return
    try:
        with closing(connect(path, read_only=True)) as copy:
            if _work(copy) <= _work(db):
                return
    except (StoreUnusable, db.Error):
        pass  # Whatever it is, it is not ours to throw away.
    path.rename(unused(path))


def _work(db: Database) -> set[tuple[object, ...]]:
    """All that the officer wrote, by its ids where it never changes, else whole."""
    found: set[tuple[object, ...]] = set()
    there = {name for (name,) in db.execute("SELECT name FROM sqlite_master").fetchall()}
    for table in there & {*OWN}:
        edits = table not in ("draft", "private_note")
        rows = db.execute(f"SELECT {'op' if edits else '*'} FROM {table}").fetchall()  # noqa: S608 - names of our own
        found.update(rows if edits else ((table, *row) for row in rows))
    return found


def unused(path: Path) -> Path:
    """``path`` with the first number from 2 on behind it that no file has."""
    number = 2
    while os.path.lexists(made := path.with_name(f"{path.name}-{number}")):
        number += 1
    return made


def copy_aside(db: Database, ending: str) -> Path:
    """A whole copy of the store beside it, mode 0600, on disk before it has its name; its path.

    A copy of the same name is replaced. Also inside a transaction that has written nothing yet: nobody else can then
    change what is copied before the transaction ends.
    """
    from akk_tui.paths import private_file, settle

    path = db.path.with_name(f"{db.path.name}.{ending}")
    beside = db.path.with_name(f".{path.name}.{os.getpid()}")
    beside.unlink(missing_ok=True)
    private_file(beside)
    try:
        # A connection of its own, since one that is in a transaction cannot do it.
        with closing(connect(db.path)) as reader:
            reader.execute("VACUUM INTO ?", (str(beside),))
        to_disk(beside)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    settle(path.parent)
    return path


def to_disk(path: Path) -> None:
    """Have the content of a copy on disk, for which SQLite does not wait; raises StoreFull."""
    handle = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    except OSError as cause:
        raise StoreFull(path=path, reason=os.strerror(cause.errno or 0)) from cause
    finally:
        os.close(handle)


def sweep(path: Path) -> None:
    """Remove what processes left beside the store at ``path`` that were killed while they copied it.

    On a network file system it stays: the process may run on another computer.
    """
    from akk_tui.paths import alive

    start = f".{path.name}."
    # A folder that cannot be looked through is no reason not to open the store.
    with suppress(OSError):
        for name in os.listdir(path.parent):
            number = name.rpartition(".")[2]
            if not name.startswith(start) or not number.isdecimal() or alive(int(number)) or netfs.remote(path.parent):
                continue
            path.with_name(name).unlink(missing_ok=True)
