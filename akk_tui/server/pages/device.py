"""The pages on which an officer confirms a device: the code, the sign-in, the question, the outcome."""

from __future__ import annotations

from html import escape
from typing import Any, Final

from starlette.responses import Response

from akk_tui import i18n
from akk_tui.server.identity.common import moment
from akk_tui.server.identity.devices import shown
from akk_tui.server.pages.frame import button, Field, form, note, page, paragraph, Speech

PATH: Final = "/device"
_CODE: Final = (
    'class="code" type="text" required maxlength="12" autocomplete="off" autocapitalize="characters" autocorrect="off" '
    'spellcheck="false" inputmode="text"'
)
_NAME: Final = (
    'type="text" required maxlength="64" autocomplete="username" autocapitalize="none" autocorrect="off" '
    'spellcheck="false"'
)
_PASSWORD: Final = 'type="password" required maxlength="128" autocomplete="current-password"'  # noqa: S105 - attributes


def _step(said: Speech, number: int) -> str:
    return said.words.gettext("Langkah {n} dari 3").format(n=number)


def ask_code(
    said: Speech, code: str = "", wrong: str = "", status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    """The code that the terminal shows; one that the address brings has to be compared."""
    _ = said.words.gettext
    if code and not wrong:
        lead = _("Bandingkan: kode ini harus sama dengan yang tampil di terminal Anda. Bila berbeda, jangan lanjutkan.")
    else:
        lead = _("Ketik kode yang tampil di terminal Anda setelah menjalankan akk-tui login.")
    field = Field("code", _("Kode"), _CODE, value=code, hint=_("Delapan huruf, misalnya BCDF-GHJK."), wrong=wrong)
    body = paragraph(lead) + form(said, [field], {"step": "code"}, button(_("Lanjut")))
    other = f"{PATH}?lang={'id' if said.language == 'en' else 'en'}"
    return page(said, _("Sambungkan terminal"), body, status=status, step=_step(said, 1), other=other, headers=headers)


def ask_officer(
    said: Speech,
    code: str,
    name: str = "",
    wrong_name: str = "",
    wrong: str = "",
    status: int = 200,
    headers: dict[str, str] | None = None,
    first: bool = False,
) -> Response:
    """Name and password for the grant of ``code``; ``first``: whether a terminal waits with it is looked up then."""
    _ = said.words.gettext
    lead = escape(_("Untuk menyambungkan terminal dengan kode {code}, masuk dengan akun AKK Anda."))
    lead = lead.format(code=f'<span class="chip">{escape(shown(code))}</span>')
    fields = [
        Field("name", _("Nama akun"), _NAME, value=name, wrong=wrong_name),
        Field("password", _("Kata sandi"), _PASSWORD, wrong=wrong),
    ]
    why = _("Dari jaringan ini terlalu banyak kode yang salah: kode Anda baru diperiksa setelah Anda masuk.")
    body = f"<p>{lead}</p>" + (note(why) if first else "")
    body += form(said, fields, {"step": "sign-in", "code": shown(code)}, button(_("Lanjut")))
    body += paragraph(_("Lupa kata sandi? Minta tautan undangan baru kepada administrator."), "soft hint")
    return page(said, _("Masuk ke AKK"), body, status=status, step=_step(said, 2), headers=headers)


def ask_decision(said: Speech, row: Any, officer: Any, confirm: str, now: float) -> Response:
    """Who asks: computer, user, time. ``row`` is the grant's, ``officer`` the row of whoever signed in."""
    _ = said.words.gettext
    asked = moment(row.made)
    minutes = max(0, int(now - asked.timestamp()) // 60)
    ago = said.words.ngettext("{n} menit yang lalu", "{n} menit yang lalu", minutes).format(n=minutes)
    when = i18n.moment(asked, officer.zone, language=said.language)
    unnamed, fresh = _("tidak disebutkan"), _("baru saja")
    told = [
        (_("Komputer"), escape(row.host or unnamed)),
        (_("Pengguna"), escape(row.user or unnamed)),
        (_("Diminta"), f"{escape(when)}<small>{escape(ago if minutes else fresh)}</small>"),
        (_("Alamat"), escape(row.address)),
    ]
    rows = "".join(f"<div><dt>{escape(label)}</dt><dd>{value}</dd></div>" for label, value in told)
    warning = _(
        "Setujui hanya bila Anda sendiri yang baru saja menjalankan akk-tui di komputer ini. Bila orang lain meminta "
        "Anda membuka halaman ini, tolak."
    )
    buttons = button(_("Ya, ini saya"), name="decision", value="approve")
    buttons += button(_("Bukan saya, tolak"), name="decision", value="deny", plain=True)
    lead = escape(_("Sebuah terminal ingin masuk sebagai {name} ({account})."))
    lead = lead.format(name=f"<strong>{escape(officer.display)}</strong>", account=escape(officer.name))
    body = f"<p>{lead}</p>" + f"<dl>{rows}</dl>" + note(warning)
    body += form(said, [], {"step": "decide", "confirm": confirm}, buttons)
    return page(said, _("Apakah ini Anda?"), body, step=_step(said, 3))


def decided(said: Speech, row: Any, *, approved: bool) -> Response:
    """The outcome."""
    _ = said.words.gettext
    if approved:
        told = _("Terminal di {host} kini masuk sebagai {name}. Tab ini boleh ditutup.")
        told = told.format(host=row.host or _("komputer Anda"), name=row.display)
        return page(said, _("Kembali ke terminal"), paragraph(told), outcome=True)
    told = _("Terminal itu tidak mendapat akses. Bila bukan Anda yang meminta, beri tahu administrator.")
    return page(said, _("Permintaan ditolak"), paragraph(told), outcome=False)


def over(said: Speech, status: int = 404) -> Response:
    """The grant does not wait any more."""
    _ = said.words.gettext
    told = _("Kode ini sudah dipakai, ditolak, atau kedaluwarsa. Jalankan akk-tui login lagi untuk kode yang baru.")
    other = escape(_("Ketik kode lain"))
    again = f'<p><a href="{PATH}{said.query}">{other}</a></p>'
    return page(said, _("Kode tidak berlaku lagi"), paragraph(told) + again, status=status, outcome=False)
