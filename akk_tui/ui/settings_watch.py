"""The settings file as it is changed outside the app: looked at every second, worn when it has come to rest.

An editor may empty a file before it fills it, or take it away and put another in its place: only what stands still for
one look is read. Of a file that cannot be read a sentence is said, and everything stays as it was.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final, TYPE_CHECKING

from akk_tui.contract.errors import AkkError, N_
from akk_tui.i18n import gettext as _

if TYPE_CHECKING:
    from akk_tui.config import Settings
    from akk_tui.paths import Paths
    from akk_tui.ui.dressed import DressedApp

_WHEN: Final = {
    "now": N_("Berkas setelan diubah dari luar; berlaku sekarang: {settings}."),
    "sync": N_("Berkas setelan diubah dari luar; berlaku mulai sinkronisasi berikutnya: {settings}."),
    "login": N_("Berkas setelan diubah dari luar; berlaku saat masuk berikutnya (akk-tui login): {settings}."),
    "start": N_("Berkas setelan diubah dari luar; berlaku saat aplikasi dibuka lagi: {settings}."),
}
_LANGUAGE: Final = "ui.lang"

State = tuple[int, int, int] | None


class SettingsWatch:
    """The settings file of ``paths`` (None: there is none) and what the app knows of it."""

    def __init__(self, app: DressedApp, paths: Paths | None) -> None:
        self._app = app
        self._paths = paths
        self._seen = self._read = self._state()
        self._known: dict[str, Any] | None = None
        self._speaks: Settings | None = None
        """The settings whose language waits until no window is open: the screens are made anew for it."""

    def begin(self, settings: Settings) -> None:
        """The app runs with ``settings``."""
        self._known = _values(settings)

    def took(self, name: str, settings: Settings) -> None:
        """The app itself has changed a setting: it is known."""
        if self._known is not None:
            self._known[name] = _values(settings).get(name)

    def saved(self, name: str) -> None:
        """As :meth:`took`, of a setting that was written into the file."""
        if self._known is not None and self._paths is not None:
            from akk_tui import config

            with suppress(AkkError):
                self.took(name, config.load(self._paths))

    def poll(self) -> None:
        """Look whether the file is another one, and wear it."""
        if self._paths is None:
            return
        if self._known is None:
            self._begin()
        self._speak()
        state = self._state()
        rests, self._seen = state == self._seen, state
        if rests and state != self._read:
            self._read = state
            self._reread()

    def _begin(self) -> None:
        from akk_tui import config

        self._known = {}
        with suppress(AkkError):
            self._known = _values(config.load(self._paths)) if self._paths is not None else {}

    def _state(self) -> State:
        if self._paths is None:
            return None
        try:
            found = os.stat(self._paths.config_file)
        except OSError:
            return None
        return found.st_ino, found.st_size, found.st_mtime_ns

    def _reread(self) -> None:
        from akk_tui import config

        app = self._app
        if self._paths is None:
            return
        try:
            settings = config.load(self._paths)
        except AkkError as cause:
            app.tell(_("Setelan yang lama tetap berlaku. {fault}").format(fault=cause.words(_)), "error")
            app.data_changed()
            return
        before, now = self._known or {}, _values(settings)
        changed = [name for name in {**now, **before} if now.get(name) != before.get(name)]
        self._known = now
        for name in changed:
            if name == _LANGUAGE:
                self._speaks = settings
            else:
                app.apply(name, settings)
        if any(name.startswith("keys.") or name == "ui.keymap" for name in changed):
            for trouble in app.key_troubles:
                app.tell(trouble.words, "warning")
        if changed:
            app.data_changed()
        self._speak()
        # Behind another language, which is to be spoken then.
        app.call_later(self._tell, changed)

    def _tell(self, changed: list[str]) -> None:
        from akk_tui.config.schema import BY_NAME

        by_time: dict[str, list[str]] = {}
        for name in changed:
            setting = BY_NAME.get(name)
            title = _(setting.title) if setting is not None else _("tombol {command}").format(command=name[5:])
            by_time.setdefault(setting.applies if setting is not None else "now", []).append(title)
        for when, titles in by_time.items():
            self._app.tell(_(_WHEN[when]).format(settings=", ".join(titles)))

    def _speak(self) -> None:
        app, settings = self._app, self._speaks
        if settings is not None and len(app.screen_stack) == 1 and not getattr(app.screen, "changed", False):
            self._speaks = None
            app.apply(_LANGUAGE, settings)


def _values(settings: Settings) -> dict[str, Any]:
    """Every setting by its dotted name, those of ``[keys]`` too."""
    from akk_tui.config.schema import BY_NAME

    keys: Mapping[str, str] = settings.keys
    return {name: settings.get(name) for name in BY_NAME} | {f"keys.{key}": keys[key] for key in keys}
