"""Wiping (F9) of a laptop that is lost, with work on it that was never sent: the real programs."""

from __future__ import annotations

from pathlib import Path

import pytest
from programs import Home, ServerProcess
from signing import give_password, sign_in

pytestmark = pytest.mark.security


@pytest.mark.parametrize("first", ["user disable contoh1", "session revoke --all contoh1", ""])
def test_f9_a_lost_laptop_with_unsent_work_is_wiped_whatever_was_done_first(
    server: ServerProcess, tmp_path: Path, first: str
) -> None:
    server.start()
    give_password(server, "contoh1")
    home = Home(tmp_path / "home")
    assert sign_in(home, server, "contoh1")[0] == 0
    home.ok("sync")
    home.ok("tick", "35.72", "2.4.1", "diunggah")
    assert home.ok("status")["pending"] == 1
    if first:
        server.admin(*first.split())
    server.admin("session", "wipe", "--all", "contoh1")
    done = home.run("sync")
    assert done.code == 4
    assert "dihapus" in done.err, done
    assert not list(home.folder.rglob("akk.db"))
    assert "sudah dihapus" in server.admin("session", "list", "contoh1")
    assert home.run("whoami").code == 4
