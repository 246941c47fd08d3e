"""A sealed file imported by two processes at once, and while its own device pushes the same: nothing is done twice."""

from __future__ import annotations

import os
import re
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, IO

import pytest

sys.path.append(str(Path(__file__).parents[1] / "e2e"))

import forked
from postgres import Cluster, on_both
from programs import clean_env, wait_for
from syncworld import note, Officer, REGIONS, Server

from akk_tui.server import bundle, setup
from akk_tui.server.db.engine import Database
from akk_tui.sync import carrying

ITEM = "2.4.1"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    on_both(metafunc, "server")


@pytest.fixture
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    """A running server with a key that files are sealed to."""
    folder = tmp_path / "server"
    folder.mkdir()
    cluster: Cluster | None = None
    if request.param == "postgres":
        cluster = request.getfixturevalue("cluster")
        assert cluster is not None
        cluster.fresh()
    made = Server(folder, cluster)
    if cluster is None:
        setup.init_database(made.where)
    made.officer("ani", *REGIONS)
    bundle.make_key(made.where, made.seal_key)
    made.start()
    yield made
    made.stop()


class Import:
    """``akk-server import-bundle`` as a process."""

    def __init__(self, server: Server, path: Path, answers: Path) -> None:
        words = ["import-bundle", str(path), "--db", server.where, "--seal-key", str(server.seal_key), "--lang", "id"]
        self.answers = answers
        self._out, self._err = (tempfile.TemporaryFile() for _ in range(2))  # noqa: SIM115 - closed by ``new``
        with open(os.devnull, "rb") as nothing:
            files = (nothing.fileno(), self._out.fileno(), self._err.fileno())
            self.process = forked.Process(forked.SERVER, [*words, "--answers", str(answers)], clean_env(), files)

    def has_open(self, path: Path) -> bool:
        """Whether it has the database's file open."""
        places = Path(f"/proc/{self.process.pid}/fd")
        try:
            return any(one.resolve() == path.resolve() for one in places.iterdir())
        except OSError:
            return False

    def new(self) -> int:
        """How many operations it says were new, at its end."""
        code, out, err = self.process.wait(60), _read(self._out), _read(self._err)
        assert (code, out) == (0, "applied\t2\n"), err
        (count,) = re.findall(r"(\d+) di antaranya baru", err)
        return int(count)


def _read(file: IO[bytes]) -> str:
    with closing(file):
        file.seek(0)
        return file.read().decode()


def on_postgres(server: Server) -> bool:
    return "://" in server.where


@contextmanager
def held(server: Server) -> Iterator[Callable[[int], bool]]:
    """No commit ends meanwhile; yields whether so many wait for it, which only PostgreSQL can tell."""
    database = Database(server.where)
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    try:
        with database.writing() as connection:
            if not database.is_sqlite:
                connection.exec_driver_sql("SELECT seq FROM head FOR UPDATE")
            yield lambda count: database.is_sqlite or server.rows(waiting)[0][0] >= count
    finally:
        database.close()


def work(officer: Officer) -> None:
    """What waits for another at an existing row, and what only meets it at the log."""
    officer.tick(ITEM, "diunggah")
    note(officer, "Rapat")


def once(server: Server) -> None:
    """Each operation is in the log once, and its row was changed once."""
    log = server.rows("SELECT kind, result FROM log WHERE kind IN ('assessment', 'note') ORDER BY seq")
    assert log == [("assessment", "applied"), ("note", "applied")]
    assert server.rows("SELECT kind, rev FROM row ORDER BY kind") == [("assessment", 1), ("note", 1)]
    done = forked.run(forked.SERVER, ["verify-log", "--db", server.where], clean_env())
    assert done.returncode == 0, done


def exported(officer: Officer, path: Path) -> Path:
    with officer.store() as store:
        carrying.write(store, officer.account, path)
    return path


def taken(officer: Officer, answers: Path) -> int:
    with officer.store() as store:
        return carrying.take_answers(store, answers).accepted


def test_two_processes_import_the_same_file_at_the_same_moment(server: Server, tmp_path: Path) -> None:
    ani = Officer(tmp_path / "ani", server, "ani")
    ani.sync()
    work(ani)
    stick = exported(ani, tmp_path / "kiriman.age")
    with held(server) as wait:
        both = [Import(server, stick, tmp_path / f"jawaban{number}.age") for number in range(2)]
        for one in both:
            wait_for(
                lambda one=one: not Path(server.where).exists() or one.has_open(server.db), "it reads the database"
            )
        wait_for(lambda: wait(2), "both wait")
    assert sorted(one.new() for one in both) == [0, 2]
    once(server)
    assert [taken(ani, one.answers) for one in both] == [2, 0]
    assert ani.waiting() == []


@pytest.mark.parametrize("first", ["file", "network"])
def test_a_file_is_imported_while_its_device_pushes_the_same(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    ani = Officer(tmp_path / "ani", server, "ani")
    ani.sync()
    work(ani)
    stick = exported(ani, tmp_path / "kiriman.age")
    pushing, results = threading.Event(), list[Any]()
    writing = Database.writing

    def seen(database: Database) -> Any:
        pushing.set()
        return writing(database)

    def push() -> threading.Thread:
        made = threading.Thread(target=lambda: results.append(ani.sync()))
        made.start()
        assert pushing.wait(60)
        return made

    def carry() -> Import:
        made = Import(server, stick, tmp_path / "jawaban.age")
        wait_for(lambda: on_postgres(server) or made.has_open(server.db), "it reads the database")
        return made

    with held(server) as wait:
        monkeypatch.setattr(Database, "writing", seen)
        started: list[Any] = []
        for number, begin in enumerate((carry, push) if first == "file" else (push, carry), 1):
            started.append(begin())
            wait_for(lambda number=number: wait(number), "it waits")
    thread, process = sorted(started, key=lambda one: isinstance(one, Import))
    new = process.new()
    thread.join(60)
    assert not thread.is_alive()
    if on_postgres(server):
        assert new == (2 if first == "file" else 0)
    once(server)
    assert [one.pushed for one in results] == [2]
    assert taken(ani, process.answers) == 0
    assert ani.waiting() == []
