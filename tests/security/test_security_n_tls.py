"""Network: N1 (TLS) and N2 (pins). The real program against servers on loopback that note every byte."""

from __future__ import annotations

import re
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from certificates import Authority, Signed
from hostile import answer, Asked, Hostile
from programs import clean_env, Home

import akk_tui

pytestmark = pytest.mark.security

TOKEN = "akk_at_0123456789abcdef0123456789abcdef"
HEALTH = b'{"status":"ok","name":"akk-server","protocol":1,"schema":1}'


def say(_: Asked) -> list[bytes]:
    return answer(HEALTH)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tls"), "ours")


@pytest.fixture(scope="module")
def signed(authority: Authority) -> Signed:
    return authority.sign("server")


@pytest.fixture
def tls(signed: Signed) -> Iterator[Hostile]:
    with Hostile(say, signed.context()) as made:
        yield made


@pytest.fixture
def home(tmp_path: Path) -> Home:
    (tmp_path / "token").write_text(TOKEN + "\n")
    return Home(tmp_path / "home")


def login(home: Home, url: str) -> tuple[int, str]:
    """Exit code and words of signing in at ``url``."""
    done = home.run("login", "--server", url, "--token-file", str(home.folder.parent / "token"))
    return done.code, done.err


def trust(home: Home, authority: Authority) -> None:
    assert home.run("config", "set", "server.ca_file", str(authority.ca)).code == 0


class TestTls:
    def test_n1_an_unknown_authority_is_sent_nothing(self, home: Home, tls: Hostile) -> None:
        code, words = login(home, tls.url)
        assert code == 3
        assert "Sambungan aman" in words
        assert tls.raw == b""

    def test_n1_an_authority_of_the_settings_is_enough(self, home: Home, tls: Hostile, authority: Authority) -> None:
        trust(home, authority)
        assert login(home, tls.url)[0] == 1
        assert [asked.target for asked in tls.asked] == ["/v1/health", "/v1/reference"]
        assert tls.asked[1].headers["authorization"] == f"Bearer {TOKEN}"

    def test_n1_a_certificate_for_another_name_is_sent_nothing(self, home: Home, authority: Authority) -> None:
        trust(home, authority)
        with Hostile(say, authority.sign("elsewhere", names="DNS:akk.example").context()) as server:
            code, words = login(home, server.url)
            assert code == 3
            assert "Sambungan aman" in words
            assert server.raw == b""

    @pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
    def test_n1_tls_older_than_1_2_is_refused(
        self, home: Home, authority: Authority, signed: Signed, newest: ssl.TLSVersion
    ) -> None:
        trust(home, authority)
        with pytest.warns(DeprecationWarning, match="TLSv1"):
            context = signed.context(newest)
        with Hostile(say, context) as old:
            if not _speaks(old.port, newest):
                pytest.skip("this openssl does not speak such old TLS at all")
            code, words = login(home, old.url)
            assert code == 3
            assert "Sambungan aman" in words
            assert old.raw == b""

    @pytest.mark.parametrize(
        "url", ["http://akk.example", "ftp://127.0.0.1", "http://127.0.0.1.example:8", "http://0/"]
    )
    def test_n1_only_https_but_for_this_computer(self, home: Home, url: str) -> None:
        code, words = login(home, url)
        assert code == 2
        assert "https://" in words

    def test_n1_no_switch_skips_the_check(self) -> None:
        source = Path(akk_tui.__file__).parent
        said = {path: path.read_text(encoding="utf-8") for path in source.rglob("*.py")}
        banned = r"verify\s*=\s*False|CERT_NONE|_create_unverified|check_hostname\s*=\s*False|insecure"
        assert [path for path, text in said.items() if re.search(banned, text, re.IGNORECASE)] == []

    @pytest.mark.parametrize("name", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
    def test_n1_nor_does_the_environment(
        self, home: Home, tls: Hostile, authority: Authority, monkeypatch: pytest.MonkeyPatch, name: str
    ) -> None:
        monkeypatch.setenv(name, str(authority.ca if name == "SSL_CERT_FILE" else authority.ca.parent))
        monkeypatch.setenv("SSLKEYLOGFILE", str(home.folder.parent / "keys"))
        assert login(home, tls.url)[0] == 3
        trust(home, authority)
        login(home, tls.url)
        assert len(tls.asked) == 2
        assert not (home.folder.parent / "keys").exists()


def _speaks(port: int, version: ssl.TLSVersion) -> bool:
    """Whether a client that wants to can speak to the server: the refusal below is then ours."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        context.minimum_version = version
    try:
        with socket.create_connection(("127.0.0.1", port)) as raw, context.wrap_socket(raw) as made:
            return made.version() is not None
    except OSError:
        return False


class TestPins:
    @pytest.mark.parametrize("kind", ["rsa:2048", "ec", "ed25519"])
    def test_n2_the_command_prints_what_openssl_says(self, home: Home, authority: Authority, kind: str) -> None:
        trust(home, authority)
        one = authority.sign(kind.replace(":", ""), kind)
        with Hostile(say, one.context()) as server:
            done = home.run("doctor", "--pin", server.url)
            assert (done.code, done.out) == (0, one.pin + "\n")
            assert home.ok("doctor", "--pin", server.url) == {"server": server.url, "pin": one.pin, "known": False}

    def test_n2_the_command_trusts_nobody_more(self, home: Home, tls: Hostile, signed: Signed) -> None:
        done = home.run("doctor", "--pin", tls.url)
        assert done.code == 3
        assert signed.pin not in done.out + done.err

    def test_n2_another_key_is_sent_nothing(
        self, home: Home, authority: Authority, signed: Signed, tls: Hostile
    ) -> None:
        """The certificate is good, the name is right, the authority is trusted: the key alone is another."""
        trust(home, authority)
        other = authority.sign("other")
        assert home.run("config", "set", "server.pins", other.pin).code == 0
        code, words = login(home, tls.url)
        assert code == 3
        assert signed.pin in words
        assert "server.pins" in words
        assert tls.raw == b""

    def test_n2_one_of_two_is_enough_and_a_new_certificate_keeps_the_pin(
        self, home: Home, authority: Authority, signed: Signed
    ) -> None:
        trust(home, authority)
        backup = authority.sign("backup")
        again = authority.sign("renewed", key=signed.key)
        assert home.run("config", "set", "server.pins", f"sha256//{signed.pin}, {backup.pin}").code == 0
        for shown in (signed, again, backup):
            with Hostile(say, shown.context()) as server:
                login(home, server.url)
                assert [asked.target for asked in server.asked] == ["/v1/health", "/v1/reference"]

    def test_n2_it_holds_behind_a_proxy(self, home: Home, authority: Authority, tls: Hostile) -> None:
        trust(home, authority)
        with _Proxy() as proxy:
            assert home.run("config", "set", "server.proxy", proxy.url).code == 0
            url = tls.url.replace("127.0.0.1", "localhost")
            # A server on this computer is reached without a proxy; one that is not calls itself by another name.
            probe = _PROXIED.format(url=url, ca=str(authority.ca), proxy=proxy.url, pin="A" * 43 + "=")
            done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, env=clean_env())
            assert done.stdout.strip() == "WrongPin", done.stderr
            assert proxy.asked.startswith(b"CONNECT localhost:")
            assert tls.raw == b""

    @pytest.mark.parametrize("pin", ["AAAA", "A" * 44, "sha1/" + "A" * 43 + "="])
    def test_n2_what_is_no_pin_is_refused(self, home: Home, pin: str) -> None:
        assert home.run("config", "set", "server.pins", pin).code != 0


_PROXIED = """
from akk_tui.sync import errors, transport
transport.is_loopback = lambda server: False
from pathlib import Path
made = transport.Transport({url!r}, "t" * 20, replica="", ca_file=Path({ca!r}), proxy={proxy!r}, pins=({pin!r},))
try:
    made.reference()
except errors.SyncError as found:
    print(type(found).__name__)
"""


class _Proxy:
    """An HTTP proxy that opens a tunnel to where it is told."""

    def __init__(self) -> None:
        self.asked = b""
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> _Proxy:
        self._start(self._serve)
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.close()
        for thread in self._threads:
            thread.join(10)

    def _start(self, work: object, *args: object) -> None:
        self._threads.append(threading.Thread(target=work, args=args, daemon=True))  # type: ignore[arg-type]
        self._threads[-1].start()

    def _serve(self) -> None:
        client, _ = self._listening.accept()
        while b"\r\n\r\n" not in self.asked:
            self.asked += client.recv(4096)
        port = int(self.asked.split(b" ")[1].rpartition(b":")[2])
        server = socket.create_connection(("127.0.0.1", port))
        client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        self._start(_copy, client, server)
        _copy(server, client)


def _copy(source: socket.socket, to: socket.socket) -> None:
    try:
        while data := source.recv(65_536):
            to.sendall(data)
    except OSError:
        pass
    finally:
        for one in (source, to):
            one.close()
