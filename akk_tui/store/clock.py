"""The store's real time and randomness where the caller brings none, and how moments are written."""

from __future__ import annotations

import os
from datetime import datetime, UTC


def now() -> datetime:
    """The present moment, aware."""
    return datetime.now(UTC)


def random_bits(count: int) -> int:
    """``count`` random bits of the system's generator."""
    return int.from_bytes(os.urandom((count + 7) // 8), "big") >> (-count % 8)


def stamp(moment: datetime) -> str:
    """``moment`` as it is stored and sent: RFC 3339, UTC, whole seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
