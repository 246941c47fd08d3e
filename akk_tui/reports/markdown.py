"""A document as Markdown (CommonMark with tables).

Whatever a person or a server wrote stays text: it cannot become a heading, a picture, a named link, or HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from akk_tui.contract.text import clean
from akk_tui.reports.document import Block, Bullets, Document, Facts, Heading, Paragraph, Table, Written

_ALWAYS: Final = re.compile(r"[\\`*\[\]<|~]|&(?=#?\w{1,40};)|(?<![^\W_])_|_(?![^\W_])")
"""Marks that mean something anywhere in a line; an underscore inside a word means nothing."""
_AT_START: Final = re.compile(r"[#>=]|[+:-](?=[ :-]|\Z)|(\d{1,9})[.)](?= |\Z)")
"""Marks that mean something at the start of a line."""
_ITEM: Final = re.compile(r"(?P<indent> *)(?P<mark>[-*+]|\d{1,9}[.)])[ \t]+(?:\[(?P<box>[ xX])\][ \t]+)?(?=\S)")
_HEADING: Final = re.compile(r" {0,3}#{1,6}[ \t]+(?=\S)")
_QUOTE: Final = re.compile(r" {0,3}(?:>[ \t]?)+")
_STRONG: Final = re.compile(r"\*\*(?=[^\s*])(.+?)(?<=[^\s*])\*\*")
_BOXES: Final = {" ": "☐ ", "x": "☑ ", "X": "☑ "}
_DEEPEST: Final = 3
"""Levels of a written list that are kept."""


def render(document: Document) -> str:
    """The whole report."""
    return "\n\n".join((f"# {inline(document.title)}", *map(block, document.blocks))) + "\n"


def block(one: Block) -> str:
    """One block, without blank lines around it."""
    match one:
        case Heading(level, text):
            return f"{'#' * level} {inline(text)}"
        case Paragraph(text, quiet):
            return f"*{inline(text)}*" if quiet else inline(text)
        case Facts(rows):
            return "\n".join(f"- **{inline(name)}**: {inline(value)}" for name, value in rows)
        case Bullets(items):
            return "\n".join(f"- {inline(item)}" for item in items)
        case Table(head, rows):
            return "\n".join((_row(head), _row(("---",) * len(head), raw=True), *map(_row, rows)))
        case Written(text):
            return "\n".join(_written(text))


def inline(text: str) -> str:
    """``text`` on one line as nothing but itself."""
    return _at_start(_escaped(" ".join(clean(text).split())))


def _escaped(text: str) -> str:
    return _ALWAYS.sub(lambda found: f"\\{found[0]}", text)


def _at_start(escaped: str) -> str:
    start = _AT_START.match(escaped)
    if start is None:
        return escaped
    digits = start[1] or ""
    return f"{digits}\\{escaped[len(digits) :]}"


def _row(cells: tuple[str, ...], *, raw: bool = False) -> str:
    return f"| {' | '.join(cell if raw else inline(cell) for cell in cells)} |"


class _Line(NamedTuple):
    """One written line: ``depth`` of a list's item, None of other text."""

    text: str
    depth: int | None


def _written(text: str) -> Iterator[str]:
    """What an officer wrote, in a quotation: lists, boxes and bold stay, headings become bold, all else is text."""
    before: _Line | None = None
    for typed in clean(text, lines=True).strip("\n").split("\n"):
        line = _line(typed, before)
        if before is not None:
            is_text = before.depth is None and before.text and line.depth is None and line.text
            # A line of text under another one stays a line of its own, as it was typed.
            yield f"> {before.text}{'  ' if is_text else ''}".rstrip(" ") + ("  " if is_text else "")
            if before.text and line.text and (before.depth is None) != (line.depth is None):
                yield ">"
        before = line
    if before is not None:
        yield f"> {before.text}"


def _line(typed: str, before: _Line | None) -> _Line:
    item = _ITEM.match(typed)
    if item is None:
        heading = _HEADING.match(typed)
        words = " ".join(typed[heading.end() :].strip(" #").split()) if heading else ""
        if words:
            return _Line(f"**{_escaped(words)}**", None)
        quote = _QUOTE.match(typed)
        return _Line(_styled(typed[quote.end() :] if quote else typed), None)
    deepest = -1 if before is None or before.depth is None else before.depth
    depth = min(len(item["indent"]) // 2, deepest + 1, _DEEPEST)
    box = _BOXES.get(item["box"] or "", "")
    return _Line(f"{'    ' * depth}{item['mark']} {box}{_styled(typed[item.end() :])}", depth)


def _styled(typed: str) -> str:
    """A line of text with its bold kept."""
    line = " ".join(typed.split())
    parts: list[str] = []
    at = 0
    for strong in _STRONG.finditer(line):
        parts += (_escaped(line[at : strong.start()]), f"**{_escaped(strong[1])}**")
        at = strong.end()
    parts.append(_escaped(line[at:]))
    made = "".join(parts)
    return made if made.startswith("**") else _at_start(made)
