"""When memory is looked through for what nobody uses any more: not while somebody types.

A full collection of Python's collector stops everything, in this app for up to a tenth of a second. The younger
objects are collected as ever; full collections wait for a pause.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from time import monotonic
from typing import Final

_NEVER: Final = 1_000_000
QUIET_SECONDS: Final = 2.0
WAITING, MOST_WAITING = 10, 200
"""Collections of younger objects after which all are looked through: when nobody types, and in any case."""


class Collector:
    """The collector of this process."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._typed = clock() - QUIET_SECONDS

    def start(self) -> None:
        """Collect, and never look again at what the start has made; from now on full collections wait."""
        gc.enable()
        gc.collect()
        gc.freeze()
        gc.set_threshold(*gc.get_threshold()[:2], _NEVER)

    def typed(self) -> None:
        """A key was typed."""
        self._typed = self._clock()

    def look(self) -> bool:
        """Look through everything if it is time to; whether it was. To be called every second."""
        waiting = gc.get_count()[2]
        quiet = self._clock() - self._typed >= QUIET_SECONDS
        if waiting < MOST_WAITING and not (quiet and waiting >= WAITING):
            return False
        gc.collect()
        return True
