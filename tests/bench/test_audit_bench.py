"""What the audit costs the server: the same calls with its records and without, in turns, over one database.

Run with ``pytest -m bench tests/bench/test_audit_bench.py -s``. The app is in this process, its database SQLite with
every commit on disk. A push that is accepted writes no record, the chained log is its proof; one with operations that
are not allowed counts towards one record a minute. An export is the call that writes a record each time.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "server"))

from server_api import KOTA, Officer, OTHER, Server, UNIT
from sqlalchemy import func, select

from akk_tui.server import audit, refusals
from akk_tui.server.db.tables import AUDIT

pytestmark = pytest.mark.bench
TURNS, CALLS = 7, 60


@pytest.fixture
def api(tmp_path: Path, server_templates: Callable[[bool], Path]) -> Iterator[Server]:
    db = tmp_path / "server.db"
    shutil.copyfile(server_templates(False), db)
    made = Server(db)
    yield made
    made.close()


def _without(patch: pytest.MonkeyPatch) -> None:
    """No record is made, and no refusal counted."""
    patch.setattr(audit, "record", lambda *_some, **_more: audit.Head(0, audit.GENESIS))
    patch.setattr(refusals.Refusals, "note", lambda *_some, **_more: None)


def _records(api: Server) -> int:
    with api.database.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(AUDIT)).scalar_one())


def _compared(api: Server, call: Callable[[int], None], what: str, capsys: pytest.CaptureFixture[str]) -> float:
    """Prints calls a second with and without the audit; their ratio. ``call`` gets a number that is new each time."""
    rates: dict[str, list[float]] = {"with": [], "without": []}
    number, before = 0, _records(api)
    for turn in range(TURNS + 1):
        for name, found in rates.items():
            with pytest.MonkeyPatch.context() as patch:
                if name == "without":
                    _without(patch)
                start = time.perf_counter()
                for _ in range(CALLS):
                    number += 1
                    call(number)
                took = time.perf_counter() - start
            if turn:
                found.append(CALLS / took)
    api.client.service.refusals.flush()
    on, off = (statistics.median(found) for found in rates.values())
    ratio = statistics.median(one / other for one, other in zip(*rates.values(), strict=True))
    with capsys.disabled():
        print(
            f"\n{what}: {on:.0f}/s with the audit, {off:.0f}/s without, ratio {ratio:.2f};"
            f" {_records(api) - before} records for {(TURNS + 1) * CALLS} calls"
        )
    return ratio


def _assessment(officer: Officer, result: str, unit: str) -> Callable[[int], None]:
    states = [None, "diunggah", "belum_ada"]

    def call(number: int) -> None:
        was = states[0] if number == 1 else states[1 + number % 2]
        new = states[1 + (number + 1) % 2]
        answer = officer.do("assessment", f"{unit}:2.4", {"item.2.4.1": new}, {"item.2.4.1": was})
        assert answer[1] == result, answer

    return call


def test_an_accepted_push_costs_no_record(api: Server, capsys: pytest.CaptureFixture[str]) -> None:
    ani = api.officer("ani", KOTA)
    assert _compared(api, _assessment(ani, "applied", UNIT), "pushes of one operation", capsys) > 0.9


def test_a_push_that_is_not_allowed_costs_a_record_a_minute(api: Server, capsys: pytest.CaptureFixture[str]) -> None:
    ani = api.officer("ani", KOTA)
    call = _assessment(ani, "forbidden", f"2025:{OTHER}")
    assert _compared(api, call, "pushes of one operation out of scope", capsys) > 0.85


def test_what_the_record_of_an_export_costs(api: Server, capsys: pytest.CaptureFixture[str]) -> None:
    ani = api.officer("ani", KOTA)

    def call(number: int) -> None:
        one: dict[str, Any] = {"id": f"01900000-0000-7000-8000-{number:012x}", "at": "2025-10-06T02:14:00Z"}
        one |= {"what": "report", "scope": [UNIT], "sha256": "0" * 64, "count": 1}
        answer = ani.client.post("/v1/exports", json={"exports": [one]}, headers=ani.headers)
        assert answer.status_code == 200, answer.text

    assert _compared(api, call, "exports noted", capsys) > 0.6
