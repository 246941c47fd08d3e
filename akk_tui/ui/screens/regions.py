"""Daerah: the table of regions with a fuzzy filter and sorts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, TYPE_CHECKING

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.widgets import DataTable, Input

from akk_tui.contract.errors import N_
from akk_tui.i18n import gettext as _
from akk_tui.i18n import ngettext
from akk_tui.ui import overview, words
from akk_tui.ui.screens.base import AkkScreen
from akk_tui.ui.terminal.safe import cell, content
from akk_tui.ui.widgets.lines import Words
from akk_tui.ui.widgets.table import AkkTable, Column

if TYPE_CHECKING:
    from akk_tui.store.shapes import RegionRow

FIRST_ROWS = 48


def columns(width: int, mark: str) -> list[Column]:
    """The columns that fit. They fall away in this order: team, province, criteria, late, projection, stage, code."""
    optional = (
        ("code", 7),
        ("stage", 14),
        ("forecast", 17),
        ("late", 11),
        ("criteria", 6),
        ("province", 20),
        ("team", 20),
    )
    left = width - 2 - 18 - 8 - 8
    kept: set[str] = set()
    for key, size in optional:
        if left < size:
            break
        kept.add(key)
        left -= size
    name = Column("name", _("Daerah"), min(32, 18 + max(0, left)))
    every = (
        Column("mark", "", 2),
        Column("code", _("Kode"), 7),
        name,
        Column("province", " " + _("Provinsi"), 20),
        Column("stage", " " + _("Tahapan"), 14),
        Column("score", _("Nilai"), 8, True),
        Column("gap", _("Kurang"), 8, True),
        Column("criteria", _("Krit."), 6, True),
        Column("late", _("Terlambat"), 11, True),
        Column("forecast", "  " + _("Proyeksi {mark}").format(mark=mark), 17),
        Column("team", _("Petugas"), 20),
    )
    always = {"mark", "name", "score", "gap"}
    return [column for column in every if column.key in kept or column.key in always]


class RegionsScreen(AkkScreen):
    """One line a region; typing in the filter narrows them."""

    ID = "regions"
    CSS_PATH = "../styles/region.tcss"
    AUTO_FOCUS: ClassVar[str | None] = "#regions"
    HELP = N_(
        "f membuka filter: ketik sebagian nama, provinsi, kode, tahapan, atau petugas; enter kembali ke tabel, esc "
        "mengosongkan filter. o memilih urutan. ~ di depan nilai: perkiraan, karena belum ada nilai resmi."
    )

    def __init__(self) -> None:
        super().__init__()
        self.rows: Sequence[RegionRow] | None = None
        self.order = "stage"
        self.search = ""

    def body(self) -> ComposeResult:
        yield Input(id="filter", placeholder=_("filter: nama, provinsi, kode, tahapan, petugas"))
        yield AkkTable(id="regions")
        yield Words(id="empty")
        yield Words(id="fine")

    @property
    def region_code(self) -> str | None:
        return self.query_one("#regions", AkkTable).cursor_key

    def refresh_view(self) -> None:
        if not self.akk.cycle:
            self._show(())
            return
        cycle = self.akk.cycle
        if self.rows is None:
            # Keys typed before the table stands must find its rows.
            self.fetched("regions", self.store.views.regions(cycle))
            return
        self.fetch("regions", lambda store: store.views.regions(cycle))

    def fetched(self, name: str, value: Sequence[RegionRow]) -> None:
        self.rows = value
        self._show(value)

    def on_resize(self) -> None:
        if self.rows is not None:
            self._show(self.rows)

    def _show(self, rows: Sequence[RegionRow]) -> None:
        found = overview.arrange(rows, "all", self.order, self.search)
        table, empty = self.query_one("#regions", AkkTable), self.query_one("#empty", Words)
        table.display = bool(found)
        empty.display = not found
        fine = self.query_one("#fine", Words)
        fine.display = bool(found)
        if not found:
            empty.show(content(self._nothing(rows)))
            return
        shown = columns(self.size.width - 2, self.akk.pass_mark)
        table.fill(shown, [(row.code, self._cells(row, shown)) for row in found], first=FIRST_ROWS)
        count = ngettext("{n} daerah", "{n} daerah", len(found)).format(n=len(found))
        order = _("urut: {order}").format(order=_(overview.SORTS[self.order][0]))
        fine.show(content(f" {count} · {order}", "$text-muted"))

    def _nothing(self, rows: Sequence[RegionRow]) -> str:
        if rows:
            return _("Tidak ada daerah yang cocok dengan “{text}”. Tekan esc di filter untuk mengosongkannya.").format(
                text=self.search
            )
        if not self.akk.cycle:
            return _("Belum ada data di sini. Tekan s untuk sinkronisasi pertama.")
        return _("Belum ada daerah yang ditugaskan kepada Anda pada siklus {cycle}.").format(cycle=self.akk.cycle)

    def _cells(self, row: RegionRow, shown: Sequence[Column]) -> list[Text]:
        tone = self.akk.tone
        glyph, _word, readiness = words.READINESS[row.readiness]
        best = row.official if row.official is not None else row.estimate
        gap = words.missing(row.gap, self.akk.pass_at_mark)
        waiting = ("≠" if row.conflicts else "") + ("↑" if row.pending else "")
        every = {
            "mark": cell(glyph, tone(readiness)),
            "code": cell(row.code, tone("muted")),
            "name": cell(row.name + (f" {waiting}" if waiting else ""), "" if row.writable else tone("muted")),
            "province": cell(" " + row.province, tone("muted"), width=20),
            "stage": cell(" " + words.stage_word(row.stage)),
            "score": cell(words.best(row), tone(words.score_tone(best)), right=True),
            "gap": cell(gap, right=True),
            "criteria": cell(f"{row.criteria_met}/{row.criteria_total}", right=True),
            "late": cell(str(row.overdue) if row.overdue else "", tone("bad") if row.overdue else "", right=True),
            "forecast": cell(
                "  " + words.forecast(row.forecast, self.akk.assessment), tone(words.forecast_tone(row.forecast))
            ),
            "team": cell(", ".join(row.team), tone("muted"), width=20),
        }
        return [every[column.key] for column in shown]

    def action_filter(self) -> None:
        self.query_one(Input).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        self.search = event.value
        if self.rows is not None:
            self._show(self.rows)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.query_one("#regions").focus()

    def on_key(self, event: events.Key) -> None:
        entry = self.query_one(Input)
        if not entry.has_focus or event.key not in ("escape", "down"):
            return
        event.stop()
        event.prevent_default()
        if event.key == "escape":
            entry.value = ""
        self.query_one("#regions").focus()

    async def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        await self.akk.run_command("region.open")

    async def action_open(self) -> None:
        """Open the region under the cursor."""
        code = self.region_code
        if code is not None:
            await self.akk.open_region(code)

    def action_sort(self) -> None:
        from akk_tui.ui.chooser import Chooser, Option

        def chosen(order: str | None) -> None:
            if order is not None:
                self.order = order
                if self.rows is not None:
                    self._show(self.rows)

        options = [Option(key, _(title)) for key, (title, _key) in overview.SORTS.items()]
        self.akk.push_screen(Chooser(_("Urutan"), options, self.order), chosen)

    def action_steps(self) -> None:
        from akk_tui.ui.screens.steps import StepsScreen

        code = self.region_code
        if code is not None:
            self.akk.push_screen(StepsScreen(code))
