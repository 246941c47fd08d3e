"""Taking a profile's data off this computer: given up, wiped by its officer, or because the server asks for it."""

from __future__ import annotations

from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any, TYPE_CHECKING

from akk_tui.contract import codec, endpoints, identity
from akk_tui.contract.errors import AkkError
from akk_tui.paths import write_private
from akk_tui.sync import account as accounts
from akk_tui.sync import sealing, vault
from akk_tui.sync.errors import Wiped, WipedLost, WipedSealed

if TYPE_CHECKING:
    from akk_tui.paths import Paths
    from akk_tui.store.store import Store
    from akk_tui.sync.account import Account
    from akk_tui.sync.transport import Transport


def forget(paths: Paths) -> None:
    """Destroy an encrypted profile that nobody can open any more: its key first. Raises InUse."""
    with vault.alone(paths):
        sealing.destroy(vault.folder(paths))


def store(paths: Paths, folder: Path) -> None:
    """Destroy one store, and what other editors and crashes left; with the last encrypted one the key and the vault."""
    sealing.destroy(folder)
    if vault.sealed(paths):
        for item, id_ in vault.items(paths, "store/").items():
            if id_ == folder.name:
                vault.put(paths, item, None)
        if not any(vault.stores(paths)):
            sealing.destroy(vault.folder(paths))
    sealing.destroy(paths.state / "edit")
    for left in paths.state.glob("crash-*.txt"):
        sealing.shred(left)


def carry_out(paths: Paths, account: Account, opened: Store, transport: Transport) -> Wiped:
    """Do as the server asked, once the round has pushed what could be pushed; what to tell the officer.

    The rest is sealed to the server's key, then key and data are destroyed, then the server is told. Without a way to
    seal the rest it is lost: the laptop may be in other hands, and a readable export would be worse.
    """
    count, path = _sealed(paths, opened)
    opened.close()
    accounts.forget_secret(paths, account)
    if vault.sealed(paths):
        vault.put(paths, accounts.ACCOUNT, None)
    else:
        sealing.shred(paths.account_file)
    store(paths, Path(account.store).parent)
    # The data is gone either way; without the report the administrator sees the session as waiting.
    with suppress(AkkError):
        transport.ask(endpoints.WIPED, identity.Ended)
    if not count:
        return Wiped()
    return WipedLost(count=count) if path is None else WipedSealed(count=count, path=path)


def _sealed(paths: Paths, opened: Store) -> tuple[int, Path | None]:
    """How many operations were not accepted, and the sealed file that holds them; None when they cannot be sealed."""
    from akk_tui.store import clock, export

    made = export.whole(opened)
    count = len(made["operations"])
    reference = opened.reference()
    if not count or reference is None or reference.seal is None:
        return count, None
    try:
        pyrage: Any = import_module("pyrage")
    except ImportError:
        return count, None
    to = pyrage.x25519.Recipient.from_str(reference.seal)
    path = paths.state / f"unsent-{clock.stamp(opened.now()).replace(':', '')}.age"
    write_private(path, pyrage.encrypt(codec.encode(made), [to]))
    return count, path
