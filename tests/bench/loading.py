"""Load for a server: requests that are made before, sent over connections that are kept open, by one thread each."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psutil

LINES = "application/jsonl"
JSON = "application/json"


def request(path: str, token: str, body: bytes = b"", media: str = JSON, gzip: bool = True) -> bytes:
    """A whole request as it goes out; a GET where there is no body."""
    lines = [f"{'POST' if body else 'GET'} {path} HTTP/1.1", "Host: 127.0.0.1", f"Authorization: Bearer {token}"]
    lines += ["Accept-Encoding: gzip"] if gzip else []
    lines += [f"Content-Type: {media}", f"Content-Length: {len(body)}"] if body else []
    return "\r\n".join([*lines, "", ""]).encode() + body


class Caller:
    """One connection."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._read = b""

    def ask(self, sent: bytes) -> bytes:
        """The answer's body, its chunks put together; fails unless it is 200."""
        self._socket.sendall(sent)
        while (end := self._read.find(b"\r\n\r\n")) < 0:
            self._more()
        head = self._taken(end + 4).lower()
        assert head.startswith(b"http/1.1 200"), head
        if b"transfer-encoding: chunked" not in head:
            return self._taken(int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0]))
        parts: list[bytes] = []
        while True:
            while (end := self._read.find(b"\r\n")) < 0:
                self._more()
            size = int(self._taken(end + 2), 16)
            parts.append(self._taken(size + 2)[:-2])
            if not size:
                return b"".join(parts)

    def _taken(self, size: int) -> bytes:
        while len(self._read) < size:
            self._more()
        taken, self._read = self._read[:size], self._read[size:]
        return taken

    def _more(self) -> None:
        part = self._socket.recv(262_144)
        assert part, "the server closed the connection"
        self._read += part

    def close(self) -> None:
        self._socket.close()


def load(ports: Sequence[int], work: Sequence[Sequence[bytes]]) -> float:
    """Seconds in which each client (client ``i`` on port ``i`` modulo the ports) has sent all of its requests.

    Every push is applied, or this fails.
    """
    callers = [Caller(ports[number % len(ports)]) for number in range(len(work))]
    problems: list[BaseException] = []

    def run(caller: Caller, requests: Sequence[bytes]) -> None:
        try:
            for one in requests:
                answer = caller.ask(one)
                assert not one.startswith(b"POST /v1/push") or b'"applied"' in answer, answer
        except BaseException as problem:
            problems.append(problem)

    threads = [threading.Thread(target=run, args=pair) for pair in zip(callers, work, strict=True)]
    start = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.monotonic() - start
    for caller in callers:
        caller.close()
    if problems:
        raise problems[0]
    return seconds


class Serving:
    """``akk-server run`` as a process of its own, without limits of rate."""

    def __init__(self, db: str, folder: Path) -> None:
        file = folder / f"port{os.urandom(4).hex()}"
        words = [sys.executable, "-m", "akk_tui.server.cli", "run", "--db", db, "--rate", "off", "--port", "0"]
        self._process = subprocess.Popen([*words, "--port-file", str(file)], stderr=subprocess.DEVNULL)
        while not (file.exists() and file.read_text().strip()):
            assert self._process.poll() is None
            time.sleep(0.02)
        self.port = int(file.read_text())
        self._seen = psutil.Process(self._process.pid)

    def cpu(self) -> float:
        """Seconds of CPU so far."""
        times = self._seen.cpu_times()
        return times.user + times.system

    def rss(self) -> float:
        """MB that it holds."""
        return self._seen.memory_info().rss / 1e6

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait()


def operation(client: int, number: int, key: str, set_: dict[str, Any], was: dict[str, Any]) -> bytes:
    """A line of a push."""
    op = f"0190{client:04x}-0000-7000-8000-{number:012x}"
    made = {"op": op, "n": number, "kind": "assessment", "key": key, "set": set_, "was": was}
    return json.dumps(made, separators=(",", ":")).encode() + b"\n"
