"""The user's own program that says the token, such as ``pass show akk``: run without a shell, ten seconds at most."""

from __future__ import annotations

import os
import selectors
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from akk_tui.sync.signing_errors import BadToken, TokenCommandFailed

SECONDS: Final = 10.0
_MOST: Final = 4_096
"""Bytes of a first line."""


def first_line(command: Sequence[str], seconds: float = SECONDS) -> str:
    """The first line that ``command`` (program and arguments) prints; raises TokenCommandFailed.

    Nothing of what it printed is in the error. Its standard error leads nowhere for the same reason.
    """
    program = command[0]
    try:
        child = subprocess.Popen(  # noqa: S603 - the user's own setting
            list(command), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0
        )
    except (OSError, ValueError) as cause:
        raise TokenCommandFailed(program=program, reason=getattr(cause, "strerror", None) or str(cause)) from None
    assert child.stdout is not None  # noqa: S101 - asked for above
    until, data, code = time.monotonic() + seconds, b"", None
    try:
        with selectors.DefaultSelector() as ready:
            ready.register(child.stdout, selectors.EVENT_READ)
            while b"\n" not in data and len(data) <= _MOST:
                left = until - time.monotonic()
                if left <= 0 or not ready.select(left):
                    raise TokenCommandFailed(program=program, reason=f"> {seconds:.0f} s")
                part = os.read(child.stdout.fileno(), _MOST)
                if not part:
                    break
                data += part
        with suppress(subprocess.TimeoutExpired):
            # Past its first line a program has little to do; one that stays is ended, and its line counts.
            code = child.wait(min(1.0, max(0.0, until - time.monotonic())))
    finally:
        child.stdout.close()
        if child.poll() is None:
            child.kill()
        child.wait()
    if code:
        raise TokenCommandFailed(program=program, reason=f"exit {code}")
    try:
        line = data.split(b"\n", 1)[0].decode().strip()
    except UnicodeDecodeError:
        raise BadToken from None
    if not line:
        raise TokenCommandFailed(program=program, reason="∅")
    return line
