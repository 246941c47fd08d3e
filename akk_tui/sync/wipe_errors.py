"""What a round says when the server asks for the data of this computer to be destroyed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from akk_tui.contract.errors import N_
from akk_tui.sync.errors import SyncError


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
