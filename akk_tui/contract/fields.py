"""What each kind of row holds, which fields are judged together, and the one form of every value.

A row is ``(kind, key)`` with flat fields; some field names carry ids (``item.2.4.1``, ``evidence.2.4.1.2``).
An absent row, an absent field and the field's empty value are the same value, see :func:`empty`.
:func:`canonical` brings a value into its one form before an edit is saved; the server refuses what is not in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final, Literal, NamedTuple

from akk_tui.contract import limits
from akk_tui.contract.errors import BadValue, N_, UnknownField
from akk_tui.contract.ids import CYCLE, REGION, UUID
from akk_tui.contract.states import ALL_STAGES, FOLLOWUP_STATES, ITEM_STATES, NOTHING
from akk_tui.contract.text import clean

Value = None | bool | int | str | list[str] | dict[str, str]
"""A field's value in its one form, as JSON carries it."""

Merge = Literal["conflict", "set", "text"]

EVIDENCE_KEYS: Final = ("title", "number", "date", "link", "capaian", "per", "photo")
PIC_KEYS: Final = ("name", "phone")
NOTE_SUBJECT: Final = re.compile(r"\d{2}\.\d{2}(:\d{1,2}\.\d{1,2})?\Z")
_ITEM: Final = r"\d{1,2}\.\d{1,2}\.\d{1,2}"


class Field(NamedTuple):
    """One field of a kind: the pattern of its name, its form, the group it is judged with, and how it merges."""

    pattern: re.Pattern[str]
    form: Callable[[Any], Value]
    group: tuple[str, ...] = ()
    merge: Merge = "conflict"
    immutable: bool = False


class _Wrong(ValueError):
    """The reason why a value is not in its form, as a catalogue sentence."""


def _line(value: Any) -> Value:
    text = clean(_text(value)).strip()
    if len(text) > limits.LINE_CHARS:
        raise _Wrong(N_("terlalu panjang"))
    return text or None


def _lines(value: Any) -> Value:
    text = clean(_text(value), lines=True)
    if len(text.encode()) > limits.TEXT_BYTES:
        raise _Wrong(N_("terlalu panjang"))
    return text if text.strip() else None


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise _Wrong(N_("bukan teks"))
    return value


def _date(value: Any) -> Value:
    text = _text(value).strip()
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise _Wrong(N_("tanggal ditulis TTTT-BB-HH")) from None


def _moment(value: Any) -> Value:
    text = _text(value).strip()
    if re.match(r"\d{4}-\d{2}-\d{2}\Z", text):
        return _date(text)
    try:
        return datetime.fromisoformat(text).isoformat(timespec="minutes")
    except ValueError:
        raise _Wrong(N_("tanggal ditulis TTTT-BB-HH")) from None


def decimal2(value: Any) -> str:
    """A number of 0 to 100 with two decimals (``92.15``); a decimal comma is read too."""
    text = str(value).strip().replace(",", ".")
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise _Wrong(N_("bukan angka")) from None
    if not number.is_finite() or not 0 <= number <= 100:
        raise _Wrong(N_("harus antara 0 dan 100"))
    return f"{number:.2f}"


def _score(value: Any) -> Value:
    if isinstance(value, bool) or not isinstance(value, (str, int, float, Decimal)):
        raise _Wrong(N_("bukan angka"))
    return decimal2(value)


def _year(value: Any) -> Value:
    if isinstance(value, str) and re.match(r"\d{4}\Z", value.strip()):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 1945 <= value <= 2999:
        raise _Wrong(N_("bukan tahun"))
    return value


def _count(value: Any) -> Value:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 1_000_000:
        raise _Wrong(N_("bukan bilangan"))
    return value


def _flag(value: Any) -> Value:
    if not isinstance(value, bool):
        raise _Wrong(N_("harus ya atau tidak"))
    return value or None


def _set(most: int) -> Callable[[Any], Value]:
    def form(value: Any) -> Value:
        if not isinstance(value, list):
            raise _Wrong(N_("bukan daftar"))
        parts = {str(part) for part in map(_line, value) if part}  # pyright: ignore[reportUnknownArgumentType]
        if len(parts) > most:
            raise _Wrong(N_("terlalu banyak"))
        return sorted(parts) or None

    return form


def _one_of(words: tuple[str, ...], empty_word: str | None = None) -> Callable[[Any], Value]:
    def form(value: Any) -> Value:
        if value not in words:
            raise _Wrong(", ".join(words))
        return None if value == empty_word else value

    return form


def _record(keys: tuple[str, ...], dates: tuple[str, ...] = ()) -> Callable[[Any], Value]:
    def form(value: Any) -> Value:
        if not isinstance(value, dict) or not set(value) <= set(keys):  # pyright: ignore[reportUnknownArgumentType]
            raise _Wrong(", ".join(keys))
        made: dict[str, str] = {}
        for name in keys:
            part = value.get(name)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
            kept = None if part in (None, "") else _date(part) if name in dates else _line(part)
            if isinstance(kept, str):
                made[name] = kept
        return made or None

    return form


def _matching(pattern: re.Pattern[str], reason: str) -> Callable[[Any], Value]:
    def form(value: Any) -> Value:
        if not pattern.match(_text(value)):
            raise _Wrong(reason)
        return value

    return form


def _subject(value: Any) -> Value:
    if not NOTE_SUBJECT.match(_text(value)) and not UUID.match(value):
        raise _Wrong(N_("bukan daerah, indikator atau kegiatan"))
    return value


def _item_state(value: Any) -> Value:
    if value not in ITEM_STATES:
        raise _Wrong(", ".join(ITEM_STATES))
    return value


def _f(
    name: str,
    form: Callable[[Any], Value],
    *,
    group: tuple[str, ...] = (),
    merge: Merge = "conflict",
    immutable: bool = False,
) -> Field:
    return Field(re.compile(name + r"\Z"), form, group, merge, immutable)


_PLACE: Final = (
    _f("cycle", _matching(CYCLE, N_("bukan tahun")), immutable=True),
    _f("region", _matching(REGION, N_("bukan kode daerah")), immutable=True),
)
_EVENT_TIME: Final = ("start", "end", "zone")
_OFFICIAL: Final = ("score", "as_of", "source")
_CRITERION: Final = ("value", "year", "as_of", "source")
_FULFILMENT: Final = ("value", "source", "retracted")
_STANDING: Final = ("stage", "date")

KINDS: Final[Mapping[str, tuple[Field, ...]]] = {
    "assessment": (
        _f(r"item\." + _ITEM, _item_state),
        _f(r"item_owner\." + _ITEM, _line),
        _f(r"item_due\." + _ITEM, _date),
        _f(r"evidence\." + _ITEM + r"\.[1-5]", _record(EVIDENCE_KEYS, ("date", "per"))),
        _f("owners", _set(limits.OWNERS), merge="set"),
        _f("due", _date),
        _f("pic", _record(PIC_KEYS)),
        _f("summary", _lines, merge="text"),
        _f("score", _score, group=_OFFICIAL),
        _f("as_of", _date, group=_OFFICIAL),
        _f("source", _line, group=_OFFICIAL),
    ),
    "criterion": (
        _f("value", _line, group=_CRITERION),
        _f("year", _year, group=_CRITERION),
        _f("as_of", _date, group=_CRITERION),
        _f("source", _line, group=_CRITERION),
    ),
    "standing": (
        _f("stage", _one_of(ALL_STAGES), group=_STANDING),
        _f("date", _date, group=_STANDING),
        _f("team", _set(limits.OWNERS), merge="set"),
    ),
    "score": (
        _f("value", _score, group=_FULFILMENT),
        _f("source", _line, group=_FULFILMENT),
        _f("retracted", _flag, group=_FULFILMENT),
    ),
    "note": (
        *_PLACE,
        _f("subject", _subject, immutable=True),
        _f("author", _line, immutable=True),
        _f("title", _line),
        _f("body", _lines, merge="text"),
        _f("tags", _set(limits.TAGS), merge="set"),
        _f("deleted", _flag),
    ),
    "event": (
        *_PLACE,
        _f("kind", _line),
        _f("title", _line),
        _f("place", _line),
        _f("start", _moment, group=_EVENT_TIME),
        _f("end", _moment, group=_EVENT_TIME),
        _f("zone", _line, group=_EVENT_TIME),
        _f("participants", _count),
        _f("institutions", _set(limits.OWNERS), merge="set"),
        _f(r"attendance\.[^.\x00-\x1f]{1,80}", _line),
        _f("agenda", _lines, merge="text"),
        _f("outcome", _lines, merge="text"),
        _f("deleted", _flag),
    ),
    "followup": (
        *_PLACE,
        _f("subject", _subject),
        _f("event", _matching(UUID, N_("bukan kegiatan"))),
        _f("text", _lines),
        _f("source", _line),
        _f("owner", _line),
        _f("due", _date),
        _f("status", _one_of(FOLLOWUP_STATES)),
        _f("response", _lines),
        _f("done_at", _date),
        _f("deleted", _flag),
    ),
}
"""Every kind of row that an operation may touch, with its fields."""


def field(kind: str, name: str) -> Field:
    """The field ``name`` of ``kind``; raises UnknownField."""
    for known in KINDS.get(kind, ()):
        if known.pattern.match(name):
            return known
    raise UnknownField(kind=kind, field=clean(name))


def group(kind: str, name: str) -> tuple[str, ...]:
    """The fields that are judged with ``name``, itself included; a group is called by its first field."""
    return field(kind, name).group or (name,)


def empty(kind: str, name: str) -> Value:
    """The value of a field that is absent: ``belum_ada`` for an item's state, else None."""
    return NOTHING if kind == "assessment" and name.startswith("item.") else None


def canonical(kind: str, name: str, value: Any) -> Value:
    """``value`` in the one form of its field; None stands for the empty value. Raises BadValue or UnknownField."""
    known = field(kind, name)
    if value is None:
        return empty(kind, name)
    try:
        return known.form(value)
    except _Wrong as wrong:
        from akk_tui.contract.names import value_words

        shown = clean(value_words(value))
        raise BadValue(value=shown[:60], field=name, reason=str(wrong)) from None


def is_canonical(kind: str, name: str, value: Any) -> bool:
    """Whether ``value`` is already in its one form (types included: 92.15 is not "92.15")."""
    try:
        made = canonical(kind, name, value)
    except BadValue:
        return False
    return made == (empty(kind, name) if value is None else value) and isinstance(made, bool) == isinstance(value, bool)
