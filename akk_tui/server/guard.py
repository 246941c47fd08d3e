"""The server's side of a connection: nobody holds one without sending, taking or finishing anything.

uvicorn waits for ever for the headers of a request and for a client to take an answer. Here both have a deadline, a
process holds a bounded number of connections (of one address too), and bytes that are no HTTP are answered with a
problem document like everything else.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any, ClassVar

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from akk_tui.contract.codec import encode
from akk_tui.contract.endpoints import PROBLEM
from akk_tui.server.address import is_within
from akk_tui.server.errors import Refused
from akk_tui.server.frame import ALWAYS, UNLESS_SAID
from akk_tui.server.options import Options


class Guarded(H11Protocol):
    """uvicorn's connection with deadlines and bounds; :func:`protocol` makes the class for some options."""

    options: ClassVar[Options]
    peers: ClassVar[Counter[str]]

    _head: asyncio.TimerHandle | None = None
    _stall: asyncio.TimerHandle | None = None
    _peer: str | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._peer = self.client[0] if self.client else "?"
        self.peers[self._peer] += 1
        many = self.peers[self._peer] > self.options.peer_connections
        if many and is_within(self._peer, self.options.trusted_proxies):
            many = False
        if many or len(self.connections) > self.options.connections:
            transport.abort()
            return
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop("_head")
        self._stop("_stall")
        if self._peer is not None:
            self.peers[self._peer] -= 1
            if self.peers[self._peer] <= 0:
                del self.peers[self._peer]
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._under_way():
            self._stop("_head")
        elif self._head is None and not self.transport.is_closing():
            # The first bytes of the next request on this connection.
            self._await_head()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self._under_way():
            self._stop("_head")

    def pause_writing(self) -> None:
        super().pause_writing()
        if self._stall is None:
            self._stall = self.loop.call_later(self.options.stall_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        self._stop("_stall")
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:
        """Answer bytes that are no HTTP; ``msg`` is uvicorn's sentence."""
        body = encode(Refused(400, "malformed", msg).problem)
        named = {"Content-Type": PROBLEM, "Content-Length": str(len(body)), "Connection": "close"}
        headers = [(name.encode(), value.encode()) for name, value in {**named, **ALWAYS, **UNLESS_SAID}.items()]
        for event in (
            h11.Response(status_code=400, headers=headers, reason=b"Bad Request"),
            h11.Data(data=body),
            h11.EndOfMessage(),
        ):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def _under_way(self) -> bool:
        cycle: Any = self.cycle  # None before the first request, whatever its type says
        return cycle is not None and not cycle.response_complete

    def _await_head(self) -> None:
        self._head = self.loop.call_later(self.options.header_seconds, self.transport.abort)

    def _stop(self, name: str) -> None:
        timer: asyncio.TimerHandle | None = getattr(self, name)
        if timer is not None:
            timer.cancel()
            setattr(self, name, None)


def protocol(options: Options) -> type[Guarded]:
    """The connections of one server."""
    return type("Guarded", (Guarded,), {"options": options, "peers": Counter()})
