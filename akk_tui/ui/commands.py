"""The one registry of commands: behind keys, footer, palette, help and the ``[keys]`` table of the settings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Final, TYPE_CHECKING

from akk_tui.contract.errors import N_
from akk_tui.i18n import gettext as _
from akk_tui.ui.command import Command
from akk_tui.ui.commands_checklist import COMMANDS as CHECKLIST
from akk_tui.ui.commands_events import COMMANDS as EVENTS
from akk_tui.ui.commands_notes import COMMANDS as NOTES
from akk_tui.ui.commands_overview import COMMANDS as OVERVIEW
from akk_tui.ui.commands_region import COMMANDS as REGION
from akk_tui.ui.commands_report import COMMANDS as REPORT
from akk_tui.ui.commands_settings import COMMANDS as SETTINGS
from akk_tui.ui.commands_sync import COMMANDS as SYNC

if TYPE_CHECKING:
    from textual.binding import Binding


def _undo_off(app: Any) -> str | None:
    return None if app.undoable() else _("Tidak ada yang dapat diurungkan.")


def _redo_off(app: Any) -> str | None:
    return None if app.store.redoable() else _("Tidak ada yang dapat diulangi; hanya yang diurungkan dapat diulangi.")


def _sync_off(app: Any) -> str | None:
    return app.sync.unavailable()


def _cancel_off(app: Any) -> str | None:
    return None if app.sync.running else _("Tidak ada sinkronisasi yang berjalan.")


def _encrypt_off(app: Any) -> str | None:
    from akk_tui.ui.encrypting import off

    return off(app.paths)


_EVERYWHERE: Final = (
    Command("screen.dashboard", N_("Dasbor"), N_("Semua daerah sekilas."), "1,alt+1", "app.go('dashboard')"),
    Command("screen.regions", N_("Daerah"), N_("Tabel daerah dengan filter."), "2,alt+2", "app.go('regions')"),
    Command(
        "screen.checklist",
        N_("Daftar periksa"),
        N_("Bukti dukung yang kurang di semua daerah."),
        "3,alt+3",
        "app.go('checklist')",
    ),
    Command("screen.notes", N_("Catatan"), N_("Catatan lapangan."), "4,alt+4", "app.go('notes')"),
    Command(
        "screen.agenda",
        N_("Kegiatan"),
        N_("Agenda semua daerah menurut pekan, dan semua tindak lanjut."),
        "5,alt+5",
        "app.go('agenda')",
    ),
    Command(
        "screen.sync",
        N_("Sinkronisasi"),
        N_("Yang belum terkirim, beda isian, dan riwayat."),
        "6,alt+6",
        "app.go('sync')",
    ),
    Command(
        "screen.settings", N_("Setelan"), N_("Tampilan, tombol, sinkronisasi, server."), "7,alt+7", "app.go('settings')"
    ),
    Command(
        "sync.now",
        N_("Sinkron"),
        N_("Mengirim yang belum terkirim dan mengambil yang baru."),
        "s",
        "app.sync_now",
        footer=True,
        when=_sync_off,
    ),
    Command(
        "sync.cancel",
        N_("Batalkan sinkronisasi"),
        N_("Menghentikan sinkronisasi; tidak ada yang hilang."),
        "S",
        "app.sync_cancel",
        when=_cancel_off,
    ),
    Command(
        "edit.undo",
        N_("Urungkan"),
        N_("Mengurungkan perubahan terakhir."),
        "u",
        "app.undo",
        footer=True,
        when=_undo_off,
    ),
    Command(
        "edit.redo",
        N_("Ulangi"),
        N_("Melakukan lagi yang baru diurungkan."),
        "ctrl+y,U",
        "app.redo",
        when=_redo_off,
    ),
    Command(
        "search",
        N_("Cari"),
        N_("Mencari daerah, indikator, butir, kegiatan, tindak lanjut, catatan, dan perintah."),
        "slash",
        "app.search",
        footer=True,
    ),
    Command(
        "palette",
        N_("Perintah"),
        N_("Semua perintah, dicari dengan mengetik."),
        "ctrl+p",
        "app.palette",
        footer=True,
        priority=True,
    ),
    Command(
        "messages", N_("Pesan"), N_("Semua pesan yang sudah ditampilkan, dengan jamnya."), "ctrl+n", "app.messages"
    ),
    Command("guide", N_("Panduan singkat"), N_("Tiga langkah untuk mulai memakai aplikasi ini."), "", "app.guide"),
    Command("cycle", N_("Ganti siklus"), N_("Memilih siklus yang ditampilkan."), "y", "app.choose_cycle"),
    Command("theme", N_("Ganti tema"), N_("Memilih tema warna dan menyimpannya."), "", "app.choose_theme"),
    Command(
        "redraw",
        N_("Gambar ulang layar"),
        N_("Menggambar seluruh layar lagi, bila yang lain telah menulis di atasnya."),
        "ctrl+l",
        "app.redraw",
        priority=True,
    ),
    Command(
        "lock.now",
        N_("Kunci layar"),
        N_("Menyembunyikan isi layar sampai Anda kembali; sinkronisasi jalan terus."),
        "f12",
        "app.lock",
        priority=True,
    ),
    Command(
        "encrypt",
        N_("Enkripsi profil"),
        N_("Mengenkripsi data di komputer ini dengan frasa sandi, bagi laptop yang dapat hilang."),
        "",
        "app.encrypt",
        when=_encrypt_off,
    ),
    Command("help", N_("Bantuan"), N_("Tombol dan arti layar ini."), "question_mark,f1", "app.help", footer=True),
    Command("quit", N_("Keluar"), N_("Menutup aplikasi; semua sudah tersimpan."), "ctrl+q", "app.quit", priority=True),
    Command("back", N_("Kembali"), N_("Kembali ke layar sebelumnya."), "escape", "app.back", hidden=True),
)

COMMANDS: Final[tuple[Command, ...]] = (
    *OVERVIEW,
    *REGION,
    *CHECKLIST,
    *NOTES,
    *EVENTS,
    *REPORT,
    *SYNC,
    *SETTINGS,
    *_EVERYWHERE,
)
"""Every command; the ids are what ``[keys]`` of the settings names."""


@cache
def by_id() -> dict[str, Command]:
    """Every command by its id."""
    return {command.id: command for command in COMMANDS}


def unknown_ids(keymap: Mapping[str, str]) -> list[str]:
    """A sentence for each id of ``[keys]`` that is no command, with the nearest one."""
    from difflib import get_close_matches

    said: list[str] = []
    for found in keymap:
        if found not in by_id():
            near = get_close_matches(found, by_id(), 1, 0)
            words = _("Setelan keys.{id}: tidak ada perintah itu. Mungkin maksudnya {near}?")
            said.append(words.format(id=found, near=near[0]))
    return said


def of_screen(screen: str) -> tuple[Command, ...]:
    """The commands that work on ``screen``: its own first, then those that work everywhere.

    ``""`` is a window, where the keys are its own: only what leaves it, or comes over it and says nothing of the data.
    """
    if not screen:
        return tuple(command for command in COMMANDS if _over_windows(command))
    own = tuple(command for command in COMMANDS if screen in command.screens)
    return own + tuple(command for command in COMMANDS if not command.screens)


def _over_windows(command: Command) -> bool:
    return command.id.startswith("screen.") or command.id in (
        "messages",
        "theme",
        "palette",
        "redraw",
        "lock.now",
        "help",
        "quit",
    )


def acting_keys(command: Command, keymap: Mapping[str, str], screen: str) -> tuple[str, ...]:
    """The keys of ``command`` that act on ``screen``; in a window (``""``) those that do not belong to it."""
    keys = keys_of(command, keymap)
    if screen or command.priority or command.id == "help":
        return keys
    return tuple(key for key in keys if command.id.startswith("screen.") and not is_typed(key))


def keys_of(command: Command, keymap: Mapping[str, str]) -> tuple[str, ...]:
    """The keys of ``command`` in force: the user's, else its own."""
    return tuple(key for key in keymap.get(command.id, command.key).split(",") if key)


def key_of(id_: str, keymap: Mapping[str, str]) -> str:
    """The first key of a command as it stands in a sentence; a dash when it has none."""
    keys = keys_of(by_id()[id_], keymap)
    return shown_key(keys[0]) if keys else "–"


_KEY_IN_WORDS: Final = re.compile(r"\{key:([a-z_.]+)\}")


def with_keys(words: str, keymap: Mapping[str, str]) -> str:
    """``words`` with the key in force in place of each ``{key:ID}``; other fields stay, to be formatted afterwards."""
    return _KEY_IN_WORDS.sub(lambda found: key_of(found[1], keymap), words)


def everywhere(keymap: Mapping[str, str]) -> dict[str, str]:
    """Keys that act in windows and text fields too, with their commands: those of ``screen.…`` that nobody types."""
    return {
        key: command.id
        for command in COMMANDS
        if command.id.startswith("screen.")
        for key in keys_of(command, keymap)
        if not is_typed(key)
    }


NO_KEY: Final = "no_key"
"""What stands for the key of a command that has none, so that the user's keymap can give it one."""


def bindings(screen: str | None) -> list[Binding]:
    """The Textual bindings of the commands of ``screen`` (None: of those that work everywhere).

    The binding's id is the command's, so that a Textual keymap of the settings applies to it.
    """
    from textual.binding import Binding

    return [
        Binding(
            command.key or NO_KEY,
            f"app.command('{command.id}')",
            command.title,
            show=False,
            priority=command.priority,
            id=command.id,
        )
        for command in COMMANDS
        if ((screen in command.screens) if screen else not command.screens)
    ]


_TYPED: Final = frozenset(
    (
        *("slash", "question_mark", "space", "left_square_bracket", "right_square_bracket", "full_stop", "comma"),
        *("left", "right", "up", "down", "delete", "backspace", "enter"),
    )
)
_SHOWN: Final = {
    "slash": "/",
    "question_mark": "?",
    "escape": "esc",
    "space": N_("spasi"),
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "full_stop": ".",
    "alt+shift+n": "alt+N",
    "comma": ",",
    "number_sign": "#",
    "left": "←",
    "right": "→",
    "up": "↑",
    "down": "↓",
}


def is_typed(key: str) -> bool:
    """Whether a text field takes ``key`` for itself."""
    return len(key) == 1 or key in _TYPED


def in_a_row(command: Command) -> str:
    """The command's title in a row of keys: without its capital, but with those of a word such as OPD."""
    title = _(command.title)
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


def shown_key(key: str) -> str:
    """The name of a key as it stands in footer and help."""
    return _(_SHOWN.get(key, key))
