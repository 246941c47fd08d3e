"""The transport against servers that are not what they should be, and what it never does itself."""

from __future__ import annotations

import logging
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from calling import HEAD, HEALTH, LINES, MADE, OP, pulled, refusal, saying, TOKEN, transport
from hostile import answer, Asked, Hostile, STALL

from akk_tui.contract import codec, endpoints
from akk_tui.contract.limits import SILENCE_SECONDS
from akk_tui.contract.records import EndLine, Officer, PullRequest, Reference
from akk_tui.sync import errors


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    while MADE:
        MADE.pop().close()


class TestWhatIsSent:
    def test_n4_the_token_is_in_its_header_alone(self, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        with Hostile(saying(*answer(HEALTH))) as server:
            # A connection each: the server ends one after its answer, and whether the client has seen that is chance.
            first, made = transport(server.url), transport(server.url)
            first.health()
            first.close()
            with pytest.raises(errors.SyncError) as caught:
                made.log("note", "k&=/ü")
            made.close()
        health, log = server.asked
        assert "authorization" not in health.headers
        assert log.headers["authorization"] == f"Bearer {TOKEN}"
        assert log.target == "/v1/log?kind=note&key=k%26%3D%2F%C3%BC"
        assert server.raw.count(TOKEN.encode()) == 1
        for place in (caplog.text, str(caught.value), repr(caught.value), repr(made), repr(vars(made)["server"])):
            assert TOKEN not in place

    def test_headers_and_body(self) -> None:
        with Hostile(saying(*answer(b'{"head":[1,"0123456789abcdef"],"at":"t"}\n', media=LINES))) as server:
            made = transport(server.url + "/akk")
            made.push([OP], (8, "fedcba9876543210"))
            up, down = made.bytes_up, made.bytes_down
            made.close()
        (asked,) = server.asked
        assert (asked.method, asked.target) == ("POST", "/akk/v1/push")
        assert asked.text.startswith(b'{"op":"01890000-')
        assert asked.headers["akk-witness"] == "8 fedcba9876543210"
        assert asked.headers["akk-sync"] == "1"
        assert asked.headers["akk-schema"] == "1"
        assert asked.headers["akk-client"].startswith("akk-tui/")
        assert asked.headers["akk-replica"] == "r" * 8
        assert asked.headers["accept-encoding"] == "gzip"
        assert (up, down) == (len(server.raw), sum(map(len, server.say(asked))))

    def test_nothing_is_opened_before_the_first_call(self) -> None:
        made = transport("https://akk.example")
        made.close()
        assert made.requests == 0

    @pytest.mark.security
    def test_n3_nothing_from_the_environment(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        with Hostile(saying(STALL)) as trap, Hostile(saying(*answer(HEALTH))) as server:
            for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
                monkeypatch.setenv(name, trap.url)
            made = transport(server.url)
            made.health()
            made.close()
        assert trap.raw == b""

    def test_a_proxy_of_the_settings_is_used(self) -> None:
        with Hostile(saying(*answer(b"", status="403 Forbidden"))) as proxy:
            with pytest.raises(errors.Unreachable):
                transport("https://akk.example", proxy=proxy.url).health()
            assert [asked.method for asked in proxy.asked] == ["CONNECT"]
            assert proxy.asked[0].target == "akk.example:443"
            assert TOKEN.encode() not in proxy.raw


class TestNoServer:
    def test_refused(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        with pytest.raises(errors.Refused) as caught:
            transport(f"http://127.0.0.1:{port}").health()
        assert caught.value.exit_code == 3

    def test_no_such_name(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def nobody(*_: object, **__: object) -> None:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

        monkeypatch.setattr(socket, "getaddrinfo", nobody)
        with pytest.raises(errors.NoSuchHost) as caught:
            transport("https://nowhere.example").health()
        assert "nowhere.example" in caught.value.words()

    def test_no_route(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def nowhere(*_: object, **__: object) -> None:
            raise OSError(113, "No route to host")

        monkeypatch.setattr(socket, "create_connection", nowhere)
        with pytest.raises(errors.Unreachable, match="No route to host"):
            transport("https://akk.example").health()

    def test_a_connection_that_is_never_made(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def late(*_: object, **__: object) -> None:
            raise TimeoutError

        monkeypatch.setattr(socket, "create_connection", late)
        with pytest.raises(errors.TooSlow, match="10"):
            transport("https://akk.example").health()

    def test_a_name_that_is_looked_up_for_ever(self, monkeypatch: pytest.MonkeyPatch) -> None:
        release = threading.Event()
        monkeypatch.setattr(socket, "create_connection", lambda *_, **__: release.wait(60))
        monkeypatch.setattr("akk_tui.sync.transport.CONNECT_SECONDS", 0.1)
        try:
            with pytest.raises(errors.TooSlow):
                transport("https://akk.example").health()
        finally:
            release.set()

    def test_something_that_does_not_speak_http(self) -> None:
        refusal(saying(b"SSH-2.0-OpenSSH_9.2p1 Debian\r\n"), errors.NotAkkServer)

    def test_a_connection_closed_without_a_word(self) -> None:
        refusal(saying(), errors.Cut)


class TestSomethingElseAnswers:
    @pytest.mark.parametrize(
        "say",
        [
            answer(b"<html><form action=login>", media="text/html; charset=utf-8"),
            answer(b"", status="302 Found", media="", Location="http://evil.example/"),
            answer(b"", status="307 Temporary Redirect", media="", Location="/v1/other"),
            answer(b"<html>", status="511 Network Authentication Required", media="text/html"),
        ],
    )
    def test_a_login_page_is_said_to_be_one(self, say: list[bytes]) -> None:
        error = refusal(saying(*say), errors.LoginPage)
        assert "peramban" in error.words()
        assert error.exit_code == 3

    @pytest.mark.security
    def test_n3_a_redirect_is_not_followed(self) -> None:
        with Hostile(saying(*answer(HEALTH))) as other:
            target = other.url + "/v1/reference"
            say = saying(*answer(status="302 Found", media="", Location=target))
            with Hostile(say) as server, pytest.raises(errors.LoginPage):
                transport(server.url).reference()
            assert other.raw == b""

    @pytest.mark.parametrize(
        "say",
        [
            answer(b"Not here", status="404 Not Found", media="text/plain"),
            answer(b"<html>", status="404 Not Found", media="text/html"),
            answer(b"{}", media="text/plain"),
            answer(b"{}", media=""),
            answer(b"who are you", status="401 Unauthorized", media="text/plain"),
            answer(b"", status="204 No Content", media="text/evil\x1b[31m"),
        ],
    )
    def test_another_program_is_said_to_be_one(self, say: list[bytes]) -> None:
        error = refusal(saying(*say), errors.NotAkkServer)
        assert error.exit_code == 1
        assert "\x1b" not in error.words()

    def test_health_of_another_program(self) -> None:
        with Hostile(saying(*answer(b'{"status":"ok","name":"nginx"}'))) as server, pytest.raises(errors.BadAnswer):
            transport(server.url).health()


class TestProblems:
    def problem(self, status: int, code: str, **headers: str) -> Callable[[Asked], Iterable[bytes]]:
        body = f'{{"status":{status},"title":"T\\u001b[31m","code":"{code}"}}'.encode()
        return saying(*answer(body, status=f"{status} X", media="application/problem+json", **headers))

    @pytest.mark.parametrize(
        ("status", "code", "error", "exit_code"),
        [
            (401, "unauthorized", errors.SignedOut, 4),
            (403, "disabled", errors.Disabled, 4),
            (409, "diverged", errors.Diverged, 1),
            (409, "other", errors.ServerProblem, 1),
            (413, "too_large", errors.ServerProblem, 1),
            (422, "invalid", errors.ServerProblem, 1),
            (426, "protocol", errors.UpgradeNeeded, 1),
            (500, "internal", errors.ServerProblem, 1),
            (503, "unavailable", errors.ServerBusy, 3),
        ],
    )
    def test_each_has_its_sentence(self, status: int, code: str, error: type[errors.SyncError], exit_code: int) -> None:
        found = refusal(self.problem(status, code), error)
        assert found.exit_code == exit_code
        assert "\x1b" not in found.words()
        assert found.passing == (status >= 500)
        if isinstance(found, errors.ServerProblem) and error is not errors.ServerBusy:
            assert (found.status, found.problem) == (status, code)

    def test_whether_a_server_has_a_call_is_asked_without_making_it(self) -> None:
        for status, known in ((404, False), (405, True)):
            with Hostile(self.problem(status, "x")) as server:
                assert transport(server.url).knows(endpoints.EXPORTS) is known
            assert [(asked.method, asked.target) for asked in server.asked] == [("GET", "/v1/exports")]
        with Hostile(saying(*answer(b"{}"))) as server:
            assert transport(server.url).knows(endpoints.EXPORTS)
        with Hostile(self.problem(500, "x")) as server, pytest.raises(errors.ServerProblem):
            transport(server.url).knows(endpoints.EXPORTS)

    def test_retry_after_is_kept(self) -> None:
        found = refusal(self.problem(503, "unavailable", Retry_After="17"), errors.ServerBusy)
        assert found.retry_after == 17

    def test_a_gateway_without_a_document(self) -> None:
        say = answer(b"<html>", status="502 Bad Gateway", media="text/html", Retry_After="5")
        assert refusal(saying(*say), errors.ServerBusy).retry_after == 5

    def test_a_problem_that_is_none(self) -> None:
        refusal(saying(*answer(b"oops", status="422 X", media="application/problem+json")), errors.BadAnswer)


class TestBadBodies:
    def whole_and_lines(self, body: bytes, error: type[errors.SyncError], **headers: str) -> None:
        def say(asked: Asked) -> Iterable[bytes]:
            media = "application/json" if asked.method == "GET" else LINES
            return answer(body, media=media, ETag='"r"', **headers)

        refusal(say, error)

    @pytest.mark.parametrize("body", [b"", b"not json\n", b"\xff\xfe\n", b"[" * 50_000 + b"\n", b"{}\n", b"[1]\n"])
    def test_no_json(self, body: bytes) -> None:
        if body:
            self.whole_and_lines(body, errors.BadAnswer)
        else:
            with Hostile(saying(*answer(b"", media=LINES))) as server:
                with pytest.raises(errors.Cut):
                    pulled(server.url)
                with pytest.raises(errors.Cut):
                    transport(server.url).push([OP], None)

    @pytest.mark.security
    @pytest.mark.parametrize("encoding", ["br", "zstd", "deflate"])
    def test_n5_another_encoding(self, encoding: str) -> None:
        self.whole_and_lines(b"x", errors.BadAnswer, Content_Encoding=encoding)

    @pytest.mark.security
    def test_n5_a_bomb(self) -> None:
        packer = zlib.compressobj(9, wbits=31)
        bomb = b"".join(packer.compress(b" " * 1_000_000) for _ in range(60)) + packer.flush()
        self.whole_and_lines(bomb, errors.BadAnswer, Content_Encoding="gzip")

    @pytest.mark.security
    def test_n5_an_endless_stream(self) -> None:
        def say(asked: Asked) -> Iterator[bytes]:
            media = "application/json" if asked.method == "GET" else LINES
            yield f"HTTP/1.1 200 OK\r\nContent-Type: {media}\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
            while True:
                yield b"8000\r\n" + b" " * 0x8000 + b"\r\n"

        refusal(say, errors.BadAnswer)

    def test_a_longer_length_than_the_body(self) -> None:
        self.wrong_length(10_000)

    def test_a_shorter_length_than_the_body(self) -> None:
        self.wrong_length(len(HEAD) + 5)

    def wrong_length(self, length: int) -> None:
        body = HEAD + b'{"end":9}\n'
        with Hostile(saying(*answer(body, media=LINES, length=length))) as server, pytest.raises(errors.Cut):
            pulled(server.url)

    def test_a_reference_without_an_etag(self) -> None:
        with Hostile(saying(*answer(b"{}"))) as server, pytest.raises(errors.BadAnswer, match="ETag"):
            transport(server.url).reference()

    @pytest.mark.parametrize("tag", ['"r"', 'W/"r"'])
    def test_a_reference_whose_etag_a_proxy_made_weak(self, tag: str) -> None:
        officer = Officer(name="ani", display="Ani", role="petugas", zone="WIB")
        data = Reference(cycles=(), regions=(), agencies=(), officer=officer)
        with Hostile(saying(*answer(codec.encode(data), ETag=tag))) as server:
            assert transport(server.url).reference() == (data, '"r"')


class TestStreams:
    def test_lines_arrive_as_they_are_sent(self) -> None:
        more = threading.Event()

        def say(_: Asked) -> Iterator[bytes]:
            body = HEAD + b'{"chunk":3}\n{"end":9}\n'
            (whole,) = answer(body, media=LINES)
            yield whole[:-10]
            assert more.wait(30)
            yield whole[-10:]

        with Hostile(say) as server:
            made = transport(server.url)
            with made.pull(PullRequest()) as (head, lines):
                assert head.head == (9, "0123456789abcdef")
                first = next(lines)
                more.set()
                assert [first, *lines][-1] == EndLine(end=9)
            made.close()

    @pytest.mark.parametrize("cut", [1, 5, 11, 20, 40])
    def test_a_cut_stream_gives_what_came_and_says_so(self, cut: int) -> None:
        body = HEAD + b'{"chunk":3}\n' + b'{"chunk":4}\n' + b'{"end":9}\n'
        (whole,) = answer(body, media=LINES)
        with Hostile(saying(whole[:-cut])) as server, pytest.raises(errors.Cut):
            pulled(server.url)

    def test_a_stream_that_stops_without_its_end(self) -> None:
        with Hostile(saying(*answer(HEAD + b'{"chunk":3}\n', media=LINES))) as server, pytest.raises(errors.Cut):
            pulled(server.url)

    def test_a_stream_that_goes_on_behind_its_end(self) -> None:
        body = HEAD + b'{"end":9}\n{"end":9}\n'
        with Hostile(saying(*answer(body, media=LINES))) as server, pytest.raises(errors.BadAnswer):
            pulled(server.url)

    def test_answers_behind_their_end(self) -> None:
        end = b'{"head":[1,"0123456789abcdef"],"at":"t"}\n'
        with Hostile(saying(*answer(end + end, media=LINES))) as server, pytest.raises(errors.BadAnswer):
            transport(server.url).push([OP], None)

    def test_a_late_answer_in_small_drops_is_no_silence(self) -> None:
        def say(_: Asked) -> Iterator[bytes]:
            (whole,) = answer(HEALTH)
            for start in range(0, len(whole), 20):
                yield whole[start : start + 20]
                time.sleep(0.08)

        with Hostile(say) as server:
            made = transport(server.url, silence=0.5)
            assert made.health().status == "ok"
            made.close()

    @pytest.mark.security
    @pytest.mark.parametrize("before", [b"", b"HTTP/1.1 200 OK\r\nContent-Type: application/jsonl\r\n"])
    def test_n6_silence_ends_the_call(self, before: bytes) -> None:
        """After the time that is asked for, and that is the default's 45 s: not after some other time."""
        assert SILENCE_SECONDS == 45
        began = time.monotonic()
        with Hostile(saying(before or STALL, STALL)) as server, pytest.raises(errors.Silent):
            pulled(server.url, silence=0.3)
        # Far more than a loaded machine adds, far less than the default.
        assert time.monotonic() - began < 15

    @pytest.mark.security
    def test_n6_cancel_does_not_wait_for_the_server(self) -> None:
        asked = threading.Event()

        def say(_: Asked) -> Iterator[bytes]:
            asked.set()
            yield STALL

        with Hostile(say) as server:
            made = transport(server.url, cancelled=asked.is_set)
            with pytest.raises(errors.Cancelled):
                made.health()
            made.close()

    def test_cancel_before_anything_is_sent(self) -> None:
        with Hostile(saying(STALL)) as server, pytest.raises(errors.Cancelled):
            transport(server.url, cancelled=lambda: True).health()
        assert server.raw == b""

    def test_cancel_while_connecting(self, monkeypatch: pytest.MonkeyPatch) -> None:
        tries = threading.Event()

        def stuck(*_: object, **__: object) -> None:
            tries.set()
            release.wait(60)

        release = threading.Event()
        monkeypatch.setattr(socket, "create_connection", stuck)
        try:
            with pytest.raises(errors.Cancelled):
                transport("https://akk.example", cancelled=tries.is_set).health()
        finally:
            release.set()

    def test_cancel_while_sending(self) -> None:
        asked = iter([False, False, True])
        with Hostile(saying(STALL)) as server:
            made = transport(server.url, cancelled=lambda: next(asked, True))
            with pytest.raises(errors.Cancelled):
                made.push([OP], None)
            made.close()
