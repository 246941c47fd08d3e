"""Sinkronisasi: what waits, what differs, what was accepted or let go, the log of rounds, what is ready offline."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.widgets import DataTable, Static

from akk_tui.contract.errors import AkkError, N_
from akk_tui.i18n import gettext as _
from akk_tui.i18n import ngettext
from akk_tui.store.shapes import Conflict, DiscardedRow, OutboxRow, SentRow, SyncRun
from akk_tui.ui import commands, sync_answers
from akk_tui.ui.screens.base import AkkScreen
from akk_tui.ui.terminal.safe import content, cut
from akk_tui.ui.widgets import conflict as difference
from akk_tui.ui.widgets import conflict_value, sync_head, sync_rows, sync_tabs
from akk_tui.ui.widgets.outbox_words import REFUSED
from akk_tui.ui.widgets.progress import SyncProgress
from akk_tui.ui.widgets.quiet import Quiet
from akk_tui.ui.widgets.sync_rows import Row
from akk_tui.ui.widgets.sync_tabs import TABS, Work
from akk_tui.ui.widgets.sync_windows import COLUMNS_FROM, DifferenceWindow, RegionWindow, TextWindow
from akk_tui.ui.widgets.table import AkkTable

_TINY: Final = 60
"""Cells below which trouble takes two lines and what is ready gives way to it."""
_OTHER_LINES: Final = 13
"""Lines that a difference leaves to the others: those above and below it, and some rows."""
_LOW: Final = 20
"""Lines of a terminal below which the details under the table fall away."""


class SyncScreen(AkkScreen):
    """The state of the exchange with the server."""

    ID: ClassVar[str] = "sync"
    HELP = N_(
        "Belum terkirim: perubahan yang menunggu, dengan keadaannya. Beda isian: rekan mengubah isian yang sama; pilih "
        "isian saya, isian rekan, atau isian lain. Terkirim: tanda terima server. Dilepas: isian yang tidak jadi "
        "dipakai, dapat dipulihkan. Riwayat: tiap sinkronisasi. Siapkan luring menyimpan daerah pilihan di laptop ini."
    )
    AUTO_FOCUS: ClassVar[str | None] = "#rows"
    DEFAULT_CSS = """
    SyncScreen {
        & #trouble, & #ready { height: 1; padding: 0 1; }
        & #ready { color: $text-muted; }
        & #trouble { display: none; }
        &.-trouble #trouble { display: block; }
        &.-tiny.-trouble #ready { display: none; }
        &.-tiny #trouble { height: 2; }
        & #sync_tabs { height: 1; padding: 0 1; }
        & #rows { height: 1fr; }
        & #difference { padding: 0 1; background: $panel; display: none; }
        & #about_row { height: 5; padding: 0 1; background: $panel; }
        &.-conflicts #difference { display: block; }
        &.-conflicts #about_row { display: none; }
        & #empty { height: 1fr; padding: 1 2; display: none; }
        &.-none #empty { display: block; }
        &.-none #rows, &.-none #difference, &.-none #about_row { display: none; }
        &.-low #difference, &.-low #about_row { display: none; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._tab = TABS[0]
        self._work: Work | None = None
        self._shown: dict[str, Row] = {}
        self._sought: str | None = None
        """The operation of the difference that the cursor shall be on, until it has been read."""

    def body(self) -> ComposeResult:
        yield SyncProgress(id="progress")
        yield Quiet(id="trouble")
        yield Quiet(id="ready")
        yield Quiet(id="sync_tabs")
        yield AkkTable(id="rows")
        yield Static(id="empty")
        yield difference.Difference(id="difference")
        yield Quiet(id="about_row")

    # --- data

    def refresh_view(self) -> None:
        self.on_sync_progress()
        self.fetch("work", sync_tabs.read)

    def fetched(self, name: str, value: Any) -> None:
        first, self._work = self._work is None, value
        if first and value.conflicts:
            self._tab = "conflicts"
        self.on_sync_progress()
        self._show()

    def on_resize(self) -> None:
        self.on_sync_progress()
        self._show()

    def on_sync_progress(self) -> None:
        """The round that runs has news, or it ended."""
        akk, status, work = self.akk, self.akk.status, self._work or Work()
        off = None if akk.sync.shown is not None else akk.sync.unavailable()
        synced = status.last_sync if status else None
        width = max(self.space.width - 2, 20)
        carry = self._key("outbox.export") if sync_head.no_network(work.runs) else ""
        idle = sync_head.idle(off, synced, work.sending, akk.zone, akk.now(), self._key("sync.now"), width, carry)
        stop = self._key("sync.cancel") if akk.sync.running else ""
        self.query_one(SyncProgress).show(akk.sync.shown, idle, stop)
        trouble = None
        room = width if self.space.width >= _TINY else 2 * width
        if akk.sync.shown is None:
            again = akk.sync.again
            trouble = sync_head.trouble(akk.sync.portal, work.runs, akk.zone, self._key("sync.now"), room, again)
        trouble = trouble or sync_head.of_restore(work.recovering, work.recovered, akk.zone, akk.now(), room)
        self.set_class(trouble is not None, "-trouble")
        if trouble is not None:
            self.query_one("#trouble", Quiet).say(content(cut(trouble.words, room), akk.tone(trouble.tone)))
        ready = sync_head.offline_words(work.prepared, akk.zone, self._key("sync.prepare"))
        self.query_one("#ready", Quiet).say(content(cut(ready, width)))

    def _key(self, command: str) -> str:
        return commands.key_of(command, self.akk.keymap)

    @property
    def _table(self) -> AkkTable:
        return self.query_one("#rows", AkkTable)

    @property
    def _around(self) -> sync_rows.Around:
        return sync_rows.Around(self.akk.zone, self.akk.now(), self.akk.tone, self._key)

    def _show(self) -> None:
        work = self._work
        if work is None:
            return
        rows = self._rows_of(work)
        self._shown = dict(rows)
        self.set_class(self._tab == "conflicts", "-conflicts")
        self.set_class(not rows, "-none")
        self.set_class(self.space.height < _LOW, "-low")
        if self._tab == "conflicts":
            self.query_one("#difference").styles.height = self._room(work)
        self.query_one("#sync_tabs", Quiet).say(sync_tabs.line(self._tab, work, self.space.width - 2))
        if not rows:
            empty = sync_tabs.empty(self._tab, self._key("sync.now"))
            self.query_one("#empty", Static).update(content(empty))
            self.renew_keys()
            return
        columns = sync_rows.columns(self._tab, max(self.space.width - 2, 30))
        narrow = not any(column.key == "region" for column in columns)
        around = self._around
        self._table.fill(
            columns,
            [(key, [sync_rows.cell_of(row, one, around, narrow=narrow) for one in columns]) for key, row in rows],
        )
        if self._sought is not None and self._tab == "conflicts" and self._table.go_to(self._sought):
            self._sought = None
        self._show_here()

    def show_conflict(self, op: str) -> None:
        """Put the cursor on the difference of the operation ``op``."""
        self._tab, self._sought = "conflicts", op
        self._show()

    def _rows_of(self, work: Work) -> list[tuple[str, Row]]:
        if self._tab == "runs":
            return [(str(run.id), run) for run in work.runs]
        found: tuple[OutboxRow | Conflict | SentRow | DiscardedRow, ...] = getattr(work, self._tab)
        return [(row.op, row) for row in found]

    # --- the row under the cursor

    @property
    def _here(self) -> Row | None:
        return self._shown.get(self._table.cursor_key or "")

    @property
    def _conflict(self) -> Conflict | None:
        """The difference under the cursor."""
        row = self._here if self._tab == "conflicts" else None
        return row if isinstance(row, Conflict) else None

    @property
    def _refused(self) -> OutboxRow | None:
        """The refused change under the cursor."""
        row = self._here if self._tab == "outbox" else None
        return row if isinstance(row, OutboxRow) and row.state in REFUSED else None

    @property
    def _discarded(self) -> DiscardedRow | None:
        """The value under the cursor that was let go."""
        row = self._here if self._tab == "discarded" else None
        return row if isinstance(row, DiscardedRow) else None

    def _same_region(self, row: Conflict) -> list[Conflict]:
        found = self._work.conflicts if self._work is not None else ()
        return [one for one in found if one.region == row.region]

    @on(DataTable.RowHighlighted, "#rows")
    def _moved(self, event: DataTable.RowHighlighted) -> None:
        event.stop()
        self._show_here()

    def _show_here(self) -> None:
        """What is to be known of the row under the cursor."""
        row, work = self._here, self._work
        if row is not None and work is not None:
            if isinstance(row, Conflict):
                shown = self.query_one("#difference", difference.Difference)
                wide = self.space.width >= COLUMNS_FROM
                n = len(self._same_region(row))
                more = ngettext(
                    "{n} beda isian sedaerah: {mine} atau {theirs} menjawab semua",
                    "{n} beda isian sedaerah: {mine} atau {theirs} menjawab semua",
                    n,
                ).format(n=n, mine=self._key("sync.mine_region"), theirs=self._key("sync.theirs_region"))
                hint = _("{value} membuka gabungan kedua teks").format(value=self._key("sync.value"))
                hint = hint if conflict_value.is_text(row) else ""
                more = more if n > 1 else ""
                width = self.space.width - 2
                shown.show(row, work.outbox, self.akk.zone, columns=wide, width=width, hint=hint, more=more)
            else:
                self.query_one("#about_row", Quiet).say(sync_rows.summary(row, self._around))
        self.renew_keys()

    def _room(self, work: Work) -> int:
        """Lines for a difference: the same for all that are listed, so that nothing moves with the cursor."""
        columns = self.space.width >= COLUMNS_FROM
        width = self.space.width - 2
        most = max(
            [0, *(difference.lines(one, work.outbox, self.akk.zone, width, columns=columns) for one in work.conflicts)]
        )
        return max(8, min(most, self.space.height - _OTHER_LINES))

    @on(DataTable.RowSelected, "#rows")
    async def _selected(self, event: DataTable.RowSelected) -> None:
        event.stop()
        await self.akk.action_command("sync.details")

    def details_off(self) -> str | None:
        """Why there are no details."""
        return None if self._here is not None else _("Tidak ada baris di tab ini.")

    def action_details(self) -> None:
        """Everything about the row under the cursor."""
        row = self._here
        if row is None or self._work is None:
            return
        if isinstance(row, Conflict):
            window = DifferenceWindow(row, self._work.outbox, self.akk.zone, conflict_value.can_be_typed(row))
            self.akk.push_screen(window, lambda choice: self._chosen(row, choice))
            return
        lines = sync_rows.run_lines(row, self._around) if isinstance(row, SyncRun) else None
        title = _("Perubahan") if lines is None else _("Sinkronisasi")
        if lines is None and not isinstance(row, SyncRun):
            lines = sync_rows.operation_lines(row, self._around)
        self.akk.push_screen(TextWindow(title, content("\n".join(lines or ()))))

    # --- why not

    def footer_hides(self, command: str) -> bool:
        """Whether a command belongs to a tab that is not shown."""
        return sync_tabs.OWN.get(command, self._tab) != self._tab

    def conflict_off(self) -> str | None:
        """Why no difference can be answered now."""
        return None if self._conflict is not None else _("Pilih dulu sebuah beda isian (tab Beda isian).")

    def value_off(self) -> str | None:
        """Why no other value can be given here."""
        row = self._conflict
        if row is not None and not conflict_value.can_be_typed(row):
            return _("Baris utuh atau penghapusan dijawab dengan isian saya atau isian rekan.")
        return self.conflict_off()

    def refused_off(self) -> str | None:
        """Why nothing can be sent again or given up here."""
        return None if self._refused is not None else _("Hanya untuk perubahan yang ditolak (tab Belum terkirim).")

    def any_refused_off(self) -> str | None:
        """Why nothing can be sent again."""
        found = self._work.outbox if self._work is not None else ()
        return None if any(row.state in REFUSED for row in found) else _("Tidak ada perubahan yang ditolak.")

    def discarded_off(self) -> str | None:
        """Why nothing can be put back here."""
        return None if self._discarded is not None else _("Hanya untuk isian yang dilepas (tab Dilepas).")

    # --- answers

    def action_mine(self) -> None:
        """Mine holds."""
        self._answer("mine")

    def action_theirs(self) -> None:
        """Theirs holds."""
        self._answer("theirs")

    def action_value(self) -> None:
        """Ask for another value."""
        self._chosen(self._conflict, "value")

    def _answer(self, choice: str) -> None:
        """Answer the difference under the cursor; where its values are not seen, show them first: they may go."""
        if self.has_class("-low"):
            self.action_details()
        else:
            self._chosen(self._conflict, choice)

    def _chosen(self, row: Conflict | None, choice: str | None) -> None:
        if row is None or choice is None:
            return
        if choice == "value":
            from akk_tui.store import merging

            if (merged := merging.of_text(row)) is not None:
                from akk_tui.ui.screens import merge_text

                merge_text.write(self, row, merged)
                return
            self.akk.push_screen(*sync_answers.ask_value(self.akk, row, self._done))
        else:
            self._try(lambda: sync_answers.answer(self.akk, row, choice))

    def action_region(self, choice: str) -> None:
        """One answer for all differences of the region under the cursor, after all values were listed."""
        row, work = self._conflict, self._work
        if row is None or work is None:
            return
        found = self._same_region(row)

        def decided(wanted: bool | None) -> None:
            if wanted:
                self._try(lambda: sync_answers.answer_all(self.akk, found, choice))

        self.akk.push_screen(RegionWindow(found, work.outbox, self.akk.zone, choice), decided)

    def action_retry(self) -> None:
        """Queue a refused change again."""
        if (row := self._refused) is not None:
            self._try(lambda: sync_answers.retry(self.akk, [row]))

    def action_retry_all(self) -> None:
        """Queue all refused changes again."""
        rows = [row for row in (self._work.outbox if self._work else ()) if row.state in REFUSED]
        self._try(lambda: sync_answers.retry(self.akk, rows))

    def action_discard(self) -> None:
        """Give a refused change up."""
        if (row := self._refused) is not None:
            self._try(lambda: sync_answers.give_up(self.akk, row))

    def action_restore(self) -> None:
        """Put a value back that was let go."""
        if (row := self._discarded) is not None:
            self._try(lambda: sync_answers.put_back(self.akk, row))

    def _try(self, change: Callable[[], str]) -> None:
        """Do ``change`` and say its words; where it is refused, say why, and show what stands now."""
        try:
            words = change()
        except AkkError as cause:
            self.akk.tell_error(cause)
            self.akk.data_changed()
        else:
            self._done(words)

    def _done(self, words: str) -> None:
        self.akk.tell(words)
        self.akk.data_changed()

    # --- moving

    def action_tab(self, step: int) -> None:
        """The next or previous tab."""
        self.action_show_tab(TABS[(TABS.index(self._tab) + step) % len(TABS)])

    def action_show_tab(self, name: str) -> None:
        """Show one of the tabs."""
        self._tab = name
        self._show()
        self._table.focus()

    async def action_leave(self) -> None:
        """Cancel the round that runs, else go back."""
        if self.akk.sync.running:
            self.akk.action_sync_cancel()
        else:
            await self.akk.action_back()
