"""Small named values of the store: who, which replica, cursors, moments."""

from __future__ import annotations

from akk_tui.store.db import Database


class Meta:
    """Text values by name; a missing one is None."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def get(self, name: str) -> str | None:
        """The value of ``name``, or None."""
        return self._db.value("SELECT value FROM meta WHERE name = ?", (name,))

    def set(self, name: str, value: str | None) -> None:
        """Store ``value`` under ``name``; None removes it."""
        with self._db.write():
            if value is None:
                self._db.execute("DELETE FROM meta WHERE name = ?", (name,))
            else:
                self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))

    def number(self, name: str) -> int:
        """The whole number under ``name``, 0 when it is missing."""
        return int(self.get(name) or 0)
