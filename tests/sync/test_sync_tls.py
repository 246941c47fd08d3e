"""The transport over TLS: whom it trusts, what leaves before that."""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from calling import HEALTH, MADE, saying, transport
from hostile import answer, Hostile

from akk_tui.sync import errors


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    while MADE:
        MADE.pop().close()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that signs itself, and its key."""
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("no openssl")
    folder = tmp_path_factory.mktemp("tls")
    made = (folder / "cert.pem", folder / "key.pem")
    words = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    words += ["-addext", "subjectAltName=IP:127.0.0.1", "-out", str(made[0]), "-keyout", str(made[1])]
    subprocess.run([program, *words], check=True, capture_output=True)
    return made


@pytest.fixture
def tls_server(certificate: tuple[Path, Path]) -> Iterator[Hostile]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    with Hostile(saying(*answer(HEALTH)), context) as server:
        yield server


@pytest.mark.security
class TestTls:
    def test_n1_an_unknown_authority_is_refused_before_the_token_leaves(self, tls_server: Hostile) -> None:
        with pytest.raises(errors.NotTrusted) as caught:
            transport(tls_server.url).reference()
        assert caught.value.exit_code == 3
        assert not caught.value.passing
        assert tls_server.asked == []

    def test_n1_an_authority_of_the_settings_is_trusted(
        self, tls_server: Hostile, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        keys = tmp_path / "keys"
        monkeypatch.setenv("SSLKEYLOGFILE", str(keys))
        made = transport(tls_server.url, ca_file=certificate[0])
        assert made.health().status == "ok"
        made.close()
        assert not keys.exists()
        assert "SSLKEYLOGFILE" not in os.environ

    def test_n1_certificates_of_the_environment_are_not_trusted(
        self, tls_server: Hostile, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
        with pytest.raises(errors.NotTrusted):
            transport(tls_server.url).health()

    def test_n1_another_name_is_refused(self, tls_server: Hostile, certificate: tuple[Path, Path]) -> None:
        with pytest.raises(errors.NotTrusted):
            transport(tls_server.url.replace("127.0.0.1", "localhost"), ca_file=certificate[0]).health()

    @pytest.mark.parametrize("text", [None, "no certificate\n"])
    def test_a_broken_authority_file_is_named(self, tmp_path: Path, text: str | None) -> None:
        file = tmp_path / "ca.pem"
        if text is not None:
            file.write_text(text)
        with pytest.raises(errors.BadCertificateFile) as caught:
            transport("https://akk.example", ca_file=file).health()
        assert str(file) in caught.value.words()

    def test_plain_http_where_tls_is_expected(self) -> None:
        def serve() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(10_000)
                connection.sendall(answer(b"", status="400 Bad Request")[0])

        with socket.create_server(("127.0.0.1", 0)) as listening:
            thread = threading.Thread(target=serve)
            thread.start()
            with pytest.raises(errors.NotTrusted):
                transport(f"https://127.0.0.1:{listening.getsockname()[1]}").health()
            thread.join()
