"""Whether this version can read a row of the server, and what changed between two states of a row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from akk_tui.contract import ids, states
from akk_tui.contract.errors import BadKey
from akk_tui.contract.fields import KINDS

_UNIT: Final = re.compile(r"\d{4}:\d{2}\.\d{2}(?=:|\Z)")
_SHAPES: Final[dict[str, type | tuple[type, ...]]] = {
    "owners": list,
    "team": list,
    "tags": list,
    "institutions": list,
    "pic": dict,
    "year": int,
    "participants": int,
    "instrument": int,
    "retracted": bool,
    "deleted": bool,
}
_TEXT: Final = (str, bool, int)
_SILENT: Final = frozenset({"by", "at", "instrument", "cycle", "region"})
VALUE_CHARS: Final = 200


def unit_of(kind: str, key: str, data: dict[str, Any]) -> str:
    """The unit of a row, also of a kind that this version does not know; ``""`` when nothing tells."""
    found = _UNIT.match(key)
    if found:
        return found[0]
    made = f"{data.get('cycle')}:{data.get('region')}"
    return made if _UNIT.fullmatch(made) else ""


def unreadable(kind: str, key: str, data: dict[str, Any]) -> str | None:
    """Why this version cannot read a row; None when it can. Fields that it does not know are no hindrance."""
    if kind not in KINDS:
        return f"kind {kind}"
    try:
        place = ids.place(kind, key)
    except BadKey:
        return "key"
    if place is None and not unit_of(kind, key, data):
        return "unit"
    for name, value in data.items():
        shape = dict if name.startswith("evidence.") else _SHAPES.get(name)
        if shape is not None and not _is(value, shape):
            return name
        if shape is None and isinstance(value, (list, dict)) and _known_text(kind, name):
            return name
    if not isinstance(data.get("items", ""), str):
        return "items"
    return None


def _is(value: Any, shape: type | tuple[type, ...]) -> bool:
    return isinstance(value, shape) and (shape is bool or not isinstance(value, bool))


def _known_text(kind: str, name: str) -> bool:
    return any(field.pattern.match(name) for field in KINDS[kind])


def changes(old: dict[str, Any], new: dict[str, Any], items: dict[int, str]) -> Iterator[tuple[str, str | None]]:
    """The fields that differ, each with its new value as a short text; ``items`` maps a place to an item's id."""
    for name in sorted(old.keys() | new.keys()):
        if name in _SILENT or old.get(name) == new.get(name):
            continue
        if name == "items":
            before, after = str(old.get(name) or ""), str(new.get(name) or "")
            for pos in range(max(len(before), len(after))):
                state = states.unpack(after, pos)
                if state != states.unpack(before, pos):
                    yield (f"item.{items[pos]}" if pos in items else "items", state)
        else:
            yield name, _short(new.get(name))


def _short(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, list):
        value = ", ".join(str(part) for part in value)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    elif isinstance(value, dict):
        value = ", ".join(str(part) for part in value.values())  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return str(value)[:VALUE_CHARS]
