"""Bodies: gzip in and out, decoded in small steps under limits, and lines cut out of a stream.

The decoder is our own since a client library inflates a whole chunk at once: a few hundred bytes can become
hundreds of megabytes before anybody counts.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from typing import Final

from akk_tui.contract.limits import BODY_BYTES, LINE_BYTES

_STEP: Final = 65_536
_GZIP: Final = 31


class BodyRefused(Exception):
    """Bytes past a limit, or that are no gzip. The message is a short reason."""


class BodyTorn(Exception):
    """The body ended in the middle of its gzip stream or of a line."""


def packed(data: bytes) -> bytes:
    """``data`` as a gzip stream without a time stamp."""
    maker = zlib.compressobj(9, zlib.DEFLATED, _GZIP)
    return maker.compress(data) + maker.flush()


def unpacked(parts: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """Decoded pieces of at most 64 kB each. ``encoding`` is the Content-Encoding: ``gzip`` or nothing.

    Raises BodyRefused for another encoding, broken gzip, or anything behind the end of the gzip stream; BodyTorn
    when it ends early.
    """
    if encoding in ("", "identity"):
        yield from parts
        return
    if encoding != "gzip":
        raise BodyRefused(f"Content-Encoding: {encoding[:20]}")
    machine = zlib.decompressobj(_GZIP)
    for part in parts:
        waiting, more = part, bool(part)
        while more:
            if machine.eof:
                raise BodyRefused("gzip: data behind its end")
            try:
                out = machine.decompress(waiting, _STEP)
            except zlib.error as cause:
                raise BodyRefused("gzip") from cause
            waiting = machine.unconsumed_tail or machine.unused_data
            # A full step may leave decoded bytes inside although all input was taken.
            more = bool(waiting) or (len(out) == _STEP and not machine.eof)
            yield out
    if not machine.eof:
        raise BodyTorn


def whole(parts: Iterable[bytes], encoding: str, most: int = BODY_BYTES) -> bytes:
    """The decoded body, at most ``most`` bytes; raises BodyRefused past it."""
    made = bytearray()
    for part in unpacked(_at_most(parts, most), encoding):
        made += part
        if len(made) > most:
            raise BodyRefused(f"> {most} B")
    return bytes(made)


def lines(parts: Iterable[bytes], encoding: str, most: int = LINE_BYTES) -> Iterator[bytes]:
    """The decoded body line by line, without line ends.

    A line, and what comes over the wire without completing one, has at most ``most`` bytes; raises BodyRefused past
    it and for an empty line. What follows the last line end is half a line: BodyTorn.
    """
    rest = bytearray()
    came = 0

    def counted() -> Iterator[bytes]:
        nonlocal came
        for part in parts:
            came += len(part)
            if came > 2 * most:
                raise BodyRefused(f"> {most} B")
            yield part

    for part in unpacked(counted(), encoding):
        rest += part
        if b"\n" not in part:
            if len(rest) > most:
                raise BodyRefused(f"> {most} B")
            continue
        *complete, tail = rest.split(b"\n")
        rest = bytearray(tail)
        came = 0
        for line in complete:
            if not 0 < len(line) <= most:
                raise BodyRefused(f"> {most} B" if line else "empty line")
            yield bytes(line)
    if rest:
        raise BodyTorn


def _at_most(parts: Iterable[bytes], most: int) -> Iterator[bytes]:
    came = 0
    for part in parts:
        came += len(part)
        if came > most:
            raise BodyRefused(f"> {most} B")
        yield part
