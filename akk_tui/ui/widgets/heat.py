"""Regions in a table: every column there is, which of them fit in a width, and the cells. Dasbor and Daerah draw it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, lru_cache, partial
from typing import Final, NamedTuple, TYPE_CHECKING

from rich.text import Text

from akk_tui.contract.errors import N_
from akk_tui.i18n import gettext as _
from akk_tui.i18n import number
from akk_tui.ui import words
from akk_tui.ui.terminal.safe import cell
from akk_tui.ui.widgets.table import Column

if TYPE_CHECKING:
    from datetime import date

    from akk_tui.store.shapes import RegionRow

NAME_MOST: Final = 32
COMPONENTS: Final = "components"
_MARK: Final = 2
_COMPONENT: Final = 4
_ROOMY: Final = 5
"""Cells of a component where there is room for more air between them."""


class Spec(NamedTuple):
    """A column that can be chosen: its title in the window of choices and over the column, its cells."""

    title: str
    head: str
    width: int
    right: bool = False


SPECS: Final = {
    "code": Spec(N_("kode"), N_("Kode"), 7),
    "province": Spec(N_("provinsi"), N_("Provinsi"), 20),
    "stage": Spec(N_("tahapan"), N_("Tahapan"), 15),
    COMPONENTS: Spec(N_("komponen"), "", 0, True),
    "score": Spec(N_("nilai resmi, atau ~ perkiraan"), N_("NILAI"), 7, True),
    "gap": Spec(N_("kurang dari ambang lulus"), N_("Kurang"), 7, True),
    "criteria": Spec(N_("kriteria terpenuhi"), N_("Krit."), 6, True),
    "late": Spec(N_("butir terlambat"), N_("Terlambat"), 11, True),
    "trend": Spec(N_("tren nilai resmi"), N_("Tren"), 7),
    "forecast": Spec(N_("proyeksi"), N_("Proyeksi {mark}"), 16),
    "stale": Spec(N_("hari tanpa perubahan"), N_("Diam"), 6, True),
    "team": Spec(N_("petugas"), N_("Petugas"), 20),
}
"""In the order in which they stand, after mark and name."""
SCREENS: Final[dict[str, tuple[str, ...]]] = {
    "dashboard": ("score", COMPONENTS, "forecast", "gap", "trend", "late", "stage", "criteria", "code", "stale", "team",
                  "province"),
    "regions": ("score", "gap", "code", "stage", "forecast", "late", "criteria", "province", "team", "trend", "stale",
                COMPONENTS),
}  # fmt: skip
"""For each screen its columns, the most important first: where the width is short they fall away from the end."""
DEFAULTS: Final[dict[str, tuple[str, ...]]] = {
    "dashboard": ("score", COMPONENTS, "forecast", "gap", "trend", "late", "stage", "criteria"),
    "regions": ("score", "gap", "code", "stage", "forecast", "late", "criteria", "province", "team"),
}
_NAME_LEAST: Final = {"dashboard": 15, "regions": 18}
_WIDE_ONLY: Final = {"dashboard": frozenset(("late", "stage", "criteria")), "regions": frozenset[str]()}
"""Columns that nobody chose wait until names stand whole."""


def fitting(screen: str, width: int, chosen: Iterable[str], components: int = 6) -> list[str]:
    """Which of the ``chosen`` columns of a screen fit in ``width`` cells beside mark and name.

    The first one without room takes those after it along. With nothing chosen the screen's usual ones are meant.
    """
    explicit = frozenset(chosen)
    wanted = explicit or frozenset(DEFAULTS[screen])
    left = width - _MARK - _NAME_LEAST[screen]
    found: list[str] = []
    for key in SCREENS[screen]:
        if key not in wanted:
            continue
        left -= _least(key, components)
        waits = not explicit and key in _WIDE_ONLY[screen]
        if left < (NAME_MOST - _NAME_LEAST[screen] if waits else 0):
            break
        found.append(key)
    return found


def _least(key: str, components: int) -> int:
    """The cells that a column takes at least; a trend can do without one of its bars."""
    if key == COMPONENTS:
        return _COMPONENT * components
    return SPECS[key].width - (key == "trend")


def columns(screen: str, width: int, components: Sequence[str], mark: str, chosen: Iterable[str] = ()) -> list[Column]:
    """The columns in ``width`` cells. What room is left goes to the trend, the name, then between the components."""
    kept = fitting(screen, width, chosen, len(components))
    left = width - _MARK - _NAME_LEAST[screen] - sum(_least(key, len(components)) for key in kept)
    trend = SPECS["trend"].width - ("trend" in kept and left < 1)
    left -= "trend" in kept and left >= 1
    name = min(NAME_MOST, _NAME_LEAST[screen] + max(0, left))
    left -= name - _NAME_LEAST[screen]
    each = _ROOMY if left >= len(components) else _COMPONENT
    found = [Column("mark", "", _MARK), Column("name", _("Daerah"), name)]
    for key, spec in SPECS.items():
        if key not in kept:
            continue
        if key == COMPONENTS:
            found += [Column(f"c{component}", component, each, True) for component in components]
            continue
        head = _(spec.head).format(mark=mark)
        # “Nilai” alone is any value in the other language; this one is a score.
        head = head.capitalize() if key == "score" else head
        size = trend if key == "trend" else spec.width
        found.append(Column(key, head if spec.right else f" {head}", size, spec.right))
    return found


@lru_cache(1024)
def _figure(text: str, style: str) -> Text:
    """One cell for all rows that show the same figure: a map of 514 regions has few different ones."""
    return cell(text, style, right=True)


@lru_cache(64)
def _word(text: str, style: str) -> Text:
    return cell(text, style)


class Look(NamedTuple):
    """How the cells are drawn. ``assessment`` is the day of the assessment; ``at_mark``: the pass mark itself passes.

    ``missing``: the components show the points that they lack in place of their score. ``hits(text)`` answers which
    characters of a text were searched for.
    """

    tone: Callable[[str], str]
    assessment: date | None = None
    at_mark: bool = False
    missing: bool = False
    hits: Callable[[str], Sequence[tuple[int, int]]] | None = None


def rows(
    regions: Iterable[RegionRow], shown: Sequence[Column], look: Look
) -> Iterator[tuple[str, Callable[[], tuple[Text, ...]]]]:
    """The rows of the table, each keyed by its region's code; their cells are made once they are seen."""
    look = look._replace(tone=cache(look.tone))
    columns = [(column.key, column.width or 0) for column in shown]
    for row in regions:
        yield row.code, partial(cells, row, columns, look)


def cells(row: RegionRow, columns: Sequence[tuple[str, int]], look: Look) -> tuple[Text, ...]:
    """The cells of one row, in columns of (key, width)."""
    # Where no item has earned anything yet, nothing is known of the components either.
    known = bool(row.estimate)
    by_component = {
        f"c{one.id}": None if not known else one.gap if look.missing else one.score for one in row.components
    }
    return tuple(
        _component(by_component[key], look) if key in by_component else _CELLS[key](row, look, width)
        for key, width in columns
    )


def _component(value: float | None, look: Look) -> Text:
    if not look.missing:
        return _figure(words.whole(value), look.tone(words.score_tone(value)))
    if value is None:
        return _figure(words.NONE, look.tone("muted"))
    text = number(value, 1 if value < 9.95 else 0)
    return _figure(text, look.tone("good" if value < 0.05 else "warn" if value < 4 else "bad"))


def _found(text: str, style: str, look: Look, width: int | None = None) -> Text:
    """A text with what was searched for in it underlined."""
    made = cell(text, style, width=width)
    if look.hits is not None:
        for start, end in look.hits(made.plain):
            made.stylize(f"{look.tone('accent')} bold underline".strip(), start, end)
    return made


def _mark(row: RegionRow, look: Look, width: int) -> Text:
    glyph, _title, tone = words.READINESS[row.readiness]
    return _word(glyph, look.tone(tone))


def _name(row: RegionRow, look: Look, width: int) -> Text:
    waiting = ("≠" if row.conflicts else "") + ("↑" if row.pending else "")
    style = "" if row.writable else look.tone("muted")
    if not waiting:
        return _found(row.name, style, look)
    made = _found(row.name, style, look, width - len(waiting) - 2)
    made.append(f" {waiting}", look.tone("warn"))
    return made


def _score(row: RegionRow, look: Look, width: int) -> Text:
    best = row.official if row.official is not None else row.estimate
    return _figure(words.best(row), look.tone(words.score_tone(best)))


def _gap(row: RegionRow, look: Look, width: int) -> Text:
    return _figure(words.missing(row.gap, look.at_mark).replace(" ", ""), "")


def _late(row: RegionRow, look: Look, width: int) -> Text:
    return _figure(str(row.overdue) if row.overdue else "", look.tone("bad") if row.overdue else "")


def _stale(row: RegionRow, look: Look, width: int) -> Text:
    return _figure(words.NONE if row.stale_days is None else str(row.stale_days), look.tone("muted"))


def _forecast(row: RegionRow, look: Look, width: int) -> Text:
    return cell(" " + words.forecast(row.forecast, look.assessment), look.tone(words.forecast_tone(row.forecast)))


_CELLS: Final[dict[str, Callable[[RegionRow, Look, int], Text]]] = {
    "mark": _mark,
    "name": _name,
    "code": lambda row, look, width: _found(" " + row.code, look.tone("muted"), look),
    "province": lambda row, look, width: _found(" " + row.province, look.tone("muted"), look, width),
    "stage": lambda row, look, width: _found(" " + words.stage_word(row.stage), "", look, width),
    "score": _score,
    "gap": _gap,
    "criteria": lambda row, look, width: _figure(f"{row.criteria_met}/{row.criteria_total}", ""),
    "late": _late,
    "trend": lambda row, look, width: cell(
        " " + (words.spark(row.trend, width - 1) if len(row.trend) > 1 else ""), look.tone("primary")
    ),
    "forecast": _forecast,
    "stale": _stale,
    "team": lambda row, look, width: _found(" " + ", ".join(row.team), look.tone("muted"), look, width),
}


def about(row: RegionRow, column: str | None, at_mark: bool) -> str:
    """A region's row in words; of a component's cell, the component."""
    if column is not None and column[:1] == "c" and column[1:].isdigit():
        found = next((one for one in row.components if one.id == column[1:]), None)
        if found is not None and found.score is not None:
            return _("{id} {title}: {score} · kurang {gap} poin nilai daerah").format(
                id=found.id,
                title=words.title_of(found),
                score=words.score(found.score, 1),
                gap=words.score(found.gap, 1),
            )
    glyph, readiness, _tone = words.READINESS[row.readiness]
    parts = [f"{glyph} {_(readiness)}"]
    if row.official is not None and row.estimate:
        parts.append(_("perkiraan {score}").format(score=words.score(row.estimate)))
    parts.append(_("kriteria {criteria}").format(criteria=words.criteria(row)))
    if row.overdue:
        parts.append(_("{n} terlambat").format(n=row.overdue))
    parts += [words.stage_word(row.stage), words.gap(row.gap, at_mark)]
    return " · ".join(part for part in parts if part)
