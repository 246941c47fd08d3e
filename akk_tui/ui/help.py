"""Help on what has the focus: its words, then the commands of the screen with their keys, all from the registry."""

from __future__ import annotations

from typing import Any, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import DataTable, Static

from akk_tui.contract.errors import N_
from akk_tui.i18n import gettext as _
from akk_tui.ui import commands
from akk_tui.ui.screens.base import AkkModal
from akk_tui.ui.terminal.safe import cell, content
from akk_tui.ui.widgets.lines import Words
from akk_tui.ui.widgets.table import AkkTable, Column

WORDS = N_(
    "● daring: sinkron terakhir mencapai server (online). ○ luring: tidak (offline); semua tetap dapat dipakai dan "
    "dikirim kemudian. ↑ belum terkirim, ≠ beda isian, ✗ ditolak."
)


class HelpScreen(AkkModal[None]):
    """A list of commands to read; enter closes the window and runs the one under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [("question_mark", "close", ""), ("f1", "close", "")]

    def __init__(self, screen: str, words: tuple[str, ...]) -> None:
        super().__init__()
        self.about_screen = screen
        self.words = words

    @classmethod
    def about(cls, screen: Any) -> HelpScreen:
        """The help for the widget that has the focus, for what it stands in, and for the screen."""
        focused = screen.focused
        places = focused.ancestors_with_self if focused is not None else [screen]
        texts = [getattr(place, "HELP", None) for place in places]
        return cls(getattr(screen, "ID", ""), (*(_(text) for text in texts if text), _(WORDS)))

    def compose(self) -> ComposeResult:
        with Vertical(id="window") as window:
            window.border_title = content(_("Bantuan"))
            yield Static(content("\n".join(self.words)), id="words")
            yield AkkTable(id="commands", header=False)
            yield Words(id="whole")

    def on_mount(self) -> None:
        self._fill()

    def on_resize(self) -> None:
        self._fill()

    def _fill(self) -> None:
        """Fill the table for the width that the window has now; where it is narrow the words fall away."""
        width = min(76, int(self.akk.size.width * 0.96)) - 5
        rest = width - 33
        columns = [Column("key", "", 11), Column("title", "", 22)]
        if rest >= 12:
            columns.append(Column("help", "", rest))
        rows: list[tuple[str, list[Text]]] = []
        for command in commands.of_screen(self.about_screen):
            keys = commands.keys_of(command, self.akk.keymap)
            if not keys:
                continue
            shown = " ".join(commands.shown_key(key) for key in keys)
            rows.append(
                (
                    command.id,
                    [
                        cell(shown, self.akk.tone("accent"), width=10),
                        cell(_(command.title), width=21),
                        cell(_(command.help), self.akk.tone("muted"), width=rest),
                    ][: len(columns)],
                )
            )
        self.query_one(AkkTable).fill(columns, rows)

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        """The command under the cursor in full, where its line has no room for it."""
        event.stop()
        command = commands.by_id().get(event.row_key.value or "")
        if command is not None:
            self.query_one("#whole", Words).show(content(_(command.help), "$text-muted"))

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        event.stop()
        app, command = self.akk, event.row_key.value or ""
        self.dismiss(None)
        app.call_next(app.run_command, command)
