"""What keeps an encrypted profile closed, or keeps a profile from being encrypted, each as a sentence."""

from __future__ import annotations

from akk_tui.contract.errors import AkkError, N_


class VaultError(AkkError):
    """The base of what keeps an encrypted profile closed."""

    code = "locked"
    exit_code = 6


class Locked(VaultError):
    """The profile is encrypted and nobody gave the passphrase."""

    text = N_(
        "Profil ini terenkripsi. Jalankan di terminal agar frasa sandinya dapat ditanyakan, beri --passphrase-file F,"
        " atau tetapkan encryption.key_command."
    )


class WrongSecret(VaultError):
    """The passphrase, or what the command printed, does not open the profile."""

    text = N_("Frasa sandi salah. Bila terlupa, “akk-tui encrypt --forget” menjelaskan jalan keluarnya.")


class VaultDamaged(VaultError):
    """The key file cannot be read or was changed."""

    text = N_(
        "Berkas kunci {path} rusak atau diubah ({reason}). Kembalikan dari cadangan; tanpa itu profil ini tidak dapat"
        " dibuka lagi, dan “akk-tui encrypt --forget” menjelaskan jalan keluarnya."
    )


class NoKeyCommand(VaultError):
    """The profile is opened by a command and the settings name none."""

    text = N_("Profil ini dibuka dengan perintah kunci, tetapi setelan encryption.key_command kosong. Isi lagi dahulu.")


class KeyCommandFailed(VaultError):
    """The key command could not be run, failed, took too long, or printed nothing."""

    text = N_("Perintah kunci “{name}” gagal: {reason}. Periksa setelan encryption.key_command.")


class PassphraseUnreadable(VaultError):
    """A passphrase file or descriptor that cannot be read."""

    exit_code = 2
    text = N_("Frasa sandi tidak dapat dibaca dari {path}: {reason}")


class ShortPassphrase(VaultError):
    """A new passphrase below the floor."""

    exit_code = 2
    text = N_(
        "Frasa sandi terlalu pendek: paling sedikit {least} karakter. Empat atau lima kata acak mudah diingat dan kuat."
    )


class InUse(VaultError):
    """Another process uses the profile."""

    text = N_("Profil sedang dipakai akk-tui lain. Tutup aplikasi dan sinkronisasi yang berjalan, lalu coba lagi.")


class AlreadySealed(VaultError):
    """Encrypting what is encrypted."""

    exit_code = 1
    text = N_("Profil ini sudah terenkripsi. Frasa sandinya diganti dengan: akk-tui rekey")


class NotSealed(VaultError):
    """Decrypting what is not encrypted."""

    exit_code = 1
    text = N_("Profil ini tidak terenkripsi. Enkripsi dengan: akk-tui encrypt")


class TextLeftOver(VaultError):
    """The files of another editor hold text that belongs to no draft."""

    exit_code = 1
    text = N_("Ada tulisan yang tertinggal dari penyunting lain di {path}. Pindahkan atau hapus dahulu.")


class NoRoom(VaultError):
    """The disk is full; the profile is as it was."""

    exit_code = 6
    text = N_(
        "Ruang disk di {folder} tidak cukup. Profil tetap seperti semula dan tidak ada yang hilang. Kosongkan ruang,"
        " kira-kira sebesar profil ini, lalu ulangi."
    )


class CopyDamaged(VaultError):
    """What was laid aside beside a store cannot be read: it cannot go where the store goes."""

    text = N_(
        "Berkas {path} rusak ({reason}) dan tidak dapat ikut; profil tetap seperti semula. Pindahkan ke tempat yang"
        " aman atau hapus berkas itu, lalu ulangi."
    )


class CopyDiffers(VaultError):
    """A copied store does not hold what the original does; the original stays."""

    text = N_("Salinan {path} tidak sama dengan aslinya; tidak ada yang diubah. Jalankan “akk-tui doctor”.")
