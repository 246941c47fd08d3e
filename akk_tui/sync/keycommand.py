"""The command that prints the key of an encrypted profile: an argument list, no shell, ten seconds, one line.

It is started without ``subprocess``, which would cost every command on an encrypted profile a tenth of its start.
"""

from __future__ import annotations

import os
import select
import signal
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from akk_tui.contract.errors import N_
from akk_tui.sync.vault_errors import KeyCommandFailed

SECONDS: Final = 10
_MOST: Final = 4096


def run(command: Sequence[str], meanwhile: Callable[[], object] | None = None) -> bytes:
    """The first line that the command prints, without its end; raises KeyCommandFailed, which never repeats it.

    ``meanwhile`` is called once it has been started.
    """
    name = Path(command[0]).name
    ours, theirs = os.pipe()
    pid = 0
    try:
        try:
            pid = _started(command, theirs)
        except (OSError, ValueError) as cause:
            raise KeyCommandFailed(name=name, reason=getattr(cause, "strerror", None) or str(cause)) from cause
        finally:
            os.close(theirs)
        end = time.monotonic() + SECONDS
        if meanwhile is not None:
            meanwhile()
        said = _read(ours, end)
        status = _ended(pid, end) if said is not None else None
        if said is None or status is None:
            raise KeyCommandFailed(name=name, reason=N_("tidak selesai dalam 10 detik"))
        pid = 0
    finally:
        os.close(ours)
        if pid:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            with suppress(ChildProcessError):
                os.waitpid(pid, 0)
    if status != 0:
        raise KeyCommandFailed(name=name, reason=N_("berakhir dengan galat"))
    line = said.partition(b"\n")[0].rstrip(b"\r")
    if not line:
        raise KeyCommandFailed(name=name, reason=N_("tidak mencetak apa-apa"))
    return line


def _started(command: Sequence[str], out: int) -> int:
    return os.posix_spawnp(
        command[0],
        list(command),
        os.environ,
        file_actions=((os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0), (os.POSIX_SPAWN_DUP2, out, 1)),
        setsigdef=(signal.SIGPIPE, signal.SIGXFSZ),
    )


def _read(handle: int, end: float) -> bytes | None:
    """All that it prints, as far as it can be the line; None when it does not end in time."""
    said, waiting = b"", select.poll()
    waiting.register(handle, select.POLLIN)
    while (left := end - time.monotonic()) > 0:
        if not waiting.poll(left * 1000):
            return None
        part = os.read(handle, 65_536)
        if not part:
            return said
        said = (said + part)[:_MOST]
    return None


def _ended(pid: int, end: float) -> int | None:
    """What it ended with (0: well), waited for; None when it does not end in time."""
    pause = 0.0005
    while not (found := os.waitpid(pid, os.WNOHANG))[0]:
        if time.monotonic() > end:
            return None
        time.sleep(pause)
        pause = min(2 * pause, 0.05)
    return found[1]
