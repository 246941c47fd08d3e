"""The one door through which foreign text comes in.

Text from the server, a file or a note may hold terminal escape sequences, control characters, bidirectional
overrides, invisible tag characters or towers of combining marks. :func:`clean` takes them out and brings the
rest into NFC; :class:`Line` and :class:`Text` are string types that are clean by construction when msgspec
decodes them with :func:`dec_hook`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Any, Final

# ECMA-48: CSI with parameters, the string controls (OSC, DCS, SOS, PM, APC) up to their end, and short escapes,
# each in its 7-bit form (ESC x) and its 8-bit form (C1).
_SEQUENCE: Final = (
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d\x9e\x9f])[^\x07\x1b\x9c\n]*(?:\x07|\x9c|\x1b\\)?"
    r"|\x1b[ -/]*[0-~]?"
)
# C0 without tab and line feed, DEL, C1, bidi controls, zero-width and invisible operators, interlinear marks,
# tag characters, variation selectors supplement, noncharacters and lone surrogates.
_UNSEEN: Final = (
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff"
    "\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
)
_LINE_ENDS: Final = "\r\n|[\r\u0085\u2028\u2029\x0b\x0c]"
_MARKS_KEPT: Final = 4


def clean(text: str, *, lines: bool = False) -> str:
    """``text`` without anything that steers a terminal or hides from the reader, in NFC.

    With ``lines`` every line end becomes LF and a tab up to four spaces; without, each becomes one space.
    At most four combining marks follow one base character. Cleaning what is clean changes nothing.
    """
    if text.isascii() and (text.replace("\n", "") if lines else text).isprintable():
        return text
    ends, sequence, unseen = _patterns()
    text = ends.sub("\n", text)
    text = sequence.sub("", text)
    text = unseen.sub("", text)
    text = text.expandtabs(4) if lines else text.replace("\n", " ").replace("\t", " ")
    text = unicodedata.normalize("NFC", text)
    if not text.isascii():
        text = _few_marks(text)
    return text


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    """Compiled where they are needed first: most texts are plain, and they would cost every start a millisecond."""
    return re.compile(_LINE_ENDS), re.compile(_SEQUENCE), re.compile(_UNSEEN)


def _few_marks(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for char in text:
        if unicodedata.category(char) in ("Mn", "Me"):
            marks += 1
            if marks > _MARKS_KEPT:
                continue
        else:
            marks = 0
        kept.append(char)
    return "".join(kept)


def is_clean(text: str, *, lines: bool = False) -> bool:
    """Whether :func:`clean` would leave ``text`` as it is."""
    return clean(text, lines=lines) == text


class Line(str):
    """One clean line of text."""

    __slots__ = ()


class Text(str):
    """Clean text of several lines."""

    __slots__ = ()


def dec_hook(type_: type[Any], value: Any) -> Any:
    """msgspec's hook: makes :class:`Line` and :class:`Text` from plain strings."""
    if type_ is Line or type_ is Text:
        if not isinstance(value, str):
            raise ValueError(f"Expected `str`, got `{type(value).__name__}`")
        return type_(clean(value, lines=type_ is Text))
    raise NotImplementedError(type_)


def clean_deep(value: Any) -> Any:
    """``value`` (as JSON decodes) with every string in it cleaned, line feeds kept, keys included."""
    if isinstance(value, str):
        return clean(value, lines=True)
    if isinstance(value, list):
        return [clean_deep(part) for part in value]  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, dict):
        return {clean(str(name)): clean_deep(part) for name, part in value.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return value
