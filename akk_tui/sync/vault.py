"""An encrypted profile: the key file, the vault with account and tokens, and where its stores are.

``data/sealed/`` holds all of it: ``key.json`` (public: how the key is made from the passphrase, and the data key
wrapped by it), ``vault.db`` and ``stores/<random id>/akk.db``, all under SQLCipher with the data key. A profile is
encrypted exactly when that folder has a key file; it comes and goes by the rename of the folder.
"""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, TYPE_CHECKING

from akk_tui.contract.errors import AkkError
from akk_tui.paths import PathRefused, private_file, private_folder, write_private
from akk_tui.store import keys, unsent
from akk_tui.sync.vault_errors import InUse, Locked, NoRoom, NotSealed, VaultDamaged

if TYPE_CHECKING:
    from akk_tui.paths import Paths
    from akk_tui.store.db import Database
    from akk_tui.sync.keyfile import Kind

FOLDER: Final = "sealed"
KEY_FILE: Final = "key.json"
NEW: Final = ".sealed.new"
_LOCK: Final = "use.lock"
OLD: Final = ".sealed.old"
GONE: Final = ".store.old"
"""A copy that is being made; what was encrypted and is no more; a store that is being destroyed."""
_MOST_READ: Final = 16_384
_held: Final[dict[Path, int]] = {}
"""Handles on the lock files of the profiles that this process uses."""


def folder(paths: Paths) -> Path:
    """Where everything of an encrypted profile is."""
    return paths.data / FOLDER


def sealed(paths: Paths) -> bool:
    """Whether the profile is encrypted."""
    return os.path.exists(paths.data / FOLDER / KEY_FILE)


def left_over(paths: Paths) -> bool:
    """Whether a process that was killed left something for :func:`akk_tui.sync.sealing.finish` to sweep."""
    data = paths.data
    if any(os.path.exists(data / name) for name in (OLD, NEW, GONE)):
        return True
    return sealed(paths) and any(os.path.exists(place) for place in plain(paths))


def plain(paths: Paths) -> tuple[Path, ...]:
    """Where a profile that is not encrypted keeps what tells of regions, notes, officers or tokens."""
    return paths.account_file, paths.data / "stores", paths.state / "tokens"


def unlocked(paths: Paths) -> bool:
    """Whether this process knows the data key."""
    return keys.known(folder(paths)) is not None


def kind(paths: Paths) -> Kind:
    """Whether a passphrase or a command opens the profile; raises VaultDamaged."""
    from akk_tui.sync import keyfile

    return keyfile.read(_key_file(paths)).kind


def unlock(paths: Paths, secret: bytes) -> None:
    """Open the profile with its passphrase (or what its command printed); raises WrongSecret, VaultDamaged."""
    from akk_tui.sync import keyfile

    use(paths, keyfile.opened(keyfile.read(_key_file(paths)), secret))


def fits(paths: Paths, secret: bytes) -> bool:
    """Whether ``secret`` opens the profile; raises VaultDamaged."""
    from akk_tui.sync import keyfile
    from akk_tui.sync.vault_errors import WrongSecret

    try:
        return keyfile.opened(keyfile.read(_key_file(paths)), secret) == keys.known(folder(paths))
    except WrongSecret:
        return False


def use(paths: Paths, key: bytes) -> None:
    """Open the profile with the data key itself, as a child of the app that got it through a pipe."""
    keys.use(folder(paths), key)


def data_key(paths: Paths) -> bytes:
    """The data key; raises Locked."""
    found = keys.known(folder(paths))
    if found is None:
        raise Locked
    return found


def rekey(paths: Paths, secret: bytes, how: Kind) -> None:
    """Let another passphrase or command open the profile. The data key stays. Raises Locked, NoRoom."""
    from akk_tui.sync import keyfile

    with room(paths):
        write_private(folder(paths) / KEY_FILE, keyfile.encoded(keyfile.made(data_key(paths), secret, how)))


@contextmanager
def room(paths: Paths) -> Generator[None]:
    """Inside, something is written that leaves the profile as it was where it fails; a full disk raises NoRoom."""
    try:
        yield
    except (AkkError, OSError) as cause:
        link: BaseException | None = cause
        while link is not None:
            if getattr(link, "errno", 0) in (errno.ENOSPC, errno.EDQUOT) or "disk is full" in str(link):
                raise NoRoom(folder=paths.data) from cause
            link = link.__cause__
        raise


def _key_file(paths: Paths) -> bytes:
    try:
        with (folder(paths) / KEY_FILE).open("rb") as stream:
            return stream.read(_MOST_READ)
    except OSError as cause:
        raise VaultDamaged(path=folder(paths) / KEY_FILE, reason=cause.strerror or str(cause)) from cause


# --- what the vault holds


def get(paths: Paths, name: str) -> str | None:
    """The item ``name``; raises Locked, StoreUnusable."""
    with opened(paths) as db:
        return db.value("SELECT value FROM item WHERE name = ?", (name,))


def put(paths: Paths, name: str, value: str | None) -> None:
    """Keep an item, on disk when this returns; None forgets it. Raises Locked, StoreUnusable."""
    with opened(paths) as db, db.write():
        if value is None:
            db.execute("DELETE FROM item WHERE name = ?", (name,))
        else:
            db.execute("INSERT OR REPLACE INTO item VALUES (?, ?)", (name, value))


def items(paths: Paths, prefix: str) -> dict[str, str]:
    """All items whose name begins with ``prefix``; raises Locked, StoreUnusable."""
    with opened(paths) as db:
        rows = db.execute("SELECT name, value FROM item ORDER BY name").fetchall()
    return {name: value for name, value in rows if name.startswith(prefix)}


@contextmanager
def opened(paths: Paths) -> Generator[Database]:
    """A connection to the vault; it is made where it is missing.

    Raises NotSealed when the profile is encrypted no more: another process decrypted or destroyed it.
    """
    from akk_tui.store.db import connect

    data_key(paths)
    if not sealed(paths):
        raise NotSealed
    path = private_file(folder(paths) / "vault.db")
    db = connect(path)
    try:
        db.execute("PRAGMA secure_delete=ON").fetchall()
        db.execute("CREATE TABLE IF NOT EXISTS item (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT")
        yield db
    finally:
        db.close()


def store_folder(paths: Paths, name: str) -> Path:
    """The folder of the store that the plain profile would call ``name``: a random id, kept in the vault."""
    item = f"store/{name}"
    found = get(paths, item)
    if found is None:
        found = os.urandom(8).hex()
        put(paths, item, found)
    return folder(paths) / "stores" / found


def unsent_work(paths: Paths) -> int:
    """How many edits and private notes are only here, as far as it is known without the key."""
    return sum(unsent.read(one) for one in stores(paths))


def stores(paths: Paths) -> Iterator[Path]:
    """The folders of all encrypted stores."""
    place = folder(paths) / "stores"
    with suppress(OSError):
        yield from sorted(one for one in place.iterdir() if one.is_dir() and not one.is_symlink())


# --- who uses the profile


def hold(paths: Paths) -> None:
    """Say that this process uses the profile, until it ends: nobody encrypts, decrypts or wipes it meanwhile.

    Waits while somebody does. Does nothing where no such file can be made: then nobody can change the profile either.
    Raises PathRefused where a link lies in its place.
    """
    if paths.data in _held or not paths.data.exists():
        return
    try:
        fcntl.flock(_handle(paths), fcntl.LOCK_SH)
    except PathRefused:
        if os.path.islink(paths.data / _LOCK):  # False, too, in a folder that cannot be looked into
            raise


@contextmanager
def alone(paths: Paths) -> Generator[None]:
    """Inside, no other process uses the profile; raises InUse."""
    private_folder(paths.data)
    handle = _handle(paths)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as cause:
        fcntl.flock(handle, fcntl.LOCK_SH)
        raise InUse from cause
    try:
        yield
    finally:
        fcntl.flock(handle, fcntl.LOCK_SH)


def release(paths: Paths) -> None:
    """This process uses the profile no longer."""
    handle = _held.pop(paths.data, None)
    if handle is not None:
        os.close(handle)


def _handle(paths: Paths) -> int:
    if paths.data not in _held:
        path = private_file(paths.data / _LOCK)
        _held[paths.data] = os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    return _held[paths.data]
