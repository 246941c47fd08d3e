"""Text made comparable: case and diacritics folded, cut into words, and the places where words begin."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

_WORD: Final = re.compile(r"[^\W_]+")
_EXCERPT: Final = 160
_BEFORE: Final = 40


def fold(text: str) -> str:
    """``text`` without case and diacritics, of the same length, so that offsets in it are offsets in ``text``."""
    if text.isascii():
        return text.lower()
    return "".join(map(_plain, text))


@lru_cache(maxsize=2048)
def _plain(char: str) -> str:
    """The first base character of ``char``; a space for a mark that stands alone keeps the length."""
    base = unicodedata.normalize("NFKD", char)[0].lower()[0]
    return " " if unicodedata.combining(base) else base


def words(text: str) -> list[str]:
    """The words of ``text``, folded: runs of letters and digits."""
    return _WORD.findall(fold(text))


def terms(text: str) -> list[str]:
    """The words of ``text`` as they are written."""
    return _WORD.findall(text)


def starts(terms: list[str]) -> re.Pattern[str] | None:
    """A pattern that finds each of the folded ``terms`` at the beginning of a word; None without terms."""
    if not terms:
        return None
    longest_first = sorted(set(terms), key=lambda term: (-len(term), term))
    return re.compile(r"(?<![^\W_])(?:" + "|".join(map(re.escape, longest_first)) + ")")


def ranges(text: str, found: re.Pattern[str]) -> tuple[tuple[int, int], ...]:
    """The (start, end) offsets of all that ``found`` matches in the folded ``text``."""
    return tuple(match.span() for match in found.finditer(fold(text)))


_MARKS: Final = re.compile(r"^[ \t]*(?:(?:>[ \t]?)+|#{1,6}[ \t]+)", re.MULTILINE)
"""What makes a line of Markdown a quotation or a heading: no words, and no sense in the middle of a line."""


def one_line(text: str) -> str:
    """``text`` with every run of blanks as one space."""
    return " ".join(text.split())


def excerpt(text: str, found: re.Pattern[str] | None, width: int = _EXCERPT) -> tuple[str, tuple[tuple[int, int], ...]]:
    """At most ``width`` characters of ``text`` on one line around the first match, with the ranges to highlight.

    What was left out before or after is shown by an ellipsis, which counts.
    """
    first = found.search(fold(text)) if found else None
    at = first.start() if first else 0
    # Only a window is folded into one line: a note may hold 32 kB.
    begin = max(0, at - _BEFORE) if at > _BEFORE else 0
    shown = one_line(_MARKS.sub("", text[begin : begin + 2 * width]))
    if begin:
        cut = shown.find(" ")
        shown = "…" + (shown[cut + 1 :] if 0 <= cut < _BEFORE // 2 else shown)
    if len(shown) > width or begin + 2 * width < len(text):
        shown = shown[: width - 1].rstrip() + "…"
    return shown, ranges(shown, found) if found else ()
