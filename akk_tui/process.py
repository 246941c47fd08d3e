"""What a process of ours keeps from others: its memory, and secrets from the programs that it starts.

And how it is sparing with memory where many of them share a host.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

_PR_SET_DUMPABLE: Final = 4
_M_ARENA_MAX: Final = -8
_HARMLESS: Final = ("AKK_HOME", "AKK_GLYPHS")


def seal() -> None:
    """No core dumps, and on Linux no other process of this user may read this one's memory or environment.

    A dump would hold notes and tokens. It holds for this process and is gone in programs that it starts.
    """
    import resource

    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform != "linux":
        return
    _call("prctl", _PR_SET_DUMPABLE, 0, 0, 0, 0)


def share_heap() -> None:
    """Let all threads take memory from one heap; to be called before there are threads.

    glibc makes a heap for each, of which the app's few short-lived threads leave most unused: 1 MB. They seldom wait
    for each other there, since Python runs one at a time.
    """
    if sys.platform == "linux":
        _call("mallopt", _M_ARENA_MAX, 1)


def give_back() -> None:
    """Let the system have the memory that is free: what the start needed, and the running app does not."""
    if sys.platform == "linux":
        _call("malloc_trim", 0)


def _call(name: str, *arguments: int) -> None:
    """Call a function of the C library, where it has it.

    Importing ctypes takes 6 ms, a tenth of a short command; the extension below it 0.4 ms.
    """
    from importlib import import_module

    with suppress(ImportError, AttributeError, OSError):
        native: Any = import_module("_ctypes")
        native.call_function(native.dlsym(native.dlopen(None, os.RTLD_NOW), name), arguments)


def for_others(env: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment for somebody else's program: without what may hold a secret of ours."""
    whole = os.environ if env is None else env
    return {name: value for name, value in whole.items() if not name.startswith("AKK_") or name in _HARMLESS}
