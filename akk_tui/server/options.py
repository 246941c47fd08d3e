"""How one server process serves: where it is reached, whom it believes, what it permits, how long it waits."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

from akk_tui.server.address import Network


class Rate(NamedTuple):
    """``burst`` requests at once, and ``per_second`` more for as long as one likes."""

    burst: int
    per_second: float


TOKEN: Final = "token"  # noqa: S105 - a kind of counter
OFFICER: Final = "officer"
ADDRESS: Final = "address"

# A first sync of the whole country with its log is some 1,200 requests of one token; several computers of one officer
# may do that together, and an office has one address for all of its officers.
RATES: Final[Mapping[str, Rate]] = MappingProxyType(
    {TOKEN: Rate(4_000, 20.0), OFFICER: Rate(8_000, 40.0), ADDRESS: Rate(30_000, 300.0)}
)
NO_RATES: Final[Mapping[str, Rate]] = MappingProxyType({})


class Tls(NamedTuple):
    """A certificate (with its chain) and its key, both PEM."""

    certificate: Path
    key: Path


class Options(NamedTuple):
    """The defaults serve several hundred officers."""

    public_url: str | None = None
    """The origin at which officers reach the server; None: the ``Host`` they ask for."""
    trusted_proxies: tuple[Network, ...] = ()
    """The networks whose ``X-Forwarded-For`` is believed."""
    clock: Callable[[], float] = time.time
    """Seconds since 1970."""
    rates: Mapping[str, Rate] = RATES
    requests: int = 256
    """Requests that one process works on at a time; more are told to come again."""
    connections: int = 2_000
    """Connections that one process holds."""
    peer_connections: int = 200
    """Connections of one address, unless it is a trusted proxy."""
    header_seconds: float = 20
    """For a request's line and headers, from the connection or from its first byte."""
    body_seconds: float = 120
    """For the whole body of a request."""
    silence_seconds: float = 30
    """Between two pieces of a body."""
    stall_seconds: float = 60
    """For a client to take what is waiting to be sent."""
    tls: Tls | None = None


DEFAULT: Final = Options()
STATEMENT_SECONDS: Final = 30
"""What a transaction of a request may spend in the database."""
