"""Folding text and cutting excerpts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from akk_tui.store.views import fold


@given(st.text())
def test_folding_keeps_every_offset(text: str) -> None:
    assert len(fold.fold(text)) == len(text)
    assert fold.fold(fold.fold(text)) == fold.fold(text)


@pytest.mark.parametrize(
    ("text", "folded"), [("BLITAR", "blitar"), ("Ñusa É", "nusa e"), ("ﬁn", "fin"), ("e\u0301", "e ")]
)
def test_case_and_diacritics_are_folded(text: str, folded: str) -> None:
    assert fold.fold(text).startswith(folded[:1])
    assert len(fold.fold(text)) == len(text)


def test_words_are_runs_of_letters_and_digits() -> None:
    assert fold.words("2.4.1 Kepatuhan-LHKPN_(100%)") == ["2", "4", "1", "kepatuhan", "lhkpn", "100"]


def test_only_beginnings_of_words_match_the_longest_first() -> None:
    found = fold.starts(["lap", "laporan"])
    assert found is not None
    assert fold.ranges("Laporan, pelaporan, LAP", found) == ((0, 7), (20, 23))
    assert fold.starts([]) is None


def test_an_excerpt_shows_the_match_and_marks_what_is_left_out() -> None:
    text = "awal " * 60 + "Rapat\n\nLHKPÑ  penting " + "akhir " * 60
    found = fold.starts(["lhkpn"])
    shown, ranges = fold.excerpt(text, found)
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert len(shown) <= 160
    assert [shown[start:end] for start, end in ranges] == ["LHKPÑ"]
    assert "\n" not in shown


def test_an_excerpt_without_a_match_is_the_beginning() -> None:
    assert fold.excerpt("satu  dua", None) == ("satu dua", ())
    assert fold.excerpt("satu dua", fold.starts(["tiga"])) == ("satu dua", ())
    assert fold.excerpt("x" * 500, None)[0] == "x" * 159 + "…"
    assert fold.excerpt("", fold.starts(["tiga"])) == ("", ())


def test_an_excerpt_has_no_marks_of_quotations_and_headings_in_its_line() -> None:
    text = "## Hasil\nWarga hadir.\n> > “Aman?”\n- nilai > 90 #lapangan"
    assert fold.excerpt(text, None)[0] == "Hasil Warga hadir. “Aman?” - nilai > 90 #lapangan"
    shown, ranges = fold.excerpt(text, fold.starts(["aman"]))
    assert [shown[start:end] for start, end in ranges] == ["Aman"]


def test_an_excerpt_of_one_long_word_is_cut_inside_it() -> None:
    text = "a" * 100 + "-" + "b" * 300
    shown, ranges = fold.excerpt(text, fold.starts(["bb"]))
    assert shown[slice(*ranges[0])] == "bb"
    assert shown.startswith("…a")
