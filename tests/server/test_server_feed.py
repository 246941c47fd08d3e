"""Pulls from any cursors: every row past them once and in order, announced as many, and the checksums of what is there.

A chance decides where the rows are and where the client stands; the bounds of the feed are small, so that each case
meets some of them.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest
from server_api import Officer, Server
from sqlalchemy import delete, insert, update

from akk_tui.server import feed, regions
from akk_tui.server.db.commit import row_crc
from akk_tui.server.db.tables import GRANT, HEAD, ROW

UNITS = sorted(f"2025:{region.code}" for region in regions.built_in())[:12]
FIRST = 1000
"""Past the numbers of everything that gives an officer a unit."""
CASES = 60


class Case:
    """Rows of a server, and a client that has some of them."""

    def __init__(self, chance: random.Random, most: int) -> None:
        places = chance.sample(UNITS, chance.choice([1, 2, 5, len(UNITS)]))
        count = chance.choice([0, 1, most - 1, most, most + 1, 3 * most])
        self.rows = [self._row(chance, chance.choice(places), FIRST + 1 + i) for i in range(count)]
        self.head = FIRST + count + chance.randrange(3)
        self.at = chance.choice([0, chance.randint(FIRST, self.head)])
        self.cursors: dict[str, int] = {}
        for unit in chance.sample(UNITS, chance.choice([0, 1, 4, len(UNITS)])):
            seq = chance.choice([0, self.head, chance.randint(FIRST, self.head), FIRST + 3])
            # A unit that stands where all others stand is one of them.
            if seq != self.at:
                self.cursors[unit] = seq

    @staticmethod
    def _row(chance: random.Random, unit: str, seq: int) -> dict[str, Any]:
        key, rev = f"{unit}:{seq}", chance.randint(1, 9)
        made = {"kind": "assessment", "key": key, "unit": unit, "seq": seq, "rev": rev, "creator": "ani", "data": "{}"}
        return {**made, "crc": row_crc("assessment", key, rev)}

    def store(self, server: Server) -> None:
        # In another order than that of their numbers.
        with server.database.writing() as connection:
            connection.execute(delete(ROW))
            if self.rows:
                connection.execute(insert(ROW), random.Random(1).sample(self.rows, len(self.rows)))
            connection.execute(update(HEAD).values(seq=self.head))
            connection.execute(update(GRANT).values(seq=1))

    def waiting(self) -> list[int]:
        """The numbers of the rows that the client has not got."""
        return [row["seq"] for row in self.rows if row["seq"] > self.cursors.get(row["unit"], self.at)]

    def pull(self, ani: Officer, most: int) -> Iterator[dict[str, Any]]:
        """Pull until the end, as a client does; the last lines."""
        while True:
            wanted = self.waiting()
            pulled = ani.pull(at=self.at, behind=self.cursors, sums=True)
            assert pulled.head["rows"] == len(wanted)
            got = self._take(pulled.lines[1:-1])
            assert len(got) == len(set(got)) <= most
            assert set(got) <= set(wanted)
            yield pulled.last
            if "end" in pulled.last:
                assert sorted(got) == wanted
                return
            assert 0 < len(got) < len(wanted)
            assert sorted(set(wanted) - set(got)) == self.waiting()

    def _take(self, lines: list[Any]) -> list[int]:
        """Move the cursors as the chunks say; the numbers that came."""
        got: list[int] = []
        last: dict[str, int] = {}
        for line in lines:
            if isinstance(line, list):
                unit = line[2][: len(UNITS[0])]
                assert line[0] > last.get(unit, 0), "a cut would lose it"
                last[unit] = line[0]
                got.append(line[0])
            elif isinstance(line["chunk"], int):
                self.at = line["chunk"]
            else:
                self.cursors |= line["chunk"]
        return got

    def sums(self) -> dict[str, int]:
        made = dict.fromkeys(UNITS, 0)
        for row in self.rows:
            made[row["unit"]] = (made[row["unit"]] + row["crc"]) & 0xFFFFFFFF
        return made


@pytest.mark.parametrize("most", [8, 30])
def test_from_any_cursors_every_row_comes_once(server: Server, monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    ani = server.officer("ani", *(unit[5:] for unit in UNITS))
    monkeypatch.setattr(feed, "PULL_ROWS", most)
    for seed in range(CASES):
        chance = random.Random(seed)
        monkeypatch.setattr(feed, "_FEW_UNITS", chance.choice([1, 4, len(UNITS) - 1, len(UNITS)]))
        case = Case(chance, most)
        case.store(server)
        *_, last = case.pull(ani, most)
        assert (last["end"], last["sum"]) == (case.head, case.sums())
