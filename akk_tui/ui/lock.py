"""The lock: after a while without a key, or when asked, nothing is seen but that and when the app was locked.

Sync goes on behind it: what was written must not wait for somebody to come back. No timer of its own draws anything;
the moment is found with the poll that looks for changes of the data once a second, and before anything is drawn, by a
clock that runs while the computer sleeps or the process is stopped.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, cast, ClassVar, TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Input

from akk_tui import i18n
from akk_tui.contract.errors import AkkError
from akk_tui.i18n import gettext as _
from akk_tui.ui.terminal.safe import content
from akk_tui.ui.widgets.lines import Words
from akk_tui.ui.widgets.secret import SecretInput

if TYPE_CHECKING:
    from akk_tui.ui.app import AkkApp


def since_boot() -> float:
    """Seconds of a clock that goes on while the computer sleeps."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class IdleLock:
    """Locks the app after ``minutes`` without a key or click (0: never)."""

    def __init__(self, app: AkkApp, minutes: int, clock: Callable[[], float] = since_boot) -> None:
        self._app = app
        self.minutes = minutes
        self.clock = clock
        self.locked = False
        """Whether the content is hidden now."""
        self._touched = clock()
        self._later: list[Callable[[], object]] = []

    def touch(self) -> bool:
        """Somebody pressed a key. True: it came too late and is not to be answered, the app is locked."""
        if self.look():
            return True
        self._touched = self.clock()
        return False

    def look(self) -> bool:
        """Lock when it is time; whether that was now."""
        if not self.minutes or self.locked or self.clock() - self._touched < self.minutes * 60:
            return False
        self.now()
        return True

    def now(self) -> None:
        """Lock at once."""
        if not self.locked:
            self._app.clear_notifications()
            self.locked = True
            self._app.push_screen(LockScreen())

    def later(self, work: Callable[[], object]) -> None:
        """Do ``work``, which would show another screen, once the officer is back."""
        self._later.append(work)

    def opened(self) -> None:
        """The officer is back."""
        self.locked = False
        self._touched = self.clock()
        later, self._later = self._later, []
        for work in later:
            self._app.call_later(work)


class Tried(Message):
    """A passphrase was tried in a thread: whether it fits, or why that could not be found out."""

    def __init__(self, fits: bool, error: AkkError | None) -> None:
        super().__init__()
        self.fits, self.error = fits, error


class LockScreen(Screen[None]):
    """Any key leads back; in an encrypted profile its passphrase, or its key command run anew."""

    FACES_OTHERS: ClassVar[bool] = True
    OVER_LOCK: ClassVar[bool] = True
    GRACE: ClassVar[float] = 0.4
    """Seconds in which a key does not lead back: it was pressed for what stood there before, or is still held down."""
    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = []
    DEFAULT_CSS = """
    LockScreen { align: center middle; background: $background; }
    LockScreen > Vertical { width: 60; max-width: 96%; height: auto; }
    LockScreen Words { text-align: center; width: 100%; height: auto; }
    LockScreen Input { margin: 1 0; }
    """
    AUTO_FOCUS: ClassVar[str | None] = "Input"

    def __init__(self) -> None:
        super().__init__()
        app = cast("AkkApp", self.app)
        self._since = i18n.clock(app.now(), app.zone)
        self._how = _how(app)
        self._trying = False
        self._began = time.monotonic()
        if self._how != "passphrase":
            self.take_key = self._any_key

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Words(content(_("Terkunci sejak {time}").format(time=self._since), "bold"))
            if self._how == "passphrase":
                yield SecretInput(placeholder=_("Frasa sandi profil"))
            yield Words(content(self._hint(), "$text-muted"), id="hint")

    def _hint(self) -> str:
        return _("enter membuka") if self._how == "passphrase" else _("Tekan tombol apa saja untuk kembali.")

    def _any_key(self, event: events.Key) -> None:
        if event.time - self._began < self.GRACE:
            return
        if self._how == "key":
            self._leave()
        else:
            self._try(b"")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        from akk_tui.sync import keyfile

        if event.value:
            self._try(keyfile.passphrase(event.value))
        event.input.value = ""

    def _try(self, secret: bytes) -> None:
        if self._trying:
            return
        self._trying = True
        self._say(_("Memeriksa …"))
        app = cast("AkkApp", self.app)
        app.run_worker(lambda: self._check(app, secret), thread=True, group="lock", exit_on_error=False)

    def _check(self, app: AkkApp, secret: bytes) -> None:
        from akk_tui.sync import vault

        fits, error, paths = False, None, app.paths
        try:
            if paths is not None:
                fits = vault.fits(paths, secret or _printed(app))
        except AkkError as cause:
            error = cause
        self.post_message(Tried(fits, error))

    def on_tried(self, message: Tried) -> None:
        self._trying = False
        if message.fits:
            self._leave()
        elif message.error is not None:
            self._say(message.error.words(_))
        else:
            self._say(_("Frasa sandi salah."))

    def _say(self, words: str) -> None:
        self.query_one("#hint", Words).show(content(words, "$text-muted"))

    def _leave(self) -> None:
        cast("AkkApp", self.app).lock.opened()
        self.dismiss(None)


def _how(app: AkkApp) -> str:
    """What leads back: any ``key``, the ``passphrase``, or the key ``command``."""
    from akk_tui.sync import vault

    if app.paths is None or not vault.sealed(app.paths):
        return "key"
    return vault.kind(app.paths)


def _printed(app: AkkApp) -> bytes:
    from akk_tui import config
    from akk_tui.sync import keycommand
    from akk_tui.sync.vault_errors import NoKeyCommand

    command: Any = config.load(app.paths).encryption.key_command if app.paths is not None else ()
    if not command:
        raise NoKeyCommand
    return keycommand.run(command)
