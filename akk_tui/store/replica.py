"""The pull side: the server's rows, cursors and witness, stored together at each commit point of a pull."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, TYPE_CHECKING

from akk_tui.contract import codec, limits
from akk_tui.contract.records import EndLine, Grant, PullHead, PullRequest, RowLine, Want
from akk_tui.store import derived, recovery, restored, room, scope
from akk_tui.store.clock import stamp
from akk_tui.store.conflicts import Conflicts
from akk_tui.store.errors import ChecksumMismatch, NeedsConsent, PullRefused
from akk_tui.store.queue import note_witness
from akk_tui.store.rows import place, Placed, Rows, Written
from akk_tui.store.scope import PullPlan

if TYPE_CHECKING:
    from akk_tui.store.store import Store

_FORBIDDEN_TRIES: Final = 5

Cursors = int | dict[str, int]


class Replica:
    """The copy of the server's rows in one open store; only the process that syncs uses it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._db = store.db
        self._rows = Rows(store)
        self._accepts = False
        self._total = 0
        self._cycles: tuple[str, ...] = ()
        self._regions: frozenset[str] = frozenset()
        self._asked: set[str] | None = None
        self._scope: tuple[PullHead, frozenset[str]] | None = None

    @property
    def recovering(self) -> bool:
        """Whether all rows are being pulled anew after a restore of the server; the old ones are still shown."""
        return restored.active(self._store)

    def request(self, sums: bool = False, cycles: Iterable[str] = (), regions: Iterable[str] = ()) -> PullRequest:
        """What to ask the server for: the newest witness and all cursors.

        ``cycles`` empty means all open ones, ``regions`` empty all of the scope.
        """
        at = self._store.meta.number("at")
        self._cycles = tuple(cycles)
        self._regions = frozenset(regions)
        wanted = self._asked = self._wanted()
        behind: dict[str, int] = {}
        with self._db.write():
            self._hold_back(wanted)
            for unit, cursor in self._db.execute("SELECT unit, cursor FROM unit WHERE cursor IS NOT NULL").fetchall():
                if self._serves(unit, wanted) and (cursor or at):
                    # Also where it happens to be ``at``: without being named, a unit given since is read from 0.
                    behind[unit] = cursor
        witness = self._store.witness()
        want = Want(cycles=self._cycles, regions=tuple(sorted(self._regions)))
        return PullRequest(witness=witness, at=at, behind=behind, want=want, sums=sums)

    def _hold_back(self, wanted: set[str] | None) -> None:
        """Units of which nothing comes with this pull must not count as being at the cursor of the others."""
        at = self._store.meta.number("at")
        units = self._db.execute("SELECT unit FROM unit WHERE cursor IS NULL").fetchall()
        held = [(at, unit) for (unit,) in units if not self._serves(unit, wanted)]
        self._db.executemany("UPDATE unit SET cursor = ? WHERE unit = ?", held)

    def scope(self) -> tuple[Grant, ...]:
        """The units of the scope as the last pull named it."""
        found = self._db.execute("SELECT unit, write FROM unit WHERE NOT leaving ORDER BY unit")
        return tuple(Grant(unit=unit, write=bool(write)) for unit, write in found.fetchall())

    def ask(self, head: PullHead, accept_deletions: bool = False) -> None:
        """Raise NeedsConsent for an empty scope where rows are here, unless ``accept_deletions``.

        Also before a reference is fetched: the one of an empty scope names none of the regions whose rows stay.
        """
        self._total = self._db.value("SELECT count(*) FROM base")
        if not head.scope and not accept_deletions:
            # Of units that are hidden already it was asked before.
            rows = self._db.value("SELECT count(*) FROM base WHERE unit NOT IN (SELECT unit FROM unit WHERE leaving)")
            if rows:
                raise NeedsConsent(rows=rows, total=self._total)

    def begin(self, head: PullHead, accept_deletions: bool = False, anew: Iterable[str] = ()) -> PullPlan:
        """Take in a pull's first line: units given and taken. Call it once before the chunks of that pull.

        ``anew``: fresh units whose cursor the request did not tell, so that the server reads them from the start.
        Raises NeedsConsent for an empty scope where rows are here, unless ``accept_deletions``.
        """
        self._accepts = accept_deletions
        self._rows.forget_instruments()
        with self._db.write():
            self.ask(head, accept_deletions)
            moves = scope.apply(self._db, head, anew)
            # A cycle may have been closed since the request was made.
            self._hold_back(self._wanted())
            if any(moves):
                # A server that is restored to before these must not be taken for one that still knows what is here.
                note_witness(self._store, head.head)
            self.read_again()
        known = self._store.reference_etag()
        return PullPlan(*moves, head.rows, head.bytes_est, known != head.reference)

    def read_again(self) -> None:
        """What waits in quarantine and this version can read becomes rows; part of the caller's transaction."""
        again = self._rows.read_again()
        if again and not self.recovering:
            notes = [key for _, kind, key in again if kind == "note"]
            derived.refresh(self._db, {unit for unit, _, _ in again}, notes)

    def chunk(self, head: PullHead, rows: Iterable[RowLine], cursors: Cursors) -> int:
        """Store the rows up to a commit point with its cursors and the witness, in one transaction.

        Returns how many rows differ from what was here. Raises PullRefused for rows outside the scope and for cursors
        that go backwards or past the head, NeedsConsent when more than a fifth of the rows here would be deleted,
        StoreNearlyFull where the room that is left is kept for edits; then nothing of the chunk is stored.
        """
        if rows := list(rows):
            room.ask(self._db.path)
        placed = [place(row) for row in rows]
        _check_rows(head, placed, self._in_scope(head))
        units = {row.unit for row in placed}
        if isinstance(cursors, dict):
            units.update(cursors)
        with self._db.write():
            self._check_cursors(head, cursors)
            self._refill(units)
            written = self._rows.put(placed)
            self._ask_deletions(written)
            self._store_cursors(cursors)
            note_witness(self._store, head.head)
            if not self.recovering:
                self._settle(units - {""}, {(row.kind, row.key) for row in placed})
        return written.changed

    def finish(self, head: PullHead, end: EndLine) -> list[str]:
        """The pull is complete: all units stand at ``end``. Returns the units whose checksum is wrong.

        Their cursor is 0 again, so that the next pull brings them anew; a unit that is wrong in two pulls in a row
        raises ChecksumMismatch. After a restore of the server the new rows now take the place of the old ones.
        """
        store, db = self._store, self._db
        with db.write():
            self._check_cursors(head, end.end)
            ours = {grant.unit for grant in head.scope}
            served = self._wanted()
            recovered = recovery.complete(store, [u for u in ours if served is not None and u[:4] not in served])
            wrong = [unit for unit, total in end.sum.items() if unit in ours and self._rows.checksum(unit) != total]
            self._all_at_end(head, end)
            db.executemany("UPDATE unit SET cursor = 0 WHERE unit = ?", [(unit,) for unit in wrong])
            store.meta.set("at", str(end.end))
            note_witness(store, head.head)
            again = self._try_again()
            twice = self._remember_wrong(wrong, end.sum.keys())
            store.meta.set("tombstones", None)
            if not self._regions:
                store.meta.set("last_sync", stamp(store.now()))
                store.meta.set("expired", None)
            if recovered:
                notes = db.execute("SELECT key FROM base WHERE kind = 'note' UNION SELECT key FROM note_doc").fetchall()
                self._settle(ours, {("note", key) for (key,) in notes}, everywhere=True)
            else:
                self._settle({unit for unit, _, _ in again}, {row[1:] for row in again}, everywhere=True)
        if twice:
            raise ChecksumMismatch(units=", ".join(twice))
        return wrong

    def diverged(self) -> None:
        """The server was restored from a backup: see :mod:`akk_tui.store.recovery`."""
        recovery.start(self._store)

    def _settle(self, units: set[str], rows: set[tuple[str, str]], *, everywhere: bool = False) -> None:
        """What new rows mean for receipts, conflicts and everything derived from them."""
        conflicts = Conflicts(self._store)
        waiting = {(row.unit, row.kind, row.key) for clash in conflicts.list() for row in clash.rows}
        moved = {*self._rows.arrived(), *(one for one in waiting if everywhere or one[1:] in rows)}
        conflicts.reconsider(None if everywhere else rows)
        notes = {key for kind, key in rows if kind == "note"} | {key for _, kind, key in moved if kind == "note"}
        derived.refresh(self._db, units | {unit for unit, _, _ in moved}, notes)

    def _try_again(self) -> list[tuple[str, str, str]]:
        """Queue what was refused for its place although that is ours (it was away between two pulls), a few times.

        Returns (unit, kind, key) of each.
        """
        where = "state = 'forbidden' AND tries < ? AND unit IN (SELECT unit FROM unit WHERE NOT leaving)"
        found = self._db.execute(
            f"SELECT unit, kind, key FROM outbox WHERE {where}",  # noqa: S608 - constant
            (_FORBIDDEN_TRIES,),
        ).fetchall()
        if found:
            self._db.execute(
                f"UPDATE outbox SET state = 'queued', answer = NULL WHERE {where}",  # noqa: S608 - constant
                (_FORBIDDEN_TRIES,),
            )
        return found

    def _wanted(self) -> set[str] | None:
        """The cycles whose units come with a pull: those asked for, else all open ones; None before a reference."""
        reference = self._store.reference()
        if self._cycles or reference is None:
            return set(self._cycles) or None
        return {str(cycle.id) for cycle in reference.cycles if cycle.state == "open"}

    def _serves(self, unit: str, cycles: set[str] | None) -> bool:
        """Whether rows of ``unit`` come with this pull, by its cycle (None: any) and its region."""
        return (cycles is None or unit[:4] in cycles) and (not self._regions or unit[5:] in self._regions)

    def _all_at_end(self, head: PullHead, end: EndLine) -> None:
        """Units that were part of this pull are complete; one that is not wanted stays where it is.

        What the server takes for wanted may have changed with the reference data that came with this very pull: then
        the cycle's units count as complete only if their rows were announced.
        """
        served = self._wanted() or set()
        wanted = (self._asked or set()) & served
        # The request may have set apart units of cycles that the server then left out.
        fresh = {unit for unit in head.fresh if self._serves(unit, served)}
        found = self._db.execute("SELECT unit, cursor FROM unit WHERE cursor IS NOT NULL AND NOT leaving").fetchall()
        done = [(unit,) for unit, cursor in found if unit in fresh or cursor >= end.end or self._serves(unit, wanted)]
        self._db.executemany("UPDATE unit SET cursor = NULL WHERE unit = ?", done)

    def _refill(self, units: set[str]) -> None:
        """A unit that differed from the server is emptied when it comes anew, in the same transaction."""
        refill: list[str] = codec.decode(list[str], self._store.meta.get("refill") or "[]")
        now = [unit for unit in refill if unit in units]
        if now:
            self._rows.empty(now)
            left = [unit for unit in refill if unit not in units]
            self._store.meta.set("refill", codec.encode(left).decode() if left else None)

    def _remember_wrong(self, wrong: list[str], summed: Iterable[str]) -> list[str]:
        """Note which units were wrong; those that were so before too."""
        meta = self._store.meta
        before = differing(self._store)
        twice = [unit for unit in wrong if unit in before]
        now = sorted(({*before} - {*summed}) | {*wrong})
        for name, value in (("mismatch", now), ("refill", wrong)):
            meta.set(name, codec.encode(value).decode() if value else None)
        return twice

    def _in_scope(self, head: PullHead) -> frozenset[str]:
        """The units of ``head``, made once for all chunks of its pull."""
        if self._scope is None or self._scope[0] is not head:
            self._scope = (head, frozenset(grant.unit for grant in head.scope))
        return self._scope[1]

    def _check_cursors(self, head: PullHead, cursors: Cursors) -> None:
        at, newest = self._store.meta.number("at"), head.head[0]
        if isinstance(cursors, int):
            if not at <= cursors <= newest:
                raise PullRefused(reason=f"{at} → {cursors} ({newest})")
            return
        known = "SELECT coalesce(cursor, ?) FROM unit WHERE unit = ? AND NOT leaving"
        for unit, cursor in cursors.items():
            was = self._db.value(known, (at, unit))
            if was is None or not was <= cursor <= newest:
                raise PullRefused(reason=f"{unit}: {was} → {cursor} ({newest})")

    def _store_cursors(self, cursors: Cursors) -> None:
        if isinstance(cursors, int):
            self._store.meta.set("at", str(cursors))
        else:
            pairs = [(cursor, unit) for unit, cursor in cursors.items()]
            self._db.executemany("UPDATE unit SET cursor = ? WHERE unit = ?", pairs)

    def _ask_deletions(self, written: Written) -> None:
        """Deletions add up until a pull is complete, so that asking again does not let them through bit by bit."""
        if not written.deleted or self.recovering:
            return
        count = self._store.meta.number("tombstones") + written.deleted
        if count > self._total * limits.MASS_DELETION_SHARE and not self._accepts:
            raise NeedsConsent(rows=count, total=self._total)
        self._store.meta.set("tombstones", str(count))


def differing(store: Store) -> list[str]:
    """The units whose checksum was another one than the server's when it was last compared."""
    return codec.decode(list[str], store.meta.get("mismatch") or "[]")


def _check_rows(head: PullHead, rows: list[Placed], units: frozenset[str]) -> None:
    for row in rows:
        if row.unit and row.unit not in units:
            raise PullRefused(reason=f"{row.kind} {row.key}: {row.unit}")
        if row.seq > head.head[0]:
            raise PullRefused(reason=f"{row.kind} {row.key}: {row.seq} > {head.head[0]}")
