"""The last door before the terminal: no control character passes, and no text is read as markup.

Foreign text is cleaned when it is decoded (``contract.text``); what is here makes a forgotten place harmless.
"""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.text import Text
from textual.color import Color
from textual.content import Content
from textual.filter import LineFilter

_REPLACED = "\ufffd"
_UNSEEN = dict.fromkeys(
    (
        *range(32),
        *range(127, 160),
        *range(8203, 8208),
        *range(8232, 8239),
        *range(8288, 8304),
        1564,
        65279,
        *range(65529, 65532),
        *range(55296, 57344),
        *range(917504, 917632),
    ),
    _REPLACED,
)


def printable(text: str) -> str:
    """``text`` with every character that steers a terminal or hides replaced by U+FFFD, cell for cell at most."""
    return text if text.isascii() and text.isprintable() else text.translate(_UNSEEN)


class PrintableFilter(LineFilter):
    """Replaces every control character in every rendered segment that is not Textual's own control segment.

    Each segment keeps its cells: what hides has none of its own, or joins others into fewer.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        if all(segment.text.isprintable() for segment in segments):
            return segments
        return [
            segment if segment.text.isprintable() else Segment(_as_wide(segment), segment.style) for segment in segments
        ]


def _as_wide(segment: Segment) -> str:
    """The text of a segment, printable and in as many cells: one more would push a frame off its line."""
    shown = segment.text.translate(_UNSEEN)
    if cell_len(shown) == segment.cell_length:
        return shown
    # What has no cell of its own leaves none behind.
    shown = "".join(char for char in segment.text if cell_len(char) or ord(char) not in _UNSEEN).translate(_UNSEEN)
    return set_cell_size(shown, segment.cell_length)


def content(text: object, style: str = "") -> Content:
    """``text`` as Textual's content: shown as it is, never read as markup."""
    plain = printable_lines(str(text))
    return Content.styled(plain, style) if style else Content(plain)


def cell(text: object, style: str = "", *, right: bool = False, width: int | None = None) -> Text:
    """``text`` as a table cell: never markup, one line, cut with … to ``width`` cells when given."""
    plain = printable(str(text).replace("\n", " "))
    if width is not None:
        plain = cut(plain, width)
    return Text(plain, style, justify="right" if right else "left", no_wrap=True, overflow="ellipsis", end="")


def printable_lines(text: str) -> str:
    """As :func:`printable`, keeping line feeds."""
    return "\n".join(printable(line) for line in text.split("\n"))


def cut(text: str, width: int) -> str:
    """``text`` in at most ``width`` cells, its end replaced by … when it is longer."""
    if cell_len(text) <= width:
        return text
    if width <= 1:
        return "…"[:width]
    return set_cell_size(text, width - 1).rstrip() + "…"


def pad(text: str, width: int) -> str:
    """``text`` in exactly ``width`` cells."""
    return set_cell_size(cut(text, width), width)
