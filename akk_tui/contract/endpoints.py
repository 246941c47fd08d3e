"""The one table of calls: the server's routes, the client's requests and the OpenAPI document come from it."""

from __future__ import annotations

from typing import Any, Final, Literal, NamedTuple

from akk_tui.contract.records import (
    AnswerLine,
    ChunkLine,
    EndLine,
    Health,
    LogPage,
    LogQuery,
    MoreLine,
    Operation,
    PullHead,
    PullRequest,
    PushEnd,
    Reference,
    RowLine,
)

JSON: Final = "application/json"
LINES: Final = "application/jsonl"
PLAIN: Final = "text/plain"
PROBLEM: Final = "application/problem+json"

HEADER_PROTOCOL: Final = "Akk-Sync"
HEADER_SCHEMA: Final = "Akk-Schema"
HEADER_CLIENT: Final = "Akk-Client"
HEADER_REPLICA: Final = "Akk-Replica"
HEADER_WITNESS: Final = "Akk-Witness"


class Endpoint(NamedTuple):
    """One call. ``body`` and ``answer`` are types; with media type LINES they are the types that a line may have."""

    name: str
    method: Literal["GET", "POST"]
    path: str
    summary: str
    query: Any = None
    body: tuple[Any, ...] = ()
    body_media: str = JSON
    answer: tuple[Any, ...] = ()
    answer_media: str = JSON
    errors: tuple[int, ...] = ()
    signed_in: bool = True
    headers: tuple[str, ...] = ()


REFERENCE: Final = Endpoint(
    name="reference",
    method="GET",
    path="/v1/reference",
    summary="All reference data that this officer may see; a strong ETag, 304 when it is unchanged",
    answer=(Reference,),
    errors=(401, 403, 426),
    headers=("If-None-Match",),
)
PULL: Final = Endpoint(
    name="pull",
    method="POST",
    path="/v1/pull",
    summary="Rows that changed past the cursors, as JSON lines with commit points",
    body=(PullRequest,),
    answer=(PullHead, RowLine, ChunkLine, MoreLine, EndLine),
    answer_media=LINES,
    errors=(400, 401, 403, 409, 413, 415, 422, 426),
)
PUSH: Final = Endpoint(
    name="push",
    method="POST",
    path="/v1/push",
    summary="Operations, each judged for itself, as JSON lines with one answer line each",
    body=(Operation,),
    body_media=LINES,
    answer=(AnswerLine, PushEnd),
    answer_media=LINES,
    errors=(400, 401, 403, 409, 413, 415, 422),
    headers=(HEADER_WITNESS, HEADER_REPLICA),
)
LOG: Final = Endpoint(
    name="log",
    method="GET",
    path="/v1/log",
    summary="The accepted operations on one row, or those of a unit in pages, oldest first",
    query=LogQuery,
    answer=(LogPage,),
    errors=(401, 403, 404, 422),
)
HEALTH: Final = Endpoint(
    name="health",
    method="GET",
    path="/v1/health",
    summary="The process is alive",
    answer=(Health,),
    signed_in=False,
)
READY: Final = Endpoint(
    name="ready",
    method="GET",
    path="/v1/ready",
    summary="The database answers",
    answer=(Health,),
    errors=(503,),
    signed_in=False,
)
METRICS: Final = Endpoint(
    name="metrics",
    method="GET",
    path="/metrics",
    summary="Counters in the Prometheus text format",
    answer=(str,),
    answer_media=PLAIN,
    signed_in=False,
)

ENDPOINTS: Final[tuple[Endpoint, ...]] = (REFERENCE, PULL, PUSH, LOG, HEALTH, READY, METRICS)
