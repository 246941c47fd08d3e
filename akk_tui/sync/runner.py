"""A round as commands and the app run it: account, lock, store, transport, engine, and a line in the sync log."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, NamedTuple, TYPE_CHECKING

from akk_tui.contract import endpoints
from akk_tui.contract.errors import AkkError
from akk_tui.contract.exports import Exports, MOST_AT_ONCE, Noted
from akk_tui.contract.limits import LOGS_UNITS
from akk_tui.sync import account as accounts
from akk_tui.sync import carrying, others
from akk_tui.sync.engine import Engine, RoundResult
from akk_tui.sync.errors import Cancelled, SignedOut, SyncError, Unreachable
from akk_tui.sync.lock import SyncLock
from akk_tui.sync.progress import never, Progress, Report, silent
from akk_tui.sync.wipe_errors import WipeAsked

if TYPE_CHECKING:
    from akk_tui.config import Settings
    from akk_tui.paths import Paths
    from akk_tui.store.store import Store
    from akk_tui.sync.account import Account
    from akk_tui.sync.backoff import Backoff
    from akk_tui.sync.handed import Handed
    from akk_tui.sync.transport import Transport

__all__ = ["PrepareResult", "RoundResult", "fetch_history", "pause_after", "prepare", "sign_in", "sync_once"]
DEFAULT_MINUTES: Final = 5
"""The rhythm of a watch where the settings turn the background rounds off."""
_NO_TALK: Final = (Cancelled, SignedOut, Unreachable, WipeAsked)
"""After these nothing more is asked of the server in this round."""


def sign_in(
    paths: Paths,
    server: str,
    token: str,
    settings: Settings,
    *,
    store: str = accounts.FILE,
    cancelled: Callable[[], bool] = never,
) -> Account:
    """Sign in with a token; raises as :func:`akk_tui.sync.account.login`, BadAddress and BadToken."""
    from akk_tui.sync.signing import by_token, door

    with door(server, accounts.checked_token(token), settings, cancelled) as transport:
        return by_token(paths, transport, lambda: accounts.login(paths, token, transport, store))


def sync_once(
    paths: Paths,
    account: Account,
    settings: Settings,
    *,
    progress: Report = silent,
    cancelled: Callable[[], bool] = never,
    accept_deletions: bool = False,
    regions: Sequence[str] | None = None,
    access: Handed | None = None,
) -> RoundResult:
    """One round, after another process's if one runs (told as stage ``wait``). One attempt: nothing is retried.

    ``regions`` (codes; None: the whole scope) limit what is sent and fetched.
    Raises SyncError (exit 1, 3, 4, 130), NeedsConsent (5), StoreUnusable (6); each round leaves a line in the log.
    """
    with _session(paths, account, settings, progress, cancelled, access) as (store, transport, told):
        engine = Engine(
            store,
            transport,
            now=time.monotonic,
            progress=told,
            cancelled=cancelled,
            accept_deletions=accept_deletions,
            cycles=settings.sync.cycles,
            regions=regions or (),
        )
        return _logged(store, transport, engine)


class PrepareResult(NamedTuple):
    """A whole round and the history that was fetched after it. ``regions`` are codes; ``entries`` were new here."""

    round: RoundResult
    regions: tuple[str, ...]
    entries: int


def prepare(
    paths: Paths,
    account: Account,
    settings: Settings,
    regions: Sequence[str],
    *,
    progress: Report = silent,
    cancelled: Callable[[], bool] = never,
    accept_deletions: bool = False,
    access: Handed | None = None,
) -> PrepareResult:
    """Get ready for work without a network: a whole round, then the log of ``regions`` (codes or names).

    What was fetched before an error or a cancel stays, and is not fetched again. Raises as :func:`sync_once`, and
    UnknownRegion.
    """
    from akk_tui.store.history import Log

    fetched: list[tuple[tuple[str, ...], int]] = []
    with _session(paths, account, settings, progress, cancelled, access) as (store, transport, told):
        engine = Engine(
            store,
            transport,
            now=time.monotonic,
            progress=told,
            cancelled=cancelled,
            accept_deletions=accept_deletions,
            cycles=settings.sync.cycles,
        )

        def codes() -> list[str]:
            return list(dict.fromkeys(store.views.find_region(name) for name in regions))

        def logs() -> None:
            wanted = codes()
            units = Log(store).units(wanted, settings.sync.cycles)
            fetched.append((tuple(wanted), _fetch_logs(store, transport, units, told)))

        # A misspelt name is told before anything is sent; before the first round no region is known.
        if store.replica.scope():
            codes()
        return PrepareResult(_logged(store, transport, engine, logs), *fetched[0])


def fetch_history(
    paths: Paths,
    account: Account,
    settings: Settings,
    kind: str,
    key: str,
    *,
    cancelled: Callable[[], bool] = never,
    access: Handed | None = None,
) -> int:
    """Fetch the log of one row; how many entries were new here (0 for a row that is not here). Never waits for a round.

    Raises SyncError, PullRefused, StoreUnusable.
    """
    from akk_tui.store.history import Log

    with _opened(paths, account, settings, cancelled, access) as (store, transport):
        log = Log(store)
        unit = log.unit_of(kind, key)
        return 0 if unit is None else log.store_row(unit, kind, key, transport.log(kind, key))


def _fetch_logs(store: Store, transport: Transport, units: Sequence[str], progress: Report) -> int:
    """Fetch what is new in the logs of the units, some at a time; how many entries were new here."""
    from akk_tui.store.history import Log

    log = Log(store)
    began, start = time.monotonic(), transport.bytes_up + transport.bytes_down
    new = 0

    def tell(done: int) -> None:
        moved, seconds = transport.bytes_up + transport.bytes_down - start, time.monotonic() - began
        progress(Progress("log", done, len(units), moved, 0, moved / seconds if seconds > 0 else 0.0))

    done = 0
    while done < len(units):
        tell(done)
        for page in transport.logs([(unit, log.cursor(unit)) for unit in units[done : done + LOGS_UNITS]]):
            new += log.store_page(page)
            done += not page.more
    tell(len(units))
    progress(Progress("done"))
    return new


@contextmanager
def _session(
    paths: Paths,
    account: Account,
    settings: Settings,
    progress: Report,
    cancelled: Callable[[], bool],
    access: Handed | None,
) -> Generator[tuple[Store, Transport, Report]]:
    """The account's store and a way to its server, as the one process of this profile that syncs.

    With it ``progress``, which the other processes hear too.

    Raises Wiped when the server asked inside for the data to be destroyed, and they are.
    """
    folder = Path(account.store).parent
    lock = SyncLock(folder)
    if account.token_store == accounts.FILE:
        # Without one there is nothing to wait for.
        accounts.token(paths, account)
    lock.acquire(cancelled=cancelled, waiting=others.waiting(folder, progress))
    try:
        with _opened(paths, account, settings, cancelled, access) as (store, transport):
            try:
                yield store, transport, others.telling(lock, progress)
                with suppress(SyncError):
                    carrying.register(store, account, transport)
            except WipeAsked:
                from akk_tui.sync import wipe

                raise wipe.carry_out(paths, account, store, transport) from None
    finally:
        lock.release()


@contextmanager
def _opened(
    paths: Paths, account: Account, settings: Settings, cancelled: Callable[[], bool], access: Handed | None
) -> Generator[tuple[Store, Transport]]:
    from akk_tui.store.store import Store
    from akk_tui.sync.transport import Transport

    proof = accounts.credentials(
        paths,
        account,
        settings,
        access=access.access if access is not None else None,
        hand_back=access.hand_back if access is not None else None,
        cancelled=cancelled,
    )
    with Store.open(Path(account.store)) as store:
        transport = Transport(
            account.server,
            proof,
            replica=accounts.replica(store),
            ca_file=settings.server.ca_file,
            proxy=settings.server.proxy,
            pins=settings.server.pins,
            cancelled=cancelled,
        )
        try:
            yield store, transport
        finally:
            transport.close()


def _logged(
    store: Store, transport: Transport, engine: Engine, behind: Callable[[], None] | None = None
) -> RoundResult:
    """Run a round, and what comes ``behind`` it; one line in the log for both. The server is told of exports."""
    started = store.now()

    def log(result: RoundResult, error: AkkError | None = None) -> None:
        store.runs.add(
            started=started,
            seconds=result.seconds,
            outcome=result.outcome if error is None else error.code,
            pushed=result.pushed,
            pulled=result.pulled,
            conflicts=result.conflicts,
            refused=result.refused,
            bytes_up=result.bytes_up,
            bytes_down=result.bytes_down,
            requests=result.requests,
            answers=result.answers | ({"merged": result.merged} if result.merged else {}),
            words=None if error is None else error.words(),
        )

    try:
        result = engine.round()
        if behind is not None:
            behind()
            result = engine.result()
    except WipeAsked:
        # What goes next needs no line in the log; a disk without room for one must not keep it from being done.
        raise
    except AkkError as error:
        if not isinstance(error, _NO_TALK):
            _tell_exports(store, transport)
        log(engine.result(), error)
        raise
    if _tell_exports(store, transport):
        result = engine.result()
    log(result)
    return result


def _tell_exports(store: Store, transport: Transport) -> bool:
    """Whether the server was told of anything; what does not reach it waits for the next round."""
    from akk_tui.store import exports

    with suppress(SyncError):
        while found := exports.waiting(store)[:MOST_AT_ONCE]:
            transport.ask(endpoints.EXPORTS, Noted, Exports(exports=found))
            exports.told(store, [one.id for one in found])
            if len(found) < MOST_AT_ONCE:
                return True
    return False


def pause_after(error: AkkError | None, backoff: Backoff, minutes: int) -> float:
    """Seconds until the next round of a watch: the rhythm after a success, else the growing wait.

    An error that no waiting mends (signed out, a broken store, a wrong address) is raised again.
    """
    if error is None:
        backoff.after_success()
        return (minutes or DEFAULT_MINUTES) * 60.0
    if not getattr(error, "passing", False):
        raise error
    return backoff.after_failure(getattr(error, "retry_after", None))
