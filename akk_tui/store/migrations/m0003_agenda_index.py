"""Version 3: the full-text index of events and follow-ups."""

from __future__ import annotations

from akk_tui.store import agenda_index
from akk_tui.store.db import Database

# What the screen shows of each event and follow-up; doc grows with the row's own time.
_DOC = """CREATE TABLE agenda_doc (
    doc INTEGER PRIMARY KEY, kind TEXT NOT NULL, key TEXT NOT NULL, unit TEXT NOT NULL,
    day TEXT NOT NULL, title TEXT NOT NULL, body TEXT NOT NULL, UNIQUE (kind, key)
)"""
_INDEXES = (
    "CREATE INDEX agenda_doc_unit ON agenda_doc (unit)",
    """CREATE VIRTUAL TABLE agenda_fts USING fts5 (
        title, body, unit, content='agenda_doc', content_rowid='doc',
        tokenize='unicode61 remove_diacritics 2', prefix='1 2 3'
    )""",
)


def up(db: Database) -> None:
    """Make the tables, STRICT where this SQLite has it, and fill them from the rows that are here."""
    db.execute(_DOC + " STRICT" if db.has_strict else _DOC)
    for index in _INDEXES:
        db.execute(index)
    agenda_index.rebuild(db)
