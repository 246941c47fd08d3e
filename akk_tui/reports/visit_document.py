"""The report of a visit as a document: basis, time and place, who took part, results, what changed, what follows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Final, TYPE_CHECKING

from akk_tui import i18n
from akk_tui.contract import names
from akk_tui.contract.ids import REGION
from akk_tui.contract.states import ATTENDANCE
from akk_tui.i18n import gettext as _
from akk_tui.i18n import ngettext, pick
from akk_tui.reports import values, words
from akk_tui.reports.document import BLANK, Block, Bullets, Document, Facts, Heading, Paragraph, Table, Written

if TYPE_CHECKING:
    from akk_tui.reports.visit import Change, RegionPart, Visit
    from akk_tui.store.shapes import EventDetail, FollowupRow, NoteDetail, OutboxRow

_REFERENCE: Final = re.compile(r"\[\[((?:\d{2}\.\d{2}:)?\d{1,2}\.\d{1,2}(?:\.\d{1,2})?)\]\]")
_SENT: Final = "sent"
_SENT_DAYS: Final = 90
"""So long the store keeps its own accepted operations."""


def document(visit: Visit) -> Document:
    """The whole report, in the language in use."""
    blocks: list[Block] = [_head(visit)]
    if visit.sample:
        blocks.append(
            Paragraph(_("DATA CONTOH: daerah dan isian di dalamnya rekaan, bukan penilaian KPK."), quiet=True)
        )
    if not visit.regions:
        blocks.append(Paragraph(_("Tidak ada yang tercatat pada hari-hari itu di daerah mana pun.")))
    for part in visit.regions:
        blocks += _region(visit, part)
    return Document(_("Laporan kunjungan"), tuple(blocks))


def _head(visit: Visit) -> Facts:
    asked = visit.asked
    first, last = i18n.written_day(asked.first), i18n.written_day(asked.last)
    regions = ", ".join(f"{part.row.name} ({part.row.code})" for part in visit.regions)
    letter = asked.basis or _("surat tugas nomor {blank} tanggal {blank}").format(blank=BLANK)
    whose = _("hanya pekerjaan {officer}") if asked.mine else _("pekerjaan semua petugas, sejauh ada di komputer ini")
    made = i18n.moment(visit.made, visit.zone)
    if visit.sample:
        made = f"{i18n.day(visit.today)} {i18n.clock(visit.made, visit.zone)}"
    last_sync = i18n.moment(visit.last_sync, visit.zone) if visit.last_sync else _("belum pernah")
    rows = [
        (_("Dasar"), letter),
        (_("Waktu"), first if asked.first == asked.last else _("{first} sampai {last}").format(first=first, last=last)),
        (_("Daerah"), regions or words.NOTHING),
        (_("Siklus"), asked.cycle),
        (_("Dibuat oleh"), _("{name}, {moment}").format(name=visit.display, moment=made)),
        (_("Isi"), whose.format(officer=visit.display)),
        (_("Sinkron terakhir"), last_sync),
        (_("Ringkasan"), _summary(visit)),
    ]
    return Facts(tuple(rows))


def _summary(visit: Visit) -> str:
    parts = visit.regions
    events = sum(len(part.events) for part in parts)
    changes = sum(len(part.changes) + len(part.unknown) for part in parts)
    notes = sum(len(part.notes) for part in parts)
    followups = sum(len(part.followups) for part in parts)
    waiting = sum(len(part.waiting) for part in parts)
    return ", ".join(
        (
            ngettext("{n} kegiatan", "{n} kegiatan", events).format(n=events),
            ngettext("{n} isian berubah", "{n} isian berubah", changes).format(n=changes),
            ngettext("{n} catatan", "{n} catatan", notes).format(n=notes),
            ngettext("{n} tindak lanjut", "{n} tindak lanjut", followups).format(n=followups),
            ngettext("{n} belum terkirim", "{n} belum terkirim", waiting).format(n=waiting),
        )
    )


def _region(visit: Visit, part: RegionPart) -> Iterator[Block]:
    row = part.row
    yield Heading(2, f"{row.name} ({row.code})")
    stage = words.stage(row.stage)
    if row.stage_date:
        stage = _("{stage} sejak {day}").format(stage=stage, day=i18n.day(row.stage_date))
    facts = [(_("Provinsi"), row.province), (_("Tahap"), stage)]
    if row.team:
        facts.append((_("Tim"), ", ".join(row.team)))
    if row.official is not None and row.official_as_of is not None:
        beside = ", ".join(filter(None, (i18n.day(row.official_as_of), row.official_source)))
        facts.append((_("Nilai pemenuhan terakhir"), f"{i18n.number(row.official)} ({beside})"))
    yield Facts(tuple(facts))
    yield from _events(part)
    yield from _results(part, visit)
    yield from _changes(part)
    yield from _followups(part)
    yield from _waiting(part)
    limits = tuple(_limits(visit, part))
    if limits:
        yield Heading(3, _("Yang tidak tampak dalam laporan ini"))
        yield Bullets(limits)


# --- time, place, participants


def _events(part: RegionPart) -> Iterator[Block]:
    yield Heading(3, _("Waktu dan tempat"))
    if not part.events:
        yield Paragraph(_("Tidak ada kegiatan yang tercatat pada hari-hari itu."))
        return
    head = (_("Hari"), _("Jam"), _("Kegiatan"), _("Jenis"), _("Tempat"))
    yield Table(head, tuple(_event(one) for one in part.events))
    yield Heading(3, _("Peserta"))
    for one in part.events:
        yield from _participants(one, alone=len(part.events) == 1)


def _event(detail: EventDetail) -> tuple[str, ...]:
    row = detail.row
    return (
        words.days(row.start_day, row.end_day),
        words.clocks(row.start, row.end, row.zone) or words.NOTHING,
        row.title or _("(tanpa judul)"),
        words.event_kind(row.kind) or words.NOTHING,
        row.place or words.NOTHING,
    )


def _participants(detail: EventDetail, *, alone: bool) -> Iterator[Block]:
    row = detail.row
    if not alone:
        yield Heading(4, row.title or _("(tanpa judul)"))
    people = row.participants
    count = BLANK if people is None else ngettext("{n} orang", "{n} orang", people).format(n=people)
    facts = [(_("Jumlah"), count), (_("Lembaga"), ", ".join(row.institutions) or words.NOTHING)]
    if not detail.attendance:
        facts.append((_("Kehadiran OPD"), _("tidak dicatat")))
        yield Facts(tuple(facts))
        return
    there = _("{present} dari {invited}").format(present=row.present, invited=row.invited)
    facts.append((_("Kehadiran OPD"), there))
    yield Facts(tuple(facts))
    order = {word: number for number, word in enumerate(ATTENDANCE)}
    found = sorted(detail.attendance.items(), key=lambda one: (order.get(one[1], len(order)), one[0]))
    yield Table((_("OPD"), _("Kehadiran")), tuple((name, words.attendance(word)) for name, word in found))


# --- results


def _results(part: RegionPart, visit: Visit) -> Iterator[Block]:
    if not part.events and not part.notes:
        return
    yield Heading(3, _("Hasil"))
    for one in part.events:
        yield Heading(4, one.row.title or _("(tanpa judul)"))
        if one.agenda:
            yield Paragraph(_("Agenda:"))
            yield Written(_spoken(one.agenda, visit))
        yield Paragraph(_("Hasil:") if one.outcome else _("Hasil: {blank}").format(blank=BLANK))
        if one.outcome:
            yield Written(_spoken(one.outcome, visit))
    for one in part.notes:
        yield from _note(one, part.row.zone, visit)


def _note(detail: NoteDetail, zone: str, visit: Visit) -> Iterator[Block]:
    row = detail.row
    yield Heading(4, _("Catatan: {title}").format(title=row.title or _("(tanpa judul)")))
    when = _moment(row.at, zone, visit.today) if row.at else ""
    indicator = row.subject.partition(":")[2]
    about = f"{indicator} {pick(*visit.titles[indicator])}" if indicator in visit.titles else ""
    sending = "" if row.state == _SENT else words.outbox_state(row.state)
    yield Paragraph(" · ".join(part for part in (row.author, when, about, sending) if part), quiet=True)
    body = _without_title(detail.body, row.title)
    if body.strip():
        yield Written(_spoken(body, visit))


def _spoken(text: str, visit: Visit) -> str:
    """``text`` with what it refers to by ``[[2.4]]`` in words; a code that names nothing here stays as it was typed."""

    def words_of(match: re.Match[str]) -> str:
        place, _colon, tail = match[1].rpartition(":")
        if tail not in visit.titles or (place and place not in visit.titles):
            return match[0]
        title = pick(*visit.titles[tail])
        named = title if REGION.match(tail) else f"{tail} {title}"
        return f"{pick(*visit.titles[place])} · {named}" if place else named

    return _REFERENCE.sub(words_of, text)


def _without_title(body: str, title: str) -> str:
    """The text without a first line that only says the title again."""
    first, _line, rest = body.lstrip("\n").partition("\n")
    return rest if first.strip("# ").strip() == title.strip() else body


def _moment(at: datetime, zone: str, today: date) -> str:
    """``6 Okt 2025 09.14 WIB``; on sample data what is done now is done on the sample's day."""
    day = min(i18n.in_zone(at, zone).date(), today)
    return f"{i18n.day(day)} {i18n.clock(at, zone)}"


# --- what changed


def _changes(part: RegionPart) -> Iterator[Block]:
    yield Heading(3, _("Bukti dukung dan isian yang berubah"))
    if not part.changes and not part.unknown:
        yield Paragraph(_("Tidak ada isian yang diketahui berubah pada hari-hari itu."))
        return
    if part.changes:
        head = (_("Perihal"), _("Isian"), _("Semula"), _("Menjadi"), _("Oleh"), _("Waktu"))
        yield Table(head, tuple(_change(one, part.row.zone) for one in part.changes))
    if part.unknown:
        n = len(part.unknown)
        yield Paragraph(
            ngettext(
                "{n} isian lain berubah; riwayatnya belum diambil, jadi yang diketahui hanya siapa dan kapan:",
                "{n} isian lain berubah; riwayatnya belum diambil, jadi yang diketahui hanya siapa dan kapan:",
                n,
            ).format(n=n)
        )
        yield Bullets(
            tuple(
                _("{what} ({kind}): {by}, {day}").format(
                    what=_numbered(one.kind, one.key, "", pick(one.title, one.title_en)),
                    kind=_(names.KINDS[one.kind]),
                    by=one.by,
                    day=i18n.day(one.day),
                )
                for one in part.unknown
            )
        )


def _change(one: Change, zone: str) -> tuple[str, ...]:
    withheld = _("(tidak dicetak)")
    was = withheld if one.hidden else values.shown(one.kind, one.field, one.was)
    now = withheld if one.hidden else values.shown(one.kind, one.field, one.now)
    when = f"{i18n.day(one.day)} {i18n.clock(one.at, zone)}"
    if one.state != _SENT:
        when = _("{when}, {state}").format(when=when, state=words.outbox_state(one.state))
    title = _numbered(one.kind, one.key, one.field, pick(one.title, one.title_en))
    return title, words.field(one.field), was, now, ", ".join(one.by), when


def _numbered(kind: str, key: str, field: str, title: str) -> str:
    """``2.4.3 Sanksi keterlambatan``: the id of item or indicator before its title; a score with its day."""
    tail = key.rpartition(":")[2]
    if kind == "score":
        return f"{title} {words.iso(tail)}"
    if kind != "assessment":
        return title
    head, _dot, rest = field.partition(".")
    item = rest.rpartition(".")[0] if head == "evidence" else rest
    return f"{item or tail} {title}"


# --- follow-ups


def _followups(part: RegionPart) -> Iterator[Block]:
    yield Heading(3, _("Tindak lanjut"))
    if part.followups:
        head = (_("Tindak lanjut"), _("Sumber"), _("Penanggung jawab"), _("Batas waktu"), _("Status"))
        yield Table(head, tuple(_followup(one) for one in part.followups))
    else:
        yield Paragraph(_("Tidak ada tindak lanjut yang dibuat atau berubah pada hari-hari itu."))
    if part.open_else:
        n = part.open_else
        said = ngettext("{n} tindak lanjut lain masih terbuka", "{n} tindak lanjut lain masih terbuka", n).format(n=n)
        if part.overdue_else:
            late = part.overdue_else
            said = ngettext("{open}, {n} di antaranya terlambat", "{open}, {n} di antaranya terlambat", late).format(
                open=said, n=late
            )
        yield Paragraph(f"{said}.")


def _followup(one: FollowupRow) -> tuple[str, ...]:
    status = words.followup_state(one.status)
    if one.done_at is not None and one.status == "selesai":
        status = _("{status} {day}").format(status=status, day=i18n.day(one.done_at))
    if one.response:
        status = _("{status}: {response}").format(status=status, response=one.response)
    due = i18n.day(one.due) if one.due else words.NOTHING
    if one.overdue_days:
        late = ngettext("terlambat {n} hari", "terlambat {n} hari", one.overdue_days).format(n=one.overdue_days)
        due = f"{due}, {late}"
    return one.text, one.source or words.NOTHING, one.owner or words.NOTHING, due, status


# --- what is not sent


def _waiting(part: RegionPart) -> Iterator[Block]:
    yield Heading(3, _("Belum terkirim"))
    n = len(part.waiting)
    if not n:
        yield Paragraph(_("Semua isian daerah ini sudah terkirim."))
        return
    said = ngettext(
        "{n} isian daerah ini belum diterima server:", "{n} isian daerah ini belum diterima server:", n
    ).format(n=n)
    yield Paragraph(said)
    head = (_("Perihal"), _("Isian"), _("Nilai"), _("Keadaan"))
    yield Table(head, tuple(_operation(one) for one in part.waiting))


def _operation(one: OutboxRow) -> tuple[str, ...]:
    title = _numbered(one.kind, one.key, one.field, pick(one.title, one.title_en))
    state = words.outbox_state(one.state)
    if one.state in ("forbidden", "rejected"):
        state = f"{state}: {words.refusal(one.answer)}"
    if one.kind in ("note", "event", "followup") and not one.field:
        what, value = _("{kind} baru").format(kind=_(names.KINDS[one.kind])), words.NOTHING
    elif one.kind == "criterion":
        # Its value stands above, where it may be printed at all.
        what, value = words.field(one.field), words.NOTHING
    else:
        field = one.field or "value"
        what, value = words.field(field), values.shown(one.kind, field, one.set)
    return title, what, value, state


# --- what the data cannot show


def _limits(visit: Visit, part: RegionPart) -> Iterator[str]:
    asked, zone = visit.asked, part.row.zone
    if part.fetched is None and not asked.mine:
        yield _(
            "Riwayat daerah ini belum diambil dari server: dari rekan hanya tampak isian terakhir, tanpa nilai semula. "
            "“Siapkan luring” di layar Sinkronisasi mengambilnya."
        )
    elif part.fetched is not None and not asked.mine and i18n.in_zone(part.fetched, zone).date() <= asked.last:
        yield _("Riwayat daerah ini per {moment}; yang diubah rekan sesudahnya belum tampak.").format(
            moment=_moment(part.fetched, zone, visit.today)
        )
    if part.fetched is None and (visit.today - asked.first).days > _SENT_DAYS:
        yield _("Tanpa riwayat dari server, isian sendiri yang terkirim lebih dari 90 hari lalu tidak tampak.")
    if asked.mine:
        yield _("Pekerjaan rekan tidak dimuat.")
    if visit.last_sync is None:
        yield _("Komputer ini belum pernah sinkron.")
