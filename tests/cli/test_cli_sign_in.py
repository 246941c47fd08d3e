"""The commands that sign in and out: as a terminal, a script and the app see them."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pexpect
import pytest
from clishell import Shell

sys.path.append(str(Path(__file__).parents[1] / "sync"))


from front import Front

PROGRAM = (sys.executable, "-m", "akk_tui.cli")


@pytest.fixture
def front(sample: Any) -> Iterator[Front]:
    with Front(sample.url, sample.token_file.read_text().split()[-1]) as made:
        yield made


def env(home: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AKK_", "LC_", "XDG_"))}
    return {**kept, "AKK_HOME": str(home), "LANG": "id_ID.UTF-8", "TERM": "xterm-256color", **more}


def run(home: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PROGRAM, *words], env=env(home, **more), capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60
    )


def decided(front: Front, state: str = "approved") -> threading.Thread:
    """Decide as soon as somebody asks for a code."""

    def work() -> None:
        end = time.monotonic() + 30
        while not front.grants.codes and time.monotonic() < end:
            time.sleep(0.02)
        front.grants.decide(state)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def test_without_a_terminal_the_steps_are_printed_and_there_is_no_picture(front: Front, tmp_path: Path) -> None:
    decided(front)
    done = run(tmp_path, "login", "--server", front.url, "--store-token", "file", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["officer"] == "contoh1"
    assert found["token_store"] == "file"
    assert found["regions"] > 0
    assert "1. Buka di ponsel, atau di komputer mana pun:\n   " + front.url + "/device\n" in done.stderr
    assert "2. Masukkan kode:\n   BCDF-GHJK\n" in done.stderr
    assert "3. Cocokkan:" in done.stderr
    assert "\x1b" not in done.stderr
    assert "█" not in done.stderr
    said = json.loads(run(tmp_path, "whoami", "--json").stdout)
    assert (said["officer"], said["token_store"]) == ("contoh1", "file")
    assert run(tmp_path, "sync", "--json").returncode == 0


def test_for_the_app_each_step_is_a_line_of_json(front: Front, tmp_path: Path) -> None:
    decided(front)
    done = run(tmp_path, "login", "--server", front.url, "--store-token", "file", "--json", "--progress")
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert done.returncode == 0
    assert lines[0]["stage"] == "code"
    assert lines[0]["user_code"] == "BCDF-GHJK"
    assert lines[1]["stage"] == "wait"
    assert set(lines[0]) == {"stage", "user_code", "uri", "whole_uri", "seconds", "host", "user"}


@pytest.mark.parametrize(("decision", "code"), [("denied", "denied"), ("pending", "code_expired")])
def test_what_does_not_work_out_ends_in_words_and_code_4(
    front: Front, tmp_path: Path, decision: str, code: str
) -> None:
    front.grants.seconds = 2
    decided(front, decision)
    done = run(tmp_path, "login", "--server", front.url, "--store-token", "file", "--progress", "--json")
    assert done.returncode == 4
    assert json.loads(done.stderr.splitlines()[-2]) == {"stage": "failed", "code": code}
    assert "akk-tui login" in done.stderr
    assert run(tmp_path, "whoami").returncode == 4


def test_with_nowhere_to_keep_it_nothing_is_asked_of_the_server(front: Front, tmp_path: Path) -> None:
    done = run(tmp_path, "login", "--server", front.url, PYTHON_KEYRING_BACKEND="keyring.backends.fail.Keyring")
    assert done.returncode == 2
    assert "--store-token file" in done.stderr
    assert not front.grants.codes


def test_memory_is_taken_before_a_file(front: Front, tmp_path: Path) -> None:
    runtime = tmp_path / "run"
    runtime.mkdir(mode=0o700)
    decided(front)
    more = {"XDG_RUNTIME_DIR": str(runtime), "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    done = run(tmp_path / "home", "login", "--server", front.url, "--json", **more)
    assert json.loads(done.stdout)["token_store"] == "runtime"
    (secret,) = (path for path in runtime.rglob("*") if path.is_file())
    assert secret.stat().st_mode & 0o777 == 0o600
    assert not list((tmp_path / "home" / "state" / "tokens").glob("[!.]*"))
    assert run(tmp_path / "home", "sync", **more).returncode == 0
    secret.unlink()  # as when the user has left the computer
    done = run(tmp_path / "home", "sync", **more)
    assert done.returncode == 4


@pytest.mark.parametrize("mode", [0o755, 0o770])
def test_a_folder_that_others_may_enter_is_no_memory_of_ours(front: Front, tmp_path: Path, mode: int) -> None:
    runtime = tmp_path / "run"
    runtime.mkdir()
    runtime.chmod(mode)
    more = {"XDG_RUNTIME_DIR": str(runtime), "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    assert run(tmp_path / "home", "login", "--server", front.url, **more).returncode == 2
    assert run(tmp_path / "home", "login", "--server", front.url, "--store-token", "runtime", **more).returncode == 2


class Screen:
    """The program on a terminal of its own."""

    def __init__(self, home: Path, *words: str, size: tuple[int, int] = (24, 80), **more: str) -> None:
        backend = {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
        self.child = pexpect.spawn(
            PROGRAM[0],
            [*PROGRAM[1:], *words],
            env=env(home, **backend, **more),  # type: ignore[arg-type]
            dimensions=size,
            encoding="utf-8",
            timeout=30,
        )

    def ended(self) -> int | None:
        self.child.expect(pexpect.EOF)
        self.child.close()
        return self.child.exitstatus


def test_on_a_terminal_the_code_has_a_picture_and_the_file_is_asked_for_once(front: Front, tmp_path: Path) -> None:
    screen = Screen(tmp_path, "login", "--server", front.url)
    screen.child.expect("Ketik “ya”:")
    screen.child.sendline("ya")
    screen.child.expect("█")
    screen.child.expect("BCDF-GHJK")
    screen.child.expect(r"sisa \d+\.\d\d menit")
    front.grants.decide("approved")
    screen.child.expect("Masuk sebagai contoh1")
    assert screen.ended() == 0
    again = Screen(tmp_path, "login")
    assert again.child.expect(["Ketik", "BCDF-GHJK"]) == 1
    again.child.sendintr()
    again.child.expect("Masuk dibatalkan; tidak ada yang berubah.")
    assert again.ended() == 130
    assert run(tmp_path, "whoami").returncode == 0


def test_an_expired_code_is_replaced_by_enter(front: Front, tmp_path: Path) -> None:
    front.grants.seconds = 2
    screen = Screen(tmp_path, "login", "--server", front.url, "--store-token", "file")
    screen.child.expect("Tekan enter untuk kode baru")
    front.grants.seconds = 600
    screen.child.sendline("")
    screen.child.expect("BCDF-GHJK")
    front.grants.decide("approved")
    screen.child.expect("Masuk sebagai contoh1")
    assert screen.ended() == 0


@pytest.mark.parametrize("size", [(10, 80), (24, 30)])
def test_a_terminal_without_room_gets_the_steps_alone(front: Front, tmp_path: Path, size: tuple[int, int]) -> None:
    screen = Screen(tmp_path, "login", "--server", front.url, "--store-token", "file", size=size)
    screen.child.expect("BCDF-GHJK")
    assert not re.search("[█▀▄#]", screen.child.before)
    screen.child.sendintr()
    assert screen.ended() == 130


def test_a_locale_without_blocks_gets_ascii(front: Front, tmp_path: Path) -> None:
    screen = Screen(
        tmp_path, "login", "--server", front.url, "--store-token", "file", size=(50, 120), AKK_GLYPHS="ascii"
    )
    screen.child.expect("####")
    screen.child.expect("BCDF-GHJK")
    screen.child.sendintr()
    screen.ended()
    assert "█" not in screen.child.before


def test_logout_ends_the_session_at_the_server_and_says_when_it_could_not(front: Front, tmp_path: Path) -> None:
    for away in (False, True):
        decided(front)
        assert run(tmp_path, "login", "--server", front.url, "--store-token", "file").returncode == 0
        front.grants.codes.clear()
        front.say = lambda path, away=away: (503, {}) if away and path == "/v1/revoke" else None
        done = run(tmp_path, "logout", "--json")
        assert done.returncode == 0
        assert json.loads(done.stdout)["revoked"] is not away
        assert [one["live"] for one in front.grants.sessions.values()][-1] is away
        assert not list((tmp_path / "state" / "tokens").glob("*"))
    front.say = lambda path: None
    decided(front)
    run(tmp_path, "login", "--server", front.url, "--store-token", "file")
    front.say = lambda path: (503, {})
    assert "Server tidak dapat diberi tahu" in run(tmp_path, "logout").stderr


class TestTokenCommand:
    def test_its_first_line_is_the_token_and_nothing_is_kept(self, sample: Any, empty: Shell, tmp_path: Path) -> None:
        token = sample.token_file.read_text().split()[-1]
        script = tmp_path / "say"
        script.write_text(f"#!/bin/sh\necho {token}\necho more\n")
        script.chmod(0o700)
        assert empty("config", "set", "sign_in.token_command", f"'{script}' 'x y'").code == 0
        done = empty("login", "--server", sample.url, "--json")
        assert done.code == 0, done.err
        assert done.json()["token_store"] == "command"
        assert empty("sync").code == 0
        for path in empty.home.rglob("*"):
            assert not path.is_file() or token.encode() not in path.read_bytes()
        assert empty("doctor", "--json").json()["checks"][5]["id"] == "token_store"

    @pytest.mark.parametrize(
        ("body", "said"),
        [("exit 3", "exit 3"), ("exec sleep 60", "> "), ("echo", "∅"), ("printf 'tok\\303\\050en12345'", "token")],
    )
    def test_what_it_does_wrong_is_said_without_what_it_said(
        self,
        sample: Any,
        empty: Shell,
        tmp_path: Path,
        body: str,
        said: str,
        monkeypatch: pytest.MonkeyPatch,
        capfd: pytest.CaptureFixture[str],
    ) -> None:
        from akk_tui.sync import token_command

        monkeypatch.setattr(token_command.first_line, "__defaults__", (1.0,))
        script = tmp_path / "say"
        script.write_text(f"#!/bin/sh\necho secret >&2\n{body}\n")
        script.chmod(0o700)
        empty("config", "set", "sign_in.token_command", str(script))
        done = empty("login", "--server", sample.url)
        assert done.code == 1
        assert said in done.err
        assert "secret" not in done.err + capfd.readouterr().err


def runs(pid: int) -> bool:
    """Whether a process is there and has not ended, also where nobody has waited for it yet."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def test_the_child_of_an_app_that_is_gone_ends(front: Front, tmp_path: Path) -> None:
    home, said = tmp_path / "home", tmp_path / "said"
    login = shlex.join([*PROGRAM, "login", "--json", "--progress", "--server", front.url, "--store-token", "file"])
    with subprocess.Popen(
        ["sh", "-c", f"{login} >{shlex.quote(str(said))} 2>&1 </dev/null & echo $!; read gone"],
        env=env(home),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as app:
        assert app.stdout is not None
        child = int(app.stdout.readline())
        end = time.monotonic() + 60
        while not front.grants.codes:
            assert time.monotonic() < end, said.read_text()
            time.sleep(0.02)
        app.kill()
    try:
        while runs(child):
            assert time.monotonic() < end, "it goes on asking"
            time.sleep(0.02)
    finally:
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
