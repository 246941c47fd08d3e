"""What a command works with: the profile's folders, its settings, the signed-in account and its store."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from akk_tui import paths as folders
from akk_tui.cli.parser import Globals
from akk_tui.contract.errors import AkkError, N_

if TYPE_CHECKING:
    from akk_tui.config import Settings
    from akk_tui.store.store import Store
    from akk_tui.sync.account import Account


class NeverSynced(AkkError):
    """A store that has no data yet."""

    code = "never_synced"
    text = N_("Belum ada data di komputer ini. Jalankan: akk-tui sync")


class NoSuchCycle(AkkError):
    """A cycle that the reference data does not hold."""

    code = "usage"
    exit_code = 2
    text = N_("Siklus {cycle} tidak ada. Yang ada: {known}")


class Context:
    """One run of one command."""

    def __init__(self, options: Globals) -> None:
        self.options = options
        self.json = options.json
        self.paths = folders.find(Path(options.home) if options.home else None)
        if options.home:
            # Processes that this one starts work on the same profile.
            os.environ["AKK_HOME"] = str(Path(options.home).expanduser().absolute())
        self.refused = folders.check_all(self.paths)
        """Why the profile is not even read: somebody else may have put into it what he wants."""
        self._settings: Settings | None = None

    def settings(self) -> Settings:
        """The settings, read once; raises ConfigError, and PathRefused for a profile that is not this user's alone."""
        if self.refused is not None:
            raise self.refused
        if self._settings is None:
            from akk_tui import config

            self._settings = config.load(self.paths)
        return self._settings

    def account(self) -> Account:
        """The signed-in account, its profile opened when it is encrypted.

        Raises NotSignedIn, VaultError, and PathRefused as :meth:`settings`.
        """
        if self.refused is not None:
            raise self.refused
        self.unlock()
        from akk_tui.sync import account

        return account.load(self.paths)

    def unlock(self) -> None:
        """Open the profile when it is encrypted, and keep others from encrypting or wiping it; raises VaultError."""
        from akk_tui.sync import vault

        vault.hold(self.paths)
        if vault.left_over(self.paths):
            from akk_tui.sync import sealing

            sealing.finish(self.paths)
        if vault.sealed(self.paths):
            from akk_tui.cli import unlocking

            unlocking.unlock(self)

    def close(self) -> None:
        """The command is done with the profile."""
        import sys

        vault = sys.modules.get("akk_tui.sync.vault")
        if vault is not None:
            vault.release(self.paths)

    @contextmanager
    def store(self, *, read_only: bool = False) -> Generator[Store]:
        """The account's store, closed at the end; raises NotSignedIn, StoreUnusable."""
        account = self.account()
        from akk_tui.store.store import Store

        self._expire(Path(account.store))
        with Store.open(Path(account.store), read_only=read_only) as store:
            yield store

    def _expire(self, path: Path) -> None:
        """Let data go that were not synced for too long, where a setting says when that is; say that they are gone."""
        days = self._settings.retention.days if self._settings is not None else 0
        if not days or not path.exists():
            return
        from akk_tui.cli import output
        from akk_tui.i18n import gettext as _
        from akk_tui.store import retention
        from akk_tui.store.store import Store

        with Store.open(path) as store:
            if retention.expire(store, days):
                output.say(_(retention.WORDS).format(days=days))

    def cycle(self, store: Store) -> str:
        """The cycle that ``--cycle`` names, else the newest open one; raises NeverSynced, NoSuchCycle."""
        reference = store.reference()
        if reference is None:
            raise NeverSynced
        known = [str(cycle.id) for cycle in reference.cycles]
        if self.options.cycle not in (None, *known):
            raise NoSuchCycle(cycle=self.options.cycle, known=", ".join(sorted(known)))
        return store.cycle(self.options.cycle)


def sentence(error: AkkError) -> str:
    """The error's words in the language in use."""
    from akk_tui.i18n import gettext

    return error.words(gettext)
