"""A real server on loopback, officers with real stores, and rounds run in process."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from postgres import answers, Cluster

from akk_tui import config, paths
from akk_tui.server import embedded, setup
from akk_tui.store.store import Store
from akk_tui.sync import account as accounts
from akk_tui.sync import runner
from akk_tui.sync.engine import Engine, RoundResult
from akk_tui.sync.progress import never, Progress
from akk_tui.sync.transport import Transport

sys.path.insert(0, str(Path(__file__).parents[1] / "bench"))

CYCLE = "2025"
REGIONS = ("35.72", "52.71", "71.07")


class Server:
    """One server database that can be started, stopped, saved and put back; the port stays the same.

    It is a file in ``folder``, or the ``cluster``'s. The key that files are sealed to is a file in either case.
    """

    def __init__(self, folder: Path, cluster: Cluster | None = None) -> None:
        self.db = folder / "server.db"
        self.where = str(self.db) if cluster is None else cluster.url
        self.seal_key = folder / "server.db.seal-key"
        self._cluster = cluster
        self._running: embedded.Running | None = None
        self._port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        self._running = embedded.start(self.where, port=self._port)
        self._port = int(self._running.url.rpartition(":")[2])

    def stop(self) -> None:
        if self._running is not None:
            self._running.stop()
            self._running = None

    def officer(self, name: str, *regions: str, role: Any = "petugas") -> None:
        setup.add_user(self.where, name, role, display=name.title())
        if regions:
            setup.assign(self.where, name, regions, cycle=CYCLE)

    def token(self, name: str) -> str:
        return setup.issue_token(self.where, name).token

    def backup(self) -> Path:
        """A copy as a backup makes it."""
        self.stop()
        copy = self.db.with_suffix(".backup")
        if self._cluster is None:
            shutil.copy(self.db, copy)
        else:
            self._cluster.save("backup")
        self.start()
        return copy

    def restore(self, copy: Path) -> None:
        self.stop()
        if self._cluster is None:
            for ending in ("-wal", "-shm"):
                self.db.with_name(self.db.name + ending).unlink(missing_ok=True)
            shutil.copy(copy, self.db)
        else:
            self._cluster.back("backup")
        self.start()

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What the database answers."""
        return answers(self.where, query)


class Officer:
    """One officer's profile: signs in, edits, syncs."""

    def __init__(self, home: Path, server: Server, name: str) -> None:
        self.paths = paths.find(home, {})
        self.server = server
        self.name = name
        self.settings = config.Settings()
        self.account = runner.sign_in(self.paths, server.url, server.token(name), self.settings)
        self.steps: list[Progress] = []

    @property
    def path(self) -> Path:
        return Path(self.account.store)

    def store(self) -> Store:
        return Store.open(self.path)

    def sync(self, **options: Any) -> RoundResult:
        self.steps = []
        return runner.sync_once(self.paths, self.account, self.settings, progress=self.steps.append, **options)

    def transport(self, url: str | None = None, **options: Any) -> Transport:
        return Transport(url or self.server.url, accounts.token(self.paths, self.account), replica="0" * 8, **options)

    def engine(self, store: Store, transport: Any, cancelled: Callable[[], bool] = never, **options: Any) -> Engine:
        return Engine(store, transport, now=time.monotonic, progress=self.steps.append, cancelled=cancelled, **options)

    def tick(self, item: str, state: str, region: str = REGIONS[0]) -> str | None:
        """Set an item's state as somebody does who sees the present one."""
        indicator = item.rpartition(".")[0]
        with self.store() as store:
            seen = {f"item.{item}": self.state(item, region, store)}
            return store.edit("assessment", f"{CYCLE}:{region}:{indicator}", {f"item.{item}": state}, seen=seen).op

    def state(self, item: str, region: str = REGIONS[0], store: Store | None = None) -> str:
        """The state of an item as the screen shows it."""
        if store is None:
            with self.store() as opened:
                return self.state(item, region, opened)
        detail = store.views.region(CYCLE, region)
        rows = (row for part in detail.components for indicator in part.indicators for row in indicator.items)
        return next(row.state for row in rows if row.id == item)

    def waiting(self) -> list[tuple[str, str]]:
        with self.store() as store:
            return [(row.field, row.state) for row in store.views.outbox()]

    def base(self) -> list[tuple[Any, ...]]:
        """All rows as they came from the server."""
        with self.store() as store:
            return store.db.execute("SELECT kind, key, rev, data FROM base ORDER BY kind, key").fetchall()


def note(officer: Officer, title: str, region: str = REGIONS[0]) -> str:
    with officer.store() as store:
        fields = {"cycle": CYCLE, "region": region, "subject": region, "title": title, "body": "Isi.\n"}
        return store.create("note", fields).key


def fill(officer: Officer, count: int) -> None:
    """``count`` notes of the officer on the server."""
    officer.sync()
    for number in range(count):
        note(officer, f"Catatan {number}", REGIONS[number % len(REGIONS)])
    assert officer.sync().pushed == count
