"""The marks of Markdown in one line, found by regular expression: what the editor colours and the preview draws."""

from __future__ import annotations

import re
from typing import Final, Literal, NamedTuple

Kind = Literal[
    "heading",
    "list",
    "box",
    "done",
    "quote",
    "code",
    "strong",
    "emphasis",
    "strike",
    "link",
    "rule",
    "fence",
    "reference",
]

LIST_ITEM: Final = re.compile(r"(?P<indent>\s*)(?P<mark>[-*+]|\d{1,4}[.)])(?P<gap>\s+)(?P<box>\[[ xX]\](?:\s+|$))?")
QUOTE: Final = re.compile(r"\s{0,3}>\s?")
HEADING: Final = re.compile(r"(#{1,6})\s+")
RULE: Final = re.compile(r"\s{0,3}([-*_])(?:\s*\1){2,}\s*\Z")
FENCE: Final = re.compile(r"\s{0,3}(```|~~~)")
_CODE = r"(?:\d{2}\.\d{2}:)?\d{1,2}\.\d{1,2}(?:\.\d{1,2})?"
REFERENCE: Final = re.compile(rf"\[\[({_CODE})\]\]")
"""``[[35.72]]``, ``[[2.4]]``, ``[[35.72:2.4.1]]``: a region, indicator or item that the note refers to."""

# Emphasis never crosses its own mark, so that no line, however made, takes more than linear time.
_INLINE: Final = re.compile(
    r"(?P<code>`[^`\n]+`)"
    r"|(?P<strong>\*\*[^*\s](?:[^*\n]*[^*\s])?\*\*|__[^_\s](?:[^_\n]*[^_\s])?__)"
    r"|(?P<strike>~~[^~\n]+~~)"
    r"|(?P<emphasis>\*[^*\s](?:[^*\n]*[^*\s])?\*|(?<!\w)_[^_\s](?:[^_\n]*[^_\s])?_(?!\w))"
    rf"|(?P<reference>\[\[{_CODE}\]\])"
    r"|(?P<link>\[[^\]\n]*\]\([^()\s]*\))"
)


class Span(NamedTuple):
    """Characters ``start`` to ``end`` of a line are a ``kind``; ``mark`` characters at each side are its sign."""

    start: int
    end: int
    kind: Kind
    mark: int = 0


def inline(line: str, start: int = 0) -> list[Span]:
    """Emphasis, code and links in ``line`` from ``start`` on, in order, never overlapping."""
    found: list[Span] = []
    for match in _INLINE.finditer(line, start):
        kind = match.lastgroup
        width = {"code": 1, "strong": 2, "strike": 2, "emphasis": 1, "link": 0, "reference": 2}[str(kind)]
        found.append(Span(match.start(), match.end(), kind, width))  # pyright: ignore[reportArgumentType]
    return found


def spans(line: str) -> list[Span]:
    """Everything marked in ``line``, a line outside a fenced block."""
    if heading := HEADING.match(line):
        return [Span(0, len(line), "heading", heading.end())]
    if RULE.match(line):
        return [Span(0, len(line), "rule")]
    found: list[Span] = []
    start = 0
    if item := LIST_ITEM.match(line):
        start = item.end()
        found.append(Span(item.start("mark"), item.end("mark"), "list"))
        if item["box"]:
            done = item["box"][1] in "xX"
            found.append(Span(item.start("box"), item.start("box") + 3, "done" if done else "box"))
            if done:
                found.append(Span(start, len(line), "done"))
    elif quote := QUOTE.match(line):
        start = quote.end()
        found.append(Span(0, len(line), "quote", start))
    return found + inline(line, start)


def plain(line: str) -> str:
    """``line`` without the sign of a heading, list item, check box or quote before it."""
    for sign in (HEADING, LIST_ITEM, QUOTE):
        if match := sign.match(line):
            line = line[match.end() :]
    return line.strip()


def word_count(text: str) -> int:
    """How many words ``text`` has; the signs of lists, check boxes, quotes and headings are none."""
    return sum(any(map(str.isalnum, part)) for line in text.split("\n") for part in plain(line).split())


def next_prefix(line: str) -> str | None:
    """What Enter at the end of ``line`` puts before the new line; ``""`` when the item is empty and the list ends.

    None: the line is no list item and no quote.
    """
    if RULE.match(line):
        return None
    if item := LIST_ITEM.match(line):
        if not line[item.end() :].strip():
            return ""
        mark = item["mark"]
        if mark[:-1].isdigit():
            mark = f"{int(mark[:-1]) + 1}{mark[-1]}"
        return f"{item['indent']}{mark}{item['gap']}{'[ ] ' if item['box'] else ''}"
    if quote := QUOTE.match(line):
        return "" if not line[quote.end() :].strip() else quote.group()
    return None


def toggled_box(line: str) -> str | None:
    """``line`` with its check box ticked or unticked, a list item without one given one; None elsewhere."""
    item = LIST_ITEM.match(line)
    if item is None:
        return None
    if not item["box"]:
        return f"{line[: item.end()]}[ ] {line[item.end() :]}"
    at = item.start("box") + 1
    return f"{line[:at]}{' ' if line[at] in 'xX' else 'x'}{line[at + 1 :]}"


def fenced(lines: list[str]) -> list[bool]:
    """For each line whether it stands in a fenced code block, the fences included."""
    inside = False
    fence = ""
    found: list[bool] = []
    for line in lines:
        match = FENCE.match(line)
        if match and (not inside or match[1] == fence):
            found.append(True)
            inside = not inside
            fence = match[1]
        else:
            found.append(inside)
    return found
