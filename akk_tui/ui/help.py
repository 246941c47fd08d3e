"""Help on what has the focus: its words, then the commands of the screen with their keys, all from the registry."""

from __future__ import annotations

from typing import Any, ClassVar, Final, NamedTuple

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widgets import DataTable, Input, Static, TextArea

from akk_tui.contract.errors import N_
from akk_tui.i18n import gettext as _
from akk_tui.ui import commands, keymap
from akk_tui.ui.screens.base import AkkModal
from akk_tui.ui.terminal.safe import cell, content
from akk_tui.ui.widgets.lines import Words
from akk_tui.ui.widgets.table import AkkTable, Column

WORDS = N_(
    "● daring: sinkron terakhir mencapai server (online). ○ luring: tidak (offline); semua tetap dapat dipakai dan "
    "dikirim kemudian. ↑ belum terkirim, ≠ beda isian, ✗ ditolak."
)
_OWN: Final = "own:"
"""Before the number of a key of a window or widget, where the id of a command would stand."""


class OwnKey(NamedTuple):
    """Something that a window or a widget does by keys of its own; ``place`` is what does it."""

    keys: tuple[str, ...]
    title: str
    action: str
    place: Any


class HelpScreen(AkkModal[None]):
    """A list of commands to read; enter closes the window and runs the one under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("question_mark,f1", "close", N_("Tutup"), id="help")]

    AUTO_FOCUS: ClassVar[str | None] = "#commands"

    def __init__(
        self, screen: str, words: tuple[str, ...], own: tuple[OwnKey, ...] = (), *, typing: bool = False
    ) -> None:
        super().__init__()
        self.about_screen = screen
        self.words = words
        self.own = own
        self.typing = typing
        """Whether a text field had the focus: it takes the keys of commands that can be typed."""

    @classmethod
    def about(cls, screen: Any) -> HelpScreen:
        """The help for the widget that has the focus, for what it stands in, and for the screen."""
        focused = screen.focused
        places = focused.ancestors_with_self if focused is not None else [screen]
        texts = [getattr(place, "HELP", None) for place in places]
        typing = isinstance(focused, (Input, TextArea))
        own = [key for place in places for key in own_keys(place, typing and place is not focused)]
        shown = getattr(screen, "ID", "")
        words = (*(screen.app.keyed(_(text)) for text in texts if text), *([_(WORDS)] if shown else []))
        return cls(shown, words, tuple(own), typing=typing)

    def compose(self) -> ComposeResult:
        with Vertical(id="window") as window:
            window.border_title = content(_("Bantuan"))
            with VerticalScroll(id="words"):
                yield Static(content("\n".join(self.words)))
            yield AkkTable(id="commands", header=False)
            yield Words(id="whole")

    def on_mount(self) -> None:
        self._fill()

    def on_resize(self) -> None:
        self._fill()
        self.call_after_refresh(self._offer_words)

    def _offer_words(self) -> None:
        """Where the words have no room, tab goes to them and the arrows scroll."""
        words, window = self.query_one("#words", VerticalScroll), self.query_one("#window")
        words.can_focus = words.max_scroll_y > 0
        window.border_subtitle = content(_("tab, lalu panah: membaca terus")) if words.can_focus else ""

    def _fill(self) -> None:
        """Fill the table for the width that the window has now; where it is narrow the words fall away."""
        width = min(76, int(self.akk.size.width * 0.96)) - 5
        rest = width - 33
        columns = [Column("key", "", 11), Column("title", "", 22)]
        if rest >= 12:
            columns.append(Column("help", "", rest))
        accent = self.akk.tone("accent")
        rows: list[tuple[str, list[Text]]] = []
        for n, one in enumerate(self.own):
            shown = " ".join(keymap.shown(key) for key in one.keys)
            cells = [cell(shown, accent, width=10), cell(_(one.title), width=21), Text()]
            rows.append((f"{_OWN}{n}", cells[: len(columns)]))
        for command in commands.of_screen(self.about_screen):
            keys = commands.acting_keys(command, self.akk.keymap, self.about_screen)
            keys = tuple(key for key in keys if not (self.typing and commands.is_typed(key)))
            if not keys:
                continue
            shown = " ".join(commands.shown_key(key) for key in keys)
            rows.append(
                (
                    command.id,
                    [
                        cell(shown, accent, width=10),
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
        own = event.row_key.value or ""
        title = _(self.own[int(own.removeprefix(_OWN))].title) if own.startswith(_OWN) else ""
        words = _(command.help) if command is not None else title
        self.query_one("#whole", Words).show(content(words, "$text-muted"))

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        event.stop()
        app, chosen = self.akk, event.row_key.value or ""
        self.dismiss(None)
        if chosen.startswith(_OWN):
            own = self.own[int(chosen.removeprefix(_OWN))]
            app.call_next(app.run_action, own.action, own.place)
        else:
            app.call_next(app.run_command, chosen)


def own_keys(place: Any, typing: bool = False) -> list[OwnKey]:
    """What ``place`` does by keys that are not in the registry: those of this app's classes that have words.

    ``typing``: a text field in it has the focus and takes what can be typed.
    """
    found: dict[tuple[str, str], OwnKey] = {}
    taken: set[str] = set()
    for kind in type(place).__mro__:
        if not kind.__module__.startswith("akk_tui."):
            continue
        for binding in Binding.make_bindings(kind.__dict__.get("BINDINGS", ())):
            if binding.action.startswith("app.command(") or binding.key in taken:
                continue
            if typing and (len(binding.key) == 1 or binding.key in ("space", "slash", "delete")):
                continue
            taken.add(binding.key)
            if binding.description:
                what = (binding.action, binding.description)
                before = found[what].keys if what in found else ()
                found[what] = OwnKey((*before, binding.key), binding.description, binding.action, place)
    return list(found.values())
