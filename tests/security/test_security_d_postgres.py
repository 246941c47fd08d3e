"""D9: on PostgreSQL the server's role has no DDL and cannot rewrite the audit, and everything works with it."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import forked
import httpx
import pytest
from postgres import APP, OWNER, Postgres
from programs import clean_env, Home, SERVER, wait_for
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from akk_tui.server.db.engine import Database

pytestmark = pytest.mark.security


def admin(url: str, *words: str, code: int = 0) -> forked.Done:
    done = forked.run(forked.SERVER, [*words, "--db", url], clean_env())
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture(scope="module")
def ready(postgres: Postgres) -> Postgres:
    """The tables made by their owner, the rights given to the server's role."""
    made = postgres.make("two_roles")
    admin(made.url(OWNER), "init", "--demo", "--app-role", APP)
    return made


class Running:
    """``akk-server run`` as the server's role, in two processes."""

    def __init__(self, postgres: Postgres, folder: Path) -> None:
        port_file = folder / "port"
        command = [*SERVER, "run", "--db", postgres.url(APP), "--port", "0", "--port-file", str(port_file)]
        self._log = (folder / "log").open("wb")
        self.process = subprocess.Popen([*command, "--workers", "2"], env=clean_env(), stderr=self._log)
        wait_for(lambda: port_file.exists() or self.process.poll() is not None, "the server writes its port")
        assert self.process.poll() is None, (folder / "log").read_text()
        self.url = f"http://127.0.0.1:{port_file.read_text().strip()}"

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)
        self._log.close()


@pytest.fixture
def running(ready: Postgres, tmp_path: Path) -> Iterator[Running]:
    made = Running(ready, tmp_path)
    yield made
    made.stop()


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE x (i int)", "CREATE INDEX x ON row (rev)",
        "CREATE FUNCTION x() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE SCHEMA x", "CREATE ROLE x", "DROP TABLE row", "DROP TABLE audit", "ALTER TABLE row ADD COLUMN x int",
        "ALTER TABLE audit DISABLE TRIGGER audit_keeps", "DROP TRIGGER audit_keeps ON audit", "TRUNCATE row",
        "TRUNCATE audit", "UPDATE audit SET actor = 'x'", "DELETE FROM audit", "DELETE FROM audit_head",
        "DELETE FROM log", "DELETE FROM mark", "DELETE FROM head", "UPDATE alembic_version SET version_num = '0001'",
        f"SET ROLE {OWNER}", "COPY row TO '/tmp/x'", "COPY row FROM PROGRAM 'id'",
        "SELECT pg_read_file('/etc/passwd')",
    ],
)  # fmt: skip
def test_d9_the_servers_role_cannot(ready: Postgres, statement: str) -> None:
    code, told = ready.sql(statement, role=APP)
    assert code != 0
    assert "permission denied" in told or "must be" in told, told


def test_d9_not_even_the_owner_changes_a_record(ready: Postgres) -> None:
    for statement in ("UPDATE audit SET actor = 'x'", "DELETE FROM audit", "TRUNCATE audit"):
        code, told = ready.sql(statement, role=OWNER)
        assert code != 0
        assert "append only" in told


def test_d9_the_server_serves_with_that_role(ready: Postgres, running: Running, tmp_path: Path) -> None:
    """Token, first sync, an edit and its push, administration, refusals, the proof of both logs."""
    token = tmp_path / "token"
    token.write_text(admin(ready.url(APP), "token", "contoh1").stdout.split()[-1] + "\n")
    home = Home(tmp_path / "home")
    home.ok("login", "--server", running.url, "--token-file", str(token))
    assert home.ok("sync")["pulled"] > 0
    region = home.ok("status")["regions"][0]["code"]
    home.ok("set", region, "due.2.4", "2026-01-01")
    assert home.ok("sync")["pushed"] == 1
    headers = {"Authorization": f"Bearer {token.read_text().strip()}"}
    entries = httpx.get(f"{running.url}/v1/log?unit=2025:{region}", headers=headers).json()["entries"]
    assert any(entry["changed"] == {"due": "2026-01-01"} for entry in entries)
    assert httpx.get(f"{running.url}/v1/reference").status_code == 401
    assert httpx.get(f"{running.url}/v1/ready").status_code == 200
    grant = {"client_id": "akk-tui", "host": "h", "user": "u", "client": "c", "lang": "id"}
    assert httpx.post(f"{running.url}/v1/device", data=grant).status_code == 200
    admin(ready.url(APP), "user", "disable", "contoh1")
    assert home.run("sync", "--json").code == 4
    head = tmp_path / "head"
    admin(ready.url(APP), "audit", "head", "--out", str(head))
    admin(ready.url(APP), "verify-log", "--head", str(head))
    kinds = set(ready.sql("SELECT DISTINCT event FROM audit")[1].splitlines())
    assert {"admin.token", "admin.officer", "read.log", "refused", "admin.app_role"} <= kinds


def test_d9_only_the_owner_migrates(ready: Postgres) -> None:
    """``init`` again by the owner keeps the rights; by the server's role it is no way to change a table."""
    admin(ready.url(OWNER), "init")
    assert ready.sql("SELECT count(*) FROM row", role=APP)[0] == 0
    assert ready.sql("CREATE TABLE x (i int)", role=APP)[0] != 0


def test_d9_a_role_that_is_not_there_is_said(ready: Postgres, tmp_path: Path) -> None:
    for name in ("nobody_here", "x; DROP TABLE row", 'x"y'):
        assert name.split(";")[0][:9] in admin(ready.url(OWNER), "init", "--app-role", name, code=1).stderr
    admin(str(tmp_path / "a.db"), "init", "--app-role", APP, code=1)
    assert ready.sql("SELECT count(*) FROM row")[0] == 0


def test_d9_an_odd_name_of_a_role_is_only_a_name(ready: Postgres) -> None:
    ready.sql("""CREATE ROLE "Odd ""role; DROP TABLE row" LOGIN""")
    admin(ready.url(OWNER), "init", "--app-role", 'Odd "role; DROP TABLE row')
    assert ready.sql("SELECT count(*) FROM row", role='Odd "role; DROP TABLE row')[0] == 0
    admin(ready.url(OWNER), "init", "--app-role", APP)


def test_d4_a_statement_that_runs_too_long_is_ended(ready: Postgres) -> None:
    database = Database(ready.url(APP), seconds=0.3)

    def slow() -> Any:
        with database.reading() as connection:
            return connection.execute(text("SELECT pg_sleep(30)")).scalar()

    with pytest.raises(OperationalError, match="statement timeout"):
        slow()
    with database.reading() as connection:
        assert connection.execute(text("SELECT 1")).scalar() == 1
    database.close()
