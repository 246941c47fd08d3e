"""The sentences of the screen Kegiatan: how much there is, the line under the cursor, what to do where nothing is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from akk_tui import i18n
from akk_tui.i18n import gettext as _
from akk_tui.i18n import ngettext
from akk_tui.ui import event_words
from akk_tui.ui.events import writing_off
from akk_tui.ui.words import late

if TYPE_CHECKING:
    from akk_tui.store.shapes import EventRow, FollowupRow
    from akk_tui.ui.app import AkkApp


def counted(found: Sequence[EventRow], asked: Sequence[FollowupRow], typed: str, drafts: int) -> str:
    """How many activities, open follow-ups and drafts there are, and what they match."""
    still = [row for row in asked if row.is_open]
    past = sum(bool(row.overdue_days) for row in still)
    parts = [ngettext("{n} kegiatan", "{n} kegiatan", len(found)).format(n=len(found))]
    parts.append(ngettext("{n} tindak lanjut terbuka", "{n} tindak lanjut terbuka", len(still)).format(n=len(still)))
    if past:
        parts.append(ngettext("{n} terlambat", "{n} terlambat", past).format(n=past))
    if typed:
        parts.append(_("cocok dengan “{words}”").format(words=typed))
    if drafts:
        left = ngettext("{n} draf kegiatan belum disimpan", "{n} draf kegiatan belum disimpan", drafts)
        parts.append(left.format(n=drafts))
    return " · ".join(parts)


def about_event(event: EventRow) -> tuple[str, str]:
    """What an activity is and of which region; its kind, when, where and with whom."""
    facts = (event_words.kind_word(event.kind), event_words.when(event), event.place, ", ".join(event.institutions))
    return _joined((event.title, event.region_name)), _joined(facts)


def about_followup(asked: FollowupRow) -> tuple[str, str]:
    """What a follow-up asks for; by when, where, of whom, and where it comes from."""
    facts: list[str] = []
    if asked.due is not None:
        facts.append(_("batas waktu {day}").format(day=i18n.day(asked.due)))
    if asked.overdue_days:
        facts.append(late(asked.overdue_days))
    facts += [asked.region_name, asked.owner or "", asked.source or ""]
    facts += [asked.event_title or asked.subject_title, " ".join((asked.response or "").split())]
    return " ".join(asked.text.split()), _joined(dict.fromkeys(facts))


def nothing(app: AkkApp, *, filtered: bool, events: bool) -> str:
    """Why nothing is listed, of activities or of follow-ups, and what to do."""
    if not app.cycle:
        return app.keyed(_("Belum ada data di sini. Tekan {key:sync.now} untuk sinkronisasi pertama."))
    if filtered:
        return _("Tidak ada yang cocok. Esc mengosongkan filter.")
    reason = writing_off(app, kind="event" if events else "followup")
    if reason is not None:
        words = _("Belum ada kegiatan pada siklus {cycle}.") if events else _("Belum ada tindak lanjut.")
        return words.format(cycle=app.cycle) + "\n\n" + reason
    if events:
        words = _(
            "Belum ada kegiatan pada siklus {cycle}. Tekan {key:agenda.new} untuk mencatat yang pertama, juga "
            "tanpa jaringan."
        )
        return app.keyed(words).format(cycle=app.cycle)
    return app.keyed(
        _(
            "Belum ada tindak lanjut. Tekan {key:agenda.followup} untuk menulis yang pertama, atau "
            "{key:event.line_followup} pada baris hasil kegiatan."
        )
    )


def _joined(parts: Sequence[str | None] | dict[str, None]) -> str:
    return " · ".join(part for part in parts if part)
