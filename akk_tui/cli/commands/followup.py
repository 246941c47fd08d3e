"""``followup``: follow-ups (tindak lanjut) with owner, due date and status; add, list, set, done."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from typing import Any, Final, TYPE_CHECKING

from akk_tui import i18n
from akk_tui.cli import edits, lookup, output, table, words
from akk_tui.cli.parser import subcommands, UsageError
from akk_tui.contract.ids import UUID
from akk_tui.contract.states import FOLLOWUP_OPEN, FOLLOWUP_STATES
from akk_tui.i18n import gettext as _
from akk_tui.i18n import ngettext

if TYPE_CHECKING:
    from akk_tui.cli.context import Context
    from akk_tui.store.shapes import Edit, FollowupRow
    from akk_tui.store.store import Store

_DONE: Final = "selesai"
_TEXTS: Final = ("text", "source", "owner", "due", "response")


def arguments(parser: argparse.ArgumentParser) -> None:
    """The four actions."""
    add = subcommands(parser, "ACTION")
    made = add("add", help=_("tindak lanjut baru"))
    made.add_argument(
        "--subject", metavar="KEY", help=_("35.72, 35.72:2.4, atau nomor kegiatan; tanpa ini kegiatan dari --event")
    )
    made.add_argument("--event", metavar="ID", help=_("kegiatan asalnya"))
    _fields(made, new=True)
    listed = add("list", help=_("daftar: yang terbuka menurut batas waktu, lalu yang tertutup"))
    listed.add_argument("--region", metavar="R", help=_("hanya daerah ini"))
    listed.add_argument("--event", metavar="ID", help=_("hanya dari kegiatan ini"))
    listed.add_argument("--owner", metavar="OPD", help=_("hanya milik OPD ini"))
    listed.add_argument("--open", action="store_true", help=_("hanya yang belum selesai"))
    listed.add_argument("--overdue", action="store_true", help=_("hanya yang terlambat"))
    edit = add("set", help=_('mengubah; nilai kosong ("") menghapus isian'))
    edit.add_argument("id", metavar="ID")
    _fields(edit, new=False)
    edit.add_argument("--status", metavar="S", help=", ".join(FOLLOWUP_STATES))
    edit.add_argument("--at", metavar="D", help=_("hari selesainya (TTTT-BB-HH), bila statusnya selesai"))
    done = add("done", help=_("menandai selesai"))
    done.add_argument("id", metavar="ID")
    done.add_argument("--at", metavar="D", help=_("hari selesainya (TTTT-BB-HH); tanpa ini hari ini"))
    done.add_argument("--response", metavar="TEXT", help=_("tanggapan"))


def _fields(parser: argparse.ArgumentParser, *, new: bool) -> None:
    parser.add_argument("--text", required=new, metavar="TEXT", help=_("apa yang harus ditindaklanjuti"))
    parser.add_argument("--source", metavar="I", help=_("lembaga yang meminta"))
    parser.add_argument("--owner", metavar="OPD", help=_("penanggung jawab"))
    parser.add_argument("--due", metavar="D", help=_("batas waktu (TTTT-BB-HH)"))
    if not new:
        parser.add_argument("--response", metavar="TEXT", help=_("tanggapan"))


def run(context: Context, args: argparse.Namespace) -> int:
    """Do the chosen action."""
    return {"add": _add, "list": _list, "set": _set, "done": _done}[args.action](context, args)


def _add(context: Context, args: argparse.Namespace) -> int:
    with context.store() as store:
        cycle = context.cycle(store)
        about = args.subject or args.event
        if not about:
            raise UsageError(reason=_("Sebut tentang apa (--subject) atau dari kegiatan mana (--event)."))
        subject = lookup.subject(store, cycle, about)
        region = lookup.region_of(store, cycle, subject)
        event = args.event or (subject if UUID.match(subject) else None)
        if event and store.views.event(event).row.region != region:
            raise UsageError(reason=_("Kegiatan --event ada di daerah lain daripada --subject."))
        made = _wanted(args)
        if not made.get("text"):
            raise UsageError(reason=_("Tindak lanjut perlu isi (--text)."))
        place = {"cycle": cycle, "region": region, "subject": subject, "event": event}
        edit = store.create("followup", {**place, "status": FOLLOWUP_OPEN[0], **made})
        row = store.views.followup(edit.key)
    return _told(context, row, edit)


def _set(context: Context, args: argparse.Namespace) -> int:
    with context.store() as store:
        row = store.views.followup(args.id)
        wanted = _wanted(args)
        if "text" in wanted and not wanted["text"]:
            raise UsageError(reason=_("Tindak lanjut perlu isi (--text)."))
        status = _status(args.status) if args.status is not None else None
        if args.at and (status or row.status) != _DONE:
            raise UsageError(reason=_("--at hanya untuk status selesai."))
        if status is not None or args.at:
            wanted |= _closing(store, row, status or row.status, args.at)
        if not wanted:
            raise UsageError(reason=_("Tidak ada yang diubah: sebut sedikitnya satu isian, misalnya --status."))
        edit = store.edit("followup", row.id, wanted, seen=_seen(row))
        row = store.views.followup(row.id)
    return _told(context, row, edit)


def _done(context: Context, args: argparse.Namespace) -> int:
    with context.store() as store:
        row = store.views.followup(args.id)
        wanted = _closing(store, row, _DONE, args.at)
        if args.response is not None:
            wanted["response"] = args.response.strip() or None
        edit = store.edit("followup", row.id, wanted, seen=_seen(row))
        row = store.views.followup(row.id)
    return _told(context, row, edit)


def _told(context: Context, row: FollowupRow, edit: Edit) -> int:
    if context.json:
        output.document({"followups": [document(row)], "op": edit.op, "state": edit.state if edit.op else None})
    else:
        output.line(row.id)
        output.say(edits.told(edit))
    return 0


def _wanted(args: argparse.Namespace) -> dict[str, Any]:
    """The fields that the options set; an empty value empties its field."""
    given = {name: getattr(args, name, None) for name in _TEXTS}
    return {name: text.strip() or None for name, text in given.items() if text is not None}


def _status(text: str) -> str:
    name = text.strip().lower().replace(" ", "_").replace("-", "_")
    if name not in FOLLOWUP_STATES:
        raise lookup.UnknownState(state=text, known=", ".join(FOLLOWUP_STATES))
    return name


def _closing(store: Store, row: FollowupRow, status: str, at: str | None) -> dict[str, Any]:
    """A status with the day it was done: the day it has, else today; none where it is not done."""
    if status != _DONE:
        return {"status": status, "done_at": None}
    day = edits.day("--at", at) if at else row.done_at or store.today()
    return {"status": status, "done_at": day.isoformat()}


def _seen(row: FollowupRow) -> dict[str, Any]:
    """The fields as they stand."""
    return {
        "text": row.text or None,
        "source": row.source,
        "owner": row.owner,
        "due": row.due and row.due.isoformat(),
        "status": row.status,
        "response": row.response,
        "done_at": row.done_at and row.done_at.isoformat(),
    }


def _list(context: Context, args: argparse.Namespace) -> int:
    with context.store(read_only=True) as store:
        cycle = context.cycle(store)
        region = store.views.find_region(args.region) if args.region else None
        if args.event:
            store.views.event(args.event)  # raises UnknownEvent
        rows = [row for row in store.views.followups(cycle, region, args.event) if _wanted_row(row, args)]
    if context.json:
        output.document({"followups": [document(row) for row in rows]})
    elif not rows:
        output.line(_("Tidak ada tindak lanjut."))
    else:
        page(rows, one_region=region is not None)
    return 0


def _wanted_row(row: FollowupRow, args: argparse.Namespace) -> bool:
    if args.owner and (row.owner or "").casefold() != args.owner.strip().casefold():
        return False
    return (row.is_open or not args.open) and (row.overdue_days is not None or not args.overdue)


def page(rows: Iterable[FollowupRow], *, one_region: bool = False) -> None:
    """Follow-ups for people, each with its id below; ``one_region``: all are of the same one, which goes unsaid."""
    columns = [
        table.Column(_("Batas"), gives=True, least=11),
        table.Column(_("Tindak lanjut"), gives=True, least=16),
        table.Column(_("OPD"), gives=True, least=8),
        table.Column(_("Status"), gives=True, least=7),
    ]
    listed = list(rows)
    content = [
        [
            i18n.day(row.due) if row.due else words.NOTHING,
            row.text.split("\n")[0],
            row.owner or words.NOTHING,
            words.followup_state(row.status),
        ]
        for row in listed
    ]
    if not one_region:
        columns.insert(3, table.Column(_("Daerah"), gives=True, least=10))
        for line, row in zip(content, listed, strict=True):
            line.insert(3, row.region_name)
    lines = table.rows(columns, content, output.width())
    output.heading(lines[0])
    for line, row in zip(lines[1:], listed, strict=True):
        output.line(line)
        late = row.overdue_days
        said = ngettext("terlambat {n} hari", "terlambat {n} hari", late).format(n=late) if late else ""
        sending = "" if row.state == "sent" else words.outbox_state(row.state)
        output.faint(" · ".join(part for part in (f"  {row.id}", row.source or "", said, sending) if part))


def document(row: FollowupRow) -> dict[str, Any]:
    """A follow-up as ``--json`` shows it."""
    return {
        "id": row.id,
        "cycle": row.cycle,
        "region": row.region,
        "region_name": row.region_name,
        "subject": row.subject,
        "event": row.event,
        "text": row.text,
        "source": row.source,
        "owner": row.owner,
        "due": row.due,
        "status": row.status,
        "response": row.response,
        "done_at": row.done_at,
        "overdue_days": row.overdue_days,
        "by": row.by,
        "state": row.state,
    }
