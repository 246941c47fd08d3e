"""The official scores of a region: a new one, a correction, and taking a wrong one back."""

from __future__ import annotations

from datetime import date
from typing import Any, Final, TYPE_CHECKING

from akk_tui.i18n import day, number
from akk_tui.i18n import gettext as _
from akk_tui.ui.edits import common
from akk_tui.ui.forms import FormField

if TYPE_CHECKING:
    from akk_tui.store.shapes import RegionDetail, RegionRow
    from akk_tui.store.views.single import ReportedScore
    from akk_tui.ui.app import AkkApp
    from akk_tui.ui.screens.base import AkkScreen

_SOURCES: Final = ("KPK", "Panel bersama", "Inspektorat")


def off(app: AkkApp, row: RegionRow | None) -> str | None:
    """Why no official score can be entered, or None."""
    key = f"{row.cycle}:{row.code}:{app.store.today().isoformat()}" if row is not None else ""
    return common.off(app, row, "score", key, {"value": "0.00"})


def _offers(known: tuple[ReportedScore, ...]) -> tuple[tuple[str, str], ...]:
    names = dict.fromkeys([*(one.source for one in known if one.source), *_SOURCES])
    return tuple((name, "") for name in names)


def _fields(known: tuple[ReportedScore, ...], value: str, source: str) -> tuple[FormField, FormField]:
    return (
        FormField(
            "value",
            _("Nilai"),
            value,
            "number",
            check=common.form_of("score", "value"),
            hint=_("0 sampai 100, dua desimal"),
            required=True,
        ),
        FormField(
            "source",
            _("Sumber"),
            source,
            "line",
            _offers(known),
            check=common.form_of("score", "source"),
            hint=_("siapa yang mengumumkannya"),
            required=True,
        ),
    )


def enter(screen: AkkScreen, detail: RegionDetail, known: tuple[ReportedScore, ...]) -> None:
    """Ask for a new official score of the region; ``known`` are those that are there."""
    app, region = screen.akk, detail.row
    today = app.store.today()
    by_day = {one.day: one for one in known}

    def day_off(text: str) -> str | None:
        as_of = date.fromisoformat(text)
        there = by_day.get(as_of)
        if there is not None and not there.retracted:
            words = _("sudah ada nilai {value} per hari itu; {key:region.edit} pada barisnya di tab Tren mengubahnya")
            return app.keyed(words).format(value=number(float(there.value)))
        return None

    newest = next((one.source for one in known if not one.retracted), "")
    fields = (
        FormField("day", _("Per"), today.isoformat(), "past", check=day_off, required=True),
        *_fields(known, "", newest),
    )

    def save(texts: dict[str, str]) -> str | None:
        key = f"{region.cycle}:{region.code}:{texts['day']}"
        wanted: dict[str, Any] = {"value": texts["value"], "source": texts["source"]}
        row = common.held(screen, "score", key)
        if row.values:
            common.put(screen, row, {**wanted, "retracted": None})
        else:
            app.store.create("score", wanted, key=key)
            app.edited()
        return None

    common.show(screen, _("Nilai resmi baru · {name}").format(name=region.name), fields, save, first="value")


def correct(screen: AkkScreen, detail: RegionDetail, known: tuple[ReportedScore, ...], score: ReportedScore) -> None:
    """Ask for another value or source of a score that is there."""
    region = detail.row
    row = common.held(screen, "score", f"{region.cycle}:{region.code}:{score.day.isoformat()}")
    title = _("Nilai resmi per {day} · {name}").format(day=day(score.day), name=region.name)
    common.ask(
        screen, title, row, _fields(known, str(row.values.get("value") or ""), str(row.values.get("source") or ""))
    )


def retract(screen: AkkScreen, detail: RegionDetail, score: ReportedScore) -> None:
    """Take a wrong score back, or let one that was taken back stand again."""
    region = detail.row
    row = common.held(screen, "score", f"{region.cycle}:{region.code}:{score.day.isoformat()}")
    common.put(screen, row, {"retracted": None if score.retracted else True})
