"""The push side: which operations go out next, and what their answers do.

The queue never blocks: an operation in conflict or refused holds back only later ones on its field and those that
build on it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final, TYPE_CHECKING

from akk_tui.contract import codec, limits
from akk_tui.contract.records import AnswerLine, Operation, PushEnd
from akk_tui.store import derived, operations, restored
from akk_tui.store.clock import stamp
from akk_tui.store.conflicts import Conflicts
from akk_tui.store.operations import REOFFERED, Row

if TYPE_CHECKING:
    from akk_tui.store.store import Store

_NOTHING: Final[frozenset[str]] = frozenset()


class Queue:
    """The queue of one open store; only the process that syncs uses it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._db = store.db
        self.again = False
        """Whether the last batch holds what was in a request before."""

    def recover(self) -> None:
        """At the start of a round: what was under way or had to wait goes out again."""
        with self._db.write():
            self._db.execute("UPDATE outbox SET state = 'queued' WHERE state IN ('sending', 'wait')")

    def pending_count(self) -> int:
        """How many operations are still to be sent (not in conflict, not refused)."""
        return self._db.value("SELECT count(*) FROM outbox WHERE state IN ('queued', 'sending', 'wait')")

    def batch(self, skip: Iterable[str] = _NOTHING, regions: Iterable[str] = _NOTHING) -> list[Operation]:
        """The next operations to send, in the author's order, marked as under way; empty when there are none.

        At most 200 and 256 kB encoded (a line each). ``skip``: operations that are not to go out in this round; what
        builds on them waits too. ``regions``: only work in these (codes; none: everywhere).
        """
        only = set(regions)
        with self._db.write():
            rows = operations.load(self._db)
            known = {row.op for row in rows}
            accepted = {row[0] for row in self._db.execute("SELECT op FROM sent WHERE acknowledged").fetchall()}
            batch: list[Operation] = []
            sent_before = False
            size = 0
            for row in self._free(rows, set(skip)):
                if only and row.unit[5:] not in only:
                    continue
                # An accepted predecessor stays named: the operation may have been in a request with it already, and
                # then it must not change. One that is gone for good can never be answered.
                prev = row.body.prev if row.body.prev in known or row.body.prev in accepted else None
                made = operations.operation(row, prev)
                size += len(codec.encode(made)) + 1
                if batch and (len(batch) >= limits.BATCH_OPERATIONS or size > limits.BATCH_BYTES):
                    break
                batch.append(made)
                sent_before |= row.requested > 0
            self._db.executemany(
                "UPDATE outbox SET state = 'sending', tries = tries + 1, requested = max(requested, 1) WHERE op = ?",
                [(one.op,) for one in batch],
            )
        self.again = sent_before
        return batch

    def _free(self, rows: list[Row], skip: set[str]) -> Iterable[Row]:
        """The queued operations that nothing holds back."""
        held: set[tuple[str, str, str]] = set()
        stuck: set[str] = set()
        here = {row.op for row in rows}
        for row in rows:
            field = (row.kind, row.key, row.field)
            # What an undo is worth depends on the answer to the operation that it takes back.
            waits = row.body.prev in stuck or field in held or (row.undoes in here and not row.requested)
            if row.state == "queued" and row.op not in skip and not waits:
                yield row
            else:
                stuck.add(row.op)
                held.add(field)

    def answer(
        self, answers: Iterable[AnswerLine], end: PushEnd | None, sent: Iterable[Operation], *, live: bool = True
    ) -> Counter[str]:
        """Store the answers to the operations ``sent``, in one transaction; how many of each kind.

        Accepted ones move to ``sent`` with their receipt (server number and the time of ``end``) and are shown until
        a pull brings their row. What no answer names is queued again. ``end`` (None: the answer was cut) brings the
        witness and, where the answer is ``live``, the present time.
        """
        counted: Counter[str] = Counter()
        db = self._db
        with db.write():
            rows = {row.op: row for row in operations.load(db, "state = 'sending'")}
            if end is not None:
                self._store.meta.set("server_time", str(end.at))
                note_witness(self._store, end.head)
            at = str(end.at) if end else ""
            touched: list[Row] = []
            for op, result, seq, detail in answers:
                row = rows.pop(op, None)
                if row is None:
                    continue
                counted[result] += 1
                touched.append(row)
                if result == "same" and (met := self._met_before(row)):
                    self._keep(row, "conflict", met)
                elif result in ("applied", "same"):
                    self._accept(row, result, seq, at)
                else:
                    self._keep(row, result, detail)
                if result in ("same", "forbidden", "rejected"):
                    self._end_undo(row)
            for one in sent:
                if one.op in rows:
                    db.execute("UPDATE outbox SET state = 'queued' WHERE op = ? AND state = 'sending'", (one.op,))
            Conflicts(self._store).reconsider({(row.kind, row.key) for row in touched}, landed=True)
            if end is not None and live:
                self.told(str(end.at))
            self._prune()
            notes = {row.key for row in touched if row.kind == "note"}
            derived.refresh(db, {row.unit for row in touched}, notes)
        return counted

    def _accept(self, row: Row, result: str, seq: int, at: str) -> None:
        shown = row.requested != REOFFERED and not self._is_here(row, seq)
        self._db.execute(
            "INSERT OR REPLACE INTO sent"
            " SELECT op, n, kind, key, unit, field, pos, body, ?, ?, ?, ?, 1, step, undoes, undone"
            " FROM outbox WHERE op = ?",
            (result, seq, at, shown, row.op),
        )
        self._db.execute("DELETE FROM outbox WHERE op = ?", (row.op,))

    def _met_before(self, row: Row) -> dict[str, Any] | None:
        """What an earlier one on the field met, that is in conflict: this one's value is what both of them end with.

        So it is where a restored server is offered both, of which none names the other.
        """
        where = "kind = ? AND key = ? AND field = ? AND n < ? AND state = 'conflict'"
        found = operations.load(self._db, where, (row.kind, row.key, row.field, row.n))
        return found[-1].answer if found else None

    def _end_undo(self, row: Row) -> None:
        """``row`` changed nothing: an undo of it that was never in a request has nothing to take back."""
        inverse = operations.load(self._db, "undoes = ? AND requested = 0", (row.op,))
        if inverse:
            own = operations.load(self._db, "op = ?", (row.op,))
            operations.put_aside(self._store, [*inverse, *own], "undone")
            operations.mark_undone(self._db, row.op, undone=True)

    def _is_here(self, row: Row, seq: int) -> bool:
        """Whether the rows that are here already hold what happened at ``seq``."""
        if restored.active(self._store):
            return False
        at = self._store.meta.number("at")
        cursor = self._db.value("SELECT coalesce(cursor, ?) FROM unit WHERE unit = ?", (at, row.unit), default=0)
        base = self._db.value("SELECT seq FROM base WHERE kind = ? AND key = ?", (row.kind, row.key), default=0)
        return seq <= max(cursor, base)

    def _keep(self, row: Row, result: str, detail: dict[str, Any] | None) -> None:
        answer = None if detail is None else codec.encode(detail).decode()
        self._db.execute("UPDATE outbox SET state = ?, answer = ? WHERE op = ?", (result, answer, row.op))

    def told(self, now: str) -> None:
        """The server has just said that it is ``now``: what has no date yet gets this one.

        What is let go here has none at first: this computer's clock may be years off, and what the server said last
        may be months old. So it is kept too long rather than not long enough; also where a proxy's clock says ``now``
        and is behind.
        """
        now = max(now, self._store.meta.get("server_time") or "")
        with self._db.write():
            for table in ("discarded", "sent"):
                self._db.execute(f"UPDATE {table} SET at = ? WHERE at = ''", (now,))  # noqa: S608 - names of our own

    def _prune(self) -> None:
        """Forget receipts and discarded operations past their 90 days, by the server's clock alone."""
        oldest = cutoff(self._store.meta.get("server_time") or "")
        self._db.execute("DELETE FROM sent WHERE at <> '' AND at < ? AND NOT shown", (oldest,))
        self._db.execute("DELETE FROM discarded WHERE at <> '' AND at < ?", (oldest,))


def cutoff(server_time: str) -> str:
    """The moment 90 days before ``server_time``; what is older is no longer kept."""
    try:
        now = datetime.fromisoformat(server_time)
        return stamp(now - timedelta(days=limits.SENT_DAYS))
    except (ValueError, OverflowError):
        return ""


def note_witness(store: Store, head: tuple[int, str]) -> None:
    """Remember a commit of the server, if it is newer than the one that is known."""
    known = store.witness()
    if known is None or head[0] > known[0]:
        store.meta.set("witness", codec.encode(head).decode())
