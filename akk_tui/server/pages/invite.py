"""The pages of an invitation: a new password, and what became of it."""

from __future__ import annotations

from html import escape
from typing import Any, Final

from starlette.responses import Response

from akk_tui import i18n
from akk_tui.contract.identity import InvitePageForm
from akk_tui.server.identity.common import moment
from akk_tui.server.identity.passwords import LEAST, MOST
from akk_tui.server.pages.frame import button, Field, form, page, paragraph, Speech

_NEW: Final = f'type="password" required minlength="{LEAST}" maxlength="{MOST}" autocomplete="new-password"'
_NAME: Final = (
    'type="text" required maxlength="64" autocomplete="username" autocapitalize="none" autocorrect="off" '
    'spellcheck="false"'
)
_DISPLAY: Final = 'type="text" maxlength="100" autocomplete="name"'


def ask(
    said: Speech,
    row: Any,
    path: str,
    given: InvitePageForm | None = None,
    wrong: dict[str, str] | None = None,
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> Response:
    """The form. ``wrong`` names what is wrong with a field; a password is never sent back."""
    _ = said.words.gettext
    wrong = wrong or {}
    ends = i18n.moment(moment(row.ends), row.zone or "WIB", language=said.language)
    hint = _("Sedikitnya {least} karakter. Beberapa kata yang tidak berkaitan mudah diingat dan kuat.")
    hint = hint.format(least=LEAST)
    fields = [
        Field("password", _("Kata sandi baru"), _NEW, hint=hint, wrong=wrong.get("password", "")),
        Field("again", _("Kata sandi sekali lagi"), _NEW, wrong=wrong.get("again", "")),
    ]
    hidden: dict[str, str] = {}
    if row.officer is None:
        lead = escape(_("Server ini belum punya administrator. Buat akun administrator pertama."))
        name_hint = _("Huruf kecil, angka, titik, garis bawah, tanda hubung.")
        name = Field("name", _("Nama akun"), _NAME, given.name if given else "", name_hint, wrong.get("name", ""))
        display = Field("display", _("Nama lengkap"), _DISPLAY, given.display if given else "")
        fields[:0] = [name, display]
        title = _("Administrator pertama")
    else:
        # Password managers store the name beside the password when the form holds it.
        lead = escape(_("Untuk akun {name} ({display}). Semua terminal yang masuk dengan akun ini akan keluar."))
        lead = lead.format(name=f"<strong>{escape(row.officer)}</strong>", display=escape(row.display))
        hidden = {"username": row.officer}
        title = _("Buat kata sandi")
    body = f"<p>{lead}</p>" + form(said, fields, hidden, button(_("Simpan kata sandi")))
    body += paragraph(_("Tautan ini berlaku sekali, sampai {moment}.").format(moment=ends), "soft hint")
    other = f"{path}?lang={'id' if said.language == 'en' else 'en'}"
    return page(said, title, body, status=status, other=other, headers=headers)


def done(said: Speech, name: str) -> Response:
    """The password holds."""
    _ = said.words.gettext
    told = _("Kata sandi akun {name} tersimpan. Sekarang masuk dari terminal Anda: jalankan akk-tui login.").format(
        name=name
    )
    return page(said, _("Kata sandi tersimpan"), paragraph(told), outcome=True)


def gone(said: Speech) -> Response:
    """No such invitation, or not any more."""
    _ = said.words.gettext
    told = _("Tautan ini sudah dipakai, kedaluwarsa, atau diganti yang baru. Minta tautan baru kepada administrator.")
    return page(said, _("Tautan tidak berlaku"), paragraph(told), status=404, outcome=False)
