"""Reports: the facts of one as a frozen struct, a document made of them, and its renderings. No Textual, no network."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from akk_tui.reports.visit import Visit


def make(visit: Visit, form: str) -> str:
    """The report of a visit as a file's text; ``form`` is ``md`` or ``html``."""
    from akk_tui.reports import html, markdown, visit_document

    document = visit_document.document(visit)
    text = markdown.render(document)
    return html.page(document.title, text) if form == "html" else text
