"""Bodies of forms: few bytes, each name once, an empty value as good as none (RFC 6749, 3.2)."""

from __future__ import annotations

from typing import Final, TypeVar
from urllib.parse import parse_qsl

import msgspec
from starlette.requests import Request

from akk_tui.contract.codec import convert, Malformed
from akk_tui.contract.endpoints import Endpoint
from akk_tui.contract.limits import FORM_FIELDS
from akk_tui.server.http import read_body

T = TypeVar("T")

FORM_BYTES: Final = 32_000


class BadForm(Exception):
    """A form that cannot be read or lacks something; the text names what."""


async def read_form(request: Request, call: Endpoint, type_: type[T]) -> T:
    """The form as a ``type_``; raises BadForm, or Refused for its size or media type."""
    body = await read_body(request, call, FORM_BYTES)
    try:
        pairs = parse_qsl(body.decode("utf-8"), strict_parsing=bool(body), errors="strict", max_num_fields=FORM_FIELDS)
    except ValueError as cause:
        raise BadForm("form") from cause
    values = dict(pairs)
    if len(values) != len(pairs):
        raise BadForm("twice")
    try:
        return convert(type_, values)
    except Malformed as cause:
        where = cause.__cause__
        raise BadForm(str(where) if isinstance(where, msgspec.ValidationError) else "form") from cause
