"""An access token on its way between the app and a round: over the round's standard input, a socket, both ways.

It is never in an argument, in the environment or in a file. The app sends one line as the round starts; the round sends
one back for every token that it was given by the server.
"""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from akk_tui.contract import codec
from akk_tui.sync.credentials import Access

_MOST: Final = 4_096
_PRIORITY: Final = 10
"""Of a round in the background; 0 is that of other programs, 19 the lowest."""


class Handed:
    """The round's end: ``access`` is what the app had."""

    def __init__(self, handle: int = 0) -> None:
        """Read the app's line from the socket ``handle``; anything else at that number is left alone."""
        self.access: Access | None = None
        self._socket: socket.socket | None = None
        try:
            self._socket = socket.socket(fileno=os.dup(handle))
            self._socket.settimeout(2)
            line = b""
            while not line.endswith(b"\n") and len(line) < _MOST:
                part = self._socket.recv(_MOST)
                if not part:
                    break
                line += part
        except OSError:
            return
        self.access = _read(line)

    def hand_back(self, access: Access) -> None:
        """Tell the app of a new token; nothing happens when it is gone."""
        if self._socket is not None:
            with suppress(OSError):
                self._socket.sendall(codec.encode(access) + b"\n")


class Keeper:
    """The app's end: keeps the newest token in memory, for the rounds to come."""

    def __init__(self) -> None:
        self._access: Access | None = None

    def start(
        self, command: Sequence[str], *, told: bool = True, pass_fds: Sequence[int] = ()
    ) -> tuple[subprocess.Popen[str], socket.socket]:
        """Run ``command`` with the token on its standard input; the child, and our end for :meth:`take`.

        What it prints is read from pipes where it is ``told``, else it leads nowhere. Raises OSError.
        """
        ours, theirs = socket.socketpair()
        where = subprocess.PIPE if told else subprocess.DEVNULL
        try:
            with theirs:
                ours.sendall((codec.encode(self._access) if self._access is not None else b"") + b"\n")
                child = subprocess.Popen(  # noqa: S603 - this program
                    list(command),
                    stdin=theirs.fileno(),
                    stdout=where,
                    stderr=where,
                    text=True,
                    encoding="utf-8",
                    errors="replace",
                    start_new_session=True,
                    pass_fds=tuple(pass_fds),
                )
        except OSError:
            ours.close()
            raise
        # Whoever types goes first, also among the many on a shared host.
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, child.pid, _PRIORITY)
        return child, ours

    def take(self, ours: socket.socket) -> None:
        """Keep what the round that has ended handed back, and close our end."""
        with ours:
            ours.setblocking(False)
            data = b""
            with suppress(OSError):
                while len(data) < 16 * _MOST and (part := ours.recv(_MOST)):
                    data += part
        for line in data.splitlines():
            self._access = _read(line) or self._access

    def forget(self) -> None:
        """Hold no token any more: another session begins."""
        self._access = None


def _read(line: bytes) -> Access | None:
    try:
        return codec.decode(Access, line.strip())
    except codec.Malformed:
        return None
