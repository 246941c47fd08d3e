"""One round with the server: a pure function of store, transport, clock and random.

Push until nothing is left or nothing moves, pull to the end, and push once more what the pull queued again. Push
works when pull fails and pull when push fails. Rows are committed at chunk lines only, so that a cut or a cancel
between two lines loses at most one chunk, and nothing that an officer saved.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple, Protocol, TYPE_CHECKING

from akk_tui.contract.errors import AkkError
from akk_tui.contract.limits import CHUNK_ROWS
from akk_tui.contract.records import ChunkLine, EndLine
from akk_tui.store.errors import StoreUnusable
from akk_tui.store.store import stamp
from akk_tui.sync.backoff import http_date
from akk_tui.sync.cursors import completed, restarted, sparing
from akk_tui.sync.errors import BadAnswer, Cancelled, Cut, Diverged, ServerProblem, SignedOut, Unreachable
from akk_tui.sync.progress import never, Progress, Report, silent, Stage
from akk_tui.sync.wipe_errors import WipeAsked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from akk_tui.contract.records import (
        AnswerLine,
        MoreLine,
        Operation,
        PullHead,
        PullRequest,
        PushEnd,
        Reference,
        RowLine,
        Witness,
    )
    from akk_tui.store.store import Store

RESUMES: Final = 1_000
"""How often one pull goes on after a cut that came behind a committed chunk."""
TURNS: Final = 3
"""How often one round pushes again what a pull queued again."""
_TOO_LARGE: Final = (400, 413, 422)
_ROWS_AT_MOST: Final = 10 * CHUNK_ROWS
"""Rows without a commit point that are still waited for."""
_SUMS: Final = "sums"
"""The day (UTC) on which the checksums of all units were last compared."""


class Calls(Protocol):
    """What the engine needs of a transport."""

    server: str
    requests: int
    server_date: str

    @property
    def bytes_up(self) -> int: ...

    @property
    def bytes_down(self) -> int: ...

    def reference(self) -> tuple[Reference, str]: ...

    def push(
        self, operations: Sequence[Operation], witness: Witness | None, *, again: bool = False
    ) -> tuple[list[AnswerLine], PushEnd]: ...

    def pull(
        self, request: PullRequest
    ) -> AbstractContextManager[tuple[PullHead, Iterator[RowLine | ChunkLine | EndLine | MoreLine]]]: ...


class RoundResult(NamedTuple):
    """What a round did. ``pushed`` operations were accepted and ``pulled`` rows changed here; ``conflicts`` and
    ``refused`` wait for an answer after it. ``merged`` fields came out of this officer's edit and another one without
    a question. Bytes as on the wire, HTTP included; ``answers`` by their result."""

    pushed: int = 0
    pulled: int = 0
    conflicts: int = 0
    refused: int = 0
    bytes_up: int = 0
    bytes_down: int = 0
    requests: int = 0
    seconds: float = 0.0
    outcome: str = "done"
    answers: dict[str, int] = {}
    recovered: bool = False
    """Whether the server had been restored from a backup, also where an earlier round found it and was cut."""
    clock_skew: int = 0
    """Seconds that this computer's clock is ahead of the server's (behind: negative), as far as the answers tell."""
    merged: int = 0


class Engine:
    """Runs rounds, over the whole scope or over some ``regions`` of it.

    ``now`` is a clock in seconds that only moves forward; ``cancelled`` is asked between lines.
    """

    def __init__(
        self,
        store: Store,
        transport: Calls,
        *,
        now: Callable[[], float],
        progress: Report = silent,
        cancelled: Callable[[], bool] = never,
        accept_deletions: bool = False,
        cycles: Sequence[str] = (),
        regions: Sequence[str] = (),
    ) -> None:
        self._store = store
        self._transport = transport
        self._now = now
        self._progress = progress
        self._cancelled = cancelled
        self._accept = accept_deletions
        self._cycles = tuple(cycles)
        self._regions = tuple(regions)
        self._start = now()
        self._answers: Counter[str] = Counter()
        self._pulled = 0
        self._chunks = 0
        self._recovered = self._goes_on = False
        self._asked_again = False
        self._diverged = False
        self._unnamed: set[str] = set()
        store.merged.clear()

    def round(self) -> RoundResult:
        """One whole round; raises the first error that stopped a part of it, after the other part was tried.

        Raises SyncError, NeedsConsent, ChecksumMismatch, StoreUnusable. :meth:`result` tells what was done before.
        """
        self._store.queue.recover()
        if self._store.replica.recovering:
            self._regions, self._goes_on = (), True
        self._tell("connect")
        failed = self._attempt(self.push)
        failed = self._attempt(self.pull) or failed
        if isinstance(failed, WipeAsked):
            self._attempt(self._offer_last)
        # What the pull queued again: settled conflicts, units given back, work that a restored server has lost.
        for _ in range(TURNS):
            if failed is not None or not self.push():
                break
            failed = self._attempt(self.pull)
        self._tell("done")
        if failed is not None:
            raise failed
        return self.result()

    def result(self) -> RoundResult:
        """What was done so far."""
        from akk_tui.store.views.status import waiting_by_unit

        waiting = waiting_by_unit(self._store).values()
        transport = self._transport
        return RoundResult(
            pushed=self._answers["applied"] + self._answers["same"],
            pulled=self._pulled,
            conflicts=sum(one.conflicts for one in waiting),
            refused=sum(one.refused for one in waiting),
            bytes_up=transport.bytes_up,
            bytes_down=transport.bytes_down,
            requests=transport.requests,
            seconds=self._now() - self._start,
            answers=dict(self._answers),
            recovered=self._recovered or self._goes_on,
            clock_skew=self._clock_skew(),
            merged=len(self._store.merged),
        )

    def _clock_skew(self) -> int:
        """By the last answer's ``Date``; nothing is decided by it: operations are judged by value, never by time."""
        date = http_date(self._transport.server_date)
        return 0 if date is None else round((self._store.now() - date).total_seconds())

    def _attempt(self, part: Callable[[], object]) -> AkkError | None:
        """Run one half of the round; an error that leaves the other half a chance is handed back."""
        try:
            part()
        except (Cancelled, SignedOut, StoreUnusable):
            raise
        except Cut as cut:
            return cut
        except Unreachable:
            raise
        except AkkError as error:
            return error
        return None

    # up

    def push(self) -> int:
        """Send what waits, batch by batch, until nothing is left or nothing moves; how many were accepted.

        An operation that the answer does not name stays queued and goes out again in the next round.
        """
        accepted = 0
        while not self._diverged and (batch := self._store.queue.batch(self._unnamed, self._regions)):
            results = self._push_batch(batch)
            accepted += sum(result in ("applied", "same") for result in results.values())
            if not self._diverged:
                self._unnamed |= {op.op for op in batch if op.op not in results}
        return accepted

    def _offer_last(self) -> None:
        """The data here is to be destroyed, and no row comes any more: only a push tells whether the server was
        restored, and takes what it has lost."""
        if not self._diverged:
            try:
                self._transport.push([], self._store.witness())
            except Diverged:
                self._recover()
        self._diverged = False
        self.push()

    def _push_batch(self, batch: list[Operation]) -> dict[str, str]:
        """Send ``batch``; a batch that the server cannot take as a whole is halved until the culprit is alone."""
        if self._cancelled():
            self._store.queue.answer([], None, batch)
            raise Cancelled
        self._tell("push", 0, len(batch))
        try:
            answers, end = self._transport.push(batch, self._store.witness(), again=self._store.queue.again)
        except Diverged:
            self._store.queue.answer([], None, batch)
            self._recover()
            return {}
        except ServerProblem as problem:
            if problem.status not in _TOO_LARGE:
                self._store.queue.answer([], None, batch)
                raise
            return self._push_halves(batch, problem)
        except AkkError:
            self._store.queue.answer([], None, batch)
            raise
        return self._answered(batch, answers, end)

    def _push_halves(self, batch: list[Operation], problem: ServerProblem) -> dict[str, str]:
        if len(batch) == 1:
            detail = {"code": "bad_value", "detail": str(problem.params["title"])}
            return self._answered(batch, [(batch[0].op, "rejected", 0, detail)], None)
        middle = len(batch) // 2
        try:
            results = self._push_batch(batch[:middle])
        except AkkError:
            self._store.queue.answer([], None, batch[middle:])
            raise
        return results | self._push_batch(batch[middle:])

    def _answered(self, batch: list[Operation], answers: list[AnswerLine], end: PushEnd | None) -> dict[str, str]:
        known = {op.op for op in batch}
        named = [answer for answer in answers if answer[0] in known]
        self._answers += Counter(self._store.queue.answer(named, end, batch))
        self._tell("push", len(named), len(batch))
        return {answer[0]: answer[1] for answer in named}

    # down

    def pull(self) -> int:
        """Pull until the end; how many rows changed here. A cut behind a committed chunk is resumed at once."""
        before = self._pulled
        sums = self._sums_are_due()
        for _ in range(RESUMES):
            committed = self._chunks
            try:
                done = self._pull_once(sums)
            except Cut:
                if self._chunks == committed:
                    raise
            except Diverged:
                if self._recovered:
                    raise
                self._recover()
            else:
                if done:
                    break
                if self._chunks == committed:
                    raise BadAnswer(server=self._transport.server, reason="more")
        else:
            raise BadAnswer(server=self._transport.server, reason=f"> {RESUMES}")
        if sums:
            self._store.meta.set(_SUMS, self._day())
        self._diverged = False
        date = http_date(self._transport.server_date)
        if date is not None:
            self._store.queue.told(stamp(date))
        return self._pulled - before

    def _pull_once(self, sums: bool) -> bool:
        """One request; True when the rows are complete and their checksums right."""
        store = self._store
        known = store.replica.scope()
        request = sparing(store.replica.request(sums, self._cycles, self._regions), known)
        with self._transport.pull(request) as (first, lines):
            head = completed(first, request, known)
            if head.reference != store.reference_etag():
                store.replica.ask(head, self._accept)
                self._fetch_reference()
                if head.reference != store.reference_etag() and not self._asked_again:
                    # It changed once more: which cycles this answer leaves out as closed is not known.
                    self._asked_again = True
                    self._chunks += 1
                    return False
            store.replica.begin(head, self._accept, restarted(first, request))
            points = _Points(store, head)
            start = self._transport.bytes_down
            try:
                for line in lines:
                    if self._cancelled():
                        raise Cancelled
                    if isinstance(line, tuple):
                        if not points.row(line):
                            raise BadAnswer(server=self._transport.server, reason="chunk")
                    elif isinstance(line, ChunkLine):
                        points.point(line.chunk)
                        self._tell("pull", points.rows, head.rows, self._transport.bytes_down - start, head.bytes_est)
                    elif points.open:
                        raise BadAnswer(server=self._transport.server, reason="end")
                    else:
                        points.commit()
                        return isinstance(line, EndLine) and self._finished(head, line)
            except (Cancelled, Cut):
                points.commit()
                raise
            finally:
                self._pulled += points.changed
                self._chunks += points.commits
        raise Cut(server=self._transport.server)

    def _finished(self, head: PullHead, end: EndLine) -> bool:
        wrong = self._store.replica.finish(head, end)
        # Units that differ begin anew: the next request asks for something else, even where no row came.
        self._chunks += len(wrong)
        return not wrong

    def _fetch_reference(self) -> None:
        self._tell("reference")
        self._store.save_reference(*self._transport.reference())

    def _recover(self) -> None:
        """The server was restored from a backup: pull anew, then offer what it has lost once more."""
        date = http_date(self._transport.server_date)
        if date is not None:
            # How far back accepted work is offered again goes by the server's clock, never by this computer's.
            self._store.meta.set("server_time", stamp(date))
        self._store.replica.diverged()
        # All is read anew, whatever the round was asked for.
        self._regions = ()
        self._recovered = self._diverged = True

    def _sums_are_due(self) -> bool:
        return not self._regions and self._store.meta.get(_SUMS) != self._day()

    def _day(self) -> str:
        return self._store.now().date().isoformat()

    def _tell(self, stage: Stage, rows: int = 0, total: int = 0, moved: int = 0, estimate: int = 0) -> None:
        seconds = self._now() - self._start
        both = self._transport.bytes_up + self._transport.bytes_down
        self._progress(Progress(stage, rows, total, moved, estimate, both / seconds if seconds > 0 else 0.0))


class _Points:
    """Rows up to the last commit point, stored some two hundred at a time; what comes behind the point can be lost."""

    def __init__(self, store: Store, head: PullHead) -> None:
        self._replica = store.replica
        self._head = head
        self._ready: list[RowLine] = []
        self._cursors: int | dict[str, int] | None = None
        self.open: list[RowLine] = []
        self.rows = self.changed = self.commits = 0

    def row(self, row: RowLine) -> bool:
        """Take a row; False when too many came without a commit point."""
        self.open.append(row)
        return len(self.open) <= _ROWS_AT_MOST

    def point(self, cursors: int | dict[str, int]) -> None:
        """The rows so far are whole, with these cursors."""
        if self._cursors is not None and isinstance(self._cursors, int) != isinstance(cursors, int):
            self.commit()
        if isinstance(cursors, dict) and isinstance(self._cursors, dict):
            cursors = self._cursors | cursors
        self._cursors = cursors
        self._ready += self.open
        self.rows += len(self.open)
        self.open = []
        if len(self._ready) >= CHUNK_ROWS:
            self.commit()

    def commit(self) -> None:
        """Store what is whole."""
        if self._cursors is not None:
            self.changed += self._replica.chunk(self._head, self._ready, self._cursors)
            self.commits += 1
        self._ready, self._cursors = [], None
