"""Encryption at rest: what a stolen folder gives up, what a wrong or forgotten passphrase and a damaged file do."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import forked
import pexpect
import pytest
from sealedhome import files, Home, NOTE, OFFICER, PASSPHRASE, readable, REGION

from akk_tui.store.store import Store
from akk_tui.sync import account as accounts
from akk_tui.sync import vault

pytestmark = pytest.mark.security
MakeHome = Callable[..., Home]


def test_f10_the_search_finds_it_all_in_a_plain_profile(make_home: MakeHome) -> None:
    home = make_home()
    found = " ".join(readable(home.home, home.secrets()))
    for word in home.secrets():
        assert word in found, word


def test_f10_nothing_can_be_read_in_an_encrypted_profile(make_home: MakeHome) -> None:
    home = make_home()
    home.encrypt()
    assert readable(home.home, home.secrets()) == []
    for file in home.paths.data.rglob("*.db*"):
        assert not file.read_bytes().startswith(b"SQLite format 3"), file
    name = hashlib.sha256(f"{home.server.url}|{home.officer}".encode()).hexdigest()[:12]
    assert readable(home.home, [name]) == []
    home.unlock()
    home.work()
    assert home.run("sync").returncode == 0
    assert home.run("note", "list", "--search", "bendahara").returncode == 0
    assert readable(home.home, home.secrets()) == []


_WRITER = """
import os, sys
from pathlib import Path
from sealedhome import Home
home = Home.__new__(Home)
from akk_tui import paths
home.paths = paths.find(Path(sys.argv[1]), {})
home.unlock()
from akk_tui.store.store import Store
from akk_tui.sync import account
store = Store.open(Path(account.load(home.paths).store))
store.db.execute("PRAGMA temp_store_directory")
home.work()
store.db.execute("BEGIN IMMEDIATE")
store.db.execute("CREATE TEMP TABLE t AS SELECT * FROM note_doc")
store.db.execute("UPDATE note_doc SET body = body || body")
print("writing", flush=True)
sys.stdin.read()
"""


def test_f10_nothing_can_be_read_after_a_kill_in_the_middle_of_a_write(make_home: MakeHome) -> None:
    home = make_home()
    home.encrypt()
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    with subprocess.Popen(
        [sys.executable, "-c", _WRITER, str(home.home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=env,
        text=True,
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "writing\n"
        assert any(file.name.endswith("-wal") and file.stat().st_size for file in files(home.home))
        child.send_signal(signal.SIGKILL)
    assert readable(home.home, home.secrets()) == []
    assert home.run("status").returncode == 0


def test_f10_copies_laid_aside_are_encrypted_too(make_home: MakeHome) -> None:
    from akk_tui.store import schema

    home = make_home()
    with Store.open(Path(accounts.load(home.paths).store)) as store:
        schema.copy_aside(store.db, "v1")
    home.encrypt()
    home.unlock()
    with Store.open(Path(accounts.load(home.paths).store)) as store:
        made = schema.copy_aside(store.db, "before-restore-1")
    assert made.exists()
    assert sorted(one.name for one in made.parent.glob("akk.db.*") if "-wal" not in one.name) == [
        "akk.db.before-restore-1",
        "akk.db.v1",
    ]
    assert readable(home.home, home.secrets()) == []


def test_f10_a_damaged_copy_that_cannot_come_along_is_named(make_home: MakeHome) -> None:
    """The words of a damaged store would send the officer to a repair that finds nothing to do."""
    home = make_home()
    kept = Path(accounts.load(home.paths).store).with_name("akk.db.damaged-2025-10-06T020000Z")
    kept.write_bytes(b"SQLite format 3\0" + b"\xff" * 8176)
    kept.chmod(0o600)
    done = home.run("encrypt")
    assert done.returncode == 6
    assert kept.name in done.stderr
    assert "Pindahkan" in done.stderr
    assert "--repair" not in done.stderr
    kept.unlink()
    home.encrypt()
    assert home.run("status").returncode == 0


def test_f10_everything_works_and_comes_back(make_home: MakeHome) -> None:
    home = make_home()
    before = json.loads(home.run("note", "list", "--json").stdout)
    home.encrypt()
    assert json.loads(home.run("note", "list", "--json").stdout) == before
    who = json.loads(home.run("whoami", "--json").stdout)
    assert who["token_store"] == "vault"
    assert json.loads(home.run("sync", "--json").stdout)["pushed"] == 1
    assert home.run("decrypt").returncode == 0
    after = json.loads(home.run("note", "list", "--json", passphrase=False).stdout)
    assert {note["body"] for note in after["notes"]} == {note["body"] for note in before["notes"]}
    assert not (home.paths.data / "sealed").exists()
    assert not (home.paths.data / ".sealed.old").exists()
    assert home.run("sync", passphrase=False).returncode == 0


def test_f10_a_wrong_passphrase_is_refused_in_words(make_home: MakeHome) -> None:
    home = make_home()
    home.encrypt()
    home.secret.write_text("jalan kaki ke pasar malam\n")
    done = home.run("status")
    assert done.returncode == 6
    assert "Frasa sandi salah" in done.stderr
    assert "encrypt --forget" in done.stderr
    assert "Traceback" not in done.stderr


def test_f10_without_a_terminal_it_says_what_to_do(make_home: MakeHome) -> None:
    home = make_home()
    home.encrypt()
    for words in (("status",), ("whoami",), ("sync",), ("logout",), ("note", "list"), ("outbox", "list")):
        done = home.run(*words, passphrase=False)
        assert done.returncode == 6, words
        assert "--passphrase-file" in done.stderr
        assert "encryption.key_command" in done.stderr


@pytest.mark.parametrize("name", ["akk.db", "vault.db", "key.json"])
def test_f10_a_flipped_byte_is_refused_in_words(make_home: MakeHome, name: str) -> None:
    home = make_home()
    home.encrypt()
    file = next(home.paths.data.glob(f"sealed/**/{name}"))
    good = file.read_bytes()
    step = max(1, len(good) // 12)
    refused = 0
    for at in range(20, len(good), step):
        file.write_bytes(good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :])
        done = home.run("note", "list")
        assert done.returncode in (0, 6), done.stderr
        assert "Traceback" not in done.stderr
        assert "sqlcipher" not in done.stderr.lower()
        refused += done.returncode == 6 and bool(done.stderr.strip())
    # A byte of a page that this command does not read may go unseen.
    assert refused >= (1 if name == "akk.db" else 5)
    file.write_bytes(good)
    assert home.run("note", "list").returncode == 0


def test_f10_the_real_program_makes_a_key_that_costs_all_it_should(make_home: MakeHome) -> None:
    """Programs that are copies make cheap ones."""
    home = make_home(work=False)
    assert home.run("encrypt", stdin=subprocess.DEVNULL).returncode == 0
    kept = json.loads((home.paths.data / "sealed" / "key.json").read_text())
    assert [kept[name] for name in ("kdf", "memory_kib", "passes", "lanes")] == ["argon2id", 65_536, 3, 4]


def test_f10_a_passphrase_has_a_floor(make_home: MakeHome) -> None:
    home = make_home(work=False)
    home.secret.write_text("elevenchars\n")
    done = home.run("encrypt")
    assert done.returncode == 2
    assert "12" in done.stderr
    assert not vault.sealed(home.paths)


def test_f10_no_passphrase_in_arguments(make_home: MakeHome) -> None:
    home = make_home(work=False)
    assert home.run("encrypt", "--passphrase", "x" * 20, passphrase=False).returncode == 2
    assert home.run("encrypt", passphrase=False, env={**os.environ, "AKK_PASSPHRASE": "x" * 20}).returncode == 6


def test_f10_the_terminal_asks_twice_and_shows_nothing(make_home: MakeHome) -> None:
    home = make_home()
    start = f"{sys.executable} -m akk_tui.cli --home {home.home} --lang id"
    child = pexpect.spawn(f"{start} encrypt", encoding="utf-8", timeout=30)
    child.expect("Frasa sandi baru")
    child.waitnoecho()
    child.sendline(PASSPHRASE)
    child.expect("Sekali lagi")
    child.waitnoecho()
    child.sendline(PASSPHRASE)
    child.expect("terenkripsi")
    child.expect(pexpect.EOF)
    assert PASSPHRASE not in (child.before or "")
    child.close()
    assert child.exitstatus == 0
    child = pexpect.spawn(f"{start} note list", encoding="utf-8", timeout=30)
    child.expect("Frasa sandi profil")
    child.waitnoecho()
    child.sendline("salah sama sekali")
    child.expect("Frasa sandi salah")
    child.expect("Frasa sandi profil")
    child.waitnoecho()
    child.sendline(PASSPHRASE)
    child.expect("Wawancara")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0


def test_f10_two_different_passphrases_change_nothing(make_home: MakeHome) -> None:
    home = make_home()
    child = pexpect.spawn(f"{sys.executable} -m akk_tui.cli --home {home.home} encrypt", encoding="utf-8", timeout=30)
    for words in (PASSPHRASE, PASSPHRASE + "x"):
        child.expect(":")
        child.waitnoecho()
        child.sendline(words)
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 2
    assert not vault.sealed(home.paths)


def test_f10_rekey_takes_the_new_one_alone(make_home: MakeHome) -> None:
    home = make_home()
    home.encrypt()
    new = home.home.parent / "new"
    new.write_text("perahu kertas hanyut ke laut\n")
    assert home.run("rekey", "--new-passphrase-file", str(new)).returncode == 0
    assert home.run("status").returncode == 6
    home.secret.write_text(new.read_text())
    assert home.run("status").returncode == 0


@pytest.mark.parametrize("direct", [True, False])
def test_f10_a_key_command_opens_it_without_a_shell(make_home: MakeHome, direct: bool) -> None:
    home = make_home()
    printed = "ab" * 32 if direct else "kata yang panjang sekali"
    script = home.home.parent / "key"
    script.write_text(f"#!/bin/sh\n[ $# = 1 ] && [ \"$1\" = '$(x);y' ] && echo '{printed}'\n")
    script.chmod(0o700)
    done = home.run("encrypt", "--key-command", f"{script} '$(x);y'", passphrase=False)
    assert done.returncode == 0, done.stderr
    kept = json.loads((home.paths.data / "sealed" / "key.json").read_text())
    assert kept["kdf"] == ("hkdf-sha256" if direct else "argon2id")
    assert printed not in "".join(file.read_text("latin-1") for file in files(home.home))
    assert home.run("note", "list", passphrase=False).returncode == 0
    script.write_text("#!/bin/sh\necho not this one\n")
    assert home.run("status", passphrase=False).returncode == 6
    script.write_text("#!/bin/sh\nexit 3\n")
    failed = home.run("status", passphrase=False)
    assert failed.returncode == 6
    assert "“key”" in failed.stderr


def test_f10_a_key_command_that_fails_encrypts_nothing(make_home: MakeHome) -> None:
    home = make_home()
    assert home.run("encrypt", "--key-command", "/bin/false", passphrase=False).returncode == 6
    assert not vault.sealed(home.paths)
    assert json.loads(home.run("config", "show", "--json").stdout)
    assert "/bin/false" not in home.paths.config_file.read_text()


_HOLDER = """
import sys
from pathlib import Path
from akk_tui import paths
from akk_tui.sync import vault
vault.hold(paths.find(Path(sys.argv[1]), {}))
print("held", flush=True)
sys.stdin.read()
"""


def test_f10_nothing_is_changed_while_another_process_uses_the_profile(make_home: MakeHome) -> None:
    home = make_home()
    with subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(home.home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "held\n"
        done = home.run("encrypt")
        assert done.returncode == 6
        assert "sedang dipakai" in done.stderr
        assert not vault.sealed(home.paths)
        child.kill()
    home.encrypt()


_KILLED = """
import os, signal, sys
from pathlib import Path
from akk_tui import paths
from akk_tui.sync import sealing, vault
found, what, at = paths.find(Path(sys.argv[1]), {}), sys.argv[2], int(sys.argv[3])
seen = 0
def step(name):
    global seen
    seen += 1
    if seen == at:
        os.kill(os.getpid(), signal.SIGKILL)
if what == "encrypt":
    sealing.encrypt(found, sys.argv[4].encode(), "passphrase", step=step)
else:
    vault.unlock(found, sys.argv[4].encode())
    sealing.decrypt(found, step=step)
"""


@pytest.mark.parametrize("what", ["encrypt", "decrypt"])
def test_f10_killed_at_any_step_it_is_the_old_or_the_new(make_home: MakeHome, what: str) -> None:
    home = make_home()
    if what == "decrypt":
        home.encrypt()
    before = home.home.with_name("before")
    shutil.copytree(home.home, before)
    states: list[bool] = []
    for at in range(1, 20):
        shutil.rmtree(home.home)
        shutil.copytree(before, home.home)
        done = forked.run(forked.SCRIPT, [_KILLED, str(home.home), what, str(at), PASSPHRASE], dict(os.environ))
        states.append(vault.sealed(home.paths))
        listed = home.run("note", "list", "--json", passphrase=states[-1])
        assert listed.returncode == 0, (at, listed.stderr)
        assert NOTE in listed.stdout
        if states[-1]:
            assert readable(home.home, home.secrets()) == [], at
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL
    assert set(states) == {True, False}
    assert states[-1] is (what == "encrypt")
    assert states == sorted(states, reverse=what == "decrypt")


def test_f10_forgotten_it_says_how_much_is_lost(make_home: MakeHome) -> None:
    home = make_home()
    home.encrypt()
    refused = home.run("encrypt", "--forget", passphrase=False)
    assert refused.returncode == 1
    # The note and the private note.
    assert "2" in refused.stderr
    assert vault.sealed(home.paths)
    home.unlock()
    home.work()
    home.forget()
    done = home.run("encrypt", "--forget", "--yes", "--json", passphrase=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["lost"] == 4
    assert list(files(home.paths.data / "sealed")) == []
    assert home.run("status", passphrase=False).returncode == 4
    home.sign_in(home.token)
    assert home.run("status", passphrase=False).returncode == 0


def test_f10_the_number_of_unsent_edits_is_the_only_thing_beside(make_home: MakeHome) -> None:
    home = make_home()
    home.encrypt()
    known = {"akk.db", "unsent", "vault.db", "key.json", "use.lock", "sync.lock"}
    assert home.run("sync").returncode == 0
    names = {file.name for file in files(home.home)}
    assert names <= known, names
    kept = next(home.paths.data.glob("sealed/stores/*/unsent")).read_text()
    # The private note never leaves.
    assert kept == "1\n"
    assert re.fullmatch(r"[0-9a-f]{16}", next(home.paths.data.glob("sealed/stores/*")).name)


def test_f10_another_officer_gets_another_store(make_home: MakeHome) -> None:
    home = make_home()
    home.encrypt()
    other = home.server.officer("baskara", [REGION])
    token = home.home.parent / "token"
    token.write_text(other)
    assert home.run("login", "--server", home.server.url, "--token-file", str(token)).returncode == 0
    assert json.loads(home.run("whoami", "--json").stdout)["officer"] == "baskara"
    assert home.run("sync").returncode == 0
    assert NOTE not in home.run("note", "list", "--json").stdout
    assert len(list(home.paths.data.glob("sealed/stores/*/akk.db"))) == 2
    assert not (home.paths.data / "stores").exists()
    assert readable(home.home, (*home.secrets(), "baskara", other)) == []
    token.write_text(home.token)
    assert home.run("login", "--server", home.server.url, "--token-file", str(token)).returncode == 0
    assert NOTE in home.run("note", "list", "--json").stdout


def test_f10_a_key_file_that_asks_for_too_much_memory_is_refused(make_home: MakeHome) -> None:
    home = make_home(work=False)
    home.encrypt()
    file = home.paths.data / "sealed" / "key.json"
    asking = re.sub(r'"memory_kib":\d+', '"memory_kib":99999999', file.read_text())
    assert asking != file.read_text()
    file.write_text(asking)
    done = home.run("status")
    assert done.returncode == 6
    assert "rusak" in done.stderr


def test_f10_another_editor_gets_a_file_in_memory_or_none(make_home: MakeHome) -> None:
    home = make_home()
    home.encrypt()
    listed = json.loads(home.run("note", "list", "--json").stdout)["notes"]
    note = next(one["id"] for one in listed if one["body"].startswith(NOTE))
    seen = home.home.parent / "seen"
    editor = home.home.parent / "editor"
    editor.write_text(f'#!/bin/sh\necho "$1" > {seen}\necho Tambahan >> "$1"\n')
    editor.chmod(0o700)
    env = {**os.environ, "VISUAL": str(editor)}
    env.pop("XDG_RUNTIME_DIR", None)
    start = f"{sys.executable} -m akk_tui.cli --home {home.home} --passphrase-file {home.secret} note edit {note}"

    def edit(env: dict[str, str]) -> int | None:
        child = pexpect.spawn(start, env=env, encoding="utf-8", timeout=30)
        child.expect(pexpect.EOF)
        child.close()
        return child.exitstatus

    assert edit(env) == 1
    assert not seen.exists()
    with tempfile.TemporaryDirectory(dir="/dev/shm") as memory:
        assert edit({**env, "XDG_RUNTIME_DIR": memory}) == 0
        assert seen.read_text().startswith(memory)
        assert [file for file in files(Path(memory)) if NOTE in file.read_text()] == []
    assert edit({**env, "XDG_RUNTIME_DIR": str(home.home.parent)}) == 1


def test_f10_the_sync_of_the_app_gets_the_key_through_a_pipe(make_home: MakeHome) -> None:
    from akk_tui.ui.handover import key_pipe

    home = make_home()
    with key_pipe(home.paths) as (handed, passed):
        assert (handed, passed) == ((), ())
    home.encrypt()
    home.unlock()
    with key_pipe(home.paths) as (handed, passed):
        done = home.run("sync", "--json", *handed, passphrase=False, pass_fds=passed)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["pushed"] == 1
    assert vault.data_key(home.paths).hex() not in " ".join(handed)


def test_f10_what_a_killed_write_of_the_account_left_is_swept(make_home: MakeHome) -> None:
    home = make_home(work=False)
    torn = home.paths.account_file.with_name(".account.json.1.0123456789abcdef")
    torn.write_bytes(home.paths.account_file.read_bytes())
    home.encrypt()
    assert readable(home.home, (OFFICER,)) == []


def test_f10_what_a_killed_decrypt_left_is_swept_by_any_command(make_home: MakeHome) -> None:
    home = make_home(work=False)
    home.encrypt()
    left = home.paths.data / ".sealed.old"
    shutil.copytree(home.paths.data / "sealed", left)
    assert home.run("decrypt").returncode == 0
    assert not left.exists()
    shutil.copytree(home.paths.data / "stores", left)
    assert home.run("status", passphrase=False).returncode == 0
    assert not left.exists()
