"""Certificates for loopback, made by openssl: an authority of one's own and what it signs."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest


class Signed(NamedTuple):
    """A certificate with its key, and the pin that openssl says it has."""

    cert: Path
    key: Path
    pin: str

    def context(self, newest: ssl.TLSVersion | None = None) -> ssl.SSLContext:
        """What a server needs to show it; ``newest`` is the newest TLS that it speaks."""
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if newest is not None:
            # A server from long ago also takes ciphers that nobody should.
            made.set_ciphers("ALL:@SECLEVEL=0")
            made.minimum_version, made.maximum_version = ssl.TLSVersion.TLSv1, newest
        made.load_cert_chain(self.cert, self.key)
        return made


class Authority:
    """An authority in ``folder``; ``ca`` is its certificate."""

    def __init__(self, folder: Path, name: str) -> None:
        if shutil.which("openssl") is None:
            pytest.skip("no openssl")
        self._folder = folder
        self._name = name
        self.ca = folder / f"{name}.pem"
        self._key = folder / f"{name}.key"
        self._run("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}",
                  "-out", str(self.ca), "-keyout", str(self._key))  # fmt: skip

    def sign(
        self, name: str, kind: str = "rsa:2048", *, key: Path | None = None, names: str = "IP:127.0.0.1,DNS:localhost"
    ) -> Signed:
        """A certificate for ``names``; with ``key`` for one that is there."""
        base = self._folder / f"{self._name}-{name}"
        cert, made, asked = base.with_suffix(".pem"), key or base.with_suffix(".key"), base.with_suffix(".csr")
        new = ["-key", str(key)] if key else ["-newkey", *_KINDS[kind], "-nodes", "-keyout", str(made)]
        self._run("req", "-new", *new, "-subj", "/CN=127.0.0.1", "-out", str(asked))
        more = base.with_suffix(".ext")
        more.write_text(f"subjectAltName={names}\n")
        self._run("x509", "-req", "-in", str(asked), "-CA", str(self.ca), "-CAkey", str(self._key), "-CAcreateserial",
                  "-days", "2", "-extfile", str(more), "-out", str(cert))  # fmt: skip
        return Signed(cert, made, self._pin(cert))

    def _pin(self, cert: Path) -> str:
        public = self._run("x509", "-in", str(cert), "-pubkey", "-noout")
        der = self._run("pkey", "-pubin", "-outform", "der", data=public)
        digest = self._run("dgst", "-sha256", "-binary", data=der)
        return self._run("base64", data=digest).decode().strip()

    def _run(self, *words: str, data: bytes | None = None) -> bytes:
        return subprocess.run(["openssl", *words], check=True, capture_output=True, input=data).stdout


_KINDS = {"rsa:2048": ["rsa:2048"], "ec": ["ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"], "ed25519": ["ed25519"]}
