"""Files: F1 (modes, foreign folders), F2 (links, half files), F3 (no /tmp), F4 (the database)."""

from __future__ import annotations

import os
import random
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from programs import clean_env, CLIENT, Home, SERVER, ServerProcess, wait_for
from pseudo import Terminal
from shared import admin, below, NOTE, Officer, too_open

pytestmark = pytest.mark.security


def editor(folder: Path, script: str) -> str:
    """An editor that runs ``script`` with the file as ``$1``."""
    path = folder / "editor.sh"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o700)
    return str(path)


def everything(officer: Officer, url: str, token: Path, opens: Callable[[], None] = lambda: None) -> None:
    """Use every command that writes something, and the app."""
    officer.ok("login", "--server", url, "--token-file", str(token))
    officer.ok("sync")
    officer.ok("config", "set", "ui.lang", "id")
    officer.ok("status")
    officer.ok("next", "35.72")
    officer.ok("tick", "35.72", "2.4.3", "diunggah", "--evidence", "SK")
    officer.ok("set", "35.72", "owner.2.4", "BKPSDM")
    note = officer.ok("note", "add", "--subject", "35.72:2.4", text=NOTE).split()[0]
    event = officer.ok("event", "add", "35.72", "--title", "Rapat")
    assert event
    officer.ok("followup", "add", "--subject", "35.72:2.4", "--text", "Lengkapi", "--owner", "BKPSDM")
    officer.ok("report", "--from", "2025-10-06", "--to", "2025-10-08", "-o", str(officer.home / "laporan.html"))
    officer.ok("outbox", "export", str(officer.home / "isian.json"))
    officer.ok("conflicts")
    officer.run("doctor")
    officer.ok("note", "edit", note, "--title", "Judul")
    opens()
    officer.ok("sync")
    officer.ok("whoami")
    officer.ok("completion", "bash")


@pytest.fixture
def app(terminals: list[Terminal], tmp_path: Path) -> Callable[..., Terminal]:
    """``app(officer, **env)``: the app of an officer, the first screen drawn."""

    def opened(officer: Officer, **env: str) -> Terminal:
        # The umask of a terminal is inherited.
        before = os.umask(officer.umask)
        try:
            made = Terminal([*CLIENT], {**officer.env, "TERM": "xterm-256color", "COLORTERM": "truecolor", **env})
        finally:
            os.umask(before)
        terminals.append(made)
        made.wait("DATA CONTOH")
        return made

    return opened


def write_and_leave(app: Terminal) -> None:
    """Write a note with the help of the other editor, copy a template, and quit."""
    app.settle()
    app.send("\x1b")
    app.settle()
    app.send("4n35.72\r\rRapat\t\tawal ")
    app.wait("1 kata")
    app.send("\x0f")
    app.wait("2 kata")
    app.settle()
    app.send("\x13")
    app.wait("belum terkirim")
    app.send("\x11")
    assert app.ended() == 0


class TestModes:
    def test_f1_every_command_makes_private_files_under_any_umask(
        self, tmp_path: Path, demo_database: Path, server: ServerProcess, app: Callable[..., Terminal]
    ) -> None:
        server.start()
        officer = Officer(tmp_path / "home", umask=0)
        officer.home.chmod(0o755)
        token = server.token_file("contoh1")
        script = editor(tmp_path, 'printf "dua" >> "$1"')
        everything(officer, server.url, token, lambda: write_and_leave(app(officer, EDITOR=script)))
        made = {path.relative_to(officer.home).parts[0] for path, _ in below(officer.home)}
        assert made == {".config", ".local", "laporan.html", "isian.json"}
        assert too_open(officer.home) == []
        assert officer.run("logout").code == 0
        assert too_open(officer.home) == []

    def test_f1_the_demo_makes_private_files(self, tmp_path: Path) -> None:
        officer = Officer(tmp_path / "home", umask=0, TMPDIR=str(tmp_path))
        child = subprocess.Popen(
            [*CLIENT, "demo", "--no-ui", "--keep", str(officer.home / "demo")],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=officer.env, umask=0,
        )  # fmt: skip
        try:
            assert child.stdout is not None
            assert child.stdout.readline().startswith("{")
            assert len(list(below(officer.home))) > 8
            assert too_open(officer.home) == []
        finally:
            child.terminate()
            child.communicate(timeout=60)
        assert too_open(officer.home) == []

    def test_f1_the_server_makes_private_files(self, tmp_path: Path) -> None:
        folder = tmp_path / "srv"
        folder.mkdir()
        db, port = str(folder / "akk.db"), folder / "port"
        admin(0, "init", "--db", db)
        admin(0, "user", "add", "budi", "--role", "petugas", "--db", db)
        admin(0, "token", "budi", "--out", str(folder / "budi.token"), "--db", db)
        command = [*SERVER, "run", "--db", db, "--port", "0", "--port-file", str(port)]
        child = subprocess.Popen(command, env=clean_env(), umask=0, stderr=subprocess.DEVNULL)
        try:
            wait_for(lambda: port.exists() and port.read_text().strip(), "the server writes its port")
            assert {path.name for path, _ in below(folder)} >= {"akk.db", "budi.token", "port"}
            assert too_open(folder) == []
        finally:
            child.terminate()
            child.wait(60)

    def test_f1_the_umask_is_set_before_anything_else(self, server: ServerProcess) -> None:
        """For what libraries make, without a mode of their own."""
        script = "import os, sys\nfrom akk_tui.cli import output\noutput.line = lambda _: print(oct(os.umask(0)))\n"
        script += "from akk_tui.cli import main\nmain(['--version'])"
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, umask=0, env=clean_env())
        assert done.stdout.strip() == "0o77", done.stderr
        server.start()
        assert server.process is not None
        status = Path(f"/proc/{server.process.pid}/status").read_text()
        assert re.search(r"^Umask:\s+0077$", status, re.MULTILINE), status

    def test_f1_folders_and_files_have_their_modes_under_any_umask(self, tmp_path: Path) -> None:
        """By themselves: also where a process of ours has another umask."""
        script = (
            "import os, sys; from pathlib import Path; from akk_tui import paths; os.umask(0)\n"
            "home = Path(sys.argv[1]); paths.private_folder(home / 'a' / 'b')\n"
            "paths.private_file(home / 'c' / 'f'); paths.write_private(home / 'd' / 'g', b'x')\n"
            "from akk_tui.reports import file; file.save(str(home / 'a'), 'laporan.md', 'x')\n"
        )
        done = subprocess.run([sys.executable, "-c", script, str(tmp_path / "home")], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        assert len(list(below(tmp_path / "home"))) == 7
        assert too_open(tmp_path) == []


READING = (
    ("status",),
    ("next", "35.72"),
    ("note", "list"),
    ("sync",),
    ("whoami",),
    ("outbox", "list"),
    ("conflicts",),
    ("tick", "35.72", "2.4.3", "diunggah"),
    ("logout", "--wipe"),
    (),
)


@pytest.fixture
def reachable() -> Iterator[Path]:
    """A folder that other users can pass through; a test's own is closed to them, and what is below is of no matter."""
    place = Path(tempfile.gettempdir())
    if any(not above.stat().st_mode & 0o011 for above in (place, *place.parents)):
        pytest.skip("the folder for temporary files is closed to other users")
    made = Path(tempfile.mkdtemp(prefix="akk-security-", dir=place))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


class TestForeign:
    @pytest.fixture
    def home(self, synced: Home, reachable: Path) -> Home:
        shutil.copytree(synced.folder, reachable / "home", symlinks=True)
        (reachable / "home").chmod(0o755)
        return Home(reachable / "home")

    def refused(self, home: Home, named: Path) -> None:
        for words in READING:
            done = home.run(*words)
            assert done.code == 6, (words, done)
            assert str(named) in done.err
            assert done.out == ""
        told = {check["id"]: check for check in home.run("doctor", "--json").json["checks"]}
        assert not told["folders"]["ok"]
        assert str(named) in told["folders"]["detail"]
        assert "server" not in told or not told["server"]["ok"]

    @pytest.mark.parametrize("part", ["config", "data", "state"])
    @pytest.mark.parametrize("mode", [0o777, 0o770])
    def test_f1_a_folder_that_others_may_write_into_is_refused(self, home: Home, part: str, mode: int) -> None:
        (home.folder / part).mkdir(exist_ok=True)
        os.chown(home.folder / part, -1, os.getgid() if mode == 0o777 else _foreign_group())
        (home.folder / part).chmod(mode)
        self.refused(home, home.folder / part)
        assert stat.S_IMODE((home.folder / part).stat().st_mode) == mode

    def test_f1_a_folder_above_that_others_may_write_into_is_refused(self, home: Home) -> None:
        home.folder.chmod(0o777)
        self.refused(home, home.folder)

    @pytest.mark.skipif(os.geteuid() != 0, reason="needs root to give a folder to another user")
    @pytest.mark.parametrize("part", ["config", "data", "state", ""])
    def test_f1_somebody_else_s_folder_is_refused(self, home: Home, part: str) -> None:
        (home.folder / part).mkdir(exist_ok=True)
        os.chown(home.folder / part, 54321, 54321)
        self.refused(home, home.folder / part)

    def test_f1_a_folder_of_one_s_own_that_others_may_read_is_closed(self, home: Home) -> None:
        for part in ("data", "state"):
            (home.folder / part).chmod(0o755)
        assert home.run("tick", "35.72", "2.4.3", "diunggah").code == 0
        assert home.run("config", "set", "ui.lang", "id").code == 0
        assert home.run("note", "add", "--subject", "35.72", text="x").code == 0
        assert too_open(home.folder / "config") == []

    def test_f1_a_private_group_is_no_other_user(self, home: Home) -> None:
        from akk_tui import paths

        if not paths._is_own_group(os.getgid()):
            pytest.skip("this user's group is not named like the user")
        home.folder.chmod(0o775)
        assert home.run("status").code == 0


def _foreign_group() -> int:
    """A group that is not this user's private one, and that this user may give a file to."""
    if os.geteuid() == 0:
        return 54321
    found = [group for group in os.getgroups() if group != os.getgid()]
    if not found:
        pytest.skip("this user is in one group only")
    return found[0]


class TestLinks:
    def test_f2_links_at_names_that_we_write_are_never_followed(self, tmp_path: Path, server: ServerProcess) -> None:
        """At each name that a use of the program leaves, a link lies in wait in a profile that is otherwise empty."""
        server.start()
        token = server.token_file("contoh1")
        officer = Officer(tmp_path / "first")
        officer.ok("login", "--server", server.url, "--token-file", str(token))
        officer.ok("config", "set", "ui.lang", "id")
        officer.ok("sync")
        names = sorted(str(path.relative_to(officer.home)) for path, _ in below(officer.home) if "akk-tui" in str(path))
        stores = next(name for name in names if name.endswith("/akk.db"))
        names += [stores + ending for ending in ("-wal", "-shm", "-journal")]
        assert len(names) > 9, names
        for number, name in enumerate(names):
            other = Officer(tmp_path / f"home{number}")
            target = tmp_path / f"target{number}"
            folder = (officer.home / name).is_dir()
            if folder:
                target.mkdir(mode=0o700)
            else:
                target.write_text("# aman\n")
            (other.home / name).parent.mkdir(parents=True, mode=0o700, exist_ok=True)
            (other.home / name).symlink_to(target)
            said = [
                other.run("config", "set", "ui.lang", "id"),
                other.run("login", "--server", server.url, "--token-file", str(token)),
                other.run("sync"),
            ]
            # Refused in words, or replaced by a file of our own; what it leads to is looked at below.
            refused = any(one.code in (1, 6) and Path(name).name in one.err for one in said)
            passed_by = "/tokens/" in name and len(list((other.home / name).parent.iterdir())) > 1
            assert refused or passed_by or not (other.home / name).is_symlink(), (name, said)
            assert "Traceback" not in "".join(one.err for one in said)
            if folder:
                assert list(target.iterdir()) == [], name
            else:
                assert target.read_text() == "# aman\n", name
            assert (other.home / name).is_symlink() or not refused, name

    @pytest.mark.parametrize("dangling", [False, True])
    def test_f2_nor_where_a_file_is_asked_for(self, tmp_path: Path, synced: Home, dangling: bool) -> None:
        target = tmp_path / "target"
        if not dangling:
            target.write_text("aman")
        for name, words in (
            ("laporan.md", ("report", "--from", "2025-10-06", "-o")),
            ("isian.json", ("outbox", "export")),
        ):
            link = tmp_path / name
            link.symlink_to(target)
            done = synced.run(*words, str(link))
            assert done.code == 1 or done.code == 6, done
            assert not target.exists() if dangling else target.read_text() == "aman"

    def test_f2_a_file_is_old_or_new_but_never_half(self, tmp_path: Path) -> None:
        target = tmp_path / "home" / "f"
        rng = random.Random(7)
        script = (
            "import sys; from pathlib import Path; from akk_tui import paths\n"
            "for turn in range(10**9):\n"
            "    paths.write_private(Path(sys.argv[1]), (b'%d' % (turn % 10)) * 3_000_000)\n"
        )
        for _ in range(12):
            child = subprocess.Popen([sys.executable, "-c", script, str(target)], env=clean_env())
            wait_for(lambda child=child: list(target.parent.glob(f".f.{child.pid}.*")), "it writes")
            time.sleep(rng.random() * 0.05)  # the moment of the kill is what is random here
            child.kill()
            child.wait()
            if target.exists():
                found = target.read_bytes()
                assert len(found) == 3_000_000
                assert len(set(found)) == 1
        from akk_tui import paths

        paths.write_private(target, b"last")
        assert [path.name for path in target.parent.iterdir()] == ["f"]

    @pytest.mark.parametrize("which", ["ours", "report"])
    def test_f2_a_name_is_given_when_the_content_is_on_disk_and_then_it_is_too(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, which: str
    ) -> None:
        """Content, name, folder: in this order, or a power cut leaves an empty file under the name."""
        from akk_tui import paths
        from akk_tui.reports import file

        done: list[str] = []
        real = os.fsync

        def synced(handle: int) -> None:
            done.append("folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "content")
            real(handle)

        def named(event: str, args: tuple[object, ...]) -> None:
            if event in ("os.rename", "os.link") and str(tmp_path) in str(args[1]) and watching:
                done.append("name")

        watching = True
        monkeypatch.setattr(os, "fsync", synced)
        sys.addaudithook(named)
        if which == "ours":
            paths.write_private(tmp_path / "f", b"x")
        else:
            file.save(str(tmp_path), "laporan.md", "x")
        watching = False
        assert done == ["content", "name", "folder"]


class TestTemporary:
    def test_f3_nothing_is_made_under_tmp(
        self, tmp_path: Path, server: ServerProcess, terminals: list[Terminal]
    ) -> None:
        """All that is opened for writing, made, renamed or linked, by the program and its children, is in the home."""
        strace = shutil.which("strace")
        if strace is None:
            pytest.skip("no strace")
        server.start()
        token = server.token_file("contoh1")
        trap = tmp_path / "trap"
        trap.mkdir()
        officer = Officer(tmp_path / "home", TMPDIR=str(trap), EDITOR=editor(tmp_path, 'printf "dua" >> "$1"'))
        log = tmp_path / "strace.log"
        trace = [strace, "-f", "-qq", "-A", "-o", str(log), "-e", "trace=%file", "-s", "400"]

        def traced(*words: str, text: str | None = None) -> None:
            done = subprocess.run(
                [*trace, *CLIENT, *words], capture_output=True, text=True, input=text, env=officer.env, timeout=300
            )
            if "ptrace" in done.stderr:
                pytest.skip(f"strace may not trace here: {done.stderr}")
            assert done.returncode in (0, 5), done.stderr

        traced("login", "--server", server.url, "--token-file", str(token))
        traced("sync")
        traced("note", "add", "--subject", "35.72:2.4", text=NOTE)
        traced("report", "--from", "2025-10-06", "--to", "2025-10-08", "-o", str(officer.home / "laporan.md"))
        traced("doctor")
        env = {**officer.env, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
        app = Terminal([*trace, *CLIENT], env)
        terminals.append(app)
        app.wait("DATA CONTOH", 180)
        write_and_leave(app)
        written = [line for line in log.read_text(errors="replace").splitlines() if WRITES.search(line)]
        assert any("akk.db" in line for line in written)
        homes = (str(officer.home), "/dev/", "/proc/")
        odd = [line for line in written if not _goes_to(line, homes)]
        assert odd == []
        assert list(trap.iterdir()) == []


WRITES = re.compile(r"O_CREAT|O_WRONLY|O_RDWR|O_TMPFILE|\b(?:mkdir|mknod|rename|link|symlink|truncate)(?:at)?2?\(")


def _goes_to(line: str, places: tuple[str, ...]) -> bool:
    """Whether the paths in a line of strace are in one of ``places``; a relative one is in the folder of its number."""
    found = re.findall(r'"((?:[^"\\]|\\.)*)"', line)
    return all(not path.startswith("/") or path.startswith(places) for path in found) and bool(found)


class TestDatabase:
    def test_f4_the_database_is_private_before_sqlite_opens_it(
        self, tmp_path: Path, server: ServerProcess, app: Callable[..., Terminal]
    ) -> None:
        server.start()
        token = server.token_file("contoh1")
        officer = Officer(tmp_path / "home", umask=0)
        officer.ok("login", "--server", server.url, "--token-file", str(token))
        officer.ok("sync")
        open_app = app(officer)
        officer.ok("tick", "35.72", "2.4.3", "diunggah")
        found = {path.name: stat.S_IMODE(known.st_mode) for path, known in below(officer.home) if "akk.db" in path.name}
        assert {"akk.db", "akk.db-wal", "akk.db-shm"} <= set(found)
        assert set(found.values()) == {0o600}
        open_app.send("\x11")
        assert open_app.ended() == 0

    def test_f4_sqlite_never_makes_it(self, tmp_path: Path) -> None:
        """Whoever makes the file gives it its mode: an empty one of ours is there when SQLite is asked to open it."""
        script = """
import os, sqlite3, stat, sys
from pathlib import Path
seen = []
def audit(event, args):
    if event == "sqlite3.connect":
        path = Path(str(args[0]).removeprefix("file://").partition("?")[0])
        seen.append(oct(stat.S_IMODE(path.stat().st_mode)) if path.exists() else "missing")
sys.addaudithook(audit)
os.umask(0)
from akk_tui.store.store import Store
Store.open(Path(sys.argv[1])).close()
print(*seen)
"""
        path = tmp_path / "stores" / "akk.db"
        done = subprocess.run(
            [sys.executable, "-c", script, str(path)], capture_output=True, text=True, env=clean_env()
        )
        assert done.stdout.split(), done.stderr
        assert set(done.stdout.split()) == {"0o600"}
