"""Numbers, marks and the log's chain (server rules 1, 4 and 6), also with writers in parallel."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from server_api import KABUPATEN, KOTA, Officer, OTHER, Server, UNIT
from sqlalchemy import Connection, select

from akk_tui.contract.ids import checksum
from akk_tui.server import setup
from akk_tui.server.db.commit import chained, digest_of, Entry, GENESIS
from akk_tui.server.db.engine import Database
from akk_tui.server.db.tables import HEAD, LOG, MARK, ROW
from akk_tui.server.judge import encode_data


def verify(connection: Connection) -> int:
    """Follow the chain from the first commit; returns how many operations it holds."""
    marks = connection.execute(select(MARK).order_by(MARK.c.seq)).all()
    columns = (LOG.c.op, LOG.c.officer, LOG.c.at, LOG.c.kind, LOG.c.key, LOG.c.result, LOG.c.body, LOG.c.seq)
    log = connection.execute(select(*columns).order_by(LOG.c.seq)).all()
    chain, last, count = GENESIS, 0, 0
    for mark in marks[1:]:
        entries = [Entry(*entry[:7]) for entry in log if last < entry.seq <= mark.seq]
        assert digest_of(entries) == mark.digest
        chain = chained(chain, mark.digest, mark.seq)
        assert chain == mark.chain
        last, count = mark.seq, count + len(entries)
    head = connection.execute(select(HEAD)).one()
    assert (head.seq, head.mark, head.chain) == (marks[-1].seq, marks[-1].mark, chain)
    return count


def test_every_commit_is_chained(server: Server, ani: Officer, budi: Officer) -> None:
    for day in range(10, 15):
        ani.do(
            "assessment", f"{UNIT}:2.4", {"due": f"2025-10-{day}"}, {"due": None if day == 10 else f"2025-10-{day - 1}"}
        )
        budi.do("assessment", f"{UNIT}:2.5", {"due": f"2025-10-{day}"}, {"due": "2025-01-01"})
    setup.unassign(server.database, "ani", [KOTA])
    with server.database.reading() as connection:
        assert verify(connection) == connection.execute(select(LOG.c.op)).all().__len__()
        marks = connection.execute(select(MARK.c.mark)).scalars().all()
    assert len(set(marks)) == len(marks)


@pytest.mark.parametrize("column", ["officer", "at", "result", "body"])
def test_a_change_of_the_log_shows(server: Server, ani: Officer, column: str) -> None:
    ani.do("assessment", f"{UNIT}:2.4", {"due": "2025-10-10"}, {"due": None})
    ani.do("assessment", f"{UNIT}:2.4", {"due": "2025-10-11"}, {"due": "2025-10-10"})
    with server.database.writing() as connection:
        connection.exec_driver_sql(f"UPDATE log SET {column} = 'x' WHERE kind = 'assessment'")
    with server.database.reading() as connection, pytest.raises(AssertionError):
        verify(connection)


def test_nothing_accepted_is_no_commit(ani: Officer) -> None:
    before = ani.pull().head["head"]
    ani.do("assessment", f"{UNIT}:2.4", {"due": "2025-10-10"}, {"due": "2025-01-01"})
    ani.do("assessment", f"2025:{OTHER}:2.4", {"due": "2025-10-10"}, {"due": None})
    assert ani.pull().head["head"] == before


REFUSING = {
    True: ["CREATE TRIGGER t BEFORE INSERT ON mark BEGIN SELECT RAISE(ABORT, 'x'); END"],
    False: [
        "CREATE OR REPLACE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'x'; END$$",
        "CREATE TRIGGER t BEFORE INSERT ON mark FOR EACH ROW EXECUTE FUNCTION f()",
    ],
}
"""On SQLite, and on PostgreSQL: a commit cannot be written."""


def test_a_commit_that_fails_takes_no_number(server: Server, ani: Officer) -> None:
    before = ani.pull().head["head"]
    with server.database.writing() as connection:
        for statement in REFUSING[server.database.is_sqlite]:
            connection.exec_driver_sql(statement)
    response = ani.send(ani.op("assessment", f"{UNIT}:2.4", {"due": "2025-10-10"}, {"due": None}))
    assert response.status_code == 500
    with server.database.writing() as connection:
        connection.exec_driver_sql("DROP TRIGGER t" if server.database.is_sqlite else "DROP TRIGGER t ON mark")
    assert ani.pull().head["head"] == before
    assert ani.pull().rows == []


class TestWriters:
    """Several writers, each over a database of its own, and one who reads all the time."""

    WRITERS = 4
    ROUNDS = 25

    def test_no_row_is_missed_and_nothing_is_written_twice(self, server: Server) -> None:
        officers = [server.officer(f"o{i}", KOTA, KABUPATEN, OTHER) for i in range(self.WRITERS)]
        reader = server.officer("reader", KOTA, KABUPATEN, OTHER, write=False)
        others = [Server(server.where) for _ in officers]
        results: list[list[str]] = [[] for _ in officers]
        problems: list[BaseException] = []

        def write(i: int) -> None:
            try:
                officer = officers[i]
                officer.client = others[i].client
                for n in range(self.ROUNDS):
                    own = officer.op("assessment", f"{UNIT}:{1 + i % 6}.1", {"due": f"2025-10-{n + 1:02d}"}, None)
                    own["was"] = {"due": None if n == 0 else f"2025-10-{n:02d}"}
                    shared = officer.op("assessment", f"2025:{OTHER}:2.4", {"summary": f"{i} {n}"}, {"summary": None})
                    region = (KOTA, KABUPATEN, OTHER)[n % 3]
                    score = officer.op("score", f"2025:{region}:20{10 + i}-01-{n + 1:02d}", {"value": "77.50"}, None)
                    results[i] += [answer[1] for answer in officer.push(own, shared, score)]
            except BaseException as problem:
                problems.append(problem)

        seen: dict[tuple[str, str], tuple[int, int]] = {}
        at = 0
        heads: list[int] = []

        def read() -> dict[str, int]:
            nonlocal at
            pulled = reader.pull(at=at, sums=True)
            for seq, kind, key, rev, _ in pulled.rows:
                known = seen.get((kind, key))
                assert known is None or (known[0] < seq and known[1] < rev)
                assert seq <= pulled.last["end"]
                seen[(kind, key)] = (seq, rev)
            at = pulled.last["end"]
            heads.append(at)
            sums = pulled.last["sum"]
            for unit in sums:
                own = [(kind, key, rev) for (kind, key), (_, rev) in seen.items() if key.startswith(unit)]
                assert checksum(own) == sums[unit], unit
            return sums

        threads = [threading.Thread(target=write, args=(i,)) for i in range(self.WRITERS)]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            read()
        for thread in threads:
            thread.join()
        read()
        for other in others:
            other.close()
        assert problems == []
        assert heads == sorted(heads)
        with server.database.reading() as connection:
            rows = connection.execute(select(ROW.c.kind, ROW.c.key, ROW.c.seq, ROW.c.rev)).all()
            verify(connection)
        assert {(kind, key): (seq, rev) for kind, key, seq, rev in rows} == seen
        answers = [answer for some in results for answer in some]
        assert len(answers) == 3 * self.WRITERS * self.ROUNDS
        # Of the shared field exactly one first value was taken; everything else had its own place.
        assert answers.count("applied") == 2 * self.WRITERS * self.ROUNDS + 1
        assert answers.count("conflict") == self.WRITERS * self.ROUNDS - 1


@pytest.mark.sqlite
def test_the_writer_who_waits_too_long_is_told_to_come_again(
    server: Server, ani: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with server.database.reading() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=1")
    holder = Database(server.db)
    op = ani.op("assessment", f"{UNIT}:2.4", {"due": "2025-10-10"}, {"due": None})
    with holder.writing():
        response = ani.send(op)
        assert (response.status_code, response.json()["code"]) == (503, "unavailable")
        assert ani.pull().rows == []
    holder.close()
    assert ani.one(op)[1] == "applied"


def test_data_is_stored_as_it_is_sent() -> None:
    data: dict[str, Any] = {"summary": "Ünïcode “x”", "at": "2025", "by": "ani", "owners": ["a"]}
    assert encode_data(data) == '{"at":"2025","by":"ani","owners":["a"],"summary":"Ünïcode “x”"}'
