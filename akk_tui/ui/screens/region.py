"""The page of a region: header, then the tabs Indikator, Kriteria and Catatan."""

from __future__ import annotations

from typing import Any, ClassVar, TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import DataTable

from akk_tui.contract.errors import N_
from akk_tui.i18n import day
from akk_tui.i18n import gettext as _
from akk_tui.ui import words
from akk_tui.ui.screens.base import AkkScreen
from akk_tui.ui.terminal.safe import content, cut
from akk_tui.ui.widgets import region_tables as tables
from akk_tui.ui.widgets.lines import Words
from akk_tui.ui.widgets.table import AkkTable

if TYPE_CHECKING:
    from akk_tui.store.shapes import CriterionRow, IndicatorRow, ItemRow, NoteRow, RegionDetail

TABS = ("indicators", "criteria", "notes")


def head(detail: RegionDetail, width: int, *, short: bool = False) -> Content:
    """Name and stages; scores, gap, criteria and projection. ``short``: name, score and gap in one line."""
    row = detail.row
    mark = words.pass_mark(detail.pass_mark, detail.pass_at_mark)
    name = Content.assemble(
        content(row.name, "bold"),
        content(f"  {row.code}  {row.province}", "$text-muted"),
        content("  " + _("(rekaan)") if row.invented else "", "$text-muted"),
        content("" if row.writable else "  " + _("hanya baca"), "$warning"),
    )
    stages = content(words.stage_line(detail.stages, width), "$text-muted")
    if row.official is not None:
        official = _("Nilai resmi {score}").format(score=words.score(row.official))
        facts = [day(row.official_as_of) if row.official_as_of else "", row.official_source or ""]
        official += f" ({', '.join(fact for fact in facts if fact)})" if any(facts) else ""
    else:
        official = _("Nilai resmi belum ada")
    parts = [
        official,
        _("perkiraan {score}").format(score=words.score(row.estimate)),
        _("ambang lulus {mark}").format(mark=mark),
        words.gap(row.gap, detail.pass_at_mark),
        _("kriteria {criteria}").format(criteria=words.criteria(row)),
        words.forecast_sentence(row.forecast, mark),
    ]
    if short:
        line = "  ".join((row.name, words.best(row), words.gap(row.gap, detail.pass_at_mark)))
        return content(cut(line, width), "bold")
    facts = content(words.flow((part for part in parts if part), width))
    gap = "  "
    if name.cell_length + stages.cell_length + len(gap) <= width:
        return Content.assemble(name, gap, stages, "\n", facts)
    return Content.assemble(name, "\n", stages, "\n", facts)


class RegionScreen(AkkScreen):
    """One region. Left the indicators under their components, right the one under the cursor with its items."""

    ID = "region"
    CSS_PATH = "../styles/region.tcss"
    AUTO_FOCUS: ClassVar[str | None] = None
    HELP = N_(
        "Kiri: komponen dan indikator dengan perkiraan dan status tiap butir (✓ diterima, ◕ diverifikasi, ◐ diunggah, "
        "! perlu perbaikan, · belum ada, – tidak berlaku); +n adalah poin yang ditambah bila semua diterima. "
        "Panah kanan atau enter masuk ke butir, spasi membuka menu status, panah kiri kembali, [ dan ] berpindah tab."
    )

    def __init__(
        self,
        region_code: str,
        *,
        component: str | None = None,
        indicator: str | None = None,
        item: str | None = None,
        tab: str | None = None,
    ) -> None:
        super().__init__()
        self.region_code = region_code
        self.tab = tab if tab in TABS else TABS[0]
        self.start = (component, indicator, item)
        self.detail: RegionDetail | None = None
        self.notes: tuple[NoteRow, ...] | None = None
        self.opened: frozenset[str] = frozenset()
        """Hidden criteria that were opened."""
        self.inside = False
        """Whether the items stand in front in a narrow terminal."""

    def body(self) -> ComposeResult:
        yield Words(id="head")
        yield Words(id="tabs")
        with Horizontal(id="indicators"):
            yield AkkTable(id="tree", header=False)
            with Vertical(id="detail"):
                yield Words(id="about")
                yield AkkTable(id="items", header=False)
                yield Words(id="item")
                yield Words(id="more")
        yield AkkTable(id="criteria")
        yield Words(id="criterion")
        yield AkkTable(id="notes")
        yield Words(id="empty")

    # reading and drawing

    def refresh_view(self) -> None:
        cycle, code = self.akk.cycle, self.region_code
        if self.detail is None:
            self.fetched("region", self.store.views.region(cycle, code))
        else:
            self.fetch("region", lambda store: store.views.region(cycle, code))
        if self.notes is not None or self.tab == "notes":
            self._fetch_notes()

    def _fetch_notes(self) -> None:
        cycle, code = self.akk.cycle, self.region_code
        self.fetch("notes", lambda store: store.views.notes(cycle, subject=code))

    def fetched(self, name: str, value: Any) -> None:
        if name == "notes":
            self.notes = tuple(value)
            self._draw_notes()
            return
        begin = self.detail is None
        self.detail = value
        self._draw()
        if begin:
            self._go_to_start()
            self._show_tab()

    def on_resize(self) -> None:
        if self.detail is not None:
            self._draw()
            self._draw_notes()
            self._show_tab(focus=False)

    @property
    def narrow(self) -> bool:
        return self.size.width < 104

    @property
    def short(self) -> bool:
        """Whether there is no room for more than one line over the tables and none under them."""
        return self.size.height < 20

    def _draw(self) -> None:
        detail = self.detail
        if detail is None:
            return
        width = self.size.width
        self.query_one("#head", Words).show(head(detail, width - 2, short=self.short))
        self._draw_tabs()
        left = width if self.narrow else self._tree_width()
        tree = self.query_one("#tree", AkkTable)
        self.query_one("#tree").styles.width = "1fr" if self.narrow else left
        tree.fill(*tables.tree(detail, left - 4, self.akk.tone))
        self._draw_detail()
        criteria = self.query_one("#criteria", AkkTable)
        criteria.fill(*tables.criteria(detail, width - 3, self.akk.tone, self.opened))
        self._draw_criterion()

    def _draw_criterion(self) -> None:
        row = self._criterion()
        shown = row is not None and (not row.hidden or row.id in self.opened)
        self.query_one("#criterion", Words).show(tables.about_criterion(row) if row and shown else content(""))

    def _draw_tabs(self) -> None:
        titles = {"indicators": _("Indikator"), "criteria": _("Kriteria"), "notes": _("Catatan")}
        parts: list[Content] = [content(" ")]
        for tab in TABS:
            parts.append(content(f" {titles[tab]} ", "bold reverse" if tab == self.tab else "$text-muted"))
            parts.append(content("│" if tab != TABS[-1] else "", "$text-muted"))
        self.query_one("#tabs", Words).show(Content.assemble(*parts))

    def _draw_detail(self) -> None:
        width = self._detail_width() - 4
        about, items = self.query_one("#about", Words), self.query_one("#items", AkkTable)
        indicator = self.indicator
        if indicator is None:
            component = self._component()
            about.show(tables.about_component(component) if component is not None else content(""))
            items.display = False
            self.query_one("#item", Words).show(content(""))
            self.query_one("#more", Words).show(content(""))
            return
        items.display = True
        about.show(tables.about_indicator(indicator))
        self.query_one("#more", Words).show(tables.more_of_indicator(indicator, self.akk.zone))
        items.fill(*tables.items(indicator, width, self.akk.tone))
        self._draw_item()

    def _detail_width(self) -> int:
        return self.size.width if self.narrow else self.size.width - self._tree_width()

    def _tree_width(self) -> int:
        return max(56, self.size.width * 11 // 20)

    def _draw_item(self) -> None:
        item = self.item
        self.query_one("#item", Words).show(tables.about_item(item) if item is not None else content(""))

    def _draw_notes(self) -> None:
        if self.notes is None:
            return
        self.query_one("#notes", AkkTable).fill(
            *tables.notes(self.notes, self.size.width - 2, self.akk.tone, self.akk.zone)
        )
        if self.tab == "notes":
            self._show_tab(focus=False)

    def _show_tab(self, *, focus: bool = True) -> None:
        self._draw_tabs()
        no_notes = self.tab == "notes" and not self.notes
        self.query_one("#indicators").display = self.tab == "indicators"
        self.query_one("#criteria").display = self.tab == "criteria"
        self.query_one("#criterion").display = self.tab == "criteria" and not self.short
        self.query_one("#notes").display = self.tab == "notes" and not no_notes
        self.query_one("#tree").display = not self.narrow or not self.inside
        self.query_one("#detail").display = not self.narrow or self.inside
        empty = self.query_one("#empty", Words)
        empty.display = no_notes and self.notes is not None
        if no_notes and self.notes is not None:
            empty.show(content(_("Belum ada catatan untuk daerah ini.\n\nTekan c untuk menulis yang pertama.")))
        if focus:
            target: Widget = self.query_one(
                {"indicators": "#tree", "criteria": "#criteria", "notes": "#notes"}[self.tab]
            )
            if self.tab == "indicators" and self.inside:
                target = self.query_one("#items")
            if target.display:
                target.focus()

    def _go_to_start(self) -> None:
        component, indicator, item = self.start
        tree = self.query_one("#tree", AkkTable)
        if indicator is not None and tree.go_to(f"i:{indicator}"):
            self._draw_detail()
            if item is not None:
                self.inside = True
                self.query_one("#items", AkkTable).go_to(item)
        elif component is not None:
            tree.go_to(f"c:{component}")

    # what is under the cursors

    def _component(self) -> Any:
        key = self.query_one("#tree", AkkTable).cursor_key or ""
        components = self.detail.components if self.detail is not None else ()
        return next((component for component in components if key == f"c:{component.id}"), None)

    @property
    def indicator(self) -> IndicatorRow | None:
        """The indicator under the cursor of the tree."""
        key = self.query_one("#tree", AkkTable).cursor_key or ""
        components = self.detail.components if self.detail is not None else ()
        found = (indicator for component in components for indicator in component.indicators)
        return next((indicator for indicator in found if key == f"i:{indicator.id}"), None)

    @property
    def item(self) -> ItemRow | None:
        """The item under the cursor of the items."""
        indicator = self.indicator
        key = self.query_one("#items", AkkTable).cursor_key
        return next((item for item in indicator.items if item.id == key), None) if indicator is not None else None

    def _criterion(self) -> CriterionRow | None:
        key = self.query_one("#criteria", AkkTable).cursor_key
        criteria = self.detail.criteria if self.detail is not None else ()
        return next((row for row in criteria if row.id == key), None)

    # moving

    @on(DataTable.RowHighlighted, "#tree")
    def _tree_moved(self) -> None:
        self._draw_detail()

    @on(DataTable.RowHighlighted, "#items")
    def _items_moved(self) -> None:
        self._draw_item()

    @on(DataTable.RowHighlighted, "#criteria")
    def _criteria_moved(self) -> None:
        self._draw_criterion()

    @on(DataTable.RowSelected, "#tree")
    def _tree_chosen(self) -> None:
        self.action_into()

    @on(DataTable.RowSelected, "#items")
    async def _item_chosen(self) -> None:
        await self.akk.run_command("item.state")

    @on(DataTable.RowSelected, "#notes")
    def _note_chosen(self, event: DataTable.RowSelected) -> None:
        if event.row_key.value is not None:
            # This page is left on the way: it cannot wait for that itself.
            self.akk.call_next(self.akk.open_note, event.row_key.value)

    @on(DataTable.RowSelected, "#criteria")
    def _criterion_chosen(self) -> None:
        row = self._criterion()
        if row is not None and row.hidden:
            self.opened = self.opened ^ {row.id}
            self._draw()

    def action_into(self) -> None:
        """Go from the tree into the items."""
        if self.indicator is None:
            self.query_one("#tree", AkkTable).action_cursor_down()
            return
        self.inside = True
        self._show_tab()

    def action_out(self) -> None:
        """Go from the items back to the tree."""
        self.inside = False
        self._show_tab()

    def action_back(self) -> None:
        """Out of the items, else off the page."""
        if self.tab == "indicators" and self.inside and self.narrow:
            self.action_out()
        else:
            self.akk.pop_screen()

    def on_descendant_focus(self) -> None:
        if self.focused is not None and self.focused.id in ("tree", "items"):
            self.inside = self.focused.id == "items"

    def action_tab(self, step: int) -> None:
        """Show the next tab, or with -1 the previous one."""
        self.tab = TABS[(TABS.index(self.tab) + step) % len(TABS)]
        if self.tab == "notes" and self.notes is None:
            self._fetch_notes()
        self._show_tab()

    # doing

    def state_menu_off(self) -> str | None:
        """Why the state menu cannot be opened now."""
        if self.tab != "indicators" or self.indicator is None:
            return _("Pilih dulu sebuah indikator, lalu butirnya.")
        if self.detail is not None and not self.detail.row.writable:
            return _("Daerah ini hanya dapat Anda baca.")
        if self.akk.status is not None and self.akk.status.cycle_state == "closed":
            return _("Siklus {cycle} sudah ditutup.").format(cycle=self.akk.cycle)
        return None

    def action_state_menu(self) -> None:
        """Choose the state of the item under the cursor; from the tree go to the items first."""
        from akk_tui.ui.widgets.state_menu import StateMenu

        if self.focused is None or self.focused.id != "items":
            self.action_into()
            return
        item = self.item
        if item is None:
            return

        def chosen(state: str | None) -> None:
            if state is not None:
                self._set_state(item, state)

        self.akk.push_screen(StateMenu(f"{item.id} {words.title_of(item)}", item.state), chosen)

    def _set_state(self, item: ItemRow, state: str) -> None:
        from akk_tui.contract.errors import AkkError

        indicator = item.id.rsplit(".", 1)[0]
        field = f"item.{item.id}"
        try:
            edit = self.store.edit(
                "assessment",
                f"{self.akk.cycle}:{self.region_code}:{indicator}",
                {field: state},
                seen={field: item.seen},
                answers=item.conflict,
            )
        except AkkError as cause:
            self.akk.tell_error(cause)
            return
        if edit.op is not None:
            self.akk.edited()

    def action_steps(self) -> None:
        from akk_tui.ui.screens.steps import StepsScreen

        self.akk.push_screen(StepsScreen(self.region_code))
