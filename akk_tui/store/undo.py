"""Taking back the newest edit that was made here and not taken back yet, sent or not, also after a restart.

What was never in a request is removed. Anything else gets an inverse operation, judged like any other; the inverse of
one answered ``same`` has no effect, that of one in conflict means *theirs*. All operations of one edit are one step.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple, TYPE_CHECKING

from akk_tui.contract import codec
from akk_tui.store import derived, operations, redo, rights
from akk_tui.store.conflicts import Conflicts
from akk_tui.store.errors import UndoRefused
from akk_tui.store.operations import Body, CREATION, New
from akk_tui.store.overlay import Overlay
from akk_tui.store.shapes import Edit

if TYPE_CHECKING:
    from akk_tui.store.store import Store

_REFUSED: Final = ("forbidden", "rejected")
_DONE: Final = """
    SELECT op, n, kind, key, unit, field, pos, body, state, requested, step FROM outbox
        WHERE undoes IS NULL AND NOT undone
    UNION ALL
    SELECT op, n, kind, key, unit, field, pos, body, result, 1, step FROM sent
        WHERE undoes IS NULL AND NOT undone
"""


class _Done(NamedTuple):
    """One operation that can be taken back; ``state`` is the outbox's, or the server's answer."""

    op: str
    n: int
    kind: str
    key: str
    unit: str
    field: str
    pos: int | None
    body: Body
    state: str
    requested: int
    step: int


class Undo:
    """Undo in one open store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._db = store.db

    def title(self, number: int | None = None) -> str | None:
        """What :meth:`undo` would take back: region and what was edited there; None when there is nothing.

        A step of several edits ends in how many there are besides: ``Kota Blitar · 2.4.1 (+14)``.
        """
        step = self._step(number)
        if not step:
            return None
        first = step[-1]
        reference = self._store.reference()
        regions = reference.regions if reference else ()
        region = next((one.full_name for one in regions if one.code == first.unit[5:]), first.unit[5:])
        return f"{region} · {self._what(first)}" + (f" (+{len(step) - 1})" if len(step) > 1 else "")

    def undo(self, step: int | None = None) -> Edit | None:
        """Take the newest step back, or the one numbered ``step``; None when there is nothing.

        The edit's ``op`` is the inverse operation, None when nothing has to be sent. Raises UndoRefused when
        something newer builds on it, EditRefused when the officer may not set the old value any more.
        """
        with self._db.write():
            done_here = self._step(step)
            if not done_here:
                return None
            title = self.title(step) or ""
            made: str | None = None
            value: dict[str, Any] = {}
            for done in done_here:
                made = self._take_back(done) or made
                value.update(done.body.was or {})
            parts = [done for done in reversed(done_here) if done.state != "same"]
            if parts:
                redo.push(self._store, redo.Undone(title, tuple(map(_part, parts))))
            units = {done.unit for done in done_here}
            derived.refresh(self._db, units, {done.key for done in done_here if done.kind == "note"})
        return Edit(op=made, state="queued" if made else None, key=done_here[0].key, value=value)

    def newest(self) -> int | None:
        """The number of the newest step that was not taken back."""
        found = self._db.one(f"SELECT step FROM ({_DONE}) ORDER BY n DESC LIMIT 1")  # noqa: S608 - constant
        return None if found is None else int(found[0])

    def _step(self, number: int | None = None) -> list[_Done]:
        """The operations of the step ``number``, or of the newest, that was not taken back; the newest first."""
        number = self.newest() if number is None else number
        if number is None:
            return []
        rows = self._db.execute(f"SELECT * FROM ({_DONE}) WHERE step = ? ORDER BY n DESC", (number,)).fetchall()  # noqa: S608
        return [_Done._make((*row[:7], codec.decode(Body, row[7]), *row[8:])) for row in rows]

    def _take_back(self, done: _Done) -> str | None:
        """Take one operation back; the inverse operation's id, None without one."""
        store = self._store
        if done.state == "same":
            operations.mark_undone(self._db, done.op, undone=True)
            return None
        if done.state == "conflict":
            operations.put_aside(store, Conflicts(store).of_operation(done.op).rows, "undone")
            return None
        own = operations.load(self._db, "op = ?", (done.op,))
        if own and (done.requested == 0 or done.state in ("forbidden", "rejected")):
            later = operations.load(self._db, "kind = ? AND key = ? AND n > ?", (done.kind, done.key, done.n))
            if any(row.body.prev == done.op for row in later):
                raise UndoRefused(reason="built_on")
            operations.put_aside(store, own, "undone")
            return None
        return self._inverse(done)

    def _inverse(self, done: _Done) -> str:
        name, was, value = done.field, done.body.set, done.body.was
        if value is None:
            # A row cannot be unmade: a note goes by a deletion, a score by being retracted.
            if done.kind == "score":
                name, was = "value", {"value": None, "source": None, "retracted": None, **done.body.set}
                value = {**was, "retracted": True}
            else:
                name, was, value = "deleted", {"deleted": None}, {"deleted": True}
        row = Overlay(self._db).effective(done.kind, done.key)
        rights.check(self._store, rights.Wish(done.kind, done.key, done.unit, value, row))
        pending = [one for one in operations.on_row(self._db, done.kind, done.key) if one.state not in _REFUSED]
        before = [one.op for one in pending if one.field == name] or [
            one.op for one in pending if one.field == CREATION
        ]
        new = New(
            done.kind, done.key, done.unit, name, done.pos, value, was, before[-1] if before else None, None, done.op
        )
        made = operations.add(self._store, new)
        operations.mark_undone(self._db, done.op, undone=True)
        return made.op

    def _what(self, done: _Done) -> str:
        tail = done.key.rpartition(":")[2]
        if done.kind == "assessment":
            form, _, item = done.field.partition(".")
            return ".".join(item.split(".")[:3]) if item else f"{tail} {form}"
        if done.kind == "standing":
            return str(done.body.set.get("stage") or done.field)
        if done.kind in ("criterion", "score"):
            return tail
        row = Overlay(self._db).effective(done.kind, done.key)
        return str(row.get("title") or row.get("text") or done.body.set.get("title") or done.kind)


def _part(done: _Done) -> redo.Part:
    body = done.body
    return redo.Part(done.op, done.kind, done.key, done.unit, done.field, done.pos, body.set, body.was)
