"""The list of activities: one line each, under the heads of their weeks where it is an agenda."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import cast, Final, TYPE_CHECKING

from rich.text import Text
from textual import events

from akk_tui.contract.errors import N_
from akk_tui.i18n import gettext as _
from akk_tui.i18n import ngettext
from akk_tui.store.shapes import EventRow
from akk_tui.ui import event_words
from akk_tui.ui.terminal.safe import cell, content, cut
from akk_tui.ui.widgets.table import AkkTable, Column

if TYPE_CHECKING:
    from akk_tui.ui.app import AkkApp

EARLIER: Final = "earlier"
LATER: Final = "later"
_WEEK: Final = "week:"
_UNDATED: Final = "undated"
_MOST_WEEKS: Final = 8
"""An activity that goes on for longer stands only in so many weeks."""


def columns(width: int, *, regions: bool) -> tuple[Column, ...]:
    """The columns that fit.

    They fall away in this order: place, attendance, kind, open follow-ups, clock, region. In a narrow terminal the
    clock is that of the beginning alone.
    """
    day, clock = (15 if width >= 50 else 11), (17 if width >= 100 else 10)
    left = width - 2 - day - 18
    kept: set[str] = set()
    for key, size, room in (
        ("region", 18, 0),
        ("clock", clock, 0),
        ("followups", 5, 0),
        ("kind", 11, 8),
        ("attended", 7, 6),
        ("place", 20, 14),
    ):
        if key == "region" and not regions:
            continue
        if left < size + room:
            break
        kept.add(key)
        left -= size
    every = (
        Column("mark", "", 2),
        Column("day", _("Hari"), day),
        Column("clock", _("Jam"), clock),
        Column("kind", _("Jenis"), 11),
        Column("title", _("Kegiatan"), 18 + max(left, 0)),
        Column("region", _("Daerah"), 18),
        Column("place", _("Tempat"), 20),
        Column("attended", _("Hadir"), 7, True),
        Column("followups", _("TL"), 5, True),
    )
    return tuple(column for column in every if column.key in kept or column.key in ("mark", "day", "title"))


def across(words: str, shown: Sequence[Column], style: str) -> list[Text]:
    """``words`` (of one cell a character) laid over the cells of a line, as if the columns were one."""
    words = cut(words, sum(column.width or 1 for column in shown))
    cells: list[Text] = []
    for column in shown:
        width = column.width or 1
        cells.append(cell(words[:width].ljust(width), style))
        words = words[width:]
    return cells


class EventList(AkkTable):
    """Activities with a cursor over the line."""

    HELP = N_("↑ belum terkirim, ≠ beda isian, ! ditolak. Hadir: OPD yang hadir dari yang dicatat. TL: tindak lanjut.")

    def __init__(self, *, id: str | None = None, header: bool = True) -> None:  # noqa: A002 - as Textual names it
        super().__init__(id=id, header=header)
        self._events: tuple[EventRow, ...] = ()
        self._today = date.min
        self._regions = False
        self._weeks = False
        self._beyond = (0, 0)
        self._width = 0
        self._mondays: dict[str, date] = {}
        """The Monday of each line."""

    def show_events(
        self,
        rows: Iterable[EventRow],
        today: date,
        *,
        regions: bool,
        weeks: bool = False,
        beyond: tuple[int, int] = (0, 0),
    ) -> None:
        """Show ``rows``, in their order; with ``regions`` the region of each, with ``weeks`` under heads of weeks.

        ``beyond`` tells how many there are before and after those shown: a line each says so.
        """
        self._events = tuple(rows)
        self._today, self._regions, self._weeks, self._beyond = today, regions, weeks, beyond
        self._draw()

    @property
    def event(self) -> str | None:
        """The id of the activity under the cursor."""
        key = (self.cursor_key or "").partition("@")[0]
        return key if any(row.id == key for row in self._events) else None

    @property
    def event_row(self) -> EventRow | None:
        """The activity under the cursor."""
        event = self.event
        return next((row for row in self._events if row.id == event), None)

    @property
    def day(self) -> date | None:
        """The day that the line under the cursor is about: a new activity's day."""
        row = self.event_row
        if row is not None:
            return row.start_day
        monday = self._mondays.get(self.cursor_key or "")
        if monday is None:
            return None
        return self._today if monday == event_words.week_of(self._today) else monday

    def on_resize(self, event: events.Resize) -> None:
        if self._space != self._width:
            self._draw()

    @property
    def _space(self) -> int:
        return (self.size.width or self.screen.size.width - 2) - 1

    # --- lines

    def _draw(self) -> None:
        self._width = self._space
        shown = columns(self._width, regions=self._regions)
        self._mondays = {}
        made: list[tuple[str, list[Text]]] = []
        before, after = self._beyond
        muted = self._tone("muted")
        if before:
            words = ngettext("… {n} kegiatan lebih awal", "… {n} kegiatan lebih awal", before).format(n=before)
            made.append((EARLIER, across(words, shown, muted)))
        if self._weeks:
            made += self._by_week(shown)
        else:
            made += [(row.id, self._line(row, shown)) for row in self._events]
        if after:
            words = ngettext("… {n} kegiatan berikutnya", "… {n} kegiatan berikutnya", after).format(n=after)
            made.append((LATER, across(words, shown, muted)))
        self.fill(shown, made)

    def _by_week(self, shown: Sequence[Column]) -> list[tuple[str, list[Text]]]:
        weeks: dict[date | None, list[tuple[str, EventRow]]] = {event_words.week_of(self._today): []}
        for row in self._events:
            if row.start_day is None:
                weeks.setdefault(None, []).append((row.id, row))
                continue
            monday = event_words.week_of(row.start_day)
            weeks.setdefault(monday, []).append((row.id, row))
            for _more in range(_MOST_WEEKS):
                monday += timedelta(days=7)
                if monday > (row.end_day or row.start_day):
                    break
                weeks.setdefault(monday, []).append((f"{row.id}@{monday}", row))
        made: list[tuple[str, list[Text]]] = []
        for monday in sorted(weeks, key=lambda day: day or date.max):
            head = _UNDATED if monday is None else f"{_WEEK}{monday}"
            made.append((head, self._head(monday, not weeks[monday], shown)))
            for key, row in weeks[monday]:
                made.append((key, self._line(row, shown)))
                if monday is not None:
                    self._mondays[key] = monday
            if monday is not None:
                self._mondays[head] = monday
        return made

    def _head(self, monday: date | None, empty: bool, shown: Sequence[Column]) -> list[Text]:
        if monday is None:
            return across("▾ " + _("tanpa tanggal"), shown, self._tone("strong"))
        words = event_words.week(monday)
        if monday != event_words.week_of(self._today):
            return across(f"▾ {words}", shown, self._tone("strong"))
        parts = [words, _("pekan ini")]
        if empty:
            parts.append(_("belum ada kegiatan"))
        return across("▶ " + " · ".join(parts), shown, self._tone("primary"))

    def _line(self, row: EventRow, shown: Sequence[Column]) -> list[Text]:
        return [self._cell(row, column) for column in shown]

    def _cell(self, row: EventRow, column: Column) -> Text:
        width = (column.width or 2) - (0 if column.right else 1)
        if column.key == "mark":
            mark = event_words.waiting_mark(row.state)
            return cell(mark, self._tone("warn" if mark in ("≠", "!") else "accent"))
        if column.key == "day":
            now = row.start_day is not None and row.start_day <= self._today <= (row.end_day or row.start_day)
            words = event_words.days(row, self._today)
            return cell(words, self._tone("accent") if now else "", width=width)
        if column.key == "clock":
            return cell(event_words.clocks(row, short=width < 16), self._tone("muted"), width=width)
        if column.key == "kind":
            return cell(event_words.kind_word(row.kind), width=width)
        if column.key == "title":
            return cell(row.title, width=width)
        if column.key == "region":
            return cell(row.region_name, "" if row.writable else self._tone("muted"), width=width)
        if column.key == "place":
            return cell(row.place or "", self._tone("muted"), width=width)
        if column.key == "attended":
            return cell(event_words.attended(row), right=True, width=width)
        words = str(row.open_followups) if row.open_followups else ""
        return cell(words, self._tone("warn"), right=True, width=width)

    def _tone(self, name: str) -> str:
        return cast("AkkApp", self.app).tone(name)

    # --- weeks

    @property
    def _keys(self) -> list[str]:
        return list(self._shown)

    def go_to_event(self, event: str) -> bool:
        """Put the cursor on the first line of that activity; False when it is not shown."""
        key = next((key for key in self._keys if key.partition("@")[0] == event), None)
        return key is not None and self.go_to(key)

    def go_to_today(self) -> None:
        """Put the cursor on what is on or next this week, else on the week's head, and the head in sight."""
        head = f"{_WEEK}{event_words.week_of(self._today)}"
        keys = self._keys
        if head not in keys:
            return
        at = keys.index(head)
        ends = {row.id: row.end_day or row.start_day for row in self._events}
        target = at
        for place in range(at + 1, len(keys)):
            if keys[place] not in self._mondays or keys[place].startswith(_WEEK):
                break
            end = ends.get(keys[place].partition("@")[0])
            if end is not None and end >= self._today:
                target = place
                break
        self.move_cursor(row=target, animate=False)
        self.scroll_to(y=max(0, at - 1), animate=False, immediate=True)

    def go_week(self, step: int) -> bool:
        """Put the cursor on the head of the next week that is shown, with -1 of the one above; False at the end."""
        keys = self._keys
        here = self.cursor_coordinate.row
        heads = [n for n, key in enumerate(keys) if key.startswith(_WEEK) or key == _UNDATED]
        found = [n for n in heads if n > here] if step > 0 else [n for n in reversed(heads) if n < here]
        if not found:
            return False
        self.move_cursor(row=found[0], animate=False)
        return True

    def name_it(self, words: str) -> None:
        """Show ``words`` in the upper border."""
        self.entitle(content(words))
