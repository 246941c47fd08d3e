"""One officer's day in the real program: a server with sample data, the app in a terminal, a colleague, pictures.

The server is ``demo --no-ui --keep``. Whoever writes a day types keys and says what must stand on the screen next;
nothing sleeps. ``AKK_PICTURES=write`` lets :meth:`Day.picture` write what it is asked for into ``pictures/``.
"""

from __future__ import annotations

import html
import json
import os
import re
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from picture import svg
from programs import clean_env, CLIENT, Home, SERVER
from pseudo import Terminal

PICTURES = Path(__file__).parent / "pictures"
ENTER, ESC, TAB, SPACE = "\r", "\x1b", "\t", " "
UP, DOWN, RIGHT, LEFT, PAGE_DOWN, PAGE_UP, HOME, END = (
    f"\x1b[{code}" for code in ("A", "B", "C", "D", "6~", "5~", "H", "F")
)
CTRL_P, CTRL_Q, CTRL_S, CTRL_T, CTRL_X = "\x10", "\x11", "\x13", "\x14", "\x18"
_TOAST = re.compile(r"▌ [^\W\d]")
"""The edge of what is said in a corner for a while."""
Shown = str | Callable[[str], object]


class Day:
    """The demonstration's server, the officer contoh1 at the app, and contoh2 at another computer's command line."""

    def __init__(self, folder: Path, language: str = "id", columns: int = 120, rows: int = 40) -> None:
        self.folder = folder
        self.language = language
        self._size = (columns, rows)
        self._server: subprocess.Popen[str] | None = None
        self._app: Terminal | None = None
        self.started: dict[str, Any] = {}
        self.start_server()
        self.home = Home(Path(self.started["home"]), language)

    def __enter__(self) -> Day:
        return self

    def __exit__(self, *_: object) -> None:
        if self._app is not None:
            self._app.close()
        self.stop_server()

    # --- server and colleagues

    def start_server(self) -> None:
        """Begin to serve, on the same address as the last time."""
        command = [*CLIENT, "--lang", self.language, "demo", "--no-ui", "--keep", str(self.folder)]
        with (self.folder.parent / "demo.log").open("a") as log:
            self._server = subprocess.Popen(command, env=clean_env(), stdout=subprocess.PIPE, stderr=log, text=True)
        assert self._server.stdout is not None
        before, self.started = self.started, json.loads(self._server.stdout.readline())
        assert not before or before["url"] == self.started["url"]

    def stop_server(self) -> None:
        """The network is gone."""
        if self._server is not None:
            self._server.send_signal(signal.SIGTERM)
            self._server.communicate(timeout=30)
            self._server = None

    def colleague(self, officer: str = "contoh2") -> Home:
        """Another officer, signed in and synced on a computer of their own."""
        command = [*SERVER, "token", officer, "--db", self.started["database"]]
        done = subprocess.run(command, env=clean_env(), capture_output=True, text=True, timeout=60, check=True)
        token = self.folder.parent / f"token-{officer}"
        token.write_text(done.stdout.split()[-1] + "\n")
        home = Home(self.folder.parent / officer, self.language)
        home.ok("login", "--server", self.started["url"], "--token-file", str(token))
        home.ok("sync")
        return home

    # --- the app

    @property
    def app(self) -> Terminal:
        """The app in its terminal, opened when it is first asked for."""
        if self._app is None:
            env = clean_env(TERM="xterm-256color", COLORTERM="truecolor", HOME=str(self.folder.parent))
            self._app = Terminal(self.home.argv(), env, *self._size)
        return self._app

    def type(self, *keys: str) -> None:
        """Type keys or text."""
        for one in keys:
            self.app.send(one)

    def see(self, *shown: Shown, seconds: float = 30) -> str:
        """Wait until all of ``shown`` stand on the screen at once; the screen."""
        return self.app.wait(lambda text: all(_holds(one, text) for one in shown), seconds, what=shown)

    def gone(self, *shown: str, seconds: float = 30) -> str:
        """Wait until none of ``shown`` stands on the screen."""
        return self.app.wait(lambda text: not any(one in text for one in shown), seconds, what=("not", *shown))

    def close(self, shown: str) -> None:
        """Press ``esc`` and wait until ``shown`` is gone: a key that came with it would be taken for ``alt`` and it."""
        self.type(ESC)
        self.gone(shown)

    @property
    def top(self) -> str:
        """The first line of the screen: how far the sync is, and what waits."""
        return self.app.lines[0]

    def line(self, part: str) -> str:
        """The first line of the screen that holds ``part``."""
        return next((line for line in self.app.lines if part in line), "")

    def picture(self, name: str, title: str) -> None:
        """The screen is what the picture ``name`` of the README shows; where pictures are wanted, take it.

        Figures and months are left out of the comparison: some are those of the day on which the picture was taken.
        """
        path = PICTURES / f"{name}.svg"
        if os.environ.get("AKK_PICTURES") == "write":
            self.app.wait(lambda text: not _TOAST.search(text), what="no toast")
            self.app.settle(0.5)
            PICTURES.mkdir(exist_ok=True)
            path.write_text(svg(self.app.screen, title), encoding="utf-8")
        shown = told(path.read_text(encoding="utf-8"))
        self.app.wait(lambda _text: told(svg(self.app.screen, title)) == shown, what=f"the picture {path.name}")

    def leave(self) -> None:
        """Quit the app; it ends in order."""
        self.type(CTRL_Q)
        assert self.app.ended() == 0
        self.app.close()
        self._app = None


def told(picture: str) -> set[str]:
    """The words of a picture, without figures and what is as short as a month."""
    texts = re.findall(r"<text [^>]*>([^<]*)</text>", picture)
    return {word for text in texts for word in re.findall(r"[^\W\d_]{4,}", html.unescape(text))}


def _holds(one: Shown, text: str) -> object:
    return one in text if isinstance(one, str) else one(text)
