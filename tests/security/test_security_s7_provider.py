"""Signing in with an OpenID provider from end to end: a provider, our server, the program, all as processes."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from programs import clean_env, Home, ServerProcess, wait_for
from provider import Provider
from pseudo import Terminal

pytestmark = pytest.mark.security
OFFICER = "contoh-verifikator"


@pytest.fixture
def served(server: ServerProcess, provider: Provider) -> ServerProcess:
    server.admin("oidc", "set", "--issuer", provider.issuer, "--client-id", "akk")
    server.start()
    return server


def _approve(provider: Provider, name: str = OFFICER) -> None:
    """The officer confirms the code at the provider."""
    beside = provider.folder / "id_token.new"
    beside.write_text(provider.token(time.time(), preferred_username=name))
    beside.rename(provider.folder / "id_token")


def _login(home: Home, served: ServerProcess, provider: Provider) -> subprocess.CompletedProcess[str]:
    words = ("login", "--server", served.url, "--issuer", provider.issuer, "--store-token", "file")
    return subprocess.run(home.argv(*words), capture_output=True, text=True, env=clean_env(), timeout=60)


def test_s7_the_provider_vouches_and_the_session_is_ours(
    served: ServerProcess, provider: Provider, tmp_path: Path
) -> None:
    home = Home(tmp_path / "home")
    _approve(provider)
    done = _login(home, served, provider)
    assert done.returncode == 0, done.stderr
    assert "WDJB-MJHT" in done.stderr
    assert home.ok("whoami")["officer"] == OFFICER
    home.ok("sync")
    # The rights are those of the account here: a second reader sets no owner.
    assert home.run("set", "35.72", "owner.2.4", "BKPSDM").code == 4
    # Each command renews the session with a token of its own; the provider may be away by now.
    provider.close()
    home.ok("sync")
    assert home.ok("session", "list")["sessions"][0]["current"] is True
    assert home.run("logout").code == 0


def test_s7_a_provider_that_refuses_or_is_away_leaves_nothing(
    served: ServerProcess, provider: Provider, tmp_path: Path
) -> None:
    home = Home(tmp_path / "home")
    provider.mode("deny")
    denied = _login(home, served, provider)
    assert denied.returncode == 4, denied.stderr
    provider.mode("")
    _approve(provider, "orang-lain")
    unknown = _login(home, served, provider)
    assert unknown.returncode != 0
    provider.close()
    away = _login(home, served, provider)
    assert away.returncode == 3, away.stderr
    assert "Traceback" not in denied.stderr + unknown.stderr + away.stderr
    assert not list((tmp_path / "home").rglob("account.json"))


def test_s7_the_window_of_the_app_leads_to_the_provider_once_it_is_agreed_to(
    served: ServerProcess, provider: Provider, tmp_path: Path, open_app: Callable[..., Terminal]
) -> None:
    home = Home(tmp_path / "home")
    app = open_app(home, columns=100, rows=30, PYTHON_KEYRING_BACKEND="keyring.backends.fail.Keyring")
    app.wait("Selamat datang")
    app.send(f"{served.url}\r")
    app.wait("ya, simpan di berkas")
    app.send("\r")
    app.wait("penyedia identitas")
    app.send("\x0f")
    app.wait("ya, masuk di sana")
    assert provider.issuer in app.text
    assert "WDJB" not in app.text
    app.send("\r")
    app.wait("WDJB-MJHT")
    _approve(provider)
    app.wait("Panduan singkat")
    assert wait_for(lambda: home.ok("whoami")["officer"], "signed in") == OFFICER
