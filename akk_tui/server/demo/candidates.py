"""The checklists of the three candidates of 2025: invented but for what ``published`` holds."""

from __future__ import annotations

from binascii import crc32
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from akk_tui.contract.records import Indicator, Item, Region
from akk_tui.contract.states import pack, unpack
from akk_tui.domain.instrument import Index
from akk_tui.server.demo.places import region
from akk_tui.server.demo.rows import between, moment, Row
from akk_tui.server.instruments import built_in

CYCLE: Final = "2025"
CANDIDATES: Final = ("35.72", "52.71", "71.07")
_EVIDENCE: Final = frozenset({"perlu_perbaikan", "diunggah", "diverifikasi", "diterima"})


class Checklist(NamedTuple):
    """One candidate: packed states, due days and summaries by indicator id; owners, due days and capaian by item id."""

    states: dict[str, str]
    first: str
    last: str
    """The days between which its rows were changed."""
    officers: tuple[str, ...]
    due: dict[str, str]
    item_due: dict[str, str]
    item_owner: dict[str, str]
    capaian: dict[str, tuple[str, str]]
    """What the evidence shows, and as of which day."""
    summaries: dict[str, str]
    pics: dict[str, str]
    """Names of the persons in charge, by agency."""


_BLITAR: Final = Checklist(
    states={
        "1.1": "4443", "2.1": "4433", "2.2": "4420", "2.3": "4443", "2.4": "4210", "2.5": "444", "2.6": "4432",
        "3.1": "4425", "3.2": "443", "3.3": "4442", "3.4": "421", "4.1": "4434", "4.2": "4302", "4.3": "4254",
        "4.4": "443", "5.1": "340", "5.2": "432", "6.1": "443", "6.2": "442",
    },
    first="2025-08-18",
    last="2025-10-03",
    officers=("contoh1", "contoh2"),
    due={
        "1.1": "2025-10-31", "2.1": "2025-10-17", "2.2": "2025-10-10", "2.3": "2025-10-17", "2.4": "2025-09-30",
        "2.5": "2025-09-26", "2.6": "2025-10-17", "3.1": "2025-10-24", "3.2": "2025-10-10", "3.3": "2025-10-10",
        "3.4": "2025-10-03", "4.1": "2025-10-17", "4.2": "2025-10-10", "4.3": "2025-10-24", "4.4": "2025-10-17",
        "5.1": "2025-10-15", "5.2": "2025-10-15", "6.1": "2025-10-24", "6.2": "2025-10-24",
    },
    item_due={"2.2.4": "2025-10-01", "3.4.3": "2025-10-10", "4.2.3": "2025-09-29", "5.1.3": "2025-10-20"},
    item_owner={"2.4.3": "BKPSDM", "2.4.4": "Inspektorat", "3.1.4": "RSUD", "5.2.3": "Kecamatan"},
    capaian={
        "1.1.1": ("skor MCSP 2024 = 98", "2024-12-31"),
        "2.1.3": ("tindak lanjut 187/204 = 91,7 %", "2025-09-26"),
        "2.4.1": ("429 wajib lapor", "2025-01-31"),
        "2.4.2": ("412/429 = 96,1 %", "2025-10-01"),
        "2.6.2": ("318 selesai, 13 belum", "2025-09-30"),
        "2.6.3": ("rata-rata 2,4 hari kerja", "2025-09-30"),
        "3.1.1": ("47 layanan pada 18 OPD", "2025-09-15"),
        "3.2.1": ("IKM 88,42 dari 31 unit layanan", "2025-08-29"),
        "3.4.2": ("5 dari 6 urusan = 100 %", "2025-09-19"),
        "4.1.2": ("31/31 kepala OPD", "2025-02-13"),
        "4.2.1": ("12 penyuluh bersertifikat", "2025-08-22"),
        "5.2.2": ("indeks 3,87 dari 400 responden", "2025-09-12"),
    },
    summaries={
        "2.2": "Kanal WBS aktif dan diuji pada 24 September. Register laporan diunggah, bukti perlindungan pelapor "
        "belum ada; Inspektorat menjanjikan berita acara pekan kedua Oktober.",
        "2.4": "Tujuh belas wajib lapor belum menyampaikan LHKPN, sebagian besar pejabat fungsional pengadaan. Surat "
        "teguran tahap I sudah terbit, tetapi berkasnya belum memuat dasar hukum sanksi.",
        "3.1": "Pembayaran nontunai di RSUD tidak dinilai tahun ini karena sistem sedang diganti.",
        "3.4": "Urusan perumahan belum 100 %. Rencana pemenuhan kesenjangan dikembalikan: target per triwulan belum "
        "dicantumkan.",
        "4.2": "Penyuluh antikorupsi lengkap, kode etik belum diperbarui sesuai PP 94/2021.",
        "5.1": "Forum konsultasi publik berjalan, nota kesepahaman dengan perguruan tinggi masih dibahas.",
    },
    pics={
        "Inspektorat": "Rini Astuti (contoh)", "BKPSDM": "Agus Widodo (contoh)", "Diskominfo": "Dwi Lestari (contoh)",
        "DPMPTSP": "Hendra Saputra (contoh)", "Kesbangpol": "Sri Wahyuni (contoh)",
    },
)  # fmt: skip

_MATARAM: Final = Checklist(
    states={
        "1.1": "4432", "2.1": "4443", "2.2": "4433", "2.3": "4444", "2.4": "4314", "2.5": "443", "2.6": "4434",
        "3.1": "4444", "3.2": "444", "3.3": "4434", "3.4": "443", "4.1": "4444", "4.2": "4423", "4.3": "4325",
        "4.4": "441", "5.1": "432", "5.2": "320", "6.1": "431", "6.2": "443",
    },
    first="2025-08-11",
    last="2025-10-02",
    officers=("contoh2", "contoh1", "contoh2"),
    due={
        "1.1": "2025-10-31", "2.1": "2025-10-10", "2.2": "2025-10-10", "2.4": "2025-09-30", "2.6": "2025-10-10",
        "3.3": "2025-10-17", "4.2": "2025-10-17", "4.3": "2025-10-24", "4.4": "2025-10-02", "5.1": "2025-10-13",
        "5.2": "2025-10-13", "6.1": "2025-10-20", "6.2": "2025-10-20",
    },
    item_due={"5.2.3": "2025-09-25", "4.4.3": "2025-10-02"},
    item_owner={"2.4.3": "BKPSDM", "5.2.3": "Kecamatan", "6.1.3": "Dinas Sosial"},
    capaian={
        "1.1.1": ("skor MCSP berjalan 71,20", "2025-09-22"),
        "2.1.3": ("tindak lanjut 242/259 = 93,4 %", "2025-09-19"),
        "2.4.2": ("503/511 = 98,4 %", "2025-09-29"),
        "2.6.2": ("526 selesai, 21 belum", "2025-09-30"),
        "3.2.1": ("IKM 87,15 dari 38 unit layanan", "2025-08-27"),
        "3.4.2": ("6 dari 6 urusan = 100 %", "2025-09-18"),
        "4.1.2": ("34/34 kepala OPD", "2025-03-05"),
        "4.2.1": ("9 penyuluh bersertifikat", "2025-08-20"),
    },
    summaries={
        "1.1": "Skor MCSP berjalan; area pengelolaan barang milik daerah paling rendah. Jangan dibaca sebagai nilai "
        "akhir: skor bergerak sampai akhir November.",
        "2.4": "Delapan wajib lapor belum menyampaikan. Bukti sanksi perlu dilampiri surat keputusan, bukan hanya "
        "nota dinas.",
        "4.3": "Laporan e-katalog tidak dinilai karena katalog lokal digabung dengan provinsi.",
        "4.4": "Kaitan kinerja dengan TPP masih berupa draf; BKPSDM berjanji peraturan terbit Oktober.",
        "5.2": "Survei kesadaran sudah dilakukan, laporannya belum diverifikasi. Testimoni tokoh masyarakat belum ada.",
    },
    pics={
        "Inspektorat": "Lalu Hidayat (contoh)", "BKPSDM": "Baiq Nurhayati (contoh)",
        "Diskominfo": "Made Suardana (contoh)", "Kesbangpol": "Siti Aminah (contoh)",
    },
)  # fmt: skip

_MINAHASA_TENGGARA: Final = Checklist(
    states={
        "1.1": "4444", "2.1": "4432", "2.2": "4321", "2.3": "4432", "2.4": "4331", "2.5": "432", "2.6": "4322",
        "3.1": "4322", "3.2": "432", "3.3": "4421", "3.4": "432", "4.1": "4442", "4.2": "4321", "4.3": "4310",
        "4.4": "441", "5.1": "432", "5.2": "421", "6.1": "443", "6.2": "425",
    },
    first="2025-08-05",
    last="2025-09-15",
    officers=("contoh2", "contoh2", "contoh1"),
    due={
        "2.1": "2025-09-30", "2.2": "2025-10-10", "2.3": "2025-10-10", "2.4": "2025-09-30", "2.6": "2025-10-17",
        "3.1": "2025-10-17", "3.2": "2025-10-10", "3.3": "2025-09-19", "3.4": "2025-10-10", "4.2": "2025-10-17",
        "4.3": "2025-09-26", "4.4": "2025-10-10", "5.1": "2025-10-13", "5.2": "2025-10-13", "6.2": "2025-10-24",
    },
    item_due={"4.3.4": "2025-10-17", "2.2.4": "2025-09-22"},
    item_owner={"3.3.4": "Bagian Hukum", "4.3.3": "UKPBJ", "4.2.4": "Dinas Pendidikan"},
    capaian={
        "1.1.1": ("skor MCSP 99,39", "2025-09-12"),
        "2.1.3": ("tindak lanjut 96/131 = 73,3 %", "2025-09-10"),
        "2.4.2": ("268/271 = 98,9 %", "2025-09-12"),
        "2.6.2": ("84 selesai, 19 belum", "2025-09-12"),
        "3.2.1": ("IKM 84,06 dari 22 unit layanan", "2025-08-25"),
        "3.4.2": ("4 dari 6 urusan = 100 %", "2025-09-08"),
        "4.1.2": ("27/28 kepala OPD", "2025-08-15"),
    },
    summaries={
        "2.1": "PKPT berbasis risiko baik, tetapi tindak lanjut temuan 2023 belum selesai.",
        "2.2": "Kanal WBS ada di situs Inspektorat; register laporan diisi manual dan berhenti pada Juni.",
        "3.3": "Daftar informasi publik lengkap. JDIH terakhir diperbarui April, berkas dikembalikan.",
        "4.3": "Pernyataan benturan kepentingan pejabat pengadaan belum lengkap; laporan e-katalog belum ada.",
        "6.2": "Kegiatan seni bermuatan antikorupsi terdokumentasi baik. Aturan adat tidak dinilai tahun ini.",
    },
    pics={
        "Inspektorat": "Jemmy Lumintang (contoh)", "BKPSDM": "Meylani Rondonuwu (contoh)",
        "Diskominfo": "Stevan Pangalila (contoh)", "UKPBJ": "Ferry Tumbelaka (contoh)",
    },
)  # fmt: skip

CHECKLISTS: Final = {"35.72": _BLITAR, "52.71": _MATARAM, "71.07": _MINAHASA_TENGGARA}


def rows() -> Iterator[Row]:
    """The assessment rows of the three candidates: one for each indicator."""
    instrument = built_in(CYCLE)
    index = Index(instrument)
    for code, checklist in CHECKLISTS.items():
        for number, indicator in enumerate(index.indicators.values()):
            key = f"{CYCLE}:{code}:{indicator.id}"
            by = checklist.officers[number % len(checklist.officers)]
            fields = _fields(region(code), indicator, checklist, instrument.version)
            known = [per for item, (_, per) in checklist.capaian.items() if item.startswith(indicator.id + ".")]
            at = moment(max(between(checklist.first, checklist.last, key), *known, ""), key)
            yield Row("assessment", key, CYCLE, code, fields, by, at)


def _fields(place: Region, indicator: Indicator, checklist: Checklist, version: int) -> dict[str, Any]:
    packed = checklist.states[indicator.id]
    items = pack(unpack(packed, place) for place in range(len(packed)))
    fields: dict[str, Any] = {"items": items, "instrument": version, "owners": sorted(map(str, indicator.owners))}
    if indicator.id in checklist.due:
        fields["due"] = checklist.due[indicator.id]
    if indicator.id in checklist.summaries:
        fields["summary"] = checklist.summaries[indicator.id]
    name = checklist.pics.get(indicator.owners[0])
    if name is not None:
        fields["pic"] = {"name": name, "phone": f"0800-0000-{crc32(name.encode()) % 10_000:04}"}
    for item in indicator.items:
        if item.id in checklist.item_due:
            fields[f"item_due.{item.id}"] = checklist.item_due[item.id]
        owner = checklist.item_owner.get(item.id) or item.owner
        if owner is not None:
            fields[f"item_owner.{item.id}"] = str(owner)
        if unpack(packed, item.pos) in _EVIDENCE:
            fields[f"evidence.{item.id}.1"] = _evidence(place, item, checklist)
    return fields


def _evidence(place: Region, item: Item, checklist: Checklist) -> dict[str, str]:
    name = f"{place.code}:{item.id}"
    head = "Wali Kota" if place.kind == "kota" else "Bupati"
    title = item.title.replace("kepala daerah", f"{head} {place.name}").replace("tahun berjalan", "2025")
    title = title.removesuffix(" dengan tanggal data").removesuffix(" dengan tanggal penarikan data")
    number = crc32(name.encode())
    made = {
        "title": title,
        "number": f"{100 + number % 800}/{number % 97 + 1:03}/contoh/2025",
        "date": between("2025-01-13", checklist.first, name),
    }
    if number % 3 == 0:
        made["link"] = f"https://bukti.example/{place.code}/{item.id}"
    if item.id in checklist.capaian:
        made["capaian"], made["per"] = checklist.capaian[item.id]
    return made
