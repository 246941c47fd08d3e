"""Signing in inside the app, in a terminal, against the real server: the first start, and a session that has ended."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.request import urlopen

import psutil
import pytest
from programs import clean_env, Home, ServerProcess
from pseudo import Terminal
from qrreading import on_screen, read
from signing import confirm, give_password, sign_in, wait_for

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
    code = code_on(app)
    # What runs for it names nobody to those who list the processes of this computer.
    running = [" ".join(child.cmdline()) for child in psutil.Process(app.pid).children(recursive=True)]
    assert any(" login " in line and "--expect" in line for line in running), running
    assert not any("contoh1" in line or code in line for line in running)
    confirm(server, code, "contoh1")
    app.wait("1 terkirim")
    assert home.ok("outbox", "list")["operations"] == []


FILE_ONLY = "keyring.backends.fail.Keyring"


@pytest.mark.parametrize(
    ("where", "columns", "rows", "margin"),
    [("first start", 120, 40, 4), ("window", 120, 40, 4), ("window", 80, 24, 2), ("command line", 80, 24, 2)],
)
def test_s3_the_picture_on_the_screen_is_the_address_with_the_code(
    server: ServerProcess,
    tmp_path: Path,
    open_app: Callable[..., Terminal],
    where: str,
    columns: int,
    rows: int,
    margin: int,
) -> None:
    server.start()
    home = Home(tmp_path / "home")
    size = {"columns": columns, "rows": rows, "PYTHON_KEYRING_BACKEND": FILE_ONLY}
    if where == "command line":
        app = open_app(home, "login", "--server", server.url, "--store-token", "file", **size)
    elif where == "window":
        home.login(server, "contoh1").ok("sync")
        app = open_app(home, **size)
        app.wait("Panduan singkat")
        app.send("\x1b")
        app.wait(lambda text: "Panduan singkat" not in text)
        app.send("I")
        app.wait("ya, simpan di berkas")
        app.send("\r")
    else:
        app = open_app(home, **size)
        app.wait("Selamat datang")
        app.send(f"{server.url}\r")
        app.wait("ya, simpan di berkas")
        app.send("\r")
    code = code_on(app)
    app.settle(0.3)
    text, found = read(on_screen(app.screen))
    assert text.startswith(server.url + "/device?")
    assert found >= margin
    with urlopen(text, timeout=30) as page:
        assert code in page.read().decode()


def test_f8_a_sign_in_that_ends_behind_the_lock_shows_nothing_and_closes_its_window(
    server: ServerProcess, tmp_path: Path, open_app: Callable[..., Terminal]
) -> None:
    server.start()
    give_password(server, "contoh1")
    home = Home(tmp_path / "home")
    assert sign_in(home, server, "contoh1")[0] == 0
    home.ok("sync")
    before = home.ok("whoami")
    home.ok("tick", "35.72", "2.4.1", "diunggah")
    server.admin("session", "revoke", "--all", "contoh1")
    app = open_app(home, PYTHON_KEYRING_BACKEND=FILE_ONLY)
    app.wait("Sesi sudah berakhir")
    app.send("\x1b")
    app.wait(lambda text: "Panduan singkat" not in text)
    app.send("I")
    code = code_on(app)
    app.send("\x1b[24~")
    app.wait(lambda text: "Terkunci sejak" in text and code not in text)
    app.settle()
    since = len(app.raw)
    confirm(server, code, "contoh1")
    wait_for(lambda: home.ok("outbox", "list")["operations"] == [], "the round after it has sent the work")
    app.settle(1.2)
    said = app.raw[since:].decode("utf-8", "replace")
    assert not any(word in said for word in (code, "contoh1", "Masuk", "Blitar", "terkirim", "Sinkron")), said
    app.send("x")
    shown = app.wait(lambda text: "Terkunci sejak" not in text and "Blitar" in text)
    app.settle()
    assert code not in app.text, shown
    assert "Masuk ke server" not in app.text
    # It is the screen from which it was opened, and it answers.
    app.send("2")
    app.wait(lambda text: "Masuk ke server" not in text and "Daerah" in text)
    assert home.ok("whoami")["officer"] == before["officer"]


def test_n4_the_app_loads_nothing_of_signing_in_before_it_is_asked_to() -> None:
    probe = (
        "import sys, akk_tui.ui.launch, akk_tui.ui.app;"
        "print([name for name in sys.modules if name.split('.')[0] in ('httpx', 'httpcore', 'segno', 'keyring')"
        " or name in ('akk_tui.ui.sign_in', 'akk_tui.qr', 'akk_tui.sync.transport', 'akk_tui.sync.credentials')])"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, env=clean_env(), timeout=60)
    assert done.stdout.strip() == "[]", done
