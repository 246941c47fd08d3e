"""An officer's store beside a small model server."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from modelserver import ModelServer, UNITS
from storeclient import Client

from akk_tui.store import keys

ALL_SEALED = bool(os.environ.get("AKK_TEST_ENCRYPTED"))
"""Run every test on an encrypted store; without it those of SEALED_TOO run on both kinds."""
SEALED_TOO = (
    "test_store_drafts",
    "test_store_files",
    "test_store_private",
    "test_store_queue",
    "test_store_recovery",
    "test_store_replica",
    "test_store_retention",
    "test_store_salvage",
    "test_store_undo",
    "test_store_upgrade",
)
PLAIN_ONLY = ("test_store_processes",)
"""Their own processes open the stores and have no key."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run the tests on an encrypted store too."""
    module = metafunc.module.__name__
    if module in PLAIN_ONLY or not (ALL_SEALED or module in SEALED_TOO):
        return
    metafunc.fixturenames.append("sealed")
    metafunc.parametrize("sealed", ["sealed"] if ALL_SEALED else ["plain", "sealed"], indirect=True)


@pytest.fixture
def sealed(request: pytest.FixtureRequest) -> Iterator[bool]:
    """Whether every store that this process opens is encrypted, with a key that nobody had to derive."""
    if request.param == "plain":
        yield False
        return
    pytest.importorskip("sqlcipher3")
    everywhere = Path("/")
    keys.use(everywhere, bytes(range(keys.KEY_BYTES)))
    yield True
    keys.forget(everywhere)


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
