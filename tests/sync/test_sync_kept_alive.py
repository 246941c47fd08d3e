"""Connections that are kept open, and a server that closes them just as the next request goes out."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hostile import answer, Asked, Hostile, STALL

from akk_tui.contract.records import Operation
from akk_tui.sync import errors
from akk_tui.sync.transport import Transport

HEALTH = answer(b'{"status":"ok","name":"akk-server","protocol":1,"schema":1}')[0]
PUSHED = answer(b'{"head":[1,"0123456789abcdef"],"at":"t"}\n', media="application/jsonl")[0]
OP = Operation(op="01890000-0000-7000-8000-000000000000", n=1, kind="note", key="k", set={"title": "x"}, was=None)
RESET = b"reset"
"""In place of an answer: the connection is reset."""
CLOSE = b"close"

Script = Callable[[int, int, Asked], bytes]
"""What is said to the request number ``n`` of the connection number ``c`` (both from 0)."""


class Keeping(Hostile):
    """Answers many requests on a connection, as ``script`` says; ``seen`` holds (connection, request)."""

    def __init__(self, script: Script) -> None:
        super().__init__(lambda _asked: ())
        self.script = script
        self.seen: list[tuple[int, int]] = []
        self._connections = 0
        self._lock = threading.Lock()

    def _serve(self, connection: socket.socket) -> None:
        with self._lock:
            number, self._connections = self._connections, self._connections + 1
        try:
            count = 0
            while (asked := self._read(connection)) is not None:
                self.asked.append(asked)
                self.seen.append((number, count))
                said = self.script(number, count, asked)
                count += 1
                if said in (RESET, CLOSE):
                    if said is RESET:
                        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    return
                if said is STALL:
                    self._closing.wait(60)
                    return
                connection.sendall(said)
        except OSError:
            pass
        finally:
            connection.close()


@contextmanager
def calling(server: Hostile, **options: Any) -> Iterator[Transport]:
    made = Transport(server.url, "akk_at_0123456789abcdef", replica="r" * 8, **options)
    try:
        yield made
    finally:
        made.close()


def media(asked: Asked) -> bytes:
    return PUSHED if asked.target == "/v1/push" else HEALTH


@pytest.mark.parametrize("end", [CLOSE, RESET])
def test_a_request_on_a_connection_that_was_just_closed_is_sent_once_more(end: bytes) -> None:
    with Keeping(lambda _c, n, asked: media(asked) if n == 0 else end) as server, calling(server) as made:
        made.health()
        up = made.bytes_up
        made.health()
        assert server.seen == [(0, 0), (0, 1), (1, 0)]
        assert made.requests == 3
        # What went out for nothing is counted too.
        assert made.bytes_up == 3 * up == len(server.raw)
        assert made.bytes_down == 2 * len(HEALTH)


def test_the_same_operations_go_out_again() -> None:
    with Keeping(lambda _c, n, asked: media(asked) if n == 0 else CLOSE) as server, calling(server) as made:
        made.health()
        _answers, end = made.push([OP], None)
        assert end.head[0] == 1
    assert [asked.target for asked in server.asked] == ["/v1/health", "/v1/push", "/v1/push"]
    assert server.asked[1] == server.asked[2]
    assert b"01890000-0000-7000-8000-000000000000" in server.asked[2].text


@pytest.mark.parametrize("end", [CLOSE, RESET])
def test_it_is_sent_once_more_and_not_oftener(end: bytes) -> None:
    with Keeping(lambda c, n, asked: media(asked) if (c, n) == (0, 0) else end) as server, calling(server) as made:
        made.health()
        with pytest.raises(errors.Cut):
            made.health()
        assert server.seen == [(0, 0), (0, 1), (1, 0)]
        assert made.requests == 3
        # The next call begins anew, on a connection of its own: nothing is left to be sent again.
        with pytest.raises(errors.Cut):
            made.health()
        assert server.seen[3:] == [(2, 0)]
        assert made.requests == 4


@pytest.mark.parametrize("end", [CLOSE, RESET])
def test_a_first_request_is_never_sent_again(end: bytes) -> None:
    with Keeping(lambda _c, _n, _asked: end) as server, calling(server) as made:
        with pytest.raises(errors.Cut):
            made.health()
        assert server.seen == [(0, 0)]
        assert made.requests == 1


def test_an_answer_that_has_begun_is_not_asked_for_again() -> None:
    begun = HEALTH[:20]
    with Keeping(lambda _c, n, _asked: HEALTH if n == 0 else begun) as server, calling(server, silence=0.5) as made:
        made.health()
        with pytest.raises(errors.Silent):
            made.health()
        assert server.seen == [(0, 0), (0, 1)]
        assert made.requests == 2


def test_silence_is_not_asked_again() -> None:
    with Keeping(lambda _c, n, _asked: HEALTH if n == 0 else STALL) as server, calling(server, silence=0.5) as made:
        made.health()
        with pytest.raises(errors.Silent):
            made.health()
        assert server.seen == [(0, 0), (0, 1)]


def test_a_server_that_is_gone_is_told_as_such() -> None:
    with Keeping(lambda _c, n, _asked: HEALTH if n == 0 else CLOSE) as server, calling(server) as made:
        made.health()
        server.stop_listening()
        with pytest.raises(errors.Refused):
            made.health()
        assert made.requests == 3
        # Nothing answers there: that was no connection kept open, and was tried once.
        with pytest.raises(errors.Refused):
            made.health()
        assert made.requests == 4


def test_who_cancels_is_not_kept_waiting() -> None:
    cancelled = threading.Event()

    def script(_c: int, n: int, _asked: Asked) -> bytes:
        if n:
            cancelled.set()
        return HEALTH if n == 0 else CLOSE

    with Keeping(script) as server, calling(server, cancelled=cancelled.is_set) as made:
        made.health()
        with pytest.raises(errors.Cancelled):
            made.health()
        assert server.seen == [(0, 0), (0, 1)]
        assert made.requests == 2
