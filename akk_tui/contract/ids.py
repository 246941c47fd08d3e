"""Identifiers and keys: UUIDv7, ``cycle:region`` units, row keys, the checksum over rows."""

from __future__ import annotations

import re
from binascii import crc32
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from akk_tui.contract.digest import sha256
from akk_tui.contract.errors import BadKey

CYCLE: Final = re.compile(r"\d{4}\Z")
REGION: Final = re.compile(r"\d{2}\.\d{2}\Z")
INDICATOR: Final = re.compile(r"\d{1,2}\.\d{1,2}\Z")
ITEM: Final = re.compile(r"\d{1,2}\.\d{1,2}\.\d{1,2}\Z")
DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
CRITERION: Final = re.compile(r"[a-z][a-z0-9_]{0,30}\Z")
UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z")

_TAIL: Final = {"assessment": INDICATOR, "criterion": CRITERION, "standing": None, "score": DATE}


def uuid7(now_ms: int, random_bits: Callable[[int], int]) -> str:
    """A UUID of version 7 (RFC 9562) for Unix time ``now_ms`` in milliseconds and 74 random bits."""
    value = (now_ms & ((1 << 48) - 1)) << 80
    value |= 0x7 << 76 | random_bits(12) << 64
    value |= 0b10 << 62 | random_bits(62)
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def moment_of(uuid: str) -> int:
    """Unix time in milliseconds of a UUID of version 7; of another version a number that tells nothing."""
    return int(uuid[:8] + uuid[9:13], 16)


def unit(cycle: str, region: str) -> str:
    """The unit of the feed, of scope and of cursors."""
    return f"{cycle}:{region}"


class Place(NamedTuple):
    """Where a row belongs: its cycle, its region, and what is left of its key (``""`` for a standing)."""

    cycle: str
    region: str
    tail: str

    @property
    def unit(self) -> str:
        return f"{self.cycle}:{self.region}"


def place(kind: str, key: str) -> Place | None:
    """The place that ``key`` itself names; None for kinds keyed by a UUID (note, event, followup).

    Raises BadKey when the key does not have its kind's form.
    """
    if kind not in _TAIL:
        if UUID.match(key):
            return None
        raise BadKey(kind=kind, key=key)
    parts = key.split(":")
    form = _TAIL[kind]
    if len(parts) == (2 if form is None else 3) and CYCLE.match(parts[0]) and REGION.match(parts[1]):
        if form is None:
            return Place(parts[0], parts[1], "")
        if form.match(parts[2]):
            return Place(parts[0], parts[1], parts[2])
    raise BadKey(kind=kind, key=key)


def checksum(rows: Iterable[tuple[str, str, int]]) -> int:
    """Sum modulo 2**32 of CRC-32 over ``kind NUL key NUL rev`` of each (kind, key, rev)."""
    return sum(crc32(f"{kind}\0{key}\0{rev}".encode()) for kind, key, rev in rows) & 0xFFFFFFFF


def scope_digest(scope: Iterable[tuple[str, bool]]) -> str:
    """What tells two scopes apart: 16 hex digits over every (unit, write), in any order."""
    lines = sorted(f"{unit} {int(write)}\n" for unit, write in scope)
    return sha256("".join(lines).encode()).hex()[:16]
