"""What can go wrong between this computer and the server, each as a sentence.

``Unreachable`` and its kin end in exit code 3 (work goes on offline), ``SignedOut`` in 4. Nothing here ever means
that local work is lost: what was not accepted stays in the outbox.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from akk_tui.contract.errors import AkkError, N_


class SyncError(AkkError):
    """The base of all errors of a sync. ``retry_after`` is what the server asked for, in seconds, or None."""

    retry_after: float | None = None
    passing = False
    """Whether the same call may succeed later without anybody doing anything."""


class Cancelled(SyncError):
    """The officer or a signal ended the round between two steps; nothing is lost."""

    code = "cancelled"
    exit_code = 130
    text = N_("Sinkronisasi dihentikan. Tidak ada yang hilang.")


class Unreachable(SyncError):
    """No connection to the server; ``server`` and ``reason``."""

    code = "unreachable"
    exit_code = 3
    passing = True
    text = N_("Server {server} tidak terjangkau: {reason}. Semua pekerjaan tersimpan; sinkronkan lagi nanti.")


class Refused(Unreachable):
    """The address answers, but nothing listens there."""

    text = N_("Server {server} menolak sambungan. Semua pekerjaan tersimpan; sinkronkan lagi nanti.")


class NoSuchHost(Unreachable):
    """The name has no address: offline, or misspelt."""

    text = N_("Nama {server} tidak ditemukan: sedang luring, atau alamatnya salah. Semua pekerjaan tersimpan.")


class TooSlow(Unreachable):
    """The connection could not be made in time."""

    text = N_("Server {server} tidak menjawab dalam {seconds} detik. Semua pekerjaan tersimpan.")


class NotTrusted(Unreachable):
    """The server's certificate or its TLS was refused; the token was not sent."""

    code = "not_trusted"
    passing = False
    text = N_("Sambungan aman ke {server} ditolak: {reason}. Periksa alamat, jam komputer, atau server.ca_file.")


class WrongPin(NotTrusted):
    """The server's key is none of ``server.pins``: somebody may be in between. Nothing was sent; ``pin`` is the key."""

    code = "wrong_pin"
    text = N_(
        "Kunci {server} tidak ada dalam server.pins; tidak ada yang dikirim, semua pekerjaan tersimpan. Mungkin ada"
        " yang menyadap: tanyakan kepada admin server. Bila kuncinya memang diganti, tambahkan {pin}"
    )


class Cut(Unreachable):
    """The connection broke before the answer was complete. What was committed before stays."""

    code = "cut"
    text = N_("Sambungan ke {server} putus sebelum selesai. Yang sudah sampai tetap tersimpan; sinkronkan lagi.")


class Silent(Cut):
    """No byte came for the time that a call may be silent."""

    code = "silent"
    text = N_("Tidak ada data dari {server} selama {seconds} detik. Yang sudah sampai tetap tersimpan.")


class LoginPage(Unreachable):
    """A web page or a redirect came in place of the server's answer: a captive portal."""

    code = "login_page"
    text = N_(
        "Wi-Fi meminta masuk lewat peramban; buka peramban, lalu sinkronkan lagi. ({server} menjawab halaman web.)"
    )


class NotAkkServer(SyncError):
    """Something answers at the address, but it is no akk-server."""

    code = "not_akk_server"
    text = N_("Di {server} tidak ada akk-server (jawaban: {status} {media}). Periksa alamatnya.")


class BadAddress(SyncError):
    """An address that is not used: not https, with a password in it, or no address at all."""

    code = "bad_address"
    exit_code = 2
    text = N_("Alamat server “{server}” tidak dipakai: harus https://… (http:// hanya untuk komputer ini sendiri).")


class BadCertificateFile(SyncError):
    """``server.ca_file`` cannot be read as certificates."""

    code = "ca_file"
    text = N_("Berkas sertifikat {path} tidak dapat dipakai: {reason}")


class SignedOut(SyncError):
    """The token is unknown, expired or revoked. Nothing local is deleted; signing in again continues."""

    code = "signed_out"
    exit_code = 4
    text = N_("Sesi di {server} tidak berlaku lagi. Semua pekerjaan tersimpan; masuk lagi dengan akk-tui login.")


class Disabled(SignedOut):
    """The account exists but may not work now."""

    code = "disabled"
    text = N_("Akun ini dinonaktifkan di {server}. Semua pekerjaan tersimpan; hubungi admin.")


class TokenRefused(SignedOut):
    """A token that somebody signs in with is none, or none any more."""

    code = "token_refused"
    text = N_("Server {server} tidak mengenal token itu, atau token itu sudah dicabut. Minta token baru kepada admin.")


class NotSignedIn(SyncError):
    """No account in this profile."""

    code = "not_signed_in"
    exit_code = 4
    text = N_("Belum masuk. Jalankan: akk-tui login --server URL")


class BadToken(SyncError):
    """What was given as a token has not the form of one; it is not repeated."""

    code = "bad_token"
    text = N_("Isi berkas token tidak berbentuk token. Minta token baru: akk-server token NAMA --out BERKAS")


class GrantRefused(SyncError):
    """The token endpoint said no: ``error`` is its code (RFC 6749 5.2, RFC 8628 3.5)."""

    code = "grant_refused"
    exit_code = 4
    text = N_("Server {server} tidak memberi izin masuk ({error}). Coba masuk lagi.")

    @property
    def error(self) -> str:
        return str(self.params["error"])


class KeyringFailed(SyncError):
    """The system's keyring did not do what it was asked for."""

    code = "keyring"
    text = N_("Keyring sistem tidak menjawab semestinya ({reason}). Buka kuncinya, lalu coba lagi.")


class TokenCommandFailed(SyncError):
    """The user's own program gave no token; what it printed is not repeated."""

    code = "token_command"
    text = N_(
        "Perintah {program} (setelan sign_in.token_command) tidak memberi token: {reason}. Coba jalankan sendiri."
    )


class NoPlace(SyncError):
    """Nowhere to keep the sign-in that needs no leave, and nobody who could give it."""

    code = "no_place"
    exit_code = 2
    text = N_(
        "Sesi tidak dapat disimpan: tidak ada keyring yang berfungsi dan XDG_RUNTIME_DIR tidak disetel. Izinkan berkas "
        "yang hanya dapat dibuka Anda: akk-tui login --store-token file"
    )


class NoSuchPlace(SyncError):
    """The place that was asked for is not to be had on this computer."""

    code = "no_such_place"
    exit_code = 2
    text = N_(
        "Tempat simpan “{place}” tidak dapat dipakai di komputer ini. Pilihan lain: --store-token auto atau file."
    )


class OtherOfficer(SyncError):
    """Somebody else has signed in than the one whose work is shown; it stays as it was."""

    code = "other_officer"
    exit_code = 4
    text = N_(
        "Yang masuk adalah {officer}, sedangkan pekerjaan di layar milik {expected}. Tidak ada yang berubah; untuk "
        "berganti petugas, tutup aplikasi lalu jalankan akk-tui login."
    )


class NoSuchSession(SyncError):
    """The officer has no session of that id in force."""

    code = "no_such_session"
    text = N_("Sesi {session} tidak ada atau sudah berakhir. Daftarnya: akk-tui session list")


class NoDevice(SyncError):
    """The server leaves signing in to a provider of identities."""

    code = "no_device"
    exit_code = 2
    text = N_("Server {server} memakai penyedia identitas. Jalankan: akk-tui login --server {server} --issuer {issuer}")


class NoIssuer(SyncError):
    """A provider of identities was named, but the server works with none."""

    code = "no_issuer"
    exit_code = 2
    text = N_("Server {server} tidak memakai penyedia identitas. Jalankan: akk-tui login --server {server}")


class OtherIssuer(SyncError):
    """The server works with another provider than the one that was named."""

    code = "other_issuer"
    exit_code = 2
    text = N_(
        "Server {server} memakai penyedia {named}, bukan {issuer}. Bila admin memang menyebut yang itu, jalankan: "
        "akk-tui login --server {server} --issuer {named}"
    )


class NoProviderDevice(SyncError):
    """The provider has no grant for devices."""

    code = "no_provider_device"
    text = N_("Penyedia {issuer} tidak menawarkan masuk dengan kode. Minta token kepada admin: --token-file.")


class SignInDenied(SyncError):
    """Whoever saw the code said that it was not theirs."""

    code = "denied"
    exit_code = 4
    text = N_("Permintaan masuk ditolak di peramban. Bila itu keliru, jalankan lagi akk-tui login.")


class CodeExpired(SyncError):
    """Nobody entered the code in time."""

    code = "code_expired"
    exit_code = 4
    text = N_("Kode masuk sudah kedaluwarsa. Jalankan lagi akk-tui login untuk kode baru.")


class SignInStopped(Cancelled):
    """The officer or a signal ended the sign-in; nothing was changed."""

    text = N_("Masuk dibatalkan; tidak ada yang berubah.")


class UnsentWork(SyncError):
    """A store that still holds work is not wiped without being told to."""

    code = "unsent"
    text = N_("Masih ada {count} isian yang belum terkirim atau catatan pribadi; tidak dihapus.")


class BadAnswer(SyncError):
    """The server said something that the contract does not allow; the store is unchanged by it."""

    code = "bad_answer"
    text = N_("Jawaban {server} tidak sah dan tidak dipakai: {reason}")


class ServerProblem(SyncError):
    """A problem document: ``status``, ``problem`` (its stable code) and ``title``."""

    code = "server_problem"
    text = N_("Server {server} menolak: {title} ({problem}, {status})")

    @property
    def status(self) -> int:
        return int(str(self.params["status"]))

    @property
    def problem(self) -> str:
        return str(self.params["problem"])


class ServerBusy(ServerProblem):
    """The server or something before it cannot serve now."""

    code = "busy"
    exit_code = 3
    passing = True
    text = N_(
        "Server {server} sedang tidak dapat melayani ({status}). Semua pekerjaan tersimpan; sinkronkan lagi nanti."
    )


class ManyCodes(ServerBusy):
    """Too many codes of this address wait to be confirmed."""

    text = N_(
        "Terlalu banyak kode dari jaringan ini menunggu persetujuan di {server}. Setujui yang sudah ada, atau coba "
        "lagi beberapa menit lagi."
    )


class UpgradeNeeded(ServerProblem):
    """This version speaks a protocol that the server no longer, or not yet, speaks."""

    code = "protocol"
    text = N_("Server {server} memakai protokol lain: perbarui akk-tui. Pekerjaan yang belum terkirim tetap tersimpan.")


class ClientTooOld(UpgradeNeeded):
    """The server sends rows only to newer versions of the app; pushes go on."""

    code = "client_version"
    text = N_(
        "Versi akk-tui ini terlalu lama untuk menerima data dari {server}: perbarui akk-tui. Pekerjaan tetap dikirim."
    )


class Diverged(ServerProblem):
    """The server does not know the witness: it was restored from a backup."""

    code = "diverged"
    text = N_("Server {server} telah dipulihkan dari cadangan.")


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


class CopyDiffers(VaultError):
    """A copied store does not hold what the original does; the original stays."""

    text = N_("Salinan {path} tidak sama dengan aslinya; tidak ada yang diubah. Jalankan “akk-tui doctor”.")


class WipeAsked(SyncError):
    """The server asks for the data of this session to be destroyed."""

    code = "wipe"
    exit_code = 4
    text = N_("Server {server} meminta data di komputer ini dihapus.")


_WITH_IT: Final = N_(
    "Catatan pribadi dan draf yang ikut terhapus: {n}. Keduanya tidak pernah dikirim dan tidak dapat dikembalikan."
)


class WipeWaits(SyncError):
    """The rest cannot be sealed now, for want of room: nothing is destroyed before it is; the next round goes on."""

    code = "wipe_waits"
    exit_code = 6
    text = N_(
        "Admin server meminta data di komputer ini dihapus, tetapi {count} isian yang belum diterima server belum dapat"
        " disegel ke {path} ({reason}). Tidak ada yang dihapus dan tidak ada yang hilang. Kosongkan ruang disk;"
        " sinkronisasi berikutnya menyelesaikannya."
    )


class Wiped(SyncError):
    """Destroyed as the server asked; everything had been sent."""

    code = "wiped"
    exit_code = 4
    text = N_(
        "Admin server meminta data di komputer ini dihapus, dan itu sudah dilakukan. Semua isian sudah diterima server."
    )

    def words(self, translate: Callable[[str], str] = str) -> str:
        """The sentence, and another one where ``private`` notes and drafts were destroyed: they never leave."""
        said, private = super().words(translate), self.params.get("private")
        return f"{said} {translate(_WITH_IT).format(n=private)}" if private else said


class WipedSealed(Wiped):
    """What could not be sent is in a sealed file."""

    text = N_(
        "Admin server meminta data di komputer ini dihapus, dan itu sudah dilakukan. {count} isian yang belum diterima"
        " ada di {path}, bersegel: hanya admin server yang dapat membukanya. Kirimkan berkas itu kepadanya."
    )


class WipedLost(Wiped):
    """What could not be sent is gone: there was no way to seal it."""

    text = N_(
        "Admin server meminta data di komputer ini dihapus, dan itu sudah dilakukan. {count} isian yang belum diterima"
        " hilang: tidak ada kunci segel dari server atau tambahan akk-tui[seal] tidak terpasang. Beri tahu admin."
    )
