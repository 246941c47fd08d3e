"""The push side: batches, what holds what back, and what each answer does."""

from __future__ import annotations

from collections import Counter

from modelserver import ModelServer, UNITS
from storeclient import Client

from akk_tui.contract import codec, limits
from akk_tui.contract.records import Operation, PushEnd
from akk_tui.store.overlay import Overlay

KEY = f"{UNITS[0]}:1.1"
END = PushEnd(head=(7, "a" * 16), at="2025-10-06T02:00:00Z")


def ops(batch: list[Operation]) -> list[str]:
    return [op.op for op in batch]


def test_a_batch_is_in_the_authors_order_and_marked(budi: Client) -> None:
    made = [str(budi.tick(item, "diunggah").op) for item in ("2.1.1", "1.1.1", "1.1.2")]
    batch = budi.store.queue.batch()
    assert ops(batch) == made
    assert [op.n for op in batch] == [1, 2, 3]
    assert {state for _, state in budi.outbox()} == {"sending"}
    assert budi.store.queue.batch() == []
    assert budi.store.queue.pending_count() == 3
    assert budi.store.db.one("SELECT tries, requested FROM outbox") == (1, 1)


def test_after_a_restart_sending_is_queued(budi: Client) -> None:
    op = budi.tick("1.1.1", "diunggah").op
    budi.store.queue.batch()
    budi.reopen().queue.recover()
    assert ops(budi.store.queue.batch()) == [op]


def test_a_batch_holds_at_most_200_operations(budi: Client) -> None:
    for n in range(205):
        budi.store.edit("assessment", KEY, {"due": f"2025-10-{n % 28 + 1:02}"}, seen=None)
    batch = budi.store.queue.batch()
    assert len(batch) == 200
    assert budi.store.queue.batch() == []
    budi.store.queue.answer([(op.op, "applied", 900 + op.n, None) for op in batch], END, batch)
    assert len(budi.store.queue.batch()) == 5


def test_a_batch_holds_at_most_256_kilobytes(budi: Client) -> None:
    for n in range(12):
        body = f"{n}" + "x" * 31_000
        budi.store.create(
            "note", {"cycle": "2025", "region": "35.72", "subject": "35.72", "title": f"{n}", "body": body}
        )
    batch = budi.store.queue.batch()
    assert sum(len(codec.encode(op)) + 1 for op in batch) <= limits.BATCH_BYTES
    assert len(batch) + len(budi.store.queue.batch()) == 12


def test_skipped_operations_hold_back_what_builds_on_them(budi: Client) -> None:
    first = str(budi.tick("1.1.1", "diunggah").op)
    budi.tick("1.1.1", "diterima")
    other = budi.tick("1.1.2", "diterima").op
    assert ops(budi.store.queue.batch({first})) == [other]


def test_a_row_that_was_not_made_holds_back_its_fields(budi: Client) -> None:
    note = budi.store.create("note", {"cycle": "2025", "region": "35.72", "subject": "35.72", "title": "A"})
    budi.store.edit("note", note.key, {"title": "B"}, seen=None)
    batch = budi.store.queue.batch()
    budi.store.queue.answer([(str(note.op), "rejected", 0, {"code": "bad_value"})], END, batch)
    assert budi.store.queue.batch() == []
    assert [state for _, state in budi.outbox()] == ["rejected", "queued"]


def test_accepted_ones_move_to_sent_with_their_receipt(budi: Client) -> None:
    one = str(budi.tick("1.1.1", "diunggah").op)
    two = str(budi.tick("1.1.2", "diunggah").op)
    batch = budi.store.queue.batch()
    counted = budi.store.queue.answer([(one, "applied", 900, None), (two, "same", 901, None)], END, batch)
    assert counted == Counter(applied=1, same=1)
    assert budi.outbox() == []
    found = budi.store.db.execute("SELECT op, result, seq, at, acknowledged FROM sent ORDER BY n").fetchall()
    assert found == [(one, "applied", 900, END.at, 1), (two, "same", 901, END.at, 1)]
    assert budi.store.witness() == (7, "a" * 16)


def test_an_accepted_value_stays_on_the_screen_until_a_pull_brings_it(budi: Client, server: ModelServer) -> None:
    budi.tick("1.1.1", "diunggah")
    budi.push()
    assert (budi.outbox(), budi.base(), budi.state("1.1.1")) == ([], {}, "diunggah")
    assert Overlay(budi.store.db).marks("assessment", KEY) == {}
    server.put("assessment", KEY, UNITS[0], {"items": "5", "instrument": 1})
    budi.pull()
    assert budi.state("1.1.1") == "tidak_berlaku"
    assert budi.store.db.value("SELECT shown FROM sent") == 0


def test_an_old_answer_does_not_cover_what_was_pulled_since(budi: Client, server: ModelServer) -> None:
    budi.tick("1.1.1", "diunggah")
    budi.push(lost=True)
    server.put("assessment", KEY, UNITS[0], {"items": "5", "instrument": 1})
    budi.pull()
    budi.push()
    assert budi.state("1.1.1") == "tidak_berlaku"


def test_what_the_answer_does_not_name_stays_queued(budi: Client) -> None:
    one = str(budi.tick("1.1.1", "diunggah").op)
    two = str(budi.tick("1.1.2", "diunggah").op)
    batch = budi.store.queue.batch()
    counted = budi.store.queue.answer([(one, "applied", 900, None), ("unknown", "applied", 1, None)], None, batch)
    assert counted == Counter(applied=1)
    assert budi.outbox() == [(two, "queued")]
    assert budi.store.db.value("SELECT at FROM sent") == ""
    assert budi.store.witness() == (budi.server.seq, budi.server.marks[budi.server.seq])


def test_waiting_and_refused_ones_stay_with_their_words(budi: Client) -> None:
    one, two, three = (str(budi.tick(item, "diunggah").op) for item in ("1.1.1", "1.1.2", "2.1.1"))
    batch = budi.store.queue.batch()
    refusal = {"code": "role", "detail": "no"}
    answers = [(one, "wait", 0, None), (two, "rejected", 0, refusal), (three, "forbidden", 0, {"code": "scope"})]
    budi.store.queue.answer(answers, END, batch)
    found = budi.store.db.execute("SELECT op, state, answer FROM outbox ORDER BY n").fetchall()
    assert found == [
        (one, "wait", None),
        (two, "rejected", '{"code":"role","detail":"no"}'),
        (three, "forbidden", '{"code":"scope"}'),
    ]
    assert [budi.state(item) for item in ("1.1.1", "1.1.2", "2.1.1")] == ["diunggah", "belum_ada", "belum_ada"]
    assert budi.store.queue.batch() == []
    budi.store.queue.recover()
    assert ops(budi.store.queue.batch()) == [one]


def test_prev_stays_while_it_is_here_or_accepted_and_goes_when_it_is_gone(budi: Client) -> None:
    one, two = (str(budi.tick("1.1.1", state).op) for state in ("diunggah", "diterima"))
    batch = budi.store.queue.batch()
    assert [op.prev for op in batch] == [None, one]
    budi.store.queue.answer([(one, "applied", 900, None)], None, batch)
    assert [(op.op, op.prev) for op in budi.store.queue.batch()] == [(two, one)]
    budi.store.queue.recover()
    budi.store.db.execute("DELETE FROM sent")
    assert [(op.op, op.prev) for op in budi.store.queue.batch()] == [(two, None)]


def test_a_lost_answer_changes_no_operation(budi: Client, server: ModelServer) -> None:
    budi.tick("1.1.1", "diunggah")
    budi.tick("1.1.1", "diterima")
    first = budi.store.queue.batch()
    answers, _ = server.push("budi", first, None)
    budi.store.queue.answer(answers[:1], None, first)
    (again,) = budi.store.queue.batch()
    assert again == first[1]


def test_receipts_are_forgotten_by_the_servers_clock(budi: Client) -> None:
    one = str(budi.tick("1.1.1", "diunggah").op)
    two = str(budi.tick("1.1.2", "diunggah").op)
    first = budi.store.queue.batch({two})
    budi.store.queue.answer([(one, "applied", 0, None)], PushEnd(head=(1, "a" * 16), at="2025-01-01T00:00:00Z"), first)
    assert budi.store.db.value("SELECT count(*) FROM sent") == 1
    second = budi.store.queue.batch()
    budi.store.queue.answer([(two, "applied", 0, None)], PushEnd(head=(2, "b" * 16), at="2025-04-02T00:00:00Z"), second)
    assert budi.store.db.execute("SELECT op FROM sent").fetchall() == [(two,)]


def test_a_server_clock_that_cannot_be_read_forgets_nothing(budi: Client) -> None:
    one = str(budi.tick("1.1.1", "diunggah").op)
    batch = budi.store.queue.batch()
    budi.store.queue.answer([(one, "applied", 0, None)], PushEnd(head=(1, "a" * 16), at="entah"), batch)
    assert budi.store.db.value("SELECT count(*) FROM sent") == 1


def test_an_older_witness_never_replaces_a_newer_one(budi: Client) -> None:
    known = budi.store.witness()
    assert known is not None
    budi.store.queue.answer([], PushEnd(head=(0, "0" * 16), at=END.at), [])
    assert budi.store.witness() == known
