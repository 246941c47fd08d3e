"""A text that the store cannot take, for want of room or right: it is offered to write it to a file somewhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from akk_tui import i18n
from akk_tui.contract.errors import N_
from akk_tui.i18n import gettext as _
from akk_tui.store.shapes import Draft
from akk_tui.ui.forms import Form, FormField

if TYPE_CHECKING:
    from akk_tui.ui.app import AkkApp

_NAME = N_("teks-{when}.md")


def left(app: AkkApp, drafts: Iterable[Draft]) -> list[Draft]:
    """Those of ``drafts`` of which neither the store nor a file has the newest text."""
    return [one for one in drafts if one.id not in app.elsewhere or _words(app.elsewhere[one.id]) != _words(one)]


def offer(app: AkkApp, drafts: Sequence[Draft], trouble: str, then: Callable[[], object] = lambda: None) -> None:
    """Ask for a file that takes the texts of ``drafts``; ``trouble`` says why, ``then`` follows once it has them."""

    def save(texts: dict[str, str]) -> str | None:
        from akk_tui.reports import file
        from akk_tui.ui.report import short

        path = file.save(texts["path"].strip(), name, "\n".join(map(_text, drafts)))
        app.elsewhere.update({one.id: one for one in drafts})
        app.tell(_("Teks ditulis ke {path}; di sini teks itu belum tersimpan.").format(path=short(path)))
        return None

    def closed(texts: dict[str, str] | None) -> None:
        if texts is not None:
            then()

    name = _(_NAME).format(when=i18n.in_zone(app.now(), app.zone).strftime("%Y-%m-%d-%H%M"))
    form = Form(
        _("Simpan teks di tempat lain"),
        [FormField("path", _("Berkas"), f"~/{name}", required=True, hint=_("sebaiknya di disk lain"))],
        save=save,
        note=trouble
        + "\n\n"
        + _(
            "Tulis teksnya ke berkas, misalnya di flash disk, dan tempelkan kembali bila sudah ada ruang. Berkas itu "
            "hanya terbaca oleh Anda dan tidak disandikan. esc kembali ke teksnya."
        ),
    )
    app.push_screen(form, closed)


def _words(draft: Draft) -> tuple[str, str, tuple[str, ...]]:
    return draft.title, draft.body, tuple(draft.tags)


def _text(draft: Draft) -> str:
    head = f"# {draft.title}\n\n" if draft.title.strip() else ""
    return head + draft.body.rstrip("\n") + "\n"
