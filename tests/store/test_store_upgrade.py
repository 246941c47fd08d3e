"""The way from an older version of the store: the copy before it, and all of it or nothing."""

from __future__ import annotations

import errno
import os
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from storeclient import make, pragma

from akk_tui.store import db as database
from akk_tui.store import schema
from akk_tui.store.db import connect, Database
from akk_tui.store.errors import StoreFull, StoreTooNew
from akk_tui.store.store import Store


def test_a_migration_copies_first_and_is_all_or_nothing(tmp_path: Path) -> None:
    path = make(tmp_path / "akk.db")
    db = connect(path)
    db.execute("INSERT INTO meta VALUES ('x', 'old')")
    done: list[str] = []

    def good(db: database.Database) -> None:
        done.append("good")
        db.execute("ALTER TABLE meta ADD COLUMN more TEXT")

    def bad(db: database.Database) -> None:
        done.append("bad")
        raise ValueError("planted")

    here = tuple(schema.steps())
    with pytest.raises(ValueError, match="planted"):
        schema.migrate(db, (*here, good, bad))
    assert (done, pragma(db, "user_version")) == (["good", "bad"], len(here))
    copy = tmp_path / f"akk.db.v{len(here)}"
    assert copy.stat().st_mode & 0o777 == 0o600
    with sqlite3.connect(copy) as old:
        assert old.execute("SELECT value FROM meta WHERE name = 'x'").fetchone() == ("old",)
    old.close()
    db.execute("UPDATE meta SET value = 'new'")
    schema.migrate(db, (*here, good))
    schema.migrate(db, (*here, good))
    assert (done, pragma(db, "user_version")) == (["good", "bad", "good"], len(here) + 1)
    assert db.execute("SELECT value, more FROM meta WHERE name = 'x'").fetchall() == [("new", None)]
    db.close()
    with pytest.raises(StoreTooNew):
        Store.open(path)


def _old(path: Path, value: str) -> Database:
    """A store of the version before this one."""
    path.touch(0o600)
    db = connect(path)
    schema.migrate(db, tuple(schema.steps())[:-1])
    db.execute("INSERT OR REPLACE INTO meta VALUES ('x', ?)", (value,))
    return db


def _copied(path: Path) -> Any:
    with closing(sqlite3.connect(path.with_name(f"{path.name}.v{schema.VERSION - 1}"))) as copy:
        assert pragma(copy, "user_version") == schema.VERSION - 1
        return copy.execute("SELECT value FROM meta WHERE name = 'x'").fetchone()[0]


def test_the_copy_before_a_migration_is_on_disk_before_it_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Content, name, folder, and only then the first step: a power cut leaves the old store or a whole copy of it."""
    done: list[str] = []
    real, named = os.fsync, Path.replace

    def synced(handle: int) -> None:
        folder = stat.S_ISDIR(os.fstat(handle).st_mode)
        done.append("folder" if folder else f"content {os.fstat(handle).st_size > 4096}")
        real(handle)

    def replace(self: Path, target: Path) -> Path:
        done.append("name")
        return named(self, target)

    path = tmp_path / "akk.db"
    with closing(_old(path, "old")) as db:
        monkeypatch.setattr(os, "fsync", synced)
        monkeypatch.setattr(Path, "replace", replace)
        schema.migrate(db, (*tuple(schema.steps())[:-1], lambda _: done.append("step")))
    assert done == ["content True", "name", "folder", "step"]


def test_a_copy_that_was_there_before_a_migration_is_replaced(tmp_path: Path) -> None:
    """It may be of a migration that did not come to its end, before the officer worked on."""
    path = tmp_path / "akk.db"
    with closing(_old(path, "stale")) as db:
        schema.copy_aside(db, f"v{schema.VERSION - 1}")
        assert _copied(path) == "stale"
        db.execute("UPDATE meta SET value = 'newest' WHERE name = 'x'")
    make(path)
    assert _copied(path) == "newest"


def test_a_copy_that_holds_work_which_the_store_does_not_is_kept_beside_the_new_one(tmp_path: Path) -> None:
    """An older store was put back by hand and is upgraded once more; then another one."""
    path = tmp_path / "akk.db"
    name = f"akk.db.v{schema.VERSION - 1}"
    for value in ("the newest", "put back", "put back again"):
        path.unlink(missing_ok=True)
        with closing(_old(path, value)) as db:
            db.execute("INSERT INTO private_note VALUES (?, 'k', '{}', '2025-10-06T02:00:00Z')", (value,))
        make(path)
        make(path)
        assert _copied(path) == value
    found = {}
    for copy in tmp_path.glob("akk.db.v*"):
        with closing(sqlite3.connect(copy)) as old:
            found[copy.name] = old.execute("SELECT value FROM meta WHERE name = 'x'").fetchone()[0]
    assert found == {name: "put back again", f"{name}-2": "the newest", f"{name}-3": "put back"}


def test_a_copy_that_cannot_be_read_is_kept_too(tmp_path: Path) -> None:
    path = tmp_path / "akk.db"
    copy = path.with_name(f"akk.db.v{schema.VERSION - 1}")
    copy.write_bytes(b"no database" * 1000)
    _old(path, "here").close()
    make(path)
    assert _copied(path) == "here"
    assert path.with_name(f"{copy.name}-2").read_bytes() == b"no database" * 1000


def test_what_is_saved_until_a_migration_begins_is_in_the_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "akk.db"
    with closing(_old(path, "old")) as db, closing(connect(path)) as other:
        begin = Database._begin

        def begun(self: Database) -> None:
            if self is db:
                other.execute("UPDATE meta SET value = 'at the last moment' WHERE name = 'x'")
            begin(self)

        monkeypatch.setattr(Database, "_begin", begun)
        schema.migrate(db)
        assert pragma(db, "user_version") == schema.VERSION
    assert _copied(path) == "at the last moment"


KILLED = """
import os, signal, sys
from pathlib import Path
from akk_tui.store.store import Store
Path.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
Store.open(Path(sys.argv[1]))
"""


def test_a_kill_while_a_store_is_copied_leaves_nothing_for_long(tmp_path: Path) -> None:
    path = tmp_path / "akk.db"
    _old(path, "kept").close()
    done = subprocess.run([sys.executable, "-c", KILLED, str(path)], capture_output=True, text=True, check=False)
    assert done.returncode < 0, done.stderr
    (left,) = tmp_path.glob(".akk.db.*")
    assert left.stat().st_size > 0
    running = left.with_name(f".akk.db.v1.{os.getpid()}")
    other = left.with_name(f".akk2.db.v1.{left.suffix[1:]}")
    for one in (running, other):
        one.touch()
    make(path)
    assert {one.name for one in tmp_path.iterdir()} == {
        "akk.db",
        f"akk.db.v{schema.VERSION - 1}",
        running.name,
        other.name,
    }
    assert _copied(path) == "kept"
    # Also where no step is left to do; but not where the process may be another computer's.
    left.touch()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("akk_tui.store.netfs.remote", lambda _folder: "nfs")
        make(path)
        assert left.exists()
    make(path)
    assert not left.exists()


@pytest.mark.parametrize("network", ["", "nfs"])
def test_a_copy_that_cannot_be_written_is_said_and_the_store_stays_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, network: str
) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "planted")

    path = tmp_path / "akk.db"
    _old(path, "kept").close()
    monkeypatch.setattr("akk_tui.store.netfs.remote", lambda _folder: network)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(StoreFull):
            Store.open(path)
    assert {one.name for one in tmp_path.iterdir()} - {"akk.db-journal"} == {"akk.db"}
    make(path)
    assert _copied(path) == "kept"


def test_a_store_of_the_first_version_keeps_everything(tmp_path: Path) -> None:
    path = tmp_path / "akk.db"
    path.touch(0o600)
    db = connect(path)
    schema.migrate(db, tuple(schema.steps())[:1])
    db.execute("INSERT INTO meta VALUES ('x', 'old')")
    db.execute("INSERT INTO draft VALUES ('d', NULL, '35.72', '2025', 'Judul', 'Isi', '[]', NULL, '2025-10-06', 1)")
    db.close()
    with Store.open(path, read_only=True) as store:
        assert pragma(store.db, "user_version") == schema.VERSION
        assert store.meta.get("x") == "old"
        assert store.db.value("SELECT body FROM draft") == "Isi"
        assert store.db.value("SELECT count(*) FROM private_note") == 0
    assert (tmp_path / "akk.db.v1").exists()
