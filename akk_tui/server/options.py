"""How one server process serves: where it is reached, whom it believes about addresses, its clock."""

from __future__ import annotations

import time
from collections.abc import Callable
from ipaddress import IPv4Network, IPv6Network
from typing import Final, NamedTuple


class Options(NamedTuple):
    """``public_url`` is the origin at which officers reach the server; None: the ``Host`` they ask for.

    ``trusted_proxies`` are the networks whose ``X-Forwarded-For`` is believed. ``clock`` tells seconds since 1970.
    """

    public_url: str | None = None
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    clock: Callable[[], float] = time.time


DEFAULT: Final = Options()
