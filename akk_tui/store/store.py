"""One open store: the door through which screens, commands and the sync engine come in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from types import EllipsisType
from typing import Any, TYPE_CHECKING

from akk_tui import __version__
from akk_tui.contract import codec
from akk_tui.contract.records import Instrument, Reference, Witness
from akk_tui.store import clock, keys, netfs, schema
from akk_tui.store.clock import stamp
from akk_tui.store.db import connect, Database, SEALED_APP_KIB, SEALED_CACHE_KIB
from akk_tui.store.errors import StoreGone, StoreReadOnly, StoreUnusable, UnknownCycle
from akk_tui.store.meta import Meta
from akk_tui.store.shapes import Edit

if TYPE_CHECKING:
    from akk_tui.store.drafts import Drafts
    from akk_tui.store.outbox import Outbox
    from akk_tui.store.private import Private
    from akk_tui.store.queue import Queue
    from akk_tui.store.replica import Replica
    from akk_tui.store.runs import Runs
    from akk_tui.store.search import Search
    from akk_tui.store.views import Views

_HOURS = {"WIB": 7, "WITA": 8, "WIT": 9}


class Store:
    """A local store. It belongs to the thread that opened it; another thread opens its own on the same path."""

    def __init__(
        self, db: Database, now: Callable[[], datetime], random_bits: Callable[[int], int], *, read_only: bool
    ) -> None:
        self.db = db
        db.store = self
        self.now = now
        self.random_bits = random_bits
        self.read_only = read_only
        self.meta = Meta(db)
        self.merged: set[tuple[str, str, str]] = set()
        """(kind, key, field) of the officer's edits that were merged with another's here: who syncs tells of them."""
        self._reference: tuple[str, Reference] | None = None

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        now: Callable[[], datetime] = clock.now,
        random_bits: Callable[[int], int] = clock.random_bits,
        read_only: bool = False,
        cache_kib: int | None = None,
        again: bool = False,
    ) -> Store:
        """Open the store at ``path``; make it, or bring it to this version, when needed.

        ``now`` gives the real time as an aware datetime, ``random_bits(n)`` n random bits. Raises StoreUnusable
        (StoreTooNew, StoreDamaged, StoreReadOnly, StoreFull) in words. ``read_only`` writes nothing into a store that
        is there and of this version. ``cache_kib`` bounds SQLite's own page cache (None: its default of 2 MB); that of
        an encrypted store is as small but while it is searched. ``again``: it was open before and is not made anew;
        raises StoreGone.
        """
        if again and not path.exists():
            raise StoreGone(path=path)
        store = cls._opened(path, now, random_bits, read_only=read_only)
        if keys.of(path) is not None:
            if not store.read_only:
                _count_unsent(store)
            if cache_kib is not None:
                store.keep_pages(roomy=False)
        elif cache_kib is not None:
            store.db.execute(f"PRAGMA cache_size=-{int(cache_kib)}")
        return store

    def keep_pages(self, *, roomy: bool) -> None:
        """Keep as many decrypted pages as searching needs, or let them go; only an encrypted store does either."""
        if keys.of(self.db.path) is not None:
            self.db.execute(f"PRAGMA cache_size=-{SEALED_CACHE_KIB if roomy else SEALED_APP_KIB}")
            if not roomy:
                self.db.execute("PRAGMA shrink_memory")

    @classmethod
    def _opened(
        cls, path: Path, now: Callable[[], datetime], random_bits: Callable[[int], int], *, read_only: bool
    ) -> Store:
        if read_only and path.exists():
            db = connect(path, read_only=True)
            try:
                if schema.current(db):
                    return cls(db, now, random_bits, read_only=True)
            except BaseException:
                db.close()
                raise
            db.close()
        store = cls(_open(path), now, random_bits, read_only=False)
        _read_again(store)
        return store

    def __getattr__(self, name: str) -> Any:
        part = _part(self, name)
        setattr(self, name, part)
        return part

    if TYPE_CHECKING:
        views: Views
        search: Search
        outbox: Outbox
        queue: Queue
        replica: Replica
        drafts: Drafts
        private: Private
        runs: Runs

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection; the store object is of no use afterwards."""
        self.db.close()

    @property
    def path(self) -> Path:
        return self.db.path

    @property
    def gone(self) -> bool:
        """Whether another process took the store away: wiped it, or encrypted or decrypted the profile."""
        return self.db.gone

    def version(self) -> int:
        """A number that grows whenever this or another process commits something: cheap enough to ask every second."""
        return self.db.value("PRAGMA data_version") + self.db.commits

    # reference data

    def reference(self) -> Reference | None:
        """The reference data, or None before the first sync."""
        etag = self.reference_etag()
        if etag is None:
            return None
        if self._reference is None or self._reference[0] != etag:
            body = self.db.value("SELECT body FROM reference")
            self._reference = (etag, codec.decode(Reference, body))
        return self._reference[1]

    def take_reference(self, other: Store) -> None:
        """Use the reference data that ``other``, a store on the same path, has decoded: frozen, it may be shared."""
        self._reference = other._reference

    def reference_etag(self) -> str | None:
        """The ETag under which the server knows the reference data that is here."""
        return self.db.value("SELECT etag FROM reference")

    def save_reference(self, reference: Reference, etag: str) -> None:
        """Replace the reference data; everything that is computed from it is computed anew in the same transaction."""
        from akk_tui.store import derived, former

        with self.db.write():
            former.keep(self, reference)
            body = codec.encode(reference).decode()
            self.db.execute("INSERT OR REPLACE INTO reference VALUES (1, ?, ?)", (etag, body))
            officer = reference.officer
            for name, value in (("officer", officer.name), ("display", officer.display), ("role", officer.role)):
                self.meta.set(name, str(value))
            self.meta.set("zone", officer.zone)
            derived.refresh(self.db, (unit for (unit,) in self.db.execute("SELECT unit FROM unit").fetchall()))

    def instrument(self, cycle: str) -> Instrument:
        """The instrument of ``cycle``; raises UnknownCycle."""
        reference = self.reference()
        for known in reference.cycles if reference else ():
            if known.id == cycle:
                return known.instrument
        raise UnknownCycle(cycle=cycle)

    def cycle(self, default: str | None = None) -> str:
        """``default`` if it is a known cycle, else the newest open one, else the newest; raises UnknownCycle."""
        reference = self.reference()
        known = {cycle.id: cycle.state for cycle in reference.cycles} if reference else {}
        if default is not None:
            if default not in known:
                raise UnknownCycle(cycle=default)
            return default
        newest = sorted(known, key=lambda cycle: (known[cycle] == "open", cycle))
        if not newest:
            raise UnknownCycle(cycle="–")
        return newest[-1]

    def today(self) -> date:
        """The day that the domain takes for today: the sample's own, else today in the officer's zone."""
        reference = self.reference()
        if reference is not None and reference.sample is not None:
            return date.fromisoformat(reference.sample.today)
        zone = timezone(timedelta(hours=_HOURS.get(self.meta.get("zone") or "WIB", 7)))
        return self.now().astimezone(zone).date()

    def new_day(self) -> None:
        """Compute what follows from the day, unless that was done today: readings would do it each time anew.

        For a whole country about a quarter of a second of computing, once a day.
        """
        from akk_tui.store import summary

        if self.meta.get("summary_day") != self.today().isoformat():
            with self.db.write():
                summary.refresh(self.db, ())

    def mark_looked(self) -> None:
        """The officer has seen the changes: forget them."""
        from akk_tui.store import summary

        with self.db.write():
            self.db.execute("DELETE FROM change")
            self.meta.set("last_look", stamp(self.now()))
            summary.looked(self.db)

    # edits

    def edit(
        self,
        kind: str,
        key: str,
        set: dict[str, Any],  # noqa: A002 - the name of the operation's part
        *,
        seen: dict[str, Any] | None,
        draft: str | None = None,
        answers: bool = True,
    ) -> Edit:
        """See :meth:`akk_tui.store.outbox.Outbox.edit`."""
        return self.outbox.edit(kind, key, set, seen=seen, draft=draft, answers=answers)

    def create(self, kind: str, fields: dict[str, Any], *, key: str | None = None, draft: str | None = None) -> Edit:
        """See :meth:`akk_tui.store.outbox.Outbox.create`."""
        return self.outbox.create(kind, fields, key=key, draft=draft)

    def delete_note(self, key: str) -> Edit:
        """Delete a note; its text stays in the server's log."""
        return self.outbox.delete(kind="note", key=key)

    def undo(self, step: int | None = None) -> Edit | None:
        """See :meth:`akk_tui.store.undo.Undo.undo`."""
        from akk_tui.store.undo import Undo

        return Undo(self).undo(step)

    def newest_step(self) -> int | None:
        """The number of the newest step of edits that can be taken back."""
        from akk_tui.store.undo import Undo

        return Undo(self).newest()

    def undoable(self) -> str | None:
        """What undo would take back, as ``kind key field``'s title; None when there is nothing."""
        from akk_tui.store.undo import Undo

        return Undo(self).title()

    def redo(self) -> Edit | None:
        """See :meth:`akk_tui.store.redo.Redo.redo`."""
        from akk_tui.store.redo import Redo

        return Redo(self).redo()

    def redoable(self) -> str | None:
        """What redo would do again; None when there is nothing."""
        from akk_tui.store.redo import Redo

        return Redo(self).title()

    def resolve(
        self,
        op: str,
        choice: str,
        value: dict[str, Any] | None = None,
        *,
        shown: dict[str, Any] | EllipsisType | None = ...,
        draft: str | None = None,
    ) -> Edit:
        """See :meth:`akk_tui.store.conflicts.Conflicts.resolve`."""
        from akk_tui.store.conflicts import Conflicts

        return Conflicts(self).resolve(op, choice, value, shown=shown, draft=draft)

    def resolve_all(self, answers: Sequence[tuple[str, dict[str, Any] | None]], choice: str) -> tuple[Edit, ...]:
        """See :meth:`akk_tui.store.conflicts.Conflicts.resolve_all`."""
        from akk_tui.store.conflicts import Conflicts

        return Conflicts(self).resolve_all(answers, choice)

    def retry(self, op: str) -> Edit:
        """Queue a refused operation again, for example after its cycle was opened again; raises NotWaiting."""
        return self.outbox.retry(op)

    def discard(self, op: str) -> Edit:
        """Give a refused operation up; it can be found among the discarded ones for 90 days. Raises NotWaiting."""
        return self.outbox.discard_refused(op)

    def restore(self, op: str) -> Edit:
        """See :func:`akk_tui.store.discarded.restore`."""
        from akk_tui.store import discarded

        return discarded.restore(self, op)

    # sync

    def witness(self) -> Witness | None:
        """The newest commit of the server that this store has evidence of."""
        text = self.meta.get("witness")
        return codec.decode(tuple[int, str], text) if text else None


def _open(path: Path) -> Database:
    from akk_tui.paths import PathRefused, private_file

    try:
        private_file(path)
    except PathRefused as cause:
        raise StoreReadOnly(path=path, reason=cause.params["reason"]) from cause
    db = connect(path)
    try:
        if not schema.current(db):
            schema.migrate(db)
        schema.sweep(path)
        _note_place(db, path.parent)
    except BaseException:
        db.close()
        raise
    return db


def _read_again(store: Store) -> None:
    """After an upgrade: read what an earlier version could not, also without a network."""
    # Nothing of this is worth a store that does not open: the next time, or the next sync, tries again.
    with suppress(StoreUnusable):
        if store.db.one("SELECT 1 FROM quarantine LIMIT 1") is None or store.meta.get("read_by") == __version__:
            return
        with store.db.write():
            store.replica.read_again()
            store.meta.set("read_by", __version__)


def _note_place(db: Database, folder: Path) -> None:
    """Keep in the store that it is on a network file system; where it no longer is, the WAL is used again."""
    kind = netfs.remote(folder)
    known = db.value("SELECT value FROM meta WHERE name = 'network'", default="")
    if kind == known:
        return
    # Nothing of this is worth a store that does not open: the next time it is tried again.
    with suppress(StoreUnusable):
        if not kind:
            db.execute("PRAGMA journal_mode=WAL").fetchone()
        with db.write():
            db.execute("INSERT OR REPLACE INTO meta VALUES ('network', ?)", (kind,))


def _count_unsent(store: Store) -> None:
    """Keep beside the encrypted store how much is only here: the number alone, for whoever forgot the passphrase."""
    from akk_tui.store import unsent

    told: list[int] = []

    def committed() -> None:
        count = store.queue.pending_count() + store.private.count()
        if told != [count]:
            unsent.write(store.path.parent, count)
            told[:] = [count]

    store.db.committed = committed


def _part(store: Store, name: str) -> Any:
    """The part of the store called ``name``, its module imported now."""
    if name == "views":
        from akk_tui.store.views import Views

        return Views(store)
    if name == "search":
        from akk_tui.store.search import Search

        return Search(store)
    if name == "outbox":
        from akk_tui.store.outbox import Outbox

        return Outbox(store)
    if name == "queue":
        from akk_tui.store.queue import Queue

        return Queue(store)
    if name == "replica":
        from akk_tui.store.replica import Replica

        return Replica(store)
    if name == "runs":
        from akk_tui.store.runs import Runs

        return Runs(store)
    if name == "private":
        from akk_tui.store.private import Private

        return Private(store)
    if name == "drafts":
        from akk_tui.store.drafts import Drafts

        return Drafts(store.path)
    raise AttributeError(name)
