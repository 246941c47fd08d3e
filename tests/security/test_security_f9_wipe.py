"""Wiping: signing out with ``--wipe``, and because the server asks for it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pexpect
import pytest
from sealedhome import files, Home, NOTE, readable

from akk_tui.contract.endpoints import Endpoint
from akk_tui.server import bundle, setup
from akk_tui.store.store import Store
from akk_tui.sync import account as accounts
from akk_tui.sync import vault, wipe
from akk_tui.sync.wipe_errors import Wiped, WipedLost, WipedSealed

pytestmark = pytest.mark.security
MakeHome = Callable[..., Home]


class Server:
    """The way to the server of a wiped session: it takes the reports."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Any]] = []

    def ask(self, endpoint: Endpoint, _form: Any, question: Any = None) -> None:
        self.asked.append((endpoint.name, question))

    @property
    def told(self) -> list[str]:
        return [name for name, _question in self.asked]


@pytest.mark.parametrize("encrypted", [False, True])
def test_f9_logout_wipe_leaves_nothing(make_home: MakeHome, encrypted: bool) -> None:
    home = make_home()
    if encrypted:
        home.encrypt()
    kept = home.run("logout", "--wipe", passphrase=encrypted)
    assert kept.returncode == 1
    assert "2" in kept.stderr
    given = f"--passphrase-file {home.secret}" if encrypted else ""
    import sys

    child = pexpect.spawn(
        f"{sys.executable} -m akk_tui.cli --home {home.home} --lang id {given} logout --wipe",
        encoding="utf-8",
        timeout=30,
    )
    child.expect("2 isian")
    child.sendline("ya")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    assert readable(home.home, home.secrets()) == []
    assert not vault.sealed(home.paths)
    assert {file.name for file in files(home.home)} <= {"use.lock"}


def _carry_out(home: Home) -> tuple[Wiped, Server]:
    if vault.sealed(home.paths):
        home.unlock()
    account, server = accounts.load(home.paths), Server()
    store = Store.open(Path(account.store))
    made = wipe.carry_out(home.paths, account, store, server)  # type: ignore[arg-type]
    return made, server


@pytest.mark.parametrize("encrypted", [False, True])
def test_f9_a_remote_wipe_seals_the_rest_before_it_destroys(
    make_home: MakeHome, encrypted: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    home = make_home()
    db = home.server.db
    bundle.make_key(db, None)
    assert home.run("sync").returncode == 0
    home.work()
    if encrypted:
        home.encrypt()
    made, server = _carry_out(home)
    assert isinstance(made, WipedSealed)
    assert server.told == ["exports", "sessions_wiped"]
    (exported,) = server.asked[0][1].exports
    # Two private notes and a draft.
    assert made.params["private"] == 3
    left = Path(str(made.params["path"]))
    assert {file.name for file in files(home.home)} - {"config.toml"} <= {"use.lock", left.name}
    assert left.stat().st_mode & 0o777 == 0o600
    assert readable(home.home, home.secrets()) == []
    whole = json.loads(bundle.readable(bundle.opened(left, bundle.key_path(db, None)).plain))
    assert [NOTE in operation["set"].get("body", "") for operation in whole["operations"]] == [True]
    assert (exported.what, exported.count, exported.sha256) == ("sealed", 1, whole["sha256"])
    from akk_tui.server import cli

    assert cli.main(["open-bundle", str(left), "--db", str(db)]) == 0
    assert NOTE in capsys.readouterr().out
    data = left.read_bytes()
    left.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(bundle.BundleRefused):
        bundle.opened(left, bundle.key_path(db, None))


def test_f9_without_a_seal_the_rest_is_not_left_readable(make_home: MakeHome) -> None:
    home = make_home()
    made, server = _carry_out(home)
    assert isinstance(made, WipedLost)
    assert made.params["count"] == 1
    # A private note and a draft.
    assert made.params["private"] == 2
    assert ": 2." in made.words()
    assert server.told == ["sessions_wiped"]
    assert readable(home.home, home.secrets()) == []


def test_f9_the_seal_key_is_never_in_the_database(make_home: MakeHome) -> None:
    home = make_home(work=False)
    db = home.server.db
    bundle.make_key(db, None)
    key = bundle.key_path(db, None)
    assert key.stat().st_mode & 0o777 == 0o600
    secret = key.read_text().strip()
    assert secret.startswith("AGE-SECRET-KEY-")
    assert secret.encode() not in Path(db).read_bytes()
    public = setup.seal(db)
    assert public is not None
    bundle.make_key(db, None)
    assert setup.seal(db) == public
