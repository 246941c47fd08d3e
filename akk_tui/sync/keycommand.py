"""The command that prints the key of an encrypted profile: an argument list, no shell, ten seconds, one line."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from akk_tui.contract.errors import N_
from akk_tui.sync.vault_errors import KeyCommandFailed

SECONDS: Final = 10
_MOST: Final = 4096


def run(command: Sequence[str]) -> bytes:
    """The first line that the command prints, without its end; raises KeyCommandFailed, which never repeats it."""
    name = Path(command[0]).name
    try:
        done = subprocess.run(  # noqa: S603
            list(command), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        # Not its cause: that holds what was printed so far.
        raise KeyCommandFailed(name=name, reason=N_("tidak selesai dalam 10 detik")) from None
    except OSError as cause:
        raise KeyCommandFailed(name=name, reason=cause.strerror or str(cause)) from cause
    if done.returncode != 0:
        raise KeyCommandFailed(name=name, reason=N_("berakhir dengan galat"))
    line = done.stdout[:_MOST].partition(b"\n")[0].rstrip(b"\r")
    if not line:
        raise KeyCommandFailed(name=name, reason=N_("tidak mencetak apa-apa"))
    return line
