"""A running server with two officers, see ``syncworld``."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from modelworld import World
from syncworld import Officer, REGIONS, Server

from akk_tui.server import feed, setup
from akk_tui.store import derived
from akk_tui.sync import engine


@pytest.fixture(scope="session")
def prepared_server(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a server's database with the officers ``ani`` and ``budi``, to be copied."""
    folder = tmp_path_factory.mktemp("server")
    setup.init_database(folder / "server.db")
    made = Server(folder)
    made.officer("ani", *REGIONS)
    made.officer("budi", *REGIONS)
    return folder


@pytest.fixture
def server(tmp_path: Path, prepared_server: Path) -> Iterator[Server]:
    """A running server with the built-in instrument and officers ``ani`` and ``budi`` who share three regions."""
    folder = tmp_path / "server"
    shutil.copytree(prepared_server, folder)
    made = Server(folder)
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
def world(monkeypatch: pytest.MonkeyPatch, fast: Path) -> Iterator[World]:
    """Portions so small that a handful of rows makes many of them; files in memory, where there is such a place."""
    monkeypatch.setattr(feed, "POINT_ROWS", 2)
    monkeypatch.setattr(feed, "PULL_ROWS", 9)
    monkeypatch.setattr(engine, "CHUNK_ROWS", 2)
    made = World(fast)
    _spare_what_is_derived(monkeypatch, made)
    yield made
    made.close()


def _spare_what_is_derived(patch: pytest.MonkeyPatch, world: World) -> None:
    """In three of four runs summaries and search documents are left as they are: nothing here looks at them."""
    before = derived.refresh

    def refresh(*args: Any) -> None:
        if world.counted["runs"] % 4 == 0:
            before(*args)

    patch.setattr(derived, "refresh", refresh)
