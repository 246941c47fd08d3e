"""A1 and A2: no act without a record, and both chains proved; each kind of tampering is named."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from apis import KOTA, Officer, OTHER, records, Server, UNIT
from sqlalchemy import Engine, event, select
from sqlalchemy.exc import DBAPIError

from akk_tui.server import audit, cli, setup
from akk_tui.server.db.tables import METADATA

pytestmark = pytest.mark.security

ACTS: dict[str, Callable[[Server], object]] = {
    "user add": lambda api: setup.add_user(api.database, "sri"),
    "role": lambda api: setup.set_role(api.database, "ani", "verifikator"),
    "user disable": lambda api: setup.disable_user(api.database, "ani"),
    "assign": lambda api: setup.assign(api.database, "ani", [OTHER]),
    "unassign": lambda api: setup.unassign(api.database, "ani", [KOTA]),
    "cycle": lambda api: setup.set_cycle(api.database, "2025", "closed"),
    "token": lambda api: setup.issue_token(api.database, "ani"),
    "revoke": lambda api: setup.revoke_all(api.database, "ani"),
    "demo": lambda api: setup.init_database(api.database, demo=True),
}
"""Everything that ``akk-server`` changes on the command line."""


def everything(api: Server) -> list[str]:
    """All rows of all tables but the audit's."""
    tables = [table for table in METADATA.sorted_tables if not table.name.startswith("audit")]
    with api.database.reading() as connection:
        return [
            f"{table.name} {row}" for table in tables for row in sorted(map(repr, connection.execute(select(table))))
        ]


@pytest.mark.usefixtures("ani")
@pytest.mark.parametrize("act", ACTS)
def test_a1_each_act_of_administration_has_its_record(api: Server, act: str) -> None:
    before = len(records(api.database))
    ACTS[act](api)
    made = records(api.database)[before:]
    assert made
    assert {one.actor for one in made} == {audit.ADMINISTRATOR}
    assert all(one.event.startswith("admin.") for one in made)
    assert all(json.loads(one.detail)["by"] for one in made)


@pytest.mark.usefixtures("ani")
@pytest.mark.parametrize("act", ACTS)
def test_a1_without_a_record_there_is_no_act(api: Server, act: str) -> None:
    api.take_no_more("audit")
    before = everything(api)
    with pytest.raises(DBAPIError, match="full"):
        ACTS[act](api)
    assert everything(api) == before


def test_a1_reading_the_log_is_recorded_and_refused_when_it_cannot_be(api: Server, ani: Officer) -> None:
    ani.do("assessment", f"{UNIT}:2.4", {"due": "2025-10-10"}, {"due": None})
    assert ani.get("/v1/log", kind="assessment", key=f"{UNIT}:2.4").status_code == 200
    assert ani.get("/v1/log", unit=UNIT).status_code == 200
    assert ani.get("/v1/logs", units=f"{UNIT}@0").status_code == 200
    one, other, third = records(api.database, "read.log")
    assert (one.actor, json.loads(one.detail)) == ("ani", {"kind": "assessment", "key": f"{UNIT}:2.4"})
    assert json.loads(other.detail) == json.loads(third.detail) == {"unit": UNIT, "after": 0}
    api.take_no_more("audit")
    for response in (ani.get("/v1/log", unit=UNIT), ani.get("/v1/logs", units=f"{UNIT}@0")):
        assert response.status_code == 500
        assert "entries" not in response.text


def test_a1_the_database_itself_takes_no_change_of_a_record(api: Server, ani: Officer) -> None:
    for statement in ("UPDATE audit SET actor = 'x'", "DELETE FROM audit WHERE n = 1"):
        with pytest.raises(DBAPIError, match="append only"), api.database.writing() as connection:
            connection.exec_driver_sql(statement)
    assert [one.n for one in records(api.database)] == list(range(1, len(records(api.database)) + 1))


def test_a1_what_is_recorded_is_clean_and_bounded(api: Server) -> None:
    with api.database.writing() as connection:
        audit.record(
            connection, "sign_in", actor="x\x1b[2J\n" * 90, address="y" * 300, detail={"a\n": ["b\x07" * 999] * 2000}
        )
    (one,) = records(api.database, "sign_in")
    assert len(one.actor) <= 64
    assert len(one.address) <= 64
    assert not set(one.actor + one.detail) & set("\x1b\n\x07")
    assert len(one.detail) < 400_000


class Tampered:
    """A server whose log and audit hold some acts, to be changed behind its back."""

    def __init__(self, api: Server, ani: Officer, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.api = api
        self.ani = ani
        self.head_file = folder / "head.json"
        self._capsys = capsys
        for day in range(10, 16):
            self.edit(day)
        assert cli.main(["audit", "head", "--db", str(api.where), "--out", str(self.head_file)]) == 0
        self.head = json.loads(self.head_file.read_text())

    def edit(self, day: int) -> None:
        was = None if day == 10 else f"2025-10-{day - 1}"
        assert self.ani.do("assessment", f"{UNIT}:2.4", {"due": f"2025-10-{day}"}, {"due": was})[1] == "applied"

    def sql(self, *statements: str) -> None:
        with self.api.database.writing() as connection:
            if self.api.database.is_sqlite:
                for name in ("audit_keeps", "audit_stays"):
                    connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
            else:
                connection.exec_driver_sql("ALTER TABLE audit DISABLE TRIGGER USER")
            for statement in statements:
                connection.exec_driver_sql(statement)

    def found(self, *more: str) -> list[tuple[str, str]]:
        """What ``verify-log`` names: chain and numbers; checked against its exit code."""
        self._capsys.readouterr()
        code = cli.main(["verify-log", "--db", str(self.api.where), *more])
        out = self._capsys.readouterr().out
        named = [(line.split("\t")[0], line.split("\t")[1]) for line in out.splitlines()]
        assert code == (1 if named else 0)
        return named


@pytest.fixture
def tampered(api: Server, ani: Officer, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Tampered:
    return Tampered(api, ani, tmp_path, capsys)


class TestA2Audit:
    def test_a2_what_is_whole_is_proved(self, tampered: Tampered) -> None:
        assert tampered.found() == []
        assert tampered.found("--head", str(tampered.head_file)) == []
        tampered.edit(16)
        setup.add_user(tampered.api.database, "sri")
        assert tampered.found("--head", str(tampered.head_file)) == []

    @pytest.mark.parametrize("column", ["at", "event", "actor", "address", "detail", "hash"])
    def test_a2_a_changed_record_is_named(self, tampered: Tampered, column: str) -> None:
        value = {"detail": """'{"a":1}'""", "hash": f"'{'1' * 64}'"}.get(column, "'x'")
        tampered.sql(f"UPDATE audit SET {column} = {value} WHERE n = 3")
        assert ("audit", "3") in tampered.found()

    def test_a2_a_detail_that_is_no_longer_json_is_named(self, tampered: Tampered) -> None:
        tampered.sql("UPDATE audit SET detail = '{\"a\": ' WHERE n = 3")
        assert tampered.found() == [("audit", "3")]

    def test_a2_a_deleted_record_is_named(self, tampered: Tampered) -> None:
        tampered.sql("DELETE FROM audit WHERE n = 3")
        assert tampered.found() == [("audit", "3")]

    def test_a2_swapped_records_are_named(self, tampered: Tampered) -> None:
        tampered.sql(
            "UPDATE audit SET n = -3 WHERE n = 3",
            "UPDATE audit SET n = 3 WHERE n = 4",
            "UPDATE audit SET n = 4 WHERE n = -3",
        )
        assert {("audit", "3"), ("audit", "4")} <= set(tampered.found())

    def test_a2_a_record_with_a_hash_of_its_own_breaks_the_next(self, tampered: Tampered) -> None:
        """Whoever changes a record and its hash has to write all later ones anew."""
        second, third = records(tampered.api.database)[1:3]
        forged = third._replace(actor="nobody")
        digest = audit.hash_of(second.hash, forged)
        tampered.sql(f"UPDATE audit SET actor = 'nobody', hash = '{digest}' WHERE n = 3")
        assert tampered.found() == [("audit", "4")]

    def test_a2_an_end_that_was_cut_off_is_named(self, tampered: Tampered) -> None:
        n = tampered.head["audit"]["n"]
        before = records(tampered.api.database)[n - 3]
        tampered.sql(f"DELETE FROM audit WHERE n > {n - 2}")
        assert tampered.found() == [("audit", f"{n - 1}–{n}")]
        tampered.sql(f"UPDATE audit_head SET n = {before.n}, hash = '{before.hash}'")
        assert tampered.found() == []
        assert tampered.found("--head", str(tampered.head_file)) == [("audit", f"{n - 1}–{n}")]

    def test_a2_a_history_that_was_written_anew_shows_against_the_exported_head(self, tampered: Tampered) -> None:
        previous, statements = audit.GENESIS, []
        for one in records(tampered.api.database):
            forged = one._replace(actor="nobody")
            previous = audit.hash_of(previous, forged)
            statements.append(f"UPDATE audit SET actor = 'nobody', hash = '{previous}' WHERE n = {one.n}")
        tampered.sql(*statements, f"UPDATE audit_head SET hash = '{previous}'")
        assert tampered.found() == []
        assert tampered.found("--head", str(tampered.head_file)) == [("audit", f"1–{tampered.head['audit']['n']}")]


class TestA2Log:
    """The operations' log of the sync's rule 6; the last six commits are one operation each."""

    @pytest.fixture
    def seq(self, tampered: Tampered) -> int:
        return tampered.head["log"]["seq"]

    @pytest.mark.parametrize("column", ["op", "officer", "at", "kind", "key", "result", "body"])
    def test_a2_a_changed_operation_is_named(self, tampered: Tampered, seq: int, column: str) -> None:
        value = "replace(body, '2025', '2024')" if column == "body" else "'x'"
        tampered.sql(f"UPDATE log SET {column} = {value} WHERE seq = {seq - 2}")
        assert tampered.found() == [("log", str(seq - 2))]

    def test_a2_a_deleted_operation_is_named(self, tampered: Tampered, seq: int) -> None:
        tampered.sql(f"DELETE FROM log WHERE seq = {seq - 2}")
        assert tampered.found() == [("log", str(seq - 2))]

    def test_a2_one_of_many_in_a_commit_is_named(self, tampered: Tampered) -> None:
        ani = tampered.ani
        ani.push(*(ani.op("assessment", f"{UNIT}:1.{i}", {"summary": "x"}, {"summary": None}) for i in range(1, 4)))
        seq = tampered.api.database.write(
            lambda connection: connection.exec_driver_sql("SELECT seq FROM head").scalar()
        )
        assert tampered.found() == []
        tampered.sql(f"DELETE FROM log WHERE seq = {seq - 1}")
        assert tampered.found() == [("log", str(seq - 1))]

    def test_a2_swapped_operations_are_named(self, tampered: Tampered, seq: int) -> None:
        tampered.sql(
            f"UPDATE log SET seq = -1 WHERE seq = {seq - 2}",
            f"UPDATE log SET seq = {seq - 2} WHERE seq = {seq - 1}",
            f"UPDATE log SET seq = {seq - 1} WHERE seq = -1",
        )
        assert tampered.found() == [("log", str(seq - 2)), ("log", str(seq - 1))]

    def test_a2_an_added_operation_is_named(self, tampered: Tampered, seq: int) -> None:
        copied = "SELECT 'x', {0}, officer, at, kind, key, result, replace(body, '\"op\"', '\"op_\"') FROM log"
        tampered.sql(f"INSERT INTO log {copied.format(seq - 2)} WHERE seq = {seq}")
        assert ("log", str(seq - 2)) in tampered.found()
        tampered.sql("DELETE FROM log WHERE op = 'x'", f"INSERT INTO log {copied.format(seq + 5)} WHERE seq = {seq}")
        assert tampered.found() == [("log", str(seq + 5))]

    @pytest.mark.parametrize("column", ["digest", "chain"])
    def test_a2_a_changed_commit_is_named(self, tampered: Tampered, seq: int, column: str) -> None:
        tampered.sql(f"UPDATE mark SET {column} = '{'1' * 64}' WHERE seq = {seq - 2}")
        assert ("log", str(seq - 2)) in tampered.found()

    def test_a2_an_end_that_was_cut_off_is_named(self, tampered: Tampered, seq: int) -> None:
        tampered.sql(f"DELETE FROM log WHERE seq > {seq - 2}", f"DELETE FROM mark WHERE seq > {seq - 2}")
        assert tampered.found() == [("log", f"{seq - 1}–{seq}")]
        wanted = f"(SELECT {{0}} FROM mark WHERE seq = {seq - 2})"
        tampered.sql(
            f"UPDATE head SET seq = {seq - 2}, mark = {wanted.format('mark')}, chain = {wanted.format('chain')}"
        )
        assert tampered.found() == []
        assert tampered.found("--head", str(tampered.head_file)) == [("log", f"{seq - 1}–{seq}")]


def test_a2_the_whole_audit_can_be_taken_elsewhere(api: Server, ani: Officer, tmp_path: Path) -> None:
    taken = tmp_path / "audit.jsonl"
    assert cli.main(["audit", "export", str(taken), "--db", str(api.where)]) == 0
    assert taken.stat().st_mode & 0o777 == 0o600
    *lines, last = map(json.loads, taken.read_text().splitlines())
    assert [line["n"] for line in lines] == list(range(1, last["audit"]["n"] + 1))
    assert lines[-1]["event"] == "admin.audit_export"
    previous = audit.GENESIS
    for line in lines:
        entry = audit.Record(
            **{**line, "detail": json.dumps(line["detail"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)}
        )
        previous = audit.hash_of(previous, entry)
        assert previous == line["hash"]
    assert cli.main(["verify-log", "--db", str(api.where), "--head", str(taken)]) == 0


@pytest.mark.parametrize("text", ["", "{}", "x", '{"at":"x","audit":{"n":1,"hash":"x"}}'])
def test_a2_a_file_that_holds_no_head_is_refused(
    api: Server, tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "head"
    file.write_text(text)
    assert cli.main(["verify-log", "--db", str(api.where), "--head", str(file)]) == 2
    assert cli.main(["verify-log", "--db", str(api.where), "--head", str(tmp_path / "none")]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_a5_an_export_that_is_not_on_record_leaves_no_file(api: Server, tmp_path: Path) -> None:
    taken, before = tmp_path / "audit.jsonl", len(records(api.database, "admin.audit_export"))

    def no_room(_connection: object) -> None:
        raise OSError(28, "No space left on device")

    event.listen(Engine, "commit", no_room)
    try:
        with pytest.raises(OSError, match="No space"):
            cli.main(["audit", "export", str(taken), "--db", str(api.where)])
    finally:
        event.remove(Engine, "commit", no_room)
    assert list(tmp_path.glob("*audit*")) == []
    assert len(records(api.database, "admin.audit_export")) == before
