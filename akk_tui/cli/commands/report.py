"""``report``: the report of a visit, on stdout or in a file."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from akk_tui.cli import edits, output
from akk_tui.cli.parser import UsageError
from akk_tui.i18n import gettext as _
from akk_tui.i18n import ngettext

if TYPE_CHECKING:
    from akk_tui.cli.context import Context
    from akk_tui.reports.visit import Visit

_STDOUT = "-"
_OTHER_FORMATS = frozenset((".pdf", ".xlsx", ".xls", ".csv", ".json", ".docx", ".doc", ".odt"))
"""Endings that promise what a report of a visit is not."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """The days, whose work, which regions, and where to."""
    parser.add_argument(
        "--from", dest="first", required=True, metavar="D", help=_("hari pertama kunjungan (TTTT-BB-HH)")
    )
    parser.add_argument("--to", dest="last", metavar="D", help=_("hari terakhir; tanpa ini satu hari saja"))
    parser.add_argument("--mine", action="store_true", help=_("hanya yang Anda kerjakan sendiri"))
    parser.add_argument(
        "--region",
        action="append",
        default=[],
        metavar="R",
        help=_("daerah, boleh berulang; tanpa ini semua yang ada pekerjaannya"),
    )
    parser.add_argument("--basis", default="", metavar="TEXT", help=_("dasar kunjungan: nomor dan tanggal surat tugas"))
    parser.add_argument("--format", choices=("md", "html"), metavar="md|html", help=_("tanpa ini menurut akhiran FILE"))
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help=_("berkas atau folder tujuan, hanya dapat dibaca pemiliknya; tanpa ini, atau dengan “-”, stdout"),
    )
    parser.add_argument("--force", action="store_true", help=_("mengganti FILE bila sudah ada; tanpa ini ditolak"))


def run(context: Context, args: argparse.Namespace) -> int:
    """Make it."""
    from akk_tui.reports import export, file, make
    from akk_tui.reports.visit import Asked, gather

    first = edits.day("--from", args.first)
    last = edits.day("--to", args.last) if args.last else first
    to_file = args.output not in (None, _STDOUT)
    ending = Path(args.output).suffix.lower() if to_file and args.format is None else ""
    if ending in _OTHER_FORMATS:
        reason = _("{ending} tidak dapat ditulis; beri nama berakhiran .md atau .html, atau sebut --format.")
        raise UsageError(reason=reason.format(ending=ending))
    form = file.format_of(args.output if to_file else None, args.format)
    with context.store(read_only=True) as store:
        cycle = context.cycle(store)
        regions = tuple(store.views.find_region(name) for name in args.region)
        asked = Asked(cycle, first, last, regions, args.mine, args.basis.strip())
        asked.check()
        default = file.default_name(regions, first, last, form)
        if to_file and not args.force:
            # Said before the work, not after it.
            file.refuse_taken(args.output, default)
        visit = gather(store, asked)
        text = None if to_file else make(visit, form)
        path = export(store, visit, form, args.output, default, force=args.force) if to_file else None
    if context.json:
        output.document({**_document(visit), "format": form, "path": path and str(path), "text": text})
    elif text is not None:
        output.raw(text)
    else:
        output.line(str(path))
    _narrate(visit)
    return 0


def _document(visit: Visit) -> dict[str, object]:
    return {
        "cycle": visit.asked.cycle,
        "from": visit.asked.first,
        "to": visit.asked.last,
        "mine": visit.asked.mine,
        "regions": [
            {
                "code": part.row.code,
                "name": part.row.name,
                "events": [one.row.id for one in part.events],
                "notes": [one.row.id for one in part.notes],
                "changes": len(part.changes) + len(part.unknown),
                "followups": [one.id for one in part.followups],
                "pending": [one.op for one in part.waiting],
                "history": part.fetched,
            }
            for part in visit.regions
        ],
    }


def _narrate(visit: Visit) -> None:
    """What the reader of the report need not know."""
    if not visit.regions:
        output.say(_("Tidak ada yang tercatat pada hari-hari itu di daerah mana pun."))
    if visit.private:
        n = visit.private
        words = ngettext(
            "{n} catatan pribadi dari hari-hari itu tidak dimuat.",
            "{n} catatan pribadi dari hari-hari itu tidak dimuat.",
            n,
        )
        output.say(words.format(n=n))
