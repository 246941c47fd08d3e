"""The fetched log beside own edits, what was let go and put back, and what the next round would send."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from modelserver import UNITS
from storeclient import Client, unit_log

from akk_tui.contract import ids
from akk_tui.contract.records import LogEntry, LogPage, UnitLog
from akk_tui.contract.text import Line
from akk_tui.store import discarded
from akk_tui.store.errors import CycleClosed, PullRefused, RowDeleted, RowMissing
from akk_tui.store.history import Log
from akk_tui.store.views.history import prepared

UNIT = UNITS[0]
ROW = f"{UNIT}:1.1"
NOTE = "01900000-0000-7000-8000-00000000aa01"


def entry(seq: int, changed: dict[str, Any], was: dict[str, Any] | None, **other: Any) -> LogEntry:
    """An entry of the log as the server tells it."""
    made = {"op": f"01900000-0000-7000-8000-{seq:012x}", "by": "sari", "at": f"2025-10-06T02:{seq % 60:02d}:00Z"}
    made |= {"kind": "assessment", "key": ROW, **other}
    words = {name: Line(value) for name, value in made.items()}
    return LogEntry(seq=seq, client_at=Line("2025-10-06T02:00:00Z"), changed=changed, was=was, **words)


def page(*entries: LogEntry, upto: int = 0, more: bool = False) -> LogPage:
    return LogPage(entries=entries, upto=upto, more=more)


class TestHistory:
    def test_own_edits_alone_before_anything_was_fetched(self, budi: Client) -> None:
        budi.tick("1.1.1", "diunggah")
        budi.tick("1.1.1", "diterima")
        budi.sync()
        budi.tick("1.1.2", "diunggah")
        found = budi.store.views.history("assessment", ROW)
        assert found.fetched is None
        assert [(one.field, one.was, one.now, one.state, one.by) for one in found.entries] == [
            ("item.1.1.2", {"item.1.1.2": "belum_ada"}, {"item.1.1.2": "diunggah"}, "queued", "budi"),
            ("item.1.1.1", {"item.1.1.1": "diunggah"}, {"item.1.1.1": "diterima"}, "sent", "budi"),
            ("item.1.1.1", {"item.1.1.1": "belum_ada"}, {"item.1.1.1": "diunggah"}, "sent", "budi"),
        ]

    def test_each_operation_once_and_by_the_servers_number(self, budi: Client) -> None:
        op = budi.tick("1.1.1", "diunggah").op
        budi.sync()
        seq = budi.store.db.value("SELECT seq FROM sent WHERE op = ?", (op,))
        budi.tick("1.1.2", "diunggah")
        mine = entry(seq, {"item.1.1.1": "diunggah"}, {"item.1.1.1": "belum_ada"}, op=op, by="budi")
        later = entry(seq + 7, {"score": "70.00", "as_of": None, "source": None}, {"score": None})
        Log(budi.store).store_row(UNIT, "assessment", ROW, page(mine, later))
        found = budi.store.views.history("assessment", ROW)
        assert found.fetched is not None
        assert [(one.by, one.field, one.state) for one in found.entries] == [
            ("budi", "item.1.1.2", "queued"), ("sari", "score", "sent"), ("budi", "item.1.1.1", "sent"),
        ]  # fmt: skip

    def test_what_the_server_had_already_shows_until_its_log_is_here(self, budi: Client, sari: Client) -> None:
        for one in (sari, budi):
            one.tick("1.1.1", "diunggah")
        sari.push()
        assert set(budi.push().values()) == {"same"}
        assert [one.by for one in budi.store.views.history("assessment", ROW).entries] == ["budi"]
        Log(budi.store).store_row(UNIT, "assessment", ROW, page(entry(1, {"item.1.1.1": "diunggah"}, {})))
        assert [one.by for one in budi.store.views.history("assessment", ROW).entries] == ["sari"]

    def test_one_field_its_group_or_everything_of_an_item(self, budi: Client) -> None:
        log = page(
            entry(1, {"item.1.1.1": "diunggah", "due": "2025-10-10"}, None),
            entry(2, {"evidence.1.1.1.2": {"title": "SK"}}, {"evidence.1.1.1.2": None}),
            entry(3, {"item.1.1.2": "diunggah"}, {"item.1.1.2": "belum_ada"}),
            entry(4, {"score": "70.00", "as_of": "2025-10-01", "source": None}, {}),
        )
        Log(budi.store).store_row(UNIT, "assessment", ROW, log)

        def numbers(field: str | None) -> list[int]:
            found = budi.store.views.history("assessment", ROW, field).entries
            return [int(one.op[-4:], 16) for one in found]

        assert numbers(None) == [4, 3, 2, 1]
        assert numbers("1.1.1") == [2, 1]
        assert numbers("as_of") == [4]
        assert numbers("due") == [1]
        assert budi.store.views.history("assessment", ROW).entries[-1].field == ""

    def test_a_later_versions_field_keeps_its_name(self, budi: Client) -> None:
        Log(budi.store).store_row(UNIT, "assessment", ROW, page(entry(1, {"mood": "good"}, {"mood": None})))
        (only,) = budi.store.views.history("assessment", ROW).entries
        assert only.field == "mood"

    def test_out_of_scope_and_unknown_rows_have_none(self, budi: Client) -> None:
        for kind, key in (("assessment", "2025:99.99:1.1"), ("note", NOTE), ("x", "y")):
            found = budi.store.views.history(kind, key)
            assert (found.entries, found.fetched) == ((), None)


class TestPages:
    def test_pages_are_kept_and_complete_with_the_last(self, budi: Client) -> None:
        log = Log(budi.store)
        first = unit_log(UNIT, entry(3, {"due": "2025-10-10"}, {"due": None}), upto=3, more=True)
        assert (log.cursor(UNIT), log.store_page(first), log.cursor(UNIT)) == (0, 1, 3)
        assert budi.store.views.history("assessment", ROW).fetched is None
        assert log.store_page(unit_log(UNIT, entry(5, {"due": None}, {"due": "2025-10-10"}), upto=9)) == 1
        complete = budi.store.views.history("assessment", ROW).fetched
        assert complete is not None
        assert log.store_page(unit_log(UNIT, entry(9, {"due": "2025-10-12"}, {"due": None}), upto=9, more=False)) == 1
        assert log.store_page(unit_log(UNIT, entry(12, {"due": None}, {}), upto=12, more=True)) == 1
        again = budi.store.views.history("assessment", ROW).fetched
        assert again is not None
        assert again > complete
        assert log.cursor(UNIT) == 12

    @pytest.mark.parametrize(
        "wrong",
        [
            unit_log(UNIT, upto=2),
            unit_log(UNIT, upto=5, more=True),
            unit_log(UNIT, entry(6, {"due": None}, {}, key=f"{UNITS[1]}:1.1"), upto=6),
            unit_log(UNIT, entry(6, {"due": None}, {}, key="nowhere"), upto=6),
        ],
    )
    def test_a_page_that_cannot_be_is_refused_whole(self, budi: Client, wrong: UnitLog) -> None:
        log = Log(budi.store)
        log.store_page(unit_log(UNIT, upto=5))
        with pytest.raises(PullRefused):
            log.store_page(wrong)
        assert log.cursor(UNIT) == 5
        with pytest.raises(PullRefused):
            log.store_row(UNIT, "assessment", ROW, page(entry(1, {}, {}, key=f"{UNIT}:2.1")))

    def test_what_others_did_is_known_by_its_number_and_tells_when_it_was_made(self, budi: Client) -> None:
        """Of a unit's log the ids of others' operations are not told; of a row's they are."""
        log, made = Log(budi.store), "0199b5e0-0000-7000-8000-000000000001"
        fields = {"due": "2025-10-10"}
        theirs = entry(3, fields, {"due": None}, op=made)
        mine = entry(4, {"due": None}, fields, by="budi", op=made[:-1] + "2")
        assert log.store_page(unit_log(UNIT, theirs, mine)) == 2
        stored = budi.store.db.execute("SELECT op FROM log ORDER BY seq").fetchall()
        assert stored[1] == (mine.op,)
        assert stored[0] != (made,)
        assert ids.moment_of(stored[0][0]) == ids.moment_of(made) // 1000 * 1000
        assert log.store_row(UNIT, "assessment", ROW, page(theirs, mine)) == 0
        assert len(budi.store.views.history("assessment", ROW).entries) == 2

    def test_it_goes_with_the_unit_and_with_the_servers_history(self, server: Any, budi: Client) -> None:
        Log(budi.store).store_page(unit_log(UNIT, entry(3, {"due": "2025-10-10"}, {"due": None}), upto=3))
        server.officer("budi", UNITS[1:2])
        budi.pull()
        assert budi.store.views.history("assessment", ROW).entries == ()
        budi.pull()
        assert budi.store.db.value("SELECT count(*) FROM log") == 0
        assert Log(budi.store).cursor(UNIT) == 0

    def test_a_restored_server_has_another_history(self, budi: Client) -> None:
        Log(budi.store).store_page(unit_log(UNIT, entry(3, {"due": "2025-10-10"}, {"due": None}), upto=3))
        budi.store.replica.diverged()
        assert Log(budi.store).cursor(UNIT) == 0
        assert budi.store.db.value("SELECT count(*) FROM log") == 0


class TestPrepared:
    def test_a_region_is_ready_once_its_log_is_whole(self, budi: Client) -> None:
        budi.tick("1.1.1", "diunggah")
        budi.sync()
        region = UNIT[5:]

        def of(code: str) -> Any:
            return next(one for one in prepared(budi.store) if one.region == code)

        assert of(region).until is None
        assert (of(region).entries, of(region).bytes > 0) == (1, True)
        log = Log(budi.store)
        assert log.units([region, "99.99"]) == [UNIT]
        assert log.units([region], ["1999"]) == []
        seq = budi.store.db.value("SELECT max(seq) FROM base WHERE unit = ?", (UNIT,))
        log.store_page(unit_log(UNIT, entry(seq, {"item.1.1.1": "diunggah"}, {}), upto=seq))
        assert of(region).until is not None
        assert (of(region).entries, of(region).bytes) == (0, 0)
        budi.tick("1.1.2", "diunggah")
        budi.sync()
        assert of(region).entries == 1
        assert budi.store.views.prepared(["1999"]) == ()
        assert budi.store.views.prepared()[0].name


class TestSending:
    def test_the_real_size_of_what_waits(self, budi: Client) -> None:
        assert budi.store.views.sending().operations == 0
        assert budi.store.views.sending().bytes == 0
        budi.tick("1.1.1", "diunggah")
        one = budi.store.views.sending()
        assert (one.operations, one.seconds) == (1, None)
        budi.store.edit("assessment", ROW, {"summary": " ".join(f"kata{n * n}" for n in range(2_000))}, seen=None)
        two = budi.store.views.sending()
        assert two.operations == 2
        assert 3_000 < two.bytes - one.bytes < 12_000

    def test_the_time_goes_by_the_rounds_that_were_completed(self, budi: Client) -> None:
        runs = budi.store.runs
        runs.add(started=budi.clock(), seconds=100.0, outcome="unreachable", bytes_up=100)
        runs.add(started=budi.clock(), seconds=2.0, outcome="done", bytes_up=500, bytes_down=1_500)
        budi.tick("1.1.1", "diunggah")
        found = budi.store.views.sending()
        assert found.seconds == pytest.approx(found.bytes / 1_000)


class TestDiscarded:
    def test_a_value_given_up_for_theirs_comes_back_as_a_new_edit(self, budi: Client, sari: Client) -> None:
        budi.tick("1.1.1", "diunggah")
        sari.tick("1.1.1", "diterima")
        sari.sync()
        budi.sync()
        (clash,) = budi.store.views.conflicts()
        budi.store.resolve(clash.op, "theirs")
        (row,) = budi.store.views.discarded()
        assert (row.reason, row.field, row.set) == ("theirs", "item.1.1.1", {"item.1.1.1": "diunggah"})
        assert row.region == UNIT[5:]
        edit = budi.store.restore(row.op)
        (waiting,) = budi.store.views.outbox()
        assert (waiting.op, waiting.was, waiting.set) == (
            edit.op, {"item.1.1.1": "diterima"}, {"item.1.1.1": "diunggah"},
        )  # fmt: skip
        assert budi.store.views.discarded() == ()
        with pytest.raises(discarded.NotDiscarded):
            budi.store.restore(row.op)
        assert budi.store.undo() is not None
        assert budi.state("1.1.1") == "diterima"
        (again,) = budi.store.views.discarded()
        assert again.reason == "undone"

    def test_what_stands_already_is_neither_listed_nor_put_back(self, budi: Client) -> None:
        op = budi.tick("1.1.1", "diunggah").op
        budi.store.undo()
        budi.tick("1.1.1", "diunggah")
        assert budi.store.views.discarded() == ()
        with pytest.raises(discarded.NothingToRestore):
            budi.store.restore(op)
        assert budi.store.db.value("SELECT count(*) FROM discarded WHERE op = ?", (op,)) == 1

    def test_a_note_that_was_undone_is_made_again_under_its_key(self, budi: Client) -> None:
        fields = {"cycle": "2025", "region": UNIT[5:], "subject": UNIT[5:], "title": "Rapat", "body": "Isi"}
        made = budi.store.create("note", fields)
        budi.store.undo()
        (row,) = budi.store.views.discarded()
        assert row.was is None
        assert budi.store.restore(row.op).key == made.key
        assert budi.store.views.note(made.key).row.title == "Rapat"

    def test_a_creation_given_up_is_laid_over_the_row_that_stands(self, budi: Client, sari: Client) -> None:
        key = f"{UNIT}:2025-10-01"
        sari.store.edit("score", key, {"value": "70.00", "source": "KPK"}, seen=None)
        sari.push()
        budi.store.edit("score", key, {"value": "71.00", "source": "KPK"}, seen=None)
        budi.sync()
        (clash,) = budi.store.views.conflicts()
        budi.store.resolve(clash.op, "theirs")
        (row,) = budi.store.views.discarded()
        budi.store.restore(row.op)
        (waiting,) = budi.store.views.outbox()
        assert (waiting.was, waiting.set) == (
            {"value": "70.00", "source": "KPK", "retracted": None},
            {"value": "71.00", "source": "KPK", "retracted": None},
        )

    def test_an_edit_of_a_note_that_is_gone_or_deleted_is_refused_in_words(self, budi: Client) -> None:
        fields = {"cycle": "2025", "region": UNIT[5:], "subject": UNIT[5:], "title": "Rapat"}
        made = budi.store.create("note", fields)
        edit = budi.store.edit("note", made.key, {"title": "Rapat kedua"}, seen=None)
        budi.store.undo()
        budi.store.undo()
        with pytest.raises(RowMissing):
            budi.store.restore(edit.op or "")
        budi.store.restore(made.op or "")
        budi.sync()
        budi.store.delete_note(made.key)
        with pytest.raises(RowDeleted):
            budi.store.restore(edit.op or "")

    def test_a_closed_cycle_says_so(self, budi: Client) -> None:
        op = budi.tick("1.1.1", "diunggah").op
        budi.store.undo()
        reference = budi.store.reference()
        assert reference is not None
        from msgspec.structs import replace

        closed = replace(reference, cycles=tuple(replace(one, state="closed") for one in reference.cycles))
        budi.store.save_reference(closed, "closed")
        with pytest.raises(CycleClosed):
            budi.store.restore(op)

    def test_the_newest_come_first_and_not_more_than_asked_for(self, budi: Client) -> None:
        for state in ("diunggah", "diverifikasi", "diterima"):
            budi.tick("1.1.1", state)
            budi.store.undo()
        found = budi.store.views.discarded(2)
        assert [row.set["item.1.1.1"] for row in found] == ["diterima", "diverifikasi"]


def test_the_client_makes_a_list(client: Callable[..., Client]) -> None:
    """A store that never synced has nothing to show, and says so without an error."""
    fresh = client("budi", synced=False)
    assert fresh.store.views.prepared() == ()
    assert fresh.store.views.discarded() == ()
    assert fresh.store.views.history("assessment", ROW).entries == ()
