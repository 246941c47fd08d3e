"""The one table of calls: the server's routes, the client's requests and the OpenAPI document come from it."""

from __future__ import annotations

from typing import Any, Final, Literal, NamedTuple

from akk_tui.contract.bundles import Registered, ReplicaKey
from akk_tui.contract.exports import Exports, Noted
from akk_tui.contract.identity import (
    DeviceAnswer,
    DeviceForm,
    DevicePageForm,
    Ended,
    EndSessions,
    InvitePageForm,
    PageQuery,
    RevokeForm,
    Sessions,
    SignIn,
    TokenForm,
    Tokens,
)
from akk_tui.contract.records import (
    AnswerLine,
    ChunkLine,
    EndLine,
    Health,
    LogPage,
    LogQuery,
    LogsQuery,
    MoreLine,
    Operation,
    PullHead,
    PullRequest,
    PushEnd,
    Reference,
    RowLine,
    UnitLogs,
)

JSON: Final = "application/json"
LINES: Final = "application/jsonl"
PLAIN: Final = "text/plain"
FORM: Final = "application/x-www-form-urlencoded"
HTML: Final = "text/html"
PROBLEM: Final = "application/problem+json"

HEADER_PROTOCOL: Final = "Akk-Sync"
HEADER_SCHEMA: Final = "Akk-Schema"
HEADER_CLIENT: Final = "Akk-Client"
HEADER_REPLICA: Final = "Akk-Replica"
HEADER_WITNESS: Final = "Akk-Witness"
HEADER_AGAIN: Final = "Akk-Again"
"""Of a push that holds operations which were in a request before: a restored server may hold what came after them."""
HEADER_RESUME: Final = "Akk-Resume"
"""Of a pull sent again after a cut: how many bytes of the answer came, and their CRC-32 (eight hex digits).

An answer that goes on behind them repeats the number; when it would be another one by now it is refused (422).
"""


class Endpoint(NamedTuple):
    """One call. ``body`` and ``answer`` are types; with media type LINES they are the types that a line may have.

    ``errors`` are statuses of a problem document, ``refusals`` those of an ``OAuthError`` (RFC 6749, 5.2), or of a page
    (HTML) that tells what is wrong in its own words.
    """

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
    refusals: tuple[int, ...] = ()
    signed_in: bool = True
    headers: tuple[str, ...] = ()

    @property
    def problems(self) -> tuple[int, ...]:
        """All statuses of a problem document: its own, and what any call may be answered."""
        return tuple(sorted({*self.errors, *_ANY, *(_WITH_BODY if self.body else ())}))


_ANY: Final = (429, 500, 503)
"""Too many requests, a failure of the server, no database or no room: whatever is called."""
_WITH_BODY: Final = (408,)
"""The body came too slowly."""

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
    headers=(HEADER_RESUME,),
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
    headers=(HEADER_WITNESS, HEADER_REPLICA, HEADER_AGAIN),
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
LOGS: Final = Endpoint(
    name="logs",
    method="GET",
    path="/v1/logs",
    summary="The accepted operations of several units, in pages, oldest first",
    query=LogsQuery,
    answer=(UnitLogs,),
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

SIGN_IN: Final = Endpoint(
    name="sign_in",
    method="GET",
    path="/v1/sign-in",
    summary="The ways of signing in that are offered",
    answer=(SignIn,),
    signed_in=False,
)
DEVICE: Final = Endpoint(
    name="device",
    method="POST",
    path="/v1/device",
    summary="A device code and the code that an officer confirms in a browser (RFC 8628)",
    body=(DeviceForm,),
    body_media=FORM,
    answer=(DeviceAnswer,),
    errors=(400, 413, 415),
    refusals=(400, 401, 429),
    signed_in=False,
)
TOKEN: Final = Endpoint(
    name="token",
    method="POST",
    path="/v1/token",
    summary="An access token by a device code, a refresh token or an identity token; names the next refresh token",
    body=(TokenForm,),
    body_media=FORM,
    answer=(Tokens,),
    errors=(400, 413, 415),
    refusals=(400, 401, 429),
    signed_in=False,
)
REVOKE: Final = Endpoint(
    name="revoke",
    method="POST",
    path="/v1/revoke",
    summary="Ends the session of a token (RFC 7009); done also when there is none",
    body=(RevokeForm,),
    body_media=FORM,
    answer=(Ended,),
    errors=(400, 413, 415),
    refusals=(400,),
    signed_in=False,
)
SESSIONS: Final = Endpoint(
    name="sessions",
    method="GET",
    path="/v1/sessions",
    summary="The officer's sessions that are in force",
    answer=(Sessions,),
    errors=(401, 403),
)
SESSIONS_END: Final = Endpoint(
    name="sessions_end",
    method="POST",
    path="/v1/sessions/end",
    summary="Ends one of the officer's sessions, or all",
    body=(EndSessions,),
    answer=(Ended,),
    errors=(400, 401, 403, 404, 413, 415, 422),
)
WIPED: Final = Endpoint(
    name="sessions_wiped",
    method="POST",
    path="/v1/sessions/wiped",
    summary="The client of a session that was marked for wiping has destroyed its data; the session ends",
    answer=(Ended,),
    errors=(401, 403, 404),
)
EXPORTS: Final = Endpoint(
    name="exports",
    method="POST",
    path="/v1/exports",
    summary="Files that left the officer's computer, for the audit; one that is known already is not recorded again",
    body=(Exports,),
    answer=(Noted,),
    errors=(400, 401, 403, 413, 415, 422),
)
REPLICA: Final = Endpoint(
    name="replica",
    method="POST",
    path="/v1/replica",
    summary="The key with which this copy of the data signs files for import-bundle; it counts as long as the sign-in",
    body=(ReplicaKey,),
    answer=(Registered,),
    errors=(400, 401, 403, 413, 415, 422),
)
DEVICE_PAGE: Final = Endpoint(
    name="device_page",
    method="GET",
    path="/device",
    summary="The page on which an officer confirms a device: asks for the code",
    query=PageQuery,
    answer=(str,),
    answer_media=HTML,
    signed_in=False,
)
DEVICE_POST: Final = Endpoint(
    name="device_post",
    method="POST",
    path="/device",
    summary="A step of that page: the code, name and password, the decision",
    query=PageQuery,
    body=(DevicePageForm,),
    body_media=FORM,
    answer=(str,),
    answer_media=HTML,
    errors=(400, 413, 415),
    refusals=(400, 404, 422, 429, 503),
    signed_in=False,
)
INVITE_PAGE: Final = Endpoint(
    name="invite_page",
    method="GET",
    path="/invite/{token}",
    summary="The page of an invitation: asks for a new password",
    query=PageQuery,
    answer=(str,),
    answer_media=HTML,
    refusals=(404,),
    signed_in=False,
)
INVITE_POST: Final = Endpoint(
    name="invite_post",
    method="POST",
    path="/invite/{token}",
    summary="Sets the password, once",
    query=PageQuery,
    body=(InvitePageForm,),
    body_media=FORM,
    answer=(str,),
    answer_media=HTML,
    errors=(400, 413, 415),
    refusals=(400, 404, 422, 503),
    signed_in=False,
)

ENDPOINTS: Final[tuple[Endpoint, ...]] = (
    REFERENCE,
    PULL,
    PUSH,
    LOG,
    LOGS,
    HEALTH,
    READY,
    METRICS,
    SIGN_IN,
    DEVICE,
    TOKEN,
    REVOKE,
    SESSIONS,
    SESSIONS_END,
    WIPED,
    EXPORTS,
    REPLICA,
    DEVICE_PAGE,
    DEVICE_POST,
    INVITE_PAGE,
    INVITE_POST,
)
