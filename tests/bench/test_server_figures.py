"""What the server does in a second, beside a bare loop that does the same work with the driver alone.

``pytest -m bench tests/bench/test_server_figures.py -s`` prints the figures. The server is a process of its own, asked
over loopback by eight connections that are kept open. The load is made before and sent by threads that only write and
read (:mod:`loading`): they take a tenth of a core. The bare loops run in this process, on the same database, right
before. SQLite syncs every commit (``synchronous=FULL``), and so does PostgreSQL.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import shutil
import sqlite3
import time
import zlib
from binascii import crc32
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import psutil
import pytest
from documents import records, rows
from loading import LINES, load, operation, request, Serving
from msgspec.structs import replace
from postgres import OWNER, Postgres, programs
from sqlalchemy import select
from test_sync_budget import put

from akk_tui.server import setup
from akk_tui.server.db.engine import Database
from akk_tui.server.db.tables import REGION
from akk_tui.server.instruments import built_in

pytestmark = pytest.mark.bench
CLIENTS = 8
PUSHES = 60
"""Of each client."""
SYNCS = 15
REGIONS = 15
START = date(2026, 1, 1)
TABLE: list[tuple[str, str]] = []


@pytest.fixture(scope="module", autouse=True)
def table() -> Iterator[None]:
    yield
    for name, measured in TABLE:
        print(f"\n{name:44}  {measured}", end="")
    print()


class Filled(NamedTuple):
    """A database, and eight officers with regions and a row of their own."""

    where: str
    tokens: list[str]
    regions: list[list[str]]
    keys: list[str]

    def connect(self) -> Any:
        """A connection of the bare driver."""
        if "://" not in self.where:
            made = sqlite3.connect(self.where, isolation_level=None)
            made.execute("PRAGMA synchronous=FULL")
            return made
        import psycopg

        return psycopg.connect(self.where.replace("+psycopg", ""), autocommit=True)


def fill(where: str, regions: int = 514, cycles: int = 1, each: int = REGIONS) -> Filled:
    """``regions`` × ``cycles`` units of 19 rows; the newest cycle is open."""
    setup.init_database(where)
    database = Database(where)
    with database.reading() as connection:
        codes = list(connection.execute(select(REGION.c.code).order_by(REGION.c.code)).scalars())[:regions]
    instruments = {str(2025 - back): replace(built_in("2025"), cycle=str(2025 - back)) for back in range(cycles)}
    for cycle, instrument in instruments.items():
        if cycle != "2025":
            database.write(partial(setup.load_cycle, instrument=instrument, state="closed"))
    put(where, rows(records(regions * 19 * cycles), codes, instruments), new=True)
    tokens: list[str] = []
    mine: list[list[str]] = []
    for number in range(CLIENTS):
        setup.add_user(database, f"officer{number}")
        mine.append(codes[number * each : (number + 1) * each])
        for cycle in instruments:
            setup.assign(database, f"officer{number}", mine[-1], cycle=cycle)
        tokens.append(setup.issue_token(database, f"officer{number}").token)
    database.close()
    return Filled(where, tokens, mine, [f"2025:{its[0]}:2.4" for its in mine])


@pytest.fixture(scope="module")
def on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Filled:
    return fill(str(tmp_path_factory.mktemp("figures") / "server.db"))


@pytest.fixture(scope="module")
def on_postgres() -> Iterator[Filled]:
    import tempfile

    found = programs()
    if found is None:
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="akk-pg-"))
    made = Postgres(folder, found, durable=True)
    try:
        yield fill(made.url(OWNER))
    finally:
        made.stop()
        shutil.rmtree(folder)


@pytest.fixture(params=["on_sqlite", "on_postgres"])
def filled(request: pytest.FixtureRequest) -> Filled:
    return request.getfixturevalue(request.param)


# pushes


def bare_pushes(filled: Filled, count: int) -> float:
    """Seconds for ``count`` commits of one operation each: its row, its log entry, the counter, the mark."""
    connection = filled.connect()
    lite = "://" not in filled.where
    begin = "BEGIN IMMEDIATE" if lite else "BEGIN"
    lock = "" if lite else " FOR UPDATE"

    def run(statement: str, *values: Any) -> Any:
        return connection.execute(statement if lite else statement.replace("?", "%s"), values)

    start = time.monotonic()
    for number in range(count):
        key, op, mark = filled.keys[number % CLIENTS], f"{secrets.token_hex(17)}xx", secrets.token_hex(8)
        run(begin)
        kind, rev, data = run(f"SELECT kind, rev, data FROM row WHERE key = ?{lock}", key).fetchone()
        body = json.dumps({**json.loads(data), "score": f"{number % 100}.00"}, separators=(",", ":"))
        crc = crc32(f"{kind}\0{key}\0{rev + 1}".encode())
        run("UPDATE row SET rev = ?, crc = ?, data = ? WHERE kind = ? AND key = ?", rev + 1, crc, body, kind, key)
        at = "2026-01-01T00:00:00Z"
        run("INSERT INTO log VALUES (?, 0, ?, ?, ?, ?, 'applied', ?)", op, "officer0", at, kind, key, body)
        run("UPDATE head SET seq = seq + 1, mark = ?", mark)
        seq, chain = run("SELECT seq, chain FROM head").fetchone()
        run("UPDATE row SET seq = ? WHERE kind = ? AND key = ?", seq, kind, key)
        run("UPDATE log SET seq = ? WHERE op = ?", seq, op)
        digest = hashlib.sha256(body.encode()).hexdigest()
        chain = hashlib.sha256((chain + digest).encode()).hexdigest()
        run("INSERT INTO mark VALUES (?, ?, ?, ?)", seq, mark, digest, chain)
        run("UPDATE head SET chain = ?", chain)
        run("COMMIT")
    seconds = time.monotonic() - start
    connection.close()
    return seconds


class Days:
    """The next value of each client's field, over all runs on one database."""

    def __init__(self) -> None:
        self.day = START

    def pushes(self, filled: Filled, count: int = PUSHES) -> list[list[bytes]]:
        """Requests of one operation each: every client goes on with the date of its own row."""
        made: list[list[bytes]] = []
        first, self.day = self.day, self.day + timedelta(days=count)
        for client, (token, key) in enumerate(zip(filled.tokens, filled.keys, strict=True)):
            mine: list[bytes] = []
            for number in range(count):
                was = None if first + timedelta(days=number) == START else (first + timedelta(days=number)).isoformat()
                now = (first + timedelta(days=number + 1)).isoformat()
                op = operation(client, (first - START).days + number + 1, key, {"due": now}, {"due": was})
                mine.append(request("/v1/push", token, op, LINES))
            made.append(mine)
        return made


DAYS: dict[str, Days] = {}


def pushes(filled: Filled, count: int = PUSHES) -> list[list[bytes]]:
    return DAYS.setdefault(filled.where, Days()).pushes(filled, count)


def told(filled: Filled) -> str:
    return "PostgreSQL" if "://" in filled.where else "SQLite"


@pytest.fixture
def serving(filled: Filled, tmp_path: Path) -> Iterator[Serving]:
    made = Serving(filled.where, tmp_path)
    yield made
    made.stop()


def test_pushes(filled: Filled, serving: Serving) -> None:
    """One-operation pushes a second: at least 0.35 of the bare loop, which is one client on one connection."""
    load([serving.port], pushes(filled, 20))
    ratios: list[tuple[float, float, float]] = []
    for _ in range(3):
        bare = CLIENTS * PUSHES / bare_pushes(filled, CLIENTS * PUSHES)
        before = serving.cpu()
        ours = CLIENTS * PUSHES / load([serving.port], pushes(filled))
        ratios.append((ours / bare, ours, (serving.cpu() - before) / (CLIENTS * PUSHES)))
    ratio, ours, cpu = sorted(ratios)[1]
    TABLE.append(
        (f"pushes/s, {told(filled)}", f"{ours:.0f}, {ratio:.2f} x {ours / ratio:.0f}; {cpu * 1000:.2f} ms CPU each")
    )
    assert ratio >= 0.35


# first syncs


def syncs(filled: Filled, count: int = SYNCS) -> list[list[bytes]]:
    return [[request("/v1/pull", token, b"{}")] * count for token in filled.tokens]


def bare_syncs(filled: Filled, count: int) -> float:
    """Seconds for ``count`` times reading, encoding and packing the rows of fifteen regions."""
    connection = filled.connect()
    mark = "?" if "://" not in filled.where else "%s"
    query = f"SELECT seq, kind, key, rev, data, unit FROM row WHERE unit IN ({', '.join([mark] * REGIONS)})"
    start = time.monotonic()
    for number in range(count):
        units = [f"2025:{code}" for code in filled.regions[number % CLIENTS]]
        found = connection.execute(query, units).fetchall()
        found.sort(key=lambda row: (row[5], row[0]))
        lines = [f'[{seq},"{kind}","{key}",{rev},{data}]\n' for seq, kind, key, rev, data, _ in found]
        assert len(lines) > REGIONS * 18
        packer = zlib.compressobj(6, wbits=31)
        packer.compress("".join(lines).encode())
        packer.flush()
    seconds = time.monotonic() - start
    connection.close()
    return seconds


def test_first_syncs(filled: Filled, serving: Serving) -> None:
    """First syncs a second of fifteen regions: at least 0.4 of the bare loop, which is one process as the server is."""
    load([serving.port], syncs(filled, 3))
    ratios: list[tuple[float, float, float]] = []
    for _ in range(3):
        bare = CLIENTS * SYNCS / bare_syncs(filled, CLIENTS * SYNCS)
        before = serving.cpu()
        ours = CLIENTS * SYNCS / load([serving.port], syncs(filled))
        ratios.append((ours / bare, ours, (serving.cpu() - before) / (CLIENTS * SYNCS)))
    ratio, ours, cpu = sorted(ratios)[1]
    TABLE.append(
        (
            f"first syncs/s of 15, {told(filled)}",
            f"{ours:.0f}, {ratio:.2f} x {ours / ratio:.0f}; {cpu * 1000:.2f} ms CPU",
        )
    )
    assert ratio >= 0.4


# two servers


@pytest.mark.parametrize(("name", "work"), [("first syncs", syncs), ("pushes", pushes)])
def test_two_servers_on_postgresql(name: str, work: Any, on_postgres: Filled, tmp_path: Path) -> None:
    """Two do at least 1.5 times what one does.

    On two cores the load, PostgreSQL and whatever else runs are in the way of a second server, so that requests per
    second of the clock tell about the machine. What is compared is how many requests are answered in a second of CPU of
    the busier server: that is what they do where each has a core and does not wait for the other. That they do not wait
    shows in the clock, which is printed beside it, with the most that this machine's cores allow: all of their time,
    divided by what a request takes of the servers, of PostgreSQL and of the load.
    """
    first, second = Serving(on_postgres.where, tmp_path), Serving(on_postgres.where, tmp_path)
    postmaster = _postmaster(on_postgres.where)

    def run(*servers: Serving) -> tuple[float, float, float]:
        """Requests per second of CPU of the busier one, and of the clock; seconds of CPU of all for one."""
        requests = work(on_postgres)
        count = sum(map(len, requests))
        before = [one.cpu() for one in servers]
        others = _cpu(postmaster) + time.process_time()
        seconds = load([one.port for one in servers], requests)
        taken = [one.cpu() - was for one, was in zip(servers, before, strict=True)]
        others = _cpu(postmaster) + time.process_time() - others
        return count / max(taken), count / seconds, (sum(taken) + others) / count

    try:
        run(first, second)
        pairs = [(run(first), run(first, second)) for _ in range(3)]
        cpu = median(two[0] / one[0] for one, two in pairs)
        clock = median(two[1] / one[1] for one, two in pairs)
        most = median(psutil.cpu_count() / two[2] / one[1] for one, two in pairs)
        alone, both = (median(pair[which][0] for pair in pairs) for which in (0, 1))
        told = f"{alone:.0f} and {both:.0f} per second of CPU: {cpu:.2f} x; by the clock {clock:.2f} x of {most:.2f} x"
        TABLE.append((f"{name}, one server and two, PostgreSQL", told))
        assert cpu >= 1.5
    finally:
        first.stop()
        second.stop()


def _postmaster(where: str) -> psutil.Process:
    folder = Path(where.rpartition("host=")[2])
    return psutil.Process(int((folder / "data" / "postmaster.pid").read_text().split()[0]))


def _cpu(postmaster: psutil.Process) -> float:
    """Seconds of CPU so far of PostgreSQL, of the processes that run now."""
    total = 0.0
    for one in [postmaster, *postmaster.children(recursive=True)]:
        with suppress(psutil.NoSuchProcess):
            times = one.cpu_times()
            total += times.user + times.system
    return total


def test_memory_stays_flat(on_sqlite: Filled, tmp_path: Path) -> None:
    """Over 10,000 requests of all that a client sends often, the last 8,000 add less than 4 MB."""
    serving = Serving(on_sqlite.where, tmp_path)
    try:
        delta = b'{"at":10000000}'
        held: list[float] = []
        for _ in range(10):
            work = pushes(on_sqlite, 25)
            for client, token in enumerate(on_sqlite.tokens):
                work[client] += [request("/v1/pull", token, delta), request("/v1/health", token)] * 48
                work[client] += [request("/v1/pull", token, b"{}")] * 2 + [request("/v1/reference", token)] * 2
            load([serving.port], work)
            held.append(serving.rss())
        TABLE.append(("memory after each 1,000 requests, MB", " ".join(f"{one:.0f}" for one in held)))
        assert held[-1] - held[1] < 4
    finally:
        serving.stop()


def timed(serving: Serving, requests: Sequence[bytes]) -> float:
    """The seconds of CPU that the server spends on each of them, whatever else the machine does."""
    load([serving.port], [requests[:1]])
    before = serving.cpu()
    load([serving.port], [requests[1:]])
    return (serving.cpu() - before) / (len(requests) - 1)


@pytest.mark.parametrize(("name", "larger"), [("regions", (260, 1)), ("cycles", (26, 10))])
def test_what_grows(name: str, larger: tuple[int, int], tmp_path: Path) -> None:
    """Ten times the regions, or the cycles: the database and a first sync of all grow with the rows, the rest does not.

    The rest is what an officer with three regions does: a round with nothing new, one's first sync, a push.
    """
    figures: list[dict[str, float]] = []
    for regions, cycles in ((26, 1), larger):
        db = tmp_path / f"{regions}-{cycles}.db"
        filled = fill(str(db), regions, cycles, each=3)
        setup.add_user(db, "all")
        with closing(filled.connect()) as connection:
            units = [unit for (unit,) in connection.execute("SELECT DISTINCT unit FROM row")]
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        for cycle in {unit[:4] for unit in units}:
            setup.assign(db, "all", [unit[5:] for unit in units if unit[:4] == cycle], cycle=cycle)
        token = setup.issue_token(db, "all").token
        every = request(
            "/v1/pull", token, json.dumps({"want": {"cycles": sorted({one[:4] for one in units})}}).encode()
        )
        serving = Serving(filled.where, tmp_path)
        try:
            mine = filled.tokens[0]
            figures.append(
                {
                    "storage": float(db.stat().st_size),
                    "a first pull of all": timed(serving, [every] * 30),
                    "nothing new": timed(serving, [request("/v1/pull", mine, b'{"at":10000000}')] * 200),
                    "a first pull of three": timed(serving, [request("/v1/pull", mine, b"{}")] * 50),
                    "a push": timed(serving, pushes(filled, 100)[0]),
                }
            )
        finally:
            serving.stop()
    small, large = figures
    told = "; ".join(f"{one} {large[one] / small[one]:.2f} x" for one in small)
    TABLE.append((f"10 x the {name}", told))
    assert large["storage"] < 11 * small["storage"]
    assert large["a first pull of all"] < 11 * small["a first pull of all"]
    for one in ("nothing new", "a first pull of three", "a push"):
        assert large[one] < 1.5 * small[one], one
