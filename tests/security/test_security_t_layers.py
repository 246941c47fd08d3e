"""T1, T2, T3, T9, each door by itself: what one lets through would not show while the others stand."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any, get_args, get_origin

import msgspec
import pytest
from hypothesis import given, settings, strategies
from programs import Home
from pseudo import Terminal
from test_hostile_text import assert_harmless, INVISIBLE, READ, TOWER
from test_hostile_text import ATTACK as WHOLE

from akk_tui.contract import bundles, codec, endpoints, identity, records
from akk_tui.contract.text import Line, Text
from akk_tui.sync import wire

pytestmark = pytest.mark.security

ATTACK = WHOLE.replace(TOWER, "")
"""Towers of marks hide, and do not steer: they are taken out where text is decoded, and nowhere else."""
HOSTILE = strategies.one_of(
    strategies.text(max_size=12),
    strategies.sampled_from(("\x1b[31m", "\x1b]52;c;QQ==\x07", "\x9b1m", "\u202ex", "\u200b", "\x1b", "a\x00", "\x07")),
)
STEERS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f]")
READ_BY_CLIENT = (
    records.Reference, records.PullHead, records.Problem, records.LogPage, records.PushEnd, records.Health,
    records.ChunkLine, records.EndLine,
    identity.SignIn, identity.DeviceAnswer, identity.Tokens, identity.Sessions, bundles.Registered, bundles.Answers,
)  # fmt: skip
NOT_SHOWN = {
    ("DeviceAnswer", "device_code"), ("Tokens", "access_token"), ("PullHead", "reference"),
}  # fmt: skip
"""Strings that are only compared or sent back."""


def strings(value: Any) -> Iterator[str]:
    """Every string in plain data, names too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from strings(name)
            yield from strings(part)
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from strings(part)


def bare(type_: Any, seen: set[Any]) -> Iterator[tuple[str, str]]:
    """Fields of a record, and of those in it, that are strings neither clean by type nor bound by a pattern."""
    if isinstance(type_, type) and issubclass(type_, msgspec.Struct):
        if type_ in seen:
            return
        seen.add(type_)
        for field in msgspec.structs.fields(type_):
            if _has_bare(field.type):
                yield type_.__name__, field.name
            for inner in _inner(field.type):
                yield from bare(inner, seen)


def _has_bare(type_: Any) -> bool:
    if type_ is str:
        return True
    if hasattr(type_, "__metadata__"):
        bound = any(getattr(one, "pattern", None) for one in type_.__metadata__)
        return not bound and _has_bare(type_.__origin__)
    # The names of a dictionary of numbers are ids that the instrument looks up.
    parts = get_args(type_)[1:] if get_origin(type_) is dict else get_args(type_)
    return any(_has_bare(part) for part in parts)


def _inner(type_: Any) -> Iterator[Any]:
    yield type_
    for part in get_args(type_):
        yield from _inner(part)


class TestDecoding:
    @pytest.mark.parametrize("record", READ_BY_CLIENT, ids=lambda record: record.__name__)
    def test_t1_every_text_that_is_read_is_clean_by_its_type(self, record: type) -> None:
        assert {*bare(record, set())} <= NOT_SHOWN

    def test_t1_every_answer_of_a_call_is_among_them(self) -> None:
        read = {form for call in endpoints.ENDPOINTS for form in call.answer if isinstance(form, type)}
        shown = {form for form in read if issubclass(form, msgspec.Struct) and any(_text(form))}
        assert shown <= {*READ_BY_CLIENT}

    @settings(deadline=None)
    @given(HOSTILE, HOSTILE)
    def test_t1_what_comes_off_the_wire_is_clean(self, one: str, other: str) -> None:
        """Rows and answers hold what the officers' apps wrote, in fields that no type names."""
        row = wire.pull_line(
            json.dumps([1, "note", "k" + one, 1, {"title": one, "tags": [other, {other: one}]}]).encode()
        )
        assert isinstance(row, tuple)
        op = "01900000-0000-7000-8000-000000000001"
        answer = wire.push_line(json.dumps([op, "conflict", 1, {"now": {"body": one}, "by": other}]).encode())
        assert isinstance(answer, tuple)
        problem = wire.problem(json.dumps({"status": 1, "title": one, "code": other, "detail": one}).encode())
        assert problem is not None
        for text in (*strings(list(row)), *strings(list(answer)), *strings(msgspec.to_builtins(problem, enc_hook=str))):
            assert not STEERS.search(text), repr(text)
            assert not INVISIBLE.search(text), repr(text)

    @settings(deadline=None)
    @given(HOSTILE)
    def test_t1_the_types_clean_when_they_are_decoded(self, text: str) -> None:
        for type_ in (Line, Text):
            found = codec.decode(type_, json.dumps(text).encode())
            assert not STEERS.search(found)
            assert not INVISIBLE.search(found)
            assert type_ is Text or "\n" not in found


def _text(form: type) -> Iterator[str]:
    for field in msgspec.structs.fields(form):
        if any(part in (str, Line, Text) for part in _inner(field.type)):
            yield field.name


@pytest.fixture
def stored(synced: Home) -> Home:
    """A profile whose own database holds hostile text, as an older version or another program may have left it."""
    synced.ok("note", "add", "--subject", "35.72", "--title", "Catatan sendiri", text="isi")
    (path,) = synced.folder.glob("data/stores/*/akk.db")
    with closing(sqlite3.connect(path)) as db:
        db.create_function("attack", 1, lambda text: ATTACK + str(text))
        db.create_function("poisoned", 1, _poisoned)
        db.execute("UPDATE base SET data = poisoned(data)")
        db.execute("UPDATE outbox SET body = poisoned(body)")
        for table, columns in (("note_doc", ("title", "body")), ("agenda_doc", ("title", "body"))):
            known = {name for _, name, *_ in db.execute(f"PRAGMA table_info({table})")}
            for column in known & {*columns}:
                db.execute(f"UPDATE {table} SET {column} = attack({column})")
        (body,) = db.execute("SELECT body FROM reference").fetchone()
        whole = json.loads(body)
        for one in (*whole["regions"], *whole["agencies"]):
            one["name"] = ATTACK + one["name"]
        db.execute("UPDATE reference SET body = ?", (json.dumps(whole),))
        db.execute("DELETE FROM summary")
        db.commit()
    return synced


def _poisoned(data: str) -> str:
    whole = json.loads(data)
    for part in (whole, whole.get("set")) if isinstance(whole, dict) else ():
        for name in part or ():
            if name in READ or name.startswith(("item_owner.", "evidence.")):
                part[name] = _attacked(part[name])
    return json.dumps(whole)


def _attacked(value: Any) -> Any:
    if isinstance(value, str):
        return ATTACK + value
    if isinstance(value, list):
        return [_attacked(part) for part in value]
    return {name: _attacked(part) for name, part in value.items()} if isinstance(value, dict) else value


class TestDrawing:
    def test_t2_t3_what_is_in_the_database_does_not_steer_the_terminal(
        self, stored: Home, open_app: Callable[..., Terminal]
    ) -> None:
        app = open_app(stored)
        app.wait("DATA CONTOH")
        app.settle()
        app.send("\x1b")
        for keys in ("2\r\t\t]]]]]", "3\r", "4\re", "\x1b", "5\r", "6\t\t", "1/blitar", "\x1b"):
            for key in keys:
                app.send(key)
                app.settle(0.4)
                assert app.alive(), app.text
        app.send("\x1b\x1b")
        app.settle()
        app.send("\x11")
        app.settle()
        if app.alive():
            app.send("\x11")
        app.ended()
        written = app.raw.decode()
        assert "[/nope]" in written
        # Neither a colour's name nor a picture's is read in it.
        assert "$text:bomb:" in written
        assert "\N{BOMB}" not in written
        assert_harmless(written)

    def test_t2_the_filter_is_the_last_door(self) -> None:
        """Whatever a widget draws: no control character leaves in a segment of text."""
        from rich.segment import Segment
        from textual.color import Color

        from akk_tui.ui.dressed import DressedApp

        app = object.__new__(DressedApp)
        for plain in (False, True):
            object.__setattr__(app, "ascii_glyphs", plain)
            filters = DressedApp.get_line_filters.__get__(_NoColour(plain))()
            drawn = [Segment(ATTACK), Segment("aman")]
            for one in filters:
                drawn = one.apply(drawn, Color.parse("black"))
            text = "".join(segment.text for segment in drawn)
            assert "aman" in text
            assert not STEERS.search(text)
            assert not INVISIBLE.search(text)


class _NoColour:
    """As much of an app as its filters ask for."""

    no_color = True

    def __init__(self, ascii_glyphs: bool) -> None:
        self.ascii_glyphs = ascii_glyphs


class TestCommandLine:
    COMMANDS = (
        ("status",), ("status", "35.72"), ("next", "35.72"), ("note", "list"), ("event", "list"), ("followup", "list"),
        ("whoami",), ("outbox", "list"), ("conflicts",), ("doctor",), ("report", "--from", "2025-09-24"),
        ("sync", "--history"), ("session", "list"),
    )  # fmt: skip

    def test_t9_what_is_in_the_database_does_not_steer_the_terminal(self, stored: Home) -> None:
        attacked = 0
        for words in self.COMMANDS:
            done = stored.run(*words)
            assert "Traceback" not in done.err, words
            printed = done.out + done.err
            attacked += "[/nope]" in printed
            assert not STEERS.search(printed), words
            assert_harmless(printed)
        assert attacked > 4

    def test_t9_json_is_exact_and_harmless(self, stored: Home) -> None:
        (path,) = stored.folder.glob("data/stores/*/akk.db")
        raw = stored.run("note", "list", "--json").out
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069]", raw)
        with closing(sqlite3.connect(path)) as db:
            kept = {title for (title,) in db.execute("SELECT title FROM note_doc")}
        told = {note["title"] for note in json.loads(raw)["notes"]}
        assert told
        assert any(ATTACK in title for title in told)
        assert told <= kept
