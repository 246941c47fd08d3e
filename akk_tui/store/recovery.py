"""After the server was restored from a backup: pull anew, offer again what it may have lost, delete nothing.

The store is copied aside first. The old rows stay what the screen shows until the new ones are complete; operations
that were accepted in the last 90 days go back to the outbox in their author's order. All of it is kept in the store,
so that a restart goes on where it was.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from akk_tui.store import carry, history, restored, room, schema
from akk_tui.store.clock import stamp
from akk_tui.store.operations import REOFFERED
from akk_tui.store.queue import cutoff

if TYPE_CHECKING:
    from akk_tui.store.store import Store


def start(store: Store) -> None:
    """The server does not know our witness: begin (or begin again). Raises StoreFull when no copy can be made."""
    db, meta = store.db, store.meta
    moment = stamp(store.now())
    if not restored.active(store):
        room.ask(db.path, db.path.stat().st_size)
        schema.copy_aside(db, restored.ending(moment))
    with db.write():
        if not restored.active(store):
            meta.set(restored.STATE, moment)
        db.execute("DELETE FROM base_next")
        db.execute("DELETE FROM quarantine")
        history.forget(store)
        db.execute("UPDATE unit SET cursor = NULL")
        # Whose computer signs files it may not know any more either.
        for name in ("at", "witness", "tombstones", "mismatch", "refill", carry.KNOWN):
            meta.set(name, None)
        _offer_again(store, cutoff(meta.get("server_time") or ""))


def _offer_again(store: Store, oldest: str) -> None:
    db = store.db
    # Also what ended as the same as a colleague's value without an answer of the server: that value may be lost.
    # What no pull has brought yet is in none of the old rows: it is laid over them like any other waiting edit.
    db.execute(
        "INSERT OR IGNORE INTO outbox"
        " SELECT op, n, kind, key, unit, field, pos, body, 'queued', NULL, 0, CASE shown WHEN 1 THEN 1 ELSE ? END,"
        " step, undoes, undone FROM sent WHERE (acknowledged OR result = 'same') AND (shown OR at = '' OR at >= ?)",
        (REOFFERED, oldest),
    )
    db.execute("DELETE FROM sent WHERE op IN (SELECT op FROM outbox)")
    # The restored server may not hold these any more: nothing can wait for them.
    db.execute("UPDATE sent SET acknowledged = 0, shown = 0")
    db.execute("UPDATE outbox SET state = 'queued', answer = NULL WHERE state IN ('sending', 'wait', 'conflict')")


def complete(store: Store, unserved: Iterable[str] = ()) -> bool:
    """The new rows are complete: they take the old ones' place. Part of the caller's transaction.

    Units that did not come with the pull, those of a closed cycle, keep their old rows until they are read anew.
    """
    if not restored.active(store):
        return False
    db = store.db
    kept = set(unserved)
    gone = [(unit,) for (unit,) in db.execute("SELECT DISTINCT unit FROM base").fetchall() if unit not in kept]
    db.executemany("DELETE FROM base WHERE unit = ?", gone)
    db.execute("INSERT OR REPLACE INTO base SELECT * FROM base_next")
    db.execute("DELETE FROM base_next")
    db.execute("UPDATE outbox SET requested = 1 WHERE requested = ?", (REOFFERED,))
    restored.complete(store, store.meta.get(restored.STATE))
    store.meta.set(restored.STATE, None)
    return True
