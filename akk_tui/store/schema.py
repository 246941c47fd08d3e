"""The version of the store's schema and the way from any older one.

``PRAGMA user_version`` is the number of steps done. Before the steps run on a store with data a copy is laid beside
it (``akk.db.v1``), and all of them are one transaction: a store is never half migrated.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from akk_tui.store import netfs
from akk_tui.store.db import Database
from akk_tui.store.errors import StoreBusy, StoreForeign, StoreTooNew

VERSION: Final = 4
APPLICATION_ID: Final = 0x414B4B54
"""``AKKT``: tells our files from another program's."""

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
    else:
        copy_aside(db, f"v{db.value('PRAGMA user_version')}")
    with db.write():
        if current(db, len(todo)):
            return
        for step in todo[db.value("PRAGMA user_version") :]:
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


def copy_aside(db: Database, ending: str) -> Path:
    """A whole copy of the store beside it, mode 0600; a copy of the same name that is there stays. Its path."""
    from akk_tui.paths import private_file

    path = db.path.with_name(f"{db.path.name}.{ending}")
    if not path.exists():
        beside = db.path.with_name(f".{path.name}.{os.getpid()}")
        beside.unlink(missing_ok=True)
        private_file(beside)
        db.execute("VACUUM INTO ?", (str(beside),))
        beside.replace(path)
    return path
