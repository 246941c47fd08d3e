"""Colour themes: one TOML file each, built in (``themes/`` of the project) and the user's own in the config folder.

A bad file is named with line and reason and the others are loaded. ``[colors]`` are Textual's theme colours,
``[variables]`` its theme variables, ``[tones]`` the styles of meanings in tables: every theme names all of
:data:`TONES`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast, Final, NamedTuple

from rich.errors import StyleSyntaxError
from rich.style import Style
from textual.color import Color, ColorParseError
from textual.theme import Theme

from akk_tui.contract.errors import system_words
from akk_tui.domain import toml_lines
from akk_tui.i18n import gettext as _
from akk_tui.i18n import pick

DEFAULT_THEME: Final = "dark"
_ORDER: Final = ("dark", "light", "contrast", "colourblind", "ansi", "mono")
_FORMER: Final = {"malam": "dark", "siang": "light", "kontras": "contrast"}
"""Names that built-in themes had before; settings may still hold them."""
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
    """What is wrong with a theme file, in words; ``where`` is the key in it, ``line`` counts from 1."""

    def __init__(self, reason: str, *where: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.where = where
        self.line = line


def built_in_folder() -> Path:
    """Where the built-in themes are: beside this package in a wheel, at the top of a checkout."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "themes"
    return inside if inside.is_dir() else package.parent / "themes"


def plain_name(name: str) -> str:
    """The name of a theme today."""
    return _FORMER.get(name, name)


def load_themes(own: Path | None = None, built_in: Path | None = None) -> LoadedThemes:
    """The built-in themes and those of the folder ``own``, whose names win."""
    ours = read_folder(built_in or built_in_folder())
    if own is None:
        return ours
    theirs = read_folder(own)
    return LoadedThemes({**ours.themes, **theirs.themes}, (*ours.complaints, *theirs.complaints))


def read_folder(folder: Path) -> LoadedThemes:
    """The themes of one folder, none where there is no folder."""
    themes: dict[str, LoadedTheme] = {}
    complaints: list[str] = []
    for path in sorted(folder.glob("*.toml")) if folder.is_dir() else ():
        try:
            loaded = read_theme(path)
        except (ThemeRefused, OSError) as cause:
            complaints.append(_complaint(path, cause))
        else:
            themes[loaded.theme.name] = loaded
    return LoadedThemes(themes, tuple(complaints))


def _complaint(path: Path, cause: ThemeRefused | OSError) -> str:
    if isinstance(cause, ThemeRefused) and cause.line is not None:
        words = _("Tema {file}, baris {line}, tidak dipakai: {reason}")
        return words.format(file=path, line=cause.line, reason=cause)
    reason = cause.strerror if isinstance(cause, OSError) and cause.strerror else str(cause)
    return _("Tema {file} tidak dipakai: {reason}").format(file=path, reason=_(system_words(reason)))


class ThemeShelf:
    """The themes that can be worn; the user's own are read again when a file of their folder is saved."""

    def __init__(self, own: Path | None) -> None:
        self._own = own
        ours = read_folder(built_in_folder())
        shown = sorted(ours.themes, key=lambda name: _ORDER.index(name) if name in _ORDER else len(_ORDER))
        self._built_in = LoadedThemes({name: ours.themes[name] for name in shown}, ours.complaints)
        self._seen = self._state()
        self._files: dict[Path, LoadedTheme] = {}
        self.loaded = self._built_in
        self._read()

    def poll(self) -> tuple[str, ...] | None:
        """Read the user's themes again if a file came, went or changed; else None.

        A sentence for each of these that is bad: those that are as they were have been complained of.
        """
        before, self._seen = self._seen, self._state()
        if self._seen == before:
            return None
        return tuple(words for name, words in self._read().items() if self._seen[name] != before.get(name))

    def _state(self) -> Mapping[str, tuple[int, int]]:
        """Names with size and time; one look into one folder."""
        if self._own is None:
            return {}
        import os

        try:
            with os.scandir(self._own) as found:
                stats = {entry.name: entry.stat() for entry in found if entry.name.endswith(".toml")}
        except OSError:
            return {}
        return {name: (stat.st_size, stat.st_mtime_ns) for name, stat in stats.items()}

    def _read(self) -> dict[str, str]:
        """Read the user's files; of one that is bad now the last good reading stays. A sentence for each bad one."""
        found: dict[Path, LoadedTheme] = {}
        complaints: dict[str, str] = {}
        for name in sorted(self._seen):
            path = Path(str(self._own)) / name
            try:
                found[path] = read_theme(path)
            except (ThemeRefused, OSError) as cause:
                complaints[name] = _complaint(path, cause)
                if path in self._files:
                    found[path] = self._files[path]
        self._files = found
        own = {loaded.theme.name: loaded for loaded in found.values()}
        self.loaded = LoadedThemes({**self._built_in.themes, **own}, (*self._built_in.complaints, *complaints.values()))
        return complaints


def read_theme(path: Path) -> LoadedTheme:
    """One theme file; raises ThemeRefused with the reason and, where one is at fault, the line."""
    raw = path.read_bytes()
    try:
        text = raw.decode()
    except UnicodeDecodeError as cause:
        raise ThemeRefused(_("bukan UTF-8"), line=raw.count(b"\n", 0, cause.start) + 1) from cause
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as cause:
        raise _bad_toml(cause, text) from cause
    try:
        return _theme(data, path)
    except ThemeRefused as cause:
        if cause.where:
            cause.line = toml_lines.find(toml_lines.lines_of(text), cause.where)
        raise


def _bad_toml(cause: Exception, text: str) -> ThemeRefused:
    from akk_tui.contract.toml_faults import fault

    found = fault(text, cause)
    words = _("kolom {column}: {reason}").format(column=found.column, reason=_(found.reason))
    return ThemeRefused(words, line=found.line)


def _theme(data: dict[str, Any], path: Path) -> LoadedTheme:
    _only(data, _TOP)
    name = data.get("name", path.stem)
    if not isinstance(name, str) or not name.isidentifier():
        raise ThemeRefused(_("name harus satu kata"), *(("name",) if "name" in data else ()))
    colors = _colors(_table(data, "colors"))
    if "primary" not in colors:
        raise ThemeRefused(_("colors.primary tidak ada"))
    ansi = _flag(data, "ansi", False)
    variables = dict(_ANSI_VARIABLES) if ansi else {}
    variables |= _variables(_table(data, "variables"))
    theme = Theme(
        name=name,
        dark=_flag(data, "dark", True),
        ansi=ansi,
        variables=variables,
        **colors,  # pyright: ignore[reportArgumentType]
    )
    title = _text(data.get("title", name), "title")
    return LoadedTheme(theme, title, _text(data.get("title_en", title), "title_en"), _tones(data), path)


_VARIABLE: Final = re.compile(r"[a-z][a-z0-9-]*\Z")


def _variables(table: dict[str, Any]) -> dict[str, str]:
    """Theme variables: names of the style language, and values in which nothing can end a declaration."""
    for key, value in table.items():
        text = _text(value, "variables", key)
        if not _VARIABLE.match(key) or any(char in text for char in ";{}$\n"):
            raise ThemeRefused(_("variables.{key}: “{value}” tidak sah").format(key=key, value=text), "variables", key)
        if "style" not in key:
            try:
                Color.parse(text.partition(" ")[0])
            except ColorParseError as cause:
                words = _("variables.{key}: “{value}” bukan warna").format(key=key, value=text)
                raise ThemeRefused(words, "variables", key) from cause
    return table


def _table(data: dict[str, Any], name: str) -> dict[str, Any]:
    found: Any = data.get(name, {})
    if not isinstance(found, dict):
        raise ThemeRefused(_("{name} harus sebuah tabel").format(name=name), name)
    return cast("dict[str, Any]", found)


def _flag(data: dict[str, Any], name: str, default: bool) -> bool:
    found = data.get(name, default)
    if not isinstance(found, bool):
        raise ThemeRefused(_("{name} harus true atau false").format(name=name), name)
    return found


def _text(value: object, *where: str) -> str:
    if not isinstance(value, str):
        raise ThemeRefused(_("{name} harus teks").format(name=".".join(where)), *where)
    return value


def _only(data: dict[str, Any], known: tuple[str, ...], *table: str) -> None:
    for key in data:
        if key not in known:
            raise ThemeRefused(_("kunci {key} tidak dikenal").format(key=".".join((*table, key))), *table, key)


def _colors(table: dict[str, Any]) -> dict[str, str]:
    _only(table, _COLORS, "colors")
    for key, value in table.items():
        try:
            Color.parse(_text(value, "colors", key))
        except ColorParseError as cause:
            words = _("colors.{key}: “{value}” bukan warna").format(key=key, value=value)
            raise ThemeRefused(words, "colors", key) from cause
    return table


def _tones(data: dict[str, Any]) -> Tones:
    table = _table(data, "tones")
    _only(table, TONES, "tones")
    for key, value in table.items():
        try:
            Style.parse(_text(value, "tones", key))
        except StyleSyntaxError as cause:
            words = _("tones.{key}: “{value}” bukan gaya").format(key=key, value=value)
            raise ThemeRefused(words, "tones", key) from cause
    return {tone: str(table.get(tone, "")) for tone in TONES}
