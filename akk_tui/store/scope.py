"""Which units are the officer's: what a pull's first line gives and takes.

A unit taken away is hidden at once; its rows go when a second pull says the same. What was not sent stays, visible
and refused, and is queued again when the unit comes back.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from akk_tui.contract.records import PullHead
from akk_tui.store import agenda_index, derived
from akk_tui.store.db import Database

_REFUSAL: Final = '{"code":"scope"}'


class PullPlan(NamedTuple):
    """What a pull's first line means here. ``given``, ``taken`` and ``removed`` are units.

    ``rows`` and ``bytes_est`` are the server's own estimate; ``reference`` tells that the reference data must be
    fetched before rows are applied.
    """

    given: tuple[str, ...]
    taken: tuple[str, ...]
    removed: tuple[str, ...]
    rows: int
    bytes_est: int
    reference: bool


class Moves(NamedTuple):
    """Units that came, units that are hidden now, units whose rows are gone."""

    given: tuple[str, ...]
    taken: tuple[str, ...]
    removed: tuple[str, ...]


def apply(db: Database, head: PullHead, anew: Iterable[str] = ()) -> Moves:
    """Bring the units up to the scope of ``head``, in the caller's transaction: given, taken and removed ones.

    ``anew`` are fresh units that the server reads from the start whatever their cursor here is.
    """
    wanted = {grant.unit: grant.write for grant in head.scope}
    known = {
        unit: (write, cursor, leaving)
        for unit, write, cursor, leaving in db.execute("SELECT unit, write, cursor, leaving FROM unit")
    }
    fresh, restarted = set(head.fresh), set(anew)
    given = tuple(unit for unit in wanted if unit not in known or known[unit][2])
    taken = tuple(unit for unit, (_, _, leaving) in known.items() if unit not in wanted and not leaving)
    removed = tuple(unit for unit, (_, _, leaving) in known.items() if unit not in wanted and leaving)
    for unit, write in wanted.items():
        # A unit that the server reads from the start has that cursor here too, or a cut would lose its rows.
        was = known.get(unit)
        cursor = was[1] if was is not None else 0
        now = (int(write), 0 if unit in restarted or (unit in fresh and cursor is None) else cursor, 0)
        if now != was:
            db.execute("INSERT OR REPLACE INTO unit VALUES (?, ?, ?, ?)", (unit, *now))
    # A unit that was taken and given again between two pulls shows only by being read from the start. So are all at
    # every pull of a long first sync: what is derived of them is as it was, unless something waits there again.
    again = _queue_again(db, {*given} | (fresh & known.keys()))
    for unit in taken:
        _take(db, unit)
    for unit in removed:
        _remove(db, unit)
    back = [unit for unit in given if unit in known]
    derived.refresh(db, {*back} | again, _notes(db, {*given, *taken, *removed} | again))
    agenda_index.refresh(db, {*given, *taken, *removed})
    if removed:
        leave_no_words(db)
    return Moves(given, taken, removed)


def _queue_again(db: Database, units: set[str]) -> set[str]:
    """Queue what was refused for its place in ``units``; those where something was."""
    refused = db.execute("SELECT DISTINCT unit FROM outbox WHERE state = 'forbidden'").fetchall()
    found = {unit for (unit,) in refused} & units
    for unit in found:
        db.execute("UPDATE outbox SET state = 'queued', answer = NULL WHERE unit = ? AND state = 'forbidden'", (unit,))
    return found


def overwrite(db: Database) -> None:
    """From here on what is deleted is overwritten in the file."""
    db.execute("PRAGMA secure_delete=ON").fetchall()


def leave_no_words(db: Database) -> None:
    """Make the indexes of words anew without those of rows that are gone; after :func:`overwrite` and the deletion."""
    for index in ("note_fts", "agenda_fts"):
        db.execute(f"INSERT INTO {index} ({index}) VALUES ('optimize')")  # noqa: S608 - names of our own


def _take(db: Database, unit: str) -> None:
    # Rows that change while it is away do not come: when it returns it is read from the start.
    db.execute("UPDATE unit SET leaving = 1, cursor = 0 WHERE unit = ?", (unit,))
    db.execute(
        "UPDATE outbox SET state = 'forbidden', answer = ? WHERE unit = ? AND state <> 'rejected'", (_REFUSAL, unit)
    )
    db.execute("DELETE FROM summary WHERE unit = ?", (unit,))
    db.execute("DELETE FROM change WHERE unit = ?", (unit,))


def _remove(db: Database, unit: str) -> None:
    overwrite(db)
    for table in ("base", "base_next", "quarantine", "log", "log_fetched", "unit"):
        db.execute(f"DELETE FROM {table} WHERE unit = ?", (unit,))  # noqa: S608 - names of our own
    db.execute("UPDATE sent SET shown = 0 WHERE unit = ?", (unit,))


def _notes(db: Database, units: Iterable[str]) -> set[str]:
    """The notes of units whose search document may be another one now."""
    found: set[str] = set()
    for unit in units:
        found |= {key for (key,) in db.execute("SELECT key FROM note_doc WHERE unit = ?", (unit,))}
        found |= {key for (key,) in db.execute("SELECT key FROM outbox WHERE unit = ? AND kind = 'note'", (unit,))}
    return found
