"""The page of a region: header, then six tabs, each with its list and what is said of the row under the cursor."""

from __future__ import annotations

from typing import Any, cast, ClassVar, Final, Protocol, TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.widget import Widget
from textual.widgets import DataTable

from akk_tui.contract.errors import AkkError, N_
from akk_tui.i18n import gettext as _
from akk_tui.store.views import single
from akk_tui.store.views.names import UnknownRegion
from akk_tui.ui.screens.region_actions import RegionActions
from akk_tui.ui.screens.region_here import Made, Start, TABS
from akk_tui.ui.terminal.safe import content
from akk_tui.ui.widgets import region_notes as rows
from akk_tui.ui.widgets import region_tables as tables
from akk_tui.ui.widgets.event_list import EventList
from akk_tui.ui.widgets.followup_list import FollowupList
from akk_tui.ui.widgets.lines import Words
from akk_tui.ui.widgets.region_criteria import CriteriaTab
from akk_tui.ui.widgets.region_head import head, tab_line
from akk_tui.ui.widgets.region_indicators import IndicatorsTab
from akk_tui.ui.widgets.region_notes import NotesTable
from akk_tui.ui.widgets.region_trend import TrendTab
from akk_tui.ui.widgets.table import AkkTable

if TYPE_CHECKING:
    from akk_tui.store.shapes import RegionDetail
    from akk_tui.store.store import Store

_SHORT: Final = 20
"""Lines of the terminal below which the header has one and nothing stands under the lists."""
_PARTS: Final[dict[str, tuple[type[Widget], str]]] = {
    "indicators": (IndicatorsTab, "indicators"),
    "criteria": (CriteriaTab, "criteria_tab"),
    "trend": (TrendTab, "trend"),
    "events": (EventList, "events"),
    "followups": (FollowupList, "followups"),
    "notes": (NotesTable, "notes"),
}
"""The widget of each tab: its class and id. It is made when the tab is first shown: a page opens with one of six."""
_LISTS: Final = {
    "indicators": "#tree",
    "criteria": "#criteria",
    "trend": "#scores",
    "events": "#events",
    "followups": "#followups",
    "notes": "#notes",
}
"""The list of each tab."""
_KEYS_OF: Final = {
    "item.state": ("indicators", "followups"),
    "region.evidence": ("indicators",),
    "region.owner": ("indicators",),
    "region.due": ("indicators",),
    "region.edit": ("indicators", "criteria", "trend", "events", "followups"),
    "region.open_row": ("events", "followups", "notes"),
    "region.new": ("trend", "events", "followups", "notes"),
    "region.delete": ("trend", "events", "followups"),
    "region.history": ("criteria", "trend"),
    "region.stage": ("trend",),
}
"""The tabs on which the line of keys shows a command."""


class Part(Protocol):
    """The widget of a tab."""

    def begin(self) -> None:
        """Be as a new one: empty, nothing chosen, opened or scrolled."""


class RegionScreen(RegionActions):
    """One region. Where to begin is told by the fields of :class:`Start`."""

    ID = "region"
    DEFAULT_CSS = """
    RegionScreen {
        & #tabs { height: 1; }
        & #head, & #row { height: auto; padding: 0 1; }
        & #row { max-height: 5; }
        & #events, & #followups, & #notes { border: round $primary 60%; }
        & #events:focus, & #followups:focus, & #notes:focus { border: round $accent; }
    }
    """
    AUTO_FOCUS: ClassVar[str | None] = ""
    """Nothing: the page itself says what has the focus."""
    HELP = N_(
        "{key:region.tab_previous} dan {key:region.tab_next} berpindah tab, {key:item.state} mengganti status, "
        "{key:region.edit} mengubah yang dipilih, {key:region.new} menambah yang baru, {key:region.delete} "
        "menghapusnya, {key:region.history} menampilkan riwayatnya, {key:region.meeting} memulai mode rapat."
    )

    def __init__(self, region_code: str, **where: str | None) -> None:
        super().__init__()
        self._go(region_code, Start(**where))

    def _go(self, region_code: str, start: Start) -> None:
        """Be about a region of which nothing was read yet."""
        self.region_code, self.start = region_code, start
        named = next((tab for tab in TABS if start.row_of(tab)), TABS[0])
        self.tab = start.tab if start.tab in TABS else named
        self.wanted = start.row_of(self.tab)
        """The row that the cursor shall be on, until its list has been read."""
        self.sought: str | None = None
        """The row that was just made, until it has been read."""
        self.detail: RegionDetail | None = None
        self.made: Made | None = None
        self._up_to_date: set[str] = set()
        """The tabs whose widget shows what was read last; that of another one is filled when it is shown."""
        self._begun: set[str] = set()
        """The tabs whose widget was filled since the page is about this region."""

    async def begin(self, region_code: str, **where: str | None) -> bool:
        """Be as a new page would be, for a page that is shown again; False where there is no such region."""
        try:
            detail = self.store.views.region(self.akk.cycle, region_code)
        except AkkError:
            return False
        self._go(region_code, Start(**where))
        self.read_anew()
        for name in filter(self._is_made, TABS):
            self._part(name).begin()
        await self._make(self.tab)
        self.seen_data = self.akk.data_number
        self.fetched("region", detail)
        self._read_made()
        return True

    def body(self) -> ComposeResult:
        yield Words(id="head")
        yield Words(id="tabs")
        for tab in dict.fromkeys((TABS[0], self.tab)):
            yield _new_part(tab)
        yield Words(id="row")
        yield Words(id="empty")

    # reading

    def refresh_view(self) -> None:
        cycle, code = self.akk.cycle, self.region_code
        if self.detail is None:
            self.fetched("region", self.store.views.region(cycle, code))
        else:
            self.fetch("region", lambda store: store.views.region(cycle, code))
        self._read_made()

    def _read_made(self) -> None:
        cycle, code = self.akk.cycle, self.region_code
        self.fetch("made", lambda store: _made(store, cycle, code))

    def fetched(self, name: str, value: Any) -> None:
        begin = self.detail is None
        first = name == "made" and self.made is None
        if name == "made":
            self.made = value
        else:
            self.detail = value
        self._draw()
        if begin:
            self.indicators_tab.go_to(self.start.component, self.start.indicator, self.start.item)
        if begin or first:
            self._go_to_wanted(first)
        elif name == "made" and self._knows(self.sought):
            if self.tab in ("events", "followups"):
                self.query_one(_LISTS[self.tab], AkkTable).go_to(self.sought or "")
            self.sought = None
        self._show_tab(focus=begin)

    def seek(self, key: str) -> None:
        self.sought = key

    def _knows(self, key: str | None) -> bool:
        """Whether an activity or a follow-up with that id has been read."""
        made = self.made
        return made is not None and any(row.id == key for row in (*made.events, *made.followups))

    def failed(self, name: str, error: AkkError) -> None:
        """Leave where the cycle that is shown has no such region: the figures here are of another."""
        if name != "region" or not isinstance(error, UnknownRegion) or self.detail is None:
            super().failed(name, error)
        elif self.akk.screen is self:
            self.akk.pop_screen()
            words = _("{region} tidak ada di antara daerah Anda pada siklus {cycle}.")
            self.akk.tell(words.format(region=self.detail.row.name, cycle=self.akk.cycle), "warning")
        else:
            # Once the window over the page has closed.
            self.seen_data = -1

    def _go_to_wanted(self, first: bool) -> None:
        """Put the cursor on the row that the page was opened for, once its list has been read."""
        if self.wanted is None or (self.tab != "criteria" and not first):
            return
        self.query_one(_LISTS[self.tab], AkkTable).go_to(self.wanted)
        self.wanted = None

    def _go_to_next_event(self) -> None:
        """Begin at the activity that is on or next, else at the last one."""
        today = self.store.today()
        events = self.made.events if self.made is not None else ()
        dated = [row for row in events if row.start_day is not None]
        ahead = (row for row in dated if (row.end_day or row.start_day or today) >= today)
        row = next(ahead, dated[-1] if dated else None)
        if row is not None:
            self.event_list.go_to(row.id)

    # drawing

    def on_resize(self) -> None:
        if self.detail is not None:
            self._draw()
            self._show_tab(focus=False)

    @property
    def short(self) -> bool:
        """Whether there is no room for more than one line over the lists and none under them."""
        return self.space.height < _SHORT

    def _draw(self) -> None:
        detail = self.detail
        if detail is None:
            return
        width = self.space.width
        self.query_one("#head", Words).show(head(detail, width - 2, short=self.short))
        self._draw_tabs()
        self._up_to_date.clear()
        for tab in dict.fromkeys((TABS[0], self.tab)):
            self._bring_up_to_date(tab)
        self._draw_row()

    def _is_made(self, tab: str) -> bool:
        """Whether the widget of a tab is there."""
        return any(part.id == _PARTS[tab][1] for part in self.children)

    def _part(self, tab: str) -> Part:
        return cast("Part", self.query_one(f"#{_PARTS[tab][1]}"))

    async def _make(self, tab: str) -> None:
        """Make the widget of a tab that is shown for the first time."""
        if not self._is_made(tab):
            await self.mount(_new_part(tab), before="#row")

    def _bring_up_to_date(self, tab: str) -> None:
        """Show in the widget of a tab what was read last."""
        if self.detail is None or tab in self._up_to_date:
            return
        self._up_to_date.add(tab)
        self._fill(tab, self.detail, self.made)
        if tab == "events" and self.made is not None and tab not in self._begun:
            self._go_to_next_event()
        if self.made is not None:
            self._begun.add(tab)

    def _fill(self, tab: str, detail: RegionDetail, made: Made | None) -> None:
        width = self.space.width
        if tab == "indicators":
            self.indicators_tab.show(detail, made.notes if made is not None else None)
        elif tab == "criteria":
            self.criteria_tab.set_class(self.short, "-short")
            self.criteria_tab.show(detail, width)
        elif made is None:
            return
        elif tab == "trend":
            self.trend_tab.show(detail, made.scores)
        elif tab == "events":
            self.event_list.show_events(made.events, self.store.today(), regions=False)
        elif tab == "followups":
            self.followup_list.show_followups(made.followups, self.store.today(), regions=False)
        else:
            self.note_list.fill(*tables.notes(made.notes, width - 3, self.akk.tone, self.akk.zone))

    def _draw_tabs(self) -> None:
        titles = {
            "indicators": _("Indikator"),
            "criteria": _("Kriteria"),
            "trend": _("Tren"),
            "events": _("Kegiatan"),
            "followups": _("Tindak lanjut"),
            "notes": _("Catatan"),
        }
        made = self.made
        counts: dict[str, int] = {}
        if made is not None:
            due = sum(row.is_open for row in made.followups)
            counts = {"events": len(made.events), "followups": due, "notes": len(made.notes)}
        self.query_one("#tabs", Words).show(tab_line(titles, self.tab, counts, self.space.width))

    def _draw_row(self) -> None:
        """Say in full what the list of the tab has no room for."""
        shown = content("")
        if self.event_row is not None:
            shown = rows.about_event(self.event_row)
        elif self.followup is not None:
            shown = rows.about_followup(self.followup)
        elif self.note is not None:
            shown = rows.about_note(self.note, self.akk.zone)
        place = self.query_one("#row", Words)
        place.show(shown)
        place.display = bool(shown.plain) and not self.short

    def _empty_words(self) -> str:
        """What stands in place of an empty list; empty where there is something, or nothing was read yet."""
        made = self.made
        found = made.of(self.tab) if made is not None else None
        if found is None or found:
            return ""
        empty, hint = {
            "trend": (_("Belum ada nilai resmi."), _("Tekan {key:region.new} untuk memasukkan yang pertama.")),
            "events": (
                _("Belum ada kegiatan di daerah ini."),
                _("Tekan {key:region.new} untuk mencatat yang pertama."),
            ),
            "followups": (
                _("Belum ada tindak lanjut di daerah ini."),
                _("Tekan {key:region.new} untuk menulis yang pertama."),
            ),
            "notes": (
                _("Belum ada catatan untuk daerah ini."),
                _("Tekan {key:notes.new_here} untuk menulis yang pertama."),
            ),
        }[self.tab]
        return f"{empty}\n\n{self.new_off() or self.akk.keyed(hint)}"

    def _show_tab(self, *, focus: bool = True) -> None:
        self._draw_tabs()
        words = self._empty_words()
        for tab in filter(self._is_made, TABS):
            self.query_one(f"#{_PARTS[tab][1]}").display = tab == self.tab and not words
        self.indicators_tab.put_in_front()
        empty = self.query_one("#empty", Words)
        empty.display = bool(words)
        empty.show(content(words))
        self._draw_row()
        if not focus and (self.focused is not None or words):
            return
        if self.tab == "indicators":
            self.indicators_tab.focus_here()
        elif words:
            self.set_focus(None)
        else:
            self.query_one(_LISTS[self.tab]).focus()
        self.renew_keys()

    def footer_hides(self, command: str) -> bool:
        """Whether the keys below leave out a command: it belongs to another tab."""
        return command in _KEYS_OF and self.tab not in _KEYS_OF[command]

    # moving

    async def action_show_tab(self, tab: str) -> None:
        """Show a tab."""
        await self._make(tab)
        self.tab = tab
        self._bring_up_to_date(tab)
        self._show_tab()

    async def action_tab(self, step: int) -> None:
        """Show the next tab, or with -1 the previous one."""
        await self.action_show_tab(TABS[(TABS.index(self.tab) + step) % len(TABS)])

    def action_into(self) -> None:
        """Go from the tree into the items."""
        if self.tab == "indicators":
            self.indicators_tab.into()

    def action_out(self) -> None:
        """Go from the items back to the tree."""
        if self.tab == "indicators":
            self.indicators_tab.out()

    def action_back(self) -> None:
        """First the marks go, then out of the items where they hide the tree, then off the page."""
        tab = self.indicators_tab
        if self.tab == "indicators" and tab.marked:
            tab.unmark()
        elif self.tab == "indicators" and tab.inside and tab.narrow:
            tab.out()
        else:
            self.akk.pop_screen()

    def on_descendant_focus(self) -> None:
        if self.focused is not None and self.focused.id in ("tree", "items"):
            self.indicators_tab.inside = self.focused.id == "items"
        super().on_descendant_focus()

    @on(DataTable.RowHighlighted)
    def _moved(self) -> None:
        self._draw_row()

    @on(DataTable.RowSelected, "#items")
    async def _item_chosen(self) -> None:
        await self.akk.action_command("item.state")

    @on(DataTable.RowSelected, "#criteria")
    @on(DataTable.RowSelected, "#scores")
    async def _figure_chosen(self) -> None:
        await self.akk.action_command("region.edit")

    @on(DataTable.RowSelected, "#events")
    @on(DataTable.RowSelected, "#followups")
    @on(DataTable.RowSelected, "#notes")
    async def _row_chosen(self) -> None:
        await self.akk.action_command("region.open_row")


def _new_part(tab: str) -> Widget:
    """A new widget of a tab."""
    made, name = _PARTS[tab]
    return made(id=name)


def _made(store: Store, cycle: str, code: str) -> Made:
    views = store.views
    return Made(
        views.notes(cycle, subject=code),
        views.events(cycle, code),
        views.followups(cycle, code),
        single.scores(store, cycle, code),
    )
