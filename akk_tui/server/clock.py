"""The server's time in the form that rows, answers and records carry."""

from __future__ import annotations

from datetime import datetime, UTC


def now_text() -> str:
    """RFC 3339, UTC, seconds."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
