"""A PostgreSQL of one's own: in a temporary folder, on a private socket, as an ordinary user; stopped by its pid."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

OWNER = "akk_owner"
APP = "akk_app"


def programs() -> Path | None:
    """The folder of the newest installed PostgreSQL's programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    there = shutil.which("initdb")
    return None if there is None else Path(there).parent


class Postgres:
    """A cluster with a database ``akk``, the owner of its tables, and the role of the server."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self._programs = programs
        self._folder = folder
        self._as: list[str] = []
        if os.geteuid() == 0:
            # PostgreSQL does not run as root.
            user = next(name for name in ("postgres", "nobody") if name in {one.pw_name for one in pwd.getpwall()})
            shutil.chown(folder, user)
            self._as = ["runuser", "-u", user, "--"]
        self._run("initdb", "-D", str(folder / "data"), "-U", "root_", "-A", "trust", "-E", "UTF8", "--no-locale", "-N")
        options = f"-k {folder} -c listen_addresses='' -c fsync=off -c deadlock_timeout=100ms"
        self._run("pg_ctl", "-D", str(folder / "data"), "-w", "-l", str(folder / "log"), "-o", options, "start")
        for role in (OWNER, APP):
            self.sql(f"CREATE ROLE {role} LOGIN", database="postgres")
        self.sql(f"CREATE DATABASE akk OWNER {OWNER}", database="postgres")

    def url(self, role: str, database: str = "akk") -> str:
        """What ``--db`` takes."""
        return f"postgresql+psycopg://{role}@/{database}?host={self._folder}"

    def sql(self, statement: str, *, role: str = "root_", database: str = "akk") -> tuple[int, str]:
        """The exit code and what psql says."""
        words = [str(self._programs / "psql"), "-h", str(self._folder), "-U", role, "-d", database]
        words += ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", statement]
        done = subprocess.run(words, capture_output=True, text=True, timeout=60)
        return done.returncode, done.stdout.strip() + done.stderr.strip()

    def stop(self) -> None:
        self._run("pg_ctl", "-D", str(self._folder / "data"), "-m", "immediate", "-w", "stop")

    def _run(self, program: str, *words: str) -> None:
        command = [*self._as, str(self._programs / program), *words]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=self._folder)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The cluster; the test is skipped, and says why, where no PostgreSQL is installed."""
    found = programs()
    if found is None:
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="akk-pg-"))
    made = Postgres(folder, found)
    yield made
    made.stop()
    shutil.rmtree(folder)
