"""The README shows the pictures that an officer's day takes, all of them and no others."""

from __future__ import annotations

import re
from pathlib import Path

from day import PICTURES, told

README = Path(__file__).parents[2] / "README.md"


def test_every_picture_of_the_readme_is_there_and_shown() -> None:
    shown = re.findall(r"!\[[^]]+\]\(([^)]+)\)", README.read_text(encoding="utf-8"))
    assert {README.parent / name for name in shown} == set(PICTURES.glob("*.svg"))
    assert len(shown) == len(set(shown)) >= 8


def test_words_of_a_picture_are_compared_without_figures_and_months() -> None:
    picture = '<text x="1">Nilai 84,05 per 3 Okt 2025</text><text y="2">a &amp; belum terkirim 12x</text>'
    assert told(picture) == {"Nilai", "belum", "terkirim"}
