"""Themes: the built-in ones, the user's own, and files that are refused in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from akk_tui import i18n
from akk_tui.ui import themes
from akk_tui.ui.themes import load_themes, read_theme, ThemeRefused

GOOD = '[colors]\nprimary = "#112233"\n'


def test_the_built_in_themes_are_complete() -> None:
    loaded = load_themes()
    assert loaded.complaints == ()
    assert set(loaded.themes) == {"ansi", "colourblind", "contrast", "dark", "light", "mono"}
    for theme in loaded.themes.values():
        assert set(theme.tones) == set(themes.TONES)
        assert theme.title
        assert theme.title_en
    assert loaded.themes["ansi"].theme.ansi
    assert not loaded.themes["light"].theme.dark
    i18n.use("en")
    assert loaded.themes["contrast"].shown == "High contrast"


def test_the_built_in_folder_is_beside_or_inside_the_package() -> None:
    assert (themes.built_in_folder() / "dark.toml").is_file()


def test_own_themes_are_added_and_win(tmp_path: Path) -> None:
    (tmp_path / "milikku.toml").write_text(GOOD)
    (tmp_path / "dark.toml").write_text('title = "Punyaku"\n' + GOOD)
    loaded = load_themes(tmp_path)
    assert loaded.themes["dark"].title == "Punyaku"
    assert loaded.themes["milikku"].theme.primary == "#112233"
    assert "light" in loaded.themes


def test_a_bad_file_is_named_and_the_others_are_loaded(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("[colors\n")
    (tmp_path / "b.toml").write_text(GOOD)
    (tmp_path / "c.toml").mkdir()
    loaded = load_themes(tmp_path)
    assert "b" in loaded.themes
    assert len(loaded.complaints) == 2
    assert str(tmp_path / "a.toml") in loaded.complaints[0]
    assert "baris" in loaded.complaints[0] or "line" in loaded.complaints[0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "colors.primary tidak ada"),
        ('name = "dua kata"\n' + GOOD, "name harus satu kata"),
        ("warna = 1\n" + GOOD, "kunci warna tidak dikenal"),
        ("colors = 3\n", "colors harus sebuah tabel"),
        ('[colors]\nprimary = "#112233"\nprimer = "red"\n', "kunci colors.primer tidak dikenal"),
        ('[colors]\nprimary = "hijau lumut"\n', "“hijau lumut” bukan warna"),
        ("[colors]\nprimary = 7\n", "colors.primary harus teks"),
        ("dark = 1\n" + GOOD, "dark harus true atau false"),
        (GOOD + '[tones]\ngood = "sangat bagus sekali"\n', "bukan gaya"),
        (GOOD + '[tones]\nbagus = "red"\n', "kunci tones.bagus tidak dikenal"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "x.toml"
    path.write_text(text)
    with pytest.raises(ThemeRefused) as refused:
        read_theme(path)
    assert words in str(refused.value)


def test_text_that_is_not_utf8_is_said(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_bytes(b'name = "\xff"')
    with pytest.raises(ThemeRefused, match="bukan UTF-8"):
        read_theme(path)
