"""Text that was typed and not saved, on disk the moment it is handed over.

Every call opens a connection of its own, so that any thread may use it, also while the store's own thread writes and
after the store was closed.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from akk_tui.contract import codec
from akk_tui.store.db import connect, Database
from akk_tui.store.shapes import Draft

_COLUMNS: Final = "id, note, subject, cycle, title, body, tags, base, at, pid, private"


class Drafts:
    """The drafts of the store at ``path``, which must exist."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def save(self, draft: Draft) -> None:
        """Keep ``draft``, in place of an older one of the same id. It survives a power cut once this returns."""
        base = None if draft.base is None else codec.encode(draft.base).decode()
        tags = codec.encode(draft.tags).decode()
        values = (draft.id, draft.note, draft.subject, draft.cycle, draft.title, draft.body, tags, base)
        with self._open() as db, db.write():
            db.execute(
                f"INSERT OR REPLACE INTO draft ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
                (*values, draft.at.isoformat(), draft.pid, int(draft.private)),
            )

    def list(self) -> tuple[Draft, ...]:
        """All drafts, newest first."""
        with self._open() as db:
            rows = db.execute(f"SELECT {_COLUMNS} FROM draft ORDER BY at DESC, id").fetchall()  # noqa: S608
        return tuple(_draft(row) for row in rows)

    def get(self, id: str) -> Draft | None:  # noqa: A002 - the draft's own word
        """The draft ``id``, or None."""
        with self._open() as db:
            row = db.one(f"SELECT {_COLUMNS} FROM draft WHERE id = ?", (id,))  # noqa: S608
        return None if row is None else _draft(row)

    def drop(self, id: str) -> None:  # noqa: A002
        """Forget the draft ``id``; one that is not there is no error."""
        with self._open() as db, db.write():
            db.execute("DELETE FROM draft WHERE id = ?", (id,))

    @contextmanager
    def _open(self) -> Generator[Database]:
        db = connect(self._path)
        try:
            yield db
        finally:
            db.close()


def _draft(row: tuple[Any, ...]) -> Draft:
    base = None if row[7] is None else codec.decode(dict[str, Any], row[7])
    id_, note, subject, cycle, title, body, tags, _, at, pid, private = row
    moment = datetime.fromisoformat(at)
    decoded = codec.decode(tuple[str, ...], tags)
    return Draft(id_, note, subject, cycle, title, body, decoded, base, moment, pid, bool(private))
