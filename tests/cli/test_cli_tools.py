"""config, doctor, completion, status pages, demo."""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from akk_tui.cli import checks, demo, table
from akk_tui.cli.table import Column
from akk_tui.store import netfs, room

LONG = "Kab. Penukal Abab Lematang Ilir"


def test_config_show_set_and_back(empty) -> None:
    shown = {row["name"]: row for row in empty("config", "show", "--json").json()["settings"]}
    assert shown["sync.every_minutes"] == {"name": "sync.every_minutes", "value": 5, "source": "default"}
    assert empty("config", "set", "sync.every_minutes", "9").out == "sync.every_minutes = 9\n"
    after = {row["name"]: row for row in empty("config", "set", "ui.theme", "siang", "--json").json()["settings"]}
    assert after["sync.every_minutes"]["value"] == 9
    path = empty("config", "path").out.strip()
    assert after["ui.theme"]["source"].startswith(f"{path}:")
    assert json.loads(empty("config", "path", "--json").out)["config_file"] == path
    page = empty("config", "show").out
    assert "bawaan" in page
    assert max(map(len, page.splitlines())) <= 80
    assert path in empty("config", "validate").out
    assert empty("config", "validate", "--json").json() == {"ok": True, "warnings": []}
    assert empty("config", "set", "ui.theme", "").out == "ui.theme = dark\n"


def by_id(shell, *words: str) -> dict[str, dict[str, str]]:
    done = shell("doctor", "--json", *words)
    found = {check["id"]: check for check in done.json()["checks"]}
    assert done.code == (0 if all(check["ok"] for check in found.values()) else 1)
    return found


def test_doctor_finds_a_healthy_profile_healthy(shell) -> None:
    found = by_id(shell)
    assert set(found) == {
        "config", "folders", "file_system", "sqlite", "signed_in", "token_store", "store", "sums", "unsent", "server",
        "clock", "exports", "locale", "terminal", "link", "output", "themes",
    }  # fmt: skip
    assert all(check["ok"] for check in found.values())
    page = shell("doctor")
    assert page.code == 0
    assert "Semua baik." in page.out
    assert "All is well." in shell("doctor", lang="en").out


def test_doctor_says_what_it_takes_the_line_for_and_why(shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSH_TTY", "/dev/pts/1")
    for name in ("SSH_CONNECTION", "TMUX"):
        monkeypatch.delenv(name, raising=False)
    assert by_id(shell)["link"]["detail"] == "lambat (SSH_TTY)"
    assert shell("config", "set", "ui.link", "fast").code == 0
    assert by_id(shell)["link"]["detail"] == "cepat (ui.link)"


def test_doctor_without_an_account_says_how_to_sign_in(empty) -> None:
    found = by_id(empty)
    assert not found["signed_in"]["ok"]
    assert "akk-tui login" in found["signed_in"]["detail"]
    assert "server" not in found
    assert not empty.home.exists()


def test_doctor_names_each_fault_with_its_cure(shell) -> None:
    (shell.home / "data").chmod(0o755)
    (database,) = shell.home.rglob("akk.db")
    for side in ("-wal", "-shm"):
        database.with_name(database.name + side).unlink(missing_ok=True)
    database.write_bytes(b"no database" * 500)
    themes = shell.home / "config" / "themes"
    themes.mkdir(parents=True)
    (themes / "rusak.toml").write_text("[colors]\nprimary = 3\n")
    found = by_id(shell)
    assert "chmod 700" in found["folders"]["cure"]
    assert not found["store"]["ok"]
    assert not found["unsent"]["ok"]
    assert "rusak.toml" in found["themes"]["detail"]
    page = shell("doctor")
    assert "✗" in page.out
    assert "Ada yang perlu dibereskan." in page.out


def test_doctor_tells_of_a_server_that_is_away_and_of_a_token_that_is_gone(shell, sample) -> None:
    account = shell.home / "data" / "account.json"
    said = json.loads(account.read_text())
    (token,) = (shell.home / "state" / "tokens").iterdir()
    token.write_text("akk_" + "y" * 40)
    wrong = by_id(shell)
    assert not wrong["server"]["ok"]
    assert wrong["server"]["cure"] == "akk-tui login"
    token.unlink()
    assert not by_id(shell)["server"]["ok"]
    account.write_text(json.dumps({**said, "server": "http://127.0.0.1:9"}))
    away = shell.home / "state" / "tokens"
    shutil.rmtree(away)
    assert not by_id(shell)["server"]["ok"]


def test_doctor_warns_of_unsent_refusals_and_of_odd_terminals(shell, monkeypatch: pytest.MonkeyPatch) -> None:
    (database,) = shell.home.rglob("akk.db")
    assert shell("tick", "35.72", "2.4.3", "diterima").code == 0
    with sqlite3.connect(database) as db:
        db.execute("UPDATE outbox SET state = 'rejected'")
    db.close()
    monkeypatch.setenv("TERM", "dumb")
    found = by_id(shell)
    assert found["unsent"]["level"] == "warn"
    assert found["terminal"]["level"] == "warn"
    assert found["unsent"]["ok"]
    assert "ANSI" in shell("doctor", encoding="ascii").out.upper()


@pytest.mark.parametrize(("skew", "level"), [(0, "ok"), (3600, "warn"), (-3600, "warn")])
def test_the_clock_is_compared_with_the_server_s(skew: int, level: str) -> None:
    from email.utils import formatdate

    assert checks._clock(formatdate(time.time() + skew, usegmt=True)).level == level
    assert checks._clock("").level == "ok"


def test_a_network_file_system_is_told(shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = tmp_path / "mountinfo"
    table.write_text("1 0 0:1 / / rw - nfs4 server:/x rw\n")
    monkeypatch.setattr(netfs, "TABLE", table)
    netfs.remote.cache_clear()
    try:
        (told,) = [one for one in shell("doctor", "--json").json()["checks"] if one["id"] == "file_system"]
    finally:
        netfs.remote.cache_clear()
    assert (told["level"], told["detail"]) == ("warn", "nfs4: jaringan; tanpa WAL, lebih lambat")
    assert "satu komputer saja" in told["cure"]


def test_little_room_is_told(shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "free_bytes", lambda _folder: 3_900_000)
    (told,) = [one for one in shell("doctor", "--json").json()["checks"] if one["id"] == "file_system"]
    assert told["level"] == "warn"
    assert told["detail"].endswith(": tinggal 3 MB")
    assert "Kosongkan ruang disk" in told["cure"]


def test_an_old_sqlite_fails_and_an_unsafe_one_warns(monkeypatch: pytest.MonkeyPatch) -> None:
    for version, level in (((3, 30, 0), "fail"), ((3, 45, 0), "warn"), ((3, 60, 0), "ok")):
        monkeypatch.setattr(sqlite3, "sqlite_version_info", version)
        assert checks._sqlite().level == level


def test_folders_of_others_and_files_in_their_place(shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 54321)
    assert not by_id(shell)["folders"]["ok"]


@pytest.mark.parametrize("name", ["bash", "zsh", "fish"])
def test_completion_knows_every_command_and_is_valid(empty, name: str, tmp_path: Path) -> None:
    from akk_tui.cli.catalog import COMMANDS

    script = empty("completion", name).out
    for command in COMMANDS:
        assert command.name in script
    for word in ("token-file", "perlu_perbaikan", "accept-deletions"):
        assert word in script
    assert empty("completion", name, "--json").json()["shell"] == name
    shell = shutil.which(name)
    if shell is None:
        pytest.skip(f"{name} is not installed: its script was not run through it")
    path = tmp_path / "script"
    path.write_text(script)
    assert subprocess.run([shell, "-n", str(path)], capture_output=True).stderr == b""


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("akk-tui sta", {"status"}),
        ("akk-tui --home /tmp ti", {"tick"}),
        ("akk-tui note ", {"add", "list", "show", "edit"}),
        ("akk-tui note add --sub", {"--subject"}),
        ("akk-tui tick 35.72 2.4.1 diter", {"diterima"}),
        ("akk-tui --lang e", {"en"}),
        ("akk-tui sync --acc", {"--accept-deletions"}),
    ],
)
def test_bash_completes(empty, line: str, wanted: set[str]) -> None:
    words = line.split(" ")
    asked = " ".join(f'"{word}"' for word in words)
    script = empty("completion", "bash").out + (
        f'COMP_WORDS=({asked}); COMP_CWORD={len(words) - 1}; _akk_tui; printf "%s\\n" "${{COMPREPLY[@]}}"\n'
    )
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    assert wanted <= set(done.stdout.split())
    assert done.stderr == ""


def test_status_json_has_the_promised_keys(shell) -> None:
    document = shell("status", "--json").json()
    assert set(document) >= {"cycle", "last_sync", "pending", "conflicts", "regions"}
    blitar = next(region for region in document["regions"] if region["code"] == "35.72")
    assert set(blitar) >= {"code", "name", "stage", "score", "criteria_met", "components", "forecast"}
    assert set(blitar["score"]) >= {"official", "as_of", "estimate"}
    assert [part["id"] for part in blitar["components"]] == ["1", "2", "3", "4", "5", "6"]
    assert "indicators" not in blitar
    (one,) = shell("status", "Kota Blitar", "--json").json()["regions"]
    assert {key: one[key] for key in blitar} == blitar
    assert len(one["indicators"]) == 19
    assert set(one["indicators"][0]) >= {"id", "title", "score", "official", "owners", "due", "items"}
    assert set(one["indicators"][0]["items"][0]) >= {"id", "title", "state", "owner", "due", "evidence"}


def test_status_pages_fit_80_columns_in_both_languages(shell) -> None:
    for lang in ("id", "en"):
        for words in (["status"], ["status", "35.72"], ["status", LONG], ["status", "--cycle", "2024"]):
            page = shell(*words, lang=lang)
            assert page.code == 0
            assert max(map(table.cells, page.out.splitlines())) <= 80, page.out
            assert "\x1b" not in page.out
    assert "DATA CONTOH" in shell("status").out
    assert "84,05" in shell("status", "35.72").out
    assert "84.05" in shell("status", "35.72", lang="en").out


def test_next_reaches_the_mark_or_says_that_it_does_not(shell) -> None:
    every = shell("next", "35.72", "--json").json()
    assert every["reaches"]
    assert every["estimate_after"] > 90
    assert set(every["steps"][0]) >= {"item", "indicator", "owner", "gain"}
    gains = [step["gain"] for step in every["steps"]]
    assert gains == sorted(gains, reverse=True)
    few = shell("next", "35.72", "--limit", "1", "--json").json()
    assert len(few["steps"]) == 1
    assert not few["reaches"]
    assert "belum melewati" in shell("next", "35.72", "--limit", "1").out
    assert "melewati ambang lulus" in shell("next", "35.72").out
    assert max(map(len, shell("next", "35.72").out.splitlines())) <= 80


def test_next_with_nothing_left_to_do(shell) -> None:
    (region,) = shell("status", "34.01", "--cycle", "2024", "--json").json()["regions"] or [None]
    done = shell("next", region["code"], "--cycle", "2024")
    assert done.code == 0


def test_tables_count_cells_and_give_way_from_the_right() -> None:
    assert table.cells("e\u0301") == 1
    assert table.cells("日本") == 4
    assert table.fit("日本語", 5) == "日本…"
    assert table.fit("abc", 3) == "abc"
    assert table.pad("日", 4) == "日  "
    assert table.pad("x", 3, right=True) == "  x"
    columns = (Column("A", gives=True, least=8), Column("B", gives=True, least=8), Column("N", right=True))
    assert table.rows(columns, [("x" * 20, "y" * 20, "1")], 40)[1] == f"{'x' * 20}  {'y' * 14}…  1"
    assert table.rows(columns, [("x" * 20, "y" * 20, "1")], 30)[1] == f"{'x' * 16}…  {'y' * 7}…  1"
    assert table.rows(columns, [("x" * 20, "y" * 20, "1")], 20)[1] == f"{'x' * 7}…  {'y' * 6}…  1"
    assert all(table.cells(line) <= 17 for line in table.rows(columns, [("x" * 20, "y" * 20, "1")], 17))
    assert table.rows(columns, [("a\x1b[31m\nb", "c", "1")], 40)[1] == "a b  c  1"


@pytest.fixture
def demo_process(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """``demo_process(*words)``: a running ``demo --no-ui`` whose temporary folders are below ``tmp_path``."""
    made: list[subprocess.Popen[str]] = []
    env = {**os.environ, "TMPDIR": str(tmp_path), "LC_ALL": "C.UTF-8"}
    env.pop("AKK_HOME", None)

    def start(*words: str, **options: Any) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "akk_tui.cli", "demo", "--no-ui", *words]
        running = subprocess.Popen(
            command, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options
        )
        made.append(running)
        return running

    yield start
    for running in made:
        if running.poll() is None:
            running.kill()
        running.communicate()


def until(condition, what: str) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.02)


def test_demo_serves_a_signed_in_home_until_a_signal_and_leaves_nothing(demo_process, tmp_path: Path, empty) -> None:
    running = demo_process()
    assert running.stdout is not None
    said = json.loads(running.stdout.readline())
    assert set(said) >= {"url", "home", "token_file", "officer"}
    assert said["officer"] == "contoh1"
    assert empty("--home", said["home"], "status", "--json").json()["sample"] is True
    done = empty("login", "--server", said["url"], "--token-file", said["token_file"])
    assert done.code == 0, done.err
    assert empty("sync").code == 0
    (root,) = tmp_path.glob("akk-demo-*")
    assert root.stat().st_mode & 0o777 == 0o700
    running.terminate()
    running.communicate(timeout=60)
    assert running.returncode == 0
    assert not list(tmp_path.glob("akk-demo-*"))
    assert empty("sync").code == 3


def test_a_killed_demo_takes_its_server_and_folder_along(demo_process, tmp_path: Path, empty) -> None:
    running = demo_process()
    assert running.stdout is not None
    said = json.loads(running.stdout.readline())
    running.send_signal(signal.SIGKILL)
    running.wait(60)
    running.communicate()
    until(lambda: not list(tmp_path.glob("akk-demo-*")), "the temporary folder goes")
    assert empty("login", "--server", said["url"], "--token-file", "/dev/null").code == 2


def ignoring_interrupts() -> None:
    """What a shell does to the jobs of a script."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def test_a_kept_demo_goes_on_where_it_ended(demo_process, tmp_path: Path, empty) -> None:
    for n in range(2):
        running = demo_process("--keep", str(tmp_path / "kept"), preexec_fn=ignoring_interrupts)
        assert running.stdout is not None
        said = json.loads(running.stdout.readline())
        rows = empty("--home", said["home"], "outbox", "list", "--json").json()["operations"]
        assert len(rows) == 0
        if n == 0:
            assert empty("--home", said["home"], "tick", "35.72", "2.4.3", "diterima").code == 0
            first = said
        running.send_signal(signal.SIGINT)
        running.communicate(timeout=60)
        assert running.returncode == 0
    assert said == first
    assert (tmp_path / "kept").stat().st_mode & 0o777 == 0o700


def test_the_demo_s_server_serves_until_its_input_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, empty) -> None:
    monkeypatch.setenv("AKK_HOME", "")
    for keep in (True, False):
        out = io.TextIOWrapper(io.BytesIO())
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
            patch.setattr(sys, "stdout", out)
            assert demo.serve(tmp_path / "root", keep=keep) == 0
        said = json.loads(out.buffer.getvalue())  # type: ignore[attr-defined]
        assert said["officer"] == "contoh1"
        assert (tmp_path / "root").exists() is keep
        if keep:
            assert len(empty("--home", said["home"], "status", "--json").json()["regions"]) > 3
            assert empty("--home", said["home"], "sync").code == 3


@pytest.mark.parametrize("content", [b"no database" * 1000, None])
def test_the_demo_s_server_says_why_it_cannot_serve(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None
) -> None:
    root = tmp_path / "root"
    (root / "server").mkdir(parents=True)
    if content is None:
        (root / "token").symlink_to(tmp_path / "elsewhere")
    else:
        (root / "server" / "akk.db").write_bytes(content)
    out = io.TextIOWrapper(io.BytesIO())
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
        code = demo.serve(root, keep=True)
    said = json.loads(out.buffer.getvalue())  # type: ignore[attr-defined]
    assert code != 0
    assert "error" in said


def test_demo_in_this_process_ends_on_a_signal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, empty) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    before = signal.getsignal(signal.SIGTERM)

    def ready() -> None:
        until(lambda: list(tmp_path.glob("akk-demo-*/home/data/account.json")), "the demo signs in")
        os.kill(os.getpid(), signal.SIGTERM)

    asking = threading.Thread(target=ready)
    asking.start()
    done = empty("demo", "--no-ui")
    asking.join()
    assert done.code == 0
    assert not list(tmp_path.glob("akk-demo-*"))
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_server_that_ends_by_itself_ends_the_demo_with_words(demo_process, tmp_path: Path, empty) -> None:
    running = demo_process()
    assert running.stdout is not None
    running.stdout.readline()
    (child,) = psutil.Process(running.pid).children()
    child.kill()
    _out, err = running.communicate(timeout=60)
    assert running.returncode == 1
    assert len(err.splitlines()) == 1
    assert not list(tmp_path.glob("akk-demo-*"))


def test_themes_are_named_and_bad_ones_told(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    from akk_tui.cli import themes_read

    (tmp_path / "rusak.toml").write_text("[colors]\n")
    assert themes_read.main(str(tmp_path)) == 0
    names, complaint = capfdbinary.readouterr().out.decode().splitlines()
    assert len(names.split(", ")) >= 4
    assert "rusak.toml" in complaint


def test_demo_without_the_server_part_names_the_command(empty, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "NEEDED", ("starlette", "no_such_package_at_all"))
    done = empty("demo")
    assert done.code == 1
    assert f"{sys.executable} -m pip install" in done.err
    assert "[server]" in done.err


def test_demo_in_a_folder_that_cannot_be_is_refused(empty, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert empty("demo", "--no-ui", "--keep", str(tmp_path / "file" / "x")).code == 6


def test_demo_needs_a_terminal_for_the_app(empty) -> None:
    assert empty("demo").code == 2


def test_a_demo_whose_database_is_broken_says_so(empty, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    (kept / "server").mkdir(parents=True)
    kept.chmod(0o700)
    (kept / "server").chmod(0o700)
    (kept / "server" / "akk.db").write_bytes(b"no database" * 1000)
    done = empty("demo", "--no-ui", "--keep", str(kept))
    assert done.code == 1
    assert "not a database" in done.err
    assert len(done.err.splitlines()) == 1


def test_demo_opens_the_app_and_leaves_nothing(tmp_path: Path) -> None:
    import pexpect

    env = {**os.environ, "TMPDIR": str(tmp_path), "LC_ALL": "C.UTF-8", "TERM": "xterm-256color"}
    env.pop("AKK_HOME", None)
    app = pexpect.spawn(
        sys.executable, ["-m", "akk_tui", "demo"], env=env, dimensions=(40, 120), timeout=60, encoding="utf-8"
    )
    app.expect("DATA CONTOH")
    app.expect("Kota Blitar")
    app.sendcontrol("q")
    app.expect(pexpect.EOF)
    app.close()
    assert app.exitstatus == 0
    assert not list(tmp_path.glob("akk-demo-*"))
