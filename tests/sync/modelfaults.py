"""Faults planted into the client's and the server's code, one at a time: the model has to find each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from modelworld import World
from msgspec.structs import replace
from sqlalchemy import select

from akk_tui.contract.records import Operation
from akk_tui.server import feed, judge
from akk_tui.server.db.tables import HEAD, MARK
from akk_tui.store import carry, operations, queue, recovery, replica, restored, scope
from akk_tui.store.outbox import Outbox
from akk_tui.store.queue import Queue
from akk_tui.store.replica import Replica
from akk_tui.sync import engine

Plant = Callable[[pytest.MonkeyPatch, World], None]


def no_dedupe(patch: pytest.MonkeyPatch, _: World) -> None:
    """The server carries out an operation that it has carried out before."""
    before = judge.Judge.answer

    def answer(self: Any, sent: Any) -> Any:
        self._stored.pop(sent.op, None)
        made = before(self, sent)
        if self.entries and self.entries[-1].op == sent.op:
            self.entries[-1] = self.entries[-1]._replace(op=f"{self.entries[-1].op[:-4]}{_serial():04x}")
        return made

    patch.setattr(judge.Judge, "answer", answer)
    patch.setattr(judge.Judge, "_waits", lambda self, op: False)


def _serial(count: list[int] = [0]) -> int:  # noqa: B006 - it is meant to be kept
    count[0] += 1
    return count[0] & 0xFFFF


def cursor_first(patch: pytest.MonkeyPatch, _: World) -> None:
    """The client stores the cursor of the end before the rows."""
    before = Replica.begin

    def begin(self: Any, head: Any, *more: Any) -> Any:
        made = before(self, head, *more)
        with self._db.write():
            self._db.execute("UPDATE unit SET cursor = NULL WHERE NOT leaving")
            self._store.meta.set("at", str(head.head[0]))
        return made

    patch.setattr(Replica, "begin", begin)
    patch.setattr(Replica, "_check_cursors", lambda *_: None)
    patch.setattr(Replica, "_store_cursors", lambda *_: None)


def last_write_wins(patch: pytest.MonkeyPatch, _: World) -> None:
    """The server takes whatever comes last."""
    before = judge.Judge._by_value

    def by_value(self: Any, op: Operation, row: Any, cycle: Any, body: str) -> Any:
        if op.was is not None and row.exists:
            op = replace(op, was={name: judge._value(row, name, cycle) for name in op.set})
        return before(self, op, row, cycle, body)

    patch.setattr(judge.Judge, "_by_value", by_value)


def no_mark(patch: pytest.MonkeyPatch, _: World) -> None:
    """The server only looks whether the cursor is past its head."""

    def knows(connection: Any, witness: tuple[int, str]) -> bool:
        return witness[0] <= connection.execute(select(HEAD.c.seq)).scalar_one()

    patch.setattr(judge, "knows", knows)
    patch.setattr(feed, "knows", knows)


def purge_outbox(patch: pytest.MonkeyPatch, _: World) -> None:
    """With a region its unsent work goes."""
    before = scope._take

    def take(db: Any, unit: str) -> None:
        before(db, unit)
        db.execute("DELETE FROM outbox WHERE unit = ?", (unit,))

    patch.setattr(scope, "_take", take)


def drop_on_conflict(patch: pytest.MonkeyPatch, _: World) -> None:
    """What meets a conflict is dropped."""
    before = Queue._keep

    def keep(self: Any, row: Any, result: str, detail: Any) -> None:
        before(self, row, result, detail)
        if result == "conflict":
            self._db.execute("DELETE FROM outbox WHERE op = ?", (row.op,))

    patch.setattr(Queue, "_keep", keep)


def no_reoffer(patch: pytest.MonkeyPatch, _: World) -> None:
    """What a restored server has lost is not offered again."""

    def offer(store: Any, _: str) -> None:
        store.db.execute(
            "UPDATE outbox SET state = 'queued', answer = NULL WHERE state IN ('sending', 'wait', 'conflict')"
        )
        store.db.execute("UPDATE sent SET shown = 0")

    patch.setattr(recovery, "_offer_again", offer)


def serial_gap(patch: pytest.MonkeyPatch, world: World) -> None:
    """Numbers are given at the insert: a row is not there yet although a later number is."""
    before = feed._Reader._read

    def read(self: Any, query: Any, values: dict[str, Any]) -> Any:
        found = before(self, query, values)
        return [row for row in found if world.random.random() > 0.15]

    patch.setattr(feed._Reader, "_read", read)
    patch.setattr(feed._Reader, "sums", lambda self, units: {})
    patch.setattr(feed._Writer, "fresh_unit", _whole(feed._Writer.fresh_unit))


def _whole(before: Any) -> Any:
    def fresh_unit(self: Any, unit: str, rows: Any, *, whole: bool) -> None:
        before(self, unit, rows, whole=True)

    return fresh_unit


def mark_on_pull_only(patch: pytest.MonkeyPatch, _: World) -> None:
    """The answer to a push leaves no evidence of its commit."""
    patch.setattr(queue, "note_witness", lambda *_: None)


def mark_at_end_only(patch: pytest.MonkeyPatch, _: World) -> None:
    """Rows are stored at a commit point without evidence of the commit that they come from."""
    before = Replica.chunk

    def chunk(self: Any, *more: Any) -> int:
        with pytest.MonkeyPatch.context() as inner:
            inner.setattr(replica, "note_witness", lambda *_: None)
            return before(self, *more)

    patch.setattr(Replica, "chunk", chunk)


def mark_of_row(patch: pytest.MonkeyPatch, world: World) -> None:
    """The evidence is that of the newest row stored, not of the snapshot that it was read from."""
    before = Replica.chunk

    def chunk(self: Any, head: Any, rows: Iterable[Any], cursors: Any) -> int:
        there = list(rows)
        newest = max((row[0] for row in there), default=0)

        def note(store: Any, _: Any) -> None:
            with world.host.database.reading() as connection:
                found = connection.execute(
                    select(MARK.c.seq, MARK.c.mark).where(MARK.c.seq >= newest).order_by(MARK.c.seq).limit(1)
                ).first()
            if newest and found is not None:
                queue.note_witness(store, (found.seq, found.mark))

        with pytest.MonkeyPatch.context() as inner:
            inner.setattr(replica, "note_witness", note)
            return before(self, head, there, cursors)

    patch.setattr(Replica, "chunk", chunk)


def commit_before_answer(patch: pytest.MonkeyPatch, _: World) -> None:
    """What goes out counts as accepted before the answer is there."""
    before = Queue.batch

    def batch(self: Any, *more: Any) -> Any:
        made = before(self, *more)
        with self._db.write():
            for one in made:
                self._db.execute(
                    "INSERT OR REPLACE INTO sent SELECT op, n, kind, key, unit, field, pos, body, 'applied', 0, ?, 0,"
                    " 1, step, undoes, undone FROM outbox WHERE op = ?",
                    ("2099-01-01T00:00:00Z", one.op),
                )
                self._db.execute("DELETE FROM outbox WHERE op = ?", (one.op,))
        return made

    patch.setattr(Queue, "batch", batch)


def draft_lost(patch: pytest.MonkeyPatch, _: World) -> None:
    """The draft goes in a transaction of its own, before its text is saved."""
    before = Outbox.create

    def create(self: Any, *words: Any, draft: str | None = None, **named: Any) -> Any:
        with self._db.write():
            self._drop_draft(draft)
        return before(self, *words, **named)

    patch.setattr(Outbox, "create", create)


def store_refusals(patch: pytest.MonkeyPatch, _: World) -> None:
    """The server keeps a refusal and gives it again."""
    kept: dict[str, Any] = {}
    before = judge.Judge.answer

    def answer(self: Any, sent: Any) -> Any:
        if sent.op in kept:
            return kept[sent.op]
        made = before(self, sent)
        if made is not None and made.result in ("forbidden", "rejected", "conflict"):
            kept[sent.op] = made
        return made

    patch.setattr(judge.Judge, "answer", answer)


def was_at_commit(patch: pytest.MonkeyPatch, _: World) -> None:
    """What the author saw is read when the edit is saved."""
    before = Outbox.edit

    def edit(self: Any, kind: str, key: str, values: Any, *, seen: Any, **named: Any) -> Any:
        return before(self, kind, key, values, seen=None, **named)

    patch.setattr(Outbox, "edit", edit)


def cycle_blind_cursor(patch: pytest.MonkeyPatch, _: World) -> None:
    """A cursor is of a region, whatever cycle it was read in."""
    patch.setattr(Replica, "_serves", lambda *_: True)
    before = Replica.request

    def request(self: Any, *more: Any) -> Any:
        made = before(self, *more)
        wanted = self._asked or set()
        return replace(made, behind={unit: seq for unit, seq in made.behind.items() if unit[:4] in wanted})

    def at_end(self: Any, head: Any, end: Any) -> None:
        self._db.execute("UPDATE unit SET cursor = NULL WHERE NOT leaving")

    patch.setattr(Replica, "request", request)
    patch.setattr(Replica, "_all_at_end", at_end)
    cursor = feed._cursor

    def blind(request: Any, signed: Any, entry: Any, opened: int, *, same: bool) -> int:
        return cursor(request, signed, entry, 0, same=same)

    patch.setattr(feed, "_cursor", blind)


def drop_tail(patch: pytest.MonkeyPatch, _: World) -> None:
    """Of a full portion the last row is left out, and its cursor is stored all the same."""
    before = Replica.chunk

    def chunk(self: Any, head: Any, rows: Iterable[Any], cursors: Any) -> int:
        there = list(rows)
        return before(self, head, there[:-1] if len(there) >= engine.CHUNK_ROWS else there, cursors)

    patch.setattr(Replica, "chunk", chunk)
    patch.setattr(feed._Reader, "sums", lambda self, units: {})


def dead_forbidden(patch: pytest.MonkeyPatch, _: World) -> None:
    """What was refused for its place stays refused when the place is given again."""
    before = scope.apply

    def apply(db: Any, *more: Any) -> Any:
        refused = db.execute("SELECT op FROM outbox WHERE state = 'forbidden'").fetchall()
        made = before(db, *more)
        db.executemany("UPDATE outbox SET state = 'forbidden' WHERE op = ?", refused)
        return made

    patch.setattr(scope, "apply", apply)
    patch.setattr(Replica, "_try_again", lambda _: [])


def older_as_newer(patch: pytest.MonkeyPatch, _: World) -> None:
    """What a restored server has is taken for newer than what an officer saw before: what it lacks was taken out."""
    patch.setattr(restored, "before", lambda *_: False)


def read_as_newest(patch: pytest.MonkeyPatch, _: World) -> None:
    """What was never on a stick is marked as accepted by the answers to one."""
    before = carry.answered

    def answered(store: Any, lines: Any, end: Any) -> Any:
        more = [(row.op, "applied", 1, None) for row in operations.load(store.db)][:1]
        return before(store, [*lines, *more], end)

    patch.setattr(carry, "answered", answered)


CARRIED: dict[str, Plant] = {"read-as-newest": read_as_newest, "no-dedupe": no_dedupe}
"""Faults that are looked for where work is carried."""
PLANTS: dict[str, Plant] = {
    "no-dedupe": no_dedupe,
    "cursor-first": cursor_first,
    "last-write-wins": last_write_wins,
    "no-mark": no_mark,
    "purge-outbox": purge_outbox,
    "drop-on-conflict": drop_on_conflict,
    "no-reoffer": no_reoffer,
    "serial-gap": serial_gap,
    "mark-on-pull-only": mark_on_pull_only,
    "mark-at-end-only": mark_at_end_only,
    "mark-of-row": mark_of_row,
    "commit-before-answer": commit_before_answer,
    "draft-lost": draft_lost,
    "store-refusals": store_refusals,
    "was-at-commit": was_at_commit,
    "cycle-blind-cursor": cycle_blind_cursor,
    "drop-tail": drop_tail,
    "dead-forbidden": dead_forbidden,
    "older-as-newer": older_as_newer,
}
"""By name. The recommended rules are without any."""
