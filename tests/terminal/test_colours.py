"""As many colours as the terminal has are sent, and no more; what Textual's own variables ask for is done."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from day import CTRL_P
from pseudo import Terminal

ATTRIBUTES = re.compile(rb"\x1b\[([0-9;]*)m")
KITTY_KEYS = b"\x1b[>25u"
NO_TRUE = {"COLORTERM": ""}


def colours(raw: bytes) -> set[str]:
    """Which kinds of colours were written: ``24 bit``, ``256``, ``16``."""
    found: set[str] = set()
    for codes in ATTRIBUTES.findall(raw):
        parts = codes.decode().split(";")
        while parts:
            code = parts.pop(0)
            if code in ("38", "48"):
                found.add({"2": "24 bit", "5": "256"}[parts[0]])
                del parts[: {"2": 4, "5": 2}[parts[0]]]
            elif re.fullmatch(r"(3|4|9|10)[0-7]", code):
                found.add("16")
    return found


@pytest.mark.parametrize(
    ("env", "kinds"),
    [
        ({}, {"24 bit"}),
        (NO_TRUE, {"256", "16"}),
        ({"TERM": "linux", **NO_TRUE}, {"16"}),
        ({"TERM": "screen", **NO_TRUE}, {"16"}),
        ({"NO_COLOR": "1"}, set()),
        ({"TEXTUAL_COLOR_SYSTEM": "256", "TEXTUAL_DISABLE_KITTY_KEY": "1"}, {"256", "16"}),
    ],
    ids=lambda value: " ".join(f"{name}={text}" for name, text in value.items()) if isinstance(value, dict) else "",
)
def test_the_terminals_colours_are_used(
    open_sample: Callable[..., Terminal], env: dict[str, str], kinds: set[str]
) -> None:
    app = open_sample(**env)
    app.wait("(25)")
    app.send(CTRL_P)
    app.wait("cari perintah")
    app.settle(0.3)
    found = colours(app.raw)
    assert found <= kinds
    assert max(kinds, default="") in found | {""}
    assert (KITTY_KEYS in app.raw) is ("TEXTUAL_DISABLE_KITTY_KEY" not in env)
    assert "Kota Blitar" in app.text
