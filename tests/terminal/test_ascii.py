"""Screens in ASCII: every glyph has a character of its own, and nothing else is written to the terminal."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from programs import clean_env, Home
from pseudo import Terminal
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from akk_tui.ui import glyphs
from akk_tui.ui.terminal.ascii import ascii_char, ascii_text, AsciiFilter

ROOT = Path(__file__).parent.parent.parent
SHOWN = [
    *(ROOT / "akk_tui" / "ui").rglob("*.py"),
    *(ROOT / "akk_tui" / "domain").rglob("*.py"),
    *(ROOT / "akk_tui" / "store").rglob("*.py"),
    *(ROOT / "akk_tui" / "templates").rglob("*.md"),
    *(ROOT / "akk_tui" / "locales").rglob("*.po"),
    *(ROOT / "tests" / "ui" / "snapshots").glob("*.txt"),
]


def used() -> dict[str, str]:
    """Every character beyond ASCII in what is drawn, with the file where it was found."""
    return {
        char: path.name
        for path in SHOWN
        for char in set(path.read_text(encoding="utf-8", errors="replace"))
        if not char.isascii()
    }


def test_every_glyph_in_use_has_an_ascii_character() -> None:
    found = used()
    assert {"▸", "│", "…", "✓", "█"} <= set(found)
    for char, where in found.items():
        if 0x300 <= ord(char) < 0x370 or cell_len(char) != 1:
            continue
        made = ascii_char(char)
        assert len(made) == 1, f"U+{ord(char):04X} {char} in {where}"
        assert made.isascii()
        assert made.isprintable()
        assert made != "?" or char == "\ufffd", f"U+{ord(char):04X} {char} in {where} has no row in ui/glyphs.py"


@pytest.mark.parametrize("group", glyphs.GROUPS)
def test_what_stands_for_different_things_stays_different(group: dict[str, str]) -> None:
    assert len(set(group.values())) == len(group)
    for glyph, char in group.items():
        assert ascii_text(glyph) == glyphs.TABLE[glyph] == char


def test_the_groups_hold_what_the_app_draws() -> None:
    from akk_tui.contract.states import ITEM_STATES
    from akk_tui.ui import words
    from akk_tui.ui.widgets.states import state_glyph

    drawn = {state_glyph(state) for state in ITEM_STATES} | {state_glyph("tidak_berlaku")}
    assert drawn <= set(glyphs.STATES)
    assert {glyph for glyph, _word, _tone in words.READINESS.values()} <= set(glyphs.READINESS)
    assert {glyph for glyph, _word, _tone in words.VERDICTS.values()} <= set(glyphs.VERDICTS)
    for kind in ("stale", "dropped", "late_forecast", "criterion", "conflict", "overdue", "followup"):
        assert words.attention_glyph(kind) in glyphs.ATTENTION


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("╭─ Tahapan ─╮", "+- Tahapan -+"),
        ("│ ├ ┼ ╎ ═ ║ ╱ ╲ ╳", "| + + | - | / \\ X"),
        ("▁▂▃▄▅▆▇█", "_.-~=+*#"),
        ("Ñuñoa Łódź São", "Nunoa Lodz Sao"),
        ("cafe\u0301", "cafe"),
        ("東京", "????"),
        ("⠀⠁⣿", " .#"),
        ("▚ \u00a0", "#  "),
        ("a…", "a~"),
    ],
)
def test_cell_for_cell(text: str, plain: str) -> None:
    made = ascii_text(text)
    assert made == plain
    assert len(made) == cell_len(text)


def test_the_filter_keeps_styles_and_what_is_ascii() -> None:
    given = [Segment("abc", Style(bold=True)), Segment("│", Style(color="red")), Segment("✓")]
    made = AsciiFilter().apply(given, Color(0, 0, 0))
    assert made[0] is given[0]
    assert [(one.text, one.style) for one in made] == [("abc", given[0].style), ("|", given[1].style), ("V", None)]
    assert AsciiFilter().apply(given[:1], Color(0, 0, 0)) == given[:1]


@pytest.mark.parametrize(
    ("setting", "env", "plain"),
    [
        ("auto", {"LANG": "id_ID.UTF-8"}, False),
        ("auto", {"LANG": "C"}, True),
        ("auto", {}, True),
        ("auto", {"LANG": "en_US.utf8", "LC_ALL": "POSIX"}, True),
        ("auto", {"LC_CTYPE": "C.UTF-8", "LANG": "C"}, True),
        ("auto", {"LC_CTYPE": "UTF-8"}, False),
        ("ascii", {"LANG": "id_ID.UTF-8"}, True),
        ("unicode", {"LANG": "C"}, False),
        ("ascii", {"AKK_GLYPHS": "unicode"}, False),
        ("unicode", {"AKK_GLYPHS": "ascii"}, True),
        ("unicode", {"AKK_GLYPHS": "latin"}, False),
    ],
)
def test_who_decides(setting: str, env: dict[str, str], plain: bool) -> None:
    assert glyphs.wants_ascii(setting, env) is plain


ESCAPES = re.compile(rb"\x1b(\[[0-?]*[ -/]*[@-~]|[P\]^_X].*?(\x1b\\|\x07)|[@-Z\\-_]|[ -/][0-~])", re.DOTALL)


@pytest.mark.parametrize("env", [{"AKK_GLYPHS": "ascii"}, {"LANG": "C"}], ids=["AKK_GLYPHS", "LANG=C"])
def test_nothing_but_ascii_reaches_the_terminal(offline: Home, terminals: list[Terminal], env: dict[str, str]) -> None:
    app = Terminal(offline.argv(), clean_env(TERM="xterm-256color", COLORTERM="truecolor", **env), 120, 40)
    terminals.append(app)
    app.wait("DATA CONTOH")
    for keys, shown in (
        ("2", "Kota Blitar"),
        ("3", "Daftar"),
        ("4", "14 catatan"),
        ("6", "Riwayat"),
        ("7", "Peta tombol"),
        ("\x10", "Perintah"),
    ):
        app.send(keys)
        app.wait(shown)
        app.settle()
    assert "+-" in app.text
    assert "|" in app.text
    app.send("\x1b")
    app.settle()
    assert ESCAPES.sub(b"", app.raw).isascii()


def test_a_utf8_terminal_gets_the_glyphs(offline: Home, open_app: Callable[..., Terminal]) -> None:
    app = open_app(offline)
    app.wait("╭")


def test_a_saved_theme_is_worn_without_a_restart(offline: Home, open_app: Callable[..., Terminal]) -> None:
    themes = offline.folder / "config" / "themes"
    themes.mkdir(mode=0o700, parents=True)
    (themes / "senja.toml").write_text('[colors]\nprimary = "#102030"\n')
    offline.run("config", "set", "ui.theme", "senja")
    app = open_app(offline)
    app.wait("DATA CONTOH")
    app.settle(1.5)
    assert b"38;2;16;32;48" in app.raw
    before = len(app.raw)
    (themes / "lain.txt").write_text("bukan tema")
    app.settle(2.5)
    assert len(app.raw) == before
    (themes / "senja.toml").write_text('[colors]\nprimary = "#405060"\n')
    while b"38;2;64;80;96" not in app.raw[before:]:
        assert app.read(20), "the saved theme was never worn"
    (themes / "senja.toml").write_text('[colors]\nprimary = "#405060"\n\nprimer = 3\n')
    app.wait("baris 4")


@pytest.mark.parametrize(
    "env",
    [
        {"LANG": "id_ID"},
        {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "AKK_GLYPHS": "unicode"},
        {"TERM": "linux"},
        {"TERM": "screen"},
        {"TERM": ""},
    ],
    ids=lambda env: " ".join(f"{name}={value}" for name, value in env.items()),
)
def test_no_character_is_spelled_out(open_sample: Callable[..., Terminal], env: dict[str, str]) -> None:
    """Where Python takes the terminal for one of few letters it writes \\u2500 in place of a line."""
    app = open_sample(**env)
    shown = app.wait("(25)")
    assert b"\\u" not in app.raw
    assert b"\\x" not in app.raw
    assert shown.isascii() is (env.get("AKK_GLYPHS") != "unicode" and ("LANG" in env or "LC_ALL" in env))
