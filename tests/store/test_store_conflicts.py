"""One conflict per field: its life from the answer to the officer's choice or to a pull that ends it."""

from __future__ import annotations

from typing import Any

import pytest
from modelserver import ModelServer, UNITS
from storeclient import Client

from akk_tui.contract.codec import decode
from akk_tui.contract.errors import BadValue
from akk_tui.store.conflicts import Clash, Conflicts
from akk_tui.store.errors import NoConflict
from akk_tui.store.operations import Body
from akk_tui.store.overlay import Overlay

KEY = f"{UNITS[0]}:1.1"
FIELD = "item.1.1.1"


def clashes(client: Client) -> tuple[Clash, ...]:
    return Conflicts(client.store).list()


def clash(client: Client) -> Clash:
    (found,) = clashes(client)
    return found


@pytest.fixture
def met(budi: Client, sari: Client) -> Client:
    """Budi's diunggah met Sari's diterima; Budi's store has not pulled since."""
    sari.tick("1.1.1", "diterima")
    sari.push()
    budi.tick("1.1.1", "diunggah")
    budi.push()
    return budi


def discarded(client: Client) -> list[tuple[Any, ...]]:
    return client.store.db.execute("SELECT op, reason FROM discarded ORDER BY n").fetchall()


def test_a_conflict_shows_base_mine_theirs_who_and_when(met: Client) -> None:
    for _ in range(2):
        found = clash(met)
        assert (found.base, found.mine) == ({FIELD: "belum_ada"}, {FIELD: "diunggah"})
        assert (found.theirs, found.by, found.at) == ({FIELD: "diterima"}, "sari", "2025-10-06T02:00:00Z")
        assert (found.kind, found.key, found.unit, found.field) == ("assessment", KEY, UNITS[0], FIELD)
        assert met.state("1.1.1") == "diunggah"
        assert Overlay(met.store.db).marks("assessment", KEY) == {FIELD: "conflict"}
        met.pull()


def test_a_conflict_holds_back_only_its_field(met: Client) -> None:
    other = met.tick("1.1.2", "diterima").op
    assert [op.op for op in met.store.queue.batch()] == [other]


def test_later_edits_made_before_the_answer_are_one_conflict(budi: Client, sari: Client) -> None:
    sari.tick("1.1.1", "diterima")
    sari.push()
    first = budi.tick("1.1.1", "diunggah").op
    second = budi.tick("1.1.1", "diverifikasi").op
    assert budi.push() == {first: "conflict", second: "wait"}
    found = clash(budi)
    assert [row.op for row in found.rows] == [first, second]
    assert (found.base, found.mine) == ({FIELD: "belum_ada"}, {FIELD: "diverifikasi"})
    assert budi.push() == {}
    made = budi.store.resolve(first, "mine")
    assert made.value == {FIELD: "diverifikasi"}
    assert discarded(budi) == [(first, "mine"), (second, "mine")]


def test_mine_says_that_it_saw_theirs(met: Client, sari: Client) -> None:
    op = clash(met).newest.op
    made = met.store.resolve(op, "mine")
    (row,) = met.store.queue.batch()
    assert (row.op, row.was, row.set, row.prev) == (made.op, {FIELD: "diterima"}, {FIELD: "diunggah"}, None)
    assert met.push() == {made.op: "applied"}
    sari.pull()
    assert sari.state("1.1.1") == met.state("1.1.1") == "diunggah"
    assert clashes(met) == ()


def test_theirs_puts_mine_aside(met: Client) -> None:
    op = clash(met).newest.op
    made = met.store.resolve(op, "theirs")
    assert (made.op, made.value) == (None, {FIELD: "diterima"})
    assert discarded(met) == [(op, "theirs")]
    assert met.outbox() == []
    met.pull()
    assert met.state("1.1.1") == "diterima"


def test_a_third_value(met: Client) -> None:
    made = met.store.resolve(clash(met).newest.op, "value", {FIELD: "perlu_perbaikan"})
    assert made.value == {FIELD: "perlu_perbaikan"}
    assert met.push() == {made.op: "applied"}


def test_a_value_equal_to_theirs_is_theirs(met: Client) -> None:
    made = met.store.resolve(clash(met).newest.op, "value", {FIELD: "diterima"})
    assert (made.op, met.outbox()) == (None, [])


def test_wrong_answers_are_refused_in_words(met: Client) -> None:
    op = clash(met).newest.op
    for choice, value in (("entah", None), ("value", {FIELD: "entah"}), ("value", {"due": None})):
        with pytest.raises(BadValue):
            met.store.resolve(op, choice, value)
    met.store.resolve(op, "mine")
    for unknown in (op, "entah"):
        with pytest.raises(NoConflict, match=unknown):
            met.store.resolve(unknown, "mine")


def test_editing_the_field_answers_with_that_value(met: Client) -> None:
    old = clash(met).newest.op
    made = met.tick("1.1.1", "perlu_perbaikan")
    (row,) = met.store.queue.batch()
    assert (row.op, row.was, row.set) == (made.op, {FIELD: "diterima"}, {FIELD: "perlu_perbaikan"})
    assert discarded(met) == [(old, "mine")]


def test_a_value_chosen_before_the_conflict_was_shown_does_not_answer_it(met: Client) -> None:
    made = met.store.edit("assessment", KEY, {FIELD: "perlu_perbaikan"}, seen={FIELD: "diunggah"}, answers=False)
    found = clash(met)
    assert (found.base, found.mine, found.theirs) == (
        {FIELD: "belum_ada"},
        {FIELD: "perlu_perbaikan"},
        {FIELD: "diterima"},
    )
    assert met.store.queue.batch() == []
    met.pull()
    met.store.resolve(str(made.op), "mine")
    assert list(met.push().values()) == ["applied"]
    assert met.state("1.1.1") == "perlu_perbaikan"


def test_saying_mine_again_answers_with_it(met: Client) -> None:
    made = met.tick("1.1.1", "diunggah")
    assert made.op is not None
    assert met.push() == {made.op: "applied"}


def test_saving_a_whole_note_does_not_answer_its_other_fields(client: Any, server: ModelServer) -> None:
    one, two = client("budi"), client("budi2", synced=False)
    server.officer("budi2", UNITS[:2])
    two.name = "budi"
    note = one.store.create("note", {"cycle": "2025", "region": "35.72", "subject": "35.72", "title": "A", "body": "B"})
    one.push()
    two.pull()
    one.store.edit("note", note.key, {"title": "satu"}, seen=None)
    one.push()
    two.store.edit("note", note.key, {"title": "dua"}, seen=None)
    two.push()
    two.store.edit("note", note.key, {"title": "dua", "body": "baru"}, seen=None)
    assert [found.field for found in clashes(two)] == ["title"]
    assert set(two.push().values()) == {"applied"}


def test_a_pull_that_brings_my_value_ends_it(met: Client, sari: Client) -> None:
    op = clash(met).newest.op
    sari.tick("1.1.1", "diunggah")
    sari.push()
    met.pull()
    assert (met.outbox(), clashes(met)) == ([], ())
    assert met.store.db.one("SELECT op, result, acknowledged FROM sent") == (op, "same", 0)


def test_a_chain_that_ends_as_same_leaves_one_for_all(budi: Client, sari: Client) -> None:
    """One that was in a request never says anything else: what stands for all of them is another one."""
    sari.tick("1.1.1", "diterima")
    sari.push()
    first = budi.tick("1.1.1", "diunggah").op
    budi.store.queue.batch()
    second = budi.tick("1.1.1", "diterima").op
    budi.push()
    budi.pull()
    assert budi.outbox() == []
    assert discarded(budi) == [(first, "same"), (second, "same")]
    ((op, result, body),) = budi.store.db.execute("SELECT op, result, body FROM sent").fetchall()
    assert (op != second, result) == (True, "same")
    said = decode(Body, body)
    assert (said.was, said.set, said.prev) == ({"item.1.1.1": "belum_ada"}, {"item.1.1.1": "diterima"}, None)


def test_a_pull_that_brings_the_base_back_sends_it_again(met: Client, sari: Client) -> None:
    op = clash(met).newest.op
    sari.tick("1.1.1", "belum_ada")
    sari.push()
    met.pull()
    assert met.outbox() == [(op, "queued")]
    assert met.push() == {op: "applied"}


def test_sets_merge_by_themselves(budi: Client, sari: Client, server: ModelServer) -> None:
    server.put("assessment", KEY, UNITS[0], {"owners": ["A", "B"]})
    budi.pull()
    sari.pull()
    sari.store.edit("assessment", KEY, {"owners": ["B", "C"]}, seen=None)
    sari.push()
    mine = budi.store.edit("assessment", KEY, {"owners": ["A", "B", "D"]}, seen=None).op
    results = budi.push()
    assert results.pop(mine) == "conflict"
    assert list(results.values()) == ["applied"]
    assert server.rows["assessment", KEY][3]["owners"] == ["B", "C", "D"]
    assert discarded(budi) == [(mine, "merged")]


def test_a_merge_that_is_theirs_needs_no_operation(budi: Client, sari: Client) -> None:
    sari.store.edit("assessment", KEY, {"owners": ["A", "B"]}, seen=None)
    sari.push()
    mine = budi.store.edit("assessment", KEY, {"owners": ["A"]}, seen=None).op
    assert budi.push() == {mine: "conflict"}
    assert budi.outbox() == []


def test_merging_gives_up_where_the_server_never_agrees(budi: Client) -> None:
    budi.store.edit("assessment", KEY, {"owners": ["A"]}, seen=None)
    for n in range(20):
        batch = budi.store.queue.batch()
        if not batch:
            break
        detail = {"now": {"owners": [f"X{n}"]}, "rev": n + 1}
        budi.store.queue.answer([(batch[0].op, "conflict", 0, detail)], None, batch)
    else:
        pytest.fail("it never ends")
    assert [state for _, state in budi.outbox()] == ["conflict"]


def test_a_creation_that_meets_a_row_is_one_conflict_of_the_row(budi: Client, sari: Client) -> None:
    key = f"{UNITS[0]}:2025-09-08"
    sari.store.create("score", {"value": "77.50", "source": "KPK"}, key=key)
    sari.push()
    first = budi.store.create("score", {"value": "78"}, key=key).op
    second = budi.store.edit("score", key, {"source": "BPKP"}, seen=None).op
    budi.push()
    found = clash(budi)
    assert [row.op for row in found.rows] == [first, second]
    assert (found.base, found.field) == (None, "")
    assert found.mine == {"value": "78.00", "source": "BPKP", "retracted": None}
    budi.pull()
    assert clash(budi).theirs == {"value": "77.50", "source": "KPK", "retracted": None}
    made = budi.store.resolve(second, "mine")
    (row,) = budi.store.queue.batch()
    assert row.op == made.op
    assert row.was == {"value": "77.50", "source": "KPK", "retracted": None}
    assert budi.push() == {made.op: "applied"}


def test_a_score_that_vanished_with_a_restore_is_made_again(budi: Client, server: ModelServer) -> None:
    key = f"{UNITS[0]}:2025-09-08"
    op = budi.store.create("score", {"value": "78"}, key=key).op
    budi.sync()
    del server.rows["score", key]
    op = budi.store.edit("score", key, {"value": "79"}, seen=None).op
    batch = budi.store.queue.batch()
    budi.store.db.execute("DELETE FROM base")
    budi.store.queue.answer([(op, "conflict", 0, {"now": None, "rev": 0})], None, batch)
    assert clash(budi).theirs is None
    made = budi.store.resolve(op, "mine")
    (row,) = budi.store.queue.batch()
    assert (row.op, row.was, row.set) == (made.op, None, {"value": "79.00"})


def test_mine_restores_a_deleted_event(budi: Client, sari: Client, server: ModelServer) -> None:
    for n in range(1, 6):
        server.put("score", f"{UNITS[0]}:2025-01-0{n}", UNITS[0], {"value": "70.00"})
    made = budi.store.create("event", {"cycle": "2025", "region": "35.72", "title": "Bimtek"})
    budi.sync()
    sari.pull()
    sari.store.edit("event", made.key, {"deleted": True}, seen=None)
    sari.push()
    op = budi.store.edit("event", made.key, {"title": "Monev"}, seen=None).op
    assert budi.push() == {op: "conflict"}
    assert clash(budi).theirs == {"title": "Bimtek", "deleted": True}
    budi.pull()
    assert clash(budi).theirs == {"title": "Bimtek", "deleted": True}
    budi.store.resolve(op, "mine")
    assert set(budi.push().values()) == {"applied"}
    data = server.rows["event", made.key][3]
    assert (data["title"], data.get("deleted")) == ("Monev", None)


def test_a_criterions_value_is_brought_into_its_form(budi: Client, sari: Client) -> None:
    key = f"{UNITS[0]}:mcp"
    sari.store.edit("criterion", key, {"value": "80"}, seen=None)
    sari.push()
    op = budi.store.edit("criterion", key, {"value": "70"}, seen=None).op
    budi.push()
    made = budi.store.resolve(op, "value", {"value": "75,5"})
    assert made.value["value"] == "75.50"


def test_a_creation_whose_row_is_gone_again_is_sent_again_by_the_next_pull(budi: Client) -> None:
    op = str(budi.store.create("score", {"value": "78"}, key=f"{UNITS[0]}:2025-09-08").op)
    batch = budi.store.queue.batch()
    budi.store.queue.answer([(op, "conflict", 0, None)], None, batch)
    assert clash(budi).theirs is None
    budi.pull()
    assert budi.push() == {op: "applied"}


def test_an_answer_without_what_stands_there_waits_for_the_pull(budi: Client, sari: Client) -> None:
    sari.tick("1.1.1", "diterima")
    sari.push()
    op = budi.tick("1.1.1", "diunggah").op
    batch = budi.store.queue.batch()
    budi.store.queue.answer([(op, "conflict", 0, None)], None, batch)
    assert clash(budi).theirs == {FIELD: "belum_ada"}
    budi.pull()
    assert clash(budi).theirs == {FIELD: "diterima"}


@pytest.fixture
def met_twice(budi: Client, sari: Client) -> Client:
    """Two of Budi's items met Sari's."""
    for item in ("1.1.1", "1.1.2"):
        sari.tick(item, "diterima")
    sari.push()
    for item in ("1.1.1", "1.1.2"):
        budi.tick(item, "diunggah")
    budi.push()
    return budi


def test_several_are_answered_as_one_step(met_twice: Client) -> None:
    answers = [(one.newest.op, one.theirs) for one in clashes(met_twice)]
    made = met_twice.store.resolve_all(answers, "mine")
    assert [edit.value for edit in made] == [{FIELD: "diunggah"}, {"item.1.1.2": "diunggah"}]
    assert met_twice.store.undo() is not None
    assert met_twice.outbox() == []
    assert met_twice.store.undoable() is None


def test_several_are_answered_all_or_none(met_twice: Client) -> None:
    first, second = clashes(met_twice)
    met_twice.store.resolve(second.newest.op, "theirs")
    with pytest.raises(NoConflict):
        met_twice.store.resolve_all([(first.newest.op, first.theirs), (second.newest.op, second.theirs)], "theirs")
    assert [one.newest.op for one in clashes(met_twice)] == [first.newest.op]
