"""Network: N3 to N9 against the real program as a process: other places, secrets in words, bombs, drips, clocks."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta, UTC
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest
from hostile import answer, Asked, Hostile, STALL
from hypothesis import given, settings, strategies
from programs import clean_env, Home, ServerProcess, wait_for

import akk_tui
from akk_tui.contract import codec, identity, records
from akk_tui.contract.codec import Malformed
from akk_tui.sync import wire

pytestmark = pytest.mark.security

JSON_LIKE = strategies.recursive(
    strategies.one_of(
        strategies.sampled_from((None, True, 0, -1, 2**80, 1e300, "", "\x1b", "\ud800", "2025:35.72")),
        strategies.text(),
    ),
    lambda part: (
        strategies.lists(part, max_size=5)
        | strategies.dictionaries(
            strategies.sampled_from(("head", "end", "sum", "chunk", "status", "code", "error", "regions")),
            part,
            max_size=5,
        )
    ),
    max_leaves=20,
).map(lambda value: json.dumps(value).encode())
TOKEN = "akk_at_0123456789abcdef0123456789abcdef"
MEASURED = """
import resource, sys
import httpx, akk_tui.sync.transport, akk_tui.store.store
from akk_tui.cli import main
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
code = main(sys.argv[1:])
sys.stdout.flush()
print("GREW", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before, file=sys.stderr)
sys.exit(code)
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    (tmp_path / "token").write_text(TOKEN + "\n")
    return Home(tmp_path / "home")


def login(home: Home, url: str) -> tuple[int, str]:
    done = home.run("login", "--server", url, "--token-file", str(home.folder.parent / "token"))
    return done.code, done.out + done.err


class TestElsewhere:
    def test_n3_a_redirect_and_the_environment_lead_nowhere(self, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
        with Hostile(lambda _: answer(b"{}")) as trap:
            for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"):
                monkeypatch.setenv(name, trap.url)
            moved = answer(status="302 Found", media="", Location=trap.url + "/v1/reference")
            with Hostile(lambda asked: answer(HEALTH) if asked.target == "/v1/health" else moved) as server:
                assert login(home, server.url)[0] == 3
                assert len(server.asked) == 2
            assert trap.raw == b""

    def test_n3_the_environment_names_no_proxy_for_a_server_elsewhere(self, tmp_path: Path) -> None:
        """A server on this computer is reached without a proxy anyway: here it passes for one that is not."""
        with Hostile(lambda _: answer(HEALTH)) as server, Hostile(lambda _: answer(HEALTH)) as trap:
            proxies = dict.fromkeys(("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"), trap.url)
            done = subprocess.run(
                [sys.executable, "-c", ELSEWHERE, server.url], capture_output=True, text=True, env=clean_env(**proxies)
            )
            assert done.stdout.strip() == "ok", done.stderr
            assert len(server.asked) == 1
            assert trap.raw == b""

    def test_n4_no_word_of_the_program_repeats_the_token(self, home: Home) -> None:
        def echo(asked: Asked) -> list[bytes]:
            """A server that says back what it was told."""
            said = asked.headers.get("authorization", "")
            problem = json.dumps({"status": 422, "title": said, "code": "invalid", "detail": said}).encode()
            return (
                answer(HEALTH, Connection="close") if not said else answer(problem, status="500 X", media="text/plain")
            )

        with Hostile(echo) as server:
            code, words = login(home, server.url)
            assert code == 1
            assert any("authorization" in asked.headers for asked in server.asked)
            assert TOKEN not in words
            assert all(TOKEN not in asked.target for asked in server.asked)
        kept = [path for path in home.folder.rglob("*") if path.is_file() and TOKEN.encode() in path.read_bytes()]
        assert kept == []


ELSEWHERE = """
import sys
from akk_tui.sync import transport
transport.is_loopback = lambda server: False
made = transport.Transport(sys.argv[1], "t" * 20, replica="")
print(made.health().status)
"""
HEALTH = b'{"status":"ok","name":"akk-server","protocol":1,"schema":1}'


@cache
def _flat() -> bytes:
    """What would unfold to 256 MB."""
    packer = zlib.compressobj(9, wbits=31)
    return b"".join(packer.compress(b" " * 1_000_000) for _ in range(256)) + packer.flush()


BOMBS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "gzip": ("gzip", _flat),
    "gzip in gzip": ("gzip", lambda: gzip.compress(_flat())),
    "gzip twice": ("gzip, gzip", lambda: gzip.compress(_flat())),
    # The empty metablocks of brotli and the frames of zstd need no library: the encoding alone is refused.
    "br": ("br", lambda: b"\x5b\xff\xff\x0f" + b"\x00" * 200),
    "zstd": ("zstd", lambda: bytes.fromhex("28b52ffd") + b"\x00" * 200),
}
"""Content-Encoding, and what makes the body: only who sends it, since it takes long."""


class TestBombs:
    def refused(self, home: Home, say: Callable[[Asked], Iterable[bytes]]) -> None:
        with Hostile(say) as server:
            words = ["--home", str(home.folder), "login", "--server", server.url]
            words += ["--token-file", str(home.folder.parent / "token")]
            done = subprocess.run(
                [sys.executable, "-c", MEASURED, *words], capture_output=True, text=True, env=clean_env(), timeout=120
            )
        assert done.returncode == 1, done.stderr
        assert "tidak sah" in done.stderr
        grew = int(re.search(r"GREW (\d+)", done.stderr)[1])  # type: ignore[index]
        assert grew < 20 * 1024, f"{grew} kB"

    @pytest.mark.parametrize("name", list(BOMBS))
    def test_n5_a_bomb_is_refused_in_little_memory(self, home: Home, name: str) -> None:
        encoding, made = BOMBS[name]
        body = made()
        self.refused(home, lambda _: answer(body, Content_Encoding=encoding))

    @pytest.mark.parametrize("encoding", ["br", "zstd", "deflate", "compress", "gzip, gzip", "identity, br"])
    def test_n5_another_encoding_is_refused_whatever_is_in_it(self, home: Home, encoding: str) -> None:
        """What follows is a right answer to whoever passes over the header."""
        with Hostile(lambda _: answer(HEALTH, Content_Encoding=encoding)) as server:
            code, words = login(home, server.url)
            assert code == 1
            assert "Content-Encoding" in words
            assert [asked.target for asked in server.asked] == ["/v1/health"]

    @pytest.mark.parametrize("packed", [False, True, None], ids=["plain", "packed", "packed nothing"])
    def test_n5_a_stream_without_end_is_refused_in_little_memory(self, home: Home, packed: bool | None) -> None:
        def say(_: Asked) -> Iterator[bytes]:
            if packed is None:
                yield from _nothing_for_ever()
            head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n"
            yield (head + ("Content-Encoding: gzip\r\n" if packed else "") + "\r\n").encode()
            packer = zlib.compressobj(1, wbits=31)
            while True:
                part = b" " * 65_536
                part = packer.compress(part) + packer.flush(zlib.Z_SYNC_FLUSH) if packed else part
                yield b"%x\r\n" % len(part) + part + b"\r\n"

        self.refused(home, say)


def _nothing_for_ever() -> Iterator[bytes]:
    """gzip blocks that hold nothing: the answer never grows, and never ends."""
    yield b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n"
    yield b"Content-Encoding: gzip\r\n\r\n"
    packer = zlib.compressobj(1, wbits=31)
    part = packer.compress(b"{") + packer.flush(zlib.Z_FULL_FLUSH)
    yield b"%x\r\n" % len(part) + part + b"\r\n"
    empty = b"\x00\x00\x00\xff\xff" * 10_000
    while True:
        yield b"%x\r\n" % len(empty) + empty + b"\r\n"


class TestSlow:
    def test_n6_a_drip_or_silence_is_left_at_once_when_the_officer_wants(self, synced: Home, tmp_path: Path) -> None:
        def say(_: Asked) -> Iterator[bytes]:
            yield b"HTTP/1.1 200 OK\r\nContent-Type: application/jsonl\r\nX: "
            while True:
                yield b"x"
                time.sleep(0.05)

        for slow in (say, lambda _: [STALL]):
            with Hostile(slow) as server:
                _point(synced, server.url)
                child = subprocess.Popen(synced.argv("sync"), env=clean_env(), stderr=subprocess.PIPE, text=True)
                wait_for(lambda server=server: server.asked, "it asks the server")
                began = time.monotonic()
                child.terminate()
                _, words = child.communicate(timeout=30)
                # A second, and what a loaded machine adds.
                assert time.monotonic() - began < 5
                assert child.returncode == 130, words
                assert "Tidak ada yang hilang" in words


def _point(home: Home, url: str) -> None:
    """Let the signed-in account's server be at another address, and its store and token with it."""
    from akk_tui import paths
    from akk_tui.sync import account

    found = account.find(paths.find(home.folder, {}))
    assert found is not None
    folders = paths.find(home.folder, {})
    import msgspec

    moved = msgspec.structs.replace(found, server=url)
    account.save(folders, moved)
    now = account.find(folders)
    assert now is not None
    if not Path(now.store).parent.exists():
        shutil.copytree(Path(found.store).parent, Path(now.store).parent)
    old, new = account.token_path(folders, found), account.token_path(folders, now)
    if not new.exists():
        shutil.copy(old, new)


class TestClock:
    @pytest.fixture
    def late(self, server: ServerProcess) -> Iterator[Callable[[timedelta], Hostile]]:
        """A stand-in before the real server whose clock differs."""
        opened: list[Hostile] = []

        def made(by: timedelta) -> Hostile:
            one = Hostile(lambda asked: _passed_on(asked, server.url, by))
            opened.append(one)
            return one.__enter__()

        yield made
        for one in opened:
            one.__exit__(None, None, None)

    @pytest.mark.parametrize(("hours", "told"), [(2, True), (-2, True), (0, False)])
    def test_n8_a_wrong_clock_is_told_and_loses_nothing(
        self, synced: Home, late: Callable[[timedelta], Hostile], hours: int, told: bool
    ) -> None:
        _point(synced, late(timedelta(hours=hours)).url)
        assert synced.run("tick", "35.72", "2.4.3", "diunggah").code == 0
        done = synced.run("sync")
        assert done.code == 0, done
        assert ("selisih 120 menit" in done.err) == told
        again = synced.ok("sync")
        assert abs(abs(again["clock_skew"]) - abs(hours) * 3600) < 60
        assert synced.ok("outbox", "list")["operations"] == []
        clock = next(check for check in synced.run("doctor", "--json").json["checks"] if check["id"] == "clock")
        assert (clock["level"] == "warn") == told


def _passed_on(asked: Asked, url: str, by: timedelta) -> list[bytes]:
    headers = {name: value for name, value in asked.headers.items() if name not in ("host", "content-length")}
    with httpx.Client(trust_env=False) as client:
        got = client.request(asked.method, url + asked.target, headers=headers, content=asked.body)
    kept = {name.title().replace("-", "_"): value for name, value in got.headers.items() if name in ("etag",)}
    moment = format_datetime(datetime.now(UTC) + by, usegmt=True)
    body = got.content
    return answer(
        body, status=f"{got.status_code} X", media=got.headers["content-type"], Date=moment, Connection="close", **kept
    )


def test_n7_a_document_of_any_shape_is_an_error_in_words(home: Home) -> None:
    for body in (b"[" * 100_000, b'{"a":' * 5_000, b"\xff\xfe", b'{"status":1e400}', b"null", b'"' + b"x" * 100_000):
        with Hostile(lambda _, body=body: answer(body)) as server:
            code, words = login(home, server.url)
            assert code == 1
            assert "tidak sah" in words
            assert "Traceback" not in words


def test_n7_what_a_newer_server_adds_is_passed_over(home: Home) -> None:
    """Fields that are not known are no fault for the client (for the server they are: D2)."""
    more = HEALTH[:-1] + b',"newer":{"deep":[1,2,{"a":null}]}}'
    with Hostile(lambda asked: answer(more) if asked.target == "/v1/health" else answer(b"{}")) as server:
        login(home, server.url)
        assert [asked.target for asked in server.asked] == ["/v1/health", "/v1/reference"]


FORMS = (records.Reference, records.PullHead, records.RowLine, records.AnswerLine, records.EndLine, identity.Tokens)


@settings(deadline=None)
@given(strategies.sampled_from(FORMS), strategies.one_of(strategies.binary(max_size=60), JSON_LIKE))
def test_n7_no_bytes_raise_anything_but_an_error_in_words(form: Any, raw: bytes) -> None:
    with suppress(Malformed):
        codec.decode(form, raw)
    for read in (wire.pull_head, wire.pull_line, wire.push_line):
        with suppress(Malformed):
            read(raw)
    wire.problem(raw)
    wire.refusal(raw)


def test_n3_one_package_speaks_http_and_the_server_only_to_its_openid_provider() -> None:
    source = Path(akk_tui.__file__).parent
    found = {
        str(path.relative_to(source))
        for path in source.rglob("*.py")
        if re.search(r"^\s*(?:import|from) (?:httpx|httpcore|requests|urllib3|urllib\.request|http\.client)\b",
                     path.read_text(), re.MULTILINE)
    }  # fmt: skip
    client = {f"sync/{name}.py" for name in ("transport", "link", "faults", "resume")}
    assert found == {*client, "server/identity/fetching.py"}
