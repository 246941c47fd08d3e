"""A proxy that knows nothing but HTTP: each request goes to the next of several servers, on a connection of its own."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from types import TracebackType

_OURS = ("connection", "transfer-encoding", "content-length")


class Alternating:
    """A context manager; ``url`` is where it listens, ``ports`` are the servers'.

    ``before(number, port)`` is called when request ``number`` was sent to ``port`` and its answer not read yet. A
    server that cannot be reached is passed over; what was sent to one that ends before it answers is answered with 502,
    and so are the requests whose answer ``loses(number, path)`` says is lost.
    """

    def __init__(self, *ports: int) -> None:
        self.ports = list(ports)
        self.answered = dict.fromkeys(ports, 0)
        self.lost = 0
        self.before: Callable[[int, int], None] = lambda _number, _port: None
        self.loses: Callable[[int, str], bool] = lambda _number, _path: False
        self._turn = count()
        self._lock = threading.Lock()
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                proxy.pass_on(self)

            def do_POST(self) -> None:
                proxy.pass_on(self)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Alternating:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def pass_on(self, asked: BaseHTTPRequestHandler) -> None:
        body = asked.rfile.read(int(asked.headers.get("content-length") or 0))
        for _ in self.ports:
            with self._lock:
                number = next(self._turn)
            port = self.ports[number % len(self.ports)]
            there = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            try:
                there.connect()
            except OSError:
                continue
            try:
                there.request(asked.command, asked.path, body, {**dict(asked.headers), "Connection": "close"})
                self.before(number, port)
                answer = there.getresponse()
                said = answer.read()
                if self.loses(number, asked.path):
                    raise ConnectionResetError
            except (OSError, http.client.HTTPException):
                with self._lock:
                    self.lost += 1
                break
            finally:
                there.close()
            with self._lock:
                self.answered[port] += 1
            asked.send_response_only(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in _OURS:
                    asked.send_header(name, value)
            asked.send_header("Content-Length", str(len(said)))
            asked.end_headers()
            asked.wfile.write(said)
            return
        asked.send_response_only(502)
        asked.send_header("Content-Length", "0")
        asked.end_headers()
