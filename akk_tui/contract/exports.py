"""What left a computer as a file: told to the server, which writes it into its audit."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from akk_tui.contract.records import UnitName, Uuid

MOST_AT_ONCE: Final = 20
"""Exports in one request."""
MOST_UNITS: Final = 2_000
"""Units that one export names."""

What = Literal["report", "outbox", "sealed"]
"""The report of a visit, unsent work as readable JSON, unsent work sealed to the server's key."""


class Export(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file. ``at`` is RFC 3339 by the client's clock, ``scope`` the units that it tells of.

    ``sha256`` is what the file itself says of its content, ``count`` how many operations (of a report: regions) it
    holds. Where the file is and what it is called stays on the computer.
    """

    id: Uuid
    at: Annotated[str, Meta(max_length=40)]
    what: What
    scope: Annotated[tuple[UnitName, ...], Meta(max_length=MOST_UNITS)]
    sha256: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
    count: Annotated[int, Meta(ge=0, le=2**31)]


class Exports(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Exports that the server may not know yet."""

    exports: Annotated[tuple[Export, ...], Meta(min_length=1, max_length=MOST_AT_ONCE)]


class Noted(Struct, frozen=True, kw_only=True):
    """How many of them the audit holds now: all, also those that it had before."""

    noted: int
