"""Opening: rights on files, versions, damage, places that cannot be written, disks that are full."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from datetime import datetime, UTC
from pathlib import Path
from typing import Any

import pytest
from modelserver import UNITS
from storeclient import Client, Clock, draft, make, pragma

from akk_tui.store import db as database
from akk_tui.store import schema
from akk_tui.store.db import connect, Database
from akk_tui.store.errors import (
    StoreBusy,
    StoreDamaged,
    StoreFull,
    StoreReadOnly,
    StoreTooNew,
    StoreUnusable,
    UnknownCycle,
)
from akk_tui.store.store import Store


@pytest.mark.security
def test_f1_files_are_the_officers_alone_whatever_the_umask(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        store = Store.open(tmp_path / "a" / "b" / "akk.db")
        store.meta.set("x", "1")
        store.drafts.list()
        schema.copy_aside(store.db, "copy")
    finally:
        os.umask(old)
    found = {path.name: path.stat().st_mode & 0o777 for path in store.path.parent.iterdir()}
    assert found == {"akk.db": 0o600, "akk.db-wal": 0o600, "akk.db-shm": 0o600, "akk.db.copy": 0o600}
    assert [path.stat().st_mode & 0o777 for path in (tmp_path / "a", tmp_path / "a" / "b")] == [0o700, 0o700]
    store.close()


def test_how_a_store_is_open(tmp_path: Path) -> None:
    with Store.open(tmp_path / "akk.db") as store:
        db = store.db
        assert pragma(db, "journal_mode") == "wal"
        assert pragma(db, "synchronous") == 2
        assert pragma(db, "foreign_keys") == 1
        assert pragma(db, "busy_timeout") == 5000
        assert pragma(db, "user_version") == schema.VERSION
        if sqlite3.sqlite_version_info >= (3, 37):
            with pytest.raises(sqlite3.IntegrityError):
                db.execute("INSERT INTO unit VALUES ('2025:35.72', 'ya', NULL, 0)")
        assert store.path == tmp_path / "akk.db"
        with pytest.raises(AttributeError):
            store.entah  # noqa: B018
    with pytest.raises(sqlite3.ProgrammingError):
        store.meta.get("x")


def test_an_old_sqlite_has_no_strict_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Database, "has_strict", False)
    with Store.open(tmp_path / "akk.db") as store:
        store.db.execute("INSERT INTO unit VALUES ('2025:35.72', 'ya', NULL, 0)")
        store.meta.set("x", "1")


def test_a_store_of_a_later_version_is_refused(tmp_path: Path) -> None:
    path = make(tmp_path / "akk.db")
    db = sqlite3.connect(path)
    db.execute("PRAGMA user_version=99")
    db.close()
    for read_only in (False, True):
        with pytest.raises(StoreTooNew) as found:
            Store.open(path, read_only=read_only)
        assert found.value.exit_code == 6
        assert "skema 99" in found.value.words()
        assert str(path) in found.value.words()


def test_a_file_that_is_no_store_is_refused_and_left_alone(tmp_path: Path) -> None:
    text = tmp_path / "text.db"
    text.write_bytes(b"not a database at all" * 100)
    other = tmp_path / "other.db"
    db = sqlite3.connect(other)
    db.execute("CREATE TABLE t (x)")
    db.close()
    whole = {path: path.read_bytes() for path in (text, other)}
    for path, cure in ((text, "doctor --repair"), (other, "Pindahkan")):
        for read_only in (False, True):
            with pytest.raises(StoreDamaged) as found:
                Store.open(path, read_only=read_only)
            assert cure in found.value.words()
        assert path.read_bytes() == whole[path]


def test_damage_found_later_is_a_sentence_too(tmp_path: Path) -> None:
    path = make(tmp_path / "akk.db")
    size = path.stat().st_size
    with path.open("r+b") as stream:
        stream.seek(4096)
        stream.write(os.urandom(size - 4096))

    def read() -> None:
        with Store.open(path) as store:
            for table in ("meta", "outbox", "base", "unit", "sent"):
                store.db.execute(f"SELECT * FROM {table}").fetchall()

    with pytest.raises(StoreUnusable):
        read()


@pytest.mark.parametrize("how", ["fetchall", "fetchmany", "fetchone", "loop"])
def test_damage_that_is_met_at_a_later_row_is_a_sentence_too(tmp_path: Path, how: str) -> None:
    path = make(tmp_path / "akk.db")
    with Store.open(path) as store, store.db.write():
        store.db.executemany("INSERT INTO meta VALUES (?, ?)", ((f"x{n:04}", "y" * 900) for n in range(200)))
    with path.open("r+b") as stream:
        stream.seek(-40_960, os.SEEK_END)
        stream.write(os.urandom(40_960))
    with Store.open(path) as store:
        found = store.db.execute("SELECT name, value FROM meta NOT INDEXED")

        def read() -> None:
            while list(found) if how == "loop" else getattr(found, how)():
                pass

        with pytest.raises(StoreUnusable):
            read()


def test_a_link_or_a_folder_in_its_place_is_refused(tmp_path: Path) -> None:
    path = make(tmp_path / "akk.db")
    link = tmp_path / "link.db"
    link.symlink_to(path)
    folder = tmp_path / "folder.db"
    folder.mkdir()
    for wrong in (link, folder, tmp_path / "akk.db" / "below.db"):
        with pytest.raises(StoreUnusable) as found:
            Store.open(wrong)
        assert found.value.exit_code == 6


AS_NOBODY = """
import os, sqlite3, sys
from pathlib import Path
import akk_tui.paths
from akk_tui.store.store import Store
from akk_tui.store.errors import StoreUnusable
from akk_tui.store.migrations import m0001_tables
os.setgid(65534); os.setuid(65534)
try:
    with Store.open(Path(sys.argv[1]), read_only=sys.argv[2] == "ro") as store:
        print("read", store.meta.get("x"))
except StoreUnusable as error:
    print(type(error).__name__, error.exit_code, error.words())
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody who may not write")
def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    import shutil
    import tempfile

    folder = Path(tempfile.mkdtemp(dir="/tmp"))
    try:
        path = folder / "akk.db"
        with Store.open(path) as store:
            store.meta.set("x", "1")
        os.chown(path, 65534, 65534)
        path.chmod(0o400)
        folder.chmod(0o555)

        def run(where: Path, mode: str) -> str:
            done = subprocess.run(
                [sys.executable, "-c", AS_NOBODY, str(where), mode], capture_output=True, text=True, check=False
            )
            return done.stdout + done.stderr

        assert run(folder / "neu.db", "rw").startswith("StoreReadOnly 6 ")
        assert run(path, "rw").startswith("StoreReadOnly 6 ")
        assert run(path, "ro") == "read 1\n"
    finally:
        folder.chmod(0o700)
        shutil.rmtree(folder)


def test_read_only_writes_nothing(tmp_path: Path) -> None:
    path = make(tmp_path / "akk.db")
    with Store.open(path, read_only=True) as store:
        assert store.read_only
        with pytest.raises(StoreReadOnly):
            store.meta.set("x", "1")
        assert store.db.commits == 0


def test_a_full_disk_can_still_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader of a WAL makes a file of shared memory, for which there is no room; what is written is in one file."""
    path = make(tmp_path / "akk.db")
    with Store.open(path) as store:
        store.meta.set("x", "1")
    plain = database._open

    def full(address: str, *rest: object, **more: object) -> object:
        if "immutable" not in address:
            raise StoreFull(path=path, reason="")
        return plain(address, *rest, **more)

    monkeypatch.setattr(database, "_open", full)
    with Store.open(path, read_only=True) as store:
        assert store.meta.get("x") == "1"
    path.with_name("akk.db-wal").write_bytes(b"not yet in the file")
    with pytest.raises(StoreFull):
        Store.open(path, read_only=True)


def test_read_only_of_what_is_missing_or_old_makes_it(tmp_path: Path) -> None:
    path = tmp_path / "akk.db"
    with Store.open(path, read_only=True) as store:
        assert store.meta.get("x") is None
    path.unlink()
    path.touch(0o600)
    with Store.open(path, read_only=True) as store:
        assert not store.read_only


def test_read_only_of_a_file_that_is_gone(tmp_path: Path) -> None:
    with pytest.raises(StoreReadOnly):
        connect(tmp_path / "akk.db", read_only=True)


def test_parts_are_made_once(budi: Client) -> None:
    store = budi.store
    for name in ("views", "search", "outbox", "queue", "replica", "runs", "drafts"):
        assert getattr(store, name) is getattr(store, name)


@pytest.fixture
def small(client: Any) -> Client:
    return client("budi")


FULL = """
import resource, sys
from pathlib import Path
from akk_tui.store.store import Store
from akk_tui.store.errors import StoreFull
store = Store.open(Path(sys.argv[1]))
size = max(Path(sys.argv[1]).stat().st_size, Path(sys.argv[1] + "-wal").stat().st_size)
resource.setrlimit(resource.RLIMIT_FSIZE, (size + 8192, size + 8192))
key = "2025:35.72:1.1"
n = 0
try:
    while n < 1000:
        store.edit("assessment", key, {"summary": f"{n} " + "x" * 20000}, seen=None)
        n += 1
except StoreFull as error:
    print(n, error.exit_code, error.words())
print(len(store.views.outbox()))
"""


def test_a_full_disk_is_said_and_loses_nothing_that_was_saved(small: Client) -> None:
    small.store.close()
    done = subprocess.run([sys.executable, "-c", FULL, str(small.path)], capture_output=True, text=True, check=True)
    said, left = done.stdout.splitlines()
    count, code, words = said.split(" ", 2)
    assert (code, left) == ("6", count)
    assert words.startswith("Disk penuh")
    small.reopen()
    assert len(small.outbox()) == int(count)
    assert small.store.db.value("PRAGMA integrity_check") == "ok"


def test_a_store_that_is_written_all_the_time_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = make(tmp_path / "akk.db")
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.01)
    with Store.open(path) as one, Store.open(path) as two:
        with one.db.write():
            one.meta.set("x", "1")
            with pytest.raises(StoreBusy) as found:
                two.meta.set("y", "1")
        assert "proses lain" in found.value.words()
        two.meta.set("y", "1")


def test_making_a_store_waits_for_the_other_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.001)
    tries: list[float] = []
    path = tmp_path / "akk.db"
    path.touch(0o600)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    def wait(seconds: float) -> None:
        tries.append(seconds)
        if len(tries) == 3:
            other.rollback()

    monkeypatch.setattr("time.sleep", wait)
    with Store.open(path) as store:
        assert len(tries) == 3
        assert pragma(store.db, "journal_mode") == "wal"
    other.execute("BEGIN IMMEDIATE")
    path2 = tmp_path / "zwei.db"
    path2.touch(0o600)
    busy = sqlite3.connect(path2, isolation_level=None)
    busy.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreBusy):
        Store.open(path2)
    assert len(tries) > 100
    busy.close()
    other.close()


def test_faults_of_the_program_are_not_dressed_up(tmp_path: Path) -> None:
    with Store.open(tmp_path / "akk.db") as store:
        with pytest.raises(sqlite3.OperationalError):
            store.db.execute("SELECT entah")
        with pytest.raises(sqlite3.OperationalError):
            store.db.executemany("INSERT INTO entah VALUES (?)", [(1,)])
        store.db.execute("CREATE TRIGGER t BEFORE DELETE ON meta BEGIN SELECT RAISE(ROLLBACK, 'x'); END")
        store.meta.set("x", "1")
        with pytest.raises(sqlite3.IntegrityError):
            store.meta.set("x", None)
        assert not store.db.in_transaction


def test_disk_errors_in_words() -> None:
    for code, kind in (
        (sqlite3.SQLITE_FULL, StoreFull),
        (sqlite3.SQLITE_IOERR_WRITE, StoreFull),
        (sqlite3.SQLITE_CORRUPT_VTAB, StoreDamaged),
        (sqlite3.SQLITE_READONLY_DBMOVED, StoreReadOnly),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, StoreBusy),
    ):
        cause = sqlite3.OperationalError("database disk image is malformed")
        cause.sqlite_errorcode = code  # type: ignore[attr-defined]
        told = database.in_words(cause, Path("/x"))
        assert type(told) is kind
        assert "malformed" not in str(told)


def test_versions_grow_with_every_commit_of_anybody(tmp_path: Path) -> None:
    path = make(tmp_path / "akk.db")
    with Store.open(path) as one, Store.open(path) as two:
        seen = [one.version()]
        one.meta.set("x", "1")
        seen.append(one.version())
        two.meta.set("x", "2")
        seen.append(one.version())
        one.drafts.save(draft())
        seen.append(one.version())
        assert seen == sorted(set(seen))
        assert one.version() == one.version()


def test_the_real_clock_and_chance(tmp_path: Path) -> None:
    with Store.open(tmp_path / "akk.db") as store:
        assert abs((store.now() - datetime.now(UTC)).total_seconds()) < 60
        assert {store.random_bits(1) for _ in range(100)} == {0, 1}
        assert all(store.random_bits(12) < 1 << 12 for _ in range(100))
        assert max(store.random_bits(62) for _ in range(50)) > 1 << 55


def test_cycles_and_days(client: Any, server: Any) -> None:
    empty = client("budi", synced=False).store
    assert empty.reference() is None
    for ask in (empty.cycle, lambda: empty.instrument("2025")):
        with pytest.raises(UnknownCycle):
            ask()
    empty.now = Clock(datetime(2025, 10, 6, 20, 0, tzinfo=UTC))
    assert empty.today().isoformat() == "2025-10-07"
    server.cycles = {"2024": "open", "2025": "open", "2026": "closed"}
    store = client("sari").store
    assert (store.cycle(), store.cycle("2026"), store.instrument("2024").cycle) == ("2025", "2026", "2024")
    with pytest.raises(UnknownCycle, match="1999"):
        store.cycle("1999")
    server.cycles = {"2024": "closed", "2026": "closed"}
    reference = server.reference("sari")
    store.save_reference(reference, "neu")
    assert (store.cycle(), store.reference_etag()) == ("2026", "neu")
    from msgspec.structs import replace

    from akk_tui.contract.records import Sample

    store.save_reference(replace(reference, sample=Sample(today="2025-10-06")), "neuer")
    assert store.today().isoformat() == "2025-10-06"
    assert store.meta.get("officer") == "sari"


def test_the_sync_log(budi: Client) -> None:
    started = datetime(2025, 10, 6, 2, 0, tzinfo=UTC)
    runs = budi.store.runs
    runs.add(started=started.replace(year=2023), seconds=1.0, outcome="done")
    one = runs.add(started=started, seconds=1.5, outcome="done", pushed=2, pulled=3, answers={"applied": 2})
    two = runs.add(started=started, seconds=0.1, outcome="unreachable", words="Server tidak terjangkau.")
    newest, older = runs.list()
    assert (newest.id, newest.outcome, newest.words) == (two, "unreachable", "Server tidak terjangkau.")
    assert (older.id, older.pushed, older.pulled, older.answers, older.started) == (one, 2, 3, {"applied": 2}, started)
    assert runs.list(1) == (newest,)


def test_tries_that_failed_alike_in_a_row_are_one_line(budi: Client) -> None:
    runs, now = budi.store.runs, budi.store.now()

    def add(outcome: str, words: str | None = None, **more: Any) -> None:
        runs.add(started=now, seconds=1.0, outcome=outcome, words=words, **more)

    before = len(runs.list())
    for outcome, words in (("done", None), ("busy", "a"), ("busy", "a"), ("busy", "b"), ("cut", "c"), ("busy", "b")):
        add(outcome, words)
    add("busy", "b", pushed=1)
    add("busy", "b")
    add("busy", "b")
    add("done")
    add("done")
    assert [one.words for one in runs.list()][: -before or None] == [None, None, "b", "b", "b", "c", "b", "a", None]


def test_units_in_the_store_have_their_right(budi: Client) -> None:
    assert [(grant.unit, grant.write) for grant in budi.store.replica.scope()] == [(unit, True) for unit in UNITS[:2]]


def test_an_encrypted_store_is_one_on_disk(sealed: bool, tmp_path: Path) -> None:
    with Store.open(tmp_path / "akk.db"):
        pass
    head = (tmp_path / "akk.db").read_bytes()[:15]
    assert (head == b"SQLite format 3") is not sealed
