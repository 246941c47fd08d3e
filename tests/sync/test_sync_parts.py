"""The small parts: addresses, waits, bodies, lines, cursors, the lock, each error as a sentence."""

from __future__ import annotations

import errno
import gzip
import multiprocessing
import os
import signal
import threading
import zlib
from collections.abc import Iterator
from datetime import datetime, timedelta, UTC
from email.utils import format_datetime
from pathlib import Path

import pytest

from akk_tui.contract import codec
from akk_tui.contract.errors import AkkError
from akk_tui.contract.ids import scope_digest
from akk_tui.contract.records import ChunkLine, EndLine, Grant, MoreLine, PullHead, PullRequest, PushEnd
from akk_tui.sync import backoff, body, cursors, errors, others, wire
from akk_tui.sync.address import is_loopback, origin
from akk_tui.sync.lock import SyncLock
from akk_tui.sync.progress import Progress, silent

NOW = datetime(2025, 10, 6, 3, 0, tzinfo=UTC)


class TestAddress:
    @pytest.mark.parametrize(
        ("text", "made"),
        [
            ("akk.example", "https://akk.example"),
            (" https://AKK.example/ ", "https://akk.example"),
            ("https://akk.example:8443/akk/", "https://akk.example:8443/akk"),
            ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
            ("http://localhost:1", "http://localhost:1"),
            ("http://[::1]:9", "http://[::1]:9"),
        ],
    )
    def test_an_address_has_one_form(self, text: str, made: str) -> None:
        assert origin(text) == made
        assert origin(made) == made

    @pytest.mark.security
    @pytest.mark.parametrize(
        "text",
        [
            "http://akk.example",
            "http://127.0.0.1.evil.example",
            "ftp://akk.example",
            "https://user:hunter2@akk.example",
            "https://akk.example?a=b",
            "https://akk.example#x",
            "https://akk.example/?",
            "https://",
            "https://akk example",
            "https://akk.example:port",
            "https://[::1",
            "https://akk\x1b[31m.example",
            "",
        ],
    )
    def test_n1_other_addresses_are_refused_without_their_password(self, text: str) -> None:
        with pytest.raises(errors.BadAddress) as caught:
            origin(text)
        assert caught.value.exit_code == 2
        assert "https://" in caught.value.words()
        assert "hunter2" not in caught.value.words()
        assert "\x1b" not in caught.value.words()

    def test_loopback(self) -> None:
        assert is_loopback("http://127.0.0.1:1")
        assert not is_loopback("https://akk.example")


class TestBackoff:
    def test_full_jitter_grows_to_five_minutes(self) -> None:
        most = backoff.Backoff(lambda: 1.0)
        assert [most.after_failure() for _ in range(11)] == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
        none = backoff.Backoff(lambda: 0.0)
        assert {none.after_failure() for _ in range(50)} == {0.0}

    def test_a_success_starts_anew(self) -> None:
        waits = backoff.Backoff(lambda: 1.0)
        waits.after_failure()
        waits.after_failure()
        waits.after_success()
        assert waits.after_failure() == 1.0

    def test_what_the_server_asks_is_obeyed_up_to_an_hour(self) -> None:
        waits = backoff.Backoff(lambda: 0.5)
        assert waits.after_failure(120) == 120.5
        assert waits.after_failure(1e9) == 3600.5
        assert waits.after_failure(-5) == 0.5

    @pytest.mark.parametrize(
        ("text", "seconds"),
        [
            (None, None),
            ("", None),
            ("120", 120),
            ("1000000000", 3600),
            ("soon", None),
            (format_datetime(NOW + timedelta(seconds=30), usegmt=True), 30),
            (format_datetime(NOW - timedelta(days=1), usegmt=True), 0),
            ("Mon, 06 Oct 2025 03:00:30", None),
        ],
    )
    def test_retry_after(self, text: str | None, seconds: float | None) -> None:
        assert backoff.retry_after(text, NOW) == seconds


def parts(data: bytes, size: int) -> Iterator[bytes]:
    return (data[start : start + size] for start in range(0, len(data), size))


class TestBody:
    @pytest.mark.parametrize("size", [1, 7, 1000, 10**7])
    @pytest.mark.parametrize("encoding", ["", "identity", "gzip"])
    def test_lines_come_back_however_they_arrive(self, size: int, encoding: str) -> None:
        wanted = [b"a", b"b" * 100_000, os.urandom(3000).hex().encode()]
        data = b"".join(line + b"\n" for line in wanted)
        sent = body.packed(data) if encoding == "gzip" else data
        assert list(body.lines(parts(sent, size), encoding)) == wanted
        assert body.whole(parts(sent, size), encoding) == data

    def test_what_is_flushed_is_there_before_more_comes(self) -> None:
        packer = zlib.compressobj(6, wbits=31)
        line = b"x" * (65_536 * 2 - 1) + b"\n"
        first = packer.compress(line) + packer.flush(zlib.Z_SYNC_FLUSH)

        def stream() -> Iterator[bytes]:
            yield first
            raise AssertionError("asked for more")

        assert len(next(body.lines(stream(), "gzip"))) == len(line) - 1

    @pytest.mark.security
    @pytest.mark.parametrize("encoding", ["br", "deflate", "zstd", "gzip, gzip", "x-gzip"])
    def test_n5_another_encoding_is_refused(self, encoding: str) -> None:
        with pytest.raises(body.BodyRefused, match="Content-Encoding"):
            body.whole([b""], encoding)

    @pytest.mark.security
    def test_n5_a_bomb_is_refused_before_it_unfolds(self) -> None:
        bomb = gzip.compress(b"0" * 200_000_000, 9)
        taken = 0

        def stream() -> Iterator[bytes]:
            nonlocal taken
            for part in parts(bomb, 1000):
                taken += 1
                yield part

        with pytest.raises(body.BodyRefused, match="> 8000000 B"):
            body.whole(stream(), "gzip")
        assert taken < 12
        with pytest.raises(body.BodyRefused, match="> 1000000 B"):
            list(body.lines(parts(bomb, 1000), "gzip"))

    @pytest.mark.security
    @pytest.mark.parametrize("encoding", ["", "gzip"])
    def test_n5_a_line_or_a_stream_without_end_is_refused(self, encoding: str) -> None:
        def stream() -> Iterator[bytes]:
            packer = zlib.compressobj(0, wbits=31)
            while True:
                data = b"x" * 50_000
                yield packer.compress(data) + packer.flush(zlib.Z_SYNC_FLUSH) if encoding else data

        with pytest.raises(body.BodyRefused, match="> 1000000 B"):
            list(body.lines(stream(), encoding))
        with pytest.raises(body.BodyRefused, match="> 8000000 B"):
            body.whole(stream(), encoding)

    @pytest.mark.security
    def test_n5_bytes_that_never_become_a_line_are_refused(self) -> None:
        packer = zlib.compressobj(6, wbits=31)

        def stream() -> Iterator[bytes]:
            yield packer.compress(b"x")
            while True:
                yield packer.flush(zlib.Z_FULL_FLUSH) or b"\0\0\0\xff\xff" * 1000

        with pytest.raises(body.BodyRefused, match="> 1000000 B"):
            list(body.lines(stream(), "gzip"))

    def test_a_long_line_among_others_is_refused(self) -> None:
        with pytest.raises(body.BodyRefused, match="> 10 B"):
            list(body.lines([b"a\n" + b"b" * 11 + b"\n"], "", 10))

    def test_empty_lines_are_refused(self) -> None:
        with pytest.raises(body.BodyRefused, match="empty"):
            list(body.lines([b"a\n\nb\n"], ""))

    @pytest.mark.parametrize("cut", [1, 5, 20, 60])
    def test_a_torn_body(self, cut: int) -> None:
        data = b"".join(b"%d\n" % number for number in range(1000))
        with pytest.raises(body.BodyTorn):
            list(body.lines([body.packed(data)[:-cut]], "gzip"))
        with pytest.raises(body.BodyTorn):
            list(body.lines([b"a\nhalf a li"], ""))

    def test_bytes_that_are_no_gzip(self) -> None:
        with pytest.raises(body.BodyRefused, match="gzip"):
            body.whole([b"<html>"], "gzip")
        with pytest.raises(body.BodyRefused, match="behind its end"):
            body.whole([body.packed(b"x") + b"more"], "gzip")
        with pytest.raises(body.BodyRefused, match="behind its end"):
            body.whole([body.packed(b"x"), b"more"], "gzip")


class TestWire:
    def test_lines_of_a_pull(self) -> None:
        row = wire.pull_line(b'[7,"note","k",1,{"title":"a\\u001b[31mb","n":1}]')
        assert row == (7, "note", "k", 1, {"title": "ab", "n": 1})
        assert wire.pull_line(b'[7,"note","k",1,{"title":"plain"}]') == (7, "note", "k", 1, {"title": "plain"})
        assert wire.pull_line(b'{"chunk":{"2025:35.72":9}}') == ChunkLine(chunk={"2025:35.72": 9})
        assert wire.pull_line(b'{"end":9,"sum":{}}') == EndLine(end=9)
        assert wire.pull_line(b'{"more":9}') == MoreLine(more=9)

    @pytest.mark.parametrize(
        "raw", [b"", b"x", b"[]", b"{}", b'{"other":1}', b"[" * 100_000, b'[7,"note"', b'{"end":-1}', b"\xff"]
    )
    def test_anything_else_is_malformed(self, raw: bytes) -> None:
        with pytest.raises(codec.Malformed):
            wire.pull_line(raw)
        with pytest.raises(codec.Malformed):
            wire.push_line(raw)

    def test_lines_of_a_push(self) -> None:
        op = "01890000-0000-7000-8000-000000000000"
        raw = f'["{op}","conflict",0,{{"by":"a\\u202eb"}}]'.encode()
        assert wire.push_line(raw) == (op, "conflict", 0, {"by": "ab"})
        assert wire.push_line(f'["{op}","applied",4,null]'.encode()) == (op, "applied", 4, None)
        assert wire.push_line(b'{"head":[1,"0123456789abcdef"],"at":"t"}') == PushEnd(
            head=(1, "0123456789abcdef"), at="t"
        )  # pyright: ignore[reportArgumentType]

    def test_problem(self) -> None:
        assert wire.problem(b"<html>") is None
        found = wire.problem(b'{"status":409,"title":"x","code":"diverged"}')
        assert found is not None
        assert found.code == "diverged"


class TestCursors:
    KNOWN = tuple(Grant(unit=f"2025:11.{number:02d}", write=True) for number in range(1, 11))

    def behind(self, *numbers: int, seq: int = 40) -> dict[str, int]:
        return {f"2025:11.{number:02d}": seq for number in numbers}

    def test_neighbours_become_a_span(self) -> None:
        request = PullRequest(at=0, behind=self.behind(1, 2, 3, 4, 5, 6) | self.behind(8, seq=12) | self.behind(9))
        made = cursors.sparing(request, self.KNOWN)
        assert made.spans == (("2025:11.01", "2025:11.06", 40),)
        assert made.behind == self.behind(8, seq=12) | self.behind(9)
        assert made.scope == scope_digest((grant.unit, True) for grant in self.KNOWN)

    @pytest.mark.parametrize("behind", [{}, {"2025:11.01": 3}, {"2025:11.01": 3, "2025:11.02": 3}, {"2025:99.01": 1}])
    def test_what_is_short_already_stays(self, behind: dict[str, int]) -> None:
        made = cursors.sparing(PullRequest(at=9, behind=behind), self.KNOWN)
        assert (made.at, made.behind, made.spans) == (9, behind, ())

    def test_a_scope_that_was_left_out_is_filled_in(self) -> None:
        head = PullHead(
            head=(9, "0123456789abcdef"), scope=(), reference='"r"', rows=0, bytes_est=0, same_scope=True,
            fresh=("2025:11.10",),
        )  # fmt: skip
        request = PullRequest(at=9, behind={"2025:11.01": 3}, spans=(("2025:11.03", "2025:11.05", 2),))
        made = cursors.completed(head, request, self.KNOWN)
        assert made.scope == self.KNOWN
        assert made.fresh == ("2025:11.10", "2025:11.01", "2025:11.03", "2025:11.04", "2025:11.05")
        whole = cursors.completed(head, PullRequest(at=0), self.KNOWN)
        assert set(whole.fresh) == {grant.unit for grant in self.KNOWN}

    def test_a_scope_that_was_sent_stays(self) -> None:
        head = PullHead(head=(9, "0123456789abcdef"), scope=self.KNOWN[:2], reference='"r"', rows=0, bytes_est=0)
        assert cursors.completed(head, PullRequest(), self.KNOWN) is head


def hold(folder: Path, held: multiprocessing.synchronize.Event) -> None:
    lock = SyncLock(folder)
    lock.acquire()
    others.telling(lock, silent)(Progress("pull", 20, 700))
    held.set()
    signal.pause()


class TestLock:
    def test_one_at_a_time(self, tmp_path: Path) -> None:
        with SyncLock(tmp_path):
            assert not SyncLock(tmp_path).acquire(wait=False)
        lock = SyncLock(tmp_path)
        assert lock.acquire(wait=False)
        lock.release()
        lock.release()
        assert (tmp_path / "sync.lock").stat().st_mode & 0o777 == 0o600

    def test_the_others_wait_and_say_so(self, tmp_path: Path) -> None:
        first = SyncLock(tmp_path)
        first.acquire()
        told: list[int] = []

        def waiting() -> None:
            told.append(1)
            threading.Timer(0.01, first.release).start()

        assert SyncLock(tmp_path).acquire(waiting=waiting)
        assert told

    def test_the_others_hear_its_progress_until_it_ends(self, tmp_path: Path) -> None:
        assert others.progress(tmp_path) is None
        lock, heard = SyncLock(tmp_path), list[Progress]()
        lock.acquire()
        assert others.progress(tmp_path) is None
        look = others.waiting(tmp_path, heard.append)
        look()
        tell = others.telling(lock, silent)
        for step in (Progress("push", 3), Progress("pull", 20, 700, 900, 9000, 12.5), Progress("pull", 21, 700)):
            tell(step)
            look()
            look()
        # A stage is told at once, its numbers now and then.
        assert others.progress(tmp_path) == Progress("pull", 20, 700, 900, 9000, 12.5)
        assert heard == [Progress("wait"), Progress("wait", 3), Progress("wait", 20, 700, 900, 9000, 12.5)]
        lock.release()
        assert others.progress(tmp_path) is None

    def test_where_locks_fail_nothing_is_heard(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def fails(_handle: int, _how: int) -> None:
            raise OSError(errno.ENOLCK, "x")

        with SyncLock(tmp_path) as lock:
            others.telling(lock, silent)(Progress("pull", 1))
            assert others.progress(tmp_path) == Progress("pull", 1)
            monkeypatch.setattr("fcntl.flock", fails)
            assert others.progress(tmp_path) is None

    def test_what_is_half_written_says_nothing(self, tmp_path: Path) -> None:
        with SyncLock(tmp_path) as lock:
            lock.tell(b'["pull",2')
            assert others.progress(tmp_path) is None

    def test_waiting_can_be_cancelled(self, tmp_path: Path) -> None:
        with SyncLock(tmp_path), pytest.raises(errors.Cancelled):
            SyncLock(tmp_path).acquire(cancelled=lambda: True)

    def test_a_killed_holder_frees_it(self, tmp_path: Path) -> None:
        context = multiprocessing.get_context("spawn")
        held = context.Event()
        child = context.Process(target=hold, args=(tmp_path, held))
        child.start()
        assert held.wait(30)
        assert not SyncLock(tmp_path).acquire(wait=False)
        assert others.progress(tmp_path) == Progress("pull", 20, 700)
        child.kill()
        child.join()
        assert others.progress(tmp_path) is None
        assert SyncLock(tmp_path).acquire(wait=False)


def all_errors(kind: type[AkkError] = errors.SyncError) -> Iterator[type[AkkError]]:
    yield kind
    for other in kind.__subclasses__():
        yield from all_errors(other)


@pytest.mark.parametrize("kind", sorted(set(all_errors()), key=lambda kind: kind.__name__))
def test_every_error_is_a_sentence(kind: type[AkkError]) -> None:
    names = {"server": "https://akk.example", "reason": "r", "seconds": 45, "status": 503, "media": "text/plain"}
    names |= {"problem": "invalid", "title": "T", "path": "/p", "count": 3, "pin": "p"}
    names |= dict.fromkeys(("error", "place", "session", "issuer", "named", "officer", "expected", "program"), "x")
    words = kind(**names).words()
    assert "{" not in words
    assert words[0].isupper()
    assert kind.exit_code in (1, 2, 3, 4, 6, 130)
