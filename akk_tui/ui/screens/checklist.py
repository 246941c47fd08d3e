"""Daftar periksa: the items of all regions, what is missing first, in groups, with changes to one or to many."""

from __future__ import annotations

from functools import partial
from time import monotonic
from typing import Any, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.widgets import DataTable, Input, Static

from akk_tui.contract.errors import AkkError, N_
from akk_tui.i18n import gettext as _
from akk_tui.i18n import ngettext
from akk_tui.store.shapes import ChecklistRow
from akk_tui.ui import bulk
from akk_tui.ui.checklist_language import checklist_language
from akk_tui.ui.filter_language import Language
from akk_tui.ui.screens.base import AkkScreen
from akk_tui.ui.terminal.safe import content
from akk_tui.ui.widgets import checklist_rows, checklist_table
from akk_tui.ui.widgets.checklist_rows import GROUPING_WORDS, GROUPINGS, Groups, NO_SHEET, row_key, Sheet
from akk_tui.ui.widgets.checklist_table import columns
from akk_tui.ui.widgets.filter_input import FilterInput
from akk_tui.ui.widgets.quick_table import Cells
from akk_tui.ui.widgets.quiet import Quiet
from akk_tui.ui.widgets.state_menu import StateMenu
from akk_tui.ui.widgets.states import state_word
from akk_tui.ui.widgets.table import AkkTable

MOST_ROWS: Final = 200
"""Of more rows than these each group shows its first ones, the others when it is opened: a longer table is slow."""
FEWEST_ROWS: Final = 3
_HEAD: Final = "head:"
_MORE: Final = "more:"
_COMPLAINTS: Final = 3
_SHARE: Final = 8.0
"""Reading anew takes at most one part in so many of the time, however fast the data change."""


class ChecklistScreen(AkkScreen):
    """The checklist across regions."""

    ID: ClassVar[str] = "checklist"
    AUTO_FOCUS: ClassVar[str | None] = "#items"
    HELP = N_(
        "Filter: kata bebas, opd:BKPSDM,Inspektorat daerah:35.72 status:diunggah batas:lewat komponen:2 "
        "indikator:2.4; batas: juga minggu, bulan, tanpa, 7 (hari), <2025-10-10, 2025-10-01..2025-10-31. Tanda - di "
        "depan membalik, tanda kutip atau _ menyatukan kata; tab atau panah kanan mengambil saran. Kepala kelompok: "
        "berapa yang kurang, terlambat, dan kenaikan perkiraan per daerah bila semua diterima. Kolom hilang menurut "
        "urutan: naik, kata status, OPD dan daerah."
    )
    DEFAULT_CSS = """
    ChecklistScreen {
        & #count { height: 1; padding: 0 1; }
        &.-narrow #count, &.-tiny #count { height: 2; }
        & #query { height: 1; border: none; padding: 0 1; display: none; background: $surface; }
        & #query.-shown { display: block; }
        & #complaint { height: auto; max-height: 3; padding: 0 1; color: $text-warning; display: none; }
        & #complaint.-shown { display: block; }
        & #items { height: 1fr; }
        & #empty { height: 1fr; padding: 1 2; display: none; }
        &.-none #empty { display: block; }
        &.-none #items { display: none; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._sheet: Sheet | None = None
        self._cycle = ""
        self._groups: Groups = []
        self._shown: dict[str, ChecklistRow] = {}
        self._marked: set[str] = set()
        self._by = GROUPINGS[0]
        self._all = False
        self._opened: set[str] = set()
        """Groups that show all their rows."""
        self._width = 0
        self._complaints: tuple[str, ...] = ()
        self._soon = False
        self._own: set[str] = set()
        """Regions whose rows were changed here just now: they alone are read anew."""
        self._begun = self._took = 0.0
        self._later = False

    def body(self) -> ComposeResult:
        yield Quiet(id="count")
        yield FilterInput(
            self._complete, _("kata, opd:BKPSDM daerah:35.72 status:diunggah komponen:2 batas:lewat"), id="query"
        )
        yield Static(id="complaint")
        yield AkkTable(id="items")
        yield Static(id="empty")

    # --- data

    def refresh_view(self) -> None:
        if not self.akk.cycle:
            self.fetched("rows", NO_SHEET)
        elif self._own and self._sheet is not None and self._cycle == self.akk.cycle:
            self._read_own(self._sheet)
        else:
            self._read()

    def _read(self) -> None:
        """Read all rows in a thread; while that is slow and the data change fast, only now and then."""
        cycle = self.akk.cycle
        wait = self._begun + self._took * _SHARE - monotonic() if cycle == self._cycle else 0.0
        if wait > 0:
            if not self._later:
                self._later = True
                self.set_timer(wait, self._read_later)
            return
        self._begun, self._took = monotonic(), 0.0
        by = self._by
        self.fetch(
            "rows",
            lambda store: (cycle, checklist_rows.sheet(store.views.checklist_rows(cycle), store.instrument(cycle), by)),
        )

    def changed_here(self) -> None:
        """What the officer took back or did again is shown at once, however long reading takes."""
        self._took = 0.0

    def _read_later(self) -> None:
        self._later = False
        if self.is_current:
            self._read()
        else:
            self.seen_data = -1

    def _read_own(self, sheet: Sheet) -> None:
        """What was changed here is read at once, and stays where it stands in the order until all is read again."""
        regions, self._own = self._own, set()
        fresh = {row_key(row): row for row in self.store.views.checklist(self._cycle, regions)}
        rows = [fresh.get(row_key(row), row) if row.region in regions else row for row in sheet.rows]
        self._sheet = sheet.renewed(rows, [row.item.owner for row in fresh.values()])
        self._show()

    def fetched(self, name: str, value: Any) -> None:
        self._took = monotonic() - self._begun
        if isinstance(value, Sheet):
            self._sheet = value
        else:
            cycle, self._sheet = value
            if cycle != self._cycle:
                self._marked.clear()
            self._cycle = cycle
        if self._marked:
            self._marked &= {row_key(row) for row in self._rows}
        self._show()
        if self._sheet is not None:
            self._group_ahead(self._sheet)

    def _group_ahead(self, sheet: Sheet) -> None:
        """Group what is owed in the other ways too, for the key that asks for the next one: that one first."""
        if not sheet.rows:
            return
        after = GROUPINGS.index(self._by) + 1

        def work() -> None:
            for by in (*GROUPINGS[after:], *GROUPINGS[:after]):
                if self._sheet is not sheet:
                    return
                checklist_rows.owed(sheet, by)

        self.run_worker(work, thread=True, exclusive=True, group="ChecklistScreen.groupings", exit_on_error=True)

    @property
    def _rows(self) -> tuple[ChecklistRow, ...]:
        return self._sheet.rows if self._sheet is not None else ()

    def on_resize(self) -> None:
        if self._sheet is not None and self.size.width != self._width:
            self._show()

    @property
    def _table(self) -> AkkTable:
        return self.query_one("#items", AkkTable)

    @property
    def _query(self) -> FilterInput:
        return self.query_one("#query", FilterInput)

    @property
    def _language(self) -> Language[ChecklistRow]:
        today = self.akk.status.today if self.akk.status is not None else self.store.today()
        return checklist_language(self._sheet or NO_SHEET, today)

    def _complete(self, text: str) -> str | None:
        return self._language.complete(text)

    def _show(self, *, top: bool = False) -> None:
        """Bring everything up to date; with ``top`` the cursor goes to the first item."""
        self._soon = False
        if self._sheet is None:
            return
        self._groups = self._find(self._sheet)
        self._width = self.size.width
        self._fill(top)
        self._tell_about(len(self._sheet.rows))
        self.set_class(not self._groups, "-none")
        if not self._groups:
            self.query_one("#empty", Static).update(content(self._empty_words(self._sheet.rows)))

    def _find(self, sheet: Sheet) -> Groups:
        """What filter and marks keep of ``sheet``, in groups."""
        typed = self._query.value
        if not (typed.strip() or self._all or self._marked):
            self._complain(())
            return checklist_rows.owed(sheet, self._by)
        wanted = self._language.parse(typed)
        self._complain(wanted.complaints)
        kept = wanted.of(sheet.rows)
        if not self._all:
            marked = self._marked
            kept = [row for row in kept if checklist_rows.is_open(row) or (marked and row_key(row) in marked)]
        return checklist_rows.grouped(kept, self._by)

    def _complain(self, sentences: tuple[str, ...]) -> None:
        if sentences != self._complaints:
            self._complaints = sentences
            complaint = self.query_one("#complaint", Static)
            complaint.set_class(bool(sentences), "-shown")
            complaint.update(content("\n".join(sentences[:_COMPLAINTS])))

    def _tell_about(self, total: int) -> None:
        owed = sum(group.open for group in self._groups)
        late = sum(group.late for group in self._groups)
        work = sum(group.rework for group in self._groups)
        parts = [
            _("{n} kurang dari {total} butir").format(n=owed, total=total),
            *([_("{n} perlu perbaikan").format(n=work)] if work else []),
            *([_("{n} terlambat").format(n=late)] if late else []),
            _("menurut {grouping}").format(grouping=_(GROUPING_WORDS[self._by])),
        ]
        if self._all:
            parts.append(_("semua status"))
        if self._marked:
            parts.append(ngettext("{n} ditandai", "{n} ditandai", len(self._marked)).format(n=len(self._marked)))
        if any(group.waiting for group in self._groups):
            parts.append(_("↑ belum terkirim, ≠ beda isian"))
        self.query_one("#count", Quiet).say(content(" · ".join(parts)))

    def _empty_words(self, rows: tuple[ChecklistRow, ...]) -> str:
        if not rows:
            words = _("Belum ada butir di sini. Sinkronkan dengan {key:sync.now} untuk mengambil daerah tugas Anda.")
            return self.akk.keyed(words)
        if self._query.value.strip():
            words = _(
                "Tidak ada butir yang cocok dengan filter ini. Esc mengosongkan filter; {key:checklist.all} "
                "menampilkan semua status."
            )
            return self.akk.keyed(words)
        words = _(
            "Tidak ada yang kurang: semua butir sudah diterima atau tidak berlaku. {key:checklist.all} menampilkan "
            "semuanya."
        )
        return self.akk.keyed(words)

    def _fill(self, top: bool) -> None:
        shown, tone = columns(self.size.width - 2, self._by), self.akk.tone
        made: list[tuple[str, Cells]] = []
        self._shown = {}
        total = sum(len(group.rows) for group in self._groups)
        most = total if total <= MOST_ROWS else max(FEWEST_ROWS, MOST_ROWS // len(self._groups))
        if len(self._groups) > MOST_ROWS:
            most = 0
        for group in self._groups:
            rows = group.rows if group.key in self._opened else group.rows[:most]
            whole = len(rows) == len(group.rows)
            made.append((_HEAD + group.key, partial(checklist_table.head, group, shown, tone, opened=whole)))
            for row in rows:
                key = row_key(row)
                self._shown[key] = row
                made.append((key, partial(checklist_table.row, row, shown, tone, marked=key in self._marked)))
            if rows and not whole:
                rest = len(group.rows) - len(rows)
                words = ngettext("… {n} butir lagi (enter menampilkan)", "… {n} butir lagi (enter menampilkan)", rest)
                words = words.format(n=rest)
                made.append((_MORE + group.key, partial(checklist_table.line, words, shown, tone("muted"))))
        table = self._table
        top = top or table.cursor_key is None
        table.fill(shown, made)
        if top and made:
            table.go_to(next(iter(self._shown), made[0][0]))
            table.scroll_to(0, 0, animate=False, immediate=True)

    # --- what the officer does

    @property
    def _here(self) -> ChecklistRow | None:
        return self._shown.get(self._table.cursor_key or "")

    def _chosen(self) -> list[ChecklistRow]:
        """The marked rows in the order shown, else the row under the cursor."""
        if self._marked:
            return [row for row in self._rows if row_key(row) in self._marked]
        return [self._here] if self._here is not None else []

    def state_off(self) -> str | None:
        """Why nothing can be changed now."""
        rows = self._chosen()
        if not rows:
            return _("Pilih dulu sebuah butir.")
        closed = next((row for row in rows if not row.writable), None)
        if closed is not None:
            return _("{region} hanya dapat dibaca oleh Anda.").format(region=closed.region_name)
        return None

    def open_off(self) -> str | None:
        """Why nothing can be opened now."""
        return None if self._table.cursor_key is not None else _("Pilih dulu sebuah butir.")

    def unmark_off(self) -> str | None:
        """Why there are no marks to take away."""
        return None if self._marked else _("Tidak ada butir yang ditandai.")

    def meeting_off(self) -> str | None:
        """Why there is no meeting to begin."""
        return (
            None if self._here is not None else _("Pilih dulu sebuah butir: rapat dimulai dengan daerah dan OPD-nya.")
        )

    @property
    def region_code(self) -> str | None:
        """The region of the row under the cursor: what commands about a region mean here."""
        return self._here.region if self._here is not None else None

    def action_state_menu(self) -> None:
        """Ask for the state of the chosen rows; what they hold now is what the officer has seen."""
        rows = self._chosen()

        def chosen(state: str | None) -> None:
            if state is None:
                return
            try:
                changed = bulk.set_state(self.store, rows, state)
            except AkkError as cause:
                self.akk.tell(f"{bulk.title(rows)}: {cause.words(_)}", "error")
                return
            words = self.akk.keyed(_("{n} butir menjadi {state}; {key:edit.undo} mengurungkan semuanya."))
            self._saved(rows, changed, words.format(n=changed, state=state_word(state)) if len(rows) > 1 else "")

        self.akk.push_screen(StateMenu(bulk.title(rows), bulk.state_of(rows)), chosen)

    def action_owner(self) -> None:
        """Ask for the owner of the chosen rows."""
        rows = self._chosen()
        known = self._sheet.owners if self._sheet is not None else ()
        self.akk.push_screen(
            bulk.owner_form(self.store, rows, known, lambda changed, words: self._saved(rows, changed, words))
        )

    def action_due(self) -> None:
        """Ask for the due date of the chosen rows."""
        rows = self._chosen()
        self.akk.push_screen(bulk.due_form(self.store, rows, lambda changed, words: self._saved(rows, changed, words)))

    def _saved(self, rows: list[ChecklistRow], changed: int, words: str) -> None:
        """The rows were edited: show it, and say it."""
        self._marked -= {row_key(row) for row in rows}
        if not changed:
            self.akk.tell(_("Tidak ada yang berubah."))
            self._show()
            return
        self._own = {row.region for row in rows}
        self.akk.edited()
        if words:
            self.akk.tell(words)

    async def action_meeting(self) -> None:
        """Turn the screen to the other side of the table: this OPD's items of this region."""
        from akk_tui.ui.screens.meeting import open_meeting

        row = self._here
        if row is not None:
            await open_meeting(self.akk, row.region, row.item.owner)

    def action_mark(self) -> None:
        """Mark the row under the cursor, or a whole group on its head, and go down."""
        table = self._table
        key = table.cursor_key or ""
        keys = {key} & self._shown.keys()
        if key.startswith(_HEAD):
            group = next(group for group in self._groups if _HEAD + group.key == key)
            keys = {row_key(row) for row in group.rows}
        if not keys:
            return
        self._marked = self._marked - keys if keys <= self._marked else self._marked | keys
        self._show()
        if not key.startswith(_HEAD):
            table.action_cursor_down()

    def action_unmark(self) -> None:
        """Take all marks away."""
        self._marked.clear()
        self._show()

    def action_group(self) -> None:
        """The next grouping."""
        self._by = GROUPINGS[(GROUPINGS.index(self._by) + 1) % len(GROUPINGS)]
        self._opened.clear()
        self._show(top=True)

    def action_all(self) -> None:
        """Show all states, or what is owed."""
        self._all = not self._all
        self._show(top=True)

    def action_filter(self) -> None:
        """Type a filter."""
        self._query.add_class("-shown")
        self._query.focus()

    async def action_leave(self) -> None:
        """From the filter to the table; then the filter is emptied; then back."""
        if self._query.has_focus:
            self._close_filter()
        elif self._query.value:
            self._query.value = ""
            self._close_filter()
        else:
            await self.akk.action_back()

    def _close_filter(self) -> None:
        self._query.set_class(bool(self._query.value), "-shown")
        self._table.focus()

    @on(Input.Changed, "#query")
    def _filtered(self, event: Input.Changed) -> None:
        """The typed character is painted first; the rows follow, once for several keys."""
        event.stop()
        if not self._soon:
            self._soon = True
            self.call_after_refresh(self._show, top=True)

    @on(Input.Submitted, "#query")
    def _filter_done(self, event: Input.Submitted) -> None:
        event.stop()
        self._close_filter()

    @on(DataTable.RowSelected, "#items")
    async def _selected(self, event: DataTable.RowSelected) -> None:
        event.stop()
        await self.akk.action_command("checklist.open")

    async def action_open(self) -> None:
        """Open the region of the row at its item; on the line of a group show all of it, or its first rows again."""
        key, row = self._table.cursor_key or "", self._here
        if key.startswith((_HEAD, _MORE)):
            self._opened ^= {key[len(_HEAD) :]}
            self._show()
            if key.startswith(_MORE):
                self._table.action_cursor_up()
                self._table.action_cursor_down()
        elif row is not None:
            await self.akk.open_region(row.region, indicator=row.indicator, item=row.item.id)
