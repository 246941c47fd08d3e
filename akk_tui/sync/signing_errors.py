"""What can go wrong with signing in, and with keeping the sign-in, each as a sentence."""

from __future__ import annotations

from akk_tui.contract.errors import N_
from akk_tui.sync.errors import Cancelled, SignedOut, SyncError


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
