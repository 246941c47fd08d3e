"""A small OpenID provider, a process of its own (``provider_served.py``), and the keys with which it signs here."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

KINDS = {
    "RS256": (lambda: rsa.generate_private_key(65537, 2048), RSAAlgorithm),
    "RS256-weak": (lambda: rsa.generate_private_key(65537, 1024), RSAAlgorithm),
    "ES256": (lambda: ec.generate_private_key(ec.SECP256R1()), ECAlgorithm),
}
_made: dict[str, list[Any]] = {}
"""Keys by kind: each provider has its own, in this order, and the next one in this process has the same."""


class Provider:
    """The process, and the keys with which tokens are signed here."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.keys: dict[str, Any] = {}
        self.published: list[dict[str, Any]] = []
        self._used = Counter[str]()
        self.add("first")
        self.mode("")
        # It needs nothing of what is installed.
        command = [sys.executable, "-S", str(Path(__file__).with_name("provider_served.py")), str(folder)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.issuer = self._process.stdout.readline().strip()
        assert self.issuer.startswith("http://127.0.0.1:")

    def add(self, kid: str, kind: str = "RS256", *, publish: bool = True) -> None:
        """Another key."""
        make, algorithm = KINDS[kind]
        made = _made.setdefault(kind, [])
        if self._used[kind] == len(made):
            made.append(make())
        self.keys[kid] = made[self._used[kind]]
        self._used[kind] += 1
        if publish:
            public = json.loads(algorithm.to_jwk(self.keys[kid].public_key()))
            self.published.append({**public, "kid": kid, "use": "sig"})
            (self.folder / "jwks.json").write_text(json.dumps({"keys": self.published}))

    def mode(self, name: str) -> None:
        (self.folder / "mode").write_text(name)

    @property
    def asked(self) -> int:
        """How often the keys were asked for."""
        log = self.folder / "asked"
        return len(log.read_text()) if log.exists() else 0

    def token(self, now: float, *, kid: str = "first", alg: str = "RS256", key: Any = None, **claims: Any) -> str:
        """An identity token; a claim that is None is left out."""
        whole = {"iss": self.issuer, "aud": "akk", "sub": "1", "iat": int(now), "exp": int(now) + 300}
        whole |= {"preferred_username": "ani", **claims}
        told = {name: value for name, value in whole.items() if value is not None}
        return jwt.encode(told, key or self.keys[kid], algorithm=alg, headers={"kid": kid})

    def close(self) -> None:
        self._process.terminate()
        self._process.wait()
        for stream in (self._process.stdout, self._process.stdin):
            if stream is not None:
                stream.close()
