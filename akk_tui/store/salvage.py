"""Out of a damaged store into a new one: all that can still be read, above all what is nowhere else.

The damaged file is kept beside the new one, as it was. The rows of the server are shown as far as they could be read
and come anew with the next sync; what the officer wrote stays in the outbox with the ids it has, so that the server
does nothing twice.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable
from contextlib import closing, suppress
from pathlib import Path
from typing import Final, NamedTuple

from akk_tui.contract.errors import AkkError, N_
from akk_tui.paths import PathRefused, private_file, settle
from akk_tui.store import copies, derived, health, keys, search
from akk_tui.store.clock import stamp
from akk_tui.store.damaged import DamagedTable, Row
from akk_tui.store.db import connect, Database, FILES
from akk_tui.store.errors import RepairFailed, StoreBusy, StoreDamaged, StoreForeign, StoreFull
from akk_tui.store.schema import APPLICATION_ID, OWN, to_disk, unused
from akk_tui.store.store import Store

_REST: Final = ("meta", "reference", "unit", "run", "base", "change")
_ANEW: Final = ("at", "tombstones", "mismatch", "refill", "expired")
_PLAIN: Final = b"SQLite format 3\0"
"""How a database begins that is not encrypted."""


class Saved(NamedTuple):
    """What became of a damaged store.

    ``kept`` is where the damaged file is now; ``work`` counts the edits that wait, drafts and private notes that were
    saved, ``lost`` those that are known to have been there and could not be read. ``whole`` tells that the tables of
    all these could be read from end to end.
    """

    kept: Path
    work: int
    lost: int
    whole: bool


def repair(path: Path) -> Saved | None:
    """Bring the store at ``path`` to where it can be used; None where new indexes are enough, or nothing is wrong.

    See :func:`salvage`.
    """
    with suppress(StoreDamaged), Store.open(path) as store:
        found = health.look(store.db)
        if found == "whole" or (found == "index" and health.mend(store.db)):
            return None
    return salvage(path)


def salvage(path: Path) -> Saved:
    """Put a sound store in the place of the damaged one at ``path``; nobody else may have it open.

    Raises StoreUnusable in words (RepairFailed without room, StoreForeign for another program's file); then the file
    at ``path`` is what it was. Killed at any moment, either the damaged or the new store is there, never none.
    """
    if reason := _foreign(path):
        raise StoreForeign(path=path, reason=reason)
    beside = path.with_name(f".{path.name}.new")
    copy = path.with_name(f".{path.name}.damaged.{os.getpid()}")
    _remove(beside)
    try:
        _quiet(path)
        with Store.open(beside) as store:
            work, lost, whole = _fill(store, path)
            store.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            kept = path.with_name(f"{path.name}.{copies.DAMAGED}{stamp(store.now()).replace(':', '')}")
        shutil.copyfile(path, private_file(copy))
        to_disk(copy)
        to_disk(beside)
        kept = unused(kept) if kept.exists() else kept
        copy.rename(kept)
        try:
            os.replace(beside, path)
        except OSError:
            kept.unlink()
            raise
        settle(path.parent)
    except (OSError, StoreFull, PathRefused) as cause:
        reason = cause.params.get("reason") if isinstance(cause, AkkError) else cause.strerror
        mb = 2 * path.stat().st_size // 1_000_000 + 1
        raise RepairFailed(path=path, reason=reason or str(cause), mb=mb) from cause
    finally:
        copy.unlink(missing_ok=True)
        _remove(beside)
    return Saved(kept, work, lost, whole)


def _foreign(path: Path) -> str:
    """Why the file is none of ours, as far as it can be read; empty where it is, or may be."""
    with suppress(OSError), path.open("rb") as file:
        if file.read(len(_PLAIN)) == _PLAIN and keys.of(path) is not None:
            return N_("tidak terenkripsi")
    names: set[str] = set()
    whole = False
    with suppress(StoreDamaged), closing(connect(path)) as db:
        if mark := db.value("PRAGMA application_id"):
            return "" if mark == APPLICATION_ID else "application_id"
        for (name,) in db.execute("SELECT tbl_name FROM sqlite_master"):
            names.add(str(name))
        whole = True
    # A damaged store may have lost its mark. Others have a table called "meta", too.
    ours = len(names & {*OWN, *_REST})
    return "application_id" if names and ours < (2 if whole else 1) else ""


def _quiet(path: Path) -> None:
    """Move what the log of writes holds into the file: it would be taken for the new file's."""
    log = path.with_name(f"{path.name}-wal")
    with suppress(StoreDamaged), closing(connect(path)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    if log.exists() and log.stat().st_size:
        raise StoreBusy(path=path)
    for ending in ("-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def _fill(store: Store, path: Path) -> tuple[int, int, bool]:
    db, saved, lost, whole = store.db, 0, 0, True
    with db.write():
        for table in (*OWN, *_REST):
            found = DamagedTable(path, db, table)
            rows = found.rows()
            put = _put(db, table, found.columns, rows)
            if table in copies.WORK:
                saved += put
                lost += len(found.missing) + len(rows) - put
                whole = whole and found.whole and put == len(rows)
        _start_over(store)
    return saved, lost, whole


def _start_over(store: Store) -> None:
    """All units come anew; derived tables are made from what is here."""
    db, meta = store.db, store.meta
    units = {str(unit) for (unit,) in db.execute("SELECT unit FROM unit UNION SELECT unit FROM base").fetchall()}
    for name in _ANEW:
        meta.set(name, None)
    # A unit whose line is lost may be worked on until the server has its say.
    db.executemany("INSERT OR IGNORE INTO unit VALUES (?, 1, 0, 0)", [(unit,) for unit in units if unit])
    db.execute("UPDATE unit SET cursor = 0")
    if units:
        meta.set("refill", json.dumps(sorted(units)))
    newest = db.value("SELECT max(n) FROM (SELECT n FROM outbox UNION ALL SELECT n FROM sent)", default=0) or 0
    meta.set("n", str(max(meta.number("n"), newest)))
    derived.refresh(db, units)
    search.rebuild(db)


def _put(db: Database, table: str, columns: list[str], rows: Iterable[Row]) -> int:
    """Store the rows that are what they should be; how many."""
    count = 0
    marks = ", ".join("?" * len(columns))
    statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 - names of our own
    text = columns.index(copies.TEXTS[table]) if table in copies.TEXTS else None
    for row in rows:
        if text is not None and not copies.is_json(row[text]):
            continue
        try:
            db.execute(statement, row)
        except (ValueError, TypeError, db.Error):
            continue
        count += 1
    return count


def _remove(path: Path) -> None:
    for ending in FILES:
        path.with_name(path.name + ending).unlink(missing_ok=True)
