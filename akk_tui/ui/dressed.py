"""What the settings make of the app: theme, density, glyphs, keys, language; each can change while the app runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final, TYPE_CHECKING

from textual import events
from textual.filter import LineFilter, NoColor
from textual.widgets import DataTable, Input, TextArea

from akk_tui import i18n
from akk_tui.contract.errors import AkkError
from akk_tui.i18n import gettext as _
from akk_tui.ui import commands, keymap
from akk_tui.ui.opening import make_screen, OpeningApp, SCREENS
from akk_tui.ui.settings_watch import SettingsWatch
from akk_tui.ui.terminal.ascii import AsciiFilter
from akk_tui.ui.terminal.safe import PrintableFilter
from akk_tui.ui.themes import DEFAULT_THEME, plain_name, ThemeShelf, Tones

if TYPE_CHECKING:
    from akk_tui.config import Settings
    from akk_tui.paths import Paths
    from akk_tui.store.store import Store

COMPACT: Final = """
AkkScreen * { margin: 0 !important; }
AkkScreen #empty { padding: 0 1 !important; }
#window { padding: 0 !important; }
DashboardScreen AkkTable, AgendaScreen.-whole #events, AgendaScreen.-whole #followups,
EventScreen.-whole #attendance, EventScreen.-whole #texts, EventScreen.-whole #followups, EventScreen.-whole #notes,
RegionScreen #tree, RegionScreen #detail, RegionScreen #criteria, RegionScreen #scores, RegionScreen #events,
RegionScreen #followups, RegionScreen #notes {
    border: none !important;
    border-top: solid $primary 60% !important;
}
DashboardScreen AkkTable:focus, AgendaScreen.-whole #events:focus, AgendaScreen.-whole #followups:focus,
EventScreen.-whole #attendance:focus, EventScreen.-whole #texts:focus, EventScreen.-whole #followups:focus,
RegionScreen #tree:focus, RegionScreen #detail:focus-within, RegionScreen #criteria:focus, RegionScreen #scores:focus,
RegionScreen #events:focus, RegionScreen #followups:focus, RegionScreen #notes:focus {
    border: none !important;
    border-top: solid $accent !important;
}
DashboardScreen #map, DashboardScreen #changes { border-bottom: solid $primary 60% !important; }
DashboardScreen #map:focus, DashboardScreen #changes:focus { border-bottom: solid $accent !important; }
"""
"""The style of the density ``compact``, over all others."""
_PLAIN: Final = """
DataTable:ansi > .datatable--header { background: ansi_default; text-style: bold underline; }
.-theme-mono Input > .input--cursor, .-theme-mono Input > .input--selection {
    background: ansi_default; color: ansi_default; text-style: reverse;
}
.-theme-mono Input > .input--placeholder { color: ansi_default; text-style: dim; }
.-theme-mono TextArea .text-area--cursor, .-theme-mono TextArea .text-area--selection {
    background: ansi_default; color: ansi_default; text-style: reverse;
}
"""
"""Where the styles of widgets name colours of the terminal that a theme cannot set."""
MOST_COPIED: Final = 48_000
"""Bytes that are copied at once: a whole note, and in base64 less than the 74,994 that terminals take."""
_WHERE: Final = ("akk_tui/ui/dressed.py", "compact")
_PRINTABLE: Final = PrintableFilter()
_ASCII: Final = AsciiFilter()
_NO_COLOR: Final = NoColor()


class DressedApp(OpeningApp):
    """An app that wears themes and keymaps.

    ``save_setting(name, value)`` keeps a choice. ``keys`` are the user's ``[keys]``, ``preset`` the keymap under them.
    """

    CSS = _PLAIN

    def __init__(
        self,
        store: Store,
        open_reader: Callable[[], Store],
        now: Callable[[], datetime],
        cycle: str | None,
        *,
        paths: Paths | None = None,
        theme: str = DEFAULT_THEME,
        keys: Mapping[str, str] | None = None,
        preset: str = "default",
        density: str = "normal",
        ascii_glyphs: bool = False,
        save_setting: Callable[[str, str], None] | None = None,
    ) -> None:
        super().__init__(store, open_reader, now, cycle)
        self.paths = paths
        self.settings_watch = SettingsWatch(self, paths)
        self.save_setting = self._saving(save_setting) if save_setting is not None else None
        self.ascii_glyphs = ascii_glyphs
        """Whether everything is drawn in ASCII."""
        self.copies_out = True
        """Whether what is copied goes to the terminal's clipboard too."""
        self.themes = ThemeShelf(paths.themes if paths else None)
        for loaded in self.themes.loaded.themes.values():
            self.register_theme(loaded.theme)
        self.tones: Tones
        name = "mono" if self.no_color else plain_name(theme)
        self.wear(name if name in self.loaded_themes.themes else DEFAULT_THEME)
        self.keymap: dict[str, str] = {}
        """The keys of the commands whose keys are not their own."""
        self.key_troubles: tuple[keymap.Trouble, ...] = ()
        self._moves: Mapping[str, str] = {}
        self._chord = ""
        self._everywhere: dict[str, str] = {}
        self.use_keys(preset, keys or {})
        if density == "compact":
            self.stylesheet.add_source(COMPACT, read_from=_WHERE)

    def _saving(self, save: Callable[[str, str], None]) -> Callable[[str, str], None]:
        def saving(name: str, value: str) -> None:
            save(name, value)
            self.settings_watch.saved(name)

        return saving

    # --- themes

    @property
    def loaded_themes(self) -> Any:
        """The themes there are; see :class:`akk_tui.ui.themes.LoadedThemes`."""
        return self.themes.loaded

    def wear(self, name: str) -> None:
        """Wear one of the loaded themes."""
        self.tones = self.themes.loaded.themes[name].tones
        self.theme = name
        self.dim_windows()

    def preview_theme(self, name: str) -> None:
        """Wear a theme while it is looked at: nothing is kept."""
        if name != self.theme:
            self.wear(name)
            self.data_changed()

    def use_theme(self, name: str) -> None:
        """Wear a theme now and keep the choice."""
        self.wear(name)
        if self.save_setting is not None:
            try:
                self.save_setting("ui.theme", name)
            except AkkError as cause:
                self.tell_error(cause)
        self.data_changed()
        if self.no_color:
            self.tell(_("NO_COLOR dari lingkungan berlaku: warna tidak dipakai."), "warning")

    def tone(self, name: str) -> str:
        """The rich style of a meaning: good, warn, bad, muted, accent, strong."""
        return self.tones.get(name, "")

    def _poll(self) -> None:
        super()._poll()
        self.settings_watch.poll()
        changed = self.themes.poll()
        if changed is None:
            return
        for words in changed:
            self.tell(words, "warning")
        self._themes_reread()

    def _themes_reread(self) -> None:
        """Files of themes were saved: wear the one in use anew when it is another now."""
        worn = self.get_theme(self.theme)
        for loaded in self.loaded_themes.themes.values():
            self.register_theme(loaded.theme)
        if self.theme not in self.loaded_themes.themes:
            self.preview_theme(DEFAULT_THEME)
            return
        found = self.loaded_themes.themes[self.theme]
        if found.theme != worn or found.tones != self.tones:
            self.tones = found.tones
            self._watch_theme(self.theme)
            self.data_changed()

    # --- what leaves the app

    def copy_to_clipboard(self, text: str) -> None:
        """Keep ``text`` for pasting in the app, and give it to the terminal's clipboard where that is wanted.

        Called for a key only. A terminal's clipboard is other programs' too, and no place for a megabyte.
        """
        if len(text.encode()) > MOST_COPIED:
            size = round(MOST_COPIED / 1000)
            self.tell(_("Terlalu panjang untuk disalin; paling banyak {kb} kB sekaligus.").format(kb=size), "warning")
        elif self.copies_out:
            super().copy_to_clipboard(text)
        else:
            self._clipboard = text
            self.tell(_("Disalin di dalam aplikasi saja; papan klip terminal dimatikan (ui.clipboard)."))

    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        """Open nothing: the program may run on another computer, and the address may come from anybody."""

    # --- glyphs and density

    def get_line_filters(self) -> Sequence[LineFilter]:
        filters: list[LineFilter] = [_NO_COLOR] if self.no_color else list(super().get_line_filters())
        filters.append(_PRINTABLE)
        if self.ascii_glyphs:
            filters.append(_ASCII)
        return filters

    def use_glyphs(self, ascii_glyphs: bool) -> None:
        """Draw everything in ASCII, or in Unicode."""
        if ascii_glyphs != self.ascii_glyphs:
            self.ascii_glyphs = ascii_glyphs
            self._restyle()

    def use_density(self, density: str) -> None:
        """Draw ``normal`` or ``compact``."""
        self.stylesheet.add_source(COMPACT if density == "compact" else "", read_from=_WHERE)
        self.stylesheet.reparse()
        self._restyle()
        self.data_changed()

    def _restyle(self) -> None:
        """Draw every screen anew, those that are not seen when they are seen next."""
        self._invalidate_css()
        self.refresh_css(animate=False)
        for screen in self.screen_stack:
            for widget in screen.walk_children(with_self=True):
                widget.refresh(layout=True)

    # --- keys

    def keyed(self, words: str) -> str:
        """``words`` with the user's key in place of each ``{key:ID}``."""
        return commands.with_keys(words, self.keymap)

    def use_keys(self, preset: str, own: Mapping[str, str]) -> None:
        """Put a keymap in force, on all screens at once; what is wrong with it is in ``key_troubles``."""
        made = keymap.make(preset, own)
        self.keymap = dict(made.keys)
        self.key_troubles = made.troubles
        self._moves, self._chord = made.moves, ""
        self._everywhere = commands.everywhere(self.keymap)
        self.set_keymap({id_: keys or commands.NO_KEY for id_, keys in self.keymap.items()})

    def moved(self, event: events.Event) -> events.Event | None:
        """The key that a key means where the keymap moves by letters.

        None: the second of two keys is awaited, or the screen took the key as it is (``take_key``).
        """
        take: Callable[[events.Key], None] | None = getattr(self.screen, "take_key", None)
        if take is not None and isinstance(event, events.Key):
            take(event)
            return None
        if not self._moves or not isinstance(event, events.Key) or self._writing():
            self._chord = ""
            return event
        key = f"{self._chord} {event.key}".strip()
        begins = not self._chord and any(move.startswith(key + " ") for move in self._moves)
        self._chord = ""
        if key not in self._moves:
            key = event.key
        if key == event.key and self._is_command(key):
            return event
        if begins:
            self._chord = key
            return None
        wanted = self._moves.get(key)
        if wanted is None:
            return event
        if wanted == "ctrl+p":
            wanted = commands.keys_of(commands.by_id()["palette"], self.keymap)[0]
        if wanted in ("home", "end") and isinstance(self.focused, DataTable):
            wanted = f"ctrl+{wanted}"
        return events.Key(wanted, None)

    def _writing(self) -> bool:
        """Whether letters are text now."""
        return isinstance(self.focused, (Input, TextArea))

    def _is_command(self, key: str) -> bool:
        """Whether a command of the screen has ``key``: it was given on purpose, and wins over a movement."""
        shown = commands.of_screen(getattr(self.screen, "ID", ""))
        return any(key in commands.keys_of(command, self.keymap) for command in shown)

    # --- language, and all of them

    async def use_language(self, language: str) -> None:
        """Speak another language: every screen is made anew, but those in which something is typed and not saved."""
        if language == i18n.language():
            return
        i18n.use(language)
        self.language_changed()
        here = self.current_mode
        with self.batch_update():
            while len(self.screen_stack) > 1:
                await self.pop_screen()
            self.forget_kept()
            await self._renew_modes(name for name in SCREENS if name != here)
            await self.switch_mode(next(name for name in SCREENS if name != here))
            await self._renew_modes((here,))
            await self.switch_mode(here)
        self.data_changed()

    async def _renew_modes(self, names: Iterable[str]) -> None:
        """Make screens of the table anew."""
        for name in names:
            stack: Sequence[Any] = self._screen_stacks.get(name, ())
            if stack and not any(getattr(screen, "changed", False) for screen in stack):
                await self.remove_mode(name)
                self.add_mode(name, partial(make_screen, name))  # pyright: ignore[reportUnknownMemberType]

    def language_changed(self) -> None:
        """Another language is spoken now."""

    def apply(self, name: str, settings: Settings) -> None:
        """Let a setting take effect that takes effect at once; the others wait for their time."""
        from akk_tui.ui.glyphs import wants_ascii

        self.settings_watch.took(name, settings)
        if name == "ui.theme" and not self.no_color:
            wanted = plain_name(settings.ui.theme)
            self.preview_theme(wanted if wanted in self.loaded_themes.themes else DEFAULT_THEME)
        elif name == "ui.density":
            self.use_density(settings.ui.density)
        elif name == "ui.glyphs":
            self.use_glyphs(wants_ascii(settings.ui.glyphs))
        elif name == "ui.keymap" or name.startswith("keys."):
            self.use_keys(settings.ui.keymap, settings.keys)
            self.renew_lines()
        elif name == "ui.link":
            self.find_link(settings.ui.link, mouse_asked=self.mouse_asked)
            self.ask_link()
        elif name == "ui.clipboard":
            self.copies_out = settings.ui.clipboard
        elif name == "ui.lang":
            # Not from here: the screen that asks for it is made anew.
            self.call_later(self.use_language, i18n.choose(settings.ui.lang))
