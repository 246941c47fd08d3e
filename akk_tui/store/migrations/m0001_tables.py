"""Version 1: all tables."""

from __future__ import annotations

from akk_tui.store.db import Database

_ROWS = """(
    kind TEXT NOT NULL, key TEXT NOT NULL, unit TEXT NOT NULL, rev INTEGER NOT NULL, seq INTEGER NOT NULL,
    data TEXT NOT NULL, PRIMARY KEY (kind, key)
) WITHOUT ROWID"""

_TABLES = (
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE reference (id INTEGER PRIMARY KEY CHECK (id = 1), etag TEXT NOT NULL, body TEXT NOT NULL)",
    f"CREATE TABLE base {_ROWS}",
    # The rows of a pull after the server was restored: they take the place of base when it is complete.
    f"CREATE TABLE base_next {_ROWS}",
    """CREATE TABLE unit (
        unit TEXT PRIMARY KEY, write INTEGER NOT NULL, cursor INTEGER, leaving INTEGER NOT NULL DEFAULT 0
    ) WITHOUT ROWID""",
    """CREATE TABLE outbox (
        op TEXT PRIMARY KEY, n INTEGER NOT NULL UNIQUE, kind TEXT NOT NULL, key TEXT NOT NULL, unit TEXT NOT NULL,
        field TEXT NOT NULL, pos INTEGER, body TEXT NOT NULL, state TEXT NOT NULL CHECK
        (state IN ('queued', 'sending', 'conflict', 'wait', 'forbidden', 'rejected')),
        answer TEXT, tries INTEGER NOT NULL DEFAULT 0, requested INTEGER NOT NULL DEFAULT 0,
        step INTEGER NOT NULL, undoes TEXT, undone INTEGER NOT NULL DEFAULT 0
    ) WITHOUT ROWID""",
    """CREATE TABLE sent (
        op TEXT PRIMARY KEY, n INTEGER NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL, unit TEXT NOT NULL,
        field TEXT NOT NULL, pos INTEGER, body TEXT NOT NULL, result TEXT NOT NULL, seq INTEGER NOT NULL,
        at TEXT NOT NULL, shown INTEGER NOT NULL, acknowledged INTEGER NOT NULL,
        step INTEGER NOT NULL, undoes TEXT, undone INTEGER NOT NULL DEFAULT 0
    ) WITHOUT ROWID""",
    """CREATE TABLE discarded (
        op TEXT PRIMARY KEY, n INTEGER NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL, unit TEXT NOT NULL,
        field TEXT NOT NULL, pos INTEGER, body TEXT NOT NULL, state TEXT NOT NULL, answer TEXT,
        reason TEXT NOT NULL, at TEXT NOT NULL
    ) WITHOUT ROWID""",
    """CREATE TABLE draft (
        id TEXT PRIMARY KEY, note TEXT, subject TEXT NOT NULL, cycle TEXT NOT NULL, title TEXT NOT NULL,
        body TEXT NOT NULL, tags TEXT NOT NULL, base TEXT, at TEXT NOT NULL, pid INTEGER NOT NULL
    ) WITHOUT ROWID""",
    """CREATE TABLE quarantine (
        kind TEXT NOT NULL, key TEXT NOT NULL, unit TEXT NOT NULL, seq INTEGER NOT NULL, rev INTEGER NOT NULL,
        raw TEXT NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (kind, key)
    ) WITHOUT ROWID""",
    """CREATE TABLE run (
        id INTEGER PRIMARY KEY, started TEXT NOT NULL, seconds REAL NOT NULL, outcome TEXT NOT NULL,
        pushed INTEGER NOT NULL, pulled INTEGER NOT NULL, conflicts INTEGER NOT NULL, refused INTEGER NOT NULL,
        bytes_up INTEGER NOT NULL, bytes_down INTEGER NOT NULL, requests INTEGER NOT NULL,
        answers TEXT NOT NULL, words TEXT
    )""",
    """CREATE TABLE change (
        id INTEGER PRIMARY KEY, by TEXT NOT NULL, at TEXT, unit TEXT NOT NULL, kind TEXT NOT NULL,
        key TEXT NOT NULL, field TEXT NOT NULL, value TEXT
    )""",
    """CREATE TABLE summary (
        unit TEXT PRIMARY KEY, cycle TEXT NOT NULL, region TEXT NOT NULL, body TEXT NOT NULL
    ) WITHOUT ROWID""",
    # What the screen shows of each note; doc grows with the note's own time.
    """CREATE TABLE note_doc (
        doc INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, unit TEXT NOT NULL, subject TEXT NOT NULL,
        author TEXT NOT NULL, title TEXT NOT NULL, body TEXT NOT NULL, tags TEXT NOT NULL
    )""",
)
_INDEXES = (
    "CREATE INDEX base_unit ON base (unit, kind)",
    "CREATE INDEX base_next_unit ON base_next (unit, kind)",
    "CREATE INDEX outbox_row ON outbox (kind, key)",
    "CREATE INDEX sent_n ON sent (n)",
    "CREATE INDEX sent_shown ON sent (unit) WHERE shown = 1",
    "CREATE INDEX quarantine_unit ON quarantine (unit)",
    "CREATE INDEX note_doc_unit ON note_doc (unit, doc)",
    """CREATE VIRTUAL TABLE note_fts USING fts5 (
        title, body, tags, unit, content='note_doc', content_rowid='doc',
        tokenize='unicode61 remove_diacritics 2', prefix='1 2 3'
    )""",
)


def up(db: Database) -> None:
    """Make the tables; STRICT where this SQLite has it."""
    strict = db.has_strict
    for table in _TABLES:
        ending = ", STRICT" if table.endswith("WITHOUT ROWID") else " STRICT"
        db.execute(table + ending if strict else table)
    for index in _INDEXES:
        db.execute(index)
