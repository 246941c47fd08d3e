"""The tab Tren: the official scores as a plot with pass mark and forecast, and as figures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import cast, Final, TYPE_CHECKING

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content

from akk_tui.contract.errors import N_
from akk_tui.domain import forecast
from akk_tui.i18n import day, number
from akk_tui.i18n import gettext as _
from akk_tui.ui import words
from akk_tui.ui.terminal.safe import cell, content
from akk_tui.ui.widgets import plot
from akk_tui.ui.widgets.lines import Words
from akk_tui.ui.widgets.table import AkkTable, Column

if TYPE_CHECKING:
    from akk_tui.store.shapes import RegionDetail
    from akk_tui.store.views.single import ReportedScore
    from akk_tui.ui.app import AkkApp

_WIDE: Final = 104
_TABLE: Final = 52
_LEAST_PLOT: Final = 5
"""Lines of a plot, at least."""
_FINE: Final = 16
"""Lines of the tab from which the forecast is said in words below the plot."""
_STYLES: Final = {
    "axis": "$text-muted",
    "history": "bold $primary",
    "mark": "$warning",
    "band": "$text-muted",
    "middle": "$accent",
}


def picture(detail: RegionDetail, today: date) -> plot.Picture | None:
    """What is plotted of a region; None without any official score.

    The band of the forecast is there while the assessment lies ahead and the mark has not been passed.
    """
    points = [(point.day, point.value) for point in detail.history]
    if not points:
        return None
    last = max(detail.assessment, points[-1][0])
    found = forecast.paces(points, today)
    ahead = detail.row.forecast.kind in ("date", "not_by_assessment") and detail.assessment > points[-1][0]
    first = min(points[0][0], last - timedelta(days=28))
    return plot.Picture(points, detail.pass_mark, first, last, plot.Paces(*found) if found and ahead else None)


def legend(detail: RegionDetail, shown: plot.Picture, width: int) -> str:
    """What the characters of the plot stand for."""
    mark = words.pass_mark(detail.pass_mark, detail.pass_at_mark)
    parts = [
        f"{plot.POINT} " + _("nilai resmi"),
        f"{plot.MARK} " + _("ambang lulus {mark}").format(mark=mark),
    ]
    if shown.paces is not None:
        parts += [f"{plot.MIDDLE} " + _("proyeksi"), f"{plot.BAND} " + _("rentang 80 %")]
    return words.flow(parts, width, "  ")


def drawn(lines: Sequence[Sequence[plot.Span]]) -> Content:
    """The lines of a plot in the colours of the theme."""
    return Content("\n").join(
        Content.assemble(*(content(text, _STYLES.get(style, "")) for text, style in line)) for line in lines
    )


class TrendTab(Vertical):
    """Plot above or left, the figures below or right; the cursor is in the figures."""

    HELP = N_(
        "● nilai resmi yang dilaporkan, ─ ambang lulus, ▒ proyeksi pada laju sekarang dan ░ rentangnya (80 %) sampai "
        "hari penilaian. Proyeksi aplikasi, bukan penilaian KPK. {key:region.new} memasukkan nilai baru, "
        "{key:region.edit} mengubah baris yang dipilih, {key:region.delete} menarik nilai yang salah (atau "
        "memulihkannya)."
    )
    DEFAULT_CSS = """
    TrendTab {
        height: 1fr;
        layout: vertical;
        &.-beside { layout: horizontal; }
        & #graph { height: auto; padding: 0 1; }
        &.-beside #graph { width: 1fr; height: 1fr; }
        & #scores { border: round $primary 60%; }
        & #scores:focus { border: round $accent; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - as Textual names it
        super().__init__(id=id)
        self._detail: RegionDetail | None = None
        self.scores: tuple[ReportedScore, ...] = ()
        """The newest as-of day first."""
        self._drawn: tuple[int, int] | None = None
        """The space for which what was read last was drawn."""

    def compose(self) -> ComposeResult:
        yield Words(id="graph")
        yield AkkTable(id="scores")

    def begin(self) -> None:
        """Be as a new one."""
        self._detail, self.scores = None, ()
        self.query_one(AkkTable).begin()
        self.query_one("#graph", Words).show(content(""))

    @property
    def _akk(self) -> AkkApp:
        return cast("AkkApp", self.app)

    @property
    def score(self) -> ReportedScore | None:
        """The score under the cursor."""
        key = self.query_one(AkkTable).cursor_key
        return next((one for one in self.scores if one.day.isoformat() == key), None)

    def show(self, detail: RegionDetail, scores: tuple[ReportedScore, ...]) -> None:
        """Show the scores of a region."""
        self._detail, self.scores, self._drawn = detail, scores, None
        self.draw()

    def on_resize(self) -> None:
        self.draw()

    def draw(self) -> None:
        """Draw plot and figures in the space that there is."""
        detail, (width, height) = self._detail, self.size
        if detail is None or not width or self._drawn == (width, height):
            return
        self._drawn = width, height
        beside = width >= _WIDE
        self.set_class(beside, "-beside")
        table = self.query_one(AkkTable)
        table.styles.width = _TABLE if beside else "1fr"
        table.styles.height = "1fr"
        self._draw_plot(detail, (width - _TABLE if beside else width) - 2, height, beside=beside)
        table.fill(*figures(self.scores, (_TABLE if beside else width) - 3, self._akk))

    def _draw_plot(self, detail: RegionDetail, width: int, height: int, *, beside: bool) -> None:
        shown = picture(detail, self._akk.store.today())
        if shown is None:
            self.query_one("#graph", Words).show(content(_("Tidak ada nilai resmi yang berlaku.")))
            return
        mark = words.pass_mark(detail.pass_mark, detail.pass_at_mark)
        sentence = words.forecast_sentence(detail.row.forecast, mark)
        key = legend(detail, shown, width)
        fine = words.flow((sentence, _("proyeksi aplikasi, bukan penilaian KPK")), width) if height >= _FINE else ""
        taken = sum(text.count("\n") + 1 for text in (key, fine) if text)
        rows = min(height - 1, 30) if beside else height - min(len(self.scores) + 3, max(6, height // 3))
        lines = plot.plot(shown, width, rows - taken) if rows - taken >= _LEAST_PLOT else []
        parts = [drawn(lines), content(key)] if lines else []
        if fine or not lines:
            parts.append(content(fine or sentence, "$text-muted"))
        self.query_one("#graph", Words).show(Content("\n").join(parts))


def figures(
    scores: Sequence[ReportedScore], width: int, app: AkkApp
) -> tuple[list[Column], list[tuple[str, list[Text]]]]:
    """The scores as a table: day, value, source, what became of it."""
    state, as_of, value = (12, 13, 7) if width >= 44 else (7, 12, 6)
    source = max(6, width - as_of - value - state - 1)
    columns = [
        Column("day", _("Per"), as_of),
        Column("value", _("Nilai"), value, True),
        Column("source", " " + _("Sumber"), source + 1),
        Column("state", "", state),
    ]
    rows: list[tuple[str, list[Text]]] = []
    for one in scores:
        style = app.tone("muted") if one.retracted else ""
        fate = _("ditarik") if one.retracted else _("akan datang") if one.day > app.store.today() else ""
        marks = (" ≠" if one.conflict else "") + (" ↑" if one.pending else "")
        cells = [
            cell(day(one.day), style),
            cell(number(float(one.value)), f"{style} strike".strip() if one.retracted else style, right=True),
            cell(" " + one.source, style, width=source),
            cell(fate + marks, app.tone("warn" if one.retracted else "accent")),
        ]
        rows.append((one.day.isoformat(), cells))
    return columns, rows
