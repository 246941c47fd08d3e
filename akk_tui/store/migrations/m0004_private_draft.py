"""Version 4: a draft tells whether its note is one that is never sent."""

from __future__ import annotations

import sqlite3


def up(db: sqlite3.Connection) -> None:
    """Add the column; what was typed before belongs to ordinary notes."""
    db.execute("ALTER TABLE draft ADD COLUMN private INTEGER NOT NULL DEFAULT 0")
