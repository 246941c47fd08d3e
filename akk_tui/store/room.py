"""Room on the disk: what the server has stops coming while there is still enough for what the officer writes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from akk_tui.store.errors import StoreNearlyFull

KEPT_BYTES: Final = 16_000_000
"""Of the disk, left to edits: some hundred notes of the largest size, with all that is kept beside them."""
_MB: Final = 1_000_000


def ask(path: Path, size: int = 0) -> None:
    """Raise StoreNearlyFull where ``size`` more bytes beside the store at ``path`` would leave too little for edits."""
    free = short(path.parent, size)
    if free is not None:
        raise StoreNearlyFull(path=path, free=free, wanted=-(-(KEPT_BYTES + size) // _MB))


def short(folder: Path, size: int = 0) -> int | None:
    """How many MB are left, where ``size`` more bytes in ``folder`` would leave too little for edits; else None."""
    free = free_bytes(folder)
    return None if free is None or free >= KEPT_BYTES + size else free // _MB


def free_bytes(folder: Path) -> int | None:
    """What this user may still write there; None where the file system does not tell."""
    try:
        found = os.statvfs(folder)
    except OSError:
        return None
    return found.f_bavail * found.f_frsize if found.f_blocks else None
