"""What the tests of files and of the shared host need: an officer's own environment, and every file that is there."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

import forked
from programs import clean_env, Result

NOTE = "Saksi menyerahkan map merah"
"""The words of a note that nobody else may ever read."""


class Officer:
    """The program as a user of the machine runs it: no ``--home``, the folders that the platform decides."""

    def __init__(self, home: Path, umask: int = 0, **env: str) -> None:
        self.home = home
        self.umask = umask
        home.mkdir(exist_ok=True)
        self.env = {name: value for name, value in clean_env(**env).items() if not name.startswith("XDG_")}
        self.env["HOME"] = str(home)

    def run(self, *words: str, text: str | None = None, **env: str) -> Result:
        done = forked.run(forked.CLIENT, words, {**self.env, **env}, text, umask=self.umask, cwd=self.home)
        return Result(done.returncode, done.stdout, done.stderr)

    def ok(self, *words: str, text: str | None = None, **env: str) -> str:
        done = self.run(*words, text=text, **env)
        assert done.code in (0, 5), (words, done)
        return done.out


def admin(umask: int, *words: str) -> str:
    """One command of ``akk-server`` under a umask."""
    done = forked.run(forked.SERVER, words, clean_env(), umask=umask)
    assert done.returncode == 0, (words, done.stderr)
    return done.stdout


def below(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """Everything in a folder, links not followed."""
    for place, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = Path(place) / name
            yield path, path.lstat()


def too_open(folder: Path, but: Sequence[Path] = ()) -> list[str]:
    """What is not 0700 (folders) or 0600 (files) in ``folder``."""
    found: list[str] = []
    for path, known in below(folder):
        wanted = 0o700 if stat.S_ISDIR(known.st_mode) else 0o600
        if stat.S_IMODE(known.st_mode) != wanted and path not in but:
            found.append(f"{stat.S_IMODE(known.st_mode):o} {path.relative_to(folder)}")
    return found
