"""The one door for foreign text: nothing that steers a terminal or hides from the reader comes through."""

from __future__ import annotations

import unicodedata
from typing import Any

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from akk_tui.contract.text import clean, clean_deep, dec_hook, is_clean, Line, Text

STEERING = [chr(n) for n in (*range(0x20), *range(0x7F, 0xA0))]
BIDI = [chr(n) for n in (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))]
UNSEEN = ["\u00ad", "\u200b", "\u200d", "\u2060", "\ufeff", "\U000e0041", "\U000e0100", "\u115f", "\u3164", "\ufffe"]
PIECES = [
    "\x1b[31m",
    "\x1b]0;x\x07",
    "\x1b]8;;http://x\x1b\\",
    "\x9b2J",
    "\x1bP1$r\x1b\\",
    "\x1b",
    "[31m",
    "\r",
    "\n",
    "\t",
]
nasty = st.lists(
    st.sampled_from([*STEERING, *BIDI, *UNSEEN, *PIECES, "e", "\u0301", "\u0323", "a" + "\u0301" * 9, "가", "\u20dd"])
    | st.text(max_size=4),
    max_size=16,
).map("".join)


def bad_chars(text: str, *, lines: bool) -> set[str]:
    allowed = {"\n"} if lines else set()
    return {
        char
        for char in text
        if char not in allowed
        and (unicodedata.category(char) in ("Cc", "Cs") or char in BIDI or char in UNSEEN or char in "\u2028\u2029")
    }


@given(nasty, st.booleans())
@example("\x1b\x9b1", False)
@example("\x1b\x00[31m", False)
@example("\x1b[3\x9b1m2m", True)
@example("e" + "\u200b\u0301" * 9, True)
@example("\u1100\u200b\u1161", False)
@example("\t\u0301" * 6, True)
def test_what_comes_through_is_clean_and_stays_as_it_is(text: str, lines: bool) -> None:
    once = clean(text, lines=lines)
    assert not bad_chars(once, lines=lines)
    assert clean(once, lines=lines) == once
    assert is_clean(once, lines=lines)
    assert unicodedata.is_normalized("NFC", once)


@given(nasty)
def test_marks_do_not_pile_up(text: str) -> None:
    pile = 0
    for char in clean(text + "x" + "\u0301" * 500, lines=True):
        pile = pile + 1 if unicodedata.category(char) in ("Mn", "Me") else 0
        assert pile <= 4


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=40))
def test_plain_text_is_untouched(text: str) -> None:
    assert clean(text) is text
    assert clean(text + "\n" + text, lines=True) == text + "\n" + text


@pytest.mark.parametrize(
    ("text", "line", "lines"),
    [
        ("a\x1b[31mb\x1b[0m", "ab", "ab"),
        ("a\x1b]0;judul\x07b", "ab", "ab"),
        ("a\x1b]8;;http://x\x1b\\b", "ab", "ab"),
        ("a\x9b31mb", "ab", "ab"),
        ("a\x90kode\x9cb", "ab", "ab"),
        ("a\x1b]tak berujung\nb", "a b", "a\nb"),
        ("a\x1bcb", "ab", "ab"),
        ("a\x07b\x00c\x7f", "abc", "abc"),
        ("a\r\nb\rc\u2028d\x85e", "a b c d e", "a\nb\nc\nd\ne"),
        ("a\tb", "a b", "a   b"),
        ("kode\u202egnp.exe", "kodegnp.exe", "kodegnp.exe"),
        ("e\u0301", "é", "é"),
        ("[@click=app.quit]x[/nope]", "[@click=app.quit]x[/nope]", "[@click=app.quit]x[/nope]"),
        ("Wali Kota – “Blitar” 27 °C 🙂", "Wali Kota – “Blitar” 27 °C 🙂", "Wali Kota – “Blitar” 27 °C 🙂"),
        ("", "", ""),
    ],
)
def test_cleaning(text: str, line: str, lines: str) -> None:
    assert clean(text) == line
    assert clean(text, lines=True) == lines


def test_a_lone_surrogate_is_gone() -> None:
    assert clean("a\ud800b") == "ab"
    assert clean("a\ud800b").encode() == b"ab"


class Holder(msgspec.Struct):
    one: Line
    many: Text


def test_structs_are_clean_by_construction() -> None:
    data = b'{"one": "a\\u001b[31mb\\nc", "many": "x\\u0007\\ny\\tz"}'
    made = msgspec.json.decode(data, type=Holder, dec_hook=dec_hook)
    assert made.one == "ab c"
    assert made.many == "x\ny   z"
    assert isinstance(made.one, Line)
    assert isinstance(made.many, Text)


def test_a_text_must_be_a_string() -> None:
    with pytest.raises(msgspec.ValidationError, match=r"Expected `str`, got `int`.*\$\.one"):
        msgspec.json.decode(b'{"one": 1, "many": ""}', type=Holder, dec_hook=dec_hook)
    with pytest.raises(NotImplementedError):
        dec_hook(complex, 1)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | nasty,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(nasty, inner, max_size=3),
    max_leaves=10,
)


def strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for pair in value.items() for part in pair for text in strings(part)]
    return [text for part in value for text in strings(part)] if isinstance(value, list) else []


@given(json_values)
def test_deep_values_are_clean_everywhere(value: Any) -> None:
    once = clean_deep(value)
    assert all(not bad_chars(text, lines=True) for text in strings(once))
    assert clean_deep(once) == once
