"""A server that says whatever a test wants, byte for byte, and remembers what it was told."""

from __future__ import annotations

import socket
import ssl
import threading
import zlib
from collections.abc import Callable, Iterable
from contextlib import suppress
from types import TracebackType
from typing import NamedTuple

STALL = b""
"""A part that is never sent: the connection stays open and silent."""


class Asked(NamedTuple):
    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> bytes:
        return zlib.decompress(self.body, 31) if self.headers.get("content-encoding") == "gzip" else self.body


Answer = Callable[[Asked], Iterable[bytes]]


def answer(
    body: bytes = b"",
    *,
    status: str = "200 OK",
    media: str = "application/json",
    length: int | None = None,
    **headers: str,
) -> list[bytes]:
    """One whole HTTP answer in one part; ``length`` lies about the body's."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}"]
    lines += [f"Content-Type: {media}"] if media else []
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ["\r\n".join(lines).encode() + b"\r\n\r\n" + body]


class Hostile:
    """Listens on 127.0.0.1; one request a connection unless the answer keeps it."""

    def __init__(self, say: Answer, tls: ssl.SSLContext | None = None) -> None:
        self.say = say
        self.asked: list[Asked] = []
        self.raw = b""
        self._tls = tls
        self._closing = threading.Event()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._threads: list[threading.Thread] = []

    @property
    def port(self) -> int:
        return self._listening.getsockname()[1]

    @property
    def url(self) -> str:
        return f"http{'s' if self._tls else ''}://127.0.0.1:{self.port}"

    def __enter__(self) -> Hostile:
        self._start(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        self.stop_listening()
        for thread in self._threads:
            thread.join(10)

    def stop_listening(self) -> None:
        """Nobody is let in any more; connections stay."""
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _start(self, work: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=work, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self._start(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        try:
            if self._tls is not None:
                connection = self._tls.wrap_socket(connection, server_side=True)
            asked = self._read(connection)
            if asked is None:
                return
            self.asked.append(asked)
            for part in self.say(asked):
                if part is STALL:
                    self._closing.wait(60)
                    return
                connection.sendall(part)
                if self._closing.is_set():
                    return
        except OSError:
            pass
        finally:
            connection.close()

    def _read(self, connection: socket.socket) -> Asked | None:
        data = b""
        while b"\r\n\r\n" not in data:
            part = connection.recv(65_536)
            self.raw += part
            if not part:
                return None
            data += part
        head, _, body = data.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        while len(body) < int(headers.get("content-length", "0")):
            part = connection.recv(65_536)
            self.raw += part
            if not part:
                return None
            body += part
        method, target, _ = first.split(" ", 2)
        return Asked(method, target, headers, body)
