"""Sinkronisasi: what waits, what differs, what was answered, and the log of rounds."""

from __future__ import annotations

from typing import Any, ClassVar, Final, NamedTuple

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.widgets import DataTable, Static

from akk_tui import i18n
from akk_tui.contract.errors import AkkError, N_
from akk_tui.i18n import gettext as _
from akk_tui.i18n import pick
from akk_tui.store.shapes import Conflict, OutboxRow, SentRow, SyncRun
from akk_tui.ui.screens.base import AkkScreen
from akk_tui.ui.terminal.safe import cell, content
from akk_tui.ui.widgets import conflict as difference
from akk_tui.ui.widgets import values
from akk_tui.ui.widgets.lines import last_sync
from akk_tui.ui.widgets.progress import SyncProgress
from akk_tui.ui.widgets.quiet import Quiet
from akk_tui.ui.widgets.state_menu import StateMenu
from akk_tui.ui.widgets.table import AkkTable, Column

TABS: Final = ("outbox", "conflicts", "sent", "runs")
_TITLES: Final = {
    "outbox": N_("Belum terkirim"),
    "conflicts": N_("Beda isian"),
    "sent": N_("Terkirim"),
    "runs": N_("Riwayat"),
}
_MOST: Final = 200
_REFUSED: Final = ("forbidden", "rejected")

Row = OutboxRow | Conflict | SentRow | SyncRun


class Work(NamedTuple):
    """What the screen shows, read at one time."""

    outbox: tuple[OutboxRow, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    sent: tuple[SentRow, ...] = ()
    runs: tuple[SyncRun, ...] = ()


class SyncScreen(AkkScreen):
    """The state of the exchange with the server."""

    ID: ClassVar[str] = "sync"
    AUTO_FOCUS: ClassVar[str | None] = "#rows"
    DEFAULT_CSS = """
    SyncScreen {
        & #sync_tabs { height: 1; padding: 0 1; }
        &.-tiny #sync_tabs { height: 2; }
        & #rows { height: 1fr; }
        & #difference { height: 7; padding: 0 1; background: $panel; display: none; }
        &.-conflicts #difference { display: block; }
        &.-conflicts.-tiny #difference { display: none; }
        & #empty { height: 1fr; padding: 1 2; display: none; }
        &.-none #empty { display: block; }
        &.-none #rows { display: none; }
        &.-none #difference { display: none; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._tab = TABS[0]
        self._work: Work | None = None
        self._shown: dict[str, Row] = {}

    def body(self) -> ComposeResult:
        yield SyncProgress(id="progress")
        yield Quiet(id="sync_tabs")
        yield AkkTable(id="rows")
        yield Static(id="empty")
        yield Quiet(id="difference")

    # --- data

    def refresh_view(self) -> None:
        self.on_sync_progress()
        self.fetch(
            "work",
            lambda store: Work(
                store.views.outbox(), store.views.conflicts(), store.views.sent(_MOST), store.runs.list(_MOST)
            ),
        )

    def fetched(self, name: str, value: Any) -> None:
        first, self._work = self._work is None, value
        if first and value.conflicts:
            self._tab = "conflicts"
        self._show()

    def on_resize(self) -> None:
        self._show()

    def on_sync_progress(self) -> None:
        """The round that runs has news, or it ended."""
        status = self.akk.status
        if self.akk.sync.unavailable() and not self.akk.sync.running:
            idle = self.akk.sync.unavailable() or ""
        else:
            when = last_sync(status.last_sync if status else None, self.akk.zone, self.akk.now())
            idle = when[:1].upper() + when[1:] + " · " + _("s menyinkronkan")
        self.query_one(SyncProgress).show(self.akk.sync.progress, idle)

    @property
    def _table(self) -> AkkTable:
        return self.query_one("#rows", AkkTable)

    def _show(self) -> None:
        work = self._work
        if work is None:
            return
        rows = self._rows_of(work)
        self._shown = dict(rows)
        self.set_class(self._tab == "conflicts", "-conflicts")
        self.set_class(not rows, "-none")
        self._show_tabs(work)
        if not rows:
            self.query_one("#empty", Static).update(content(self._empty_words()))
            return
        columns = self._columns()
        self._table.fill(columns, [(key, [self._cell(row, column) for column in columns]) for key, row in rows])
        self._show_detail()

    def _rows_of(self, work: Work) -> list[tuple[str, Row]]:
        if self._tab == "outbox":
            return [(row.op, row) for row in work.outbox]
        if self._tab == "conflicts":
            return [(row.op, row) for row in work.conflicts]
        if self._tab == "sent":
            return [(row.op, row) for row in work.sent]
        return [(str(row.id), row) for row in work.runs]

    def _show_tabs(self, work: Work) -> None:
        parts: list[Any] = []
        for name in TABS:
            count = len(getattr(work, name))
            words = _(_TITLES[name]) + (f" {count}" if name in ("outbox", "conflicts") else "")
            parts.append(content(f"[{words}]", "bold reverse") if name == self._tab else content(f" {words} "))
            parts.append(content(" "))
        if self.size.width >= 70:
            parts.append(content(_("tab berpindah"), "$text-muted"))
        self.query_one("#sync_tabs", Quiet).say(content("").join(parts))

    def _empty_words(self) -> str:
        if self._tab == "outbox":
            return _("Semua sudah terkirim. Perubahan berikutnya menunggu di sini sampai disinkronkan.")
        if self._tab == "conflicts":
            return _(
                "Tidak ada beda isian. Bila rekan mengubah isian yang sama, di sini Anda memilih isian yang dipakai."
            )
        if self._tab == "sent":
            return _("Belum ada yang terkirim dalam 90 hari terakhir.")
        return _("Belum pernah sinkron. Tekan s untuk menyinkronkan.")

    # --- the table

    def _columns(self) -> tuple[Column, ...]:
        width = max(self.size.width - 2, 30)
        wide = width >= 90
        if self._tab == "runs":
            return self._run_columns(width)
        state = {"outbox": 36 if wide else 16, "conflicts": 24 if wide else 0, "sent": 36 if wide else 20}[self._tab]
        value = 24 if width >= 110 else 18 if wide else 16 if width >= 60 else 0
        region = 22 if wide else 0
        columns = [
            Column("region", _("Daerah"), region),
            Column("about", _("Isian"), max(width - state - value - region, 12)),
            Column("value", _("Isian saya") if self._tab == "conflicts" else _("Menjadi"), value),
            Column("state", _("Isian rekan") if self._tab == "conflicts" else _("Keadaan"), state),
        ]
        return tuple(column for column in columns if column.width)

    def _run_columns(self, width: int) -> tuple[Column, ...]:
        wide = width >= 90
        when, took, rows, size = 22 if wide else 13, 9 if wide else 0, 22 if wide else 12, 20 if wide else 0
        columns = [
            Column("when", _("Mulai"), when),
            Column("took", _("Lama"), took),
            Column("outcome", _("Hasil"), max(width - when - took - rows - size, 10)),
            Column("rows", _("Baris ↑↓"), rows),
            Column("size", _("Ukuran ↑↓"), size),
        ]
        return tuple(column for column in columns if column.width)

    def _cell(self, row: Row, column: Column) -> Text:
        width = (column.width or 2) - 1
        if isinstance(row, SyncRun):
            return self._run_cell(row, column, width)
        if column.key == "region":
            return cell(row.region_name, width=width)
        if column.key == "about":
            about = _about(row)
            narrow = not any(known.key == "region" for known in self._columns())
            return cell(f"{row.region} {about}" if narrow else about, width=width)
        if column.key == "value":
            return cell(values.set_words(row.mine if isinstance(row, Conflict) else row.set), width=width)
        if isinstance(row, Conflict):
            return cell(values.set_words(row.theirs), self.akk.tone("warn"), width=width)
        if isinstance(row, OutboxRow):
            return cell(values.outbox_state(row), self.akk.tone(values.outbox_tone(row.state)), width=width)
        return cell(self._receipt(row), self.akk.tone("good"), width=width)

    def _receipt(self, row: SentRow) -> str:
        """``terkirim, no. 8123, 19.42 WIB``."""
        words = values.result_words(row.result)
        today = i18n.in_zone(self.akk.now(), self.akk.zone).date()
        when = i18n.clock(row.at, self.akk.zone)
        if i18n.in_zone(row.at, self.akk.zone).date() != today:
            when = f"{i18n.day(i18n.in_zone(row.at, self.akk.zone).date(), year=False)} {when}"
        return _("{words}, no. {seq}, {when}").format(words=words, seq=row.seq, when=when)

    def _run_cell(self, run: SyncRun, column: Column, width: int) -> Text:
        if column.key == "when":
            local = i18n.in_zone(run.started, self.akk.zone).date()
            full = i18n.moment(run.started, self.akk.zone)
            short = f"{i18n.day(local, year=False)} {i18n.clock(run.started, self.akk.zone)[:5]}"
            return cell(full if width >= 20 else short, width=width)
        if column.key == "took":
            return cell(values.seconds_words(run.seconds), width=width)
        if column.key == "rows":
            return cell(f"↑{run.pushed} ↓{run.pulled}", width=width)
        if column.key == "size":
            return cell(f"↑{values.size_words(run.bytes_up)} ↓{values.size_words(run.bytes_down)}", width=width)
        good = run.outcome == "done"
        return cell(self._outcome(run), self.akk.tone("good" if good else "bad"), width=width)

    def _outcome(self, run: SyncRun) -> str:
        if run.outcome != "done":
            return run.words or _("gagal ({code})").format(code=run.outcome)
        answers = values.answers_words(run.answers)
        return _("selesai") + (f", {answers}" if answers else "")

    # --- details

    @property
    def _here(self) -> Row | None:
        return self._shown.get(self._table.cursor_key or "")

    @on(DataTable.RowHighlighted, "#rows")
    def _moved(self, event: DataTable.RowHighlighted) -> None:
        event.stop()
        if self._tab == "conflicts":
            self._show_detail()

    def _show_detail(self) -> None:
        row = self._here
        if self._tab == "conflicts" and isinstance(row, Conflict) and self._work is not None:
            self.query_one("#difference", Quiet).say(difference.described(row, self._work.outbox, self.akk.zone))

    @on(DataTable.RowSelected, "#rows")
    async def _selected(self, event: DataTable.RowSelected) -> None:
        event.stop()
        await self.akk.action_command("sync.details")

    def action_details(self) -> None:
        """Everything about the row under the cursor."""
        row = self._here
        if row is None or self._work is None:
            return
        if isinstance(row, Conflict):
            text, title = difference.described(row, self._work.outbox, self.akk.zone), _("Beda isian")
        elif isinstance(row, SyncRun):
            text, title = content("\n".join(self._run_lines(row))), _("Sinkronisasi")
        else:
            text, title = content("\n".join(self._operation_lines(row))), _("Perubahan")
        self.akk.push_screen(difference.TextWindow(title, text))

    def _operation_lines(self, row: OutboxRow | SentRow) -> list[str]:
        lines = [
            f"{row.region_name} {row.region}".strip(),
            _about(row),
            _("menjadi: {value}").format(value=values.set_words(row.set)),
        ]
        if isinstance(row, SentRow):
            return [*lines, self._receipt(row)]
        return [
            *lines,
            _("semula: {value}").format(value=values.set_words(row.was)),
            _("disimpan: {when}").format(when=i18n.moment(row.at, self.akk.zone)),
            _("keadaan: {state}").format(state=values.outbox_state(row)),
        ]

    def _run_lines(self, run: SyncRun) -> list[str]:
        return [
            i18n.moment(run.started, self.akk.zone) + " · " + values.seconds_words(run.seconds),
            self._outcome(run),
            _("baris: {up} terkirim, {down} diterima").format(up=run.pushed, down=run.pulled),
            _("ukuran: {up} naik, {down} turun, {n} permintaan").format(
                up=values.size_words(run.bytes_up), down=values.size_words(run.bytes_down), n=run.requests
            ),
            _("beda isian: {n} · ditolak: {refused}").format(n=run.conflicts, refused=run.refused),
        ]

    # --- answers

    def conflict_off(self) -> str | None:
        """Why no difference can be answered now."""
        if isinstance(self._here, Conflict) and self._tab == "conflicts":
            return None
        return _("Pilih dulu sebuah beda isian.")

    def value_off(self) -> str | None:
        """Why no other value can be given here."""
        row = self._here
        if not isinstance(row, Conflict) or self._tab != "conflicts":
            return _("Pilih dulu sebuah beda isian.")
        if not difference.simple_field(row):
            return _("Isian ini tidak dapat ditulis sebaris; pilih m atau t, lalu ubah di layarnya.")
        return None

    def refused_off(self) -> str | None:
        """Why nothing can be sent again or given up here."""
        row = self._here
        if isinstance(row, OutboxRow) and row.state in _REFUSED:
            return None
        return _("Hanya untuk perubahan yang ditolak.")

    def action_mine(self) -> None:
        """Mine holds."""
        self._answer(self._here, "mine")

    def action_theirs(self) -> None:
        """Theirs holds."""
        self._answer(self._here, "theirs")

    def action_region(self, choice: str) -> None:
        """One answer for all differences of the region under the cursor."""
        here = self._here
        if not isinstance(here, Conflict) or self._work is None:
            return
        same = [row for row in self._work.conflicts if row.region == here.region]
        for row in same:
            self.store.resolve(row.op, choice, shown=row.theirs)
        self._answered(
            _("{n} beda isian {region} dijawab dengan {words}.").format(
                n=len(same), region=here.region_name, words=_("isian saya") if choice == "mine" else _("isian rekan")
            )
        )

    def _answer(self, row: Row | None, choice: str, value: dict[str, Any] | None = None) -> None:
        if isinstance(row, Conflict):
            self.store.resolve(row.op, choice, value, shown=row.theirs)
            words = {"mine": _("Isian saya dipakai."), "theirs": _("Isian rekan dipakai.")}
            self._answered(words.get(choice, _("Isian lain dipakai.")))

    def _answered(self, words: str) -> None:
        self.akk.tell(words)
        self.akk.data_changed()

    def action_value(self) -> None:
        """Ask for another value."""
        row = self._here
        if not isinstance(row, Conflict):
            return
        ((name, mine),) = row.mine.items()

        def take(value: Any) -> None:
            self._answer(row, "value", {name: value})

        if name.startswith("item."):
            self.akk.push_screen(StateMenu(difference.about(row), None), lambda state: take(state) if state else None)
            return

        def typed(text: str | None) -> None:
            if text is not None:
                try:
                    take(difference.typed_value(row.kind, name, text))
                except AkkError as cause:
                    self.akk.tell_error(cause)

        hint = _("enter memakai isian ini · esc batal · beberapa nama dipisah koma · tanggal TTTT-BB-HH")
        window = difference.ValueWindow(difference.about(row), difference.editable_text(mine), hint)
        self.akk.push_screen(window, typed)

    def action_retry(self) -> None:
        """Queue a refused change again."""
        row = self._here
        if isinstance(row, OutboxRow):
            self.store.retry(row.op)
            self._answered(_("Dikirim lagi pada sinkronisasi berikut."))

    def action_discard(self) -> None:
        """Give a refused change up."""
        row = self._here
        if isinstance(row, OutboxRow):
            self.store.discard(row.op)
            self._answered(_("Perubahan dilepas: {value}").format(value=values.set_words(row.set)))

    # --- moving

    def action_tab(self, step: int) -> None:
        """The next or previous tab."""
        self._tab = TABS[(TABS.index(self._tab) + step) % len(TABS)]
        self._show()
        self._table.focus()

    async def action_leave(self) -> None:
        """Cancel the round that runs, else go back."""
        if self.akk.sync.running:
            self.akk.action_sync_cancel()
        else:
            await self.akk.action_back()


def _about(row: OutboxRow | Conflict | SentRow) -> str:
    title = pick(row.title, row.title_en)
    return " · ".join(part for part in (title, values.what_words(row.kind, row.field)) if part)
