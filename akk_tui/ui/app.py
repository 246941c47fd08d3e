"""The app: commands from the registry, keys that act everywhere, themes, the sync in a child process, start and end."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, UTC
from functools import partial
from typing import Any, cast, ClassVar, Final, TYPE_CHECKING

from textual import events
from textual.app import SystemCommand
from textual.await_complete import AwaitComplete
from textual.binding import BindingType
from textual.screen import Screen

from akk_tui.contract.errors import AkkError
from akk_tui.i18n import gettext as _
from akk_tui.ui import commands, elsewhere
from akk_tui.ui.collector import Collector
from akk_tui.ui.drafts import DraftJournal, recover_edited
from akk_tui.ui.live import POLL_SECONDS
from akk_tui.ui.lock import IdleLock
from akk_tui.ui.opening import SCREENS
from akk_tui.ui.sync_runner import SyncRunner
from akk_tui.ui.synced import content_for_exit, SyncedApp
from akk_tui.ui.terminal.painting import Painter
from akk_tui.ui.terminal.safe import content
from akk_tui.ui.terminal.typeahead import TypeAhead
from akk_tui.ui.themes import DEFAULT_THEME

if TYPE_CHECKING:
    from akk_tui.config import Settings
    from akk_tui.paths import Paths
    from akk_tui.store.shapes import Draft
    from akk_tui.store.store import Store
    from akk_tui.sync.account import Account
    from akk_tui.ui.messages import Severity
    from akk_tui.ui.preload import Preloader

__all__ = ("SCREENS", "AkkApp", "content_for_exit", "run")

_RECENT: Final = 8
_ALWAYS: Final = ("lock.now", "redraw")
"""Commands that tell nothing: they work behind the lock and where the screen faces others."""
_LINE_FEED: Final = "ctrl+j"
"""What a terminal makes of enter before a program has asked for the keys themselves: of what is typed at the start."""
_TOUCHES: Final = (events.Key, events.Paste, events.MouseDown, events.MouseScrollDown, events.MouseScrollUp)
"""What shows that somebody is there; a mouse that only moves may be a knock at the table."""


class AkkApp(SyncedApp):
    """The interface to one store.

    ``open_reader`` opens the same store again for a worker thread; ``sync_command`` is the command line of a sync round
    in a child process (None: there is nothing to sync with); ``save_setting(name, value)`` keeps a choice.
    """

    CSS_PATH = "styles/app.tcss"
    BINDINGS: ClassVar[list[BindingType]] = cast("list[BindingType]", commands.bindings(None))
    ENABLE_COMMAND_PALETTE = False
    PAUSE_GC_ON_SCROLL = True
    TITLE = "AKK"

    def __init__(
        self,
        store: Store,
        *,
        open_reader: Callable[[], Store],
        paths: Paths | None = None,
        theme: str = DEFAULT_THEME,
        keymap: Mapping[str, str] | None = None,
        preset: str = "default",
        density: str = "normal",
        ascii_glyphs: bool = False,
        columns: Mapping[str, tuple[str, ...]] | None = None,
        sync_command: Sequence[str] | None = None,
        sync_at_start: bool = True,
        sync_minutes: int = 5,
        cycle: str | None = None,
        guide: bool = False,
        offer_encryption: bool = False,
        lock_minutes: int = 0,
        retention_days: int = 0,
        save_setting: Callable[[str, str], None] | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__(
            store,
            open_reader,
            now,
            cycle,
            paths=paths,
            theme=theme,
            keys=keymap,
            preset=preset,
            density=density,
            ascii_glyphs=ascii_glyphs,
            save_setting=save_setting,
        )
        self.sync = SyncRunner(self, sync_command, sync_minutes)
        self.columns = dict(columns or {})
        """The chosen columns of the tables of regions by screen; empty: the usual ones."""
        self.sync_at_start = sync_at_start
        self.guide = guide
        """Whether the guide of the first run is shown once."""
        self.offer_encryption = offer_encryption
        """Whether encrypting the profile is offered once."""
        self.after: Callable[[], None] | None = None
        """What is to be done once the app has ended and its store is closed; then it begins again."""
        self.greeting: tuple[str, Severity] | None = None
        """What is said first, of what was done before the app began again."""
        self.lock = IdleLock(self, lock_minutes)
        self.retention_days = retention_days
        """Days without the server after which its data are let go; 0: never."""
        self._told_expired = False
        self.journal = DraftJournal(store.drafts, self._draft_told)
        """What is being typed, on disk within two seconds; whoever ends the process calls its ``close``."""
        self.elsewhere: dict[str, Draft] = {}
        """Texts that the store could not take and that are in a file, by the draft's id."""
        self._asked_about: list[Draft] = []
        self._began = time.time()
        self.fell = ""
        """What was said of the fault that ends the app."""
        # Before the first screen reads the drafts.
        self._not_recovered = recover_edited(store, paths)
        self.recent: list[str] = []
        """Ids of the commands that were chosen last in the palette, the newest first."""
        self.painter = Painter(self)
        self._typed = TypeAhead(self, self._key, self.painter)
        self.ready = False
        """Whether the first frame stands."""
        self._collector = Collector()
        self._preloader: Preloader | None = None

    # --- keys

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Resize):
            # The whole screen is drawn anew: also after the process was stopped for a while.
            self.lock.look()
        if isinstance(event, _TOUCHES) and not event.is_forwarded and self.lock.touch():
            return
        if isinstance(event, (events.Key, events.Paste)) and not event.is_forwarded:
            await self._typed.take(event)
        else:
            await super().on_event(event)

    async def _key(self, event: events.Event) -> None:
        """A key whose turn has come: one that acts everywhere does so in windows and text fields too."""
        self._collector.typed()
        self.key_typed()
        if self._preloader is not None:
            self._preloader.typed()
        if isinstance(event, events.Key) and event.key == _LINE_FEED and not self._is_bound(_LINE_FEED):
            event = events.Key("enter", "\r")
        meant = self.moved(event)
        if meant is None:
            return
        command = self._everywhere.get(meant.key) if isinstance(meant, events.Key) else None
        if command is not None:
            await self.action_command(command)
        else:
            await super().on_event(meant)

    def _is_bound(self, key: str) -> bool:
        """Whether the user has given ``key`` to a command that can be meant now."""
        return key in self._everywhere or self._is_command(key)

    def type_again(self, event: events.Key | events.Paste) -> None:
        """Answer a key anew, before those that wait: the window that got it is closing and did not want it."""
        self._typed.put_back(event)

    async def action_command(self, command_id: str) -> None:
        """Run a command of the registry, or say why it is off."""
        command = commands.by_id()[command_id]
        if self.lock.locked and command.id not in _ALWAYS:
            return
        if self.faces_others and "meeting" not in command.screens and command.id not in _ALWAYS:
            return
        reason = command.when(self) if command.when is not None else None
        if reason is not None:
            self.tell(reason, "warning")
            return
        try:
            await self.run_action(command.action, default_namespace=self.screen)
        except AkkError as cause:
            self.tell_error(cause)

    async def run_command(self, command_id: str) -> None:
        """As the command's key does; it is remembered as chosen."""
        self.recent = [command_id, *(one for one in self.recent if one != command_id)][:_RECENT]
        await self.action_command(command_id)

    # --- the lock: nothing that ends or arrives meanwhile brings another screen over it, or takes it away

    def action_lock(self) -> None:
        self.lock.now()

    if not TYPE_CHECKING:  # its types are those of Textual's

        def push_screen(self, screen: Any, *of: Any, **more: Any) -> Any:
            if self.lock.locked and not getattr(screen, "OVER_LOCK", False):
                self.lock.later(partial(self.push_screen, screen, *of, **more))
                return AwaitComplete.nothing()
            return super().push_screen(screen, *of, **more)

    def pop_screen(self) -> Any:
        if self.lock.locked:
            self.lock.later(self.pop_screen)
            return AwaitComplete.nothing()
        return super().pop_screen()

    def switch_mode(self, mode: str) -> Any:
        if self.lock.locked:
            self.lock.later(partial(self.switch_mode, mode))
            return AwaitComplete.nothing()
        return super().switch_mode(mode)

    async def use_language(self, language: str) -> None:
        if self.lock.locked:
            self.lock.later(partial(self.use_language, language))
        else:
            await super().use_language(language)

    def _resumed(self, _app: object) -> None:
        self.lock.look()

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        # After hours of sleep, or stopped, what arrived meanwhile may be drawn before any clock has struck.
        self.lock.look()
        if not self.lock.locked or getattr(screen, "OVER_LOCK", False):
            super()._display(screen, renderable)

    # --- start

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        return ()

    def format_title(self, title: str, sub_title: str) -> Any:
        return content(title)

    def on_mount(self) -> None:
        self.set_interval(POLL_SECONDS, self._poll)
        # Back from another editor, or from the shell.
        cast("Any", self).app_resume_signal.subscribe(self, self._resumed, immediate=True)

    def on_ready(self) -> None:
        """The first frame stands."""
        self.ready = True
        self._collector.start()
        self.add_screens()
        for words in (*self.loaded_themes.complaints, *(trouble.words for trouble in self.key_troubles)):
            self.tell(words, "warning")
        self.sync.start(self.sync_at_start)
        screen = self.shown()
        if screen is not None:
            screen.first_painted()
        self.load_ahead()
        if self._not_recovered is not None:
            self.tell_error(self._not_recovered)
        self._tell_drafts()
        if self.greeting is not None:
            self.tell(*self.greeting)
        self._tell_place()
        self.tell_recovered()
        if self.lean_trouble:
            self.lean_lost()
        if self.guide:
            from akk_tui.ui.first_run import GuideScreen

            self.push_screen(GuideScreen(), self._guided)
        else:
            self.offer()

    def _tell_drafts(self) -> None:
        """Say where drafts that were left are; what tells them apart is loaded only where there are any."""
        if not self.store.drafts.list():
            return
        from akk_tui.ui.draft_merges import left_over

        if left_over(self.store):
            self.tell(_("Ada draf catatan yang belum disimpan; layar Catatan (4) menawarkannya."), "warning")

    def _tell_place(self) -> None:
        """Say once that the profile is on a network file system."""
        from akk_tui.store import netfs

        kind = self.store.meta.get("network") or ""
        if (self.store.meta.get("network_told") or "") != kind:
            if kind:
                self.tell(_(netfs.WORDS).format(kind=kind), "warning")
            with suppress(AkkError):
                self.store.meta.set("network_told", kind)

    def lean_lost(self) -> None:
        words = _("Textual ini tidak dikenal ({missing}): layar dikirim utuh, lebih berat lewat jaringan lambat.")
        self.tell(words.format(missing=self.lean_trouble), "warning")

    def load_ahead(self) -> None:
        """Load what the next screens need, in the pauses between keys; not where nobody looks."""
        if not self.is_headless:
            from akk_tui.ui.preload import Preloader

            self._preloader = Preloader(self)
            self._preloader.start()

    def _guided(self, _none: object) -> None:
        self.offer()

    def offer(self) -> None:
        """Offer once to encrypt the profile, on a laptop that can."""
        if self.offer_encryption:
            from akk_tui.ui.encrypting import OfferWindow

            self.push_screen(OfferWindow())

    # --- drafts

    def _draft_told(self, error: AkkError | None) -> None:
        """Called in the journal's thread: a draft could not be written (``error``), or writing works again."""
        self.call_later(self._draft_trouble, error)

    def _draft_trouble(self, error: AkkError | None) -> None:
        if error is not None:
            self.tell_error(error)
        screen = self.standing()
        if screen is not None:
            screen.renew()

    # --- settings

    def _poll(self) -> None:
        self.lock.look()
        if self.store.gone:
            self._gone()
            return
        day = self._day
        super()._poll()
        if self.retention_days and day != self._day:
            self._expire()
        self._collector.look()

    def _expire(self) -> None:
        """Let data go that were not synced for too long, and say so once."""
        from akk_tui.store import retention

        try:
            gone = retention.expire(self.store, self.retention_days)
        except AkkError as cause:
            self.tell_error(cause)
            return
        if gone and not self._told_expired:
            self.tell(_(retention.WORDS).format(days=self.retention_days), "warning")
        self._told_expired = gone

    def link_changed(self) -> None:
        self.data_changed()

    def apply(self, name: str, settings: Settings) -> None:
        if name == "lock.minutes":
            self.lock.minutes = settings.lock.minutes
        elif name == "sync.every_minutes":
            self.sync.set_rhythm(settings.sync.every_minutes)
        elif name.endswith("_columns"):
            self.columns = {"dashboard": settings.ui.dashboard_columns, "regions": settings.ui.regions_columns}
            self.data_changed()
        super().apply(name, settings)

    # --- end

    def end(self, code: int) -> None:
        """Stop the sync and leave with ``code``."""
        self.sync.cancel()
        self.exit(code, return_code=code)

    async def action_quit(self) -> None:
        self.journal.flush(1.0)
        trouble, lost = self.journal.trouble, elsewhere.left(self, self.journal.unsaved())
        # Asked once: who leaves again has chosen.
        if trouble is None or not lost or lost == self._asked_about or self.lock.locked:
            self.end(0)
            return
        self._asked_about = lost
        elsewhere.offer(self, lost, trouble.words(_), then=lambda: self.end(0))

    def on_unmount(self) -> None:
        self.journal.close()
        if not self.sync.wiped:
            self.store.search.nearness.keep()

    def _fatal_error(self) -> None:
        from akk_tui.ui.crash import report

        if self.fell:
            # What falls over while everything is being taken down is no cause, and must not hide the first.
            return
        if self.store.gone:
            # Read before it was looked for: no fault of the program, and no report of one.
            from akk_tui.ui import gone

            self._return_code = 4
            self.fell = gone.words(self.paths, self._began)
        else:
            self.fell = report(sys.exc_info(), self.paths)
        self._exit_renderables.append(content_for_exit(self.fell))
        self._close_messages_no_wait()


def run(paths: Paths, settings: Settings, account: Account) -> int:
    """Open the app on the account's store; see :func:`akk_tui.ui.launch.run`."""
    from akk_tui.ui import launch

    return launch.run(paths, settings, account)
