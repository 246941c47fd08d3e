"""One row for a dialog, every reported score of a region, and why an edit would be refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from viewworld import BLITAR, KEY, World

from akk_tui.contract.errors import BadKey
from akk_tui.store.views import single


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_a_held_row_is_base_and_outbox_with_its_differences(world: World) -> None:
    key = f"{KEY}:2.4"
    assert single.held(world.store, "assessment", key).values == {}
    world.put("assessment", key, {"items": "4", "due": "2025-10-10", "summary": "Isi"})
    first = world.store.edit("assessment", key, {"due": "2025-10-20"}, seen={"due": "2025-10-10"})
    held = single.held(world.store, "assessment", key)
    assert held.values["due"] == "2025-10-20"
    assert held.seen("due", "summary", "score") == {"due": "2025-10-20", "summary": "Isi", "score": None}
    assert held.conflicts == frozenset()
    assert first.op is not None
    world.conflict(first.op, {"due": "2025-10-31"})
    assert single.held(world.store, "assessment", key).conflicts == {"due"}


def test_scores_are_newest_first_with_what_became_of_them(world: World) -> None:
    world.put("score", f"{KEY}:2025-09-08", {"value": "77.50", "source": "KPK", "by": "sari"})
    world.put("score", f"{KEY}:2025-09-22", {"value": "81.10", "source": "KPK", "retracted": True})
    world.put("score", f"{KEY}:2025-12-01", {"value": "90.00"})
    world.put("score", "2025:35.05:2025-09-30", {"value": "50.00", "source": "KPK"})
    world.store.create("score", {"value": "84.00", "source": "KPK"}, key=f"{KEY}:2025-10-03")
    found = single.scores(world.store, "2025", BLITAR)
    assert [(one.day, one.value, one.source, one.retracted, one.pending) for one in found] == [
        (date(2025, 12, 1), "90.00", "", False, False),
        (date(2025, 10, 3), "84.00", "KPK", False, True),
        (date(2025, 9, 22), "81.10", "KPK", True, False),
        (date(2025, 9, 8), "77.50", "KPK", False, False),
    ]
    assert found[3].by == "sari"
    assert not any(one.conflict for one in found)


def test_a_score_in_conflict_and_one_without_a_value(world: World) -> None:
    key = f"{KEY}:2025-09-08"
    world.put("score", key, {"value": "77.50", "source": "KPK"})
    world.put("score", f"{KEY}:2025-09-09", {"source": "KPK"})
    edit = world.store.edit("score", key, {"value": "78.00", "source": "KPK"}, seen=None)
    assert edit.op is not None
    world.conflict(edit.op, {"value": "79.00", "source": "KPK"})
    (found,) = single.scores(world.store, "2025", BLITAR)
    assert found.conflict


def test_an_edit_that_would_be_refused_is_told_before(world: World) -> None:
    key = f"{KEY}:2.4"
    assert single.refusal(world.store, "assessment", key, {"due": None}) is None
    world.give(KEY, write=False)
    refused = single.refusal(world.store, "assessment", key, {"due": None})
    assert refused is not None
    assert refused.params["reason"] == "read_only"
    with pytest.raises(BadKey):
        single.refusal(world.store, "assessment", "bukan kunci", {"due": None})


def test_the_role_refuses_fields(world: World) -> None:
    world.store.meta.set("role", "verifikator")
    refused = single.refusal(world.store, "standing", KEY, {"team": None})
    assert refused is not None
    assert refused.params["reason"] == "role"
    assert single.refusal(world.store, "assessment", f"{KEY}:2.4", {"item.2.4.1": "diverifikasi"}) is None
