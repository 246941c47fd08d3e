"""Which columns a table of regions has: chosen with ticks in a window, kept in the settings."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import ClassVar, Final, TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import DataTable

from akk_tui.contract.errors import AkkError, N_
from akk_tui.i18n import gettext as _
from akk_tui.ui.screens.base import AkkModal
from akk_tui.ui.terminal.safe import cell, content
from akk_tui.ui.widgets import heat
from akk_tui.ui.widgets.lines import Words
from akk_tui.ui.widgets.table import AkkTable, Column

if TYPE_CHECKING:
    from akk_tui.ui.app import AkkApp

SETTING: Final = {"dashboard": "ui.dashboard_columns", "regions": "ui.regions_columns"}
_TITLES: Final = {"dashboard": N_("Kolom Dasbor"), "regions": N_("Kolom Daerah")}


def text_of(screen: str, chosen: Iterable[str]) -> str:
    """What the setting says for a choice: nothing where it is the usual one; a name at least otherwise."""
    ticked = frozenset(chosen)
    if ticked == frozenset(heat.DEFAULTS[screen]):
        return ""
    return ", ".join([key for key in heat.SPECS if key in ticked] or ["name"])


class ColumnsWindow(AkkModal[tuple[str, ...]]):
    """Answers the ticked columns, or None. ``fits`` are those that have room at the width of now."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("space", "tick", N_("Centang atau tidak")),
        ("r", "usual", N_("Kembali ke bawaan")),
        ("a", "every", N_("Semua")),
    ]
    HELP = N_(
        "spasi atau angka mencentang kolom, a semua, r kembali ke bawaan, enter memakai dan menyimpan pilihan, esc "
        "batal. Bila layar sempit, kolom hilang mulai dari yang paling bawah di daftar ini."
    )
    DEFAULT_CSS = """
    ColumnsWindow {
        & #keys { height: auto; margin: 1 0 0 0; }
    }
    """

    def __init__(
        self, screen: str, chosen: Collection[str], fits: Callable[[Collection[str]], Collection[str]]
    ) -> None:
        super().__init__()
        self.of = screen
        self.ticked = set(chosen) & set(heat.SPECS) if chosen else set(heat.DEFAULTS[screen])
        self._fits = fits

    def compose(self) -> ComposeResult:
        with Vertical(id="window") as window:
            window.border_title = content(_(_TITLES[self.of]))
            yield AkkTable(id="options", header=False)
            yield Words(self._keys(), id="keys")

    def _keys(self) -> Content:
        keys = ((_("spasi"), _("centang")), ("a", _("semua")), ("r", _("bawaan")), ("enter", _("pakai")))
        parts = [Content.assemble(content(key, "bold $accent"), content(f" {word}  ")) for key, word in keys]
        return Content.assemble(*parts, content("esc", "bold $accent"), content(" " + _("batal")))

    def on_mount(self) -> None:
        self._fill()

    def on_resize(self) -> None:
        self._fill()

    def _fill(self) -> None:
        tone = self.akk.tone
        fits = self._fits(self.ticked or {"name"})
        width = min(76, self.akk.size.width * 96 // 100) - 5
        note = 26 if width >= 56 else 0
        columns = [Column("n", "", 2), Column("box", "", 5), Column("title", "", width - 7 - note)]
        columns += [Column("note", "", note)] if note else []
        rows = [
            (
                key,
                [
                    cell(str(number) if number <= 9 else "", tone("accent"), right=True),
                    cell(" [✓]" if key in self.ticked else " [ ]", tone("accent" if key in self.ticked else "muted")),
                    cell(_(heat.SPECS[key].title), "" if key in self.ticked else tone("muted")),
                    cell(_("tidak muat di lebar ini") if key in self.ticked and key not in fits else "", tone("warn")),
                ][: len(columns)],
            )
            for number, key in enumerate(heat.SCREENS[self.of], 1)
        ]
        self.query_one(AkkTable).fill(columns, rows)

    def on_key(self, event: events.Key) -> None:
        if event.character is not None and event.character.isdigit():
            event.stop()
            event.prevent_default()
            place = int(event.character) - 1
            if 0 <= place < len(heat.SCREENS[self.of]):
                self._turn(heat.SCREENS[self.of][place])

    def _turn(self, key: str) -> None:
        self.ticked ^= {key}
        self._fill()

    def action_tick(self) -> None:
        """Tick the column under the cursor, or no longer."""
        key = self.query_one(AkkTable).cursor_key
        if key is not None:
            self._turn(key)

    def action_usual(self) -> None:
        """The columns that the screen has without a choice."""
        self.ticked = set(heat.DEFAULTS[self.of])
        self._fill()

    def action_every(self) -> None:
        """All columns."""
        self.ticked = set(heat.SCREENS[self.of])
        self._fill()

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        event.stop()
        self.dismiss(tuple(key for key in heat.SPECS if key in self.ticked))


def choose(app: AkkApp, screen: str, width: int, done: Callable[[str], None] | None = None) -> None:
    """Let the officer choose the columns of a screen that is ``width`` cells wide.

    The choice is in force at once and kept; with ``done`` the setting's text goes there instead.
    """

    def fits(ticked: Collection[str]) -> Collection[str]:
        return heat.fitting(screen, width, ticked)

    def chosen(ticked: tuple[str, ...] | None) -> None:
        if ticked is None:
            return
        text = text_of(screen, ticked)
        if done is not None:
            done(text)
            return
        app.columns[screen] = tuple(text.split(", ")) if text else ()
        if app.save_setting is not None:
            try:
                app.save_setting(SETTING[screen], text)
            except AkkError as cause:
                app.tell_error(cause)
        app.data_changed()

    app.push_screen(ColumnsWindow(screen, app.columns.get(screen, ()), fits), chosen)
