"""What an administrator does: functions of ``setup``, the commands of ``akk-server``, the schema, loading rows."""

from __future__ import annotations

import json
import os
import shutil
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from openapi_spec_validator import validate
from server_api import KABUPATEN, KOTA, Officer, OTHER, Server, UNIT
from sqlalchemy import ClauseElement, func, select, text, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from akk_tui.contract.errors import AkkError
from akk_tui.domain.instrument import Index
from akk_tui.server import auth, cli, errors, feed, judge, regions, scope, setup
from akk_tui.server.db import commit, schema
from akk_tui.server.db.engine import Database
from akk_tui.server.db.tables import LOG, METADATA, ROW
from akk_tui.server.instruments import built_in
from akk_tui.server.load import load_rows
from akk_tui.server.routes import log


class TestCommands:
    """``akk-server`` in this process; ``test_server_process`` starts it for real."""

    @pytest.fixture(autouse=True)
    def database(self, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(cli.DB_VARIABLE, str(server.where))
        monkeypatch.setenv("LC_ALL", "C")

    def test_an_officer_from_the_first_day_to_the_last(
        self, server: Server, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert cli.main(["user", "add", "sri", "--role", "petugas", "--display", "Sri Wahyuni"]) == 0
        assert cli.main(["assign", "sri", KOTA, KABUPATEN]) == 0
        assert cli.main(["assign", "sri", OTHER, "--cycle", "2025", "--read"]) == 0
        assert capsys.readouterr().out.split() == [UNIT, f"2025:{KABUPATEN}", f"2025:{OTHER}"]
        assert cli.main(["token", "sri"]) == 0
        out = capsys.readouterr().out
        number, token = out.split()
        officer = Officer(server.client, "sri", token)
        assert [grant["write"] for grant in officer.pull().head["scope"]] == [True, False, True]
        assert cli.main(["unassign", "sri", OTHER]) == 0
        assert capsys.readouterr().out.split() == [f"2025:{OTHER}"]
        assert len(officer.pull().head["scope"]) == 2
        assert cli.main(["user", "list"]) == 0
        assert capsys.readouterr().out == "sri\tpetugas\taktif\t2 daerah\t1 token\tSri Wahyuni\n"
        assert cli.main(["token", "--revoke", number]) == 0
        assert officer.ask().status_code == 401
        assert cli.main(["user", "disable", "sri"]) == 0
        assert cli.main(["--lang", "id", "user", "list"]) == 0
        assert "ditutup" in capsys.readouterr().out

    def test_a_token_in_a_file_that_only_its_owner_reads(
        self, server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        setup.add_user(server.database, "sri")
        target = tmp_path / "token" / "sri"
        assert cli.main(["token", "sri", "--out", str(target)]) == 0
        token = target.read_text().strip()
        assert token not in capsys.readouterr().out
        assert stat.S_IMODE(target.stat().st_mode) == 0o600
        assert Officer(server.client, "sri", token).pull()
        assert cli.main(["token", "--all", "sri"]) == 0
        assert "1 token" in capsys.readouterr().err
        assert cli.main(["token", "--all", "sri"]) == 0
        assert "0 token" in capsys.readouterr().err
        assert Officer(server.client, "sri", token).ask().status_code == 401

    def test_a_cycle_is_closed_and_opened(self, server: Server) -> None:
        sri = server.officer("sri", KOTA)
        for command, state in (("close", "closed"), ("close", "closed"), ("open", "open")):
            assert cli.main(["cycle", command, "2025"]) == 0
            assert sri.get("/v1/reference").json()["cycles"][0]["state"] == state

    @pytest.mark.parametrize(
        ("given", "code", "words"),
        [
            (["user", "add", "Sri W", "--role", "petugas"], 2, "Sri W"),
            (["user", "add", "../x", "--role", "petugas"], 2, "../x"),
            (["user", "add", "ani", "--role", "petugas"], 1, "ani"),
            (["user", "add", "sri", "--role", "bos"], 2, "bos"),
            (["user", "add", "sri"], 2, "--role"),
            (["user"], 2, "usage"),
            (["user", "disable", "tidak"], 1, "tidak"),
            (["assign", "tidak", KOTA], 1, "tidak"),
            (["assign", "ani", "35.99"], 1, "35.79 Kota Batu"),
            (["assign", "ani", "Kota Blita"], 1, "35.72 Kota Blitar"),
            (["assign", "ani", "zzz"], 1, "zzz"),
            (["assign", "ani", "99.01"], 1, "99.01"),
            (["assign", "ani", KOTA, "--cycle", "1999"], 1, "2025"),
            (["unassign", "ani", "35.99"], 1, "35.99"),
            (["cycle", "close", "1999"], 1, "2025"),
            (["token"], 2, "--revoke"),
            (["token", "tidak"], 1, "tidak"),
            (["token", "--revoke", "tidak"], 1, "tidak"),
            (["token", "--all", "tidak"], 1, "tidak"),
            (["token", "--all", "ani", "--revoke", "x"], 2, "--revoke"),
            (["run", "--workers", "0"], 2, "--workers"),
            (["run", "--port", "x"], 2, "--port"),
            (["run", "--port", "99999999"], 1, "99999999"),
            (["run", "--host", "host.invalid"], 1, "host.invalid"),
            (["user", "list", "--db", "/nix/da.db"], 1, "/nix/da.db"),
            (["user", "list", "--db", "nix://da"], 1, "nix://da"),
            (["user", "list", "--db", "://"], 1, "://"),
            (["init", "--db", "/nix/da.db"], 1, "/nix/da.db"),
            (["nix"], 2, "nix"),
            (["--lang", "fr", "openapi"], 2, "fr"),
            ([], 2, "usage"),
        ],
    )
    def test_what_cannot_be_done_is_said(
        self, ani: Officer, capsys: pytest.CaptureFixture[str], given: list[str], code: int, words: str
    ) -> None:
        assert cli.main(given) == code
        told = capsys.readouterr()
        assert told.out == ""
        assert words in told.err
        assert "Traceback" not in told.err

    def test_without_a_database(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        monkeypatch.delenv(cli.DB_VARIABLE)
        assert cli.main(["user", "list"]) == 2
        assert "--db" in capsys.readouterr().err

    def test_no_open_cycle(self, server: Server, ani: Officer, capsys: pytest.CaptureFixture[str]) -> None:
        setup.set_cycle(server.database, "2025", "closed")
        assert cli.main(["assign", "ani", OTHER]) == 1
        assert "--cycle" in capsys.readouterr().err
        assert cli.main(["assign", "ani", OTHER, "--cycle", "2025"]) == 0

    def test_the_openapi_document_is_valid(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert cli.main(["openapi"]) == 0
        document = json.loads(capsys.readouterr().out)
        validate(document)
        assert {"/v1/pull", "/v1/push", "/v1/reference"} <= set(document["paths"])

    def test_version_and_help(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert cli.main(["--version"]) == 0
        assert capsys.readouterr().out.startswith("akk-server ")
        assert cli.main(["--lang=id", "run", "--help"]) == 0
        assert "--port-file" in capsys.readouterr().out

    @pytest.mark.parametrize("cause", [KeyboardInterrupt, BrokenPipeError])
    def test_an_interrupt_and_a_reader_that_leaves_end_quietly(
        self, cause: type[BaseException], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
    ) -> None:
        def leave(_db: object) -> object:
            raise cause

        monkeypatch.setattr(setup, "list_users", leave)
        with open(os.devnull, "w") as stdout:
            monkeypatch.setattr(sys, "stdout", stdout)
            assert cli.main(["user", "list"]) == (130 if cause is KeyboardInterrupt else 1)
        assert capfd.readouterr().err == ""

    def test_a_database_that_is_none(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        junk = tmp_path / "junk.db"
        junk.write_bytes(b"bukan basis data " * 100)
        assert cli.main(["user", "list", "--db", str(junk)]) == 1
        assert str(junk) in capsys.readouterr().err
        empty = tmp_path / "empty.db"
        empty.touch()
        assert cli.main(["user", "list", "--db", str(empty)]) == 1
        assert "akk-server init" in capsys.readouterr().err

    def test_a_database_of_a_newer_version(self, server: Server, capsys: pytest.CaptureFixture[str]) -> None:
        with server.database.writing() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        assert cli.main(["user", "list"]) == 1
        assert "lebih baru" in capsys.readouterr().err
        assert cli.main(["init"]) == 1
        assert "lebih baru" in capsys.readouterr().err


class TestSchema:
    def test_the_migrations_make_the_tables_that_the_code_speaks_of(self, server: Server) -> None:
        with server.database.reading() as connection:
            assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
            assert schema.revision(connection) == schema.REVISIONS[-1]

    def test_postgresql_has_all_that_the_tables_and_statements_use(self) -> None:
        dialect = postgresql.dialect()
        for table in METADATA.sorted_tables:
            CreateTable(table).compile(dialect=dialect)
        for module in (auth, commit, feed, judge, log, scope):
            statements = [value for value in vars(module).values() if isinstance(value, ClauseElement)]
            assert statements
            for statement in statements:
                assert "?" not in str(statement.compile(dialect=dialect))
        assert "FOR UPDATE" in str(judge._ROWS.compile(dialect=dialect))

    def test_init_again_changes_nothing(self, server: Server, ani: Officer) -> None:
        before = ani.pull()
        setup.init_database(server.database)
        assert ani.pull() == before

    def test_files_are_made_for_their_owner_alone(self, tmp_path: Path) -> None:
        db = tmp_path / "new.db"
        before = os.umask(0)
        try:
            setup.init_database(db)
        finally:
            os.umask(before)
        database = Database(db)
        with database.writing() as connection:
            connection.execute(text("UPDATE head SET reference = reference"))
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.glob("new.db*")}
            assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
            assert connection.execute(text("PRAGMA synchronous")).scalar() == 2
        database.close()
        assert set(modes) == {"new.db", "new.db-wal", "new.db-shm"}
        assert set(modes.values()) == {0o600}

    def test_a_missing_driver_is_said(self) -> None:
        with pytest.raises(errors.DatabaseUnusable) as caught:
            Database("mysql+pymysql://u:secret@h/x")
        assert "secret" not in caught.value.words()


class TestSample:
    """``init --demo``: the sample's officers, scope and rows, also beside what is there."""

    @pytest.fixture
    def demo(self, tmp_path: Path, server_templates: Callable[[bool], Path]) -> Any:
        db = tmp_path / "demo.db"
        shutil.copyfile(server_templates(True), db)
        made = Server(db)
        yield made
        made.close()

    def officer(self, demo: Server, name: str) -> Officer:
        return Officer(demo.client, name, setup.issue_token(demo.database, name).token)

    def test_its_officers_see_their_regions(self, demo: Server) -> None:
        for name in ("contoh1", "contoh2", "contoh-verifikator"):
            officer = self.officer(demo, name)
            pulled = officer.pull(want={"cycles": ["2024", "2025"]})
            assert pulled.rows
            assert {row[2] for row in pulled.rows if row[1] == "standing"}
            reference = officer.get("/v1/reference").json()
            assert reference["sample"]["today"] == "2025-10-06"
            assert [cycle["state"] for cycle in reference["cycles"]] == ["closed", "open"]

    def test_init_again_and_over_a_database_in_use(self, demo: Server, server: Server, ani: Officer) -> None:
        before = self.officer(demo, "contoh1").pull()
        setup.init_database(demo.database, demo=True)
        assert self.officer(demo, "contoh1").pull().rows == before.rows
        setup.add_user(server.database, "contoh1", "petugas", display="Sudah ada")
        ani.do("assessment", f"{UNIT}:2.4", {"due": "2026-01-01"}, {"due": None})
        setup.init_database(server.database, demo=True)
        row = ani.pull().row("assessment", f"{UNIT}:2.4")
        assert row is not None
        assert row["due"] == "2026-01-01"
        shown = {user.name: user.display for user in setup.list_users(server.database)}
        assert shown["contoh1"] == "Sudah ada"
        assert shown["contoh2"] == "Petugas Contoh 2"

    def test_every_row_is_edited_like_any_other_and_has_a_log(self, demo: Server) -> None:
        officer = self.officer(demo, "contoh1")
        rows = {(row[1], row[2]): row[4] for row in officer.pull().rows}
        for (kind, key), _ in sorted(rows.items()):
            assert officer.get("/v1/log", kind=kind, key=key).json()["entries"], key
        key = f"2025:{KOTA}:2.4"
        due = rows[("assessment", key)].get("due")
        assert officer.do("assessment", key, {"due": "2026-01-01"}, {"due": due})[1] == "applied"


class TestLoad:
    INDEX = Index(built_in("2025"))

    def load(self, server: Server, *rows: dict[str, Any]) -> Any:
        made = [
            SimpleNamespace(**{"cycle": "2025", "region": KOTA, "by": "ani", "at": "2025-10-06T02:14:00Z", **row})
            for row in rows
        ]
        return server.database.write(lambda connection: load_rows(connection, made, {"2025": self.INDEX}))

    def test_rows_come_in_once(self, server: Server, ani: Officer) -> None:
        row = {"kind": "assessment", "key": f"{UNIT}:2.4", "fields": {"items": "420", "instrument": 1, "due": None}}
        empty = {"kind": "assessment", "key": f"{UNIT}:2.5", "fields": {"items": "00", "instrument": 1}}
        evidence = {f"evidence.2.1.{item}.{n}": {"title": "x"} for item in range(1, 12) for n in range(1, 6)}
        long = {"kind": "assessment", "key": f"{UNIT}:2.1", "fields": evidence}
        assert self.load(server, row, empty, long) is not None
        assert self.load(server, row, empty, long) is None
        pulled = ani.pull()
        assert pulled.row("assessment", f"{UNIT}:2.4") == {
            "items": "42", "instrument": 1, "by": "ani", "at": "2025-10-06T02:14:00Z"
        }  # fmt: skip
        assert pulled.row("assessment", f"{UNIT}:2.5") == {"by": "ani", "at": "2025-10-06T02:14:00Z"}
        entries = ani.get("/v1/log", kind="assessment", key=f"{UNIT}:2.1").json()["entries"]
        assert [len(entry["changed"]) for entry in entries] == [40, 15]
        (entry,) = ani.get("/v1/log", kind="assessment", key=f"{UNIT}:2.4").json()["entries"]
        assert entry["changed"] == {"item.2.4.1": "diterima", "item.2.4.2": "diunggah"}

    @pytest.mark.parametrize(
        "row",
        [
            {"kind": "assessment", "key": f"2025:{OTHER}:2.4", "fields": {}},
            {"kind": "assessment", "key": f"{UNIT}:9.9", "fields": {}},
            {"kind": "assessment", "key": UNIT, "fields": {}},
            {"kind": "assessment", "key": f"2024:{KOTA}:2.4", "fields": {}, "cycle": "2024"},
            {"kind": "assessment", "key": f"{UNIT}:2.4", "fields": {"due": "10 Okt"}},
            {"kind": "assessment", "key": f"{UNIT}:2.4", "fields": {"nix": 1}},
            {"kind": "assessment", "key": f"{UNIT}:2.4", "fields": {"items": "9", "instrument": 1}},
            {"kind": "assessment", "key": f"{UNIT}:2.4", "fields": {"items": "0" * 60 + "4", "instrument": 1}},
            {"kind": "assessment", "key": f"{UNIT}:2.4", "fields": {"items": "4"}},
            {"kind": "note", "key": "01900000-0000-7000-8000-00000000aa01", "fields": {"title": "x"}},
        ],
    )
    def test_what_the_contract_refuses_does_not_come_in(self, server: Server, row: dict[str, Any]) -> None:
        with pytest.raises(errors.BadRow):
            self.load(server, {"kind": "standing", "key": UNIT, "fields": {"stage": "calon"}}, row)
        with server.database.reading() as connection:
            assert connection.execute(select(func.count()).select_from(ROW)).scalar() == 0


class TestRegions:
    def test_all_of_them(self) -> None:
        found = {region.code: region for region in regions.built_in()}
        assert len(found) == 514
        assert found[KOTA].full_name == "Kota Blitar"
        assert {found["11.01"].zone, found["94.71"].zone if "94.71" in found else "WIT"} == {"WIB", "WIT"}
        assert {region.zone for region in found.values()} == {"WIB", "WITA", "WIT"}


def test_an_administrators_change_is_in_the_log(server: Server) -> None:
    setup.add_user(server.database, "sri")
    setup.assign(server.database, "sri", [KOTA])
    setup.set_role(server.database, "sri", "verifikator")
    setup.set_role(server.database, "sri", "verifikator")
    setup.unassign(server.database, "sri", [KOTA, OTHER])
    setup.unassign(server.database, "sri", [OTHER])
    setup.disable_user(server.database, "sri")
    with server.database.reading() as connection:
        rows = connection.execute(select(LOG.c.kind, LOG.c.key, LOG.c.officer).order_by(LOG.c.seq)).all()
    assert [tuple(row) for row in rows[-5:]] == [
        ("officer", "sri", "akk-server"), ("scope", UNIT, "akk-server"), ("officer", "sri", "akk-server"),
        ("scope", UNIT, "akk-server"), ("officer", "sri", "akk-server"),
    ]  # fmt: skip


def test_without_a_log_entry_there_is_no_change(server: Server, ani: Officer) -> None:
    server.take_no_more("log")
    response = ani.send(ani.op("assessment", f"{UNIT}:2.4", {"due": "2025-10-10"}, {"due": None}))
    assert response.status_code == 500
    assert ani.pull().rows == []
    with pytest.raises(Exception, match="full"):
        setup.assign(server.database, "ani", [OTHER])
    assert len(ani.pull().head["scope"]) == 2


def test_all_errors_have_a_sentence() -> None:
    params = {"db": "d", "reason": "r", "name": "n", "region": "x", "hint": "", "cycle": "c", "known": "k", "id": "i"}
    params |= {"kind": "k", "key": "y", "host": "h", "port": 1, "path": "p", "count": 1}
    params |= {"version": "v", "value": "w", "role": "r"}
    for error in vars(errors).values():
        if isinstance(error, type) and issubclass(error, AkkError) and error is not AkkError:
            words = error(**params).words()
            assert words
            assert "{" not in words


def test_the_number_of_a_row_is_taken_from_the_sequence(server: Server, ani: Officer) -> None:
    ani.do("assessment", f"{UNIT}:2.4", {"due": "2025-10-10"}, {"due": None})
    with server.database.writing() as connection:
        connection.execute(update(ROW).values(seq=ROW.c.seq + 0))
        numbers = connection.execute(select(ROW.c.seq)).scalars().all()
        assert numbers == [ani.pull().head["head"][0]]
