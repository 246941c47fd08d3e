"""Who may do what (``design: sync``, Rights), and whether an operation has the form that its kind asks for."""

from __future__ import annotations

from datetime import date
from typing import Any, Final, NamedTuple

from akk_tui.contract import fields, ids, limits
from akk_tui.contract.errors import AkkError, BadValue
from akk_tui.contract.records import Operation, RefusalCode
from akk_tui.contract.states import ADMIN_STAGES
from akk_tui.domain import criteria
from akk_tui.domain.instrument import Index

CREATED: Final = frozenset({"note", "event", "followup", "score"})
"""Kinds whose rows are made by an operation with ``was`` null; rows of the other kinds are there, empty."""
PLACED: Final = frozenset({"note", "event", "followup"})
"""Kinds with a UUID as key, which name their cycle and region in fields."""
DELETABLE: Final = PLACED

_VERIFIER_KINDS: Final = frozenset({"note", "followup"})
_VERIFIER_STATES: Final = frozenset({"diverifikasi", "perlu_perbaikan", "diterima"})
_REQUIRED: Final = {
    "note": ("cycle", "region", "subject", "author"),
    "event": ("cycle", "region", "title"),
    "followup": ("cycle", "region", "text"),
    "score": ("value",),
}


class Refuse(Exception):
    """The operation is refused with a stable code and words for a log."""

    def __init__(self, code: RefusalCode, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


class Who(NamedTuple):
    """The officer whose operation it is, with the right to its unit."""

    name: str
    role: str
    write: bool


class Target(NamedTuple):
    """The row as it stands: ``data`` empty and ``creator`` None when there is none."""

    data: dict[str, Any]
    creator: str | None


def check_form(op: Operation, size: int) -> None:
    """Refuse (``bad_value``) an operation that is not one field, one group or one creation in canonical form.

    ``size`` is the operation's length in bytes.
    """
    if size > limits.OPERATION_BYTES:
        raise Refuse("bad_value", f"{size} bytes")
    if not limits.OLDEST_SCHEMA <= op.schema <= limits.SCHEMA:
        raise Refuse("bad_value", f"schema {op.schema}")
    try:
        place = ids.place(op.kind, op.key)
        if op.kind not in fields.KINDS:
            raise Refuse("bad_value", f"kind {op.kind}")
        names = set(op.set)
        wanted = set(fields.group(op.kind, next(iter(op.set))))
        for name, value in op.set.items():
            if not fields.is_canonical(op.kind, name, value):
                raise Refuse("bad_value", name)
    except AkkError as cause:
        raise Refuse("bad_value", str(cause)) from cause
    if place is not None and op.kind == "score":
        _check_date(place.tail)
    if op.was is None:
        _check_creation(op)
    elif names != wanted or set(op.was) != names:
        raise Refuse("bad_value", "one field or one group")
    elif any(fields.field(op.kind, name).immutable for name in names):
        raise Refuse("bad_value", "immutable")
    if op.was is not None and _deep(op.was):
        raise Refuse("bad_value", "depth")


def _check_creation(op: Operation) -> None:
    if op.kind not in CREATED:
        raise Refuse("bad_value", "a row of this kind is not created")
    for name in _REQUIRED[op.kind]:
        if op.set.get(name) is None:
            raise Refuse("bad_value", name)
    if op.set.get("deleted"):
        raise Refuse("bad_value", "deleted")
    if op.kind == "note":
        subject = str(op.set["subject"])
        if not ids.UUID.match(subject) and subject[:5] != op.set["region"]:
            raise Refuse("bad_value", "subject")


def _check_date(text: str) -> None:
    try:
        date.fromisoformat(text)
    except ValueError:
        raise Refuse("bad_value", text) from None


def _deep(value: Any, left: int = 4) -> bool:
    """Whether ``value`` is nested deeper than any field's value."""
    if isinstance(value, dict):
        return left == 0 or any(_deep(part, left - 1) for part in value.values())  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, list):
        return left == 0 or any(_deep(part, left - 1) for part in value)  # pyright: ignore[reportUnknownVariableType]
    return False


def check_instrument(op: Operation, index: Index) -> None:
    """Refuse what the cycle's instrument does not hold (``unknown_item``) or a criterion's form does not allow."""
    place = ids.place(op.kind, op.key)
    if op.kind == "assessment" and place is not None:
        if place.tail not in index.indicators:
            raise Refuse("unknown_item", place.tail)
        for name in op.set:
            head, _, rest = name.partition(".")
            if head in ("item", "item_owner", "item_due", "evidence"):
                item = ".".join(rest.split(".")[:3])
                owner = index.indicator_of.get(item)
                if owner is None or owner.id != place.tail:
                    raise Refuse("unknown_item", item)
    elif op.kind == "criterion" and place is not None:
        criterion = index.criteria.get(place.tail)
        if criterion is None:
            raise Refuse("unknown_item", place.tail)
        value = op.set["value"]
        try:
            if value is not None and criteria.canonical_value(criterion, value) != value:
                raise Refuse("bad_value", "value")
        except BadValue as cause:
            raise Refuse("bad_value", str(cause)) from cause
    elif op.kind in ("note", "followup"):
        _, _, indicator = str(op.set.get("subject") or "").partition(":")
        if indicator and indicator not in index.indicators:
            raise Refuse("unknown_item", indicator)


def check_rights(op: Operation, who: Who, target: Target, *, cycle_open: bool) -> None:
    """Refuse what this officer may not do to this row."""
    if not who.write:
        raise Refuse("read_only")
    if not cycle_open:
        raise Refuse("cycle_closed")
    if who.role == "verifikator":
        _check_verifier(op)
    if op.kind == "standing" and who.role != "admin":
        stages = {op.set.get("stage"), target.data.get("stage")}
        if "stage" in op.set and stages & ADMIN_STAGES:
            raise Refuse("role", "stage")
    if op.kind == "note":
        _check_note(op, who, target)
    elif op.set.get("deleted") and op.was is not None and who.role != "admin" and target.creator != who.name:
        raise Refuse("role", "deleted")


def _check_verifier(op: Operation) -> None:
    if op.kind in _VERIFIER_KINDS:
        return
    name, value = next(iter(op.set.items()))
    if op.kind != "assessment" or not name.startswith("item.") or value not in _VERIFIER_STATES:
        raise Refuse("role", name)


def _check_note(op: Operation, who: Who, target: Target) -> None:
    if op.was is None:
        if op.set["author"] != who.name:
            raise Refuse("not_author")
        return
    deletes = op.set.get("deleted") is True
    author = target.data.get("author")
    if author != who.name and not (deletes and who.role == "admin"):
        raise Refuse("not_author")
    if target.data.get("deleted") and not deletes:
        raise Refuse("deleted")
