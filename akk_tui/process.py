"""What a process of ours keeps from others: its memory, and secrets from the programs that it starts."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

_PR_SET_DUMPABLE: Final = 4
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
    with suppress(ImportError, AttributeError, OSError):
        _prctl(_PR_SET_DUMPABLE, 0)


def _prctl(option: int, value: int) -> None:
    """Call prctl(2). Importing ctypes takes 6 ms, a tenth of a short command; the extension below it 0.4 ms."""
    from importlib import import_module

    native: Any = import_module("_ctypes")
    function = native.dlsym(native.dlopen(None, os.RTLD_NOW), "prctl")
    native.call_function(function, (option, value, 0, 0, 0))


def for_others(env: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment for somebody else's program: without what may hold a secret of ours."""
    whole = os.environ if env is None else env
    return {name: value for name, value in whole.items() if not name.startswith("AKK_") or name in _HARMLESS}
