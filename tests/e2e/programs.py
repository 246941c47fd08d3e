"""The real programs as processes: a server on loopback and homes of officers, driven through the command line."""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import forked

CLIENT = (sys.executable, "-m", "akk_tui.cli")
SERVER = (sys.executable, "-m", "akk_tui.server.cli")


def clean_env(**more: str) -> dict[str, str]:
    """This process's environment without what would steer the program."""
    steering = ("AKK_", "TEXTUAL_", "LC_", "SSH_", "MOSH_", "TMUX")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(steering)}
    return {**kept, "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1", **more}


def wait_for(condition: Callable[[], Any], what: str, seconds: float = 60) -> Any:
    """The first true answer of ``condition``; fails with ``what`` when none comes."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.02)
    raise AssertionError(f"did not happen: {what}")


class Result(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class ServerProcess:
    """``akk-server run`` on one loopback port that stays the same over restarts.

    ``program`` and the words ``before`` run it in another program of the tests.
    """

    program: str = forked.SERVER
    before: tuple[str, ...] = ()

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.db = folder / "server.db"
        self.where = str(self.db)
        """What ``--db`` takes."""
        self.port_file = folder / "port"
        self.port = 0
        self.process: forked.Process | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def admin(self, *words: str) -> str:
        done = forked.run(forked.SERVER, [*words, "--db", self.where], clean_env())
        assert done.returncode == 0, done.stderr
        return done.stdout

    def token_file(self, officer: str) -> Path:
        """A fresh token of ``officer`` in a file."""
        path = self.folder / f"token-{officer}"
        path.write_text(self.admin("token", officer).split()[-1] + "\n")
        return path

    def start(self) -> None:
        self.port_file.unlink(missing_ok=True)
        words = [*self.before, "run", "--db", self.where, "--port", str(self.port)]
        words += ["--port-file", str(self.port_file)]
        with (self.folder / "server.log").open("ab") as log, open(os.devnull, "r+b") as nothing:
            files = (nothing.fileno(), nothing.fileno(), log.fileno())
            self.process = forked.Process(self.program, words, clean_env(), files)
        self.port = int(wait_for(self._written_port, "the server writes its port"))

    def _written_port(self) -> str:
        assert self.process is not None
        assert self.process.poll() is None, (self.folder / "server.log").read_text()
        return self.port_file.read_text().strip() if self.port_file.exists() else ""

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(30)
            self.process = None


class Home:
    """One officer's profile on one machine."""

    def __init__(self, folder: Path, language: str = "id") -> None:
        self.folder = folder
        self.language = language

    def argv(self, *words: str) -> list[str]:
        return [*CLIENT, "--home", str(self.folder), "--lang", self.language, *words]

    def run(self, *words: str, text: str | None = None) -> Result:
        done = forked.run(forked.CLIENT, self.argv(*words)[len(CLIENT) :], clean_env(), text)
        return Result(done.returncode, done.stdout, done.stderr)

    def ok(self, *words: str, text: str | None = None, code: int = 0) -> Any:
        """The JSON document of a command that ends with ``code``."""
        done = self.run(*words, "--json", text=text)
        assert done.code == code, (words, done)
        return done.json if done.out.strip() else None

    def login(self, server: ServerProcess, officer: str) -> Home:
        token = server.token_file(officer)
        self.ok("login", "--server", server.url, "--token-file", str(token))
        return self


def free_port() -> int:
    """A loopback port where nobody listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
