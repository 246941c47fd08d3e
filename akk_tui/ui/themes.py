"""Colour themes: one TOML file each, built in (``themes/`` of the project) and the user's own in the config folder.

A bad file is named with its reason and the others are loaded. ``[colors]`` are Textual's theme colours, ``[variables]``
its theme variables, ``[tones]`` the styles of meanings in tables: every theme names all of :data:`TONES`.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, cast, Final, NamedTuple

from rich.errors import StyleSyntaxError
from rich.style import Style
from textual.color import Color, ColorParseError
from textual.theme import Theme

from akk_tui.i18n import gettext as _
from akk_tui.i18n import pick

Tones = dict[str, str]
TONES: Final = ("good", "warn", "bad", "muted", "accent", "strong", "primary")
_COLORS: Final = (
    "primary",
    "secondary",
    "accent",
    "success",
    "warning",
    "error",
    "foreground",
    "background",
    "surface",
    "panel",
    "boost",
)
_ANSI_VARIABLES: Final = {"ansi-background": "ansi_black", "ansi-foreground": "ansi_white"}
"""What Textual's own styles ask of a theme of the terminal's colours."""
_TOP: Final = ("name", "title", "title_en", "dark", "ansi", "colors", "variables", "tones")


class LoadedTheme(NamedTuple):
    """``tones``: rich style by meaning."""

    theme: Theme
    title: str
    title_en: str
    tones: Tones
    path: Path

    @property
    def shown(self) -> str:
        """Its title in the language in use."""
        return pick(self.title, self.title_en)


class LoadedThemes(NamedTuple):
    """The themes by name, and a sentence for each file that was refused."""

    themes: dict[str, LoadedTheme]
    complaints: tuple[str, ...]


class ThemeRefused(ValueError):
    """What is wrong with a theme file, in words."""


def built_in_folder() -> Path:
    """Where the built-in themes are: beside this package in a wheel, at the top of a checkout."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "themes"
    return inside if inside.is_dir() else package.parent / "themes"


def load_themes(own: Path | None = None, built_in: Path | None = None) -> LoadedThemes:
    """The built-in themes and those of the folder ``own``, whose names win."""
    themes: dict[str, LoadedTheme] = {}
    complaints: list[str] = []
    for folder in (built_in or built_in_folder(), own):
        if folder is None or not folder.is_dir():
            continue
        for path in sorted(folder.glob("*.toml")):
            try:
                loaded = read_theme(path)
            except (ThemeRefused, OSError) as cause:
                reason = cause.strerror if isinstance(cause, OSError) and cause.strerror else str(cause)
                complaints.append(_("Tema {file} tidak dipakai: {reason}").format(file=path, reason=reason))
            else:
                themes[loaded.theme.name] = loaded
    return LoadedThemes(themes, tuple(complaints))


def read_theme(path: Path) -> LoadedTheme:
    """One theme file; raises ThemeRefused with the reason."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as cause:
        raise ThemeRefused(_("bukan UTF-8")) from cause
    except tomllib.TOMLDecodeError as cause:
        raise ThemeRefused(_("TOML tidak sah: {reason}").format(reason=cause)) from cause
    _only(data, _TOP, "")
    name = data.get("name", path.stem)
    if not isinstance(name, str) or not name.isidentifier():
        raise ThemeRefused(_("name harus satu kata"))
    colors = _colors(_table(data, "colors"))
    if "primary" not in colors:
        raise ThemeRefused(_("colors.primary tidak ada"))
    ansi = _flag(data, "ansi", False)
    variables = dict(_ANSI_VARIABLES) if ansi else {}
    variables |= {key: _text(value, f"variables.{key}") for key, value in _table(data, "variables").items()}
    theme = Theme(
        name=name,
        dark=_flag(data, "dark", True),
        ansi=ansi,
        variables=variables,
        **colors,  # pyright: ignore[reportArgumentType]
    )
    title = _text(data.get("title", name), "title")
    return LoadedTheme(theme, title, _text(data.get("title_en", title), "title_en"), _tones(data), path)


def _table(data: dict[str, Any], name: str) -> dict[str, Any]:
    found: Any = data.get(name, {})
    if not isinstance(found, dict):
        raise ThemeRefused(_("{name} harus sebuah tabel").format(name=name))
    return cast("dict[str, Any]", found)


def _flag(data: dict[str, Any], name: str, default: bool) -> bool:
    found = data.get(name, default)
    if not isinstance(found, bool):
        raise ThemeRefused(_("{name} harus true atau false").format(name=name))
    return found


def _text(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise ThemeRefused(_("{name} harus teks").format(name=name))
    return value


def _only(data: dict[str, Any], known: tuple[str, ...], table: str) -> None:
    for key in data:
        if key not in known:
            raise ThemeRefused(_("kunci {key} tidak dikenal").format(key=table + key))


def _colors(table: dict[str, Any]) -> dict[str, str]:
    _only(table, _COLORS, "colors.")
    for key, value in table.items():
        try:
            Color.parse(_text(value, f"colors.{key}"))
        except ColorParseError as cause:
            raise ThemeRefused(_("colors.{key}: “{value}” bukan warna").format(key=key, value=value)) from cause
    return table


def _tones(data: dict[str, Any]) -> Tones:
    table = _table(data, "tones")
    _only(table, TONES, "tones.")
    for key, value in table.items():
        try:
            Style.parse(_text(value, f"tones.{key}"))
        except StyleSyntaxError as cause:
            raise ThemeRefused(_("tones.{key}: “{value}” bukan gaya").format(key=key, value=value)) from cause
    return {tone: str(table.get(tone, "")) for tone in TONES}
