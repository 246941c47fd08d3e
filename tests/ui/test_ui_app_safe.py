"""The last door: no control character reaches the terminal, nothing is read as markup."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies
from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color

from akk_tui.ui.terminal.safe import cell, content, cut, pad, printable, printable_lines, PrintableFilter

HOSTILE = ("\x1b]52;c;ZXZpbA==\x07", "\x9b31m", "a\x08b", "\u202egpj.exe", "x\u2066y", "\x1b[2J", "\x00", "\U000e0041")


@pytest.mark.parametrize("text", HOSTILE)
def test_the_filter_lets_no_control_character_through(text: str) -> None:
    control = Segment("\x1b[?25l", None, [(1,)])
    out = PrintableFilter().apply([Segment("ok "), Segment(text)], Color(0, 0, 0))
    assert out[0].text == "ok "
    assert all(part.text.isprintable() or part.control for part in out)
    assert control.control


@pytest.mark.parametrize("text", [*HOSTILE, "a\u200bb", "\U0001f469\u200d\U0001f469\u200d\U0001f467 x", "\u200fשלום"])
def test_the_filter_keeps_the_cells_of_a_line(text: str) -> None:
    """What hides has no cell of its own; a mark in its place would push the frame of a window off its line."""
    segment = Segment(text)
    (out,) = PrintableFilter().apply([segment], Color(0, 0, 0))
    assert cell_len(out.text) == segment.cell_length
    assert out.text.isprintable()


def test_what_does_not_hide_is_still_there() -> None:
    (out,) = PrintableFilter().apply([Segment("a\u200bb\u2066c")], Color(0, 0, 0))
    assert out.text == "abc"


def test_clean_segments_are_handed_on_as_they_are() -> None:
    segments = [Segment("Kota Blitar"), Segment("▁▂▃ ✓")]
    assert PrintableFilter().apply(segments, Color(0, 0, 0)) is segments


@given(strategies.text(max_size=60))
def test_whatever_is_shown_is_printable(text: str) -> None:
    assert not any(ord(char) < 32 or 0x7F <= ord(char) < 0xA0 for char in printable(text))
    assert "\x1b" not in printable_lines(text)
    assert "\x1b" not in cell(text).plain
    assert "\x1b" not in content(text).plain


def test_markup_is_text() -> None:
    for text in ("[@click=app.quit]x[/]", "[/nope]", "[bold]b[/bold]", "$text", ":bomb:"):
        assert content(text).plain == text
        assert not content(text).spans
        assert cell(text).plain == text
    assert content("x", "bold").spans


def test_lines_are_kept_in_content_and_not_in_cells() -> None:
    assert content("a\nb").plain == "a\nb"
    assert cell("a\nb").plain == "a b"


@given(strategies.text(max_size=40), strategies.integers(0, 30))
def test_a_cut_text_fits(text: str, width: int) -> None:
    plain = printable(text)
    assert cell_len(cut(plain, width)) <= max(width, 0)
    assert cell_len(pad(plain, width)) == width


def test_a_long_name_ends_with_an_ellipsis() -> None:
    assert cut("Kab. Penukal Abab Lematang Ilir", 16) == "Kab. Penukal Ab…"
    assert cut("Kota Blitar", 16) == "Kota Blitar"
    assert cut("Kota", 1) == "…"
    assert cell("Kab. Penukal Abab Lematang Ilir", width=10).plain == "Kab. Penu…"
