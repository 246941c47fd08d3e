"""Push: every operation is judged for itself, by value; what is accepted is kept for ever, nothing else is."""

from __future__ import annotations

import json
from typing import Any

import pytest
from server_api import KABUPATEN, KOTA, Officer, OTHER, Server, UNIT

from akk_tui.contract import fields
from akk_tui.server import setup

ROW = f"{UNIT}:2.4"


def state(value: str | None, item: str = "2.4.1") -> dict[str, Any]:
    return {f"item.{item}": value}


def test_a_value_that_was_seen_is_replaced(ani: Officer) -> None:
    op, result, seq, detail = ani.do("assessment", ROW, state("diunggah"), state(None))
    assert (op, result, detail) == (f"{op}", "applied", None)
    row = ani.pull().row("assessment", ROW)
    assert row is not None
    assert (row["items"], row["instrument"], row["by"]) == ("2", 1, "ani")
    assert ani.pull().head["head"][0] == seq


@pytest.mark.parametrize("was", ["belum_ada", None])
def test_absent_and_belum_ada_are_the_same_value(ani: Officer, was: str | None) -> None:
    assert ani.do("assessment", ROW, state("diunggah", "2.4.2"), state(was, "2.4.2"))[1] == "applied"
    row = ani.pull().row("assessment", ROW)
    assert row is not None
    assert row["items"] == "02"


def test_taking_the_last_state_back_leaves_no_string(ani: Officer) -> None:
    ani.do("assessment", ROW, state("diunggah"), state(None))
    ani.do("assessment", ROW, state("belum_ada"), state("diunggah"))
    row = ani.pull().row("assessment", ROW)
    assert row is not None
    assert "items" not in row
    assert "instrument" not in row


def test_a_value_that_is_there_already_is_same(ani: Officer, budi: Officer) -> None:
    ani.do("assessment", ROW, state("diunggah"), state(None))
    before = ani.pull().row("assessment", ROW)
    answer = budi.do("assessment", ROW, state("diunggah"), state(None))
    assert answer[1] == "same"
    assert answer[2] > 0
    assert ani.pull().row("assessment", ROW) == before


def test_setting_what_stands_is_same_and_changes_no_row(ani: Officer) -> None:
    ani.do("assessment", ROW, {"due": "2025-10-10"}, {"due": None})
    rev = ani.pull().rows[0][3]
    assert ani.do("assessment", ROW, {"due": "2025-10-10"}, {"due": "2025-10-10"})[1] == "same"
    assert ani.pull().rows[0][3] == rev


def test_another_value_is_a_conflict_that_tells_who_and_when(ani: Officer, budi: Officer) -> None:
    ani.do("assessment", ROW, state("diunggah"), state(None))
    _, result, seq, detail = budi.do("assessment", ROW, state("diterima"), state(None))
    assert (result, seq) == ("conflict", 0)
    assert detail["now"] == state("diunggah")
    assert (detail["by"], detail["rev"]) == ("ani", 1)
    assert detail["at"].endswith("Z")


@pytest.mark.parametrize(
    ("field", "seen", "mine", "again", "result"),
    [
        ("due", 7, 5, True, "conflict"),
        ("due", 7, None, True, "conflict"),
        # What goes out for the first time is of this history.
        ("due", 7, 5, False, "applied"),
        # Who had not seen more did not speak of it.
        ("due", 5, 5, True, "applied"),
        ("due", None, 5, True, "applied"),
        ("summary", 7, 5, True, "applied"),
    ],
)
def test_what_a_colleague_chose_having_seen_more_is_not_replaced_by_what_was_offered_before(
    ani: Officer, budi: Officer, field: str, seen: int | None, mine: int | None, again: bool, result: str
) -> None:
    """Of a restored server, which never had what the colleague put back."""
    ani.do("assessment", ROW, {"due": "2025-10-01"}, {"due": None})
    ani.do("assessment", ROW, {"summary": "x"}, {"summary": None})
    stands = {"due": "2025-10-01", "summary": "x"}[field]
    assert budi.do("assessment", ROW, {field: stands}, {field: None}, rev=seen)[1] == "same"
    op = ani.op("assessment", ROW, {"due": "2025-10-09"}, {"due": "2025-10-01"}, rev=mine)
    answer = json.loads(ani.send(op, again=again).text.splitlines()[0])
    assert answer[1] == result
    if result == "conflict":
        told = answer[3]
        assert (told["now"], told["by"], told["later"]) == ({"due": "2025-10-01"}, "budi", True)
        # Nor is one's own word of before a reason to ask.
        mine_again = budi.op("assessment", ROW, {"due": "2025-10-09"}, {"due": "2025-10-01"}, rev=5)
        assert json.loads(budi.send(mine_again, again=True).text.splitlines()[0])[1] == "applied"


def test_a_conflict_is_not_kept(ani: Officer, budi: Officer) -> None:
    ani.do("assessment", ROW, state("diunggah"), state(None))
    late = budi.op("assessment", ROW, state("diterima"), state("diverifikasi"))
    assert budi.one(late)[1] == "conflict"
    ani.do("assessment", ROW, state("diverifikasi"), state("diunggah"))
    assert budi.one(late)[1] == "applied"


def test_another_field_of_the_same_row_merges(ani: Officer, budi: Officer) -> None:
    ani.do("assessment", ROW, state("diunggah"), state(None))
    assert budi.do("assessment", ROW, state("diterima", "2.4.3"), state(None, "2.4.3"))[1] == "applied"
    row = ani.pull().row("assessment", ROW)
    assert row is not None
    assert row["items"] == "204"
    assert ani.pull().rows[0][3] == 2


def test_a_group_is_judged_as_one(ani: Officer, budi: Officer) -> None:
    one = {"score": "80.00", "as_of": "2025-09-08", "source": "KPK"}
    nothing = dict.fromkeys(one)
    assert ani.do("assessment", ROW, one, nothing)[1] == "applied"
    answer = budi.do("assessment", ROW, {**one, "score": "81.00"}, {**one, "source": None})
    assert answer[1] == "conflict"
    assert answer[3]["now"] == one


def test_answers_come_in_the_order_of_the_operations_and_bad_ones_hold_nothing_back(ani: Officer) -> None:
    first = ani.op("assessment", ROW, state("diunggah"), state(None))
    bad = ani.op("assessment", ROW, state("diterima"), state("diverifikasi"))
    foreign = ani.op("assessment", f"2025:{OTHER}:2.4", state("diterima"), state(None))
    last = ani.op("assessment", ROW, state("diunggah", "2.4.2"), state(None, "2.4.2"))
    answers = ani.push(first, bad, foreign, last)
    assert [answer[0] for answer in answers] == [one["op"] for one in (first, bad, foreign, last)]
    assert [answer[1] for answer in answers] == ["applied", "conflict", "forbidden", "applied"]
    assert answers[3][2] == answers[0][2] + 1


def test_a_chain_on_one_field_goes_through_in_one_push(ani: Officer) -> None:
    one = ani.op("assessment", ROW, state("diunggah"), state(None))
    two = ani.op("assessment", ROW, state("diverifikasi"), state("diunggah"), prev=one["op"])
    assert [answer[1] for answer in ani.push(one, two)] == ["applied", "applied"]
    pulled = ani.pull()
    assert pulled.rows[0][0] == pulled.head["head"][0]
    assert pulled.rows[0][3] == 2


def test_an_operation_waits_for_the_one_it_builds_on(ani: Officer) -> None:
    one = ani.op("assessment", ROW, state("diunggah"), state(None))
    two = ani.op("assessment", ROW, state("diverifikasi"), state("diunggah"), prev=one["op"])
    assert ani.one(two) == [two["op"], "wait", 0, None]
    assert [answer[1] for answer in ani.push(two, one)] == ["wait", "applied"]
    assert ani.one(two)[1] == "applied"


def test_an_operation_of_somebody_else_is_no_ground_to_build_on(ani: Officer, budi: Officer) -> None:
    one = budi.op("assessment", ROW, state("diunggah"), state(None))
    budi.one(one)
    assert ani.do("assessment", ROW, state("diterima"), state("diunggah"), prev=one["op"])[1] == "wait"


class TestStoredAnswers:
    """Server rules 2 and 3: applied and same are kept for ever with the operation's id."""

    def test_the_same_operation_again_gets_its_answer_and_changes_nothing(self, ani: Officer) -> None:
        op = ani.op("assessment", ROW, state("diunggah"), state(None))
        first = ani.one(op)
        ani.do("assessment", ROW, state("diterima"), state("diunggah"))
        before = ani.pull()
        assert ani.one(op) == first
        assert ani.pull() == before

    def test_twice_in_one_push(self, ani: Officer) -> None:
        op = ani.op("assessment", ROW, state("diunggah"), state(None))
        one, two = ani.push(op, op)
        assert one == two

    def test_same_is_kept_too(self, ani: Officer, budi: Officer) -> None:
        ani.do("assessment", ROW, state("diunggah"), state(None))
        op = budi.op("assessment", ROW, state("diunggah"), state(None))
        first = budi.one(op)
        ani.do("assessment", ROW, state("diterima"), state("diunggah"))
        assert budi.one(op) == first

    def test_the_order_of_names_in_the_body_is_no_matter(self, ani: Officer) -> None:
        op = ani.op("assessment", ROW, state("diunggah"), state(None))
        first = ani.one(op)
        assert ani.one(dict(reversed(op.items()))) == first

    def test_a_conflict_names_who_changed_the_field_not_the_row(self, ani: Officer, budi: Officer) -> None:
        ani.do("assessment", ROW, state("diunggah"), state(None))
        other = budi.op("assessment", ROW, {"due": "2025-11-01"}, {"due": None})
        clash = budi.op("assessment", ROW, state("diterima"), state(None))
        first, met = budi.push(other, clash)
        assert (first[1], met[1]) == ("applied", "conflict")
        assert met[3]["by"] == "ani"
        own = ani.op("assessment", ROW, state("diterima"), state("diunggah"))
        again = ani.op("assessment", ROW, state("belum_ada"), state("diunggah"))
        assert ani.push(own, again)[1][3]["by"] == "ani"
        assert budi.one(clash)[1] == "same"

    def test_a_predecessor_that_its_author_let_go_is_no_other_body(self, ani: Officer) -> None:
        first = ani.do("assessment", ROW, state("diunggah"), state(None))
        op = {**ani.op("assessment", ROW, state("diterima"), state("diunggah")), "prev": first[0]}
        answer = ani.one(op)
        assert answer[1] == "applied"
        assert ani.one({**op, "prev": None}) == answer

    def test_another_body_is_refused(self, ani: Officer) -> None:
        op = ani.op("assessment", ROW, state("diunggah"), state(None))
        ani.one(op)
        answer = ani.one({**op, "set": state("diterima")})
        assert answer[1:] == ["rejected", 0, {"code": "op_taken", "detail": ""}]

    def test_somebody_elses_id_is_refused_and_tells_nothing_more(self, ani: Officer, budi: Officer) -> None:
        op = ani.op("assessment", ROW, state("diunggah"), state(None))
        ani.one(op)
        assert budi.one(op)[1:] == ["rejected", 0, {"code": "op_taken", "detail": ""}]

    def test_it_outlives_the_process(self, server: Server, ani: Officer) -> None:
        op = ani.op("assessment", ROW, state("diunggah"), state(None))
        first = ani.one(op)
        server.reopen()
        ani.client = server.client
        assert ani.one(op) == first


class TestCreation:
    """Rows that an operation with ``was`` null makes."""

    KEY = "01900000-0000-7000-8000-00000000abcd"

    def note(self, author: str, **more: Any) -> dict[str, Any]:
        made = {"cycle": "2025", "region": KOTA, "subject": KOTA, "author": author, "title": "Rapat", "body": "Isi.\n"}
        return {**made, **more}

    def test_a_note_is_made_and_its_unit_is_that_of_its_fields(self, ani: Officer) -> None:
        assert ani.do("note", self.KEY, self.note("ani"), None)[1] == "applied"
        row = ani.pull().row("note", self.KEY)
        assert row is not None
        assert {name: row[name] for name in self.note("ani")} == self.note("ani")

    def test_the_same_creation_again_is_same_and_another_is_a_conflict(self, ani: Officer) -> None:
        ani.do("note", self.KEY, self.note("ani"), None)
        assert ani.do("note", self.KEY, self.note("ani"), None)[1] == "same"
        answer = ani.do("note", self.KEY, self.note("ani", title="Lain"), None)
        assert answer[1] == "conflict"
        assert answer[3]["now"]["title"] == "Rapat"

    def test_edits_of_a_row_whose_creation_did_not_arrive_wait(self, ani: Officer) -> None:
        creation = ani.op("note", self.KEY, self.note("ani"), None)
        edit = ani.op("note", self.KEY, {"title": "Baru"}, {"title": "Rapat"}, prev=creation["op"])
        assert ani.one(edit)[1] == "wait"
        assert [answer[1] for answer in ani.push(creation, edit)] == ["applied", "applied"]

    def test_a_score_is_made_once_and_then_edited_as_a_group(self, ani: Officer, budi: Officer) -> None:
        key = f"{UNIT}:2025-09-08"
        value = {"value": "77.50", "source": "KPK", "retracted": None}
        assert ani.do("score", key, value, None)[1] == "applied"
        assert budi.do("score", key, {"value": "77.50", "source": "KPK"}, None)[1] == "same"
        assert budi.do("score", key, {"value": "78.00", "source": "KPK"}, None)[1] == "conflict"
        assert budi.do("score", key, {**value, "retracted": True}, value)[1] == "applied"
        row = ani.pull().row("score", key)
        assert row is not None
        assert row["retracted"] is True

    def test_an_edit_of_a_score_that_is_not_there_is_a_conflict_with_nothing(self, ani: Officer) -> None:
        value = {"value": "77.50", "source": "KPK", "retracted": None}
        answer = ani.do("score", f"{UNIT}:2025-09-08", {**value, "value": "80.00"}, value)
        assert answer[1] == "conflict"
        assert answer[3] == {}

    @pytest.mark.parametrize("key", [f"{UNIT}:2.4", UNIT, f"{UNIT}:mcp"])
    def test_rows_that_are_there_anyway_are_not_made(self, ani: Officer, key: str) -> None:
        kind = {f"{UNIT}:2.4": "assessment", UNIT: "standing", f"{UNIT}:mcp": "criterion"}[key]
        answer = ani.do(kind, key, {"due": "2025-10-10"} if kind == "assessment" else {"team": ["a"]}, None)
        assert answer[1] == "rejected"
        assert answer[3]["code"] == "bad_value"


class TestDeletion:
    """A deleted note stays deleted; a deleted event or follow-up can be restored."""

    KEY = "01900000-0000-7000-8000-00000000dead"
    NOTE = {
        "cycle": "2025",
        "region": KOTA,
        "subject": f"{KOTA}:2.4",
        "title": "Rapat",
        "body": "Isi.\n",
        "tags": ["a"],
    }
    FOLLOWUP = {"cycle": "2025", "region": KOTA, "text": "Lengkapi SK.", "status": "belum"}

    def test_a_deleted_note_keeps_its_place_and_loses_its_text(self, ani: Officer) -> None:
        ani.do("note", self.KEY, {**self.NOTE, "author": "ani"}, None)
        assert ani.do("note", self.KEY, {"deleted": True}, {"deleted": None})[1] == "applied"
        row = ani.pull().row("note", self.KEY)
        assert row is not None
        assert set(row) == {"cycle", "region", "subject", "author", "deleted", "by", "at"}
        entries = ani.get("/v1/log", kind="note", key=self.KEY).json()["entries"]
        assert [entry["changed"].get("body") for entry in entries] == ["Isi.\n", None]

    def test_deletion_wins_over_an_older_edit(self, ani: Officer) -> None:
        ani.do("note", self.KEY, {**self.NOTE, "author": "ani"}, None)
        ani.do("note", self.KEY, {"deleted": True}, {"deleted": None})
        answer = ani.do("note", self.KEY, {"title": "Baru"}, {"title": "Rapat"})
        assert (answer[1], answer[3]["code"]) == ("rejected", "deleted")
        back = ani.do("note", self.KEY, {"deleted": None}, {"deleted": True})
        assert (back[1], back[3]["code"]) == ("rejected", "deleted")
        assert ani.do("note", self.KEY, {"deleted": True}, {"deleted": None})[1] == "same"
        again = ani.do("note", self.KEY, {**self.NOTE, "author": "ani"}, None)
        assert again[1] == "conflict"
        assert again[3]["now"]["deleted"] is True

    def test_an_edit_of_a_deleted_followup_is_a_conflict_and_it_can_be_restored(self, ani: Officer) -> None:
        ani.do("followup", self.KEY, self.FOLLOWUP, None)
        ani.do("followup", self.KEY, {"deleted": True}, {"deleted": None})
        answer = ani.do("followup", self.KEY, {"status": "selesai"}, {"status": "belum"})
        assert answer[1] == "conflict"
        assert answer[3]["now"] == {"status": "belum", "deleted": True}
        assert ani.do("followup", self.KEY, {"deleted": None}, {"deleted": True})[1] == "applied"
        assert ani.do("followup", self.KEY, {"status": "selesai"}, {"status": "belum"})[1] == "applied"


class TestScope:
    """What is not there, what is not known and what is out of scope look the same."""

    def test_other_unit_unknown_region_unknown_cycle(self, ani: Officer) -> None:
        keys = (f"2025:{OTHER}:2.4", "2025:99.99:2.4", f"2031:{KOTA}:2.4", f"2025:{OTHER}:9.9")
        answers = [ani.do("assessment", key, state("diunggah"), state(None))[1:] for key in keys]
        assert answers == [["forbidden", 0, {"code": "scope", "detail": ""}]] * 4

    def test_a_note_of_another_unit_and_one_that_is_not_there(self, ani: Officer, budi: Officer) -> None:
        there, nowhere = "01900000-0000-7000-8000-00000000f001", "01900000-0000-7000-8000-00000000f002"
        made = {"cycle": "2025", "region": OTHER, "subject": OTHER, "author": "budi", "title": "Rahasia"}
        budi.do("note", there, made, None)
        prev = "01900000-0000-7000-8000-00000000ffff"
        for more in ({}, {"prev": prev}):
            answers = [ani.do("note", key, {"title": "x"}, {"title": "y"}, **more)[1:] for key in (there, nowhere)]
            assert answers[0] == answers[1]
            assert answers[0][0] == ("wait" if more else "forbidden")
        taken = ani.do("note", there, {**made, "region": KOTA, "subject": KOTA, "author": "ani"}, None)
        assert taken[1:] == ["forbidden", 0, {"code": "scope", "detail": ""}]

    def test_a_unit_that_was_taken_is_forbidden_and_one_that_is_given_again_is_not(
        self, server: Server, ani: Officer
    ) -> None:
        setup.unassign(server.database, "ani", [KOTA])
        op = ani.op("assessment", ROW, state("diunggah"), state(None))
        assert ani.one(op)[1] == "forbidden"
        setup.assign(server.database, "ani", [KOTA])
        assert ani.one(op)[1] == "applied"


BAD: list[tuple[str, str, str, Any, Any]] = [
    ("unknown kind", "opini", ROW, {"due": "2025-10-10"}, {"due": None}),
    ("unknown kind with a uuid", "opini", "01900000-0000-7000-8000-000000000001", {"x": 1}, {"x": None}),
    ("bad key", "assessment", "2025:35.72", {"due": "2025-10-10"}, {"due": None}),
    ("key with NUL", "assessment", "2025:35.72:2.4\0", {"due": "2025-10-10"}, {"due": None}),
    ("unknown field", "assessment", ROW, {"revision": 3}, {"revision": None}),
    ("packed states", "assessment", ROW, {"items": "444"}, {"items": None}),
    ("server field", "assessment", ROW, {"by": "budi"}, {"by": None}),
    ("two fields", "assessment", ROW, {"due": "2025-10-10", "summary": "x"}, {"due": None, "summary": None}),
    ("half a group", "assessment", ROW, {"score": "1.00"}, {"score": None}),
    ("was of another field", "assessment", ROW, {"due": "2025-10-10"}, {"summary": None}),
    ("was of more fields", "assessment", ROW, {"due": "2025-10-10"}, {"due": None, "summary": None}),
    ("no ISO date", "assessment", ROW, {"due": "10 Okt 2025"}, {"due": None}),
    ("unknown state", "assessment", ROW, {"item.2.4.1": "hilang"}, {"item.2.4.1": None}),
    ("float for a score", "score", f"{UNIT}:2025-09-08", {"value": 77.5, "source": "KPK"}, None),
    ("no value", "score", f"{UNIT}:2025-09-08", {"source": "KPK"}, None),
    ("no day", "score", f"{UNIT}:2025-13-45", {"value": "77.50"}, None),
    ("escape sequence", "assessment", ROW, {"summary": "a\x1b[31mb"}, {"summary": None}),
    ("not NFC", "assessment", ROW, {"summary": "e\u0301"}, {"summary": None}),
    ("CR LF", "assessment", ROW, {"summary": "a\r\nb"}, {"summary": None}),
    ("unsorted set", "assessment", ROW, {"owners": ["b", "a"]}, {"owners": None}),
    ("too long a line", "criterion", f"{UNIT}:mcp", {"value": "9" * 301, "year": 1, "as_of": None, "source": None}, {}),
    ("deep was", "assessment", ROW, {"due": "2025-10-10"}, {"due": json.loads("[" * 40 + "]" * 40)}),
    ("deep was in records", "assessment", ROW, {"due": "2025-10-10"}, {"due": {"a": {"a": {"a": {"a": {"a": 1}}}}}}),
    ("grade for a number", "criterion", f"{UNIT}:mcp",
     {"value": "BB", "year": 2024, "as_of": None, "source": None},
     {"value": None, "year": None, "as_of": None, "source": None}),
    ("number that is not canonical", "criterion", f"{UNIT}:mcp",
     {"value": "98", "year": 2024, "as_of": None, "source": None},
     {"value": None, "year": None, "as_of": None, "source": None}),
    ("note without subject", "note", "01900000-0000-7000-8000-00000000f001",
     {"cycle": "2025", "region": KOTA, "author": "ani"}, None),
    ("note on another region", "note", "01900000-0000-7000-8000-00000000f001",
     {"cycle": "2025", "region": KOTA, "subject": KABUPATEN, "author": "ani"}, None),
    ("born deleted", "note", "01900000-0000-7000-8000-00000000f001",
     {"cycle": "2025", "region": KOTA, "subject": KOTA, "author": "ani", "deleted": True}, None),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "key", "set_", "was"), [case[1:] for case in BAD], ids=[case[0] for case in BAD])
def test_what_is_not_in_form_is_refused_and_never_altered(
    ani: Officer, kind: str, key: str, set_: Any, was: Any
) -> None:
    answer = ani.do(kind, key, set_, was)
    assert answer[1] == "rejected", answer
    assert answer[3]["code"] == "bad_value", answer
    assert ani.pull().rows == []


def test_an_immutable_field_is_set_by_the_creation_alone(ani: Officer) -> None:
    key = TestCreation.KEY
    made = {"cycle": "2025", "region": KOTA, "subject": KOTA, "author": "ani", "title": "x"}
    ani.do("note", key, made, None)
    for name, value in (("region", KABUPATEN), ("cycle", "2024"), ("subject", f"{KOTA}:2.4"), ("author", "budi")):
        answer = ani.do("note", key, {name: value}, {name: made[name]})
        assert (answer[1], answer[3]["code"]) == ("rejected", "bad_value")


def test_an_operation_past_its_size_is_refused_alone(ani: Officer) -> None:
    was = {"summary": "x" * 70_000}
    big = ani.op("assessment", ROW, {"summary": "y"}, was)
    small = ani.op("assessment", ROW, {"due": "2025-10-10"}, {"due": None})
    answers = ani.push(big, small)
    assert [(answer[1], (answer[3] or {}).get("code")) for answer in answers] == [
        ("rejected", "bad_value"),
        ("applied", None),
    ]


def test_a_newer_schema_is_refused(ani: Officer) -> None:
    answer = ani.do("assessment", ROW, {"due": "2025-10-10"}, {"due": None}, schema=99)
    assert (answer[1], answer[3]["code"]) == ("rejected", "bad_value")


def test_a_line_that_is_no_operation_but_names_its_id_is_refused_alone(ani: Officer) -> None:
    op = ani.op("assessment", ROW, {"due": "2025-10-10"}, {"due": None})
    wrong = {**ani.op("assessment", ROW, {"due": "2025-10-11"}, {"due": None}), "admin": True}
    answers = ani.push(wrong, op)
    assert [answer[:2] for answer in answers] == [[wrong["op"], "rejected"], [op["op"], "applied"]]
    assert answers[0][3]["code"] == "bad_value"


@pytest.mark.parametrize(
    ("key", "set_"),
    [
        (f"{UNIT}:9.9", {"due": "2025-10-10"}),
        (ROW, {"item.2.4.99": "diunggah"}),
        (ROW, {"item.2.1.1": "diunggah"}),
        (ROW, {"item_owner.2.1.1": "x"}),
        (ROW, {"item_due.2.1.1": "2025-10-10"}),
        (ROW, {"evidence.2.4.99.1": {"title": "x"}}),
    ],
)
def test_what_the_instrument_does_not_hold(ani: Officer, key: str, set_: dict[str, Any]) -> None:
    answer = ani.do("assessment", key, set_, dict.fromkeys(set_))
    assert (answer[1], answer[3]["code"]) == ("rejected", "unknown_item")


def test_criteria_and_subjects_of_the_instrument(ani: Officer) -> None:
    nothing = {"value": None, "year": None, "as_of": None, "source": None}
    answer = ani.do("criterion", f"{UNIT}:nix", {**nothing, "value": "1.00"}, nothing)
    assert answer[3]["code"] == "unknown_item"
    good = {"value": "98.00", "year": 2024, "as_of": "2024-12-31", "source": "KPK"}
    assert ani.do("criterion", f"{UNIT}:mcp", good, nothing)[1] == "applied"
    assert ani.do("criterion", f"{UNIT}:mcp", nothing, good)[1] == "applied"
    made = {"cycle": "2025", "region": KOTA, "subject": f"{KOTA}:9.9", "author": "ani"}
    answer = ani.do("note", TestCreation.KEY, made, None)
    assert answer[3]["code"] == "unknown_item"


def test_every_kind_can_be_written(ani: Officer) -> None:
    """Each field of each kind, in canonical form, from empty to a value, arrives as it was sent."""
    values: dict[str, Any] = {
        "item_owner.2.4.1": "BKPSDM", "item_due.2.4.1": "2025-10-20", "owners": ["BKPSDM"], "due": "2025-10-20",
        "evidence.2.4.1.1": {"title": "SK", "capaian": "412/429 = 96,1 %"}, "pic": {"name": "Sri"}, "summary": "a\nb",
    }  # fmt: skip
    for name, value in values.items():
        assert fields.is_canonical("assessment", name, value)
        assert ani.do("assessment", ROW, {name: value}, {name: None})[1] == "applied", name
    row = ani.pull().row("assessment", ROW)
    assert row is not None
    assert {name: row[name] for name in values} == values
    key = "01900000-0000-7000-8000-00000000e001"
    event = {"cycle": "2025", "region": KOTA, "title": "Bimtek", "kind": "bimtek", "participants": 64}
    assert ani.do("event", key, event, None)[1] == "applied"
    time = {"start": "2025-02-11", "end": "2025-02-13", "zone": "WIB"}
    assert ani.do("event", key, time, dict.fromkeys(time))[1] == "applied"
    assert ani.do("event", key, {"attendance.Inspektorat": "Budi"}, {"attendance.Inspektorat": None})[1] == "applied"
    assert (
        ani.do("standing", UNIT, {"stage": "calon", "date": "2025-01-10"}, {"stage": None, "date": None})[1]
        == "applied"
    )
    assert ani.do("standing", UNIT, {"team": ["ani"]}, {"team": None})[1] == "applied"


def test_an_operation_that_cannot_be_judged_is_not_named_and_holds_nothing_back(
    server: Server, ani: Officer, caplog: pytest.LogCaptureFixture
) -> None:
    ani.do("assessment", ROW, state("diunggah"), state(None))
    with server.database.writing() as connection:
        connection.exec_driver_sql("UPDATE row SET data = replace(data, '\"2\"', '2')")
    poisoned = ani.op("assessment", ROW, state("diterima"), state("diunggah"))
    good = ani.op("assessment", f"{UNIT}:2.5", {"due": "2025-10-10"}, {"due": None})
    answers = ani.push(poisoned, good)
    assert [answer[:2] for answer in answers] == [[good["op"], "applied"]]
    assert poisoned["op"] in caplog.text
