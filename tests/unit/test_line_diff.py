"""Differences line by line: what was added and removed, what stayed around it, and the fields of a note."""

from __future__ import annotations

import pytest

from akk_tui.ui.line_diff import between, counts, DiffLine, of_note

TEN = "\n".join(str(n) for n in range(10))


def shown(lines: list[DiffLine]) -> list[str]:
    return [f"{line.sign}{line.text}" for line in lines]


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        ("", "a\nb", ["+a", "+b"]),
        ("a\nb", "", ["-a", "-b"]),
        ("a", "a\n", []),
        ("a\nb\nc", "a\nx\nc", [" a", "-b", "+x", " c"]),
        (TEN, TEN.replace("5", "lima"), ["…", " 3", " 4", "-5", "+lima", " 6", " 7", "…"]),
        (TEN, TEN + "\n10", ["…", " 8", " 9", "+10"]),
        ("a\n" + TEN, TEN, ["-a", " 0", " 1", "…"]),
    ],
)
def test_lines_with_a_little_around_them(before: str, after: str, lines: list[str]) -> None:
    assert shown(between(before, after)) == lines


def test_changes_far_apart_are_parted() -> None:
    after = TEN.replace("0", "nol").replace("9", "sembilan")
    assert shown(between(TEN, after)) == [
        "-0", "+nol", " 1", " 2", "…", " 7", " 8", "-9", "+sembilan",
    ]  # fmt: skip


def test_a_note_names_its_parts_only_when_more_than_the_text_changed() -> None:
    old = {"title": "A", "body": "satu", "tags": ["x"]}
    assert shown(of_note(old, {**old, "body": "dua"})) == ["-satu", "+dua"]
    assert shown(of_note(old, {"title": " B ", "body": "dua", "tags": ("y", "x")})) == [
        "=Judul", "-A", "+B", "=Tanda", "-x", "+x, y", "=Isi", "-satu", "+dua",
    ]  # fmt: skip
    assert of_note(old, {**old, "title": "A ", "tags": ("x",)}) == []


def test_added_and_removed_lines_are_counted() -> None:
    assert counts(between("a\nb", "a\nc\nd")) == (2, 1)
