"""D4: size, depth and time: of a body, of a connection, of a statement, of the work under way. Over real sockets."""

from __future__ import annotations

import asyncio
import gzip
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from apis import KOTA, Officer, Server, UNIT
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from akk_tui.contract.limits import BATCH_BYTES, BATCH_OPERATIONS, BODY_BYTES, NOTE_BYTES
from akk_tui.server import embedded, setup
from akk_tui.server.db.engine import Database
from akk_tui.server.errors import Unavailable
from akk_tui.server.options import NO_RATES, Options

pytestmark = [pytest.mark.security, pytest.mark.sqlite]

LINES = "application/jsonl"
LOCAL = {"address": "127.0.0.1"}


class Limits:
    """A server on loopback with deadlines of fractions of a second."""

    def __init__(self, db: Path, token: str, **more: Any) -> None:
        self.token = token
        self.running = embedded.start(db, options=Options(rates=NO_RATES, **more))
        self.port = int(self.running.url.rpartition(":")[2])

    def connect(self) -> socket.socket:
        made = socket.create_connection(("127.0.0.1", self.port))
        made.settimeout(30)
        return made

    def head(self, method: str, path: str, *more: str) -> bytes:
        lines = [f"{method} {path} HTTP/1.1", "Host: x", f"Authorization: Bearer {self.token}", *more]
        return "\r\n".join([*lines, "", ""]).encode()

    def alive(self) -> bool:
        return httpx.get(self.running.url + "/v1/ready").status_code == 200


@pytest.fixture
def limits(api: Server) -> Iterator[Callable[..., Limits]]:
    token = api.officer("ani", KOTA).headers["Authorization"].split()[1]
    made: list[Limits] = []

    def start(**more: Any) -> Limits:
        made.append(Limits(api.where, token, **more))
        return made[-1]

    yield start
    for one in made:
        one.running.stop()


def received(connection: socket.socket) -> bytes:
    """Everything until the other side closes; a reset is an end too."""
    found = b""
    try:
        while part := connection.recv(65536):
            found += part
    except ConnectionResetError:
        pass
    return found


def send_for_ever(connection: socket.socket, data: bytes) -> None:
    while True:
        connection.sendall(data)


class TestSizes:
    """What one more than allowed is answered, and what allowed is not."""

    def test_d4_a_batch(self, api: Server, ani: Officer) -> None:
        few = [
            ani.op("assessment", f"{UNIT}:2.4", {"due": "2025-10-10"}, {"due": None}) for _ in range(BATCH_OPERATIONS)
        ]
        assert ani.send(*few).status_code == 200
        assert ani.send(*few, few[0]).status_code == 413
        assert ani.send("x" * (BATCH_BYTES + 1)).status_code == 413

    @pytest.mark.parametrize("coding", ["identity", "gzip"])
    def test_d4_a_body(self, api: Server, ani: Officer, coding: str) -> None:
        body = b'{"at":0}' + b" " * BODY_BYTES
        headers = {**ani.headers, "Content-Encoding": coding}
        sent = gzip.compress(body) if coding == "gzip" else body
        response = api.client.post("/v1/pull", content=sent, headers={**headers, "Content-Type": "application/json"})
        assert (response.status_code, response.json()["code"]) == (413, "too_large")

    def test_d4_a_note(self, ani: Officer) -> None:
        key = f"{UNIT}:2.4"
        assert ani.do("assessment", key, {"summary": "x" * NOTE_BYTES}, {"summary": None})[1] == "applied"
        answer = ani.do("assessment", key, {"summary": "y" * (NOTE_BYTES + 1)}, {"summary": "x" * NOTE_BYTES})
        assert [answer[1], answer[3]["code"]] == ["rejected", "bad_value"]

    @pytest.mark.parametrize("path", ["/v1/pull", "/v1/push"])
    @pytest.mark.parametrize("nested", ["[" * 100_000, '{"op":' * 100_000, '{"at":' + "[" * 5000 + "]" * 5000 + "}"])
    def test_d4_depth(self, api: Server, ani: Officer, path: str, nested: str) -> None:
        media = "application/json" if path == "/v1/pull" else LINES
        body = nested[:200_000]
        response = api.client.post(path, content=body, headers={**ani.headers, "Content-Type": media})
        assert response.status_code in (400, 422)

    def test_d4_headers(self, limits: Callable[..., Limits]) -> None:
        server = limits()
        with server.connect() as connection:
            connection.sendall(server.head("GET", "/v1/ready", "X-Long: " + "x" * 200_000))
            answer = received(connection)
        assert answer.startswith(b"HTTP/1.1 400 ")
        assert json.loads(answer.partition(b"\r\n\r\n")[2])["code"] == "malformed"
        assert b"nosniff" in answer
        assert server.alive()


@contextmanager
def trickling(connection: socket.socket, piece: bytes) -> Iterator[None]:
    """Meanwhile ``piece`` goes out on the connection every now and then."""
    ended = threading.Event()

    def trickle() -> None:
        try:
            while not ended.wait(0.05):
                connection.sendall(piece)
        except OSError:
            pass

    sender = threading.Thread(target=trickle)
    sender.start()
    yield
    ended.set()
    sender.join()


class TestTimes:
    def test_d4_a_connection_that_says_nothing_is_closed(self, limits: Callable[..., Limits]) -> None:
        server = limits(header_seconds=0.3)
        with server.connect() as connection:
            assert received(connection) == b""

    def test_d4_headers_that_trickle_in_are_cut_off(self, limits: Callable[..., Limits]) -> None:
        """A byte now and then does not buy more time."""
        server = limits(header_seconds=0.5)
        with server.connect() as connection:
            connection.sendall(b"GET /v1/ready HTTP/1.1\r\nHost: x\r\n")
            with trickling(connection, b"X-A: b\r\n"):
                assert received(connection) == b""

    def test_d4_a_second_request_that_is_never_finished_is_cut_off(self, limits: Callable[..., Limits]) -> None:
        server = limits(header_seconds=0.3)
        with server.connect() as connection:
            connection.sendall(server.head("GET", "/v1/ready"))
            assert connection.recv(65536).startswith(b"HTTP/1.1 200")
            connection.sendall(b"GET /v1/re")
            assert b"HTTP/1.1" not in received(connection)

    @pytest.mark.parametrize("path", ["/v1/push", "/v1/pull"])
    def test_d4_a_body_that_does_not_come_is_not_waited_for(self, limits: Callable[..., Limits], path: str) -> None:
        server = limits(silence_seconds=0.3)
        media = LINES if path == "/v1/push" else "application/json"
        with server.connect() as connection:
            connection.sendall(server.head("POST", path, f"Content-Type: {media}", "Content-Length: 5000") + b"{")
            answer = received(connection)
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert json.loads(answer.partition(b"\r\n\r\n")[2])["code"] == "slow"

    def test_d4_a_body_that_trickles_in_has_an_end(self, limits: Callable[..., Limits]) -> None:
        server = limits(body_seconds=0.6)
        with server.connect() as connection:
            connection.sendall(server.head("POST", "/v1/push", f"Content-Type: {LINES}", "Content-Length: 5000"))
            with trickling(connection, b" "):
                assert received(connection).startswith(b"HTTP/1.1 408 ")

    def test_d4_an_answer_that_nobody_takes_is_given_up(self, api: Server, limits: Callable[..., Limits]) -> None:
        """A client asks for answers without end and reads none of them."""
        server = limits(stall_seconds=0.3)
        setup.assign(api.database, "ani", [f"{code}" for code in ("11.01", "11.02", "12.01", "71.07")])
        connection = socket.socket()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(30)
        connection.connect(("127.0.0.1", server.port))
        asked = server.head("GET", "/v1/reference")
        with connection, pytest.raises((ConnectionResetError, BrokenPipeError)):
            send_for_ever(connection, asked)
        assert server.alive()

    @pytest.mark.sqlite
    def test_d4_a_statement_that_runs_too_long_is_ended(self, api: Server) -> None:
        endless = text(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000000) SELECT count(*) FROM n"
        )
        database = Database(api.where, seconds=0.2)

        def work() -> None:
            with database.reading() as connection:
                connection.execute(endless)

        with pytest.raises(OperationalError, match="interrupted"):
            work()
        with pytest.raises(Unavailable):
            asyncio.run(database.run(work))
        with database.reading() as connection:
            assert connection.execute(text("SELECT 1")).scalar() == 1
        database.close()


class TestRoom:
    """More at a time than a process takes."""

    def hold(self, server: Limits) -> socket.socket:
        """A request whose body is still to come."""
        made = server.connect()
        made.sendall(server.head("POST", "/v1/push", f"Content-Type: {LINES}", "Content-Length: 10"))
        return made

    def test_d4_requests_past_the_room_are_told_to_come_again(self, limits: Callable[..., Limits]) -> None:
        server = limits(requests=3)
        held = [self.hold(server) for _ in range(3)]
        while (response := httpx.get(server.running.url + "/v1/ready")).status_code == 200:
            pass
        assert (response.status_code, response.json()["code"]) == (503, "busy")
        assert int(response.headers["retry-after"]) >= 1
        assert httpx.get(server.running.url + "/v1/health").status_code == 200
        for connection in held:
            connection.close()
        while not server.alive():
            pass

    def test_d4_connections_of_one_address(self, limits: Callable[..., Limits]) -> None:
        server = limits(peer_connections=5)
        held = [server.connect() for _ in range(5)]
        for connection in held:
            connection.sendall(server.head("GET", "/v1/ready"))
            assert connection.recv(65536).startswith(b"HTTP/1.1 200")
        with server.connect() as one_more:
            assert received(one_more) == b""
        for connection in held:
            connection.close()
        end = time.monotonic() + 30
        while time.monotonic() < end:
            try:
                if server.alive():
                    break
            except httpx.HTTPError:
                continue
        assert server.alive()

    def test_d4_connections_in_all(self, limits: Callable[..., Limits]) -> None:
        server = limits(connections=5)
        held = [server.connect() for _ in range(5)]
        for connection in held:
            connection.sendall(server.head("GET", "/v1/ready"))
            assert connection.recv(65536).startswith(b"HTTP/1.1 200")
        with server.connect() as one_more:
            assert received(one_more) == b""
        for connection in held:
            connection.close()
