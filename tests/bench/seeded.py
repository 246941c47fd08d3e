"""A server's database of a given size: every row of ``stores``, the notes of ``noted``, one officer who sees it all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import noted
import stores

from akk_tui.contract.codec import encode
from akk_tui.contract.records import Reference
from akk_tui.server import setup
from akk_tui.server.db.commit import Changed, commit
from akk_tui.server.db.engine import Database

OFFICER = "contoh1"


def load(db: Path, regions: int, cycles: int, notes: int) -> Reference:
    """Fill the new database ``db`` with ``regions`` × ``cycles`` units and ``notes`` notes over all of them."""
    reference = stores.reference(regions, cycles)
    setup.init_database(db)
    database = Database(db)
    database.write(lambda on: [setup.load_cycle(on, one.instrument, state=one.state) for one in reference.cycles])
    setup.add_user(database, OFFICER)
    codes = [region.code for region in reference.regions]
    for cycle in reference.cycles:
        setup.assign(database, OFFICER, codes, cycle=cycle.id)
        rows = stores.rows(cycle.instrument, [f"{cycle.id}:{code}" for code in codes])
        _commit(database, [(kind, key, unit, encode(data)) for kind, key, unit, data in rows])
    units = [f"{cycle.id}:{code}" for cycle in reference.cycles for code in codes]
    _commit(database, [("note", key, unit, encode(data)) for key, unit, data in noted.notes(units, notes)])
    database.close()
    return reference


def _commit(database: Database, rows: Sequence[tuple[str, str, str, bytes]]) -> None:
    made = [
        Changed(kind, key, unit, 1, "contoh2", data.decode(), number, True)
        for number, (kind, key, unit, data) in enumerate(rows, 1)
    ]
    database.write(lambda on: commit(on, rows=made, count=len(made)))
