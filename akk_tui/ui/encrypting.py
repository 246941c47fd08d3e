"""Encrypting the profile from within the app: offered once on a laptop, and asked for in a window.

The app ends, the profile is encrypted with its store closed, and the app begins again.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import ClassVar, TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Input

from akk_tui.contract.errors import AkkError, N_
from akk_tui.i18n import gettext as _
from akk_tui.ui.screens.base import AkkModal
from akk_tui.ui.terminal.safe import content
from akk_tui.ui.widgets.lines import Words
from akk_tui.ui.widgets.secret import SecretInput

if TYPE_CHECKING:
    from akk_tui.paths import Paths

WAIT_SECONDS = 5.0
"""How long a sync that was told to stop may still hold the profile."""


def off(paths: Paths | None) -> str | None:
    """Why the profile cannot be encrypted here, in words; None when it can."""
    if paths is None:
        return _("Aplikasi berjalan tanpa profil.")
    from akk_tui.sync import vault

    if vault.sealed(paths):
        return _("Profil ini sudah terenkripsi; frasa sandinya diganti dengan akk-tui rekey.")
    if find_spec("sqlcipher3") is None or find_spec("argon2") is None:
        return _("Enkripsi memerlukan tambahan: pip install “akk-tui[encryption]”.")
    return None


class OfferWindow(AkkModal[None]):
    """Offers encryption once; no is remembered, and Setelan and the palette have it later."""

    HELP = N_(
        "Enter membuka jendela frasa sandi; esc berarti tidak. Nanti ada di Setelan dan di palet perintah:"
        " Enkripsi profil."
    )
    BINDINGS: ClassVar[list[BindingType]] = [("enter", "accept", N_("Ya"))]
    AUTO_FOCUS: ClassVar[str | None] = None

    def compose(self) -> ComposeResult:
        with Vertical(id="window") as window:
            window.border_title = content(_("Enkripsi data di laptop ini?"))
            yield Words(
                content(
                    _(
                        "Catatan dan data daerah tersimpan di laptop ini. Dengan enkripsi, laptop yang hilang tidak"
                        " membuka apa pun tanpa frasa sandi Anda; frasa itu ditanyakan tiap kali aplikasi mulai."
                    )
                    + "\n"
                )
            )
            yield Words(content(_("enter ya, pilih frasa sandi · esc tidak (nanti ada di Setelan)"), "$text-muted"))

    def on_mount(self) -> None:
        from akk_tui.ui import first_run

        if not self.akk.store.read_only:
            self.akk.store.meta.set(first_run.OFFERED, "1")
        self.akk.offer_encryption = False

    def action_accept(self) -> None:
        self.dismiss(None)
        self.akk.action_encrypt()


class EncryptWindow(AkkModal[None]):
    """Asks for a passphrase twice."""

    HELP = N_(
        "Tulis frasa sandi dua kali; empat atau lima kata acak mudah diingat dan kuat. Tidak ada yang dapat"
        " memulihkannya: bila terlupa, Anda masuk lagi dan isian yang belum terkirim hilang."
    )
    DEFAULT_CSS = """
    EncryptWindow Input { margin: 1 0 0 0; background: $boost; }
    EncryptWindow #said { margin: 1 0 0 0; }
    """
    AUTO_FOCUS: ClassVar[str | None] = "#first"

    def compose(self) -> ComposeResult:
        with Vertical(id="window") as window:
            window.border_title = content(_("Enkripsi profil"))
            yield Words(
                content(
                    _(
                        "Semua data profil ini akan dienkripsi; aplikasi menutup sebentar lalu mulai lagi. Frasa sandi"
                        " tidak dapat dipulihkan: bila terlupa, yang belum terkirim hilang."
                    )
                )
            )
            yield SecretInput(placeholder=_("Frasa sandi baru"), id="first")
            yield SecretInput(placeholder=_("Sekali lagi"), id="second")
            yield Words(content(_("enter lanjut · esc batal"), "$text-muted"), id="said")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """On from the first field; from the second one do it."""
        event.stop()
        from akk_tui.sync import keyfile

        try:
            secret = keyfile.checked_passphrase(self.query_one("#first", Input).value)
        except AkkError as cause:
            self._say(cause.words(_))
            self.query_one("#first", Input).focus()
            return
        second = self.query_one("#second", Input)
        if event.input is not second:
            second.focus()
        elif second.value != self.query_one("#first", Input).value:
            second.value = ""
            self._say(_("Kedua frasa sandi tidak sama."))
        else:
            self._encrypt(secret)

    def _say(self, words: str) -> None:
        self.query_one("#said", Words).show(content(words, "$text-warning"))

    def _encrypt(self, secret: bytes) -> None:
        paths = self.akk.paths
        if paths is not None:
            self.akk.after = lambda: encrypt(paths, secret)
            self.akk.end(0)


def encrypt(paths: Paths, secret: bytes) -> None:
    """Encrypt the profile; a sync that is just ending is waited for. Raises as :func:`sealing.encrypt`."""
    import time

    from akk_tui.sync import sealing
    from akk_tui.sync.vault_errors import InUse

    until = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            sealing.encrypt(paths, secret, "passphrase")
            return
        except InUse:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
