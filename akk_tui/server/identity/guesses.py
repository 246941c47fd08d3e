"""How many guesses a password takes for somebody who tries what people take: words, names, dates, sequences, rows of
keys, the same again, letters replaced by digits.

``guessed.txt`` holds, one a line, the words of the most common passwords (from the list that Django ships, BSD licence)
and Indonesian ones of the same kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from math import log2
from pathlib import Path
from typing import Final

_LEET: Final = str.maketrans("0134578@$!", "oieastbasi")
_ROWS: Final = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1q2w3e4r5t6y7u8i9o0p",
)
_LEAST_RUN: Final = 3
_WORD: Final = 12.0
"""Bits of a word of the list: it has some 4,100."""
_NAME: Final = 2.0
_RUN: Final = 6.0
_DIGIT: Final = log2(10)
_OTHER: Final = 5.0
"""Bits of any other character: fewer than a random one has, since people write words."""
_DATE: Final = 13.0
"""Bits of six to eight digits, which mostly are a day."""
_LONGEST_WORD: Final = 27


def bits(password: str, names: Iterable[str] = ()) -> float:
    """An estimate in bits of the guesses that ``password`` takes; ``names`` are words that belong to its owner."""
    text = password.lower()
    own = {part for name in names for part in re.split(r"[^a-z0-9]+", name.lower()) if len(part) >= _LEAST_RUN}
    whole = _repeated(text)
    plain = whole.translate(_LEET)
    best: list[float] = [0.0]
    parts: list[tuple[str, ...]] = [()]
    for end in range(1, len(whole) + 1):
        options = [
            (best[start] + cost, (*parts[start], whole[start:end]))
            for start in range(max(0, end - _LONGEST_WORD), end)
            if (cost := _cost(whole[start:end], plain[start:end], own, parts[start])) is not None
        ]
        cost, used = min(options, key=lambda option: option[0])
        best.append(cost)
        parts.append(used)
    return best[-1] + (1.0 if whole != text else 0.0)


def _repeated(text: str) -> str:
    """The shortest text whose repetition ``text`` is; itself when it is none."""
    found = (text + text).find(text, 1)
    return text[:found] if 0 < found < len(text) else text


def _cost(part: str, plain: str, own: set[str], before: tuple[str, ...]) -> float | None:
    """Bits of one part; None when it is nothing that is guessed as a whole."""
    if len(part) == 1:
        return _DIGIT if part.isdigit() else _OTHER if part.isalnum() else 2.0
    if part in before:
        return 1.0
    if part in own or plain in own:
        return _NAME
    if part in _words() or plain in _words():
        return _WORD + (1.0 if part != plain and part not in _words() else 0.0)
    if len(part) >= _LEAST_RUN and (len(set(part)) == 1 or _is_run(part)):
        return _RUN
    if part.isdigit() and 4 <= len(part) <= 8:
        return min(_DATE, len(part) * _DIGIT)
    return None


def _is_run(part: str) -> bool:
    return any(part in row or part[::-1] in row for row in _ROWS)


@cache
def _words() -> frozenset[str]:
    return frozenset(Path(__file__).with_name("guessed.txt").read_text("ascii").split())
