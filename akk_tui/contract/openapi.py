"""The OpenAPI 3.1 document, made from the table of endpoints."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from akk_tui.contract.codec import decode, encode, schema_hook
from akk_tui.contract.endpoints import Endpoint, ENDPOINTS, FORM, HEADER_WITNESS, HTML, JSON, LINES, PLAIN, PROBLEM
from akk_tui.contract.identity import OAuthError
from akk_tui.contract.limits import FORM_FIELDS
from akk_tui.contract.records import Problem

_HEADERS = {HEADER_WITNESS: {"type": "string", "pattern": "^[0-9]{1,16} [0-9a-f]{16}$"}}
"""What is known of a header beyond its being text."""
_REF = "#/components/schemas/{name}"


def document(version: str) -> dict[str, Any]:
    """The whole document as plain data; ``version`` is the package's."""
    types = [Problem, OAuthError, *(type_ for call in ENDPOINTS for type_ in (*call.body, *call.answer))]
    schemas, components = msgspec.json.schema_components(types, ref_template=_REF, schema_hook=schema_hook)
    by_type = dict(zip(map(repr, types), schemas, strict=True))
    for type_ in {type_ for call in ENDPOINTS if call.body_media == FORM for type_ in call.body}:
        # A parameter that is not known passes, but none stands twice (RFC 6749, 3.2).
        components[type_.__name__] |= {"additionalProperties": {"type": "string"}, "maxProperties": FORM_FIELDS}
    paths: dict[str, Any] = {}
    for call in ENDPOINTS:
        paths.setdefault(call.path, {})[call.method.lower()] = _operation(call, by_type)
    whole = {
        "openapi": "3.1.0",
        "info": {"title": "AKK", "version": version, "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}},
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
    }
    # Defaults come as the Structs hold them (tuples, text types); the document is plain JSON data.
    return decode(dict[str, Any], encode(whole))


def _operation(call: Endpoint, by_type: dict[str, Any]) -> dict[str, Any]:
    problem = {PROBLEM: {"schema": by_type[repr(Problem)]}}
    refusal = {HTML: {"schema": {"type": "string"}}}
    if call.answer_media != HTML:
        refusal = {JSON: {"schema": by_type[repr(OAuthError)]}}
    described: dict[str, Any] = {
        "operationId": call.name,
        "summary": call.summary,
        "parameters": _parameters(call),
        "responses": {"200": {"description": "OK", "content": _content(call.answer, call.answer_media, by_type)}},
    }
    if "If-None-Match" in call.headers:
        described["responses"]["304"] = {"description": "Unchanged"}
    for status in sorted({*call.problems, *call.refusals}):
        content = {**(problem if status in call.problems else {}), **(refusal if status in call.refusals else {})}
        described["responses"][str(status)] = {"description": "Refused, and why", "content": content}
    if call.body:
        described["requestBody"] = {"required": True, "content": _content(call.body, call.body_media, by_type)}
    if call.signed_in:
        described["security"] = [{"bearer": []}]
    return described


def _parameters(call: Endpoint) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = [
        {"name": name, "in": "header", "required": False, "schema": _HEADERS.get(name, {"type": "string"})}
        for name in call.headers
    ]
    made += [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)}", call.path)
    ]
    if call.query is not None:
        schema = msgspec.json.schema_components([call.query], schema_hook=schema_hook)[1][call.query.__name__]
        required = schema.get("required", [])
        made += [
            {"name": name, "in": "query", "required": name in required, "schema": part}
            for name, part in schema["properties"].items()
        ]
    return made


def _content(types: tuple[Any, ...], media: str, by_type: dict[str, Any]) -> dict[str, Any]:
    schemas = [by_type[repr(type_)] for type_ in types]
    if media in (PLAIN, HTML):
        return {media: {"schema": {"type": "string"}}}
    if media == LINES:
        described = {"description": "One JSON value a line", "x-line": {"oneOf": schemas}}
        return {media: {"schema": {"type": "string", **described}}}
    return {media: {"schema": schemas[0]}}
