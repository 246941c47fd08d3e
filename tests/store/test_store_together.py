"""Several edits at once: one transaction, one undo step."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from storeclient import Client
from viewworld import World

from akk_tui.store.errors import EditRefused
from akk_tui.store.outbox import Wanted


def wanted(item: str, state: str) -> Wanted:
    field = f"item.{item}"
    return Wanted("assessment", f"2025:35.72:{item.rpartition('.')[0]}", {field: state}, {field: "belum_ada"})


def test_all_are_saved_and_undone_as_one(tmp_path: Path) -> None:
    store = World(tmp_path).store
    made = store.outbox.together(
        [wanted("2.4.1", "diunggah"), wanted("3.1.1", "diterima"), wanted("2.4.2", "diunggah")]
    )
    assert all(edit.op for edit in made)
    assert [row.set for row in store.views.outbox()] == [
        {"item.2.4.1": "diunggah"},
        {"item.3.1.1": "diterima"},
        {"item.2.4.2": "diunggah"},
    ]
    assert store.undo() is not None
    assert store.views.outbox() == ()
    assert store.undoable() is None


def test_what_changes_nothing_takes_no_part(tmp_path: Path) -> None:
    store = World(tmp_path).store
    first, second = store.outbox.together([wanted("2.4.1", "belum_ada"), wanted("2.4.2", "diunggah")])
    assert first.op is None
    assert second.op is not None
    assert store.outbox.together([]) == ()


def test_one_refusal_saves_none(tmp_path: Path) -> None:
    store = World(tmp_path).store
    bad = Wanted("assessment", "2025:35.72:2.4", {"item.9.9.9": "diunggah"}, None)
    with pytest.raises(EditRefused):
        store.outbox.together([wanted("2.4.1", "diunggah"), bad])
    assert store.views.outbox() == ()


def test_a_step_of_its_own_stands_before_and_after(client: Callable[..., Client]) -> None:
    budi = client("budi")
    budi.tick("1.1.1", "diunggah")
    key = "2025:35.72:1.1"
    budi.store.outbox.together([Wanted("assessment", key, {"due": "2025-10-20", "owners": ["BKPSDM"]}, None)])
    budi.store.undo()
    assert [row.field for row in budi.store.views.outbox()] == ["item.1.1.1"]
