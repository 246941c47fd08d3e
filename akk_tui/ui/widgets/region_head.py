"""The head of a region's page: who it is, where it stands, and the line of tabs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content

from akk_tui.i18n import day
from akk_tui.i18n import gettext as _
from akk_tui.ui import words
from akk_tui.ui.terminal.safe import content, cut
from akk_tui.ui.widgets.lines import clickable

if TYPE_CHECKING:
    from akk_tui.store.shapes import RegionDetail, RegionRow

_GAP: Final = "  "


def head(detail: RegionDetail, width: int, *, short: bool = False) -> Content:
    """Name and stages; scores, gap, criteria and projection. ``short``: name, score and gap in one line."""
    row = detail.row
    if short:
        line = _GAP.join((row.name, words.best(row), words.gap(row.gap, detail.pass_at_mark)))
        return content(cut(line, width), "bold")
    glyph, word, tone = words.READINESS[row.readiness]
    colour = {"good": "$success", "warn": "$warning", "bad": "$error"}.get(tone, "$text-muted")
    name = Content.assemble(
        content(row.name, "bold"),
        content(f"  {row.code}  {row.province}", "$text-muted"),
        content("  " + _("(rekaan)") if row.invented else "", "$text-muted"),
        content(f"  {glyph} {_(word)}", colour),
        content("" if row.writable else "  " + _("hanya baca"), "$warning"),
    )
    stages = content(words.stage_line(detail.stages, width), "$text-muted")
    facts = content(words.flow(_facts(detail, width), width))
    between = _GAP if name.cell_length + stages.cell_length + len(_GAP) <= width else "\n"
    return Content.assemble(name, between, stages, "\n", facts)


def _facts(detail: RegionDetail, width: int) -> list[str]:
    """Scores, mark, gap, criteria, projection, team; short forms where there is little room."""
    row = detail.row
    mark = words.pass_mark(detail.pass_mark, detail.pass_at_mark)
    parts = [
        _official(row),
        _("perkiraan {score}").format(score=words.score(row.estimate)),
        _("ambang lulus {mark}").format(mark=mark),
        words.gap(row.gap, detail.pass_at_mark),
        _("kriteria {criteria}").format(criteria=words.criteria(row)),
        words.forecast_sentence(row.forecast, mark) if width >= 100 else _short_forecast(detail),
        _("tim {names}").format(names=", ".join(row.team)) if row.team and width >= 100 else "",
    ]
    return [part for part in parts if part]


def _official(row: RegionRow) -> str:
    if row.official is None:
        return _("Nilai resmi belum ada")
    official = _("Nilai resmi {score}").format(score=words.score(row.official))
    facts = [day(row.official_as_of) if row.official_as_of else "", row.official_source or ""]
    return official + (f" ({', '.join(fact for fact in facts if fact)})" if any(facts) else "")


def _short_forecast(detail: RegionDetail) -> str:
    return _("proyeksi {when}").format(when=words.forecast(detail.row.forecast, detail.assessment))


def tab_line(titles: Mapping[str, str], now: str, counts: Mapping[str, int], width: int) -> Content:
    """The tabs with the one that is shown; in little room only that one, with its place among them."""
    names = list(titles)
    shown = {name: f" {titles[name]}{f' {counts[name]}' if counts.get(name) else ''} " for name in names}
    for texts in (shown, {name: f" {titles[name]} " for name in names}, titles):
        if sum(map(cell_len, texts.values())) + len(names) <= width:
            return _tabs(names, texts, now)
    place = content(f" ‹ {titles[now]} {names.index(now) + 1}/{len(names)} › ", "bold reverse")
    return Content.assemble(clickable(place, "tab(1)"), content("  " + _("[ ] berpindah"), "$text-muted"))


def _tabs(names: Sequence[str], texts: Mapping[str, str], now: str) -> Content:
    parts: list[Content] = [content(" ")]
    for name in names:
        title = content(texts[name], "bold reverse" if name == now else "$text-muted")
        parts.append(clickable(title, f"show_tab('{name}')"))
        parts.append(content("│" if name != names[-1] else "", "$text-muted"))
    return Content.assemble(*parts)
