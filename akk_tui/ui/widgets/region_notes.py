"""What the tabs Kegiatan, Tindak lanjut and Catatan say below their lists, and the list of notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from akk_tui.contract.errors import N_
from akk_tui.i18n import day, in_zone, ngettext
from akk_tui.i18n import gettext as _
from akk_tui.ui import event_words, words
from akk_tui.ui.terminal.safe import content
from akk_tui.ui.widgets.table import AkkTable
from akk_tui.ui.widgets.values import note_state

if TYPE_CHECKING:
    from akk_tui.store.shapes import EventRow, FollowupRow, NoteRow


class NotesTable(AkkTable):
    """The notes of a region with a cursor over the line."""

    HELP = N_(
        "Catatan daerah ini, yang terbaru di atas: enter membukanya di layar Catatan, {key:region.new} menulis yang "
        "baru."
    )


def about_event(row: EventRow) -> Content:
    """An activity in full: title; kind, days and place; who came, and what came of it."""
    facts = [event_words.kind_word(row.kind), event_words.when(row), row.place or ""]
    more: list[str] = []
    if row.participants is not None:
        more.append(ngettext("{n} peserta", "{n} peserta", row.participants).format(n=row.participants))
    if row.invited:
        more.append(_("OPD hadir {present} dari {invited}").format(present=row.present, invited=row.invited))
    if row.open_followups:
        n = row.open_followups
        more.append(ngettext("{n} tindak lanjut terbuka", "{n} tindak lanjut terbuka", n).format(n=n))
    if row.institutions:
        more.append(", ".join(row.institutions))
    return _block(row.title, facts, more)


def about_followup(row: FollowupRow) -> Content:
    """A follow-up in full: text; status, due date, owner and source; what it came from, and the response."""
    facts = [
        f"{event_words.status_glyph(row.status)} {event_words.status_word(row.status)}",
        words.due(row.due, row.overdue_days if row.is_open else None),
        row.owner or _("penanggung jawab belum ada"),
        _("diminta {source}").format(source=row.source) if row.source else "",
    ]
    origin = row.event_title or row.subject_title
    more = [origin, _("tanggapan: {text}").format(text=" ".join(row.response.split())) if row.response else ""]
    return _block(" ".join(row.text.split()), facts, more)


def about_note(row: NoteRow, zone: str) -> Content:
    """A note's beginning: title; author, day, subject and tags; its first words."""
    facts = [
        row.author,
        day(in_zone(row.at, zone).date()) if row.at is not None else "",
        row.subject_title,
        " ".join(f"#{tag}" for tag in row.tags),
        "" if row.state == "sent" else note_state(row.state),
    ]
    return _block(row.title or row.excerpt, facts, [row.excerpt] if row.title else [])


def _block(title: str, facts: list[str], more: list[str]) -> Content:
    """A bold line, and one line each for the facts and for what else there is."""
    lines = [" · ".join(part for part in parts if part) for parts in (facts, more)]
    return Content.assemble(
        content(title, "bold"), *(Content.assemble("\n", content(line, "$text-muted")) for line in lines if line)
    )
