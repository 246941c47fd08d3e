"""When memory is looked through for what nobody uses any more: not while somebody types.

A full collection of Python's collector stops everything, in this app for up to a tenth of a second. The younger
objects are collected as ever; full collections wait for a pause, and most of them pass over what was in use before.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from time import monotonic
from typing import Final

_NEVER: Final = 1_000_000
QUIET_SECONDS: Final = 2.0
LONG_QUIET_SECONDS: Final = 30.0
"""After which what was passed over before is looked through too."""
WAITING, MOST_WAITING = 10, 200
"""Collections of younger objects after which all are looked through: when nobody types, and in any case."""


class Collector:
    """The collector of this process."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._typed = clock() - QUIET_SECONDS
        self._passed_over = False

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
        """Look through what is new if it is time to; whether it was. To be called every second.

        What is in use then is passed over from now on, until the next long pause: most of it are rows that were read,
        and to look through them is what takes long.
        """
        waiting = gc.get_count()[2]
        pause = self._clock() - self._typed
        if pause >= LONG_QUIET_SECONDS and (self._passed_over or waiting >= WAITING):
            gc.unfreeze()
            self._passed_over = False
        elif waiting < MOST_WAITING and not (pause >= QUIET_SECONDS and waiting >= WAITING):
            return False
        else:
            self._passed_over = True
        gc.collect()
        gc.freeze()
        return True
