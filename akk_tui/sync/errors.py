"""What can go wrong between this computer and the server, each as a sentence.

``Unreachable`` and its kin end in exit code 3 (work goes on offline), ``SignedOut`` in 4. Nothing here ever means
that local work is lost: what was not accepted stays in the outbox. What else a sync and its profile can meet stands in
:mod:`~akk_tui.sync.signing_errors`, :mod:`~akk_tui.sync.vault_errors` and :mod:`~akk_tui.sync.wipe_errors`.
"""

from __future__ import annotations

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
