"""Signing in inside the app, in a terminal, against the real server: the first start, and a session that has ended."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from programs import clean_env, Home, ServerProcess
from pseudo import Terminal
from signing import confirm, give_password, sign_in

pytestmark = pytest.mark.security

CODE = re.compile(r"\b[B-Z]{4}-[B-Z]{4}\b")


def code_on(terminal: Terminal) -> str:
    shown = terminal.wait(lambda text: CODE.search(text) and "sisa" in text, what="a code")
    found = CODE.search(shown)
    assert found is not None
    return found[0]


def test_s3_the_first_start_asks_for_the_server_and_goes_on_into_the_app(
    server: ServerProcess, tmp_path: Path, open_app: Callable[..., Terminal]
) -> None:
    server.start()
    give_password(server, "contoh1")
    home = Home(tmp_path / "home")
    app = open_app(home, columns=80, rows=24, PYTHON_KEYRING_BACKEND="keyring.backends.fail.Keyring")
    app.wait("Selamat datang")
    app.send(f"{server.url}\r")
    app.wait("ya, simpan di berkas")
    app.send("\r")
    confirm(server, code_on(app), "contoh1")
    app.wait("Panduan singkat")
    assert home.ok("whoami")["officer"] == "contoh1"


def test_s4_a_session_that_has_ended_opens_the_window_and_the_work_is_sent_after_it(
    server: ServerProcess, tmp_path: Path, open_app: Callable[..., Terminal]
) -> None:
    server.start()
    give_password(server, "contoh1")
    home = Home(tmp_path / "home")
    assert sign_in(home, server, "contoh1")[0] == 0
    home.ok("sync")
    home.ok("tick", "35.72", "2.4.1", "diunggah")
    server.admin("session", "revoke", "--all", "contoh1")
    app = open_app(home, PYTHON_KEYRING_BACKEND="keyring.backends.fail.Keyring")
    app.wait("Sesi sudah berakhir")
    app.send("\x1b")
    app.wait(lambda text: "Panduan singkat" not in text)
    app.send("s")
    confirm(server, code_on(app), "contoh1")
    app.wait("1 terkirim")
    assert home.ok("outbox", "list")["operations"] == []


def test_n4_the_app_loads_nothing_of_signing_in_before_it_is_asked_to() -> None:
    probe = (
        "import sys, akk_tui.ui.launch, akk_tui.ui.app;"
        "print([name for name in sys.modules if name.split('.')[0] in ('httpx', 'httpcore', 'segno', 'keyring')"
        " or name in ('akk_tui.ui.sign_in', 'akk_tui.qr', 'akk_tui.sync.transport', 'akk_tui.sync.credentials')])"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, env=clean_env(), timeout=60)
    assert done.stdout.strip() == "[]", done
