"""The commands of the screen Setelan (``settings``)."""

from __future__ import annotations

from typing import Final

from akk_tui.contract.errors import N_
from akk_tui.ui.command import Command, screen_says

COMMANDS: Final[tuple[Command, ...]] = (
    Command(
        "settings.change",
        N_("Ubah"),
        N_("Mengubah setelan di bawah kursor; tema terlihat selagi dipilih."),
        "enter,space",
        "change",
        ("settings",),
        True,
        when=screen_says("change_off"),
    ),
    Command(
        "settings.next",
        N_("Pilihan berikut"),
        N_("Nilai berikut dari setelan di bawah kursor, tanpa jendela."),
        "right",
        "step(1)",
        ("settings",),
        when=screen_says("step_off"),
    ),
    Command(
        "settings.previous",
        N_("Pilihan sebelumnya"),
        N_("Nilai sebelumnya dari setelan di bawah kursor, tanpa jendela."),
        "left",
        "step(-1)",
        ("settings",),
        when=screen_says("step_off"),
    ),
    Command(
        "settings.reset",
        N_("Kembalikan bawaan"),
        N_("Menghapus setelan di bawah kursor dari berkas, sehingga nilai bawaan berlaku."),
        "delete,backspace",
        "reset",
        ("settings",),
        True,
        when=screen_says("reset_off"),
    ),
    Command(
        "settings.keys",
        N_("Tombol perintah"),
        N_("Semua perintah dengan tombolnya; pilih satu dan tekan tombol barunya."),
        "k",
        "edit_keys",
        ("settings",),
        True,
        when=screen_says("keep_off"),
    ),
)
