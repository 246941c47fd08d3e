"""Sealing and signing what is carried on foot: age (X25519) for secrecy, Ed25519 and HMAC for who wrote it.

age hides a file from everybody but the holder of the server's key; it says nothing of who wrote it, for that key is
public. So a bundle is signed by a key that never leaves the officer's computer, whose public half the server was told
while the officer was signed in there (:class:`akk_tui.contract.bundles.ReplicaKey`) and keeps with that sign-in. The
way back needs no key of the server's: the sealed bundle brings a secret along that nobody but the server can read, and
the answers carry an HMAC with it. Whoever has neither the computer nor the server forges neither file.

The libraries come with the extra ``seal`` and are loaded where they are used.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final, Literal, NamedTuple

from akk_tui.contract import codec, digest
from akk_tui.contract.bundles import FORMAT, Head
from akk_tui.contract.errors import AkkError, N_

SEED_BYTES: Final = 32
_CONTEXT: Final = b"akk-bundle-1\0"
_ANSWERS: Final = b"akk-answers-1\0"


class NoSeal(AkkError):
    """The extra that seals is not installed."""

    text = N_("Kiriman bersegel memerlukan tambahan: pip install “akk-tui[seal]”.")


class Unsealed(NamedTuple):
    """A sealed file, opened: its first line and its payload, which nothing has checked yet."""

    head: Head
    payload: bytes


class NotOurs(Exception):
    """Bytes that this key does not open, or that are no sealed file of ours."""


def age() -> Any:
    """The library that seals; raises NoSeal."""
    try:
        return import_module("pyrage")
    except ImportError as cause:
        raise NoSeal from cause


def _ed25519() -> Any:
    try:
        return import_module("cryptography.hazmat.primitives.asymmetric.ed25519")
    except ImportError as cause:
        raise NoSeal from cause


def available() -> bool:
    """Whether the extra is installed."""
    try:
        age()
        _ed25519()
    except NoSeal:
        return False
    return True


def public_of(seed: bytes) -> str:
    """The public key, in hex, of the signing key that ``seed`` is; raises NoSeal."""
    return _ed25519().Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw().hex()


def signature(seed: bytes, payload: bytes) -> str:
    """The signature of ``payload``, in hex; raises NoSeal."""
    return _ed25519().Ed25519PrivateKey.from_private_bytes(seed).sign(_CONTEXT + payload).hex()


def signed_by(public: str, payload: bytes, proof: str) -> bool:
    """Whether ``proof`` is the signature of ``payload`` by the key whose public half is ``public``; raises NoSeal."""
    key = _ed25519().Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
    refused = import_module("cryptography.exceptions").InvalidSignature
    try:
        key.verify(bytes.fromhex(proof), _CONTEXT + payload)
    except (refused, ValueError):
        return False
    return True


def reply_secret(seed: bytes, nonce: str) -> str:
    """The secret of the answers to the bundle ``nonce``, in hex: kept nowhere, made anew when it is asked for."""
    return digest.hmac_sha256(seed, _ANSWERS + nonce.encode()).hex()


def mac(secret: str, payload: bytes) -> str:
    """What proves that answers come from who could read the bundle, in hex."""
    return digest.hmac_sha256(bytes.fromhex(secret), _ANSWERS + payload).hex()


def same(one: str, other: str) -> bool:
    """Whether two proofs are equal, in a time that tells nothing of where they differ."""
    return digest.same(one.encode(), other.encode())


def new_key() -> str:
    """A private key that files can be sealed to; raises NoSeal."""
    return str(age().x25519.Identity.generate())


def recipient_of(key: str) -> str:
    """The public half of a private key that :func:`new_key` made; raises NoSeal."""
    return str(age().x25519.Identity.from_str(key).to_public())


def can_be_sealed_to(public: str) -> bool:
    """Whether ``public`` is a key that files can be sealed to; raises NoSeal."""
    pyrage = age()
    try:
        pyrage.x25519.Recipient.from_str(public)
    except pyrage.RecipientError:
        return False
    return True


def seal(file: Literal["akk-bundle", "akk-answers"], payload: bytes, proof: str, to: str) -> bytes:
    """The sealed file that holds ``payload``; raises NoSeal."""
    pyrage = age()
    head = codec.encode(Head(file=file, format=FORMAT, proof=proof))
    return pyrage.encrypt(head + b"\n" + payload, [pyrage.x25519.Recipient.from_str(to)])


def unseal(data: bytes, key: str) -> bytes:
    """What ``data`` holds, opened with the private ``key``; raises NoSeal, NotOurs."""
    pyrage = age()
    try:
        return pyrage.decrypt(data, [pyrage.x25519.Identity.from_str(key)])
    except (pyrage.DecryptError, pyrage.IdentityError) as cause:
        raise NotOurs from cause


def parts(plain: bytes) -> Unsealed:
    """The first line and the payload of an opened file; raises NotOurs."""
    first, newline, payload = plain.partition(b"\n")
    try:
        head = codec.decode(Head, first)
    except codec.Malformed as cause:
        raise NotOurs from cause
    if not newline or head.format != FORMAT:
        raise NotOurs
    return Unsealed(head, payload)
