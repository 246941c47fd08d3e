"""``outbox``: what the server has not accepted, on the screen or in a file."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from akk_tui.cli import output, table, words
from akk_tui.cli.parser import subcommands
from akk_tui.i18n import gettext as _
from akk_tui.i18n import ngettext, pick

if TYPE_CHECKING:
    from akk_tui.cli.context import Context
    from akk_tui.store.shapes import OutboxRow


def arguments(parser: argparse.ArgumentParser) -> None:
    """List, or write to a file."""
    add = subcommands(parser, "ACTION")
    add("list", help=_("yang belum diterima server, menurut urutan"))
    export = add("export", help=_("menulis yang belum diterima server ke berkas (0600)"))
    export.add_argument("file", metavar="FILE", type=Path, help=_("berkas yang ditulis"))


def run(context: Context, args: argparse.Namespace) -> int:
    """Do it."""
    from akk_tui.store import export

    with context.store(read_only=True) as store:
        rows = store.views.outbox()
        path: Path | None = args.file.expanduser().absolute() if args.action == "export" else None
        if path is not None:
            export.write(store, path)
    if context.json:
        output.document({"operations": [export.document(row) for row in rows]})
    elif path is not None:
        words = ngettext("{n} perubahan ditulis ke {path}.", "{n} perubahan ditulis ke {path}.", len(rows))
        output.line(words.format(n=len(rows), path=path))
    else:
        _page(rows)
    return 0


def _page(rows: tuple[OutboxRow, ...]) -> None:
    if not rows:
        output.line(_("Semua sudah terkirim."))
        return
    columns = (
        table.Column(_("Keadaan")),
        table.Column(_("Daerah"), gives=True, least=12),
        table.Column(_("Perihal"), gives=True, least=14),
        table.Column(_("Isian"), gives=True, least=16),
        table.Column(_("Nilai"), gives=True, least=14),
    )
    content = [
        (
            _(words.OUTBOX_STATES[row.state]),
            row.region_name,
            words.about(row.key, row.kind, pick(row.title, row.title_en)),
            words.field(row.field),
            words.shown(row.kind, row.field, row.set),
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
