"""What the app has said: every message is kept for the time that the app is open, and a window shows them again."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Final, Literal, NamedTuple, TYPE_CHECKING

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import DataTable

from akk_tui import i18n
from akk_tui.contract.errors import N_
from akk_tui.i18n import gettext as _
from akk_tui.ui.screens.base import AkkModal
from akk_tui.ui.terminal.safe import cell, content
from akk_tui.ui.widgets.lines import Words
from akk_tui.ui.widgets.table import AkkTable, Column

if TYPE_CHECKING:
    from akk_tui.ui.app import AkkApp

Severity = Literal["information", "warning", "error"]
_TONES: Final = {"information": ("·", "muted"), "warning": ("!", "warn"), "error": ("✗", "bad")}


class Message(NamedTuple):
    """One thing that was said; ``when`` is aware."""

    when: datetime
    severity: Severity
    words: str


class MessagesScreen(AkkModal[None]):
    """All messages, the newest first, each with its time; the whole sentence of the one under the cursor below."""

    BINDINGS: ClassVar[list[BindingType]] = [("ctrl+n", "close", N_("Tutup"))]
    HELP = N_("Semua pesan sejak aplikasi dibuka, terbaru di atas. ! peringatan, ✗ kesalahan.")

    def __init__(self, messages: tuple[Message, ...]) -> None:
        super().__init__()
        self.messages = tuple(reversed(messages))

    def compose(self) -> ComposeResult:
        with Vertical(id="window") as window:
            window.border_title = content(_("Pesan"))
            yield Words(content(_("Belum ada pesan sejak aplikasi dibuka. esc menutup.")), id="none")
            yield AkkTable(id="messages", header=False)
            yield Words(id="whole")

    def on_mount(self) -> None:
        self._fill()

    def on_resize(self) -> None:
        self._fill()

    def _fill(self) -> None:
        self.query_one("#none").display = not self.messages
        for name in ("#messages", "#whole"):
            self.query_one(name).display = bool(self.messages)
        room = max(16, min(76, int(self.akk.size.width * 0.96)) - 4)
        times = [self._time(message) for message in self.messages]
        wide = max((len(one) for one in times), default=0) + 1
        columns = [Column("when", "", wide), Column("mark", "", 2), Column("words", "", max(8, room - wide - 3))]
        rows: list[tuple[str, list[Text]]] = []
        for n, (message, when) in enumerate(zip(self.messages, times, strict=True)):
            mark, tone = _TONES[message.severity]
            style = self.akk.tone(tone)
            words = cell(one_line(message.words), "" if tone == "muted" else style, width=max(8, room - wide - 3))
            rows.append((str(n), [cell(when, self.akk.tone("muted")), cell(mark, style), words]))
        self.query_one("#messages", AkkTable).fill(columns, rows)

    def _time(self, message: Message) -> str:
        app = self.akk
        clock = i18n.clock(message.when, app.zone)
        day = i18n.in_zone(message.when, app.zone).date()
        return clock if day == i18n.in_zone(app.now(), app.zone).date() else f"{i18n.day(day, year=False)} {clock}"

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        event.stop()
        self.query_one("#whole", Words).show(content(self.messages[int(event.row_key.value or 0)].words))

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        event.stop()
        self.dismiss(None)


def one_line(words: str) -> str:
    """``words`` on one line."""
    return " ".join(words.split())


def show_messages(app: AkkApp) -> Any:
    """Open the window over ``app``."""
    return app.push_screen(MessagesScreen(tuple(app.messages)))
