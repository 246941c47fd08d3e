"""The stage of a region with the day it began, and the team."""

from __future__ import annotations

from typing import Any, Final, TYPE_CHECKING

from akk_tui.contract.states import ADMIN_STAGES, ALL_STAGES
from akk_tui.i18n import day
from akk_tui.i18n import gettext as _
from akk_tui.ui.edits import common
from akk_tui.ui.forms import FormField
from akk_tui.ui.words import stage_word

if TYPE_CHECKING:
    from akk_tui.store.shapes import RegionDetail, RegionRow
    from akk_tui.ui.app import AkkApp
    from akk_tui.ui.screens.base import AkkScreen

_ADMIN: Final = "admin"


def off(app: AkkApp, row: RegionRow | None) -> str | None:
    """Why stage and team cannot be edited, or None."""
    if row is None:
        return common.off(app, row, "standing", "", {})
    reason = common.off(app, row, "standing", _key(row), {"team": None})
    if reason is None and row.stage in ADMIN_STAGES and not _is_admin(app):
        return _("Tahapan “{stage}” hanya diubah oleh admin.").format(stage=stage_word(row.stage))
    return reason


def _key(row: RegionRow) -> str:
    return f"{row.cycle}:{row.code}"


def _is_admin(app: AkkApp) -> bool:
    return app.status is not None and app.status.role == _ADMIN


def edit(screen: AkkScreen, detail: RegionDetail) -> None:
    """Ask for the stage, its first day and the team."""
    app, region = screen.akk, detail.row
    row = common.held(screen, "standing", _key(region))
    stage, since = str(row.values.get("stage") or ""), row.values.get("date")

    def allowed(text: str) -> str | None:
        if text in ADMIN_STAGES and text != stage and not _is_admin(app):
            return _("Tahapan “{stage}” hanya ditetapkan oleh admin.").format(stage=stage_word(text))
        return None

    now = _("Sekarang: {stage}").format(stage=stage_word(stage or None))
    if region.stage_date is not None:
        now = _("Sekarang: {stage} sejak {day}").format(stage=stage_word(stage), day=day(region.stage_date))
    known = {name for one in app.store.views.regions(region.cycle) for name in one.team}
    known.add(app.store.meta.get("officer") or "")
    fields = (
        FormField(
            "stage",
            _("Tahapan daerah"),
            stage,
            "choice",
            tuple((one, stage_word(one)) for one in ALL_STAGES),
            check=allowed,
            hint=_("panah kiri dan kanan mengganti"),
        ),
        FormField("date", _("Sejak"), "", "past", hint=_("kosong: hari ini bila tahapannya berganti")),
        FormField(
            "team",
            _("Tim"),
            ", ".join(row.values.get("team") or ()),
            "set",
            tuple((name, "") for name in sorted(known - {""})),
            check=common.form_of_set("standing", "team"),
            hint=_("nama petugas, dipisah koma"),
        ),
    )

    def make(texts: dict[str, str], changed: frozenset[str]) -> dict[str, Any] | str:
        wanted: dict[str, Any] = {}
        if "stage" in changed and texts["stage"]:
            wanted["stage"] = texts["stage"]
            wanted["date"] = texts["date"] or (since if texts["stage"] == stage else app.store.today().isoformat())
        elif texts["date"]:
            wanted["date"] = texts["date"]
        if "team" in changed:
            wanted["team"] = common.value_of(fields[2], texts["team"])
        return wanted

    common.ask(screen, _("Tahapan · {name}").format(name=region.name), row, fields, make, note=now)
