"""The page of an activity: its head, attendance per OPD, agenda and outcome, follow-ups, notes."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Final

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import DataTable, OptionList

from akk_tui import i18n
from akk_tui.contract.errors import AkkError, N_
from akk_tui.contract.limits import LINE_CHARS
from akk_tui.contract.states import ATTENDANCE
from akk_tui.i18n import gettext as _
from akk_tui.i18n import ngettext
from akk_tui.store.shapes import EventDetail
from akk_tui.ui import event_words, followups, references, words
from akk_tui.ui import events as activities
from akk_tui.ui.chooser import Chooser, Option
from akk_tui.ui.forms import FormField
from akk_tui.ui.screens import event_text
from akk_tui.ui.screens.base import AkkScreen
from akk_tui.ui.terminal.safe import cell, content, cut
from akk_tui.ui.widgets import marks
from akk_tui.ui.widgets.attendance import AttendanceList, following, NONE
from akk_tui.ui.widgets.followup_list import FollowupList
from akk_tui.ui.widgets.lines import clickable, Words
from akk_tui.ui.widgets.table import AkkTable, Column
from akk_tui.ui.widgets.text_lines import Section, TextLines
from akk_tui.ui.widgets.values import note_state, outbox_tone

TABS: Final = ("attendance", "texts", "followups", "notes")
_AGENCY_CHARS: Final = 80
_SHORT: Final = 20


class EventScreen(AkkScreen):
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
        super().__init__()
        self.detail = detail
        self.tab = TABS[0]
        self._offered = False
        self._titles: dict[str, str] = {}

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
        self._show_tab()

    # --- data

    @property
    def event(self) -> str:
        """The id of the activity."""
        return self.detail.row.id

    @property
    def region_code(self) -> str:
        """The region of the activity: what commands about a region mean here."""
        return self.detail.row.region

    @property
    def report_days(self) -> tuple[date, date] | None:
        """The days of the activity: what the report of a visit is about; None where it has none."""
        row = self.detail.row
        return None if row.start_day is None else (row.start_day, row.end_day or row.start_day)

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

    def on_screen_resume(self) -> None:
        super().on_screen_resume()
        if self.focused is None:
            self._show_tab()

    def on_resize(self) -> None:
        self._draw()
        self._show_tab(focus=False)

    @property
    def wide(self) -> bool:
        """Whether all parts stand on the screen at once."""
        return self.space.width >= 104 and self.space.height >= 28

    @property
    def _attendance(self) -> AttendanceList:
        return self.query_one("#attendance", AttendanceList)

    @property
    def _texts(self) -> TextLines:
        return self.query_one("#texts", TextLines)

    @property
    def _followups(self) -> FollowupList:
        return self.query_one("#followups", FollowupList)

    @property
    def _notes(self) -> AkkTable:
        return self.query_one("#notes", AkkTable)

    # --- drawing

    def _draw(self) -> None:
        if not self.query("#head"):
            return
        detail, row, keyed = self.detail, self.detail.row, self.akk.keyed
        self.query_one("#head", Words).show(self._head())
        self._attendance.show_attendance(detail.agencies, detail.attendance)
        self._texts.show(
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
        self._followups.show_followups(detail.followups, today, regions=False, empty=nothing)
        self._draw_notes()
        titles: dict[str, tuple[AkkTable | TextLines, str]] = {
            "attendance": (self._attendance, f"{_('Kehadiran')} {event_words.attended(row)}".rstrip()),
            "texts": (self._texts, _("Agenda dan hasil")),
            "followups": (self._followups, f"{_('Tindak lanjut')} {row.followups or ''}".rstrip()),
            "notes": (self._notes, f"{_('Catatan')} {len(detail.notes) or ''}".rstrip()),
        }
        for panel, title in titles.values():
            panel.entitle(content(title if self.wide else ""))
        self._draw_tabs()

    def _reference_titles(self) -> dict[str, str]:
        """What the references in the texts are called; read once, and only where there is one."""
        if not self._titles and references.in_line(f"{self.detail.agenda}\n{self.detail.outcome}"):
            self._titles = references.titles(self.store, self.detail.row.cycle)
        return self._titles

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

    def _show_tab(self, *, focus: bool = True) -> None:
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
        self._show_tab()

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

    # --- why not

    def change_off(self) -> str | None:
        """Why the activity cannot be changed."""
        return activities.changing_off(self.akk, self.detail.row)

    def attendance_off(self) -> str | None:
        """Why no attendance can be noted now."""
        if self.tab != "attendance":
            return _("Pilih dulu sebuah OPD pada bagian Kehadiran.")
        reason = self.change_off()
        if reason is None and self._attendance.agency is None:
            return self.akk.keyed(_("Belum ada OPD; {key:event.agency} menambahnya."))
        return reason

    def space_off(self) -> str | None:
        """Why space changes nothing now: it belongs to attendance and to follow-ups."""
        return self.followup_here_off() if self.tab == "followups" else self.attendance_off()

    def edit_off(self) -> str | None:
        """Why what is chosen cannot be changed."""
        if self.tab == "followups":
            return self.followup_here_off()
        if self.tab == "notes":
            return _("Catatan diubah di layar Catatan; enter membukanya.")
        return self.change_off()

    def followup_here_off(self) -> str | None:
        """Why the follow-up under the cursor cannot be changed."""
        row = self._followups.followup
        if row is None:
            return _("Pilih dulu sebuah tindak lanjut.")
        return followups.changing_off(self.akk, row)

    def followup_off(self) -> str | None:
        """Why no follow-up can be written."""
        return activities.writing_off(self.akk, self.region_code, kind="followup")

    def line_off(self) -> str | None:
        """Why no follow-up can be made from a line."""
        if self.tab != "texts" or not marks.plain(self._texts.line):
            return _("Pilih dulu sebuah baris agenda atau hasil.")
        return self.followup_off()

    def delete_off(self) -> str | None:
        """Why nothing can be deleted now."""
        if self.tab == "followups":
            return self.followup_here_off()
        if self.tab == "notes":
            return _("Catatan dihapus di layar Catatan; enter membukanya.")
        return self.change_off()

    # --- attendance

    def action_next_attendance(self) -> None:
        """The next word of the OPD's attendance; on a follow-up its status menu."""
        if self.tab == "followups":
            row = self._followups.followup
            if row is not None:
                followups.set_status(self, row.id)
            return
        name = self._attendance.agency
        if name is not None:
            self._attend(name, following(self.detail.attendance.get(name)))

    def action_attendance_menu(self) -> None:
        """Choose the attendance of the OPD under the cursor: 1–4 while the menu is open."""
        name = self._attendance.agency
        if name is None:
            return
        options = [
            Option(word, event_words.attendance_word(word), "", event_words.attendance_glyph(word))
            for word in ATTENDANCE
        ]
        options.append(Option(NONE, _("tidak dicatat"), "", words.NONE))

        def chosen(word: str | None) -> None:
            if word is not None:
                self._attend(name, word or None)

        self.akk.push_screen(Chooser(name, options, self.detail.attendance.get(name, NONE)), chosen)

    def _attend(self, name: str, word: str | None) -> None:
        field = f"attendance.{name}"
        seen = {field: self.detail.seen.get(field)}
        try:
            edit = self.store.edit(
                "event", self.event, {field: word}, seen=seen, answers=self.detail.row.state == "conflict"
            )
        except AkkError as cause:
            self.akk.tell_error(cause)
            return
        if edit.op is not None:
            self.akk.edited()
        else:
            self.akk.data_changed()

    def action_add_agency(self) -> None:
        """Note another OPD by its name."""
        known = self.detail.attendance
        offered = tuple((name, name) for name in self.detail.agencies if name not in known)
        kinds = tuple((word, event_words.attendance_word(word)) for word in ATTENDANCE)

        def trouble(text: str) -> str | None:
            if "." in text:
                return _("nama OPD ditulis tanpa titik")
            return _("paling banyak {n} huruf").format(n=_AGENCY_CHARS) if len(text) > _AGENCY_CHARS else None

        def save(texts: dict[str, str]) -> Any:
            field = f"attendance.{texts['name'].strip()}"
            return self.store.edit(
                "event", self.event, {field: texts["word"]}, seen={field: self.detail.seen.get(field)}
            )

        asked = [
            FormField(
                "name", _("OPD"), choices=offered, check=trouble, required=True, hint=_("ketik nama lain juga boleh")
            ),
            FormField("word", _("Kehadiran"), ATTENDANCE[0], kind="choice", choices=kinds),
        ]
        activities.open_form(self, _("OPD yang hadir"), asked, save)

    # --- writing

    def action_edit(self) -> None:
        """Change what is chosen: a follow-up, agenda or outcome, else the head."""
        row = self._followups.followup
        if self.tab == "followups" and row is not None:
            followups.change_followup(self, row.id)
        elif self.tab == "texts":
            self.action_text(self._texts.section or "outcome")
        else:
            self.action_head()

    def action_head(self) -> None:
        """Change the head in a form."""
        activities.edit_event(self, self.detail)

    def action_text(self, field: str) -> None:
        """Write the agenda or the outcome."""
        self.tab = "texts"
        self._show_tab()
        self._texts.go_to_section(field)
        event_text.write_text(self, self.detail, field)

    def action_followup(self) -> None:
        """A new follow-up of this activity."""
        followups.write_followup(self, region=self.region_code, event=self.event)

    def action_line_followup(self) -> None:
        """A follow-up from the line under the cursor."""
        text = references.spoken(marks.plain(self._texts.line), self._titles)[:LINE_CHARS]
        followups.write_followup(self, region=self.region_code, event=self.event, text=text)

    def action_note(self) -> None:
        """A note with this activity as its subject."""
        from akk_tui.ui.screens.notes import write_about

        write_about(self, self.event)

    def action_delete(self) -> None:
        """Delete the follow-up under the cursor, or the activity; undo brings it back."""
        row = self._followups.followup
        if self.tab == "followups" and row is not None:
            if followups.delete_followup(self, row):
                self.akk.data_changed()
            return
        if activities.delete_event(self, self.detail.row):
            self.akk.pop_screen()
            self.akk.data_changed()
