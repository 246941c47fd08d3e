"""JSON in and out: msgspec with the text types, and one error for everything that can be wrong with foreign bytes."""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar

import msgspec

from akk_tui.contract.errors import AkkError, N_
from akk_tui.contract.text import clean, dec_hook, Line, Text

T = TypeVar("T")


class Malformed(AkkError):
    """Bytes that are not the JSON that was expected."""

    code = "malformed"
    text = N_("Jawaban tidak dapat dibaca: {reason}")


def _enc_hook(value: Any) -> Any:
    if isinstance(value, (Line, Text)):
        return str(value)
    raise NotImplementedError(type(value))  # pyright: ignore[reportUnknownArgumentType]


_ENCODER = msgspec.json.Encoder(enc_hook=_enc_hook)


@cache
def _decoder(type_: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(type_, dec_hook=dec_hook)


def encode(value: Any) -> bytes:
    """``value`` as compact JSON."""
    return _ENCODER.encode(value)


def decode(type_: type[T], data: bytes | str) -> T:
    """``data`` as a ``type_``; raises Malformed for bad JSON, a wrong shape, bad UTF-8 or too deep nesting."""
    try:
        return _decoder(type_).decode(data)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as cause:
        raise Malformed(reason=clean(str(cause))[:200]) from cause


def convert(type_: type[T], value: Any, *, strict: bool = True) -> T:
    """Plain ``value`` (from TOML, a query string) as a ``type_``; raises Malformed."""
    try:
        return msgspec.convert(value, type_, strict=strict, dec_hook=dec_hook)
    except (msgspec.MsgspecError, RecursionError) as cause:
        raise Malformed(reason=clean(str(cause))[:200]) from cause


def schema_hook(type_: type[Any]) -> dict[str, Any]:
    """The JSON Schema of the text types."""
    if type_ in (Line, Text):
        return {"type": "string"}
    raise NotImplementedError(type_)
