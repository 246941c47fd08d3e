"""D5 and D6: an operation counts once and for one officer, and none is carried out over a value that nobody saw.

An operation's own id takes the place of an idempotency key, and ``was``, the value that its author saw, that of
``If-Match``.
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from apis import KOTA, Officer, Server, UNIT
from programs import clean_env, Home, ServerProcess, wait_for
from sqlalchemy import select, update

from akk_tui.server.db.tables import LOG

pytestmark = pytest.mark.security

KEY = f"{UNIT}:2.4"
DIES = """
import os, sys
from akk_tui.server import cli
from akk_tui.server.routes import push
def dies(*_of, **_more):
    os._exit(9)
push.respond = dies
sys.exit(cli.main(sys.argv[1:]))
"""
"""The server, killed when a push is committed and its answer is not on its way yet."""


def state_of(api: Server) -> tuple[Any, ...]:
    """The head, and every operation that was ever accepted."""
    with api.database.reading() as connection:
        head = connection.exec_driver_sql("SELECT seq, mark, chain FROM head").one()
        rows = connection.exec_driver_sql("SELECT kind, key, rev, seq, data FROM row ORDER BY kind, key").all()
        log = connection.execute(select(LOG.c.op, LOG.c.seq, LOG.c.body).order_by(LOG.c.seq)).all()
    return tuple(head), rows, log


class TestOnce:
    def test_d5_the_same_operation_again_changes_nothing(self, api: Server, ani: Officer) -> None:
        one = ani.op("assessment", KEY, {"due": "2025-10-10"}, {"due": None})
        first = ani.one(one)
        assert first[1] == "applied"
        before = state_of(api)
        assert ani.one(one) == first
        assert ani.push(one, one) == [first, first]
        api.reopen()
        again = Officer(api.client, "ani", ani.headers["Authorization"].split()[1])
        assert again.one(one) == first
        assert state_of(api) == before

    def test_d5_not_even_when_somebody_changed_the_value_meanwhile(self, api: Server, ani: Officer) -> None:
        one = ani.op("assessment", KEY, {"due": "2025-10-10"}, {"due": None})
        first = ani.one(one)
        budi = api.officer("budi", KOTA)
        assert budi.do("assessment", KEY, {"due": "2025-11-11"}, {"due": "2025-10-10"})[1] == "applied"
        before = state_of(api)
        assert ani.one(one) == first
        assert state_of(api) == before
        assert ani.pull().row("assessment", KEY)["due"] == "2025-11-11"  # pyright: ignore[reportOptionalSubscript]

    def test_d5_it_belongs_to_its_body_and_to_its_officer(self, api: Server, ani: Officer) -> None:
        budi = api.officer("budi", KOTA)
        one = ani.op("assessment", KEY, {"due": "2025-10-10"}, {"due": None})
        assert ani.one(one)[1] == "applied"
        before = state_of(api)
        others = [{"set": {"due": "2025-12-12"}}, {"key": f"{UNIT}:3.1"}, {"was": {"due": "2025-01-01"}}, {"n": 99}]
        for officer, other in (*((ani, {**one, **other}) for other in others), (budi, one)):
            answer = officer.one(other)
            assert (answer[1], answer[2], answer[3]["code"]) == ("rejected", 0, "op_taken")
        assert state_of(api) == before

    def test_d5_it_is_kept_for_longer_than_anybody_is_without_a_network(self, api: Server, ani: Officer) -> None:
        """Accepted operations are kept for ever: years of others change nothing."""
        one = ani.op("assessment", KEY, {"due": "2025-10-10"}, {"due": None})
        first = ani.one(one)
        with api.database.writing() as connection:
            connection.execute(update(LOG).values(at="2015-01-01T00:00:00Z"))
        value: str | None = "2025-10-10"
        for day in range(11, 29):
            following = f"2025-10-{day}"
            assert ani.do("assessment", KEY, {"due": following}, {"due": value})[1] == "applied"
            value = following
        api.reopen()
        again = Officer(api.client, "ani", ani.headers["Authorization"].split()[1])
        before = state_of(api)
        assert again.one(one) == first
        assert state_of(api) == before

    def test_d5_a_server_that_dies_between_commit_and_answer_leaves_one_row(
        self, server: ServerProcess, synced: Home
    ) -> None:
        note = synced.ok("note", "add", "--subject", "35.72", "--title", "Sekali", text="saja")["id"]
        synced.ok("tick", "35.72", "2.4.3", "diunggah")
        sent = synced.ok("outbox", "list")["operations"]
        server.stop()
        server.port_file.unlink()
        words = ["run", "--db", str(server.db), "--port", str(server.port), "--port-file", str(server.port_file)]
        dying = subprocess.Popen([sys.executable, "-c", DIES, *words], env=clean_env(), stderr=subprocess.DEVNULL)
        wait_for(lambda: server.port_file.exists() and server.port_file.read_text().strip(), "the server listens")
        assert synced.run("sync").code == 3
        assert dying.wait(30) == 9
        # The server has them, and the officer's program does not know.
        assert _logged(server, [one["op"] for one in sent]) == [1, 1]
        assert [one["op"] for one in synced.ok("outbox", "list")["operations"]] == [one["op"] for one in sent]
        server.start()
        done = synced.ok("sync")
        assert (done["pushed"], done["conflicts"], done["refused"]) == (2, 0, 0)
        assert synced.ok("outbox", "list")["operations"] == []
        assert _logged(server, [one["op"] for one in sent]) == [1, 1]
        with closing(sqlite3.connect(server.db)) as db:
            assert db.execute("SELECT count(*), max(rev) FROM row WHERE key = ?", (note,)).fetchone() == (1, 1)


def _logged(server: ServerProcess, ops: list[str]) -> list[int]:
    """How often each operation was accepted."""
    with closing(sqlite3.connect(server.db)) as db:
        return [db.execute("SELECT count(*) FROM log WHERE op = ?", (op,)).fetchone()[0] for op in ops]


class TestSeen:
    def test_d6_a_value_that_is_another_now_is_not_overwritten(self, api: Server, ani: Officer) -> None:
        budi = api.officer("budi", KOTA)
        assert ani.do("assessment", KEY, {"due": "2025-10-10"}, {"due": None})[1] == "applied"
        before = state_of(api)
        answer = budi.do("assessment", KEY, {"due": "2025-12-12"}, {"due": None})
        assert answer[1:3] == ["conflict", 0]
        # With what stands there, and who put it there when: what a 412 would send along.
        assert answer[3]["now"] == {"due": "2025-10-10"}
        assert answer[3]["by"] == "ani"
        assert answer[3]["at"]
        assert state_of(api) == before
        assert budi.do("assessment", KEY, {"due": "2025-12-12"}, {"due": "2025-10-10"})[1] == "applied"

    @pytest.mark.parametrize("kind", ["note", "event", "followup"])
    def test_d6_what_was_made_by_another_is_not_made_again(self, api: Server, ani: Officer, kind: str) -> None:
        budi, key = api.officer("budi", KOTA), "01900000-0000-7000-8000-00000000dd06"
        fields = {"cycle": "2025", "region": KOTA}
        fields |= {"note": {"subject": KOTA, "author": "ani", "title": "a", "body": "b"}}.get(kind, {})
        fields |= {"event": {"title": "a"}, "followup": {"text": "a", "subject": KOTA}}.get(kind, {})
        assert ani.do(kind, key, fields, None)[1] == "applied"
        before = state_of(api)
        other = {**fields, **({"author": "budi"} if kind == "note" else {})}
        other["text" if kind == "followup" else "title"] = "lain"
        assert budi.do(kind, key, other, None)[1] in ("conflict", "rejected")
        assert state_of(api) == before

    def test_d6_nobody_writes_without_saying_what_was_seen(self, api: Server, ani: Officer) -> None:
        assert ani.do("assessment", KEY, {"due": "2025-10-10"}, {"due": None})[1] == "applied"
        before = state_of(api)
        one = ani.op("assessment", KEY, {"due": "2025-12-12"}, {"due": "2025-10-10"})
        unseen = {name: value for name, value in one.items() if name != "was"}
        for wrong in (unseen, {**one, "was": {}}, {**one, "was": {"pic": None}}, {**one, "was": None}):
            answer = ani.one({**wrong, "op": ani.op("assessment", KEY, {"due": ""}, {})["op"]})
            assert answer[1] in ("rejected", "conflict"), wrong
        assert state_of(api) == before

    def test_d6_of_two_writers_one_loses_and_nothing_is_lost(
        self, server: ServerProcess, synced: Home, tmp_path: Path
    ) -> None:
        """The real programs: both saw the same value; the second one's stays, beside the first one's."""
        other = Home(tmp_path / "other").login(server, "contoh1")
        other.ok("sync")
        synced.ok("set", "35.72", "due.2.4", "2025-11-01")
        other.ok("set", "35.72", "due.2.4", "2025-12-01")
        synced.ok("sync")
        assert other.run("sync").code == 5
        (conflict,) = other.ok("conflicts")["conflicts"]
        assert (conflict["mine"], conflict["theirs"]) == ({"due": "2025-12-01"}, {"due": "2025-11-01"})
        with closing(sqlite3.connect(server.db)) as db:
            (data,) = db.execute("SELECT data FROM row WHERE kind = 'assessment' AND key = ?", (KEY,)).fetchone()
        assert json.loads(data)["due"] == "2025-11-01"
        other.ok("conflicts", "resolve", conflict["op"], "--mine")
        assert other.ok("sync")["conflicts"] == 0
        synced.ok("sync")
        (region,) = synced.ok("status", "35.72")["regions"]
        assert [one["due"] for one in region["indicators"] if one["id"] == "2.4"] == ["2025-12-01"]
