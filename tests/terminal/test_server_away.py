"""The server goes away while the app is open, and comes back: work goes on, is kept, and reaches it."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

from programs import Home, ServerProcess
from pseudo import Terminal


def test_work_goes_on_without_the_server_and_reaches_it_when_it_is_back(
    server: ServerProcess, tmp_path: Path, open_app: Callable[..., Terminal]
) -> None:
    server.start()
    home = Home(tmp_path / "home").login(server, "contoh1")
    home.ok("sync")
    app = open_app(home)
    app.wait("● daring")
    server.stop(signal.SIGKILL)
    app.send("s")
    app.wait("○ luring")
    app.send("2\r\t 2")
    app.wait("1 belum terkirim")
    server.start()
    app.send("s")
    app.wait(lambda text: "● daring" in text and "belum terkirim" not in text.splitlines()[0])
    os.kill(app.pid, signal.SIGKILL)
    assert home.ok("outbox", "list")["operations"] == []


def test_a_killed_app_has_lost_nothing_that_was_saved(
    server: ServerProcess, offline: Home, open_app: Callable[..., Terminal]
) -> None:
    home = offline
    app = open_app(home)
    app.wait("DATA CONTOH")
    app.settle()
    app.send("2\r\t 2")
    app.wait("1 belum terkirim")
    os.kill(app.pid, signal.SIGKILL)
    app.ended()
    (waiting,) = home.ok("outbox", "list")["operations"]
    assert (waiting["field"], waiting["state"]) == ("item.1.1.4", "queued")
    again = open_app(home)
    again.wait("1 belum terkirim")
    again.send("\x11")
    again.ended()
    server.start()
    assert home.ok("sync")["pushed"] == 1
