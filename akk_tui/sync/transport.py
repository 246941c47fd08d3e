"""The calls over HTTP: the one module that imports httpx.

One origin a transport, https (http only to this computer itself), no redirects, nothing from the environment: proxy
and certificates come from the settings. The token travels in ``Authorization`` alone. Bodies are gzip, decoded under
limits (:mod:`akk_tui.sync.body`).
"""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, ExitStack
from datetime import datetime, UTC
from pathlib import Path
from typing import Any, cast, Final, TypeVar
from urllib.parse import urlencode, urlsplit

import httpcore
import httpx

from akk_tui import __version__
from akk_tui.contract import codec, endpoints, identity
from akk_tui.contract.endpoints import Endpoint
from akk_tui.contract.limits import PROTOCOL, SCHEMA, SILENCE_SECONDS
from akk_tui.contract.records import (
    AnswerLine,
    ChunkLine,
    EndLine,
    Health,
    LogPage,
    MoreLine,
    Operation,
    PullHead,
    PullRequest,
    PushEnd,
    Reference,
    RowLine,
    UnitLog,
    UnitLogs,
    Witness,
)
from akk_tui.contract.text import clean
from akk_tui.sync import errors, signing_errors, wipe_errors, wire
from akk_tui.sync.address import is_loopback, origin
from akk_tui.sync.backoff import retry_after
from akk_tui.sync.body import lines, packed, whole
from akk_tui.sync.credentials import Credentials, FixedToken, is_token
from akk_tui.sync.faults import CONNECT_SECONDS, in_words
from akk_tui.sync.link import Backend, Meter, Pinned
from akk_tui.sync.progress import never
from akk_tui.sync.resume import through_cuts

T = TypeVar("T")

_CODING_BYTES: Final = len("Content-Encoding: gzip\r\n")
_BUSY: Final = (408, 429, 502, 503, 504)
_PAGES: Final = ("text/html", "application/xhtml+xml")
_HIDDEN_SETTINGS: Final = ("SSLKEYLOGFILE", "SSL_CERT_FILE", "SSL_CERT_DIR")


class _Pool(httpx.BaseTransport):
    """httpx on a pool whose sockets count their bytes and can be cancelled.

    A server may close a connection that was kept open just as the next request goes out on it. Such a request, of whose
    answer not one byte came, is sent once more, on a new connection: operations carry their ids, so that the server
    knows those that it has done already. ``again`` is called before that, and may raise Cancelled.
    """

    def __init__(self, pool: httpcore.ConnectionPool, meter: Meter, again: Callable[[], None]) -> None:
        self._pool = pool
        self._meter = meter
        self._again = again

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        before = (self._meter.begun, self._meter.down)
        try:
            answer = self._sent(request)
        except (httpcore.NetworkError, httpcore.RemoteProtocolError):
            if (self._meter.begun, self._meter.down) != before:
                raise
            self._again()
            for connection in self._pool.connections:
                if connection.is_idle():
                    connection.close()
            answer = self._sent(request)
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(cast("Any", answer.stream)))

    def _sent(self, request: httpx.Request) -> httpcore.Response:
        url = request.url
        return self._pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                content=cast("httpx.SyncByteStream", request.stream),
                extensions=request.extensions,
            )
        )

    def close(self) -> None:
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        yield from self._stream

    def close(self) -> None:
        self._stream.close()


class Transport:
    """The calls to one server as one officer. Nothing is opened before the first call."""

    def __init__(
        self,
        server: str,
        token: str | Credentials,
        *,
        replica: str,
        ca_file: Path | None = None,
        proxy: str | None = None,
        pins: Sequence[str] = (),
        cancelled: Callable[[], bool] = never,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        silence: float = SILENCE_SECONDS,
        foreign: bool = False,
    ) -> None:
        """``server`` is an address as :func:`akk_tui.sync.address.origin` makes it. ``silence`` is how many seconds
        a call may pass without a byte. ``pins``: see :mod:`akk_tui.sync.pins`; with some, a server of https shows one
        of these keys or is sent nothing. ``foreign``: it is no akk-server and is told nothing of us. Raises BadAddress.
        """
        self.server = origin(server)
        self.requests = 0
        self.server_date = ""
        """The ``Date`` of the server's last answer, as it was written."""
        self._credentials = FixedToken(token, self.server) if isinstance(token, str) else token
        self._replica = replica
        self._ca_file = ca_file
        self._proxy = proxy
        self._now = now
        self._silence = silence
        self._foreign = foreign
        self._cancelled = cancelled
        self._meter = Meter()
        self._pinned = Pinned(self.server, urlsplit(self.server).hostname or "", pins)
        self._client: httpx.Client | None = None

    @property
    def bytes_up(self) -> int:
        """Bytes sent so far, HTTP headers included, TLS and TCP not."""
        return self._meter.up

    @property
    def bytes_down(self) -> int:
        """Bytes received so far, counted in the same way."""
        return self._meter.down

    def close(self) -> None:
        """Close all connections."""
        if self._client is not None:
            self._client.close()
            self._client = None

    # calls

    def health(self) -> Health:
        """Whether an akk-server is there; raises NotAkkServer and all that :meth:`reference` raises."""
        _, body = self._whole(endpoints.HEALTH)
        return self._decoded(Health, body)

    def pin(self) -> str:
        """The pin of the key that the server shows, its certificate trusted; empty without TLS.

        Whatever answers there, the token is not sent. Raises Unreachable and its kin, Cancelled.
        """
        try:
            self.health()
        except errors.SyncError:
            if not self._pinned.seen:
                raise
        return self._pinned.seen

    def form(self, endpoint: Endpoint, fields: Mapping[str, str], form: type[T]) -> T:
        """The answer of type ``form`` to the fields of a form; raises GrantRefused, and as :meth:`reference`.

        The fields that are empty are left out.
        """
        content = urlencode({name: value for name, value in fields.items() if value}).encode()
        _, body = self._whole(endpoint, content=content)
        return self._decoded(form, body)

    def ask(self, endpoint: Endpoint, form: type[T], question: Any = None) -> T:
        """The answer of type ``form`` to ``question``, a record, or to none; raises as :meth:`reference`."""
        _, body = self._whole(endpoint, content=None if question is None else codec.encode(question))
        return self._decoded(form, body)

    def knows(self, endpoint: Endpoint) -> bool:
        """Whether the server has the call, which is not made; raises as :meth:`reference`."""
        try:
            self._whole(endpoint._replace(method="GET" if endpoint.method == "POST" else "POST"))
        except errors.ServerProblem as problem:
            if problem.status not in (404, 405):
                raise
            return problem.status == 405
        return True

    def grant(self, fields: Mapping[str, str]) -> identity.Tokens:
        """An access token for the fields of a grant; raises GrantRefused, and as :meth:`reference`."""
        made = self.form(endpoints.TOKEN, fields, identity.Tokens)
        if not is_token(made.access_token):
            raise self._bad("access_token")
        return made

    def reference(self) -> tuple[Reference, str]:
        """The reference data with its ETag (quotes included).

        Raises SyncError: Unreachable, SignedOut, NotAkkServer, ServerProblem, BadAnswer, Cancelled.
        """
        answer, body = self._whole(endpoints.REFERENCE)
        # A proxy that packs answers marks the tag as weak (RFC 9110, 8.8.1); what it stands for is the same data.
        found = clean(answer.headers.get("etag", "")).strip().removeprefix("W/")
        if not found.startswith('"'):
            raise self._bad("ETag")
        return self._decoded(Reference, body), found

    def log(self, kind: str, key: str) -> LogPage:
        """The log of one row; raises as :meth:`reference`."""
        _, body = self._whole(endpoints.LOG, query={"kind": kind, "key": key})
        return self._decoded(LogPage, body)

    def logs(self, units: Sequence[tuple[str, int]]) -> tuple[UnitLog, ...]:
        """The next pages of the logs of ``units``, each past a sequence number: of the first ones, as many as the
        server answers at once; raises as :meth:`reference`."""
        asked = ",".join(f"{unit}@{after}" for unit, after in units)
        _, body = self._whole(endpoints.LOGS, query={"units": asked})
        pages = self._decoded(UnitLogs, body).units
        if not pages or [page.unit for page in pages] != [unit for unit, _ in units[: len(pages)]]:
            raise self._bad("units")
        return pages

    def push(
        self, operations: Sequence[Operation], witness: Witness | None, *, again: bool = False
    ) -> tuple[list[AnswerLine], PushEnd]:
        """The answers to ``operations`` and the line that ends them; raises as :meth:`reference`, and Diverged.

        ``again``: some were in a request before. An answer without its end is a Cut: the same operations are to be sent
        again.
        """
        headers = {} if witness is None else {endpoints.HEADER_WITNESS: f"{witness[0]} {witness[1]}"}
        if again:
            headers[endpoints.HEADER_AGAIN] = "1"
        content = b"".join(codec.encode(operation) + b"\n" for operation in operations)
        answers: list[AnswerLine] = []
        end: PushEnd | None = None
        with self._lines(endpoints.PUSH, content, headers) as found:
            for raw in found:
                line = wire.push_line(raw)
                if end is not None:
                    raise self._bad("end")
                if isinstance(line, PushEnd):
                    end = line
                else:
                    answers.append(line)
        if end is None:
            raise errors.Cut(server=self.server)
        return answers, end

    @contextmanager
    def pull(
        self, request: PullRequest
    ) -> Generator[tuple[PullHead, Iterator[RowLine | ChunkLine | EndLine | MoreLine]]]:
        """The first line of a pull and an iterator over the others; raises as :meth:`push`, also while iterating.

        The iterator ends without an error only behind ``end`` or ``more``.
        """
        with self._lines(endpoints.PULL, codec.encode(request)) as found:
            first = next(found, None)
            if first is None:
                raise errors.Cut(server=self.server)
            yield wire.pull_head(first), self._rest_of_pull(found)

    def _rest_of_pull(self, found: Iterator[bytes]) -> Iterator[RowLine | ChunkLine | EndLine | MoreLine]:
        with self._in_words():
            for raw in found:
                line = wire.pull_line(raw)
                yield line
                if isinstance(line, (EndLine, MoreLine)):
                    if next(found, None) is not None:
                        raise self._bad("end")
                    return
        raise errors.Cut(server=self.server)

    # one request

    def _whole(
        self, endpoint: Endpoint, *, query: Mapping[str, str] | None = None, content: bytes | None = None
    ) -> tuple[httpx.Response, bytes]:
        with self._in_words(), self._answer(endpoint, content, {}, query) as answer:
            body = whole(answer.iter_raw(), _encoding(answer))
            return answer, body

    @contextmanager
    def _lines(
        self, endpoint: Endpoint, content: bytes, headers: Mapping[str, str] | None = None
    ) -> Generator[Iterator[bytes]]:
        with self._in_words(), ExitStack() as stack:
            answer = stack.enter_context(self._answer(endpoint, content, headers or {}, None))
            coding, parts = _encoding(answer), answer.iter_raw()

            def again(resume: str) -> Iterator[bytes]:
                stack.close()
                sent = {endpoints.HEADER_RESUME: resume}
                answer = stack.enter_context(self._answer(endpoint, content, sent, None))
                if (
                    answer.headers.get(endpoints.HEADER_RESUME) != resume.partition(" ")[0]
                    or _encoding(answer) != coding
                ):
                    raise errors.Cut(server=self.server)
                return answer.iter_raw()

            if endpoints.HEADER_RESUME in endpoint.headers:
                parts = through_cuts(parts, again)
            yield lines(parts, coding)

    @contextmanager
    def _answer(
        self, endpoint: Endpoint, content: bytes | None, headers: Mapping[str, str], query: Mapping[str, str] | None
    ) -> Generator[httpx.Response]:
        """The answer to a request; an access token that is not taken is renewed, once."""
        with ExitStack() as stack:
            if not endpoint.signed_in:
                yield stack.enter_context(self._once(endpoint, content, headers, query))
                return
            token = self._credentials.token(self.grant)
            try:
                answer = stack.enter_context(self._once(endpoint, content, headers, query, token))
            except errors.Disabled:
                raise
            except errors.SignedOut:
                token = self._credentials.renewed(token, self.grant)
                answer = stack.enter_context(self._once(endpoint, content, headers, query, token))
            yield answer

    @contextmanager
    def _once(
        self,
        endpoint: Endpoint,
        content: bytes | None,
        headers: Mapping[str, str],
        query: Mapping[str, str] | None,
        token: str = "",
    ) -> Generator[httpx.Response]:
        sent = {"Accept-Encoding": "gzip", **headers}
        if self._foreign:
            sent["Accept"] = endpoints.JSON
        else:
            sent[endpoints.HEADER_PROTOCOL] = str(PROTOCOL)
            sent[endpoints.HEADER_SCHEMA] = str(SCHEMA)
            sent[endpoints.HEADER_CLIENT] = f"akk-tui/{__version__}"
        if endpoints.HEADER_REPLICA in endpoint.headers:
            sent[endpoints.HEADER_REPLICA] = self._replica
        if token:
            sent["Authorization"] = f"Bearer {token}"
        if content is not None:
            sent["Content-Type"] = endpoint.body_media
            small = content if endpoint.body_media == endpoints.FORM else packed(content)
            if len(small) + _CODING_BYTES < len(content):
                content = small
                sent["Content-Encoding"] = "gzip"
        client = self._client = self._client or self._made()
        url = self.server + endpoint.path + (f"?{urlencode(query)}" if query else "")
        self._count()
        with client.stream(endpoint.method, url, content=content, headers=sent) as answer:
            self.server_date = clean(answer.headers.get("date", ""))
            self._check(endpoint, answer)
            yield answer

    def _count(self) -> None:
        """One more request goes out, unless the officer has cancelled."""
        if self._cancelled():
            raise errors.Cancelled
        self.requests += 1

    def _made(self) -> httpx.Client:
        context = None
        if self.server.startswith("https:"):
            context = self._trust()
        backend = Backend(self._meter, self._cancelled, self._pinned)
        if self._proxy is not None and not is_loopback(self.server):
            pool: httpcore.ConnectionPool = httpcore.HTTPProxy(
                self._proxy, ssl_context=context, network_backend=backend, keepalive_expiry=30
            )
        else:
            pool = httpcore.ConnectionPool(ssl_context=context, network_backend=backend, keepalive_expiry=30)
        timeout = httpx.Timeout(self._silence, connect=CONNECT_SECONDS)
        client = httpx.Client(
            transport=_Pool(pool, self._meter, self._count), timeout=timeout, trust_env=False, follow_redirects=False
        )
        client.headers.clear()
        return client

    def _trust(self) -> ssl.SSLContext:
        # The first would write every session key into a file, the others replace the certificates that are trusted.
        for name in _HIDDEN_SETTINGS:
            os.environ.pop(name, None)
        try:
            context = ssl.create_default_context(cafile=None if self._ca_file is None else str(self._ca_file))
        except OSError as cause:
            raise errors.BadCertificateFile(path=self._ca_file, reason=cause.strerror or str(cause)) from cause
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context

    # what came back

    def _check(self, endpoint: Endpoint, answer: httpx.Response) -> None:
        status, media = answer.status_code, _media(answer)
        if status == 200 and media == endpoint.answer_media:
            return
        # A portal takes the place of the server: by a page of its own, by sending away, or by the status made for it.
        if 300 <= status < 400 or status == 511 or (media in _PAGES and status == 200):
            raise errors.LoginPage(server=self.server)
        if media == endpoints.PROBLEM:
            raise self._problem(answer)
        if media == endpoints.JSON and endpoint.body_media == endpoints.FORM and status in endpoint.refusals:
            raise self._refusal(answer)
        if status in _BUSY:
            raise self._busy(status, answer)
        raise errors.NotAkkServer(server=self.server, status=status, media=clean(media)[:60])

    def _problem(self, answer: httpx.Response) -> errors.SyncError:
        problem = wire.problem(whole(answer.iter_raw(), _encoding(answer), 100_000))
        if problem is None:
            return self._bad(endpoints.PROBLEM)
        status = answer.status_code
        if status == 401:
            return errors.SignedOut(server=self.server)
        if status == 403 and problem.code == "wipe":
            return wipe_errors.WipeAsked(server=self.server)
        if status == 403:
            return errors.Disabled(server=self.server)
        if status in _BUSY:
            return self._busy(status, answer)
        told = {"server": self.server, "status": status, "problem": problem.code, "title": problem.title}
        if status == 409 and problem.code == "diverged":
            return errors.Diverged(**told)
        if status == 426:
            return (errors.ClientTooOld if problem.code == "client_version" else errors.UpgradeNeeded)(**told)
        made = errors.ServerProblem(**told)
        made.passing = status >= 500
        return made

    def _refusal(self, answer: httpx.Response) -> errors.SyncError:
        found = wire.refusal(whole(answer.iter_raw(), _encoding(answer), 100_000))
        if found is None:
            return self._bad("error")
        made = signing_errors.GrantRefused(server=self.server, error=found)
        made.passing = found == "slow_down"
        made.retry_after = retry_after(answer.headers.get("retry-after"), self._now())
        return made

    def _busy(self, status: int, answer: httpx.Response) -> errors.ServerBusy:
        made = errors.ServerBusy(server=self.server, status=status, problem="unavailable", title="")
        made.retry_after = retry_after(answer.headers.get("retry-after"), self._now())
        return made

    def _bad(self, reason: str) -> errors.BadAnswer:
        return errors.BadAnswer(server=self.server, reason=clean(reason)[:200])

    def _decoded(self, form: type[T], body: bytes) -> T:
        with self._in_words():
            return codec.decode(form, body)

    def _in_words(self) -> AbstractContextManager[None]:
        return in_words(self.server, self._silence)


def _media(answer: httpx.Response) -> str:
    return answer.headers.get("content-type", "").partition(";")[0].strip().lower()


def _encoding(answer: httpx.Response) -> str:
    return answer.headers.get("content-encoding", "").strip().lower()
