"""What ``doctor`` asks processes of its own, asked once a process of the tests: which Textual this is, which themes
there are. Each costs what loading the app's library does. A folder of one's own themes is read anew each time.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

_run = subprocess.run
_said: dict[tuple[str, ...], subprocess.CompletedProcess[Any]] = {}


def _remembering(command: Any, *more: Any, **options: Any) -> subprocess.CompletedProcess[Any]:
    key = _key(command)
    if key is None:
        return _run(command, *more, **options)
    if key not in _said:
        _said[key] = _run(command, *more, **options)
    return _said[key]


def _key(command: Any) -> tuple[str, ...] | None:
    match command:
        case [sys.executable, "-P", "-m", "akk_tui.ui.terminal.lean"]:
            return ("lean",)
        case [sys.executable, "-P", "-m", "akk_tui.cli.themes_read", folder, language] if not Path(folder).exists():
            return ("themes", language)
        case _:
            return None


def use() -> None:
    """Let every ``doctor`` in this process do so."""
    subprocess.run = _remembering  # type: ignore[assignment]


def ask(language: str) -> None:
    """Have the answers in ``language`` at hand: for the copies of this process."""
    asking = [sys.executable, "-P", "-m"]
    for command in (["akk_tui.ui.terminal.lean"], ["akk_tui.cli.themes_read", "/no/such/folder", language]):
        _remembering([*asking, *command], capture_output=True, check=False)
