"""Views of the way to the server: what waits, differs, was sent or let go, and the rounds."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from msgspec import Struct

OutboxState = Literal["queued", "sending", "conflict", "wait", "forbidden", "rejected"]


class OutboxRow(Struct, frozen=True):
    op: str
    n: int
    kind: str
    key: str
    field: str
    """A group is named by its first field; a creation by ``""``."""
    set: dict[str, Any]
    was: dict[str, Any] | None
    state: OutboxState
    answer: dict[str, Any] | None
    at: datetime
    region: str
    region_name: str
    title: str
    """What it is about, for a person: the item's, indicator's, criterion's or note's title."""
    title_en: str
    lifted: bool = False
    """Whether what it was refused for holds no longer: its cycle is open again, its region may be written again."""


class Conflict(Struct, frozen=True):
    """One field in conflict: base is the first ``was``, mine the newest pending value, theirs the present base."""

    op: str
    ops: tuple[str, ...]
    kind: str
    key: str
    field: str
    base: dict[str, Any] | None
    mine: dict[str, Any]
    theirs: dict[str, Any] | None
    by: str | None
    at: datetime | None
    region: str
    region_name: str
    title: str
    title_en: str
    older: bool = False
    """Whether theirs may be older than base: the server was restored since mine was made."""


class SentRow(Struct, frozen=True):
    """One accepted operation with its receipt."""

    op: str
    kind: str
    key: str
    field: str
    set: dict[str, Any]
    result: str
    seq: int
    at: datetime | None
    """When the server had it, by its clock; None until it told its time."""
    region: str
    region_name: str
    title: str
    title_en: str


class DiscardedRow(Struct, frozen=True):
    """One value that was let go and can be put back."""

    op: str
    kind: str
    key: str
    field: str
    set: dict[str, Any]
    was: dict[str, Any] | None
    reason: str
    """``theirs``, ``mine``, ``merged``, ``same``, ``superseded``, ``given_up`` or ``undone``."""
    made: datetime
    """When the officer had saved it."""
    at: datetime | None
    """When it was let go, by the server's clock; None until the server next tells its time."""
    region: str
    region_name: str
    title: str
    title_en: str
    moved: bool = False
    """Whether a text or set has become another one since: put back, it is merged with that or becomes a difference."""


class Sending(Struct, frozen=True):
    """What the next round would send, and how long that takes at the rate of the last rounds."""

    operations: int
    bytes: int
    """On the wire: compressed, with the requests around it."""
    seconds: float | None
    """None where no round has measured a rate."""


class SyncRun(Struct, frozen=True):
    """One line of the sync log."""

    id: int
    started: datetime
    seconds: float
    outcome: str
    """``done`` or an error's code."""
    pushed: int
    pulled: int
    conflicts: int
    refused: int
    bytes_up: int
    bytes_down: int
    requests: int
    answers: dict[str, int]
    words: str | None


class Edit(Struct, frozen=True):
    """What an edit did. ``op`` is None when it changed nothing."""

    op: str | None
    state: str | None
    key: str
    value: dict[str, Any]
