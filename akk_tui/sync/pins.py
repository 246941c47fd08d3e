"""The pin of a server: SHA-256 over the public key of its certificate (SubjectPublicKeyInfo), in base64.

It is the same that ``openssl pkey -pubin -outform der | openssl dgst -sha256 -binary | base64`` gives (RFC 7469). A new
certificate for the same key keeps the pin.
"""

from __future__ import annotations

import base64
from hashlib import sha256


class NoCertificate(ValueError):
    """Bytes that are no X.509 certificate."""


def pin_of(certificate: bytes) -> str:
    """The pin of a certificate in DER; raises NoCertificate."""
    return base64.b64encode(sha256(public_key(certificate)).digest()).decode()


def public_key(certificate: bytes) -> bytes:
    """The SubjectPublicKeyInfo of an X.509 certificate in DER, as it stands there; raises NoCertificate."""
    try:
        at, _ = _opened(certificate, 0)  # Certificate
        at, _ = _opened(certificate, at)  # TBSCertificate
        # [0] version where it is named, serial number, signature, issuer, validity, subject; then the key.
        for _field in range(6 if certificate[at] == 0xA0 else 5):
            at = sum(_opened(certificate, at))
        end = sum(_opened(certificate, at))
    except IndexError as cause:
        raise NoCertificate from cause
    return certificate[at:end]


def _opened(data: bytes, at: int) -> tuple[int, int]:
    """Where the content of the DER element at ``at`` begins, and its length; IndexError past the end of ``data``."""
    length, begin = data[at + 1], at + 2
    if length & 0x80:
        count = length & 0x7F
        length, begin = int.from_bytes(data[begin : begin + count]), begin + count
    if begin + length > len(data):
        raise IndexError
    return begin, length
