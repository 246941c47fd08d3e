"""What may not happen to saved work: each test is a way in which it once could."""

from __future__ import annotations

from datetime import datetime, UTC

import pytest
from modelserver import ModelServer, UNITS
from storeclient import Client

from akk_tui.store.conflicts import Conflicts
from akk_tui.store.overlay import Overlay

SCORE = f"{UNITS[0]}:2025-09-08"


def test_a_value_set_back_by_hand_is_said_although_an_older_edit_was_refused(
    budi: Client, sari: Client, server: ModelServer
) -> None:
    budi.tick("1.1.1", "diunggah")
    server.cycles["2025"] = "closed"
    budi.push()
    server.cycles["2025"] = "open"
    sari.tick("1.1.1", "diterima")
    sari.push()
    budi.pull()
    assert budi.state("1.1.1") == "diterima"
    assert budi.tick("1.1.1", "belum_ada").op is not None
    assert set(budi.push().values()) == {"applied"}


def test_who_saw_the_other_value_is_not_told_to_have_seen_the_refused_one(
    budi: Client, sari: Client, server: ModelServer
) -> None:
    """The same value stands on the server by somebody else's hand: it is what was seen."""
    budi.tick("1.1.1", "diunggah")
    server.cycles["2025"] = "closed"
    budi.push()
    server.cycles["2025"] = "open"
    sari.tick("1.1.1", "diunggah")
    sari.push()
    budi.pull()
    assert budi.tick("1.1.1", "belum_ada").op is not None
    assert set(budi.push().values()) == {"applied"}


def test_the_undo_of_what_turns_out_to_be_the_same_leaves_the_other_ones_value(budi: Client, sari: Client) -> None:
    sari.tick("1.1.1", "diterima")
    sari.push()
    budi.tick("1.1.1", "diterima")
    budi.push(lost=True)
    undone = budi.store.undo()
    assert undone is not None
    budi.reopen()
    # The lost answer was "same"; here it is judged for the first time, as after a request that never arrived.
    budi.server.ops.clear()
    assert set(budi.push().values()) == {"same"}
    budi.pull()
    sari.pull()
    assert (budi.state("1.1.1"), sari.state("1.1.1"), budi.outbox()) == ("diterima", "diterima", [])
    assert budi.store.undo() is None


def test_the_undo_of_what_is_refused_leaves_nothing_behind(budi: Client, server: ModelServer) -> None:
    budi.tick("1.1.1", "diunggah")
    budi.store.queue.batch()
    budi.store.undo()
    server.cycles["2025"] = "closed"
    budi.push()
    assert budi.outbox() == []
    assert budi.store.db.value("SELECT count(*) FROM discarded WHERE reason = 'undone'") == 2


def test_a_deleted_event_does_not_come_back_because_a_set_was_merged(budi: Client, sari: Client) -> None:
    place = {"cycle": "2025", "region": UNITS[0][5:]}
    key = budi.store.create("event", {**place, "title": "Bimtek", "institutions": ["KPK"]}).key
    budi.sync()
    sari.pull()
    sari.store.edit("event", key, {"institutions": ["BPK", "KPK"]}, seen=None)
    budi.store.outbox.delete("event", key)
    budi.sync()
    assert set(sari.push().values()) == {"conflict"}
    sari.pull(accept=True)
    sari.sync()
    assert budi.server.rows["event", key][3]["deleted"] is True
    (clash,) = Conflicts(sari.store).list()
    assert clash.theirs == {"institutions": ["KPK"], "deleted": True}
    sari.store.resolve(clash.newest.op, "mine")
    sari.sync()
    sari.sync()
    assert Overlay(sari.store.db).effective("event", key).get("institutions") == ["BPK", "KPK"]
    assert not budi.server.rows["event", key][3].get("deleted")


def test_a_score_is_created_anew_after_a_refused_creation(budi: Client, server: ModelServer) -> None:
    budi.store.create("score", {"value": "77.50"}, key=SCORE)
    server.cycles["2025"] = "closed"
    assert set(budi.push().values()) == {"rejected"}
    server.cycles["2025"] = "open"
    budi.store.edit("score", SCORE, {"value": "78.00"}, seen=None)
    assert set(budi.push().values()) == {"applied"}
    assert server.rows["score", SCORE][3]["value"] == "78.00"
    assert budi.store.db.one("SELECT reason FROM discarded") == ("superseded",)


@pytest.mark.parametrize("year", [2020, 2030])
def test_what_was_put_aside_is_kept_whatever_the_clock_of_this_computer_says(budi: Client, year: int) -> None:
    budi.clock.at = datetime(year, 1, 1, tzinfo=UTC)
    op = budi.tick("1.1.1", "diunggah").op
    budi.store.undo()
    budi.tick("1.1.1", "diterima")
    budi.push()
    assert budi.store.db.one("SELECT op, at FROM discarded") == (op, "2025-10-06T02:00:00Z")


def test_mine_says_that_it_saw_what_was_shown_not_what_came_since(budi: Client, sari: Client) -> None:
    sari.tick("1.1.1", "diterima")
    sari.push()
    budi.tick("1.1.1", "diunggah")
    budi.sync()
    (shown,) = budi.store.views.conflicts()
    sari.tick("1.1.1", "perlu_perbaikan")
    sari.push()
    budi.pull()
    budi.store.resolve(shown.op, "mine", shown=shown.theirs)
    assert set(budi.push().values()) == {"conflict"}
    (clash,) = Conflicts(budi.store).list()
    assert (clash.theirs, clash.mine) == ({"item.1.1.1": "perlu_perbaikan"}, {"item.1.1.1": "diunggah"})
