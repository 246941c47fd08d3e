"""Writing unsent work to a file that is carried to the server, and reading the answers that come back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from akk_tui import i18n
from akk_tui.contract.bundles import SUFFIX
from akk_tui.contract.errors import N_
from akk_tui.i18n import gettext as _
from akk_tui.i18n import ngettext
from akk_tui.store import export
from akk_tui.ui import commands
from akk_tui.ui.forms import Form, FormField

if TYPE_CHECKING:
    from akk_tui.sync.account import Account
    from akk_tui.ui.app import AkkApp

_NAME = N_("akk-belum-terkirim-{when}")
_READABLE = ".json"


def _account(app: AkkApp) -> Account | None:
    from akk_tui.sync import account

    return account.find(app.paths) if app.paths is not None else None


def export_form(app: AkkApp) -> Form:
    """Ask where to; what is written is said with the place."""
    from akk_tui.sync import carrying

    when = i18n.in_zone(app.now(), app.zone).strftime("%Y-%m-%d-%H%M")
    account = _account(app)
    off = carrying.off(app.store, account) if account is not None else N_("aplikasi ini berjalan tanpa profil")
    ending = SUFFIX if off is None else _READABLE
    offered = f"~/{_(_NAME).format(when=when)}{ending}"

    def save(texts: dict[str, str]) -> str | None:
        path = Path(texts["path"].strip()).expanduser().absolute()
        app.tell(_carried(app, account, path) if account and path.suffix != _READABLE else _readable(app, path))
        return None

    sealed = _(
        "Bersegel: hanya server yang dapat membukanya. Bawa berkasnya ke admin server, dengan flash disk atau lewat "
        "rekan; ia menjalankan akk-server import-bundle dan mengembalikan berkas jawaban. Perubahan tetap menunggu di "
        "sini dan tidak akan masuk dua kali. Nama berakhiran .json: salinan terbaca, tidak disandikan."
    )
    readable = _(
        "Salinan untuk berjaga-jaga, terbaca oleh Anda saja. Isinya tidak disandikan: simpan di tempat aman. Berkas "
        "bersegel untuk dibawa ke server belum dapat dibuat: {reason}."
    )
    return Form(
        _("Ekspor yang belum terkirim"),
        [FormField("path", _("Berkas"), offered, required=True)],
        save=save,
        note=sealed if off is None else readable.format(reason=_(off)),
    )


def _carried(app: AkkApp, account: Account, path: Path) -> str:
    from akk_tui.sync import carrying

    done = carrying.write(app.store, account, path)
    words = ngettext(
        "{n} perubahan disegel ke {path}. Bawa ke admin server; {key} membaca jawabannya. Semuanya tetap menunggu di "
        "sini.",
        "{n} perubahan disegel ke {path}. Bawa ke admin server; {key} membaca jawabannya. Semuanya tetap menunggu di "
        "sini.",
        done.operations,
    )
    told = words.format(n=done.operations, path=path, key=commands.key_of("outbox.answers", app.keymap))
    if done.left:
        more = ngettext(
            "{n} perubahan tidak muat; ekspor lagi setelah jawabannya datang.",
            "{n} perubahan tidak muat; ekspor lagi setelah jawabannya datang.",
            done.left,
        )
        return f"{told} {more.format(n=done.left)}"
    return told


def _readable(app: AkkApp, path: Path) -> str:
    n = export.write(app.store, path)
    words = ngettext(
        "{n} perubahan ditulis ke {path}. Semuanya tetap menunggu di sini.",
        "{n} perubahan ditulis ke {path}. Semuanya tetap menunggu di sini.",
        n,
    )
    return words.format(n=n, path=path)


def answers_form(app: AkkApp) -> Form:
    """Ask for the file with the server's answers, and take them."""

    def save(texts: dict[str, str]) -> str | None:
        from akk_tui.sync import carrying

        told = carrying.take_answers(app.store, Path(texts["path"].strip()).expanduser().absolute())
        if told.late:
            app.tell(_("Jawaban itu lebih lama daripada yang sudah diketahui dari server. Tidak ada yang berubah."))
        else:
            words = _("Diterima {accepted}, beda isian {conflicts}, ditolak {refused}, menunggu {waiting}.")
            app.tell(
                words.format(
                    accepted=told.accepted, conflicts=told.conflicts, refused=told.refused, waiting=told.waiting
                )
            )
            app.data_changed()
        return None

    return Form(
        _("Berkas jawaban server"),
        [FormField("path", _("Berkas"), "~/", required=True)],
        save=save,
        note=_(
            "Yang dikembalikan admin server atas kiriman yang dibawa: apa yang diterima, berbeda, atau ditolak. Hanya "
            "jawaban untuk komputer ini yang diterima."
        ),
    )
