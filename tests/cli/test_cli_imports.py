"""What each command loads: a short command must not pay for what it does not use."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

FORBIDDEN = ("textual", "rich", "starlette", "uvicorn", "sqlalchemy", "asyncio", "importlib.metadata", "logging")

PROBE = """
import json, sys
from akk_tui.cli import main
code = main(sys.argv[1:])
sys.stdout.flush()
print("\\n" + json.dumps([code, sorted(sys.modules)]))
"""


def loaded(home: str, *words: str) -> tuple[int, set[str]]:
    env = {**os.environ, "AKK_HOME": home, "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *words], env=env, capture_output=True, text=True, check=True, input=""
    )
    code, modules = json.loads(done.stdout.splitlines()[-1])
    return code, set(modules)


def found(modules: set[str], names: tuple[str, ...]) -> set[str]:
    return {module for module in modules if any(module == name or module.startswith(f"{name}.") for name in names)}


@pytest.mark.parametrize(
    "words",
    [
        ["status", "--json"],
        ["status", "35.72"],
        ["next", "35.72", "--json"],
        ["tick", "35.72", "2.4.3", "diterima", "--json"],
        ["set", "35.72", "owner.2.4", "BKPSDM"],
        ["note", "list"],
        ["event", "list"],
        ["event", "add", "35.72", "--title", "Rapat"],
        ["followup", "list", "--json"],
        ["report", "--from", "2025-09-24"],
        ["outbox", "list"],
        ["conflicts"],
        ["config", "show"],
        ["whoami", "--json"],
        ["completion", "bash"],
    ],
)
def test_local_commands_load_neither_screen_nor_network(shell, words: list[str]) -> None:
    code, modules = loaded(str(shell.home), *words)
    assert code == 0
    assert found(modules, (*FORBIDDEN, "httpx", "httpcore", "ssl", "email")) == set()


@pytest.mark.parametrize("words", [["sync", "--help"], ["--help"], ["--version"]])
def test_help_loads_next_to_nothing(tmp_path, words: list[str]) -> None:
    code, modules = loaded(str(tmp_path), *words)
    assert code == 0
    assert found(modules, (*FORBIDDEN, "httpx", "sqlite3", "akk_tui.store", "akk_tui.domain")) == set()


def test_sync_loads_the_network_but_no_screen_and_no_server(shell) -> None:
    code, modules = loaded(str(shell.home), "sync", "--json")
    assert code == 0
    assert "httpx" in modules
    assert found(modules, ("textual", "starlette", "sqlalchemy", "uvicorn")) == set()


def test_settings_cost_tomllib_only_where_there_are_some(shell) -> None:
    assert "tomllib" not in loaded(str(shell.home), "status", "--json")[1]
    assert shell("config", "set", "ui.lang", "en").code == 0
    assert "tomllib" in loaded(str(shell.home), "status", "--json")[1]
