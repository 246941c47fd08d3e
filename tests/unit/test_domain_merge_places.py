"""The text with its open places marked: how it looks, and what is left once somebody chose."""

from __future__ import annotations

import pytest

from akk_tui.domain.merge_places import chosen, is_mark, marked, open_places, Spot, spots, Words
from akk_tui.domain.textmerge import merge_texts

WORDS = Words("isian saya", "isian rekan (Budi)", "sampai di sini", "dihapus")
MERGED = merge_texts("judul\na\nb\nc\nd\n", "judul\nA\nb\nd\n", "JUDUL\nX\nb\nC\nd\n")
TEXT = """\
JUDUL
=== 1/2: isian saya ===
A
=== 1/2: isian rekan (Budi) ===
X
=== 1/2: sampai di sini ===
b
=== 2/2: isian saya, dihapus ===
=== 2/2: isian rekan (Budi) ===
C
=== 2/2: sampai di sini ===
d
"""


def test_open_places_stand_between_plain_lines() -> None:
    assert marked(MERGED, WORDS) == TEXT
    assert TEXT.isascii()
    assert open_places(TEXT) == 2
    clean = merge_texts("a", "A", "a\nb")
    assert (marked(clean, WORDS), open_places(clean.text)) == ("A\nb", 0)


def test_they_are_known_again_in_any_language() -> None:
    english = marked(MERGED, Words("mine", "theirs (Budi)", "up to here", "deleted"))
    assert spots(english.split("\n")) == spots(TEXT.split("\n")) == [Spot(1, 3, 5), Spot(7, 8, 10)]
    for line in ("=== 1/2 ===", "== 1/2: a ==", "=== a/b: c ===", " === 1/2: a ===", "=== 1/2: a === b", "===", ""):
        assert not is_mark(line)


@pytest.mark.parametrize(
    ("choice", "first", "second"),
    [("mine", ["A"], []), ("theirs", ["X"], ["C"]), ("both", ["A", "X"], ["C"])],
)
def test_a_choice_leaves_its_lines(choice: str, first: list[str], second: list[str]) -> None:
    lines = TEXT.split("\n")
    one, two = spots(lines)
    assert chosen(lines, one, choice) == first  # type: ignore[arg-type]
    assert chosen(lines, two, choice) == second  # type: ignore[arg-type]


def test_a_place_with_a_mark_missing_is_open_but_nothing_can_be_chosen_in_it() -> None:
    lines = TEXT.split("\n")
    for gone in (1, 3, 5):
        left = [line for row, line in enumerate(lines) if row != gone]
        assert open_places("\n".join(left)) == 2
        assert len(spots(left)) == 1
    twice = [*lines, lines[1]]
    assert len(spots(twice)) == 1
