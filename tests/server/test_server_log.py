"""The log of a whole unit, page by page."""

from __future__ import annotations

import time
from typing import Any

import pytest
from server_api import KABUPATEN, KOTA, Officer, OTHER, Server, UNIT

from akk_tui.contract import limits
from akk_tui.contract.ids import uuid7
from akk_tui.server.routes import log

ROW = f"{UNIT}:2.4"


def pages(officer: Officer, unit: str = UNIT, after: int = 0) -> list[dict[str, Any]]:
    """All pages, each asked for from where the one before ended."""
    found: list[dict[str, Any]] = []
    while True:
        page = officer.get("/v1/log", unit=unit, after=str(after)).json()
        found.append(page)
        if not page.get("more"):
            return found
        assert page["upto"] == page["entries"][-1]["seq"] > after
        after = page["upto"]


def due(officer: Officer, count: int, key: str = ROW, start: int = 0) -> None:
    for day in range(start + 1, start + count + 1):
        was = None if day == 1 else f"2025-10-{day - 1:02d}"
        officer.do("assessment", key, {"due": f"2025-10-{day:02d}"}, {"due": was})


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of three entries."""
    monkeypatch.setattr(log, "LOG_ENTRIES", 3)


def test_every_row_of_the_unit_in_the_order_of_the_server(ani: Officer, budi: Officer) -> None:
    due(ani, 2)
    budi.do("assessment", f"{UNIT}:2.1", {"item.2.1.1": "diunggah"}, {"item.2.1.1": "belum_ada"})
    budi.do("assessment", f"2025:{OTHER}:2.1", {"due": "2025-10-10"}, {"due": None})
    (page,) = pages(ani)
    assert [(one["by"], one["key"], one["changed"]) for one in page["entries"]] == [
        ("ani", ROW, {"due": "2025-10-01"}),
        ("ani", ROW, {"due": "2025-10-02"}),
        ("budi", f"{UNIT}:2.1", {"item.2.1.1": "diunggah"}),
    ]
    assert page["upto"] > page["entries"][-1]["seq"]
    assert "more" not in page
    assert ani.get("/v1/log", unit=UNIT).json() == page


def test_a_note_and_a_deleted_one_are_in_it(ani: Officer) -> None:
    key = "01900000-0000-7000-8000-00000000aa01"
    ani.do("note", key, {"cycle": "2025", "region": KOTA, "subject": KOTA, "author": "ani", "title": "x"}, None)
    ani.do("note", key, {"deleted": True}, {"deleted": None})
    (page,) = pages(ani)
    assert [(one["kind"], one["was"]) for one in page["entries"]] == [("note", None), ("note", {"deleted": None})]


@pytest.mark.usefixtures("small")
def test_pages_join_to_the_whole_and_go_on_from_there(ani: Officer) -> None:
    due(ani, 7)
    found = pages(ani)
    assert [len(page["entries"]) for page in found] == [3, 3, 1]
    assert [one["changed"]["due"][-1] for page in found for one in page["entries"]] == list("1234567")
    end = found[-1]["upto"]
    assert pages(ani, after=end) == [{"entries": [], "upto": end}]
    due(ani, 1, start=7)
    (page,) = pages(ani, after=end)
    assert [one["changed"] for one in page["entries"]] == [{"due": "2025-10-08"}]


def test_a_page_has_a_size_and_at_least_one_entry(ani: Officer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "LOG_BYTES", 10)
    due(ani, 3)
    assert [len(page["entries"]) for page in pages(ani)] == [1, 1, 1]
    entries = ani.get("/v1/log", kind="assessment", key=ROW).json()["entries"]
    assert [one["changed"] for one in entries] == [{"due": "2025-10-03"}]
    assert limits.LOG_BYTES * 3 < limits.BODY_BYTES


def test_an_answer_that_changed_nothing_is_not_in_it(ani: Officer, budi: Officer) -> None:
    due(ani, 1)
    assert budi.do("assessment", ROW, {"due": "2025-10-01"}, {"due": None})[1] == "same"
    (page,) = pages(ani)
    assert [one["by"] for one in page["entries"]] == ["ani"]
    assert page["upto"] == ani.pull().head["head"][0]


def test_unknown_and_out_of_scope_look_the_same(server: Server, ani: Officer, budi: Officer) -> None:
    due(budi, 1, f"2025:{OTHER}:2.4")
    answers = [ani.get("/v1/log", unit=unit) for unit in (f"2025:{OTHER}", "2025:99.99", "1999:35.72")]
    assert {(one.status_code, one.json()["code"]) for one in answers} == {(404, "not_found")}
    assert len({one.text for one in answers}) == 1
    assert server.client.get("/v1/log", params={"unit": UNIT}).status_code == 401


def test_a_reader_reads_it_too(server: Server, ani: Officer) -> None:
    due(ani, 1)
    reader = server.officer("cici", KOTA, write=False)
    assert len(pages(reader)[0]["entries"]) == 1


@pytest.mark.parametrize(
    "query",
    [
        {"unit": "x"},
        {"unit": UNIT, "kind": "note"},
        {"unit": UNIT, "kind": "note", "key": "x"},
        {"unit": UNIT, "after": "-1"},
        {"unit": UNIT, "after": "x"},
        {"after": "3"},
        {"kind": "assessment", "key": ROW, "after": "3"},
        {"key": ROW},
    ],
)
def test_another_query_is_refused(ani: Officer, query: dict[str, str]) -> None:
    response = ani.get("/v1/log", **query)
    assert (response.status_code, response.json()["code"]) == (422, "invalid")


class TestSeveralUnits:
    def test_pages_come_in_the_order_that_was_asked_for(self, ani: Officer, budi: Officer) -> None:
        due(ani, 2)
        budi.do("assessment", f"{UNIT}:2.1", {"item.2.1.1": "diunggah"}, {"item.2.1.1": "belum_ada"})
        budi.do("assessment", f"2025:{KABUPATEN}:2.1", {"due": "2025-10-10"}, {"due": None})
        other = f"2025:{KABUPATEN}"
        first, second = ani.get("/v1/logs", units=f"{other}@0,{UNIT}@0").json()["units"]
        assert (first["unit"], second["unit"]) == (other, UNIT)
        assert [line[7] for line in second["entries"]] == [
            {"due": "2025-10-01"}, {"due": "2025-10-02"}, {"item.2.1.1": "diunggah"},
        ]  # fmt: skip
        assert first["upto"] == second["upto"] == ani.pull().head["head"][0]
        whole = {one["seq"]: one for one in ani.get("/v1/log", unit=UNIT).json()["entries"]}
        for seq, at, _, by, op, kind, key, changed, was in second["entries"]:
            one = whole[seq]
            assert (at, by, kind, key, changed, was) == (
                one["at"], one["by"], one["kind"], one["key"], one["changed"], one["was"],
            )  # fmt: skip
            # One's own are named; of others' it is told when they were made.
            assert op == (one["op"] if by == "ani" else "")
        past = second["entries"][0][0]
        (rest,) = ani.get("/v1/logs", units=f"{UNIT}@{past}").json()["units"]
        assert rest["entries"] == second["entries"][1:]

    def test_when_it_was_made_is_told_by_the_authors_clock_but_never_later_than_taken(
        self, ani: Officer, budi: Officer
    ) -> None:
        now = int(time.time())
        for number, moment in enumerate((now - 3_600, now + 86_400, None)):
            op = budi.op("assessment", f"{UNIT}:2.{number + 1}", {"due": "2025-10-10"}, {"due": None})
            op["op"] = "6f2c1f36-0000-4000-8000-000000000000" if moment is None else uuid7(moment * 1000, lambda _: 7)
            assert budi.one(op)[1] == "applied"
        (page,) = ani.get("/v1/logs", units=f"{UNIT}@0").json()["units"]
        made = [line[2] for line in page["entries"]]
        assert 3_600 <= made[0] < 3_700
        assert made[1:] == [0, 0]

    @pytest.mark.usefixtures("small")
    def test_a_unit_that_does_not_fit_ends_the_answer_and_goes_on(self, ani: Officer) -> None:
        due(ani, 4)
        due(ani, 1, f"2025:{KABUPATEN}:2.4")
        asked = {UNIT: 0, f"2025:{KABUPATEN}": 0}
        found: list[tuple[str, int, bool]] = []
        while asked:
            units = ",".join(f"{unit}@{after}" for unit, after in asked.items())
            for page in ani.get("/v1/logs", units=units).json()["units"]:
                more = page.get("more", False)
                found.append((page["unit"], len(page["entries"]), more))
                asked[page["unit"]] = page["upto"]
                if not more:
                    del asked[page["unit"]]
        assert found == [(UNIT, 3, True), (UNIT, 1, False), (f"2025:{KABUPATEN}", 1, False)]

    def test_an_answer_ends_behind_so_many_entries(self, ani: Officer, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(log, "LOGS_ENTRIES", 2)
        due(ani, 2)
        due(ani, 1, f"2025:{KABUPATEN}:2.4")
        (page,) = ani.get("/v1/logs", units=f"{UNIT}@0,2025:{KABUPATEN}@0").json()["units"]
        assert page["unit"] == UNIT

    def test_one_out_of_scope_is_as_if_it_were_not_there(self, server: Server, ani: Officer, budi: Officer) -> None:
        due(budi, 1, f"2025:{OTHER}:2.4")
        answers = [ani.get("/v1/logs", units=f"{UNIT}@0,{unit}@0") for unit in (f"2025:{OTHER}", "2025:99.99")]
        assert {(one.status_code, one.json()["code"]) for one in answers} == {(404, "not_found")}
        assert len({one.text for one in answers}) == 1
        assert server.client.get("/v1/logs", params={"units": f"{UNIT}@0"}).status_code == 401

    @pytest.mark.parametrize(
        "units",
        ["", "x", UNIT, f"{UNIT}@", f"{UNIT}@-1", f"{UNIT}@0,", ",".join([f"{UNIT}@0"] * 51), f"{UNIT}@{'9' * 17}"],
    )
    def test_another_query_is_refused(self, ani: Officer, units: str) -> None:
        response = ani.get("/v1/logs", units=units)
        assert (response.status_code, response.json()["code"]) == (422, "invalid")
        assert ani.get("/v1/logs").status_code == 422
