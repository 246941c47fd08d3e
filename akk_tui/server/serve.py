"""``akk-server run``: one process, or several that accept on one socket."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import uvicorn

from akk_tui.paths import write_private
from akk_tui.server import jsonlog, public
from akk_tui.server.app import close_app, create_app
from akk_tui.server.db.commit import read_head
from akk_tui.server.db.engine import Database
from akk_tui.server.embedded import config_of, listen, url_of
from akk_tui.server.options import DEFAULT, Options, STATEMENT_SECONDS

_LOG = logging.getLogger("akk_server")


def run(
    db: str,
    *,
    host: str,
    port: int,
    port_file: Path | None = None,
    workers: int = 1,
    listen_fd: int | None = None,
    options: Options = DEFAULT,
    passed: Sequence[str] = (),
) -> int:
    """Serve ``db`` until SIGINT or SIGTERM; returns the exit code. Raises CannotListen.

    ``port_file`` receives the port once connections are accepted. ``listen_fd`` is a listening socket that a
    supervising process hands over. ``passed`` are the arguments that make the same ``options`` in another process.
    """
    jsonlog.configure()
    listening = listen(host, port) if listen_fd is None else socket.socket(fileno=listen_fd)
    try:
        if workers > 1:
            return _Supervisor(db, listening, workers, passed, _scheme(options)).run(port_file)
        return _serve(db, listening, port_file, options, supervised=listen_fd is not None)
    finally:
        listening.close()


class _Announcing(uvicorn.Server):
    """Writes the port file once connections are accepted."""

    port_file: Path | None = None
    scheme = "http"

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for listening in sockets or ():
            announce(listening, self.port_file, self.scheme)


def announce(listening: socket.socket, port_file: Path | None, scheme: str) -> None:
    """Tell the address of ``listening``, and write its port in one step, so that a reader never sees half of it."""
    if port_file is not None:
        _write_port(listening, port_file)
    _LOG.info("%s", url_of(listening, scheme))


def _write_port(listening: socket.socket, port_file: Path) -> None:
    write_private(port_file.absolute(), f"{listening.getsockname()[1]}\n".encode(), ours=False)


def _scheme(options: Options) -> str:
    return "http" if options.tls is None else "https"


def _serve(db: str, listening: socket.socket, port_file: Path | None, options: Options, *, supervised: bool) -> int:
    database = Database(db, seconds=STATEMENT_SECONDS)
    with database.reading() as connection:
        # From here on a connection is open: nobody takes the database of a server that has served nothing yet for free.
        read_head(connection)
    if options.public_url is not None:
        public.keep(database, options.public_url)
    app = create_app(database, options)
    # uvicorn raises the signal again after it has stopped; a stop that was asked for is no failure.
    before = signal.signal(signal.SIGTERM, lambda _number, _frame: None)
    try:
        server = _Announcing(config_of(app, options))
        server.scheme = _scheme(options)
        server.port_file = port_file
        if supervised:
            threading.Thread(target=_follow, args=(server,), daemon=True).start()
        asyncio.run(server.serve(sockets=[listening]))
    finally:
        signal.signal(signal.SIGTERM, before)
        close_app(app)
        database.close()
    return 0


def _follow(server: uvicorn.Server) -> None:
    """Stop the server when the supervising process is gone: it holds the other end of standard input."""
    os.read(sys.stdin.fileno(), 1)
    server.should_exit = True


class _Supervisor:
    """Keeps ``count`` worker processes on one listening socket, and replaces one that ends by itself."""

    PAUSE = 1.0
    """Seconds before a worker that ended is replaced."""

    def __init__(self, db: str, listening: socket.socket, count: int, passed: Sequence[str], scheme: str) -> None:
        self._passed = passed
        self._scheme = scheme
        self._db = db
        self._listening = listening
        self._count = count
        self._workers: list[subprocess.Popen[bytes]] = []
        self._stopping = False

    def run(self, port_file: Path | None) -> int:
        before = {number: signal.signal(number, self._stop) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            return self._watch(port_file)
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _watch(self, port_file: Path | None) -> int:
        self._workers = [self._start() for _ in range(self._count)]
        # The socket accepts already: a connection waits in it until a worker is ready.
        announce(self._listening, port_file, self._scheme)
        while self._workers:
            pid, status = os.wait()
            self._ended(pid, status)
        return 0

    def _start(self) -> subprocess.Popen[bytes]:
        number = self._listening.fileno()
        command = [sys.executable, "-P", "-m", "akk_tui.server.cli", "run", "--db", self._db]
        command += ["--listen-fd", str(number), *self._passed]
        # Our own interpreter and arguments.
        worker = subprocess.Popen(command, pass_fds=[number], stdin=subprocess.PIPE)  # noqa: S603
        if self._stopping:
            worker.terminate()
        return worker

    def _ended(self, pid: int, status: int) -> None:
        for worker in self._workers:
            if worker.pid == pid:
                worker.returncode = os.waitstatus_to_exitcode(status)
                self._workers.remove(worker)
                if worker.stdin is not None:
                    worker.stdin.close()
                if not self._stopping:
                    _LOG.warning("worker %s ended with %s and is replaced", pid, worker.returncode)
                    time.sleep(self.PAUSE)
                if not self._stopping:
                    self._workers.append(self._start())
                return

    def _stop(self, number: int, _frame: Any) -> None:
        self._stopping = True
        for worker in list(self._workers):
            worker.send_signal(signal.SIGTERM)
        _LOG.info("stopping after signal %s", number)
