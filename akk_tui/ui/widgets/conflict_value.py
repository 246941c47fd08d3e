"""Another value for a difference: the form that asks for it, and what was typed in the field's one form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from akk_tui.contract.fields import canonical, EVIDENCE_KEYS, PIC_KEYS
from akk_tui.contract.fields import field as field_of
from akk_tui.contract.states import ALL_STAGES, ATTENDANCE, EVENT_KINDS, FOLLOWUP_STATES
from akk_tui.store.shapes import Conflict
from akk_tui.ui.forms import FormField, YES
from akk_tui.ui.widgets.values import field_word, value_words

_DATES: Final = ("due", "item_due", "date", "as_of", "done_at", "per")
_TEXTS: Final = ("body", "summary", "agenda", "outcome", "text", "response")
_NUMBERS: Final = ("year", "participants")
_DECIMALS: Final = (("score", "value"), ("assessment", "score"))
_RECORDS: Final = {"pic": PIC_KEYS, "evidence": EVIDENCE_KEYS}
_CHOICES: Final = {"status": FOLLOWUP_STATES, "stage": ALL_STAGES}
_OFFERS: Final = {"attendance": ATTENDANCE, "kind": EVENT_KINDS}


def can_be_typed(conflict: Conflict) -> bool:
    """Whether another value can be given here: not for a row as a whole, nor for a deletion."""
    return bool(conflict.field) and conflict.field != "deleted"


def is_text(conflict: Conflict) -> bool:
    """Whether it is about one text, which merges but for the places where both changed the same."""
    gone = conflict.theirs is None or (conflict.theirs.get("deleted") and "deleted" not in conflict.mine)
    return bool(conflict.field) and not gone and field_of(conflict.kind, conflict.field).merge == "text"


def form_fields(conflict: Conflict) -> list[FormField]:
    """The fields of the difference with the officer's own values; a record has a field for each of its parts."""
    made: list[FormField] = []
    for name, value in conflict.mine.items():
        parts = _RECORDS.get(name.partition(".")[0])
        if parts is None:
            made.append(_field(conflict.kind, name, name, value))
            continue
        record: Mapping[str, Any] = value or {}
        made += [_field("", f"{name}/{part}", part, record.get(part)) for part in parts]
    return made


def _field(kind: str, key: str, name: str, value: Any) -> FormField:
    head = name.partition(".")[0]
    text = ", ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    if isinstance(value, bool):
        text = YES if value else ""
    form = "date" if head in _DATES else "text" if kind and head in _TEXTS else "line"
    words = _CHOICES.get(head) or _OFFERS.get(head) or ()
    if head in _CHOICES:
        form = "choice"
    elif head == "retracted":
        form = "check"
    elif (kind, head) in _DECIMALS:
        form = "number"
    elif kind and field_of(kind, name).merge == "set":
        form = "set"
    return FormField(key, field_word(name), text, form, tuple((word, value_words(name, word)) for word in words))


def typed_values(conflict: Conflict, texts: Mapping[str, str]) -> dict[str, Any]:
    """What was typed as values in their one form; raises BadValue."""
    made: dict[str, Any] = {}
    for name in conflict.mine:
        if name in texts:
            made[name] = typed_value(conflict.kind, name, texts[name])
            continue
        parts = {key.partition("/")[2]: text for key, text in texts.items() if key.partition("/")[0] == name}
        made[name] = canonical(conflict.kind, name, {part: text for part, text in parts.items() if text.strip()})
    return made


def typed_value(kind: str, name: str, text: str) -> Any:
    """One field's value; raises BadValue."""
    if not text.strip():
        return canonical(kind, name, None)
    if name == "retracted":
        return canonical(kind, name, text == YES)
    if field_of(kind, name).merge == "set":
        return canonical(kind, name, [part.strip() for part in text.split(",") if part.strip()])
    known = _OFFERS.get(name.partition(".")[0], ())
    if (word := text.strip().lower().replace(" ", "_")) in known:
        # The words as a person reads and types them.
        return canonical(kind, name, word)
    if name in _NUMBERS and text.strip().isdecimal():
        return canonical(kind, name, int(text))
    return canonical(kind, name, text)
