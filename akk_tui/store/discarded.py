"""Values that were let go: given up, answered with a colleague's, merged, replaced or taken back.

Any can be put back.

Putting one back is an ordinary new edit on what stands at present, with an undo step of its own. A text or a set is an
edit of what stood when it was let go, which is what its officer knew: what came since then is merged with it or becomes
a difference, as with any two edits.
"""

from __future__ import annotations

from typing import Any, Final, TYPE_CHECKING

from akk_tui.contract import codec
from akk_tui.contract.errors import N_
from akk_tui.contract.fields import field
from akk_tui.store import operations
from akk_tui.store.errors import EditRefused, RowDeleted, RowMissing
from akk_tui.store.operations import Body, CREATION, LetGo
from akk_tui.store.overlay import Overlay
from akk_tui.store.shapes import DiscardedRow, Edit
from akk_tui.store.views import values
from akk_tui.store.views.titles import Titles

if TYPE_CHECKING:
    from akk_tui.store.store import Store

_MADE_BY_OPERATION: Final = ("note", "event", "followup", "score")
_COLUMNS: Final = "op, n, kind, key, unit, field, pos, body, reason, at"
_READ_AT_ONCE: Final = 500


class NotDiscarded(EditRefused):
    """The operation named is not among those that were let go."""

    code = "not_discarded"
    text = N_("Operasi {op} tidak (lagi) ada di antara isian yang dilepas.")


class NothingToRestore(EditRefused):
    """The value stands already."""

    text = N_("Isian itu sudah berlaku; tidak ada yang dipulihkan.")


def rows(store: Store, limit: int) -> tuple[DiscardedRow, ...]:
    """What was let go in the last 90 days and is not what stands now, newest first, at most ``limit``."""
    titles, overlay = Titles(store), Overlay(store.db)
    found = store.db.execute(
        f"SELECT {_COLUMNS} FROM discarded ORDER BY n DESC LIMIT ?",  # noqa: S608 - constant
        (limit + _READ_AT_ONCE,),
    )
    made: list[DiscardedRow] = []
    for op, _n, kind, key, unit, name, pos, text, reason, at in found.fetchall():
        body = codec.decode(LetGo, text)
        if _stands(overlay, kind, key, pos, body):
            continue
        about = titles.about(kind, key, unit, name)
        there = overlay.effective(kind, key)
        moved = bool(there) and any(
            operations.value_of(there, kind, one, None) != value for one, value in _seen(kind, body).items()
        )
        moment = values.moment(body.at) or values.op_moment(op)
        made.append(
            DiscardedRow(op, kind, key, name, body.set, body.was, reason, moment, values.moment(at), *about, moved)
        )
        if len(made) == limit:
            break
    return tuple(made)


def restore(store: Store, op: str) -> Edit:
    """Put a value that was let go back as a new edit; ``was`` is what stands now, of a text what stood then.

    Raises NotDiscarded, NothingToRestore, RowDeleted, RowMissing, and what an edit raises (rights, closed cycle).
    """
    db = store.db
    with db.write():
        found = db.one("SELECT kind, key, field, body FROM discarded WHERE op = ?", (op,))
        if found is None:
            raise NotDiscarded(op=op)
        kind, key, name, body = found[0], found[1], found[2], codec.decode(LetGo, found[3])
        row = Overlay(db).effective(kind, key)
        if row.get("deleted") and not body.set.get("deleted"):
            raise RowDeleted(reason="deleted")
        if row:
            wanted = {one: value for one, value in body.set.items() if not field(kind, one).immutable}
            seen = _seen(kind, body)
            edit = store.edit(kind, key, wanted, seen=seen, answers=not seen)
        elif name == CREATION:
            edit = store.create(kind, body.set, key=key)
        elif kind in _MADE_BY_OPERATION:
            raise RowMissing(reason="missing", kind=kind, key=key)
        else:
            edit = store.edit(kind, key, body.set, seen=_seen(kind, body))
        if edit.op is None:
            raise NothingToRestore(reason="same")
        db.execute("DELETE FROM discarded WHERE op = ?", (op,))
    return edit


def _seen(kind: str, body: LetGo) -> dict[str, Any]:
    """What stood in the fields that merge when the values were let go."""
    stood = body.stood or {}
    was = body.was or {}
    return {
        # Of what nobody had changed then, what its officer began from says what the change was.
        name: was.get(name) if stood.get(name) == value or name not in stood else stood[name]
        for name, value in body.set.items()
        if field(kind, name).merge != "conflict"
    }


def _stands(overlay: Overlay, kind: str, key: str, pos: int | None, body: Body) -> bool:
    """Whether what the operation said is what the screen shows."""
    row: dict[str, Any] = overlay.effective(kind, key)
    if not row and body.was is None:
        return False
    return all(
        operations.value_of(row, kind, name, pos if name.startswith("item.") else None) == value
        for name, value in body.set.items()
    )
