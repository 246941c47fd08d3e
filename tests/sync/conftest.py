"""A running server with two officers, see ``syncworld``."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from syncworld import Officer, REGIONS, Server

from akk_tui.server import setup


@pytest.fixture(scope="session")
def empty_server(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("server")
    setup.init_database(folder / "server.db")
    return folder


@pytest.fixture
def server(tmp_path: Path, empty_server: Path) -> Iterator[Server]:
    """A running server with the built-in instrument and officers ``ani`` and ``budi`` who share three regions."""
    folder = tmp_path / "server"
    shutil.copytree(empty_server, folder)
    made = Server(folder)
    made.officer("ani", *REGIONS)
    made.officer("budi", *REGIONS)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def ani(server: Server, tmp_path: Path) -> Officer:
    return Officer(tmp_path / "ani", server, "ani")


@pytest.fixture
def budi(server: Server, tmp_path: Path) -> Officer:
    return Officer(tmp_path / "budi", server, "budi")


@pytest.fixture
def synced(ani: Officer, budi: Officer) -> tuple[Officer, Officer]:
    ani.sync()
    budi.sync()
    return ani, budi


@pytest.fixture
def in_memory(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory where there is one."""
    if not os.access("/dev/shm", os.W_OK):
        yield tmp_path
        return
    folder = Path(tempfile.mkdtemp(dir="/dev/shm"))
    yield folder
    shutil.rmtree(folder)
