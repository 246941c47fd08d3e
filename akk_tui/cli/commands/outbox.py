"""``outbox``: what the server has not accepted, on the screen or in a file; what was refused is sent again."""

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
    from akk_tui.store.store import Store


_READABLE = ".json"
_REFUSED = ("forbidden", "rejected")


def arguments(parser: argparse.ArgumentParser) -> None:
    """List, send again, write to a file, read the answers to it."""
    add = subcommands(parser, "ACTION")
    add("list", help=_("yang belum diterima server, menurut urutan"))
    retry = add("retry", help=_("mengirim lagi yang ditolak server, misalnya setelah siklusnya dibuka lagi"))
    retry.add_argument("op", metavar="OP", nargs="*", help=_("operasi yang dikirim lagi; bawaan: semua yang ditolak"))
    export = add(
        "export", help=_("menulis yang belum diterima server ke berkas bersegel untuk dibawa; .json: salinan terbaca")
    )
    export.add_argument("file", metavar="FILE", type=Path, help=_("berkas yang ditulis (0600)"))
    answers = add("import-answers", help=_("membaca berkas jawaban server atas kiriman yang dibawa"))
    answers.add_argument("file", metavar="FILE", type=Path, help=_("berkas jawaban dari admin server"))


def run(context: Context, args: argparse.Namespace) -> int:
    """Do it; 5 when answers leave differences or refusals."""
    if args.action == "import-answers":
        return _answers(context, args.file.expanduser().absolute())
    if args.action == "retry":
        return _retry(context, args.op)
    path: Path | None = args.file.expanduser().absolute() if args.action == "export" else None
    carried = path is not None and path.suffix != _READABLE
    with context.store(read_only=not carried) as store:
        rows = store.views.outbox()
        if path is not None and carried:
            told = _sealed(context, store, path)
        elif path is not None:
            told = _readable(store, path, len(rows))
        else:
            told = ()
    if context.json:
        output.document({"operations": [export_document(row) for row in rows]})
    elif path is None:
        _page(rows)
    for line in told:
        (output.say if context.json else output.line)(line)
    return 0


def export_document(row: OutboxRow) -> dict[str, object]:
    """One operation as scripts read it."""
    from akk_tui.store import export

    return export.document(row)


def _readable(store: Store, path: Path, count: int) -> tuple[str, ...]:
    from akk_tui.store import export

    export.write(store, path)
    return (
        ngettext("{n} perubahan ditulis ke {path}.", "{n} perubahan ditulis ke {path}.", count).format(
            n=count, path=path
        ),
    )


def _sealed(context: Context, store: Store, path: Path) -> tuple[str, ...]:
    from akk_tui.sync import carrying

    done = carrying.write(store, context.account(), path)
    words = ngettext(
        "{n} perubahan disegel ke {path}: hanya server yang dapat membukanya.",
        "{n} perubahan disegel ke {path}: hanya server yang dapat membukanya.",
        done.operations,
    )
    lines = [
        words.format(n=done.operations, path=path),
        _(
            "Bawa ke admin server (akk-server import-bundle). Perubahan tetap menunggu di sini, dan tidak akan masuk "
            "dua kali."
        ),
    ]
    if done.left:
        more = ngettext(
            "{n} perubahan tidak muat; ekspor lagi setelah jawabannya datang.",
            "{n} perubahan tidak muat; ekspor lagi setelah jawabannya datang.",
            done.left,
        )
        lines.append(more.format(n=done.left))
    return tuple(lines)


def _answers(context: Context, path: Path) -> int:
    from akk_tui.sync import carrying

    with context.store() as store:
        told = carrying.take_answers(store, path)
    if context.json:
        output.document(
            {
                "pushed": told.accepted,
                "conflicts": told.conflicts,
                "refused": told.refused,
                "waiting": told.waiting,
                "late": told.late,
            }
        )
    elif told.late:
        output.line(_("Jawaban itu lebih lama daripada yang sudah diketahui dari server. Tidak ada yang berubah."))
    else:
        output.line(
            _("Diterima {accepted}, beda isian {conflicts}, ditolak {refused}, menunggu {waiting}.").format(
                accepted=told.accepted, conflicts=told.conflicts, refused=told.refused, waiting=told.waiting
            )
        )
    return 5 if told.conflicts or told.refused else 0


def _retry(context: Context, named: list[str]) -> int:
    """Queue what was refused again: the operations that are named, else all; none where one of them is not refused."""
    with context.store() as store, store.db.write():
        ops = list(dict.fromkeys(named)) or [row.op for row in store.views.outbox() if row.state in _REFUSED]
        made = [store.retry(op) for op in ops]
    if context.json:
        output.document({"operations": [{"op": edit.op, "state": edit.state} for edit in made]})
    elif made:
        words = ngettext(
            "{n} perubahan dikirim lagi pada sinkronisasi berikutnya (akk-tui sync).",
            "{n} perubahan dikirim lagi pada sinkronisasi berikutnya (akk-tui sync).",
            len(made),
        )
        output.line(words.format(n=len(made)))
    else:
        output.line(_("Tidak ada perubahan yang ditolak."))
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
        if row.state in _REFUSED:
            output.line(f"  {words.refusal(row.answer)}")
    if any(row.state == "conflict" for row in rows):
        output.say(_("Beda isian menunggu jawaban: akk-tui conflicts"))
    if any(row.lifted for row in rows):
        output.say(_(words.LIFTED))
    elif any((row.answer or {}).get("code") == "cycle_closed" for row in rows):
        output.say(_("Bila siklusnya dibuka lagi: akk-tui outbox retry"))
