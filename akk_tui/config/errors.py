"""What can be wrong with settings, each in words."""

from __future__ import annotations

from akk_tui.contract.errors import AkkError, N_


class ConfigError(AkkError):
    """A settings file that cannot be read as TOML; ``file``, ``line``, ``reason``."""

    code = "config"
    text = N_("{file}, baris {line}: {reason}")


class BadToml(ConfigError):
    """A fault in the writing itself, with its ``column``."""

    text = N_("{file}, baris {line}, kolom {column}: {reason}. Sisa berkas tidak dibaca; perbaiki lalu coba lagi.")


class UnknownSetting(ConfigError):
    """A key that is not a setting and resembles none."""

    text = N_("{file}, baris {line}: setelan “{key}” tidak dikenal. Daftarnya: akk-tui config show")


class MisspeltSetting(ConfigError):
    """A key that is not a setting but resembles one."""

    text = N_("{file}, baris {line}: setelan “{key}” tidak dikenal. Mungkin maksudnya “{nearest}”?")


class WrongSetting(ConfigError):
    """A value that its setting does not take."""

    text = N_("{file}, baris {line}: {key} = {value} tidak sah. Yang diterima: {allowed}")


class ConfigUnreadable(ConfigError):
    """The file is there but the system refuses it."""

    text = N_("{file} tidak dapat dibaca: {reason}")


class NoSuchSetting(ConfigError):
    """A name given on the command line that is not a setting."""

    exit_code = 2
    text = N_("Setelan “{key}” tidak dikenal. Mungkin maksudnya “{nearest}”? Daftarnya: akk-tui config show")


class NotAllowed(ConfigError):
    """A value given by the user that its setting does not take."""

    exit_code = 2
    text = N_("{key} = {value} tidak sah. Yang diterima: {allowed}")


class FileKept(ConfigError):
    """A file that cannot be changed without risking what the user wrote; ``line`` is what the user may write."""

    text = N_("{file} tidak diubah supaya tulisan Anda di dalamnya tetap utuh. Ubah sendiri bagian [{section}]: {line}")
