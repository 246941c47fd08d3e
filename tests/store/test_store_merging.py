"""Texts and sets that two changed: merged where nothing is in doubt and told, a difference where anything is."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from modelserver import ModelServer, UNITS
from storeclient import Client

from akk_tui.contract import codec, limits
from akk_tui.store import merging
from akk_tui.store.conflicts import Conflicts
from akk_tui.store.operations import LetGo

KEY = f"{UNITS[0]}:1.1"
FIELD = ("assessment", KEY, "summary")
BASE = "Dokumen anggaran belum lengkap.\nRapat Selasa."


def write(client: Client, text: str | None, field: str = "summary") -> str:
    return str(client.store.edit("assessment", KEY, {field: text}, seen=None).op)


def discarded(client: Client) -> list[tuple[Any, ...]]:
    return client.store.db.execute("SELECT op, reason FROM discarded ORDER BY n").fetchall()


@pytest.fixture
def begun(budi: Client, sari: Client, server: ModelServer) -> tuple[Client, Client]:
    """Both have read the same summary."""
    server.put("assessment", KEY, UNITS[0], {"summary": BASE})
    budi.pull()
    sari.pull()
    return budi, sari


def summary(server: ModelServer) -> str:
    return server.rows["assessment", KEY][3]["summary"]


CLEAN = {
    "lines": (BASE + "\nJumat: bukti.", "Semua dokumen.\nRapat Selasa."),
    "both appended": (BASE + "\nJumat: bukti.", BASE + "\nKamis: surat."),
    "words": (BASE.replace("Dokumen", "Semua"), BASE.replace("lengkap", "siap")),
}


@pytest.mark.parametrize("case", CLEAN)
@pytest.mark.parametrize("first", [0, 1])
def test_texts_merge_by_themselves_to_one_text_whoever_is_first(
    begun: tuple[Client, Client], server: ModelServer, case: str, first: int
) -> None:
    early, late = begun[first], begun[1 - first]
    one, other = CLEAN[case]
    write(early, one if first == 0 else other)
    early.push()
    mine = write(late, other if first == 0 else one)
    results = late.push()
    assert results.pop(mine) == "conflict"
    assert list(results.values()) == ["applied"]
    assert set(summary(server).split()) >= set(one.split()) & set(other.split())
    assert all(word in summary(server) for word in ("Rapat", "Selasa."))
    wanted = {
        "lines": "Semua dokumen.\nRapat Selasa.\nJumat: bukti.",
        "both appended": BASE + "\nJumat: bukti.\nKamis: surat.",
        "words": "Semua anggaran belum siap.\nRapat Selasa.",
    }
    assert summary(server) == wanted[case]
    assert discarded(late) == [(mine, "merged")]
    assert late.store.merged == {FIELD}
    early.pull()
    late.pull()
    assert (early.base(), early.outbox()) == (late.base(), late.outbox()) == (late.base(), [])


def test_the_officer_is_told_of_what_was_merged_and_can_have_it_back(
    begun: tuple[Client, Client], server: ModelServer
) -> None:
    budi, sari = begun
    write(sari, BASE + "\nKamis: surat.")
    sari.push()
    mine = write(budi, BASE + "\nJumat: bukti.")
    budi.push()
    budi.pull()
    (row,) = budi.store.views.discarded()
    assert (row.op, row.reason, row.set) == (mine, "merged", {"summary": BASE + "\nJumat: bukti."})
    budi.store.restore(mine)
    budi.push()
    assert summary(server) == BASE + "\nJumat: bukti."


def day(name: str) -> str:
    return BASE.replace("Rapat Selasa.", f"Rapat {name}.")


def let_go(budi: Client, sari: Client) -> str:
    """Budi's text was let go for Sari's; the operation."""
    write(sari, day("Rabu"))
    sari.push()
    mine = write(budi, day("Jumat"))
    budi.sync()
    (clash,) = budi.store.views.conflicts()
    budi.store.resolve(clash.op, "theirs")
    sari.pull()
    return mine


def put_back(budi: Client, op: str) -> None:
    budi.store.restore(op)
    budi.push()
    budi.sync()


def test_a_text_put_back_on_what_it_was_let_go_for_takes_its_place(
    begun: tuple[Client, Client], server: ModelServer
) -> None:
    mine = let_go(*begun)
    put_back(begun[0], mine)
    assert summary(server) == day("Jumat")


def test_a_text_put_back_does_not_take_away_what_a_colleague_wrote_meanwhile(
    begun: tuple[Client, Client], server: ModelServer
) -> None:
    budi, sari = begun
    mine = let_go(budi, sari)
    assert [row.moved for row in budi.store.views.discarded()] == [False]
    write(sari, day("Rabu") + "\nKamis: surat.")
    sari.push()
    budi.sync()
    assert [row.moved for row in budi.store.views.discarded()] == [True]
    put_back(budi, mine)
    assert budi.store.views.conflicts() == ()
    assert summary(server) == day("Jumat") + "\nKamis: surat."


def test_a_text_put_back_where_a_colleague_changed_the_same_place_is_a_difference(
    begun: tuple[Client, Client], server: ModelServer
) -> None:
    budi, sari = begun
    mine = let_go(budi, sari)
    write(sari, day("Sabtu"))
    sari.push()
    budi.sync()
    put_back(budi, mine)
    assert summary(server) == day("Sabtu")
    (clash,) = budi.store.views.conflicts()
    assert clash.mine == {"summary": day("Jumat")}
    assert clash.theirs == {"summary": day("Sabtu")}
    budi.store.resolve(clash.op, "mine")
    budi.sync()
    assert summary(server) == day("Jumat")


def test_a_text_put_back_while_its_field_is_in_conflict_answers_nothing(
    begun: tuple[Client, Client], server: ModelServer
) -> None:
    budi, sari = begun
    first = write(budi, day("Minggu"))
    budi.store.undo()
    write(sari, day("Rabu"))
    sari.push()
    write(budi, day("Jumat"))
    budi.sync()
    assert len(budi.store.views.conflicts()) == 1
    put_back(budi, first)
    (clash,) = budi.store.views.conflicts()
    assert (clash.mine, clash.theirs) == ({"summary": day("Minggu")}, {"summary": day("Rabu")})
    assert summary(server) == day("Rabu")


@pytest.mark.parametrize("stood", ["its own", "unknown"])
def test_where_nothing_is_known_of_what_stood_its_officers_beginning_says_what_changed(
    begun: tuple[Client, Client], server: ModelServer, stood: str
) -> None:
    budi, sari = begun
    mine = write(budi, day("Jumat"))
    budi.store.undo()
    body = codec.decode(LetGo, budi.store.db.value("SELECT body FROM discarded"))
    assert body.stood == {"summary": BASE}
    body = msgspec.structs.replace(body, stood=body.set if stood == "its own" else None)
    budi.store.db.execute("UPDATE discarded SET body = ?", (codec.encode(body).decode(),))
    write(sari, BASE + "\nKamis: surat.")
    sari.push()
    budi.pull()
    put_back(budi, mine)
    assert summary(server) == day("Jumat") + "\nKamis: surat."


def test_owners_put_back_where_nobody_else_was_are_the_only_ones(budi: Client, server: ModelServer) -> None:
    mine = budi.store.edit("assessment", KEY, {"owners": ["A"]}, seen=None).op
    budi.store.undo()
    assert [row.moved for row in budi.store.views.discarded()] == [False]
    budi.store.restore(str(mine))
    assert list(budi.push().values()) == ["applied"]
    assert server.rows["assessment", KEY][3]["owners"] == ["A"]


def test_owners_put_back_keep_whom_a_colleague_added_meanwhile(budi: Client, sari: Client, server: ModelServer) -> None:
    mine = budi.store.edit("assessment", KEY, {"owners": ["A"]}, seen=None).op
    budi.store.undo()
    sari.store.edit("assessment", KEY, {"owners": ["B"]}, seen=None)
    sari.push()
    budi.pull()
    put_back(budi, str(mine))
    assert server.rows["assessment", KEY][3]["owners"] == ["A", "B"]


def test_where_my_edit_stands_as_it_is_there_is_nothing_to_tell(
    begun: tuple[Client, Client], server: ModelServer
) -> None:
    budi, sari = begun
    write(sari, BASE + "\nJumat: bukti.")
    sari.push()
    write(budi, BASE + "\nJumat: bukti.\nKamis: surat.")
    budi.push()
    assert summary(server) == BASE + "\nJumat: bukti.\nKamis: surat."
    assert budi.store.merged == set()
    assert budi.store.views.discarded() == ()


def test_an_owner_that_went_into_the_colleagues_set_is_told(budi: Client, sari: Client) -> None:
    sari.store.edit("assessment", KEY, {"owners": ["A", "B"]}, seen=None)
    sari.push()
    mine = budi.store.edit("assessment", KEY, {"owners": ["A"]}, seen=None).op
    assert budi.push() == {mine: "conflict"}
    assert budi.outbox() == []
    assert budi.store.merged == {("assessment", KEY, "owners")}
    budi.pull()
    assert [(row.op, row.reason) for row in budi.store.views.discarded()] == [(mine, "merged")]


def test_one_place_in_doubt_leaves_the_whole_a_difference(begun: tuple[Client, Client], server: ModelServer) -> None:
    budi, sari = begun
    write(sari, BASE.replace("belum", "sudah") + "\nKamis: surat.")
    sari.push()
    mine = write(budi, BASE.replace("belum", "tidak"))
    assert budi.push() == {mine: "conflict"}
    budi.pull()
    assert budi.outbox() == [(mine, "conflict")]
    assert budi.store.merged == set()
    (shown,) = budi.store.views.conflicts()
    merged = merging.of_text(shown)
    assert merged is not None
    assert [place.mine for place in merged.places] == [("Dokumen anggaran tidak lengkap.",)]
    made = budi.store.resolve(mine, "value", {"summary": "Beres."}, shown=shown.theirs)
    assert budi.push() == {made.op: "applied"}
    assert summary(server) == "Beres."


def test_an_answer_to_what_was_shown_is_merged_with_what_came_since(
    begun: tuple[Client, Client], server: ModelServer
) -> None:
    budi, sari = begun
    write(sari, BASE.replace("belum", "sudah"))
    sari.push()
    mine = write(budi, BASE.replace("belum", "tidak"))
    budi.push()
    (shown,) = budi.store.views.conflicts()
    write(sari, BASE.replace("belum", "sudah") + "\nKamis: surat.")
    sari.push()
    budi.pull()
    budi.store.resolve(mine, "value", {"summary": BASE.replace("belum", "hampir")}, shown=shown.theirs)
    assert sorted(budi.push().values()) == ["applied", "conflict"]
    assert summary(server) == BASE.replace("belum", "hampir") + "\nKamis: surat."


def test_a_pull_that_leaves_nothing_in_doubt_merges_a_difference(
    begun: tuple[Client, Client], server: ModelServer
) -> None:
    budi, sari = begun
    write(sari, BASE.replace("belum", "sudah"))
    sari.push()
    write(budi, BASE.replace("belum", "tidak"))
    budi.push()
    write(sari, BASE + "\nKamis: surat.")
    sari.push()
    budi.pull()
    assert budi.store.merged == {FIELD}
    assert list(budi.push().values()) == ["applied"]
    assert summary(server) == BASE.replace("belum", "tidak") + "\nKamis: surat."


def test_a_text_that_the_colleague_took_back_is_sent_again_as_it_is(budi: Client, sari: Client) -> None:
    sari.store.edit("assessment", KEY, {"summary": "a\nb"}, seen=None)
    sari.push()
    mine = budi.store.edit("assessment", KEY, {"summary": "a\nc x"}, seen={"summary": "a\nd"}).op
    budi.push()
    sari.store.edit("assessment", KEY, {"summary": "a\nd"}, seen=None)
    sari.push()
    budi.pull()
    assert budi.outbox() == [(mine, "queued")]
    assert budi.store.merged == set()


def test_a_merge_past_the_limit_is_a_difference(begun: tuple[Client, Client]) -> None:
    budi, sari = begun
    much = "x" * (limits.TEXT_BYTES // 2)
    write(sari, f"{BASE}\nS{much}")
    sari.push()
    mine = write(budi, f"{BASE}\nB{much}")
    assert budi.push() == {mine: "conflict"}
    (shown,) = budi.store.views.conflicts()
    merged = merging.of_text(shown)
    assert merged is not None
    assert merged.clean
    assert len(merged.text) > limits.TEXT_BYTES


def test_a_merge_that_no_operation_can_hold_is_a_difference(budi: Client, sari: Client) -> None:
    # Line ends take two bytes on the wire: the operation, which holds both, is past its limit before the text is.
    much = "x\n" * (limits.TEXT_BYTES // 2 - 1_000)
    sari.store.edit("assessment", KEY, {"summary": "a\nz"}, seen={"summary": None})
    sari.push()
    budi.pull()
    sari.store.edit("assessment", KEY, {"summary": f"a\n{much}z"}, seen=None)
    sari.push()
    mine = budi.store.edit("assessment", KEY, {"summary": "A\nz"}, seen=None).op
    assert budi.push() == {mine: "conflict"}
    assert budi.outbox() == [(mine, "conflict")]


def test_a_set_past_its_limit_is_a_difference(budi: Client, sari: Client) -> None:
    for client, name in ((sari, "S"), (budi, "B")):
        owners = [f"{name}{n}" for n in range(limits.OWNERS - 1)]
        op = client.store.edit("assessment", KEY, {"owners": owners}, seen={"owners": None}).op
        results = client.push()
    assert results == {op: "conflict"}
    assert budi.outbox() == [(op, "conflict")]


def test_the_text_of_a_deleted_activity_is_not_merged(budi: Client, sari: Client, server: ModelServer) -> None:
    for n in range(1, 6):
        server.put("score", f"{UNITS[0]}:2025-01-0{n}", UNITS[0], {"value": "70.00"})
    made = budi.store.create("event", {"cycle": "2025", "region": "35.72", "title": "Bimtek", "agenda": "a\nb"})
    budi.sync()
    sari.pull()
    sari.store.edit("event", made.key, {"agenda": "a\nb\nc"}, seen=None)
    sari.store.edit("event", made.key, {"deleted": True}, seen=None)
    sari.push()
    op = budi.store.edit("event", made.key, {"agenda": "A\nb"}, seen=None).op
    assert budi.push() == {op: "conflict"}
    budi.pull()
    (shown,) = budi.store.views.conflicts()
    assert merging.of_text(shown) is None
    assert budi.store.merged == set()


def test_what_is_no_text_has_no_merge(budi: Client, sari: Client) -> None:
    sari.store.edit("assessment", KEY, {"due": "2025-10-08"}, seen=None)
    sari.push()
    budi.store.edit("assessment", KEY, {"due": "2025-10-09"}, seen=None)
    budi.push()
    (shown,) = budi.store.views.conflicts()
    assert merging.of_text(shown) is None
    assert len(Conflicts(budi.store).list()) == 1


def test_an_answer_drops_the_draft_that_it_was_written_in(begun: tuple[Client, Client]) -> None:
    from storeclient import draft

    budi, sari = begun
    write(sari, BASE.replace("belum", "sudah"))
    sari.push()
    mine = write(budi, BASE.replace("belum", "tidak"))
    budi.push()
    for name in ("1", "2"):
        budi.store.drafts.save(draft(name))
    budi.store.resolve(mine, "value", {"summary": "Beres."}, draft="1")
    assert [one.id for one in budi.store.drafts.list()] == ["2"]
