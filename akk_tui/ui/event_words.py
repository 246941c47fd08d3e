"""Activities and follow-ups in words: kinds, attendance, states, and days with the clock of the region's zone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final, TYPE_CHECKING

from akk_tui import i18n
from akk_tui.contract.errors import N_
from akk_tui.i18n import gettext as _
from akk_tui.reports import words as reported
from akk_tui.ui.words import late, NONE

if TYPE_CHECKING:
    from akk_tui.store.shapes import EventRow, FollowupRow

SOURCES: Final = (
    "KPK",
    "KemenPAN-RB",
    "Kemendagri",
    "Kemenkeu",
    "Ombudsman RI",
    "BPKP",
    "Inspektorat Provinsi",
)
"""The institutions of the panel, offered as the source of a follow-up; any other may be typed."""

_ATTENDANCE: Final = {"hadir": ("✓", "good"), "diwakili": ("◐", "warn"), "tidak_hadir": ("✗", "bad")}
_STATES: Final = {
    "belum": ("○", ""),
    "proses": ("◐", "warn"),
    "selesai": ("✓", "good"),
    "tidak_dapat_ditindaklanjuti": ("✗", "muted"),
}
_SHORT_STATES: Final = {"tidak_dapat_ditindaklanjuti": N_("tidak dapat")}
_WEEKDAYS: Final = (N_("Sen"), N_("Sel"), N_("Rab"), N_("Kam"), N_("Jum"), N_("Sab"), N_("Min"))


def kind_word(kind: str | None) -> str:
    """``monev``; another word of a colleague as it is."""
    return reported.event_kind(kind) or NONE


def attendance_glyph(found: str | None) -> str:
    """One cell that tells the attendance without colour."""
    return _ATTENDANCE[found][0] if found in _ATTENDANCE else "?" if found else NONE


def attendance_word(found: str | None) -> str:
    """``tidak hadir``; another word of a colleague as it is; a dash where nothing is noted."""
    return reported.attendance(found or "") or NONE


def attendance_tone(found: str | None) -> str:
    """The tone that goes with an attendance."""
    return _ATTENDANCE[found][1] if found in _ATTENDANCE else "muted"


def status_glyph(status: str) -> str:
    """One cell that tells a follow-up's status without colour."""
    return _STATES[status][0] if status in _STATES else "?"


def status_word(status: str, *, short: bool = False) -> str:
    """``selesai``; ``short`` fits a column."""
    if short and status in _SHORT_STATES:
        return _(_SHORT_STATES[status])
    return reported.followup_state(status)


def status_tone(status: str) -> str:
    """The tone that goes with a follow-up's status."""
    return _STATES[status][1] if status in _STATES else "muted"


def waiting_mark(state: str) -> str:
    """``≠`` in conflict, ``!`` refused, ``⌂`` never sent, ``↑`` not accepted yet, empty when accepted."""
    return {"sent": "", "conflict": "≠", "forbidden": "!", "rejected": "!", "private": "⌂"}.get(state, "↑")


local = reported.local


def clocks(row: EventRow, *, short: bool = False) -> str:
    """``09.00–12.00 WITA``, ``short``: ``09.00 WITA``; empty for whole days."""
    return reported.clocks(row.start, None if short else row.end, row.zone)


def weekday(day: date) -> str:
    """``Sen 6 Okt``."""
    return f"{_(_WEEKDAYS[day.weekday()])} {i18n.day(day, year=False)}"


def days(row: EventRow, today: date) -> str:
    """``Sen 6 Okt``, ``11–13 Feb``; the year where it is not today's."""
    first, last = row.start_day, row.end_day or row.start_day
    if first is None or last is None:
        return _("tanpa tanggal")
    words = weekday(first) if first == last else i18n.days(first, last)
    return words if last.year == today.year else f"{words} {last.year}"


def when(row: EventRow) -> str:
    """``Sen 6 Okt 2025 09.00–12.00 WITA``: days and clock in full."""
    first, last = row.start_day, row.end_day or row.start_day
    if first is None or last is None:
        return _("tanpa tanggal")
    words = weekday(first) if first == last else i18n.days(first, last)
    return " ".join(part for part in (f"{words} {last.year}", clocks(row)) if part)


def week_of(day: date) -> date:
    """The Monday of its week."""
    return day - timedelta(days=day.weekday())


def week(monday: date) -> str:
    """``pekan 6–12 Okt 2025``."""
    sunday = monday + timedelta(days=6)
    return _("pekan {days} {year}").format(days=i18n.days(monday, sunday), year=sunday.year)


def attended(row: EventRow) -> str:
    """``12/15``: OPD that were there of those noted; empty when nothing is noted."""
    return f"{row.present}/{row.invited}" if row.invited else ""


def due(row: FollowupRow, today: date, *, short: bool = False) -> str:
    """``30 Sep terlambat 6 hari``, ``selesai 6 Okt`` of a closed one; ``short``: ``30 Sep !6``."""
    if not row.is_open:
        done = row.done_at
        if done is None or row.status != "selesai":
            return NONE if row.due is None else _day(row.due, today)
        return _day(done, today) if short else _("selesai {day}").format(day=_day(done, today))
    if row.due is None:
        return NONE
    words = _day(row.due, today)
    if not row.overdue_days:
        return words
    return f"{words} !{row.overdue_days}" if short else f"{words} {late(row.overdue_days)}"


def _day(day: date, today: date) -> str:
    return i18n.day(day, year=day.year != today.year)
