"""How many edits and private notes are only here, kept beside an encrypted store where it can be read without a key.

Nothing but the number: whoever forgot the passphrase is told what is lost, and so is whoever finds the laptop.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

NAME: Final = "unsent"
_MOST: Final = 20


def write(folder: Path, count: int) -> None:
    """Keep ``count`` for the store in ``folder``. Not waited for: a power cut may leave an older number."""
    try:
        handle = os.open(folder / NAME, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError:
        # The edit itself is stored; a number about it is not worth an error.
        return
    try:
        data = f"{count}\n".encode()
        os.pwrite(handle, data, 0)
        os.ftruncate(handle, len(data))
    except OSError:
        pass
    finally:
        os.close(handle)


def read(folder: Path) -> int:
    """The number kept for the store in ``folder``; 0 where there is none."""
    try:
        with (folder / NAME).open("rb") as stream:
            return int(stream.read(_MOST))
    except (OSError, ValueError):
        return 0
