"""Values of rows as the domain takes them. What cannot be read (a later version's, a broken server's) is None."""

from __future__ import annotations

from datetime import date, datetime, timedelta, UTC
from typing import Any

from akk_tui.contract.ids import moment_of


def number(value: Any) -> float | None:
    """A score of 0 to 100."""
    try:
        found = float(value)
    except (TypeError, ValueError):
        return None
    return found if 0 <= found <= 100 else None


def day(value: Any) -> date | None:
    """An ISO date, also of a moment."""
    try:
        return date.fromisoformat(value[:10])
    except (TypeError, ValueError):
        return None


def moment(value: Any) -> datetime | None:
    """An RFC 3339 moment, as an aware datetime in UTC."""
    try:
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)


def text(value: Any) -> str | None:
    """Text that is there."""
    return value if isinstance(value, str) and value else None


def texts(value: Any) -> tuple[str, ...]:
    """A set of texts, in order."""
    return tuple(part for part in value if isinstance(part, str)) if isinstance(value, list) else ()  # pyright: ignore[reportUnknownVariableType]


def whole(value: Any) -> int | None:
    """A whole number."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def record(value: Any) -> dict[str, str]:
    """A small record of texts by name."""
    if not isinstance(value, dict):
        return {}
    return {str(name): part for name, part in value.items() if isinstance(part, str)}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]


def op_moment(op: str) -> datetime:
    """When whoever made this UUIDv7 made it, by their own clock, in UTC."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=moment_of(op) % (1 << 47))
