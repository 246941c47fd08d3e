"""The command line run inside the test's process, on homes that hold the sample data."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import asked_once
import pytest
from clishell import Shell

from akk_tui.server import embedded, setup

asked_once.use()


class Sample(NamedTuple):
    """A server with sample data that serves all tests of a session; nobody may push to it."""

    url: str
    token_file: Path
    home: Path


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory, server_templates: Callable[[bool], Path]) -> Iterator[Sample]:
    """The shared server, and a home of contoh1 that was synced with it."""
    from akk_tui import config
    from akk_tui import paths as folders
    from akk_tui.sync import runner

    folder = tmp_path_factory.mktemp("sample")
    db = folder / "server.db"
    shutil.copyfile(server_templates(True), db)
    token = setup.issue_token(db, "contoh1").token
    token_file = folder / "token"
    token_file.write_text(f"token contoh1: {token}\n")
    running = embedded.start(db)
    try:
        paths = folders.find(folder / "home")
        account = runner.sign_in(paths, running.url, token, config.Settings())
        runner.sync_once(paths, account, config.Settings())
        yield Sample(running.url, token_file, folder / "home")
    finally:
        running.stop()


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A shell on a home that is not there yet."""
    return Shell(tmp_path / "home", monkeypatch)


@pytest.fixture
def shell(sample: Sample, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A shell on a synced home of contoh1 of its own."""
    shutil.copytree(sample.home, tmp_path / "synced")
    return Shell(tmp_path / "synced", monkeypatch)


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AKK_HOME", "COLUMNS", "NO_COLOR", "VISUAL", "EDITOR", "LANG", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    # Context sets AKK_HOME for the processes that a command starts: it must not outlive the test.
    monkeypatch.setenv("AKK_HOME", "")
