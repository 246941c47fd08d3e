"""Which process of this user syncs: whoever holds the lock file beside the store. The system frees it on death.

The file holds what its holder last told the others; what a process left there that died is told to nobody.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final

from akk_tui.paths import private_file
from akk_tui.sync.errors import Cancelled
from akk_tui.sync.progress import never

LOCK_NAME: Final = "sync.lock"
_LOOK_SECONDS: Final = 0.05
_LONGEST: Final = 1_000
"""Bytes of what a holder tells."""


class SyncLock:
    """An exclusive lock on one store's folder. As a context manager it waits until it has it."""

    def __init__(self, folder: Path, name: str = LOCK_NAME) -> None:
        self._path = folder / name
        self._handle: int | None = None

    def acquire(
        self,
        *,
        wait: bool = True,
        cancelled: Callable[[], bool] = never,
        waiting: Callable[[], None] = lambda: None,
    ) -> bool:
        """Take the lock; with ``wait`` until it is free, ``waiting`` called before each of the short waits.

        False when another process has it and ``wait`` is off. Raises Cancelled, PathRefused.
        """
        private_file(self._path)
        handle = os.open(self._path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
        try:
            while not _take(handle):
                if not wait:
                    os.close(handle)
                    return False
                if cancelled():
                    raise Cancelled
                waiting()
                time.sleep(_LOOK_SECONDS)
        except BaseException:
            os.close(handle)
            raise
        self._handle = handle
        return True

    def release(self) -> None:
        """Give it back; nothing happens when it is not held."""
        if self._handle is not None:
            self.tell(b"")
            os.close(self._handle)
            self._handle = None

    def tell(self, words: bytes) -> None:
        """Let the others read ``words``, while it is held."""
        if self._handle is not None:
            # A full disk is no reason to stop: they see less.
            with suppress(OSError):
                os.pwrite(self._handle, words, 0)
                os.ftruncate(self._handle, len(words))

    def heard(self) -> bytes:
        """What the holder told last; empty when nobody holds the lock."""
        try:
            handle = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
        except OSError:
            return b""
        try:
            words = os.pread(handle, _LONGEST, 0)
            return words if words and not _locked(handle, fcntl.LOCK_SH) else b""
        except OSError:
            # A file system without locks, or one that is gone: there is nothing to show.
            return b""
        finally:
            os.close(handle)

    def __enter__(self) -> SyncLock:
        self.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def _take(handle: int) -> bool:
    return _locked(handle, fcntl.LOCK_EX)


def _locked(handle: int, how: int) -> bool:
    """Whether it could be locked at once."""
    try:
        fcntl.flock(handle, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
