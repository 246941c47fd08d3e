"""Undo: the newest edit that was not taken back, sent or not, also after a restart."""

from __future__ import annotations

import pytest
from modelserver import ModelServer, UNITS
from storeclient import Client

from akk_tui.store import operations
from akk_tui.store.errors import RowDeleted, UndoRefused
from akk_tui.store.overlay import Overlay

KEY = f"{UNITS[0]}:1.1"
NOTE = {"cycle": "2025", "region": "35.72", "subject": "35.72", "title": "Rapat", "body": "Isi"}


def test_what_was_never_in_a_request_is_removed(budi: Client) -> None:
    op = budi.tick("1.1.1", "diunggah").op
    budi.reopen()
    assert budi.store.undoable() == "Kota Kota35 · 1.1.1"
    made = budi.store.undo()
    assert made is not None
    assert (made.op, made.state, made.key, made.value) == (None, None, KEY, {"item.1.1.1": "belum_ada"})
    assert (budi.outbox(), budi.state("1.1.1")) == ([], "belum_ada")
    assert budi.store.db.one("SELECT op, reason FROM discarded") == (op, "undone")
    assert (budi.store.undo(), budi.store.undoable()) == (None, None)


def test_undo_goes_back_step_by_step(budi: Client) -> None:
    for state in ("diunggah", "diverifikasi", "diterima"):
        budi.tick("1.1.1", state)
    budi.push()
    states = []
    while budi.store.undo():
        states.append(budi.state("1.1.1"))
    assert states == ["diverifikasi", "diunggah", "belum_ada"]
    assert set(budi.push().values()) == {"applied"}
    budi.pull()
    assert budi.state("1.1.1") == "belum_ada"


def test_what_was_accepted_gets_an_inverse(budi: Client, server: ModelServer) -> None:
    op = budi.tick("1.1.1", "diunggah").op
    budi.sync()
    budi.reopen()
    made = budi.store.undo()
    assert made is not None
    (row,) = operations.load(budi.store.db)
    assert (row.op, row.undoes, row.body.prev) == (made.op, op, None)
    assert (row.body.was, row.body.set) == ({"item.1.1.1": "diunggah"}, {"item.1.1.1": "belum_ada"})
    assert budi.state("1.1.1") == "belum_ada"
    assert budi.push() == {made.op: "applied"}
    assert budi.store.undo() is None
    assert "items" not in server.rows["assessment", KEY][3]


def test_what_may_be_on_its_way_gets_an_inverse_that_builds_on_it(budi: Client) -> None:
    op = budi.tick("1.1.1", "diunggah").op
    budi.push(lost=True)
    made = budi.store.undo()
    assert made is not None
    assert operations.load(budi.store.db)[1].body.prev == op
    assert budi.push() == {op: "applied", made.op: "applied"}


def test_an_inverse_that_is_removed_makes_its_edit_undoable_again(budi: Client, server: ModelServer) -> None:
    op = budi.tick("1.1.1", "diunggah").op
    budi.sync()
    made = budi.store.undo()
    assert made is not None
    server.cycles["2025"] = "closed"
    budi.push()
    server.cycles["2025"] = "open"
    budi.store.discard(str(made.op))
    assert budi.state("1.1.1") == "diunggah"
    again = budi.store.undo()
    assert again is not None
    assert operations.load(budi.store.db)[0].undoes == op


def test_the_inverse_of_same_has_no_effect(budi: Client, sari: Client) -> None:
    sari.tick("1.1.1", "diterima")
    sari.push()
    op = budi.tick("1.1.1", "diterima").op
    assert budi.push() == {op: "same"}
    made = budi.store.undo()
    assert made is not None
    assert (made.op, budi.outbox(), budi.store.undo()) == (None, [], None)


def test_undo_of_a_conflict_is_theirs(budi: Client, sari: Client) -> None:
    sari.tick("1.1.1", "diterima")
    sari.push()
    budi.tick("1.1.1", "diunggah")
    budi.sync()
    assert budi.store.undo()
    assert (budi.outbox(), budi.state("1.1.1")) == ([], "diterima")


def test_what_was_undone_on_its_way_into_a_conflict_is_theirs(budi: Client, sari: Client) -> None:
    sari.tick("1.1.1", "diterima")
    sari.push()
    budi.tick("1.1.1", "diunggah")
    budi.push(lost=True)
    budi.store.undo()
    assert set(budi.push().values()) == {"conflict"}
    budi.pull()
    assert (budi.outbox(), budi.state("1.1.1")) == ([], "diterima")


def test_undo_of_a_refused_edit_puts_it_aside(budi: Client, server: ModelServer) -> None:
    budi.tick("1.1.1", "diunggah")
    server.take("budi", UNITS[0])
    budi.push()
    assert [state for _, state in budi.outbox()] == ["forbidden"]
    assert budi.store.undo()
    assert budi.outbox() == []


def test_an_edit_of_several_fields_is_one_step(budi: Client) -> None:
    note = budi.store.create("note", NOTE)
    budi.store.edit("note", note.key, {"title": "Baru", "tags": ["x"]}, seen=None)
    assert budi.store.undoable() == "Kota Kota35 · Baru (+1)"
    made = budi.store.undo()
    assert made is not None
    assert made.value == {"title": "Rapat", "tags": None}
    assert len(budi.outbox()) == 1
    assert budi.store.undoable() == "Kota Kota35 · Rapat"


def test_a_created_note_is_deleted_and_a_score_retracted(budi: Client) -> None:
    note = budi.store.create("note", NOTE)
    budi.store.create("score", {"value": "77.50"}, key=f"{UNITS[0]}:2025-09-08")
    budi.sync()
    assert budi.store.undoable() == "Kota Kota35 · 2025-09-08"
    budi.store.undo()
    budi.store.undo()
    one, two = operations.load(budi.store.db)
    assert one.body.set == {"value": "77.50", "source": None, "retracted": True}
    assert one.body.was == {"value": "77.50", "source": None, "retracted": None}
    assert (two.key, two.body.set) == (note.key, {"deleted": True})
    assert set(budi.push().values()) == {"applied"}


def test_a_sent_deletion_of_a_note_stays(budi: Client) -> None:
    note = budi.store.create("note", NOTE)
    budi.sync()
    budi.store.delete_note(note.key)
    budi.sync()
    with pytest.raises(RowDeleted):
        budi.store.undo()


def test_what_something_newer_builds_on_is_not_removed(budi: Client) -> None:
    budi.tick("1.1.1", "diunggah")
    budi.tick("1.1.1", "diterima")
    budi.store.db.execute("UPDATE outbox SET undone = 1 WHERE n = 2")
    with pytest.raises(UndoRefused):
        budi.store.undo()
    assert len(budi.outbox()) == 2


def test_titles(budi: Client) -> None:
    store = budi.store
    for kind, key, values, title in (
        ("assessment", KEY, {"evidence.1.1.2.1": {"title": "SK"}}, "1.1.2"),
        ("assessment", KEY, {"due": "2025-10-10"}, "1.1 due"),
        ("standing", UNITS[0], {"stage": "bimtek", "date": "2025-02-11"}, "bimtek"),
        ("standing", UNITS[0], {"team": ["budi"]}, "team"),
        ("criterion", f"{UNITS[0]}:mcp", {"value": "80"}, "mcp"),
    ):
        store.edit(kind, key, values, seen=None)
        assert store.undoable() == f"Kota Kota35 · {title}"
    store.create("followup", {"cycle": "2025", "region": "35.72", "text": "Lengkapi SK"})
    assert store.undoable() == "Kota Kota35 · Lengkapi SK"
    store.db.execute("DELETE FROM reference")
    assert str(store.undoable()).startswith("35.72 · ")


def test_the_undone_value_is_shown_before_it_is_sent(budi: Client, server: ModelServer) -> None:
    server.put("assessment", KEY, UNITS[0], {"due": "2025-10-01"})
    budi.pull()
    budi.store.edit("assessment", KEY, {"due": None}, seen=None)
    budi.sync()
    budi.store.undo()
    assert Overlay(budi.store.db).effective("assessment", KEY)["due"] == "2025-10-01"
