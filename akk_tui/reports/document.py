"""A report as blocks of plain text: what every rendering is made of. Nothing in it is markup yet."""

from __future__ import annotations

from typing import NamedTuple


class Heading(NamedTuple):
    """A heading; ``level`` 1 is the report's own title."""

    level: int
    text: str


class Paragraph(NamedTuple):
    """One paragraph; ``quiet`` for what stands beside the matter (who and when, what is missing)."""

    text: str
    quiet: bool = False


class Facts(NamedTuple):
    """Names with their values, one a line."""

    rows: tuple[tuple[str, str], ...]


class Bullets(NamedTuple):
    """A list."""

    items: tuple[str, ...]


class Table(NamedTuple):
    """A table; every row has as many cells as ``head``."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Written(NamedTuple):
    """Text of several lines that an officer wrote, in Markdown: its lists, boxes and emphasis may be kept."""

    text: str


Block = Heading | Paragraph | Facts | Bullets | Table | Written


class Document(NamedTuple):
    """A whole report: its title and its blocks, the title's heading not among them."""

    title: str
    blocks: tuple[Block, ...]


BLANK = "…" * 16
"""A place to fill in by hand."""
