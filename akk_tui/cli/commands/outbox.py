"""``outbox list``: what the server has not accepted."""

from __future__ import annotations

import argparse
from typing import Any, TYPE_CHECKING

from akk_tui.cli import output, table, words
from akk_tui.cli.parser import subcommands
from akk_tui.i18n import gettext as _
from akk_tui.i18n import pick

if TYPE_CHECKING:
    from akk_tui.cli.context import Context
    from akk_tui.store.shapes import OutboxRow


def arguments(parser: argparse.ArgumentParser) -> None:
    """The one action."""
    subcommands(parser, "ACTION")("list", help=_("yang belum diterima server, menurut urutan"))


def run(context: Context, args: argparse.Namespace) -> int:
    """Print it."""
    with context.store(read_only=True) as store:
        rows = store.views.outbox()
    if context.json:
        output.document({"operations": [_document(row) for row in rows]})
    else:
        _page(rows)
    return 0


def _document(row: OutboxRow) -> dict[str, Any]:
    return {
        "op": row.op,
        "n": row.n,
        "kind": row.kind,
        "key": row.key,
        "field": row.field,
        "set": row.set,
        "was": row.was,
        "state": row.state,
        "answer": row.answer,
        "at": row.at,
    }


def _page(rows: tuple[OutboxRow, ...]) -> None:
    if not rows:
        output.line(_("Semua sudah terkirim."))
        return
    columns = (
        table.Column(_("Keadaan")),
        table.Column(_("Daerah"), gives=True, least=12),
        table.Column(_("Perihal"), gives=True, least=14),
        table.Column(_("Isian"), gives=True, least=12),
        table.Column(_("Nilai"), gives=True, least=16),
    )
    content = [
        (
            _(words.OUTBOX_STATES[row.state]),
            row.region_name,
            pick(row.title, row.title_en),
            words.field(row.field),
            words.value(row.set if len(row.set) > 1 else next(iter(row.set.values()))),
        )
        for row in rows
    ]
    lines = table.rows(columns, content, output.width())
    output.heading(lines[0])
    for line, row in zip(lines[1:], rows, strict=True):
        output.line(line)
        if row.state in ("forbidden", "rejected"):
            output.line(f"  {words.refusal(row.answer)}")
    if any(row.state == "conflict" for row in rows):
        output.say(_("Beda isian menunggu jawaban: akk-tui conflicts"))
