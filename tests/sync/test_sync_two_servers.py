"""Two servers on one PostgreSQL behind a proxy that knows nothing: two officers, and a server that dies at work."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.append(str(Path(__file__).parents[1] / "e2e"))

import forked
from alternating import Alternating
from postgres import Cluster
from programs import clean_env, wait_for
from sqlalchemy import select
from syncworld import note, Officer, REGIONS

from akk_tui.server import setup
from akk_tui.server.db.engine import Database
from akk_tui.server.db.tables import LOG, ROW
from akk_tui.sync.errors import SyncError

EDITS = 8
STATES = ("belum_ada", "diunggah", "perlu_perbaikan")


class Servers:
    """``akk-server run`` as often as it is asked for, each on a port of its own, all on one database."""

    def __init__(self, database: Database, where: str, folder: Path) -> None:
        self.database = database
        self.url = ""
        self._where = where
        self._folder = folder
        self._running: dict[int, forked.Process] = {}

    def start(self, *more: str) -> int:
        file = self._folder / f"port{len(self._running)}"
        words = ["run", "--db", self._where, "--port", "0", "--port-file", str(file), *more]
        with (self._folder / "log").open("ab") as log, open(os.devnull, "r+b") as nothing:
            files = (nothing.fileno(), nothing.fileno(), log.fileno())
            process = forked.Process(forked.SERVER, words, clean_env(), files)
        port = int(wait_for(lambda: file.exists() and file.read_text().strip(), "a server writes its port"))
        self._running[port] = process
        return port

    def end(self, port: int, how: signal.Signals) -> None:
        process = self._running.pop(port)
        process.send_signal(how)
        process.wait(60)

    def stop(self) -> None:
        for port in list(self._running):
            self.end(port, signal.SIGTERM)

    def token(self, name: str) -> str:
        return setup.issue_token(self.database, name).token


@pytest.fixture
def servers(cluster: Cluster, tmp_path: Path) -> Iterator[Servers]:
    database = cluster.fresh()
    for name in ("ani", "budi"):
        setup.add_user(database, name, "petugas")
        setup.assign(database, name, REGIONS)
    made = Servers(database, cluster.url, tmp_path)
    yield made
    made.stop()


def work(officer: Officer, turn: int) -> None:
    """A note of one's own, and an item that both of them tick."""
    note(officer, f"{officer.name} {turn}", REGIONS[turn % len(REGIONS)])
    officer.tick("2.4.1", STATES[(turn + (officer.name == "ani")) % len(STATES)])


def until_done(step: Callable[[], Any]) -> None:
    for _ in range(20):
        try:
            step()
        except SyncError:
            continue
        return
    raise AssertionError("never done")


def test_a_server_dies_at_work_and_nothing_is_lost_or_doubled(servers: Servers, tmp_path: Path) -> None:
    """One has two processes, the other is killed with a request under way, and answers to pushes get lost."""
    first, second = servers.start("--workers", "2"), servers.start()
    with Alternating(first, second) as proxy:
        servers.url = proxy.url
        ani, budi = (Officer(tmp_path / name, servers, name) for name in ("ani", "budi"))  # pyright: ignore
        ani.sync()
        budi.sync()
        dead = threading.Event()

        def kill(number: int, port: int) -> None:
            if port == second and number >= 20 and not dead.is_set():
                dead.set()
                servers.end(second, signal.SIGKILL)

        proxy.before = kill
        proxy.loses = lambda number, path: path.endswith("/push") and number % 3 == 0

        def busy(officer: Officer) -> None:
            for turn in range(EDITS):
                work(officer, turn)
                until_done(officer.sync)

        threads = [threading.Thread(target=busy, args=(officer,)) for officer in (ani, budi)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
            assert not thread.is_alive()
        assert dead.is_set()
        assert proxy.lost > 3
        assert proxy.answered[first] > proxy.answered[second] > 5
        for officer in (ani, budi, ani):
            until_done(officer.sync)
    assert ani.base() == budi.base()
    assert [row for row in ani.waiting() + budi.waiting() if row[1] == "queued"] == []
    with servers.database.reading() as connection:
        rows = connection.execute(select(ROW.c.kind, ROW.c.key).where(ROW.c.kind == "note")).all()
        made = Counter(connection.execute(select(LOG.c.key).where(LOG.c.kind == "note")).scalars())
    assert len(rows) == 2 * EDITS == len(made)
    assert set(made.values()) == {1}
