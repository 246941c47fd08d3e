"""The budgets of a sync on a bad link: 20,000 bytes a second each way and 300 ms a round trip.

``pytest -m bench tests/bench/test_sync_budget.py -s`` prints what was measured beside what is allowed. Bytes are
counted by the link, HTTP headers included.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import encrypted
import pytest
from country import country
from documents import changed, COUNT, mean_bytes, records, Row, rows
from linkproxy import LinkProxy
from sqlalchemy import select

from akk_tui import config, paths
from akk_tui.contract.codec import encode
from akk_tui.server import embedded, setup
from akk_tui.server.db.commit import Changed, commit
from akk_tui.server.db.engine import Database
from akk_tui.server.db.tables import REGION, ROW
from akk_tui.server.instruments import built_in
from akk_tui.store.store import Store
from akk_tui.sync import runner
from akk_tui.sync.account import Account

pytestmark = pytest.mark.bench
RATE, RTT = 20_000, 0.3
OFFICER = "pengukur"
TABLE: list[tuple[str, str, str]] = []


class Loaded(NamedTuple):
    folder: Path
    rows: list[Row]
    token: str


def put(db: Path, found: list[Row], *, new: bool) -> None:
    """Write rows in one commit, as an import does."""
    revs: dict[str, int] = {}
    database = Database(db)

    def work(connection: Any) -> None:
        if not new:
            keys = [row.key for row in found]
            revs.update(connection.execute(select(ROW.c.key, ROW.c.rev).where(ROW.c.key.in_(keys))).all())
        made = [
            Changed(
                kind="assessment",
                key=row.key,
                unit=row.unit,
                rev=revs.get(row.key, 0) + 1,
                creator=None if not new else OFFICER,
                data=encode(row.data).decode(),
                number=number,
                new=new,
            )
            for number, row in enumerate(found, 1)
        ]
        commit(connection, rows=made, count=len(made))

    try:
        database.write(work)
    finally:
        database.close()


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    """A server database with 10,000 rows in the units of 514 regions, and one officer who sees them all."""
    folder = tmp_path_factory.mktemp("loaded")
    db = folder / "server.db"
    setup.init_database(db)
    database = Database(db)
    database.write(lambda connection: setup.load_cycle(connection, built_in("2024"), state="open"))
    with database.reading() as connection:
        codes = list(connection.execute(select(REGION.c.code).order_by(REGION.c.code)).scalars())
    database.close()
    assert len(codes) == 514
    setup.add_user(db, OFFICER)
    for cycle in ("2024", "2025"):
        setup.assign(db, OFFICER, codes, cycle=cycle)
    found = records()
    assert len(found) == COUNT
    assert 255 <= mean_bytes(found) <= 280
    made = rows(found, codes, {cycle: built_in(cycle) for cycle in ("2024", "2025")})
    put(db, made, new=True)
    return Loaded(folder, made, setup.issue_token(db, OFFICER).token)


class Bench:
    """A copy of the loaded server, running, and one profile."""

    def __init__(self, loaded: Loaded, folder: Path) -> None:
        self.db = folder / "server.db"
        shutil.copy(loaded.folder / "server.db", self.db)
        self.rows = loaded.rows
        self.token = loaded.token
        self.running = embedded.start(self.db)
        self.port = int(self.running.url.rpartition(":")[2])
        self.paths = paths.find(encrypted.as_asked(folder / "home"), {})
        self.settings = config.Settings()
        self.account: Account | None = None

    def sign_in(self, link: LinkProxy) -> None:
        self.account = runner.sign_in(self.paths, link.url, self.token, self.settings)

    def through(self, link: LinkProxy) -> None:
        """Reach the same server with the same store through another link."""
        assert self.account is not None
        old = self.account
        self.account = Account(server=link.url, officer=old.officer, store=old.store)
        from akk_tui.sync import account as accounts

        place = accounts.place_of(self.paths, self.account)
        assert place is not None
        place.write(self.token)

    def sync(self) -> runner.RoundResult:
        assert self.account is not None
        return runner.sync_once(self.paths, self.account, self.settings)

    def store(self) -> Store:
        assert self.account is not None
        return Store.open(Path(self.account.store))

    def count(self) -> int:
        with self.store() as store:
            return store.db.value("SELECT count(*) FROM base")


@pytest.fixture
def bench(loaded: Loaded, tmp_path: Path) -> Iterator[Bench]:
    made = Bench(loaded, tmp_path)
    yield made
    made.running.stop()


@pytest.fixture(scope="module", autouse=True)
def table() -> Iterator[None]:
    yield
    wide = max((len(row[0]) for row in TABLE), default=0)
    print(f"\n\n{'':{wide}}  {'allowed':28}  measured")
    for name, allowed, measured in TABLE:
        print(f"{name:{wide}}  {allowed:28}  {measured}")


def test_first_sync(bench: Bench) -> None:
    with LinkProxy(bench.port, rate=RATE, rtt=RTT) as link:
        start = time.monotonic()
        bench.sign_in(link)
        result = bench.sync()
        seconds = time.monotonic() - start
        moved = link.up + link.down
    assert bench.count() == COUNT
    requests = 2 + result.requests
    TABLE.append(
        (
            "first sync, sign-in and reference included",
            "30 s, 560 kB, 4 requests",
            f"{seconds:.1f} s, {moved / 1000:.0f} kB, {requests} requests",
        )
    )
    assert moved <= 560_000
    assert requests <= 4
    assert seconds <= 30


def test_deltas(bench: Bench) -> None:
    with LinkProxy(bench.port) as link:
        bench.sign_in(link)
        bench.sync()
    put(bench.db, changed(bench.rows, 100), new=False)
    with LinkProxy(bench.port, rate=RATE, rtt=RTT) as link:
        bench.through(link)
        start = time.monotonic()
        result = bench.sync()
        seconds = time.monotonic() - start
        row = f"{seconds:.2f} s, {(link.up + link.down) / 1000:.1f} kB, {result.requests} request"
        TABLE.append(("100 changed rows down", "1 s, 1 request", row))
        assert result.pulled == 100
        assert result.requests == 1
        assert seconds <= 1

        link.reset()
        start = time.monotonic()
        result = bench.sync()
        row = f"{time.monotonic() - start:.2f} s, {(link.up + link.down) / 1000:.1f} kB, {result.requests} request"
        TABLE.append(("nothing new", "1 request", row))
        assert (result.pulled, result.requests) == (0, 1)


def test_operations_up(bench: Bench) -> None:
    from akk_tui.sync import account as accounts
    from akk_tui.sync.engine import Engine
    from akk_tui.sync.transport import Transport

    with LinkProxy(bench.port) as link:
        bench.sign_in(link)
        bench.sync()
    with bench.store() as store, LinkProxy(bench.port, rate=RATE, rtt=RTT) as link:
        for row in changed([one for one in bench.rows if one.unit.startswith("2025")], 100):
            store.edit("assessment", row.key, {"summary": row.data["summary"]}, seen=None)
        bench.through(link)
        assert bench.account is not None
        start = time.monotonic()
        token = accounts.token(bench.paths, bench.account)
        transport = Transport(link.url, token, replica=accounts.replica(store))
        engine = Engine(store, transport, now=time.monotonic)
        accepted = engine.push()
        seconds = time.monotonic() - start
        transport.close()
        row = f"{seconds:.2f} s, {(link.up + link.down) / 1000:.1f} kB, {transport.requests} request"
        TABLE.append(("100 operations up", "1 s, 1 request", row))
    assert accepted == 100
    assert transport.requests == 1
    assert seconds <= 1


@pytest.mark.parametrize("rate", [0, RATE])
def test_a_cut_every_20_kb(bench: Bench, rate: float) -> None:
    with LinkProxy(bench.port) as link:
        bench.sign_in(link)
        link.reset()
        bench.sync()
        whole = link.up + link.down
    assert bench.account is not None
    shutil.rmtree(Path(bench.account.store).parent)
    with LinkProxy(bench.port) as link:
        bench.sign_in(link)
    with LinkProxy(bench.port, rate=rate, rtt=0, cut_after=20_000) as link:
        bench.through(link)
        result = bench.sync()
        moved, cuts = link.up + link.down, link.cuts
    assert bench.count() == COUNT
    ratio = moved / whole
    TABLE.append(
        (
            f"a cut every 20 kB{', 20 kB/s' if rate else ''}",
            "1.09 x the bytes",
            f"{ratio:.3f} x ({moved / 1000:.0f} kB for {whole / 1000:.0f}; {cuts} cuts, {result.requests} requests)",
        )
    )
    assert cuts >= whole // 20_000
    assert ratio <= 1.09


def test_the_whole_country(bench: Bench, tmp_path: Path) -> None:
    """All regions of one cycle: their rows and notes, then the log of all of them."""
    db = tmp_path / "country.db"
    setup.init_database(db)
    database = Database(db)
    with database.reading() as connection:
        codes = list(connection.execute(select(REGION.c.code).order_by(REGION.c.code)).scalars())
    made, entries = country(built_in("2025"), codes)
    count = max(len(made), len(entries))
    database.write(lambda connection: commit(connection, rows=made, entries=entries, count=count))
    database.close()
    setup.add_user(db, OFFICER)
    setup.assign(db, OFFICER, codes, cycle="2025")
    bench.running.stop()
    bench.running = embedded.start(db)
    bench.port = int(bench.running.url.rpartition(":")[2])
    bench.token = setup.issue_token(db, OFFICER).token
    with LinkProxy(bench.port) as link:
        bench.sign_in(link)
        result = bench.sync()
        assert result.pulled == len(made)
        without = link.up + link.down
        assert bench.account is not None

        found = runner.prepare(bench.paths, bench.account, bench.settings, codes)
        moved = link.up + link.down
    assert found.entries == len(entries)
    told = f"{without / 1e6:.2f} MB, with log {moved / 1e6:.2f} MB, {found.round.requests} requests"
    TABLE.append(("514 regions, one cycle", "1 MB, with log 2.7 MB", told))
    assert without <= 1_000_000
    assert moved <= 2_700_000
