"""Rounds against what really answers: a server, which prepares regions, and a Wi-Fi's login page in its place."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple

import pytest
from work_app import drive, Driven

from akk_tui import config, i18n
from akk_tui.paths import find, Paths
from akk_tui.server import embedded, setup
from akk_tui.store.store import Store
from akk_tui.sync import runner
from akk_tui.ui.launch import sync_command
from akk_tui.ui.prepare import PrepareWindow
from akk_tui.ui.screens.sync import SyncScreen

LOGIN = b"<!doctype html><title>Hotel</title><form action=/login method=post><input name=room></form>"


class Signed(NamedTuple):
    """An officer who is signed in to a server that can be stopped."""

    paths: Paths
    store: Path
    server: embedded.Running

    @property
    def port(self) -> int:
        return int(self.server.url.rpartition(":")[2])


@pytest.fixture
def signed(tmp_path: Path, server_templates: Callable[[bool], Path]) -> Iterator[Signed]:
    """contoh1 with all rows of the sample here, none of its history."""
    db = tmp_path / "server.db"
    shutil.copyfile(server_templates(True), db)
    token = setup.issue_token(db, "contoh1").token
    server = embedded.start(db)
    try:
        paths = find(tmp_path / "home")
        account = runner.sign_in(paths, server.url, token, config.Settings())
        runner.sync_once(paths, account, config.Settings())
        yield Signed(paths, Path(account.store), server)
    finally:
        server.stop()


class Hotel(BaseHTTPRequestHandler):
    """Answers whatever is asked with the page where one signs in, or by sending there."""

    status = 200

    def do_GET(self) -> None:
        body = b"" if 300 <= self.status < 400 else LOGIN
        self.send_response(self.status)
        if not body:
            self.send_header("Location", "http://192.0.2.1/login")
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.do_GET()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as http.server names it
        """Say nothing."""


@contextmanager
def hotel(port: int, status: int) -> Iterator[None]:
    """A login page where the server was."""
    handler = type("Hotel", (Hotel,), {"status": status})
    with ThreadingHTTPServer(("127.0.0.1", port), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize("status", [200, 302, 511])
@pytest.mark.parametrize("language", ["id", "en"])
def test_a_login_page_in_the_servers_place_is_said_in_words(signed: Signed, status: int, language: str) -> None:
    i18n.use(language)
    signed.server.stop()
    words = (
        "Wi-Fi meminta masuk lewat peramban; buka peramban, lalu tekan s."
        if language == "id"
        else "The Wi-Fi wants you to sign in through a browser; open the browser, then press s."
    )

    async def test(app: Driven) -> None:
        before = app.store.views.sending().operations
        await app.pilot.press("s")
        await app.until(lambda: words in app.told(), "the sentence is told")
        await app.until(lambda: words in app.text(), "it stands on the screen")
        await app.settle()
        assert app.app.online is False
        assert app.store.views.sending().operations == before == 1
        app.app.clear_notifications()
        app.app.sync.round(asked=False)
        await app.until(lambda: not app.app.sync.running, "the next round ends")
        await app.settle()
        assert app.told() == ""
        assert words in app.text()

    with Store.open(signed.store) as store:
        store.edit("assessment", "2025:35.72:2.4", {"due": "2025-10-20"}, seen=None)
    with hotel(signed.port, status):
        drive(signed.store, test, at="sync", sync_command=sync_command(signed.paths))


def test_after_signing_in_to_the_wifi_the_same_key_sends(signed: Signed) -> None:
    async def test(app: Driven) -> None:
        signed.server.stop()
        with hotel(signed.port, 200):
            await app.pilot.press("s")
            await app.until(lambda: "Wi-Fi meminta masuk" in app.text(), "the sentence stands")
        server = embedded.start(signed.paths.data.parents[1] / "server.db", port=signed.port)
        try:
            await app.pilot.press("s")
            await app.until(lambda: "Sinkron selesai: 1 terkirim" in app.told(), "it is sent")
            await app.until(lambda: "Wi-Fi meminta masuk" not in app.text(), "the sentence goes")
            await app.until(lambda: "Semua sudah terkirim." in app.text(), "nothing waits")
            await app.press("tab", "tab")
            assert "terkirim, no. " in app.text()
        finally:
            server.stop()

    with Store.open(signed.store) as store:
        store.edit("assessment", "2025:35.72:2.4", {"due": "2025-10-20"}, seen=None)
    # Nothing is tried again by itself: the key does it.
    drive(signed.store, test, at="sync", sync_command=sync_command(signed.paths), sync_minutes=0)


def test_what_waits_is_sent_by_itself_once_the_server_is_there_again(signed: Signed) -> None:
    async def test(app: Driven) -> None:
        signed.server.stop()
        await app.pilot.press("s")
        await app.until(lambda: "menolak sambungan" in app.told(), "it fails")
        assert app.app.online is False
        server = embedded.start(signed.paths.data.parents[1] / "server.db", port=signed.port)
        try:
            await app.until(lambda: app.app.online is True, "it is tried again")
            await app.until(lambda: "Semua sudah terkirim." in app.text(), "nothing waits")
        finally:
            server.stop()

    with Store.open(signed.store) as store:
        store.edit("assessment", "2025:35.72:2.4", {"due": "2025-10-20"}, seen=None)
    drive(signed.store, test, at="sync", sync_command=sync_command(signed.paths))


def test_chosen_regions_are_prepared_and_stay_readable_without_a_server(signed: Signed) -> None:
    async def prepare(app: Driven) -> None:
        assert "Belum ada daerah yang disiapkan luring; L menyiapkannya." in app.text()
        await app.press("L")
        assert "○ belum disiapkan" in app.text()
        await app.press("n", "enter")
        assert "Pilih dulu sebuah daerah." in app.told()
        await app.press("slash")
        await app.type("blitar")
        await app.press("enter", "a")
        assert "2 dari" in app.text()
        await app.press("escape")
        assert "Kota Mataram" in app.text()
        await app.pilot.press("enter")
        await app.until(lambda: "Siap luring: 2 daerah, data per" in app.told(), "they are ready")
        assert isinstance(app.screen, SyncScreen)
        await app.until(lambda: "Siap luring: 2 dari" in app.text(), "it stays on the screen")
        await app.settle()

    async def later(app: Driven) -> None:
        assert "Siap luring: 2 dari" in app.text()
        await app.press("L")
        assert app.text().count("✓ siap, data per") == 2
        window = app.screen
        assert window.chosen == {"35.05", "35.72"}
        await app.press("space")
        assert window.chosen != {"35.05", "35.72"}
        await app.press("space", "enter")
        await app.until(lambda: not app.app.sync.running, "the round ends")
        assert "menolak sambungan. Semua pekerjaan tersimpan" in app.told()
        await app.until(lambda: bool(re.search(r"gagal, dicoba lagi dalam .*: server", app.text())), "what next")
        assert "Siap luring: 2 dari" in app.text()

    command = sync_command(signed.paths)
    drive(signed.store, prepare, at="sync", sync_command=command)
    signed.server.stop()
    drive(signed.store, later, at="sync", sync_command=command)
    with Store.open(signed.store) as store:
        assert store.views.history("assessment", "2025:35.72:2.4").entries


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (40, 15)])
def test_every_line_of_the_window_is_seen_at_every_size(sample_store: Path, size: tuple[int, int]) -> None:
    async def test(app: Driven) -> None:
        await app.press("L")
        window = app.screen
        assert isinstance(window, PrepareWindow)
        below = size[1] < 20
        for name in ("#regions", "#sum", "#way") + (() if below else ("#about",)):
            region = window.query_one(name).region
            assert region.height > 0
            assert window.query_one("#window").region.contains_region(region)
        await app.pilot.resize_terminal(60, 18)
        await app.settle()
        assert "daerah dipilih" in app.text()
        await app.press("escape")
        assert not isinstance(app.screen, PrepareWindow)

    drive(sample_store, test, size)


def test_without_an_account_what_is_ready_can_still_be_seen(sample_store: Path) -> None:
    async def test(app: Driven) -> None:
        await app.press("L", "enter")
        assert "Belum masuk ke server; jalankan akk-tui login." in app.told()
        assert isinstance(app.screen, PrepareWindow)

    drive(sample_store, test)
