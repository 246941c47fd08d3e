"""The published OpenAPI document, tried against the app by schemathesis: no failure, nothing undocumented."""

from __future__ import annotations

import json
from itertools import count
from typing import Any

import late_cases
import pytest
import schemathesis
from hypothesis import given, HealthCheck, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from server_api import KOTA, Officer, OTHER, Server, UNIT

from akk_tui import __version__
from akk_tui.contract.openapi import document

pytestmark = pytest.mark.no_cover
"""Other tests reach the same; what makes the requests computes much, and three times as long when it is measured."""

CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)
late_cases.use()
SCHEMA = schemathesis.openapi.from_dict(json.loads(json.dumps(document(__version__))))


@schemathesis.serializer("application/jsonl")
def jsonl(_context: Any, value: Any) -> Any:
    """Lines are sent as they are."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogateescape")


@pytest.fixture
def officer(server: Server) -> Officer:
    """An officer with some rows to read."""
    made = server.officer("ani", KOTA, OTHER)
    made.do("assessment", f"{UNIT}:2.4", {"due": "2025-10-10"}, {"due": None})
    return made


SETTINGS = settings(
    max_examples=25, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 3000) | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda part: st.lists(part, max_size=3) | st.dictionaries(TEXT, part, max_size=3),
    max_leaves=8,
)
KINDS = st.sampled_from(["assessment", "criterion", "standing", "score", "note", "event", "followup", "log", "x"])
KEYS = st.sampled_from(
    [
        UNIT,
        f"{UNIT}:2.4",
        f"{UNIT}:mcp",
        f"{UNIT}:bpk",
        f"{UNIT}:2025-09-08",
        "01900000-0000-7000-8000-00000000aa01",
        "x",
    ]
)
NAMES = st.sampled_from(
    ["item.2.4.1", "item.9.9.9", "evidence.2.4.1.1", "owners", "due", "pic", "summary", "score", "as_of", "source",
     "value", "year", "stage", "date", "team", "retracted", "cycle", "region", "subject", "author", "title", "deleted"]
)  # fmt: skip
VALUES = JSON | st.sampled_from(["2025", KOTA, "ani", "diterima", "2025-10-10", "77.50", "98.00", ["a"], {"name": "x"}])
FIELDS = st.dictionaries(NAMES | TEXT, VALUES, max_size=6)
NUMBERS = count(1)


@SETTINGS
@given(lines=st.lists(st.tuples(KINDS, KEYS, FIELDS, FIELDS | st.none(), JSON), max_size=5))
def test_whatever_an_operation_holds_it_is_answered(officer: Officer, lines: list[Any]) -> None:
    """One answer for each operation in its order, and never a failure, whatever stands in the fields."""
    sent = [officer.op(kind, key, set_, was) for kind, key, set_, was, _ in lines]
    for one, (*_, at) in zip(sent, lines, strict=True):
        one["op"] = f"01900000-ffff-7000-8000-{next(NUMBERS):012x}"
        if at:
            one["at"] = at
    answers = officer.push(*sent)
    assert [answer[0] for answer in answers] == [one["op"] for one in sent]
    assert {answer[1] for answer in answers} <= {"applied", "same", "conflict", "wait", "forbidden", "rejected"}
    assert officer.pull().last["end"]


@SCHEMA.parametrize()
@SETTINGS
def test_every_call_answers_as_documented(case: Any, officer: Officer) -> None:
    media = case.media_type
    body = case.body if isinstance(case.body, (bytes, str)) else None
    sent: dict[str, Any] = {"params": case.query, "headers": {**officer.headers, **(case.headers or {})}}
    sent["headers"].update(officer.headers)
    if media:
        sent["headers"]["Content-Type"] = media
        sent["content"] = body if body is not None else json.dumps(case.body)
    response = officer.client.request(case.method, case.formatted_path, **sent)
    case.validate_response(schemathesis.Response.from_httpx(response, verify=False), checks=CHECKS)
