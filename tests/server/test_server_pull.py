"""Pull: every row of the scope once, in order, with commit points from which a cut pull goes on."""

from __future__ import annotations

import gzip
from binascii import crc32
from typing import Any

import httpx
import pytest
from server_api import KABUPATEN, KOTA, Officer, OTHER, Pulled, Server, UNIT

from akk_tui.contract.ids import checksum, scope_digest
from akk_tui.server import feed, setup
from akk_tui.server.db.commit import Changed, commit
from akk_tui.server.routes import pull as pull_route

ROW = f"{UNIT}:2.4"


def fill(server: Server, unit: str, count: int, start: int = 0) -> None:
    """Put ``count`` rows into a unit, in one commit."""
    rows = [
        Changed(
            "score",
            f"{unit}:{2000 + i // 300}-{1 + i % 12:02d}-{1 + i % 25:02d}",
            unit,
            1,
            "x",
            f'{{"n":{i}}}',
            n,
            True,
        )
        for n, i in enumerate(range(start, start + count), 1)
    ]
    assert len({row.key for row in rows}) == count
    with server.database.writing() as connection:
        commit(connection, rows=rows, count=count)


def _day(i: int) -> str:
    return f"{2000 + i // 300}-{1 + i % 12:02d}-{1 + i % 25:02d}"


class Client:
    """Keeps rows and cursors as a client has to, and stops where it is told."""

    def __init__(self, officer: Officer) -> None:
        self.officer = officer
        self.rows: dict[tuple[str, str], tuple[int, Any]] = {}
        self.at = 0
        self.behind: dict[str, int] = {}
        self.sums: dict[str, int] = {}

    def take(self, pulled: Pulled, lines: int | None = None) -> bool:
        """Apply a pull, of which only the first ``lines`` lines arrived; True when it was complete."""
        waiting: list[list[Any]] = []
        fresh = set(pulled.head["fresh"])
        for unit in fresh:
            self.behind.setdefault(unit, 0)
        for line in pulled.lines[1:lines]:
            if isinstance(line, list):
                waiting.append(line)
            elif "chunk" in line:
                for seq, kind, key, rev, data in waiting:
                    known = self.rows.get((kind, key))
                    assert known is None or known[0] <= rev, (seq, key)
                    self.rows[(kind, key)] = (rev, data)
                waiting.clear()
                if isinstance(line["chunk"], dict):
                    self.behind.update(line["chunk"])
                else:
                    self.at = line["chunk"]
            elif "end" in line:
                assert not waiting
                self.at = line["end"]
                self.behind.clear()
                self.sums.update(line["sum"])
                return True
        return False

    def pull(self, lines: int | None = None) -> bool:
        return self.take(self.officer.pull(at=self.at, behind=self.behind), lines)

    def sum_of(self, unit: str) -> int:
        named = ((kind, key, rev) for (kind, key), (rev, _) in self.rows.items() if key.startswith(unit))
        return checksum(named)


@pytest.fixture
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "POINT_ROWS", 4)
    monkeypatch.setattr(feed, "PULL_ROWS", 15)
    monkeypatch.setattr(pull_route, "CHUNK_ROWS", 4)


def test_an_empty_scope(server: Server) -> None:
    officer = server.officer("tia")
    pulled = officer.pull()
    assert pulled.head["scope"] == []
    assert pulled.head["rows"] == 0
    assert pulled.lines[1:] == [{"end": pulled.head["head"][0], "sum": {}}]


def test_the_first_line(server: Server, ani: Officer) -> None:
    ani.do("assessment", ROW, {"due": "2025-10-10"}, {"due": None})
    head = ani.pull().head
    assert head["scope"] == [{"unit": UNIT, "write": True}, {"unit": f"2025:{KABUPATEN}", "write": True}]
    assert head["fresh"] == [UNIT, f"2025:{KABUPATEN}"]
    assert head["reference"] == ani.get("/v1/reference").headers["etag"]
    assert head["rows"] == 1
    assert head["bytes_est"] > 0
    assert len(head["head"][1]) == 16


def test_units_come_one_by_one_with_the_cursors_to_store(server: Server, ani: Officer) -> None:
    fill(server, f"2025:{KABUPATEN}", 3)
    fill(server, UNIT, 2)
    pulled = ani.pull()
    assert [row[2][5:10] for row in pulled.rows] == [KOTA, KOTA, KABUPATEN, KABUPATEN, KABUPATEN]
    head = pulled.head["head"][0]
    assert pulled.chunks == [{UNIT: head, f"2025:{KABUPATEN}": head}]
    assert pulled.last["end"] == head


def test_only_what_changed_comes_later_and_in_the_order_of_the_numbers(server: Server, ani: Officer) -> None:
    fill(server, UNIT, 3)
    first = ani.pull()
    fill(server, f"2025:{KABUPATEN}", 1)
    fill(server, UNIT, 1, start=50)
    pulled = ani.pull(at=first.last["end"])
    assert pulled.head["fresh"] == []
    assert pulled.head["rows"] == 2
    assert [row[2][5:10] for row in pulled.rows] == [KABUPATEN, KOTA]
    assert [row[0] for row in pulled.rows] == sorted(row[0] for row in pulled.rows)
    assert pulled.chunks == [pulled.head["head"][0]]
    assert set(pulled.last["sum"]) == {UNIT, f"2025:{KABUPATEN}"}
    assert ani.pull(at=pulled.last["end"]).lines[1:] == [{"end": pulled.last["end"], "sum": {}}]


def test_checksums_hold_all_rows_of_a_unit_tombstones_too(server: Server, ani: Officer) -> None:
    key = "01900000-0000-7000-8000-00000000aa01"
    made = {"cycle": "2025", "region": KOTA, "subject": KOTA, "author": "ani", "title": "x"}
    ani.do("assessment", ROW, {"due": "2025-10-10"}, {"due": None})
    ani.do("assessment", ROW, {"due": "2025-10-11"}, {"due": "2025-10-10"})
    ani.do("note", key, made, None)
    ani.do("note", key, {"deleted": True}, {"deleted": None})
    pulled = ani.pull()
    expected = checksum([("assessment", ROW, 2), ("note", key, 2)])
    assert pulled.last["sum"] == {UNIT: expected, f"2025:{KABUPATEN}": 0}
    quiet = ani.pull(at=pulled.last["end"], sums=True)
    assert quiet.rows == []
    assert quiet.last["sum"] == pulled.last["sum"]


def test_a_scope_that_the_client_knows_is_not_sent_again(server: Server, ani: Officer) -> None:
    whole = ani.pull().head
    known = scope_digest((grant["unit"], grant["write"]) for grant in whole["scope"])
    head = ani.pull(scope=known).head
    assert (head["same_scope"], head["scope"], head["fresh"]) == (True, [], [])
    at = head["head"][0]
    assert ani.pull(at=at, scope=known, behind={UNIT: 0}).head["fresh"] == []
    setup.assign(server.database, "ani", [OTHER])
    head = ani.pull(at=at, scope=known, behind={UNIT: 0}).head
    assert (head["same_scope"], len(head["scope"])) == (False, 3)
    assert head["fresh"] == [UNIT, f"2025:{OTHER}"]


def test_a_row_outside_the_scope_never_leaves(server: Server, ani: Officer, budi: Officer) -> None:
    budi.do("assessment", f"2025:{OTHER}:2.4", {"due": "2025-10-10"}, {"due": None})
    for body in ({}, {"behind": {f"2025:{OTHER}": 0}}, {"at": 1, "behind": {f"2025:{OTHER}": 0}, "sums": True}):
        pulled = ani.pull(**body)
        assert OTHER not in str(pulled)


def test_a_unit_that_is_given_is_filled_from_the_start_without_disturbing_the_rest(
    server: Server, ani: Officer, budi: Officer
) -> None:
    budi.do("assessment", f"2025:{OTHER}:2.4", {"due": "2025-10-10"}, {"due": None})
    ani.do("assessment", ROW, {"due": "2025-10-10"}, {"due": None})
    at = ani.pull().last["end"]
    setup.assign(server.database, "ani", [OTHER])
    pulled = ani.pull(at=at)
    assert pulled.head["fresh"] == [f"2025:{OTHER}"]
    assert [row[2] for row in pulled.rows] == [f"2025:{OTHER}:2.4"]
    again = ani.pull(at=at, behind={f"2025:{OTHER}": pulled.chunks[0][f"2025:{OTHER}"]})
    assert again.rows == []


def test_a_unit_that_is_taken_leaves_the_scope(server: Server, ani: Officer) -> None:
    setup.unassign(server.database, "ani", [KABUPATEN])
    assert ani.pull().head["scope"] == [{"unit": UNIT, "write": True}]


def test_a_right_that_changes_keeps_the_cursor(server: Server, ani: Officer) -> None:
    at = ani.pull().last["end"]
    setup.assign(server.database, "ani", [KOTA], write=False)
    pulled = ani.pull(at=at)
    assert pulled.head["fresh"] == []
    assert pulled.head["scope"][0] == {"unit": UNIT, "write": False}


def test_a_change_of_role_starts_every_unit_anew(server: Server, ani: Officer) -> None:
    ani.do("assessment", ROW, {"due": "2025-10-10"}, {"due": None})
    at = ani.pull().last["end"]
    setup.set_role(server.database, "ani", "verifikator")
    pulled = ani.pull(at=at)
    assert len(pulled.head["fresh"]) == 2
    assert len(pulled.rows) == 1


def test_cycles_that_are_wanted(server: Server, ani: Officer) -> None:
    fill(server, UNIT, 1)
    assert ani.pull(want={"cycles": ["2024"]}).rows == []
    assert len(ani.pull(want={"cycles": ["2024", "2025"]}).rows) == 1
    setup.set_cycle(server.database, "2025", "closed")
    closed = ani.pull()
    assert closed.rows == []
    assert len(closed.head["scope"]) == 2
    setup.set_cycle(server.database, "2025", "open")
    assert len(ani.pull(at=closed.last["end"]).rows) == 1


@pytest.mark.usefixtures("small_limits")
class TestCuts:
    """Whatever is cut, the client goes on from its last commit point and ends with every row."""

    def test_commit_points_inside_a_unit(self, server: Server, ani: Officer) -> None:
        fill(server, UNIT, 10)
        pulled = ani.pull()
        head = pulled.head["head"][0]
        numbers = [row[0] for row in pulled.rows]
        assert pulled.chunks == [{UNIT: numbers[3]}, {UNIT: numbers[7]}, {UNIT: head, f"2025:{KABUPATEN}": head}]

    def test_a_planned_stop_differs_from_the_end(self, server: Server, ani: Officer) -> None:
        fill(server, UNIT, 40)
        pulled = ani.pull()
        assert pulled.head["rows"] == 40
        assert len(pulled.rows) == 15
        assert pulled.last == {"more": pulled.rows[-1][0]}
        rest = ani.pull(behind=pulled.chunks[-1])
        assert rest.head["rows"] == 25

    def test_a_planned_stop_in_the_rest(self, server: Server, ani: Officer) -> None:
        at = ani.pull().last["end"]
        fill(server, UNIT, 20)
        fill(server, f"2025:{KABUPATEN}", 20)
        pulled = ani.pull(at=at)
        assert pulled.head["rows"] == 40
        assert pulled.last == {"more": pulled.rows[-1][0]}
        assert pulled.chunks[-1] == pulled.rows[-1][0]

    @pytest.mark.parametrize("lines", [1, 2, 3, 5, 6, 7, 11, 16, None])
    def test_every_cut_ends_with_every_row(self, server: Server, ani: Officer, lines: int | None) -> None:
        fill(server, UNIT, 23)
        fill(server, f"2025:{KABUPATEN}", 17)
        client = Client(ani)
        rounds = 0
        while not client.pull(lines if rounds % 2 == 0 else None):
            rounds += 1
            if rounds == 2:
                fill(server, UNIT, 3, start=100)
            assert rounds < 30
        setup.assign(server.database, "ani", [OTHER])
        fill(server, f"2025:{OTHER}", 19)
        fill(server, UNIT, 30, start=200)
        while not client.pull(lines if rounds % 2 == 0 else None):
            rounds += 1
            assert rounds < 60
        expected = 23 + 17 + 3 * (rounds > 1) + 19 + 30
        assert len(client.rows) in (expected, expected - 3)
        fresh = ani.pull(at=client.at, sums=True)
        assert fresh.rows == []
        assert fresh.last["sum"] == {unit: client.sum_of(unit) for unit in fresh.last["sum"]}

    def test_a_full_answer_at_the_border_of_two_units(self, server: Server, ani: Officer) -> None:
        fill(server, UNIT, 15)
        fill(server, f"2025:{KABUPATEN}", 1)
        pulled = ani.pull()
        assert len(pulled.rows) == 15
        assert pulled.chunks[-1][UNIT] == pulled.head["head"][0]
        client = Client(ani)
        assert not client.pull()
        assert client.pull()
        assert len(client.rows) == 16

    def test_a_slow_pull_ends_early_at_a_commit_point(
        self, server: Server, ani: Officer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        fill(server, UNIT, 10)
        monkeypatch.setattr(pull_route, "PULL_SECONDS", -1)
        pulled = ani.pull()
        assert len(pulled.rows) == 4
        assert pulled.last == {"more": pulled.rows[-1][0]}


class TestGoingOn:
    """An answer that was cut is asked for again from the byte at which it was cut."""

    @staticmethod
    def asked(ani: Officer, resume: str = "", coding: str = "identity") -> httpx.Response:
        headers = {**ani.headers, "Accept-Encoding": coding, **({"Akk-Resume": resume} if resume else {})}
        return ani.client.post("/v1/pull", json={}, headers=headers)

    def test_what_follows_is_what_would_have_come(self, server: Server, ani: Officer) -> None:
        fill(server, UNIT, 650)
        whole = self.asked(ani).content
        for size in (1, 700, len(whole) // 2, len(whole) - 1, len(whole)):
            rest = self.asked(ani, f"{size} {crc32(whole[:size]):08x}")
            assert (rest.status_code, rest.headers["akk-resume"]) == (200, str(size))
            assert rest.content == whole[size:]

    def test_also_of_its_gzip_stream(self, server: Server, ani: Officer) -> None:
        fill(server, UNIT, 650)
        headers = {**ani.headers, "Accept-Encoding": "gzip"}
        _, whole = server.client.raw("/v1/pull", json={}, headers=headers)
        assert gzip.decompress(whole) == self.asked(ani).content
        for size in (1, 10, 3000, len(whole) - 1):
            resume = {"Akk-Resume": f"{size} {crc32(whole[:size]):08x}"}
            told, rest = server.client.raw("/v1/pull", json={}, headers={**headers, **resume})
            assert (told["akk-resume"], told["content-encoding"]) == (str(size), "gzip")
            assert rest == whole[size:]

    def test_another_answer_is_not_gone_on_with(self, server: Server, ani: Officer) -> None:
        fill(server, UNIT, 50)
        whole = self.asked(ani).content
        resume = f"{len(whole) // 2} {crc32(whole[: len(whole) // 2]):08x}"
        assert self.asked(ani, resume).status_code == 200
        ani.do("assessment", ROW, {"due": "2025-12-01"}, {"due": None})
        assert self.asked(ani, resume).status_code == 422

    @pytest.mark.parametrize(
        "resume",
        [
            "x",
            "0 00000000",
            "5",
            "5 0000000",
            "5 00000000 ",
            "-5 00000000",
            "5 00000000",
            "9999999999 00000000",
        ],  # fmt: skip,
    )
    def test_a_resume_of_another_form_or_past_the_end(self, ani: Officer, resume: str) -> None:
        response = self.asked(ani, resume)
        assert (response.status_code, response.json()["code"]) == (422, "invalid")


class TestWitness:
    """Server rule 4: evidence of a commit that is not in this history."""

    def test_the_head_of_any_answer_is_known(self, server: Server, ani: Officer) -> None:
        first = ani.pull().head["head"]
        ani.do("assessment", ROW, {"due": "2025-10-10"}, {"due": None})
        for head in (first, ani.pull().head["head"]):
            assert ani.pull(witness=head).head["head"][0] >= head[0]
            assert ani.push(witness=f"{head[0]} {head[1]}") == []

    @pytest.mark.parametrize("change", [{0: 1}, {0: -1}, {1: "0" * 16}, {0: 999}])
    def test_another_is_diverged(self, server: Server, ani: Officer, change: dict[int, Any]) -> None:
        head = ani.pull().head["head"]
        wrong = [change.get(0, 0) + head[0], change.get(1, head[1])]
        response = ani.ask(witness=wrong)
        assert (response.status_code, response.json()["code"]) == (409, "diverged")
        op = ani.op("assessment", ROW, {"due": "2025-10-10"}, {"due": None})
        response = ani.send(op, witness=f"{wrong[0]} {wrong[1]}")
        assert (response.status_code, response.json()["code"]) == (409, "diverged")
        assert ani.pull().rows == []

    @pytest.mark.parametrize("header", ["x", "1", "1 xyz", "-1 0123456789abcdef", "9" * 30 + " 0123456789abcdef"])
    def test_a_header_of_another_form_is_no_witness(self, ani: Officer, header: str) -> None:
        response = ani.send(witness=header)
        assert (response.status_code, response.json()["code"]) == (422, "invalid")

    @pytest.mark.sqlite
    def test_a_server_that_was_restored_and_has_grown_again(self, server: Server, ani: Officer, tmp_path: Any) -> None:
        ani.do("assessment", ROW, {"due": "2025-10-10"}, {"due": None})
        server.close()
        saved = server.db.read_bytes()
        server.reopen()
        ani.client = server.client
        ani.do("assessment", ROW, {"due": "2025-10-11"}, {"due": "2025-10-10"})
        head = ani.pull().head["head"]
        server.close()
        server.db.write_bytes(saved)
        server.reopen()
        ani.client = server.client
        assert ani.ask(witness=head).status_code == 409
        for day in range(12, 20):
            ani.do("assessment", ROW, {"due": f"2025-10-{day}"}, {"due": f"2025-10-{day - 1 if day > 12 else 10}"})
        assert ani.pull().head["head"][0] > head[0]
        assert ani.ask(witness=head).status_code == 409


def test_regions_that_are_wanted(server: Server, ani: Officer) -> None:
    for region in ("35.72", "71.07"):
        ani.do("assessment", f"2025:{region}:2.4", {"due": "2025-11-01"}, {"due": None})
    pulled = ani.pull(want={"regions": ["71.07"]})
    assert [row[2] for row in pulled.rows] == ["2025:71.07:2.4"]
    assert set(pulled.last["sum"]) == {"2025:71.07"}
    assert {"2025:35.72", "2025:71.07"} <= {grant["unit"] for grant in pulled.head["scope"]}
