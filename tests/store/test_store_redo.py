"""Redo: what was undone is done again, until something else is edited; a colleague's value is never overwritten."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from modelserver import UNITS
from storeclient import Client

from akk_tui.store.errors import ReadOnlyUnit

KEY = f"{UNITS[0]}:1.1"
NOTE = {"cycle": "2025", "region": "35.72", "subject": "35.72", "title": "Rapat", "body": "Isi"}


def test_undo_and_redo_walk_over_the_same_steps(budi: Client) -> None:
    states = ("diunggah", "diverifikasi", "diterima")
    for state in states:
        budi.tick("1.1.1", state)
    while budi.store.undo():
        pass
    assert (budi.state("1.1.1"), budi.outbox()) == ("belum_ada", [])
    budi.reopen()
    assert budi.store.redoable() == "Kota Kota35 · 1.1.1"
    seen = []
    while budi.store.redo():
        seen.append(budi.state("1.1.1"))
    assert (tuple(seen), budi.store.redoable()) == (states, None)
    budi.store.undo()
    assert budi.state("1.1.1") == "diverifikasi"
    budi.store.redo()
    assert set(budi.push().values()) == {"applied"}
    budi.pull()
    assert budi.state("1.1.1") == "diterima"


def test_an_inverse_that_was_not_sent_is_taken_out_again(budi: Client) -> None:
    budi.tick("1.1.1", "diunggah")
    budi.push()
    budi.pull()
    budi.store.undo()
    assert len(budi.outbox()) == 1
    made = budi.store.redo()
    assert made is not None
    assert (made.op, budi.outbox(), budi.state("1.1.1")) == (None, [], "diunggah")
    assert budi.store.undoable() is not None


def test_an_inverse_that_was_sent_is_answered_by_a_new_edit(budi: Client) -> None:
    budi.tick("1.1.1", "diunggah")
    budi.push()
    budi.store.undo()
    budi.push()
    budi.pull()
    assert budi.state("1.1.1") == "belum_ada"
    budi.store.redo()
    assert set(budi.push().values()) == {"applied"}
    budi.pull()
    assert budi.state("1.1.1") == "diunggah"


def test_any_other_edit_ends_it(budi: Client) -> None:
    budi.tick("1.1.1", "diunggah")
    budi.store.undo()
    budi.tick("1.1.1", "belum_ada")
    assert budi.store.redoable() is not None, "an edit that changes nothing is none"
    budi.tick("1.1.2", "diunggah")
    assert (budi.store.redoable(), budi.store.redo()) == (None, None)


def test_a_note_comes_back_whether_it_was_sent_or_not(budi: Client) -> None:
    store = budi.store
    key = store.create("note", NOTE).key
    store.undo()
    assert store.views.notes("2025") == ()
    store.redo()
    assert store.views.note(key).body == "Isi"
    budi.push()
    budi.pull()
    store.undo()
    budi.push()
    budi.pull()
    assert store.views.notes("2025") == ()
    store.redo()
    (row,) = store.views.notes("2025", search="Rapat")
    assert row.id != key, "what was deleted on the server stays so"
    assert store.views.note(row.id).body == "Isi"
    assert set(budi.push().values()) == {"applied"}


def test_a_score_stands_again(budi: Client) -> None:
    store = budi.store
    key = f"{UNITS[0]}:2025-09-08"
    store.create("score", {"value": "77.50", "source": "KPK"}, key=key)
    budi.push()
    budi.pull()
    store.undo()
    budi.push()
    budi.pull()
    store.redo()
    budi.push()
    budi.pull()
    row = store.db.value("SELECT data FROM base WHERE kind = 'score'")
    assert "retracted" not in row


def test_what_a_colleague_set_meanwhile_is_a_difference_not_overwritten(client: Callable[..., Client]) -> None:
    budi, sari = client("budi"), client("sari")
    budi.tick("1.1.1", "diunggah")
    budi.push()
    budi.store.undo()
    budi.push()
    sari.pull()
    sari.tick("1.1.1", "diterima")
    sari.push()
    budi.pull()
    budi.store.redo()
    assert set(budi.push().values()) == {"conflict"}
    (clash,) = budi.store.views.conflicts()
    assert (clash.theirs or {}).get("item.1.1.1") == "diterima"


def test_what_is_not_allowed_any_more_stays_undone(budi: Client) -> None:
    budi.tick("1.1.1", "diunggah")
    budi.store.undo()
    with budi.store.db.write():
        budi.store.db.execute("UPDATE unit SET write = 0")
    with pytest.raises(ReadOnlyUnit):
        budi.store.redo()
    assert budi.store.redoable() is not None
    assert budi.outbox() == []


def test_what_the_server_had_already_is_not_done_again(client: Callable[..., Client]) -> None:
    budi, sari = client("budi"), client("sari")
    sari.tick("1.1.1", "diunggah")
    sari.push()
    budi.tick("1.1.1", "diunggah")
    assert set(budi.push().values()) == {"same"}
    budi.store.undo()
    assert budi.store.redoable() is None
