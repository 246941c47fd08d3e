"""A round as commands and the app run it: account, lock, store, transport, engine, and a line in the sync log."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, TYPE_CHECKING

from akk_tui.contract.errors import AkkError
from akk_tui.sync import account as accounts
from akk_tui.sync.engine import Engine, RoundResult
from akk_tui.sync.lock import SyncLock
from akk_tui.sync.progress import never, Progress, Report, silent

if TYPE_CHECKING:
    from akk_tui.config import Settings
    from akk_tui.paths import Paths
    from akk_tui.store.store import Store
    from akk_tui.sync.account import Account
    from akk_tui.sync.backoff import Backoff

__all__ = ["RoundResult", "pause_after", "sign_in", "sync_once"]
DEFAULT_MINUTES: Final = 5
"""The rhythm of a watch where the settings turn the background rounds off."""


def sign_in(
    paths: Paths, server: str, token: str, settings: Settings, *, cancelled: Callable[[], bool] = never
) -> Account:
    """Sign in with a token; raises as :func:`akk_tui.sync.account.login`, BadAddress and BadToken."""
    from akk_tui.sync.transport import Transport

    transport = Transport(
        server,
        accounts.checked_token(token),
        replica="",
        ca_file=settings.server.ca_file,
        proxy=settings.server.proxy,
        cancelled=cancelled,
    )
    try:
        return accounts.login(paths, token, transport)
    finally:
        transport.close()


def sync_once(
    paths: Paths,
    account: Account,
    settings: Settings,
    *,
    progress: Report = silent,
    cancelled: Callable[[], bool] = never,
    accept_deletions: bool = False,
    regions: Sequence[str] | None = None,
) -> RoundResult:
    """One round, after another process's if one runs (told as stage ``wait``). One attempt: nothing is retried.

    ``regions`` (codes; None: the whole scope) limit what is sent and fetched.
    Raises SyncError (exit 1, 3, 4, 130), NeedsConsent (5), StoreUnusable (6); each round leaves a line in the log.
    """
    from akk_tui.store.store import Store
    from akk_tui.sync.transport import Transport

    token = accounts.token(paths, account)
    path = Path(account.store)
    lock = SyncLock(path.parent)
    lock.acquire(cancelled=cancelled, waiting=lambda: progress(Progress("wait")))
    try:
        with Store.open(path) as store:
            transport = Transport(
                account.server,
                token,
                replica=accounts.replica(store),
                ca_file=settings.server.ca_file,
                proxy=settings.server.proxy,
                cancelled=cancelled,
            )
            engine = Engine(
                store,
                transport,
                now=time.monotonic,
                progress=progress,
                cancelled=cancelled,
                accept_deletions=accept_deletions,
                cycles=settings.sync.cycles,
                regions=regions or (),
            )
            try:
                return _logged(store, engine)
            finally:
                transport.close()
    finally:
        lock.release()


def _logged(store: Store, engine: Engine) -> RoundResult:
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
            answers=result.answers,
            words=None if error is None else error.words(),
        )

    try:
        result = engine.round()
    except AkkError as error:
        log(engine.result(), error)
        raise
    log(result)
    return result


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
