"""The app: screens on digits, commands from the registry, the data's version polled, the sync in a child process."""

from __future__ import annotations

import gc
import signal
import sys
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, UTC
from functools import partial
from importlib import import_module
from time import monotonic
from typing import Any, cast, ClassVar, Final, Literal, TYPE_CHECKING

from textual import events
from textual.app import App, SystemCommand
from textual.binding import BindingType
from textual.filter import LineFilter
from textual.screen import Screen

from akk_tui.contract.errors import AkkError
from akk_tui.i18n import gettext as _
from akk_tui.ui import commands
from akk_tui.ui.drafts import DraftJournal
from akk_tui.ui.sync_runner import SyncEnded, SyncRunner, SyncStep
from akk_tui.ui.terminal.safe import content, PrintableFilter
from akk_tui.ui.terminal.typeahead import TypeAhead
from akk_tui.ui.themes import load_themes, Tones

if TYPE_CHECKING:
    from datetime import date

    from akk_tui.config import Settings
    from akk_tui.paths import Paths
    from akk_tui.store.shapes import Hit, StatusLine
    from akk_tui.store.store import Store
    from akk_tui.sync.account import Account
    from akk_tui.ui.screens.base import AkkScreen

SCREENS: Final[Mapping[str, tuple[str, str]]] = {
    "dashboard": ("akk_tui.ui.screens.dashboard", "DashboardScreen"),
    "regions": ("akk_tui.ui.screens.regions", "RegionsScreen"),
    "checklist": ("akk_tui.ui.screens.checklist", "ChecklistScreen"),
    "notes": ("akk_tui.ui.screens.notes", "NotesScreen"),
    "sync": ("akk_tui.ui.screens.sync", "SyncScreen"),
}
"""Id of a screen → module and class, imported when first shown. The digits are the keys of ``screen.…`` commands."""

POLL_SECONDS: Final = 1.0
_WARNING_SECONDS: Final = 8
DEFAULT_THEME: Final = "malam"


class AkkApp(App[int]):
    """The interface to one store.

    ``open_reader`` opens the same store again for a worker thread; ``sync_command`` is the command line of a sync round
    in a child process (None: there is nothing to sync with); ``save_setting(name, value)`` keeps a choice.
    """

    CSS_PATH = "styles/app.tcss"
    BINDINGS: ClassVar[list[BindingType]] = cast("list[BindingType]", commands.bindings(None))
    DEFAULT_MODE = "dashboard"
    """Not among the modes at the start: Textual shows a default screen sooner than a mode's."""
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
        sync_command: Sequence[str] | None = None,
        sync_at_start: bool = True,
        sync_minutes: int = 5,
        cycle: str | None = None,
        save_setting: Callable[[str, str], None] | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__()
        self.store = store
        self.open_reader = open_reader
        self.paths = paths
        self.now = now
        self.save_setting = save_setting
        self.keymap = dict(keymap or {})
        self.sync = SyncRunner(self, sync_command, sync_minutes)
        self.sync_at_start = sync_at_start
        self.journal = DraftJournal(store.drafts, self._draft_told)
        """What is being typed, on disk within two seconds; whoever ends the process calls its ``close``."""
        self.journal_trouble: AkkError | None = None
        self._typed = TypeAhead(self, super().on_event)
        self._warned = -_WARNING_SECONDS * 2.0
        self.ready = False
        """Whether the first frame stands."""
        self.data_number = 0
        """Grows with every change of the data, whoever made it."""
        self.status: StatusLine | None = None
        self.cycle = cycle or ""
        """The cycle that is shown; empty before the first sync."""
        self.zone = "WIB"
        self._read_status()
        self.tones: Tones
        self.animation_level = "none"
        self._store_version = store.version()
        self._use_themes(theme)
        if self.keymap:
            self.set_keymap(self.keymap)

    def _use_themes(self, wanted: str) -> None:
        self.loaded_themes = load_themes(self.paths.themes if self.paths else None)
        for loaded in self.loaded_themes.themes.values():
            self.register_theme(loaded.theme)
        name = wanted if wanted in self.loaded_themes.themes else DEFAULT_THEME
        self.wear(name)

    def wear(self, name: str) -> None:
        """Wear one of the loaded themes."""
        self.tones = self.loaded_themes.themes[name].tones
        self.theme = name

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, (events.Key, events.Paste)) and not event.is_forwarded:
            await self._typed.take(event)
        else:
            await super().on_event(event)

    @property
    def online(self) -> bool | None:
        """Whether the last sync reached the server; None before the first."""
        return self.sync.online

    def get_default_screen(self) -> Screen[Any]:
        return _make_screen(*SCREENS[self.DEFAULT_MODE])

    @property
    def pass_mark(self) -> str:
        """``> 90``: the pass mark of the cycle that is shown."""
        from akk_tui.ui.words import pass_mark

        return pass_mark(self.store.instrument(self.cycle).pass_mark, self.pass_at_mark)

    @property
    def assessment(self) -> date | None:
        """The day of the assessment of the cycle that is shown, where it is known."""
        return self.status.assessment if self.status is not None else None

    @property
    def pass_at_mark(self) -> bool:
        """Whether the mark itself passes."""
        return self.store.instrument(self.cycle).pass_at_mark

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), _PRINTABLE]

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        return ()

    def format_title(self, title: str, sub_title: str) -> Any:
        return content(title)

    def on_mount(self) -> None:
        self.set_interval(POLL_SECONDS, self._poll)
        if not self.is_headless:
            self._end_on_signals()

    def on_ready(self) -> None:
        """The first frame stands."""
        self.ready = True
        gc.enable()
        gc.collect()
        gc.freeze()
        for name, (module, cls) in SCREENS.items():
            self.add_mode(name, partial(_make_screen, module, cls))  # pyright: ignore[reportUnknownMemberType]
        for words in (*self.loaded_themes.complaints, *commands.unknown_ids(self.keymap)):
            self.tell(words, "warning")
        self.sync.start(self.sync_at_start)
        screen = self._shown()
        if screen is not None:
            screen.first_painted()
        from akk_tui.ui.draft_words import left_over

        if left_over(self.store.drafts.list()):
            self.tell(_("Ada draf catatan yang belum disimpan; layar Catatan (4) menawarkannya."), "warning")

    def on_unmount(self) -> None:
        self.journal.close()

    def _draft_told(self, error: AkkError | None) -> None:
        """Called in the journal's thread: a draft could not be written (``error``), or writing works again."""
        self.call_later(self._draft_trouble, error)

    def _draft_trouble(self, error: AkkError | None) -> None:
        self.journal_trouble = error
        if error is not None:
            self.tell_error(error)
        screen = self._shown()
        if screen is not None:
            screen.renew()

    def _end_on_signals(self) -> None:
        """A hang-up or a request to end leaves in order: drafts are kept and the terminal is restored."""
        import asyncio

        loop = asyncio.get_running_loop()
        for name, code in ((signal.SIGTERM, 143), (signal.SIGHUP, 129)):
            loop.add_signal_handler(name, self.end, code)

    def end(self, code: int) -> None:
        """Stop the sync and leave with ``code``."""
        self.sync.cancel()
        self.exit(code, return_code=code)

    def _read_status(self) -> None:
        if self.store.reference_etag() is None:
            return
        if not self.cycle:
            self.cycle = self.store.cycle()
        self.zone = self.store.meta.get("zone") or "WIB"
        self.status = self.store.views.status(self.cycle)

    def _poll(self) -> None:
        version = self.store.version()
        if version != self._store_version:
            self._store_version = version
            self.data_changed()

    def data_changed(self) -> None:
        """The data is another than before: renew status line and the screen that is shown."""
        self.data_number += 1
        self._read_status()
        screen = self._shown()
        if screen is not None:
            screen.renew()
            screen.renew_lines()

    def _shown(self) -> AkkScreen | None:
        from akk_tui.ui.screens.base import AkkScreen

        for screen in reversed(self.screen_stack):
            if isinstance(screen, AkkScreen):
                return screen
        return None

    def renew_lines(self) -> None:
        """Draw the status line again."""
        screen = self._shown()
        if screen is not None:
            screen.renew_lines()

    @contextmanager
    def reading(self) -> Generator[Store]:
        """A store for the thread that calls, closed at the end."""
        store = self.open_reader()
        try:
            store.take_reference(self.store)
            yield store
        finally:
            store.close()

    def tell(self, words: str, severity: Literal["information", "warning", "error"] = "information") -> None:
        """Say something in a toast; never read as markup. News takes the place of older news, not of a warning."""
        now = monotonic()
        if severity != "information":
            self._warned = now
        elif now - self._warned > _WARNING_SECONDS:
            self.clear_notifications()
        self.notify(
            words, severity=severity, markup=False, timeout=4 if severity == "information" else _WARNING_SECONDS
        )

    def tell_error(self, cause: AkkError) -> None:
        """Say once, in words, what went wrong."""
        self.tell(cause.words(_), "error")

    def edited(self) -> None:
        """An edit of this officer was saved: say so, and show it."""
        self._store_version = self.store.version()
        self.tell(_("tersimpan — belum terkirim"))
        self.data_changed()

    def tone(self, name: str) -> str:
        """The rich style of a meaning: good, warn, bad, muted, accent, strong."""
        return self.tones.get(name, "")

    async def action_command(self, command_id: str) -> None:
        """Run a command of the registry, or say why it is off."""
        command = commands.by_id()[command_id]
        reason = command.when(self) if command.when is not None else None
        if reason is not None:
            self.tell(reason, "warning")
            return
        try:
            await self.run_action(command.action, default_namespace=self.screen)
        except AkkError as cause:
            self.tell_error(cause)

    async def action_go(self, name: str) -> None:
        """Show a screen of the table, leaving what lies over it."""
        while len(self.screen_stack) > 1:
            await self.pop_screen()
        if self.current_mode != name:
            await self.switch_mode(name)

    async def action_back(self) -> None:
        """Leave what lies over the screen."""
        if len(self.screen_stack) > 1:
            await self.pop_screen()

    def action_sync_now(self) -> None:
        self.sync.round()

    def action_sync_cancel(self) -> None:
        self.sync.cancel()

    def action_undo(self) -> None:
        title = self.store.undoable()
        edit = self.store.undo()
        if edit is None or title is None:
            return
        self._store_version = self.store.version()
        self.tell(_("Diurungkan: {title}").format(title=title))
        self.data_changed()

    def action_search(self) -> None:
        from akk_tui.ui.screens.search import SearchScreen

        self.push_screen(SearchScreen(getattr(self.screen, "region_code", None)))

    def action_help(self) -> None:
        from akk_tui.ui.help import HelpScreen

        self.push_screen(HelpScreen.about(self.screen))

    def action_palette(self) -> None:
        from akk_tui.ui.palette import PaletteScreen

        if isinstance(self.screen, PaletteScreen):
            self.screen.dismiss(None)
            return
        self.push_screen(PaletteScreen.over(self))

    def action_choose_theme(self) -> None:
        from akk_tui.ui.chooser import choose_theme

        choose_theme(self)

    def action_choose_cycle(self) -> None:
        from akk_tui.ui.chooser import choose_cycle

        choose_cycle(self)

    def use_theme(self, name: str) -> None:
        """Wear a theme now and keep the choice."""
        self.wear(name)
        self.data_changed()
        if self.save_setting is not None:
            try:
                self.save_setting("ui.theme", name)
            except AkkError as cause:
                self.tell_error(cause)

    async def open_region(self, code: str, **where: str | None) -> None:
        """Show a region's page; ``component``, ``indicator``, ``item`` or ``tab`` say where to begin."""
        from akk_tui.ui.screens.region import RegionScreen

        await self.push_screen(RegionScreen(code, **where))

    async def open_item(self, code: str, item: str) -> None:
        """Show an item of a region on its page, in place of the page that is shown."""
        if getattr(self.screen, "region_code", None) == code and len(self.screen_stack) > 1:
            await self.pop_screen()
        await self.open_region(code, indicator=item.rsplit(".", 1)[0], item=item)

    async def open_hit(self, hit: Hit, about: str | None) -> None:
        """Show what a search found; an indicator or item without a region of its own is shown in region ``about``."""
        if hit.kind == "note":
            await self.open_note(hit.key)
            return
        region = hit.key if hit.kind == "region" else hit.region or about
        if region is None:
            self.tell(_("Pilih dulu sebuah daerah."), "warning")
        elif hit.kind == "region":
            await self.open_region(region)
        else:
            item = hit.key if hit.kind == "item" else None
            indicator = hit.key.rsplit(".", 1)[0] if hit.kind == "item" else hit.key
            await self.open_region(region, indicator=indicator, item=item)

    async def open_note(self, note: str) -> None:
        """Show a note in the notes screen."""
        await self.action_go("notes")
        opened = getattr(self.screen, "open_note", None)
        if opened is not None:
            opened(note)

    def action_new_note(self) -> None:
        """Write a note about the indicator or region that the screen is on."""
        from akk_tui.ui.screens.notes import choose_subject, write_about

        screen = cast("AkkScreen", self.screen)
        region = getattr(screen, "region_code", None)
        indicator = getattr(screen, "indicator", None)
        if region is not None and indicator is not None:
            write_about(screen, f"{region}:{indicator.id}")
        else:
            choose_subject(screen, region, partial(write_about, screen))

    async def run_command(self, command_id: str) -> None:
        """As the command's key does."""
        await self.action_command(command_id)

    def use_cycle(self, cycle: str) -> None:
        """Show another cycle."""
        self.cycle = cycle
        self.data_changed()

    def on_sync_step(self, message: SyncStep) -> None:
        self.sync.stepped(message)
        self.renew_lines()
        self._tell_screen("on_sync_progress")

    def on_sync_ended(self, message: SyncEnded) -> None:
        words = self.sync.ended(message)
        if words:
            self.tell(words, "warning" if message.code not in (0, 130) else "information")
        self._poll()
        self.renew_lines()
        self._tell_screen("on_sync_progress")

    def _tell_screen(self, method: str) -> None:
        told = getattr(self._shown(), method, None)
        if told is not None:
            told()

    async def action_quit(self) -> None:
        self.end(0)

    def _fatal_error(self) -> None:
        from akk_tui.ui.crash import report

        self._exit_renderables.append(content_for_exit(report(sys.exc_info(), self.paths)))
        self._close_messages_no_wait()


def _make_screen(module: str, cls: str) -> Screen[Any]:
    """A screen of the table; its module is imported when it is first shown."""
    return getattr(import_module(module), cls)()


def content_for_exit(words: str) -> Any:
    """``words`` as rich text: what a crash leaves on the terminal."""
    from rich.text import Text

    from akk_tui.ui.terminal.safe import printable_lines

    return Text(printable_lines(words))


_PRINTABLE: Final = PrintableFilter()


def run(paths: Paths, settings: Settings, account: Account) -> int:
    """Open the app on the account's store; see :func:`akk_tui.ui.launch.run`."""
    from akk_tui.ui import launch

    return launch.run(paths, settings, account)
