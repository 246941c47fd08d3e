"""Values of fields and fates of operations in words: what the sync screen and the conflict view show."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Final

from akk_tui import i18n
from akk_tui.contract.errors import N_
from akk_tui.contract.ids import DATE, UUID
from akk_tui.i18n import gettext as _
from akk_tui.i18n import ngettext
from akk_tui.reports.words import REFUSALS
from akk_tui.store.shapes import OutboxRow, Sending
from akk_tui.ui.event_words import attendance_word, status_word
from akk_tui.ui.event_words import kind_word as event_kind_word
from akk_tui.ui.widgets.states import state_word
from akk_tui.ui.words import NONE, stage_word

_FIELDS: Final = {
    "item": N_("status"),
    "item_owner": N_("penanggung jawab"),
    "item_due": N_("batas waktu"),
    "evidence": N_("bukti dukung"),
    "owners": N_("penanggung jawab"),
    "due": N_("batas waktu"),
    "pic": N_("PIC"),
    "summary": N_("ringkasan"),
    "score": N_("nilai resmi"),
    "as_of": N_("per"),
    "source": N_("sumber"),
    "value": N_("nilai"),
    "year": N_("tahun"),
    "retracted": N_("ditarik"),
    "stage": N_("tahapan"),
    "date": N_("sejak"),
    "team": N_("tim"),
    "title": N_("judul"),
    "body": N_("isi"),
    "tags": N_("tanda"),
    "deleted": N_("dihapus"),
    "author": N_("penulis"),
    "subject": N_("tentang"),
    "name": N_("nama"),
    "phone": N_("telepon"),
    "number": N_("nomor"),
    "link": N_("tautan"),
    "capaian": N_("capaian"),
    "per": N_("per"),
    "photo": N_("foto"),
    "status": N_("status"),
    "text": N_("isi"),
    "owner": N_("penanggung jawab"),
    "response": N_("tanggapan"),
    "done_at": N_("selesai pada"),
    "cycle": N_("siklus"),
    "region": N_("daerah"),
    "kind": N_("jenis"),
    "place": N_("tempat"),
    "start": N_("mulai"),
    "end": N_("sampai"),
    "zone": N_("zona waktu"),
    "participants": N_("jumlah peserta"),
    "institutions": N_("instansi"),
    "agenda": N_("agenda"),
    "outcome": N_("hasil"),
    "event": N_("kegiatan"),
}
_KINDS: Final = {
    "assessment": N_("indikator"),
    "criterion": N_("kriteria"),
    "standing": N_("tahapan daerah"),
    "score": N_("nilai resmi"),
    "note": N_("catatan"),
    "event": N_("kegiatan"),
    "followup": N_("tindak lanjut"),
}
_STATES: Final = {
    "queued": N_("belum terkirim"),
    "sending": N_("sedang dikirim"),
    "conflict": N_("beda isian"),
    "wait": N_("menunggu yang sebelumnya"),
    "forbidden": N_("tidak berhak"),
    "rejected": N_("ditolak server"),
    "private": N_("pribadi"),
}
_STATE_TONES: Final = {
    "conflict": "warn",
    "forbidden": "bad",
    "rejected": "bad",
    "sending": "accent",
    "private": "accent",
}
_RESULTS: Final = {"applied": N_("terkirim"), "same": N_("sudah sama di server")}
_ANSWERS: Final = {
    "applied": N_("{n} terkirim"),
    "same": N_("{n} sudah sama"),
    "conflict": "",  # has a plural: see _answer
    "merged": N_("digabung: {n}"),
    "wait": N_("{n} menunggu"),
    "forbidden": N_("{n} tidak berhak"),
    "rejected": N_("{n} ditolak"),
}
_FAILURES: Final = {
    "unreachable": N_("server tidak terjangkau"),
    "not_trusted": N_("sambungan aman ditolak"),
    "cut": N_("sambungan putus; yang sudah sampai tersimpan"),
    "silent": N_("sambungan diam terlalu lama"),
    "login_page": N_("Wi-Fi meminta masuk lewat peramban"),
    "not_akk_server": N_("di alamat itu tidak ada akk-server"),
    "bad_answer": N_("jawaban server tidak sah dan tidak dipakai"),
    "cancelled": N_("dihentikan; tidak ada yang hilang"),
    "signed_out": N_("perlu masuk lagi"),
    "disabled": N_("akun dinonaktifkan"),
    "busy": N_("server sedang tidak dapat melayani"),
    "protocol": N_("akk-tui perlu diperbarui"),
    "needs_consent": N_("menunggu persetujuan menghapus banyak baris"),
    "checksum": N_("data tetap berbeda dari server; jalankan akk-tui doctor"),
    "store": N_("penyimpanan lokal tidak dapat ditulis"),
    "unknown_region": N_("daerah tidak dikenal"),
}
"""Short words for the codes of errors that end a round."""
_WORDS: Final[Mapping[str, Callable[[str], str]]] = {
    "stage": stage_word,
    "status": status_word,
    "kind": event_kind_word,
}
"""Fields whose values are words of the contract."""
_HIDDEN: Final = frozenset({"cycle", "region", "author"})


def kind_word(kind: str) -> str:
    """``catatan``."""
    return _(_KINDS.get(kind, kind))


def field_word(name: str) -> str:
    """``batas waktu`` of ``item_due.2.4.1``, ``kehadiran BKPSDM``; an unknown field keeps its name."""
    head, _dot, rest = name.partition(".")
    if head == "attendance" and rest:
        return _("kehadiran {opd}").format(opd=rest)
    return _(_FIELDS[head]) if head in _FIELDS else name


def value_words(name: str, value: Any) -> str:
    """The value of field ``name`` as a person reads it; a dash for the empty value."""
    if name.startswith("item."):
        return state_word(str(value or "belum_ada"))
    if name.startswith("attendance."):
        return attendance_word(value)
    if value is None or value == "" or value == [] or value == {}:
        return NONE
    if isinstance(value, bool):
        return _("ya") if value else _("tidak")
    if name in _WORDS:
        return _WORDS[name](str(value))
    if isinstance(value, Mapping):
        parts: Mapping[str, Any] = value  # pyright: ignore[reportUnknownVariableType]
        return " · ".join(f"{field_word(part)} {value_words(part, found)}" for part, found in parts.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))  # pyright: ignore[reportUnknownArgumentType]
    text = str(value)
    if DATE.match(text):
        return i18n.day(date.fromisoformat(text))
    if name in ("start", "end"):
        return _local_minute(text)
    if name in ("score", "value") and i18n.language() == "id" and text.replace(".", "", 1).isdecimal():
        return text.replace(".", ",")
    return text


def _local_minute(text: str) -> str:
    """``6 Okt 2025 09.00`` of an event's local minute; other text as it is."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    clock = f"{moment:%H.%M}" if i18n.language() == "id" else f"{moment:%H:%M}"
    return f"{i18n.day(moment.date())} {clock}"


def set_words(values: Mapping[str, Any] | None) -> str:
    """What an operation sets: a single value alone, several with the names of their fields."""
    if not values:
        return NONE
    if len(values) == 1:
        ((name, value),) = values.items()
        return value_words(name, value)
    shown = {name: value for name, value in values.items() if name not in _HIDDEN and value not in (None, "", [], {})}
    # The id of an activity or note says nothing to a person.
    shown = {name: value for name, value in shown.items() if not UUID.match(str(value))}
    return " · ".join(f"{field_word(name)} {value_words(name, value)}" for name, value in shown.items()) or NONE


def what_words(kind: str, field: str) -> str:
    """What an operation is about: ``status``, or ``catatan baru`` of a creation."""
    return field_word(field) if field else _("{kind} baru").format(kind=kind_word(kind))


def title_words(kind: str, key: str, title: str) -> str:
    """``title``; a score, of which there may be one a day, with its day."""
    return f"{title} {value_words('date', key.rpartition(':')[2])}" if kind == "score" else title


def outbox_state(row: OutboxRow) -> str:
    """The state of a waiting operation, with the server's reason when it was refused."""
    words = _(_STATES.get(row.state, row.state))
    reason = refusal_words(row.answer) if row.state in ("forbidden", "rejected") else ""
    return f"{words}: {reason}" if reason else words


def note_state(state: str) -> str:
    """The state of a note's newest waiting operation."""
    return _(_STATES.get(state, state))


def outbox_tone(state: str) -> str:
    """The tone of a state of the outbox."""
    return _STATE_TONES.get(state, "")


def refusal_words(answer: Mapping[str, Any] | None) -> str:
    """Why the server refused."""
    code = str((answer or {}).get("code", ""))
    return _(REFUSALS[code]) if code in REFUSALS else code


def result_words(result: str) -> str:
    """``terkirim``."""
    return _(_RESULTS.get(result, result))


def answers_words(answers: Mapping[str, int]) -> str:
    """``12 terkirim, 1 beda isian``; empty when nothing was sent."""
    order = [*_ANSWERS, *sorted(set(answers) - set(_ANSWERS))]
    return ", ".join(_answer(name, answers[name]) for name in order if answers.get(name))


def _answer(name: str, n: int) -> str:
    if name == "conflict":
        return ngettext("{n} beda isian", "{n} beda isian", n).format(n=n)
    return _(_ANSWERS.get(name, "{n} " + name)).format(n=n)


def size_words(size: float) -> str:
    """``17 kB``, ``1,2 MB``."""
    if size < 1000:
        return f"{int(size)} B"
    if size < 1_000_000:
        return f"{i18n.number(size / 1000, 0 if size >= 10_000 else 1)} kB"
    return f"{i18n.number(size / 1_000_000, 1)} MB"


def grouped(number: int) -> str:
    """``1.204``, in English ``1,204``."""
    text = f"{number:,}"
    return text.replace(",", ".") if i18n.language() == "id" else text


def rows_words(rows: int) -> str:
    """``1.204 baris``."""
    return ngettext("{n} baris", "{n} baris", rows).format(n=grouped(rows))


def entries_words(entries: int) -> str:
    """``340 riwayat baru``."""
    return ngettext("{n} riwayat baru", "{n} riwayat baru", entries).format(n=grouped(entries))


def about_seconds(seconds: float) -> str:
    """``1 detik``, ``3 menit``: a time to wait, never less than a second."""
    if seconds < 90:
        n = max(1, round(seconds))
        return ngettext("{n} detik", "{n} detik", n).format(n=n)
    n = round(seconds / 60)
    return ngettext("{n} menit", "{n} menit", n).format(n=n)


def sending_words(sending: Sending) -> str:
    """``4 perubahan, 17 kB, kira-kira 1 detik``; without the time where no rate is known."""
    n = sending.operations
    size = size_words(sending.bytes)
    if sending.seconds is None:
        return ngettext("{n} perubahan, {size}", "{n} perubahan, {size}", n).format(n=n, size=size)
    words = ngettext("{n} perubahan, {size}, kira-kira {time}", "{n} perubahan, {size}, kira-kira {time}", n)
    return words.format(n=n, size=size, time=about_seconds(sending.seconds))


def failure_words(code: str, words: str | None) -> str:
    """What stopped a round: its own sentence where that is in the language in use, else a short one by its code."""
    if words and i18n.language() == "id":
        return words
    return _(_FAILURES[code]) if code in _FAILURES else _("gagal ({code})").format(code=code)


def seconds_words(seconds: float) -> str:
    """``0,8 d`` (detik)."""
    return _("{n} dtk").format(n=i18n.number(seconds, 1))
