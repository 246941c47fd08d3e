"""The words and glyphs that reports and lists for people use. Nothing of the screens."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Any, Final

from akk_tui import i18n
from akk_tui.contract import names
from akk_tui.contract.errors import N_
from akk_tui.contract.ids import DATE
from akk_tui.i18n import gettext as _

ITEM_STATES: Final = {
    "belum_ada": ("·", N_("belum ada")),
    "perlu_perbaikan": ("!", N_("perlu perbaikan")),
    "diunggah": ("◐", N_("diunggah")),
    "diverifikasi": ("◕", N_("diverifikasi")),
    "diterima": ("✓", N_("diterima")),
    "tidak_berlaku": ("–", N_("tidak berlaku")),
}
STAGES: Final = {
    "usulan": N_("usulan"),
    "observasi": N_("observasi"),
    "calon": N_("calon"),
    "bimtek": N_("bimtek"),
    "pendampingan": N_("pendampingan"),
    "penilaian": N_("penilaian"),
    "percontohan": N_("percontohan"),
    "tidak_terpilih": N_("tidak terpilih"),
    "tidak_lulus": N_("tidak lulus"),
    "dicabut": N_("dicabut"),
}
OUTBOX_STATES: Final = {
    "queued": N_("belum terkirim"),
    "sending": N_("sedang dikirim"),
    "conflict": N_("beda isian"),
    "wait": N_("menunggu"),
    "forbidden": N_("tidak berhak"),
    "rejected": N_("ditolak"),
    "sent": N_("terkirim"),
    "private": N_("pribadi"),
}
REFUSALS: Final = {
    "scope": N_("daerah ini tidak (lagi) ditugaskan kepada Anda"),
    "read_only": N_("Anda hanya dapat membaca daerah ini"),
    "role": N_("peran Anda tidak boleh mengubah isian ini"),
    "cycle_closed": N_("siklus sudah ditutup"),
    "unknown_item": N_("tidak ada dalam instrumen"),
    "bad_value": N_("nilai tidak diterima server"),
    "deleted": N_("sudah dihapus"),
    "not_author": N_("hanya penulisnya yang dapat mengubah"),
    "op_taken": N_("nomor operasi sudah dipakai"),
    "mode": N_("server sedang tidak menerima isian ini"),
}
FIELDS: Final = {**names.FIELDS, "": N_("baru")}

EVENT_KINDS: Final = {
    "observasi": N_("observasi"),
    "bimtek": N_("bimtek"),
    "monev": N_("monev"),
    "rapat": N_("rapat"),
    "penilaian": N_("penilaian"),
    "lainnya": N_("lainnya"),
}
ATTENDANCE: Final = {"hadir": N_("hadir"), "diwakili": N_("diwakili"), "tidak_hadir": N_("tidak hadir")}
FOLLOWUP_STATES: Final = {
    "belum": N_("belum"),
    "proses": N_("proses"),
    "selesai": N_("selesai"),
    "tidak_dapat_ditindaklanjuti": N_("tidak dapat ditindaklanjuti"),
}

NOTHING: Final = "–"


def state(name: str) -> str:
    """``perlu perbaikan`` of an item's state."""
    return _(ITEM_STATES[name][1]) if name in ITEM_STATES else "?"


def glyph(name: str) -> str:
    """One cell that tells an item's state."""
    return ITEM_STATES[name][0] if name in ITEM_STATES else "?"


def stage(name: str | None) -> str:
    """``tidak lulus`` of a stage."""
    return _(STAGES[name]) if name in STAGES else NOTHING


def event_kind(name: str | None) -> str:
    """``bimtek``; other words of a colleague as they are."""
    return _(EVENT_KINDS.get(name or "", name or ""))


def attendance(name: str) -> str:
    """``tidak hadir``; other words of a colleague as they are."""
    return _(ATTENDANCE.get(name, name))


def followup_state(name: str) -> str:
    """``tidak dapat ditindaklanjuti``."""
    return _(FOLLOWUP_STATES.get(name, name))


def outbox_state(name: str) -> str:
    """``belum terkirim``."""
    return _(OUTBOX_STATES.get(name, name))


def field(name: str) -> str:
    """What a field is called: ``batas waktu`` for ``item_due.2.4.1``, ``kehadiran BKPSDM``."""
    head, _dot, rest = name.partition(".")
    if head == "attendance" and rest:
        return _("kehadiran {opd}").format(opd=rest)
    found = FIELDS.get(head)
    return _(found) if found else name


def score(value: float | None) -> str:
    """``77,50``, a dash where there is none."""
    return NOTHING if value is None else i18n.number(value)


def value(content: Any) -> str:
    """A field's value or a group's values on one line, as a person reads them."""
    if content is None or content == "" or content == {}:
        return NOTHING
    if isinstance(content, bool):
        return _("ya") if content else _("tidak")
    if isinstance(content, dict):
        parts: dict[str, Any] = content  # pyright: ignore[reportUnknownVariableType]
        return "; ".join(value(part) for part in parts.values() if part is not None) or NOTHING
    if isinstance(content, (list, tuple)):
        return ", ".join(str(part) for part in content) or NOTHING  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    text = str(content)
    if text in ITEM_STATES:
        return state(text)
    if DATE.match(text):
        return iso(text)
    return _(STAGES[text]) if text in STAGES else text


def refusal(answer: dict[str, Any] | None) -> str:
    """Why the server refused, from its answer; empty when it did not."""
    code = str((answer or {}).get("code", ""))
    if code in REFUSALS:
        return _(REFUSALS[code])
    return code and _("ditolak server ({code})").format(code=code)


def iso(text: str | None) -> str:
    """``6 Okt 2025`` of an ISO day, ``6 Okt 2025 09.00`` of a local minute; other text as it is."""
    if not text:
        return ""
    day, _letter, clock = text.partition("T")
    try:
        shown = i18n.day(date.fromisoformat(day))
    except ValueError:
        return text
    if not clock:
        return shown
    return f"{shown} {clock.replace(':', '.') if i18n.language() == 'id' else clock}"


def local(text: str | None, zone: str | None) -> datetime | None:
    """The aware moment of an event's ``start`` or ``end`` where it has a clock; None for a day alone."""
    if not text or "T" not in text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    here = timezone(timedelta(hours=i18n.ZONES.get(zone or "", 7)))
    return moment.replace(tzinfo=here) if moment.tzinfo is None else moment.astimezone(here)


def clocks(start: str | None, end: str | None, zone: str | None) -> str:
    """``09.00–12.00 WITA`` of an event's moments; empty for whole days."""
    name = zone or ""
    shown = [
        i18n.clock(moment, name).removesuffix(f" {name}").rstrip()
        for moment in (local(start, zone), local(end, zone))
        if moment is not None
    ]
    return " ".join(part for part in ("–".join(shown), name) if part) if shown else ""


def days(start: date | None, end: date | None) -> str:
    """``11–13 Feb 2025``, ``6 Okt 2025``; empty without a start."""
    if start is None:
        return ""
    if end is None or end == start:
        return i18n.day(start)
    if start.year == end.year:
        return f"{i18n.days(start, end)} {end.year}"
    return f"{i18n.day(start)} – {i18n.day(end)}"
