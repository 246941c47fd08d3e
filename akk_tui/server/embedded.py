"""The server in a thread of this process, for ``akk-tui demo`` and for tests."""

from __future__ import annotations

import asyncio
import socket
import threading
from pathlib import Path
from typing import Final

import uvicorn
from starlette.applications import Starlette

from akk_tui.server.app import close_app, create_app
from akk_tui.server.db.engine import Database
from akk_tui.server.db.schema import check_schema
from akk_tui.server.errors import CannotListen
from akk_tui.server.guard import protocol
from akk_tui.server.options import DEFAULT, Options, STATEMENT_SECONDS

BACKLOG: Final = 2048
_LAST_PORT: Final = 65_535


class Running:
    """A server that answers at ``url`` until :meth:`stop`."""

    def __init__(
        self, url: str, app: Starlette, server: uvicorn.Server, thread: threading.Thread, database: Database
    ) -> None:
        self.url = url
        self._app = app
        self.database = database
        self._server = server
        self._thread = thread

    def stop(self) -> None:
        """Finish the requests under way, close the connections, end the thread. Doing it twice is allowed."""
        self._server.should_exit = True
        self._thread.join()
        close_app(self._app)
        self.database.close()


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises CannotListen."""
    if not 0 <= port <= _LAST_PORT:
        # getaddrinfo would take it modulo 65,536.
        raise CannotListen(host=host, port=port, reason=f"0–{_LAST_PORT}")
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, address = found[0]
        # With the protocol named, asyncio switches Nagle's delay off: 40 ms for each answer of two writes otherwise.
        made = socket.socket(family, kind, protocol)
    except (OSError, UnicodeError) as cause:
        raise CannotListen(host=host, port=port, reason=getattr(cause, "strerror", None) or str(cause)) from cause
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(address)
        made.listen(BACKLOG)
    except OSError as cause:
        made.close()
        raise CannotListen(host=host, port=port, reason=cause.strerror or str(cause)) from cause
    made.setblocking(False)
    return made


def url_of(listening: socket.socket, scheme: str = "http") -> str:
    """The address of a listening socket as a client writes it."""
    host, port = listening.getsockname()[:2]
    if host in ("0.0.0.0", "::"):  # noqa: S104 - compared, not bound
        host = "127.0.0.1" if host == "0.0.0.0" else "::1"  # noqa: S104
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


def config_of(app: Starlette, options: Options) -> uvicorn.Config:
    """How uvicorn runs the app: no access log, no banner, connections closed soon after a stop."""
    return uvicorn.Config(
        app,
        http=protocol(options),
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=5,
        ssl_certfile=None if options.tls is None else options.tls.certificate,
        ssl_keyfile=None if options.tls is None else options.tls.key,
    )


def start(db_path: str | Path, host: str = "127.0.0.1", port: int = 0, options: Options = DEFAULT) -> Running:
    """Serve ``db_path`` from a thread, without touching signal handlers; returns when it answers.

    Raises NotInitialised, DatabaseUnusable or CannotListen.
    """
    database = Database(db_path, seconds=STATEMENT_SECONDS)
    try:
        check_schema(database)
        listening = listen(host, port)
    except BaseException:
        database.close()
        raise
    app = create_app(database, options)
    server = uvicorn.Server(config_of(app, options))
    thread = threading.Thread(target=_serve, args=(server, listening), name="akk-server", daemon=True)
    thread.start()
    scheme = "http" if options.tls is None else "https"
    return Running(url_of(listening, scheme), app, server, thread, database)


def _serve(server: uvicorn.Server, listening: socket.socket) -> None:
    # ``Server.run`` would install signal handlers when this were the main thread.
    asyncio.run(server.serve(sockets=[listening]))
