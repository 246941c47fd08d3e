"""The seal: a key pair to which clients seal work that they cannot send, and the opening of such files (age)."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from akk_tui.contract.errors import AkkError, N_
from akk_tui.paths import write_private


class NoSeal(AkkError):
    """The extra that seals is not installed."""

    text = N_("Kiriman bersegel memerlukan tambahan: pip install “akk-tui[seal]”.")


class BundleRefused(AkkError):
    """A sealed file that this key does not open."""

    text = N_("{path} tidak dapat dibuka: {reason}")


class NoSealKey(AkkError):
    """Nobody said where the private key is."""

    exit_code = 2
    text = N_("Sebutkan berkas kunci pribadinya dengan --seal-key.")


def _pyrage() -> Any:
    try:
        return import_module("pyrage")
    except ImportError as cause:
        raise NoSeal from cause


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
        pyrage = _pyrage()
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


def opened(file: Path, key: Path) -> bytes:
    """What a sealed file holds; raises NoSeal, BundleRefused."""
    pyrage = _pyrage()
    try:
        pair = pyrage.x25519.Identity.from_str(key.read_text().strip())
        return pyrage.decrypt(file.read_bytes(), [pair])
    except OSError as cause:
        raise BundleRefused(path=cause.filename, reason=cause.strerror or str(cause)) from cause
    except (pyrage.DecryptError, pyrage.IdentityError) as cause:
        raise BundleRefused(path=file, reason=N_("kuncinya lain atau berkasnya rusak")) from cause
