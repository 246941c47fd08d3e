"""Daerah: the table of regions with a fuzzy filter and sorts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.widgets import DataTable, Input

from akk_tui.contract.errors import N_
from akk_tui.i18n import gettext as _
from akk_tui.i18n import ngettext
from akk_tui.ui import overview
from akk_tui.ui.screens.base import AkkScreen
from akk_tui.ui.terminal.safe import content, cut
from akk_tui.ui.widgets import heat
from akk_tui.ui.widgets.lines import Words
from akk_tui.ui.widgets.table import AkkTable

if TYPE_CHECKING:
    from akk_tui.store.shapes import RegionRow


class RegionsScreen(AkkScreen):
    """One line a region; typing in the filter narrows them."""

    ID = "regions"
    DEFAULT_CSS = """
    RegionsScreen {
        & #filter { margin: 0 0 1 0; }
        & #fine { height: 1; }
    }
    """
    AUTO_FOCUS: ClassVar[str | None] = "#regions"
    HELP = N_(
        "{key:dashboard.filter} membuka filter: ketik sebagian nama, provinsi, kode, tahapan, atau petugas; yang "
        "cocok digarisbawahi; enter kembali ke tabel, esc mengosongkan filter. {key:regions.sort} memilih urutan, "
        "{key:overview.columns} kolom. ~ di depan nilai: perkiraan, karena belum ada nilai resmi. Kurang: poin "
        "sampai ambang lulus. Terlambat: butir yang lewat batas waktunya. Diam: hari tanpa perubahan. ↑ belum "
        "terkirim, ≠ beda isian. Bila layar sempit, kolom hilang satu per satu; jendela kolom menyebut urutannya."
    )

    def __init__(self) -> None:
        super().__init__()
        self.rows: Sequence[RegionRow] | None = None
        self.order = "stage"
        self.search = ""

    def body(self) -> ComposeResult:
        typed = Input(id="filter", placeholder=_("filter: nama, provinsi, kode, tahapan, petugas"))
        typed.cursor_blink = False
        yield typed
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

    def _show(self, rows: Sequence[RegionRow], *, anew: bool = False) -> None:
        """Show ``rows``; ``anew``: other ones than before, from the first on."""
        found = overview.arrange(rows, "all", self.order, self.search)
        table, empty = self.query_one("#regions", AkkTable), self.query_one("#empty", Words)
        table.display = bool(found)
        empty.display = not found
        fine = self.query_one("#fine", Words)
        fine.display = bool(found)
        if not found:
            empty.show(content(self._nothing(rows)))
            return
        components = [component.id for component in found[0].components]
        chosen = self.akk.columns.get("regions", ())
        shown = heat.columns("regions", self.space.width - 2, components, self.akk.pass_mark, chosen)
        hits = overview.hits(self.search)
        look = heat.Look(self.akk.tone, self.akk.assessment, self.akk.pass_at_mark, hits=hits)
        table.fill(shown, heat.rows(found, shown, look), anew=anew)
        count = ngettext("{n} daerah", "{n} daerah", len(rows)).format(n=len(rows))
        if len(found) < len(rows):
            count = _("{n} dari {all} daerah").format(n=len(found), all=len(rows))
        order = _("urut: {order}").format(order=_(overview.SORTS[self.order][0]))
        fine.show(content(cut(f" {count} · {order}", self.space.width), "$text-muted"))

    def _nothing(self, rows: Sequence[RegionRow]) -> str:
        if rows:
            return _("Tidak ada daerah yang cocok dengan “{text}”. Tekan esc di filter untuk mengosongkannya.").format(
                text=self.search
            )
        if not self.akk.cycle:
            return self.akk.keyed(_("Belum ada data di sini. Tekan {key:sync.now} untuk sinkronisasi pertama."))
        return _("Belum ada daerah yang ditugaskan kepada Anda pada siklus {cycle}.").format(cycle=self.akk.cycle)

    def action_filter(self) -> None:
        self.query_one(Input).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        self.search = event.value
        if self.rows is not None:
            self._show(self.rows, anew=True)

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

    def action_columns(self) -> None:
        """Choose the columns."""
        from akk_tui.ui import columns

        columns.choose(self.akk, "regions", self.space.width - 2)

    def action_steps(self) -> None:
        from akk_tui.ui.screens.steps import StepsScreen

        code = self.region_code
        if code is not None:
            self.akk.push_screen(StepsScreen(code))
