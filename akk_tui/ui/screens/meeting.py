"""Mode rapat: the items that one OPD of one region owes, made to be seen by the other side of the table.

Nothing else is on it or within reach: no notes, no other region, no score or projection, no officer, no state of the
sync, no toast, no search, palette or other screen. One key leaves, and it is named; esc and q do not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, TYPE_CHECKING

from rich.text import Text
from textual.app import ComposeResult
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import DataTable, Static

from akk_tui import i18n
from akk_tui.contract.errors import AkkError
from akk_tui.contract.limits import EVIDENCE_PER_ITEM
from akk_tui.i18n import gettext as _
from akk_tui.i18n import ngettext, pick
from akk_tui.ui import bulk, commands
from akk_tui.ui.screens.base import AkkScreen
from akk_tui.ui.terminal.safe import cell, content, cut
from akk_tui.ui.widgets.checklist_rows import is_open, row_key
from akk_tui.ui.widgets.lines import Words
from akk_tui.ui.widgets.states import state_mark, state_tone, state_word
from akk_tui.ui.widgets.table import AkkTable, Column

if TYPE_CHECKING:
    from akk_tui.store.shapes import ChecklistRow, Evidence
    from akk_tui.ui.app import AkkApp

_MARGIN = 4
_EVIDENCE = 3


async def open_meeting(app: AkkApp, region: str, owner: str | None) -> None:
    """Turn the screen to the other side: ``owner``'s items of ``region``; None asks which OPD, where there are several.

    Without an item that anybody owes there is nothing to show: a sentence says so.
    """
    from akk_tui.ui.chooser import Chooser, Option

    rows = app.store.views.checklist(app.cycle, [region])
    if owner is not None:
        await app.push_screen(MeetingScreen(region, owner))
        return
    counts: dict[str, list[int]] = {}
    for row in rows:
        if row.item.owner is not None:
            found = counts.setdefault(row.item.owner, [0, 0])
            found[0] += is_open(row)
            found[1] += 1
    if not counts:
        app.tell(_("Belum ada butir dengan penanggung jawab di daerah ini."), "warning")
        return
    names = sorted(counts, key=str.casefold)
    if len(names) == 1:
        await app.push_screen(MeetingScreen(region, names[0]))
        return
    options = [
        Option(name, name, _("{n} kurang dari {total} butir").format(n=counts[name][0], total=counts[name][1]))
        for name in names
    ]

    def chosen(name: str | None) -> None:
        if name is not None:
            app.push_screen(MeetingScreen(region, name))

    await app.push_screen(Chooser(_("Mode rapat dengan OPD"), options), chosen)


class MeetingScreen(AkkScreen, ModalScreen[None]):
    """One OPD's items of one region, three lines each."""

    ID: ClassVar[str] = "meeting"
    FACES_OTHERS: ClassVar[bool] = True
    """Others see it: no other command works while it is open, and nothing is said over it."""
    AUTO_FOCUS: ClassVar[str | None] = "#asked"
    DEFAULT_CSS = """
    MeetingScreen {
        background: $background;
        & #who { height: auto; padding: 1 4 0 4; }
        & #told { height: 1; padding: 0 4; color: $text-muted; }
        & #asked { height: 1fr; margin: 0 2; background: $background; }
        & #asked:focus { background: $background; }
        & #none { height: 1fr; padding: 2 4; display: none; }
        &.-none #none { display: block; }
        &.-none #asked { display: none; }
        & #way { height: 1; padding: 0 4; color: $text-muted; }
        &.-tiny #who, &.-tiny #told, &.-tiny #way { padding: 0 1; }
        &.-tiny #asked { margin: 0; }
        &.-narrow #who { padding: 0 2; }
        &.-narrow #told, &.-narrow #way { padding: 0 2; }
    }
    """

    def __init__(self, region: str, owner: str) -> None:
        super().__init__()
        self.region_code = region
        self.owner = owner
        self._rows: tuple[ChecklistRow, ...] = ()
        self._shown: dict[str, ChecklistRow] = {}
        self._all = False
        self._made: list[int] = []
        """Undo steps made here: only these can be taken back here, whatever else writes in this store meanwhile."""

    def compose(self) -> ComposeResult:
        yield Words(id="who")
        yield Words(id="told")
        yield AkkTable(id="asked", header=False)
        yield Static(id="none")
        yield Words(id="way")

    def on_mount(self) -> None:
        self.akk.add_class("-meeting")
        self.akk.clear_notifications()

    def on_unmount(self) -> None:
        self.akk.remove_class("-meeting")

    def refresh_view(self) -> None:
        rows = self.store.views.checklist(self.akk.cycle, [self.region_code])
        self._rows = tuple(row for row in rows if row.item.owner == self.owner)
        self._draw()

    def on_resize(self) -> None:
        self._draw()

    # --- what is seen

    def _draw(self) -> None:
        width = self.size.width
        owed = [row for row in self._rows if is_open(row)]
        self._head(owed, width)
        shown = self._rows if self._all else owed
        table = self.query_one("#asked", AkkTable)
        room = max(20, width - (0 if width < 60 else _MARGIN) - table.styles.scrollbar_size_vertical)
        self._shown = {row_key(row): row for row in shown}
        tall = 1 + max((len(self._facts(row, room - 6)) for row in shown), default=1)
        gap = 1 if self.size.height >= 20 else 0
        table.fill(
            (Column("item", "", room),),
            [(row_key(row), (self._item(row, room),)) for row in shown],
            height=min(tall, 2 + _EVIDENCE) + gap,
        )
        self.set_class(not shown, "-none")
        if not shown:
            done = _("Semua bukti dukung yang diminta sudah diterima. Terima kasih.")
            nothing = _("Tidak ada bukti dukung yang diminta di sini.")
            self.query_one("#none", Static).update(content(done if self._rows else nothing))
        self.query_one("#way", Words).show(self._way(width))

    def _head(self, owed: Sequence[ChecklistRow], width: int) -> None:
        status = self.akk.status
        name = self._rows[0].region_name if self._rows else self.region_code
        count = ngettext("{n} bukti dukung masih diminta", "{n} bukti dukung masih diminta", len(owed)).format(
            n=len(owed)
        )
        today = status.today if status is not None else self.store.today()
        facts = [count, _("dari {n} butir").format(n=len(self._rows)), i18n.day(today)]
        sample = content("")
        if status is not None and status.sample:
            sample = Content.assemble("  ", content(" " + _("DATA CONTOH") + " ", "bold reverse $warning"))
        room = width - (2 if width < 60 else 2 * _MARGIN)
        title = content(cut(f"{self.owner} · {name}", room), "bold")
        line = content(cut(" · ".join(facts), room), "$text-muted")
        if title.cell_length + sample.cell_length <= room:
            title, sample = Content.assemble(title, sample), content("")
        self.query_one("#who", Words).show(Content.assemble(title, "\n", line, sample))

    def _item(self, row: ChecklistRow, width: int) -> Text:
        """The item, what holds now and until when, and the evidence that is there."""
        item, tone = row.item, self.akk.tone
        made = cell(f"{state_mark(item.state)} ", tone(state_tone(item.state)))
        made.append_text(cell(f"{item.id}  {pick(item.title, item.title_en)}", tone("strong"), width=width - 5))
        late = bool(item.overdue_days) and is_open(row)
        for n, fact in enumerate(self._facts(row, width - 6)):
            made.append("\n    ")
            made.append_text(cell(fact, tone("bad") if late and n == 0 else tone("muted"), width=width - 5))
        return made

    def _facts(self, row: ChecklistRow, width: int) -> list[str]:
        item = row.item
        facts = [state_word(item.state)]
        if item.due is not None:
            facts.append(_("batas waktu {day}").format(day=i18n.day(item.due)))
            if item.overdue_days and is_open(row):
                late = ngettext("terlambat {n} hari", "terlambat {n} hari", item.overdue_days)
                facts.append(late.format(n=item.overdue_days))
        return [cut(" · ".join(facts), width), *(cut(_evidence(one), width) for one in item.evidence[:_EVIDENCE])]

    def _way(self, width: int) -> Content:
        """The keys that work here, the one that leaves first: it never falls away."""
        parts: list[Content] = []
        for command in commands.of_screen(self.ID):
            keys = commands.keys_of(command, self.akk.keymap)
            if self.ID in command.screens and command.footer and keys:
                shown = Content.assemble(
                    content(commands.shown_key(keys[0]), "bold"), content(f" {commands.in_a_row(command)}   ")
                )
                if parts and sum(part.cell_length for part in parts) + shown.cell_length > width - 4:
                    break
                parts.append(shown)
        return Content.assemble(*parts)

    def _say(self, words: str) -> None:
        self.query_one("#told", Words).show(content(words))

    # --- what is done

    @property
    def _here(self) -> ChecklistRow | None:
        return self._shown.get(self.query_one("#asked", AkkTable).cursor_key or "")

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        event.stop()
        self.action_state_menu()

    def action_state_menu(self) -> None:
        """Ask for the state of the item under the cursor."""
        from akk_tui.ui.widgets.state_menu import StateMenu

        row = self._here
        if row is None:
            return
        if not row.writable:
            self._say(_("Hanya dapat dibaca."))
            return

        def chosen(state: str | None) -> None:
            if state is not None:
                self._save(row, state)

        item = row.item
        self.akk.push_screen(StateMenu(f"{item.id} {pick(item.title, item.title_en)}", item.state), chosen)

    def _save(self, row: ChecklistRow, state: str) -> None:
        try:
            changed = bulk.set_state(self.store, [row], state)
        except AkkError as cause:
            self._say(cause.words(_))
            return
        if changed:
            self._note_step()
            self._say(_("{item} menjadi {state}; tersimpan.").format(item=row.item.id, state=state_word(state)))
            self.akk.data_changed()
        else:
            self._say(_("Tidak ada yang berubah."))

    def action_evidence(self) -> None:
        """Write down one more evidence of the item under the cursor."""
        from akk_tui.ui.edits import evidence
        from akk_tui.ui.edits.indicator import Place

        row = self._here
        if row is None:
            return
        taken = {one.n for one in row.item.evidence}
        free = next((n for n in range(1, EVIDENCE_PER_ITEM + 1) if n not in taken), None)
        if not row.writable or free is None:
            full = _("Butir ini sudah memuat {n} bukti.").format(n=EVIDENCE_PER_ITEM)
            self._say(full if row.writable else _("Hanya dapat dibaca."))
            return
        detail = self.store.views.region(row.cycle, row.region)
        indicators = [one for component in detail.components for one in component.indicators]
        indicator = next(one for one in indicators if one.id == row.indicator)

        def done() -> None:
            self._note_step()
            self._say(_("Bukti tersimpan."))

        evidence.write(Place(self, detail, indicator, row.item), row.item, free, done)

    def action_undo(self) -> None:
        """Take back what was done here last; nothing from before."""
        if not self._made:
            self._say(_("Belum ada yang diubah di sini."))
            return
        try:
            undone = self.store.undo(self._made[-1])
        except AkkError as cause:
            self._say(cause.words(_))
            return
        self._made.pop()
        self._say(_("Diurungkan.") if undone is not None else _("Sudah diurungkan dari tempat lain."))
        self.akk.data_changed()

    def _note_step(self) -> None:
        step = self.store.newest_step()
        if step is not None:
            self._made.append(step)

    def action_all(self) -> None:
        """Show what is accepted too, or only what is asked for."""
        self._all = not self._all
        self._draw()

    def action_leave(self) -> None:
        """Back to the officer's screens."""
        self.dismiss(None)


def _evidence(one: Evidence) -> str:
    day = _day(one.day)
    parts = [one.title or _("bukti"), *([_("No. {number}").format(number=one.number)] if one.number else []), day]
    return "· " + ", ".join(part for part in parts if part)


def _day(text: str | None) -> str:
    from akk_tui.ui.words import iso_day

    return iso_day(text)
