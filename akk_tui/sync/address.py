"""Addresses of servers: https everywhere, http only to this computer itself."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from akk_tui.contract.text import clean
from akk_tui.sync.errors import BadAddress

_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")


def origin(text: str) -> str:
    """``text`` as scheme, host, port and path without a slash at the end; https when no scheme is named.

    Raises BadAddress for other schemes, http to another computer, user names, queries, or no host at all.
    """
    written = text.strip()
    full = written if "://" in written else f"https://{written}"
    try:
        parts = urlsplit(full)
        port = parts.port
    except ValueError:
        raise BadAddress(server=clean(written)[:120]) from None
    host = parts.hostname or ""
    odd = parts.username is not None or parts.query or parts.fragment or full.endswith(("?", "#"))
    allowed = parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK)
    if not host or odd or not allowed or not all("!" <= char <= "~" for char in full):
        raise BadAddress(server=clean(_without_secret(written))[:120])
    named = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{named}{'' if port is None else f':{port}'}{parts.path.rstrip('/')}"


def is_loopback(server: str) -> bool:
    """Whether an origin is this computer itself."""
    return (urlsplit(server).hostname or "") in _LOOPBACK


def _without_secret(text: str) -> str:
    """A password in an address is not repeated on a screen."""
    head, found, tail = text.rpartition("@")
    return f"{head.partition('://')[0]}://…@{tail}" if found and head else text
