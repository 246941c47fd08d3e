"""The pull side: cursors, scope, what is refused, what is asked first, checksums, quarantine, what is news."""

from __future__ import annotations

from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from modelserver import ModelServer, UNITS
from storeclient import Client

from akk_tui.contract.records import EndLine, Grant, PullHead
from akk_tui.store import readable, scope
from akk_tui.store.db import Database
from akk_tui.store.errors import ChecksumMismatch, NeedsConsent, PullRefused, StoreFull
from akk_tui.store.overlay import Overlay
from akk_tui.store.replica import Replica

KEY = f"{UNITS[0]}:1.1"
DUE = {"due": "2025-10-01"}


def fill(server: ModelServer, unit: str = UNITS[0], count: int = 10) -> None:
    for n in range(count):
        server.put("score", f"{unit}:2025-01-{n + 1:02}", unit, {"value": "70.00"})


def cursors(client: Client) -> dict[str, int | None]:
    return dict(client.store.db.execute("SELECT unit, cursor FROM unit").fetchall())


def at(client: Client) -> int:
    return client.store.meta.number("at")


def equal(client: Client) -> bool:
    units = client.server.scope[client.name]
    return client.base() == {key: row for key, row in client.server.rows.items() if row[2] in units}


def test_a_first_pull_brings_everything(client: Any, server: ModelServer) -> None:
    fill(server)
    fill(server, UNITS[1], 4)
    budi = client("budi", synced=False)
    assert budi.store.replica.request().behind == {}
    assert budi.pull() == (14, [])
    assert equal(budi)
    assert cursors(budi) == dict.fromkeys(UNITS[:2])
    request = budi.store.replica.request()
    assert (request.at, request.behind, request.witness) == (server.seq, {}, (server.seq, server.marks[server.seq]))
    assert budi.store.meta.get("last_sync")
    assert budi.pull() == (0, [])


def test_a_pull_that_is_cut_goes_on_at_the_last_chunk(client: Any, server: ModelServer) -> None:
    fill(server)
    fill(server, UNITS[1], 4)
    budi = client("budi", synced=False)
    budi.pull(cut=6)
    assert (at(budi), len(budi.base())) == (0, 3)
    budi.reopen()
    request = budi.store.replica.request()
    assert request.behind == {UNITS[0]: server.rows["score", f"{UNITS[0]}:2025-01-03"][0]}
    budi.pull(cut=13)
    assert budi.pull()[1] == []
    assert equal(budi)


def test_a_planned_stop_goes_on(client: Any, server: ModelServer) -> None:
    fill(server)
    budi = client("budi", synced=False)
    assert budi.pull(rows_most=3) == (10, [])
    fill(server, UNITS[1], 10)
    assert budi.pull(rows_most=3) == (10, [])
    assert equal(budi)


def test_a_unit_that_happens_to_stand_at_the_cursor_of_the_others_goes_on(budi: Client, server: ModelServer) -> None:
    fill(server, UNITS[2], 8)
    server.put("assessment", KEY, UNITS[0], DUE)
    server.chunk_rows = 1
    budi.pull()
    server.give("budi", UNITS[2])
    budi.pull(cut=16)
    budi.store.meta.set("at", str(server.rows["score", f"{UNITS[2]}:2025-01-08"][0]))
    assert budi.store.replica.request().behind == {UNITS[2]: at(budi)}


def test_a_unit_given_is_filled_without_disturbing_the_rest(budi: Client, server: ModelServer) -> None:
    fill(server)
    budi.pull()
    before = at(budi)
    fill(server, UNITS[2], 8)
    server.give("budi", UNITS[2])
    server.put("assessment", KEY, UNITS[0], DUE)
    budi.pull(cut=5)
    assert at(budi) == before
    assert cursors(budi)[UNITS[2]] not in (None, 0)
    assert cursors(budi)[UNITS[0]] is None
    budi.pull()
    assert equal(budi)


def test_a_unit_taken_is_hidden_at_once_and_removed_when_confirmed(budi: Client, server: ModelServer) -> None:
    fill(server)
    fill(server, UNITS[1])
    note = budi.store.create("note", {"cycle": "2025", "region": "35.72", "subject": "35.72", "title": "Unggah"})
    budi.sync()
    op = budi.tick("1.1.1", "diunggah").op
    server.take("budi", UNITS[0])
    budi.pull()
    overlay = Overlay(budi.store.db)
    assert overlay.effective_rows("score", UNITS[0]) == {}
    assert overlay.effective("score", f"{UNITS[0]}:2025-01-01") == overlay.effective("note", note.key) == {}
    assert budi.outbox() == [(op, "forbidden")]
    assert budi.store.replica.request().behind == {UNITS[0]: 0}
    assert len(budi.base()) == 21
    assert budi.store.search.find("unggah", "2025", 5) == ()
    budi.pull()
    assert equal(budi)
    assert cursors(budi) == {UNITS[1]: None}
    assert budi.outbox() == [(op, "forbidden")]
    assert budi.store.db.value("SELECT count(*) FROM note_doc") == 0


@pytest.mark.parametrize("pulls", [1, 2])
def test_a_unit_that_comes_back_is_whole_and_sends_its_work(budi: Client, server: ModelServer, pulls: int) -> None:
    fill(server)
    budi.pull()
    op = budi.tick("1.1.1", "diunggah").op
    note = budi.store.create("note", {"cycle": "2025", "region": "35.72", "subject": "35.72", "title": "Unggah"})
    server.take("budi", UNITS[0])
    for _ in range(pulls):
        budi.pull()
    server.put("assessment", f"{UNITS[0]}:2.1", UNITS[0], DUE)
    server.give("budi", UNITS[0])
    budi.pull()
    assert equal(budi)
    assert budi.outbox() == [(op, "queued"), (note.op, "queued")]
    assert budi.state("1.1.1") == "diunggah"
    assert [hit.key for hit in budi.store.search.find("unggah", "2025", 5) if hit.kind == "note"] == [note.key]
    assert budi.push() == {op: "applied", note.op: "applied"}


def test_a_unit_taken_and_given_again_between_two_pulls_sends_its_work(budi: Client, server: ModelServer) -> None:
    fill(server)
    budi.pull()
    op = budi.tick("1.1.1", "diunggah").op
    server.take("budi", UNITS[0])
    assert budi.push() == {op: "forbidden"}
    server.give("budi", UNITS[0])
    budi.pull(cut=3)
    assert cursors(budi)[UNITS[0]] == 0
    budi.pull()
    assert equal(budi)
    assert budi.push() == {op: "applied"}


def test_a_long_first_sync_does_not_compute_anew_what_it_has(
    client: Any, server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for unit in UNITS[:2]:
        fill(server, unit)
    budi = client("budi", synced=False)
    begun: list[str] = []

    def refresh(_: Database, units: Iterable[str], notes: Iterable[str]) -> None:
        begun.extend((*units, *notes))

    monkeypatch.setattr(scope, "derived", SimpleNamespace(refresh=refresh))
    assert budi.pull(rows_most=4) == (20, [])
    assert equal(budi)
    assert begun == []


def test_what_is_refused_for_its_place_is_tried_a_few_times(budi: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    op = str(budi.tick("1.1.1", "diunggah").op)
    monkeypatch.setattr(budi.server, "_judge", lambda _name, one: (one.op, "forbidden", 0, {"code": "scope"}))
    for _ in range(20):
        if not budi.push():
            break
        budi.pull()
    assert budi.outbox() == [(op, "forbidden")]
    assert budi.store.db.value("SELECT tries FROM outbox") == 5


def test_an_accepted_edit_of_a_unit_taken_away_leaves_nothing_behind(budi: Client, server: ModelServer) -> None:
    budi.tick("1.1.1", "diunggah")
    budi.push()
    server.take("budi", UNITS[0])
    budi.pull()
    assert budi.state("1.1.1") == "belum_ada"
    budi.pull()
    assert budi.store.db.value("SELECT shown FROM sent") == 0


def test_an_empty_scope_asks_first(budi: Client, server: ModelServer) -> None:
    fill(server)
    budi.pull()
    before = at(budi)
    for unit in UNITS[:2]:
        server.take("budi", unit)
    with pytest.raises(NeedsConsent) as asked:
        budi.pull()
    assert asked.value.exit_code == 5
    assert asked.value.params == {"rows": 10, "total": 10}
    assert (at(budi), len(Overlay(budi.store.db).effective_rows("score"))) == (before, 10)
    budi.pull(accept=True)
    assert Overlay(budi.store.db).effective_rows("score") == {}


def test_many_deletions_ask_first_and_cannot_creep_in(budi: Client, server: ModelServer) -> None:
    place = {"cycle": "2025", "region": "35.72"}
    for n in range(20):
        server.put("event", f"018f0000-0000-7000-8000-0000000000{n:02}", UNITS[0], {**place, "title": f"{n}"})
    budi.pull()
    before = at(budi)
    for n in range(5):
        key = f"018f0000-0000-7000-8000-0000000000{n:02}"
        server.put("event", key, UNITS[0], {**place, "deleted": True})
    for _ in range(3):
        with pytest.raises(NeedsConsent) as asked:
            budi.pull()
    assert asked.value.params == {"rows": 5, "total": 20}
    assert at(budi) == before + 3
    budi.pull(accept=True)
    assert equal(budi)
    assert budi.store.meta.get("tombstones") is None


def test_own_deletions_are_not_asked_about(budi: Client) -> None:
    note = budi.store.create("note", {"cycle": "2025", "region": "35.72", "subject": "35.72", "title": "A"})
    budi.sync()
    budi.store.delete_note(note.key)
    budi.sync()
    assert Overlay(budi.store.db).effective("note", note.key)["deleted"] is True


def head_of(server: ModelServer, *units: str) -> PullHead:
    scope = tuple(Grant(unit=unit, write=True) for unit in units)
    return PullHead(head=(server.seq, server.marks[server.seq]), scope=scope, reference="x", rows=0, bytes_est=0)


def test_rows_outside_the_scope_are_refused(budi: Client, server: ModelServer) -> None:
    head = head_of(server, *UNITS[:2])
    budi.store.replica.begin(head)
    for row in (
        (1, "assessment", f"{UNITS[2]}:1.1", 1, DUE),
        (1, "note", "018f0000-0000-7000-8000-000000000000", 1, {"cycle": "2025", "region": "71.07"}),
        (server.seq + 1, "assessment", KEY, 1, DUE),
    ):
        with pytest.raises(PullRefused):
            budi.store.replica.chunk(head, [(1, "assessment", KEY, 1, DUE), row], server.seq)
    assert budi.base() == {}


def test_cursors_only_move_forward_and_not_past_the_head(budi: Client, server: ModelServer) -> None:
    head = head_of(server, *UNITS[:2])
    budi.store.replica.begin(head)
    wrong: list[Any] = [at(budi) - 1, server.seq + 1, {UNITS[0]: 0}, {UNITS[0]: server.seq + 1}, {UNITS[2]: server.seq}]
    for cursor in wrong:
        with pytest.raises(PullRefused):
            budi.store.replica.chunk(head, [(1, "assessment", KEY, 1, DUE)], cursor)
    for end in (at(budi) - 1, server.seq + 1):
        with pytest.raises(PullRefused):
            budi.store.replica.finish(head, EndLine(end=end))
    assert (budi.base(), cursors(budi)) == ({}, dict.fromkeys(UNITS[:2]))


def test_a_wrong_checksum_pulls_the_unit_again(budi: Client, server: ModelServer) -> None:
    fill(server)
    budi.pull()
    ghost = ("INSERT INTO base VALUES ('score', ?, ?, 1, 1, '{}')", (f"{UNITS[0]}:2024-01-01", UNITS[0]))
    budi.store.db.execute(*ghost)
    budi.store.db.execute("UPDATE base SET rev = 9 WHERE key LIKE '%-03'")
    assert budi.pull(sums=True) == (0, [UNITS[0]])
    assert cursors(budi)[UNITS[0]] == 0
    assert len(budi.base()) == 11
    assert budi.pull()[1] == []
    assert equal(budi)
    budi.store.db.execute(*ghost)
    assert budi.pull(sums=True)[1] == [UNITS[0]]


def test_two_wrong_checksums_in_a_row_stop(budi: Client, server: ModelServer, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(server)
    monkeypatch.setattr(server, "checksum", lambda _unit: 1)
    assert budi.pull() == (10, [UNITS[0]])
    with pytest.raises(ChecksumMismatch, match=UNITS[0]):
        budi.pull()
    monkeypatch.undo()
    assert budi.pull()[1] == []
    assert budi.store.meta.get("mismatch") is None


def test_rows_of_a_later_version_wait_in_quarantine(budi: Client, server: ModelServer) -> None:
    for kind, key, data in (
        ("plan", f"{UNITS[0]}:x", {"a": 1}),
        ("plan", "x", {"cycle": "2025", "region": "35.72"}),
        ("assessment", f"{UNITS[0]}:1.1.1", {}),
        ("assessment", KEY, {"items": 3}),
        ("assessment", f"{UNITS[0]}:2.1", {"owners": "A"}),
        ("assessment", f"{UNITS[0]}:2.2", {"evidence.2.2.1.1": "x"}),
        ("criterion", f"{UNITS[0]}:mcp", {"year": True}),
        ("criterion", f"{UNITS[0]}:spi", {"value": {"x": 1}}),
    ):
        server.put(kind, key, UNITS[0], data)
    assert budi.pull(sums=True) == (8, [])
    assert budi.base() == {}
    assert budi.store.db.value("SELECT count(*) FROM quarantine WHERE unit = ?", (UNITS[0],)) == 8
    server.put("assessment", KEY, UNITS[0], {"items": "3"})
    assert budi.pull(sums=True) == (1, [])
    assert list(budi.base()) == [("assessment", KEY)]
    assert budi.store.db.value("SELECT count(*) FROM quarantine") == 7


def test_a_note_without_a_place_belongs_to_no_unit(budi: Client, server: ModelServer) -> None:
    head = head_of(server, *UNITS[:2])
    budi.store.replica.begin(head)
    budi.store.replica.chunk(head, [(1, "note", "018f0000-0000-7000-8000-000000000000", 1, {})], server.seq)
    assert budi.store.db.one("SELECT unit, reason FROM quarantine") == ("", "unit")


def test_an_upgrade_reads_the_quarantine_again(budi: Client, server: ModelServer) -> None:
    server.put("assessment", KEY, UNITS[0], DUE)
    budi.pull()
    budi.store.db.execute("INSERT INTO quarantine SELECT kind, key, unit, seq, rev, data, 'x' FROM base")
    budi.store.db.execute("DELETE FROM base")
    assert budi.pull(sums=True) == (0, [])
    assert equal(budi)


@pytest.mark.parametrize("network", [True, False])
def test_what_is_read_again_after_an_upgrade_is_found_and_counted(
    budi: Client, server: ModelServer, monkeypatch: pytest.MonkeyPatch, network: bool
) -> None:
    monkeypatch.setattr(readable, "unreadable", lambda kind, *_: f"kind {kind}")
    note = {"cycle": UNITS[0][:4], "region": UNITS[0][5:], "subject": UNITS[0][5:], "title": "Kelak", "body": "terbaca"}
    server.put("note", "018f0000-0000-7000-8000-000000000000", UNITS[0], note)
    server.put("assessment", KEY, UNITS[0], {"items": "3"})
    budi.pull()
    before = budi.store.db.execute("SELECT * FROM summary WHERE unit = ?", (UNITS[0],)).fetchall()
    assert budi.store.db.value("SELECT count(*) FROM note_doc") == 0
    monkeypatch.undo()
    if network:
        budi.pull()
    else:
        budi.reopen()
    assert budi.store.db.value("SELECT title FROM note_doc") == "Kelak"
    assert budi.store.db.execute("SELECT * FROM summary WHERE unit = ?", (UNITS[0],)).fetchall() != before


def test_what_no_version_so_far_can_read_is_looked_at_once_a_version(
    budi: Client, server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.put("plan", f"{UNITS[0]}:x", UNITS[0], {"a": 1})
    budi.pull()
    looked: list[str] = []
    sound = readable.unreadable
    monkeypatch.setattr(readable, "unreadable", lambda kind, *more: looked.append(kind) or sound(kind, *more))
    budi.reopen()
    budi.reopen()
    assert looked == ["plan"]
    monkeypatch.setattr("akk_tui.store.store.__version__", "99")
    budi.reopen()
    assert looked == ["plan", "plan"]


def test_a_full_disk_is_no_reason_not_to_open_what_waits_to_be_read(
    budi: Client, server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.put("plan", f"{UNITS[0]}:x", UNITS[0], {"a": 1})
    budi.pull()

    def full(_: object) -> None:
        raise StoreFull(path=budi.path, reason="penyimpanan penuh")

    monkeypatch.setattr(Replica, "read_again", full)
    budi.reopen()
    assert budi.store.meta.get("read_by") is None
    assert budi.store.db.value("SELECT count(*) FROM quarantine") == 1


def test_unknown_fields_survive(budi: Client, server: ModelServer) -> None:
    server.put("assessment", KEY, UNITS[0], {**DUE, "baru": {"x": [1]}, "lain": 1.5})
    budi.pull()
    assert budi.base()["assessment", KEY][3]["baru"] == {"x": [1]}


def news(client: Client) -> list[tuple[Any, ...]]:
    return client.store.db.execute("SELECT by, unit, kind, key, field, value FROM change ORDER BY id").fetchall()


def test_what_others_changed_is_news_until_the_officer_looked(budi: Client, sari: Client, server: ModelServer) -> None:
    server.put("assessment", KEY, UNITS[0], {"items": "12", "owners": ["A"], "pic": {"name": "X"}, **DUE}, by="sari")
    server.put("assessment", f"{UNITS[0]}:2.1", UNITS[0], {"items": "0009"}, by="budi")
    server.put("assessment", f"{UNITS[0]}:7.7", UNITS[0], {"items": "1"}, by="sari")
    budi.pull()
    assert [row[4:] for row in news(budi)] == [
        ("due", "2025-10-01"),
        ("item.1.1.1", "perlu_perbaikan"),
        ("items", "diunggah"),
        ("owners", "A"),
        ("pic", "X"),
        ("items", "perlu_perbaikan"),
    ]
    assert {row[0] for row in news(budi)} == {"sari"}
    budi.store.mark_looked()
    assert news(budi) == []
    assert budi.store.meta.get("last_look")
    server.put("assessment", KEY, UNITS[0], {"items": "12", "owners": ["A"], "pic": {"name": "X"}}, by="sari")
    budi.pull()
    assert news(budi) == [("sari", UNITS[0], "assessment", KEY, "due", None)]


def test_a_new_row_is_one_piece_of_news_by_its_name(budi: Client, sari: Client) -> None:
    budi.pull()
    note = sari.store.create("note", {"cycle": "2025", "region": "35.72", "subject": "35.72", "title": "Rapat"})
    bare = sari.store.create("note", {"cycle": "2025", "region": "35.72", "subject": "35.72", "body": "isi"})
    sari.push()
    budi.pull()
    assert sorted(row[2:] for row in news(budi)) == sorted(
        [("note", note.key, "", "Rapat"), ("note", bare.key, "", None)]
    )


def test_a_unit_that_is_filled_is_no_news(client: Any, budi: Client, server: ModelServer) -> None:
    fill(server, UNITS[2])
    server.give("budi", UNITS[2])
    budi.pull()
    assert news(budi) == []
    late = client("sari")
    assert news(late) == []


def test_a_cycle_that_is_not_wanted_is_not_taken_for_complete(budi: Client, server: ModelServer) -> None:
    old = "2024:35.72"
    server.cycles["2024"] = "closed"
    server.give("budi", old)
    server.put("score", f"{old}:2024-11-12", old, {"value": "94.75"})
    budi.pull()
    assert cursors(budi)[old] == 0
    assert budi.store.replica.request().behind == {}
    assert budi.store.replica.request(cycles=["2024"]).behind == {old: 0}
    server.cycles["2024"] = "open"
    budi.pull()
    budi.pull()
    assert equal(budi)
    server.cycles["2024"] = "closed"
    budi.pull()
    server.put("score", f"{old}:2024-11-13", old, {"value": "94.80"})
    budi.pull()
    assert not equal(budi)
    server.cycles["2024"] = "open"
    budi.pull()
    budi.pull()
    assert equal(budi)
    assert cursors(budi)[old] is None


def test_the_reference_is_asked_for_when_it_changed(budi: Client, server: ModelServer) -> None:
    request = budi.store.replica.request()
    head, _ = server.pull("budi", request)
    assert budi.store.replica.begin(head).reference is False
    server.cycles["2024"] = "closed"
    head, _ = server.pull("budi", request)
    plan = budi.store.replica.begin(head)
    assert (plan.reference, plan.given, plan.taken, plan.removed) == (True, (), (), ())


def test_rows_of_a_pull_are_as_the_server_wrote_them(budi: Client, server: ModelServer) -> None:
    server.put("assessment", KEY, UNITS[0], DUE)
    budi.pull()
    found = budi.store.db.one("SELECT unit, rev, seq, data FROM base")
    assert found is not None
    assert found[:3] == (UNITS[0], 1, server.seq)
    assert msgspec.json.decode(found[3]) == {**DUE, "by": "server", "at": "2025-10-01T00:00:00Z"}


def test_what_is_kept_of_the_news_is_bounded(budi: Client, server: ModelServer) -> None:
    server.chunk_rows = 5000
    for n in range(1100):
        server.put("assessment", KEY, UNITS[0], {"due": f"{2000 + n}-01-01"}, by="sari")
        if n % 100 == 0:
            budi.pull()
    budi.store.db.executemany("INSERT INTO change VALUES (NULL, 'x', NULL, 'u', 'k', 'k', 'f', NULL)", [()] * 1500)
    budi.pull()
    assert len(news(budi)) == 1000
