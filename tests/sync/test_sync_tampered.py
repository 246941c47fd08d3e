"""Rounds through a transport that changes what comes down: what is sent, what is taken, what is refused."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from syncworld import CYCLE, fill, note, Officer, Server
from tampered import cut_off, run, Tampered

from akk_tui.contract.errors import AkkError
from akk_tui.contract.records import ChunkLine, EndLine, MoreLine, Operation
from akk_tui.store import replica
from akk_tui.store.errors import ChecksumMismatch, PullRefused
from akk_tui.sync import errors

OTHER = "34.01"


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

        def backwards(operations: Any, witness: Any, **more: Any) -> Any:
            return real(list(reversed(operations)), witness, **more)

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
        with ani.store() as store:
            units = replica.differing(store)
            assert units == [grant.unit for grant in store.replica.scope()]
        # A round with an honest server ends it: what differed comes anew.
        ani.sync()
        with ani.store() as store:
            store.meta.set("sums", "2025-01-01")
        ani.sync()
        with ani.store() as store:
            assert replica.differing(store) == []

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
