"""A server that was restored from a backup: nothing is deleted, everything is offered again, a restart goes on."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest
from modelserver import ModelServer, UNITS
from storeclient import Client

from akk_tui.store.overlay import Overlay

KEY = f"{UNITS[0]}:1.1"


@pytest.fixture
def restored(budi: Client, sari: Client, server: ModelServer) -> Client:
    """Budi's diunggah is in the backup, his diterima and Sari's due date were made after it."""
    budi.tick("1.1.1", "diunggah")
    budi.sync()
    backup = server.backup()
    budi.tick("1.1.1", "diterima")
    budi.push()
    sari.store.edit("assessment", KEY, {"due": "2025-10-01"}, seen=None)
    sari.push()
    budi.pull()
    server.restore(backup)
    server.put("criterion", f"{UNITS[1]}:mcp", UNITS[1], {"value": "80.00"})
    return budi


def copies(client: Client) -> list[Any]:
    return list(client.path.parent.glob("akk.db.before-restore-*"))


def test_the_old_rows_stay_on_the_screen_until_the_new_ones_are_whole(restored: Client, server: ModelServer) -> None:
    restored.pull()
    assert restored.store.replica.recovering
    assert restored.store.witness() is None
    assert restored.store.replica.request().behind == {}
    restored.pull(cut=2)
    restored.reopen()
    assert restored.store.replica.recovering
    assert Overlay(restored.store.db).effective("assessment", KEY)["due"] == "2025-10-01"
    assert restored.state("1.1.1") == "diterima"
    restored.pull()
    assert not restored.store.replica.recovering
    assert "due" not in Overlay(restored.store.db).effective("assessment", KEY)
    assert Overlay(restored.store.db).effective("criterion", f"{UNITS[1]}:mcp")["value"] == "80.00"
    assert restored.state("1.1.1") == "diterima"


def test_accepted_operations_are_offered_again_in_their_order(restored: Client, sari: Client) -> None:
    restored.pull()
    found = restored.store.db.execute("SELECT n, state, requested FROM outbox ORDER BY n").fetchall()
    assert found == [(1, "queued", 2), (2, "queued", 2)]
    assert list(restored.push().values()) == ["applied", "applied"]
    sari.sync()
    assert list(sari.push().values()) == ["applied"]
    restored.pull()
    sari.pull()
    restored.pull()
    assert restored.base() == sari.base() == restored.server.rows
    assert Overlay(restored.store.db).effective("assessment", KEY)["due"] == "2025-10-01"


@pytest.mark.parametrize("chain", [False, True])
def test_what_ended_as_a_colleagues_value_is_offered_again_when_that_is_lost(
    budi: Client, sari: Client, server: ModelServer, chain: bool
) -> None:
    backup = server.backup()
    sari.tick("1.1.1", "diverifikasi")
    sari.push()
    if chain:
        budi.tick("1.1.1", "perlu_perbaikan")
        budi.store.queue.batch()
        budi.store.queue.recover()
    budi.tick("1.1.1", "diunggah")
    budi.push()
    sari.tick("1.1.1", "diunggah")
    sari.push()
    budi.pull()
    assert budi.outbox() == []
    # Sari's computer is lost with what she did.
    server.restore(backup)
    budi.pull()
    assert set(budi.push().values()) == {"applied"}
    budi.pull()
    assert budi.state("1.1.1") == "diunggah"
    assert budi.base() == server.rows


def test_the_store_is_copied_aside_once(restored: Client) -> None:
    restored.pull()
    restored.store.replica.diverged()
    (copy,) = copies(restored)
    assert copy.stat().st_mode & 0o777 == 0o600
    with sqlite3.connect(copy) as db:
        assert db.execute("SELECT count(*) FROM sent").fetchone() == (2,)
    db.close()


def test_what_no_pull_had_brought_stays_on_the_screen(budi: Client, server: ModelServer) -> None:
    backup = server.backup()
    op = budi.tick("1.1.1", "diterima").op
    budi.push()
    server.restore(backup)
    server.put("criterion", f"{UNITS[1]}:mcp", UNITS[1], {"value": "80.00"})
    budi.pull()
    assert budi.outbox() == [(op, "queued")]
    assert budi.state("1.1.1") == "diterima"
    budi.tick("1.1.2", "diunggah")
    assert set(budi.push().values()) == {"applied"}
    assert (budi.state("1.1.1"), budi.state("1.1.2")) == ("diterima", "diunggah")
    budi.pull()
    assert (budi.state("1.1.1"), budi.state("1.1.2")) == ("diterima", "diunggah")


def test_what_is_older_than_ninety_days_is_neither_offered_nor_waited_for(budi: Client, server: ModelServer) -> None:
    backup = server.backup()
    budi.tick("1.1.1", "diunggah")
    budi.tick("1.1.1", "diterima")
    budi.sync()
    budi.store.db.execute("UPDATE sent SET at = '2025-07-01T00:00:00Z' WHERE n = 1")
    server.restore(backup)
    server.put("criterion", f"{UNITS[1]}:mcp", UNITS[1], {"value": "80.00"})
    budi.pull()
    (op,) = budi.store.queue.batch()
    assert (op.n, op.prev) == (2, None)


def test_conflicts_are_judged_anew_and_shown_by_the_answer(budi: Client, sari: Client, server: ModelServer) -> None:
    from akk_tui.store.conflicts import Conflicts

    backup = server.backup()
    budi.tick("1.1.1", "diterima")
    budi.sync()
    sari.pull()
    sari.tick("1.1.1", "perlu_perbaikan")
    sari.push()
    op = budi.tick("1.1.1", "diunggah").op
    budi.sync()
    assert dict(budi.outbox())[op] == "conflict"
    server.restore(backup)
    server.put("assessment", KEY, UNITS[0], {"items": "5", "instrument": 1})
    budi.pull()
    assert {state for _, state in budi.outbox()} == {"queued"}
    budi.push()
    (clash,) = Conflicts(budi.store).list()
    assert clash.theirs == {"item.1.1.1": "tidak_berlaku"}
    assert len(clash.rows) == 2
    budi.pull()
    assert Conflicts(budi.store).list()[0].theirs == {"item.1.1.1": "tidak_berlaku"}


def test_deletions_and_sums_do_not_stop_a_recovery(budi: Client, server: ModelServer) -> None:
    backup = server.backup()
    place = {"cycle": "2025", "region": "35.72"}
    key = "018f0000-0000-7000-8000-000000000000"
    server.put("event", key, UNITS[0], {**place, "title": "A"})
    budi.pull()
    server.restore(backup)
    server.put("event", key, UNITS[0], {**place, "deleted": True})
    server.put("plan", f"{UNITS[0]}:x", UNITS[0], {})
    budi.pull()
    assert budi.pull(sums=True)[1] == []
    assert Overlay(budi.store.db).effective("event", key)["deleted"] is True


def test_the_search_forgets_the_lost_notes(budi: Client, sari: Client, server: ModelServer) -> None:
    backup = server.backup()
    note = {"cycle": "2025", "region": "35.72", "subject": "35.72", "title": "Unggah berkas"}
    sari.store.create("note", note)
    sari.push()
    budi.pull()
    assert budi.store.search.find("unggah", "2025", 5)
    server.restore(backup)
    server.put("criterion", f"{UNITS[1]}:mcp", UNITS[1], {"value": "80.00"})
    budi.pull()
    budi.pull()
    assert not budi.store.search.find("unggah", "2025", 5)


def test_a_value_saved_during_a_recovery_is_shown_at_once(budi: Client, sari: Client, server: ModelServer) -> None:
    sari.tick("1.1.1", "perlu_perbaikan")
    sari.push()
    backup = server.backup()
    budi.pull()
    budi.tick("1.1.1", "diterima")
    budi.sync()
    server.restore(backup)
    server.put("assessment", KEY, UNITS[0], {"items": "5", "instrument": 1})
    budi.pull()
    assert set(budi.push().values()) == {"conflict"}
    made = budi.tick("1.1.1", "tidak_berlaku")
    assert budi.state("1.1.1") == "tidak_berlaku"
    assert budi.push() == {made.op: "same"}
    budi.pull()
    assert budi.state("1.1.1") == "tidak_berlaku"


def test_an_edit_of_the_old_rows_is_never_merged_with_what_may_be_older(
    budi: Client, sari: Client, server: ModelServer
) -> None:
    """Made while the restored server's rows still come in; one that is made afterwards is merged as ever."""

    def write(client: Client, text: str) -> None:
        client.store.edit("assessment", KEY, {"summary": text}, seen=None)

    write(sari, "a\nx\nb")
    sari.push()
    backup = server.backup()
    write(sari, "a\nlost\nx\nb")
    sari.push()
    budi.pull()
    server.restore(backup)
    server.put("criterion", f"{UNITS[1]}:mcp", UNITS[1], {"value": "80.00"})
    budi.pull(cut=0)
    assert budi.store.replica.recovering
    write(budi, "a\nlost\nx\nb\nmine")
    assert set(budi.push().values()) == {"conflict"}
    for _ in range(2):
        (clash,) = budi.store.views.conflicts()
        assert (clash.older, clash.theirs) == (True, {"summary": "a\nx\nb"})
        budi.pull()
    assert not budi.store.replica.recovering
    budi.store.resolve(budi.store.views.conflicts()[0].op, "mine")
    budi.sync()
    sari.pull()
    write(budi, "a\nlost\nx\nb\nmine\nmore")
    server.put("assessment", KEY, UNITS[0], {"summary": "first\na\nlost\nx\nb\nmine"})
    assert "conflict" in budi.push().values()
    budi.sync()
    assert server.rows["assessment", KEY][3]["summary"] == "first\na\nlost\nx\nb\nmine\nmore"
