"""The app over a database of its own, and two officers; what the SQL matters to runs on SQLite and PostgreSQL."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from provider_fixture import provider
from server_api import KABUPATEN, KOTA, Officer, OTHER, Server

sys.path.insert(0, str(Path(__file__).parents[1] / "security"))

from postgres import OWNER, Postgres, postgres

from akk_tui.server import setup
from akk_tui.server.db.tables import METADATA

__all__ = ["postgres", "provider"]

BOTH = (
    "test_server_chain",
    "test_server_judge",
    "test_server_log",
    "test_server_pull",
    "test_server_review",
    "test_server_rights",
)
"""The modules that run on both databases."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run the tests of some modules on PostgreSQL too, but those that are about SQLite or look into its file."""
    if metafunc.module.__name__ not in BOTH or "server" not in metafunc.fixturenames:
        return
    alone = metafunc.definition.get_closest_marker("sqlite") is not None
    metafunc.parametrize("server", ["sqlite"] if alone else ["sqlite", "postgres"], indirect=True)


class Cluster:
    """A PostgreSQL with the server's tables in one database, which goes back to its beginning for each test."""

    def __init__(self, postgres: Postgres) -> None:
        self._postgres = postgres
        self.url = postgres.url(OWNER)
        setup.init_database(self.url)
        names = sorted(METADATA.tables)
        self._sql(
            "CREATE SCHEMA saved; " + " ".join(f"CREATE TABLE saved.{one} AS TABLE public.{one};" for one in names)
        )
        # As a replica: neither the triggers that keep the audit as it is nor foreign keys hold.
        self._again = "SET session_replication_role = replica; SET lock_timeout = '20s'; BEGIN; "
        self._again += " ".join(
            f"DELETE FROM public.{one}; INSERT INTO public.{one} SELECT * FROM saved.{one};" for one in names
        )

    def server(self) -> Iterator[Server]:
        """The app over the database as it was in the beginning."""
        self._sql(f"{self._again} COMMIT")
        made = Server(self.url)
        yield made
        made.close()

    def _sql(self, statements: str) -> None:
        code, said = self._postgres.sql(statements)
        assert code == 0, said


@pytest.fixture(scope="session")
def cluster(postgres: Postgres) -> Cluster:
    return Cluster(postgres)


@pytest.fixture
def server(
    request: pytest.FixtureRequest, tmp_path: Path, server_templates: Callable[[bool], Path]
) -> Iterator[Server]:
    """The app over a database with the default cycle and no officer."""
    if getattr(request, "param", "sqlite") == "postgres":
        yield from request.getfixturevalue("cluster").server()
        return
    db = tmp_path / "server.db"
    shutil.copyfile(server_templates(False), db)
    made = Server(db)
    yield made
    made.close()


@pytest.fixture
def on_postgres(cluster: Cluster) -> Iterator[Server]:
    """The same over PostgreSQL, for what only has a meaning there."""
    yield from cluster.server()


@pytest.fixture
def ani(server: Server) -> Officer:
    """A petugas who writes in two regions."""
    return server.officer("ani", KOTA, KABUPATEN)


@pytest.fixture
def budi(server: Server) -> Officer:
    """A petugas who shares one region with ani and has another."""
    return server.officer("budi", KOTA, OTHER)
