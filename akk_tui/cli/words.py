"""The words and glyphs that lists for people use."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, TYPE_CHECKING

from akk_tui import i18n
from akk_tui.contract.errors import N_
from akk_tui.i18n import gettext as _

if TYPE_CHECKING:
    from akk_tui.store.shapes import Forecast

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
READINESS: Final = {
    "ready": ("▲", N_("siap")),
    "nearly": ("◆", N_("hampir siap")),
    "behind": ("▼", N_("perlu percepatan")),
    "unknown": ("○", N_("belum ada data")),
    "apart": ("·", N_("di luar pendampingan")),
}
OUTBOX_STATES: Final = {
    "queued": N_("belum terkirim"),
    "sending": N_("sedang dikirim"),
    "conflict": N_("beda isian"),
    "wait": N_("menunggu"),
    "forbidden": N_("tidak berhak"),
    "rejected": N_("ditolak"),
    "sent": N_("terkirim"),
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
_FIELDS: Final = {
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
    "body": N_("isi"),
    "tags": N_("label"),
    "deleted": N_("dihapus"),
    "": N_("baru"),
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


def field(name: str) -> str:
    """What a field is called: ``batas waktu`` for ``item_due.2.4.1``."""
    found = _FIELDS.get(name.partition(".")[0])
    return _(found) if found else name


def score(value: float | None) -> str:
    """``77,50``, a dash where there is none."""
    return NOTHING if value is None else i18n.number(value)


_PASSING: Final = {"passed": N_("terlewati"), "not_by_assessment": N_("belum tercapai")}
_PASSING_SHORT: Final = {"passed": N_("sudah"), "not_by_assessment": N_("belum")}


def forecast(value: Forecast, *, short: bool = False) -> str:
    """``27 Okt 2025``, ``terlewati``, ``belum tercapai``, or a dash; short: ``27 Okt``, ``sudah``, ``belum``.

    A day after the assessment ends in ``!``.
    """
    if value.day and value.kind != "passed":
        return i18n.day(value.day, year=not short) + ("!" if value.kind == "not_by_assessment" else "")
    found = _PASSING_SHORT if short else _PASSING
    return _(found[value.kind]) if value.kind in found else NOTHING


def moment(value: datetime | None, zone: str) -> str:
    """``6 Okt 2025 09.14 WIB``, or that it never was."""
    return i18n.moment(value, zone) if value else _("belum pernah")


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
    return _(STAGES[text]) if text in STAGES else text


def refusal(answer: dict[str, Any] | None) -> str:
    """Why the server refused, from its answer; empty when it did not."""
    code = str((answer or {}).get("code", ""))
    if code in REFUSALS:
        return _(REFUSALS[code])
    return code and _("ditolak server ({code})").format(code=code)
