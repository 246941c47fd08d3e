"""Rounds against the real server in states where rows or cursors once went astray."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from syncworld import CYCLE, Officer, REGIONS, Server

from akk_tui.server import setup
from akk_tui.server.db.engine import Database
from akk_tui.server.instruments import built_in
from akk_tui.sync import engine
from akk_tui.sync.errors import Cut

OLD = "2024"


def notes(officer: Officer, count: int, cycle: str = CYCLE, region: str = REGIONS[0]) -> None:
    with officer.store() as store:
        for n in range(count):
            store.create("note", {"cycle": cycle, "region": region, "subject": region, "title": f"Catatan {n}"})


def second_cycle(server: Server, *names: str) -> None:
    database = Database(server.db)
    try:
        database.write(lambda connection: setup.load_cycle(connection, built_in(OLD), state="open"))
    finally:
        database.close()
    for name in names:
        setup.assign(server.db, name, [REGIONS[0]], cycle=OLD)


class CutAfter:
    """A transport whose first pull ends after some lines."""

    def __init__(self, real: Any, lines: int) -> None:
        self._real = real
        self._left: int | None = lines

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    @contextmanager
    def pull(self, request: Any) -> Iterator[Any]:
        with self._real.pull(request) as (head, lines):
            yield head, self._some(lines)

    def _some(self, lines: Iterator[Any]) -> Iterator[Any]:
        for line in lines:
            if self._left is not None:
                self._left -= 1
                if self._left < 0:
                    self._left = None
                    raise Cut(server="x")
            yield line


def rows_of(officer: Officer, cycle: str) -> int:
    with officer.store() as store:
        return store.db.value("SELECT count(*) FROM base WHERE unit LIKE ?", (f"{cycle}:%",))


def pull_all(officer: Officer, *cycles: str) -> None:
    with officer.store() as store:
        transport = officer.transport()
        try:
            officer.engine(store, transport, cycles=cycles).round()
        finally:
            transport.close()


def test_a_unit_that_differs_is_read_anew_also_when_no_row_came(ani: Officer) -> None:
    ani.sync()
    ani.tick("1.1.1", "diunggah")
    ani.sync()
    with ani.store() as store, store.db.write():
        store.db.execute("DELETE FROM base")
        store.meta.set("sums", None)
    assert ani.sync().outcome == "done"
    assert ani.state("1.1.1") == "diunggah"


def test_a_closed_cycle_is_not_taken_for_complete_after_a_cut(server: Server, ani: Officer, budi: Officer) -> None:
    second_cycle(server, "ani", "budi")
    ani.sync()
    notes(ani, 2, OLD)
    notes(ani, 60)
    ani.sync()
    setup.set_cycle(server.db, OLD, "closed")
    with budi.store() as store:
        real = budi.transport()
        try:
            budi.engine(store, CutAfter(real, 5)).round()
        except Cut:
            budi.engine(store, real).round()
        finally:
            real.close()
    budi.sync()
    assert (rows_of(budi, CYCLE), rows_of(budi, OLD)) == (60, 0)
    pull_all(budi, OLD, CYCLE)
    assert (rows_of(budi, CYCLE), rows_of(budi, OLD)) == (60, 2)


def test_the_rows_of_a_closed_cycle_outlive_a_restore(server: Server, ani: Officer) -> None:
    second_cycle(server, "ani")
    ani.sync()
    notes(ani, 2, OLD)
    ani.sync()
    setup.set_cycle(server.db, OLD, "closed")
    ani.sync()
    copy = server.backup()
    ani.tick("1.1.1", "diunggah")
    ani.sync()
    server.restore(copy)
    assert ani.sync().recovered
    assert rows_of(ani, OLD) == 2
    pull_all(ani, OLD, CYCLE)
    assert rows_of(ani, OLD) == 2


@pytest.mark.parametrize("other", [False, True])
def test_a_cycle_opened_again_starts_anew_wherever_its_units_stood(
    server: Server, ani: Officer, budi: Officer, other: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "CHUNK_ROWS", 25)
    second_cycle(server, "ani", "budi")
    ani.sync()
    budi.sync()
    notes(ani, 60, OLD)
    ani.sync()
    budi.sync()
    setup.set_cycle(server.db, OLD, "closed")
    if other:
        ani.tick("1.1.1", "diunggah")
        ani.sync()
    budi.sync()
    setup.set_cycle(server.db, OLD, "open")
    assert budi.sync().outcome == "done"
    assert rows_of(budi, OLD) == 60
