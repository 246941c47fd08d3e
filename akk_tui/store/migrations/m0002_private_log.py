"""Version 2: notes that are never sent, and the part of the server's log that was fetched."""

from __future__ import annotations

from akk_tui.store.db import Database

_TABLES = (
    """CREATE TABLE private_note (
        key TEXT PRIMARY KEY, unit TEXT NOT NULL, data TEXT NOT NULL, at TEXT NOT NULL
    ) WITHOUT ROWID""",
    # One accepted operation of anybody; ``was`` is null for a creation.
    """CREATE TABLE log (
        kind TEXT NOT NULL, key TEXT NOT NULL, seq INTEGER NOT NULL, op TEXT NOT NULL, unit TEXT NOT NULL,
        by TEXT NOT NULL, at TEXT NOT NULL, was TEXT, now TEXT NOT NULL, PRIMARY KEY (kind, key, seq, op)
    ) WITHOUT ROWID""",
    # Up to which sequence number, and when, the log of a unit (key '') or of one row was fetched.
    """CREATE TABLE log_fetched (
        unit TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL, seq INTEGER NOT NULL, at TEXT NOT NULL,
        PRIMARY KEY (unit, kind, key)
    ) WITHOUT ROWID""",
)
_INDEXES = ("CREATE INDEX private_note_unit ON private_note (unit)", "CREATE INDEX log_unit ON log (unit)")


def up(db: Database) -> None:
    """Make the tables; STRICT where this SQLite has it."""
    strict = db.has_strict
    for table in _TABLES:
        db.execute(table + ", STRICT" if strict else table)
    for index in _INDEXES:
        db.execute(index)
