"""Data of the server that are let go when it was not reached for too long: the laptop may be one that nobody looks for.

What can be fetched again goes: rows, their history, what was accepted, copies that were laid aside. What is only here
stays: edits that wait or were discarded, drafts, private notes, and a copy that may hold such work which the store does
not have; so do the reference data, which name regions and items.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final, TYPE_CHECKING

from akk_tui.contract.errors import N_
from akk_tui.paths import shred
from akk_tui.store import copies, derived, history, scope
from akk_tui.store.clock import stamp
from akk_tui.store.db import FILES
from akk_tui.store.errors import StoreBusy

if TYPE_CHECKING:
    from akk_tui.store.store import Store

SINCE: Final = "expired"
"""When the data were let go; gone with the next whole sync."""
WORDS: Final = N_(
    "Server tidak dijangkau lebih lama dari retention.days ({days}): data daerah sudah dihapus dari komputer ini."
    " Yang belum terkirim tetap ada. Sinkronkan untuk mengambil data lagi."
)
"""What is said then, and until that sync."""
_FETCHED: Final = ("base", "base_next", "quarantine", "change", "sent")


def due(store: Store, days: int) -> bool:
    """Whether rows are here and the server was last reached more than ``days`` ago (0: never)."""
    if not days or store.db.one("SELECT 1 FROM base LIMIT 1") is None:
        return False
    whole = store.meta.get("last_sync") or ""
    part = store.db.value("SELECT max(started) FROM run WHERE outcome = 'done'") or ""
    reached = max(whole, part)
    return bool(reached) and store.now() - datetime.fromisoformat(reached) > timedelta(days=days)


def expire(store: Store, days: int) -> bool:
    """Let the data go where it is time; whether they are gone. A wrong clock costs a sync, and nobody's work."""
    if not days or not due(store, days):
        return bool(days) and store.meta.get(SINCE) is not None
    db = store.db
    with db.write():
        if not due(store, days):
            return False
        scope.overwrite(db)
        notes = {key for (key,) in db.execute("SELECT key FROM note_doc").fetchall()}
        for table in _FETCHED:
            db.execute(f"DELETE FROM {table}")  # noqa: S608 - names of our own
        history.forget(store)
        # Each unit is read from the start, by a cursor of its own: there is none for all of them any more.
        db.execute("UPDATE unit SET cursor = 0")
        for name in ("at", "tombstones", "mismatch", "refill"):
            store.meta.set(name, None)
        units = [unit for (unit,) in db.execute("SELECT unit FROM unit").fetchall()]
        derived.refresh(db, units, notes)
        scope.leave_no_words(db)
        store.meta.set(SINCE, stamp(store.now()))
    with suppress(StoreBusy):
        # Also what was deleted at some time before; while another process reads, with its next start.
        db.execute("VACUUM")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    for copy in copies.beside(store.path):
        if not copies.only_here(copy, db):
            for ending in FILES:
                shred(copy.with_name(copy.name + ending))
    return True
