"""Random walks of three officers against one server, with everything that can go wrong on the way.

kept      an operation that was saved is on the server, in the outbox, or put aside by a decision; never gone
honest    an accepted operation replaced what its author had seen
once      none is applied twice in the server's present history
converge  when the link is good again, everybody's rows are the server's, and nothing is laid over them for ever
"""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from modelserver import ModelServer, PLACES, UNITS
from storeclient import Client

from akk_tui.store.conflicts import Conflicts
from akk_tui.store.errors import EditRefused, NeedsConsent
from akk_tui.store.overlay import Overlay

STATES = ("belum_ada", "diunggah", "diverifikasi", "diterima")
NAMES = ("budi", "sari", "tono")


class Walk:
    """One run: a server, three stores, and the operations that each of them ever saved."""

    def __init__(self, folder: Path, seed: str) -> None:
        self.random = random.Random(seed)
        self.server = ModelServer(self.random.randrange(1 << 30))
        self.server.chunk_rows = self.random.choice((1, 2, 3, 50))
        for name in NAMES:
            self.server.officer(name, UNITS[:2])
        self.clients = [Client(self.server, name, folder / name / "akk.db") for name in NAMES]
        self.ever: dict[str, set[str]] = {name: set() for name in NAMES}
        self.backup: dict[str, Any] | None = None
        for client in self.clients:
            client.pull()

    def close(self) -> None:
        for client in self.clients:
            client.store.close()

    def step(self) -> None:
        acts: tuple[Callable[[Client], None], ...] = (
            self.edit,
            self.note,
            self.push,
            self.pull,
            self.settle,
            self.undo,
            self.crash,
            self.move,
            self.back_up,
            self.restore,
        )
        client = self.random.choice(self.clients)
        self.random.choices(acts, (9, 4, 7, 7, 3, 2, 1, 2, 1, 1))[0](client)
        for one in self.clients:
            self.ever[one.name] |= {op for op, _ in one.outbox()}
        ids = [entry[0] for entry in self.server.history]
        assert len(ids) == len(set(ids)), "applied twice"
        for op, _, _, before, was, made in self.server.history:
            assert before in (was, made) or was is None, ("overwrote what its author had not seen", op)

    def edit(self, client: Client) -> None:
        unit = self.random.choice(UNITS)
        what = self.random.randrange(4)
        try:
            if what == 0:
                owners = self.random.sample("ABCD", self.random.randrange(1, 4))
                client.store.edit("assessment", f"{unit}:1.1", {"owners": owners}, seen=None)
            elif what == 1:
                value = {"value": f"{self.random.randrange(60, 63)}"}
                client.store.edit("criterion", f"{unit}:mcp", value, seen=None)
            elif what == 2:
                value = {"value": f"{self.random.randrange(60, 63)}"}
                client.store.edit("score", f"{unit}:2025-09-08", value, seen=None)
            else:
                item, state = self.random.choice(list(PLACES)[:2]), self.random.choice(STATES)
                made = client.tick(item, state, unit)
                assert made.op is None or client.state(item, unit) == state, "what was saved is not shown"
        except EditRefused:
            pass

    def note(self, client: Client) -> None:
        notes = sorted(Overlay(client.store.db).effective_rows("note"))
        try:
            if not notes or self.random.random() < 0.4:
                unit = self.random.choice(UNITS)
                place = {"cycle": "2025", "region": unit[5:], "subject": unit[5:]}
                client.store.create("note", {**place, "title": "A", "body": "B"})
            elif self.random.random() < 0.2:
                client.store.delete_note(self.random.choice(notes))
            else:
                values = {"title": self.random.choice("ABC"), "tags": self.random.sample("xyz", 2)}
                client.store.edit("note", self.random.choice(notes), values, seen=None)
        except EditRefused:
            pass

    def push(self, client: Client) -> None:
        toss = self.random.random
        client.push(lost=toss() < 0.3, twice=toss() < 0.3, backwards=toss() < 0.2)

    def pull(self, client: Client) -> None:
        cut = self.random.choice((None, None, 0, 1, 2, 3, 5))
        try:
            _, wrong = client.pull(cut=cut, sums=self.random.random() < 0.5, rows_most=self.random.choice((2, 10_000)))
        except NeedsConsent:
            return
        assert not wrong, "a checksum that is wrong although nothing was lost"

    def settle(self, client: Client) -> None:
        for clash in Conflicts(client.store).list()[:1]:
            client.store.resolve(self.random.choice(clash.rows).op, self.random.choice(("mine", "theirs")))

    def undo(self, client: Client) -> None:
        with suppress(EditRefused):
            client.store.undo()

    def crash(self, client: Client) -> None:
        client.store.queue.batch()
        client.reopen()

    def move(self, client: Client) -> None:
        unit = self.random.choice(UNITS)
        if unit in self.server.scope[client.name]:
            self.server.take(client.name, unit)
        else:
            self.server.give(client.name, unit)

    def back_up(self, client: Client) -> None:
        self.backup = self.server.backup()

    def restore(self, client: Client) -> None:
        if self.backup:
            self.server.restore(self.backup)

    def heal(self) -> None:
        """Everybody syncs on a good link until nothing moves; then all promises must hold."""
        before: Any = None
        for _ in range(60):
            for client in self.clients:
                client.push()
                client.pull(accept=True)
            now = [self.server.seq, *([*client.outbox(), client.store.witness()] for client in self.clients)]
            if now == before:
                break
            before = now
        else:
            raise AssertionError("it never comes to rest")
        for client in self.clients:
            self.check(client)

    def check(self, client: Client) -> None:
        db = client.store.db
        kept = set(self.server.ops) | {op for op, _ in client.outbox()}
        kept |= {op for (op,) in db.execute("SELECT op FROM discarded")}
        # A conflict that a pull ended because theirs is mine: the server never heard of it, and need not.
        kept |= {op for (op,) in db.execute("SELECT op FROM sent WHERE NOT acknowledged AND result = 'same'")}
        assert self.ever[client.name] <= kept, "an operation is gone"
        units = self.server.scope[client.name]
        assert client.base() == {key: row for key, row in self.server.rows.items() if row[2] in units}, "not converged"
        assert not db.value("SELECT count(*) FROM sent WHERE shown"), "laid over for ever"
        assert client.store.meta.get("recovering") is None
        states = {state for _, state in client.outbox()}
        assert states <= {"conflict", "forbidden", "rejected", "queued"}
        away = db.execute("SELECT unit FROM outbox WHERE state = 'forbidden' AND kind IN ('assessment', 'criterion')")
        assert not units.keys() & {unit for (unit,) in away}, "refused although the unit is there"
        held = {row.op for clash in Conflicts(client.store).list() for row in clash.rows}
        refused = any(state in ("forbidden", "rejected") for _, state in client.outbox())
        assert refused or all(op in held for op, _ in client.outbox()), "an operation that never goes out"


def walk(folder: Path, seed: str, steps: int) -> int:
    run = Walk(folder, seed)
    try:
        for _ in range(steps):
            run.step()
        run.heal()
        return len(run.server.history)
    finally:
        run.close()


@pytest.mark.parametrize("part", range(4))
def test_random_walks(fast: Path, part: int) -> None:
    applied = sum(walk(fast / f"{n}", f"{part}-{n}", 60) for n in range(20))
    assert applied > 100


@pytest.mark.campaign
def test_many_random_walks(fast: Path) -> None:
    for n in range(3000):
        walk(fast / f"{n}", f"campaign-{n}", 80)
