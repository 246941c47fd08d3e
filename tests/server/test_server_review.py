"""Cursors of a pull that stops in the middle, and spans of units that stand at one number."""

from __future__ import annotations

import pytest
from server_api import KABUPATEN, KOTA, Officer, Server

from akk_tui.contract.ids import scope_digest
from akk_tui.server import feed, setup

UNITS = (f"2025:{KOTA}", f"2025:{KABUPATEN}")


def test_a_unit_without_a_row_yet_has_no_cursor_of_another_one(ani: Officer, monkeypatch: pytest.MonkeyPatch) -> None:
    for region in (KABUPATEN, KOTA):
        for n in (1, 2):
            key = f"2025:{region}:2025-09-0{n}"
            assert ani.do("score", key, {"value": "77.50"}, None)[1] == "applied"
    monkeypatch.setattr(feed, "PULL_ROWS", 2)
    behind: dict[str, int] = {}
    got: set[str] = set()
    for _ in range(4):
        pulled = ani.pull(behind=behind)
        got |= {row[2] for row in pulled.rows}
        for chunk in pulled.chunks:
            behind |= chunk
        if "end" in pulled.last:
            break
    assert len(got) == 4, "rows of the second unit were passed over"


def test_a_span_names_known_units_where_the_scope_is_the_same(server: Server, ani: Officer) -> None:
    ani.do("score", f"{UNITS[0]}:2025-09-08", {"value": "77.50"}, None)
    head = ani.pull().head["head"][0]
    setup.set_cycle(server.database, "2025", "closed")
    setup.set_cycle(server.database, "2025", "open")
    digest = scope_digest((unit, True) for unit in UNITS)
    pulled = ani.pull(spans=[[min(UNITS), max(UNITS), head]], scope=digest)
    fresh = set(pulled.head["fresh"])
    # Either the unit goes on from its number, or the client is told that it starts anew.
    assert pulled.rows == [] or UNITS[0] in fresh
