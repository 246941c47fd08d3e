"""Going from place to place: screens on digits, a region's page, an item on it, a note, an activity, a follow-up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from typing import Any, cast, Final, TYPE_CHECKING, TypeVar

from textual.screen import Screen

from akk_tui.i18n import gettext as _
from akk_tui.ui.live import LiveApp

if TYPE_CHECKING:
    from datetime import datetime

    from akk_tui.store.shapes import Hit
    from akk_tui.store.store import Store
    from akk_tui.ui.screens.base import AkkScreen, Reads

Kept = TypeVar("Kept", bound="Reads[Any]")
SCREENS: Final[Mapping[str, tuple[str, str]]] = {
    "dashboard": ("akk_tui.ui.screens.dashboard", "DashboardScreen"),
    "regions": ("akk_tui.ui.screens.regions", "RegionsScreen"),
    "checklist": ("akk_tui.ui.screens.checklist", "ChecklistScreen"),
    "notes": ("akk_tui.ui.screens.notes", "NotesScreen"),
    "agenda": ("akk_tui.ui.screens.agenda", "AgendaScreen"),
    "sync": ("akk_tui.ui.screens.sync", "SyncScreen"),
    "settings": ("akk_tui.ui.screens.settings", "SettingsScreen"),
}
"""Id of a screen → module and class, imported when first shown. The digits are the keys of ``screen.…`` commands."""


def make_screen(name: str) -> Screen[Any]:
    """A screen of the table; its module is imported when it is first shown."""
    module, cls = SCREENS[name]
    return getattr(import_module(module), cls)()


class OpeningApp(LiveApp):
    """An app that finds the way to everything it shows."""

    DEFAULT_MODE = "dashboard"
    """Not among the modes at the start: Textual shows a default screen sooner than a mode's."""
    _held_back: Screen[Any] | None = None
    """The window whose typed text was saved once from being thrown away by a change of the screen."""

    def __init__(
        self, store: Store, open_reader: Callable[[], Store], now: Callable[[], datetime], cycle: str | None
    ) -> None:
        super().__init__(store, open_reader, now, cycle)
        self._kept: dict[type[Reads[Any]], Reads[Any]] = {}

    # --- screens that are shown again

    def left(self, kind: type[Kept]) -> Kept | None:
        """The screen of a ``kind`` that was kept and left, where it can be shown again as if it were new."""
        screen = cast("Kept | None", self._kept.get(kind))
        return screen if screen is not None and screen.stands and not self._on_a_stack(screen) else None

    def keep(self, screen: Reads[Any]) -> None:
        """Keep a screen when it is left: making its widgets anew takes longer than answering a key may."""
        kind = type(screen)
        before = self._kept.get(kind)
        if before is None or not self._on_a_stack(before):
            self._let_go(kind)
            self._kept[kind] = screen
            cast("Any", self).install_screen(screen, kind.__name__)

    def forget_kept(self) -> None:
        """Keep no screen any more that is not shown now."""
        for kind, screen in list(self._kept.items()):
            if not self._on_a_stack(screen):
                self._let_go(kind)

    def _let_go(self, kind: type[Reads[Any]]) -> None:
        screen = self._kept.pop(kind, None)
        if screen is not None:
            cast("Any", self).uninstall_screen(screen)
            screen.remove()

    def _on_a_stack(self, screen: Screen[Any]) -> bool:
        return any(screen in stack for stack in self._screen_stacks.values())

    # --- places

    def delay_update(self, delay: float = 0.05) -> None:
        """Hold nothing back when the screen changes: the answer to a key is painted in one go anyway."""

    def get_default_screen(self) -> Screen[Any]:
        return make_screen(self.DEFAULT_MODE)

    def add_screens(self) -> None:
        """Make the screens of the table known, once the first frame stands."""
        for name in SCREENS:
            self.add_mode(name, partial(make_screen, name))  # pyright: ignore[reportUnknownMemberType]

    async def action_go(self, name: str) -> None:
        """Show a screen of the table, leaving what lies over it.

        A window in which something was typed and not saved stays once, and says so; the same key again leaves it.
        What is typed in a note's editor is kept as a draft.
        """
        typed = next((one for one in reversed(self.screen_stack) if getattr(one, "changed", False)), None)
        if typed is not None and typed is not self._held_back:
            self._held_back = typed
            self.tell(_("Isian di jendela ini belum disimpan. Tombol yang sama sekali lagi membuangnya."), "warning")
            return
        self._held_back = None
        with self.batch_update():
            # What is left on the way is not drawn.
            while len(self.screen_stack) > 1:
                await self.pop_screen()
            if self.current_mode != name:
                await self.switch_mode(name)

    async def action_back(self) -> None:
        """Leave what lies over the screen."""
        if len(self.screen_stack) > 1:
            await self.pop_screen()

    async def open_region(self, code: str, **where: str | None) -> None:
        """Show a region's page; ``where`` is a tab, or the thing to begin at: see :class:`RegionScreen`."""
        from akk_tui.ui.screens.region import RegionScreen

        self.store.search.nearness.opened(code)
        page = self.left(RegionScreen)
        if page is None or not await page.begin(code, **where):
            page = RegionScreen(code, **where)
            self.keep(page)
        await self.push_screen(page)

    async def open_item(self, code: str, item: str) -> None:
        """Show an item of a region on its page, in place of the page that is shown."""
        if getattr(self.screen, "region_code", None) == code and len(self.screen_stack) > 1:
            await self.pop_screen()
        await self.open_region(code, indicator=item.rsplit(".", 1)[0], item=item)

    async def open_hit(self, hit: Hit, about: str | None) -> None:
        """Show what a search found; an indicator or item without a region of its own is shown in region ``about``."""
        if hit.kind == "note":
            await self.open_note(hit.key)
        elif hit.kind == "event":
            await self.open_event(hit.key)
        elif hit.kind == "followup":
            await self.open_followup(hit.key)
        else:
            await self._open_place(hit, about)

    async def _open_place(self, hit: Hit, about: str | None) -> None:
        region = hit.key if hit.kind == "region" else hit.region or about
        if region is None:
            self.tell(_("Pilih dulu sebuah daerah."), "warning")
        elif hit.kind == "region":
            await self.open_region(region)
        else:
            item = hit.key if hit.kind == "item" else None
            indicator = hit.key.rsplit(".", 1)[0] if hit.kind == "item" else hit.key
            await self.open_region(region, indicator=indicator, item=item)

    async def open_event(self, event: str) -> None:
        """Show an activity's page."""
        from akk_tui.ui.events import show_event

        await show_event(self, event)  # pyright: ignore[reportArgumentType]

    async def open_followup(self, followup: str) -> None:
        """Open a follow-up."""
        from akk_tui.ui.followups import change_followup

        change_followup(cast("AkkScreen", self.shown()), followup)

    async def open_conflict(self, op: str) -> None:
        """Show the difference of an operation in the sync screen."""
        await self.action_go("sync")
        show = getattr(self.screen, "show_conflict", None)
        if show is not None:
            show(op)

    async def open_note(self, note: str) -> None:
        """Show a note in the notes screen."""
        await self.action_go("notes")
        opened = getattr(self.screen, "open_note", None)
        if opened is not None:
            opened(note)

    def action_new_note(self) -> None:
        """Write a note about what is under the cursor."""
        from akk_tui.ui.screens.notes import choose_subject, write_about

        screen = cast("AkkScreen", self.screen)
        region, subject = getattr(screen, "region_code", None), getattr(screen, "note_subject", None)
        if subject is not None:
            write_about(screen, subject)
        else:
            choose_subject(screen, region, partial(write_about, screen))
