"""A report's document as one text of styled lines, so that it reads well in any width: tables become short lists."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final, TYPE_CHECKING

from textual.content import Content

from akk_tui.i18n import gettext as _
from akk_tui.ui.terminal.safe import content
from akk_tui.ui.widgets.markdown import rendered

if TYPE_CHECKING:
    from akk_tui.reports.document import Block, Document

_MOST_LINES: Final = 1_500
"""What is drawn of a report about many regions; laying more out would hold up the keys."""
_HEADINGS: Final = ("bold underline $primary", "bold underline $primary", "bold $primary", "bold")


def drawn(document: Document) -> Content:
    """The document, or its beginning and where the rest is."""
    every = (part for one in document.blocks for part in _block(one))
    parts = [content(document.title, _HEADINGS[0]), *islice(every, _MOST_LINES)]
    if next(every, None) is not None:
        rest = _("Pratinjau berhenti di sini; seluruh laporan ada di berkasnya.")
        parts += (Content(""), content(rest, "$text-muted"))
    return Content("\n").join(parts)


def _block(one: Block) -> Iterator[Content]:
    from akk_tui.reports.document import Bullets, Facts, Heading, Paragraph, Table

    if not isinstance(one, Table):
        yield Content("")
    match one:
        case Heading(level, text):
            yield content(text, _HEADINGS[min(level, len(_HEADINGS)) - 1])
        case Paragraph(text, quiet):
            yield content(text, "$text-muted" if quiet else "")
        case Facts(rows):
            for name, value in rows:
                yield Content.assemble(content(f"{name}: ", "bold"), content(value))
        case Bullets(items):
            for item in items:
                yield Content.assemble(content("• ", "$accent"), content(item))
        case Table(head, rows):
            for row in rows:
                yield from _row(head, row)
        case _:
            for line in rendered(one.text).split("\n", allow_blank=True):
                yield Content.assemble(content("│ ", "$accent"), line)


def _row(head: tuple[str, ...], row: tuple[str, ...]) -> Iterator[Content]:
    """``• first cell``, and under it the others by their names; two cells stand on one line."""
    first = Content.assemble(content("• ", "$accent"), content(row[0], "bold"))
    if len(row) == 2:
        yield Content.assemble(first, content(f": {row[1]}"))
        return
    yield first
    others: list[Content] = [content("  ")]
    for name, value in zip(head[1:], row[1:], strict=True):
        if len(others) > 1:
            others.append(content(" · ", "$text-muted"))
        others += (content(f"{name} ", "$text-muted"), content(value))
    yield Content.assemble(*others)
