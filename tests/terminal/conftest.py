"""Real programs on pseudo terminals."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "e2e"))
sys.path.append(str(Path(__file__).parent.parent / "ui"))

import filled
from programs import clean_env, Home, ServerProcess
from pseudo import Terminal


@pytest.fixture
def terminals() -> Iterator[list[Terminal]]:
    """Terminals that are closed at the end."""
    opened: list[Terminal] = []
    yield opened
    for one in opened:
        one.close()


@pytest.fixture
def server(tmp_path: Path, server_templates: Callable[[bool], Path]) -> Iterator[ServerProcess]:
    """A server with the sample data that is not running yet."""
    folder = tmp_path / "server"
    folder.mkdir()
    made = ServerProcess(folder)
    shutil.copyfile(server_templates(True), made.db)
    yield made
    made.stop()


@pytest.fixture
def offline(server: ServerProcess, tmp_path: Path) -> Home:
    """A home that is signed in and synced, and whose server has stopped since."""
    server.start()
    home = Home(tmp_path / "home").login(server, "contoh1")
    home.ok("sync")
    server.stop()
    return home


@pytest.fixture
def open_app(terminals: list[Terminal]) -> object:
    """A function that opens the app of a home in a terminal of a size."""

    def opened(home: Home, columns: int = 120, rows: int = 40) -> Terminal:
        env = clean_env(TERM="xterm-256color", COLORTERM="truecolor")
        made = Terminal(home.argv(), env, columns, rows)
        terminals.append(made)
        return made

    return opened


@pytest.fixture
def sample_home(tmp_path: Path, sample: Path) -> Home:
    """A signed-in profile with the sample data and no server; the settings keep it from syncing."""
    return Home(filled.signed_in(tmp_path / "home", sample))


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample data as contoh1 holds it; not to be written."""
    return filled.fill_sample(tmp_path_factory.mktemp("sample") / "akk.db")


@pytest.fixture
def open_sample(sample_home: Home, terminals: list[Terminal]) -> Callable[..., Terminal]:
    """A function that opens the app on the sample data, with variables of the environment."""

    def opening(**env: str) -> Terminal:
        made = Terminal(sample_home.argv(), clean_env(**{"TERM": "xterm-256color", "COLORTERM": "truecolor", **env}))
        terminals.append(made)
        return made

    return opening
