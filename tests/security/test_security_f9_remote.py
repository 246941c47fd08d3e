"""A remote wipe from end to end: the real server, a session of the device grant, the program as a process."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import forked
import pytest
from programs import clean_env, Home, Result, ServerProcess
from sealedhome import files, readable
from signing import give_password, sign_in

pytestmark = pytest.mark.security

OFFICER = "contoh1"
REGION, OTHER = "35.72", "52.71"
PHRASE = "enam puluh kuda makan rumput"
BODY = "Bendahara desa mengaku menerima amplop"
PRIVATE = "Saksi minta namanya tidak dicatat"
SECRETS = (OFFICER, "Blitar", BODY, PRIVATE, "Rapat tertutup", "akk_rt_", "akk_at_")
KILLED = """
import os, sys
from akk_tui import cli
from akk_tui.sync import wipe
at, seen = int(sys.argv[1]), 0
def killed(event, _args):
    global seen
    if event in ("os.rename", "os.remove", "os.rmdir", "shutil.rmtree", "socket.connect"):
        seen += 1
        if seen == at:
            os.kill(os.getpid(), 9)
whole = wipe.carry_out
def carry_out(*of):
    sys.addaudithook(killed)
    return whole(*of)
wipe.carry_out = carry_out
sys.exit(cli.main(sys.argv[2:]))
"""
"""The program, killed before the n-th step by which the wipe changes a folder."""


class Officer:
    """One officer on one computer, the profile encrypted or not."""

    def __init__(self, served: ServerProcess, folder: Path, encrypted: bool) -> None:
        self.server, self.home = served, Home(folder)
        self.opened: tuple[str, ...] = ()
        code, _out, err = sign_in(self.home, served, OFFICER)
        assert code == 0, err
        self.ok("sync")
        if encrypted:
            phrase = folder.parent / f"{folder.name}.phrase"
            phrase.write_text(PHRASE + "\n")
            self.opened = ("--passphrase-file", str(phrase))
            assert self.run("encrypt").code == 0
        self.session = self.ok("whoami")["session"]

    def run(self, *words: str, text: str | None = None) -> Result:
        return self.home.run(*words, *self.opened, text=text)

    def ok(self, *words: str, text: str | None = None) -> Any:
        return self.home.ok(*words, *self.opened, text=text)

    def work(self, region: str = REGION) -> None:
        self.ok("tick", region, "2.4.1", "diunggah")
        self.ok("note", "add", "--subject", region, "--title", "Rapat tertutup", text=BODY)

    def wipe(self) -> None:
        self.server.admin("session", "wipe", self.session)

    def state(self) -> str:
        """What the administrator sees of the session."""
        (line,) = (one for one in self.server.admin("session", "list").splitlines() if one.startswith(self.session))
        return line.split("\t")[2]

    def gone(self) -> None:
        """Nothing is left but locks and sealed files, and nobody is signed in."""
        assert {one.name for one in files(self.home.folder) if one.suffix != ".age"} - {"config.toml"} <= {"use.lock"}
        assert readable(self.home.folder, SECRETS) == []
        again = self.run("sync")
        assert (again.code, "Belum masuk" in again.err) == (4, True)

    def sealed(self, said: str) -> list[str]:
        """The kinds of work in the sealed file that the sentence names, as the administrator reads it."""
        (left,) = (one for one in files(self.home.folder) if one.suffix == ".age")
        assert str(left) in said
        assert left.stat().st_mode & 0o777 == 0o600
        whole = json.loads(self.server.admin("open-bundle", str(left)))
        assert whole["officer"] == OFFICER
        assert f"{len(whole['operations'])} isian" in said
        return sorted(operation["kind"] for operation in whole["operations"])


@pytest.fixture
def served(server: ServerProcess) -> ServerProcess:
    server.start()
    give_password(server, OFFICER)
    return server


both = pytest.mark.parametrize("encrypted", [False, True])


@both
def test_f9_what_can_be_sent_is_sent_and_the_rest_is_sealed(
    served: ServerProcess, tmp_path: Path, encrypted: bool
) -> None:
    one = Officer(served, tmp_path / "home", encrypted)
    one.work()
    one.work(OTHER)
    one.ok("note", "add", "--private", "--subject", REGION, "--title", "Rapat tertutup", text=PRIVATE)
    served.admin("unassign", OFFICER, OTHER)
    one.wipe()
    assert one.state() == "menunggu dihapus"
    done = one.run("sync")
    assert done.code == 4
    assert one.sealed(done.err) == ["assessment", "note"]
    assert "draf yang ikut terhapus: 1." in done.err
    assert one.state() == "sudah dihapus"
    one.gone()


@both
@pytest.mark.parametrize("how", ["ended", "disabled"])
def test_f9_who_may_not_send_any_more_has_all_sealed(
    served: ServerProcess, tmp_path: Path, encrypted: bool, how: str
) -> None:
    one = Officer(served, tmp_path / "home", encrypted)
    one.work()
    served.admin(*(("session", "revoke", one.session) if how == "ended" else ("user", "disable", OFFICER)))
    one.wipe()
    done = one.run("sync")
    assert done.code == 4
    assert one.sealed(done.err) == ["assessment", "note"]
    assert one.state() == "sudah dihapus"
    one.gone()
    # What was sealed is taken in when the administrator answers for it, but not of somebody who is out.
    (left,) = (file for file in files(one.home.folder) if file.suffix == ".age")
    words = ["import-bundle", str(left), "--db", str(served.db)]
    assert forked.run(forked.SERVER, words, clean_env()).returncode == 4
    taken = forked.run(forked.SERVER, [*words, "--override-sign-in"], clean_env())
    assert (taken.returncode, taken.stdout) == ((0, "applied\t2\n") if how == "ended" else (4, ""))


def test_f9_while_the_session_is_in_force_a_file_of_it_is_taken(served: ServerProcess, tmp_path: Path) -> None:
    one = Officer(served, tmp_path / "home", encrypted=True)
    one.work()
    assert one.run("outbox", "export", str(tmp_path / "kiriman.age")).code == 0
    assert served.admin("import-bundle", str(tmp_path / "kiriman.age")) == "applied\t2\n"
    assert one.ok("outbox", "import-answers", str(tmp_path / "kiriman-jawaban.age"))["pushed"] == 2


@pytest.mark.parametrize("words", [("--prepare", REGION), ("--region", REGION), ("--watch",)])
def test_f9_every_kind_of_round_carries_it_out(served: ServerProcess, tmp_path: Path, words: tuple[str, ...]) -> None:
    one = Officer(served, tmp_path / "home", encrypted=False)
    one.work()
    one.wipe()
    listed = one.run("session", "list")
    assert (listed.code, one.state()) == (4, "menunggu dihapus")
    history = one.run("sync", "--history", "note", "none")
    assert history.code == 0
    done = one.run("sync", *words)
    assert (done.code, "Semua isian sudah diterima" in done.err) == (4, True)
    assert one.state() == "sudah dihapus"
    one.gone()


@both
def test_f9_killed_half_way_it_is_done_by_the_next_round(
    served: ServerProcess, tmp_path: Path, encrypted: bool
) -> None:
    one = Officer(served, tmp_path / "home", encrypted)
    one.work()
    served.admin("user", "disable", OFFICER)
    one.wipe()
    kept = tmp_path / "kept"
    shutil.copytree(one.home.folder, kept)
    with closing(sqlite3.connect(served.db, isolation_level=None)) as db:
        token = db.execute("SELECT hash FROM refresh WHERE session = ? AND spent IS NULL", (one.session,)).fetchone()
        for step in range(1, 60):
            shutil.rmtree(one.home.folder)
            shutil.copytree(kept, one.home.folder)
            db.execute("DELETE FROM refresh WHERE session = ? AND hash <> ?", (one.session, *token))
            db.execute("UPDATE refresh SET spent = NULL, next = NULL WHERE session = ?", (one.session,))
            db.execute("UPDATE session SET wiped = NULL WHERE id = ?", (one.session,))
            command = [KILLED, str(step), *one.home.argv("sync", *one.opened)[3:]]
            killed = forked.run(forked.SCRIPT, command, clean_env(), timeout=60)
            said = killed.stderr
            if killed.returncode == -9:
                said = one.run("sync").err
                for lock in (one.home.folder / "state").glob("sign-in-*.lock"):
                    lock.unlink()
                account = one.home.folder / "data" / "account.json"
                if account.exists() and not list(account.parent.glob("stores/*")):
                    # Killed between the token and the account: who was signed in is all that is left.
                    assert "Belum masuk" in said
                    account.unlink()
                    continue
            one.gone()
            sealed = [str(one) for one in files(one.home.folder) if one.suffix == ".age"]
            assert sealed
            if "sudah dilakukan" in said:
                assert any(one in said for one in sealed)
                assert one.state() == "sudah dihapus"
            else:
                # The key was destroyed, and with it what would prove to the server who reports that.
                assert encrypted
                assert "Belum masuk" in said
            if killed.returncode != -9:
                break
        assert killed.returncode == 4, killed.stderr
        assert step > 5
