"""The value of an entry criterion: judged in its own form, with year, day and source as one operation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TYPE_CHECKING

from akk_tui.contract.errors import BadValue
from akk_tui.domain.criteria import canonical_value, NO, YES
from akk_tui.domain.instrument import Index
from akk_tui.i18n import gettext as _
from akk_tui.ui import words
from akk_tui.ui.edits import common
from akk_tui.ui.forms import FormField

if TYPE_CHECKING:
    from akk_tui.contract.records import Criterion
    from akk_tui.store.shapes import CriterionRow, RegionDetail, RegionRow
    from akk_tui.ui.app import AkkApp
    from akk_tui.ui.screens.base import AkkScreen

_FORMS: Final = {"number": "number", "grade": "choice", "yesno": "choice"}


def off(app: AkkApp, row: RegionRow | None, criterion: str) -> str | None:
    """Why the criterion cannot be edited, or None."""
    key = f"{row.cycle}:{row.code}:{criterion}" if row is not None else ""
    return common.off(app, row, "criterion", key, {"value": None})


def _check(criterion: Criterion) -> Callable[[str], str | None]:
    def check(text: str) -> str | None:
        try:
            canonical_value(criterion, text)
        except BadValue as bad:
            return _(str(bad.params["reason"]))
        return None

    return check


def _choices(criterion: Criterion) -> tuple[tuple[str, str], ...]:
    if criterion.form == "yesno":
        return (("", words.NONE), (YES, _("ya")), (NO, _("tidak")))
    return (("", words.NONE), *((str(grade), str(grade)) for grade in criterion.scale)) if criterion.scale else ()


def edit(screen: AkkScreen, detail: RegionDetail, row: CriterionRow) -> None:
    """Ask for value, year, day and source of a criterion."""
    app, region = screen.akk, detail.row
    criterion = Index(app.store.instrument(region.cycle)).criteria[row.id]
    held = common.held(screen, "criterion", f"{region.cycle}:{region.code}:{row.id}")
    shown = {name: "" if held.values.get(name) is None else str(held.values[name]) for name in _NAMES}
    hint = _("ambang {threshold}").format(threshold=words.criterion_threshold(row))
    if criterion.form == "opinion":
        hint += " · " + _("ditulis 2023:WTP 2024:WTP")
    source = str(criterion.source)
    fields = (
        FormField(
            "value",
            _("Nilai"),
            shown["value"],
            _FORMS.get(criterion.form, "line"),
            _choices(criterion),
            check=_check(criterion),
            hint=hint,
        ),
        FormField("year", _("Tahun"), shown["year"], "line", check=common.form_of("criterion", "year")),
        FormField("as_of", _("Per"), shown["as_of"], "past"),
        FormField(
            "source",
            _("Sumber"),
            shown["source"],
            "line",
            tuple((name, "") for name in dict.fromkeys((source, shown["source"])) if name),
            check=common.form_of("criterion", "source"),
        ),
    )

    def make(texts: dict[str, str], changed: frozenset[str]) -> dict[str, Any] | str:
        if not texts["value"] and any(texts[name] for name in ("year", "as_of", "source")):
            return _("Isi nilainya, atau kosongkan juga tahun, tanggal dan sumbernya.")
        made: dict[str, Any] = {name: texts[name] or None for name in texts}
        made["year"] = int(texts["year"]) if texts["year"] else None
        return made

    title = f"{words.title_of(row)} · {region.name}"
    common.ask(screen, title, held, fields, make, note=hint if criterion.form != "opinion" else "")


_NAMES: Final = ("value", "year", "as_of", "source")
