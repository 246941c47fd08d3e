"""Notes as they are read: one text of styled lines, without the hundred widgets of a full Markdown view.

Textual's own view takes 3.2 s to mount a note of 10 kB and opens links on a click, on the machine the app runs on;
here links are words, and a note past :data:`PREVIEW_BYTES` is shown as it was typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from akk_tui.i18n import gettext as _
from akk_tui.ui import references
from akk_tui.ui.terminal.safe import content, printable
from akk_tui.ui.widgets import marks
from akk_tui.ui.widgets.marks import Span

PREVIEW_BYTES: Final = 8_000

_STYLE: Final = {
    "code": "$secondary",
    "strong": "bold",
    "emphasis": "italic",
    "strike": "strike",
    "link": "underline",
    "reference": "underline $primary",
}
_HEADINGS: Final = ("bold underline $primary", "bold $primary", "bold")


def rendered(text: str, titles: Mapping[str, str] | None = None) -> Content:
    """``text`` with its Markdown drawn: headings, lists, check boxes, quotes, code, emphasis, links with address.

    ``titles``: what references are called, by code (None: they stand as they were typed).
    """
    known = titles or {}
    lines = text.split("\n")
    inside = marks.fenced(lines)
    drawn: list[Content] = []
    for number, line in enumerate(lines):
        if inside[number]:
            if not marks.FENCE.match(line):
                drawn.append(content("  " + printable(line), "$secondary"))
            continue
        drawn.append(_line(printable(line), known))
    return Content("\n").join(drawn)


def _line(line: str, titles: Mapping[str, str]) -> Content:
    if heading := marks.HEADING.match(line):
        style = _HEADINGS[min(len(heading[1]), len(_HEADINGS)) - 1]
        return _inline(line, heading.end(), titles).stylize(style)
    if marks.RULE.match(line):
        return content("─" * 24, "$text-muted")
    if item := marks.LIST_ITEM.match(line):
        mark = item["mark"] if item["mark"][0].isdigit() else "•"
        rest = _inline(line, item.end(), titles)
        if item["box"]:
            done = item["box"][1] in "xX"
            mark = "[✓]" if done else "[ ]"
            rest = rest.stylize("$text-muted") if done else rest
        return Content.assemble(item["indent"], content(mark + " ", "bold $accent"), rest)
    if quote := marks.QUOTE.match(line):
        return Content.assemble(content("│ ", "$accent"), _inline(line, quote.end(), titles).stylize("italic"))
    return _inline(line, 0, titles)


def _inline(line: str, start: int, titles: Mapping[str, str]) -> Content:
    parts: list[Content] = []
    at = start
    for span in marks.inline(line, start):
        parts += (content(line[at : span.start]), _drawn(line, span, titles))
        at = span.end
    parts.append(content(line[at:]))
    return Content.assemble(*parts)


def _drawn(line: str, span: Span, titles: Mapping[str, str]) -> Content:
    if span.kind == "reference":
        code = line[span.start + span.mark : span.end - span.mark]
        return content(references.words(code, titles) if titles else f"[[{code}]]", _STYLE["reference"])
    if span.kind != "link":
        return content(line[span.start + span.mark : span.end - span.mark], _STYLE[span.kind])
    words, _mid, address = line[span.start + 1 : span.end - 1].partition("](")
    if not words or words == address:
        return content(address, _STYLE["link"])
    return Content.assemble(content(words, _STYLE["link"]), content(f" ({address})", "$text-muted"))


class MarkdownView(VerticalScroll):
    """Shows one note; the drawing is made in a thread worker."""

    DEFAULT_CSS = """
    MarkdownView { padding: 0 1; & #drawn { height: auto; } & #plain { height: auto; color: $text-muted; } }
    """

    class Drawn(Message):
        """The note is drawn and shown."""

    class _Made(Message):
        def __init__(self, text: str, made: Content) -> None:
            super().__init__()
            self.text = text
            self.made = made

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - as Textual names it
        super().__init__(id=id)
        self._text: str | None = None

    def compose(self) -> ComposeResult:
        yield Static(id="plain")
        yield Static(id="drawn")

    def show(self, text: str, titles: Mapping[str, str] | None = None) -> None:
        """Show ``text``: drawn as Markdown when it is small enough, else as typed; ``titles`` as in rendered()."""
        if text == self._text:
            return
        self._text = text
        size = len(text.encode())
        plain = self.query_one("#plain", Static)
        plain.display = size > PREVIEW_BYTES
        if size > PREVIEW_BYTES:
            plain.update(content(_("Catatan panjang: ditampilkan seperti diketik.")))
            self._put(content(text))
            return

        def make() -> None:
            self.post_message(self._Made(text, rendered(text, titles)))

        self.run_worker(make, thread=True, exclusive=True, group="markdown", exit_on_error=True)

    def on_markdown_view__made(self, message: _Made) -> None:
        message.stop()
        if message.text == self._text:
            self._put(message.made)

    def _put(self, drawn: Content) -> None:
        self.query_one("#drawn", Static).update(drawn)
        self.scroll_home(animate=False)
        self.post_message(self.Drawn())
