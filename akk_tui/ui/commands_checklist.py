"""The commands of the screen Daftar periksa (``checklist``)."""

from __future__ import annotations

from typing import Final

from akk_tui.contract.errors import N_
from akk_tui.ui.command import Command, screen_says

COMMANDS: Final[tuple[Command, ...]] = (
    Command(
        "checklist.state",
        N_("Status"),
        N_("Mengubah status butir yang dipilih, atau semua yang ditandai; 1–6 memilih selama menu terbuka."),
        "space",
        "state_menu",
        ("checklist",),
        footer=True,
        when=screen_says("state_off"),
    ),
    Command(
        "checklist.mark",
        N_("Tandai"),
        N_("Menandai butir untuk diubah bersama-sama."),
        "x",
        "mark",
        ("checklist",),
        footer=True,
    ),
    Command(
        "checklist.unmark",
        N_("Hapus tanda"),
        N_("Menghapus semua tanda."),
        "X",
        "unmark",
        ("checklist",),
        when=screen_says("unmark_off"),
    ),
    Command(
        "checklist.group",
        N_("Kelompok"),
        N_("Mengelompokkan menurut OPD, indikator, batas waktu, atau daerah."),
        "g",
        "group",
        ("checklist",),
        footer=True,
    ),
    Command(
        "checklist.filter",
        N_("Filter"),
        N_("Menyaring dengan kata, opd:, daerah:, status:, komponen:, indikator:, batas:."),
        "f",
        "filter",
        ("checklist",),
        footer=True,
    ),
    Command(
        "checklist.all",
        N_("Semua atau yang kurang"),
        N_("Menampilkan juga butir yang sudah diterima atau tidak berlaku."),
        "a",
        "all",
        ("checklist",),
    ),
    Command(
        "checklist.open",
        N_("Buka daerah"),
        N_("Membuka halaman daerah pada indikator butir ini."),
        "enter",
        "open",
        ("checklist",),
        footer=True,
        when=screen_says("open_off"),
    ),
    Command("checklist.leave", N_("Kembali"), N_("Menutup filter."), "escape", "leave", ("checklist",), hidden=True),
)
