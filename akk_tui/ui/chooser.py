"""A window with a short list to choose from: digits while it is open, arrows and enter too; esc leaves it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import NamedTuple, TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import DataTable

from akk_tui.contract.errors import N_
from akk_tui.i18n import day
from akk_tui.i18n import gettext as _
from akk_tui.ui.screens.base import AkkModal
from akk_tui.ui.terminal.safe import cell, content
from akk_tui.ui.widgets.table import AkkTable, Column

if TYPE_CHECKING:
    from akk_tui.ui.app import AkkApp


class Option(NamedTuple):
    """``key`` is what the window answers; ``glyph`` and ``note`` stand before and behind the title."""

    key: str
    title: str
    note: str = ""
    glyph: str = ""
    tone: str = ""


class Chooser(AkkModal[str]):
    """Answers the key of the chosen option, or None. ``look`` is told each option that the cursor comes to."""

    HELP = N_("Angka memilih langsung; panah dan enter juga; esc menutup tanpa mengubah apa pun.")

    def __init__(
        self,
        title: str,
        options: Sequence[Option],
        current: str | None = None,
        look: Callable[[str], None] | None = None,
    ) -> None:
        super().__init__()
        self.look = look
        self.heading = title
        self.options = tuple(options)
        self.current = current

    def compose(self) -> ComposeResult:
        with Vertical(id="window") as window:
            window.border_title = content(self.heading)
            yield AkkTable(id="options", header=False)

    def on_mount(self) -> None:
        self._fill()
        if self.current is not None:
            self.query_one(AkkTable).go_to(self.current)

    def _fill(self) -> None:
        wide = min(70, max(20, self.akk.size.width - 10))
        rows = [
            (
                option.key,
                (
                    cell(f"{number}" if number <= 9 else "", self.akk.tone("accent"), right=True),
                    cell(" ● " if option.key == self.current else "   ", self.akk.tone("primary")),
                    cell(f"{option.glyph} {option.title}".strip(), self.akk.tone(option.tone)),
                    cell(" " + option.note, self.akk.tone("muted")),
                ),
            )
            for number, option in enumerate(self.options, 1)
        ]
        notes = any(option.note for option in self.options)
        title_width = max(12, (wide - 6) // 2 if notes else wide - 6)
        columns = [Column("n", "", 2), Column("now", "", 3), Column("title", "", title_width)]
        columns.append(Column("note", "", max(1, wide - 5 - title_width)))
        self.query_one(AkkTable).fill(columns, rows)

    def on_key(self, event: events.Key) -> None:
        if event.character is not None and event.character.isdigit():
            event.stop()
            event.prevent_default()
            place = int(event.character) - 1
            if 0 <= place < len(self.options):
                self.dismiss(self.options[place].key)

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        event.stop()
        if self.look is not None and event.row_key.value is not None:
            self.look(event.row_key.value)
            self._fill()

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        event.stop()
        self.dismiss(event.row_key.value)


def choose_theme(app: AkkApp) -> None:
    """Let the officer choose a theme, each worn while the cursor is on it; the chosen one is kept."""
    before = app.theme
    options = [Option(name, loaded.shown) for name, loaded in app.loaded_themes.themes.items()]

    def chosen(name: str | None) -> None:
        if name is not None:
            app.use_theme(name)
        else:
            app.preview_theme(before)

    # Each theme draws the whole screen: over a slow link only the one that is chosen.
    look = app.preview_theme if app.link.fast else None
    app.push_screen(Chooser(_("Tema"), options, before, look), chosen)


def choose_cycle(app: AkkApp) -> None:
    """Let the officer choose the cycle that is shown; each with its state and the day of its assessment."""
    cycles = app.status.cycles if app.status is not None else (app.cycle,)
    reference = app.store.reference()
    known = {one.id: one for one in reference.cycles} if reference is not None else {}

    def note(cycle: str) -> str:
        if cycle not in known:
            return ""
        one = known[cycle]
        state = _("terbuka") if one.state == "open" else _("ditutup")
        assessment = day(date.fromisoformat(one.instrument.assessment))
        return _("{state} · penilaian {day}").format(state=state, day=assessment)

    def chosen(cycle: str | None) -> None:
        if cycle is not None and cycle != app.cycle:
            app.use_cycle(cycle)

    app.push_screen(Chooser(_("Siklus"), [Option(cycle, cycle, note(cycle)) for cycle in cycles], app.cycle), chosen)
