"""The app in this process over a database of its own (``tests/server/server_api.py``), for the rules of the server.

Import the fixtures ``api`` and ``ani`` by name.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.append(str(Path(__file__).parent.parent / "server"))

from server_api import KABUPATEN, KOTA, Officer, OTHER, served, Server, UNIT
from sqlalchemy import select

from akk_tui.server.audit import Record
from akk_tui.server.db.engine import Database
from akk_tui.server.db.tables import AUDIT

__all__ = ["KABUPATEN", "KOTA", "OTHER", "UNIT", "Officer", "Server", "ani", "api", "records"]


@pytest.fixture
def api(request: pytest.FixtureRequest, tmp_path: Path, server_templates: Callable[[bool], Path]) -> Iterator[Server]:
    """The app over a database with the default cycle and no officer."""
    yield from served(request, tmp_path / "server.db", server_templates)


@pytest.fixture
def ani(api: Server) -> Officer:
    """A petugas who writes in two regions."""
    return api.officer("ani", KOTA, KABUPATEN)


def records(database: Database, event: str = "") -> list[Any]:
    """The records of the audit whose event starts so, oldest first."""
    with database.reading() as connection:
        columns = [AUDIT.c[name] for name in Record._fields]
        query = select(*columns).where(AUDIT.c.event.startswith(event)).order_by(AUDIT.c.n)
        return [Record(*row) for row in connection.execute(query)]
