"""Rounds against the real server: conflicts, scope, restore, deletions, and transports that misbehave."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from syncworld import CYCLE, Officer, REGIONS, Server

from akk_tui.contract.errors import AkkError
from akk_tui.contract.records import ChunkLine, EndLine, MoreLine, Operation
from akk_tui.server import setup
from akk_tui.store.errors import ChecksumMismatch, NeedsConsent, PullRefused
from akk_tui.sync import errors
from akk_tui.sync.transport import Transport

OTHER = "34.01"


@pytest.fixture
def synced(ani: Officer, budi: Officer) -> tuple[Officer, Officer]:
    ani.sync()
    budi.sync()
    return ani, budi


def note(officer: Officer, title: str, region: str = REGIONS[0]) -> str:
    with officer.store() as store:
        fields = {"cycle": CYCLE, "region": region, "subject": region, "title": title, "body": "Isi.\n"}
        return store.create("note", fields).key


def fill(officer: Officer, count: int) -> None:
    """``count`` notes of the officer on the server."""
    officer.sync()
    for number in range(count):
        note(officer, f"Catatan {number}", REGIONS[number % len(REGIONS)])
    assert officer.sync().pushed == count


class TestConflicts:
    def test_different_fields_of_one_indicator_merge(self, synced: tuple[Officer, Officer]) -> None:
        ani, budi = synced
        ani.tick("2.4.1", "diunggah")
        budi.tick("2.4.2", "diverifikasi")
        for officer in (ani, budi, ani):
            assert officer.sync().conflicts == 0
        for officer in synced:
            assert (officer.state("2.4.1"), officer.state("2.4.2")) == ("diunggah", "diverifikasi")
        assert ani.base() == budi.base()

    @pytest.mark.parametrize(("choice", "kept"), [("mine", "diterima"), ("theirs", "diunggah")])
    def test_one_field_is_a_conflict_that_either_choice_ends(
        self, synced: tuple[Officer, Officer], choice: str, kept: str
    ) -> None:
        ani, budi = synced
        ani.tick("2.4.1", "diunggah")
        ani.sync()
        budi.tick("2.4.1", "diterima")
        result = budi.sync()
        assert (result.pushed, result.conflicts, result.answers) == (0, 1, {"conflict": 1})
        assert budi.state("2.4.1") == "diterima"
        with budi.store() as store:
            (conflict,) = store.views.conflicts()
            assert (conflict.base, conflict.mine, conflict.theirs, conflict.by) == (
                {"item.2.4.1": "belum_ada"},
                {"item.2.4.1": "diterima"},
                {"item.2.4.1": "diunggah"},
                "ani",
            )
            store.resolve(conflict.op, choice)
        assert budi.sync().conflicts == 0
        ani.sync()
        assert {officer.state("2.4.1") for officer in synced} == {kept}
        assert ani.waiting() == budi.waiting() == []
        again = budi.sync()
        assert (again.pushed, again.pulled, again.requests) == (0, 0, 1)

    def test_the_same_edit_twice_is_one(self, synced: tuple[Officer, Officer]) -> None:
        ani, budi = synced
        ani.tick("2.4.1", "diunggah")
        budi.tick("2.4.1", "diunggah")
        ani.sync()
        assert budi.sync().answers == {"same": 1}
        assert budi.waiting() == []

    def test_a_conflict_that_the_other_takes_back_is_sent_again_in_the_same_round(
        self, synced: tuple[Officer, Officer]
    ) -> None:
        ani, budi = synced
        ani.tick("2.4.1", "diunggah")
        ani.sync()
        budi.tick("2.4.1", "diterima")
        assert budi.sync().conflicts == 1
        ani.tick("2.4.1", "belum_ada")
        ani.sync()
        result = budi.sync()
        assert (result.pushed, result.conflicts) == (1, 0)
        assert budi.waiting() == []
        ani.sync()
        assert ani.state("2.4.1") == "diterima"

    def test_a_refused_edit_blocks_nothing(self, server: Server, synced: tuple[Officer, Officer]) -> None:
        ani, _ = synced
        ani.tick("2.4.1", "diunggah", REGIONS[1])
        ani.tick("2.4.1", "diunggah", REGIONS[0])
        setup.unassign(server.db, "ani", [REGIONS[1]], cycle=CYCLE)
        result = ani.sync()
        assert (result.pushed, result.refused) == (1, 1)


class TestScope:
    def test_a_region_taken_keeps_its_unsent_work_and_given_back_sends_it(
        self, server: Server, synced: tuple[Officer, Officer]
    ) -> None:
        ani, _ = synced
        fill(ani, 6)
        ani.tick("2.4.1", "diunggah", REGIONS[1])
        setup.unassign(server.db, "ani", [REGIONS[1]], cycle=CYCLE)
        assert ani.sync().refused == 1
        with ani.store() as store:
            assert REGIONS[1] not in [row.code for row in store.views.regions(CYCLE)]
        assert ani.sync().refused == 1
        assert ani.waiting() == [("item.2.4.1", "forbidden")]
        assert not any(f":{REGIONS[1]}:" in str(row) for row in ani.base())

        setup.assign(server.db, "ani", [REGIONS[1]], cycle=CYCLE)
        result = ani.sync()
        assert (result.pushed, result.refused) == (1, 0)
        assert ani.state("2.4.1", REGIONS[1]) == "diunggah"
        assert len(ani.base()) == 7

    def test_a_region_given_is_filled_without_disturbing_the_rest(
        self, server: Server, ani: Officer, budi: Officer
    ) -> None:
        fill(ani, 6)
        setup.assign(server.db, "budi", [OTHER], cycle=CYCLE)
        setup.assign(server.db, "ani", [OTHER], cycle=CYCLE)
        ani.sync()
        note(ani, "Baru", OTHER)
        ani.sync()
        assert budi.sync().pulled == 7
        setup.assign(server.db, "budi", ["51.03"], cycle=CYCLE)
        assert budi.sync().pulled == 0
        with budi.store() as store:
            assert {row.code for row in store.views.regions(CYCLE)} == {*REGIONS, OTHER, "51.03"}

    def test_a_region_taken_and_given_between_two_rounds_is_filled_anew(
        self, server: Server, ani: Officer, budi: Officer
    ) -> None:
        fill(ani, 40)
        transport = Tampered(budi, lambda lines: cut_off(lines, 34))
        transport.pulls = 1
        with pytest.raises(errors.Refused):
            run(budi, transport)
        assert 0 < len(budi.base()) < 40
        setup.unassign(server.db, "budi", REGIONS, cycle=CYCLE)
        setup.assign(server.db, "budi", REGIONS, cycle=CYCLE)
        budi.sync()
        assert budi.base() == ani.base()

    def test_no_region_left_asks_first(self, server: Server, ani: Officer) -> None:
        fill(ani, 3)
        rows = ani.base()
        setup.unassign(server.db, "ani", REGIONS, cycle=CYCLE)
        with pytest.raises(NeedsConsent) as caught:
            ani.sync()
        assert caught.value.exit_code == 5
        assert ani.base() == rows
        ani.sync(accept_deletions=True)
        ani.sync(accept_deletions=True)
        assert ani.base() == []

    def test_a_reference_that_changed_is_fetched_before_rows(self, server: Server, ani: Officer) -> None:
        ani.sync()
        setup.assign(server.db, "ani", [OTHER], cycle=CYCLE)
        assert ani.sync().requests == 2
        assert [step.stage for step in ani.steps if step.stage == "reference"] == ["reference"]
        with ani.store() as store:
            assert OTHER in {region.code for region in store.reference().regions}
        assert ani.sync().requests == 1

    def test_a_cycle_of_the_settings(self, server: Server, ani: Officer) -> None:
        fill(ani, 2)
        ani.settings = ani.settings._replace(sync=ani.settings.sync._replace(cycles=("2025",)))
        assert ani.sync().requests == 1
        assert len(ani.base()) == 2


class TestRestore:
    @pytest.mark.parametrize("unsent", [False, True])
    def test_work_that_a_backup_has_lost_comes_back(
        self, server: Server, synced: tuple[Officer, Officer], unsent: bool
    ) -> None:
        ani, budi = synced
        fill(ani, 3)
        copy = server.backup()
        fill(ani, 2)
        ani.tick("2.4.1", "diunggah")
        ani.sync()
        server.restore(copy)
        if unsent:
            ani.tick("2.4.2", "diverifikasi")
        result = ani.sync()
        assert result.recovered
        assert result.pushed == 3 + 3 + unsent
        assert result.conflicts == result.refused == 0
        assert ani.waiting() == []
        again = ani.sync()
        assert (again.pushed, again.pulled, again.recovered) == (0, 0, False)
        budi.sync()
        assert budi.state("2.4.1") == "diunggah"
        assert ani.base() == budi.base()
        assert len(ani.base()) == 6

    def test_the_server_grew_past_everybody(self, server: Server, synced: tuple[Officer, Officer]) -> None:
        ani, budi = synced
        copy = server.backup()
        fill(ani, 2)
        server.restore(copy)
        fill(budi, 5)
        assert ani.sync().recovered
        budi.sync()
        assert ani.base() == budi.base()
        assert len(ani.base()) == 7

    def test_a_recovery_that_was_cut_goes_on(self, server: Server, synced: tuple[Officer, Officer]) -> None:
        ani, budi = synced
        copy = server.backup()
        fill(ani, 2)
        server.restore(copy)
        with ani.store() as store:
            tampered = Tampered(ani, lambda lines: cut_off(lines, 0))
            with pytest.raises(errors.Cut):
                ani.engine(store, tampered).round()
            tampered.close()
        result = ani.sync()
        assert result.pushed == 2
        budi.sync()
        assert ani.base() == budi.base()


class TestDeletions:
    def test_many_deletions_ask_first(self, synced: tuple[Officer, Officer]) -> None:
        ani, budi = synced
        keys = [note(ani, f"Catatan {number}") for number in range(5)]
        ani.sync()
        budi.sync()
        with ani.store() as store:
            for key in keys[:3]:
                store.delete_note(key)
        ani.sync()
        rows = budi.base()
        for _ in range(2):
            with pytest.raises(NeedsConsent) as caught:
                budi.sync()
            assert budi.base() == rows
        assert "3" in caught.value.words()
        budi.tick("2.4.1", "diunggah")
        with pytest.raises(NeedsConsent):
            budi.sync()
        assert budi.waiting() == []
        budi.sync(accept_deletions=True)
        with budi.store() as store:
            assert len(store.views.notes(CYCLE)) == 2


class Tampered(Transport):
    """The real transport with what comes down changed, and what goes up watched."""

    def __init__(
        self,
        officer: Officer,
        down: Callable[[Iterator[Any]], Iterator[Any]] = lambda lines: lines,
        up: Callable[[list[Operation]], None] = lambda _: None,
        answers: Callable[[list[Any]], list[Any]] = lambda answers: answers,
    ) -> None:
        from akk_tui.sync import account as accounts

        super().__init__(officer.server.url, accounts.token(officer.paths, officer.account), replica="r")
        self.down = down
        self.up = up
        self.answers = answers
        self.batches: list[int] = []
        self.pulls = 100

    @contextmanager
    def pull(self, request: Any) -> Generator[Any]:
        self.pulls -= 1
        if self.pulls < 0:
            raise errors.Refused(server=self.server)
        with super().pull(request) as (head, lines):
            yield head, self.down(lines)

    def push(self, operations: Any, witness: Any) -> Any:
        self.batches.append(len(operations))
        self.up(list(operations))
        answers, end = super().push(operations, witness)
        return self.answers(answers), end


def cut_off(lines: Iterator[Any], count: int) -> Iterator[Any]:
    for number, line in enumerate(lines):
        if number == count:
            raise errors.Cut(server="s")
        yield line


def run(officer: Officer, transport: Tampered, **options: Any) -> Any:
    try:
        with officer.store() as store:
            return officer.engine(store, transport, **options).round()
    finally:
        transport.close()


def at_once(batches: list[list[str]], operations: list[Operation]) -> None:
    batches.append([operation.op for operation in operations])


def problem(status: int) -> errors.ServerProblem:
    return errors.ServerProblem(server="s", status=status, problem="invalid", title="Terlalu besar")


class TestPush:
    def test_what_no_answer_names_stays_queued_and_is_not_sent_twice(self, ani: Officer) -> None:
        ani.sync()
        for item in ("2.4.1", "2.4.2", "2.1.1"):
            ani.tick(item, "diunggah")
        transport = Tampered(ani, answers=lambda answers: answers[:1])
        assert run(ani, transport).pushed == 1
        assert transport.batches == [3]
        assert [state for _, state in ani.waiting()] == ["queued", "queued"]
        again = ani.sync()
        assert (again.pushed, again.conflicts) == (2, 0)
        assert ani.waiting() == []

    def test_an_answer_for_something_else_is_ignored(self, ani: Officer) -> None:
        ani.sync()
        ani.tick("2.4.1", "diunggah")
        stray = ("01890000-0000-7000-8000-000000000000", "applied", 1, None)
        assert run(ani, Tampered(ani, answers=lambda answers: [stray, *answers])).pushed == 1

    def test_an_answer_lost_after_the_commit_is_asked_for_again(self, ani: Officer) -> None:
        ani.sync()
        ani.tick("2.4.1", "diunggah")

        def lose(_: list[Any]) -> list[Any]:
            raise errors.Cut(server="s")

        with pytest.raises(errors.Cut):
            run(ani, Tampered(ani, answers=lose))
        assert ani.waiting() == [("item.2.4.1", "queued")]
        # The pull of the same round worked and brought the row that the push had made.
        assert len(ani.base()) == 1
        result = ani.sync()
        assert (result.pushed, result.conflicts) == (1, 0)
        assert ani.base()[0][2] == 1

    def test_duplicates_change_nothing(self, ani: Officer, budi: Officer) -> None:
        ani.sync()
        for item in ("2.4.1", "2.4.2"):
            ani.tick(item, "diunggah")
        note(ani, "Sekali")
        transport = Tampered(ani)
        twice = Tampered(ani, up=lambda operations: transport.push(operations, None) and None)
        assert run(ani, twice).pushed == 3
        transport.close()
        budi.sync()
        assert len(budi.base()) == 2
        assert ani.base() == budi.base()

    def test_a_reordered_batch_ends_in_the_same_rows(self, ani: Officer, budi: Officer) -> None:
        ani.sync()
        for state in ("diunggah", "diverifikasi", "diterima"):
            ani.tick("2.4.1", state)
        key = note(ani, "Awal")
        with ani.store() as store:
            store.edit("note", key, {"title": "Akhir"}, seen={"title": "Awal"})
        transport = Tampered(ani)
        real = transport.push

        def backwards(operations: Any, witness: Any) -> Any:
            return real(list(reversed(operations)), witness)

        transport.push = backwards  # type: ignore[method-assign]
        result = run(ani, transport)
        while result.pushed:
            result = ani.sync()
        assert ani.waiting() == []
        budi.sync()
        assert budi.state("2.4.1") == "diterima"
        with budi.store() as store:
            assert store.views.note(key).row.title == "Akhir"

    def test_a_batch_too_large_is_halved_until_the_culprit_is_alone(self, ani: Officer) -> None:
        ani.sync()
        items = ("2.4.1", "2.4.2", "2.1.1", "2.1.2", "2.2.1")
        made = [ani.tick(item, "diunggah") for item in items]

        def refuse(operations: list[Operation]) -> None:
            if any(operation.op == made[3] for operation in operations):
                raise problem(413)

        result = run(ani, Tampered(ani, up=refuse))
        assert (result.pushed, result.refused) == (4, 1)
        assert ani.waiting() == [("item.2.1.2", "rejected")]

    def test_halving_stops_at_a_broken_connection(self, ani: Officer) -> None:
        ani.sync()
        for item in ("2.4.1", "2.4.2", "2.1.1"):
            ani.tick(item, "diunggah")
        tries = iter([problem(422), errors.Cut(server="s")])

        def fail(_: list[Operation]) -> None:
            raise next(tries)

        with pytest.raises(errors.Cut):
            run(ani, Tampered(ani, up=fail))
        assert [state for _, state in ani.waiting()] == ["queued"] * 3

    @pytest.mark.parametrize("error", [problem(500), errors.BadAnswer(server="s", reason="r")])
    def test_pull_works_when_push_fails(self, synced: tuple[Officer, Officer], error: AkkError) -> None:
        ani, budi = synced
        budi.tick("2.1.1", "diunggah")
        budi.sync()
        ani.tick("2.4.1", "diunggah")

        def fail(_: list[Operation]) -> None:
            raise error

        with pytest.raises(type(error)) as caught:
            run(ani, Tampered(ani, up=fail))
        assert caught.value is error
        assert ani.state("2.1.1") == "diunggah"
        assert ani.waiting() == [("item.2.4.1", "queued")]

    def test_cancelled_between_batches(self, ani: Officer) -> None:
        ani.sync()
        ani.tick("2.4.1", "diunggah")
        with pytest.raises(errors.Cancelled):
            run(ani, Tampered(ani), cancelled=lambda: True)
        assert ani.waiting() == [("item.2.4.1", "queued")]


class TestPull:
    def test_push_works_when_pull_fails(self, ani: Officer) -> None:
        ani.sync()
        ani.tick("2.4.1", "diunggah")
        with pytest.raises(errors.Cut):
            run(ani, Tampered(ani, lambda lines: cut_off(lines, 0)))
        assert ani.waiting() == []

    def test_a_cut_behind_a_point_goes_on_at_once(self, ani: Officer, budi: Officer) -> None:
        fill(ani, 40)
        transport = Tampered(budi, lambda lines: cut_off(lines, 12))
        result = run(budi, transport)
        assert (result.pulled, len(budi.base())) == (40, 40)
        assert 4 <= result.requests <= 6

    def test_cancelled_between_two_lines_keeps_what_is_whole(self, ani: Officer, budi: Officer) -> None:
        fill(ani, 40)
        seen = 0

        def cancelled() -> bool:
            return seen > 20

        def count(lines: Iterator[Any]) -> Iterator[Any]:
            nonlocal seen
            for line in lines:
                seen += 1
                yield line

        with pytest.raises(errors.Cancelled):
            run(budi, Tampered(budi, count), cancelled=cancelled)
        kept = len(budi.base())
        assert 8 <= kept <= 20
        assert budi.sync().pulled == 40 - kept

    def test_progress_tells_rows_bytes_and_rate(self, ani: Officer, budi: Officer) -> None:
        fill(ani, 40)
        budi.sync()
        pulls = [step for step in budi.steps if step.stage == "pull"]
        assert [step.rows for step in pulls] == sorted(step.rows for step in pulls)
        assert (pulls[-1].rows, pulls[-1].rows_total) == (40, 40)
        assert pulls[-1].bytes_total_est > 0
        assert pulls[-1].rate > 0
        assert [budi.steps[0].stage, budi.steps[-1].stage] == ["connect", "done"]

    def test_a_unit_that_differs_is_pulled_again(self, ani: Officer) -> None:
        fill(ani, 6)
        with ani.store() as store:
            with store.db.write():
                store.db.execute("DELETE FROM base WHERE key = (SELECT min(key) FROM base)")
            store.meta.set("sums", "2025-01-01")
        result = ani.sync()
        assert result.requests == 2
        assert len(ani.base()) == 6

    def test_a_unit_that_differs_twice_stops_with_a_sentence(self, ani: Officer) -> None:
        fill(ani, 3)

        def wrong(lines: Iterator[Any]) -> Iterator[Any]:
            for line in lines:
                yield EndLine(end=line.end, sum=dict.fromkeys(line.sum, 1)) if isinstance(line, EndLine) else line

        with ani.store() as store:
            store.meta.set("sums", "2025-01-01")
        with pytest.raises(ChecksumMismatch, match="doctor"):
            run(ani, Tampered(ani, wrong))

    def test_a_server_that_never_ends(self, ani: Officer) -> None:
        def more(lines: Iterator[Any]) -> Iterator[Any]:
            for line in lines:
                yield MoreLine(more=line.end) if isinstance(line, EndLine) else line

        ani.sync()
        with pytest.raises(errors.BadAnswer):
            run(ani, Tampered(ani, more))

    def test_a_planned_stop_goes_on(self, ani: Officer, budi: Officer) -> None:
        fill(ani, 40)

        def stop(lines: Iterator[Any]) -> Iterator[Any]:
            points = 0
            for line in lines:
                yield line
                points += isinstance(line, ChunkLine)
                if points == 2:
                    yield MoreLine(more=1)
                    return

        result = run(budi, Tampered(budi, stop))
        assert (result.pulled, len(budi.base())) == (40, 40)
        assert result.requests > 2

    def hostile(
        self, ani: Officer, budi: Officer, change: Callable[[Any], Iterator[Any]], error: type[AkkError]
    ) -> None:
        fill(ani, 3)
        rows = budi.base()
        with pytest.raises(error) as caught:
            run(budi, Tampered(budi, lambda lines: (other for line in lines for other in change(line))))
        assert caught.value.exit_code == 1
        assert budi.base() == rows
        assert budi.sync().pulled == 3
        assert ani.base() == budi.base()

    @pytest.mark.security
    def test_n9_rows_of_another_unit_are_refused(self, ani: Officer, budi: Officer) -> None:
        def change(line: Any) -> Iterator[Any]:
            yield (*line[:4], {**line[4], "region": OTHER}) if isinstance(line, tuple) else line

        self.hostile(ani, budi, change, PullRefused)

    @pytest.mark.security
    def test_n9_a_cursor_never_goes_past_the_head(self, ani: Officer, budi: Officer) -> None:
        def change(line: Any) -> Iterator[Any]:
            yield ChunkLine(chunk=10**9) if isinstance(line, ChunkLine) else line

        self.hostile(ani, budi, change, PullRefused)

    @pytest.mark.security
    @pytest.mark.parametrize("which", ["chunk", "end", "unit"])
    def test_n9_a_cursor_never_goes_back(self, ani: Officer, budi: Officer, which: str) -> None:
        """The server's older answers would come again and again, or take the place of newer ones."""
        budi.sync()
        with budi.store() as store:
            at = store.meta.number("at")
            (unit, *_) = (grant.unit for grant in store.replica.scope())
        assert at > 0

        def change(line: Any) -> Iterator[Any]:
            if isinstance(line, ChunkLine) and which != "end":
                yield ChunkLine(chunk=at - 1 if which == "chunk" else {unit: at - 1})
            elif isinstance(line, EndLine) and which == "end":
                yield EndLine(end=at - 1, sum=line.sum)
            else:
                yield line

        if which == "end":
            # The rows before it are whole and stay.
            fill(ani, 3)
            with pytest.raises(PullRefused):
                run(budi, Tampered(budi, lambda lines: (other for line in lines for other in change(line))))
        else:
            self.hostile(ani, budi, change, PullRefused)
        budi.sync()
        with budi.store() as store:
            assert store.meta.number("at") > at
        assert ani.base() == budi.base()

    def test_rows_without_a_point_are_refused(self, ani: Officer, budi: Officer) -> None:
        def change(line: Any) -> Iterator[Any]:
            if not isinstance(line, ChunkLine):
                yield line

        self.hostile(ani, budi, change, errors.BadAnswer)

    def test_a_stream_of_rows_without_a_point_is_refused(self, ani: Officer, budi: Officer) -> None:
        def change(line: Any) -> Iterator[Any]:
            while isinstance(line, tuple):
                yield line
            yield line

        self.hostile(ani, budi, change, errors.BadAnswer)

    @pytest.mark.security
    def test_steering_text_of_the_server_is_cleaned(self, server: Server, ani: Officer, budi: Officer) -> None:
        fill(ani, 1)
        server.stop()
        with sqlite3.connect(server.db) as db:
            (data,) = db.execute("SELECT data FROM row WHERE kind = 'note'").fetchone()
            bad = data.replace("Catatan 0", "\\u001b]52;c;eA==\\u0007Cat\\u202eatan")
            db.execute("UPDATE row SET data = ? WHERE kind = 'note'", (bad,))
        db.close()
        server.start()
        budi.sync()
        (row,) = budi.base()
        assert "\x1b" not in row[3]
        assert "\\u001b" not in row[3]
        with budi.store() as store:
            assert store.views.notes(CYCLE)[0].title == "Catatan"


def test_the_end_of_a_number_of_rounds_is_the_same_everywhere(server: Server, tmp_path: Path) -> None:
    """Three officers edit and sync in turn; when all is sent everybody holds the same rows."""
    server.officer("citra", *REGIONS)
    officers = [Officer(tmp_path / name, server, name) for name in ("ani", "budi", "citra")]
    for officer in officers:
        officer.sync()
    states = ("diunggah", "diverifikasi", "diterima", "perlu_perbaikan")
    for step in range(12):
        officer = officers[step * 7 % 3]
        officer.tick(f"2.4.{1 + step % 3}", states[step % 4], REGIONS[step % 2])
        if step % 3 != 1:
            officer.sync()
    for _ in range(3):
        for officer in officers:
            officer.sync()
            with officer.store() as store:
                for conflict in store.views.conflicts():
                    store.resolve(conflict.op, "theirs")
    assert officers[0].base() == officers[1].base() == officers[2].base()
    assert all(officer.waiting() == [] for officer in officers)
