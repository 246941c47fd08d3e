"""Dasbor: the whole portfolio at a glance, the answer before the data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.geometry import Size
from textual.widgets import DataTable

from akk_tui.contract.errors import N_
from akk_tui.i18n import gettext as _
from akk_tui.i18n import ngettext
from akk_tui.ui import overview, words
from akk_tui.ui.screens.base import AkkScreen
from akk_tui.ui.terminal.safe import content, cut
from akk_tui.ui.widgets import heat
from akk_tui.ui.widgets.lines import Words
from akk_tui.ui.widgets.table import AkkTable, Column

if TYPE_CHECKING:
    from akk_tui.store.shapes import Attention, Change, Dashboard, RegionRow


class DashboardScreen(AkkScreen):
    """Funnel, readiness, the map region × component, what needs attention, what changed."""

    ID = "dashboard"
    AUTO_FOCUS: ClassVar[str | None] = "#map"
    HELP = N_(
        "Peta daerah × komponen: tiap angka adalah perkiraan komponen, {key:dashboard.missing} menggantinya dengan "
        "poin yang kurang; ~ di depan nilai: perkiraan karena belum ada nilai resmi. Kurang: poin sampai ambang "
        "lulus. ▲ siap, ◆ hampir siap, ▼ perlu percepatan, ○ belum ada data, · di luar pendampingan. Tepi bawah peta "
        "menjelaskan sel di bawah kursor. Panah berpindah sel, enter pada sel komponen membuka komponennya, "
        "{key:pane.next} berpindah panel; enter pada yang perlu perhatian atau yang berubah membuka tempatnya; "
        "{key:dashboard.filter} menyaring panel itu. Bila layar sempit, kolom hilang satu per satu; jendela kolom "
        "({key:overview.columns}) menyebut urutannya."
    )
    PANES = ("map", "attention", "changes")

    def __init__(self) -> None:
        super().__init__()
        self.regions: Sequence[RegionRow] | None = None
        self.data: Dashboard | None = None
        """Everything around the regions; None until it was read."""
        self.kind = "all"
        self.order = "stage"
        self.missing = False
        """Whether the cells of components show the points that are missing, not the score."""
        self.about = "all"
        """The kind of attention that is listed."""
        self.pane = "map"
        self.shown: dict[str, RegionRow] = {}
        """The regions of the map by their codes."""
        self._laid_out: Size | None = None
        self._room = 0
        """The cells of the map's rows."""

    def body(self) -> ComposeResult:
        yield Words(id="funnel")
        with Horizontal(id="dash"):
            with Vertical(id="left"):
                yield AkkTable(id="map", cursor="cell")
                yield Words(id="empty")
            with Vertical(id="right"):
                yield AkkTable(id="attention", header=False)
                yield AkkTable(id="changes", header=False)
        yield Words(id="fine")

    @property
    def region_code(self) -> str | None:
        """The region under the cursor of the pane that has the focus."""
        if self.pane == "map":
            return self.query_one("#map", AkkTable).cursor_key
        found = self._found()
        return found.region if found is not None else None

    def _found(self) -> Attention | Change | None:
        """What is under the cursor of the attention list or the list of changes."""
        key = self.query_one(f"#{self.pane}", AkkTable).cursor_key
        if self.data is None or key is None or not key.isdigit():
            return None
        things = self._attention(self.data) if self.pane == "attention" else self.data.changes
        return things[int(key)] if int(key) < len(things) else None

    def refresh_view(self) -> None:
        if not self.akk.cycle:
            self._show_empty(self._nothing_yet())
            return
        if self.regions is None:
            # The regions stand in the first frame; what surrounds them follows it.
            self.fetched("regions", self.store.views.regions(self.akk.cycle))
        if self.akk.ready:
            self._fetch()

    def first_painted(self) -> None:
        if self.akk.cycle:
            self._fetch()

    def _fetch(self) -> None:
        cycle = self.akk.cycle
        self.fetch("dashboard", lambda store: store.views.dashboard(cycle))

    def fetched(self, name: str, value: Any) -> None:
        if name == "dashboard":
            data: Dashboard = value
            self.data, self.regions = data, data.regions
        else:
            self.regions = value
        self._lay_out()

    def on_resize(self) -> None:
        if self._laid_out != self.space:
            self._lay_out()

    def _nothing_yet(self) -> str:
        if self.akk.sync.command is None:
            return _("Belum ada data di sini.\n\nMasuk dulu: akk-tui login --server ALAMAT, lalu akk-tui sync.")
        if self.akk.sync.shown is not None:
            return _("Belum ada data di sini.\n\nSinkronisasi pertama sedang berjalan; daerah muncul begitu tiba.")
        return self.akk.keyed(_("Belum ada data di sini.\n\nTekan {key:sync.now} untuk sinkronisasi pertama."))

    def on_sync_progress(self) -> None:
        """The words of an empty screen follow the sync."""
        if not self.akk.cycle:
            self._show_empty(self._nothing_yet())
        elif not self.regions:
            self._lay_out()

    def _show_empty(self, text: str) -> None:
        empty = self.query_one("#empty", Words)
        empty.show(content(text))
        empty.display = True
        for name in ("#map", "#right", "#funnel", "#fine"):
            self.query_one(name).display = False

    @property
    def narrow(self) -> bool:
        """Whether the panes stand one behind the other."""
        return self.space.width < 104

    def _lay_out(self) -> None:
        data = self.data
        if self.regions is None:
            return
        self._laid_out = self.space
        regions = overview.arrange(self.regions, self.kind, self.order)
        self.shown = {row.code: row for row in regions}
        if not regions:
            self._show_empty(self._no_region())
            return
        self.query_one("#empty").display = False
        self.query_one("#funnel").display = True
        self.query_one("#fine").display = True
        narrow = self.narrow
        self._show_panes(narrow)
        left = self.space.width if narrow else self.space.width - self._right_width() - 2
        components = [component.id for component in regions[0].components]
        chosen = self.akk.columns.get("dashboard", ())
        self._room = left - 3
        shown = heat.columns("dashboard", self._room, components, self.akk.pass_mark, chosen)
        table = self.query_one("#map", AkkTable)
        begin = not table.row_count
        look = heat.Look(self.akk.tone, self.akk.assessment, self.akk.pass_at_mark, self.missing)
        table.fill(shown, heat.rows(regions, shown, look))
        if begin:
            table.move_cursor(column=1)
        self._show_here()
        self._titles(len(regions), narrow)
        if data is None:
            return
        self._lay_out_around(data, narrow)

    def _lay_out_around(self, data: Dashboard, narrow: bool) -> None:
        """Draw what surrounds the map."""
        from akk_tui.ui.widgets import dashboard_parts as parts

        self.query_one("#funnel", Words).show(parts.funnel(data, self.space.width, narrow=narrow))
        right, tone = (self.space.width if narrow else self._right_width()) - 4, self.akk.tone
        listed = self._attention(data)
        total = data.attention_total if self.about == "all" else len(listed)
        closed = data.status.cycle_state != "open"
        column = [Column("what", "", right)]
        self.query_one("#attention", AkkTable).fill(
            column, parts.attention_rows(listed, total, right, tone, closed=closed), height=2
        )
        self.query_one("#changes", AkkTable).fill(column, parts.change_rows(data.changes, right, tone))
        self._show_change()

    def _right_width(self) -> int:
        return max(38, min(60, self.space.width * 3 // 10))

    def _show_panes(self, narrow: bool) -> None:
        self.query_one("#left").display = not narrow or self.pane == "map"
        self.query_one("#map").display = True
        right = self.query_one("#right")
        right.display = not narrow or self.pane != "map"
        right.styles.width = "1fr" if narrow else self._right_width()
        self.query_one("#attention").display = not narrow or self.pane == "attention"
        self.query_one("#changes").display = not narrow or self.pane == "changes"

    def _no_region(self) -> str:
        status = self.akk.status
        if not self.regions and status is not None and status.last_sync is None:
            return self._nothing_yet()
        if self.regions:
            words = _(
                "Tidak ada daerah yang lolos filter “{filter}”.\n\nTekan {key:dashboard.filter} untuk filter lain."
            )
            return self.akk.keyed(words).format(filter=_(overview.FILTERS[self.kind][0]))
        words = _(
            "Belum ada daerah yang ditugaskan kepada Anda pada siklus {cycle}.\n\nTekan {key:cycle} untuk siklus lain."
        )
        return self.akk.keyed(words).format(cycle=self.akk.cycle)

    def _titles(self, shown: int, narrow: bool) -> None:
        data = self.data
        attention = data.attention_total if data is not None else "…"
        changed = len(data.changes) if data is not None else "…"
        if data is not None and self.about != "all":
            attention = f"{len(self._attention(data))}/{data.attention_total}"
        titles = {
            "map": (_("Daerah ({n})") if narrow else _("Daerah × komponen ({n})")).format(n=shown),
            "attention": _("Perlu perhatian ({n})").format(n=attention),
            "changes": (_("Perubahan ({n})") if narrow else _("Perubahan sejak dilihat ({n})")).format(n=changed),
        }
        for pane in self.PANES:
            table = self.query_one(f"#{pane}", AkkTable)
            if narrow:
                title = content(" │ ").join(
                    content(titles[other], "bold reverse" if other == pane else "") for other in self.PANES
                )
            else:
                title = content(titles[pane])
            table.entitle(title)
        parts: list[str] = []
        if self.kind != "all":
            parts.append(_("filter: {filter}").format(filter=_(overview.FILTERS[self.kind][0])))
        if self.missing:
            parts.append(_("komponen: poin yang kurang"))
        parts.append(_("proyeksi aplikasi, bukan penilaian KPK · ~ perkiraan"))
        if not narrow:
            parts.append(_("urut: {order}").format(order=_(overview.SORTS[self.order][0])))
        fine = " " + " · ".join(parts)
        self.query_one("#fine", Words).show(content(cut(fine, self.space.width), "$text-muted"))

    def _show_here(self) -> None:
        """What the cell under the cursor says, in words, in the lower border of the map."""
        table = self.query_one("#map", AkkTable)
        row = self.shown.get(table.cursor_key or "")
        said = heat.about(row, table.cursor_column_key, self.akk.pass_at_mark) if row is not None else ""
        table.subtitle(content(cut(said, self._room - 3)))

    def on_data_table_cell_highlighted(self, event: DataTable.CellHighlighted) -> None:
        event.stop()
        self._show_here()

    def _attention(self, data: Dashboard) -> Sequence[Attention]:
        """What is listed of what needs attention."""
        if self.about == "all":
            return data.attention
        return [found for found in data.attention if found.kind == self.about]

    def action_next_pane(self) -> None:
        self._go_to_pane(1)

    def action_previous_pane(self) -> None:
        self._go_to_pane(-1)

    def _go_to_pane(self, step: int) -> None:
        self.pane = self.PANES[(self.PANES.index(self.pane) + step) % len(self.PANES)]
        if self.narrow:
            self._show_panes(True)
        self.query_one(f"#{self.pane}").focus()

    def on_descendant_focus(self) -> None:
        if self.focused is not None and self.focused.id in self.PANES:
            self.pane = self.focused.id

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        event.stop()
        self._show_change()

    def _show_change(self) -> None:
        """Where and when the change under the cursor was made, in the lower border of the list."""
        table, said = self.query_one("#changes", AkkTable), ""
        key = table.cursor_key or ""
        if self.data is not None and key.isdigit() and int(key) < len(self.data.changes):
            from akk_tui.ui.widgets.dashboard_parts import about_change

            said = about_change(self.data.changes[int(key)], self.akk.zone)
        table.subtitle(content(cut(said, (self.space.width if self.narrow else self._right_width()) - 6)))

    async def on_data_table_cell_selected(self, event: DataTable.CellSelected) -> None:
        await self.akk.run_command("region.open")

    async def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        await self.akk.run_command("region.open")

    async def action_open(self) -> None:
        """Open what is under the cursor: the region, its component, or the thing that needs attention."""
        code = self.region_code
        if code is None:
            return
        if self.pane != "map":
            await self._open_found()
            return
        column = self.query_one("#map", AkkTable).cursor_column_key or ""
        component = column[1:] if column[1:].isdigit() else None
        await self.akk.open_region(code, component=component)

    async def _open_found(self) -> None:
        from akk_tui.ui.landing import place_of

        found = self._found()
        if found is None:
            return
        op = getattr(found, "op", None)
        if op is not None:
            await self.akk.open_conflict(op)
            return
        await self.akk.open_region(found.region, **place_of(found))

    def action_missing(self) -> None:
        """Show in the cells of components the points that they lack, or their scores again."""
        self.missing = not self.missing
        self._lay_out()

    def action_columns(self) -> None:
        """Choose the columns of the map."""
        from akk_tui.ui import columns

        columns.choose(self.akk, "dashboard", self._room)

    def action_filter(self) -> None:
        """Choose which regions are shown; in the list of attention, which kind of reason."""
        from akk_tui.ui.chooser import Chooser, Option

        if self.pane == "attention" and self.data is not None:
            self._filter_attention(self.data)
            return

        def chosen(kind: str | None) -> None:
            if kind is not None:
                self.kind = kind
                self._lay_out()

        options = [Option(key, _(title), self._count(keep)) for key, (title, keep) in overview.FILTERS.items()]
        self.akk.push_screen(Chooser(_("Filter"), options, self.kind), chosen)

    def _filter_attention(self, data: Dashboard) -> None:
        from akk_tui.ui.chooser import Chooser, Option

        def chosen(kind: str | None) -> None:
            if kind is not None:
                self.about = kind
                self._lay_out()

        counts: dict[str, int] = {}
        for found in data.attention:
            counts[found.kind] = counts.get(found.kind, 0) + 1
        options = [Option("all", _("semua alasan"), str(len(data.attention)))]
        options += [
            Option(kind, _(title), str(counts.get(kind, 0)), words.attention_glyph(kind))
            for kind, title in overview.REASONS.items()
        ]
        self.akk.push_screen(Chooser(_("Perlu perhatian"), options, self.about), chosen)

    def _count(self, keep: object) -> str:
        rows = self.regions or ()
        n = sum(1 for row in rows if callable(keep) and keep(row))
        return ngettext("{n} daerah", "{n} daerah", n).format(n=n)

    def action_sort(self) -> None:
        from akk_tui.ui.chooser import Chooser, Option

        def chosen(order: str | None) -> None:
            if order is not None:
                self.order = order
                self._lay_out()

        options = [Option(key, _(title)) for key, (title, _key) in overview.SORTS.items()]
        self.akk.push_screen(Chooser(_("Urutan"), options, self.order), chosen)

    def action_looked(self) -> None:
        """Forget the changes that were shown."""
        self.store.mark_looked()
        self.akk.data_changed()

    def action_steps(self) -> None:
        from akk_tui.ui.screens.steps import StepsScreen

        code = self.region_code
        if code is not None:
            self.akk.push_screen(StepsScreen(code))
