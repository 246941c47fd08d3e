"""The list of follow-ups: status, text, due date in words, owner, region, source."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import cast, Final, TYPE_CHECKING

from rich.text import Text
from textual import events

from akk_tui.contract.errors import N_
from akk_tui.i18n import gettext as _
from akk_tui.i18n import ngettext
from akk_tui.store.shapes import FollowupRow
from akk_tui.ui import event_words
from akk_tui.ui.terminal.safe import cell
from akk_tui.ui.widgets.event_list import across
from akk_tui.ui.widgets.table import AkkTable, Column
from akk_tui.ui.words import NONE

if TYPE_CHECKING:
    from akk_tui.ui.app import AkkApp

MORE: Final = "more"
_NOTHING: Final = "nothing"


def columns(width: int, *, regions: bool) -> tuple[Column, ...]:
    """The columns that fit.

    They fall away in this order: source, the word of the status, the words of the due date, owner, region.
    """
    owner = 18 if width >= 100 else 14
    left = width - 2 - 2 - 12 - 16
    kept: set[str] = set()
    for key, size, room in (
        ("region", 18, 0),
        ("owner", owner, 0),
        ("late", 14, 10),
        ("word", 12, 12),
        ("source", 16, 14),
    ):
        if key == "region" and not regions:
            continue
        if left < size + room:
            break
        kept.add(key)
        left -= size
    word = "word" in kept
    every = (
        Column("mark", "", 2),
        Column("status", _("Status") if word else "", 14 if word else 2),
        Column("text", _("Tindak lanjut"), 16 + max(left, 0)),
        Column("due", _("Batas waktu"), 26 if "late" in kept else 12),
        Column("owner", _("OPD"), owner),
        Column("region", _("Daerah"), 18),
        Column("source", _("Sumber"), 16),
    )
    always = ("mark", "status", "text", "due")
    return tuple(column for column in every if column.key in kept or column.key in always)


class FollowupList(AkkTable):
    """Follow-ups with a cursor over the line."""

    HELP = N_("○ belum, ◐ proses, ✓ selesai, ✗ tidak dapat ditindaklanjuti; !6: terlambat 6 hari.")

    def __init__(self, *, id: str | None = None, header: bool = True) -> None:  # noqa: A002 - as Textual names it
        super().__init__(id=id, header=header)
        self._followups: dict[str, FollowupRow] = {}
        self._today = date.min
        self._regions = False
        self._beyond = 0
        self._empty = ""
        self._width = 0

    def show_followups(
        self, rows: Iterable[FollowupRow], today: date, *, regions: bool, beyond: int = 0, empty: str = ""
    ) -> None:
        """Show ``rows``, in their order; with ``regions`` the region of each.

        ``beyond`` tells how many more there are; ``empty`` stands where there is none.
        """
        self._followups = {row.id: row for row in rows}
        self._today, self._regions, self._beyond, self._empty = today, regions, beyond, empty
        self._draw()

    @property
    def followup(self) -> FollowupRow | None:
        """The follow-up under the cursor."""
        return self._followups.get(self.cursor_key or "")

    def on_resize(self, event: events.Resize) -> None:
        if self._space != self._width:
            self._draw()

    @property
    def _space(self) -> int:
        return (self.size.width or self.screen.size.width - 2) - 1

    def _draw(self) -> None:
        self._width = self._space
        shown = columns(self._width, regions=self._regions)
        made = [(row.id, self._line(row, shown)) for row in self._followups.values()]
        if self._beyond:
            words = ngettext("… {n} lagi (enter menampilkan)", "… {n} lagi (enter menampilkan)", self._beyond)
            made.append((MORE, across(words.format(n=self._beyond), shown, self._tone("muted"))))
        if not made and self._empty:
            made.append((_NOTHING, across(self._empty, shown, self._tone("muted"))))
        self.fill(shown, made)

    def _line(self, row: FollowupRow, shown: Sequence[Column]) -> list[Text]:
        return [self._cell(row, column) for column in shown]

    def _cell(self, row: FollowupRow, column: Column) -> Text:
        width = (column.width or 2) - 1
        if column.key == "mark":
            mark = "≠" if row.conflict else event_words.waiting_mark(row.state)
            return cell(mark, self._tone("warn" if mark in ("≠", "!") else "accent"))
        if column.key == "status":
            words = event_words.status_glyph(row.status)
            if width > 4:
                words += " " + event_words.status_word(row.status, short=True)
            return cell(words, self._tone(event_words.status_tone(row.status)), width=width)
        if column.key == "text":
            return cell(row.text, "" if row.is_open else self._tone("muted"), width=width)
        if column.key == "due":
            words = event_words.due(row, self._today, short=width < 20)
            late = row.is_open and row.overdue_days
            return cell(words, self._tone("bad" if late else "" if row.is_open else "muted"), width=width)
        if column.key == "owner":
            return cell(row.owner or NONE, width=width)
        if column.key == "region":
            return cell(row.region_name, self._tone("" if row.writable else "muted"), width=width)
        return cell(row.source or "", self._tone("muted"), width=width)

    def _tone(self, name: str) -> str:
        return cast("AkkApp", self.app).tone(name)
