"""The commands of a region's page (``region``)."""

from __future__ import annotations

from typing import Final

from akk_tui.contract.errors import N_
from akk_tui.ui.command import Command, region_off, screen_says

COMMANDS: Final[tuple[Command, ...]] = (
    Command(
        "region.back",
        N_("Kembali"),
        N_("Dari butir ke indikator, lalu ke layar sebelumnya."),
        "escape",
        "back",
        ("region",),
        hidden=True,
    ),
    Command(
        "region.out",
        N_("Ke indikator"),
        N_("Dari butir kembali ke indikator."),
        "left",
        "out",
        ("region",),
        hidden=True,
    ),
    Command(
        "region.into",
        N_("Ke butir"),
        N_("Dari indikator masuk ke butirnya."),
        "right",
        "into",
        ("region",),
        hidden=True,
    ),
    Command(
        "item.state",
        N_("Status"),
        N_("Membuka menu status butir; 1–6 memilih selama menu terbuka."),
        "space",
        "state_menu",
        ("region",),
        footer=True,
        when=screen_says("state_menu_off"),
    ),
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
        "region.tab_next",
        N_("Tab berikut"),
        N_("Berpindah tab."),
        "right_square_bracket",
        "tab(1)",
        ("region",),
        hidden=True,
    ),
    Command(
        "region.tab_previous",
        N_("Tab sebelumnya"),
        N_("Berpindah tab."),
        "left_square_bracket",
        "tab(-1)",
        ("region",),
        hidden=True,
    ),
)
