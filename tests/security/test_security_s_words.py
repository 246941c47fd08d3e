"""Signing in that does not work out is told as what it is: no session has ended, nobody was refused."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from programs import Home, ServerProcess
from signing import give_password, sign_in

pytestmark = pytest.mark.security


def test_s1_a_wrong_token_is_not_called_a_session_that_ended(server: ServerProcess, tmp_path: Path) -> None:
    server.start()
    wrong = tmp_path / "token"
    wrong.write_text("akk_at_" + "x" * 43)
    done = Home(tmp_path / "home").run("login", "--server", server.url, "--token-file", str(wrong))
    assert done.code == 4
    assert "tidak mengenal token" in done.err
    assert "x" * 43 not in done.err + done.out


def test_s3_too_many_codes_of_one_network_are_told_as_such(server: ServerProcess, tmp_path: Path) -> None:
    server.start()
    for _ in range(30):
        assert httpx.post(f"{server.url}/v1/device", data={"client_id": "akk-tui"}).status_code == 200
    done = Home(tmp_path / "home").run("login", "--server", server.url, "--store-token", "file")
    assert done.code == 3
    assert "Terlalu banyak kode" in done.err


def test_s4_a_token_that_takes_the_place_of_a_session_ends_it_at_the_server(
    server: ServerProcess, tmp_path: Path
) -> None:
    server.start()
    give_password(server, "contoh1")
    home = Home(tmp_path / "home")
    assert sign_in(home, server, "contoh1")[0] == 0
    wrong = tmp_path / "token"
    wrong.write_text("akk_at_" + "x" * 43)
    assert home.run("login", "--server", server.url, "--token-file", str(wrong)).code == 4
    assert len(server.admin("session", "list", "contoh1").splitlines()) == 1
    home.login(server, "contoh1")
    assert server.admin("session", "list", "contoh1") == ""
    home.ok("sync")
