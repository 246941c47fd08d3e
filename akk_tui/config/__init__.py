"""The settings file: ``config.toml`` of the profile, a contract and not a wish list.

Unknown keys and wrong values are refused with file, line and the nearest known name. Every value can be told
where it came from; the list of them is :mod:`akk_tui.config.schema`. ``[keys]`` holds ``command = "key"`` pairs whose
names the command registry checks.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast, Final

from msgspec import Struct

from akk_tui.config.errors import (
    BadToml,
    ConfigError,
    ConfigUnreadable,
    FileKept,
    MisspeltSetting,
    NoSuchSetting,
    NotAllowed,
    UnknownSetting,
    WrongSetting,
)
from akk_tui.config.schema import BY_NAME, KEY, Refused, Setting, SETTINGS
from akk_tui.contract.errors import N_
from akk_tui.contract.text import clean
from akk_tui.paths import Paths, write_private

__all__ = [
    "SETTINGS",
    "BadToml",
    "ConfigError",
    "ConfigUnreadable",
    "EncryptionSettings",
    "FileKept",
    "LockSettings",
    "MisspeltSetting",
    "NoSuchSetting",
    "NotAllowed",
    "RetentionSettings",
    "ServerSettings",
    "Setting",
    "Settings",
    "Shown",
    "SignInSettings",
    "SyncSettings",
    "UiSettings",
    "UnknownSetting",
    "WrongSetting",
    "checked",
    "load",
    "names",
    "overruled",
    "set_value",
    "show",
    "validate",
]


class ServerSettings(Struct, frozen=True):
    """``[server]``: where to sync. ``ca_file`` and ``proxy`` are used instead of the environment's.

    ``pins``: the keys that the server may show (:mod:`akk_tui.sync.pins`); empty: any with a trusted certificate.
    """

    url: str | None = None
    ca_file: Path | None = None
    proxy: str | None = None
    pins: tuple[str, ...] = ()


class SignInSettings(Struct, frozen=True):
    """``[sign_in]``: ``store`` is auto, keyring, runtime or file; ``token_command`` a program with its arguments."""

    store: str = "auto"
    token_command: tuple[str, ...] = ()


class UiSettings(Struct, frozen=True):
    """``[ui]``: ``lang`` None is the locale's; ``density`` normal or compact; ``glyphs`` auto, unicode or ascii.

    ``link`` is auto, fast or slow; ``keymap`` default or vim. Columns: empty for the usual ones. ``clipboard``: whether
    what is copied also goes to the terminal's clipboard.
    """

    lang: str | None = None
    theme: str = "dark"
    density: str = "normal"
    glyphs: str = "auto"
    link: str = "auto"
    mouse: bool = True
    keymap: str = "default"
    dashboard_columns: tuple[str, ...] = ()
    regions_columns: tuple[str, ...] = ()
    clipboard: bool = True


class SyncSettings(Struct, frozen=True):
    """``[sync]``: background rhythm in minutes (0 is off); ``cycles`` empty means all open ones."""

    every_minutes: int = 5
    at_start: bool = True
    cycles: tuple[str, ...] = ()


class LockSettings(Struct, frozen=True):
    """``[lock]``: after how many minutes without a key the app hides what it shows (0: never)."""

    minutes: int = 0


class RetentionSettings(Struct, frozen=True):
    """``[retention]``: after how many days without the server its data are let go (0: never)."""

    days: int = 0


class EncryptionSettings(Struct, frozen=True):
    """``[encryption]``: the argument list of the command that prints the key of an encrypted profile."""

    key_command: tuple[str, ...] = ()


class Settings(Struct, frozen=True):
    """All settings; ``sources`` tells for each dotted name that was set its ``file:line``."""

    server: ServerSettings = ServerSettings()
    sign_in: SignInSettings = SignInSettings()
    ui: UiSettings = UiSettings()
    sync: SyncSettings = SyncSettings()
    lock: LockSettings = LockSettings()
    retention: RetentionSettings = RetentionSettings()
    encryption: EncryptionSettings = EncryptionSettings()
    keys: Mapping[str, str] = {}
    sources: Mapping[str, str] = {}

    def get(self, name: str) -> Any:
        """The value of a dotted name; KeyError when there is none."""
        section, _, key = name.partition(".")
        if section == "keys":
            return self.keys[key]
        if name not in BY_NAME:
            raise KeyError(name)
        return getattr(getattr(self, section), key)

    def asked(self, name: str) -> bool:
        """Whether the file says something about a dotted name."""
        return name in self.sources

    def source(self, name: str) -> str:
        """Where the value of a dotted name came from: ``default`` or ``file:line``."""
        return self.sources.get(name, "default")


class Shown:
    """One setting as it is listed: its value as TOML would hold it, None when nothing is set."""

    __slots__ = ("name", "source", "value")

    def __init__(self, name: str, value: Any, source: str) -> None:
        self.name = name
        self.value = value
        self.source = source


_SECTIONS: Final = {
    "server": ServerSettings,
    "sign_in": SignInSettings,
    "ui": UiSettings,
    "sync": SyncSettings,
    "lock": LockSettings,
    "retention": RetentionSettings,
    "encryption": EncryptionSettings,
}


def names() -> tuple[str, ...]:
    """The dotted names of all settings but those of ``[keys]``."""
    return tuple(BY_NAME)


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


def overruled(name: str, env: Mapping[str, str] | None = None) -> tuple[str, str] | None:
    """The environment variable that decides in place of a setting, with the value it gives; None: none does."""
    found = env if env is not None else os.environ
    if name == "ui.glyphs" and found.get("AKK_GLYPHS") in ("ascii", "unicode"):
        return "AKK_GLYPHS", found["AKK_GLYPHS"]
    if name == "ui.theme" and found.get("NO_COLOR"):
        return "NO_COLOR", "mono"
    return None


def show(settings: Settings, env: Mapping[str, str] | None = None) -> tuple[Shown, ...]:
    """Every setting in a fixed order with the value in force (paths as text, lists as lists) and its source."""
    rows: list[Shown] = []
    for name in BY_NAME:
        by_env = overruled(name, env)
        if by_env is not None:
            rows.append(Shown(name, by_env[1], f"environment:{by_env[0]}"))
        else:
            rows.append(Shown(name, _plain(settings.get(name)), settings.source(name)))
    rows += [Shown(f"keys.{key}", settings.keys[key], settings.source(f"keys.{key}")) for key in sorted(settings.keys)]
    return tuple(rows)


def checked(name: str, text: str) -> Any:
    """What ``text`` means for the dotted ``name``, in TOML's form; raises NoSuchSetting, NotAllowed."""
    section, _, key = name.partition(".")
    setting = BY_NAME.get(name)
    form = KEY if section == "keys" and key else setting.form if setting else None
    if form is None:
        raise NoSuchSetting(key=clean(name), nearest=_nearest(name) or next(iter(BY_NAME)))
    try:
        value = form.read(text)
        form.check(value)
    except Refused:
        raise NotAllowed(key=name, value=clean(text)[:60], allowed=form.allowed) from None
    return value


def set_value(paths: Paths, name: str, text: str) -> Settings:
    """Set one dotted name to what ``text`` says and write the file in one step; empty text takes it out again.

    Comments and order of the file stay: one line of it changes. Where that cannot be done the file is left as it is
    (FileKept). Raises ConfigError too, and PathRefused where the folder cannot be written.
    """
    value = checked(name, text) if text.strip() else None
    if value is None and name not in BY_NAME:
        checked(name, "x")
    load(paths)
    file = paths.config_file
    before = _raw(file).decode()
    from akk_tui.config import edit

    after = edit.changed(before, name, value)
    if after is None and "#" not in before:
        # Nothing but values: the file may be written anew.
        document = _parse(file, before.encode())
        after = _rewritten(document, name, value)
    elif after is not None and "#" not in after and not edit.flat(_parse(file, after.encode())):
        after = ""
    if after is None:
        section, _, key = name.partition(".")
        line = edit.line(key, "" if value is None else value)
        raise FileKept(file=file, section=section, line=line if value is not None else f"# {line.partition(' =')[0]}")
    if after != before:
        write_private(file, after.encode())
    return load(paths)


def _rewritten(document: dict[str, Any], name: str, value: Any) -> str:
    """A whole file with the values of ``document`` and the change."""
    import tomli_w

    found = dict(_flat(document))
    found[name] = value
    anew: dict[str, dict[str, Any]] = {}
    for known, setting in found.items():
        section, _, key = known.partition(".")
        if setting is not None:
            anew.setdefault(section, {})[key] = setting
    return tomli_w.dumps(anew)


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
        raise ConfigError(file=file, line=line, reason=N_("bukan teks UTF-8")) from cause
    except (ValueError, RecursionError) as cause:
        from akk_tui.contract.toml_faults import fault

        found = fault(raw.decode(), cause)
        raise BadToml(file=file, line=found.line, column=found.column, reason=found.reason) from cause


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
    setting = BY_NAME.get(name)
    form = KEY if section == "keys" and key else setting.form if setting else None
    if form is None:
        nearest = _nearest(name)
        if nearest is None:
            raise UnknownSetting(file=file, line=line, key=clean(name))
        raise MisspeltSetting(file=file, line=line, key=clean(name), nearest=nearest)
    try:
        return form.check(value)
    except Refused:
        shown = clean(str(value))[:60]
        raise WrongSetting(file=file, line=line, key=clean(name), value=shown, allowed=form.allowed) from None


def _nearest(name: str) -> str | None:
    """The known name that ``name`` resembles: as a whole, or by its last part under another section."""
    from difflib import get_close_matches

    by_tail = {known.partition(".")[2]: known for known in BY_NAME}
    section, _, tail = name.rpartition(".")
    if tail in by_tail:
        return by_tail[tail]
    known = BY_NAME if section in _SECTIONS else (*_SECTIONS, "keys", *BY_NAME)
    whole = get_close_matches(name, [word for word in known if word != name], 1, 0.6)
    near = whole or [by_tail[word] for word in get_close_matches(tail, by_tail, 1, 0.6)]
    return near[0] if near else None


_TABLE: Final = r"\s*\[+\s*([^\]]+?)\s*\]+"
_PAIR: Final = r"\s*((?:[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*'))*)\s*="


def _line_of(lines: list[str], name: str) -> int:
    """The line where ``name`` is set; for a key in an inline table, the line where that begins; else 1."""
    table, best, length = "", 1, 0
    for number, line in enumerate(lines, 1):
        here = None
        if opened := re.match(_TABLE, line):
            here = table = _bare(opened[1])
        elif pair := re.match(_PAIR, line):
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
