"""Whether a store is sound, and the mending of what can be made anew from what is sound."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Final, Literal

from akk_tui.store.db import Database
from akk_tui.store.errors import StoreDamaged, StoreReadOnly

Health = Literal["whole", "index", "damaged"]
"""``index``: all rows are there and readable, an index of them or of their words is wrong."""

_MOST: Final = 1000
_OF_INDEX: Final = re.compile(
    r"row \S+ (missing from|values differ from) index |wrong # of entries in index |non-unique entry in index "
    r"|malformed inverted index"
)
"""What ``integrity_check`` (https://sqlite.org/pragma.html#pragma_integrity_check) says of an index alone."""
_WORDS: Final = ("note_fts", "agenda_fts")


def look(db: Database) -> Health:
    """Read every page and compare every index with its rows, those of words too. Takes a second for some 50 MB."""
    try:
        said = [str(line) for (line,) in db.execute(f"PRAGMA integrity_check({_MOST})").fetchall()]
    except StoreDamaged:
        return "damaged"
    if said != ["ok"]:
        return "index" if all(_OF_INDEX.match(line) for line in said) else "damaged"
    for index in _WORDS:
        try:
            # Where nothing can be written the command is refused, and only this comparison is left out.
            with suppress(StoreReadOnly), db.write():
                db.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 1)")  # noqa: S608 - ours
        except StoreDamaged:
            return "index"
    return "whole"


def mend(db: Database) -> bool:
    """Make all indexes anew from the rows, in one transaction; whether the store is whole then.

    Raises StoreUnusable where the disk is full or cannot be written; then nothing has changed.
    """
    from akk_tui.store import agenda_index, search

    try:
        with db.write():
            db.execute("REINDEX")
            search.rebuild(db)
            agenda_index.rebuild(db)
    except (StoreDamaged, db.IntegrityError):
        return False
    return look(db) == "whole"
