"""The app over a database of its own, and two officers; what the SQL matters to runs on SQLite and PostgreSQL."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from postgres import Cluster, on_both
from provider_fixture import provider
from server_api import KABUPATEN, KOTA, Officer, OTHER, over, served, Server

__all__ = ["provider"]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    # Only who has tests of a schema has it.
    if "late_cases" in sys.modules:
        sys.modules["late_cases"].make(item)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    on_both(metafunc, "server")


@pytest.fixture
def server(
    request: pytest.FixtureRequest, tmp_path: Path, server_templates: Callable[[bool], Path]
) -> Iterator[Server]:
    """The app over a database with the default cycle and no officer."""
    yield from served(request, tmp_path / "server.db", server_templates)


@pytest.fixture
def on_postgres(cluster: Cluster) -> Iterator[Server]:
    """The same over PostgreSQL, for what only has a meaning there."""
    yield from over(cluster)


@pytest.fixture
def ani(server: Server) -> Officer:
    """A petugas who writes in two regions."""
    return server.officer("ani", KOTA, KABUPATEN)


@pytest.fixture
def budi(server: Server) -> Officer:
    """A petugas who shares one region with ani and has another."""
    return server.officer("budi", KOTA, OTHER)
