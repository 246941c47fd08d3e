"""The commands of the screens over all regions: Dasbor (``dashboard``) and Daerah (``regions``)."""

from __future__ import annotations

from typing import Final

from akk_tui.contract.errors import N_
from akk_tui.ui.command import Command, region_off

COMMANDS: Final[tuple[Command, ...]] = (
    Command(
        "region.open",
        N_("Buka"),
        N_("Membuka daerah yang dipilih; dari sel komponen langsung ke komponennya."),
        "enter",
        "open",
        ("dashboard", "regions"),
        footer=True,
        when=region_off,
    ),
    Command(
        "dashboard.filter",
        N_("Filter"),
        N_("Menyaring dan mengurutkan daerah."),
        "f",
        "filter",
        ("dashboard", "regions"),
        footer=True,
    ),
    Command(
        "regions.sort", N_("Urutkan"), N_("Memilih urutan tabel daerah."), "o", "sort", ("regions", "dashboard"), True
    ),
    Command(
        "dashboard.looked",
        N_("Tandai sudah dilihat"),
        N_("Mengosongkan daftar perubahan sejak terakhir dilihat."),
        "m",
        "looked",
        ("dashboard",),
    ),
    Command(
        "pane.next",
        N_("Panel berikut"),
        N_("Berpindah ke panel berikut."),
        "tab",
        "next_pane",
        ("dashboard",),
        hidden=True,
    ),
    Command(
        "pane.previous",
        N_("Panel sebelumnya"),
        N_("Berpindah ke panel sebelumnya."),
        "shift+tab",
        "previous_pane",
        ("dashboard",),
        hidden=True,
    ),
)
