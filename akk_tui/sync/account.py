"""Who is signed in on this computer: the account, its token, and which store is its own.

One officer on one server has one store. Signing in again as the same officer finds it again; another officer gets
another one. The token or the session's secret is in a place of its own (:mod:`akk_tui.sync.places`) and never in a
message. In an encrypted profile the account is in the vault (:mod:`akk_tui.sync.vault`), and the store's folder has a
random name.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final, Protocol, TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from akk_tui.contract import codec, ids
from akk_tui.contract.digest import sha256
from akk_tui.paths import PathRefused, private_folder, write_private
from akk_tui.sync import places, vault
from akk_tui.sync.progress import never
from akk_tui.sync.signing_errors import BadToken, NoSuchPlace, NotSignedIn, OtherOfficer, UnsentWork

if TYPE_CHECKING:
    from akk_tui.config import Settings
    from akk_tui.contract.records import Health, Reference
    from akk_tui.paths import Paths
    from akk_tui.store.store import Store
    from akk_tui.sync.credentials import Access, Credentials
    from akk_tui.sync.places import Place

FILE: Final = places.FILE
"""The token store that is said aloud: a file that only its owner can read."""
VAULT: Final = places.VAULT
"""The token store of an encrypted profile."""
ACCOUNT: Final = "account"
TOKENS: Final = places.TOKENS
"""Names of items in the vault."""


class Account(Struct, frozen=True, kw_only=True):
    """The signed-in officer. ``store`` is the path of the store's file; ``regions`` were in scope at sign-in.

    ``token_store`` names the place of the secret, ``key`` the secret in it (empty: by server and officer).
    ``session`` is the id of the session at the server; empty for a token that an administrator made.
    """

    server: str
    officer: str
    display: str = ""
    role: str = ""
    regions: int = 0
    store: str = ""
    token_store: str = FILE
    key: str = ""
    session: str = ""


class Door(Protocol):
    """What signing in needs of a transport."""

    server: str

    def health(self) -> Health: ...

    def reference(self) -> tuple[Reference, str]: ...


def _name(server: str, officer: str) -> str:
    return sha256(f"{server}|{officer}".encode()).hex()[:12]


def _store_path(paths: Paths, server: str, officer: str) -> Path:
    name = _name(server, officer)
    place = vault.store_folder(paths, name) if vault.sealed(paths) else paths.data / "stores" / name
    return place / "akk.db"


def _key(account: Account) -> str:
    return account.key or _name(account.server, account.officer)


def token_path(paths: Paths, account: Account) -> Path:
    """The file that holds the account's secret where its place is a file, in a profile that is not encrypted."""
    return places.tokens_folder(paths) / _key(account)


def lock_path(paths: Paths, account: Account) -> Path:
    """The file whose lock a process holds while it renews the account's access token."""
    return paths.state / f"sign-in-{_key(account)}.lock"


def place_of(paths: Paths, account: Account) -> Place | None:
    """Where the account's secret is; None where the place is not there, or is the user's own program."""
    return places.opened(paths, account.token_store, _key(account))


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
    if found.token_store in (FILE, VAULT):
        found = replace(found, token_store=VAULT if inside else FILE)
    return found


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
    """What the account's place holds; raises NotSignedIn when it is gone, KeyringFailed."""
    place = place_of(paths, account)
    text = place.read() if place is not None else None
    if not text:
        raise NotSignedIn
    return text


def credentials(
    paths: Paths,
    account: Account,
    settings: Settings,
    *,
    access: Access | None = None,
    hand_back: Callable[[Access], None] | None = None,
    cancelled: Callable[[], bool] = never,
) -> Credentials:
    """What the account's calls prove themselves with; ``access`` is a token that another process handed over.

    Raises NotSignedIn when there is nothing, KeyringFailed, TokenCommandFailed.
    """
    from akk_tui.sync.credentials import FixedToken, SessionToken

    if account.token_store == places.COMMAND:
        if not settings.sign_in.token_command:
            raise NotSignedIn
        from akk_tui.sync.token_command import first_line

        return FixedToken(checked_token(first_line(settings.sign_in.token_command)), account.server)
    found = token(paths, account)
    place = place_of(paths, account)
    if not account.session or place is None:
        return FixedToken(found, account.server)
    lock = lock_path(paths, account)
    of = _key(account)
    return SessionToken(place, account.server, lock, of=of, access=access, hand_back=hand_back, cancelled=cancelled)


def checked_token(text: str) -> str:
    """``text`` (of a token file) as a token; raises BadToken without repeating it."""
    from akk_tui.sync.credentials import is_token

    found = text.strip()
    if not is_token(found):
        raise BadToken
    return found


def login(paths: Paths, token: str, transport: Door, store: str = FILE) -> Account:
    """Sign in: check that an akk-server is there, ask it who this is, then remember account and token.

    Raises what the transport raises (NotAkkServer, SignedOut for a wrong token, Unreachable); nothing is written then.
    """
    checked_token(token)
    return enter(paths, transport, store, lambda place: place.write(token.strip()))


def enter(
    paths: Paths,
    transport: Door,
    store: str,
    hide: Callable[[Place], None],
    *,
    session: str = "",
    expected: str | None = None,
) -> Account:
    """Remember the officer that ``transport`` calls as; ``hide`` writes the secret into the place called ``store``.

    The account counts once its file is written, as the last step. Raises what the transport and the place raise, and
    OtherOfficer when it is not the ``expected`` one; then the account from before stays.
    """
    # Only who signs in needs it, not every start.
    import secrets

    from akk_tui.store.store import Store

    transport.health()
    reference, etag = transport.reference()
    officer = reference.officer
    if expected is not None and officer.name != expected:
        raise OtherOfficer(officer=officer.name, expected=expected)
    account = Account(
        server=transport.server,
        officer=str(officer.name),
        display=str(officer.display),
        role=officer.role,
        regions=len(reference.regions),
        store=str(_store_path(paths, transport.server, str(officer.name))),
        token_store=VAULT if store == FILE and vault.sealed(paths) else store,
        key=secrets.token_hex(8),
        session=session,
    )
    path = Path(account.store)
    for folder in (paths.data, path.parent.parent, path.parent):
        private_folder(folder)
    with Store.open(path) as opened:
        replica(opened)
        opened.meta.set("server", transport.server)
        if reference.regions or opened.reference_etag() is None:
            # One without regions would take the names of those that are here; the next pull asks about it.
            opened.save_reference(reference, etag)
    if store != places.COMMAND:
        place = place_of(paths, account)
        if place is None:
            raise NoSuchPlace(place=store)
        hide(place)
    before = find(paths)
    save(paths, account)
    if before is not None:
        forget_secret(paths, before)
    return account


def forget_secret(paths: Paths, account: Account) -> None:
    """Delete the account's secret on this computer, with its lock."""
    place = place_of(paths, account)
    if place is not None:
        with suppress(OSError):
            place.delete()
    lock_path(paths, account).unlink(missing_ok=True)


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
    forget_secret(paths, account)
    if vault.sealed(paths):
        vault.put(paths, ACCOUNT, None)
    else:
        paths.account_file.unlink(missing_ok=True)
    if wipe:
        from akk_tui.sync import wipe as wiping
        from akk_tui.sync.lock import SyncLock

        if folder.exists():
            with SyncLock(folder):
                wiping.store(paths, folder)
    return account
