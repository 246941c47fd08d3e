"""What a running round tells: rows, bytes and the measured rate."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

Stage = Literal["wait", "connect", "push", "reference", "pull", "log", "done"]


class Progress(NamedTuple):
    """One moment of a round. ``rows`` of ``rows_total`` (0: not known) and ``bytes`` of about ``bytes_total_est``
    on the wire in this stage; ``rate`` is bytes a second since the round began. ``wait`` is the wait for another
    process of this profile that is syncing, with the numbers that it told; in ``log`` the rows are regions whose
    history is fetched."""

    stage: Stage
    rows: int = 0
    rows_total: int = 0
    bytes: int = 0
    bytes_total_est: int = 0
    rate: float = 0.0


Report = Callable[[Progress], None]


def silent(_: Progress) -> None:
    """Tell nobody."""


def never() -> bool:
    """Nobody cancels."""
    return False
