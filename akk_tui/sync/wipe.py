"""Taking a profile's data off this computer: given up, wiped by its officer, or because the server asks for it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Final, TYPE_CHECKING

from akk_tui.contract import endpoints, identity
from akk_tui.contract.errors import AkkError
from akk_tui.contract.exports import Export, Exports, MOST_AT_ONCE, Noted
from akk_tui.paths import PathRefused, write_private
from akk_tui.sealed import NoSeal
from akk_tui.store import exports
from akk_tui.store.errors import StoreUnusable
from akk_tui.sync import account as accounts
from akk_tui.sync import sealing, vault
from akk_tui.sync.wipe_errors import Wiped, WipedLost, WipedSealed, WipeWaits

if TYPE_CHECKING:
    from akk_tui.paths import Paths
    from akk_tui.store.store import Store
    from akk_tui.sync.account import Account
    from akk_tui.sync.transport import Transport

_ALL: Final = 2**62
"""Whatever it weighs: what is not sealed here is lost."""


def forget(paths: Paths) -> None:
    """Destroy an encrypted profile that nobody can open any more: its key first. Raises InUse."""
    with vault.alone(paths):
        edited = _edited(paths)
        sealing.drop(paths, vault.folder(paths))
        for place in edited:
            sealing.destroy(place)


def store(paths: Paths, folder: Path) -> None:
    """Destroy one store, and what other editors and crashes left; with the last encrypted one the key and the vault.

    Killed at any moment the store is as it was, or gone.
    """
    inside, edited = vault.sealed(paths), _edited(paths)
    if inside and all(one.name == folder.name for one in vault.stores(paths)):
        sealing.drop(paths, vault.folder(paths))
    else:
        sealing.drop(paths, folder)
        if inside:
            for item, id_ in vault.items(paths, "store/").items():
                if id_ == folder.name:
                    vault.put(paths, item, None)
    for place in edited:
        sealing.destroy(place)
    # Of a sealed file only what a process that was killed had not finished.
    for left in (*paths.state.glob("crash-*.txt"), *paths.state.glob(".unsent-*.age.*")):
        sealing.shred(left)


def carry_out(paths: Paths, account: Account, opened: Store, transport: Transport) -> Wiped:
    """Do as the server asked, once the round has pushed what could be pushed; what to tell the officer.

    The rest is sealed to the server's key, then key and data are destroyed, then the server is told, then the secret
    is forgotten: killed before the data are gone, the next round begins anew. Without a way to seal the rest it is
    lost: the laptop may be in other hands, and a readable export would be worse. Raises WipeWaits where there is no
    room for the sealed file: then nothing is destroyed.
    """
    private = opened.private.count() + len(opened.drafts.list())
    count, path, sealed = _sealed(paths, opened)
    untold = [*exports.waiting(opened), *([sealed] if sealed is not None else [])]
    opened.close()
    store(paths, Path(account.store).parent)
    # The data is gone either way; without the report the administrator sees the session as waiting.
    with suppress(AkkError):
        for at in range(0, len(untold), MOST_AT_ONCE):
            transport.ask(endpoints.EXPORTS, Noted, Exports(exports=tuple(untold[at : at + MOST_AT_ONCE])))
    with suppress(AkkError):
        transport.ask(endpoints.WIPED, identity.Ended)
    if vault.sealed(paths):
        accounts.forget_secret(paths, account)
        vault.put(paths, accounts.ACCOUNT, None)
    else:
        if account.token_store != accounts.VAULT:
            accounts.forget_secret(paths, account)
        accounts.lock_path(paths, account).unlink(missing_ok=True)
        sealing.shred(paths.account_file)
    if not count:
        return Wiped(private=private)
    if path is None:
        return WipedLost(count=count, private=private)
    return WipedSealed(count=count, path=path, private=private)


def _edited(paths: Paths) -> tuple[Path, ...]:
    """The folders in which other editors have texts of the profile, on the disk and in memory."""
    from akk_tui import external_editor

    found = [paths.state / "edit"]
    with suppress(AkkError):
        found.append(external_editor.folder_of(paths))
    return tuple(dict.fromkeys(found))


def _sealed(paths: Paths, opened: Store) -> tuple[int, Path | None, Export | None]:
    """How many operations were not accepted, the sealed file that holds them, and the export that it is.

    None and None when they cannot be sealed.
    """
    from akk_tui.store import carry, clock
    from akk_tui.sync import carrying

    load = carry.load(opened, most=_ALL, most_bytes=_ALL)
    count = len(load.operations) + len(load.held)
    reference = opened.reference()
    if reference is None and not count:
        return (*_sealed_before(paths), None)
    if not count or reference is None or reference.seal is None:
        return count, None, None
    path = paths.state / f"unsent-{clock.stamp(opened.now()).replace(':', '')}-{count}.age"
    try:
        data, digest = carrying.made(opened, load)
        one = exports.made(opened, "sealed", load.scope, digest, count)
        write_private(path, data)
    except NoSeal:
        return count, None, None
    except (StoreUnusable, PathRefused) as cause:
        raise WipeWaits(count=count, path=path, reason=cause.params.get("reason", "")) from cause
    return count, path, one


def _sealed_before(paths: Paths) -> tuple[int, Path | None]:
    """What a process sealed that was killed once it had destroyed the store, before it could say so."""
    left = max(paths.state.glob("unsent-*-*.age"), default=None)
    number = "" if left is None else left.stem.rpartition("-")[2]
    return (int(number), left) if number.isdecimal() else (0, None)
