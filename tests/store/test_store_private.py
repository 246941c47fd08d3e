"""Private notes: shown and found like others, in no request, and sent only deliberately."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from viewworld import BLITAR, KAB_BLITAR, World

from akk_tui.contract.errors import BadValue
from akk_tui.store.errors import OutOfScope, ReadOnlyUnit
from akk_tui.store.private import NotPrivate
from akk_tui.store.views.notes import UnknownNote

FIELDS = {"cycle": "2025", "region": BLITAR, "subject": f"{BLITAR}:2.4", "title": "Kesan", "body": "Sekda ragu-ragu"}


@pytest.fixture
def world(fast: Path) -> Iterator[World]:
    made = World(fast)
    made.store.meta.set("officer", "budi")
    yield made
    made.store.close()


def test_it_is_shown_and_found_but_never_an_operation(world: World) -> None:
    store = world.store
    key = store.private.save({**FIELDS, "tags": ["kesan"]})
    (row,) = store.views.notes("2025", subject=f"{BLITAR}:2.4")
    assert (row.id, row.state, row.mine, row.author, row.tags) == (key, "private", True, "budi", ("kesan",))
    assert store.views.note(key).body == "Sekda ragu-ragu"
    assert [one.id for one in store.views.notes("2025", search="ragu")] == [key]
    assert [hit.key for hit in store.search.find("ragu", "2025")] == [key]
    assert store.views.outbox() == ()
    assert store.queue.batch() == []
    assert store.undoable() is None
    assert store.private.count() == 1


def test_it_is_changed_deleted_and_brought_back(world: World) -> None:
    store = world.store
    key = store.private.save(FIELDS)
    assert store.private.save({"body": "Sekda mantap", "title": None}, key=key) == key
    assert (store.views.note(key).body, store.views.note(key).row.title) == ("Sekda mantap", "")
    store.private.delete(key)
    assert store.views.notes("2025") == ()
    assert store.search.find("mantap", "2025") == ()
    assert store.private.count() == 0
    for gone in (lambda: store.private.delete(key), lambda: store.private.send(key)):
        with pytest.raises(NotPrivate):
            gone()
    store.private.restore(key)
    assert store.views.note(key).body == "Sekda mantap"
    with pytest.raises(NotPrivate):
        store.private.restore(key)


def test_sending_it_makes_an_ordinary_note(world: World) -> None:
    store = world.store
    key = store.private.save(FIELDS)
    edit = store.private.send(key)
    assert (edit.key, edit.state) == (key, "queued")
    (row,) = store.views.notes("2025")
    assert (row.id, row.state) == (key, "queued")
    (operation,) = store.queue.batch()
    assert operation.set["body"] == "Sekda ragu-ragu"
    with pytest.raises(NotPrivate):
        store.private.send(key)


def test_sending_is_taken_back_until_a_request_held_it(world: World) -> None:
    store = world.store
    key = store.private.save(FIELDS)
    assert not store.private.take_back(key), "it was not sent"
    store.private.send(key)
    assert store.private.take_back(key)
    assert store.views.outbox() == ()
    assert store.redoable() is None
    assert store.views.note(key).row.state == "private"
    assert [hit.key for hit in store.search.find("ragu", "2025")] == [key]
    store.private.send(key)
    store.edit("note", key, {"title": "Lain"}, seen=None)
    assert not store.private.take_back(key), "an edit builds on it"
    store.undo()
    store.queue.batch()
    assert not store.private.take_back(key)
    assert store.views.note(key).row.state != "private"


def test_what_cannot_be_sent_stays_private(world: World) -> None:
    store = world.store
    key = store.private.save(FIELDS)
    world.give(f"2025:{BLITAR}", write=False)
    with pytest.raises(ReadOnlyUnit):
        store.private.send(key)
    assert store.views.note(key).row.state == "private"
    assert store.views.outbox() == ()


def test_a_private_note_survives_an_index_made_anew_and_hides_with_its_region(world: World) -> None:
    from akk_tui.store import search

    store = world.store
    key = store.private.save(FIELDS)
    with store.db.write():
        search.rebuild(store.db)
    assert [one.id for one in store.views.notes("2025", search="ragu")] == [key]
    world.take(f"2025:{BLITAR}")
    assert store.views.notes("2025") == ()
    assert store.private.count() == 1


def test_what_is_wrong_is_refused_and_keeps_the_draft(world: World) -> None:
    store = world.store
    with pytest.raises(OutOfScope):
        store.private.save({**FIELDS, "region": "11.01", "subject": "11.01"})
    with pytest.raises(BadValue):
        store.private.save({**FIELDS, "author": "sari"})
    with pytest.raises(BadValue):
        store.private.save({"cycle": "2025", "region": BLITAR, "title": "x"})
    key = store.private.save(FIELDS)
    with pytest.raises(BadValue):
        store.private.save({"region": KAB_BLITAR}, key=key)
    with pytest.raises(UnknownNote):
        store.views.note("x")
