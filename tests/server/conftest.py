"""The app over a database of its own, and two officers."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from provider_fixture import provider
from server_api import KABUPATEN, KOTA, Officer, OTHER, Server

__all__ = ["provider"]


@pytest.fixture
def server(tmp_path: Path, server_templates: Callable[[bool], Path]) -> Iterator[Server]:
    """The app over a database with the default cycle and no officer."""
    db = tmp_path / "server.db"
    shutil.copyfile(server_templates(False), db)
    made = Server(db)
    yield made
    made.close()


@pytest.fixture
def ani(server: Server) -> Officer:
    """A petugas who writes in two regions."""
    return server.officer("ani", KOTA, KABUPATEN)


@pytest.fixture
def budi(server: Server) -> Officer:
    """A petugas who shares one region with ani and has another."""
    return server.officer("budi", KOTA, OTHER)
