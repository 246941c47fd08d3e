"""``python provider_served.py FOLDER``: an OpenID provider that prints its address and serves its keys.

It publishes what the file ``FOLDER/jwks.json`` holds; ``FOLDER/mode`` makes it misbehave.
"""

from __future__ import annotations

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


class _Handler(BaseHTTPRequestHandler):
    folder: Path

    def do_GET(self) -> None:
        mode = (self.folder / "mode").read_text()
        issuer = f"http://127.0.0.1:{self.server.server_address[1]}"
        if self.path == "/.well-known/openid-configuration":
            told = {"issuer": issuer, "jwks_uri": f"{issuer}/jwks", "token_endpoint": f"{issuer}/token"}
            told["device_authorization_endpoint"] = f"{issuer}/device"
            if mode == "foreign":
                told["issuer"] = "https://evil.example"
            if mode == "plain":
                told["jwks_uri"] = "http://evil.example/jwks"
            if mode == "redirect":
                self.send_response(302)
                self.send_header("Location", f"{issuer}/elsewhere")
                self.end_headers()
                return
            self._answer(json.dumps(told).encode())
        elif self.path == "/elsewhere":
            self._answer(json.dumps({"issuer": issuer, "jwks_uri": f"{issuer}/jwks"}).encode())
        elif self.path == "/jwks":
            with (self.folder / "asked").open("a") as log:
                log.write("x")
            if mode == "endless":
                self.send_response(200)
                self.end_headers()
                try:
                    while True:
                        self.wfile.write(b" " * 65536)
                except OSError:
                    return
            self._answer(b"<html>" if mode == "html" else (self.folder / "jwks.json").read_bytes())

    def do_POST(self) -> None:
        """The device grant: ``FOLDER/id_token`` is given once it is there; the mode ``deny`` refuses."""
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        issuer, granted = f"http://127.0.0.1:{self.server.server_address[1]}", self.folder / "id_token"
        if self.path == "/device":
            made = {"device_code": "d" * 30, "user_code": "WDJB-MJHT", "verification_uri": f"{issuer}/activate"}
            self._answer(json.dumps({**made, "expires_in": 600, "interval": 1}).encode())
        elif (self.folder / "mode").read_text() == "deny":
            self._answer(b'{"error":"access_denied"}', 400)
        elif granted.exists():
            self._answer(json.dumps({"token_type": "Bearer", "id_token": granted.read_text()}).encode())
        else:
            self._answer(b'{"error":"authorization_pending"}', 400)

    def _answer(self, body: bytes, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


if __name__ == "__main__":
    _Handler.folder = Path(sys.argv[1])
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
    server.serve_forever()
