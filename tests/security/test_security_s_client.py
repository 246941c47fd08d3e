"""The client's half of signing in, against the real server, and N4 and F6: where no token may ever be seen."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from programs import clean_env, Home, ServerProcess
from signing import give_password, sign_in

from akk_tui.contract import endpoints, identity
from akk_tui.sync.credentials import Access, Kept, new_refresh_token
from akk_tui.sync.handed import Keeper

pytestmark = pytest.mark.security

TOKEN = re.compile(rb"akk_[ar]t_[A-Za-z0-9_-]{20,}")
DEBUG = """
import logging, sys
logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
from akk_tui.cli import main
sys.exit(main(sys.argv[1:]))
"""
ROUND = """
import os, socket
from pathlib import Path
app = socket.socket(fileno=os.dup(0))
got = app.recv(999)
print(Path("/proc/self/cmdline").read_text(), Path("/proc/self/environ").read_text(), len(got))
app.sendall(b'{"token":"akk_at_new12345678","until":5.0}' + bytes([10]))
"""


@pytest.fixture
def served(server: ServerProcess) -> Iterator[ServerProcess]:
    server.start()
    give_password(server, "contoh1")
    return server


@pytest.fixture
def home(served: ServerProcess, tmp_path: Path) -> Home:
    made = Home(tmp_path / "home")
    code, _out, err = sign_in(made, served, "contoh1")
    assert code == 0, err
    made.ok("sync")
    return made


def tick(home: Home) -> None:
    home.ok("tick", "35.72", "2.4.1", "diunggah")


def pending(home: Home) -> int:
    return home.ok("status")["pending"]


def secret_of(home: Home) -> Path:
    (found,) = (home.folder / "state" / "tokens").iterdir()
    return found


class TestSessions:
    def test_s3_a_code_from_the_program_is_confirmed_on_the_page_and_rounds_follow(self, home: Home) -> None:
        said = home.ok("whoami")
        assert (said["officer"], said["token_store"]) == ("contoh1", "file")
        (session,) = home.ok("session", "list")["sessions"]
        assert session["id"] == said["session"]
        assert session["current"] is True
        assert session["host"] == os.uname().nodename[:64]
        assert session["way"] == "device"
        assert session["id"] in home.run("session", "list").out
        tick(home)
        assert home.ok("sync")["pushed"] == 1

    def test_s3_denial_in_the_browser_is_said(self, served: ServerProcess, tmp_path: Path) -> None:
        made = Home(tmp_path / "home")
        code, _out, err = sign_in(made, served, "contoh1", decision="deny")
        assert code == 4
        assert "ditolak di peramban" in err
        assert not list(made.folder.rglob("tokens/*"))

    def test_s4_one_session_is_ended_from_another_computer_and_its_work_stays(
        self, home: Home, served: ServerProcess, tmp_path: Path
    ) -> None:
        lost = Home(tmp_path / "lost")
        assert sign_in(lost, served, "contoh1")[0] == 0
        lost.ok("sync")
        tick(lost)
        (other,) = (one["id"] for one in home.ok("session", "list")["sessions"] if not one["current"])
        assert home.ok("session", "end", other) == {"ended": 1}
        done = lost.run("sync")
        assert done.code == 4
        assert "akk-tui login" in done.err
        assert pending(lost) == 1
        assert home.run("sync").code == 0
        assert home.run("session", "end", other).code == 1
        assert sign_in(lost, served, "contoh1")[0] == 0
        assert lost.ok("sync")["pushed"] == 1

    def test_s4_all_sessions_end_at_once(self, home: Home) -> None:
        assert home.ok("session", "end", "--all")["ended"] == 1
        assert home.run("sync").code == 4
        assert home.run("session", "end").code == 2

    def test_s4_a_stolen_refresh_token_dies_with_the_next_use_by_either_side(self, home: Home, tmp_path: Path) -> None:
        stolen = Home(tmp_path / "thief")
        shutil.copytree(home.folder, stolen.folder)
        tick(home)
        assert home.run("sync").code == 0
        assert home.ok("note", "add", "--subject", "35.72", "--title", "Rapat", text="Isi.")["id"]
        assert stolen.run("sync").code == 4
        assert home.run("sync").code == 4
        assert pending(home) == 1

    def test_s4_a_disabled_officer_is_out_at_once_with_the_work_kept(self, home: Home, served: ServerProcess) -> None:
        tick(home)
        served.admin("user", "disable", "contoh1")
        assert home.run("sync").code == 4
        assert pending(home) == 1

    def test_f9_logout_ends_the_session_at_the_server_and_leaves_no_secret(
        self, home: Home, served: ServerProcess
    ) -> None:
        secret = secret_of(home).read_bytes()
        assert home.ok("logout")["revoked"] is True
        assert not list((home.folder / "state" / "tokens").iterdir())
        for path in home.folder.rglob("*"):
            assert not path.is_file() or not TOKEN.search(path.read_bytes()), path
        assert "contoh1" not in served.admin("session", "list")
        assert secret

    def test_f9_logout_without_the_server_says_what_is_still_good(self, home: Home, served: ServerProcess) -> None:
        served.stop()
        done = home.run("logout")
        assert done.code == 0
        assert "Server tidak dapat diberi tahu" in done.err

    def test_f10_an_encrypted_profile_keeps_the_session_itself(self, home: Home, tmp_path: Path) -> None:
        pytest.importorskip("sqlcipher3")
        secret = secret_of(home).read_bytes()
        phrase = tmp_path / "phrase"
        phrase.write_text("enam puluh kuda makan rumput\n")
        opened = ("--passphrase-file", str(phrase))
        assert home.run("encrypt", *opened).code == 0
        for path in home.folder.rglob("*"):
            assert not path.is_file() or not TOKEN.search(path.read_bytes()), path
        assert home.ok("whoami", *opened)["token_store"] == "vault"
        assert home.run("sync", *opened).code == 0
        assert home.run("sync", *opened).code == 0
        for path in home.folder.rglob("*"):
            assert not path.is_file() or not TOKEN.search(path.read_bytes()), path
        assert home.run("decrypt", *opened).code == 0
        assert home.run("sync").code == 0
        assert secret_of(home).read_bytes() != secret
        assert home.ok("logout")["revoked"] is True


class TestNowhere:
    def test_n4_no_token_in_logs_output_or_files_but_its_own(self, home: Home, served: ServerProcess) -> None:
        said = b""
        for words in (
            ["sync", "--json"], ["doctor", "--json"], ["whoami"], ["session", "list"], ["sync", "--progress"],
            ["session", "end", "nope"], ["login", "--server", f"{served.url}/nowhere"], ["logout"], ["sync"],
        ):  # fmt: skip
            done = subprocess.run(
                [sys.executable, "-c", DEBUG, "--home", str(home.folder), *words],
                env=clean_env(), capture_output=True, stdin=subprocess.DEVNULL, timeout=120,
            )  # fmt: skip
            said += done.stdout + done.stderr
            own = set((home.folder / "state" / "tokens").glob("*"))
            for path in home.folder.rglob("*"):
                if path.is_file() and path not in own:
                    assert not TOKEN.search(path.read_bytes()), path
        assert b"DEBUG" in said  # the logs were really on
        assert not TOKEN.search(said), TOKEN.search(said)
        log = served.folder / "server.log"
        assert not TOKEN.search(log.read_bytes())

    def test_n4_no_token_in_the_repr_of_what_holds_one(self) -> None:
        token = new_refresh_token()
        holders = (
            Kept(server="https://a", current=token, next=token),
            Access(token=token, until=1.0),
            identity.Tokens(access_token=token, expires_in=1, session="s"),  # type: ignore[arg-type]
            identity.TokenForm(grant_type="x", client_id="x", next=token, refresh_token=token),
            identity.RevokeForm(token=token),
            identity.DevicePageForm(password=token),
        )
        for one in holders:
            assert token not in repr(one)
            assert token not in str(one)

    def test_f6_the_round_gets_its_token_neither_in_arguments_nor_in_its_environment(self) -> None:
        token = "akk_at_" + "x" * 43
        keeper = Keeper()
        keeper._access = Access(token=token, until=1e12)
        child, ours = keeper.start([sys.executable, "-c", ROUND])
        out, _err = child.communicate(timeout=30)
        keeper.take(ours)
        assert token not in out
        assert int(out.split()[-1]) > len(token)
        assert keeper._access == Access(token="akk_at_new12345678", until=5.0)

    def test_f6_login_has_no_option_that_takes_a_token(self, tmp_path: Path) -> None:
        page = Home(tmp_path).run("login", "--help").out
        assert set(re.findall(r"--[a-z-]+", page)) >= {"--server", "--token-file", "--store-token"}
        assert not re.search(r"--(token|password|secret)\b(?!-)", page)

    def test_n4_the_token_is_in_no_address(self) -> None:
        for call in endpoints.ENDPOINTS:
            if call.query is not None:
                named = {one.name for one in msgspec.structs.fields(call.query)}
                assert not named & {"token", "access_token", "refresh_token"}, call.name


def test_s4_the_list_of_sessions_is_in_the_officers_zone(server: ServerProcess, tmp_path: Path) -> None:
    server.admin("user", "add", "timur", "--role", "petugas", "--zone", "WIT")
    server.start()
    give_password(server, "timur")
    home = Home(tmp_path / "home")
    assert sign_in(home, server, "timur")[0] == 0
    listed = home.run("session", "list")
    assert listed.code == 0
    assert "WIT" in listed.out
    assert "WIB" not in listed.out
