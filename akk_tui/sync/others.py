"""What the process that syncs tells the others of its profile: its newest progress, in the file that it has locked."""

from __future__ import annotations

import time
from collections.abc import Callable
from math import inf
from pathlib import Path
from typing import Final

from akk_tui.contract import codec
from akk_tui.sync.lock import SyncLock
from akk_tui.sync.progress import Progress, Report, Stage

_SECONDS: Final = 0.25
"""How often the numbers of a stage are told; a new stage is told at once."""


def telling(lock: SyncLock, report: Report) -> Report:
    """``report``, and the same to the other processes while ``lock`` is held."""
    stage: Stage | None = None
    told = -inf

    def tell(step: Progress) -> None:
        nonlocal stage, told
        report(step)
        now = time.monotonic()
        if step.stage != stage or now - told >= _SECONDS:
            stage, told = step.stage, now
            lock.tell(codec.encode(step))

    return tell


def progress(folder: Path) -> Progress | None:
    """The newest progress of the process that syncs the store in ``folder``; None when none does."""
    words = SyncLock(folder).heard()
    try:
        return codec.decode(Progress, words) if words else None
    except codec.Malformed:
        # Read in the middle of being written.
        return None


def waiting(folder: Path, report: Report) -> Callable[[], None]:
    """What is to be called while another process syncs: tells ``wait``, with that one's numbers when they change."""
    told: Progress | None = None

    def look() -> None:
        nonlocal told
        step = (progress(folder) or Progress("wait"))._replace(stage="wait")
        if step != told:
            told = step
            report(step)

    return look
