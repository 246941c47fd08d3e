"""Command lines run inside the test's process."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from akk_tui import i18n
from akk_tui.cli import main


class Outcome(NamedTuple):
    """What one command line did."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """The document on stdout."""
        return json.loads(self.out)


class Terminal(io.TextIOWrapper):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


class Shell:
    """Runs command lines on one home. ``terminal`` says whether the three streams are one."""

    def __init__(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.home = home
        self._patch = monkeypatch

    def __call__(
        self, *words: str, stdin: str | bytes = "", terminal: bool = False, encoding: str = "utf-8", lang: str = "id"
    ) -> Outcome:
        kind = Terminal if terminal else io.TextIOWrapper
        typed = stdin if isinstance(stdin, bytes) else stdin.encode()
        out, err = kind(io.BytesIO(), encoding=encoding), kind(io.BytesIO(), encoding=encoding)
        with self._patch.context() as patch:
            patch.setattr(sys, "stdin", kind(io.BytesIO(typed), encoding="utf-8"))
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            patch.setenv("AKK_HOME", str(self.home))
            patch.setenv("LC_ALL", "id_ID.UTF-8" if lang == "id" else "en_US.UTF-8")
            try:
                code = main(words)
            finally:
                i18n.use("id")
            out.flush()
            err.flush()
            return Outcome(code, out.buffer.getvalue().decode(encoding), err.buffer.getvalue().decode(encoding))  # type: ignore[attr-defined]
