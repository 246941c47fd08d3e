"""The keys of this process: which folder's databases are encrypted, and with what.

A key comes here once its holder has proved to know it (:mod:`akk_tui.sync.vault`); every connection below the folder
is then opened with it, in whatever thread. It is never written anywhere from here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

KEY_BYTES: Final = 32
_ring: Final[dict[Path, bytes]] = {}


def use(folder: Path, key: bytes) -> None:
    """Open every database below ``folder`` with ``key`` (32 bytes) from now on."""
    if len(key) != KEY_BYTES:
        raise ValueError(len(key))
    _ring[folder.absolute()] = key


def forget(folder: Path) -> None:
    """Know the key of ``folder`` no longer; connections that are open stay so."""
    _ring.pop(folder.absolute(), None)


def known(folder: Path) -> bytes | None:
    """The key of exactly this folder, or None."""
    return _ring.get(folder.absolute())


def of(path: Path) -> bytes | None:
    """The key of the database at ``path``; None for one that is not encrypted."""
    if not _ring:
        return None
    return next((_ring[folder] for folder in path.absolute().parents if folder in _ring), None)
