"""The app: screens, widgets, and what stands between them and the terminal."""

from __future__ import annotations

import sys
from typing import Any, cast


def _load_asyncio() -> None:
    """Import asyncio, on which Textual runs, without ``ssl``, which brings OpenSSL: 5 MB in each idle app of a host.

    asyncio serves interpreters without ``ssl`` (its own ``except ImportError``) and then lacks TLS streams alone.
    The app uses none: rounds run in a child, and httpx imports ``ssl`` itself. Where it is loaded, it stays.
    """
    if "ssl" in sys.modules or "asyncio" in sys.modules:
        return
    modules = cast("dict[str, Any]", sys.modules)
    modules["ssl"] = None
    try:
        import asyncio  # noqa: F401  # pyright: ignore[reportUnusedImport]
    finally:
        del modules["ssl"]


_load_asyncio()
