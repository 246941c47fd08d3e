"""Kegiatan: the agenda of all regions by week, and all follow-ups."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.suggester import Suggester
from textual.widgets import DataTable, Input

from akk_tui.contract.errors import N_
from akk_tui.i18n import gettext as _
from akk_tui.store.shapes import EventRow, FollowupRow
from akk_tui.ui import agenda_words, event_filter, followups
from akk_tui.ui import events as activities
from akk_tui.ui.screens import event_text
from akk_tui.ui.screens.base import AkkScreen
from akk_tui.ui.terminal.safe import content, cut
from akk_tui.ui.widgets.event_list import EARLIER, EventList, LATER
from akk_tui.ui.widgets.followup_list import FollowupList, MORE
from akk_tui.ui.widgets.lines import clickable, Words
from akk_tui.ui.widgets.quiet import Quiet

TABS: Final = ("events", "followups")
WINDOW: Final = 240
"""Of more activities than these the ones around today are shown, and more when asked."""
_SHORT: Final = 20


class Completing(Suggester):
    """Offers what the language of the filter completes."""

    def __init__(self, screen: AgendaScreen) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._screen = screen

    async def get_suggestion(self, value: str) -> str | None:
        return self._screen.language.complete(value)


class AgendaScreen(AkkScreen):
    """Activities over follow-ups; where there is no room for both, each is a tab."""

    ID: ClassVar[str] = "agenda"
    AUTO_FOCUS: ClassVar[str | None] = "#events"
    HELP = N_(
        "Atas: kegiatan semua daerah menurut pekan; panah kiri dan kanan berpindah pekan, {key:agenda.today} ke "
        "pekan ini. Bawah: semua tindak lanjut, yang terbuka lebih dahulu. {key:agenda.tab_previous} dan "
        "{key:agenda.tab_next} berpindah. {key:agenda.filter} menyaring: kata, atau daerah: jenis: sumber: opd: "
        "status: batas:. Jam menurut waktu daerahnya."
    )

    DEFAULT_CSS = """
    AgendaScreen {
        & #count { height: 1; padding: 0 1; }
        & #query { height: 1; display: none; }
        & #query.-shown { display: block; }
        & #complaint { height: auto; max-height: 3; padding: 0 1; color: $text-warning; display: none; }
        & #tabs { height: 1; }
        & #panes { height: 1fr; }
        & #about { height: 2; padding: 0 1; background: $panel; }
        &.-whole #events { height: 3fr; border: round $primary 60%; }
        &.-whole #followups { height: 2fr; border: round $primary 60%; }
        &.-whole #events:focus, &.-whole #followups:focus { border: round $accent; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self.tab = TABS[0]
        self._events: tuple[EventRow, ...] | None = None
        self._asked: tuple[FollowupRow, ...] = ()
        self._language: Any = None
        self._from: int | None = None
        """Index of the first activity shown, None: around today."""
        self._count = WINDOW
        self._asked_count = WINDOW
        self._drafts = 0
        self._went = False
        self._sought: str | None = None
        """The row that was just made, until it has been read."""

    def body(self) -> ComposeResult:
        yield Quiet(id="count")
        typed = Input(
            id="query",
            placeholder=_("kata, daerah:blitar jenis:monev sumber:KPK opd:BKPSDM status:belum batas:lewat"),
            suggester=Completing(self),
        )
        typed.cursor_blink = False
        yield typed
        yield Words(id="complaint")
        yield Words(id="tabs")
        with Vertical(id="panes"):
            yield EventList(id="events")
            yield FollowupList(id="followups")
        yield Words(id="empty")
        yield Quiet(id="about")

    def on_mount(self) -> None:
        self._show_tab(focus=False)

    # --- data

    def refresh_view(self) -> None:
        cycle = self.akk.cycle
        if not cycle:
            self.fetched("agenda", ((), ()))
            return
        self.fetch("agenda", lambda store: (store.views.events(cycle), store.views.followups(cycle)))

    def fetched(self, name: str, value: Any) -> None:
        self._events, self._asked = value
        self._drafts = len(event_text.left_over(self))
        self._language = None
        self._draw()
        if not self._went:
            self._went = True
            self._list.go_to_today()
            self.call_after_refresh(self._list.go_to_today)
            self._about()
        self._go_to_sought()

    def seek(self, key: str) -> None:
        self._sought = key

    def _go_to_sought(self) -> None:
        """Go to the row that was just made, once it has been read; a filter may hide it."""
        if self._sought in {row.id for row in (*(self._events or ()), *self._asked)}:
            key, self._sought = self._sought or "", None
            if not self._list.go_to_event(key):
                self._followups.go_to(key)

    def on_resize(self) -> None:
        self._show_tab(focus=False)
        self._draw()

    @property
    def language(self) -> Any:
        """The language of the filter, over what is here."""
        if self._language is None:
            lines = [
                *event_filter.event_lines(self._events or (), self._asked),
                *event_filter.followup_lines(self._events or (), self._asked),
            ]
            self._language = event_filter.language(lines, self.store.today())
        return self._language

    @property
    def wide(self) -> bool:
        """Whether both lists stand on the screen."""
        return self.space.height >= 30

    @property
    def _list(self) -> EventList:
        return self.query_one("#events", EventList)

    @property
    def _followups(self) -> FollowupList:
        return self.query_one("#followups", FollowupList)

    @property
    def _query(self) -> Input:
        return self.query_one("#query", Input)

    # --- drawing

    def _draw(self) -> None:
        every = self._events
        if every is None:
            return
        today = self.store.today() if self.akk.cycle else None
        if today is None:
            self._show_nothing([], [])
            return
        wanted = self.language.parse(self._query.value)
        self._complain(wanted.complaints)
        lines = wanted.of(event_filter.event_lines(every, self._asked))
        found = [line.event for line in lines if line.event is not None]
        asked = [line.followups[0] for line in wanted.of(event_filter.followup_lines(every, self._asked))]
        shown, beyond = self._window(found)
        self._list.show_events(shown, today, regions=True, weeks=True, beyond=beyond)
        more = max(0, len(asked) - self._asked_count)
        self._followups.show_followups(asked[: self._asked_count], today, regions=True, beyond=more)
        self._say(found, asked)
        self._list.name_it(_("Kegiatan") if self.wide else "")
        self._followups.entitle(content(_("Tindak lanjut") if self.wide else ""))
        self._draw_tabs(len(found), sum(row.is_open for row in asked))
        self._show_nothing(found, asked)
        self._about()

    def _window(self, found: Sequence[EventRow]) -> tuple[Sequence[EventRow], tuple[int, int]]:
        """What is shown of ``found``, and how many stand before and after it."""
        if len(found) <= self._count:
            return found, (0, 0)
        if self._from is None:
            today = self.store.today()
            near = sum(1 for row in found if row.end_day is not None and row.end_day < today)
            first = near - self._count // 3
        else:
            first = self._from
        first = max(0, min(first, len(found) - self._count))
        return found[first : first + self._count], (first, len(found) - first - self._count)

    def _say(self, found: Sequence[EventRow], asked: Sequence[FollowupRow]) -> None:
        words = agenda_words.counted(found, asked, self._query.value.strip(), self._drafts)
        self.query_one("#count", Quiet).say(content(cut(words, max(self.space.width - 2, 10))))

    def _complain(self, complaints: Sequence[str]) -> None:
        place = self.query_one("#complaint", Words)
        place.display = bool(complaints)
        place.show(content("\n".join(complaints[:2])))

    def _draw_tabs(self, events: int, asked: int) -> None:
        titles = {"events": _("Kegiatan") + f" {events}", "followups": _("Tindak lanjut") + f" {asked}"}
        parts: list[Content] = [content(" ")]
        for tab in TABS:
            title = content(f" {titles[tab]} ", "bold reverse" if tab == self.tab else "$text-muted")
            parts.append(clickable(title, f"show_tab('{tab}')"))
            parts.append(content("│" if tab != TABS[-1] else "", "$text-muted"))
        self.query_one("#tabs", Words).show(Content.assemble(*parts))

    def _show_nothing(self, found: Sequence[EventRow], asked: Sequence[FollowupRow]) -> None:
        """The sentence where there is nothing: what to do."""
        nothing = not (found or asked) if self.wide else not (found if self.tab == "events" else asked)
        empty = self.query_one("#empty", Words)
        self.query_one("#panes").display = not nothing
        empty.display = nothing
        if not nothing:
            return
        words = agenda_words.nothing(
            self.akk, filtered=bool(self._query.value.strip()), events=self.tab == "events" or self.wide
        )
        empty.show(content(words))

    def _about(self) -> None:
        """The line under the cursor in full, where its own line has no room for it."""
        place = self.query_one("#about", Quiet)
        place.display = self.space.height >= _SHORT
        width = max(self.space.width - 2, 20)
        first, second = "", ""
        event, asked = self._list.event_row, self._followups.followup
        if self.tab == "events" and event is not None:
            first, second = agenda_words.about_event(event)
        elif self.tab == "followups" and asked is not None:
            first, second = agenda_words.about_followup(asked)
        head = content(cut(first, width), "bold")
        place.say(Content.assemble(head, "\n", content(cut(second, width), "$text-muted")))

    def _show_tab(self, *, focus: bool = True) -> None:
        self.set_class(self.wide, "-whole")
        self.query_one("#tabs").display = not self.wide
        for tab in TABS:
            self.query_one(f"#{tab}").display = self.wide or tab == self.tab
        if self._events is not None:
            self._draw()
        if focus or (self.focused is not None and self.focused.id in TABS and not self.focused.display):
            self.query_one(f"#{self.tab}").focus()

    # --- where the cursor is

    @property
    def region_code(self) -> str | None:
        """The region of the line under the cursor."""
        row = self._list.event_row if self.tab == "events" else self._followups.followup
        return row.region if row is not None else None

    @property
    def report_days(self) -> tuple[date, date] | None:
        """The days of the activity under the cursor: what the report of a visit is about."""
        row = self._list.event_row if self.tab == "events" else None
        return None if row is None or row.start_day is None else (row.start_day, row.end_day or row.start_day)

    @on(DataTable.RowHighlighted)
    def _moved(self, event: DataTable.RowHighlighted) -> None:
        event.stop()
        self._about()

    def on_descendant_focus(self) -> None:
        if self.focused is not None and self.focused.id in TABS and self.tab != self.focused.id:
            self.tab = self.focused.id
            self._about()
        super().on_descendant_focus()

    def action_tab(self, step: int) -> None:
        """Show the next list, or with -1 the previous one."""
        self.action_show_tab(TABS[(TABS.index(self.tab) + step) % len(TABS)])

    def action_show_tab(self, tab: str) -> None:
        """Show a list."""
        self.tab = tab
        self._show_tab()

    def week_off(self) -> str | None:
        """Why there are no weeks to move over."""
        return None if self.tab == "events" else _("Pekan ada di daftar kegiatan; [ membukanya.")

    def action_week(self, step: int) -> None:
        """Go to the next week with activities, or with -1 to the one before."""
        if not self._list.go_week(step):
            words = _("Tidak ada pekan berikutnya.") if step > 0 else _("Tidak ada pekan sebelumnya.")
            self.akk.tell(words)

    def action_today(self) -> None:
        """Go to this week."""
        self.tab = "events"
        self._from = None
        self._show_tab()
        self._list.go_to_today()

    # --- why not

    def open_off(self) -> str | None:
        """Why nothing can be opened."""
        if self.tab == "events":
            on_it = self._list.event is not None or self._list.cursor_key in (EARLIER, LATER)
            return None if on_it else _("Pilih dulu sebuah kegiatan.")
        on_it = self._followups.followup is not None or self._followups.cursor_key == MORE
        return None if on_it else _("Pilih dulu sebuah tindak lanjut.")

    def new_off(self) -> str | None:
        """Why no activity can be written."""
        return activities.writing_off(self.akk)

    def followup_off(self) -> str | None:
        """Why no follow-up can be written."""
        return activities.writing_off(self.akk, kind="followup")

    def followup_here_off(self) -> str | None:
        """Why the follow-up under the cursor cannot be changed."""
        row = self._followups.followup if self.tab == "followups" else None
        if row is None:
            return _("Pilih dulu sebuah tindak lanjut.")
        return followups.changing_off(self.akk, row)

    def change_off(self) -> str | None:
        """Why the line under the cursor cannot be changed."""
        if self.tab == "followups":
            return self.followup_here_off()
        row = self._list.event_row
        return _("Pilih dulu sebuah kegiatan.") if row is None else activities.changing_off(self.akk, row)

    def origin_off(self) -> str | None:
        """Why there is no origin to go to."""
        row = self._followups.followup if self.tab == "followups" else None
        return None if row is not None or self.region_code else _("Pilih dulu sebuah tindak lanjut.")

    def note_off(self) -> str | None:
        """Why no note can be written about the line."""
        return None if self.region_code else _("Pilih dulu sebuah kegiatan.")

    # --- what the officer does

    @on(DataTable.RowSelected, "#events")
    @on(DataTable.RowSelected, "#followups")
    async def _selected(self, event: DataTable.RowSelected) -> None:
        event.stop()
        await self.akk.action_command("agenda.open")

    async def action_open(self) -> None:
        """Open the activity or the follow-up; on a line that tells of more, show more."""
        if self.tab == "followups":
            if self._followups.cursor_key == MORE:
                self._asked_count += WINDOW
                self._draw()
            elif (row := self._followups.followup) is not None:
                reason = followups.changing_off(self.akk, row)
                if reason is None:
                    followups.change_followup(self, row.id)
                else:
                    self.akk.tell(reason, "warning")
        elif self._list.cursor_key in (EARLIER, LATER):
            self._more(self._list.cursor_key == EARLIER)
        elif (event := self._list.event) is not None:
            await activities.show_event(self.akk, event)

    def _more(self, earlier: bool) -> None:
        found = [line.event for line in self.language.parse(self._query.value).of(self._lines())]
        _shown, (before, _after) = self._window([row for row in found if row is not None])
        self._from = max(0, before - WINDOW) if earlier else before
        self._count += WINDOW
        self._draw()

    def _lines(self) -> list[event_filter.Line]:
        return event_filter.event_lines(self._events or (), self._asked)

    def action_new(self) -> None:
        """A new activity in the region and on the day of the line under the cursor."""
        day = self._list.day if self.tab == "events" else None
        activities.choose_region(
            self,
            _("Kegiatan baru: daerah"),
            lambda region: activities.write_event(self, region, day),
            self.region_code,
        )

    def action_followup(self) -> None:
        """A new follow-up: of the activity under the cursor, else of a region."""
        row = self._list.event_row if self.tab == "events" else None
        if row is not None:
            followups.write_followup(self, region=row.region, event=row.id)
            return
        activities.choose_region(
            self,
            _("Tindak lanjut baru: daerah"),
            lambda region: followups.write_followup(self, region=region),
            self.region_code,
        )

    def action_status(self) -> None:
        """The status menu of the follow-up under the cursor."""
        row = self._followups.followup
        if row is not None:
            followups.set_status(self, row.id)

    def action_edit(self) -> None:
        """Change the line under the cursor in a form."""
        if self.tab == "followups":
            if (row := self._followups.followup) is not None:
                followups.change_followup(self, row.id)
        elif (event := self._list.event) is not None:
            activities.edit_event(self, self.store.views.event(event))

    def action_delete(self) -> None:
        """Delete the line under the cursor; undo brings it back."""
        if self.tab == "followups":
            row = self._followups.followup
            done = row is not None and followups.delete_followup(self, row)
        else:
            event = self._list.event_row
            done = event is not None and activities.delete_event(self, event)
        if done:
            self.akk.data_changed()

    async def action_origin(self) -> None:
        """Open where the line comes from: the activity of a follow-up, its note or indicator, else the region."""
        row = self._followups.followup if self.tab == "followups" else None
        if row is None:
            if self.region_code is not None:
                await self.akk.open_region(self.region_code)
        elif row.event is not None and row.event_title:
            await activities.show_event(self.akk, row.event)
        else:
            subject = row.subject or row.region
            region, _colon, indicator = subject.partition(":")
            if any(note.id == subject for note in self.store.views.notes(row.cycle, subject=row.region)):
                self.akk.call_next(self.akk.open_note, subject)
            elif indicator:
                await self.akk.open_region(region, indicator=indicator)
            else:
                await self.akk.open_region(row.region)

    def action_note(self) -> None:
        """A note about the activity under the cursor, else about the follow-up's subject."""
        from akk_tui.ui.screens.notes import write_about

        row = self._list.event_row if self.tab == "events" else None
        if row is not None:
            write_about(self, row.id)
        elif (asked := self._followups.followup) is not None:
            write_about(self, asked.event or asked.region)

    # --- filter

    def action_filter(self) -> None:
        """Type a filter."""
        self._query.add_class("-shown")
        self._query.focus()

    async def action_leave(self) -> None:
        """From the filter to the list; then the filter is emptied; then back."""
        if self._query.has_focus:
            self._close_filter()
        elif self._query.value:
            self._query.value = ""
            self._close_filter()
        else:
            await self.akk.action_back()

    def _close_filter(self) -> None:
        self._query.set_class(bool(self._query.value), "-shown")
        self.query_one(f"#{self.tab}").focus()

    @on(Input.Changed, "#query")
    def _filtered(self, event: Input.Changed) -> None:
        event.stop()
        self._draw()

    @on(Input.Submitted, "#query")
    def _filter_done(self, event: Input.Submitted) -> None:
        event.stop()
        self._close_filter()
