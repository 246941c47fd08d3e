"""Doing again what was undone, step by step, until the officer edits anything else.

What undo took back is kept as a stack (meta ``redo``). A step that is done again is a new operation, judged like any
other, whose ``was`` is the value that the undo put back: what a colleague set meanwhile is never overwritten. Where the
inverse operation was never in a request, it is taken out of the outbox instead.
"""

from __future__ import annotations

from typing import Any, Final, TYPE_CHECKING

import msgspec

from akk_tui.contract import codec
from akk_tui.contract.ids import uuid7
from akk_tui.store import derived, operations, rights
from akk_tui.store.operations import CREATION, New
from akk_tui.store.overlay import Overlay
from akk_tui.store.shapes import Edit

if TYPE_CHECKING:
    from akk_tui.store.db import Database
    from akk_tui.store.store import Store

_NAME: Final = "redo"
_MOST: Final = 50
_REFUSED: Final = ("forbidden", "rejected")


class Part(msgspec.Struct, frozen=True, array_like=True):
    """One operation of an undone step; ``was`` None for a creation."""

    op: str
    kind: str
    key: str
    unit: str
    field: str
    pos: int | None
    set: dict[str, Any]
    was: dict[str, Any] | None


class Undone(msgspec.Struct, frozen=True, array_like=True):
    """One undone step: its title, and its operations in the author's order."""

    title: str
    parts: tuple[Part, ...]


def push(store: Store, step: Undone) -> None:
    """Remember what was just undone; part of the caller's transaction."""
    _keep(store, (*_stack(store), step)[-_MOST:])


def forget(db: Database) -> None:
    """The officer edited something else: there is nothing to do again; part of the caller's transaction."""
    db.execute("DELETE FROM meta WHERE name = ?", (_NAME,))


class Redo:
    """Redo in one open store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._db = store.db

    def title(self) -> str | None:
        """What :meth:`redo` would do again; None when there is nothing."""
        stack = _stack(self._store)
        return stack[-1].title if stack else None

    def redo(self) -> Edit | None:
        """Do again what was undone last; None when there is nothing.

        Raises EditRefused when the officer may not make the edit any more; then nothing changes.
        """
        with self._db.write():
            stack = _stack(self._store)
            if not stack:
                return None
            step: int | None = None
            op: str | None = None
            value: dict[str, Any] = {}
            made: set[str] = set()
            parts = stack[-1].parts
            for part in parts:
                done = self._again(part, step)
                if done is not None:
                    op, step = done.op, done.step if step is None else step
                    made |= {done.key} if done.kind == "note" else set()
                value.update(part.set)
            _keep(self._store, stack[:-1])
            notes = {part.key for part in parts if part.kind == "note"} | made
            derived.refresh(self._db, {part.unit for part in parts}, notes)
        return Edit(op=op, state="queued" if op else None, key=parts[0].key, value=value)

    def _again(self, part: Part, step: int | None) -> operations.Row | None:
        db = self._db
        pending = [one for one in operations.on_row(db, part.kind, part.key) if one.state not in _REFUSED]
        inverse = next((one for one in pending if one.undoes == part.op), None)
        if inverse is not None and not inverse.requested and all(one.body.prev != inverse.op for one in pending):
            operations.remove(db, inverse.op)
            return None
        row = Overlay(db).effective(part.kind, part.key)
        if part.kind == "note" and part.was is None and row.get("deleted"):
            # A deleted note stays deleted and has lost its text on the server: the same text becomes a new note.
            part, row, pending = msgspec.structs.replace(part, key=self._new_key()), {}, []
        name, wanted, was = part.field, part.set, part.was
        if was is None and row:
            name, wanted, was = _back(part)
        elif was is not None and all(
            operations.value_of(row, part.kind, one, part.pos) == value for one, value in wanted.items()
        ):
            return None
        creates = was is None
        rights.check(self._store, rights.Wish(part.kind, part.key, part.unit, wanted, row, creates=creates))
        before = [one.op for one in pending if one.field == name] or [
            one.op for one in pending if one.field == CREATION
        ]
        prev = before[-1] if before else None
        return operations.add(self._store, New(part.kind, part.key, part.unit, name, part.pos, wanted, was, prev, step))

    def _new_key(self) -> str:
        return uuid7(int(self._store.now().timestamp() * 1000), self._store.random_bits)


def _back(part: Part) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """What makes a row again that cannot be unmade: a score that stands, a note that is not deleted."""
    if part.kind == "score":
        group = {"value": None, "source": None, "retracted": None, **part.set}
        return "value", group, {**group, "retracted": True}
    return "deleted", {"deleted": None}, {"deleted": True}


def _stack(store: Store) -> tuple[Undone, ...]:
    text = store.meta.get(_NAME)
    return codec.decode(tuple[Undone, ...], text) if text else ()


def _keep(store: Store, stack: tuple[Undone, ...]) -> None:
    store.meta.set(_NAME, codec.encode(stack).decode() if stack else None)
