"""What is wrong with a TOML text, told with its place and in the reader's language."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from akk_tui import config, i18n, paths
from akk_tui.contract.toml_faults import fault
from akk_tui.domain import instrument


@pytest.fixture
def profile(tmp_path: Path) -> paths.Paths:
    return paths.find(tmp_path / "home", {})


FAULTS = [
    ("[ui]\ntheme = dark\n", 2, 9, "tanda kutip (", "quotes"),
    ("[ui]\nmouse = ya\n", 2, 9, "true atau false", "true or false"),
    ("[ui]\ntheme = “dark”\n", 2, 9, "kutip lurus", "straight"),
    ("[ui]\ntheme =\n", 2, 8, "belum ditulis", "missing"),
    ("[ui]\ntheme =", 2, 8, "belum ditulis", "missing"),
    ('[ui]\ntheme = "dark\n', 2, 14, "kutip penutup", "closing quote"),
    ("[ui]\ntheme = 'dark", 2, 14, "kutip penutup", "closing quote"),
    ("[ui]\ntheme = 'dark\nlang = 'id'\n", 2, 14, "kutip penutup", "closing quote"),
    ('[ui]\ntheme "dark"\n', 2, 7, "tanda =", "="),
    ("[ui\ntheme = 1\n", 1, 4, "] penutup nama bagian", "section's name"),
    ('[ui]\ntheme = "dark" lang = "id"\n', 2, 16, "sesudah nilainya", "after the value"),
    ('[ui]\nlang = "id"\nlang = "en"\n', 3, 12, "sudah diberi nilai", "already has a value"),
    ('[ui]\nlang = "id"\n[ui]\nmouse = true\n', 3, 4, "bagian ini sudah", "section already"),
    ('[sync]\ncycles = ["2025" "2026"]\n', 2, 18, "penutup daftar", "list"),
    ('[sync]\ncycles = ["2025",', 2, 18, "belum ditulis", "missing"),
    ('ui = {lang = "id"\n', 1, 18, "kurung kurawal penutup", "closing brace"),
    ('[server]\nca_file = "C:\\kantor"\n', 2, 16, "kutip tunggal", "single quotes"),
    ("- theme\n", 1, 3, "tanda =", "="),
    ("! theme\n", 1, 1, "nama = nilai", "name = value"),
    ("= 3\n", 1, 1, "nama = nilai", "name = value"),
    ("a. = 3\n", 1, 4, "namanya kosong", "the name is empty"),
    ('\ufeff[ui]\nlang = "id"\n', 1, 1, "BOM", "BOM"),
    ("a = 2025-02-31\n", 1, 5, "tanggal", "date"),
    ("a = 1\x01\n", 1, 6, "sesudah nilainya", "after the value"),
    ("# \x01\n", 1, 3, "kendali", "control"),
    ("a = " + "9" * 5000, 1, 5005, "terlalu panjang", "too long"),
    ("a = " + "[" * 5000, 1, 5005, "kurung di dalam kurung", "brackets"),
]
ENGLISH = ("Expected", "Invalid", "Unclosed", "Cannot", "Illegal", "Found", "Unterminated", "Exceeds", "recursion")


@pytest.mark.parametrize(
    ("text", "line", "column", "said", "english"), FAULTS, ids=[repr(one[0])[:32] for one in FAULTS]
)
def test_a_fault_is_told_with_its_place_in_the_readers_words(
    profile: paths.Paths, text: str, line: int, column: int, said: str, english: str
) -> None:
    paths.write_private(profile.config_file, text.encode())
    with pytest.raises(config.BadToml) as caught:
        config.load(profile)
    words = caught.value.words()
    assert f"{profile.config_file}, baris {line}, kolom {column}: " in words, words
    assert said in words, words
    assert not any(word in words for word in ENGLISH), words
    i18n.use("en")
    try:
        translated = caught.value.words(i18n.gettext)
    finally:
        i18n.use("id")
    assert f"line {line}, column {column}: " in translated
    assert english in translated, translated
    assert said not in translated or said == english
    with pytest.raises(instrument.InstrumentError) as refused:
        instrument.load(text, "2025.toml")
    assert not any(word in refused.value.words() for word in ENGLISH)


@given(st.text("=[]{}\"'#\\.,ab1-:T \n\t“\ufeff\x01", max_size=40))
@settings(max_examples=400, deadline=None)
def test_whatever_stands_there_the_fault_has_a_place_and_a_sentence_of_ours(text: str) -> None:
    refused: list[ValueError] = []
    try:
        tomllib.loads(text)
    except ValueError as cause:
        refused.append(cause)
    for cause in refused:
        found = fault(text, cause)
        lines = text.split("\n")
        assert 1 <= found.line <= len(lines)
        assert 1 <= found.column <= len(lines[found.line - 1]) + 1
        assert not any(word in found.reason for word in ENGLISH)
        # Nothing that tomllib says is left to the sentence for everything else.
        assert found.reason != "tulisan di sini tidak terbaca sebagai TOML", cause
