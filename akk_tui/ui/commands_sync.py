"""The commands of Sinkronisasi (``sync``), of its editor (``merge_text``), and those about unsent work everywhere."""

from __future__ import annotations

from typing import Any, Final

from akk_tui.contract.errors import N_
from akk_tui.i18n import gettext as _
from akk_tui.ui.command import Command, screen_says


def _export_off(app: Any) -> str | None:
    if app.status is None or not (app.status.pending or app.status.conflicts or app.status.refused):
        return _("Tidak ada perubahan yang belum terkirim.")
    return None


def _answers_off(app: Any) -> str | None:
    # Answers may come when nothing waits any more: they are told then as older ones.
    return None if app.status is not None else _("Belum ada daerah: sinkronkan dahulu.")


def _prepare_off(app: Any) -> str | None:
    return None if app.status is not None else _("Belum ada daerah: sinkronkan dahulu.")


def _sign_in_off(app: Any) -> str | None:
    return None if app.paths is not None else _("Aplikasi ini berjalan tanpa profil.")


_SYNC: Final = (
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
        N_("Menjawab beda isian dengan isian rekan; isian saya pindah ke tab Dilepas."),
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
        N_("Sedaerah: saya"),
        N_("Menjawab semua beda isian daerah ini dengan isian saya; semua nilai ditampilkan dahulu."),
        "M",
        "region('mine')",
        ("sync",),
        True,
        when=screen_says("conflict_off"),
    ),
    Command(
        "sync.theirs_region",
        N_("Sedaerah: rekan"),
        N_("Menjawab semua beda isian daerah ini dengan isian rekan; semua nilai ditampilkan dahulu."),
        "T",
        "region('theirs')",
        ("sync",),
        True,
        when=screen_says("conflict_off"),
    ),
    Command(
        "sync.retry",
        N_("Kirim lagi"),
        N_("Mengantre lagi perubahan yang ditolak."),
        "r",
        "retry",
        ("sync",),
        True,
        when=screen_says("refused_off"),
    ),
    Command(
        "sync.retry_all",
        N_("Kirim lagi semua"),
        N_("Mengantre lagi semua perubahan yang ditolak, misalnya setelah siklus dibuka lagi."),
        "R",
        "retry_all",
        ("sync",),
        when=screen_says("any_refused_off"),
    ),
    Command(
        "sync.discard",
        N_("Lepas"),
        N_("Melepas perubahan yang ditolak; tab Dilepas menyimpannya 90 hari."),
        "d",
        "discard",
        ("sync",),
        True,
        when=screen_says("refused_off"),
    ),
    Command(
        "sync.restore",
        N_("Pulihkan"),
        N_("Memakai lagi isian yang dilepas, sebagai perubahan baru."),
        "p",
        "restore",
        ("sync",),
        True,
        when=screen_says("discarded_off"),
    ),
    Command(
        "sync.details",
        N_("Rincian"),
        N_("Baris yang dipilih selengkapnya."),
        "enter",
        "details",
        ("sync",),
        True,
        when=screen_says("details_off"),
    ),
    Command(
        "sync.prepare",
        N_("Siapkan luring"),
        N_("Menyimpan semua baris dan riwayat daerah pilihan di laptop ini, untuk bekerja tanpa jaringan (offline)."),
        "L",
        "app.prepare_offline",
        when=_prepare_off,
    ),
    Command(
        "sync.sign_in",
        N_("Masuk lagi"),
        N_("Masuk ke server dengan kode di ponsel, bila sesi sudah berakhir. Pekerjaan di sini tetap ada."),
        "I",
        "app.sign_in",
        when=_sign_in_off,
    ),
    Command(
        "outbox.export",
        N_("Ekspor yang belum terkirim"),
        N_("Menulis semua perubahan yang belum terkirim ke berkas bersegel, untuk dibawa ke server tanpa jaringan."),
        "E",
        "app.export_unsent",
        when=_export_off,
    ),
    Command(
        "outbox.answers",
        N_("Baca berkas jawaban"),
        N_("Menyimpan jawaban server atas kiriman yang dibawa dengan berkas."),
        "J",
        "app.read_answers",
        when=_answers_off,
    ),
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

_MERGE: Final = (
    Command(
        "merge_text.save",
        N_("Simpan"),
        N_("Menjawab beda isian dengan teks ini; terkirim pada sinkronisasi berikut."),
        "ctrl+s,f2",
        "save",
        ("merge_text",),
        True,
        priority=True,
    ),
    Command(
        "merge_text.mine",
        N_("Isian saya"),
        N_("Memakai isian saya di tempat ini."),
        "f5,alt+m",
        "choose('mine')",
        ("merge_text",),
        True,
        when=screen_says("place_off"),
        priority=True,
    ),
    Command(
        "merge_text.theirs",
        N_("Isian rekan"),
        N_("Memakai isian rekan di tempat ini."),
        "f6,alt+t",
        "choose('theirs')",
        ("merge_text",),
        True,
        when=screen_says("place_off"),
        priority=True,
    ),
    Command(
        "merge_text.both",
        N_("Keduanya"),
        N_("Memakai isian saya dan di bawahnya isian rekan di tempat ini."),
        "f7,alt+k",
        "choose('both')",
        ("merge_text",),
        True,
        when=screen_says("place_off"),
        priority=True,
    ),
    Command(
        "merge_text.next",
        N_("Tempat berikut"),
        N_("Ke tempat berikut yang belum dipilih."),
        "f8,alt+n",
        "next_place",
        ("merge_text",),
        True,
        when=screen_says("left_off"),
        priority=True,
    ),
    Command(
        "merge_text.again",
        N_("Mulai lagi"),
        N_("Memulai lagi dari gabungan kedua isian; ctrl+z mengembalikan ketikan."),
        "f9,alt+r",
        "again",
        ("merge_text",),
        priority=True,
    ),
    Command(
        "merge_text.leave",
        N_("Keluar, draf disimpan"),
        N_("Kembali ke Sinkronisasi; draf tetap ada."),
        "escape",
        "leave",
        ("merge_text",),
        True,
    ),
)

COMMANDS: Final[tuple[Command, ...]] = (*_SYNC, *_MERGE)
