"""Sockets that count their bytes and let go within a moment when the officer cancels.

A read waits in short slices; connecting (the look-up of the name included) happens in a thread of its own, because
nothing else can interrupt it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from ssl import SSLContext
from typing import Any, Final

import httpcore

from akk_tui.sync.errors import Cancelled, WrongPin
from akk_tui.sync.pins import pin_of

_SLICE: Final = 0.25
_PIECE: Final = 16_384


class Meter:
    """Bytes that went over the connections: up, down; and how many connections were begun."""

    def __init__(self) -> None:
        self.up = 0
        self.down = 0
        self.begun = 0


class Pinned:
    """Which key the server ``host`` may show: one of ``pins``; any when there are none. ``seen`` is the last one."""

    def __init__(self, server: str, host: str, pins: Sequence[str] = ()) -> None:
        self._server = server
        self._host = host
        self._pins = tuple(pins)
        self.seen = ""

    def check(self, host: str | None, certificate: bytes) -> None:
        """Raise WrongPin for a certificate that ``host`` may not show; a proxy is another host."""
        if host != self._host:
            return
        self.seen = pin_of(certificate)
        if self._pins and self.seen not in self._pins:
            raise WrongPin(server=self._server, pin=self.seen)


class _Stream(httpcore.NetworkStream):
    def __init__(
        self, stream: httpcore.NetworkStream, meter: Meter, cancelled: Callable[[], bool], pinned: Pinned
    ) -> None:
        self._stream = stream
        self._meter = meter
        self._cancelled = cancelled
        self._pinned = pinned
        self._new = True

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        end = time.monotonic() + (timeout or 0.0)
        while True:
            # Also between bytes that come one by one: they would keep a read from ever waiting.
            if self._cancelled():
                raise Cancelled
            left = end - time.monotonic()
            try:
                data = self._stream.read(max_bytes, min(_SLICE, max(left, 0.001)))
            except httpcore.ReadTimeout:
                if left <= 0:
                    raise
            else:
                self._meter.down += len(data)
                if self._new and data and not _is_http(data):
                    # The parser would wait for the end of a line that never comes.
                    raise httpcore.RemoteProtocolError("no HTTP")
                self._new = False
                return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), _PIECE):
            if self._cancelled():
                raise Cancelled
            piece = buffer[start : start + _PIECE]
            self._stream.write(piece, timeout)
            self._meter.up += len(piece)

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        made = self._stream.start_tls(ssl_context, server_hostname, timeout)
        try:
            # Nothing was sent yet but the handshake: the token stays here.
            self._pinned.check(server_hostname, made.get_extra_info("ssl_object").getpeercert(True))
        except BaseException:
            made.close()
            raise
        return _Stream(made, self._meter, self._cancelled, self._pinned)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _is_http(data: bytes) -> bool:
    return data[:5] == b"HTTP/"[: len(data)]


class Backend(httpcore.NetworkBackend):
    """Makes counted TCP connections; a TLS connection to the server shows a key that is allowed."""

    def __init__(self, meter: Meter, cancelled: Callable[[], bool], pinned: Pinned) -> None:
        self._plain = httpcore.SyncBackend()
        self._meter = meter
        self._cancelled = cancelled
        self._pinned = pinned

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        self._meter.begun += 1
        made: list[httpcore.NetworkStream] = []
        failed: list[Exception] = []

        def connect() -> None:
            try:
                made.append(self._plain.connect_tcp(host, port, timeout, local_address, socket_options))
            except Exception as cause:  # handed to the caller below
                failed.append(cause)

        # A look-up of the name has no timeout of its own: the thread may outlive the wait, it holds nothing.
        thread = threading.Thread(target=connect, daemon=True)
        thread.start()
        end = time.monotonic() + (timeout or 0.0)
        while thread.is_alive() and time.monotonic() < end + _SLICE:
            thread.join(_SLICE)
            if self._cancelled():
                raise Cancelled
        if failed:
            raise failed[0]
        if not made:
            raise httpcore.ConnectTimeout
        return _Stream(made[0], self._meter, self._cancelled, self._pinned)
