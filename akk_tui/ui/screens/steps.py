"""Prioritas pemenuhan: the missing items of a region in order of gain, and a sandbox that shows what they would do."""

from __future__ import annotations

from typing import ClassVar, TYPE_CHECKING

from textual.app import ComposeResult
from textual.widgets import DataTable

from akk_tui.contract.errors import AkkError, N_
from akk_tui.i18n import gettext as _
from akk_tui.i18n import ngettext, number
from akk_tui.store.views.names import UnknownRegion
from akk_tui.ui import commands
from akk_tui.ui import sandbox as sandboxes
from akk_tui.ui.sandbox import Sandbox
from akk_tui.ui.screens.base import AkkScreen
from akk_tui.ui.terminal.safe import content
from akk_tui.ui.widgets import steps_rows as lines
from akk_tui.ui.widgets.lines import Words
from akk_tui.ui.widgets.table import AkkTable

if TYPE_CHECKING:
    from akk_tui.store.shapes import Priorities, Priority


class StepsScreen(AkkScreen):
    """One region's missing items. What is ticked is tried in the sandbox and written only when asked."""

    ID = "steps"
    AUTO_FOCUS: ClassVar[str | None] = "#steps"
    HELP = N_(
        "Butir yang belum diterima, yang paling menaikkan perkiraan lebih dulu. Poin: yang ditambah bila diterima. "
        "Jumlah: perkiraan bila butir itu dan semua di atasnya diterima. {key:steps.try} mencoba butir seolah-olah "
        "diterima, {key:steps.state} memilih status lain; kepala layar menunjukkan nilai dan proyeksi kini → nanti. "
        "Semua itu SIMULASI: tidak ada yang tersimpan sampai {key:steps.keep}, lalu enter. Proyeksi nanti: nilai "
        "resmi naik sebanyak perkiraan, lajunya tetap."
    )
    DEFAULT_CSS = """
    StepsScreen {
        & #head { height: auto; padding: 0 1; }
        & #steps { height: 1fr; border: round $primary 60%; }
        & #steps:focus { border: round $accent; }
        &.-trying #steps, &.-trying #steps:focus { border: heavy $warning; }
        & #about { height: 3; padding: 0 1; background: $panel; }
        & #empty { height: 1fr; padding: 2 4; }
    }
    """

    def __init__(self, region_code: str) -> None:
        super().__init__()
        self.region_code = region_code
        self.sandbox: Sandbox | None = None
        self.owner: str | None = None
        """The owner whose items are shown; None: everybody's."""
        self.order = "gain"
        self._shown: list[Priority] = []
        self._at = 0

    def body(self) -> ComposeResult:
        yield Words(content(_("menghitung…")), id="head")
        yield AkkTable(id="steps")
        yield Words(id="empty")
        yield Words(id="about")

    @property
    def changed(self) -> bool:
        """Whether something is tried that leaving would throw away."""
        return self.sandbox is not None and bool(self.sandbox.chosen)

    @property
    def item(self) -> Priority | None:
        """The row under the cursor."""
        key = self.query_one("#steps", AkkTable).cursor_key
        return self.sandbox.row(key) if self.sandbox is not None and key is not None else None

    @property
    def note_subject(self) -> str | None:
        """What a note begun here is about."""
        row = self.item
        return f"{self.region_code}:{row.indicator}" if row is not None else None

    # --- data and drawing

    def refresh_view(self) -> None:
        cycle, code = self.akk.cycle, self.region_code
        if self.sandbox is not None and self.sandbox.data.region.cycle != cycle:
            self._forget()
        self.fetch("steps", lambda store: store.views.priorities(cycle, code))

    def _forget(self) -> None:
        """Another cycle is shown: what was tried in this one has no place there."""
        if self.changed:
            self.akk.tell(_("Simulasi dilepas: siklus lain ditampilkan."), "warning")
        self.sandbox = None
        self.set_class(False, "-trying")
        for name in ("#steps", "#empty", "#about"):
            self.query_one(name).display = False
        self.query_one("#head", Words).show(content(_("menghitung…")))

    def fetched(self, name: str, value: Priorities) -> None:
        instrument = self.store.instrument(value.region.cycle)
        if self.sandbox is None:
            self.sandbox = Sandbox(instrument, value)
        else:
            gone = self.sandbox.renew(instrument, value)
            if gone:
                words = ngettext(
                    "{n} butir simulasi sudah berubah sendiri dan dilepas.",
                    "{n} butir simulasi sudah berubah sendiri dan dilepas.",
                    gone,
                )
                self.akk.tell(words.format(n=gone), "warning")
        self._show()

    def failed(self, name: str, error: AkkError) -> None:
        """Say where the cycle that is shown has no such region; the way out is another cycle, or back."""
        if not isinstance(error, UnknownRegion):
            super().failed(name, error)
            return
        self._forget()
        words = _("Daerah ini tidak ada di antara daerah Anda pada siklus {cycle}. {key} memilih siklus lain.")
        key = commands.key_of("cycle", self.akk.keymap)
        self.query_one("#head", Words).show(content(words.format(cycle=self.akk.cycle, key=key)))

    def on_resize(self) -> None:
        self._show()

    def _show(self) -> None:
        sandbox = self.sandbox
        if sandbox is None:
            return
        mark, at_mark = self.akk.pass_mark, self.akk.pass_at_mark
        width, height = self.space.width, self.space.height
        self.set_class(self.changed, "-trying")
        gained = "+" if self.akk.ascii_glyphs else "▒"
        head = lines.head(sandbox, width - 2, mark, at_mark, lines=4 if height >= 20 else 3, gained=gained)
        self.query_one("#head", Words).show(head)
        if self.owner is not None and not any(name == self.owner for name, _n, _points in sandbox.owners()):
            self.owner = None
        self._shown = sandbox.shown(self.owner, self.order)
        table, empty = self.query_one("#steps", AkkTable), self.query_one("#empty", Words)
        table.display, empty.display = bool(self._shown), not self._shown
        self.query_one("#about").display = bool(self._shown) and height >= 18
        if not self._shown:
            empty.show(content(self._nothing(sandbox)))
            self.renew_keys()
            return
        table.entitle(content(self._title(sandbox)))
        columns = lines.columns(width - 3)
        table.fill(columns, list(lines.rows(sandbox, self._shown, columns, self.akk.tone, mark)))
        if table.cursor_key == lines.MARK:
            table.move_cursor(row=table.cursor_row + 1)
        self._about()
        self.renew_keys()

    def _nothing(self, sandbox: Sandbox) -> str:
        name = sandbox.data.region.name
        if sandbox.before.estimate is None:
            return _("{name}: tidak ada butir yang berlaku.").format(name=name)
        return _("{name}: semua butir sudah diterima.").format(name=name)

    def _title(self, sandbox: Sandbox) -> str:
        n, whole = len(self._shown), len(sandbox.data.rows)
        order = _(sandboxes.SORTS[self.order][0])
        if self.owner is not None:
            owner = self.owner or _("tanpa penanggung jawab")
            return _("Prioritas {owner} ({n} dari {all}) · {order}").format(owner=owner, n=n, all=whole, order=order)
        return _("Prioritas pemenuhan ({n}) · {order}").format(n=n, order=order)

    def _about(self) -> None:
        row = self.item
        if row is not None and self.sandbox is not None:
            chosen = self.sandbox.chosen.get(row.item.id)
            self.query_one("#about", Words).show(lines.about(row, chosen, self.space.width - 2))

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        event.stop()
        table, at = self.query_one("#steps", AkkTable), event.cursor_row
        if event.row_key.value == lines.MARK and table.cursor_row == at:
            # Nobody stands on the line between the items.
            down = (at > self._at or at == 0) and at < table.row_count - 1
            table.move_cursor(row=at + 1 if down else at - 1)
            return
        self._at = at
        self._about()

    # --- the sandbox

    def item_off(self) -> str | None:
        """Why nothing can be tried here."""
        return None if self.item is not None else _("Pilih dulu sebuah butir.")

    def keep_off(self) -> str | None:
        """Why nothing can be written."""
        from akk_tui.ui.steps_keep import off

        return off(self.akk, self.sandbox) if self.sandbox is not None else _("Pilih dulu sebuah butir.")

    def clear_off(self) -> str | None:
        """Why there is nothing to throw away."""
        return None if self.changed else _("Belum ada butir yang dicoba; spasi mencobanya.")

    def way_off(self) -> str | None:
        """Why no items need be tried to pass."""
        if self.sandbox is None or not self._shown:
            return _("Pilih dulu sebuah butir.")
        return _("Perkiraan di layar ini sudah melampaui ambang lulus.") if self.sandbox.after.reaches else None

    def action_try(self) -> None:
        """Try the item under the cursor as accepted, or no longer."""
        row = self.item
        if row is not None and self.sandbox is not None:
            self.sandbox.toggle(row.item.id)
            self._show()

    def action_state(self) -> None:
        """Try another state."""
        from akk_tui.ui.widgets.state_menu import StateMenu

        row, sandbox = self.item, self.sandbox
        if row is None or sandbox is None:
            return
        item = row.item

        def chosen(state: str | None) -> None:
            if state is not None:
                sandbox.choose(item.id, state)
                self._show()

        title = _("Coba saja, tidak tersimpan: {item}").format(item=f"{item.id} {sandboxes.title(row)}")
        self.akk.push_screen(StateMenu(title, sandbox.chosen.get(item.id, item.state)), chosen)

    def action_way(self) -> None:
        """Try the items from the top until the estimate passes."""
        if self.sandbox is None:
            return
        self.sandbox.try_until_passing(self._shown)
        self._show()
        # As many as the head of the screen says: also those tried before.
        n = len(self.sandbox.chosen)
        if self.sandbox.after.reaches:
            words = ngettext("{n} butir dicoba: melampaui {mark}.", "{n} butir dicoba: melampaui {mark}.", n)
        else:
            words = ngettext(
                "{n} butir dicoba: belum melampaui {mark}.", "{n} butir dicoba: belum melampaui {mark}.", n
            )
        self.akk.tell(words.format(n=n, mark=self.akk.pass_mark))

    def action_clear(self) -> None:
        """Throw what is tried away."""
        if self.sandbox is not None:
            self.sandbox.clear()
            self._show()

    def action_keep(self) -> None:
        """Ask, then write what is tried."""
        from akk_tui.ui.steps_keep import KeepWindow

        if self.sandbox is not None:
            self.akk.push_screen(KeepWindow(self.sandbox, self._kept))

    def _kept(self, changed: int) -> None:
        if self.sandbox is not None:
            self.sandbox.clear()
        self.akk.edited()
        words = ngettext(
            "{n} butir ditulis, belum terkirim. {key:edit.undo} mengurungkannya.",
            "{n} butir ditulis, belum terkirim. {key:edit.undo} mengurungkan semuanya.",
            changed,
        )
        self.akk.tell(self.akk.keyed(words).format(n=changed))

    # --- list

    def action_filter(self) -> None:
        """Show the items of one owner."""
        from akk_tui.ui.chooser import Chooser, Option

        sandbox = self.sandbox
        if sandbox is None:
            return

        def note(n: int, points: float) -> str:
            words = ngettext("{n} butir, +{points} poin", "{n} butir, +{points} poin", n)
            return words.format(n=n, points=number(points, 1))

        rows = sandbox.data.rows
        options = [Option("*", _("semua"), note(len(rows), sum(row.item.gain for row in rows)))]
        options += [
            Option(f"={name}", name or _("tanpa penanggung jawab"), note(n, points))
            for name, n, points in sandbox.owners()
        ]

        def chosen(key: str | None) -> None:
            if key is not None:
                self.owner = None if key == "*" else key[1:]
                self._show()

        current = "*" if self.owner is None else f"={self.owner}"
        self.akk.push_screen(Chooser(_("Penanggung jawab"), options, current), chosen)

    def action_sort(self) -> None:
        """Choose the order."""
        from akk_tui.ui.chooser import Chooser, Option

        def chosen(order: str | None) -> None:
            if order is not None:
                self.order = order
                self._show()

        options = [Option(key, _(title)) for key, (title, _key) in sandboxes.SORTS.items()]
        self.akk.push_screen(Chooser(_("Urutan"), options, self.order), chosen)

    # --- leaving

    async def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        event.stop()
        await self.akk.run_command("steps.open")

    async def action_open(self) -> None:
        """Open the item on the region's page; what is tried stays here, under that page."""
        row = self.item
        if row is None:
            return
        if self.changed:
            await self.akk.open_region(self.region_code, indicator=row.indicator, item=row.item.id)
            return
        app, code, item = self.akk, self.region_code, row.item.id
        app.pop_screen()
        app.call_next(app.open_item, code, item)

    def action_leave(self) -> None:
        """Leave; where something is tried, ask what becomes of it."""
        if not self.changed or self.sandbox is None:
            self.akk.pop_screen()
            return
        from akk_tui.ui.chooser import Chooser, Option

        def chosen(key: str | None) -> None:
            if key == "drop":
                self.action_clear()
                self.akk.pop_screen()
            elif key == "keep":
                self.akk.call_next(self.akk.run_command, "steps.keep")

        n = len(self.sandbox.chosen)
        title = ngettext("Simulasi dengan {n} butir", "Simulasi dengan {n} butir", n).format(n=n)
        options = [
            Option("drop", _("Buang dan keluar")),
            Option("keep", _("Tulis sebagai perubahan nyata …")),
            Option("stay", _("Tetap di sini")),
        ]
        self.akk.push_screen(Chooser(title, options), chosen)
