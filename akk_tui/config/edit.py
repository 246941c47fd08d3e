"""A change of one setting in the text of a TOML file that leaves everything else as the user wrote it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import tomli_w

_BARE: Final = re.compile(r"[A-Za-z0-9_-]+\Z")


class _Pair(NamedTuple):
    """``name = value`` in the text: its dotted name with its table's, and the offsets of name, value and end."""

    name: str
    table: str
    start: int
    value: int
    stop: int


class _Scan(NamedTuple):
    """The pairs of a text and where each table's header begins and ends."""

    pairs: tuple[_Pair, ...]
    tables: Mapping[str, int]


def changed(text: str, name: str, value: Any) -> str | None:
    """``text`` with the dotted ``name`` set to ``value`` (None: taken out); None where no small edit means that.

    ``text`` must be valid TOML. The result, read again, differs from ``text`` in that one name alone.
    """
    wanted = flat(tomllib.loads(text))
    if value is None:
        wanted.pop(name, None)
    else:
        wanted[name] = value
    made = _attempt(text, name, value)
    if made is None:
        return None
    try:
        return made if flat(tomllib.loads(made)) == wanted else None
    except tomllib.TOMLDecodeError:
        return None


def flat(document: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Every value of a document by its dotted name; empty tables are nothing."""
    found: dict[str, Any] = {}
    for key, value in document.items():
        if isinstance(value, dict):
            found |= flat(value, f"{prefix}{key}.")  # pyright: ignore[reportUnknownArgumentType]
        else:
            found[prefix + key] = value
    return found


def line(key: str, value: Any) -> str:
    """``key = value`` as TOML on one line."""
    return f"{_key(key)} = {_literal(value)}"


def _key(key: str) -> str:
    return key if _BARE.match(key) else tomli_w.dumps({key: 0}).partition(" = ")[0]


def _literal(value: Any) -> str:
    if isinstance(value, list):
        parts: list[Any] = value  # pyright: ignore[reportUnknownVariableType]
        return f"[{', '.join(_literal(part) for part in parts)}]"
    return tomli_w.dumps({"v": value}).partition(" = ")[2].strip()


def _attempt(text: str, name: str, value: Any) -> str | None:
    try:
        scan = _scan(text)
    except (IndexError, ValueError):
        return None
    at = next((pair for pair in scan.pairs if pair.name == name), None)
    if at is None:
        return text if value is None else _inserted(text, scan, name, value)
    if value is not None:
        return text[: at.value] + _literal(value) + text[at.stop :]
    begin = text.rfind("\n", 0, at.start) + 1
    end = text.find("\n", at.stop)
    end = len(text) if end < 0 else end + 1
    rest = text[at.stop : end].strip()
    return text[:begin] + (rest + _newline(text) if rest.startswith("#") else "") + text[end:]


def _inserted(text: str, scan: _Scan, name: str, value: Any) -> str:
    section, _dot, key = name.partition(".")
    newline = _newline(text)
    inside = [pair for pair in scan.pairs if pair.table == section]
    beside = [pair for pair in scan.pairs if not pair.table and pair.name.startswith(section + ".")]
    if section in scan.tables:
        after = inside[-1].stop if inside else scan.tables[section]
        new = line(key, value)
    elif beside:
        after, new = beside[-1].stop, f"{section}.{line(key, value)}"
    else:
        head = text if not text or text.endswith("\n") else text + newline
        return f"{head}{newline if head.strip() else ''}[{section}]{newline}{line(key, value)}{newline}"
    end = text.find("\n", after)
    if end < 0:
        return text + newline + new + newline
    return text[: end + 1] + new + newline + text[end + 1 :]


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _scan(text: str) -> _Scan:
    pairs: list[_Pair] = []
    tables: dict[str, int] = {}
    table, at = "", 0
    while at < len(text):
        if text[at] == "#":
            at = _line_end(text, at)
        elif text[at] in " \t\r\n":
            at += 1
        elif text[at] == "[":
            if text[at + 1] == "[":
                raise ValueError("an array of tables is no part of the settings")
            stop = _key_end(text, at + 1, "]")
            table = _dotted(text[at + 1 : stop])
            at = tables[table] = stop + 1
        else:
            equals = _key_end(text, at, "=")
            value = equals + 1
            while text[value] in " \t":
                value += 1
            stop = _value_end(text, value)
            own = _dotted(text[at:equals])
            pairs.append(_Pair(f"{table}.{own}" if table else own, table, at, value, stop))
            at = stop
    return _Scan(tuple(pairs), tables)


def _dotted(key: str) -> str:
    """``a . "b.c"`` as ``a.b.c``."""
    return next(iter(flat(tomllib.loads(f"{key} = 0"))))


def _line_end(text: str, at: int) -> int:
    found = text.find("\n", at)
    return len(text) if found < 0 else found


def _key_end(text: str, at: int, stop: str) -> int:
    while text[at] != stop:
        at = _string_end(text, at) if text[at] in "\"'" else at + 1
    return at


def _string_end(text: str, at: int) -> int:
    quote = text[at]
    mark = quote * 3 if text.startswith(quote * 3, at) else quote
    at += len(mark)
    while not text.startswith(mark, at):
        at += 2 if quote == '"' and text[at] == "\\" else 1
    at += len(mark)
    while len(mark) == 3 and text.startswith(quote, at):
        at += 1
    return at


def _value_end(text: str, at: int) -> int:
    if text[at] in "\"'":
        return _string_end(text, at)
    if text[at] not in "[{":
        end = at
        while end < len(text) and text[end] not in "#\n":
            end += 1
        return at + len(text[at:end].rstrip())
    depth = 0
    while True:
        char = text[at]
        if char in "\"'":
            at = _string_end(text, at)
            continue
        if char == "#":
            at = _line_end(text, at)
            continue
        depth += (char in "[{") - (char in "]}")
        at += 1
        if not depth:
            return at
