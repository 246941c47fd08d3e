"""The app's data: one store, its version polled, status line, readings of worker threads, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from datetime import datetime
from math import inf
from time import monotonic
from typing import Any, cast, Final, TYPE_CHECKING

from akk_tui.contract.errors import AkkError
from akk_tui.i18n import gettext as _
from akk_tui.ui.linked import LinkedApp
from akk_tui.ui.terminal.driver import driver_for

if TYPE_CHECKING:
    from datetime import date

    from textual.driver import Driver

    from akk_tui.store.shapes import StatusLine
    from akk_tui.store.store import Store
    from akk_tui.ui.messages import Message, Severity
    from akk_tui.ui.screens.base import AkkScreen

POLL_SECONDS: Final = 1.0
QUIET_SECONDS: Final = 0.35
"""After a key before what others changed is shown: whoever types comes first."""
PATIENCE_SECONDS: Final = 3.0
"""After which it is shown in any case."""
_WARNING_SECONDS: Final = 8
_MESSAGES: Final = 200


class LiveApp(LinkedApp[int]):
    """An app on one store. ``open_reader`` opens the same store again for a worker thread."""

    def __init__(
        self, store: Store, open_reader: Callable[[], Store], now: Callable[[], datetime], cycle: str | None
    ) -> None:
        super().__init__()
        self.store = store
        self.open_reader = open_reader
        self.now = now
        self.messages: list[Message] = []
        """What was said, the newest last, at most 200."""
        self.data_number = 0
        """Grows with every change of the data, whoever made it."""
        self.status: StatusLine | None = None
        self.cycle = cycle or ""
        """The cycle that is shown; empty before the first sync."""
        self.zone = "WIB"
        self._day: date | None = None
        """The day whose figures are written."""
        self._warned = -_WARNING_SECONDS * 2.0
        self._read_status()
        self._store_version = store.version()
        self._key_at = self._changed_at = -inf
        """When the last key was typed, and when a change by others was seen that is not shown yet."""

    def get_driver_class(self) -> type[Driver]:
        return driver_for(super().get_driver_class())

    @property
    def styles_number(self) -> int:
        """Grows with every change of the theme or of a style sheet."""
        return self._css_update_count

    @property
    def pass_mark(self) -> str:
        """``> 90``: the pass mark of the cycle that is shown."""
        from akk_tui.ui.words import pass_mark

        return pass_mark(self.store.instrument(self.cycle).pass_mark, self.pass_at_mark)

    @property
    def pass_at_mark(self) -> bool:
        """Whether the mark itself passes."""
        return self.store.instrument(self.cycle).pass_at_mark

    @property
    def assessment(self) -> date | None:
        """The day of the assessment of the cycle that is shown, where it is known."""
        return self.status.assessment if self.status is not None else None

    def _read_status(self) -> None:
        if self.store.reference_etag() is None:
            return
        if not self.cycle:
            self.cycle = self.store.cycle()
        self.zone = self.store.meta.get("zone") or "WIB"
        self.status = self.store.views.status(self.cycle)

    def _poll(self) -> None:
        today = self.store.today()
        if today != self._day:
            self._day = today
            # Where it cannot be written, readings compute it, and the next edit says why.
            with suppress(AkkError):
                self.store.new_day()
        if self.store.version() == self._store_version:
            return
        now = monotonic()
        if self._changed_at == -inf:
            self._changed_at = now
        if now - self._key_at >= QUIET_SECONDS or now - self._changed_at >= PATIENCE_SECONDS:
            self.show_changes()

    def show_changes(self) -> None:
        """Show what others changed since the last look."""
        version = self.store.version()
        if version != self._store_version:
            self._store_version = version
            self.data_changed()

    def key_typed(self) -> None:
        """A key is answered now."""
        self._key_at = monotonic()

    def data_changed(self) -> None:
        """The data is another than before: renew status line, the screen that is shown, and a window over it."""
        self.data_number += 1
        self._changed_at = -inf
        self._read_status()
        screen = self.standing()
        if screen is not None:
            screen.renew()
            screen.renew_lines()
        window: Any = self.screen_stack[-1] if self.screen_stack else None
        read_again = getattr(window, "read_again", None)
        # A window that is on its way in or out has nothing to show it in.
        if read_again is not None and window.stands:
            read_again()

    def edited(self) -> None:
        """An edit of this officer was saved: say so, and show it."""
        self._store_version = self.store.version()
        self.tell(_("tersimpan — belum terkirim"))
        self.data_changed()

    def use_cycle(self, cycle: str) -> None:
        """Show another cycle."""
        self.cycle = cycle
        self.data_changed()

    def undoable(self) -> str | None:
        """What undo would take back: what the screen itself did last, else the newest edit; None for nothing."""
        here: Callable[[], str | None] | None = getattr(self.screen, "undo_here", None)
        return (here() if here is not None else None) or self.store.undoable()

    def action_undo(self) -> None:
        """Take back what the screen itself did last, else the newest edit, and say which."""
        here: Callable[[], str | None] | None = getattr(self.screen, "undo_here", None)
        own = here() if here is not None else None
        if own is not None:
            cast("Any", self.screen).undo_now()
            self._done(_("Diurungkan: {title}").format(title=own))
            return
        title = self.store.undoable()
        edit = self.store.undo()
        if edit is not None and title is not None:
            self._done(_("Diurungkan: {title}").format(title=self._step(title)))

    def action_redo(self) -> None:
        """Do again what was taken back last, and say which."""
        title = self.store.redoable()
        edit = self.store.redo()
        if edit is not None and title is not None:
            self._done(_("Diulangi: {title}").format(title=self._step(title)))

    def _step(self, title: str) -> str:
        from akk_tui.ui.step_words import step_words

        return step_words(title)

    def _done(self, words: str) -> None:
        self._store_version = self.store.version()
        self.tell(words)
        self.tell_screen("changed_here")
        self.data_changed()

    def standing(self) -> AkkScreen | None:
        """The screen of the app that is seen; None while it is being made (it then reads for itself) or taken away."""
        screen = self.shown()
        return screen if screen is not None and screen.stands else None

    def shown(self) -> AkkScreen | None:
        """The screen of the app that is seen, under whatever windows lie over it."""
        from akk_tui.ui.screens.base import AkkScreen

        for screen in reversed(self.screen_stack):
            if isinstance(screen, AkkScreen):
                return screen
        return None

    @property
    def faces_others(self) -> bool:
        """Whether the screen is turned to the other side of the table: nothing of the app may come over it."""
        return any(getattr(screen, "FACES_OTHERS", False) for screen in self.screen_stack)

    def renew_lines(self) -> None:
        """Draw header, status and keys again."""
        screen = self.standing()
        if screen is not None:
            screen.renew_lines()

    def renew_top(self) -> None:
        """Draw the header again: how far the sync is changes no key."""
        screen = self.standing()
        if screen is not None:
            screen.renew_top()

    def tell_screen(self, method: str) -> None:
        """Call ``method`` of the screen that is shown, where it has one."""
        told: Any = getattr(self.standing(), method, None)
        if told is not None:
            told()

    @contextmanager
    def reading(self) -> Generator[Store]:
        """A store for the thread that calls, closed at the end."""
        store = self.open_reader()
        try:
            store.take_reference(self.store)
            yield store
        finally:
            store.close()

    def tell(self, words: str, severity: Severity = "information") -> None:
        """Say something in a toast, and keep it to be read again; never read as markup.

        News takes the place of older news, not of a warning; the same words stand once. Before the eyes of others it is
        only kept.
        """
        from akk_tui.ui.messages import Message

        self.messages.append(Message(self.now(), severity, words))
        del self.messages[:-_MESSAGES]
        if self.faces_others:
            return
        for same in [note for note in self._notifications if note.message == words]:
            self._unnotify(same, refresh=False)
        now = monotonic()
        if severity != "information":
            self._warned = now
        elif now - self._warned > _WARNING_SECONDS:
            self.clear_notifications()
        seconds = 4 if severity == "information" else _WARNING_SECONDS
        self.notify(words, severity=severity, markup=False, timeout=seconds)

    def tell_error(self, cause: AkkError) -> None:
        """Say once, in words, what went wrong."""
        self.tell(cause.words(_), "error")
