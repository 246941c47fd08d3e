"""The key file: how a passphrase becomes the data key.

The data key is 256 random bits. Argon2id makes 64 bytes of the passphrase and a salt that is drawn anew each time:
the first half hides the data key (used once, so that XOR is a one-time pad under a key of its own), the second half
is the key of an HMAC over the whole file. A wrong passphrase and a changed file are so told before anything is
opened, and no cipher is needed here. What a command prints is taken as it is where it is a key itself (64 hexadecimal
digits: HKDF-SHA256 then, which costs no start), else as a passphrase.
"""

from __future__ import annotations

import unicodedata
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from akk_tui.contract import codec
from akk_tui.contract.digest import hmac_sha256, same, sha256
from akk_tui.store.errors import NoCipher
from akk_tui.store.keys import KEY_BYTES
from akk_tui.sync.vault_errors import ShortPassphrase, VaultDamaged, WrongSecret

Kind = Literal["passphrase", "command"]
SHORTEST: Final = 12
"""Characters of a passphrase at least."""
MEMORY_KIB: Final = 65_536
PASSES: Final = 3
LANES: Final = 4
"""RFC 9106, section 4, second recommendation: 64 MiB, 3 passes, 4 lanes."""
_MOST_KIB: Final = 1_048_576
_KEY_DIGITS: Final = 2 * KEY_BYTES
_DIGITS: Final = b"0123456789abcdefABCDEF"


class KeyFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What ``key.json`` holds. Bytes are hexadecimal. ``sum`` tells a damaged file from a wrong passphrase."""

    version: Literal[1] = 1
    kind: Kind
    kdf: Literal["argon2id", "hkdf-sha256"]
    salt: str
    memory_kib: int = 0
    passes: int = 0
    lanes: int = 0
    key: str
    tag: str = ""
    sum: str = ""


def checked_passphrase(text: str) -> bytes:
    """``text`` as the bytes of a new passphrase; raises ShortPassphrase."""
    if len(text) < SHORTEST:
        raise ShortPassphrase(least=SHORTEST)
    return passphrase(text)


def passphrase(text: str) -> bytes:
    """``text`` as bytes, one form however its accents were typed."""
    return unicodedata.normalize("NFC", text).encode()


def made(key: bytes, secret: bytes, kind: Kind) -> KeyFile:
    """The key file from which ``secret`` opens the data key."""
    # Only who makes a key needs it, not every start.
    import secrets

    direct = kind == "command" and len(secret) == _KEY_DIGITS and not secret.strip(_DIGITS)
    file = KeyFile(
        kind=kind,
        kdf="hkdf-sha256" if direct else "argon2id",
        salt=secrets.token_hex(16),
        memory_kib=0 if direct else MEMORY_KIB,
        passes=0 if direct else PASSES,
        lanes=0 if direct else LANES,
        key="",
    )
    pad, mac = _derived(file, secret)
    file = replace(file, key=_xor(key, pad).hex())
    file = replace(file, tag=hmac_sha256(mac, _bare(file)).hex())
    return replace(file, sum=_sum(file))


def encoded(file: KeyFile) -> bytes:
    """The bytes of the key file."""
    return codec.encode(file) + b"\n"


def read(data: bytes) -> KeyFile:
    """The key file of these bytes; raises VaultDamaged for one that was changed, is none, or asks for too much."""
    try:
        file = codec.decode(KeyFile, data)
        sizes = [len(bytes.fromhex(part)) for part in (file.salt, file.key, file.tag)]
    except (codec.Malformed, ValueError) as cause:
        raise VaultDamaged(path="key.json", reason="JSON") from cause
    hard = file.memory_kib > _MOST_KIB or file.passes > 64 or file.lanes > 64
    if sizes != [16, KEY_BYTES, 32] or hard or not same(file.sum, _sum(file)):
        raise VaultDamaged(path="key.json", reason="sum")
    return file


def opened(file: KeyFile, secret: bytes) -> bytes:
    """The data key; raises WrongSecret, NoCipher."""
    pad, mac = _derived(file, secret)
    if not same(file.tag, hmac_sha256(mac, _bare(file)).hex()):
        raise WrongSecret
    return _xor(bytes.fromhex(file.key), pad)


def _derived(file: KeyFile, secret: bytes) -> tuple[bytes, bytes]:
    salt = bytes.fromhex(file.salt)
    if file.kdf == "argon2id":
        try:
            from argon2.low_level import hash_secret_raw, Type
        except ImportError as cause:
            raise NoCipher from cause
        found = hash_secret_raw(secret, salt, file.passes, file.memory_kib, file.lanes, 2 * KEY_BYTES, Type.ID)
        return found[:KEY_BYTES], found[KEY_BYTES:]
    root = hmac_sha256(salt, secret.lower())
    pad = hmac_sha256(root, b"akk-tui data key\x01")
    return pad, hmac_sha256(root, pad + b"akk-tui data key\x02")


def _bare(file: KeyFile) -> bytes:
    return codec.encode(replace(file, tag="", sum=""))


def _sum(file: KeyFile) -> str:
    return sha256(codec.encode(replace(file, sum=""))).hex()[:16]


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
