"""The rules of the security checklist, one test or more each: ``pytest -m security``. A file's letter is the rules'."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.extend(str(Path(__file__).parent.parent / place) for place in ("sync", "terminal", "e2e", "server"))

from apis import ani, api
from identity_api import World
from postgres import on_both
from programs import clean_env, Home, ServerProcess
from provider_fixture import provider
from pseudo import Terminal
from sealedhome import Home as SealedHome
from server_api import served

from akk_tui.sync import vault

__all__ = ["ani", "api", "provider"]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    on_both(metafunc, "api", "world")


@pytest.fixture(scope="session")
def demo_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a server's database with the sample data."""
    folder = tmp_path_factory.mktemp("security-demo")
    ServerProcess(folder).admin("init", "--demo")
    return folder


@pytest.fixture
def server(tmp_path: Path, demo_database: Path) -> Iterator[ServerProcess]:
    """``akk-server`` with the sample data, not started yet."""
    folder = tmp_path / "server"
    shutil.copytree(demo_database, folder)
    made = ServerProcess(folder)
    yield made
    made.stop()


@pytest.fixture
def synced(server: ServerProcess, tmp_path: Path) -> Home:
    """A home of contoh1 that is synced; its server runs."""
    server.start()
    home = Home(tmp_path / "home").login(server, "contoh1")
    home.ok("sync")
    return home


@pytest.fixture
def terminals() -> Iterator[list[Terminal]]:
    """Terminals that are closed at the end."""
    opened: list[Terminal] = []
    yield opened
    for one in opened:
        one.close()


@pytest.fixture
def open_app(terminals: list[Terminal]) -> object:
    """``open_app(home, columns=120, rows=40, **env)``: the app of a home in a terminal."""

    def opened(home: Home, *words: str, columns: int = 120, rows: int = 40, **env: str) -> Terminal:
        whole = clean_env(**{"TERM": "xterm-256color", "COLORTERM": "truecolor", **env})
        made = Terminal(home.argv(*words), whole, columns, rows)
        terminals.append(made)
        return made

    return opened


@pytest.fixture
def make_home(tmp_path: Path, make_server: Callable[..., Any]) -> Iterator[Callable[..., SealedHome]]:
    """``make_home(work=True)``: an officer's profile on a real server; no key is left in this process at the end."""
    made: list[SealedHome] = []

    def make(*, work: bool = True) -> SealedHome:
        home = SealedHome(tmp_path / f"home{len(made)}", make_server())
        made.append(home)
        if work:
            home.work()
        return home

    yield make
    for home in made:
        home.forget()
        vault.release(home.paths)


@pytest.fixture
def world(request: pytest.FixtureRequest, tmp_path: Path, server_templates: Callable[[bool], Path]) -> Iterator[World]:
    """The server's app in this process, with a clock that stands until it is moved; no officer yet."""
    for made in served(request, tmp_path / "identity.db", server_templates):
        yield World(made)
