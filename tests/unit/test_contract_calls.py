"""JSON in and out, errors in words, and the OpenAPI document."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from akk_tui.contract import codec, openapi
from akk_tui.contract.endpoints import ENDPOINTS, LINES, PROBLEM
from akk_tui.contract.errors import AkkError, BadKey, BadValue, N_, UnknownField
from akk_tui.contract.records import EndLine, Operation, Present, Problem, PullRequest, Reference, Region
from akk_tui.contract.text import Line, Text

OP = {
    "op": "01920000-0000-7000-8000-000000000000", "n": 1, "kind": "assessment", "key": "2025:35.72:2.4",
    "set": {"item.2.4.1": "diterima"}, "was": {"item.2.4.1": "belum_ada"},
}  # fmt: skip


# --- codec ------------------------------------------------------------------------------------------------------


def test_what_is_encoded_decodes_equal() -> None:
    made = codec.convert(Operation, OP)
    assert codec.decode(Operation, codec.encode(made)) == made
    region = Region(
        code=Line("35.72"),
        kind="kota",
        name=Line("Blitar"),
        province=Line("Jawa Timur"),
        province_code=Line("35"),
        zone="WIB",
    )
    assert codec.decode(Region, codec.encode(region)) == region
    assert region.full_name == "Kota Blitar"
    assert msgspec.structs.replace(region, kind="kabupaten").full_name == "Kab. Blitar"
    assert codec.encode(Present(rev=1)) == b'{"rev":1}'
    assert codec.encode([Text("a\nb"), Line("c")]) == b'["a\\nb","c"]'


def test_a_type_that_is_no_json_cannot_be_encoded() -> None:
    with pytest.raises(NotImplementedError):
        codec.encode(object())
    with pytest.raises(NotImplementedError):
        codec.schema_hook(complex)


@pytest.mark.parametrize(
    ("type_", "data", "reason"),
    [
        (Operation, b"<html>", "JSON is malformed"),
        (Operation, b'{"op": 1}', "Expected `str`"),
        (Operation, b'{"op"', "truncated"),
        (Operation, codec.encode({**OP, "lain": 1}), "unknown field `lain`"),
        (Operation, codec.encode({**OP, "n": 0}), "Expected `int` >= 1"),
        (Operation, codec.encode({**OP, "set": {}}), "length >= 1"),
        (Operation, codec.encode({**OP, "op": "X"}), "matching regex"),
        (PullRequest, b'{"at": -1}', "Expected `int` >= 0"),
        (Any, b'"\xff"', "UTF-8"),
        (Any, b"[" * 100_000, "recursion"),
        (EndLine, b'{"end": 1, "sum": {"Blitar": 1}}', "matching regex"),
    ],
)
def test_bytes_that_are_not_expected_end_in_words(type_: Any, data: bytes, reason: str) -> None:
    with pytest.raises(codec.Malformed) as caught:
        codec.decode(type_, data)
    assert caught.value.words().startswith("Jawaban tidak dapat dibaca: ")
    assert reason.casefold() in caught.value.words().casefold()


def test_a_reason_is_clean_and_short() -> None:
    with pytest.raises(codec.Malformed) as caught:
        codec.decode(Operation, codec.encode({**OP, "\x1b[31m" + "x" * 900: 1}))
    assert "\x1b" not in caught.value.words()
    assert len(caught.value.words()) < 250


def test_plain_values_are_converted() -> None:
    assert codec.convert(PullRequest, {"at": "5"}, strict=False).at == 5
    with pytest.raises(codec.Malformed, match=r"Expected `int`"):
        codec.convert(PullRequest, {"at": "5"})


def test_what_the_client_reads_lets_new_fields_pass() -> None:
    assert codec.decode(EndLine, b'{"end": 7, "baru": true}').end == 7
    officer = b'{"name": "a\\u001b[2Jb", "display": "B", "role": "petugas"}'
    data = b'{"cycles": [], "regions": [], "agencies": [], "officer": ' + officer + b', "baru": 1}'
    reference = codec.decode(Reference, data)
    assert reference.officer.name == "ab"
    assert reference.officer.zone == "WIB"
    assert reference.sample is None


# --- errors -----------------------------------------------------------------------------------------------------


class _Held(AkkError):
    text = N_("Tertahan {name}")


@pytest.mark.parametrize(
    ("error", "words", "code", "status"),
    [
        (AkkError(reason="x"), "Gagal: x", "failed", 1),
        (BadValue(value="v", field="f", reason="r"), "Nilai “v” tidak sah untuk f: r", "bad_value", 2),
        (UnknownField(kind="note", field="x"), "Isian x tidak dikenal pada catatan.", "unknown_field", 2),
        (BadKey(kind="note", key="k"), "Kunci “k” tidak sah untuk catatan.", "bad_key", 2),
    ],
)
def test_errors_end_in_words(error: AkkError, words: str, code: str, status: int) -> None:
    assert str(error) == error.words() == words
    assert (error.code, error.exit_code) == (code, status)


def test_words_are_translated_before_they_are_filled() -> None:
    error = _Held(name="{x}")
    assert error.words() == "Tertahan {x}"
    assert error.words(lambda text: text.replace("Tertahan", "Held")) == "Held {x}"


def test_a_reason_is_translated_too() -> None:
    english = {
        BadValue.text: "“{value}” is not valid for {field}: {reason}",
        "bukan angka": "not a number",
    }
    error = BadValue(value="baik", field="score", reason="bukan angka")
    assert error.words(lambda text: english.get(text, text)) == "“baik” is not valid for nilai resmi: not a number"
    assert _Held(name=7).words(lambda text: english.get(text, text)) == "Tertahan 7"


# --- OpenAPI ----------------------------------------------------------------------------------------------------

DOCUMENT = openapi.document("0.1.0")


def test_the_document_is_valid_openapi_3_1() -> None:
    assert DOCUMENT["openapi"] == "3.1.0"
    OpenAPIV31SpecValidator(DOCUMENT).validate()
    assert codec.decode(dict, codec.encode(DOCUMENT)) == DOCUMENT


def test_every_call_is_in_it() -> None:
    for call in ENDPOINTS:
        described = DOCUMENT["paths"][call.path][call.method.lower()]
        assert described["operationId"] == call.name
        assert ("security" in described) == call.signed_in
        assert set(described["responses"]) >= {"200", *map(str, call.errors)}
        for status in call.errors:
            assert described["responses"][str(status)]["content"][PROBLEM]["schema"] == {
                "$ref": "#/components/schemas/Problem"
            }
        assert ("requestBody" in described) == bool(call.body)
    assert sum(map(len, DOCUMENT["paths"].values())) == len(ENDPOINTS)


def test_streams_and_constraints_are_described() -> None:
    push = DOCUMENT["paths"]["/v1/push"]["post"]
    assert push["requestBody"]["content"][LINES]["schema"]["x-line"] == {
        "oneOf": [{"$ref": "#/components/schemas/Operation"}]
    }
    schemas = DOCUMENT["components"]["schemas"]
    assert schemas["Operation"]["properties"]["n"]["minimum"] == 1
    assert schemas["Operation"]["additionalProperties"] is False
    assert "304" in DOCUMENT["paths"]["/v1/reference"]["get"]["responses"]
    log = DOCUMENT["paths"]["/v1/log"]["get"]["parameters"]
    assert {(one["name"], one["in"], one["required"]) for one in log} == {
        ("kind", "query", False),
        ("key", "query", False),
        ("unit", "query", False),
        ("after", "query", False),
    }
    headers = {one["name"] for one in push["parameters"] if one["in"] == "header"}
    assert headers == {"Akk-Witness", "Akk-Replica", "Akk-Again"}
    assert DOCUMENT["paths"]["/metrics"]["get"]["responses"]["200"]["content"] == {
        "text/plain": {"schema": {"type": "string"}}
    }
    assert schemas["Problem"]["required"] == ["status", "title", "code"]
    assert Problem(status=404, title=Line("t"), code=Line("not_found")).detail is None
