"""Dasbor: the whole portfolio at a glance, the answer before the data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, TYPE_CHECKING

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import DataTable, Static

from akk_tui.i18n import gettext as _
from akk_tui.i18n import ngettext
from akk_tui.ui import overview, words
from akk_tui.ui.screens.base import AkkScreen
from akk_tui.ui.terminal.safe import cell, content, cut
from akk_tui.ui.widgets import heat
from akk_tui.ui.widgets.table import AkkTable, Column

if TYPE_CHECKING:
    from akk_tui.store.shapes import Attention, Change, Dashboard, RegionRow

FIRST_ROWS = 48
"""Rows of the map that are made before the first paint; the others follow it."""


class DashboardScreen(AkkScreen):
    """Funnel, readiness, the map region × component, what needs attention, what changed."""

    ID = "dashboard"
    AUTO_FOCUS: ClassVar[str | None] = "#map"
    HELP = (
        "Peta daerah × komponen: tiap angka adalah perkiraan komponen; ~ di depan nilai: perkiraan karena belum "
        "ada nilai resmi. ▲ siap, ◆ hampir siap, ▼ perlu percepatan, ○ belum ada data. Panah berpindah sel, "
        "enter pada sel komponen membuka komponennya, tab berpindah panel."
    )
    PANES = ("map", "attention", "changes")

    def __init__(self) -> None:
        super().__init__()
        self.data: Dashboard | None = None
        self.kind = "all"
        self.order = "stage"
        self.pane = "map"
        self._laid_out: tuple[int, int] | None = None

    def body(self) -> ComposeResult:
        yield Static(id="funnel")
        with Horizontal(id="dash"):
            with Vertical(id="left"):
                yield AkkTable(id="map", cursor="cell")
                yield Static(id="empty")
            with Vertical(id="right"):
                yield AkkTable(id="attention", header=False)
                yield AkkTable(id="changes", header=False)
        yield Static(id="fine")

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
        things = self.data.attention if self.pane == "attention" else self.data.changes
        return things[int(key)] if int(key) < len(things) else None

    def refresh_view(self) -> None:
        if not self.akk.cycle:
            self._show_empty(self._nothing_yet())
            return
        if self.data is None:
            self.fetched("dashboard", self.store.views.dashboard(self.akk.cycle))
        else:
            cycle = self.akk.cycle
            self.fetch("dashboard", lambda store: store.views.dashboard(cycle))

    def fetched(self, name: str, value: Dashboard) -> None:
        self.data = value
        self._lay_out()

    def on_resize(self) -> None:
        if self._laid_out != (self.size.width, self.size.height):
            self._lay_out()

    def _nothing_yet(self) -> str:
        if self.akk.sync.command is None:
            return _("Belum ada data di sini.\n\nMasuk dulu: akk-tui login --server ALAMAT, lalu akk-tui sync.")
        if self.akk.sync.running:
            return _("Belum ada data di sini.\n\nSinkronisasi pertama sedang berjalan; daerah muncul begitu tiba.")
        return _("Belum ada data di sini.\n\nTekan s untuk sinkronisasi pertama.")

    def on_sync_progress(self) -> None:
        """The words of an empty screen follow the sync."""
        if not self.akk.cycle:
            self._show_empty(self._nothing_yet())

    def _show_empty(self, text: str) -> None:
        empty = self.query_one("#empty", Static)
        empty.update(content(text))
        empty.display = True
        for name in ("#map", "#right", "#funnel", "#fine"):
            self.query_one(name).display = False

    @property
    def narrow(self) -> bool:
        """Whether the panes stand one behind the other."""
        return self.size.width < 104

    def _lay_out(self) -> None:
        data = self.data
        if data is None or not self.is_mounted:
            return
        self._laid_out = (self.size.width, self.size.height)
        regions = overview.arrange(data.regions, self.kind, self.order)
        if not regions:
            self._show_empty(self._no_region(data))
            return
        self.query_one("#empty").display = False
        self.query_one("#funnel").display = True
        self.query_one("#fine").display = True
        narrow = self.narrow
        self.query_one("#funnel", Static).update(self._funnel(data, narrow))
        self._show_panes(narrow)
        left = self.size.width if narrow else self.size.width - self._right_width() - 2
        mark = self.akk.pass_mark
        shown = heat.columns(left - 3, [component.id for component in regions[0].components], mark)
        table = self.query_one("#map", AkkTable)
        table.fill(shown, heat.rows(regions, shown, self.akk.tone), first=FIRST_ROWS)
        right = (self.size.width if narrow else self._right_width()) - 4
        self.query_one("#attention", AkkTable).fill(
            [Column("what", "", right)], self._attention_rows(data, right), height=2
        )
        self.query_one("#changes", AkkTable).fill([Column("what", "", right)], self._change_rows(data, right))
        self._titles(data, len(regions), narrow)

    def _right_width(self) -> int:
        return max(38, min(60, self.size.width // 3))

    def _show_panes(self, narrow: bool) -> None:
        self.query_one("#left").display = not narrow or self.pane == "map"
        self.query_one("#map").display = True
        right = self.query_one("#right")
        right.display = not narrow or self.pane != "map"
        right.styles.width = "1fr" if narrow else self._right_width()
        self.query_one("#attention").display = not narrow or self.pane == "attention"
        self.query_one("#changes").display = not narrow or self.pane == "changes"

    def _no_region(self, data: Dashboard) -> str:
        if data.regions:
            return _("Tidak ada daerah yang lolos filter “{filter}”.\n\nTekan f untuk filter lain.").format(
                filter=_(overview.FILTERS[self.kind][0])
            )
        return _(
            "Belum ada daerah yang ditugaskan kepada Anda pada siklus {cycle}.\n\nTekan y untuk siklus lain."
        ).format(cycle=data.status.cycle)

    def _titles(self, data: Dashboard, shown: int, narrow: bool) -> None:
        changes = _("Perubahan") if narrow else _("Perubahan sejak dilihat")
        titles = {
            "map": (_("Daerah") if narrow else _("Daerah × komponen")) + f" ({shown})",
            "attention": _("Perlu perhatian") + f" ({len(data.attention)})",
            "changes": f"{changes} ({len(data.changes)})",
        }
        for pane in self.PANES:
            table = self.query_one(f"#{pane}", AkkTable)
            if narrow:
                table.border_title = content(" │ ").join(
                    content(titles[other], "bold reverse" if other == pane else "") for other in self.PANES
                )
            else:
                table.border_title = content(titles[pane])
        kind = (
            "" if self.kind == "all" else _("filter: {filter}").format(filter=_(overview.FILTERS[self.kind][0])) + " · "
        )
        fine = _("proyeksi aplikasi, bukan penilaian KPK · ~ perkiraan")
        self.query_one("#fine", Static).update(content(cut(" " + kind + fine, self.size.width), "$text-muted"))

    def _funnel(self, data: Dashboard, narrow: bool) -> Content:
        steps = [
            f"{words.stage_word(count.stage)} {words.NONE if count.reached is None else count.reached}"
            for count in data.stages
            if count.reached or not narrow or count.stage == "penilaian"
        ]
        counts = {"ready": data.ready, "nearly": data.nearly, "behind": data.behind, "unknown": data.unknown}
        colours = {"ready": "$success", "nearly": "$warning", "behind": "$error", "unknown": "$text-muted"}
        ready: list[Content] = []
        for name, count in counts.items():
            if name == "unknown" and not count:
                continue
            glyph, word, _tone = words.READINESS[name]
            word = "" if self.size.width < 56 else f"{_(word)} "
            ready.append(content(f"{glyph} {word}{count}   ", colours[name]))
        label = "" if narrow else _("Tahapan") + "   "
        ready_label = "" if narrow else _("Kesiapan") + "  "
        return Content.assemble(
            content(label, "$text-muted"),
            content(cut(" ▸ ".join(steps), self.size.width - 2 - len(label))),
            "\n",
            content(ready_label, "$text-muted"),
            *ready,
        )

    def _attention_rows(self, data: Dashboard, width: int) -> list[tuple[str, tuple[Text]]]:
        rows: list[tuple[str, tuple[Text]]] = []
        for n, found in enumerate(data.attention):
            head, fact = words.attention(found)
            text = cell(f"{words.attention_glyph(found.kind)} {head}", width=width)
            text.append("\n")
            text.append_text(cell(f"  {fact}", self.akk.tone("warn"), width=width))
            rows.append((str(n), (text,)))
        return rows or [("none", (cell(_("Tidak ada."), self.akk.tone("muted")),))]

    def _change_rows(self, data: Dashboard, width: int) -> Sequence[tuple[str, tuple[Text]]]:
        rows = [(str(n), (cell(words.change(found), width=width),)) for n, found in enumerate(data.changes)]
        return rows or [("none", (cell(_("Belum ada perubahan baru."), self.akk.tone("muted")),))]

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
            found = self._found()
            kind = getattr(found, "kind", None)
            tab = "criteria" if kind == "criterion" else "notes" if kind == "note" else None
            await self.akk.open_region(
                code, indicator=getattr(found, "indicator", None), item=getattr(found, "item", None), tab=tab
            )
            return
        column = self.query_one("#map", AkkTable).cursor_column_key or ""
        component = column[1:] if self.pane == "map" and column[1:].isdigit() else None
        await self.akk.open_region(code, component=component)

    def action_filter(self) -> None:
        from akk_tui.ui.chooser import Chooser, Option

        def chosen(kind: str | None) -> None:
            if kind is not None:
                self.kind = kind
                self._lay_out()

        options = [Option(key, _(title), self._count(keep)) for key, (title, keep) in overview.FILTERS.items()]
        self.akk.push_screen(Chooser(_("Filter"), options, self.kind), chosen)

    def _count(self, keep: object) -> str:
        rows: Sequence[RegionRow] = self.data.regions if self.data is not None else ()
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
