"""The commands by name: their help line, and the module that holds them (imported only when it is called)."""

from __future__ import annotations

from typing import Final, NamedTuple

from akk_tui.contract.errors import N_


class Command(NamedTuple):
    """One command. ``without_config`` says that it also runs when the settings file cannot be read."""

    name: str
    help: str
    without_config: bool = False

    @property
    def module(self) -> str:
        """Where its code is; ``demo`` stands apart because it alone may start the server."""
        return "akk_tui.cli.demo" if self.name == "demo" else f"akk_tui.cli.commands.{_FILES.get(self.name, self.name)}"


_FILES: Final = {"set": "assign"}
COMMANDS: Final = (
    Command("demo", N_("server contoh dan aplikasi dalam folder sementara"), True),
    Command("login", N_("masuk ke server")),
    Command("logout", N_("keluar dari server")),
    Command("encrypt", N_("mengenkripsi profil ini dengan frasa sandi")),
    Command("decrypt", N_("membuka enkripsi profil ini untuk seterusnya")),
    Command("rekey", N_("mengganti frasa sandi profil terenkripsi")),
    Command("whoami", N_("petugas yang masuk")),
    Command("session", N_("sesi masuk di semua komputer: list, end")),
    Command("sync", N_("satu putaran sinkronisasi")),
    Command("status", N_("portofolio, atau satu daerah")),
    Command("next", N_("jalan terpendek melewati ambang lulus")),
    Command("tick", N_("mengatur keadaan satu bukti dukung")),
    Command("set", N_("mengisi tahap, nilai, kriteria, penanggung jawab, batas waktu, PIC")),
    Command("note", N_("catatan: add, list, show, edit")),
    Command("event", N_("kegiatan: add, list, show, edit")),
    Command("followup", N_("tindak lanjut: add, list, set, done")),
    Command("report", N_("laporan kunjungan: yang dikerjakan pada hari-hari tertentu")),
    Command("outbox", N_("isian yang belum diterima server")),
    Command("conflicts", N_("beda isian, dan jawabannya")),
    Command("config", N_("setelan: show, set, path, validate"), True),
    Command("doctor", N_("pemeriksaan, masing-masing dengan jalan keluarnya"), True),
    Command("completion", N_("pelengkap perintah untuk bash, zsh, fish"), True),
)
BY_NAME: Final = {command.name: command for command in COMMANDS}
