"""What the parts of signing in share: moments, hashes, refusals, entries of the log."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from datetime import datetime, UTC
from typing import Final, NamedTuple

from sqlalchemy import Connection

from akk_tui.contract.codec import encode
from akk_tui.contract.identity import HOST_CHARS, OAuthCode
from akk_tui.contract.ids import uuid7
from akk_tui.contract.text import clean
from akk_tui.server import audit
from akk_tui.server.db.commit import commit, Entry

DAY: Final = 86_400


class Refusal(NamedTuple):
    """Why there is no token (RFC 6749, 5.2); a value, so that what led to it is committed all the same."""

    error: OAuthCode
    description: str | None = None


def stamp(now: float) -> str:
    """``now`` (seconds since 1970) as the tables keep it: RFC 3339 in UTC, whole seconds, so that texts compare."""
    return datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(text: str) -> datetime:
    """The aware moment that :func:`stamp` wrote."""
    return datetime.fromisoformat(text)


def name_in(text: str) -> str:
    """A computer's or a user's name from outside: clean, one line, at most HOST_CHARS characters."""
    return clean(text).strip()[:HOST_CHARS].strip()


def record(connection: Connection, officer: str, kind: str, key: str, told: Mapping[str, object]) -> None:
    """Write into the append-only log and into the audit what ``officer`` did; the last statement of the transaction."""
    if officer == audit.ADMINISTRATOR:
        audit.administered(connection, kind, key=key, set=told)
    else:
        audit.record(connection, f"identity.{kind}", actor=officer, detail={"key": key, "set": told})
    op = uuid7(time.time_ns() // 1_000_000, secrets.randbits)
    body = encode({"kind": kind, "key": key, "set": told}).decode()
    commit(connection, entries=[Entry(op, officer, stamp(time.time()), kind, key, "applied", body)], count=1)
