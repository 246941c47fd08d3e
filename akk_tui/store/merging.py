"""What becomes of two edits of one value without asking anybody: sets and texts merge where nothing is in doubt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TYPE_CHECKING

from akk_tui.contract import codec, limits
from akk_tui.contract.errors import BadValue
from akk_tui.contract.fields import canonical, field

if TYPE_CHECKING:
    from akk_tui.domain.textmerge import Merged
    from akk_tui.store.shapes import Conflict

_AROUND: Final = 1_000
"""Bytes of an operation beside its values, at most."""


def merged(
    kind: str, base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any], *, older: bool = False
) -> Any:
    """The fields of ``mine`` with what both sides did, in their one form; None where a person has to decide.

    That is where a field does not merge, where both changed the same place of a text, and where the merge is past a
    limit of the field or of an operation. ``older``: theirs may be older than the base, as on a restored server; what
    it lacks was not taken out then, and what only it has is not new: only a value that holds the other one is taken.
    """
    made: dict[str, Any] = {}
    for name, value in mine.items():
        one = _one(kind, name, base.get(name), value, theirs.get(name), older=older)
        if one is ...:
            return None
        made[name] = one
    was = {name: theirs.get(name) for name in mine}
    if len(codec.encode(made)) + len(codec.encode(was)) + _AROUND > limits.OPERATION_BYTES:
        return None
    return made


def _one(kind: str, name: str, base: Any, mine: Any, theirs: Any, *, older: bool) -> Any:
    """One field's merge, or ``...``."""
    how = field(kind, name).merge
    if how == "conflict":
        return ...
    value: Any
    if how == "set":
        from akk_tui.domain import merge

        value = merge.went_on(base, mine, theirs) if older else merge.merge_sets(base, mine, theirs)
    else:
        from akk_tui.domain import textmerge

        if older:
            value = textmerge.went_on(base, mine, theirs)
        else:
            made = textmerge.merge_texts(base, mine, theirs)
            value = made.text if made.clean else None
    if value is None:
        return ...
    try:
        return canonical(kind, name, value or None)
    except BadValue:
        return ...


def of_text(conflict: Conflict) -> Merged | None:
    """The merge of a difference that is about one text on a row that stands; None for any other."""
    theirs = conflict.theirs
    if not conflict.field or theirs is None or (theirs.get("deleted") and "deleted" not in conflict.mine):
        return None
    if field(conflict.kind, conflict.field).merge != "text":
        return None
    from akk_tui.domain.textmerge import merge_texts, side_by_side

    name = conflict.field
    if conflict.older:
        return side_by_side(conflict.mine.get(name), theirs.get(name))
    return merge_texts((conflict.base or {}).get(name), conflict.mine.get(name), theirs.get(name))
