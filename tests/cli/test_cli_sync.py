"""login, logout, whoami, sync and conflicts against a real server on loopback."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from clishell import Shell

from akk_tui.store.store import Store

BLITAR = "35.72"


class World:
    """One server, and shells of officers that are signed in."""

    def __init__(self, make_server, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.server = make_server(demo=True)
        self._folder = folder
        self._patch = monkeypatch

    def token_file(self, officer: str) -> str:
        path = self._folder / f"{officer}.token"
        path.write_text(self.server.tokens[officer] + "\n")
        return str(path)

    def shell(self, name: str) -> Shell:
        return Shell(self._folder / f"home-{name}", self._patch)

    def officer(self, officer: str) -> Shell:
        made = self.shell(officer)
        done = made("login", "--server", self.server.url, "--token-file", self.token_file(officer))
        assert done.code == 0, done.err
        assert made("sync").code == 0
        return made


@pytest.fixture
def world(make_server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    return World(make_server, tmp_path, monkeypatch)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_login_tells_who_and_keeps_the_token_private(world: World) -> None:
    shell = world.shell("a")
    done = shell("login", "--server", world.server.url, "--token-file", world.token_file("contoh1"), "--json").json()
    assert done["officer"] == "contoh1"
    assert done["server"] == world.server.url
    assert synced(shell)["regions"]
    assert done["regions"] == len({code for cycle in ("2024", "2025") for code in codes(shell, cycle)})
    token = world.server.tokens["contoh1"]
    holding = [
        path for path in shell.home.rglob("*") if path.is_file() and token in path.read_bytes().decode("latin-1")
    ]
    assert len(holding) == 1
    assert stat.S_IMODE(holding[0].stat().st_mode) == 0o600
    for folder in (path for path in shell.home.rglob("*") if path.is_dir()):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    said = shell("whoami", "--json").json()
    assert (said["officer"], said["server"], said["token_store"]) == ("contoh1", world.server.url, "file")
    assert "contoh1" in shell("whoami").out


def synced(shell: Shell) -> Any:
    assert shell("sync").code == 0
    return shell("status", "--json").json()


def codes(shell: Shell, cycle: str) -> list[str]:
    return [region["code"] for region in shell("status", "--json", "--cycle", cycle).json()["regions"]]


def test_login_takes_the_server_of_the_settings(world: World) -> None:
    shell = world.shell("a")
    words = ("login", "--token-file", world.token_file("contoh1"))
    refused = shell(*words)
    assert refused.code == 2
    assert "server.url" in refused.err
    assert shell("config", "set", "server.url", world.server.url).code == 0
    page = shell(*words, lang="en")
    assert page.code == 0
    assert world.server.url in page.out


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "berkas atau folder tidak ada"),
        (b"", "kosong"),
        (b"\xff\xfe", "UTF-8"),
        (b"\0" * 200_000, "bukan token"),
        ("ключ".encode(), "bukan token"),
    ],
)
def test_token_files_that_hold_none(world: World, tmp_path: Path, content: bytes | None, said: str) -> None:
    path = tmp_path / "some.token"
    if content is not None:
        path.write_bytes(content)
    done = world.shell("a")("login", "--server", world.server.url, "--token-file", str(path))
    assert done.code == 2
    assert said in done.err
    assert str(path) in done.err


def test_login_with_a_wrong_token_writes_nothing(world: World, tmp_path: Path) -> None:
    path = tmp_path / "wrong"
    path.write_text("akk_" + "x" * 40)
    shell = world.shell("a")
    assert shell("login", "--server", world.server.url, "--token-file", str(path)).code == 4
    assert shell("whoami").code == 4
    assert not list(shell.home.rglob("akk.db"))


def test_commands_before_the_first_sync_say_what_to_do(world: World) -> None:
    shell = world.shell("a")
    assert shell("status").code == 4
    assert "login" in shell("status").err
    shell("login", "--server", world.server.url, "--token-file", world.token_file("contoh1"))
    page = shell("status")
    assert page.code == 0
    assert "belum pernah" in page.out
    assert shell("status", "--json").json()["last_sync"] is None


def test_sync_counts_and_a_second_one_changes_nothing(world: World) -> None:
    a = world.officer("contoh1")
    a("tick", BLITAR, "2.4.3", "diterima")
    a("note", "add", "--subject", BLITAR, "--title", "Satu")
    first = a("sync", "--json").json()
    assert first["pushed"] == 2
    assert (first["conflicts"], first["refused"]) == (0, 0)
    assert all(first[name] > 0 for name in ("bytes_up", "bytes_down", "requests", "seconds"))
    second = a("sync", "--json").json()
    assert (second["pushed"], second["pulled"]) == (0, 0)
    assert "0 terkirim" in a("sync").out
    assert "0 sent" in a("sync", lang="en").out
    assert a("outbox", "list", "--json").json() == {"operations": []}


def test_sync_without_a_server_is_3_and_loses_nothing(world: World) -> None:
    a = world.officer("contoh1")
    world.server.stop()
    a("tick", BLITAR, "2.4.3", "diterima")
    done = a("sync", "--json")
    assert (done.code, done.out) == (3, "")
    assert world.server.url in done.err
    assert len(a("outbox", "list", "--json").json()["operations"]) == 1
    world.server.start()
    assert a("sync", "--json", "--region", "Kota Blitar").json()["pushed"] == 1
    assert a("sync", "--region", "Atlantis").code == 2


def test_progress_is_json_lines_on_stderr(world: World) -> None:
    shell = world.shell("a")
    shell("login", "--server", world.server.url, "--token-file", world.token_file("contoh1"))
    done = shell("sync", "--json", "--progress")
    steps = [json.loads(line) for line in done.err.splitlines()]
    assert steps[0]["stage"] == "connect"
    assert steps[-1]["stage"] == "done"
    pulled = [step for step in steps if step["stage"] == "pull"]
    assert pulled[-1]["rows"] == pulled[-1]["rows_total"] > 0
    assert set(steps[0]) >= {"stage", "rows", "rows_total", "bytes", "bytes_total_est", "rate"}


def test_a_terminal_gets_a_bar_that_leaves_no_trace(world: World) -> None:
    shell = world.shell("a")
    shell("login", "--server", world.server.url, "--token-file", world.token_file("contoh1"))
    done = shell("sync", terminal=True)
    shown = done.err.split("\r\x1b[K")
    assert any("[####" in part for part in shown)
    assert shown[-1] == ""
    assert all(len(part) < 80 for part in shown)


def conflict(world: World) -> tuple[Shell, Shell]:
    """Two officers that set the same item differently; the second one's answer is a conflict."""
    a, b = world.officer("contoh1"), world.officer("contoh2")
    assert a("tick", BLITAR, "2.4.3", "diterima").code == 0
    assert b("tick", BLITAR, "2.4.3", "diverifikasi").code == 0
    assert a("sync").code == 0
    done = b("sync", "--json")
    assert done.code == 5
    assert done.json()["conflicts"] == 1
    assert "akk-tui conflicts" in done.err
    return a, b


def state(shell: Shell) -> str:
    (region,) = shell("status", BLITAR, "--json").json()["regions"]
    items = [item for indicator in region["indicators"] for item in indicator["items"]]
    return next(item["state"] for item in items if item["id"] == "2.4.3")


def test_a_conflict_shows_base_mine_and_theirs(world: World) -> None:
    _a, b = conflict(world)
    (one,) = b("conflicts", "--json").json()["conflicts"]
    assert one["op"] in one["ops"]
    assert one["key"] == "2025:35.72:2.4"
    assert one["base"] == {"item.2.4.3": "perlu_perbaikan"}
    assert one["mine"] == {"item.2.4.3": "diverifikasi"}
    assert one["theirs"] == {"item.2.4.3": "diterima"}
    assert one["by"] == "contoh1"
    assert one["at"]
    page = b("conflicts").out
    for part in ("Kota Blitar", one["op"], "perlu perbaikan", "diverifikasi", "diterima (contoh1"):
        assert part in page
    assert max(map(len, page.splitlines())) <= 80
    assert b("sync").code == 5
    assert b("status", "--json").json()["conflicts"] == 1
    assert "1 beda isian" in b("status").out
    assert "beda isian" in b("outbox", "list").out


@pytest.mark.parametrize(
    ("answer", "ends"),
    [(["--mine"], "diverifikasi"), (["--theirs"], "diterima"), (["--value", "Belum ada"], "belum_ada")],
)
def test_each_answer_ends_a_conflict_on_both_sides(world: World, answer: list[str], ends: str) -> None:
    a, b = conflict(world)
    (one,) = b("conflicts", "--json").json()["conflicts"]
    done = b("conflicts", "resolve", one["ops"][0], *answer, "--json")
    assert done.code == 0
    assert (done.json()["op"] is None) == (answer == ["--theirs"])
    assert b("sync").code == 0
    assert a("sync").code == 0
    assert (state(a), state(b)) == (ends, ends)
    assert b("conflicts").out == "Tidak ada beda isian.\n"


@pytest.mark.parametrize(
    ("field", "first", "second", "value", "kept"),
    [
        ("pic.2.4", "Ani; 1", "Budi; 2", "Citra; 3", {"pic": {"name": "Citra", "phone": "3"}}),
        ("due.2.4", "2025-12-01", "2025-12-02", "", {"due": None}),
        ("criterion.mcp", "80", "81", "82,5", {"value": "82.50"}),
        ("score.2.4", "80", "81", "82", {"score": "82.00"}),
    ],
)
def test_a_value_answers_fields_and_groups(
    world: World, field: str, first: str, second: str, value: str, kept: dict[str, Any]
) -> None:
    a, b = world.officer("contoh1"), world.officer("contoh2")
    assert a("set", BLITAR, field, first).code == 0
    assert b("set", BLITAR, field, second).code == 0
    assert a("sync").code == 0
    assert b("sync").code == 5
    (one,) = b("conflicts", "--json").json()["conflicts"]
    assert b("conflicts", "resolve", one["op"], "--value", value).code == 0
    (saved,) = b("outbox", "list", "--json").json()["operations"]
    assert kept.items() <= saved["set"].items()
    assert b("sync").code == 0


def test_a_sync_tells_what_it_merged(world: World) -> None:
    a, b = world.officer("contoh1"), world.officer("contoh2")
    assert a("set", BLITAR, "owner.2.4", "BKPSDM,Setda").code == 0
    assert b("set", BLITAR, "owner.2.4", "BKPSDM,Bappeda").code == 0
    assert a("sync", "--json").json()["merged"] == 0
    done = b("sync")
    assert done.code == 0
    assert " · 1 digabung · " in done.out
    assert "akk-tui conflicts merged" in done.err
    assert b("sync", "--json").json()["merged"] == 0
    (one,) = b("conflicts", "merged", "--json").json()["merged"]
    assert one["set"] == {"owners": ["BKPSDM", "Bappeda"]}


def test_evidence_in_conflict_takes_another_title(world: World) -> None:
    a, b = world.officer("contoh1"), world.officer("contoh2")
    for shell, title in ((a, "SK A"), (b, "SK B")):
        assert shell("tick", BLITAR, "2.2.4", "diunggah", "--evidence", title).code == 0
    assert a("sync").code == 0
    assert b("sync").code == 5
    (one,) = b("conflicts", "--json").json()["conflicts"]
    assert b("conflicts", "resolve", one["op"], "--value", "SK A dan B").code == 0
    assert b("sync").code == 0


def test_a_refused_operation_is_told_with_its_reason(world: World) -> None:
    a = world.officer("contoh1")
    a("tick", BLITAR, "2.4.3", "diterima")
    from akk_tui.server import setup

    setup.set_cycle(world.server.db, "2025", "closed")
    done = a("sync", "--json")
    assert done.code == 5
    assert done.json()["refused"] == 1
    assert "akk-tui outbox list" in done.err
    assert "siklus sudah ditutup" in a("outbox", "list").out
    assert "1 ditolak" in a("status", "--cycle", "2025").out


def test_what_a_closed_cycle_refused_is_offered_and_sent_again_once_it_is_open(world: World) -> None:
    from akk_tui.server import setup

    a = world.officer("contoh1")
    a("tick", BLITAR, "2.4.3", "diterima")
    setup.set_cycle(world.server.db, "2025", "closed")
    assert "outbox retry" not in a("sync").err
    assert "Bila siklusnya dibuka lagi: akk-tui outbox retry" in a("outbox", "list").err
    setup.set_cycle(world.server.db, "2025", "open")
    # Nothing is sent again by itself.
    done = a("sync", "--json")
    assert (done.code, done.json()["pushed"]) == (5, 0)
    offered = "kini dapat dikirim: akk-tui outbox retry"
    assert offered in done.err
    assert offered in a("outbox", "list").err
    (waiting,) = a("outbox", "list", "--json").json()["operations"]
    assert a("outbox", "retry", "--json").json() == {"operations": [{"op": waiting["op"], "state": "queued"}]}
    assert "outbox retry" not in a("outbox", "list").err
    assert a("sync", "--json").json()["pushed"] == 1
    done = a("outbox", "retry")
    assert (done.code, done.out) == (0, "Tidak ada perubahan yang ditolak.\n")


def test_sending_again_takes_the_named_ones_or_none(world: World) -> None:
    from akk_tui.server import setup

    a = world.officer("contoh1")
    for item in ("2.4.3", "2.4.4"):
        a("tick", BLITAR, item, "diterima")
    setup.set_cycle(world.server.db, "2025", "closed")
    a("sync")
    first, second = (one["op"] for one in a("outbox", "list", "--json").json()["operations"])
    done = a("outbox", "retry", first, "tidak-ada")
    assert done.code == 1
    assert "tidak-ada" in done.err
    assert a("outbox", "retry", second).out == "1 perubahan dikirim lagi pada sinkronisasi berikutnya (akk-tui sync).\n"
    states = [one["state"] for one in a("outbox", "list", "--json").json()["operations"]]
    assert states == ["rejected", "queued"]


def test_logout_keeps_the_work_and_signing_in_again_finds_it(world: World) -> None:
    a = world.officer("contoh1")
    a("tick", BLITAR, "2.4.3", "diterima")
    done = a("logout")
    assert done.code == 0
    assert "1 isian" in done.err
    assert a("status").code == 4
    assert a("logout").code == 4
    a("login", "--server", world.server.url, "--token-file", world.token_file("contoh1"))
    assert a("sync", "--json").json()["pushed"] == 1


def test_logout_wipe_asks_when_work_is_unsent(world: World) -> None:
    a = world.officer("contoh1")
    a("tick", BLITAR, "2.4.3", "diterima")
    assert a("logout", "--wipe").code == 1
    assert a("logout", "--wipe", terminal=True, stdin="tidak\n").code == 1
    assert a("whoami").code == 0
    assert len(a("outbox", "list", "--json").json()["operations"]) == 1
    done = a("logout", "--wipe", "--json", terminal=True, stdin="ya\n")
    assert done.code == 0
    assert done.json()["wiped"] is True
    assert not list(a.home.rglob("akk.db"))


def test_logout_wipe_without_unsent_work_asks_nothing(world: World) -> None:
    a = world.officer("contoh1")
    assert a("logout", "--wipe", "--json").json()["pending"] == 0
    assert not list(a.home.rglob("akk.db*"))


def test_a_revoked_token_is_4_and_work_goes_on(world: World) -> None:
    from akk_tui.server import setup

    a = world.officer("contoh1")
    setup.revoke_all(world.server.db, "contoh1")
    assert a("tick", BLITAR, "2.4.3", "diterima").code == 0
    assert a("sync").code == 4
    assert len(a("outbox", "list", "--json").json()["operations"]) == 1


def client(home: Path, *words: str) -> subprocess.Popen[str]:
    env = {**os.environ, "AKK_HOME": str(home), "LC_ALL": "C.UTF-8"}
    return subprocess.Popen(
        [sys.executable, "-m", "akk_tui.cli", *words],
        env=env,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_watch_syncs_until_a_signal_ends_it_with_130(world: World, number: signal.Signals) -> None:
    a = world.officer("contoh1")
    a("tick", BLITAR, "2.4.3", "diterima")
    watching = client(a.home, "sync", "--watch", "--json")
    assert watching.stdout is not None
    assert json.loads(watching.stdout.readline())["pushed"] == 1
    watching.send_signal(number)
    _out, err = watching.communicate(timeout=60)
    assert watching.returncode == 130
    assert "Traceback" not in err


def when(condition, then) -> threading.Thread:
    """A thread that does ``then`` once ``condition`` holds."""

    def wait() -> None:
        end = time.monotonic() + 60
        while not condition() and time.monotonic() < end:
            time.sleep(0.01)
        then()

    made = threading.Thread(target=wait)
    made.start()
    return made


def test_watch_goes_round_until_it_is_asked_to_stop(world: World) -> None:
    a = world.officer("contoh1")
    a("tick", BLITAR, "2.4.3", "diterima")

    def sent() -> bool:
        (database,) = a.home.rglob("akk.db")
        with sqlite3.connect(database) as db:
            (count,) = db.execute("SELECT count(*) FROM outbox").fetchone()
        db.close()
        return count == 0

    before = signal.getsignal(signal.SIGTERM)
    waiting = when(sent, lambda: os.kill(os.getpid(), signal.SIGTERM))
    done = a("sync", "--watch", "--json")
    waiting.join()
    assert done.code == 130
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_second_signal_interrupts_at_once() -> None:
    from akk_tui.cli.commands.sync import Stop

    with Stop() as stop:
        assert not stop()
        signal.raise_signal(signal.SIGTERM)
        assert stop()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_watch_waits_for_a_server_that_is_away(world: World) -> None:
    a = world.officer("contoh1")
    world.server.stop()
    watching = client(a.home, "sync", "--watch", "--json")
    assert watching.stderr is not None
    assert world.server.url in watching.stderr.readline()
    world.server.start()
    assert watching.stdout is not None
    assert json.loads(watching.stdout.readline())["pushed"] == 0
    watching.terminate()
    watching.communicate(timeout=60)
    assert watching.returncode == 130


def test_watch_ends_where_waiting_mends_nothing(world: World) -> None:
    from akk_tui.server import setup

    a = world.officer("contoh1")
    setup.revoke_all(world.server.db, "contoh1")
    assert a("sync", "--watch").code == 4


def test_a_round_that_hangs_ends_on_the_first_signal(tmp_path: Path, world: World) -> None:
    a = world.officer("contoh1")
    world.server.stop()
    port = int(world.server.url.rpartition(":")[2])
    with socket.create_server(("127.0.0.1", port)) as silent:
        hanging = client(a.home, "sync")
        peer, _address = silent.accept()
        peer.recv(10)
        hanging.send_signal(signal.SIGTERM)
        _out, err = hanging.communicate(timeout=60)
        peer.close()
    assert hanging.returncode == 130
    assert "Traceback" not in err


def test_differences_stand_in_words_and_a_number_answers_one(world: World) -> None:
    a, b = world.officer("contoh1"), world.officer("contoh2")
    made = a("event", "add", BLITAR, "--title", "Rapat", "--start", "2025-10-06T09:00", "--json").json()
    event = made["events"][0]["id"]
    assert a("sync").code == 0
    assert b("sync").code == 0
    for shell, people, clock, word, score in (
        (a, "5", "10:00", "hadir", "70,5"),
        (b, "6", "11:00", "tidak hadir", "71"),
    ):
        changes = ("--participants", people, "--start", f"2025-10-06T{clock}", "--attendance", f"BKPSDM={word}")
        assert shell("event", "edit", event, *changes).code == 0
        assert shell("set", BLITAR, "fulfilment", score, "--as-of", "2025-10-05").code == 0
    listed = b("outbox", "list").out
    assert "kehadiran BKPSDM" in listed
    assert "71,00" in listed
    assert a("sync").code == 0
    assert b("sync").code == 5
    page = b("conflicts").out
    for part in ("6 Okt 2025 11.00 WIB", "kehadiran BKPSDM", "tidak hadir", "70,50", "indikator 5 Okt 2025"):
        assert part in page
    one = next(found for found in b("conflicts", "--json").json()["conflicts"] if found["field"] == "participants")
    assert b("conflicts", "resolve", one["op"], "--value", "banyak").code == 2
    assert b("conflicts", "resolve", one["op"], "--value", "7").code == 0
    assert b("event", "show", event, "--json").json()["events"][0]["participants"] == 7


def test_what_a_colleague_deleted_is_told_and_mine_brings_it_back(world: World) -> None:
    a, b = world.officer("contoh1"), world.officer("contoh2")
    event = a("event", "add", BLITAR, "--title", "Rapat", "--json").json()["events"][0]["id"]
    assert a("sync").code == 0
    assert b("sync").code == 0
    assert b("event", "edit", event, "--place", "Aula").code == 0
    (database,) = a.home.rglob("akk.db")
    with Store.open(database) as store:
        store.edit("event", event, {"deleted": True}, seen={"deleted": None})
    assert a("sync").code == 0
    assert b("sync").code == 5
    assert "isian rekan  dihapus (contoh1" in b("conflicts").out
    (one,) = b("conflicts", "--json").json()["conflicts"]
    assert b("conflicts", "resolve", one["op"], "--mine").code == 0
    assert b("sync").code == 0
    assert a("sync").code == 0
    assert a("event", "show", event, "--json").json()["events"][0]["place"] == "Aula"
