"""``doctor`` on a store that is not sound: what it says, what it mends, and ``doctor --repair``."""

from __future__ import annotations

import errno
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from clishell import Shell

from akk_tui.store import salvage
from akk_tui.store.store import Store
from akk_tui.sync import vault


def database(shell: Shell) -> Path:
    (found,) = shell.home.rglob("akk.db")
    return found


def spoil(path: Path, table: str) -> None:
    """Overwrite the first page of a table."""
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        page = db.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()[0]
        size = db.execute("PRAGMA page_size").fetchone()[0]
    with path.open("r+b") as file:
        file.seek((page - 1) * size + 8)
        file.write(b"\xff" * 60)


def checks(shell: Shell, *words: str) -> dict[str, dict[str, str]]:
    done = shell("doctor", *words, "--json")
    found = {check["id"]: check for check in done.json()["checks"]}
    assert done.code == (0 if all(check["ok"] for check in found.values()) else 1)
    return found


def words(shell: Shell) -> bool:
    """Whether the search finds a note of the sample data."""
    with Store.open(database(shell), read_only=True) as store:
        return any(found.kind == "note" for found in store.search.find("LHKPN", "2025"))


def test_a_damaged_page_is_found_and_all_that_can_be_read_is_saved(shell: Shell) -> None:
    shell("note", "add", "--subject", "35.72", "--title", "Belum terkirim", stdin="hanya di sini")
    regions = shell("status", "--json").json()
    waiting = shell("outbox", "list", "--json").json()
    path = database(shell)
    spoil(path, "summary")
    found = checks(shell)["store"]
    assert (found["ok"], found["cure"]) == (False, "akk-tui doctor --repair")
    before = path.read_bytes()
    told = checks(shell, "--repair")
    assert told["repair"]["ok"]
    assert told["repair"]["cure"] == "akk-tui sync"
    assert told["store"]["ok"]
    assert "copies" not in told, "all work was read"
    (kept,) = path.parent.glob("akk.db.damaged-*")
    assert kept.read_bytes() == before
    assert str(kept) in told["repair"]["detail"]
    assert shell("outbox", "list", "--json").json() == waiting
    again = checks(shell, "--repair")
    assert "repair" not in again
    assert len(list(path.parent.glob("akk.db.damaged-*"))) == 1
    now = shell("status", "--json").json()
    assert now["regions"] == regions["regions"], "shown as before, without a network"


def test_the_rows_of_the_server_come_anew(shell: Shell) -> None:
    before = shell("status", "--json").json()["regions"]
    spoil(database(shell), "base")
    assert not checks(shell)["store"]["ok"]
    assert checks(shell, "--repair")["store"]["ok"]
    assert shell("sync").code == 0
    assert shell("status", "--json").json()["regions"] == before


def test_lost_work_is_told_and_is_a_failure(shell: Shell) -> None:
    shell("note", "add", "--subject", "35.72", "--title", "Hilang", stdin="isi")
    spoil(database(shell), "outbox")
    done = shell("doctor", "--repair")
    assert done.code == 1
    assert "1 tidak terbaca lagi" in " ".join(done.out.split())
    assert "1 can no longer be read" not in done.out
    assert shell("doctor").code == 0


def test_a_wrong_index_is_made_anew_by_doctor_itself(shell: Shell) -> None:
    with closing(sqlite3.connect(database(shell))) as db:
        db.execute("INSERT INTO note_fts (note_fts) VALUES ('delete-all')")
        db.commit()
    assert not words(shell)
    first = checks(shell)["store"]
    assert (first["ok"], first["level"]) == (True, "warn")
    assert checks(shell)["store"]["level"] == "ok"
    assert words(shell)


def test_units_that_differ_from_the_server_are_told(shell: Shell) -> None:
    with closing(sqlite3.connect(database(shell))) as db:
        db.execute("INSERT OR REPLACE INTO meta VALUES ('mismatch', '[\"2025:35.72\"]')")
        db.commit()
    told = checks(shell)["sums"]
    assert not told["ok"]
    assert "2025:35.72" in told["detail"]
    assert "akk-tui sync" in told["cure"]


def test_nothing_is_repaired_while_the_profile_is_in_use(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    spoil(database(shell), "base")

    def used(*_: object) -> None:
        raise vault.InUse

    monkeypatch.setattr(vault, "alone", used)
    done = shell("doctor", "--repair")
    assert done.code == vault.InUse.exit_code
    assert "Tutup" in done.err
    assert list(database(shell).parent.glob("akk.db.damaged-*")) == []


def test_without_an_account_there_is_nothing_to_repair(empty: Shell) -> None:
    assert "repair" not in checks(empty, "--repair")


def test_without_room_nothing_is_repaired_and_it_says_what_to_do(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    path = database(shell)
    spoil(path, "base")
    before = path.read_bytes()

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(salvage.shutil, "copyfile", full)
    done = shell("doctor", "--repair")
    assert done.code == 6
    assert "penyimpanan penuh" in done.err
    assert "Kosongkan ruang disk sedikitnya" in done.err
    assert path.read_bytes() == before
    assert list(path.parent.glob("*damaged*")) == []


def test_another_programs_file_is_refused_in_words(shell: Shell) -> None:
    path = database(shell)
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        path.with_name(name).unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE customers (name TEXT)")
    before = path.read_bytes()
    done = shell("doctor", "--repair")
    assert done.code == 6
    assert "bukan milik akk-tui" in done.err
    assert path.read_bytes() == before


def test_a_damaged_file_with_work_that_could_not_be_read_is_named_until_it_is_gone(shell: Shell) -> None:
    shell("note", "add", "--subject", "35.72", "--title", "Belum terkirim", stdin="hanya di sini")
    path = database(shell)
    spoil(path, "outbox")
    told = checks(shell, "--repair")
    assert not told["repair"]["ok"]
    (kept,) = path.parent.glob("akk.db.damaged-*")
    found = checks(shell)["copies"]
    assert found["ok"], "nothing is wrong with the store"
    assert found["detail"].endswith(kept.name)
    kept.unlink()
    assert "copies" not in checks(shell)
