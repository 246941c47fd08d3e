"""Reports: the facts of one as a frozen struct, a document made of them, and its renderings. No Textual, no network."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from akk_tui.reports.visit import Visit
    from akk_tui.store.store import Store


def make(visit: Visit, form: str) -> str:
    """The report of a visit as a file's text; ``form`` is ``md`` or ``html``."""
    from akk_tui.reports import html, markdown, visit_document

    document = visit_document.document(visit)
    text = markdown.render(document)
    return html.page(document.title, text) if form == "html" else text


def export(store: Store, visit: Visit, form: str, name: str, default: str, *, force: bool = False) -> Path:
    """Write the report of a visit where ``name`` says (see :func:`akk_tui.reports.file.save`), with its mark.

    The server is told of it with the next sync. Raises FileThere, NotWritten, and StoreUnusable where that cannot be
    written down: then nothing is exported.
    """
    from akk_tui.reports import file, mark
    from akk_tui.store import exports

    text, digest = mark.marked(make(visit, form), form)
    units = [f"{visit.asked.cycle}:{part.row.code}" for part in visit.regions]
    with exports.recorded(store, "report", units, digest, len(units)):
        return file.save(name, default, text, force=force)
