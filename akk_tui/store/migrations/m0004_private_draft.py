"""Version 4: a draft tells whether its note is one that is never sent."""

from __future__ import annotations

from akk_tui.store.db import Database


def up(db: Database) -> None:
    """Add the column; what was typed before belongs to ordinary notes."""
    db.execute("ALTER TABLE draft ADD COLUMN private INTEGER NOT NULL DEFAULT 0")
