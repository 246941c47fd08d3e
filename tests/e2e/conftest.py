"""Running servers with sample data and officers who are signed in."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from programs import Home, ServerProcess


@pytest.fixture(scope="session")
def demo_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    ServerProcess(folder).admin("init", "--demo")
    return folder


@pytest.fixture
def server(tmp_path: Path, demo_database: Path) -> Iterator[ServerProcess]:
    """A running server with the sample data."""
    folder = tmp_path / "server"
    shutil.copytree(demo_database, folder)
    made = ServerProcess(folder)
    made.start()
    yield made
    made.stop(signal.SIGKILL)


@pytest.fixture
def officers(server: ServerProcess, tmp_path: Path) -> tuple[Home, Home]:
    """Two officers of overlapping regions, signed in, synced once."""
    homes = (
        Home(tmp_path / "a").login(server, "contoh1"),
        Home(tmp_path / "b").login(server, "contoh2"),
    )
    for home in homes:
        home.ok("sync")
    return homes
