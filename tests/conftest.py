"""A real server on loopback for every area's tests: ``make_server``."""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import importlib
import os
import pkgutil
import shutil
import tempfile
from collections.abc import Callable, Generator, Iterable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import again
import compiled_once
import pytest
from postgres import cluster, postgres

import akk_tui
from akk_tui.contract.records import Role, Zone
from akk_tui.server import embedded, setup

__all__ = ["cluster", "postgres"]

TOLD = "told"
REPEATING = ("test_security_d_matrix", "test_security_f10_windows", "test_store_walk")
"""Modules whose cases are of one kind: officers, languages, sizes, random numbers."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rounds", type=int, default=20_000, help="rounds of a campaign (-m campaign)")
    parser.addoption("--scripts", type=int, help="the model's campaign counts its scripts, of some ten rounds each")


def pytest_configure(config: pytest.Config) -> None:
    """Before several processes start, make what each would make for itself."""
    if config.getoption("numprocesses", None) and not hasattr(config, "workerinput"):
        compiled_once.make(config)
    if hasattr(config, "workerinput"):
        # pytest-cov measures twice in such a process. The first, whose data nobody asks for, would go on in each test
        # that is not to be measured: nothing would be gained by not measuring it.
        first = getattr(config.pluginmanager.getplugin("_cov"), "cov_controller", None)
        if first is not None:
            first.cov.stop()
    # What collecting makes stays until the end: nothing to look for in it, neither now nor later.
    gc.disable()


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """Measure in one of several processes what collecting reaches: it is the same in all, and measuring takes long."""
    measuring = getattr(session.config.pluginmanager.getplugin("_cov"), "cov_controller", None)
    first = getattr(session.config, "workerinput", {}).get("workerid", "gw0") == "gw0"
    if measuring is None or not measuring.started:
        return (yield)
    if first:
        collected = yield
        # Tests may be made from what is imported, and are to be the same in all processes.
        _import_all()
        return collected
    measuring.pause()
    try:
        return (yield)
    finally:
        measuring.resume()


def _import_all() -> None:
    """Import what is measured: else what a module does at its import is missed when an unmeasured test is the first."""
    for one in pkgutil.walk_packages(akk_tui.__path__, "akk_tui."):
        if one.name not in ("akk_tui.__main__", "akk_tui.server.db.migrations.env"):
            with contextlib.suppress(ImportError):
                importlib.import_module(one.name)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Measure the first case of each test of a module whose other cases go over the same code.

    A test with a terminal runs programs in processes of their own; here it draws what they write, which takes long.
    Those that ``again`` names are not measured either.
    """
    met: set[str] = set()
    names = again.named()
    for item in items:
        test = item.nodeid.partition("[")[0]
        same = test in met and item.path.stem in REPEATING
        drawn = "terminals" in getattr(item, "fixturenames", ())
        if same or drawn or again.is_named(item.nodeid, names):
            item.add_marker(pytest.mark.no_cover)
        met.add(test)


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()
    # What an app leaves is some 40,000 objects: to look for garbage after each 70,000 goes through few in use.
    gc.set_threshold(70_000, 10, 10)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A campaign takes longer than the time after which the stacks of a test are printed, which can end the process:
    they are read while the test goes on."""
    if item.get_closest_marker("campaign"):
        faulthandler.cancel_dump_traceback_later()


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """A file of campaigns is read when one is asked for: to make cases of the OpenAPI document takes seconds."""
    unasked = "not campaign" in config.getoption("markexpr")
    return True if unasked and collection_path.name.endswith("_campaign.py") else None


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Say something that stands at the end of the run, also where the test ran in another process."""
    return lambda words: request.node.user_properties.append((TOLD, words))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for reports in terminalreporter.stats.values():
        for report in reports:
            if getattr(report, "when", None) == "call":
                for name, words in report.user_properties:
                    if name == TOLD:
                        terminalreporter.write_line(f"{report.nodeid}: {words}")


class TestServer:
    """One server on loopback over its own database.

    ``url`` stays the same over :meth:`restart`; ``tokens`` are by officer. ``db`` may be given to the functions of
    ``akk_tui.server.setup`` whether the server runs or not.
    """

    __test__ = False

    def __init__(self, db: Path) -> None:
        self.db = db
        self.tokens: dict[str, str] = {}
        self.url = ""
        self._running: embedded.Running | None = None
        self._port = 0

    def officer(
        self,
        name: str,
        regions: Iterable[str] = (),
        *,
        role: Role = "petugas",
        cycle: str | None = None,
        write: bool = True,
        zone: Zone = "WIB",
    ) -> str:
        """Add an officer (unless it is there), give it regions and a token; returns the token."""
        if name not in {user.name for user in setup.list_users(self.db)}:
            setup.add_user(self.db, name, role, zone=zone)
        self.assign(name, regions, cycle=cycle, write=write)
        return self.token(name)

    def assign(self, name: str, regions: Iterable[str], *, cycle: str | None = None, write: bool = True) -> None:
        wanted = list(regions)
        if wanted:
            setup.assign(self.db, name, wanted, cycle=cycle, write=write)

    def unassign(self, name: str, regions: Iterable[str], *, cycle: str | None = None) -> None:
        setup.unassign(self.db, name, list(regions), cycle=cycle)

    def token(self, name: str) -> str:
        """A new token of an officer, kept in ``tokens`` too."""
        self.tokens[name] = setup.issue_token(self.db, name).token
        return self.tokens[name]

    def start(self) -> TestServer:
        if self._running is None:
            self._running = embedded.start(self.db, port=self._port)
            self.url = self._running.url
            self._port = urlsplit(self.url).port or 0
        return self

    def stop(self) -> None:
        if self._running is not None:
            self._running.stop()
            self._running = None

    def restart(self) -> TestServer:
        self.stop()
        return self.start()

    def backup(self, to: Path) -> Path:
        """Copy the database; the server is stopped for it and started again."""
        ran = self._running is not None
        self.stop()
        shutil.copyfile(self.db, to)
        if ran:
            self.start()
        return to

    def restore(self, backup: Path) -> None:
        """Put a copy of the database in its place; the server is stopped for it and started again."""
        ran = self._running is not None
        self.stop()
        for ending in ("-wal", "-shm"):
            self.db.with_name(self.db.name + ending).unlink(missing_ok=True)
        shutil.copyfile(backup, self.db)
        if ran:
            self.start()


MakeServer = Callable[..., TestServer]


@pytest.fixture(scope="session")
def server_templates(tmp_path_factory: pytest.TempPathFactory) -> Callable[[bool], Path]:
    """Databases made once a session, to be copied: empty, and with the sample data."""
    folder = tmp_path_factory.mktemp("server-templates")

    def template(demo: bool) -> Path:
        path = folder / ("demo.db" if demo else "empty.db")
        if not path.exists():
            setup.init_database(path, demo=demo)
        return path

    return template


@pytest.fixture
def fast(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory where there is one: for tests that are not about what a disk keeps."""
    # A small one, as containers have, is full before all tests are through.
    if not os.access("/dev/shm", os.W_OK) or shutil.disk_usage("/dev/shm").free < 1_000_000_000:
        yield tmp_path
        return
    folder = Path(tempfile.mkdtemp(dir="/dev/shm"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def make_server(tmp_path: Path, server_templates: Callable[[bool], Path]) -> Iterator[MakeServer]:
    """``make_server(demo=False, officers={"budi": ["35.72"]}, started=True)``: a TestServer, stopped at the end.

    With ``demo`` the sample's officers have a token each.
    """
    made: list[TestServer] = []

    def make(*, demo: bool = False, officers: dict[str, list[str]] | None = None, started: bool = True) -> TestServer:
        db = tmp_path / f"server{len(made)}.db"
        shutil.copyfile(server_templates(demo), db)
        server = TestServer(db)
        made.append(server)
        if demo:
            for user in setup.list_users(db):
                server.token(user.name)
        for name, regions in (officers or {}).items():
            server.officer(name, regions)
        return server.start() if started else server

    yield make
    for server in made:
        server.stop()
