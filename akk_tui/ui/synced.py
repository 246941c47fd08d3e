"""The app and its rounds of sync: the child process's news, and leaving when the data are gone."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from akk_tui.contract.errors import AkkError
from akk_tui.i18n import gettext as _
from akk_tui.i18n import language
from akk_tui.ui.sync_runner import SyncEnded, SyncStep
from akk_tui.ui.windowed import WindowedApp


class SyncedApp(WindowedApp):
    """An app whose :class:`~akk_tui.ui.sync_runner.SyncRunner` is ``sync``."""

    _began: float
    """When the app began (Unix time)."""

    @property
    def online(self) -> bool | None:
        """Whether the last sync reached the server; None before the first."""
        return self.sync.online

    def action_sync_now(self) -> None:
        self.sync.round()

    def action_sync_cancel(self) -> None:
        self.sync.cancel()

    def on_sync_step(self, message: SyncStep) -> None:
        self.sync.stepped(message)
        self.renew_top()
        self.tell_screen("on_sync_progress")

    def _poll(self) -> None:
        super()._poll()
        self.sync.try_again()
        if self.sync.look():
            self.renew_top()
            self.tell_screen("on_sync_progress")

    def on_sync_ended(self, message: SyncEnded) -> None:
        asked = self.sync.asked
        words = self.sync.ended(message)
        if self.sync.wiped:
            self._leave_empty(words)
            return
        if words:
            self.tell(words, "warning" if message.code not in (0, 130) else "information")
        clock = self.sync.clock_words(message)
        if clock:
            self.tell(clock, "warning")
        if self.sync.signed_out and asked:
            self.action_sign_in()
        self._poll()
        if not self.store.gone:
            self.show_changes()
        self.renew_lines()
        self.tell_screen("on_sync_progress")

    def data_changed(self) -> None:
        super().data_changed()
        self.tell_recovered()

    def tell_recovered(self) -> None:
        """Say once that the server was restored from a backup, whichever process found it out."""
        from akk_tui.store import restored

        if restored.untold(self.store):
            self.tell(_(restored.WORDS), "warning")
            with suppress(AkkError):
                restored.told(self.store)

    def _gone(self) -> None:
        """What is shown is no longer there. A round that runs may be what destroyed it: it says where the rest is."""
        from akk_tui.ui import gone

        if not self.sync.running:
            self._leave_empty(gone.words(self.paths, self._began))
        elif not isinstance(self.screen, gone.GoneScreen):
            self.clear_notifications()
            self.push_screen(gone.GoneScreen())

    def _leave_empty(self, words: str) -> None:
        self.exit(4, return_code=4, message=content_for_exit(words))

    def language_changed(self) -> None:
        self.sync.speak(language())


def content_for_exit(words: str) -> Any:
    """``words`` as rich text: what a crash leaves on the terminal."""
    from rich.text import Text

    from akk_tui.ui.terminal.safe import printable_lines

    return Text(printable_lines(words))
