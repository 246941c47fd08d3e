"""The palette: every command that works here, found by typing, from the same registry as keys and help."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import DataTable, Input

from akk_tui.contract.errors import N_
from akk_tui.i18n import gettext as _
from akk_tui.ui import commands
from akk_tui.ui.command import Command
from akk_tui.ui.linked import Rest
from akk_tui.ui.overview import fuzzy
from akk_tui.ui.screens.base import AkkModal
from akk_tui.ui.terminal.safe import cell, content
from akk_tui.ui.widgets.lines import Words
from akk_tui.ui.widgets.table import AkkTable, Column

if TYPE_CHECKING:
    from akk_tui.ui.app import AkkApp

Offered = tuple[Command, str | None]
"""A command with the reason why it is off now (None: it is on)."""
_IN_HELP = 4
_NEVER = ("palette", "search")


def offered(app: AkkApp, screen: str) -> tuple[Offered, ...]:
    """The commands that work on ``screen``, each with the reason why it is off now.

    First what was chosen last, then the screen's own, then what works everywhere.
    """
    found = [one for one in commands.of_screen(screen) if not one.hidden and one.id not in _NEVER]
    recent = {name: place for place, name in enumerate(app.recent)}
    found.sort(key=lambda one: recent.get(one.id, len(recent)))
    return tuple((one, one.when(app) if one.when else None) for one in found)


def matching(found: Iterable[Offered], wanted: str, *, strict: bool = False) -> list[Offered]:
    """Those of ``found`` that ``wanted`` means, the best first: by title, then by id and help.

    ``strict``: only those of which a word of the title begins with it.
    """
    ranked: list[tuple[int, int, Offered]] = []
    for n, one in enumerate(found):
        command = one[0]
        rank = fuzzy(wanted, _(command.title)) if wanted else 0
        if strict:
            rank = rank if rank is not None and rank < 2 and len(wanted) > 1 else None
        elif rank is None and (wanted.casefold() in f"{_(command.help)} {command.id}".casefold()):
            rank = _IN_HELP
        if rank is not None:
            ranked.append((rank, n, one))
    ranked.sort(key=_by_rank)
    return [one for _rank, _n, one in ranked]


def _by_rank(ranked: tuple[int, int, Offered]) -> tuple[int, int]:
    return ranked[:2]


class PaletteScreen(AkkModal[None]):
    """Type, choose with the arrows, enter runs. A command that is off says why."""

    HELP = N_(
        "Semua perintah yang berlaku di sini: yang terakhir dipilih dahulu, lalu milik layar ini, lalu yang berlaku di "
        "mana saja. Yang sedang tidak berlaku pucat, dengan alasannya."
    )

    def __init__(self, found: tuple[Offered, ...], screen: str) -> None:
        super().__init__()
        self.found = found
        self.about_screen = screen
        self._rest = Rest(self, self._typed)

    @classmethod
    def over(cls, app: AkkApp) -> PaletteScreen:
        """The palette for the screen that is shown now, with the reasons of what is off."""
        screen = getattr(app.screen, "ID", "")
        return cls(offered(app, screen), screen)

    def compose(self) -> ComposeResult:
        with Vertical(id="window") as window:
            window.border_title = content(_("Perintah"))
            wanted = Input(id="wanted", placeholder=_("cari perintah"))
            wanted.cursor_blink = False
            yield wanted
            yield Words(id="hint")
            table = AkkTable(id="commands", header=False)
            table.can_focus = False
            yield table

    def on_mount(self) -> None:
        self._show("")

    def on_resize(self) -> None:
        self._show(self.query_one(Input).value.strip())

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._rest.typed()

    def _typed(self) -> None:
        self._show(self.query_one(Input).value.strip())

    def _show(self, wanted: str) -> None:
        width = min(76, int(self.akk.size.width * 0.96)) - 5
        about = width - 35
        title = 24 if about >= 12 else max(12, min(24, width - 12))
        columns = [Column("title", "", title)]
        if about >= 12:
            columns.append(Column("help", "", about))
        columns.append(Column("key", "", 11, True))
        muted, warn, accent = (self.akk.tone(name) for name in ("muted", "warn", "accent"))
        rows: list[tuple[str, list[Text]]] = []
        for command, reason in matching(self.found, wanted):
            keys = commands.acting_keys(command, self.akk.keymap, self.about_screen)
            cells = [cell(_(command.title), muted if reason else "", width=title - 1)]
            if about >= 12:
                cells.append(cell(reason or _(command.help), warn if reason else muted, width=about - 1))
            cells.append(cell(commands.shown_key(keys[0]) if keys else "", muted if reason else accent, right=True))
            rows.append((command.id, cells))
        table, hint = self.query_one(AkkTable), self.query_one("#hint", Words)
        table.display = bool(rows)
        hint.display = not rows
        hint.show(content(_("Tidak ada perintah yang cocok. / mencari daerah, catatan, dan lainnya."), "$text-muted"))
        table.fill(columns, rows)
        if rows:
            table.move_cursor(row=0)

    def on_key(self, event: events.Key) -> None:
        table = self.query_one(AkkTable)
        moves = {
            "down": table.action_cursor_down,
            "up": table.action_cursor_up,
            "pageup": table.action_page_up,
            "pagedown": table.action_page_down,
        }
        if event.key in moves:
            self._rest.now()
            event.stop()
            event.prevent_default()
            moves[event.key]()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._run()

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        event.stop()
        self._run()

    def _run(self) -> None:
        self._rest.now()
        table = self.query_one(AkkTable)
        command = table.cursor_key if table.display else None
        if command is None:
            return
        app = self.akk
        self.dismiss(None)
        app.call_next(app.run_command, command)
