"""What is carried to the server as a file instead of being pushed, and the answers that come back as one.

The operations are those that a push would send, and those it holds back because the server said no to them or to what
they build on: it may say otherwise today. What was written down counts as having been in a request: it never changes
any more, and undoing it takes an operation of its own. It stays in the queue; whichever way reaches the server first
is the one that counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple, TYPE_CHECKING

from akk_tui.contract import codec
from akk_tui.contract.bundles import MOST_OPERATIONS, PAYLOAD_BYTES
from akk_tui.contract.records import AnswerLine, Operation, PushEnd, Witness
from akk_tui.store import operations, restored
from akk_tui.store.queue import Queue

if TYPE_CHECKING:
    from akk_tui.store.store import Store

KNOWN: Final = "carry_known"
"""The sign-in by which the server was told the key that signs."""


class Load(NamedTuple):
    """What is to be carried: ``operations`` in the author's order, ``held`` that wait for one of them to be answered.

    ``left`` more did not fit.
    """

    operations: tuple[Operation, ...]
    held: tuple[Operation, ...]
    scope: tuple[str, ...]
    left: int


def load(store: Store, *, most: int = MOST_OPERATIONS, most_bytes: int = PAYLOAD_BYTES) -> Load:
    """Everything that the server has not accepted, as far as it fits; changes nothing."""
    rows = operations.load(store.db)
    here = {row.op: row for row in rows}
    accepted = {row[0] for row in store.db.execute("SELECT op FROM sent WHERE acknowledged").fetchall()}
    units: set[str] = set()
    made: list[Operation] = []
    held: list[Operation] = []
    waits: set[str] = set()
    size = left = 0
    for row in rows:
        # An accepted predecessor stays named, as in a push; one that is gone for good can never be answered.
        prev = row.body.prev if row.body.prev in here or row.body.prev in accepted else None
        one = operations.operation(row, prev)
        size += len(codec.encode(one)) + 1
        if len(made) + len(held) >= most or size > most_bytes:
            left += 1
            continue
        units.add(row.unit)
        # What an undo is worth depends on the answer to the operation that it takes back.
        if (row.undoes in here and not row.requested) or prev in waits:
            waits.add(row.op)
            held.append(one)
        else:
            made.append(one)
    return Load(tuple(made), tuple(held), tuple(sorted(unit for unit in units if unit)), left)


def mark(store: Store, carried: Load) -> None:
    """From now on what is carried never changes."""
    with store.db.write():
        store.db.executemany(
            "UPDATE outbox SET requested = max(requested, 1) WHERE op = ?", [(one.op,) for one in carried.operations]
        )


def answered(store: Store, answers: Sequence[AnswerLine], end: PushEnd) -> Counter[str] | None:
    """Store answers that came as a file, in one transaction; how many of each kind told something new here.

    What the network brought an answer to meanwhile is not touched. None, and nothing is stored, where the server is
    known to be further on than the answers, or to have another history since: it is asked again by the next push, and
    says the same of what it still has.
    """
    with store.db.write():
        known = store.witness()
        if restored.active(store) or (known is not None and not _as_new(end.head, known)):
            return None
        waiting = {row.op for row in operations.load(store.db)}
        told = [one for one in answers if one[0] in waiting]
        store.db.executemany(
            "UPDATE outbox SET state = 'sending', requested = max(requested, 1) WHERE op = ?",
            [(one[0],) for one in told],
        )
        return Queue(store).answer(told, end, (), live=False)


def _as_new(head: Witness, known: Witness) -> bool:
    """Whether ``head`` may follow ``known``: a later commit, or the same one."""
    return head[0] > known[0] or tuple(head) == tuple(known)
