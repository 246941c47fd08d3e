"""Lines of an answer as typed records; everything foreign in them is cleaned here."""

from __future__ import annotations

import re
from typing import Any

from msgspec import Struct

from akk_tui.contract import codec
from akk_tui.contract.codec import Malformed
from akk_tui.contract.records import AnswerLine, ChunkLine, EndLine, MoreLine, Problem, PullHead, PushEnd, RowLine
from akk_tui.contract.text import clean_deep

PullLine = PullHead | RowLine | ChunkLine | EndLine | MoreLine


def pull_head(raw: bytes) -> PullHead:
    """The first line of a pull; raises Malformed."""
    return codec.decode(PullHead, raw)


def pull_line(raw: bytes) -> RowLine | ChunkLine | EndLine | MoreLine:
    """Any later line of a pull; raises Malformed."""
    if raw[:1] == b"[":
        row = codec.decode(RowLine, raw)
        return row if _plain(raw) else (*row[:4], clean_deep(row[4]))
    mark = codec.decode(dict[str, Any], raw)
    for name, form in (("chunk", ChunkLine), ("end", EndLine), ("more", MoreLine)):
        if name in mark:
            return codec.decode(form, raw)
    raise Malformed(reason="line")


def push_line(raw: bytes) -> AnswerLine | PushEnd:
    """A line of a push's answer; raises Malformed."""
    if raw[:1] == b"[":
        op, result, seq, detail = codec.decode(AnswerLine, raw)
        return op, result, seq, detail if detail is None or _plain(raw) else clean_deep(detail)
    return codec.decode(PushEnd, raw)


def problem(raw: bytes) -> Problem | None:
    """A problem document, or None when it is none."""
    try:
        return codec.decode(Problem, raw)
    except Malformed:
        return None


def refusal(raw: bytes) -> str | None:
    """The code of a refusal of the token endpoint (RFC 6749, 5.2), or None when it is none."""
    try:
        found = codec.decode(_Refusal, raw).error
    except Malformed:
        return None
    return found if re.fullmatch("[a-z_]{1,40}", found) else None


class _Refusal(Struct, frozen=True):
    """Any code: a provider may have some of its own."""

    error: str


def _plain(raw: bytes) -> bool:
    """Whether no string in it can hold anything but printable ASCII (JSON itself forbids bare control characters)."""
    return raw.isascii() and b"\\" not in raw and b"\x7f" not in raw
