"""Bodies in and out: bounded, compressed both ways, and every error a problem document."""

from __future__ import annotations

import asyncio
import re
import zlib
from collections.abc import AsyncIterator, Mapping
from typing import Any, Final, NamedTuple, TypeVar

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse

from akk_tui.contract.codec import decode, encode, Malformed
from akk_tui.contract.endpoints import Endpoint, HEADER_PROTOCOL, HEADER_RESUME, HEADER_WITNESS, PROBLEM
from akk_tui.contract.limits import BODY_BYTES, PROTOCOL
from akk_tui.contract.records import Problem, Witness
from akk_tui.server.errors import Refused
from akk_tui.server.service import service_of

T = TypeVar("T")

GZIP_LEVEL: Final = 6
_SMALL: Final = 400
"""Bytes below which compression is not worth its header."""
_INFLATE_STEP: Final = 64 * 1024
_RESUME: Final = re.compile(r"([1-9][0-9]{0,9}) ([0-9a-f]{8})")


def problem_response(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """``problem`` as an answer."""
    return Response(encode(problem), problem.status, dict(headers or {}), PROBLEM)


def check_protocol(request: Request) -> None:
    """Refused (426) when the client speaks another version of the calls."""
    named = request.headers.get(HEADER_PROTOCOL)
    if named is not None and named != str(PROTOCOL):
        raise Refused(426, "protocol", f"{HEADER_PROTOCOL}: {PROTOCOL}")


async def read_body(request: Request, call: Endpoint, most: int = BODY_BYTES) -> bytes:
    """The decompressed body; Refused 413 past ``most`` bytes, 415 for a media type that ``call`` does not take."""
    media = request.headers.get("content-type", call.body_media).partition(";")[0].strip().lower()
    if media != call.body_media:
        raise Refused(415, "media", f"Content-Type: {call.body_media}")
    coding = request.headers.get("content-encoding", "identity").strip().lower()
    if coding not in ("identity", "gzip"):
        raise Refused(415, "media", "Content-Encoding: gzip", headers={"Accept-Encoding": "gzip"})
    inflate = _Inflate(most) if coding == "gzip" else None
    body = bytearray()
    wire = 0
    options = service_of(request).options
    try:
        async with asyncio.timeout(options.silence_seconds) as silence:
            end = asyncio.get_running_loop().time() + options.body_seconds
            async for part in request.stream():
                silence.reschedule(min(end, asyncio.get_running_loop().time() + options.silence_seconds))
                wire += len(part)
                if wire > most:
                    raise Refused(413, "too_large", f"> {most} bytes", headers={"Connection": "close"})
                body += part if inflate is None else inflate.feed(part)
    except TimeoutError as cause:
        raise Refused(408, "slow", headers={"Connection": "close"}) from cause
    except ClientDisconnect as cause:
        raise Refused(400, "malformed", "cut") from cause
    if inflate is not None:
        inflate.end()
    return bytes(body)


class _Inflate:
    """Bounded gzip: never holds more than ``most`` bytes, whatever the ratio."""

    def __init__(self, most: int) -> None:
        self._stream = zlib.decompressobj(wbits=31)
        self._left = most

    def feed(self, part: bytes) -> bytes:
        made = bytearray()
        try:
            while part:
                piece = self._stream.decompress(part, min(_INFLATE_STEP, self._left + 1))
                self._left -= len(piece)
                if self._left < 0:
                    raise Refused(413, "too_large", "gzip", headers={"Connection": "close"})
                made += piece
                part = self._stream.unconsumed_tail
                if self._stream.unused_data:
                    raise Refused(400, "malformed", "gzip")
        except zlib.error as cause:
            raise Refused(400, "malformed", "gzip") from cause
        return bytes(made)

    def end(self) -> None:
        if not self._stream.eof:
            raise Refused(400, "malformed", "gzip")


def parse(type_: type[T], body: bytes) -> T:
    """``body`` as a ``type_``; Refused 400 for what is no JSON, 422 for another shape."""
    try:
        return decode(type_, body)
    except Malformed as cause:
        raise unreadable(cause) from cause


def unreadable(cause: Malformed, pointer: str | None = None) -> Refused:
    """The problem for bytes that cannot be decoded: 422 for a wrong shape, 400 for anything else."""
    reason = str(cause.params["reason"])
    if isinstance(cause.__cause__, msgspec.ValidationError):
        return Refused(422, "invalid", reason, pointer=pointer)
    return Refused(400, "malformed", reason, pointer=pointer)


def witness_of(request: Request) -> tuple[int, str] | None:
    """The ``Akk-Witness`` header ``seq mark``; Refused (422) when it has another form."""
    header = request.headers.get(HEADER_WITNESS)
    if header is None:
        return None
    seq, _, mark = header.strip().partition(" ")
    if not (seq.isascii() and seq.isdigit() and len(seq) <= 16):
        raise Refused(422, "invalid", HEADER_WITNESS)
    try:
        return msgspec.convert((int(seq), mark.strip()), Witness)
    except msgspec.ValidationError as cause:
        raise Refused(422, "invalid", HEADER_WITNESS) from cause


class Resume(NamedTuple):
    """What a client has of an answer that was cut: its first ``size`` bytes, and their CRC-32."""

    size: int
    crc: int


def resume_of(request: Request) -> Resume | None:
    """The ``Akk-Resume`` header; Refused (422) when it has another form."""
    header = request.headers.get(HEADER_RESUME)
    if header is None:
        return None
    found = _RESUME.fullmatch(header)
    if found is None:
        raise Refused(422, "invalid", HEADER_RESUME)
    return Resume(int(found[1]), int(found[2], 16))


def takes_gzip(request: Request) -> bool:
    """Whether the client asked for a gzip answer."""
    for part in request.headers.get("accept-encoding", "").lower().split(","):
        name, _, quality = part.partition(";")
        if name.strip() in ("gzip", "*"):
            return quality.strip() not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def respond(
    request: Request, body: bytes, media: str, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """A whole answer, compressed when it was asked for and is worth it."""
    made = {"Vary": "Accept-Encoding", **(headers or {})}
    if len(body) >= _SMALL and takes_gzip(request):
        made["Content-Encoding"] = "gzip"
        packer = zlib.compressobj(GZIP_LEVEL, wbits=31)
        body = packer.compress(body) + packer.flush()
    return Response(body, status, made, media)


async def stream(request: Request, parts: AsyncIterator[bytes], media: str, after: Resume | None = None) -> Response:
    """A streamed answer; every part is flushed, so that the client has it whole when it arrives.

    Of one that was cut only what follows; Refused (422) when it no longer begins with what the client has.
    """
    headers = {"X-Accel-Buffering": "no"}
    if takes_gzip(request):
        headers["Content-Encoding"] = "gzip"
        parts = _packed(parts, zlib.compressobj(GZIP_LEVEL, wbits=31))
    if after is not None:
        parts = _behind(await _skipped(parts, after), parts)
        headers[HEADER_RESUME] = str(after.size)
    return StreamingResponse(parts, 200, headers, media)


async def _packed(parts: AsyncIterator[bytes], packer: Any) -> AsyncIterator[bytes]:
    async for part in parts:
        yield packer.compress(part) + packer.flush(zlib.Z_SYNC_FLUSH)
    yield packer.flush()


async def _skipped(parts: AsyncIterator[bytes], after: Resume) -> bytes:
    """Take what the client has from ``parts``; returns what is left of the part in which it ends."""
    size = crc = 0
    async for part in parts:
        known = part[: after.size - size]
        size += len(known)
        crc = zlib.crc32(known, crc)
        if size == after.size:
            if crc != after.crc:
                break
            return part[len(known) :]
        # Nothing is sent meanwhile that would let others have their turn.
        await asyncio.sleep(0)
    raise Refused(422, "invalid", HEADER_RESUME)


async def _behind(first: bytes, parts: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for part in parts:
        yield part
