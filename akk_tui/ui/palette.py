"""The palette: every command that works here, found by typing, from the same registry as keys and help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import DataTable, Input

from akk_tui.i18n import gettext as _
from akk_tui.ui import commands
from akk_tui.ui.command import Command
from akk_tui.ui.overview import fuzzy
from akk_tui.ui.screens.base import AkkModal
from akk_tui.ui.terminal.safe import cell, content
from akk_tui.ui.widgets.table import AkkTable, Column

if TYPE_CHECKING:
    from akk_tui.ui.app import AkkApp


def _by_rank(found: tuple[int, int, Command, str | None]) -> tuple[int, int]:
    return found[:2]


class PaletteScreen(AkkModal[None]):
    """Type, choose with the arrows, enter runs. A command that is off says why."""

    def __init__(self, found: tuple[tuple[Command, str | None], ...]) -> None:
        super().__init__()
        self.found = found

    @classmethod
    def over(cls, app: AkkApp) -> PaletteScreen:
        """The palette for the screen that is shown now, with the reasons of what is off."""
        screen = getattr(app.screen, "ID", "")
        shown = [command for command in commands.of_screen(screen) if not command.hidden and command.id != "palette"]
        return cls(tuple((command, command.when(app) if command.when else None) for command in shown))

    def compose(self) -> ComposeResult:
        with Vertical(id="window") as window:
            window.border_title = content(_("Perintah"))
            yield Input(id="wanted", placeholder=_("cari perintah"))
            yield AkkTable(id="commands", header=False)

    def on_mount(self) -> None:
        self._show("")

    def on_resize(self) -> None:
        self._show(self.query_one(Input).value.strip())

    def on_input_changed(self, event: Input.Changed) -> None:
        self._show(event.value.strip())

    def _show(self, wanted: str) -> None:
        width = min(76, int(self.akk.size.width * 0.96)) - 4
        ranked: list[tuple[int, int, Command, str | None]] = []
        for n, (command, reason) in enumerate(self.found):
            rank = 0 if not wanted else fuzzy(wanted, _(command.title))
            if rank is None and wanted and wanted.casefold() in _(command.help).casefold():
                rank = 4
            if rank is not None:
                ranked.append((rank, n, command, reason))
        ranked.sort(key=_by_rank)
        columns = [Column("title", "", 24), Column("help", "", max(8, width - 36)), Column("key", "", 12, True)]
        rows: list[tuple[str, list[Text]]] = []
        for _rank, _n, command, reason in ranked:
            keys = commands.keys_of(command, self.akk.keymap)
            muted = self.akk.tone("muted")
            rows.append(
                (
                    command.id,
                    [
                        cell(_(command.title), muted if reason else "", width=23),
                        cell(reason or _(command.help), self.akk.tone("warn") if reason else muted, width=width - 37),
                        cell(commands.shown_key(keys[0]) if keys else "", self.akk.tone("accent"), right=True),
                    ],
                )
            )
        self.query_one(AkkTable).fill(columns, rows)
        if rows:
            self.query_one(AkkTable).move_cursor(row=0)

    def on_key(self, event: events.Key) -> None:
        table = self.query_one(AkkTable)
        if self.query_one(Input).has_focus and event.key in ("down", "up"):
            event.stop()
            event.prevent_default()
            (table.action_cursor_down if event.key == "down" else table.action_cursor_up)()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._run()

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        event.stop()
        self._run()

    def _run(self) -> None:
        command = self.query_one(AkkTable).cursor_key
        if command is None:
            return
        app = self.akk
        self.dismiss(None)
        app.call_next(app.run_command, command)
