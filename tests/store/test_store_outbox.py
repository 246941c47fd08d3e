"""Saving edits: what becomes an operation, what it says, and what is refused in words."""

from __future__ import annotations

from typing import Any

import pytest
from modelserver import ModelServer, UNITS
from storeclient import Client, draft

from akk_tui.contract.errors import AkkError, BadKey, BadValue, UnknownField
from akk_tui.store import operations
from akk_tui.store.errors import (
    CycleClosed,
    EditRefused,
    ImmutableField,
    NotAuthor,
    NotWaiting,
    OutOfScope,
    ReadOnlyUnit,
    RoleForbids,
    RowDeleted,
    RowMissing,
    TooLarge,
    UnknownItem,
)
from akk_tui.store.overlay import Overlay

KEY = f"{UNITS[0]}:1.1"
NOTE = {"cycle": "2025", "region": "35.72", "subject": "35.72:1.1", "title": "Rapat", "body": "Isi"}


def rows(client: Client) -> list[operations.Row]:
    return operations.load(client.store.db)


def test_an_edit_is_one_operation_over_what_was_seen(budi: Client) -> None:
    made = budi.tick("1.1.2", "diunggah")
    (row,) = rows(budi)
    assert (made.op, made.state, made.key) == (row.op, "queued", KEY)
    assert made.value == {"item.1.1.2": "diunggah"}
    assert row.body.set == {"item.1.1.2": "diunggah"}
    assert row.body.was == {"item.1.1.2": "belum_ada"}
    assert (row.n, row.field, row.pos, row.unit, row.body.prev) == (1, "item.1.1.2", 2, UNITS[0], None)
    assert row.body.at.startswith("2025-10-06T02:0")
    assert budi.state("1.1.2") == "diunggah"
    assert budi.base() == {}


def test_was_is_what_the_officer_saw_not_what_a_pull_brought_meanwhile(budi: Client, server: ModelServer) -> None:
    server.put("assessment", KEY, UNITS[0], {"items": "3", "instrument": 1})
    budi.pull()
    budi.store.edit("assessment", KEY, {"item.1.1.1": "diterima"}, seen={"item.1.1.1": "belum_ada"})
    assert rows(budi)[0].body.was == {"item.1.1.1": "belum_ada"}
    assert list(budi.push().values()) == ["conflict"]


def test_without_a_seen_value_the_one_that_stands_now_counts(budi: Client, server: ModelServer) -> None:
    server.put("assessment", KEY, UNITS[0], {"items": "3", "instrument": 1})
    budi.pull()
    budi.store.edit("assessment", KEY, {"item.1.1.1": "diterima"}, seen=None)
    assert rows(budi)[0].body.was == {"item.1.1.1": "diverifikasi"}


def test_an_edit_that_changes_nothing_is_no_operation(budi: Client) -> None:
    made = budi.tick("1.1.1", "belum_ada")
    assert (made.op, made.state, rows(budi)) == (None, None, [])


def test_a_later_edit_of_the_field_names_the_earlier_one(budi: Client) -> None:
    first = budi.tick("1.1.1", "diunggah")
    budi.tick("1.1.2", "diunggah")
    budi.tick("1.1.1", "diterima")
    one, two, three = rows(budi)
    assert (one.body.prev, two.body.prev, three.body.prev) == (None, None, first.op)
    assert [row.n for row in (one, two, three)] == [1, 2, 3]
    assert three.body.was == {"item.1.1.1": "diunggah"}


def test_a_group_is_one_operation_with_all_its_fields(budi: Client) -> None:
    key = f"{UNITS[0]}:mcp"
    budi.store.edit("criterion", key, {"value": "77,5", "year": 2025}, seen={"value": None})
    (row,) = rows(budi)
    assert row.field == "value"
    assert row.body.set == {"value": "77.50", "year": 2025, "as_of": None, "source": None}
    assert row.body.was == {"value": None, "year": None, "as_of": None, "source": None}
    assert Overlay(budi.store.db).effective("criterion", key) == {"value": "77.50", "year": 2025}


def test_several_fields_are_one_operation_each(budi: Client) -> None:
    note = budi.store.create("note", NOTE)
    made = budi.store.edit("note", note.key, {"title": "Baru", "body": "Isi", "tags": ["b", "a"]}, seen=None)
    created, title, tags = rows(budi)
    assert (title.body.set, tags.body.set) == ({"title": "Baru"}, {"tags": ["a", "b"]})
    assert title.body.prev == tags.body.prev == created.op
    assert title.step == tags.step == title.n
    assert made.op == tags.op
    assert made.value == {"title": "Baru", "body": "Isi", "tags": ["a", "b"]}


def test_a_creation_says_all_and_saw_nothing(budi: Client) -> None:
    made = budi.store.create("note", {**NOTE, "tags": None})
    (row,) = rows(budi)
    assert row.body.was is None
    assert row.body.set == {**NOTE, "author": "budi"}
    assert (row.field, row.unit, row.key) == ("", UNITS[0], made.key)
    assert made.key[14] == "7"


def test_saving_drops_the_draft_in_the_same_transaction(budi: Client) -> None:
    for n in ("1", "2", "3"):
        budi.store.drafts.save(draft(n))
    note = budi.store.create("note", NOTE, draft="1")
    assert {one.id for one in budi.store.drafts.list()} == {"2", "3"}
    with pytest.raises(AkkError):
        budi.store.edit("note", note.key, {"title": "x" * 999}, seen=None, draft="2")
    assert {one.id for one in budi.store.drafts.list()} == {"2", "3"}
    budi.store.edit("note", note.key, {"title": "Baru"}, seen=None, draft="2")
    assert {one.id for one in budi.store.drafts.list()} == {"3"}


def test_a_score_of_a_new_day_is_created_and_of_a_known_day_edited(budi: Client) -> None:
    key = f"{UNITS[0]}:2025-09-08"
    budi.store.edit("score", key, {"value": 77.5, "source": "KPK"}, seen=None)
    budi.store.edit("score", key, {"value": "78"}, seen=None)
    one, two = rows(budi)
    assert (one.body.was, one.body.set) == (None, {"value": "77.50", "source": "KPK"})
    assert two.body.set == {"value": "78.00", "source": "KPK", "retracted": None}
    assert two.body.was == {"value": "77.50", "source": "KPK", "retracted": None}
    assert two.body.prev == one.op
    assert list(budi.push().values()) == ["applied", "applied"]


def test_deleting_a_note(budi: Client) -> None:
    note = budi.store.create("note", NOTE)
    budi.sync()
    budi.store.delete_note(note.key)
    (row,) = rows(budi)
    assert (row.body.set, row.body.was) == ({"deleted": True}, {"deleted": None})
    with pytest.raises(RowDeleted):
        budi.store.edit("note", note.key, {"title": "Lagi"}, seen=None)


def test_events_and_followups(budi: Client) -> None:
    place = {"cycle": "2025", "region": "35.72"}
    event = budi.store.create("event", {**place, "title": "Bimtek", "start": "2025-02-11", "kind": "bimtek"})
    budi.store.create("followup", {**place, "text": "Lengkapi SK", "event": event.key, "subject": "35.72:1.1"})
    budi.store.edit("event", event.key, {"attendance.Inspektorat": "hadir"}, seen=None)
    assert set(budi.push().values()) == {"applied"}


REFUSED: list[tuple[type[AkkError], str, str, dict[str, Any]]] = [
    (OutOfScope, "assessment", "2025:71.07:1.1", {"due": "2025-10-01"}),
    (UnknownItem, "assessment", f"{UNITS[0]}:9.9", {"due": "2025-10-01"}),
    (UnknownItem, "assessment", KEY, {"item.2.1.1": "diunggah"}),
    (UnknownItem, "assessment", f"{UNITS[0]}:9.9", {"item.9.9.1": "belum_ada"}),
    (UnknownItem, "assessment", KEY, {"item_due.1.1.9": "2025-10-01"}),
    (UnknownItem, "criterion", f"{UNITS[0]}:entah", {"value": "1"}),
    (BadValue, "criterion", f"{UNITS[0]}:sakip", {"value": "Z"}),
    (BadValue, "assessment", KEY, {"item.1.1.1": "entah"}),
    (BadKey, "assessment", "2025", {"due": None}),
    (UnknownField, "assessment", KEY, {"nama": "x"}),
    (RoleForbids, "standing", UNITS[0], {"stage": "percontohan", "date": "2025-12-09"}),
    (RowMissing, "note", "018f0000-0000-7000-8000-000000000000", {"title": "x"}),
]


@pytest.mark.parametrize(("error", "kind", "key", "values"), REFUSED)
def test_what_the_server_would_refuse_is_refused_before_it_is_saved(
    budi: Client, error: type[AkkError], kind: str, key: str, values: dict[str, Any]
) -> None:
    with pytest.raises(error) as found:
        budi.store.edit(kind, key, values, seen=None)
    assert len(found.value.words()) > 15
    assert rows(budi) == []


def test_refusals_carry_the_servers_code(budi: Client) -> None:
    with pytest.raises(EditRefused) as found:
        budi.store.edit("assessment", "2025:71.07:1.1", {"due": "2025-10-01"}, seen=None)
    assert (found.value.reason, found.value.exit_code) == ("scope", 4)


@pytest.mark.parametrize(
    ("error", "kind", "fields"),
    [
        (BadKey, "note", {"title": "x"}),
        (UnknownField, "assessment", {"due": None}),
        (BadValue, "note", {**NOTE, "subject": None}),
        (BadValue, "note", {**NOTE, "subject": "52.71"}),
        (UnknownItem, "note", {**NOTE, "subject": "35.72:9.9"}),
        (NotAuthor, "note", {**NOTE, "author": "sari"}),
        (OutOfScope, "note", {**NOTE, "region": "71.07"}),
        (BadKey, "score", {"value": "1"}),
    ],
)
def test_creations_that_are_refused(budi: Client, error: type[AkkError], kind: str, fields: dict[str, Any]) -> None:
    with pytest.raises(error):
        budi.store.create(kind, fields)
    assert rows(budi) == []


def test_an_operation_past_its_limit_is_refused(budi: Client) -> None:
    place = {"cycle": "2025", "region": "35.72", "title": "Besar"}
    with pytest.raises(TooLarge):
        budi.store.create("event", {**place, "agenda": "é" * 15_999, "outcome": "é" * 15_999, "place": "a" * 300})
    assert rows(budi) == []


def test_what_is_fixed_when_a_row_is_made_stays(budi: Client) -> None:
    note = budi.store.create("note", NOTE)
    with pytest.raises(ImmutableField):
        budi.store.edit("note", note.key, {"subject": "35.72"}, seen=None)


def test_a_closed_cycle(budi: Client, server: ModelServer) -> None:
    server.cycles["2025"] = "closed"
    budi.pull()
    with pytest.raises(CycleClosed):
        budi.tick("1.1.1", "diunggah")


def test_a_unit_to_read(budi: Client, server: ModelServer) -> None:
    server.give("budi", UNITS[0], write=False)
    budi.pull()
    with pytest.raises(ReadOnlyUnit):
        budi.tick("1.1.1", "diunggah")


def test_the_second_reader(server: ModelServer, client: Any) -> None:
    server.officer("ver", UNITS[:1], role="verifikator")
    ver = client("ver")
    ver.tick("1.1.1", "diverifikasi")
    ver.store.create("note", NOTE)
    for values in ({"item.1.1.2": "diunggah"}, {"due": "2025-10-01"}):
        with pytest.raises(RoleForbids):
            ver.store.edit("assessment", KEY, values, seen=None)
    with pytest.raises(RoleForbids, match=r"\(kegiatan baru\)"):
        ver.store.create("event", {"cycle": "2025", "region": "35.72", "title": "Rapat"})


def test_stages_of_the_administrator(budi: Client, server: ModelServer, client: Any) -> None:
    server.put("standing", UNITS[0], UNITS[0], {"stage": "percontohan", "date": "2025-12-09"})
    budi.pull()
    with pytest.raises(RoleForbids):
        budi.store.edit("standing", UNITS[0], {"stage": "penilaian"}, seen=None)
    server.officer("adm", UNITS[:1], role="admin")
    adm = client("adm")
    assert adm.store.edit("standing", UNITS[0], {"stage": "dicabut"}, seen=None).op


def test_notes_of_others(budi: Client, sari: Client, server: ModelServer, client: Any) -> None:
    note = sari.store.create("note", NOTE)
    sari.push()
    budi.pull()
    for edit in ({"title": "Milik saya"}, {"deleted": True}):
        with pytest.raises(NotAuthor, match="sari"):
            budi.store.edit("note", note.key, edit, seen=None)
    server.officer("adm", UNITS[:1], role="admin")
    assert client("adm").store.delete_note(note.key).op


def test_before_the_first_sync_nothing_is_in_scope(client: Any, server: ModelServer) -> None:
    fresh = client("budi", synced=False)
    with pytest.raises(OutOfScope):
        fresh.store.edit("assessment", KEY, {"due": "2025-10-01"}, seen=None)
    with pytest.raises(AkkError):
        fresh.tick("1.1.1", "diunggah")
    assert fresh.store.undo() is None


def refuse(budi: Client, server: ModelServer) -> str:
    """An edit that the server refuses because the cycle was closed meanwhile."""
    made = budi.tick("1.1.1", "diunggah")
    server.cycles["2025"] = "closed"
    budi.push()
    server.cycles["2025"] = "open"
    assert budi.outbox() == [(made.op, "rejected")]
    return made.op


def test_a_refused_edit_is_not_shown_and_holds_back_what_builds_on_it(budi: Client, server: ModelServer) -> None:
    first = budi.tick("1.1.1", "diunggah").op
    server.cycles["2025"] = "closed"
    budi.store.queue.batch()
    later = budi.tick("1.1.1", "diterima").op
    other = budi.tick("1.1.2", "diterima").op
    budi.store.queue.answer([(first, "rejected", 0, {"code": "cycle_closed"})], None, [])
    server.cycles["2025"] = "open"
    assert [op.op for op in budi.store.queue.batch()] == [other]
    assert budi.state("1.1.1") == "diterima"
    assert dict(budi.outbox())[later] == "queued"


def test_a_refused_edit_can_be_sent_again_or_given_up(budi: Client, server: ModelServer) -> None:
    op = refuse(budi, server)
    assert budi.state("1.1.1") == "belum_ada"
    assert budi.store.retry(op).state == "queued"
    assert budi.state("1.1.1") == "diunggah"
    with pytest.raises(NotWaiting):
        budi.store.discard(op)
    assert budi.push() == {op: "applied"}
    with pytest.raises(NotWaiting):
        budi.store.retry(op)


def test_giving_a_refused_edit_up_keeps_it_among_the_discarded(budi: Client, server: ModelServer) -> None:
    op = refuse(budi, server)
    budi.store.discard(op)
    assert budi.outbox() == []
    assert budi.store.db.one("SELECT op, reason FROM discarded") == (op, "given_up")


def test_a_new_value_takes_the_place_of_a_refused_one(budi: Client, server: ModelServer) -> None:
    old = refuse(budi, server)
    new = budi.tick("1.1.1", "diterima")
    (row,) = rows(budi)
    assert (row.op, row.body.was, row.body.prev) == (new.op, {"item.1.1.1": "belum_ada"}, None)
    assert budi.store.db.one("SELECT op, reason FROM discarded") == (old, "superseded")
    assert budi.push() == {new.op: "applied"}


def test_a_value_after_a_refused_one_says_what_is_shown_now(budi: Client, server: ModelServer) -> None:
    refuse(budi, server)
    server.put("assessment", KEY, UNITS[0], {"items": "3", "instrument": 1})
    budi.pull()
    made = budi.tick("1.1.1", "belum_ada")
    assert rows(budi)[0].body.was == {"item.1.1.1": "diverifikasi"}
    assert budi.push() == {made.op: "applied"}


def test_going_back_to_the_old_value_ends_a_refused_edit(budi: Client, server: ModelServer) -> None:
    first = budi.tick("1.1.1", "diunggah").op
    server.cycles["2025"] = "closed"
    budi.store.queue.batch()
    budi.tick("1.1.1", "diterima")
    budi.store.queue.answer([(first, "rejected", 0, {"code": "cycle_closed"})], None, [])
    assert budi.tick("1.1.1", "belum_ada").op is None
    assert budi.outbox() == []


def test_operation_numbers_never_come_again(budi: Client) -> None:
    budi.tick("1.1.1", "diunggah")
    budi.store.undo()
    budi.reopen()
    budi.tick("1.1.1", "diunggah")
    assert rows(budi)[0].n == 2


def test_an_edit_of_a_note_that_was_never_made_is_not_shown(budi: Client) -> None:
    note = budi.store.create("note", NOTE)
    budi.store.edit("note", note.key, {"title": "Baru"}, seen=None)
    batch = budi.store.queue.batch()
    budi.store.queue.answer([(str(note.op), "rejected", 0, {"code": "bad_value"})], None, batch)
    overlay = Overlay(budi.store.db)
    assert overlay.effective("note", note.key) == overlay.effective_rows("note") == {}
    with pytest.raises(RowMissing):
        budi.store.edit("note", note.key, {"title": "Lagi"}, seen=None)
    assert overlay.marks("note", note.key) == {"": "rejected", "title": "queued"}
    assert [one.field for one in overlay.all_waiting()] == ["", "title"]


def test_rows_of_a_cycle_or_a_unit(budi: Client, server: ModelServer) -> None:
    server.put("assessment", KEY, UNITS[0], {"due": "2025-10-01"})
    server.put("assessment", f"{UNITS[1]}:1.1", UNITS[1], {"due": "2025-10-02"})
    budi.pull()
    budi.tick("2.1.1", "diterima")
    overlay = Overlay(budi.store.db)
    assert sorted(overlay.effective_rows("assessment", UNITS[0])) == [KEY, f"{UNITS[0]}:2.1"]
    assert len(overlay.effective_rows("assessment", "2025")) == len(overlay.effective_rows("assessment")) == 3
    assert overlay.effective_rows("assessment", "2024") == overlay.effective_rows("standing") == {}
