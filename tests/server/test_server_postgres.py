"""Several writers on PostgreSQL: numbers in the order of commits, retries, and an operation that arrives twice at once.

The naive cursor, numbers taken at the insert, is planted: the same reader must miss rows with it.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from postgres import Cluster
from server_api import KABUPATEN, KOTA, Officer, OTHER, Server, UNIT
from sqlalchemy import Connection, event, select, text, update
from sqlalchemy.engine import ExceptionContext

from akk_tui.contract.codec import decode
from akk_tui.contract.identity import DeviceForm
from akk_tui.contract.records import Operation
from akk_tui.server import administration, audit, auth, cli, judge, setup
from akk_tui.server.db import commit as commits
from akk_tui.server.db import engine
from akk_tui.server.db.engine import ATTEMPTS, Database
from akk_tui.server.db.tables import HEAD, ROW
from akk_tui.server.identity import devices, sessions
from akk_tui.server.routes import push

WRITERS = 8


class Many:
    """Eight writers of scores, each a commit of its own, and one who reads by number until they are done."""

    def __init__(self, server: Server, done: Callable[[int, float], bool]) -> None:
        self._server, self._done = server, done
        self._officers = [server.officer(f"w{i}", KOTA, KABUPATEN, OTHER) for i in range(WRITERS)]
        self._reader = server.officer("reader", KOTA, KABUPATEN, OTHER, write=False)
        self.problems: list[BaseException] = []
        self.written: list[int] = [0] * WRITERS
        self.seen: set[str] = set()

    def run(self) -> None:
        threads = [threading.Thread(target=self._write, args=(i,)) for i in range(WRITERS)]
        for thread in threads:
            thread.start()
        at = 1
        while any(thread.is_alive() for thread in threads):
            at = self._read(at)
        for thread in threads:
            thread.join()
        self._read(at)
        if self.problems:
            raise self.problems[0]

    def missed(self) -> set[str]:
        """The rows that are in the database and that the reader never got."""
        with self._server.database.reading() as connection:
            return set(connection.execute(select(ROW.c.key)).scalars()) - self.seen

    def _write(self, i: int) -> None:
        started = time.monotonic()
        try:
            for n in count():
                if self._done(n, time.monotonic() - started):
                    return
                region = (KOTA, KABUPATEN, OTHER)[n % 3]
                key = f"2025:{region}:{1000 + 100 * i + n // 300:04d}-{n // 25 % 12 + 1:02d}-{n % 25 + 1:02d}"
                op = decode(Operation, _encoded(self._officers[i], key))
                self._server.database.write(_pushing(self._server, self._officers[i], op))
                self.written[i] += 1
        except BaseException as problem:
            self.problems.append(problem)

    def _read(self, at: int) -> int:
        # A first pull would be one from the start: this reader is never at 0.
        pulled = self._reader.pull(at=at, behind=dict.fromkeys((f"2025:{one}" for one in (KOTA, KABUPATEN, OTHER)), at))
        self.seen |= {row[2] for row in pulled.rows}
        return int(pulled.last.get("end", at))


def _encoded(officer: Officer, key: str) -> bytes:
    return json.dumps(officer.op("score", key, {"value": "77.50"}, None)).encode()


def _pushing(server: Server, officer: Officer, *ops: Operation) -> Callable[[Connection], Any]:
    """A push as the server carries it out, of an officer who has signed in."""
    token = officer.headers["Authorization"].removeprefix("Bearer ")
    catalogue = server.client.service.catalogue

    def work(connection: Connection) -> Any:
        signed = auth.sign_in(connection, token, "2000-01-01T00:00:00Z")
        return judge.push(connection, catalogue, signed, ops, None)

    return work


def test_eight_writers_and_the_reader_has_every_row(on_postgres: Server) -> None:
    many = Many(on_postgres, lambda n, _: n >= 15)
    many.run()
    assert sum(many.written) == WRITERS * 15
    assert many.missed() == set()


@pytest.mark.campaign
def test_eight_writers_for_a_minute(on_postgres: Server, tell: Callable[[str], None]) -> None:
    many = Many(on_postgres, lambda _, seconds: seconds > 60)
    many.run()
    tell(f"{sum(many.written)} commits of {WRITERS} writers, {len(many.missed())} rows missed")
    assert many.missed() == set()


@pytest.fixture
def naive(on_postgres: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    """The fault: a sequence gives the numbers when a row is written, the commit comes whenever it comes."""
    with on_postgres.database.writing() as connection:
        start = connection.execute(select(HEAD.c.seq)).scalar_one() + 1
        connection.execute(text("DROP SEQUENCE IF EXISTS naive"))
        connection.execute(text(f"CREATE SEQUENCE naive START {start}"))
    turn = count()

    def commit(connection: Connection, *, rows: Any, entries: Any, count: int, reference: bool) -> Any:
        seq = connection.execute(text("SELECT nextval('naive')")).scalar_one()
        for row in rows:
            connection.execute(commits._INSERT_ROW, [commits._row(row, seq - row.number)])
        if next(turn) % 3 == 0:
            time.sleep(0.05)
        connection.execute(update(HEAD).where(HEAD.c.seq < seq).values(seq=seq))
        return commits.Head(seq, "0" * 16, 1)

    monkeypatch.setattr(judge, "commit", commit)
    return on_postgres


def test_the_naive_cursor_loses_rows(naive: Server) -> None:
    many = Many(naive, lambda n, _: n >= 15)
    many.run()
    assert many.missed()


def test_what_a_server_keeps_in_mind_is_not_taken_for_another_history(on_postgres: Server, cluster: Cluster) -> None:
    """The database is restored under a server that runs, and as much changes as had changed before."""
    ani = on_postgres.officer("ani", KOTA)
    cluster.save("backup")
    setup.assign(on_postgres.where, "ani", [OTHER], cycle="2025")
    lost = ani.get("/v1/reference").headers["etag"]
    cluster.back("backup")
    setup.assign(on_postgres.where, "ani", [KABUPATEN], cycle="2025")
    assert ani.pull().head["reference"] != lost
    assert {one["code"] for one in ani.get("/v1/reference").json()["regions"]} == {KOTA, KABUPATEN}


@pytest.mark.parametrize("state", ["40001", "40P01", "23505"])
def test_a_write_that_another_one_disturbed_is_tried_again(on_postgres: Server, state: str) -> None:
    tries: list[int] = []

    def work(connection: Connection) -> str:
        tries.append(len(tries))
        if len(tries) < ATTEMPTS:
            connection.exec_driver_sql(f"DO $$BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '{state}'; END$$")
        return "done"

    assert on_postgres.database.write(work) == "done"
    assert len(tries) == ATTEMPTS


def test_two_that_wait_for_each_other_both_end(on_postgres: Server) -> None:
    """A real deadlock: PostgreSQL ends one of the two, which is tried again."""
    both = threading.Barrier(2, timeout=20)
    tries: list[str] = []
    names = ("ani", "budi")
    for name in names:
        on_postgres.officer(name, KOTA)

    def locking(first: str, second: str) -> None:
        def work(connection: Connection) -> None:
            tries.append(first)
            connection.execute(text("SELECT 1 FROM officer WHERE name = :n FOR UPDATE"), {"n": first})
            if tries.count(first) == 1:
                both.wait()
            connection.execute(text("SELECT 1 FROM officer WHERE name = :n FOR UPDATE"), {"n": second})

        on_postgres.database.write(work)

    threads = [threading.Thread(target=locking, args=names[::step]) for step in (1, -1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive()
    assert 3 <= len(tries) <= 2 * ATTEMPTS


def wait_for_a_lock(database: Database, thread: threading.Thread) -> None:
    """Until ``thread`` waits for another transaction."""
    waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND usename = current_user"
    with database.asking() as connection:
        while not connection.execute(text(waits)).scalar_one():
            assert thread.is_alive()


def test_an_account_is_closed_beside_another_change_of_it(on_postgres: Server) -> None:
    """Both take what they change in one order, so that PostgreSQL need not end one of them."""
    on_postgres.officer("ani", KOTA)
    disturbed: list[str] = []
    engine = on_postgres.database.engine

    def failed(context: ExceptionContext) -> None:
        disturbed.append(str(context.original_exception))

    event.listen(engine, "handle_error", failed)
    try:
        with on_postgres.database.writing() as connection:
            connection.execute(text("UPDATE officer SET role = 'verifikator' WHERE name = 'ani'"))
            closing = threading.Thread(target=setup.disable_user, args=(on_postgres.database, "ani"))
            closing.start()
            wait_for_a_lock(on_postgres.database, closing)
            audit.administered(connection, "officer", key="ani", set={"role": "verifikator"})
        closing.join(30)
    finally:
        event.remove(engine, "handle_error", failed)
    assert disturbed == []
    assert [one.disabled for one in setup.list_users(on_postgres.database)] == [True]


def test_a_session_that_is_just_being_fetched_ends_with_the_others(on_postgres: Server) -> None:
    """What is not committed yet is seen by nobody: who ends all sessions waits for it."""
    database, now = on_postgres.database, time.time()
    setup.add_user(database, "ani", "petugas")
    asked = database.write(partial(devices.ask, now=now, form=DeviceForm(client_id="akk-tui"), address=""))
    assert isinstance(asked, devices.Asked)
    confirm = database.write(partial(devices.identified, code=asked.user_code, officer="ani"))
    database.write(partial(devices.decide, now=now, confirm=confirm, approve=True))
    with database.writing() as connection:
        assert isinstance(devices.fetch(connection, now, asked.device_code, auth.new_token()), sessions.Granted)
        closing = threading.Thread(target=setup.disable_user, args=(database, "ani"))
        closing.start()
        wait_for_a_lock(database, closing)
    closing.join(30)
    administration.enable_user(database, "ani")
    assert administration.list_sessions(database, "ani") == []


def test_whoever_reads_does_not_wait_for_writers_that_wait_for_a_lock(
    on_postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody holds the row that many write: an administrator's client, a standby that does not confirm."""
    ani = on_postgres.officer("ani", KOTA)
    key = f"{UNIT}:2.4"
    ani.do("assessment", key, {"due": "2025-10-01"}, {"due": None})
    ops = [ani.op("assessment", key, {"due": f"2025-10-{n:02d}"}, {"due": "2025-10-01"}) for n in range(2, 10)]
    there: list[None] = []
    before = push.witness_of

    def witness_of(request: Any) -> Any:
        there.append(None)
        return before(request)

    monkeypatch.setattr(push, "witness_of", witness_of)
    answers: list[list[Any]] = []
    threads = [threading.Thread(target=lambda op=op: answers.append(ani.one(op))) for op in ops]
    with on_postgres.database.writing() as connection:
        connection.execute(text("SELECT 1 FROM row WHERE key = :k FOR UPDATE"), {"k": key})
        for thread in threads:
            thread.start()
        while len(there) < len(ops):
            assert all(thread.is_alive() for thread in threads)
        assert ani.pull().row("assessment", key)
        assert ani.get("/v1/reference").status_code == 200
        assert answers == []
    for thread in threads:
        thread.join(30)
    assert sorted(answer[1] for answer in answers) == ["applied", *["conflict"] * 7]


def test_a_database_without_our_tables_is_not_ready(on_postgres: Server) -> None:
    assert on_postgres.client.get("/v1/ready").status_code == 200
    with on_postgres.database.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE head RENAME TO away")
    assert on_postgres.client.get("/v1/ready").status_code == 503
    with on_postgres.database.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE away RENAME TO head")


def test_an_operation_that_arrives_again_while_the_first_is_under_way_gets_its_answer(
    on_postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A client that lost its patience sends again; in between a colleague has gone on from there."""
    ani, budi = on_postgres.officer("ani", KOTA), on_postgres.officer("budi", KOTA)
    key = f"{UNIT}:2.4"
    ani.do("assessment", key, {"due": "2025-10-01"}, {"due": None})
    mine = ani.op("assessment", key, {"due": "2025-10-02"}, {"due": "2025-10-01"})
    before = judge._read_rows
    waits = [True]

    def rows(connection: Connection, operations: Any) -> Any:
        if waits:
            waits.clear()
            assert ani.one(mine)[1] == "applied"
            assert budi.do("assessment", key, {"due": "2025-10-03"}, {"due": "2025-10-02"})[1] == "applied"
        return before(connection, operations)

    monkeypatch.setattr(judge, "_read_rows", rows)
    op = decode(Operation, json.dumps(mine).encode())
    again = on_postgres.database.write(_pushing(on_postgres, ani, op))
    assert [answer[1] for answer in again.answers] == ["applied"]
    assert (ani.pull().row("assessment", key) or {})["due"] == "2025-10-03"


def test_the_same_new_score_sent_many_times_at_once_is_made_once(on_postgres: Server) -> None:
    """Nothing locks a row that is not there yet: they meet at the counter, and none waits for another behind it."""
    ani = on_postgres.officer("ani", KOTA)
    one = decode(Operation, _encoded(ani, f"{UNIT}:2025-11-06"))
    together = threading.Barrier(WRITERS, timeout=20)
    before = judge._read_stored
    found: list[Any] = []
    tries: list[int] = []

    def stored(connection: Connection, operations: Any) -> Any:
        answer = before(connection, operations)
        tries.append(len(answer))
        if len(tries) <= WRITERS:
            together.wait()
        return answer

    def send() -> None:
        found.append(on_postgres.database.write(_pushing(on_postgres, ani, one)).answers)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(judge, "_read_stored", stored)
        threads = [threading.Thread(target=send) for _ in range(WRITERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
    assert [answers[0][:3] for answers in found] == [(one.op, "applied", found[0][0][2])] * WRITERS
    # Each but the first was disturbed once, by the first.
    assert len(tries) == 2 * WRITERS - 1


@pytest.mark.parametrize("idle", [True, False])
def test_a_connection_that_was_ended_meanwhile_is_made_anew(
    on_postgres: Server, monkeypatch: pytest.MonkeyPatch, idle: bool
) -> None:
    """One that was idle is asked first; one that was used a moment ago fails once, in words, and no more."""
    ani = on_postgres.officer("ani", KOTA)
    ani.pull()
    other = Database(on_postgres.where)
    with other.writing() as connection:
        mine = "FROM pg_stat_activity WHERE usename = current_user AND pid != pg_backend_pid()"
        connection.execute(text(f"SELECT pg_terminate_backend(pid) {mine}"))
    other.close()
    monkeypatch.setattr(engine, "_FRESH_SECONDS", 0.0 if idle else 3600.0)
    if not idle:
        answer = ani.send(ani.op("assessment", f"{UNIT}:2.4", {"due": "2025-10-10"}, {"due": None}))
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert ani.do("assessment", f"{UNIT}:2.4", {"due": "2025-10-10"}, {"due": None})[1] == "applied"


def test_a_standby_that_has_not_taken_over_is_waited_for(on_postgres: Server, caplog: pytest.LogCaptureFixture) -> None:
    ani = on_postgres.officer("ani", KOTA)
    engine = on_postgres.database.engine

    def stands_by(connection: Connection) -> None:
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")

    event.listen(engine, "begin", stands_by)
    try:
        answer = ani.send(ani.op("assessment", f"{UNIT}:2.4", {"due": "2025-10-10"}, {"due": None}))
    finally:
        event.remove(engine, "begin", stands_by)
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert "read-only transaction" in caplog.text
    assert ani.do("assessment", f"{UNIT}:2.4", {"due": "2025-10-10"}, {"due": None})[1] == "applied"


@pytest.mark.parametrize("command", [["init"], ["user", "list"]])
def test_a_database_that_is_not_there_is_told_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    where = f"postgresql+psycopg://ani:rahasia@/akk?host={tmp_path}"
    assert cli.main([*command, "--db", where, "--lang", "id"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("Basis data akk tidak dapat dipakai: ")
    assert "rahasia" not in said
