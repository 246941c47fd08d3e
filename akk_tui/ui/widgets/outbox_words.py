"""What to do about an operation that waits or was refused, in one sentence by its state or the server's reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from akk_tui.contract.errors import N_
from akk_tui.i18n import gettext as _
from akk_tui.store.shapes import OutboxRow

REFUSED: Final = ("forbidden", "rejected")
_STATES: Final = {
    "queued": N_("Dikirim pada sinkronisasi berikutnya; {now} menyinkronkan sekarang."),
    "sending": N_("Sedang dalam pengiriman; bila sambungan putus, dikirim lagi dengan sendirinya."),
    "wait": N_("Dikirim setelah perubahan sebelumnya pada isian yang sama diterima server."),
    "conflict": N_("Rekan mengubah isian yang sama: jawab di tab Beda isian."),
}
_REASONS: Final = {
    "scope": N_("Minta admin menugaskan daerah ini; setelah itu terkirim sendiri. {discard} melepasnya."),
    "read_only": N_("Minta hak tulis kepada admin, lalu {retry} mengirimnya lagi. {discard} melepasnya."),
    "role": N_("Minta rekan yang berhak mengisinya, lalu {discard} melepasnya di sini."),
    "cycle_closed": N_("Bila siklusnya dibuka lagi, {retry} mengirimnya lagi. {discard} melepasnya."),
    "unknown_item": N_("Instrumennya berubah: sinkronkan, isi butir yang baru, lalu {discard} melepas yang ini."),
    "bad_value": N_("Isi nilai lain di layarnya; yang ini tergantikan. {discard} melepasnya."),
    "deleted": N_("Barisnya sudah dihapus rekan: buat lagi bila perlu, lalu {discard} melepas yang ini."),
    "not_author": N_("Tulis sebagai catatan sendiri, lalu {discard} melepas yang ini."),
    "op_taken": N_("Isi sekali lagi di layarnya; yang ini tergantikan. {discard} melepasnya."),
}
_LIFTED: Final = {
    "read_only": N_("Daerah ini boleh Anda isi lagi: {retry} mengirimnya lagi. {discard} melepasnya."),
    "cycle_closed": N_("Siklusnya sudah dibuka lagi: {retry} mengirimnya lagi. {discard} melepasnya."),
}
"""Where the server's reason holds no longer."""
_OTHER: Final = N_("{retry} mengirimnya lagi; {discard} melepasnya.")


def advice(row: OutboxRow, key: Callable[[str], str]) -> str:
    """What the officer can do about ``row``; ``key`` names the key of a command of the sync screen."""
    words = _STATES.get(row.state)
    if row.state in REFUSED:
        reasons = _LIFTED if row.lifted else _REASONS
        words = reasons.get(str((row.answer or {}).get("code", "")), _OTHER)
    if words is None:
        return ""
    return _(words).format(**{name: key(f"sync.{name}") for name in ("now", "retry", "discard")})
