"""The facts of a visit's report, read from the store: what was done in some regions within some days."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple, TYPE_CHECKING

from akk_tui.contract.errors import AkkError, N_
from akk_tui.contract.fields import empty
from akk_tui.i18n import ZONES
from akk_tui.store.shapes import EventDetail, FollowupRow, NoteDetail, OutboxRow, RegionRow
from akk_tui.store.views.done import Changed, Done, Work
from akk_tui.store.views.titles import titles_of

if TYPE_CHECKING:
    from akk_tui.store.store import Store

_ROWS: Final = ("assessment", "criterion", "standing", "score")
"""Kinds whose changes are told field by field; the others have sections of their own."""
_REFUSED: Final = ("forbidden", "rejected")
"""Never in force: they are told among what was not sent."""
_ORDER: Final = {kind: number for number, kind in enumerate(("standing", "score", "criterion", "assessment"))}
MOST_DAYS: Final = 366
"""The longest time of one report."""


class BadDays(AkkError):
    """A time that no report can be about."""

    code = "usage"
    exit_code = 2
    text = N_("Masa laporan {first} sampai {last} tidak sah: {reason}")


class Asked(NamedTuple):
    """What a report is asked about. No ``regions``: all in which something was done in those days."""

    cycle: str
    first: date
    last: date
    regions: tuple[str, ...] = ()
    mine: bool = False
    basis: str = ""
    """The letter of assignment, as it was typed."""

    def check(self) -> None:
        """Raise BadDays where the days are none."""
        if self.last < self.first:
            raise BadDays(first=self.first, last=self.last, reason=N_("hari terakhir sebelum hari pertama"))
        if (self.last - self.first).days >= MOST_DAYS:
            raise BadDays(first=self.first, last=self.last, reason=N_("paling panjang satu tahun"))


class Change(NamedTuple):
    """One field over those days: what stood before the first change, and what stands after the last one."""

    kind: str
    key: str
    field: str
    was: dict[str, Any] | None
    now: dict[str, Any]
    by: tuple[str, ...]
    at: datetime
    """The last change."""
    day: date
    state: str
    title: str
    title_en: str
    hidden: bool
    """A criterion whose value is not printed."""


class RegionPart(NamedTuple):
    """What is told of one region."""

    row: RegionRow
    events: tuple[EventDetail, ...]
    notes: tuple[NoteDetail, ...]
    changes: tuple[Change, ...]
    unknown: tuple[Changed, ...]
    """Rows that were changed in those days by operations that are not known here."""
    followups: tuple[FollowupRow, ...]
    """Those of the events, and those that were made or changed in those days."""
    open_else: int
    """Open follow-ups of the region besides."""
    overdue_else: int
    waiting: tuple[OutboxRow, ...]
    """What the server has not accepted, whenever it was made."""
    fetched: datetime | None
    """As of when the server's log of the region is here whole."""

    @property
    def empty(self) -> bool:
        """Whether nothing was done here in those days."""
        return not (self.events or self.notes or self.changes or self.unknown or self.followups)


class Visit(NamedTuple):
    """Everything that the report of a visit tells."""

    asked: Asked
    officer: str
    display: str
    zone: str
    made: datetime
    today: date
    sample: bool
    last_sync: datetime | None
    regions: tuple[RegionPart, ...]
    private: int
    """Private notes of those days: they stay out, and nothing in the report speaks of them."""
    titles: dict[str, tuple[str, str]]
    """Titles of indicators, items and regions in both languages, by id."""


def _titles(store: Store, cycle: str) -> dict[str, tuple[str, str]]:
    reference = store.reference()
    regions = reference.regions if reference else ()
    return {one.code: (one.full_name, one.full_name) for one in regions} | titles_of(store.instrument(cycle))


def gather(store: Store, asked: Asked) -> Visit:
    """Read what ``asked`` asks for; raises BadDays, UnknownRegion, UnknownCycle."""
    asked.check()
    rows = {row.code: row for row in store.views.regions(asked.cycle)}
    for code in asked.regions:
        if code not in rows:
            store.views.region(asked.cycle, code)  # raises UnknownRegion in words
    wanted = [rows[code] for code in dict.fromkeys(asked.regions)] or list(rows.values())
    reading = _Reading(store, asked)
    parts = [reading.part(row) for row in wanted]
    reference = store.reference()
    return Visit(
        asked=asked,
        officer=reading.me,
        display=store.meta.get("display") or reading.me,
        zone=store.meta.get("zone") or "WIB",
        made=store.now(),
        today=reading.today,
        sample=reference is not None and reference.sample is not None,
        last_sync=_moment(store.meta.get("last_sync")),
        regions=tuple(part for part in parts if asked.regions or not part.empty),
        private=reading.private,
        titles=_titles(store, asked.cycle),
    )


class _Reading:
    """One reading of the store, with the lists that all regions share."""

    def __init__(self, store: Store, asked: Asked) -> None:
        self.store, self.asked = store, asked
        self.me = store.meta.get("officer") or ""
        self.today = store.today()
        self.private = 0
        self._events = _by_region(store.views.events(asked.cycle))
        self._notes = _by_region(store.views.notes(asked.cycle))
        self._followups = _by_region(store.views.followups(asked.cycle))
        self._waiting = _by_region(store.views.outbox())
        self._hidden = {one.id for one in store.instrument(asked.cycle).criteria if one.hidden}

    def part(self, row: RegionRow) -> RegionPart:
        """What is told of the region ``row``."""
        asked = self.asked
        zone = timedelta(hours=ZONES.get(row.zone, 7))
        work = self.store.views.work(asked.cycle, row.code, asked.first, asked.last, zone)
        touched = {(one.kind, one.key) for one in (*work.done, *work.changed) if one.by == self.me}
        events = [one for one in self._events.get(row.code, ()) if self._within(one.start_day, one.end_day)]
        if asked.mine:
            events = [one for one in events if one.by == self.me or self._mine("event", one.id)]
        followups = self._asked_followups(row, work, {one.id for one in events}, touched, zone)
        shown = {one.id for one in followups}
        others = [one for one in self._followups.get(row.code, ()) if one.is_open and one.id not in shown]
        return RegionPart(
            row=row,
            events=tuple(self.store.views.event(one.id) for one in events),
            notes=tuple(self._written(row, zone)),
            changes=tuple(self._changes(work.done)),
            unknown=tuple(one for one in work.changed if one.kind in _ROWS and (not asked.mine or one.by == self.me)),
            followups=tuple(followups),
            open_else=len(others),
            overdue_else=sum(one.overdue_days is not None for one in others),
            waiting=tuple(self._waiting.get(row.code, ())),
            fetched=work.fetched,
        )

    def _within(self, first: date | None, last: date | None) -> bool:
        return first is not None and first <= self.asked.last and (last or first) >= self.asked.first

    def _made_then(self, moment: datetime | None, zone: timedelta) -> bool:
        day = None if moment is None else min((moment + zone).date(), self.today)
        return self._within(day, day)

    def _mine(self, kind: str, key: str) -> bool:
        """Whether this officer ever changed the row, as far as is known here."""
        return any(entry.by == self.me for entry in self.store.views.history(kind, key).entries)

    def _asked_followups(
        self, row: RegionRow, work: Work, events: set[str], touched: set[tuple[str, str]], zone: timedelta
    ) -> list[FollowupRow]:
        changed = {one.key for one in (*work.done, *work.changed) if one.kind == "followup"}
        found: list[FollowupRow] = []
        for one in self._followups.get(row.code, ()):
            made_then = self._made_then(one.made, zone)
            if self.asked.mine:
                wanted = ("followup", one.id) in touched or (made_then and one.by in (self.me, None))
            else:
                wanted = one.event in events or made_then or one.id in changed
            if wanted:
                found.append(one)
        return found

    def _written(self, row: RegionRow, zone: timedelta) -> Iterator[NoteDetail]:
        """The notes of those days, oldest first; private ones are counted and left out."""
        for one in reversed(self._notes.get(row.code, ())):
            if not self._made_then(one.at, zone) or (self.asked.mine and not one.mine):
                continue
            if one.state == "private":
                self.private += 1
            else:
                yield self.store.views.note(one.id)

    def _changes(self, done: Sequence[Done]) -> list[Change]:
        """Each field with what it was before and what it is after; those that came back to what they were are none."""
        found: dict[tuple[str, str, str], Change] = {}
        for one in done:
            if one.kind not in _ROWS or (self.asked.mine and one.by != self.me) or one.state in _REFUSED:
                continue
            field = "value" if one.kind == "score" else one.field
            before = found.get((one.kind, one.key, field))
            hidden = one.kind == "criterion" and one.key.rpartition(":")[2] in self._hidden
            found[one.kind, one.key, field] = Change(
                one.kind,
                one.key,
                field,
                before.was if before else one.was,
                {**before.now, **one.now} if before else one.now,
                tuple(dict.fromkeys((*(before.by if before else ()), one.by))),
                one.at,
                one.day,
                one.state,
                one.title,
                one.title_en,
                hidden,
            )
        return sorted((one for one in found.values() if _differs(one)), key=_place)


def _differs(change: Change) -> bool:
    was = change.was or {}
    return any(
        value != was.get(name, empty(change.kind, name)) and (value is not None or was.get(name) is not None)
        for name, value in change.now.items()
    )


def _place(change: Change) -> tuple[int, list[tuple[int, str]], list[tuple[int, str]]]:
    return _ORDER[change.kind], _numbered(change.key.rpartition(":")[2]), _numbered(change.field)


def _numbered(text: str) -> list[tuple[int, str]]:
    """``2.10`` after ``2.9``."""
    return [(int(part), "") if part.isdecimal() else (0, part) for part in text.replace("-", ".").split(".")]


def _by_region(rows: Iterable[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(row.region, []).append(row)
    return found


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
