"""Fetching small JSON documents: https (http from this computer itself), no redirect, no proxy, few bytes, not long."""

from __future__ import annotations

import http.client
import ssl
import time
from typing import Any, Final
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import build_opener, HTTPRedirectHandler, HTTPSHandler, ProxyHandler, Request

from akk_tui.contract.codec import decode, Malformed
from akk_tui.server.public import LOOPBACK

BYTES: Final = 256_000
SECONDS: Final = 10
_SILENCE: Final = 5
_STEP: Final = 16_384


class CannotFetch(Exception):
    """What was asked for did not come, is too large or is no JSON object; the text says why."""


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> None:
        """None: the answer that leads elsewhere is an error."""


def is_safe(url: str) -> bool:
    """Whether ``url`` may be asked: https, or http to this computer itself, without a name or password in it."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if not parts.netloc or "@" in parts.netloc:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and LOOPBACK.match(parts.netloc) is not None)


def fetch(url: str) -> dict[str, Any]:
    """The JSON object at ``url``; raises CannotFetch."""
    if not is_safe(url):
        raise CannotFetch(f"not https: {url}")
    # To read the trusted certificates takes long; this computer itself is asked without.
    secure = [HTTPSHandler(context=ssl.create_default_context())] if urlsplit(url).scheme == "https" else []
    opener = build_opener(ProxyHandler({}), _NoRedirect, *secure)
    asked = Request(url, headers={"Accept": "application/json", "Accept-Encoding": "identity"})  # noqa: S310 - see above
    deadline = time.monotonic() + SECONDS
    body = bytearray()
    try:
        with opener.open(asked, timeout=_SILENCE) as answer:
            while part := answer.read1(_STEP):
                body += part
                if len(body) > BYTES or time.monotonic() > deadline:
                    raise CannotFetch(f"too large or too slow: {url}")
    except HTTPError as cause:
        cause.close()
        raise CannotFetch(f"{url}: {cause.code}") from cause
    except (URLError, OSError, http.client.HTTPException, ValueError) as cause:
        why = getattr(cause, "reason", cause)
        raise CannotFetch(f"{url}: {getattr(why, 'strerror', None) or why}") from cause
    try:
        return decode(dict[str, Any], bytes(body))
    except Malformed as cause:
        raise CannotFetch(f"no JSON object: {url}") from cause
