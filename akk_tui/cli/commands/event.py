"""``event``: activities (kegiatan) of a region; add, list, show, edit."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from typing import Any, Final, TYPE_CHECKING

from akk_tui.cli import edits, output, table, words
from akk_tui.cli.parser import subcommands, UsageError
from akk_tui.contract.states import ATTENDANCE, EVENT_KINDS
from akk_tui.i18n import gettext as _

if TYPE_CHECKING:
    from akk_tui.cli.context import Context
    from akk_tui.store.shapes import Edit, EventDetail, EventRow, RegionRow
    from akk_tui.store.store import Store

_LINES: Final = ("title", "kind", "place", "start", "end")
_TEXTS: Final = ("agenda", "outcome")
_OPD_MOST: Final = 80
"""Characters of the name of an agency whose attendance is noted; see ``contract/fields.py``."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """The four actions."""
    add = subcommands(parser, "ACTION")
    made = add("add", help=_("kegiatan baru"))
    made.add_argument("region", metavar="REGION", help=_("kode atau nama daerah"))
    _fields(made, new=True)
    listed = add("list", help=_("daftar kegiatan menurut hari"))
    listed.add_argument("--region", metavar="R", help=_("hanya daerah ini"))
    listed.add_argument("--from", dest="first", metavar="D", help=_("hanya mulai hari ini (TTTT-BB-HH)"))
    listed.add_argument("--to", dest="last", metavar="D", help=_("hanya sampai hari ini (TTTT-BB-HH)"))
    add("show", help=_("satu kegiatan dengan kehadiran, hasil dan tindak lanjutnya")).add_argument("id", metavar="ID")
    edit = add("edit", help=_('mengubah kegiatan; nilai kosong ("") menghapus isian'))
    edit.add_argument("id", metavar="ID")
    _fields(edit, new=False)


def _fields(parser: argparse.ArgumentParser, *, new: bool) -> None:
    parser.add_argument("--title", required=new, metavar="T", help=_("nama kegiatan"))
    parser.add_argument("--kind", metavar="K", help=", ".join(EVENT_KINDS))
    parser.add_argument("--start", metavar="D", help=_("TTTT-BB-HH, atau dengan jam daerahnya: TTTT-BB-HHTJJ:MM"))
    parser.add_argument("--end", metavar="D", help=_("selesai, ditulis seperti mulai; tanpa ini satu hari"))
    parser.add_argument("--place", metavar="P", help=_("tempat"))
    parser.add_argument("--participants", metavar="N", help=_("jumlah peserta"))
    parser.add_argument("--institution", action="append", metavar="I", help=_("lembaga yang ikut, boleh berulang"))
    parser.add_argument(
        "--attendance",
        action="append",
        default=[],
        metavar="OPD=WORD",
        help=_("kehadiran satu OPD, boleh berulang: {words}").format(words=", ".join(ATTENDANCE)),
    )
    parser.add_argument("--agenda", metavar="TEXT", help=_("agenda, boleh beberapa baris"))
    parser.add_argument("--outcome", metavar="TEXT", help=_("hasil, boleh beberapa baris"))


def run(context: Context, args: argparse.Namespace) -> int:
    """Do the chosen action."""
    return {"add": _add, "list": _list, "show": _show, "edit": _edit}[args.action](context, args)


def _add(context: Context, args: argparse.Namespace) -> int:
    with context.store() as store:
        cycle = context.cycle(store)
        region = store.views.find_region(args.region)
        made = _wanted(args)
        if not made.get("title"):
            raise UsageError(reason=_("Kegiatan perlu nama (--title)."))
        _check_order(made.get("start"), made.get("end"))
        if made.get("start"):
            made["zone"] = _row(store, cycle, region).zone
        edit = store.create("event", {"cycle": cycle, "region": region, **made})
        detail = store.views.event(edit.key)
    return _done(context, detail, edit)


def _edit(context: Context, args: argparse.Namespace) -> int:
    with context.store() as store:
        detail = store.views.event(args.id)
        wanted = _wanted(args)
        if not wanted:
            raise UsageError(reason=_("Tidak ada yang diubah: sebut sedikitnya satu isian, misalnya --title."))
        if "title" in wanted and not wanted["title"]:
            raise UsageError(reason=_("Kegiatan perlu nama (--title)."))
        if wanted.keys() & {"start", "end"}:
            row = detail.row
            _check_order(wanted.get("start", row.start), wanted.get("end", row.end))
            zone = row.zone or _row(store, row.cycle, row.region).zone
            wanted["zone"] = zone if wanted.get("start", row.start) else None
        edit = store.edit("event", args.id, wanted, seen=detail.seen)
        detail = store.views.event(args.id)
    return _done(context, detail, edit)


def _done(context: Context, detail: EventDetail, edit: Edit) -> int:
    if context.json:
        output.document({"events": [document(detail)], "op": edit.op, "state": edit.state if edit.op else None})
    else:
        output.line(detail.row.id)
        output.say(edits.told(edit))
    return 0


def _wanted(args: argparse.Namespace) -> dict[str, Any]:
    """The fields that the options set; an empty value empties its field."""
    from akk_tui.contract.fields import canonical

    made: dict[str, Any] = {}
    for name in (*_LINES, *_TEXTS):
        text = getattr(args, name)
        if text is not None:
            made[name] = canonical("event", name, text.strip() or None)
    if args.participants is not None:
        text = args.participants.strip()
        made["participants"] = edits.whole("--participants", text) if text else None
    if args.institution is not None:
        made["institutions"] = [part for part in args.institution if part.strip()] or None
    for pair in args.attendance:
        agency, sign, word = pair.partition("=")
        if not sign or not agency.strip() or "." in agency:
            raise UsageError(
                reason=_("--attendance {pair}: tulis OPD=KATA, misalnya BKPSDM=hadir ({words})").format(
                    pair=pair, words=", ".join(ATTENDANCE)
                )
            )
        if len(agency.strip()) > _OPD_MOST:
            raise UsageError(
                reason=_("--attendance: nama OPD terlalu panjang (paling banyak {most} huruf).").format(most=_OPD_MOST)
            )
        found = word.strip().lower().replace(" ", "_")
        if found and found not in ATTENDANCE:
            raise UsageError(
                reason=_("--attendance {pair}: tulis OPD=KATA, misalnya BKPSDM=hadir ({words})").format(
                    pair=pair, words=", ".join(ATTENDANCE)
                )
            )
        made[f"attendance.{agency.strip()}"] = found or None
    return made


def _check_order(start: str | None, end: str | None) -> None:
    if end and not start:
        raise UsageError(reason=_("--end memerlukan --start."))
    # A day alone is before and after every minute of it.
    if start and end and end[:16] < start[: len(end)]:
        raise UsageError(reason=_("--end {end} sebelum --start {start}.").format(end=end, start=start))


def _row(store: Store, cycle: str, region: str) -> RegionRow:
    return store.views.region(cycle, region).row


def _list(context: Context, args: argparse.Namespace) -> int:
    with context.store(read_only=True) as store:
        cycle = context.cycle(store)
        region = store.views.find_region(args.region) if args.region else None
        rows = _within(store.views.events(cycle, region), args)
        if context.json:
            output.document({"events": [document(store.views.event(row.id)) for row in rows]})
            return 0
    if not rows:
        output.line(_("Tidak ada kegiatan."))
        return 0
    columns = [
        table.Column(_("Hari"), gives=True, least=11),
        table.Column(_("Kegiatan"), gives=True, least=16),
        table.Column(_("Tempat"), gives=True, least=6),
    ]
    content = [[_when(row), row.title, row.place or ""] for row in rows]
    if region is None:
        columns.insert(2, table.Column(_("Daerah"), gives=True, least=10))
        for line, row in zip(content, rows, strict=True):
            line.insert(2, row.region_name)
    lines = table.rows(columns, content, output.width())
    output.heading(lines[0])
    for line, row in zip(lines[1:], rows, strict=True):
        output.line(line)
        # The id stands on a line of its own, whole: it is what the other commands want.
        output.faint(" · ".join(filter(None, (f"  {row.id}", words.event_kind(row.kind), _sending(row.state)))))
    return 0


def _within(rows: Iterable[EventRow], args: argparse.Namespace) -> list[EventRow]:
    first = edits.day("--from", args.first) if args.first else None
    last = edits.day("--to", args.last) if args.last else None
    if first is None and last is None:
        return list(rows)
    return [
        row
        for row in rows
        if row.start_day is not None
        and (last is None or row.start_day <= last)
        and (first is None or (row.end_day or row.start_day) >= first)
    ]


def _when(row: EventRow) -> str:
    return words.days(row.start_day, row.end_day) or _("tanpa tanggal")


def _sending(state: str) -> str:
    return "" if state == "sent" else words.outbox_state(state)


def _show(context: Context, args: argparse.Namespace) -> int:
    with context.store(read_only=True) as store:
        detail = store.views.event(args.id)
    if context.json:
        output.document({"events": [document(detail)]})
        return 0
    row = detail.row
    output.heading(row.title or _("(tanpa judul)"))
    output.faint(" · ".join(filter(None, (row.region_name, words.event_kind(row.kind), _sending(row.state)))))
    output.line()
    when = " ".join(filter(None, (_when(row), words.clocks(row.start, row.end, row.zone))))
    _fact(_("Waktu"), when)
    _fact(_("Tempat"), row.place)
    _fact(_("Peserta"), None if row.participants is None else str(row.participants))
    _fact(_("Lembaga"), ", ".join(row.institutions))
    for agency, word in detail.attendance.items():
        _fact(agency, words.attendance(word))
    for name, text in ((_("Agenda"), detail.agenda), (_("Hasil"), detail.outcome)):
        if text:
            output.line()
            output.heading(name)
            output.page(text)
    if detail.followups:
        from akk_tui.cli.commands import followup

        output.line()
        output.heading(_("Tindak lanjut"))
        followup.page(detail.followups, one_region=True)
    return 0


def _fact(name: str, value: str | None) -> None:
    if value:
        output.line(f"{name}: {value}")


def document(detail: EventDetail) -> dict[str, Any]:
    """An activity as ``--json`` shows it."""
    row = detail.row
    return {
        "id": row.id,
        "cycle": row.cycle,
        "region": row.region,
        "region_name": row.region_name,
        "kind": row.kind,
        "title": row.title,
        "place": row.place,
        "start": row.start,
        "end": row.end,
        "zone": row.zone,
        "participants": row.participants,
        "institutions": row.institutions,
        "attendance": detail.attendance,
        "agenda": detail.agenda,
        "outcome": detail.outcome,
        "followups": [one.id for one in detail.followups],
        "notes": [one.id for one in detail.notes],
        "by": row.by,
        "state": row.state,
    }
