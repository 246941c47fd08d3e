"""The commands of the screen Catatan (``notes``) and of its editor (``note_editor``)."""

from __future__ import annotations

from typing import Final

from akk_tui.contract.errors import N_
from akk_tui.ui.command import Command, screen_says

_NOTES: Final = (
    Command(
        "notes.read",
        N_("Baca"),
        N_("Membaca catatan yang dipilih."),
        "enter",
        "read",
        ("notes",),
        True,
        when=screen_says("note_off"),
    ),
    Command(
        "notes.edit",
        N_("Ubah"),
        N_("Mengubah catatan yang dipilih."),
        "e",
        "edit",
        ("notes",),
        True,
        when=screen_says("edit_off"),
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
        when=screen_says("edit_off"),
    ),
    Command(
        "notes.drafts",
        N_("Draf"),
        N_("Draf yang belum disimpan: lanjutkan atau buang."),
        "b",
        "drafts",
        ("notes",),
        when=screen_says("drafts_off"),
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

COMMANDS: Final[tuple[Command, ...]] = (*_NOTES, *_EDITOR)
