"""Operations, each judged for itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from akk_tui.contract.codec import encode, Malformed
from akk_tui.contract.endpoints import HEADER_AGAIN, LINES, PUSH
from akk_tui.contract.limits import BATCH_BYTES, BATCH_OPERATIONS
from akk_tui.contract.records import Operation, PushEnd, Refusal
from akk_tui.contract.text import Line
from akk_tui.server import judge
from akk_tui.server.auth import Signed
from akk_tui.server.errors import Refused
from akk_tui.server.http import read_body, respond, unreadable, witness_of
from akk_tui.server.service import Service, service_of, signed_in

_RIGHTS: Final = ("scope", "read_only", "role", "not_author", "op_taken")
"""Refusals of an operation that the audit tells of; the others are about values."""


async def answer(request: Request) -> Response:
    """An answer line for each operation, then the head."""
    signed = await signed_in(request, "push")
    witness = witness_of(request)
    sent = _operations(await read_body(request, PUSH))
    service = service_of(request)
    again = HEADER_AGAIN in request.headers
    done = await service.database.run_writing(_push, service, signed, sent, witness, again)
    for _, result, _, _ in done.answers:
        service.metrics.add("akk_operations_total", f'result="{result}"')
    for code, count in Counter(_not_allowed(done)).items():
        service.refused(request, code, count=count)
    lines = [encode(line) for line in done.answers]
    lines.append(encode(PushEnd(head=done.head.witness, at=Line(done.at))))
    return respond(request, b"\n".join(lines) + b"\n", LINES)


def _not_allowed(done: judge.Pushed) -> Iterator[str]:
    """The codes of operations that their author had no right to."""
    for _, _, _, detail in done.answers:
        if isinstance(detail, Refusal) and detail.code in _RIGHTS:
            yield detail.code


def _push(
    service: Service,
    signed: Signed,
    sent: list[Operation | judge.Unread],
    witness: tuple[int, str] | None,
    again: bool,
) -> judge.Pushed:
    work = partial(judge.push, catalogue=service.catalogue, signed=signed, sent=sent, witness=witness, again=again)
    return service.database.write(work)


def _operations(body: bytes) -> list[Operation | judge.Unread]:
    """The lines of a push; Refused 413 past the limits of a batch, 400 or 422 for a line without an operation id."""
    lines = [line for line in body.split(b"\n") if line.strip()]
    if len(lines) > BATCH_OPERATIONS or len(body) > BATCH_BYTES:
        raise Refused(413, "too_large", f"{BATCH_OPERATIONS} operations, {BATCH_BYTES} bytes")
    return [_operation(line, number) for number, line in enumerate(lines, 1)]


def _operation(line: bytes, number: int) -> Operation | judge.Unread:
    try:
        return judge.read(line)
    except Malformed as nameless:
        raise unreadable(nameless, pointer=f"/{number}") from nameless
