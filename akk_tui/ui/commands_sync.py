"""The commands of the screen Sinkronisasi (``sync``)."""

from __future__ import annotations

from typing import Final

from akk_tui.contract.errors import N_
from akk_tui.ui.command import Command, screen_says

COMMANDS: Final[tuple[Command, ...]] = (
    Command(
        "sync.mine",
        N_("Isian saya"),
        N_("Menjawab beda isian dengan isian saya."),
        "m",
        "mine",
        ("sync",),
        True,
        when=screen_says("conflict_off"),
    ),
    Command(
        "sync.theirs",
        N_("Isian rekan"),
        N_("Menjawab beda isian dengan isian rekan."),
        "t",
        "theirs",
        ("sync",),
        True,
        when=screen_says("conflict_off"),
    ),
    Command(
        "sync.value",
        N_("Isian lain"),
        N_("Menjawab beda isian dengan nilai lain."),
        "e",
        "value",
        ("sync",),
        True,
        when=screen_says("value_off"),
    ),
    Command(
        "sync.mine_region",
        N_("Isian saya, sedaerah"),
        N_("Menjawab semua beda isian daerah ini dengan isian saya."),
        "M",
        "region('mine')",
        ("sync",),
        when=screen_says("conflict_off"),
    ),
    Command(
        "sync.theirs_region",
        N_("Isian rekan, sedaerah"),
        N_("Menjawab semua beda isian daerah ini dengan isian rekan."),
        "T",
        "region('theirs')",
        ("sync",),
        when=screen_says("conflict_off"),
    ),
    Command(
        "sync.retry",
        N_("Kirim lagi"),
        N_("Mengantre lagi perubahan yang ditolak."),
        "r",
        "retry",
        ("sync",),
        when=screen_says("refused_off"),
    ),
    Command(
        "sync.discard",
        N_("Lepas"),
        N_("Melepas perubahan yang ditolak."),
        "d",
        "discard",
        ("sync",),
        when=screen_says("refused_off"),
    ),
    Command("sync.details", N_("Rincian"), N_("Rincian baris yang dipilih."), "enter", "details", ("sync",), True),
    Command(
        "sync.tab_next",
        N_("Tab berikut"),
        N_("Berpindah tab."),
        "right_square_bracket,tab",
        "tab(1)",
        ("sync",),
        hidden=True,
    ),
    Command(
        "sync.tab_previous",
        N_("Tab sebelumnya"),
        N_("Berpindah tab."),
        "left_square_bracket,shift+tab",
        "tab(-1)",
        ("sync",),
        hidden=True,
    ),
    Command(
        "sync.leave",
        N_("Batalkan atau kembali"),
        N_("Membatalkan sinkronisasi yang berjalan, atau kembali."),
        "escape",
        "leave",
        ("sync",),
        hidden=True,
    ),
)
