"""Writing unsent work to a file of the officer's own choice."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from akk_tui import i18n
from akk_tui.contract.errors import N_
from akk_tui.i18n import gettext as _
from akk_tui.i18n import ngettext
from akk_tui.store import export
from akk_tui.ui.forms import Form, FormField

if TYPE_CHECKING:
    from akk_tui.ui.app import AkkApp

_NAME = N_("akk-belum-terkirim-{when}.json")


def export_form(app: AkkApp) -> Form:
    """Ask where to; what is written is said with the place."""
    when = i18n.in_zone(app.now(), app.zone).strftime("%Y-%m-%d-%H%M")
    offered = Path.home() / _(_NAME).format(when=when)

    def save(texts: dict[str, str]) -> str | None:
        path = Path(texts["path"].strip()).expanduser().absolute()
        n = export.write(app.store, path)
        words = ngettext(
            "{n} perubahan ditulis ke {path}. Semuanya tetap menunggu di sini.",
            "{n} perubahan ditulis ke {path}. Semuanya tetap menunggu di sini.",
            n,
        )
        app.tell(words.format(n=n, path=path))
        return None

    return Form(
        _("Ekspor yang belum terkirim"),
        [FormField("path", _("Berkas"), str(offered), required=True)],
        save=save,
        note=_("Salinan untuk berjaga-jaga, terbaca oleh Anda saja. Isinya tidak disandikan: simpan di tempat aman."),
    )
