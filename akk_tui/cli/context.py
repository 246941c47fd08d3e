"""What a command works with: the profile's folders, its settings, the signed-in account and its store."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from akk_tui import paths as folders
from akk_tui.cli.parser import Globals
from akk_tui.contract.errors import AkkError

if TYPE_CHECKING:
    from akk_tui.config import Settings
    from akk_tui.store import Store
    from akk_tui.sync.account import Account


class Context:
    """One run of one command."""

    def __init__(self, options: Globals) -> None:
        self.options = options
        self.json = options.json
        self.paths = folders.find(Path(options.home) if options.home else None)
        self._settings: Settings | None = None

    def settings(self) -> Settings:
        """The settings, read once; raises ConfigError."""
        if self._settings is None:
            from akk_tui import config

            self._settings = config.load(self.paths)
        return self._settings

    def account(self) -> Account:
        """The signed-in account; raises NotSignedIn."""
        from akk_tui.sync import account

        return account.load(self.paths)

    @contextmanager
    def store(self) -> Iterator[Store]:
        """The account's store, closed at the end; raises NotSignedIn, StoreUnusable."""
        from akk_tui.store import Store

        store = Store.open(Path(self.account().store))
        try:
            yield store
        finally:
            store.close()

    def cycle(self, store: Store) -> str:
        """The cycle that ``--cycle`` names, else the newest open one."""
        return store.cycle(self.options.cycle)


def sentence(error: AkkError) -> str:
    """The error's words in the language in use."""
    from akk_tui.i18n import gettext

    return error.words(gettext)
