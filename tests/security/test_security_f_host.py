"""The shared host: F5 (two officers), F6 (no secret in arguments, environments, cores), F7 (the other editor)."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hostile import Asked, Hostile, STALL
from programs import clean_env, CLIENT, Home, ServerProcess, wait_for
from pseudo import Terminal
from shared import below, NOTE, Officer
from users import as_other, as_owner, give, other, OWNER, pids_of, shared_host

pytestmark = pytest.mark.security


@pytest.fixture
def host() -> Iterator[Path]:
    yield from shared_host()


class FirstUser(Officer):
    """The officer as a user of the machine."""

    def __init__(self, home: Path) -> None:
        super().__init__(home, umask=0, LANG="C.UTF-8", PATH="/usr/local/bin:/usr/bin:/bin")
        give(home)
        home.chmod(0o755)

    def run(self, *words: str, text: str | None = None, **env: str) -> object:  # type: ignore[override]
        return subprocess.run(
            as_owner(*CLIENT, *words), capture_output=True, text=True, input=text, umask=0,
            env={**self.env, **env}, timeout=180, cwd=self.home,
        )  # fmt: skip

    def ok(self, *words: str, text: str | None = None, **env: str) -> str:
        done = self.run(*words, text=text, **env)
        assert done.returncode in (0, 5), done  # type: ignore[attr-defined]
        return done.stdout  # type: ignore[attr-defined]


@pytest.fixture
def first(host: Path, server: ServerProcess) -> FirstUser:
    """The first user with a synced profile in a home that everybody may look into, and a note."""
    server.start()
    token = host / "token"
    shutil.copy(server.token_file("contoh1"), token)
    token.chmod(0o600)
    give(token)
    officer = FirstUser(host / "home")
    officer.ok("login", "--server", server.url, "--token-file", str(token))
    officer.ok("sync")
    officer.ok("note", "add", "--subject", "35.72:2.4", text=NOTE)
    return officer


def secrets_of(officer: FirstUser) -> list[bytes]:
    """The token, and the words of the note."""
    (token,) = officer.home.glob(".local/state/akk-tui/tokens/*")
    return [token.read_bytes().strip(), NOTE.encode()]


class TestTwoUsers:
    def test_f5_the_other_lists_and_reads_nothing(self, first: FirstUser, host: Path) -> None:
        everything = [path for path, _ in below(first.home)]
        assert any(path.name == "akk.db" for path in everything)
        # Also names that cannot be listed but guessed: each is tried as it is.
        script = 'for path in "$@"; do cat -- "$path" 2>/dev/null || ls -- "$path" 2>/dev/null; done; true'
        inside = [path for path in everything if "akk-tui" in path.parts]
        assert len(inside) > 8
        seen = other("sh", "-c", script, "sh", *map(str, inside))
        assert seen.stdout == ""
        found = other("find", str(host), "-readable", "-type", "f")
        assert found.stdout == ""
        written = other("find", str(host), "-writable", "-not", "-type", "l")
        assert written.stdout == ""

    def test_f5_the_other_sees_nothing_in_a_running_process(self, first: FirstUser, terminals: list[Terminal]) -> None:
        app = Terminal(as_owner(*CLIENT), {**first.env, "TERM": "xterm-256color"})
        terminals.append(app)
        app.wait("DATA CONTOH")
        running = [pid for pid in pids_of(OWNER) if b"akk_tui" in Path(f"/proc/{pid}/cmdline").read_bytes()]
        assert app.pid in running
        for pid in running:
            seen = other("cat", f"/proc/{pid}/cmdline", f"/proc/{pid}/comm", f"/proc/{pid}/status")
            if pid != app.pid and not Path(f"/proc/{pid}").exists():
                # A round of the app's background sync that has ended meanwhile.
                continue
            assert "akk_tui" in seen.stdout
            assert not [secret for secret in secrets_of(first) if secret.decode() in seen.stdout]
            for closed in ("environ", "mem", "maps", "fd", "cwd", "io", "stack"):
                path = f"/proc/{pid}/{closed}"
                done = other("sh", "-c", 'cat "$1"/* 2>/dev/null || head -c 1 "$1" || readlink "$1"', "sh", path)
                assert done.stdout == "", closed
            if shutil.which("gcore"):
                done = subprocess.run(
                    as_other("gcore", "-o", "/tmp/none", str(pid)), capture_output=True, text=True, timeout=60
                )
                assert "not permitted" in done.stdout + done.stderr or done.returncode != 0
                assert not Path(f"/tmp/none.{pid}").exists()
            assert other("kill", "-USR1", str(pid)).returncode != 0
        app.send("\x11")
        assert app.ended() == 0

    def test_f5_there_is_no_socket_to_come_in_by(self, first: FirstUser, terminals: list[Terminal]) -> None:
        app = Terminal(as_owner(*CLIENT), {**first.env, "TERM": "xterm-256color"})
        terminals.append(app)
        app.wait("DATA CONTOH")
        app.settle()
        inodes = set[str]()
        for pid in pids_of(OWNER):
            for link in Path(f"/proc/{pid}/fd").iterdir():
                target = os.readlink(link)
                if target.startswith("socket:["):
                    inodes.add(target[8:-1])
        listening: list[str] = []
        for table, state, place in (("tcp", "0A", 9), ("tcp6", "0A", 9), ("unix", "01", 6)):
            for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
                parts = line.split()
                if parts[place] in inodes and (parts[3] == state if table != "unix" else int(parts[3], 16) & 0x10000):
                    listening.append(line)
        assert listening == []
        app.send("\x11")
        assert app.ended() == 0

    def test_f5_a_tmux_that_is_left_open_is_not_the_other_s(self, first: FirstUser, host: Path) -> None:
        tmux = shutil.which("tmux")
        if tmux is None:
            pytest.skip("no tmux")
        place = host / "tmux"
        place.mkdir(mode=0o755)
        give(place)
        env = {**first.env, "TMUX_TMPDIR": str(place), "TERM": "xterm-256color"}
        command = [tmux, "-u", "-L", "akk", "-f", os.devnull]

        def mine(*words: str) -> subprocess.CompletedProcess[str]:
            return subprocess.run(as_owner(*command, *words), capture_output=True, text=True, env=env, cwd=first.home)

        started = mine("new-session", "-d", "-x", "120", "-y", "40", " ".join(CLIENT))
        assert started.returncode == 0, started.stderr
        try:
            wait_for(lambda: "DATA CONTOH" in mine("capture-pane", "-p").stdout, "the app is in the pane")
            (socket,) = place.glob("*/akk")
            for words in (("attach",), ("capture-pane", "-p"), ("list-sessions",), ("send-keys", "x")):
                done = other(tmux, "-S", str(socket), *words)
                assert done.returncode != 0
                assert "DATA CONTOH" not in done.stdout
            assert other("ls", str(socket.parent)).returncode != 0
        finally:
            mine("kill-server")

    def test_f5_a_folder_that_the_other_has_laid_ready_is_refused(self, host: Path, server: ServerProcess) -> None:
        """The other user may make folders where the first will look: under a home in a shared place."""
        shared = host / "shared"
        shared.mkdir()
        shared.chmod(0o1777)
        assert other("sh", "-c", f"mkdir -m 777 {shared}/akk {shared}/akk/data {shared}/akk/config").returncode == 0
        give(host)
        officer = FirstUser(host / "home")
        for words in (("status",), ("whoami",), ("config", "set", "ui.lang", "id")):
            done = officer.run("--home", str(shared / "akk"), *words)
            assert done.returncode == 6, done  # type: ignore[attr-defined]
            assert "pengguna lain" in done.stderr  # type: ignore[attr-defined]


class TestSecrets:
    def test_f6_no_token_in_arguments_or_environments_while_signing_in(self, tmp_path: Path) -> None:
        token = "akk_at_" + "5" * 40
        (tmp_path / "token").write_text(token)

        def stalled(_: Asked) -> list[bytes]:
            return [STALL]

        with Hostile(stalled) as server:
            words = Home(tmp_path / "home").argv(
                "login", "--server", server.url, "--token-file", str(tmp_path / "token")
            )
            child = subprocess.Popen(words, env=clean_env(), stderr=subprocess.DEVNULL)
            try:
                wait_for(lambda: server.asked, "it asks the server")
                for name in ("cmdline", "environ"):
                    assert token.encode() not in Path(f"/proc/{child.pid}/{name}").read_bytes()
            finally:
                child.kill()
                child.wait()

    @pytest.mark.parametrize("command", ["login", "sync", "whoami", "logout", "status"])
    @pytest.mark.parametrize("option", ["--token", "--password", "--passphrase"])
    def test_f6_no_option_takes_a_secret(self, tmp_path: Path, command: str, option: str) -> None:
        secret = "akk_at_" + "6" * 40
        needed = ("--server", "https://127.0.0.1:1") if command == "login" else ()
        for words in ((option, secret), (f"{option}={secret}",)):
            done = Home(tmp_path / "home").run(command, *needed, *words)
            assert done.code == 2, done
            assert secret not in done.out
            # It is the option that is refused, and not something else that is missing.
            assert option in done.err, done

    def test_f6_there_is_no_core_and_nobody_reads_the_memory(
        self, synced: Home, open_app: Callable[..., Terminal], tmp_path: Path
    ) -> None:
        before = resource.getrlimit(resource.RLIMIT_CORE)
        resource.setrlimit(resource.RLIMIT_CORE, (before[1], before[1]))
        try:
            app = open_app(synced)
        finally:
            resource.setrlimit(resource.RLIMIT_CORE, before)
        app.wait("DATA CONTOH")
        limits = Path(f"/proc/{app.pid}/limits").read_text()
        assert next(line for line in limits.splitlines() if "core" in line).split()[4:6] == ["0", "0"]
        os.kill(app.pid, signal.SIGSEGV)
        wait_for(lambda: app.read(0.01) or _gone(app.pid), "it ends")
        _, status = os.waitpid(app.pid, 0)
        app.status = os.waitstatus_to_exitcode(status)
        assert app.status == -signal.SIGSEGV
        assert not os.WCOREDUMP(status)

    def test_f6_another_program_of_the_same_user_cannot_look_in(
        self, first: FirstUser, terminals: list[Terminal]
    ) -> None:
        """A process that may be dumped lets every program of its user read its memory and its environment."""
        app = Terminal(as_owner(*CLIENT), {**first.env, "TERM": "xterm-256color", "AKK_TEST": "secret-value"})
        terminals.append(app)
        app.wait("DATA CONTOH")
        assert Path(f"/proc/{app.pid}/environ").stat().st_uid == 0
        same = ["setpriv", f"--reuid={OWNER}", f"--regid={OWNER}", "--clear-groups", "--bounding-set=-all", "--"]
        seen = subprocess.run([*same, "cat", f"/proc/{app.pid}/environ"], capture_output=True, text=True)
        assert seen.stdout == ""
        app.send("\x11")
        assert app.ended() == 0

    def test_f6_the_server_is_sealed_too(self, server: ServerProcess) -> None:
        server.start()
        assert server.process is not None
        limits = Path(f"/proc/{server.process.pid}/limits").read_text()
        assert next(line for line in limits.splitlines() if "core" in line).split()[4:6] == ["0", "0"]

    def test_f6_children_get_a_clean_environment(
        self, synced: Home, open_app: Callable[..., Terminal], tmp_path: Path
    ) -> None:
        script = tmp_path / "editor.sh"
        script.write_text(f"#!/bin/sh\nenv > {tmp_path}/env\numask >> {tmp_path}/env\n")
        script.chmod(0o700)
        app = open_app(
            synced, EDITOR=str(script), AKK_TOKEN="akk_at_secret", AKK_PASSPHRASE="sandi", AKK_GLYPHS="unicode"
        )
        app.wait("DATA CONTOH")
        app.settle()
        app.send("\x1b")
        app.settle()
        app.send("4n35.72\r\rRapat\t\tawal ")
        app.wait("1 kata")
        app.send("\x0f")
        wait_for(lambda: drained(app) and (tmp_path / "env").exists(), "the editor runs")
        app.settle()
        seen = (tmp_path / "env").read_text()
        assert "AKK_GLYPHS=unicode" in seen
        assert "EDITOR=" in seen
        assert "secret" not in seen
        assert "sandi" not in seen
        assert seen.split()[-1] == "0077"

    def test_f6_what_lies_in_the_folder_of_the_start_is_not_run(
        self, synced: Home, tmp_path: Path, terminals: list[Terminal]
    ) -> None:
        """Children are this program, not a file of that name in a folder that somebody else may write into."""
        trap = tmp_path / "trap"
        trap.mkdir()
        for name in ("json.py", "platformdirs.py", "akk_tui.py", "msgspec.py"):
            (trap / name).write_text(f"open({str(tmp_path / 'caught')!r}, 'a').write(__file__)\n")
        script = Path(sys.executable).with_name("akk-tui")
        if not script.exists():
            pytest.skip("akk-tui is not installed beside this interpreter")
        words = [str(script), "--home", str(synced.folder)]
        done = subprocess.run([*words, "doctor"], cwd=trap, env=clean_env(), capture_output=True, text=True)
        assert "Tema" in done.stdout
        app = Terminal(["sh", "-c", f"cd {trap} && exec {' '.join(words)}"], clean_env(TERM="xterm-256color"))
        terminals.append(app)
        app.wait("DATA CONTOH")
        # While the round of the start runs, no other one is begun.
        app.wait(lambda text: "daring" in text and "↻" not in text, what="the round of the start")
        app.settle()
        app.send("s")
        app.wait("Sinkron selesai")
        app.send("\x11")
        assert app.ended() == 0
        assert not (tmp_path / "caught").exists()


def drained(app: Terminal) -> bool:
    """Take what the program has written: it waits when nobody does. Always true."""
    app.read(0.05)
    return True


def _gone(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"


LEAVES = """#!/bin/sh
folder=$(dirname "$1"); name=$(basename "$1")
printf 'Saksi' > "$folder/.$name.swp"; printf 'Saksi' > "$folder/$name~"; printf 'Saksi' > "$folder/$name.save"
printf 'Saksi' > "$folder/#$name#"; ln -s nowhere "$folder/.#$name"; printf 'Saksi' > "$folder/4913"
mkdir "$folder/.$name.d"; printf 'Saksi' > "$folder/.$name.d/undo"
printf ' map merah' >> "$1"
"""


class TestEditor:
    @pytest.fixture
    def script(self, tmp_path: Path) -> Path:
        path = tmp_path / "editor.sh"
        path.write_text(LEAVES)
        path.chmod(0o700)
        return path

    def write(self, app: Terminal) -> None:
        app.wait("DATA CONTOH")
        app.settle()
        app.send("\x1b")
        app.settle()
        app.send("4n35.72\r\rRapat\t\tSaksi ")
        app.wait("1 kata")
        app.send("\x0f")

    def test_f7_what_editors_leave_is_swept_when_they_end(
        self, synced: Home, open_app: Callable[..., Terminal], script: Path
    ) -> None:
        app = open_app(synced, EDITOR=str(script))
        self.write(app)
        app.wait("3 kata")
        assert list((synced.folder / "state" / "edit").iterdir()) == []
        app.send("\x13")
        app.wait("belum terkirim")
        app.send("\x11")
        assert app.ended() == 0

    def test_f7_and_after_a_kill_at_the_next_start(
        self, synced: Home, open_app: Callable[..., Terminal], script: Path, tmp_path: Path
    ) -> None:
        script.write_text(LEAVES + f"echo $$ > {tmp_path}/pid; sleep 600\n")
        app = open_app(synced, EDITOR=str(script))
        self.write(app)
        wait_for(lambda: drained(app) and (tmp_path / "pid").exists(), "the editor runs")
        edit = synced.folder / "state" / "edit"
        assert len(list(edit.iterdir())) == 8
        os.kill(app.pid, signal.SIGKILL)
        assert app.ended() == -signal.SIGKILL
        wait_for(lambda: (tmp_path / "pid").read_text().strip(), "the editor tells its number")
        os.kill(int((tmp_path / "pid").read_text()), signal.SIGKILL)
        again = open_app(synced)
        again.wait("Ada draf catatan")
        assert list(edit.iterdir()) == []
        again.send("\x11")
        assert again.ended() == 0

    def test_f7_the_command_line_sweeps_too(self, synced: Home, script: Path) -> None:
        """Beside the text of an editor that failed, which is kept and named, nothing else is."""
        note = synced.ok("note", "add", "--subject", "35.72", text="x")["id"]
        script.write_text(LEAVES + "exit 3\n")
        app = Terminal(synced.argv("note", "edit", note), clean_env(TERM="xterm-256color", EDITOR=str(script)))
        assert app.ended() == 1
        (kept,) = (synced.folder / "state" / "edit").iterdir()
        assert kept.suffix == ".md"
        app.close()
