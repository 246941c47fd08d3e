"""The tab Kriteria: the eight entry criteria as a table, the one under the cursor in full below it."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast, TYPE_CHECKING

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import DataTable

from akk_tui.contract.errors import N_
from akk_tui.i18n import day, pick
from akk_tui.i18n import gettext as _
from akk_tui.ui import words
from akk_tui.ui.terminal.safe import cell, content, cut
from akk_tui.ui.widgets.lines import Words
from akk_tui.ui.widgets.table import AkkTable, Column

if TYPE_CHECKING:
    from akk_tui.store.shapes import CriterionRow, RegionDetail
    from akk_tui.ui.app import AkkApp

Tone = Callable[[str], str]
Filled = tuple[list[Column], list[tuple[str, list[Text]]]]


class CriteriaTab(Vertical):
    """Table and the chosen criterion; what is hidden is opened by enter alone."""

    HELP = N_(
        "Kriteria calon: nilai, ambang, putusan, tanggal dan sumber. Belum ada data bukan belum terpenuhi. Baris "
        "tersembunyi dibuka dan ditutup lagi dengan enter; {key:region.edit} mengubah nilai, tahun, tanggal dan "
        "sumber sekaligus."
    )
    DEFAULT_CSS = """
    CriteriaTab {
        height: 1fr;
        & #criteria { border: round $primary 60%; }
        & #criteria:focus { border: round $accent; }
        & #criterion { height: auto; padding: 0 1; }
        &.-short #criterion { display: none; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - as Textual names it
        super().__init__(id=id)
        self._detail: RegionDetail | None = None
        self.opened: frozenset[str] = frozenset()
        """Hidden criteria that were opened."""

    def compose(self) -> ComposeResult:
        yield AkkTable(id="criteria")
        yield Words(id="criterion")

    def begin(self) -> None:
        """Be as a new one."""
        self._detail, self.opened = None, frozenset()
        self.query_one(AkkTable).begin()
        self.query_one("#criterion", Words).show(content(""))

    @property
    def criterion(self) -> CriterionRow | None:
        """The criterion under the cursor."""
        key = self.query_one(AkkTable).cursor_key
        rows = self._detail.criteria if self._detail is not None else ()
        return next((row for row in rows if row.id == key), None)

    @property
    def is_open(self) -> bool:
        """Whether the criterion under the cursor shows its value."""
        row = self.criterion
        return row is not None and (not row.hidden or row.id in self.opened)

    def show(self, detail: RegionDetail, width: int) -> None:
        """Show the criteria of a region."""
        self._detail = detail
        tone = cast("AkkApp", self.app).tone
        self.query_one(AkkTable).fill(*criteria(detail, width - 3, tone, self.opened))
        self._describe()

    def _describe(self) -> None:
        row = self.criterion
        self.query_one("#criterion", Words).show(
            about_criterion(row) if row is not None and self.is_open else content("")
        )

    @on(DataTable.RowHighlighted)
    def _moved(self) -> None:
        self._describe()

    @on(DataTable.RowSelected)
    def _chosen(self, event: DataTable.RowSelected) -> None:
        row = self.criterion
        if row is not None and row.hidden and self._detail is not None:
            event.stop()
            self.opened = self.opened ^ {row.id}
            self.show(self._detail, self.size.width)


def criteria(detail: RegionDetail, width: int, tone: Tone, opened: frozenset[str]) -> Filled:
    """The eight entry criteria. The source falls away first, then the day, then threshold and verdict's word."""
    if width < 60:
        return _criteria_narrow(detail, width, tone, opened)
    has_day, has_source = width >= 70, width >= 106
    rest = width - (17 + 12 + 19 + (12 if has_day else 0) + (20 if has_source else 0))
    title = max(12, min(48, rest))
    columns = [
        Column("title", _("Kriteria"), title),
        Column("value", _("Nilai"), 17),
        Column("threshold", _("Ambang"), 12),
        Column("verdict", _("Putusan"), 19),
    ]
    if has_day:
        columns.append(Column("day", _("Per"), 12))
    if has_source:
        columns.append(Column("source", _("Sumber"), 20))
    rows: list[tuple[str, list[Text]]] = []
    for row in detail.criteria:
        cells = _closed(row, tone) if row.hidden and row.id not in opened else _open(row, tone)
        cells[0] = cell(cut(words.title_of(row), title - 1))
        rows.append((row.id, cells[: len(columns)]))
    return columns, rows


def _criteria_narrow(detail: RegionDetail, width: int, tone: Tone, opened: frozenset[str]) -> Filled:
    title = max(12, width - 20)
    columns = [Column("verdict", "", 2), Column("title", _("Kriteria"), title), Column("value", _("Nilai"), 17)]
    rows: list[tuple[str, list[Text]]] = []
    for row in detail.criteria:
        closed = row.hidden and row.id not in opened
        glyph, _word, colour = words.VERDICTS[row.verdict]
        value = _closed(row, tone)[1] if closed else _open(row, tone)[1]
        mark = cell("") if closed else cell(glyph, tone(colour))
        rows.append((row.id, [mark, cell(cut(words.title_of(row), title - 1)), value]))
    return columns, rows


def _closed(row: CriterionRow, tone: Tone) -> list[Text]:
    hidden = cell(_("tersembunyi"), tone("muted"))
    return [cell(""), hidden, cell(""), cell(_("enter membuka"), tone("muted")), cell(""), cell("")]


def _open(row: CriterionRow, tone: Tone) -> list[Text]:
    glyph, word, colour = words.VERDICTS[row.verdict]
    band = pick(row.band or "", row.band_en or "")
    verdict = f"{glyph} {_(word)}"
    value = words.criterion_value(row) + (f" {band}" if band else "") + (" ↑" if row.pending else "")
    when = day(row.as_of) if row.as_of else str(row.year) if row.year else ""
    return [
        cell(""),
        cell(value, width=16),
        cell(words.criterion_threshold(row)),
        cell(verdict + (" ≠" if row.conflict else ""), tone(colour)),
        cell(when, tone("muted")),
        cell(row.source or "", tone("muted"), width=20),
    ]


def about_criterion(row: CriterionRow) -> Content:
    """A criterion in full: title, value with its year, day and source, threshold, how sure the threshold is."""
    glyph, word, _colour = words.VERDICTS[row.verdict]
    band = pick(row.band or "", row.band_en or "")
    facts = [
        f"{glyph} {_(word)}",
        " ".join(part for part in (words.criterion_value(row), band) if part),
        _("ambang {threshold}").format(threshold=words.criterion_threshold(row)) + words.mark_note(row.mark),
        _("tahun {year}").format(year=row.year) if row.year else "",
        _("per {day}").format(day=day(row.as_of)) if row.as_of else "",
        _("sumber {source}").format(source=row.source) if row.source else "",
    ]
    if row.conflict:
        facts.append(_("≠ beda isian: jawab di layar 6"))
    return Content.assemble(
        content(words.title_of(row), "bold"), "\n", content(" · ".join(fact for fact in facts if fact))
    )
