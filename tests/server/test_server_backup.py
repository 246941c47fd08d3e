"""``akk-server backup``: a whole copy while the server serves, and a server again when it is laid in its place."""

from __future__ import annotations

import shutil
import stat
from pathlib import Path

import pytest
from server_api import Officer, Server, UNIT

from akk_tui.server import backup, cli
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
