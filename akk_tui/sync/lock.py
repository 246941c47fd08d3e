"""Which process of this user syncs: whoever holds the lock file beside the store. The system frees it on death."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Final

from akk_tui.paths import private_file
from akk_tui.sync.errors import Cancelled
from akk_tui.sync.progress import never

LOCK_NAME: Final = "sync.lock"
_LOOK_SECONDS: Final = 0.05


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
        """Take the lock; with ``wait`` until it is free, ``waiting`` called once before the first wait.

        False when another process has it and ``wait`` is off. Raises Cancelled, PathRefused.
        """
        private_file(self._path)
        handle = os.open(self._path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
        told = False
        try:
            while not _take(handle):
                if not wait:
                    os.close(handle)
                    return False
                if cancelled():
                    raise Cancelled
                if not told:
                    told = True
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
            os.close(self._handle)
            self._handle = None

    def __enter__(self) -> SyncLock:
        self.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def _take(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
