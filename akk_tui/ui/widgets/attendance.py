"""Attendance at an activity: one line an OPD, in an order that stays while it is ticked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast, Final, TYPE_CHECKING

from textual import events

from akk_tui.contract.errors import N_
from akk_tui.contract.states import ATTENDANCE
from akk_tui.i18n import gettext as _
from akk_tui.ui import event_words
from akk_tui.ui.terminal.safe import cell
from akk_tui.ui.widgets.table import AkkTable, Column

if TYPE_CHECKING:
    from akk_tui.ui.app import AkkApp

NONE: Final = ""
"""The choice that takes an attendance away."""


def following(found: str | None) -> str | None:
    """The attendance after ``found``: hadir, diwakili, tidak hadir, then none."""
    order = (None, *ATTENDANCE)
    return order[(order.index(found) + 1) % len(order)] if found in order else None


class AttendanceList(AkkTable):
    """The OPD of an activity with what is noted of each."""

    HELP = N_(
        "{key:event.attendance} mengganti hadir, diwakili, tidak hadir, kosong; enter membuka menunya; "
        "{key:event.agency} menambah OPD lain."
    )

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - as Textual names it
        super().__init__(id=id, header=False)
        self._order: dict[str, None] = {}
        self._found: dict[str, str] = {}
        self._unsent: frozenset[str] = frozenset()
        self._width = 0

    def show_attendance(self, agencies: Sequence[str], found: Mapping[str, str]) -> None:
        """Show ``agencies`` with their attendance ``found``; those that stand already keep their place."""
        kept = [name for name in self._order if name in agencies or name in found]
        self._order = dict.fromkeys((*kept, *agencies, *found))
        self._found = dict(found)
        self._draw()

    @property
    def agency(self) -> str | None:
        """The OPD under the cursor."""
        key = self.cursor_key
        return key if key in self._order else None

    def on_resize(self, event: events.Resize) -> None:
        if self.size.width != self._width:
            self._draw()

    def _draw(self) -> None:
        self._width = self.size.width
        width = (self._width or 40) - 1
        word = 14 if width >= 34 else 2
        columns = (Column("mark", "", 4), Column("name", "", max(width - 4 - word, 10)), Column("word", "", word))
        app = cast("AkkApp", self.app)
        tone = app.tone
        rows = [
            (
                name,
                (
                    cell(f"[{_box(self._found.get(name))}]", tone(event_words.attendance_tone(self._found.get(name)))),
                    cell(name, "" if name in self._found else tone("muted"), width=max(width - 5 - word, 9)),
                    cell(
                        event_words.attendance_word(self._found.get(name)) if word > 2 and name in self._found else "",
                        tone(event_words.attendance_tone(self._found.get(name))),
                        width=word,
                    ),
                ),
            )
            for name in self._order
        ]
        if not rows:
            empty = app.keyed(_("Tekan {key:event.agency} untuk menambah OPD."))
            rows = [(NONE, (cell(""), cell(empty, tone("muted")), cell("")))]
        self.fill(columns, rows)


def _box(found: str | None) -> str:
    return event_words.attendance_glyph(found) if found else " "
