"""Stands before a real server: passes every call on, counts them, loses answers when told to, and grants sessions."""

from __future__ import annotations

import http.client
import json
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl

Reply = tuple[int, dict[str, Any]]


class Grants:
    """The token endpoint of the protocol, in memory: device codes, rotation with a named successor, reuse."""

    def __init__(self) -> None:
        self.codes: dict[str, dict[str, Any]] = {}
        self.sessions: dict[str, dict[str, Any]] = {}
        self.interval, self.seconds, self.access_seconds = 1, 600, 3600
        self.reused: list[str] = []
        self.issuer = ""
        self.assertion = ""
        """The identity token that is taken; used once, as its first refresh token is."""
        self._asserted: dict[str, str] = {}

    def device(self, form: dict[str, str], url: str) -> Reply:
        code, shown = secrets.token_urlsafe(32), "BCDF-GHJK"
        self.codes[code] = {"state": "pending", "form": form, "last": -99.0, "end": time.monotonic() + self.seconds}
        return 200, {
            "device_code": code,
            "user_code": shown,
            "verification_uri": f"{url}/device",
            "verification_uri_complete": f"{url}/device?code={shown}",
            "expires_in": self.seconds,
            "interval": self.interval,
        }

    def decide(self, state: str) -> None:
        """What whoever is asked says to all codes that wait."""
        for code in self.codes.values():
            if code["state"] == "pending":
                code["state"] = state

    def token(self, form: dict[str, str]) -> Reply:
        if form["grant_type"] == "refresh_token":
            return self._refresh(form)
        if form["grant_type"].endswith("jwt-bearer"):
            if form["assertion"] != self.assertion or not self.assertion:
                return 400, {"error": "invalid_grant"}
            session = self._asserted.setdefault(form["next"], secrets.token_hex(4))
            self.sessions.setdefault(session, {"current": form["next"], "spent": {}, "access": set(), "live": True})
            return self._tokens(session)
        code = self.codes.get(form["device_code"])
        if code is None:
            return 400, {"error": "invalid_grant"}
        if time.monotonic() > code["end"]:
            return 400, {"error": "expired_token"}
        if code["state"] == "approved" and code.get("next") in (None, form["next"]):
            if "next" not in code:
                code["next"] = form["next"]
                code["session"] = secrets.token_hex(4)
                self.sessions[code["session"]] = {"current": form["next"], "spent": {}, "access": set(), "live": True}
            return self._tokens(code["session"])
        return 400, {
            "error": {"pending": "authorization_pending", "denied": "access_denied"}.get(code["state"], "invalid_grant")
        }

    def _refresh(self, form: dict[str, str]) -> Reply:
        sent, successor = form["refresh_token"], form["next"]
        for name, one in self.sessions.items():
            if not one["live"]:
                continue
            if one["current"] == sent:
                one["spent"][sent] = successor
                one["current"] = successor
                return self._tokens(name)
            if sent in one["spent"]:
                if one["spent"][sent] == successor == one["current"]:
                    return self._tokens(name)
                one["live"] = False
                self.reused.append(name)
        return 400, {"error": "invalid_grant"}

    def _tokens(self, session: str) -> Reply:
        access = f"akk_at_{secrets.token_urlsafe(32)}"
        self.sessions[session]["access"].add(access)
        return 200, {
            "access_token": access,
            "token_type": "Bearer",
            "expires_in": self.access_seconds,
            "session": session,
        }

    def takes(self, access: str) -> bool:
        return any(one["live"] and access in one["access"] for one in self.sessions.values())

    def expire(self) -> None:
        """No access token is good any more; the sessions go on."""
        for one in self.sessions.values():
            one["access"].clear()

    def revoke(self, token: str) -> Reply:
        ended = 0
        for one in self.sessions.values():
            if one["live"] and token in (one["current"], *one["spent"], *one["access"]):
                one["live"], ended = False, ended + 1
        return 200, {"ended": ended}


class Front:
    """``url`` is where it listens; ``token`` is what the server behind it takes in place of a session's token."""

    def __init__(self, behind: str, token: str) -> None:
        self.grants = Grants()
        self.asked: Counter[str] = Counter()
        self.forms: list[tuple[str, dict[str, str]]] = []
        self.lose: Counter[str] = Counter()
        """How many of the next answers to a path are lost after the call was done."""
        self.say: Callable[[str], Reply | None] = lambda _path: None
        """An answer to a path in place of the real one; one with a ``code`` is a problem document."""
        self._behind = behind.removeprefix("http://")
        self._token = token
        front = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *args: Any) -> None:
                pass

            def do_GET(self) -> None:
                front.serve(self)

            do_POST = do_GET  # noqa: N815

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._lock = threading.Lock()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Front:
        self._thread = threading.Thread(target=lambda: self._server.serve_forever(0.02), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def serve(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers.get("content-length") or 0))
        path = handler.path.partition("?")[0]
        with self._lock:
            self.asked[path] += 1
            made = self.say(path)
            if made is not None:
                status, media, data, more = made[0], "application/json", json.dumps(made[1]).encode(), {}
                if "code" in made[1]:
                    media = "application/problem+json"
            elif path in ("/v1/sign-in", "/v1/device", "/v1/token", "/v1/revoke"):
                form = dict(parse_qsl(body.decode()))
                self.forms.append((path, form))
                status, found = self._identity(path, form)
                media, data, more = "application/json", json.dumps(found).encode(), {}
            else:
                status, media, data, more = self._passed(handler, body)
            if self.lose[path] > 0:
                self.lose[path] -= 1
                handler.close_connection = True
                handler.connection.close()
                return
        handler.send_response(status)
        for name, value in {"Content-Type": media, "Content-Length": str(len(data)), **more}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(data)

    def _identity(self, path: str, form: dict[str, str]) -> Reply:
        if path == "/v1/sign-in":
            named = {"issuer": self.grants.issuer, "client_id": "akk"} if self.grants.issuer else {}
            return 200, {"device": not named, **named}
        if path == "/v1/device":
            return self.grants.device(form, self.url)
        return self.grants.revoke(form["token"]) if path == "/v1/revoke" else self.grants.token(form)

    def _passed(self, handler: BaseHTTPRequestHandler, body: bytes) -> tuple[int, str, bytes, dict[str, str]]:
        sent = {name: value for name, value in handler.headers.items() if name.lower() not in ("host", "connection")}
        given = sent.get("Authorization", "").removeprefix("Bearer ")
        if given:
            sent["Authorization"] = f"Bearer {self._token if self.grants.takes(given) else 'akk_at_' + 'x' * 43}"
        behind = http.client.HTTPConnection(self._behind, timeout=30)
        try:
            behind.request(handler.command, handler.path, body or None, sent)
            answer = behind.getresponse()
            data = answer.read()
            kept = ("etag", "content-encoding", "date")
            more = {name: value for name, value in answer.getheaders() if name.lower() in kept[:2]}
            return answer.status, answer.headers.get("content-type", ""), data, more
        finally:
            behind.close()
