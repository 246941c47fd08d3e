"""The copies that are laid beside a store, and which of them may hold work that is nowhere else."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final, TYPE_CHECKING

from akk_tui.store.db import BESIDE

if TYPE_CHECKING:
    from akk_tui.store.db import Database

WORK: Final = ("outbox", "draft", "private_note")
"""Tables that hold what no server has."""
TEXTS: Final = {"base": "data", "outbox": "body", "sent": "body", "discarded": "body", "private_note": "data"}
"""The column of each table that must be JSON: a page that was overwritten may still look like rows."""
DAMAGED: Final = "damaged-"
"""How the ending of a damaged file begins, of which a repair saved what it could read."""
_SPARED: Final = re.compile(r"v\d+-\d+")
"""The ending of a copy that an upgrade found to hold work which the store did not."""


def beside(path: Path) -> list[Path]:
    """All copies beside the store at ``path``, without SQLite's own files beside them."""
    return sorted(one for one in path.parent.glob(f"{path.name}.*") if not one.name.endswith(BESIDE))


def only_here(copy: Path, made: Database) -> bool:
    """Whether the ``copy`` of a store may hold work that no store and no server has.

    Of any other copy the store went on with all of it. ``made`` is a sound store of this version.
    """
    ending = copy.suffix[1:]
    if ending.startswith(DAMAGED):
        return not all(_whole(copy, made, table) for table in WORK)
    return _SPARED.fullmatch(ending) is not None


def is_json(text: Any) -> bool:
    """Whether a column that must be JSON is."""
    try:
        json.loads(text)
    except (ValueError, TypeError):
        return False
    return True


def _whole(path: Path, made: Database, table: str) -> bool:
    """Whether the table can be read from end to end, as the repair did that saved it."""
    from akk_tui.store.damaged import DamagedTable

    found = DamagedTable(path, made, table)
    rows = found.rows()
    text = found.columns.index(TEXTS[table]) if table in TEXTS and rows else None
    return found.whole and (text is None or all(is_json(row[text]) for row in rows))
