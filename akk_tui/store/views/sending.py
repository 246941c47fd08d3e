"""What the next round would send: real bytes of what is queued, and the time at the rate of the last rounds."""

from __future__ import annotations

import zlib
from typing import Final, TYPE_CHECKING

from akk_tui.contract import codec, limits
from akk_tui.store.operations import load, operation
from akk_tui.store.shapes import Sending

if TYPE_CHECKING:
    from akk_tui.store.store import Store

ROUNDS: Final = 10
"""So many of the newest rounds tell the rate."""
_REQUEST_BYTES: Final = 450
"""Headers of a push and of its answer (measured)."""


def forecast(store: Store) -> Sending:
    """The operations that wait, as they go out: lines, batched, compressed."""
    rows = load(store.db, "state IN ('queued', 'sending', 'wait')")
    size = 0
    for start in range(0, len(rows), limits.BATCH_OPERATIONS):
        batch = rows[start : start + limits.BATCH_OPERATIONS]
        lines = b"".join(codec.encode(operation(row, row.body.prev)) + b"\n" for row in batch)
        size += min(len(lines), len(zlib.compress(lines, 9))) + _REQUEST_BYTES
    speed = rate(store)
    return Sending(len(rows), size, None if speed is None else size / speed)


def rate(store: Store) -> float | None:
    """Bytes a second, both ways, over the newest rounds that were completed; None before the first one."""
    rounds = [run for run in store.runs.list(ROUNDS) if run.outcome == "done" and run.seconds > 0]
    moved = sum(run.bytes_up + run.bytes_down for run in rounds)
    return moved / sum(run.seconds for run in rounds) if moved else None
