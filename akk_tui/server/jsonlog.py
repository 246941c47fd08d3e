"""The server's own log: one JSON object a line on stderr, in UTC, made by one encoder, without secrets.

A line break or an escape sequence in a name stays inside its string. Of an exception the types and the places in the
code are told; its words are not, since they may hold what somebody wrote (a database names the values it refuses).
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from datetime import datetime, UTC
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from akk_tui.contract.codec import encode

_SECRET: Final = re.compile(r"akk_[a-z]{2}_[\w-]+")
_BEARER: Final = re.compile(r"(?i)\b(bearer|basic)\s+\S+")
_FRAMES: Final = 12


class JsonLines(logging.Formatter):
    """Each record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        told: dict[str, Any] = {
            "at": moment,
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": redacted(record.getMessage()),
        }
        if record.exc_info and record.exc_info[1] is not None:
            told["error"] = list(_errors(record.exc_info[1]))
        return encode(told).decode()


def redacted(text: str) -> str:
    """``text`` without what could be a token."""
    return _BEARER.sub(r"\1 …", _SECRET.sub("akk_…", text)).encode("utf-8", "replace").decode()


def configure() -> None:
    """Send every logger of this process to stderr as JSON lines, unless somebody has set that up already."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler])


def _errors(error: BaseException) -> Any:
    """An exception and what caused it: its type, a database's own code, and where it came from."""
    seen: set[int] = set()
    now: BaseException | None = error
    while now is not None and id(now) not in seen:
        seen.add(id(now))
        told: dict[str, Any] = {"type": f"{type(now).__module__}.{type(now).__qualname__}"}
        code = getattr(now, "sqlstate", None) or getattr(now, "sqlite_errorname", None) or getattr(now, "errno", None)
        if code is not None:
            told["code"] = str(code)
        told["where"] = _places(now.__traceback__)
        yield told
        now = now.__cause__ or now.__context__


def _places(found: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(found)[-_FRAMES:]
    return [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
