"""Notes, events and follow-ups of the sample. Of the events only the bimtek of Kota Blitar is published."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from akk_tui.server.demo.rows import moment, Row, uuid

CYCLE: Final = "2025"


class _Note(NamedTuple):
    region: str
    subject: str
    """What follows the region in the note's subject: an indicator's id, or nothing."""
    day: str
    author: str
    title: str
    tags: tuple[str, ...]
    body: str


_NOTES: Final = (
    _Note(
        "35.72", "", "2025-02-13", "contoh1", "Bimtek hari ketiga: kesepakatan", ("bimtek",),
        "Hari terakhir bimtek ditutup dengan pembagian tugas per OPD.\n\n"
        "- Setiap OPD menunjuk satu penanggung jawab bukti dukung\n"
        "- Inspektorat memverifikasi setiap Jumat\n"
        "- Rapat kemajuan dua pekan sekali, dipimpin Sekda\n\n"
        "**Catatan:** skor MCP 2024 tinggi, tetapi beberapa indikator peran serta masyarakat belum punya bukti.",
    ),
    _Note(
        "35.72", "2.4", "2025-09-24", "contoh1", "LHKPN: tersisa tujuh belas orang", ("lhkpn", "monev"),
        "Per 24 September baru 409 dari 429 yang menyampaikan. BKPSDM memperbarui data setiap Senin.\n\n"
        "1. Surat teguran kedua disiapkan Sekda\n"
        "2. Dasar hukum sanksi dilampirkan pada bukti 2.4.3\n"
        "3. Kepala BKPSDM melapor lagi pada 1 Oktober",
    ),
    _Note(
        "35.72", "2.2", "2025-09-24", "contoh2", "Uji kanal WBS", ("wbs",),
        "Laporan uji dikirim pukul 10.12 dan mendapat nomor tiket dalam dua menit. Identitas pelapor tidak tampak "
        "bagi admin OPD. Yang belum ada: bukti perlindungan pelapor.",
    ),
    _Note(
        "35.72", "3.4", "2025-09-19", "contoh2", "SPM: urusan perumahan", ("spm",),
        "Lima urusan sudah 100 %. Untuk perumahan rakyat, minta target per triwulan dan sumber anggarannya. "
        "Berkas 3.4.3 dikembalikan, batas waktu 10 Oktober.",
    ),
    _Note(
        "35.72", "5.1", "2025-10-03", "contoh1", "Forum konsultasi publik di Sananwetan", ("partisipasi", "lapangan"),
        "Sekitar 40 warga hadir. Pertanyaan terbanyak tentang bantuan sosial dan parkir.\n\n"
        "> “Kalau kami lapor, apakah nama kami aman?”\n\n"
        "Jawaban Inspektorat baik; minta notulanya diunggah pekan ini.",
    ),
    _Note(
        "52.71", "", "2025-09-11", "contoh2", "Monev kedua: ringkasan", ("monev",),
        "Kemajuan paling besar pada komponen 3. Yang menentukan sekarang komponen 5 dan 6.\n\n"
        "- Kesbangpol menyusun laporan survei kesadaran\n"
        "- DPMD melengkapi foto kegiatan komunitas\n"
        "- BKPSDM mengejar delapan wajib lapor LHKPN",
    ),
    _Note(
        "52.71", "2.4", "2025-09-30", "contoh2", "LHKPN: bukti sanksi dikembalikan", ("lhkpn",),
        "Yang diunggah nota dinas, bukan surat keputusan. BKPSDM diminta mengganti berkas. Batas waktu 30 September "
        "terlewati; dijanjikan pekan ini.",
    ),
    _Note(
        "52.71", "4.4", "2025-10-02", "contoh1", "Draf peraturan TPP", ("penghargaan",),
        "Draf sudah di Bagian Hukum. Pasal tentang pemotongan bagi pelanggar kode etik masih dibahas.",
    ),
    _Note(
        "52.71", "3.1", "2025-08-28", "contoh1", "Kunjungan Mal Pelayanan Publik", ("lapangan", "layanan"),
        "Antrean daring berjalan, pembayaran seluruhnya nontunai. Papan standar layanan terbaca jelas. Petugas "
        "mengenal larangan gratifikasi dan dapat menunjukkan kanal pengaduan.",
    ),
    _Note(
        "71.07", "", "2025-09-15", "contoh2", "Monev kedua: perlu percepatan", ("monev",),
        "Nilai turun tipis karena JDIH dan survei kesadaran dikembalikan.\n\n"
        "- Skor MCSP hampir penuh, tetapi bukti komponen 4 dan 5 kurang\n"
        "- UKPBJ belum mengunggah laporan e-katalog\n"
        "- Bupati diminta memimpin rapat kemajuan bulan Oktober",
    ),
    _Note(
        "71.07", "2.2", "2025-09-09", "contoh2", "Register WBS berhenti pada Juni", ("wbs",),
        "Register diisi manual oleh satu orang yang pindah tugas. Inspektorat menunjuk pengganti dan melengkapi "
        "laporan Juli sampai September.",
    ),
    _Note(
        "71.07", "4.3", "2025-09-15", "contoh1", "Benturan kepentingan di UKPBJ", ("pengadaan",),
        "Baru 6 dari 14 pejabat pengadaan yang menandatangani pernyataan. Contoh formulir sudah dikirim.",
    ),
    _Note(
        "71.07", "6.2", "2025-08-14", "contoh2", "Pergelaran maengket bermuatan antikorupsi", ("budaya",),
        "Naskahnya baik dan mudah dipahami anak sekolah. Minta rekaman dan daftar hadir sebagai bukti.",
    ),
    _Note(
        "64.74", "", "2025-03-18", "contoh2", "Observasi: kesan umum", ("observasi",),
        "Layanan publik tertata, data mudah diminta. Kriteria MCP dan SPI terpenuhi.",
    ),
    _Note(
        "73.71", "", "2025-04-10", "contoh2", "Observasi: pasar dan MPP", ("observasi",),
        "Kunjungan ke pasar dan MPP. Kanal pengaduan ada, waktu tanggapannya belum dicatat.",
    ),
    _Note(
        "18.09", "", "2025-03-26", "contoh1", "Observasi: paparan kepala daerah", ("observasi",),
        "Paparan lengkap. Dokumen pengaduan masyarakat belum dapat ditunjukkan saat kunjungan.",
    ),
)  # fmt: skip


class _Event(NamedTuple):
    name: str
    region: str
    day: str
    """When it was recorded."""
    by: str
    fields: dict[str, Any]


_EVENTS: Final = (
    _Event(
        "bimtek-blitar", "35.72", "2025-02-13", "contoh1",
        {
            "kind": "bimtek", "title": "Bimbingan teknis percontohan kota antikorupsi", "place": "Kota Blitar",
            "start": "2025-02-11", "end": "2025-02-13", "zone": "WIB", "participants": 64,
            "institutions": ["BPKP", "KemenPAN-RB", "Kemendagri", "Kemenkeu", "Ombudsman RI"],
            "agenda": "Pembukaan oleh KPK dan Wali Kota; 64 peserta: Wali Kota, DPRD, Sekda dan seluruh kepala OPD.\n"
            "Materi dari KemenPAN-RB, Kemendagri, Kemenkeu, Ombudsman RI dan BPKP.",
        },
    ),
    _Event(
        "monev-blitar", "35.72", "2025-09-24", "contoh1",
        {
            "kind": "monev", "title": "Monev kedua (contoh)", "place": "Ruang rapat Inspektorat Kota Blitar",
            "start": "2025-09-24", "end": "2025-09-24", "zone": "WIB", "participants": 27,
            "institutions": ["KPK"], "attendance.BKPSDM": "hadir", "attendance.Diskominfo": "hadir",
            "attendance.Inspektorat": "hadir", "attendance.Kesbangpol": "tidak_hadir",
            "agenda": "Kemajuan per indikator, LHKPN, uji kanal WBS.",
            "outcome": "Tiga tindak lanjut disepakati, batas waktu paling lambat 10 Oktober.",
        },
    ),
    _Event(
        "monev-mataram", "52.71", "2025-09-11", "contoh2",
        {
            "kind": "monev", "title": "Monev kedua (contoh)", "place": "Kantor Wali Kota Mataram",
            "start": "2025-09-10", "end": "2025-09-11", "zone": "WITA", "participants": 31,
            "institutions": ["Inspektorat Provinsi", "KPK"],
            "agenda": "Kemajuan per komponen, kunjungan Mal Pelayanan Publik.",
            "outcome": "Fokus sampai Oktober: komponen 5 dan 6.",
        },
    ),
    _Event(
        "monev-mitra", "71.07", "2025-09-15", "contoh2",
        {
            "kind": "monev", "title": "Monev kedua (contoh)", "place": "Ratahan",
            "start": "2025-09-15", "end": "2025-09-15", "zone": "WITA", "participants": 24, "institutions": ["KPK"],
            "agenda": "Kemajuan per indikator, JDIH, pengadaan.",
            "outcome": "Rapat kemajuan dipimpin Bupati setiap pekan.",
        },
    ),
    _Event(
        "rapat-blitar", "35.72", "2025-10-03", "contoh1",
        {
            "kind": "rapat", "title": "Rapat kemajuan bukti dukung (contoh)", "place": "Balai Kota Blitar",
            "start": "2025-10-08T09:00", "end": "2025-10-08T12:00", "zone": "WIB", "institutions": ["KPK"],
            "agenda": "1. Tindak lanjut yang terlambat\n2. Kepatuhan LHKPN\n3. Bukti perlindungan pelapor WBS",
        },
    ),
    _Event(
        "monev-mataram-3", "52.71", "2025-10-02", "contoh2",
        {
            "kind": "monev", "title": "Monev ketiga (contoh)", "place": "Kantor Wali Kota Mataram",
            "start": "2025-10-14", "end": "2025-10-15", "zone": "WITA", "institutions": ["Inspektorat Provinsi", "KPK"],
            "agenda": "Komponen 5 dan 6, kunjungan Inspektorat dan UKPBJ.",
        },
    ),
)  # fmt: skip


class _Followup(NamedTuple):
    region: str
    indicator: str
    event: str
    by: str
    source: str
    owner: str
    due: str
    status: str
    text: str
    response: str = ""
    done_at: str = ""


_FOLLOWUPS: Final = (
    _Followup("35.72", "2.4", "monev-blitar", "contoh1", "KPK", "BKPSDM", "2025-10-01", "proses",
              "Sampaikan daftar wajib lapor LHKPN yang belum melapor beserta surat teguran kedua.",
              "Surat teguran kedua sudah terbit, menunggu lima orang."),
    _Followup("35.72", "2.2", "monev-blitar", "contoh1", "KPK", "Inspektorat", "2025-10-10", "belum",
              "Lengkapi bukti perlindungan pelapor pada kanal WBS."),
    _Followup("35.72", "3.4", "monev-blitar", "contoh2", "Kemendagri", "Bagian Tata Pemerintahan", "2025-10-10",
              "proses", "Susun rencana pemenuhan SPM perumahan rakyat dengan target per triwulan."),
    _Followup("35.72", "4.1", "bimtek-blitar", "contoh1", "KemenPAN-RB", "Setda", "2025-03-31", "selesai",
              "Tanda tangani pakta integritas seluruh kepala OPD.", "31 pakta integritas diunggah.", "2025-02-13"),
    _Followup("52.71", "5.2", "monev-mataram", "contoh2", "KPK", "Kesbangpol", "2025-10-13", "proses",
              "Unggah laporan survei kesadaran dan testimoni tokoh masyarakat."),
    _Followup("52.71", "2.6", "monev-mataram", "contoh2", "Ombudsman RI", "Diskominfo", "2025-09-26", "selesai",
              "Umumkan rata-rata waktu tanggapan pengaduan.", "Diumumkan di situs kota.", "2025-09-23"),
    _Followup("71.07", "4.3", "monev-mitra", "contoh2", "KPK", "UKPBJ", "2025-09-26", "belum",
              "Lengkapi pernyataan benturan kepentingan seluruh pejabat pengadaan."),
    _Followup("71.07", "3.3", "monev-mitra", "contoh1", "Kemendagri", "Bagian Hukum", "2025-10-10", "belum",
              "Mutakhirkan JDIH dengan produk hukum April sampai September."),
)  # fmt: skip


def rows() -> Iterator[Row]:
    """All notes, events and follow-ups, each under a UUIDv7 that never changes."""
    keys: dict[str, str] = {}
    days: dict[str, str] = {}
    for event in _EVENTS:
        at = moment(event.day, event.name)
        keys[event.name] = uuid(at, event.name)
        days[event.name] = event.day
        fields = {"cycle": CYCLE, "region": event.region, **event.fields}
        yield Row("event", keys[event.name], CYCLE, event.region, fields, event.by, at)
    for note in _NOTES:
        at = moment(note.day, note.title)
        subject = f"{note.region}:{note.subject}" if note.subject else note.region
        fields = {
            "cycle": CYCLE, "region": note.region, "subject": subject, "author": note.author, "title": note.title,
            "body": note.body, "tags": sorted(note.tags),
        }  # fmt: skip
        yield Row("note", uuid(at, note.region + note.title), CYCLE, note.region, fields, note.author, at)
    for wanted in _FOLLOWUPS:
        at = moment(max(days[wanted.event], wanted.done_at), wanted.text)
        fields = {
            "cycle": CYCLE, "region": wanted.region, "subject": f"{wanted.region}:{wanted.indicator}",
            "event": keys[wanted.event], "text": wanted.text, "source": wanted.source, "owner": wanted.owner,
            "due": wanted.due, "status": wanted.status, "response": wanted.response, "done_at": wanted.done_at,
        }  # fmt: skip
        kept = {name: value for name, value in fields.items() if value}
        yield Row("followup", uuid(at, wanted.region + wanted.text), CYCLE, wanted.region, kept, wanted.by, at)
