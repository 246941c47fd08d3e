"""Daftar periksa: the items of all regions, what is missing first, in groups, with changes to one or to many."""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.widgets import DataTable, Input, Static

from akk_tui import i18n
from akk_tui.contract.errors import AkkError
from akk_tui.i18n import gettext as _
from akk_tui.i18n import ngettext, pick
from akk_tui.store.shapes import ChecklistRow
from akk_tui.ui.screens.base import AkkScreen
from akk_tui.ui.terminal.safe import cell, content
from akk_tui.ui.widgets import checklist_rows
from akk_tui.ui.widgets.checklist_rows import Group, GROUPING_WORDS, GROUPINGS, row_key
from akk_tui.ui.widgets.quiet import Quiet
from akk_tui.ui.widgets.state_menu import StateMenu
from akk_tui.ui.widgets.states import state_glyph, state_tone, state_word
from akk_tui.ui.widgets.table import AkkTable, Column

MOST_ROWS = 200
"""Of more rows than these each group shows its first ones, the others when it is opened: a longer table is slow."""
FEWEST_ROWS = 3
_HEAD = "head:"
_MORE = "more:"
_REASON_LINES = 3


class ChecklistScreen(AkkScreen):
    """The checklist across regions."""

    ID: ClassVar[str] = "checklist"
    AUTO_FOCUS: ClassVar[str | None] = "#items"
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
        self._rows: tuple[ChecklistRow, ...] | None = None
        self._groups: list[Group] = []
        self._shown: dict[str, ChecklistRow] = {}
        self._marked: set[str] = set()
        self._by = GROUPINGS[0]
        self._all = False
        self._opened: set[str] = set()
        """Groups that show all their rows."""
        self._width = 0
        self._complaints: tuple[str, ...] = ()

    def body(self) -> ComposeResult:
        yield Quiet(id="count")
        typed = Input(id="query", placeholder=_("kata, opd:BKPSDM daerah:35.72 status:diunggah komponen:2 batas:lewat"))
        typed.cursor_blink = False
        yield typed
        yield Static(id="complaint")
        yield AkkTable(id="items")
        yield Static(id="empty")

    # --- data

    def refresh_view(self) -> None:
        cycle = self.akk.cycle
        if not cycle:
            self.fetched("rows", ())
            return
        self.fetch("rows", lambda store: store.views.checklist(cycle))

    def fetched(self, name: str, value: Any) -> None:
        self._rows = value
        known = {row_key(row) for row in value}
        self._marked &= known
        self._show()

    def on_resize(self) -> None:
        if self._rows is not None and self.size.width != self._width:
            self._show()

    @property
    def _table(self) -> AkkTable:
        return self.query_one("#items", AkkTable)

    @property
    def _query(self) -> Input:
        return self.query_one("#query", Input)

    def _show(self, *, top: bool = False) -> None:
        """Bring everything up to date; with ``top`` the cursor goes to the first item."""
        rows = self._rows
        if rows is None:
            return
        today = self.akk.status.today if self.akk.status is not None else self.store.today()
        wanted = checklist_rows.parse(self._query.value, today)
        self._complain(wanted.complaints)
        kept = [row for row in rows if wanted.keeps(row)]
        if not self._all:
            kept = [row for row in kept if checklist_rows.is_open(row) or row_key(row) in self._marked]
        self._groups = checklist_rows.grouped(kept, self._by)
        self._width = self.size.width
        self._fill(top)
        self._tell_about(rows, kept)
        self.set_class(not kept, "-none")
        if not kept:
            self.query_one("#empty", Static).update(content(self._empty_words(rows)))

    def _complain(self, sentences: tuple[str, ...]) -> None:
        if sentences != self._complaints:
            self._complaints = sentences
            complaint = self.query_one("#complaint", Static)
            complaint.set_class(bool(sentences), "-shown")
            complaint.update(content("\n".join(sentences[:_REASON_LINES])))

    def _tell_about(self, rows: tuple[ChecklistRow, ...], kept: list[ChecklistRow]) -> None:
        still, work, late = checklist_rows.counts(kept)
        parts = [
            _("{n} kurang dari {total} butir").format(n=still, total=len(rows)),
            *([_("{n} perlu perbaikan").format(n=work)] if work else []),
            *([_("{n} terlambat").format(n=late)] if late else []),
            _("menurut {grouping}").format(grouping=_(GROUPING_WORDS[self._by])),
        ]
        if self._all:
            parts.append(_("semua status"))
        if self._marked:
            parts.append(ngettext("{n} ditandai", "{n} ditandai", len(self._marked)).format(n=len(self._marked)))
        if any(row.item.pending or row.item.conflict for row in kept):
            parts.append(_("↑ belum terkirim, ≠ beda isian"))
        self.query_one("#count", Quiet).say(content(" · ".join(parts)))

    def _empty_words(self, rows: tuple[ChecklistRow, ...]) -> str:
        if not rows:
            return _("Belum ada butir di sini. Sinkronkan dengan s untuk mengambil daerah tugas Anda.")
        if self._query.value.strip():
            return _(
                "Tidak ada butir yang cocok dengan filter ini. Esc mengosongkan filter; a menampilkan semua status."
            )
        return _("Tidak ada yang kurang: semua butir sudah diterima atau tidak berlaku. a menampilkan semuanya.")

    # --- the table

    def _columns(self) -> tuple[Column, ...]:
        width = max(self.size.width - 2, 24)
        fixed = [Column("mark", "", 2), Column("state", _("Status") if width >= 100 else "", 18 if width >= 100 else 4)]
        tail: list[Column] = []
        if width >= 70:
            if self._by != "region":
                tail.append(Column("region", _("Daerah"), 22 if width >= 100 else 16))
            if self._by != "owner":
                tail.append(Column("owner", _("OPD"), 18 if width >= 100 else 14))
        if self._by != "due":
            tail.append(Column("due", _("Batas waktu"), 25 if width >= 100 else 11))
        if width >= 100:
            tail.append(Column("gain", _("Naik"), 6, right=True))
        used = sum(column.width or 0 for column in (*fixed, *tail))
        return (*fixed, Column("item", _("Butir"), max(width - used, 12)), *tail)

    def _fill(self, top: bool) -> None:
        columns = self._columns()
        made: list[tuple[str, list[Text]]] = []
        self._shown = {}
        total = sum(len(group.rows) for group in self._groups)
        most = total if total <= MOST_ROWS else max(FEWEST_ROWS, MOST_ROWS // len(self._groups))
        for group in self._groups:
            made.append((_HEAD + group.key, self._head(group, columns)))
            rows = group.rows if group.key in self._opened else group.rows[:most]
            for row in rows:
                key = row_key(row)
                self._shown[key] = row
                made.append((key, [self._cell(row, column) for column in columns]))
            if len(rows) < len(group.rows):
                words = _("… {n} butir lagi (enter menampilkan)").format(n=len(group.rows) - len(rows))
                made.append((_MORE + group.key, self._line(words, columns, self.akk.tone("muted"))))
        table = self._table
        top = top or table.cursor_key is None
        table.fill(columns, made)
        if top and self._shown:
            table.go_to(next(iter(self._shown)))
            table.scroll_to(0, 0, animate=False, immediate=True)

    def _head(self, group: Group, columns: tuple[Column, ...]) -> list[Text]:
        """The head of a group: its title, and how much of it is owed."""
        words = f"{group.title} · " + _("{n} kurang").format(n=group.open)
        return self._line(words, columns, self.akk.tone("strong"), "▾")

    def _line(self, words: str, columns: tuple[Column, ...], style: str, sign: str = "") -> list[Text]:
        """A line that is no item: ``words`` in the place of the title."""
        texts = {"mark": sign, "item": words}
        return [cell(texts.get(column.key, ""), style, width=column.width) for column in columns]

    def _cell(self, row: ChecklistRow, column: Column) -> Text:
        item, tone = row.item, self.akk.tone
        width = (column.width or 1) - (0 if column.right else 1)
        if column.key == "mark":
            return cell("x" if row_key(row) in self._marked else "", tone("accent"))
        if column.key == "state":
            sign = ("≠" if item.conflict else "") + ("↑" if item.pending else "")
            word = f" {state_word(item.state)}" if width > 4 else ""
            return cell(f"{state_glyph(item.state)}{word} {sign}".rstrip(), tone(state_tone(item.state)), width=width)
        if column.key == "item":
            return cell(f"{item.id} {pick(item.title, item.title_en)}", width=width)
        if column.key == "region":
            return cell(row.region_name, width=width)
        if column.key == "owner":
            return cell(item.owner or "–", width=width)
        if column.key == "gain":
            return cell(f"+{i18n.number(item.gain, 1)}" if item.gain >= 0.05 else "", tone("muted"), right=True)
        return self._due(row, width)

    def _due(self, row: ChecklistRow, width: int) -> Text:
        item = row.item
        if item.due is None:
            return cell("–", self.akk.tone("muted"))
        day = i18n.day(item.due, year=False)
        if item.overdue_days and checklist_rows.is_open(row):
            late = ngettext("terlambat {n} hari", "terlambat {n} hari", item.overdue_days).format(n=item.overdue_days)
            words = f"{day} {late}" if width >= 20 else f"{day} !{item.overdue_days}"
            return cell(words, self.akk.tone("bad"), width=width)
        return cell(day, width=width)

    # --- what the officer does

    @property
    def _here(self) -> ChecklistRow | None:
        return self._shown.get(self._table.cursor_key or "")

    def _chosen(self) -> list[ChecklistRow]:
        """The marked rows in the order shown, else the row under the cursor."""
        if self._marked and self._rows is not None:
            return [row for row in self._rows if row_key(row) in self._marked]
        return [self._here] if self._here is not None else []

    def state_off(self) -> str | None:
        """Why no state can be changed now."""
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

    @property
    def region_code(self) -> str | None:
        """The region of the row under the cursor: what commands about a region mean here."""
        return self._here.region if self._here is not None else None

    def action_state_menu(self) -> None:
        """Ask for the state of the chosen rows; what they hold now is what the officer has seen."""
        rows = self._chosen()
        if len(rows) == 1:
            item = rows[0].item
            title, now = f"{rows[0].region_name} · {item.id} {pick(item.title, item.title_en)}", item.state
        else:
            title = ngettext("{n} butir yang ditandai", "{n} butir yang ditandai", len(rows)).format(n=len(rows))
            states = {row.item.state for row in rows}
            now = states.pop() if len(states) == 1 else None

        def chosen(state: str | None) -> None:
            if state is not None:
                self.run_worker(self._set(rows, state), group="checklist.set", exit_on_error=True)

        self.akk.push_screen(StateMenu(title, now), chosen)

    async def _set(self, rows: list[ChecklistRow], state: str) -> None:
        """One edit a row, the loop free between them."""
        saved = 0
        refusals: list[str] = []
        for row in rows:
            field = f"item.{row.item.id}"
            key = f"{row.cycle}:{row.region}:{row.indicator}"
            try:
                seen = {field: row.item.seen}
                edit = self.store.edit("assessment", key, {field: state}, seen=seen, answers=row.item.conflict)
            except AkkError as cause:
                refusals.append(f"{row.region_name} {row.item.id}: {cause.words(_)}")
            else:
                saved += edit.op is not None
                self._marked.discard(row_key(row))
            await asyncio.sleep(0)
        for words in refusals[:_REASON_LINES]:
            self.akk.tell(words, "error")
        if saved:
            self.akk.edited()
        elif not refusals:
            self.akk.tell(_("Tidak ada yang berubah."))
        if saved > 1:
            words = _("{n} butir menjadi {state}; u mengurungkannya satu per satu.")
            self.akk.tell(words.format(n=saved, state=state_word(state)))
        if not saved:
            self._show()

    def action_mark(self) -> None:
        """Mark the row under the cursor, or a whole group on its head, and go down."""
        table = self._table
        key = table.cursor_key or ""
        keys = {key} & self._shown.keys()
        if key.startswith(_HEAD):
            group = next(group for group in self._groups if _HEAD + group.key == key)
            keys = {row_key(row) for row in group.rows} & self._shown.keys()
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
        event.stop()
        self._show(top=True)

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
