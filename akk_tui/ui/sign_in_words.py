"""What an officer who signs in is told, on the command line and in the app. Knows nothing of Textual."""

from __future__ import annotations

from akk_tui.i18n import gettext as _


def steps(uri: str, code: str, host: str, user: str) -> list[tuple[str, str]]:
    """What to do, step by step: a sentence and what it is about, to be shown by itself (empty: nothing)."""
    match = _("3. Cocokkan: halaman itu harus menyebut komputer {host} dan pengguna {user}. Lalu setujui.")
    return [
        (_("1. Buka di ponsel, atau di komputer mana pun:"), uri),
        (_("2. Masukkan kode:"), code),
        (match.format(host=host, user=user), ""),
    ]


def scan() -> str:
    """What the QR beside the steps is for."""
    return _("Pindai dengan kamera ponsel, atau:")


def left(seconds: int, *, offline: bool) -> str:
    """How the waiting goes: ``Menunggu persetujuan · sisa 9.58 menit``."""
    minutes, rest = divmod(max(0, seconds), 60)
    state = _("Server tidak terjangkau, dicoba terus") if offline else _("Menunggu persetujuan")
    return _("{state} · sisa {minutes}.{seconds:02} menit").format(state=state, minutes=minutes, seconds=rest)
