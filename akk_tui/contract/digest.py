"""SHA-256 and HMAC-SHA-256 that cost no start: ``hashlib`` and ``hmac`` load OpenSSL first, which takes milliseconds.

For the few short digests of a start; the interpreter's own SHA-256 is found as the standard library's ``random`` finds
its SHA-512. Whoever digests much, or has loaded OpenSSL anyway, uses ``hashlib``.
"""

from __future__ import annotations

from _operator import _compare_digest as same  # pyright: ignore[reportPrivateUsage]
from typing import Final, TYPE_CHECKING

if TYPE_CHECKING:
    from hashlib import sha256 as _new
else:
    try:
        from _sha256 import sha256 as _new
    except ImportError:
        try:
            from _sha2 import sha256 as _new
        except ImportError:
            from hashlib import sha256 as _new

_BLOCK: Final = 64
_INNER: Final = bytes(byte ^ 0x36 for byte in range(256))
_OUTER: Final = bytes(byte ^ 0x5C for byte in range(256))

__all__ = ["hmac_sha256", "same", "sha256"]


def sha256(data: bytes) -> bytes:
    """The 32 bytes of SHA-256 (FIPS 180-4) of ``data``."""
    return _new(data).digest()


def hmac_sha256(key: bytes, data: bytes) -> bytes:
    """The 32 bytes of HMAC-SHA-256 (RFC 2104) of ``data`` under ``key``."""
    block = (sha256(key) if len(key) > _BLOCK else key).ljust(_BLOCK, b"\0")
    return sha256(block.translate(_OUTER) + sha256(block.translate(_INNER) + data))
