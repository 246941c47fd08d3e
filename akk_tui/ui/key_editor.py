"""The keys of all commands: choose one, press its new key, read at once what that would clash with."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import DataTable, Input, Static

from akk_tui import config
from akk_tui.contract.errors import AkkError, N_
from akk_tui.i18n import gettext as _
from akk_tui.ui import commands, keymap
from akk_tui.ui.command import Command
from akk_tui.ui.overview import fuzzy
from akk_tui.ui.screens.base import AkkModal
from akk_tui.ui.terminal.safe import cell, content
from akk_tui.ui.widgets.lines import Words
from akk_tui.ui.widgets.table import AkkTable, Column


def concerning(troubles: Iterable[keymap.Trouble], command: Command) -> list[keymap.Trouble]:
    """What is wrong with the keys of ``command``."""
    return [trouble for trouble in troubles if command.id in (trouble.command, trouble.other)]


class KeyEditor(AkkModal[None]):
    """Every command with its keys and place; those with a problem first."""

    HELP = N_(
        "Ketik untuk mencari perintah, panah memilih, enter lalu tombol baru; ctrl+r mengembalikan tombol bawaan. "
        "Tanda ! menunjuk tombol yang bertabrakan atau meragukan."
    )
    BINDINGS: ClassVar[list[BindingType]] = [("ctrl+r,delete", "restore", N_("Kembalikan bawaan"))]
    CSS = """
    KeyEditor #window { height: 90%; }
    KeyEditor #window > #commands { height: 1fr; min-height: 3; max-height: 100%; }
    KeyEditor #window > #about { height: 2; }
    """

    def __init__(self, settings: config.Settings) -> None:
        super().__init__()
        self._settings = settings

    def compose(self) -> ComposeResult:
        with Vertical(id="window") as window:
            window.border_title = content(_("Tombol perintah"))
            wanted = Input(id="wanted", placeholder=_("cari perintah"))
            wanted.cursor_blink = False
            yield wanted
            yield AkkTable(id="commands", header=False)
            yield Words(id="about")
            yield Words(content(_("enter mengganti · ctrl+r bawaan · esc menutup"), "$text-muted"), id="way")

    def on_mount(self) -> None:
        self._show()

    def on_resize(self) -> None:
        self._show()

    def on_input_changed(self) -> None:
        """Other words: the nearest command is the one that is meant."""
        self._show()
        self.query_one(AkkTable).move_cursor(row=0)
        self._about()

    def _show(self) -> None:
        app = self.akk
        wanted = self.query_one(Input).value.strip()
        wide = min(76, app.size.width * 96 // 100) - 5
        columns = [Column("mark", "", 2), Column("title", "", 24), Column("keys", "", 16 if wide >= 50 else 12)]
        rest = wide - 42
        if rest >= 8:
            columns.append(Column("place", "", rest))
        troubled = {id_ for trouble in app.key_troubles for id_ in (trouble.command, trouble.other)}
        rows: list[tuple[str, list[Text]]] = []
        for command in self._found(wanted, troubled):
            own = command.id in self._settings.keys
            keys = " ".join(keymap.shown(key) for key in commands.keys_of(command, app.keymap))
            cells = [
                cell("!" if command.id in troubled else "•" if own else "", app.tone("warn"), width=1),
                cell(_(command.title), width=23),
                cell(keys or "–", app.tone("accent"), width=(columns[2].width or 2) - 1),
                cell(keymap.place_of(command), app.tone("muted"), width=rest - 1),
            ]
            rows.append((command.id, cells[: len(columns)]))
        self.query_one(AkkTable).fill(columns, rows)
        self._about()

    def _found(self, wanted: str, troubled: set[str]) -> list[Command]:
        """The commands that ``wanted`` means, the nearest first; without words, those with a problem first."""
        ranked: list[tuple[bool, int, int, Command]] = []
        for n, command in enumerate(commands.COMMANDS):
            title = _(command.title)
            same = wanted.casefold() in (command.id, title.casefold())
            rank = -1 if same or not wanted else fuzzy(wanted, title)
            if rank is not None:
                ranked.append((command.id not in troubled and not wanted, rank, n, command))
        return [one[3] for one in sorted(ranked, key=lambda one: one[:3])]

    @property
    def _command(self) -> Command | None:
        return commands.by_id().get(self.query_one(AkkTable).cursor_key or "")

    def _about(self) -> None:
        command = self._command
        if command is None:
            self.query_one("#about", Words).show(content(_("Tidak ada perintah yang cocok.")))
            return
        said = [trouble.words for trouble in concerning(self.akk.key_troubles, command)]
        words = said[0] if said else f"{_(command.help)} ({command.id})"
        self.query_one("#about", Words).show(content(words, "$text-warning" if said else "$text-muted"))

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        event.stop()
        self._about()

    def on_key(self, event: events.Key) -> None:
        table = self.query_one(AkkTable)
        moves = {
            "down": table.action_cursor_down,
            "up": table.action_cursor_up,
            "pagedown": table.action_page_down,
            "pageup": table.action_page_up,
        }
        if self.query_one(Input).has_focus and event.key in moves:
            event.stop()
            event.prevent_default()
            moves[event.key]()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._capture()

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        event.stop()
        self._capture()

    def _capture(self) -> None:
        command = self._command
        if command is None:
            return

        def pressed(key: str | None) -> None:
            if key is not None:
                self._set(command, key)

        self.akk.push_screen(KeyCapture(command, self._settings), pressed)

    def action_restore(self) -> None:
        """Give the command under the cursor its own keys again."""
        command = self._command
        if command is None or command.id not in self._settings.keys:
            self.akk.tell(_("Tombolnya sudah bawaan."), "warning")
            return
        self._set(command, "")

    def _set(self, command: Command, key: str) -> None:
        app = self.akk
        if app.paths is None:
            return
        try:
            self._settings = config.set_value(app.paths, f"keys.{command.id}", key)
        except AkkError as cause:
            app.tell_error(cause)
            return
        app.apply(f"keys.{command.id}", self._settings)
        self._show()


class KeyCapture(AkkModal[str]):
    """Waits for a key and shows what it means; enter takes it, esc leaves the old one. Answers Textual's name."""

    DEFAULT_CSS = """
    KeyCapture #window { width: 60; }
    KeyCapture #words { height: auto; min-height: 4; }
    """

    def __init__(self, command: Command, settings: config.Settings) -> None:
        super().__init__()
        self._command = command
        self._settings = settings
        self.key = ""
        """The key that was pressed last."""
        self.refused = False

    def compose(self) -> ComposeResult:
        with Vertical(id="window") as window:
            window.border_title = content(_(self._command.title))
            yield Static(id="words")

    def on_mount(self) -> None:
        self._say()

    def take_key(self, event: events.Key) -> None:
        """Every key as it is, also those that act everywhere."""
        if event.key == "escape":
            self.dismiss(None)
        elif event.key == "enter":
            if self.key and not self.refused:
                self.dismiss(self.key)
        else:
            self.key = event.key
            self._say()

    def _say(self) -> None:
        old = " ".join(keymap.shown(key) for key in commands.keys_of(self._command, self.akk.keymap)) or "–"
        lines = [_("Sekarang: {keys}").format(keys=old)]
        tone = ""
        if not self.key:
            lines.append(_("Tekan tombol yang baru; esc batal."))
        else:
            lines.append(
                _("Baru: {key}. enter memakainya, tombol lain menggantinya, esc batal.").format(
                    key=keymap.shown(self.key)
                )
            )
            troubles = self._troubles()
            self.refused = any(trouble.refused for trouble in troubles)
            lines += [trouble.words for trouble in troubles]
            tone = "$text-warning" if troubles else ""
        self.query_one("#words", Static).update(content("\n".join(lines), tone))

    def _troubles(self) -> list[keymap.Trouble]:
        """What would be wrong with the new key."""
        own = {**self._settings.keys, self._command.id: self.key}
        made = keymap.make(self._settings.ui.keymap, own)
        return [trouble for trouble in made.troubles if trouble.command == self._command.id or trouble.key == self.key]
