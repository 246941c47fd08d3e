"""What was let go and what was accepted are kept for 90 days from when they were, also by who was away for longer."""

from __future__ import annotations

from datetime import datetime, UTC

import pytest
from modelserver import UNITS
from storeclient import Client

from akk_tui.store.views.history import history

KEY = f"{UNITS[0]}:1.1"
AWAY = "2026-01-20T02:00:00Z"
"""More than 90 days after the server was reached first."""
YEARS = pytest.mark.parametrize("year", [2015, 2025, 2036])


def moved(budi: Client, at: str) -> None:
    """The server is reached at ``at``, and something is sent to it."""
    budi.server.at = at
    state = "belum_ada" if budi.state("1.1.2") == "diunggah" else "diunggah"
    budi.tick("1.1.2", state)
    assert set(budi.push().values()) == {"applied"}


def let_go(budi: Client) -> list[tuple[str, datetime | None]]:
    return [(row.op, row.at) for row in budi.store.views.discarded()]


@YEARS
def test_what_is_taken_back_after_months_without_a_server_is_kept_90_days_from_then(budi: Client, year: int) -> None:
    moved(budi, "2025-10-06T02:00:00Z")
    budi.clock.at = datetime(year, 1, 10, tzinfo=UTC)
    op = budi.tick("1.1.1", "diunggah").op
    budi.store.undo()
    assert let_go(budi) == [(op, None)]
    moved(budi, AWAY)
    assert let_go(budi) == [(op, datetime(2026, 1, 20, 2, tzinfo=UTC))]
    moved(budi, "2026-04-19T02:00:00Z")
    assert len(let_go(budi)) == 1
    moved(budi, "2026-04-21T02:00:00Z")
    assert let_go(budi) == []


def test_what_is_let_go_by_an_answer_has_the_time_of_that_answer(budi: Client, sari: Client) -> None:
    moved(budi, "2025-10-06T02:00:00Z")
    sari.tick("1.1.1", "diterima")
    sari.push()
    op = budi.tick("1.1.1", "diunggah").op
    budi.tick("1.1.1", "diterima")
    budi.server.at = AWAY
    budi.push()
    assert budi.store.db.one("SELECT reason, at FROM discarded WHERE op = ?", (op,)) == ("same", AWAY)


def test_answers_that_were_carried_as_a_file_date_nothing_that_was_let_go_since(budi: Client) -> None:
    """They were made before: the time they name is not now."""
    budi.tick("1.1.2", "diunggah")
    batch = budi.store.queue.batch()
    answers, end = budi.server.push("budi", batch, None)
    op = budi.tick("1.1.1", "diunggah").op
    budi.store.undo()
    budi.store.queue.answer(answers, end, (), live=False)
    assert let_go(budi) == [(op, None)]
    assert budi.store.views.sent()[0].at == datetime(2025, 10, 6, 2, tzinfo=UTC)
    budi.server.at = AWAY
    budi.store.queue.told(AWAY)
    assert let_go(budi) == [(op, datetime(2026, 1, 20, 2, tzinfo=UTC))]


def test_a_proxy_whose_clock_is_behind_ages_nothing(budi: Client) -> None:
    moved(budi, AWAY)
    op = budi.tick("1.1.1", "diunggah").op
    budi.store.undo()
    budi.store.queue.told("2020-01-01T00:00:00Z")
    assert let_go(budi) == [(op, datetime(2026, 1, 20, 2, tzinfo=UTC))]


@YEARS
def test_what_stands_there_already_has_a_receipt_for_90_days(budi: Client, sari: Client, year: int) -> None:
    """The colleague's change is older than that; what counts is when it was known here."""
    budi.server.at = "2025-10-06T02:00:00Z"
    sari.tick("1.1.1", "diterima")
    sari.push()
    budi.clock.at = datetime(year, 1, 10, tzinfo=UTC)
    op = budi.tick("1.1.1", "diunggah").op
    assert set(budi.push().values()) == {"conflict"}
    sari.tick("1.1.1", "diunggah")
    sari.push()
    budi.pull()
    (row,) = (one for one in budi.store.views.sent() if one.op == op)
    assert (row.result, row.at) == ("same", None)
    moved(budi, AWAY)
    (row,) = (one for one in budi.store.views.sent() if one.op == op)
    assert row.at == datetime(2026, 1, 20, 2, tzinfo=UTC)


def test_accepted_work_without_a_time_is_kept_and_offered_to_a_restored_server(budi: Client) -> None:
    moved(budi, "2025-10-06T02:00:00Z")
    backup = budi.server.backup()
    op = budi.tick("1.1.1", "diunggah").op
    batch = budi.store.queue.batch()
    answers, _end = budi.server.push("budi", batch, None)
    budi.store.queue.answer(answers, None, batch)
    budi.pull()
    assert budi.store.views.sent()[0].at is None
    entries = history(budi.store, "assessment", KEY, "1.1.1").entries
    assert [entry.op for entry in entries] == [op]
    budi.server.restore(backup)
    budi.server.at = AWAY
    budi.server.put("standing", UNITS[0], UNITS[0], {"stage": "percontohan"})
    budi.store.meta.set("server_time", AWAY)
    budi.pull()
    assert (op, "queued") in budi.outbox()
