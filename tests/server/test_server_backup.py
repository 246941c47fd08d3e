"""``akk-server backup``: a whole copy while the server serves, and a server again when it is laid in its place."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from server_api import Officer, Server, UNIT

from akk_tui.server import backup, cli, restore
from akk_tui.server.db.engine import Database

ROW = f"{UNIT}:2.4"


def saved(server: Server, target: Path) -> int:
    return cli.main(["--lang", "id", "backup", str(target), "--db", str(server.db)])


@pytest.mark.sqlite
def test_a_copy_of_one_moment_is_a_server_again(
    server: Server, ani: Officer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "backup.db"
    ani.do("assessment", ROW, {"due": "2025-10-10"}, {"due": None})
    with server.database.writing() as connection:
        # Somebody writes while the copy is made: what is not committed is not in it.
        connection.exec_driver_sql("UPDATE head SET reference = reference + 1")
        assert saved(server, target) == 0
    assert f"{target.stat().st_size} byte" in capsys.readouterr().err
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith((".backup", "backup"))] == ["backup.db"]
    old = ani.pull().head["head"]
    ani.do("assessment", ROW, {"due": "2025-10-11"}, {"due": "2025-10-10"})
    new = ani.pull().head["head"]
    server.close()
    for ending in ("-wal", "-shm"):
        server.db.with_name(server.db.name + ending).unlink(missing_ok=True)
    shutil.copyfile(target, server.db)
    server.reopen()
    ani.client = server.client
    assert ani.pull(witness=old).row("assessment", ROW)["due"] == "2025-10-10"  # pyright: ignore[reportOptionalSubscript]
    # Who has seen what came later is told that this is not the history it knows.
    assert ani.ask(witness=new).status_code == 409
    with server.database.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    assert cli.main(["verify-log", "--db", str(server.db)]) == 0


@pytest.mark.sqlite
def test_nothing_is_overwritten_and_nothing_is_left(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "there.db"
    target.write_bytes(b"x")
    assert saved(server, target) == 1
    assert "sudah ada" in capsys.readouterr().err
    assert target.read_bytes() == b"x"
    assert saved(server, tmp_path / "nowhere" / "backup.db") == 1
    assert "tidak dibuat" in capsys.readouterr().err
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.sqlite
def test_a_copy_that_cannot_be_read_gets_no_name(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "check_schema", lambda _: (_ for _ in ()).throw(OSError(5, "x")))
    with pytest.raises(backup.BackupFailed):
        backup.backup(str(server.db), tmp_path / "backup.db")
    assert not [path for path in tmp_path.iterdir() if "backup" in path.name]


def test_postgresql_has_tools_of_its_own(on_postgres: Server, tmp_path: Path) -> None:
    assert not Database(on_postgres.where).is_sqlite
    with pytest.raises(backup.BackupFailed, match=r".*") as caught:
        backup.backup(str(on_postgres.where), tmp_path / "backup.db")
    assert "pg_dump" in caught.value.words()


def restored(server: Server, source: Path) -> int:
    return cli.main(["--lang", "id", "restore", str(source), "--db", str(server.db)])


@pytest.mark.sqlite
@pytest.mark.parametrize("how", ["killed", "damaged", "gone"])
def test_a_backup_takes_the_place_also_of_what_a_kill_left(
    server: Server, ani: Officer, tmp_path: Path, capsys: pytest.CaptureFixture[str], how: str
) -> None:
    target = tmp_path / "backup.db"
    assert saved(server, target) == 0
    for day in range(10, 25):
        ani.do("assessment", ROW, {"due": f"2025-10-{day}"}, {"due": f"2025-10-{day - 1}" if day > 10 else None})
    # What a killed server leaves: its WAL, whose pages are newer than the backup.
    killed = [(path.name, path.read_bytes()) for path in server.db.parent.glob(f"{server.db.name}*")]
    assert any(name.endswith("-wal") and held for name, held in killed)
    server.close()
    for name, held in killed:
        (server.db.parent / name).write_bytes(held)
    if how == "damaged":
        server.db.write_bytes(b"\0" * 4096)
    elif how == "gone":
        server.db.unlink()
    assert restored(server, target) == 0
    said = capsys.readouterr().err
    (before,) = {path.with_name(path.name.partition("-wal")[0]) for path in server.db.parent.glob("*.before-*-wal")}
    assert f"Basis data sebelumnya: {before}\n" in said
    if how == "killed":
        with closing(sqlite3.connect(before)) as old:
            assert "2025-10-24" in old.execute("SELECT data FROM row WHERE key = ?", (ROW,)).fetchone()[0]
    assert not list(server.db.parent.glob(".*"))
    assert stat.S_IMODE(server.db.stat().st_mode) == 0o600
    server.reopen()
    ani.client = server.client
    assert ani.pull().row("assessment", ROW) is None
    with server.database.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        told = connection.exec_driver_sql("SELECT event, detail FROM audit ORDER BY n DESC LIMIT 1").one()
    assert told[0] == "admin.restore"
    assert "backup.db" in told[1]
    assert cli.main(["verify-log", "--db", str(server.db)]) == 0


@pytest.mark.sqlite
def test_a_copy_that_cannot_be_written_is_told_in_one_sentence(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "backup.db"
    server.take_no_more("audit")
    assert saved(server, target) == 0
    server.close()
    held = server.db.read_bytes()
    capsys.readouterr()
    assert restored(server, target) == 1
    assert capsys.readouterr().err == f"Cadangan {target} tidak dipulihkan: full\n"
    assert server.db.read_bytes() == held
    assert not list(server.db.parent.glob(".*"))


@pytest.mark.sqlite
def test_what_restores_put_aside_is_named_and_never_overwritten(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "backup.db"
    assert saved(server, target) == 0
    server.close()
    monkeypatch.setattr(restore, "now_text", lambda: "2025-10-06T02:00:00Z")
    assert restored(server, target) == 0
    assert "terdahulu" not in capsys.readouterr().err
    (first,) = aside = set(server.db.parent.glob("*.before-restore-*"))
    held = first.read_bytes()
    assert restored(server, target) == 0
    said = capsys.readouterr().err
    assert f"masih ada 1 berkas ({len(held)} byte) di sampingnya, misalnya {first}.\n" in said
    assert first.read_bytes() == held
    (second,) = set(server.db.parent.glob("*.before-restore-*")) - aside
    assert f"Basis data sebelumnya: {second}\n" in said


@pytest.mark.sqlite
def test_what_a_restore_left_that_was_killed_goes_with_the_next(server: Server, tmp_path: Path) -> None:
    target = tmp_path / "backup.db"
    assert saved(server, target) == 0
    server.close()
    with subprocess.Popen(["true"]) as dead:
        dead.wait()
    torn = [server.db.with_name(f".{server.db.name}.{dead.pid}{ending}") for ending in ("", "-wal", "-journal")]
    kept = [server.db.with_name(f".{server.db.name}.{odd}") for odd in (os.getppid(), f"seal-key.{dead.pid}.ab")]
    for one in (*torn, *kept):
        one.write_bytes(b"x")
    assert restored(server, target) == 0
    assert {one.exists() for one in torn} == {False}
    assert {one.exists() for one in kept} == {True}


@pytest.mark.sqlite
@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_where_the_database_is_gone_the_new_one_is_of_whom_the_folder_is(server: Server, tmp_path: Path) -> None:
    target = tmp_path / "backup.db"
    assert saved(server, target) == 0
    server.close()
    folder = tmp_path / "served"
    folder.mkdir()
    os.chown(folder, 65534, 65534)
    assert cli.main(["restore", str(target), "--db", str(folder / "server.db")]) == 0
    found = (folder / "server.db").stat()
    assert (found.st_uid, found.st_gid) == (65534, 65534)


@pytest.mark.sqlite
def test_what_is_no_backup_is_not_restored(server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    server.close()
    held = server.db.read_bytes()
    foreign, newer, text = tmp_path / "foreign.db", tmp_path / "newer.db", tmp_path / "text"
    text.write_text("x" * 4096)
    with closing(sqlite3.connect(foreign)) as db:
        db.execute("CREATE TABLE x (y)")
    assert saved(server, newer) == 0
    with closing(sqlite3.connect(newer)) as db, db:
        db.execute("UPDATE alembic_version SET version_num = '9999'")
    for one in (foreign, newer, text, tmp_path / "nowhere", server.db):
        capsys.readouterr()
        assert restored(server, one) == 1
        assert "akk-server" in capsys.readouterr().err or one != foreign
        assert server.db.read_bytes() == held
    assert not list(tmp_path.glob("**/*before-restore*"))
    assert cli.main(["restore", str(newer), "--db", "postgresql+psycopg://x@/y"]) == 1
    assert "pg_restore" in capsys.readouterr().err


@pytest.mark.sqlite
def test_a_backup_of_an_earlier_version_is_brought_up_to_date(server: Server, tmp_path: Path) -> None:
    server.close()
    target = tmp_path / "backup.db"
    assert saved(server, target) == 0
    with closing(sqlite3.connect(target)) as db, db:
        db.execute("DROP TABLE replica")
        db.execute("UPDATE alembic_version SET version_num = '0003'")
    assert restored(server, target) == 0
    server.reopen()
    with server.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == "0004"


_HOLDS = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute("SELECT 1 FROM head").fetchall()
print(flush=True)
sys.stdin.read()
"""


@pytest.mark.sqlite
def test_nothing_is_restored_under_a_server(server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "backup.db"
    assert saved(server, target) == 0
    server.close()
    # Another process: locks of files hold between processes alone.
    words = [sys.executable, "-c", _HOLDS, str(server.db)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        assert restored(server, target) == 1
        assert "hentikan server dulu" in capsys.readouterr().err
        assert not list(tmp_path.glob("**/*before-restore*"))
        other.communicate()
    assert restored(server, target) == 0
