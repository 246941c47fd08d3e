"""The commands of a region's page (``region``)."""

from __future__ import annotations

from typing import Final

from akk_tui.contract.errors import N_
from akk_tui.ui.command import Command, region_off, screen_says

_PAGE: Final = ("region",)

_MOVING: Final = (
    Command(
        "region.back",
        N_("Kembali"),
        N_("Melepas tanda, keluar dari butir, lalu ke layar sebelumnya."),
        "escape",
        "back",
        _PAGE,
        hidden=True,
    ),
    Command(
        "region.out", N_("Ke indikator"), N_("Dari butir kembali ke indikator."), "left", "out", _PAGE, hidden=True
    ),
    Command(
        "region.into", N_("Ke butir"), N_("Dari indikator masuk ke butirnya."), "right", "into", _PAGE, hidden=True
    ),
    Command(
        "region.tab_next",
        N_("Tab berikut"),
        N_("Indikator, kriteria, tren, kegiatan, tindak lanjut, catatan."),
        "right_square_bracket",
        "tab(1)",
        _PAGE,
        footer=True,
    ),
    Command(
        "region.tab_previous",
        N_("Tab sebelumnya"),
        N_("Berpindah tab ke kiri."),
        "left_square_bracket",
        "tab(-1)",
        _PAGE,
        hidden=True,
    ),
)

_ITEMS: Final = (
    Command(
        "item.state",
        N_("Status"),
        N_("Menu status butir (semua yang ditandai) atau tindak lanjut; angka memilih selama menu terbuka."),
        "space",
        "state",
        _PAGE,
        footer=True,
        when=screen_says("state_off"),
    ),
    Command(
        "region.evidence",
        N_("Bukti"),
        N_("Bukti dukung butir: nomor, tanggal, tautan, capaian; paling banyak lima."),
        "b",
        "evidence",
        _PAGE,
        footer=True,
        when=screen_says("evidence_off"),
    ),
    Command(
        "region.owner",
        N_("Penanggung jawab"),
        N_("OPD dan PIC indikator, OPD butir; untuk semua yang ditandai sekaligus."),
        "p",
        "owner",
        _PAGE,
        footer=True,
        when=screen_says("owner_off"),
    ),
    Command(
        "region.due",
        N_("Batas waktu"),
        N_("Batas waktu indikator dan butir; untuk semua yang ditandai sekaligus."),
        "d",
        "due",
        _PAGE,
        footer=True,
        when=screen_says("due_off"),
    ),
    Command(
        "region.mark",
        N_("Tandai"),
        N_("Menandai butir untuk diubah bersama-sama, juga di beberapa indikator."),
        "x",
        "mark",
        _PAGE,
        when=screen_says("mark_off"),
    ),
    Command(
        "region.unmark",
        N_("Hapus tanda"),
        N_("Menghapus semua tanda."),
        "X",
        "unmark",
        _PAGE,
        when=screen_says("unmark_off"),
    ),
    Command(
        "region.official",
        N_("Nilai indikator"),
        N_("Nilai resmi indikator dengan tanggal dan sumbernya; tidak mengubah perkiraan."),
        "i",
        "official",
        _PAGE,
        when=screen_says("official_off"),
    ),
)

_ROWS: Final = (
    Command(
        "region.edit",
        N_("Ubah"),
        N_("Ringkasan indikator, nilai kriteria, nilai resmi, kegiatan, atau tindak lanjut yang dipilih."),
        "e",
        "edit",
        _PAGE,
        footer=True,
        when=screen_says("edit_off"),
    ),
    Command(
        "region.new",
        N_("Baru"),
        N_("Menambah yang ditampilkan tab: bukti, nilai resmi, kegiatan, tindak lanjut, atau catatan."),
        "n",
        "new",
        _PAGE,
        footer=True,
        when=screen_says("new_off"),
    ),
    Command(
        "region.open_row",
        N_("Buka"),
        N_("Membuka kegiatan, tindak lanjut, atau catatan yang dipilih."),
        "enter",
        "open",
        _PAGE,
        footer=True,
        when=screen_says("open_off"),
    ),
    Command(
        "region.delete",
        N_("Hapus"),
        N_("Menghapus kegiatan atau tindak lanjut; menarik nilai resmi yang salah, atau memulihkannya."),
        "D,delete",
        "delete",
        _PAGE,
        footer=True,
        when=screen_says("delete_off"),
    ),
    Command(
        "region.history",
        N_("Riwayat isian"),
        N_("Siapa mengubah apa pada baris yang dipilih, dan kapan."),
        "H",
        "history",
        _PAGE,
        footer=True,
        when=screen_says("history_off"),
    ),
)

_REGION: Final = (
    Command(
        "steps",
        N_("Prioritas"),
        N_("Prioritas pemenuhan: butir yang paling menaikkan perkiraan."),
        "w",
        "steps",
        ("dashboard", "regions", "region"),
        footer=True,
        when=region_off,
    ),
    Command(
        "region.meeting",
        N_("Mode rapat"),
        N_("Layar untuk dilihat lawan bicara: hanya butir OPD ini di daerah ini; ctrl+x keluar."),
        "m",
        "meeting",
        _PAGE,
        footer=True,
    ),
    Command(
        "region.stage",
        N_("Tahapan daerah"),
        N_("Tahapan daerah, sejak kapan, dan timnya."),
        "t",
        "stage",
        _PAGE,
        footer=True,
        when=screen_says("stage_off"),
    ),
    Command(
        "region.score",
        N_("Nilai resmi baru"),
        N_("Nilai pemenuhan daerah yang diumumkan, dengan tanggal dan sumbernya."),
        "v",
        "score",
        _PAGE,
        when=screen_says("score_off"),
    ),
    Command(
        "region.new_event",
        N_("Kegiatan baru"),
        N_("Mencatat kegiatan di daerah ini."),
        "k",
        "new_event",
        _PAGE,
        when=screen_says("new_event_off"),
    ),
    Command(
        "region.new_followup",
        N_("Tindak lanjut baru"),
        N_("Menulis tindak lanjut tentang indikator, kegiatan, atau daerah ini."),
        "l",
        "new_followup",
        _PAGE,
        when=screen_says("new_followup_off"),
    ),
)

COMMANDS: Final[tuple[Command, ...]] = (*_MOVING[:3], *_ITEMS, *_ROWS, *_REGION, *_MOVING[3:])
