"""``note``: add, list, show, edit."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TYPE_CHECKING

from akk_tui.cli import edits, lookup, output, table, words
from akk_tui.cli.parser import subcommands
from akk_tui.contract.errors import AkkError, N_
from akk_tui.contract.limits import LINE_CHARS
from akk_tui.contract.text import clean
from akk_tui.i18n import gettext as _

if TYPE_CHECKING:
    from akk_tui.cli.context import Context
    from akk_tui.store.shapes import NoteDetail, NoteRow


_MOST_READ: Final = 1_000_000
"""Bytes of a file or stdin; far above what a note may hold."""


class Unreadable(AkkError):
    """A file that the text should come from."""

    code = "failed"
    text = N_("{path} tidak dapat dibaca: {reason}")


class EmptyNote(AkkError):
    """Neither a title nor a text."""

    code = "usage"
    exit_code = 2
    text = N_("Catatan kosong tidak disimpan: beri judul (--title) atau isi (berkas atau stdin).")


def arguments(parser: argparse.ArgumentParser) -> None:
    """The four actions."""
    add = subcommands(parser, "ACTION")
    made = add("add", help=_("catatan baru"))
    made.add_argument("--subject", required=True, metavar="KEY", help=_("35.72, 35.72:2.4, atau nomor kegiatan"))
    made.add_argument("--title", metavar="T", help=_("judul; tanpa ini baris pertama isinya"))
    made.add_argument("--tag", action="append", default=[], metavar="L", help=_("label, boleh berulang"))
    made.add_argument("--private", action="store_true", help=_("pribadi: tersimpan di sini, tidak pernah dikirim"))
    made.add_argument("file", nargs="?", metavar="FILE", help=_("berkas isinya; tanpa ini stdin"))
    listed = add("list", help=_("daftar catatan"))
    listed.add_argument("--subject", metavar="KEY", help=_("hanya tentang ini, dengan semua di bawahnya"))
    listed.add_argument("--search", metavar="TEXT", help=_("hanya yang memuat kata-kata ini"))
    listed.add_argument("--tag", action="append", default=[], metavar="L", help=_("hanya yang bertanda ini"))
    add("show", help=_("satu catatan")).add_argument("id", metavar="ID")
    edit = add("edit", help=_("mengubah catatan, di penyunting ($EDITOR) atau dari berkas atau stdin"))
    edit.add_argument("id", metavar="ID")
    edit.add_argument("--title", metavar="T", help=_("judul baru"))
    edit.add_argument("--tag", action="append", metavar="L", help=_("label baru sebagai ganti semua yang lama"))
    edit.add_argument("file", nargs="?", metavar="FILE", help=_("berkas isinya"))


def run(context: Context, args: argparse.Namespace) -> int:
    """Do the chosen action."""
    return {"add": _add, "list": _list, "show": _show, "edit": _edit}[args.action](context, args)


def _add(context: Context, args: argparse.Namespace) -> int:
    with context.store() as store:
        cycle = context.cycle(store)
        subject = lookup.subject(store, cycle, args.subject)
        region = lookup.region_of(store, cycle, subject)
        body = read_text(args.file)
        # What the user calls it is never cut; a first line may be a whole paragraph.
        title = (
            args.title or next((line.strip("# ") for line in body.splitlines() if line.strip("# ")), "")[:LINE_CHARS]
        )
        if not title.strip() and not body.strip():
            raise EmptyNote
        made: dict[str, Any] = {
            "cycle": cycle,
            "region": region,
            "subject": subject,
            "author": store.meta.get("officer"),
            "title": title,
            "body": body or None,
            "tags": args.tag or None,
        }
        told = _kept()
        if args.private:
            del made["author"]
            key = store.private.save(made)
        else:
            edit = store.create("note", made)
            key, told = edit.key, edits.told(edit)
        detail = store.views.note(key)
    if context.json:
        output.document(document(detail))
    else:
        output.line(key)
        output.say(told)
    return 0


def _kept() -> str:
    return _("Tersimpan di komputer ini saja; catatan pribadi tidak pernah dikirim.")


def _list(context: Context, args: argparse.Namespace) -> int:
    with context.store() as store:
        cycle = context.cycle(store)
        subject = lookup.subject(store, cycle, args.subject) if args.subject else None
        found = store.views.notes(cycle, subject=subject, search=args.search, tags=args.tag)
        if context.json:
            output.document({"notes": [document(store.views.note(row.id)) for row in found]})
            return 0
        zone = store.meta.get("zone") or "WIB"
    if not found:
        output.line(_("Tidak ada catatan."))
        return 0
    columns = (
        table.Column(_("Judul"), gives=True, least=16),
        table.Column(_("Tentang"), gives=True, least=10),
        table.Column(_("Penulis"), gives=True, least=6),
        table.Column(_("Tanggal")),
    )
    content = [(_title(row), row.region_name, row.author, _date(row.at, zone)) for row in found]
    lines = table.rows(columns, content, output.width())
    output.heading(lines[0])
    for line, row in zip(lines[1:], found, strict=True):
        # The id stands on a line of its own, whole: it is what the other commands want.
        output.line(line)
        output.faint(f"  {row.id} · {row.subject} · {_(words.OUTBOX_STATES.get(row.state, row.state))}")
    return 0


def _title(row: NoteRow) -> str:
    return row.title or row.excerpt or _("(tanpa judul)")


def _date(at: datetime | None, zone: str) -> str:
    from akk_tui import i18n

    return i18n.day(i18n.in_zone(at, zone).date()) if at else ""


def _show(context: Context, args: argparse.Namespace) -> int:
    with context.store() as store:
        detail = store.views.note(args.id)
        zone = store.meta.get("zone") or "WIB"
    if context.json:
        output.document(document(detail))
        return 0
    row = detail.row
    output.heading(_title(row))
    output.faint(f"{row.region_name} · {row.subject} {row.subject_title}".rstrip())
    parts = [row.author, _date(row.at, zone), _(words.OUTBOX_STATES.get(row.state, row.state))]
    output.faint(" · ".join(part for part in (*parts, ", ".join(row.tags)) if part))
    output.line()
    output.page(detail.body)
    return 0


def _edit(context: Context, args: argparse.Namespace) -> int:
    with context.store() as store:
        detail = store.views.note(args.id)
        before = detail.seen
        wanted: dict[str, Any] = {}
        text_file: Path | None = None
        body = read_text(args.file) if args.file or not sys.stdin.isatty() else ""
        if args.file or body.strip():
            wanted["body"] = body or None
        elif args.title is None and args.tag is None:
            # An empty stdin (cron, no redirection) is no wish to empty the note.
            wanted["body"], text_file = edited(context, detail.body)
        if args.title is not None:
            wanted["title"] = args.title
        if args.tag is not None:
            wanted["tags"] = args.tag or None
        if "body" in wanted and not (wanted["body"] or "").strip() and not (wanted.get("title", before.get("title"))):
            raise EmptyNote
        told, op = _kept(), None
        if detail.row.state == "private":
            store.private.save(wanted, key=args.id)
        else:
            edit = store.edit("note", args.id, wanted, seen={name: before.get(name) for name in wanted})
            told, op = edits.told(edit), edit.op
        if text_file is not None:
            text_file.unlink(missing_ok=True)
        detail = store.views.note(args.id)
    if context.json:
        output.document({**document(detail), "op": op})
    else:
        output.line(args.id)
        output.say(told)
    return 0


def document(detail: NoteDetail) -> dict[str, Any]:
    """A note as ``--json`` shows it."""
    row = detail.row
    return {
        "id": row.id,
        "subject": row.subject,
        "title": row.title,
        "body": detail.body,
        "tags": row.tags,
        "author": row.author,
        "state": row.state,
        "cycle": row.cycle,
        "region": row.region,
        "at": row.at,
    }


def read_text(file: str | None) -> str:
    """The text of ``file``, or of stdin; raises Unreadable."""
    try:
        if file not in (None, "-"):
            with Path(str(file)).open("rb") as stream:
                return _text(stream.read(_MOST_READ + 1))
        if sys.stdin.isatty():
            output.say(_("Ketik isinya, akhiri dengan Ctrl+D."))
        return _text(sys.stdin.buffer.read(_MOST_READ + 1))
    except _TooLong:
        raise Unreadable(path=file or "stdin", reason=_("terlalu panjang")) from None
    except OSError as cause:
        raise Unreadable(path=file or "stdin", reason=cause.strerror or str(cause)) from cause
    except UnicodeDecodeError as cause:
        raise Unreadable(path=file or "stdin", reason=_("bukan teks UTF-8")) from cause


class _TooLong(Exception):
    """More than _MOST_READ bytes."""


def _text(raw: bytes) -> str:
    if len(raw) > _MOST_READ:
        raise _TooLong
    return clean(raw.decode(), lines=True)


def edited(context: Context, body: str) -> tuple[str, Path]:
    """``body`` after the user's editor had it, with the file that still holds it; raises NoEditor and its like."""
    from akk_tui import external_editor

    return external_editor.edited(external_editor.folder_of(context.paths), body)
