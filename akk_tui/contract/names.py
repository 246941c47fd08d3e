"""What the kinds of rows and their fields are called in front of a person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from akk_tui.contract.errors import N_

FIELDS: Final[Mapping[str, str]] = {
    "item": N_("keadaan"),
    "item_owner": N_("penanggung jawab"),
    "item_due": N_("batas waktu"),
    "evidence": N_("bukti"),
    "owners": N_("penanggung jawab"),
    "due": N_("batas waktu"),
    "pic": N_("PIC"),
    "summary": N_("ringkasan"),
    "score": N_("nilai resmi"),
    "value": N_("nilai"),
    "stage": N_("tahap"),
    "team": N_("tim"),
    "title": N_("judul"),
    "kind": N_("jenis"),
    "place": N_("tempat"),
    "start": N_("mulai"),
    "end": N_("selesai"),
    "participants": N_("peserta"),
    "institutions": N_("lembaga"),
    "attendance": N_("kehadiran"),
    "agenda": N_("agenda"),
    "outcome": N_("hasil"),
    "text": N_("isi"),
    "owner": N_("penanggung jawab"),
    "status": N_("status"),
    "response": N_("tanggapan"),
    "done_at": N_("selesai pada"),
    "body": N_("isi"),
    "tags": N_("label"),
    "deleted": N_("dihapus"),
}
"""By the first part of the field's name; these stand in reports and lists."""
_MORE: Final[Mapping[str, str]] = {
    "as_of": N_("per tanggal"),
    "source": N_("sumber"),
    "year": N_("tahun"),
    "date": N_("tanggal"),
    "subject": N_("tentang"),
    "event": N_("kegiatan"),
    "author": N_("penulis"),
    "cycle": N_("siklus"),
    "region": N_("daerah"),
    "zone": N_("zona waktu"),
    "retracted": N_("dibatalkan"),
}
KINDS: Final[Mapping[str, str]] = {
    "assessment": N_("indikator"),
    "criterion": N_("kriteria"),
    "standing": N_("tahapan"),
    "score": N_("nilai pemenuhan"),
    "note": N_("catatan"),
    "event": N_("kegiatan"),
    "followup": N_("tindak lanjut"),
}
NEW: Final = "new"
"""``new.note``: not a field but a new row of that kind as a whole."""


def field_words(name: str, translate: Callable[[str], str] = str) -> str:
    """``batas waktu 2.4.1`` for ``item_due.2.4.1``, ``kehadiran BKPSDM``; what is unknown keeps its name."""
    head, _dot, rest = name.partition(".")
    if head == NEW:
        return translate(N_("{kind} baru")).format(kind=kind_words(rest, translate))
    if head == "attendance" and rest:
        return translate(N_("kehadiran {opd}")).format(opd=rest)
    found = FIELDS.get(head) or _MORE.get(head)
    if found is None:
        return name
    item = ".".join(rest.split(".")[:3])
    return f"{translate(found)} {item}" if item else translate(found)


def kind_words(kind: str, translate: Callable[[str], str] = str) -> str:
    """``catatan`` for ``note``."""
    return translate(KINDS[kind]) if kind in KINDS else kind


def unit_words(unit: str, translate: Callable[[str], str] = str) -> str:
    """``35.72 (siklus 2025)`` for ``2025:35.72``."""
    cycle, colon, region = unit.partition(":")
    return translate(N_("{region} (siklus {cycle})")).format(region=region, cycle=cycle) if colon else unit


def value_words(value: Any) -> str:
    """A value as a person typed it: the parts of a list or record on one line."""
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    if isinstance(value, dict):
        parts: dict[str, Any] = value  # pyright: ignore[reportUnknownVariableType]
        return "; ".join(str(part) for part in parts.values() if part not in (None, ""))
    return str(value)
