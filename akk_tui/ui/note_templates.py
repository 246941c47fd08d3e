"""Beginning a note from a template: choosing one, filling it, copying the built-in ones where they can be changed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final, TYPE_CHECKING

from akk_tui import i18n, templates
from akk_tui.contract import ids
from akk_tui.contract.errors import AkkError
from akk_tui.i18n import gettext as _
from akk_tui.i18n import language
from akk_tui.templates import Filled, Template
from akk_tui.ui import references, words
from akk_tui.ui.chooser import Chooser, Option
from akk_tui.ui.events import region_row

if TYPE_CHECKING:
    from akk_tui.ui.app import AkkApp
    from akk_tui.ui.screens.base import AkkScreen

_COPY: Final = " "
"""The key of the option that is no template; no file has such a name."""


def own_folder(app: AkkApp) -> Path | None:
    """Where the user's own templates are; None: the app runs without a profile."""
    return templates.folder(app.paths.config) if app.paths is not None else None


def choose(screen: AkkScreen, chosen: Callable[[Template], None]) -> None:
    """Offer the templates, the user's own in place of the built-in ones; files that are wrong are named."""
    app = screen.akk
    there = templates.load(own_folder(app), language())
    for refused in there.refused:
        app.tell(_("Templat tidak dipakai: {why}").format(why=refused.words(_)), "warning")
    options = [Option(one.file, one.name, _("templat Anda") if one.own else "") for one in there.found]
    options.append(Option(_COPY, _("Ubah templat …"), _("salin ke folder setelan")))

    def answered(key: str | None) -> None:
        if key == _COPY:
            copy(app)
        for one in there.found:
            if one.file == key:
                chosen(one)

    app.push_screen(Chooser(_("Templat catatan"), options), answered)


def copy(app: AkkApp) -> None:
    """Lay the built-in templates into the user's folder, leave those that are there, and say where they are."""
    place = own_folder(app)
    if place is None:
        app.tell(_("Tidak ada folder setelan; templat tidak dapat disalin."), "warning")
        return
    try:
        new = templates.copy_built_in(place, language())
    except AkkError as cause:
        app.tell_error(cause)
        return
    if new:
        told = _("Templat disalin ke {folder}: {files}. Ubah dengan penyunting apa pun; berlaku saat templat dibuka.")
        app.tell(told.format(folder=place, files=", ".join(new)))
    else:
        app.tell(_("Templat Anda sudah ada di {folder}; tidak ada yang ditimpa.").format(folder=place))


def filled(screen: AkkScreen, template: Template, cycle: str, subject: str) -> Filled:
    """``template`` filled for a note about ``subject``."""
    return templates.fill(template, values(screen, cycle, subject))


def values(screen: AkkScreen, cycle: str, subject: str) -> dict[str, str]:
    """What stands for each word in braces: region, date, officer, and what else is known of ``subject``."""
    app, store = screen.akk, screen.store
    today = store.today()
    event = None
    if ids.UUID.match(subject):
        with suppress(AkkError):
            event = store.views.event(subject).row
    code, _colon, indicator = ("", "", "") if ids.UUID.match(subject) else subject.partition(":")
    region = event.region if event is not None else code
    row = region_row(app, region) if region else None
    titles = references.titles(store, cycle)
    day = (event.start_day if event is not None else None) or today
    return {
        "daerah": row.name if row is not None else titles.get(region, region),
        "kode": region,
        "provinsi": row.province if row is not None else "",
        "tanggal": i18n.day(day),
        "hari_tanggal": i18n.written_day(day),
        "petugas": store.meta.get("display") or store.meta.get("officer") or "",
        "indikator": references.words(indicator, titles) if indicator else "",
        "kegiatan": event.title if event is not None else "",
        "tempat": (event.place or "") if event is not None else "",
        "tahapan": words.stage_word(row.stage) if row is not None and row.stage else "",
        "siklus": cycle,
    }
