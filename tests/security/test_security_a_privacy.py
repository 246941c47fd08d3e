"""A6: what is kept on an officer's computer: the own regions, not longer than wanted, and told to nobody else."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from programs import Home, ServerProcess
from pseudo import Terminal
from sealedhome import files

pytestmark = pytest.mark.security

GONE = "data daerah sudah dihapus"
REGION = "35.72"
ACCEPTED = "kalimat ini sudah diterima server"


class TestPrivacy:
    def test_a6_a_region_that_is_taken_away_is_gone_after_the_next_syncs(
        self, server: ServerProcess, synced: Home
    ) -> None:
        """No row, and no word of a colleague's note in the file or in what SQLite keeps beside it."""
        names = {region["code"]: region["name"] for region in synced.ok("status")["regions"]}
        (store,) = synced.folder.glob("data/stores/*/akk.db")
        taken, words = _note_of_another(store)
        assert taken in names
        assert _rows(store, taken)
        assert _holding(synced.folder, words)
        server.admin("unassign", "contoh1", taken)
        # A unit that is taken away is hidden at once and deleted when a second answer confirms it.
        for _ in range(3):
            synced.run("sync", "--accept-deletions", "--json")
        assert taken not in {region["code"] for region in synced.ok("status")["regions"]}
        assert _rows(store, taken) == []
        assert synced.run("status", taken).code != 0
        assert _holding(synced.folder, words) == []

    def test_a6_nothing_goes_to_anybody_but_the_server(self, synced: Home, server: ServerProcess) -> None:
        """All the addresses that signing in, a sync and a doctor's look connect to."""
        script = """
import socket, sys
from akk_tui.cli import main
seen = set()
def audit(event, args):
    if event == "socket.connect" and isinstance(args[1], tuple):
        seen.add(args[1][:2])
    elif event == "socket.getaddrinfo":
        seen.add(tuple(args[:2]))
sys.addaudithook(audit)
code = main(sys.argv[1:])
sys.stdout.flush()
print("\\n" + repr(sorted(map(str, seen))))
sys.exit(code)
"""
        for words in (("sync",), ("doctor",), ("status",), ("whoami",)):
            command = [sys.executable, "-c", script, "--home", str(synced.folder), *words]
            done = subprocess.run(command, capture_output=True, text=True, timeout=120)
            seen = done.stdout.splitlines()[-1]
            for address in re.findall(r"\('([^']+)', (\d+)\)", seen):
                assert address == ("127.0.0.1", str(server.port))
            assert ("127.0.0.1" in seen) == (words[0] in ("sync", "doctor")), (words, done)


class TestRetention:
    """``retention.days``: after so long without the server, what can be fetched again goes."""

    @pytest.fixture
    def alone(self, synced: Home, server: ServerProcess) -> Home:
        """A profile with work of every kind that is only here; the server is gone."""
        synced.ok("tick", REGION, "2.4.3", "diunggah")
        synced.ok("note", "add", "--subject", REGION, "--title", "Diterima", text=ACCEPTED)
        synced.ok("sync")
        server.stop()
        synced.ok("tick", REGION, "2.4.1", "diunggah")
        synced.ok("note", "add", "--subject", REGION, "--title", "Menunggu", text="belum terkirim sama sekali")
        synced.ok("note", "add", "--private", "--subject", REGION, "--title", "Sendiri", text="hanya untuk saya")
        return synced

    def test_a6_by_itself_nothing_goes(self, alone: Home) -> None:
        _days_pass(alone, 4000)
        assert alone.run("status").code == 0
        assert _base(alone) > 0

    def test_a6_after_the_days_what_can_be_fetched_again_is_gone(self, alone: Home, server: ServerProcess) -> None:
        (store,) = alone.folder.glob("data/stores/*/akk.db")
        taken, words = _note_of_another(store)
        before = _base(alone)
        assert _holding(alone.folder, ACCEPTED.encode())
        (store.parent / "akk.db.v1").write_bytes(store.read_bytes())
        alone.run("config", "set", "retention.days", "30")
        assert GONE not in alone.run("status").err
        assert _base(alone) == before
        _days_pass(alone, 29)
        assert GONE not in alone.run("status").err
        assert _base(alone) == before
        _days_pass(alone, 31)
        done = alone.run("status")
        assert (done.code, GONE in done.err) == (0, True)
        assert _base(alone) == 0
        assert _rows(store, REGION) == _rows(store, taken) == []
        assert _holding(alone.folder, words) == []
        assert _holding(alone.folder, ACCEPTED.encode()) == []
        assert not (store.parent / "akk.db.v1").exists()
        # What is only here is here, whole, and said to be.
        waiting = alone.ok("outbox", "list")["operations"]
        assert [one["kind"] for one in waiting] == ["assessment", "note"]
        titles = {note["title"] for note in alone.ok("note", "list")["notes"]}
        assert titles == {"Menunggu", "Sendiri"}
        assert GONE in alone.run("status").err
        # With the server it all comes back, and what waited is sent.
        server.start()
        assert alone.ok("sync")["pushed"] == 2
        assert GONE not in alone.run("status").err
        assert _base(alone) > before
        assert {"Menunggu", "Sendiri"} < {note["title"] for note in alone.ok("note", "list")["notes"]}
        assert alone.ok("sync")["pulled"] == 0

    def test_a6_the_app_says_so_and_goes_on(self, alone: Home, open_app: Callable[..., Terminal]) -> None:
        alone.run("config", "set", "retention.days", "30")
        _days_pass(alone, 31)
        app = open_app(alone)
        app.wait("DATA CONTOH")
        app.wait("retention.days")
        app.settle()
        app.send("\x1b")
        for key in "1234567":
            app.send(key)
            app.settle(0.4)
            assert app.alive(), app.text
        app.send("\x11")
        app.ended()
        assert _base(alone) == 0
        assert len(alone.ok("outbox", "list")["operations"]) == 2

    def test_a6_a_round_over_some_regions_counts_as_the_server(self, alone: Home, server: ServerProcess) -> None:
        server.start()
        _days_pass(alone, 31)
        assert alone.run("sync", "--region", REGION).code == 0
        alone.run("config", "set", "retention.days", "30")
        assert GONE not in alone.run("status").err
        assert _base(alone) > 0


def _days_pass(home: Home, days: int) -> None:
    """The server was last reached so many days ago."""
    (store,) = home.folder.glob("data/stores/*/akk.db")
    with closing(sqlite3.connect(store)) as db:
        at = f"strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-{days} days')"
        db.execute(f"UPDATE meta SET value = {at} WHERE name = 'last_sync'")
        db.execute(f"UPDATE run SET started = {at}")
        db.commit()


def _base(home: Home) -> int:
    (store,) = home.folder.glob("data/stores/*/akk.db")
    with closing(sqlite3.connect(store)) as db:
        return db.execute("SELECT count(*) FROM base").fetchone()[0]


def _note_of_another(store: Path) -> tuple[str, bytes]:
    """A region and the beginning of a note that somebody else wrote in it."""
    with closing(sqlite3.connect(store)) as db:
        found = db.execute(
            "SELECT substr(unit, 6), substr(json_extract(data, '$.body'), 1, 40) FROM base WHERE kind = 'note'"
            " AND json_extract(data, '$.author') <> 'contoh1' AND substr(unit, 6) <> ? ORDER BY key",
            (REGION,),
        ).fetchall()
    region, words = next((region, words) for region, words in found if len(words) > 30 and words.isascii())
    return region, words.encode()


def _holding(folder: Path, words: bytes) -> list[Path]:
    """The files in which ``words`` can be read."""
    return [path for path in files(folder) if words in path.read_bytes()]


def _rows(store: Path, region: str) -> list[Any]:
    """What the store holds of a region in any table with a unit."""
    db = sqlite3.connect(f"{store.as_uri()}?mode=ro", uri=True)
    try:
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found: list[Any] = []
        for table in tables:
            columns = [column[1] for column in db.execute(f"PRAGMA table_info({table})")]
            for column in ("unit", "key", "subject"):
                if column in columns and table in ("base", "base_next", "quarantine", "log", "agenda", "draft"):
                    found += db.execute(f"SELECT * FROM {table} WHERE {column} LIKE ?", (f"%:{region}%",)).fetchall()
        return found
    finally:
        db.close()
