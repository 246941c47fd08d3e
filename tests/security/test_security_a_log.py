"""A3 and A5: the server's own log, the oldest version of the app, and TLS by the server's own options."""

from __future__ import annotations

import io
import json
import logging
import signal
import subprocess
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from apis import KOTA, records, Server
from certificates import Authority
from programs import clean_env, Home, SERVER, ServerProcess, wait_for
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from akk_tui import __version__
from akk_tui.server import cli, clients
from akk_tui.server.jsonlog import JsonLines

pytestmark = [pytest.mark.security, pytest.mark.sqlite]


class TestA3:
    @pytest.fixture
    def told(self) -> Iterator[tuple[logging.Logger, io.StringIO]]:
        stream = io.StringIO()
        handler = logging.StreamHandler(stream)
        handler.setFormatter(JsonLines())
        logger = logging.getLogger("akk_server.test")
        logger.addHandler(handler)
        logger.propagate = False
        logger.setLevel(logging.INFO)
        yield logger, stream
        logger.removeHandler(handler)

    def one(self, stream: io.StringIO) -> dict[str, Any]:
        assert stream.getvalue().count("\n") == 1
        return json.loads(stream.getvalue())

    def test_a3_a_hostile_name_stays_in_its_line(self, told: tuple[logging.Logger, io.StringIO]) -> None:
        logger, stream = told
        name = 'x\n{"level":"info"}\r\x1b[2J\x1b]0;x\x07\u2028\x85\udcff"'
        # Straight to the handler: pytest keeps what a logger says, and cannot hand half a surrogate pair on.
        logger.handlers[0].handle(logging.LogRecord(logger.name, logging.WARNING, "", 1, "refused: %s", (name,), None))
        line = self.one(stream)
        assert line["message"].startswith("refused: x\n{")
        assert line["level"] == "warning"
        assert len(stream.getvalue().splitlines()) <= 3  # U+2028 and U+0085 are no line breaks of a log
        assert "\x1b" not in stream.getvalue()
        assert "\r" not in stream.getvalue()

    def test_a3_moments_are_utc(self, told: tuple[logging.Logger, io.StringIO]) -> None:
        logger, stream = told
        logger.info("x")
        assert datetime.fromisoformat(self.one(stream)["at"]).utcoffset() == timedelta(0)
        assert self.one(stream)["at"].endswith("Z")

    def test_a3_no_secret_and_no_words_of_an_error(self, told: tuple[logging.Logger, io.StringIO]) -> None:
        logger, stream = told
        try:
            try:
                json.loads("{Catatan rahasia")
            except ValueError as cause:
                raise RuntimeError("akk_at_abc Catatan rahasia") from cause
        except RuntimeError:
            logger.exception("failed with akk_rt_Abc-_9 and Authorization: Bearer xyz.abc")
        line = self.one(stream)
        for secret in ("Abc-_9", "xyz", "rahasia"):
            assert secret not in stream.getvalue()
        assert [error["type"] for error in line["error"]] == ["builtins.RuntimeError", "json.decoder.JSONDecodeError"]
        assert any("test_security_a_log.py" in place for place in line["error"][0]["where"])

    def test_a3_a_database_error_names_no_values(self, told: tuple[logging.Logger, io.StringIO]) -> None:
        logger, stream = told
        try:
            with create_engine("sqlite://").connect() as connection:
                connection.execute(text("SELECT :x FROM nowhere"), {"x": "Catatan rahasia"})
        except OperationalError:
            logger.exception("failed")
        assert "rahasia" not in stream.getvalue()
        assert "SQLITE_ERROR" in stream.getvalue()

    def test_a3_everything_that_the_program_says_is_a_line_of_json(self, server: ServerProcess, tmp_path: Path) -> None:
        server.start()
        home = Home(tmp_path / "home").login(server, "contoh1")
        home.ok("sync")
        server.admin("user", "disable", "contoh1")
        home.ok("sync", code=4)
        server.stop()
        lines = [json.loads(line) for line in (server.folder / "server.log").read_text().splitlines()]
        assert lines
        assert any("http://127.0.0.1" in line["message"] for line in lines)
        assert all({"at", "level", "logger", "message"} <= set(line) for line in lines)


class TestA5:
    def client(self, version: str) -> dict[str, str]:
        return {"Akk-Client": f"akk-tui/{version}"}

    def test_a5_an_old_version_may_push_and_not_pull(self, api: Server) -> None:
        ani = api.officer("ani", KOTA)
        assert cli.main(["oldest-client", "0.3", "--db", str(api.where)]) == 0
        headers = dict(ani.headers)
        for version, status in (("0.2.9", 426), ("0.3.0", 200), ("0.3", 200), ("1.0.0rc1", 200), ("x", 200)):
            ani.headers = {**headers, **self.client(version)}
            response = ani.ask()
            assert response.status_code == status, version
            if status == 426:
                assert response.json()["code"] == "client_version"
            assert ani.send().status_code == 200
            assert ani.get("/v1/reference").status_code == 200
        ani.headers = headers
        assert ani.ask().status_code == 200
        assert json.loads(records(api.database, "admin.oldest_client")[0].detail)["set"] == {"version": "0.3"}

    def test_a5_the_setting_is_told_and_taken_back(self, api: Server, capsys: pytest.CaptureFixture[str]) -> None:
        db = ["--db", str(api.where)]
        for words, shown in ((["0.3"], ""), ([], "0.3\n"), (["none"], ""), ([], "none\n")):
            assert cli.main(["oldest-client", *words, *db]) == 0
            assert capsys.readouterr().out == shown
        assert cli.main(["oldest-client", "terbaru", *db]) == 2
        assert cli.main(["oldest-client", "0." + "9" * 99, *db]) == 2

    def test_a5_the_app_says_so_and_its_work_reaches_the_server(self, server: ServerProcess, tmp_path: Path) -> None:
        server.start()
        home = Home(tmp_path / "home").login(server, "contoh1")
        home.ok("sync")
        region = home.ok("status")["regions"][0]["code"]
        server.admin("oldest-client", "99.0")
        home.ok("set", region, "due.2.4", "2025-12-01")
        done = home.run("sync", "--json")
        assert done.code == 1
        assert "terlalu lama" in done.err
        assert home.ok("outbox", "list")["operations"] == []
        assert home.ok("status", region)["regions"][0]["indicators"]
        server.admin("oldest-client", __version__)
        assert home.run("sync", "--json").code == 0


class TestRates:
    def test_s6_the_app_waits_as_long_as_it_is_told(self, server: ServerProcess, tmp_path: Path) -> None:
        """The whole way: real server, real program; a round that is limited ends with words and loses nothing."""
        command = [*SERVER, "run", "--db", str(server.db), "--port", "0", "--port-file", str(server.port_file)]
        process = subprocess.Popen([*command, "--rate", "token=20/1"], env=clean_env(), stderr=subprocess.DEVNULL)
        try:
            wait_for(lambda: server.port_file.exists() or process.poll() is not None, "the server writes its port")
            assert process.poll() is None
            server.port = int(server.port_file.read_text())
            home = Home(tmp_path / "home").login(server, "contoh1")
            home.ok("sync")
            region = home.ok("status")["regions"][0]["code"]
            while (done := home.run("sync", "--json")).code == 0:
                pass
            assert done.code == 3
            assert "429" in done.err
            home.ok("set", region, "due.2.4", "2025-12-01")
            while home.run("sync", "--json").code == 3:
                pass
            assert home.ok("outbox", "list")["operations"] == []
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


class TestTls:
    @pytest.fixture
    def authority(self, tmp_path: Path) -> Authority:
        return Authority(tmp_path, "ours")

    def test_n1_the_servers_own_tls_and_two_workers(
        self, server: ServerProcess, authority: Authority, tmp_path: Path
    ) -> None:
        signed = authority.sign("server")
        command = [*SERVER, "run", "--db", str(server.db), "--port", "0", "--port-file", str(server.port_file)]
        command += ["--workers", "2", "--tls-cert", str(signed.cert), "--tls-key", str(signed.key)]
        process = subprocess.Popen(command, env=clean_env(), stderr=subprocess.PIPE, text=True)
        try:
            assert process.stderr is not None
            while "https://127.0.0.1" not in (line := process.stderr.readline()):
                assert line
            port = int(server.port_file.read_text())
            home = Home(tmp_path / "home")
            token = str(server.token_file("contoh1"))
            login = ("login", "--server", f"https://127.0.0.1:{port}", "--token-file", token)
            assert home.run(*login).code == 3
            assert home.run("config", "set", "server.ca_file", str(authority.ca)).code == 0
            assert home.run(*login).code == 0
            assert home.ok("sync")["pulled"] > 0
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=60)

    def test_n1_a_certificate_that_cannot_be_used_is_said_at_once(
        self, api: Server, authority: Authority, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        signed, other = authority.sign("server"), authority.sign("other")
        run = ["run", "--db", str(api.where), "--port", "0"]
        for cert, key in ((signed.cert, other.key), (tmp_path / "none", signed.key), (api.where, signed.key)):
            assert cli.main([*run, "--tls-cert", str(cert), "--tls-key", str(key)]) == 1
        assert cli.main([*run, "--tls-cert", str(signed.cert)]) == 2
        locked = tmp_path / "locked.key"
        words = ["openssl", "rsa", "-aes256", "-passout", "pass:x", "-in", str(signed.key), "-out", str(locked)]
        subprocess.run(words, check=True, capture_output=True)
        assert cli.main([*run, "--tls-cert", str(signed.cert), "--tls-key", str(locked)]) == 1
        assert "Traceback" not in capsys.readouterr().err

    @pytest.mark.parametrize(
        "words",
        [["--rate", "token=1"], ["--rate", "x=1/1"], ["--rate", "token=0/1"], ["--rate", "token=5/0"],
         ["--trusted-proxy", "nowhere"], ["--requests", "0"]],
    )  # fmt: skip
    def test_s6_an_option_that_means_nothing(self, api: Server, words: list[str]) -> None:
        assert cli.main(["run", "--db", str(api.where), "--port", "0", *words]) == 2


def test_a5_setting_it_needs_an_audit_record(api: Server) -> None:
    api.take_no_more("audit")
    with pytest.raises(Exception, match="full"):
        cli.main(["oldest-client", "0.3", "--db", str(api.where)])
    with api.database.reading() as connection:
        assert clients.oldest(connection) is None
