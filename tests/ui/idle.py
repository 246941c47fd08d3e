"""When nothing is left to do, in place of Textual's guess, which costs every key some 0.1 seconds.

Textual's pilot takes an app for idle when its process used little of a processor for 20 ms: on a busy machine, or with
coverage, it waits up to a second for that. The event loop knows it at once: nothing is ready, and no timer is due.
"""

from __future__ import annotations

import asyncio
from typing import Any

import textual.app
import textual.pilot

SOON = 0.1
"""Seconds: a timer that ends within them is waited for. The screen draws 60 times a second."""


async def wait_for_idle(min_sleep: float = 0, max_sleep: float = 1) -> None:
    """Until the loop has nothing ready and no timer ends soon; at most ``max_sleep`` seconds of timers."""
    loop: Any = asyncio.get_running_loop()
    if min_sleep:
        await asyncio.sleep(min_sleep)
    end = loop.time() + max_sleep
    while True:
        await asyncio.sleep(0)
        if loop._ready:
            continue
        now = loop.time()
        due = min((timer.when() for timer in loop._scheduled if not timer.cancelled()), default=end + SOON)
        if due > now + SOON or now > end:
            return
        await asyncio.sleep(max(0.0, due - now))


def use() -> None:
    """Let every pilot wait so."""
    for module in (textual.app, textual.pilot):
        module.wait_for_idle = wait_for_idle  # pyright: ignore[reportPrivateImportUsage]
