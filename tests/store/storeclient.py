"""An officer's client for the tests of the store: a store and a round with everything that can go wrong in it."""

from __future__ import annotations

import random
import sqlite3
from datetime import datetime, timedelta, UTC
from pathlib import Path
from typing import Any

import msgspec
from modelserver import Diverged, ModelServer, PLACES, UNITS

from akk_tui.contract.ids import moment_of
from akk_tui.contract.records import EndLine, LogEntry, LogLine, UnitLog
from akk_tui.contract.states import unpack
from akk_tui.contract.text import Line
from akk_tui.store.overlay import Overlay
from akk_tui.store.shapes import Draft
from akk_tui.store.store import Store


def make(path: Path) -> Path:
    """A new store at ``path``, closed."""
    Store.open(path).close()
    return path


def pragma(db: sqlite3.Connection, name: str) -> Any:
    """The value of a pragma."""
    return db.execute(f"PRAGMA {name}").fetchone()[0]


class Clock:
    """A clock that moves one second at every look."""

    def __init__(self, start: datetime = datetime(2025, 10, 6, 2, 0, tzinfo=UTC)) -> None:
        self.at = start

    def __call__(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


class Client:
    """One officer: a store and the two halves of a round, with everything that can go wrong on the way."""

    def __init__(self, server: ModelServer, name: str, path: Path, seed: int = 1) -> None:
        self.server, self.name, self.path = server, name, path
        self.clock = Clock()
        self.random = random.Random(f"{seed}-{name}")
        self.store = self._open()

    def _open(self) -> Store:
        return Store.open(self.path, now=self.clock, random_bits=self.random.getrandbits)

    def reopen(self) -> Store:
        """Like a crash and a new start: nothing is finished."""
        self.store.close()
        self.store = self._open()
        return self.store

    def push(self, *, lost: bool = False, twice: bool = False, backwards: bool = False) -> dict[str, str]:
        results: dict[str, str] = {}
        self.store.queue.recover()
        seen: set[str] = set()
        while batch := self.store.queue.batch(seen):
            order = batch[::-1] if backwards else batch
            try:
                answers, end = self.server.push(self.name, order, self.store.witness())
                if twice:
                    answers, end = self.server.push(self.name, order, self.store.witness())
            except Diverged:
                self.store.queue.answer([], None, batch)
                self.store.replica.diverged()
                return results
            if lost:
                return results
            self.store.queue.answer(answers, end, batch)
            results.update({op: result for op, result, *_ in answers})
            seen |= {op.op for op in batch}
        return results

    def pull(
        self, *, cut: int | None = None, sums: bool = False, accept: bool = False, rows_most: int = 10_000
    ) -> tuple[int, list[str]]:
        """Pull to the end, or until ``cut`` lines came; (rows that changed, units with wrong checksums)."""
        changed = 0
        for _ in range(1000):
            request = self.store.replica.request(sums)
            try:
                head, lines = self.server.pull(self.name, request, rows_most)
            except Diverged:
                self.store.replica.diverged()
                return changed, []
            if head.reference != self.store.reference_etag():
                self.store.save_reference(self.server.reference(self.name), head.reference)
            self.store.replica.begin(head, accept)
            rows: list[Any] = []
            for n, line in enumerate(lines):
                if cut is not None and n >= cut:
                    return changed, []
                if line[0] == "chunk":
                    changed += self.store.replica.chunk(head, rows, line[1])
                    rows = []
                elif line[0] == "end":
                    return changed, self.store.replica.finish(head, EndLine(end=line[1], sum=line[2]))
                elif line[0] != "more":
                    rows.append(line)
        raise AssertionError("a pull without an end")

    def sync(self) -> None:
        self.push()
        self.pull()

    def state(self, item: str, unit: str = UNITS[0]) -> str:
        """The shown state of an item."""
        row = Overlay(self.store.db).effective("assessment", f"{unit}:{item.rpartition('.')[0]}")
        return unpack(row.get("items", ""), PLACES[item])

    def tick(self, item: str, state: str, unit: str = UNITS[0]) -> Any:
        key = f"{unit}:{item.rpartition('.')[0]}"
        return self.store.edit(
            "assessment", key, {f"item.{item}": state}, seen={f"item.{item}": self.state(item, unit)}
        )

    def outbox(self) -> list[tuple[Any, ...]]:
        """(op, state) in the author's order."""
        return self.store.db.execute("SELECT op, state FROM outbox ORDER BY n").fetchall()

    def base(self) -> dict[tuple[str, str], tuple[Any, ...]]:
        found = self.store.db.execute("SELECT kind, key, seq, rev, unit, data FROM base").fetchall()
        return {(kind, key): (seq, rev, unit, msgspec.json.decode(data)) for kind, key, seq, rev, unit, data in found}


def unit_log(unit: str, *entries: LogEntry, me: str = "budi", upto: int | None = None, more: bool = False) -> UnitLog:
    """A page of a unit's log as the server packs it for ``me``."""

    def line(one: LogEntry) -> LogLine:
        own, made = one.by == me, 0
        if not own and one.op[14] == "7":
            made = max(0, int(datetime.fromisoformat(one.at).timestamp()) - moment_of(one.op) // 1000)
        op = Line(one.op if own else "")
        return LogLine(one.seq, one.at, made, one.by, op, one.kind, one.key, one.changed, one.was)

    last = max((one.seq for one in entries), default=0) if upto is None else upto
    return UnitLog(unit=unit, entries=tuple(map(line, entries)), upto=last, more=more)


def draft(id_: str = "1", **changed: Any) -> Draft:
    """A draft with some values changed."""
    values: dict[str, Any] = {
        "id": id_,
        "note": None,
        "subject": "35.72",
        "cycle": "2025",
        "title": "Rapat",
        "body": "Isi\nlagi",
        "tags": ("a", "b"),
        "base": None,
        "at": datetime(2025, 10, 6, 1, 2, 3, 456000, tzinfo=UTC),
        "pid": 42,
    }
    return Draft(**{**values, **changed})
