"""The settings file: ``config.toml`` of the profile, a contract and not a wish list.

Unknown keys and wrong values are refused with file, line and the nearest known name. Every value can be told
where it came from. ``[keys]`` holds ``command = "key"`` pairs whose names the command registry checks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast, Final, NamedTuple

from akk_tui.contract.errors import AkkError, N_
from akk_tui.contract.text import clean
from akk_tui.paths import Paths, write_private


class ConfigError(AkkError):
    """A settings file that cannot be read as TOML; ``file``, ``line``, ``reason``."""

    code = "config"
    text = N_("{file}, baris {line}: {reason}")


class UnknownSetting(ConfigError):
    """A key that is not a setting and resembles none."""

    text = N_("{file}, baris {line}: setelan “{key}” tidak dikenal. Daftarnya: akk-tui config show")


class MisspeltSetting(ConfigError):
    """A key that is not a setting but resembles one."""

    text = N_("{file}, baris {line}: setelan “{key}” tidak dikenal. Mungkin maksudnya “{nearest}”?")


class WrongSetting(ConfigError):
    """A value that its setting does not take."""

    text = N_("{file}, baris {line}: {key} = {value} tidak sah. Yang diterima: {allowed}")


class ConfigUnreadable(ConfigError):
    """The file is there but the system refuses it."""

    text = N_("{file} tidak dapat dibaca: {reason}")


class NoSuchSetting(ConfigError):
    """A name given on the command line that is not a setting."""

    exit_code = 2
    text = N_("Setelan “{key}” tidak dikenal. Mungkin maksudnya “{nearest}”? Daftarnya: akk-tui config show")


class NotAllowed(ConfigError):
    """A value given on the command line that its setting does not take."""

    exit_code = 2
    text = N_("{key} = {value} tidak sah. Yang diterima: {allowed}")


class ServerSettings(NamedTuple):
    """``[server]``: where to sync. ``ca_file`` and ``proxy`` are used instead of the environment's."""

    url: str | None = None
    ca_file: Path | None = None
    proxy: str | None = None


class UiSettings(NamedTuple):
    """``[ui]``: ``lang`` None is the locale's; ``density`` normal or compact; ``glyphs`` auto, unicode or ascii."""

    lang: str | None = None
    theme: str = "dark"
    density: str = "normal"
    glyphs: str = "auto"


class SyncSettings(NamedTuple):
    """``[sync]``: background rhythm in minutes (0 is off); ``cycles`` empty means all open ones."""

    every_minutes: int = 5
    at_start: bool = True
    cycles: tuple[str, ...] = ()


class Settings(NamedTuple):
    """All settings; ``sources`` tells for each dotted name that was set its ``file:line``."""

    server: ServerSettings = ServerSettings()
    ui: UiSettings = UiSettings()
    sync: SyncSettings = SyncSettings()
    keys: Mapping[str, str] = {}
    sources: Mapping[str, str] = {}

    def get(self, name: str) -> Any:
        """The value of a dotted name; KeyError when there is none."""
        section, _, key = name.partition(".")
        if section == "keys":
            return self.keys[key]
        if name not in _FORMS:
            raise KeyError(name)
        return getattr(getattr(self, section), key)

    def source(self, name: str) -> str:
        """Where the value of a dotted name came from: ``default`` or ``file:line``."""
        return self.sources.get(name, "default")


class Shown(NamedTuple):
    """One setting as it is listed: its value as TOML would hold it, None when nothing is set."""

    name: str
    value: Any
    source: str


class _Form(NamedTuple):
    """How one setting's value is checked, how its words are read, and what it takes (shown in an error)."""

    check: Callable[[Any], Any]
    read: Callable[[str], Any]
    allowed: str


class _Refused(ValueError):
    pass


def _choice(*words: str) -> _Form:
    def check(value: Any) -> str:
        if value not in words:
            raise _Refused
        return str(value)

    return _Form(check, str.strip, ", ".join(words))


def _text(pattern: str, allowed: str) -> _Form:
    known = re.compile(pattern + r"\Z")

    def check(value: Any) -> str:
        if not isinstance(value, str) or not known.match(value) or clean(value) != value:
            raise _Refused
        return value

    return _Form(check, str.strip, allowed)


def _path(value: Any) -> Path:
    if not isinstance(value, str) or not value.strip() or clean(value) != value:
        raise _Refused
    return Path(value).expanduser()


def _minutes(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 1440:
        raise _Refused
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise _Refused
    return value


def _cycles(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise _Refused
    found: list[Any] = value  # pyright: ignore[reportUnknownVariableType]
    if not all(isinstance(part, str) and re.match(r"\d{4}\Z", part) for part in found):
        raise _Refused
    return tuple(found)


def _read_int(text: str) -> int:
    if not re.match(r"\d{1,6}\Z", text.strip()):
        raise _Refused
    return int(text)


def _read_flag(text: str) -> bool:
    word = text.strip().lower()
    if word not in ("true", "false", "ya", "tidak", "1", "0", "yes", "no"):
        raise _Refused
    return word in ("true", "ya", "1", "yes")


def _read_list(text: str) -> list[str]:
    return [part for part in re.split(r"[\s,]+", text.strip()) if part]


_URL: Final = r"https?://[^\s/@?#]+(/[^\s@?#]*)?"
_KEY: Final = _text(r"[^\s]{1,60}", "f5, ctrl+r, g")
_FORMS: Final[Mapping[str, _Form]] = {
    "server.url": _text(_URL, "https://…"),
    "server.ca_file": _Form(_path, str.strip, "/…/ca.pem"),
    "server.proxy": _text(_URL, "http://…:3128"),
    "ui.lang": _choice("id", "en"),
    "ui.theme": _text(r"[A-Za-z0-9][A-Za-z0-9_-]{0,40}", "dark, light, …"),
    "ui.density": _choice("normal", "compact"),
    "ui.glyphs": _choice("auto", "unicode", "ascii"),
    "sync.every_minutes": _Form(_minutes, _read_int, "0–1440"),
    "sync.at_start": _Form(_flag, _read_flag, "true, false"),
    "sync.cycles": _Form(_cycles, _read_list, '["2025", …]'),
}
_SECTIONS: Final = {"server": ServerSettings, "ui": UiSettings, "sync": SyncSettings}


def names() -> tuple[str, ...]:
    """The dotted names of all settings but those of ``[keys]``."""
    return tuple(_FORMS)


def load(paths: Paths) -> Settings:
    """The settings of a profile, defaults where the file says nothing; raises ConfigError."""
    file = paths.config_file
    raw = _raw(file)
    if not raw:
        return Settings()
    lines = raw.decode("utf-8", "replace").splitlines()
    found: dict[str, dict[str, Any]] = {name: {} for name in (*_SECTIONS, "keys")}
    sources: dict[str, str] = {}
    for name, value in _flat(_parse(file, raw)):
        line = _line_of(lines, name)
        found_section, _, key = name.partition(".")
        found[found_section][key] = _checked(file, line, name, value)
        sources[name] = f"{file}:{line}"
    made = {name: made_of(**found[name]) for name, made_of in _SECTIONS.items()}
    return Settings(**made, keys=found["keys"], sources=sources)  # pyright: ignore[reportArgumentType]


def validate(paths: Paths) -> Settings:
    """Read the file for its faults alone; raises the first one as ConfigError."""
    return load(paths)


def show(settings: Settings) -> tuple[Shown, ...]:
    """Every setting in a fixed order with its value (paths as text, lists as lists) and its source."""
    rows = [Shown(name, _plain(settings.get(name)), settings.source(name)) for name in _FORMS]
    rows += [Shown(f"keys.{key}", settings.keys[key], settings.source(f"keys.{key}")) for key in sorted(settings.keys)]
    return tuple(rows)


def set_value(paths: Paths, name: str, text: str) -> Settings:
    """Set one dotted name to what ``text`` says and write the file in one step; empty text takes it out again.

    The file is written anew: its order is kept, its comments are not. Raises ConfigError, and PathRefused where
    the folder cannot be written.
    """
    section, _, key = name.partition(".")
    form = _KEY if section == "keys" and key else _FORMS.get(name)
    if form is None:
        raise NoSuchSetting(key=clean(name), nearest=_nearest(name) or next(iter(_FORMS)))
    load(paths)
    file = paths.config_file
    document = _parse(file, _raw(file))
    part: dict[str, Any] = document.setdefault(section, {})
    if section == "keys":
        part = document["keys"] = {found.partition(".")[2]: value for found, value in _flat({"keys": part})}
    if text.strip():
        try:
            value = form.read(text)
            form.check(value)
        except _Refused:
            raise NotAllowed(key=name, value=clean(text)[:60], allowed=form.allowed) from None
        part[key] = value
    else:
        part.pop(key, None)
        if not part:
            del document[section]
    import tomli_w

    write_private(file, tomli_w.dumps(document).encode())
    return load(paths)


def _raw(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return b""
    except OSError as cause:
        raise ConfigUnreadable(file=file, reason=cause.strerror or str(cause), line=0) from cause


def _parse(file: Path, raw: bytes) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(raw.decode())
    except UnicodeDecodeError as cause:
        line = raw.count(b"\n", 0, cause.start) + 1
        raise ConfigError(file=file, line=line, reason="UTF-8") from cause
    except (tomllib.TOMLDecodeError, RecursionError) as cause:
        words = clean(str(cause))
        at = re.search(r"\(at line (\d+)", words)
        line = int(at[1]) if at else raw.count(b"\n") + (not raw.endswith(b"\n"))
        raise ConfigError(file=file, line=line, reason=words.partition(" (at ")[0][:200]) from cause


def _flat(document: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Dotted names with values. A section is opened one level, ``[keys]`` all the way (``sync.now`` may nest)."""
    pairs: list[tuple[str, Any]] = []

    def open_up(name: str, value: Any) -> None:
        if isinstance(value, dict) and (name in _SECTIONS or name.partition(".")[0] == "keys"):
            inner: dict[str, Any] = value  # pyright: ignore[reportUnknownVariableType]
            for key, part in inner.items():
                open_up(f"{name}.{key}", part)
        else:
            pairs.append((name, cast("Any", value)))

    for name, value in document.items():
        open_up(name, value)
    return pairs


def _checked(file: Path, line: int, name: str, value: Any) -> Any:
    section, _, key = name.partition(".")
    form = _KEY if section == "keys" and key else _FORMS.get(name)
    if form is None:
        nearest = _nearest(name)
        if nearest is None:
            raise UnknownSetting(file=file, line=line, key=clean(name))
        raise MisspeltSetting(file=file, line=line, key=clean(name), nearest=nearest)
    try:
        return form.check(value)
    except _Refused:
        shown = clean(str(value))[:60]
        raise WrongSetting(file=file, line=line, key=clean(name), value=shown, allowed=form.allowed) from None


def _nearest(name: str) -> str | None:
    """The known name that ``name`` resembles: as a whole, or by its last part under another section."""
    from difflib import get_close_matches

    by_tail = {known.partition(".")[2]: known for known in _FORMS}
    section, _, tail = name.rpartition(".")
    if tail in by_tail:
        return by_tail[tail]
    known = _FORMS if section in _SECTIONS else (*_SECTIONS, "keys", *_FORMS)
    whole = get_close_matches(name, [word for word in known if word != name], 1, 0.6)
    near = whole or [by_tail[word] for word in get_close_matches(tail, by_tail, 1, 0.6)]
    return near[0] if near else None


_TABLE: Final = re.compile(r"\s*\[+\s*([^\]]+?)\s*\]+")
_PAIR: Final = re.compile(
    r"\s*((?:[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*'))*)\s*="
)


def _line_of(lines: list[str], name: str) -> int:
    """The line where ``name`` is set; for a key in an inline table, the line where that begins; else 1."""
    table, best, length = "", 1, 0
    for number, line in enumerate(lines, 1):
        here = None
        if opened := _TABLE.match(line):
            here = table = _bare(opened[1])
        elif pair := _PAIR.match(line):
            here = f"{table}.{_bare(pair[1])}" if table else _bare(pair[1])
        if here and (name == here or name.startswith(here + ".")) and len(here) > length:
            best, length = number, len(here)
    return best


def _bare(name: str) -> str:
    return re.sub(r"\s*\.\s*", ".", name).replace('"', "").replace("'", "").strip()


def _plain(value: Any) -> Any:
    if isinstance(value, Path):
        return str(value)
    return list(value) if isinstance(value, tuple) else value  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
