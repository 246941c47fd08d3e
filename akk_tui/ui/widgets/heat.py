"""The map region × component: which columns it has at a width, and its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Final, TYPE_CHECKING

from rich.text import Text

from akk_tui.i18n import gettext as _
from akk_tui.ui import words
from akk_tui.ui.terminal.safe import cell
from akk_tui.ui.widgets.table import Column

if TYPE_CHECKING:
    from datetime import date

    from akk_tui.store.shapes import RegionRow

NAME_LEAST: Final = 16
NAME_MOST: Final = 30
_MARK, _SCORE, _COMPONENT, _FORECAST, _TREND = 2, 7, 4, 17, 8


def columns(width: int, components: Sequence[str], mark: str) -> list[Column]:
    """The columns that fit in ``width`` cells. They fall away in this order: trend, projection, components."""
    left = width - _MARK - NAME_LEAST - _SCORE
    wide = _COMPONENT * len(components)
    has_components = left >= wide
    left -= wide if has_components else 0
    has_forecast = has_components and left >= _FORECAST
    left -= _FORECAST if has_forecast else 0
    has_trend = has_forecast and left >= _TREND
    left -= _TREND if has_trend else 0
    name = min(NAME_MOST, NAME_LEAST + max(0, left))
    found = [Column("mark", "", _MARK), Column("name", _("Daerah"), name)]
    if has_components:
        found += [Column(f"c{component}", component, _COMPONENT, True) for component in components]
    found.append(Column("score", _("NILAI"), _SCORE, True))
    if has_trend:
        found.append(Column("trend", "  " + _("TREN"), _TREND))
    if has_forecast:
        found.append(Column("forecast", "  " + _("PROYEKSI {mark}").format(mark=mark), _FORECAST))
    return found


@lru_cache(512)
def _figure(text: str, style: str) -> Text:
    """One cell for all rows that show the same figure: a map of 514 regions has few different ones."""
    return cell(text, style, right=True)


@lru_cache(16)
def _mark(text: str, style: str) -> Text:
    return cell(text, style)


def rows(
    regions: Sequence[RegionRow], shown: Sequence[Column], tone: Callable[[str], str], assessment: date | None = None
) -> Iterator[tuple[str, tuple[Text, ...]]]:
    """The rows of the map, each keyed by its region's code; ``assessment`` is the day of the assessment."""
    keys = [column.key for column in shown]
    for row in regions:
        glyph, _word, readiness = words.READINESS[row.readiness]
        by_component = {f"c{component.id}": component.score for component in row.components}
        best = row.official if row.official is not None else row.estimate
        cells: list[Text] = []
        for key in keys:
            if key == "mark":
                cells.append(_mark(glyph, tone(readiness)))
            elif key == "name":
                cells.append(cell(row.name, "" if row.writable else tone("muted")))
            elif key == "score":
                cells.append(_figure(words.best(row), tone(words.score_tone(best))))
            elif key == "trend":
                cells.append(cell("  " + words.spark(row.trend), tone("primary")))
            elif key == "forecast":
                cells.append(
                    cell("  " + words.forecast(row.forecast, assessment), tone(words.forecast_tone(row.forecast)))
                )
            else:
                value = by_component.get(key)
                cells.append(_figure(words.whole(value), tone(words.score_tone(value))))
        yield row.code, tuple(cells)
