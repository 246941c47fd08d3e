"""Encrypting a profile and decrypting it: a whole copy first, then one rename; killed at any moment it is old or new.

*Encrypt* builds ``data/.sealed.new`` and renames it to ``data/sealed``: from then on the profile is encrypted, and what
is still there in plain is swept (:func:`finish`, also by the next process that opens the profile). *Decrypt* writes the
plain files in their places and then renames ``data/sealed`` away; before that rename they are leftovers like any.
Both need the profile for themselves (:func:`akk_tui.sync.vault.alone`).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, TYPE_CHECKING

from akk_tui.paths import private_file, private_folder, shred, write_private
from akk_tui.store import keys, unsent
from akk_tui.sync import account as accounts
from akk_tui.sync import vault
from akk_tui.sync.vault_errors import AlreadySealed, CopyDamaged, CopyDiffers, InUse, NotSealed, TextLeftOver

if TYPE_CHECKING:
    from akk_tui.paths import Paths
    from akk_tui.sync.keyfile import Kind


def silent(_step: str) -> None:
    """Tell nobody how far it is."""


def encrypt(paths: Paths, secret: bytes, kind: Kind, *, step: Callable[[str], None] = silent) -> None:
    """Encrypt everything of the profile that tells of regions, notes, officers or tokens.

    ``secret`` is the passphrase (or what the key command printed). ``step`` is called before each step with its name.
    Raises AlreadySealed, InUse, TextLeftOver, NoCipher, NoRoom, VaultError, StoreUnusable; the profile is as it was
    then.
    """
    from akk_tui.store.db import cipher
    from akk_tui.sync import keyfile

    cipher()
    if vault.sealed(paths):
        raise AlreadySealed
    with vault.alone(paths), vault.room(paths):
        left = next((one for one in _texts(paths) if one.stat().st_size), None)
        if left is not None:
            raise TextLeftOver(path=left)
        new, key = paths.data / vault.NEW, os.urandom(keys.KEY_BYTES)
        destroy(new)
        destroy(paths.data / vault.OLD)
        private_folder(new)
        keys.use(new, key)
        try:
            step("key")
            write_private(new / vault.KEY_FILE, keyfile.encoded(keyfile.made(key, secret, kind)))
            _fill(paths, new, step)
            step("check")
            _sync_all(new)
            step("rename")
            new.rename(vault.folder(paths))
            _sync(paths.data)
        except BaseException:
            destroy(new)
            raise
        finally:
            keys.forget(new)
        vault.use(paths, key)
        step("sweep")
        _sweep(paths)
        # They name no values; those of other versions may.
        for report in paths.state.glob("crash-*.txt"):
            shred(report)
        step("done")


def decrypt(paths: Paths, *, step: Callable[[str], None] = silent) -> None:
    """Take the encryption away, as :func:`encrypt` puts it on.

    Raises NotSealed, Locked, InUse, NoRoom, VaultError, StoreUnusable.
    """
    if not vault.sealed(paths):
        raise NotSealed
    vault.data_key(paths)
    with vault.alone(paths), vault.room(paths):
        sealed, old = vault.folder(paths), paths.data / vault.OLD
        destroy(old)
        _sweep(paths)
        try:
            for item, id_ in vault.items(paths, "store/").items():
                if (sealed / "stores" / id_).is_dir():
                    to = private_folder(paths.data / "stores" / item.partition("/")[2])
                    for database in _databases(sealed / "stores" / id_):
                        step(f"store {database.name}")
                        _copy(database, to / database.name)
            step("tokens")
            for item, token in vault.items(paths, accounts.TOKENS).items():
                write_private(paths.state / "tokens" / item.partition("/")[2], token.encode() + b"\n")
            account = vault.get(paths, accounts.ACCOUNT)
            if account is not None:
                write_private(paths.account_file, account.encode() + b"\n")
            step("check")
            _sync_all(paths.data / "stores")
            step("rename")
            sealed.rename(old)
            _sync(paths.data)
        except BaseException:
            if vault.sealed(paths):
                _sweep(paths)
            raise
        keys.forget(sealed)
        step("sweep")
        destroy(old)
        step("done")


def finish(paths: Paths) -> None:
    """Sweep what a process that was killed left beside the profile, plain or not; nothing while another is here."""
    if vault.left_over(paths):
        with suppress(InUse), vault.alone(paths):
            for name in (vault.OLD, vault.NEW, vault.GONE):
                destroy(paths.data / name)
            if vault.sealed(paths):
                _sweep(paths)


def drop(paths: Paths, folder: Path) -> None:
    """Destroy a store's folder, or the whole encrypted profile; killed at any moment it is all there, or none of it.

    What a kill leaves half overwritten has no name any more by which it would be opened; :func:`finish` sweeps it.
    """
    aside = paths.data / (vault.OLD if folder == vault.folder(paths) else vault.GONE)
    destroy(aside)
    if folder.exists():
        folder.rename(aside)
        _sync(folder.parent)
        _sync(paths.data)
        destroy(aside)
    if aside.name == vault.OLD:
        keys.forget(folder)


def destroy(folder: Path) -> None:
    """Remove a folder; every file is overwritten first, as far as the file system lets that reach the disk."""
    for file in sorted(folder.rglob("*"), key=lambda one: one.name != vault.KEY_FILE):
        if file.is_file() and not file.is_symlink():
            shred(file)
    if folder.is_dir() and not folder.is_symlink():
        shutil.rmtree(folder)


def _sweep(paths: Paths) -> None:
    # Nobody else writes now: a file that was being written is one that a kill left.
    torn = paths.account_file.parent.glob(f".{paths.account_file.name}.*")
    for place in (*vault.plain(paths), *torn):
        if place.is_dir() and not place.is_symlink():
            destroy(place)
        else:
            shred(place)
    _sync(paths.data)


def _texts(paths: Paths) -> Iterator[Path]:
    """Files that other editors have, or left."""
    place = paths.state / "edit"
    return (one for one in place.glob("*") if one.is_file()) if place.is_dir() else iter(())


def _fill(paths: Paths, new: Path, step: Callable[[str], None]) -> None:
    """Copy all stores, tokens and the account into the folder ``new``, whose key is known."""
    from akk_tui.store.db import connect

    found: dict[str, str] = {}
    for folder in sorted(paths.data.glob("stores/*")):
        id_ = found[f"store/{folder.name}"] = os.urandom(8).hex()
        to = private_folder(new / "stores" / id_)
        for database in _databases(folder):
            step(f"store {database.name}")
            _copy(database, to / database.name)
        unsent.write(to, _only_here(to / "akk.db"))
    step("vault")
    for token in sorted(paths.state.glob("tokens/*")):
        found[accounts.TOKENS + token.name] = token.read_text().strip()
    if paths.account_file.exists():
        found[accounts.ACCOUNT] = paths.account_file.read_text().strip()
    db = connect(private_file(new / "vault.db"))
    with closing(db), db.write():
        db.execute("CREATE TABLE item (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT")
        db.executemany("INSERT INTO item VALUES (?, ?)", found.items())


def _only_here(path: Path) -> int:
    from akk_tui.store.store import Store

    if not path.exists():
        return 0
    with Store.open(path) as store:
        return store.queue.pending_count() + store.private.count()


def _databases(folder: Path) -> list[Path]:
    """The store and the copies that were laid aside, without SQLite's own files beside them."""
    from akk_tui.store.db import BESIDE

    return sorted(one for one in folder.glob("akk.db*") if one.is_file() and not one.name.endswith(BESIDE))


def _copy(source: Path, to: Path) -> None:
    """Copy a database, each side encrypted or not as its folder is; raises CopyDamaged, CopyDiffers, StoreUnusable."""
    from akk_tui.store.db import cipher, connect, in_words, SEALED_PAGES
    from akk_tui.store.errors import StoreDamaged

    module = cipher()
    private_file(to)
    try:
        with closing(module.connect(str(source), isolation_level=None)) as db:
            db.execute("PRAGMA cipher_log_level=NONE")
            db.execute(SEALED_PAGES)
            if (key := keys.of(source)) is not None:
                db.execute(f"PRAGMA key=\"x'{key.hex()}'\"")
            other = keys.of(to)
            db.execute("PRAGMA temp_store=MEMORY")
            db.execute("ATTACH ? AS made KEY ?", (str(to), f"x'{other.hex()}'" if other is not None else ""))
            db.execute("SELECT sqlcipher_export('made')").fetchall()
            for name in ("user_version", "application_id"):
                db.execute(f"PRAGMA made.{name}={int(db.execute(f'PRAGMA main.{name}').fetchone()[0])}")
            held = _rows(db)
            mode = str(db.execute("PRAGMA main.journal_mode").fetchone()[0])
            db.execute("DETACH made")
    except module.Error as cause:
        words = in_words(cause, source)
        if source.suffix != ".db" and (words is cause or isinstance(words, StoreDamaged)):
            # No repair helps: it is what a repair, or an older version, left.
            raise CopyDamaged(path=source, reason=str(cause)) from cause
        raise words if words is not cause else StoreDamaged(path=source, reason=str(cause)) from cause
    with closing(connect(to)) as made:
        if _rows(made) != held or made.value("PRAGMA quick_check(1)") != "ok":
            raise CopyDiffers(path=source)
        if mode == "wal":
            made.execute("PRAGMA journal_mode=WAL").fetchone()


def _rows(db: Any) -> dict[str, int]:
    """How many rows each table holds; asking a full-text index also proves that it can be read."""
    found = db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").fetchall()
    return {name: int(db.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]) for (name,) in found}  # noqa: S608


def _sync_all(folder: Path) -> None:
    for one in (folder, *folder.rglob("*")):
        if not one.is_symlink():
            _sync(one)


def _sync(path: Path) -> None:
    if not path.exists():
        return
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
