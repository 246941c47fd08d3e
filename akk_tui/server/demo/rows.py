"""One row of the sample, and what makes its invented parts the same every time."""

from __future__ import annotations

from binascii import crc32
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final, NamedTuple

from akk_tui.contract.ids import uuid7

INVENTED: Final = "data contoh"
"""The source of a value that is invented."""
KPK: Final = "KPK"


class Row(NamedTuple):
    """One row as the feed carries it: its place, its fields, and who changed it last and when (RFC 3339 UTC)."""

    kind: str
    key: str
    cycle: str
    region: str
    fields: dict[str, Any]
    by: str
    at: str


def moment(day: str, name: str) -> str:
    """A moment in the working hours of ``day`` (ISO), always the same for ``name``."""
    start = datetime.fromisoformat(f"{day}T01:00:00")
    return (start + timedelta(minutes=crc32(name.encode()) % 420)).isoformat(timespec="seconds") + "Z"


def between(first: str, last: str, name: str) -> str:
    """A day from ``first`` to ``last`` (ISO, both included), always the same for ``name``."""
    start = datetime.fromisoformat(first)
    days = (datetime.fromisoformat(last) - start).days + 1
    return (start + timedelta(days=crc32(name.encode()) % days)).date().isoformat()


def uuid(at: str, name: str) -> str:
    """A UUIDv7 for the moment ``at``, always the same for ``name``."""
    digest = int.from_bytes(sha256(name.encode()).digest())
    milliseconds = int(datetime.fromisoformat(at).timestamp() * 1000)
    return uuid7(milliseconds, lambda bits: (digest >> bits) & ((1 << bits) - 1))
