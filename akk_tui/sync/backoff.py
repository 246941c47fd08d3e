"""How long to wait before the next try: full jitter from one second to five minutes, or what the server asks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

FIRST: Final = 1.0
MOST: Final = 300.0
OBEYED_AT_MOST: Final = 3600.0
"""A longer Retry-After than this is taken for an hour."""


class Backoff:
    """Waits that grow with every failure in a row. ``random`` gives a float of 0 to 1."""

    def __init__(self, random: Callable[[], float]) -> None:
        self._random = random
        self._failures = 0

    def after_failure(self, retry_after: float | None = None) -> float:
        """Seconds to wait now; ``retry_after`` (seconds) is obeyed, with a little jitter on top."""
        ceiling = min(MOST, FIRST * 2 ** min(self._failures, 20))
        self._failures += 1
        if retry_after is not None:
            return min(max(retry_after, 0.0), OBEYED_AT_MOST) + self._random() * FIRST
        return self._random() * ceiling

    def after_success(self) -> None:
        """Start from the beginning again."""
        self._failures = 0


def retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for (seconds or an HTTP date); None when it says nothing readable."""
    if not value:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:12]), OBEYED_AT_MOST)
    moment = http_date(text)
    return None if moment is None else min(max((moment - now).total_seconds(), 0.0), OBEYED_AT_MOST)


def http_date(value: str | None) -> datetime | None:
    """The moment that a header names (RFC 9110), aware; None when it is none."""
    from email.utils import parsedate_to_datetime

    try:
        moment = parsedate_to_datetime(value or "")
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
