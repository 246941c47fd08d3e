"""An officer's store beside a small model server."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from modelserver import ModelServer, UNITS
from storeclient import Client


@pytest.fixture
def fast(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory where there is one: power cuts are not what these tests are about."""
    if not os.access("/dev/shm", os.W_OK):
        yield tmp_path
        return
    folder = Path(tempfile.mkdtemp(dir="/dev/shm"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def server() -> ModelServer:
    made = ModelServer()
    made.officer("budi", UNITS[:2])
    made.officer("sari", UNITS[:2])
    return made


@pytest.fixture
def client(server: ModelServer, fast: Path) -> Iterator[Callable[..., Client]]:
    """``client("budi")``: an officer who has synced once."""
    made: list[Client] = []

    def make(name: str, *, synced: bool = True) -> Client:
        one = Client(server, name, fast / name / "akk.db")
        made.append(one)
        if synced:
            one.pull()
        return one

    yield make
    for one in made:
        with suppress(Exception):
            one.store.close()


@pytest.fixture
def budi(client: Callable[..., Client]) -> Client:
    return client("budi")


@pytest.fixture
def sari(client: Callable[..., Client]) -> Client:
    return client("sari")
