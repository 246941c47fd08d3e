"""Merging two versions of a text: what is taken unasked, what a person is asked about, and that no word goes."""

from __future__ import annotations

import random
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from merge3 import Merge3

from akk_tui.domain import matching, textmerge
from akk_tui.domain.matching import Budget, hunks, TooMuch
from akk_tui.domain.textmerge import merge_texts, Merged, Place, side_by_side, STEPS, went_on

WORDS = (
    "dokumen anggaran bukti lengkap belum revisi catatan bupati sekda dinas tindak lanjut rapat jadwal surat nomor "
    "pejabat sistem kode audit temuan selesai tahun target kendala laporan kunjungan"
).split()

CLEAN = {
    "one side only": ("a\nb", "a\nb", "a\nb baru", "a\nb baru"),
    "different lines": ("a\nb\nc", "A\nb\nc", "a\nb\nC", "A\nb\nC"),
    "neighbouring lines": ("a\nb", "A\nb", "a\nB", "A\nB"),
    "the same change once": ("a\nb\nc", "a\nX\nc", "a\nX\nC", "a\nX\nC"),
    "the same change and more": ("a b", "satu dua", "satu dua\ntiga", "satu dua\ntiga"),
    "both appended": ("Rapat", "Rapat\nSenin", "Rapat\nSelasa", "Rapat\nSelasa\nSenin"),
    "one went on from what the other began": ("x", "x\nA\nB", "x\nC\nA\nD\nB\nE", "x\nC\nA\nD\nB\nE"),
    "one went on from what the other changed": ("x\ny", "A\nB", "A\nC\nB\nD", "A\nC\nB\nD"),
    "both appended below a line end": ("x\n", "x\nA\n", "x\nB\n", "x\nA\nB\n"),
    "both appended the same and more": ("x", "x\nA\nB", "x\nA\nC", "x\nA\nB\nC"),
    "both appended paragraphs": ("x", "x\n\nA", "x\n\nB", "x\n\nA\n\nB"),
    "both appended what ends alike": ("x", "x\nA\n\nz", "x\nB\n\nz", "x\nA\nB\n\nz"),
    "one appended a part of it": ("x", "x\nA", "x\nB\nA\nC", "x\nB\nA\nC"),
    "both began an empty text": (None, "A", "B", "A\nB"),
    "a blank line between what both added": ("x\ny", "x\n\nA\n\ny", "x\n\nB\n\ny", "x\n\nA\n\nB\n\ny"),
    "changed here, put behind there": ("a\nb\nc", "a\nB\nc", "a\nb\nx\nc", "a\nB\nx\nc"),
    "changed here, put before there": ("a\nb\nc", "a\nB\nc", "a\nx\nb\nc", "a\nx\nB\nc"),
    "the same put behind a changed line": ("a\nb\nc", "a\nB\nx\nc", "a\nb\nx\nc", "a\nB\nx\nc"),
    "gone here, far away there": ("a\nb\nc\nd", "a\nc\nd", "a\nb\nc\nD", "a\nc\nD"),
    "words of one line": (
        "Dokumen anggaran belum lengkap",
        "Semua anggaran belum lengkap",
        "Dokumen anggaran belum siap",
        "Semua anggaran belum siap",
    ),
    "the same word and another one": ("a b c d e f", "A b c d e f", "A b c d e F", "A b c d e F"),
    "words and blanks": (
        "  a b c d\n  e f g h",
        "  a b c Z\n  e f g h",
        "    a b c d\n  E f g h",
        "    a b c Z\n  E f g h",
    ),
    "one figure": (
        "ada 5 dari 10 berkas hari ini",
        "ada 6 dari 10 berkas hari ini",
        "ada 5 dari 10 berkas kemarin",
        None,
    ),
    "line ends at the end": ("a", "a\n\n", "A", "A\n\n"),
}


@pytest.mark.parametrize("case", CLEAN)
def test_what_is_taken_unasked(case: str) -> None:
    base, mine, theirs, wanted = CLEAN[case]
    wanted = "ada 6 dari 10 berkas kemarin" if wanted is None else wanted
    for one, other in ((mine, theirs), (theirs, mine)):
        merged = merge_texts(base, one, other)
        assert merged.clean
        assert merged.text == wanted


OPEN = {
    "one line, two ways": ("a\nb\nc", "a\nB\nc", "a\nX\nc", ("b", "B", "X")),
    "gone here, changed there": ("a\nb\nc", "a\nc", "a\nB\nc", ("b", "", "B")),
    "gone here, written under it there": ("a\nb\nc", "a\nc", "a\nb\nx\nc", ("b", "", "b\nx")),
    "all gone here": ("a\nb", None, "a\nB", ("a\nb", "", "a\nB")),
    "words side by side": ("rapat pagi di kantor", "rapat sore di kantor", "temu pagi di kantor", None),
    "words put at one place": ("Dokumen lengkap", "Dokumen belum lengkap", "Dokumen sudah lengkap", None),
    "most of a line": ("a b c d e", "A B C d e", "a b c d E", None),
    "figures that belong together": ("ada 5 dari 10 berkas", "ada 6 dari 10 berkas", "ada 5 dari 12 berkas", None),
    "a word that both left": ("kas a\nx\nkas b", "x\nkas b", "kas a\nx", ("kas a\nx\nkas b", "x\nkas b", "kas a\nx")),
}  # fmt: skip


@pytest.mark.parametrize("case", OPEN)
def test_what_a_person_is_asked_about(case: str) -> None:
    base, mine, theirs, wanted = OPEN[case]
    merged = merge_texts(base, mine, theirs)
    (place,) = merged.places
    assert not merged.clean
    texts = (base, mine or "", theirs) if wanted is None else wanted
    assert place == tuple(tuple(text.split("\n")) if text else () for text in texts)
    (turned,) = merge_texts(base, theirs, mine).places
    assert turned == (place.base, place.theirs, place.mine)


def test_only_the_lines_in_question_are_open() -> None:
    base = "satu dua tiga\nempat lima enam\ntujuh delapan"
    mine = "satu dua TIGA\nempat LIMA enam\ntujuh delapan"
    theirs = "SATU dua tiga\nempat enam\ntujuh DELAPAN"
    merged = merge_texts(base, mine, theirs)
    assert merged.parts == (
        ("SATU dua TIGA",),
        Place(("empat lima enam",), ("empat LIMA enam",), ("empat enam",)),
        ("tujuh DELAPAN",),
    )


@pytest.mark.parametrize(
    ("base", "one", "other", "wanted"),
    [
        (None, "a", "a\nb", "a\nb"),
        ("a", "a\nb", "x\na\nb\n", "x\na\nb\n"),
        ("a\nb", "a", "a\nB", None),
        ("a\nb", "a\nb", "a", None),
        ("a", "a\nb", "a\nc", None),
        ("Surat terbit.", "Surat belum terbit.", "Surat belum terbit Senin.", None),
    ],
)
def test_a_version_that_holds_the_other_one_whole(base: str | None, one: str, other: str, wanted: str | None) -> None:
    assert went_on(base, one, other) == went_on(base, other, one) == wanted


def test_of_two_versions_without_a_base_all_that_differs_is_open() -> None:
    merged = side_by_side("a\nb\nc\nd", "a\nc\nD\n")
    assert merged == Merged((("a",), Place((), ("b",), ()), ("c",), Place((), ("d",), ("D",))), "\n")
    assert side_by_side(None, "a").places == (Place((), (), ("a",)),)
    assert side_by_side("a", "a").clean
    draw = random.Random(1)
    long = ["\n".join(draw.choice("abc") for _ in range(4_000)) for _ in range(2)]
    assert side_by_side(*long).places == (Place((), *(tuple(text.split("\n")) for text in long)),)


words = st.sampled_from(("dan", "bukti", "belum", "5", "Rapat.", "x"))
new = st.sampled_from(("A", "B", "C", "7"))
lines = st.lists(words, max_size=6).map(" ".join)


@st.composite
def versions(draw: st.DrawFn) -> tuple[str, str, str]:
    """A text and two edits of it."""
    base = draw(st.lists(lines, max_size=6))
    made: list[str] = []
    for _ in range(2):
        text = list(base)
        for _ in range(draw(st.integers(1, 3))):
            at = draw(st.integers(0, len(text)))
            what = draw(st.integers(0, 3))
            if what == 0 or at == len(text):
                text.insert(at, draw(lines | new))
            elif what == 1:
                del text[at]
            else:
                old = text[at].split(" ")
                old[draw(st.integers(0, len(old) - 1))] = draw(new)
                text[at] = " ".join(old)
        made.append("\n".join(text))
    return ("\n".join(base), *made)


def everything(merged: Merged) -> str:
    """All that the officer gets to see."""
    sides = [side for part in merged.parts for side in (part[1:] if isinstance(part, Place) else (part,))]
    return "\n".join(line for side in sides for line in side)


@given(versions())
@settings(max_examples=150, deadline=None)
@example(("kas a\nx\nkas b", "x\nkas b", "kas a\nx"))
def test_no_word_of_either_goes_and_both_devices_agree(texts: tuple[str, str, str]) -> None:
    base, mine, theirs = texts
    merged, turned = merge_texts(base, mine, theirs), merge_texts(base, theirs, mine)
    assert everything_set(merged) == everything_set(turned)
    assert merged.clean == turned.clean
    if merged.clean:
        assert merged.text == turned.text
        assert merged.text == everything(merged) + merged.end
    was, here, there = (set(text.split()) for text in texts)
    kept = set(everything(merged).split())
    assert (here & there) | (here - was) | (there - was) <= kept
    assert kept <= was | here | there
    # What both took out, or only one had and took out, does not come back unasked.
    if merged.clean:
        assert not kept & (was - here - there)


def everything_set(merged: Merged) -> list[Any]:
    """The parts without regard to the sides."""
    return [sorted(part[1:]) if isinstance(part, Place) else part for part in merged.parts]


@given(versions())
@settings(max_examples=150, deadline=None)
def test_what_is_there_already_changes_nothing(texts: tuple[str, str, str]) -> None:
    base, mine, theirs = texts
    assert merge_texts(base, mine, mine).text == mine
    assert merge_texts(base, base, theirs).text == theirs
    assert merge_texts(base, mine, base).text == mine
    merged = merge_texts(base, mine, theirs)
    if merged.clean:
        # The merge goes out as seen against theirs: there it is taken as it is, however often.
        assert merge_texts(theirs, merged.text, theirs).text == merged.text
        assert merge_texts(mine, merged.text, mine).text == merged.text


def put_in(draw: st.DrawFn, lines: Sequence[str]) -> list[str]:
    made = list(lines)
    for line in draw(st.lists(words | new, min_size=1, max_size=4)):
        made.insert(draw(st.integers(0, len(made))), line)
    return made


@st.composite
def written_on(draw: st.DrawFn) -> tuple[str, str, str]:
    """A text, what somebody added to it, and what another added to that."""
    base = draw(st.lists(words, max_size=5))
    first = put_in(draw, base)
    return ("\n".join(base), "\n".join(first), "\n".join(put_in(draw, first)))


@given(written_on())
@settings(max_examples=300, deadline=None)
@example(("", "A\nB", "A\nx\nB"))
@example(("x", "A\nx", "A\nB\nx\nA\nx"))
def test_an_edit_that_comes_again_doubles_nothing_of_what_others_wrote_on_from_it(texts: tuple[str, str, str]) -> None:
    base, first, second = texts
    assert merge_texts(base, first, second).text == second
    assert merge_texts(base, second, first).text == second
    assert merge_texts(base, first, second).clean


def holds(long: Sequence[str], short: Sequence[str]) -> bool:
    left = iter(long)
    return all(line in left for line in short)


@given(versions())
@settings(max_examples=150, deadline=None)
def test_where_merge3_is_content_the_lines_are_the_same(texts: tuple[str, str, str]) -> None:
    base, mine, theirs = ([line for line in text.split("\n") if line] for text in texts)
    groups = list(Merge3(base, mine, theirs).merge_groups())
    merged = merge_texts(*("\n".join(side) for side in (base, mine, theirs)))
    if any(group[0] == "conflict" for group in groups):
        return
    short, long = sorted((mine, theirs), key=len)
    if holds(short, base) and holds(long, short):
        assert merged.text == "\n".join(long)
        return
    wanted = "\n".join(line for group in groups for line in group[1])
    lost = set("\n".join(mine).split()) & set("\n".join(theirs).split()) - set(wanted.split())
    assert merged.clean == (not lost)
    if merged.clean:
        assert merged.text == wanted


@given(st.lists(st.sampled_from("abcd"), max_size=30), st.lists(st.sampled_from("abcd"), max_size=30))
@settings(max_examples=100, deadline=None)
def test_differences_lead_from_one_version_to_the_other(old: list[str], changed: list[str]) -> None:
    found = hunks(old, changed, Budget(STEPS))
    assert leads(old, changed, found)
    plain = SequenceMatcher(None, old, changed, autojunk=False).get_opcodes()
    assert [tuple(one) for one in found] == [one[1:] for one in plain if one[0] != "equal"]


@given(st.lists(st.sampled_from("abcdefghij"), max_size=30), st.lists(st.sampled_from("abcdefghij"), max_size=30))
@settings(max_examples=100, deadline=None)
def test_differences_by_what_occurs_once_lead_there_too(old: list[str], changed: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(matching, "PLAIN_STEPS", 0)
        found = hunks(old, changed, Budget(STEPS))
    assert leads(old, changed, found)
    assert all(one.end < other.start or one.to < other.at for one, other in pairwise(found))


def leads(old: Sequence[str], changed: Sequence[str], found: Sequence[matching.Hunk]) -> bool:
    made: list[str] = []
    at = 0
    for hunk in found:
        made += [*old[at : hunk.start], *changed[hunk.at : hunk.to]]
        at = hunk.end
    return [*made, *old[at:]] == list(changed)


def sprinkled(text: str, between: str, seed: int) -> str:
    """``text`` with words changed and put in all over it."""
    rng = random.Random(seed)
    parts = text.split(between)
    for n in range(6):
        parts[rng.randrange(len(parts))] = f"ubah{seed}{n}"
    parts.insert(rng.randrange(len(parts)), f"baru{seed}")
    return between.join(parts)


def long_text(what: str) -> tuple[str, str]:
    """A text of 28 to 32 kB, and what its parts stand between."""
    rng = random.Random(what)
    if what == "lines":
        return "\n".join(" ".join(rng.choices(WORDS, k=9)) for _ in range(500)), "\n"
    if what == "one line of prose":
        return " ".join(f"{rng.choice(WORDS)}{rng.randrange(150)}" for _ in range(3_000)), " "
    if what == "one line of few words":
        return " ".join(rng.choices(WORDS, k=4_500)), " "
    if what == "the same line":
        return "a\n" * 15_500, "\n"
    return "\n".join(rng.choices("ab", k=15_500)), "\n"


LONG = {
    "lines": True,
    "one line of prose": True,
    "one line of few words": None,
    "the same line": None,
    "two lines": None,
}


@pytest.mark.parametrize("what", LONG)
def test_a_text_at_the_limit_takes_no_more_steps_than_the_bound(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Counted(SequenceMatcher[Any]):
        steps = 0

        def find_longest_match(self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None) -> Any:
            Counted.steps += sum(1 + len(self.b2j.get(self.a[i], ())) for i in range(alo, ahi or 0))
            return super().find_longest_match(alo, ahi, blo, bhi)

    monkeypatch.setattr(matching, "SequenceMatcher", Counted)
    base, between = long_text(what)
    assert 25_000 < len(base) <= 32_000
    mine, theirs = sprinkled(base, between, 1), sprinkled(base, between, 2)
    merged = merge_texts(base, mine, theirs)
    assert Counted.steps <= STEPS
    assert all(f"baru{n}" in everything(merged) and f"ubah{n}5" in everything(merged) for n in (1, 2))
    assert merged.clean or not LONG[what]


def test_past_the_bound_all_that_differs_is_one_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(textmerge, "STEPS", 10)
    base = "judul\n" + "a\nb\n" * 20 + "akhir"
    mine, theirs = base.replace("judul\na", "judul\nA"), base.replace("b\nakhir", "B\nakhir")
    merged = merge_texts(base, mine, theirs)
    first, place, last = merged.parts
    assert (first, last) == (("judul",), ("akhir",))
    assert place == tuple(tuple(text.split("\n"))[1:-1] for text in (base, mine, theirs))
    with pytest.raises(TooMuch):
        Budget(1).take(2)


@pytest.mark.bench
@pytest.mark.parametrize("what", LONG)
def test_a_text_at_the_limit_takes_less_than_50_ms(what: str) -> None:
    from time import process_time

    base, between = long_text(what)
    mine, theirs = sprinkled(base, between, 1), sprinkled(base, between, 2)
    taken: list[float] = []
    for _ in range(5):
        start = process_time()
        merge_texts(base, mine, theirs)
        taken.append((process_time() - start) * 1000)
    print(f"{what}: {min(taken):.1f} ms")
    assert min(taken) < 50
