"""What the store may answer with instead of doing what was asked, each in words."""

from __future__ import annotations

from akk_tui.contract.errors import AkkError, N_


class StoreUnusable(AkkError):
    """The local store cannot be used at all."""

    code = "store"
    exit_code = 6
    text = N_("Penyimpanan {path} tidak dapat dipakai: {reason}. Jalankan “akk-tui doctor” untuk memeriksanya.")


class StoreTooNew(StoreUnusable):
    """The store was written by a later version."""

    text = N_(
        "Penyimpanan {path} dibuat oleh akk-tui yang lebih baru (skema {found}; versi ini membaca sampai {known})."
        " Perbarui akk-tui, lalu coba lagi."
    )


class StoreDamaged(StoreUnusable):
    """The file is no database, or corrupted."""

    text = N_(
        "Penyimpanan {path} rusak ({reason}). Tutup akk-tui lain, lalu jalankan “akk-tui doctor --repair”:"
        " yang masih terbaca diselamatkan, dan berkas yang rusak tetap disimpan."
    )


class StoreForeign(StoreDamaged):
    """Another program's file: nothing in it is ours."""

    text = N_(
        "Penyimpanan {path} bukan milik akk-tui ({reason}). Pindahkan berkas itu ke tempat aman, lalu sinkronkan lagi."
    )


class StoreReadOnly(StoreUnusable):
    """The folder or file cannot be made or written."""

    text = N_(
        "Penyimpanan {path} tidak dapat ditulisi ({reason})."
        " Periksa izin foldernya, atau pilih folder lain dengan --home."
    )


class StoreFull(StoreUnusable):
    """No room on the disk, or the disk failed: nothing of this change was stored."""

    text = N_(
        "Disk penuh atau bermasalah ({reason}): tidak ada yang dapat disimpan di {path} sekarang."
        " Kosongkan ruang disk, lalu coba lagi."
    )


class StoreNearlyFull(StoreFull):
    """So little room is left on the disk that it is kept for edits: nothing more of the server is stored."""

    text = N_(
        "Ruang disk untuk {path} tinggal {free} MB dan disisakan untuk suntingan Anda: baris dari server tidak diambil"
        " lagi. Kosongkan ruang disk sampai ada {wanted} MB, lalu sinkronkan lagi."
    )


class RepairFailed(StoreFull):
    """No room on the disk, or the disk failed, while a damaged store was repaired: it is as it was."""

    text = N_(
        "Disk penuh atau bermasalah ({reason}): {path} belum diperbaiki dan tidak berubah."
        " Kosongkan ruang disk sedikitnya {mb} MB, lalu jalankan lagi “akk-tui doctor --repair”."
    )


class StoreBusy(StoreUnusable):
    """Another process keeps the write lock for too long."""

    text = N_("Penyimpanan {path} terlalu lama dipakai proses lain. Tutup akk-tui yang lain, lalu coba lagi.")


class StoreGone(StoreUnusable):
    """Another process wiped, encrypted or decrypted the profile: what is still open here is no file any more."""

    code = "gone"
    text = N_(
        "Data profil ini tidak ada lagi di {path}: proses lain menghapusnya atau mengubah enkripsinya."
        " Perubahan ini tidak tersimpan; jalankan akk-tui lagi."
    )


class NoCipher(StoreUnusable):
    """The profile is encrypted and the extra that reads it is not installed."""

    code = "no_cipher"
    text = N_(
        "Enkripsi profil memerlukan tambahan yang belum terpasang: pip install “akk-tui[encryption]”, lalu coba lagi."
    )


class EditRefused(AkkError):
    """An edit that the server would refuse, refused before it is saved. ``reason`` is the stable code."""

    code = "refused"
    text = N_("Perubahan ditolak: {detail}")

    def __init__(self, **params: object) -> None:
        self.reason = str(params.get("reason", ""))
        super().__init__(**params)


class NotAllowed(EditRefused):
    """The officer's rights do not reach so far."""

    exit_code = 4


class OutOfScope(NotAllowed):
    text = N_("{unit} tidak termasuk daerah tugas Anda.")


class ReadOnlyUnit(NotAllowed):
    text = N_("Anda hanya dapat membaca {unit}; perubahan di sana dilakukan petugasnya.")


class RoleForbids(NotAllowed):
    text = N_("Peran {role} tidak dapat mengubah isian ini ({field}).")


class CycleClosed(EditRefused):
    text = N_("Siklus {cycle} sudah ditutup; isiannya tidak dapat diubah.")


class UnknownItem(EditRefused):
    text = N_("{item} tidak ada dalam instrumen {cycle}.")


class NotAuthor(NotAllowed):
    text = N_("Catatan ini ditulis {author}; hanya penulisnya yang dapat mengubahnya.")


class RowDeleted(EditRefused):
    text = N_("Baris ini sudah dihapus.")


class RowMissing(EditRefused):
    text = N_("Tidak ada {kind} dengan kunci {key}.")


class TooLarge(EditRefused):
    text = N_("Isian terlalu panjang: {size} bita, paling banyak {limit}.")


class ImmutableField(EditRefused):
    text = N_("{field} ditetapkan saat dibuat dan tidak dapat diubah.")


class UndoRefused(EditRefused):
    text = N_("Tidak dapat diurungkan: perubahan yang lebih baru dibangun di atasnya. Urungkan itu dahulu.")


class NoConflict(AkkError):
    """The operation named is not part of a conflict."""

    code = "no_conflict"
    text = N_("Operasi {op} tidak (lagi) termasuk beda isian.")


class NotWaiting(AkkError):
    """The operation named does not wait for a decision."""

    code = "not_waiting"
    text = N_("Operasi {op} tidak menunggu keputusan.")


class NeedsConsent(AkkError):
    """A pull that would delete much: asks first. ``rows`` of ``total`` local rows would go."""

    code = "needs_consent"
    exit_code = 5
    text = N_(
        "Server meminta {rows} dari {total} baris di komputer ini dihapus. Belum ada yang dihapus."
        " Bila memang benar, jalankan “akk-tui sync --accept-deletions”."
    )


class PullRefused(AkkError):
    """An answer of the server that contradicts itself or what is known; nothing of it was stored."""

    code = "pull_refused"
    text = N_("Jawaban server tidak masuk akal dan tidak disimpan: {reason}")


class ChecksumMismatch(AkkError):
    """Two pulls in a row left units that differ from the server."""

    code = "checksum"
    text = N_(
        "Data {units} tetap berbeda dari server setelah diunduh ulang."
        " Jalankan “akk-tui doctor”, lalu beri tahu pengelola server."
    )


class UnknownCycle(AkkError):
    """A cycle that the reference data does not hold."""

    code = "unknown_cycle"
    exit_code = 2
    text = N_("Siklus {cycle} tidak dikenal di komputer ini. Jalankan “akk-tui sync”, atau periksa tahunnya.")
