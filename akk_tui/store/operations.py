"""Operations as the outbox keeps them: reading, adding, putting aside. What they mean is decided elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple, TYPE_CHECKING

import msgspec

from akk_tui.contract import codec, limits, states
from akk_tui.contract.fields import empty, field
from akk_tui.contract.ids import uuid7
from akk_tui.contract.records import Operation
from akk_tui.store.clock import stamp
from akk_tui.store.db import Database
from akk_tui.store.errors import TooLarge
from akk_tui.store.overlay import Overlay

if TYPE_CHECKING:
    from akk_tui.store.store import Store

CREATION: Final = ""
"""The field name of an operation that creates its row."""

REOFFERED: Final = 2
"""``requested`` of an operation that was accepted once and is offered again after the server was restored."""


class Body(msgspec.Struct, frozen=True, kw_only=True):
    """What an operation says, kept as it was made."""

    set: dict[str, Any]
    was: dict[str, Any] | None
    prev: str | None = None
    rev: int | None = None
    at: str = ""
    schema: int = limits.SCHEMA


class LetGo(Body, frozen=True, kw_only=True):
    """What an operation said that was let go.

    ``stood``: of its fields that merge, what the officer had before him when it was let go; None where it has none.
    """

    stood: dict[str, Any] | None = None


class Row(NamedTuple):
    """One operation of the outbox."""

    op: str
    n: int
    kind: str
    key: str
    unit: str
    field: str
    pos: int | None
    body: Body
    state: str
    answer: dict[str, Any] | None
    tries: int
    requested: int
    step: int
    undoes: str | None
    undone: bool


_COLUMNS: Final = "op, n, kind, key, unit, field, pos, body, state, answer, tries, requested, step, undoes, undone"


def load(db: Database, where: str = "1", params: tuple[Any, ...] = ()) -> list[Row]:
    """The operations of the outbox that meet ``where`` (a constant of the program), in the author's order."""
    found = db.execute(f"SELECT {_COLUMNS} FROM outbox WHERE {where} ORDER BY n", params)  # noqa: S608
    return [
        Row._make((*row[:7], codec.decode(Body, row[7]), row[8], answer_of(row[9]), *row[10:14], bool(row[14])))
        for row in found
    ]


def answer_of(text: str | None) -> dict[str, Any] | None:
    """The answer as it is stored, decoded."""
    return None if text is None else codec.decode(dict[str, Any], text)


def on_row(db: Database, kind: str, key: str) -> list[Row]:
    """All operations of the outbox on one row, in the author's order."""
    return load(db, "kind = ? AND key = ?", (kind, key))


def operation(row: Row, prev: str | None) -> Operation:
    """The operation as it travels, with ``prev`` as it holds now."""
    body = row.body
    return Operation(
        op=row.op,
        n=row.n,
        kind=row.kind,
        key=row.key,
        set=body.set,
        was=body.was,
        prev=prev,
        rev=body.rev,
        at=body.at,
        schema=body.schema,
    )


class New(NamedTuple):
    """An operation to add. ``step`` None begins an undo step of its own."""

    kind: str
    key: str
    unit: str
    field: str
    pos: int | None
    set: dict[str, Any]
    was: dict[str, Any] | None
    prev: str | None = None
    step: int | None = None
    undoes: str | None = None
    tries: int = 0


def new_id(store: Store) -> str:
    """The id of a new operation."""
    return uuid7(int(store.now().timestamp() * 1000), store.random_bits)


def add(store: Store, new: New) -> Row:
    """Put a new operation into the outbox, inside the caller's transaction; raises TooLarge."""
    db = store.db
    n = int(db.value("SELECT value FROM meta WHERE name = 'n'", default=0)) + 1
    op = new_id(store)
    rev = db.value("SELECT rev FROM base WHERE kind = ? AND key = ?", (new.kind, new.key))
    body = Body(set=new.set, was=new.was, prev=new.prev, rev=rev, at=stamp(store.now()))
    step = n if new.step is None else new.step
    made = Row(
        op,
        n,
        new.kind,
        new.key,
        new.unit,
        new.field,
        new.pos,
        body,
        "queued",
        None,
        new.tries,
        0,
        step,
        new.undoes,
        False,
    )
    size = len(codec.encode(operation(made, new.prev)))
    if size > limits.OPERATION_BYTES:
        raise TooLarge(reason="bad_value", size=size, limit=limits.OPERATION_BYTES)
    db.execute("INSERT OR REPLACE INTO meta VALUES ('n', ?)", (str(n),))
    db.execute(
        f"INSERT INTO outbox ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?, 0, ?, ?, 0)",  # noqa: S608
        (op, n, *new[:5], codec.encode(body).decode(), "queued", new.tries, step, new.undoes),
    )
    return made


def put_aside(store: Store, rows: Iterable[Row], reason: str, stood: Mapping[str, Any] | None = None) -> None:
    """Move operations to ``discarded``, where they can be found for 90 days. ``reason``: theirs, mine, merged, …

    They have no date yet: see :meth:`akk_tui.store.queue.Queue.told`.
    ``stood``: the values that were taken instead; what it does not name counts as what the screen shows without them.
    """
    rows = tuple(rows)
    for row in rows:
        store.db.execute(
            "INSERT OR REPLACE INTO discarded"
            " SELECT op, n, kind, key, unit, field, pos, body, state, answer, ?, '' FROM outbox WHERE op = ?",
            (reason, row.op),
        )
        remove(store.db, row.op)
    for row in rows:
        names = [name for name in row.body.set if field(row.kind, name).merge != "conflict"]
        if names:
            there = {**Overlay(store.db).effective(row.kind, row.key), **(stood or {})}
            body = LetGo(
                **msgspec.structs.asdict(row.body),
                stood={name: value_of(there, row.kind, name, None) for name in names},
            )
            store.db.execute("UPDATE discarded SET body = ? WHERE op = ?", (codec.encode(body).decode(), row.op))


def remove(db: Database, op: str) -> None:
    """Take an operation out of the outbox; what it undid can be undone again."""
    undoes = db.value("SELECT undoes FROM outbox WHERE op = ?", (op,))
    if undoes is not None:
        mark_undone(db, undoes, undone=False)
    db.execute("DELETE FROM outbox WHERE op = ?", (op,))


def mark_undone(db: Database, op: str, *, undone: bool) -> None:
    """Remember whether an operation was taken back, wherever it is now."""
    db.execute("UPDATE outbox SET undone = ? WHERE op = ?", (undone, op))
    db.execute("UPDATE sent SET undone = ? WHERE op = ?", (undone, op))


def value_of(row: dict[str, Any], kind: str, name: str, pos: int | None) -> Any:
    """The value of a field in a row's data; an item's state (``pos``) is in its packed string."""
    if pos is not None:
        return states.unpack(row.get("items") or "", pos)
    return row.get(name, empty(kind, name))
