"""Bad input ends in a sentence that says what to do, in both languages, with the documented exit code."""

from __future__ import annotations

import http.server
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from programs import free_port, Home, Result, ServerProcess


def sentence(done: Result, code: int, *parts: str) -> str:
    assert done.code == code, done
    assert "Traceback" not in done.err
    assert done.out == ""
    for part in parts:
        assert part in done.err, (part, done.err)
    assert done.err.strip()
    return done.err


@pytest.fixture
def portal() -> Iterator[str]:
    """A web server that answers everything with a login page and status 200."""

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = b"<!DOCTYPE html><title>Hotel</title><form>"
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *args: object) -> None:
            pass

    page = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    runner = threading.Thread(target=page.serve_forever, daemon=True)
    runner.start()
    yield f"http://127.0.0.1:{page.server_address[1]}"
    page.shutdown()
    page.server_close()
    runner.join()


@pytest.fixture
def token(tmp_path: Path) -> Path:
    path = tmp_path / "token"
    path.write_text("akk_at_" + "x" * 43)
    return path


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_wrong_server_address(tmp_path: Path, token: Path, portal: str, language: str) -> None:
    home = Home(tmp_path / "home", language)
    login = ("login", "--token-file", str(token), "--server")
    nobody = f"http://127.0.0.1:{free_port()}"
    sentence(home.run(*login, nobody), 3, nobody)
    sentence(home.run(*login, portal), 3, "peramban" if language == "id" else "browser")
    sentence(home.run(*login, "ftp://127.0.0.1"), 2)
    sentence(home.run(*login, "http://203.0.113.7"), 2, "https")


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_wrong_token(tmp_path: Path, server: ServerProcess, token: Path, language: str) -> None:
    home = Home(tmp_path / "home", language)
    sentence(home.run("login", "--server", server.url, "--token-file", str(token)), 4)
    sentence(home.run("login", "--server", server.url, "--token-file", str(tmp_path / "missing")), 2, "missing")
    sentence(home.run("sync"), 4, "login")
    sentence(home.run("status"), 4, "login")


@pytest.mark.parametrize("language", ["id", "en"])
def test_unknown_region_item_and_state(officers: tuple[Home, Home], language: str) -> None:
    home = Home(officers[0].folder, language)
    sentence(home.run("tick", "Kota Blitarr", "1.1.1", "diterima"), 2, "Kota Blitar")
    sentence(home.run("tick", "35.72", "1.1.9", "diterima"), 2, "1.1.1")
    sentence(home.run("tick", "35.72", "1.1.1", "selesai"), 2, "belum_ada", "diunggah", "diterima", "tidak_berlaku")
    sentence(home.run("set", "35.72", "fulfilment", "abc", "--as-of", "2025-10-01", "--source", "KPK"), 2, "abc")
    sentence(home.run("conflicts", "resolve", "019a0000-0000-7000-8000-000000000001", "--mine"), 1, "019a0000")
    sentence(home.run("status", "--cycle", "1999"), 2, "2025")


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_broken_configuration_names_file_line_and_nearest_key(tmp_path: Path, language: str) -> None:
    home = Home(tmp_path / "home", language)
    path = Path(home.ok("config", "path")["config_file"])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text('[server]\n\nurrl = "http://127.0.0.1:1"\n')
    sentence(home.run("config", "validate"), 1, str(path), "3", "url")
    path.write_text("[server\n")
    sentence(home.run("status"), 1, str(path), "1")


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_store_of_a_newer_version_is_left_alone(officers: tuple[Home, Home], language: str) -> None:
    (database,) = officers[0].folder.rglob("akk.db")
    with sqlite3.connect(database) as connection:
        connection.execute("PRAGMA user_version=999")
    connection.close()
    home = Home(officers[0].folder, language)
    sentence(home.run("status"), 6, "999")
    sentence(home.run("tick", "35.72", "1.1.1", "diterima"), 6, "999")


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_home_that_cannot_be_written(tmp_path: Path, server: ServerProcess, language: str) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    token = server.token_file("contoh1")
    home = Home(blocked / "home", language)
    sentence(home.run("login", "--server", server.url, "--token-file", str(token)), 6, str(blocked))


def test_a_damaged_store_is_named(officers: tuple[Home, Home]) -> None:
    (database,) = officers[0].folder.rglob("akk.db")
    for side in ("-wal", "-shm"):
        database.with_name(database.name + side).unlink(missing_ok=True)
    database.write_bytes(b"this is no database" * 1000)
    sentence(officers[0].run("status"), 6, "akk.db")
