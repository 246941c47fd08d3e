"""The commands of the screens Daftar periksa (``checklist``), Catatan (``notes``) and Sinkronisasi (``sync``)."""

from __future__ import annotations

from typing import Any, Final

from akk_tui.contract.errors import N_
from akk_tui.ui.command import Command


def _screen_says(name: str) -> Any:
    """A condition that the screen itself answers by its method ``name``."""

    def when(app: Any) -> str | None:
        says = getattr(app.screen, name, None)
        return says() if says is not None else None

    return when


_CHECKLIST: Final = (
    Command(
        "checklist.state",
        N_("Status"),
        N_("Mengubah status butir yang dipilih, atau semua yang ditandai; 1–6 memilih selama menu terbuka."),
        "space",
        "state_menu",
        ("checklist",),
        footer=True,
        when=_screen_says("state_off"),
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
        when=_screen_says("unmark_off"),
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
        when=_screen_says("open_off"),
    ),
    Command("checklist.leave", N_("Kembali"), N_("Menutup filter."), "escape", "leave", ("checklist",), hidden=True),
)

_NOTES: Final = (
    Command(
        "notes.read",
        N_("Baca"),
        N_("Membaca catatan yang dipilih."),
        "enter",
        "read",
        ("notes",),
        True,
        when=_screen_says("note_off"),
    ),
    Command(
        "notes.edit",
        N_("Ubah"),
        N_("Mengubah catatan yang dipilih."),
        "e",
        "edit",
        ("notes",),
        True,
        when=_screen_says("edit_off"),
    ),
    Command(
        "notes.new",
        N_("Catatan baru"),
        N_("Menulis catatan baru tentang daerah atau indikator."),
        "n",
        "new",
        ("notes",),
        True,
    ),
    Command(
        "notes.new_here",
        N_("Catatan"),
        N_("Menulis catatan baru tentang daerah atau indikator ini."),
        "c",
        "app.new_note",
        ("region", "checklist"),
    ),
    Command(
        "notes.filter",
        N_("Filter"),
        N_("Mencari di judul, isi, dan tanda semua catatan."),
        "f",
        "filter",
        ("notes",),
        True,
    ),
    Command(
        "notes.delete",
        N_("Hapus"),
        N_("Menghapus catatan; u mengurungkannya."),
        "d,delete",
        "delete",
        ("notes",),
        when=_screen_says("edit_off"),
    ),
    Command(
        "notes.drafts",
        N_("Draf"),
        N_("Draf yang belum disimpan: lanjutkan atau buang."),
        "b",
        "drafts",
        ("notes",),
        when=_screen_says("drafts_off"),
    ),
    Command(
        "notes.leave", N_("Kembali"), N_("Menutup bacaan atau filter."), "escape", "leave", ("notes",), hidden=True
    ),
)

_EDITOR: Final = (
    Command(
        "editor.save",
        N_("Simpan"),
        N_("Menyimpan catatan; terkirim pada sinkronisasi berikut."),
        "ctrl+s,f2",
        "save",
        ("note_editor",),
        True,
        priority=True,
    ),
    Command(
        "editor.preview",
        N_("Pratinjau"),
        N_("Melihat catatan seperti dibaca."),
        "f3,ctrl+r",
        "preview",
        ("note_editor",),
        True,
        priority=True,
    ),
    Command(
        "editor.box",
        N_("Kotak centang"),
        N_("Mencentang baris daftar, atau memberinya kotak."),
        "f4,ctrl+g",
        "toggle_box",
        ("note_editor",),
        True,
        priority=True,
    ),
    Command(
        "editor.leave",
        N_("Keluar, draf disimpan"),
        N_("Kembali ke daftar; draf tetap ada."),
        "escape",
        "leave",
        ("note_editor",),
        True,
    ),
)

_SYNC: Final = (
    Command(
        "sync.mine",
        N_("Isian saya"),
        N_("Menjawab beda isian dengan isian saya."),
        "m",
        "mine",
        ("sync",),
        True,
        when=_screen_says("conflict_off"),
    ),
    Command(
        "sync.theirs",
        N_("Isian rekan"),
        N_("Menjawab beda isian dengan isian rekan."),
        "t",
        "theirs",
        ("sync",),
        True,
        when=_screen_says("conflict_off"),
    ),
    Command(
        "sync.value",
        N_("Isian lain"),
        N_("Menjawab beda isian dengan nilai lain."),
        "e",
        "value",
        ("sync",),
        True,
        when=_screen_says("value_off"),
    ),
    Command(
        "sync.mine_region",
        N_("Isian saya, sedaerah"),
        N_("Menjawab semua beda isian daerah ini dengan isian saya."),
        "M",
        "region('mine')",
        ("sync",),
        when=_screen_says("conflict_off"),
    ),
    Command(
        "sync.theirs_region",
        N_("Isian rekan, sedaerah"),
        N_("Menjawab semua beda isian daerah ini dengan isian rekan."),
        "T",
        "region('theirs')",
        ("sync",),
        when=_screen_says("conflict_off"),
    ),
    Command(
        "sync.retry",
        N_("Kirim lagi"),
        N_("Mengantre lagi perubahan yang ditolak."),
        "r",
        "retry",
        ("sync",),
        when=_screen_says("refused_off"),
    ),
    Command(
        "sync.discard",
        N_("Lepas"),
        N_("Melepas perubahan yang ditolak."),
        "d",
        "discard",
        ("sync",),
        when=_screen_says("refused_off"),
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

COMMANDS: tuple[Command, ...] = (*_CHECKLIST, *_NOTES, *_EDITOR, *_SYNC)
