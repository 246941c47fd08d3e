"""Work carried on foot: a sealed file to the server, its answers back; the network later changes nothing."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import forked
import pytest
from postgres import answers, Cluster, on_both
from programs import clean_env, Home, Result, ServerProcess

REGION, OTHER, ITEM = "35.72", "52.71", "2.4.1"
FIELD = f"item.{ITEM}"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    on_both(metafunc, "server")


@pytest.fixture(scope="module")
def demo_cluster(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The sample data in PostgreSQL, kept as ``demo``; the file of the key that files are sealed to."""
    key = tmp_path_factory.mktemp("demo-postgres") / "seal-key"
    done = forked.run(forked.SERVER, ["init", "--demo", "--seal-key", str(key), "--db", cluster.url], clean_env())
    assert done.returncode == 0, done.stderr
    cluster.save("demo")
    yield key
    cluster.back("saved")


@pytest.fixture
def server(request: pytest.FixtureRequest, tmp_path: Path, demo_database: Path) -> Iterator[ServerProcess]:
    """A running server with the sample data, on either database."""
    folder = tmp_path / "server"
    shutil.copytree(demo_database, folder)
    made = ServerProcess(folder)
    if request.param == "postgres":
        cluster: Cluster = request.getfixturevalue("cluster")
        shutil.copy(request.getfixturevalue("demo_cluster"), folder / "server.db.seal-key")
        cluster.back("demo")
        made.where = cluster.url
        made.db.unlink()
    made.start()
    yield made
    made.stop(signal.SIGKILL)


def admin(server: ServerProcess, *words: str) -> Result:
    named = ["--seal-key", f"{server.db}.seal-key"] if words[0] == "import-bundle" else []
    done = forked.run(forked.SERVER, [*words, *named, "--db", server.where], clean_env())
    return Result(done.returncode, done.stdout, done.stderr)


def log_of(server: ServerProcess) -> list[tuple[Any, ...]]:
    """The accepted operations of officers, in the server's order."""
    return answers(
        server.where,
        "SELECT op, officer, kind, key, result, body FROM log WHERE kind IN ('assessment', 'note') ORDER BY seq",
    )


def stands_on(server: ServerProcess) -> tuple[Any, ...]:
    """All rows with their numbers, and the log: what nothing but a newly accepted operation changes."""
    return answers(server.where, "SELECT kind, key, rev, seq, data FROM row ORDER BY kind, key"), log_of(server)


def work(home: Home) -> list[str]:
    """Two states of one item (the second builds on the first) and a note; the ids of the operations."""
    for state in others(home)[:2]:
        home.ok("tick", REGION, ITEM, state)
    home.ok("note", "add", "--subject", REGION, "--title", "Rapat tertutup", text="Bendahara mengaku")
    return [one["op"] for one in home.ok("outbox", "list")["operations"]]


def state_of(home: Home) -> str:
    (region,) = home.ok("status", REGION)["regions"]
    return next(one["state"] for part in region["indicators"] for one in part["items"] if one["id"] == ITEM)


def others(home: Home) -> list[str]:
    """The states that the item is not in."""
    now = state_of(home)
    return [one for one in ("diunggah", "diverifikasi", "diterima", "perlu_perbaikan") if one != now]


def waiting(home: Home) -> list[dict[str, Any]]:
    return home.ok("outbox", "list")["operations"]


def export(home: Home, path: Path) -> Path:
    done = home.run("outbox", "export", str(path))
    assert done.code == 0, done
    return path


def test_work_goes_there_as_a_file_and_its_answers_come_back(
    server: ServerProcess, officers: tuple[Home, Home], tmp_path: Path
) -> None:
    first, second = officers
    server.stop()
    ops = work(first)
    stick = export(first, tmp_path / "stick" / "kiriman.age")
    assert stick.read_bytes().startswith(b"age-encryption.org/v1")
    assert [one["state"] for one in waiting(first)] == ["queued"] * 3
    before = len(log_of(server))

    done = admin(server, "import-bundle", str(stick))
    assert (done.code, done.out) == (0, "applied\t3\n")
    assert "import-answers" in done.err
    entries = log_of(server)[before:]
    assert [(op, officer, result) for op, officer, _, _, result, _ in entries] == [
        (op, "contoh1", "applied") for op in ops
    ]
    assert f'"prev":"{ops[0]}"' in entries[1][-1]

    answers = stick.with_name("kiriman-jawaban.age")
    assert b"Rapat" not in answers.read_bytes()
    read = first.ok("outbox", "import-answers", str(answers))
    assert read == {"pushed": 3, "conflicts": 0, "refused": 0, "waiting": 0, "late": False}
    assert waiting(first) == []
    # The same file again tells nothing new.
    assert first.ok("outbox", "import-answers", str(answers))["pushed"] == 0

    server.start()
    assert first.ok("sync")["pushed"] == 0
    assert second.ok("sync")["conflicts"] == 0
    assert len(log_of(server)) == before + 3
    assert admin(server, "verify-log").code == 0


@pytest.mark.parametrize("first_way", ["network", "file"])
def test_the_other_way_later_changes_nothing(
    server: ServerProcess, officers: tuple[Home, Home], tmp_path: Path, first_way: str
) -> None:
    first, _ = officers
    work(first)
    stick = export(first, tmp_path / "kiriman.age")
    if first_way == "network":
        assert first.ok("sync")["pushed"] == 3
    else:
        assert admin(server, "import-bundle", str(stick)).code == 0
    stands = stands_on(server)
    again = admin(server, "import-bundle", str(stick))
    assert (again.code, again.out) == (0, "applied\t3\n")
    assert "0 di antaranya baru" in again.err
    if first_way == "file":
        assert first.ok("sync")["pushed"] == 3
    assert stands_on(server) == stands
    assert waiting(first) == []
    late = first.ok("outbox", "import-answers", str(tmp_path / "kiriman-jawaban.age"))
    assert (late["pushed"], late["conflicts"], late["refused"]) == (0, 0, 0)


def test_what_is_judged_otherwise_comes_back_as_that(
    server: ServerProcess, officers: tuple[Home, Home], tmp_path: Path
) -> None:
    first, second = officers
    mine, theirs = others(first)[1:3]
    second.ok("tick", REGION, ITEM, theirs)
    assert second.ok("sync")["pushed"] == 1
    work(first)
    first.ok("tick", OTHER, ITEM, "diunggah")
    server.admin("unassign", "contoh1", OTHER)
    stick = export(first, tmp_path / "kiriman.age")
    done = admin(server, "import-bundle", str(stick))
    assert (done.code, sorted(done.out.split())) == (
        5,
        sorted(["applied", "1", "conflict", "1", "wait", "1", "forbidden", "1"]),
    )
    back = first.run("outbox", "import-answers", str(tmp_path / "kiriman-jawaban.age"), "--json")
    assert (back.code, back.json["conflicts"], back.json["refused"]) == (5, 1, 1)
    (clash,) = first.ok("conflicts")["conflicts"]
    assert (clash["mine"], clash["theirs"]) == ({FIELD: mine}, {FIELD: theirs})

    lifted = admin(server, "import-bundle", str(stick), "--override-scope")
    assert (lifted.code, "applied\t2" in lifted.out) == (5, True)
    assert {officer for _, officer, *_ in log_of(server)[-1:]} == {"contoh1"}
    taken = first.run("outbox", "import-answers", str(tmp_path / "kiriman-jawaban.age"), "--json")
    assert (taken.code, taken.json["pushed"]) == (5, 1)


@pytest.mark.sqlite
def test_what_is_set_back_after_the_export_is_an_edit_of_its_own(
    server: ServerProcess, officers: tuple[Home, Home], tmp_path: Path
) -> None:
    first, second = officers
    before = state_of(first)
    first.ok("tick", REGION, ITEM, others(first)[0])
    stick = export(first, tmp_path / "kiriman.age")
    first.ok("tick", REGION, ITEM, before)
    assert admin(server, "import-bundle", str(stick)).code == 0
    assert first.ok("sync")["conflicts"] == 0
    assert state_of(first) == before
    assert second.ok("sync")["conflicts"] == 0
    assert state_of(second) == before
