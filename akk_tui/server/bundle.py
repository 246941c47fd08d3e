"""The seal: a key pair to which clients seal work that they cannot send, and the opening of such files (age)."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from msgspec import json

from akk_tui.contract import codec
from akk_tui.contract.errors import AkkError, N_
from akk_tui.paths import write_private
from akk_tui.sealed import age, NoSeal, NotOurs, parts, unseal, Unsealed


class BundleRefused(AkkError):
    """A sealed file that cannot be used; nothing was changed."""

    text = N_("{path} tidak dapat dibuka: {reason}")


class NoSealKey(AkkError):
    """Nobody said where the private key is."""

    exit_code = 2
    text = N_("Sebutkan berkas kunci pribadinya dengan --seal-key.")


class Opened(NamedTuple):
    """A sealed file as this server's key opens it; ``public`` is the key's public half."""

    plain: bytes
    public: str


def key_path(db: str | Path | None, named: Path | None) -> Path:
    """Where the private key is: as named, else beside the database's file; raises NoSealKey."""
    if named is not None:
        return named.expanduser()
    if db is None or "://" in str(db):
        raise NoSealKey
    return Path(f"{db}.seal-key")


def make_key(db: str | Path, named: Path | None) -> None:
    """Make the key pair once and publish its public half; nothing where sealing is not installed.

    A database that is no file needs ``named``: without it there is no pair.
    """
    from akk_tui.server import setup

    try:
        pyrage = age()
        path = key_path(db, named)
    except (NoSeal, NoSealKey):
        return
    if setup.seal(db) is not None:
        return
    pair = pyrage.x25519.Identity.generate()
    if path.exists():
        pair = pyrage.x25519.Identity.from_str(path.read_text().strip())
    else:
        write_private(path, f"{pair}\n".encode(), ours=False)
    setup.publish_seal(db, str(pair.to_public()))


def opened(file: Path, key: Path, *, most: int = 2**31) -> Opened:
    """What a sealed file of at most ``most`` bytes holds; raises NoSeal, BundleRefused."""
    pyrage = age()
    try:
        secret = key.read_text().strip()
        with file.open("rb") as stream:
            data = stream.read(most + 1)
        if len(data) > most:
            raise BundleRefused(path=file, reason=N_("lebih besar daripada kiriman mana pun"))
        public = str(pyrage.x25519.Identity.from_str(secret).to_public())
        return Opened(unseal(data, secret), public)
    except OSError as cause:
        raise BundleRefused(path=cause.filename, reason=cause.strerror or str(cause)) from cause
    except UnicodeDecodeError as cause:
        raise BundleRefused(path=key, reason=N_("bukan berkas kunci")) from cause
    except pyrage.IdentityError as cause:
        raise BundleRefused(path=key, reason=N_("bukan berkas kunci")) from cause
    except NotOurs as cause:
        raise BundleRefused(path=file, reason=N_("kuncinya lain atau berkasnya rusak")) from cause


def readable(plain: bytes) -> bytes:
    """An opened file as JSON to be read; what its answers are proved with is left out."""
    try:
        found: Unsealed = parts(plain)
        whole: dict[str, Any] = json.decode(found.payload)
    except (NotOurs, codec.Malformed, ValueError):
        # Of a version that sealed the readable export.
        return plain
    whole.pop("reply", None)
    whole["sha256"] = sha256(found.payload).hexdigest()
    return json.encode(whole)
