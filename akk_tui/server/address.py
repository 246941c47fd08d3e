"""From where a request comes: the peer's address, or what a proxy that is trusted by name says of it."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import ip_address, ip_network, IPv4Address, IPv4Network, IPv6Address, IPv6Network

from starlette.requests import Request

from akk_tui.contract.errors import AkkError, N_

Network = IPv4Network | IPv6Network
UNKNOWN = "unknown"


class BadProxy(AkkError):
    """``--trusted-proxy`` names no address and no network."""

    code = "usage"
    exit_code = 2
    text = N_("“{value}” bukan alamat atau jaringan IP, misalnya 127.0.0.1 atau 10.0.0.0/8.")


def networks(named: Iterable[str]) -> tuple[Network, ...]:
    """The networks that are named; raises BadProxy."""
    found: list[Network] = []
    for one in named:
        try:
            found.append(ip_network(one, strict=False))
        except ValueError as cause:
            raise BadProxy(value=one) from cause
    return tuple(found)


def address_of(request: Request, trusted: tuple[Network, ...]) -> str:
    """The address that the request comes from.

    ``X-Forwarded-For`` counts only where the peer is a trusted proxy, and from its right end only as far as the
    addresses are trusted proxies: whatever stands further left was written by somebody else.
    """
    peer = request.client.host if request.client else UNKNOWN
    hops = [part.strip() for line in request.headers.getlist("x-forwarded-for") for part in line.split(",")]
    while hops and is_within(peer, trusted):
        hop = hops.pop()
        if _parsed(hop) is None:
            break
        peer = hop
    return peer


def bucket_of(address: str) -> str:
    """What limits count by: the address, of IPv6 the network of 64 bits that one subscriber has."""
    parsed = _parsed(address)
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ip_network((int(parsed) >> 64 << 64, 64)))
    return UNKNOWN if parsed is None else str(parsed)


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None


def is_within(text: str, trusted: tuple[Network, ...]) -> bool:
    """Whether an address is in one of the networks."""
    parsed = _parsed(text)
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is not None:
        # A socket for both kinds names a peer of the older one so.
        parsed = parsed.ipv4_mapped
    return parsed is not None and any(parsed.version == net.version and parsed in net for net in trusted)
