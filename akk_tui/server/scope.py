"""What an officer may see and write."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from sqlalchemy import bindparam, Connection, select

from akk_tui.server.db.tables import GRANT


class Entry(NamedTuple):
    """One unit of the scope; ``seq`` is the number at which it was given."""

    unit: str
    write: bool
    seq: int


def whole(connection: Connection, officer: str) -> list[Entry]:
    """All units of the officer: the newest cycle first, regions by code."""
    entries = [Entry(*row) for row in connection.execute(_WHOLE, {"o": officer})]
    return sorted(entries, key=lambda entry: (-int(entry.unit[:4]), entry.unit))


def some(connection: Connection, officer: str, units: Iterable[str]) -> dict[str, Entry]:
    """Those of ``units`` that the officer has."""
    rows = connection.execute(_SOME, {"o": officer, "u": list(units)})
    return {row.unit: Entry(*row) for row in rows}


_COLUMNS: Final = select(GRANT.c.unit, GRANT.c.write, GRANT.c.seq).where(GRANT.c.officer == bindparam("o"))
_WHOLE: Final = _COLUMNS
_SOME: Final = _COLUMNS.where(GRANT.c.unit.in_(bindparam("u", expanding=True)))
