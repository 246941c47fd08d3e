"""The command that writes the report of a visit, where a visit is seen: all regions, one region, activities."""

from __future__ import annotations

from typing import Any, Final

from akk_tui.contract.errors import N_
from akk_tui.i18n import gettext as _
from akk_tui.ui.command import Command


def _report_off(app: Any) -> str | None:
    return (
        None if app.cycle else app.keyed(_("Belum ada data di sini. Tekan {key:sync.now} untuk sinkronisasi pertama."))
    )


COMMANDS: Final[tuple[Command, ...]] = (
    Command(
        "report",
        N_("Laporan"),
        N_("Menulis laporan kunjungan ke sebuah berkas: kegiatan, hasil, yang berubah, tindak lanjut."),
        "r",
        "report",
        ("dashboard", "regions", "region", "agenda", "event"),
        footer=True,
        when=_report_off,
    ),
)
