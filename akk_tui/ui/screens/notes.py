"""Catatan: the list of notes with full-text search, one note to read, and the drafts that were left."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import DataTable, Input, Static

from akk_tui import i18n
from akk_tui.contract.errors import AkkError
from akk_tui.contract.ids import UUID
from akk_tui.i18n import gettext as _
from akk_tui.i18n import ngettext, pick
from akk_tui.store.shapes import Draft, NoteDetail, NoteRow
from akk_tui.ui import draft_words
from akk_tui.ui.chooser import Chooser, Option
from akk_tui.ui.screens.base import AkkScreen
from akk_tui.ui.screens.note_editor import draft_of, new_draft, NoteEditor
from akk_tui.ui.terminal.safe import cell, content
from akk_tui.ui.widgets.markdown import MarkdownView
from akk_tui.ui.widgets.quiet import Quiet
from akk_tui.ui.widgets.subject import Choice, SearchChooser
from akk_tui.ui.widgets.table import AkkTable, Column
from akk_tui.ui.widgets.values import note_state, outbox_tone


class NotesScreen(AkkScreen):
    """All notes of the cycle that is shown."""

    ID: ClassVar[str] = "notes"
    AUTO_FOCUS: ClassVar[str | None] = "#note_list"
    DEFAULT_CSS = """
    NotesScreen {
        & #count { height: 1; padding: 0 1; }
        & #query { height: 1; border: none; padding: 0 1; display: none; }
        & #query.-shown { display: block; }
        & #panes { height: 1fr; }
        & #note_list { width: 1fr; height: 1fr; }
        & #reading { width: 1fr; height: 1fr; display: none; border-left: vkey $primary; }
        & #note_head { height: auto; padding: 0 1 1 1; }
        & #note_text { height: 1fr; }
        & #empty { height: 1fr; display: none; }
        &.-reading #reading { display: block; }
        &.-reading.-narrow #note_list, &.-reading.-tiny #note_list { display: none; }
        &.-reading.-narrow #reading, &.-reading.-tiny #reading { border-left: none; }
        &.-none #empty { display: block; }
        &.-none #panes { display: none; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[NoteRow, ...] | None = None
        self._by_id: dict[str, NoteRow] = {}
        self._drafts: list[Draft] = []
        self._read: NoteDetail | None = None
        self._titles: dict[str, str] = {}
        """The title of each indicator of the cycle."""
        self._offered = False

    def body(self) -> ComposeResult:
        yield Quiet(id="count")
        typed = Input(id="query", placeholder=_("cari di judul, isi, dan tanda"))
        typed.cursor_blink = False
        yield typed
        with Horizontal(id="panes"):
            yield AkkTable(id="note_list")
            with Vertical(id="reading"):
                yield Static(id="note_head")
                yield MarkdownView(id="note_text")
        yield Static(id="empty")

    # --- data

    def refresh_view(self) -> None:
        cycle, search = self.akk.cycle, self._query.value.strip() or None
        if not cycle:
            self.fetched("notes", ((), []))
            return
        self.fetch("notes", lambda store: (store.views.notes(cycle, search=search), list(store.drafts.list())))

    def fetched(self, name: str, value: Any) -> None:
        self._rows, drafts = value
        self._drafts = draft_words.left_over(drafts)
        self._titles = indicator_titles(self)
        self._by_id = {row.id: row for row in self._rows or ()}
        self._show()
        if self._read is not None:
            self._renew_reading(self._read.row.id)
        if not self._offered:
            self._offered = True
            if self._drafts and self.akk.screen is self:
                self.action_drafts()

    def on_resize(self) -> None:
        self._show()

    @property
    def _table(self) -> AkkTable:
        return self.query_one("#note_list", AkkTable)

    @property
    def _query(self) -> Input:
        return self.query_one("#query", Input)

    def _show(self) -> None:
        rows = self._rows
        if rows is None:
            return
        columns = self._columns()
        self._table.fill(columns, [(row.id, [self._cell(row, column) for column in columns]) for row in rows])
        searching = bool(self._query.value.strip())
        parts = [ngettext("{n} catatan", "{n} catatan", len(rows)).format(n=len(rows))]
        if searching:
            parts.append(_("cocok dengan “{words}”").format(words=self._query.value.strip()))
        if self._drafts:
            left = ngettext("{n} draf belum disimpan (b)", "{n} draf belum disimpan (b)", len(self._drafts))
            parts.append(left.format(n=len(self._drafts)))
        self.query_one("#count", Quiet).say(content(" · ".join(parts)))
        self.set_class(not rows and self._read is None, "-none")
        if not rows:
            words = (
                _("Tidak ada catatan yang cocok. Esc mengosongkan filter.")
                if searching
                else _("Belum ada catatan. Tekan n untuk menulis yang pertama; bisa juga tanpa jaringan.")
            )
            self.query_one("#empty", Static).update(content(words))

    def _about(self, row: NoteRow) -> str:
        """``Kota Blitar``, or the region with the indicator."""
        indicator = row.subject.partition(":")[2]
        title = self._titles.get(indicator, row.subject_title)
        if row.subject == row.region or title in ("", row.region_name):
            return row.region_name
        return " ".join(part for part in (row.region_name, "·", indicator, title) if part)

    def _columns(self) -> tuple[Column, ...]:
        wide = self.size.width >= 104
        width = self.size.width - 2
        if self.has_class("-reading") and wide:
            width = width // 2 - 1
        about = 26 if width >= 90 else 20 if width >= 60 else 0
        when, state = 13, 15 if width >= 70 else 3
        author = 12 if width >= 80 else 0
        tags = 18 if width >= 100 else 0
        columns = [
            Column("when", _("Dibuat"), when if width >= 50 else 7),
            Column("title", _("Judul"), max(width - about - when - state - author - tags, 14)),
            Column("about", _("Tentang"), about),
            Column("tags", _("Tanda"), tags),
            Column("author", _("Penulis"), author),
            Column("state", _("Keadaan") if state > 3 else "", state),
        ]
        return tuple(column for column in columns if column.width)

    def _cell(self, row: NoteRow, column: Column) -> Text:
        width = (column.width or 2) - 1
        if column.key == "when":
            return cell(self._when(row, short=width < 10), self.akk.tone("muted"), width=width)
        if column.key == "title":
            return cell(row.title or row.excerpt, width=width)
        if column.key == "about":
            return cell(self._about(row), width=width)
        if column.key == "tags":
            return cell(" ".join(f"#{tag}" for tag in row.tags), self.akk.tone("accent"), width=width)
        if column.key == "author":
            return cell(row.author, width=width)
        if row.state == "sent":
            return cell("")
        words = note_state(row.state) if width > 2 else "≠" if row.state == "conflict" else "↑"
        return cell(words, self.akk.tone(outbox_tone(row.state) or "muted"), width=width)

    def _when(self, row: NoteRow, *, short: bool = False) -> str:
        if row.at is None:
            return "–"
        day = i18n.in_zone(row.at, self.akk.zone).date()
        return i18n.day(day, year=False) if short else i18n.day(day)

    # --- reading

    @property
    def _here(self) -> NoteRow | None:
        return self._by_id.get(self._table.cursor_key or "")

    def note_off(self) -> str | None:
        """Why no note can be read now."""
        return None if self._here is not None or self._read is not None else _("Pilih dulu sebuah catatan.")

    def edit_off(self) -> str | None:
        """Why the note cannot be changed by this officer."""
        row = self._chosen()
        if row is None:
            return _("Pilih dulu sebuah catatan.")
        if not row.mine:
            return _("Catatan ini ditulis {author}; hanya penulisnya yang dapat mengubahnya.").format(author=row.author)
        return None

    def drafts_off(self) -> str | None:
        """Why there is no draft to open."""
        return None if self._drafts else _("Tidak ada draf yang tertinggal.")

    @property
    def region_code(self) -> str | None:
        """The region of the note under the cursor."""
        row = self._chosen()
        return row.region if row is not None else None

    def _chosen(self) -> NoteRow | None:
        """The note that is read, else the one under the cursor."""
        if self._read is not None and self.has_class("-reading") and not self._table.has_focus:
            return self._read.row
        return self._here

    @on(DataTable.RowSelected, "#note_list")
    async def _selected(self, event: DataTable.RowSelected) -> None:
        event.stop()
        await self.akk.action_command("notes.read")

    def action_read(self) -> None:
        """Read the note under the cursor."""
        row = self._here
        if row is not None:
            self.open_note(row.id)

    def open_note(self, note: str) -> None:
        """Show the note with that id; a draft of it that was left is offered."""
        try:
            self._read = self.store.views.note(note)
        except AkkError as cause:
            self.akk.tell_error(cause)
            return
        self.remove_class("-none")
        self.add_class("-reading")
        self._show()
        self._table.go_to(note)
        self._draw_reading()
        view = self.query_one("#note_text", MarkdownView)
        view.focus()
        left = next((draft for draft in draft_words.left_over(self.store.drafts.list()) if draft.note == note), None)
        if left is not None:
            self._offer(left)

    def _draw_reading(self) -> None:
        if self._read is None:
            return
        row = self._read.row
        facts = [self._about(row), row.author, self._when(row)]
        if row.tags:
            facts.append(" ".join(f"#{tag}" for tag in row.tags))
        if row.state != "sent":
            facts.append(note_state(row.state))
        head = content(row.title or _("tanpa judul"), "bold") + content("\n" + " · ".join(facts), "$text-muted")
        self.query_one("#note_head", Static).update(head)
        self.query_one("#note_text", MarkdownView).show(self._read.body)

    def _renew_reading(self, note: str) -> None:
        try:
            self._read = self.store.views.note(note)
        except AkkError:
            # The note was deleted, here or elsewhere: the list no longer has it, so there is nothing to read.
            self._close_reading()
        else:
            self._draw_reading()

    def _close_reading(self) -> None:
        self._read = None
        self.remove_class("-reading")
        self._show()
        self._table.focus()

    # --- writing

    def action_edit(self) -> None:
        """Edit the note, or take up the draft of it that was left."""
        row = self._chosen()
        if row is None:
            return
        left = next((draft for draft in self._drafts if draft.note == row.id), None)
        if left is not None:
            self._offer(left)
        else:
            self._edit(draft_of(self, self.store.views.note(row.id)), row)

    def _edit(self, draft: Draft, row: NoteRow | None) -> None:
        about = self._about(row) if row is not None else _subject_words(self, draft.cycle, draft.subject)
        self.akk.push_screen(NoteEditor(draft, about))

    def action_new(self) -> None:
        """A new note: first the region, then the whole of it or one indicator."""
        choose_subject(self, self.region_code, lambda subject: write_about(self, subject))

    def action_delete(self) -> None:
        """Delete the note; undo brings it back."""
        row = self._chosen()
        if row is None:
            return
        self.store.delete_note(row.id)
        if self._read is not None:
            self._close_reading()
        self.akk.tell(_("Catatan “{title}” dihapus; u mengurungkannya.").format(title=row.title or row.excerpt[:40]))
        self.akk.data_changed()

    # --- drafts

    def action_drafts(self) -> None:
        """Offer the drafts that were left: the only one, or a list."""
        if len(self._drafts) == 1:
            self._offer(self._drafts[0])
            return
        options = [
            Option(draft.id, draft_words.name_of(draft), i18n.moment(draft.at, self.akk.zone)) for draft in self._drafts
        ]

        def chosen(key: str | None) -> None:
            draft = next((draft for draft in self._drafts if draft.id == key), None)
            if draft is not None:
                self._offer(draft)

        self.akk.push_screen(Chooser(_("Draf yang belum disimpan"), options), chosen)

    def _offer(self, draft: Draft) -> None:
        """Ask what to do with a draft, with the difference in words."""
        present: dict[str, Any] | None = None
        gone = False
        if draft.note is not None:
            try:
                present = self.store.views.note(draft.note).seen
            except AkkError:
                gone = True
        words = _("catatannya sudah dihapus") if gone else draft_words.difference(draft, present)
        saved = _("Draf “{name}”, {when}").format(
            name=draft_words.name_of(draft)[:40], when=i18n.moment(draft.at, self.akk.zone)
        )
        options = [
            Option("take", _("Lanjutkan"), words),
            Option("drop", _("Buang"), _("tidak dapat diurungkan")),
            Option("later", _("Nanti"), _("draf tetap ada")),
        ]

        def chosen(key: str | None) -> None:
            if key == "take":
                self._take(draft, gone)
            elif key == "drop":
                self.akk.journal.drop(draft.id)
                self.akk.journal.flush(1.0)
                self.renew()

        self.akk.push_screen(Chooser(saved, options), chosen)

    def _take(self, draft: Draft, gone: bool) -> None:
        if gone:
            # Its note is deleted: what was typed becomes a new note about the same subject.
            draft = Draft(
                draft.id,
                None,
                draft.subject,
                draft.cycle,
                draft.title,
                draft.body,
                draft.tags,
                None,
                draft.at,
                draft.pid,
            )
        self._edit(draft, self._by_id.get(draft.note or ""))

    # --- filter

    def action_filter(self) -> None:
        """Type words to search for."""
        self._query.add_class("-shown")
        self._query.focus()

    @on(Input.Changed, "#query")
    def _searched(self, event: Input.Changed) -> None:
        event.stop()
        self.renew()

    @on(Input.Submitted, "#query")
    def _search_done(self, event: Input.Submitted) -> None:
        event.stop()
        self._close_filter()

    def _close_filter(self) -> None:
        self._query.set_class(bool(self._query.value), "-shown")
        self._table.focus()

    async def action_leave(self) -> None:
        """From the note or the filter to the list; then the filter is emptied; then back."""
        if self._query.has_focus:
            self._close_filter()
        elif self.has_class("-reading"):
            self._close_reading()
        elif self._query.value:
            self._query.value = ""
            self._close_filter()
        else:
            await self.akk.action_back()


def write_about(screen: AkkScreen, subject: str) -> None:
    """Write a new note about ``35.72``, ``35.72:2.4`` or the activity of that id."""
    screen.akk.push_screen(NoteEditor(new_draft(screen, subject), _subject_words(screen, screen.akk.cycle, subject)))


def _subject_words(screen: AkkScreen, cycle: str, subject: str) -> str:
    if UUID.match(subject):
        try:
            event = screen.store.views.event(subject).row
        except AkkError:
            return _("kegiatan yang sudah tidak ada")
        return f"{event.region_name} · {event.title}"
    region, _colon, indicator = subject.partition(":")
    names = {row.code: row.name for row in screen.store.views.regions(cycle)}
    parts = [names.get(region, region)]
    if indicator:
        parts.append(f"{indicator} {indicator_titles(screen).get(indicator, '')}".strip())
    return " · ".join(parts)


def indicator_titles(screen: AkkScreen) -> dict[str, str]:
    """The title of each indicator of the cycle that is shown, in the language in use."""
    cycle = screen.akk.cycle
    if not cycle:
        return {}
    components = screen.store.instrument(cycle).components
    return {known.id: pick(known.title, known.title_en) for part in components for known in part.indicators}


def choose_subject(screen: AkkScreen, region: str | None, chosen: Callable[[str], None]) -> None:
    """Ask what a new note is about; ``region`` stands first. ``chosen`` gets ``35.72`` or ``35.72:2.4``."""
    cycle = screen.akk.cycle
    rows = screen.store.views.regions(cycle) if cycle else ()
    if not rows:
        screen.akk.tell(_("Belum ada daerah di sini. Sinkronkan dengan s dahulu."), "warning")
        return
    names = {row.code: row.name for row in rows}

    def indicator(code: str | None) -> None:
        if code is None:
            return
        choices = [Choice(code, code, _("seluruh daerah"))]
        choices += [Choice(f"{code}:{known}", known, title) for known, title in indicator_titles(screen).items()]
        title = _("Catatan tentang {region}").format(region=names[code])
        screen.akk.push_screen(SearchChooser(title, choices), lambda key: chosen(key) if key else None)

    choices = [Choice(row.code, row.code, f"{row.name} · {row.province}") for row in rows]
    screen.akk.push_screen(SearchChooser(_("Catatan baru: daerah"), choices, region), indicator)
