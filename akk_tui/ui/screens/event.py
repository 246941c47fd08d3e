"""The page of an activity: its head, attendance per OPD, agenda and outcome, follow-ups, notes."""

from __future__ import annotations

from typing import ClassVar, Final

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import DataTable, OptionList

from akk_tui import i18n
from akk_tui.contract.errors import AkkError, N_
from akk_tui.i18n import gettext as _
from akk_tui.i18n import ngettext
from akk_tui.store.shapes import EventDetail
from akk_tui.ui import event_words, references, words
from akk_tui.ui.screens import event_text
from akk_tui.ui.screens.event_actions import EventActions
from akk_tui.ui.screens.event_here import TABS
from akk_tui.ui.terminal.safe import cell, content, cut
from akk_tui.ui.widgets.attendance import AttendanceList, NONE
from akk_tui.ui.widgets.followup_list import FollowupList
from akk_tui.ui.widgets.lines import clickable, Words
from akk_tui.ui.widgets.table import AkkTable, Column
from akk_tui.ui.widgets.text_lines import Section, TextLines
from akk_tui.ui.widgets.values import note_state, outbox_tone

_SHORT: Final = 20


class EventScreen(EventActions):
    """One activity. In a wide terminal all its parts stand side by side, in a narrow one each is a tab."""

    ID: ClassVar[str] = "event"
    AUTO_FOCUS: ClassVar[str | None] = None
    HELP = N_(
        "{key:event.tab_previous} dan {key:event.tab_next} berpindah bagian. Kehadiran: {key:event.attendance} "
        "mengganti, enter membuka menu, {key:event.agency} menambah OPD. Agenda dan hasil: {key:event.agenda} dan "
        "{key:event.outcome} menulisnya, {key:event.line_followup} membuat tindak lanjut dari baris. Tindak lanjut: "
        "{key:event.followup} menambah, {key:event.attendance} mengganti status. {key:event.edit} mengubah yang "
        "sedang dipilih, {key:event.head} kepala kegiatan."
    )

    DEFAULT_CSS = """
    EventScreen {
        & #head { height: auto; padding: 0 1; }
        & #tabs { height: 1; }
        & #panes, & #left, & #right { height: 1fr; }
        & #left, & #right { width: 1fr; }
        &.-whole #left { width: 2fr; }
        &.-whole #right { width: 3fr; }
        &.-whole #attendance, &.-whole #texts, &.-whole #followups, &.-whole #notes { border: round $primary 60%; }
        &.-whole #attendance:focus, &.-whole #texts:focus, &.-whole #followups:focus, &.-whole #notes:focus {
            border: round $accent;
        }
        &.-whole #texts { height: 5fr; }
        &.-whole #followups { height: 4fr; }
        &.-whole #notes { height: 3fr; }
    }
    """

    def __init__(self, detail: EventDetail) -> None:
        super().__init__(detail)
        self._offered = False
        self._sought: str | None = None
        """The follow-up that was just made, until it has been read."""

    def body(self) -> ComposeResult:
        yield Words(id="head")
        yield Words(id="tabs")
        with Horizontal(id="panes"):
            with Vertical(id="left"):
                yield AttendanceList(id="attendance")
            with Vertical(id="right"):
                yield TextLines(id="texts")
                yield FollowupList(id="followups", header=False)
                yield AkkTable(id="notes", header=False)

    def on_mount(self) -> None:
        self._draw()
        self.show_tab()

    # --- data

    def refresh_view(self) -> None:
        try:
            self.detail = self.store.views.event(self.event)
        except AkkError as cause:
            # Deleted here or by a colleague: there is nothing to show any more.
            if self.akk.screen is self:
                self.akk.tell_error(cause)
                self.akk.pop_screen()
            return
        self._draw()
        if not self._offered and self.akk.screen is self:
            self._offered = True
            left = event_text.left_over(self, self.event)
            if left:
                event_text.offer(self, self.detail, left[0])

    def seek(self, key: str) -> None:
        self._sought = key
        self._draw()

    def on_screen_resume(self) -> None:
        super().on_screen_resume()
        if self.focused is None:
            self.show_tab()

    def on_resize(self) -> None:
        self._draw()
        self.show_tab(focus=False)

    @property
    def wide(self) -> bool:
        """Whether all parts stand on the screen at once."""
        return self.space.width >= 104 and self.space.height >= 28

    @property
    def _notes(self) -> AkkTable:
        return self.query_one("#notes", AkkTable)

    # --- drawing

    def _draw(self) -> None:
        if not self.query("#head"):
            return
        detail, row, keyed = self.detail, self.detail.row, self.akk.keyed
        self.query_one("#head", Words).show(self._head())
        self.attendance_list.show_attendance(detail.agencies, detail.attendance)
        self.text_lines.show(
            (
                Section(
                    "agenda",
                    _("Agenda"),
                    detail.agenda or "",
                    keyed(_("Belum ada agenda; {key:event.agenda} menulisnya.")),
                ),
                Section(
                    "outcome",
                    _("Hasil"),
                    detail.outcome or "",
                    keyed(_("Belum ada hasil; {key:event.outcome} menulisnya.")),
                ),
            ),
            self._reference_titles(),
        )
        today = self.store.today()
        nothing = keyed(_("Belum ada tindak lanjut; {key:event.followup} menulis yang pertama."))
        self.followup_list.show_followups(detail.followups, today, regions=False, empty=nothing)
        if self._sought is not None and self.followup_list.go_to(self._sought):
            self._sought = None
        self._draw_notes()
        titles: tuple[tuple[AkkTable | TextLines, str, str], ...] = (
            (self.attendance_list, _("Kehadiran"), event_words.attended(row)),
            (self.text_lines, _("Agenda dan hasil"), ""),
            (self.followup_list, _("Tindak lanjut"), str(row.followups or "")),
            (self._notes, _("Catatan"), str(len(detail.notes) or "")),
        )
        for panel, title, count in titles:
            panel.entitle(content(f"{title} {count}".rstrip() if self.wide else ""))
        self._draw_tabs()

    def _reference_titles(self) -> dict[str, str]:
        """What the references in the texts are called; read once, and only where there is one."""
        if not self.titles and references.in_line(f"{self.detail.agenda}\n{self.detail.outcome}"):
            self.titles = references.titles(self.store, self.detail.row.cycle)
        return self.titles

    def _head(self) -> Content:
        row, width = self.detail.row, self.space.width - 2
        name = content(row.title, "bold")
        if row.state != "sent":
            tone = {"warn": "$warning", "bad": "$error"}.get(outbox_tone(row.state), "$accent")
            name = Content.assemble(
                name, content(f"  {event_words.waiting_mark(row.state)} {note_state(row.state)}", tone)
            )
        if not row.writable:
            name = Content.assemble(name, content("  " + _("hanya baca"), "$warning"))
        place = [event_words.kind_word(row.kind), row.region_name, event_words.when(row), row.place or ""]
        facts: list[str] = []
        if row.participants is not None:
            facts.append(ngettext("{n} peserta", "{n} peserta", row.participants).format(n=row.participants))
        if row.institutions:
            facts.append(", ".join(row.institutions))
        if row.invited:
            facts.append(_("OPD hadir {present} dari {invited}").format(present=row.present, invited=row.invited))
        if row.open_followups:
            asked = ngettext("{n} tindak lanjut terbuka", "{n} tindak lanjut terbuka", row.open_followups)
            facts.append(asked.format(n=row.open_followups))
        if row.by:
            facts.append(_("diubah terakhir oleh {who}").format(who=row.by))
        if self.space.height < _SHORT:
            line = cut(f"{row.title} · {event_words.days(row, self.store.today())} · {row.region_name}", width)
            mark = event_words.waiting_mark(row.state)
            return content(cut(f"{mark} {line}".strip(), width), "bold")
        lines = [words.flow([part for part in place if part], width)]
        if facts:
            lines.append(words.flow(facts, width))
        return Content.assemble(name, "\n", content("\n".join(lines), "$text-muted"))

    def _draw_tabs(self) -> None:
        row = self.detail.row
        short = self.space.width < 60
        titles = {
            "attendance": (_("Hadir") if short else _("Kehadiran")) + f" {event_words.attended(row)}".rstrip(),
            "texts": _("Hasil") if short else _("Agenda dan hasil"),
            "followups": (_("TL") if short else _("Tindak lanjut")) + (f" {row.followups}" if row.followups else ""),
            "notes": _("Catatan") + (f" {len(self.detail.notes)}" if self.detail.notes and not short else ""),
        }
        parts: list[Content] = [content(" ")]
        for tab in TABS:
            title = content(f" {titles[tab]} ", "bold reverse" if tab == self.tab else "$text-muted")
            parts.append(clickable(title, f"show_tab('{tab}')"))
            parts.append(content("│" if tab != TABS[-1] else "", "$text-muted"))
        self.query_one("#tabs", Words).show(Content.assemble(*parts))

    def _draw_notes(self) -> None:
        tone = self.akk.tone
        width = max((self._notes.size.width or self.space.width - 2) - 1, 20)
        author = 14 if width >= 60 else 0
        columns = [Column("when", "", 12), Column("title", "", width - 12 - author), Column("author", "", author)]
        rows: list[tuple[str, list[Text]]] = []
        for note in self.detail.notes:
            day = "" if note.at is None else i18n.day(i18n.in_zone(note.at, self.akk.zone).date())
            mark = f" {event_words.waiting_mark(note.state)}".rstrip()
            title = cut(note.title or note.excerpt, width - 15 - author) + mark
            rows.append((note.id, [cell(day, tone("muted")), cell(title), cell(note.author, tone("muted"))]))
        if not rows:
            empty = cell(self.akk.keyed(_("Belum ada catatan; {key:event.note} menulis yang pertama.")), tone("muted"))
            columns = [Column("title", "", width)]
            self._notes.fill(columns, [(NONE, [empty])])
            return
        shown = [column for column in columns if column.width]
        self._notes.fill(shown, [(key, cells[: len(shown)]) for key, cells in rows])

    def show_tab(self, *, focus: bool = True) -> None:
        self.set_class(self.wide, "-whole")
        self._draw_tabs()
        self.query_one("#tabs").display = not self.wide
        for tab in TABS:
            self.query_one(f"#{tab}").display = self.wide or tab == self.tab
        self.query_one("#left").display = self.wide or self.tab == "attendance"
        self.query_one("#right").display = self.wide or self.tab != "attendance"
        if focus or (self.focused is not None and not self.focused.display):
            self.query_one(f"#{self.tab}", Widget).focus()

    def on_descendant_focus(self) -> None:
        if self.focused is not None and self.focused.id in TABS:
            self.tab = self.focused.id
        super().on_descendant_focus()

    # --- moving

    def action_tab(self, step: int) -> None:
        """Show the next part, or with -1 the previous one."""
        self.action_show_tab(TABS[(TABS.index(self.tab) + step) % len(TABS)])

    def action_show_tab(self, tab: str) -> None:
        """Show a part."""
        self.tab = tab
        self.show_tab()

    async def action_back(self) -> None:
        """Off the page."""
        await self.akk.action_back()

    @on(DataTable.RowSelected, "#attendance")
    async def _agency_chosen(self, event: DataTable.RowSelected) -> None:
        event.stop()
        await self.akk.action_command("event.attendance_menu")

    @on(OptionList.OptionSelected, "#texts")
    async def _line_chosen(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        await self.akk.action_command("event.edit")

    @on(DataTable.RowSelected, "#followups")
    async def _followup_chosen(self, event: DataTable.RowSelected) -> None:
        event.stop()
        await self.akk.action_command("event.edit")

    @on(DataTable.RowSelected, "#notes")
    def _note_chosen(self, event: DataTable.RowSelected) -> None:
        event.stop()
        if event.row_key.value:
            # This page is left on the way: it cannot wait for that itself.
            self.akk.call_next(self.akk.open_note, event.row_key.value)
