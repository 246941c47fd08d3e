"""Who is signed in on this computer: the account, its token, and which store is its own.

One officer on one server has one store. Signing in again as the same officer finds it again; another officer gets
another one. The token is in a file of its own, mode 0600, and never in a message. In an encrypted profile account and
token are in the vault (:mod:`akk_tui.sync.vault`), and the store's folder has a random name.
"""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path
from typing import Final, Protocol, TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from akk_tui.contract import codec, ids
from akk_tui.paths import PathRefused, private_folder, write_private
from akk_tui.sync import vault
from akk_tui.sync.errors import BadToken, NotSignedIn, UnsentWork

if TYPE_CHECKING:
    from akk_tui.contract.records import Health, Reference
    from akk_tui.paths import Paths
    from akk_tui.store.store import Store

_TOKEN: Final = re.compile(r"[!-~]{8,400}\Z")
FILE: Final = "file"
"""The token store that is said aloud: a file that only its owner can read."""
VAULT: Final = "vault"
"""The token store of an encrypted profile."""
ACCOUNT: Final = "account"
TOKENS: Final = "token/"
"""Names of items in the vault."""


class Account(Struct, frozen=True, kw_only=True):
    """The signed-in officer. ``store`` is the path of the store's file; ``regions`` were in scope at sign-in."""

    server: str
    officer: str
    display: str = ""
    role: str = ""
    regions: int = 0
    store: str = ""
    token_store: str = FILE


class Door(Protocol):
    """What signing in needs of a transport."""

    server: str

    def health(self) -> Health: ...

    def reference(self) -> tuple[Reference, str]: ...


def _name(server: str, officer: str) -> str:
    return sha256(f"{server}|{officer}".encode()).hexdigest()[:12]


def _store_path(paths: Paths, server: str, officer: str) -> Path:
    name = _name(server, officer)
    place = vault.store_folder(paths, name) if vault.sealed(paths) else paths.data / "stores" / name
    return place / "akk.db"


def token_path(paths: Paths, account: Account) -> Path:
    """The file that holds the account's token in a profile that is not encrypted."""
    return paths.state / "tokens" / _name(account.server, account.officer)


def find(paths: Paths) -> Account | None:
    """The signed-in account, or None. An account file that cannot be read counts as none.

    Raises Locked for an encrypted profile that was not opened.
    """
    inside = vault.sealed(paths)
    try:
        text = vault.get(paths, ACCOUNT) if inside else paths.account_file.read_bytes()
        found = codec.decode(Account, text or "")
    except (OSError, codec.Malformed):
        return None
    # Where the profile lies may change between two runs: the path is made anew, never believed.
    found = replace(found, store=str(_store_path(paths, found.server, found.officer)))
    return replace(found, token_store=VAULT) if inside and found.token_store == FILE else found


def load(paths: Paths) -> Account:
    """The signed-in account; raises NotSignedIn, and PathRefused where the folder cannot be looked into."""
    account = find(paths)
    if account is None:
        try:
            paths.account_file.open("rb").close()
        except PermissionError as cause:
            raise PathRefused(path=paths.account_file, reason=cause.strerror or str(cause)) from cause
        except OSError:
            pass
        raise NotSignedIn
    return account


def save(paths: Paths, account: Account) -> None:
    """Remember ``account`` as the signed-in one."""
    data = codec.encode(replace(account, store=""))
    if vault.sealed(paths):
        vault.put(paths, ACCOUNT, data.decode())
    else:
        write_private(paths.account_file, data + b"\n")


def token(paths: Paths, account: Account) -> str:
    """The account's token; raises NotSignedIn when it is gone."""
    if vault.sealed(paths):
        found = vault.get(paths, TOKENS + _name(account.server, account.officer))
        if found is None:
            raise NotSignedIn
        return found
    try:
        return token_path(paths, account).read_text().strip()
    except OSError:
        raise NotSignedIn from None


def _keep_token(paths: Paths, account: Account, text: str | None) -> None:
    """Keep the account's token, or (None) forget it."""
    path = token_path(paths, account)
    if vault.sealed(paths):
        vault.put(paths, TOKENS + path.name, text)
    elif text is None:
        path.unlink(missing_ok=True)
    else:
        write_private(path, text.encode() + b"\n")


def checked_token(text: str) -> str:
    """``text`` (of a token file) as a token; raises BadToken without repeating it."""
    found = text.strip()
    if not _TOKEN.match(found):
        raise BadToken
    return found


def login(paths: Paths, token: str, transport: Door) -> Account:
    """Sign in: check that an akk-server is there, ask it who this is, then remember account and token.

    Raises what the transport raises (NotAkkServer, SignedOut for a wrong token, Unreachable); nothing is written then.
    """
    from akk_tui.store.store import Store

    checked_token(token)
    transport.health()
    reference, etag = transport.reference()
    officer = reference.officer
    account = Account(
        server=transport.server,
        officer=str(officer.name),
        display=str(officer.display),
        role=officer.role,
        regions=len(reference.regions),
        store=str(_store_path(paths, transport.server, str(officer.name))),
    )
    path = Path(account.store)
    for folder in (paths.data, path.parent.parent, path.parent):
        private_folder(folder)
    with Store.open(path) as store:
        replica(store)
        store.meta.set("server", transport.server)
        store.save_reference(reference, etag)
    _keep_token(paths, account, token.strip())
    save(paths, account)
    return account


def replica(store: Store) -> str:
    """The id of this copy of the data; made at the first sign-in, for ever after the same."""
    known = store.meta.get("replica")
    if known is None:
        known = ids.uuid7(int(store.now().timestamp() * 1000), store.random_bits)
        store.meta.set("replica", known)
    return known


def pending(account: Account) -> int:
    """How many operations of the account wait to be accepted."""
    from akk_tui.store.store import Store

    path = Path(account.store)
    if not path.exists():
        return 0
    with Store.open(path) as store:
        return store.queue.pending_count()


def only_here(account: Account) -> int:
    """How much would be lost with the store: operations that wait, and private notes."""
    from akk_tui.store.store import Store

    path = Path(account.store)
    if not path.exists():
        return 0
    with Store.open(path) as store:
        return store.queue.pending_count() + store.private.count()


def logout(paths: Paths, *, wipe: bool = False, force: bool = False) -> Account | None:
    """Forget account and token; the store stays, for signing in again, unless ``wipe``.

    Returns who was signed in. Raises UnsentWork when ``wipe`` would delete unaccepted work or private notes
    while ``force`` is off: nothing is changed then.
    """
    account = find(paths)
    if account is None:
        return None
    folder = Path(account.store).parent
    if wipe and not force:
        count = only_here(account)
        if count:
            raise UnsentWork(count=count)
    _keep_token(paths, account, None)
    if vault.sealed(paths):
        vault.put(paths, ACCOUNT, None)
    else:
        paths.account_file.unlink(missing_ok=True)
    if wipe and folder.exists():
        import shutil

        from akk_tui.sync.lock import SyncLock

        with SyncLock(folder):
            shutil.rmtree(folder)
    return account
